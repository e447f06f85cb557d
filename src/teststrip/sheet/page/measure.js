// How much room text takes, before it is set: so that no label is cut, and no page is laid out twice.

const context = document.createElement("canvas").getContext("2d");
const widths = new Map();
const MOST_SET = 2000; // characters: longer ones fit nowhere, however they are broken
const FAMILY = '"Noto Sans", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif';

function widthOf(text, size, weight) {
  const key = `${weight} ${size} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    context.font = `${weight} ${size}px ${FAMILY}`;
    width = context.measureText(text).width;
    if (widths.size > 50_000) widths.clear();
    widths.set(key, width);
  }
  return width;
}

// Where a line may end: behind a space or a hyphen, and behind a character of a script without spaces, unless the next one begins no line.
const BREAKS = /(?<=[\s-])|(?<=[\u2e80-\u9fff\uac00-\ud7ff\uff00-\uffef])(?<![（［｛「『【〈《〔〖〘])(?![、。，．・：；？！）］｝」』】〉》〕〗〙ゝゞ々ーヽヾ〜…‥％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ])/u;

const probe = document.createElement("div");
const heights = new Map();

/** Count the lines of a text by setting it: where a browser parts `a/b?c=d` or `(e)[f]`, only it knows. */
function linesSet(text, width, size, weight) {
  const key = `${weight} ${size} ${width} ${text}`;
  if (!heights.has(key)) {
    if (heights.size > 5_000) heights.clear();
    Object.assign(probe.style, { position: "fixed", visibility: "hidden", left: "0px", top: "0px", whiteSpace: "pre-wrap", overflowWrap: "anywhere" });
    Object.assign(probe.style, { width: `${width}px`, font: `${weight} ${size}px/20px ${FAMILY}` });
    probe.textContent = text;
    document.body.append(probe);
    heights.set(key, Math.round(probe.getBoundingClientRect().height / 20));
    probe.remove();
  }
  return heights.get(key);
}

/** Count the lines of a text at a width in pixels, as the page breaks them: at spaces, else anywhere. */
export function linesOf(text, width, size, weight = 400) {
  let lines = 0;
  for (const paragraph of text.split("\n")) {
    let used = 0;
    lines += 1;
    for (const word of paragraph.split(BREAKS)) {
      const long = widthOf(word, size, weight);
      if (used + long <= width || (used && used + widthOf(word.trimEnd(), size, weight) <= width)) used += long;
      else if (long <= width) {
        lines += used ? 1 : 0;
        used = long;
      } else {
        const whole = used ? used + long : long;
        lines += Math.ceil((whole * 1.04) / width) - 1;
        used = whole % width;
      }
    }
  }
  return lines;
}

/** The same of a label, of which no part may be cut: set where it is not words that are broken at spaces. */
export function linesOfLabel(text, width, size, weight) {
  const breaksInside = (word) => /[^\p{L}\p{N}_]/u.test(word) && widthOf(word, size, weight) > width;
  return text.length < MOST_SET && text.split(/\s/).some(breaksInside) ? linesSet(text, width, size, weight) : linesOf(text, width, size, weight);
}

/** The width in pixels of a text on one line. */
export function lineWidth(text, size, weight = 400) {
  return Math.max(0, ...text.split("\n").map((line) => widthOf(line, size, weight)));
}
