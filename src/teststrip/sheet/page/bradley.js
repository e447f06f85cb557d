// The Bradley-Terry model of paired comparisons (Bradley and Terry 1952, Biometrika 39:324), by Newton's method.
// One half of a win and of a loss against an average opponent is added for each entrant, as in Agresti, so that one
// who always won has a finite strength.

const HALF = 0.5;

/**
 * Estimate the strengths of `count` entrants from `games`, each `[winner, loser, weight]` (a tie is two of one half).
 * Returns for each: `strength` (log-odds of beating the average of those that have played), `low` and `high` (95 % by
 * the information matrix), `chance` of beating that average with its own interval `least` and `most`, and the number
 * of `games`; of one without games all but the last say nothing.
 */
export function strengths(count, games) {
  const played = new Array(count).fill(0);
  for (const [winner, loser, weight] of games) {
    played[winner] += weight;
    played[loser] += weight;
  }
  const those = played.map((weight, entrant) => (weight ? entrant : -1)).filter((entrant) => entrant >= 0);
  const place = new Map(those.map((entrant, at) => [entrant, at]));
  const [found, curve] = fitted(those.length, games.map(([winner, loser, weight]) => [place.get(winner), place.get(loser), weight]));
  const mean = average(found);
  const rows = curve.map(average);
  const all = average(rows);
  return played.map((weight, entrant) => {
    const at = place.get(entrant);
    const value = at === undefined ? 0 : found[at] - mean;
    // How sure the whole is against the added opponent no game tells: what counts is the distance from the others.
    const reach = at === undefined ? Infinity : 1.959964 * Math.sqrt(Math.max(0, curve[at][at] - 2 * rows[at] + all));
    return { strength: value, low: value - reach, high: value + reach, chance: odds(value), least: odds(value - reach), most: odds(value + reach), games: weight };
  });
}

/** The strengths at which the penalised likelihood is greatest, and the inverse of the information matrix there. */
function fitted(count, games) {
  let strength = new Array(count).fill(0);
  let curve = [];
  for (let turn = 0; turn < 100; turn += 1) {
    const [slope, matrix] = derivatives(strength, games);
    curve = inverse(matrix);
    const move = curve.map((row) => row.reduce((sum, entry, at) => sum + entry * slope[at], 0));
    strength = strength.map((value, at) => value + Math.max(-1, Math.min(1, move[at])));
    if (Math.max(0, ...move.map(Math.abs)) < 1e-10) break;
  }
  return [strength, curve];
}

function average(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / (numbers.length || 1);
}

function odds(value) {
  return 1 / (1 + Math.exp(-value));
}

/** The slope of the log-likelihood, and the information matrix. */
function derivatives(strength, games) {
  const count = strength.length;
  const slope = new Array(count).fill(0);
  const matrix = Array.from({ length: count }, () => new Array(count).fill(0));
  for (const [winner, loser, weight] of games) {
    const chance = odds(strength[winner] - strength[loser]);
    const bend = weight * chance * (1 - chance);
    slope[winner] += weight * (1 - chance);
    slope[loser] -= weight * (1 - chance);
    matrix[winner][winner] += bend;
    matrix[loser][loser] += bend;
    matrix[winner][loser] -= bend;
    matrix[loser][winner] -= bend;
  }
  for (let at = 0; at < count; at += 1) {
    const chance = odds(strength[at]);
    slope[at] += HALF * (1 - chance) - HALF * chance;
    matrix[at][at] += 2 * HALF * chance * (1 - chance);
  }
  return [slope, matrix];
}

/** Invert a matrix by Gauss and Jordan with pivots. */
function inverse(matrix) {
  const size = matrix.length;
  const rows = matrix.map((row, at) => [...row, ...row.map((_, other) => (other === at ? 1 : 0))]);
  for (let col = 0; col < size; col += 1) {
    let best = col;
    for (let row = col + 1; row < size; row += 1) if (Math.abs(rows[row][col]) > Math.abs(rows[best][col])) best = row;
    [rows[col], rows[best]] = [rows[best], rows[col]];
    const pivot = rows[col][col];
    for (let at = 0; at < 2 * size; at += 1) rows[col][at] /= pivot;
    for (let row = 0; row < size; row += 1) {
      const by = rows[row][col];
      if (row === col || by === 0) continue;
      for (let at = 0; at < 2 * size; at += 1) rows[row][at] -= by * rows[col][at];
    }
  }
  return rows.map((row) => row.slice(size));
}
