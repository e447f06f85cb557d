// Which cell stands where: rows and columns of those that are left, or one line of boxes after the other.

/** The axes that neither rows nor columns have and on which there is a choice. */
export function sliding(model, view) {
  return model.axes.filter((axis) => !view.rows.includes(axis.at) && !view.cols.includes(axis.at) && offered(model, view, axis).length > 1);
}

export function shownValues(view, axis) {
  return axis.values.map((_, value) => value).filter((value) => !view.hidden.has(`${axis.at}:${value}`));
}

/** The values that a slider offers: of several grids, those that the one which is shown has. */
export function offered(model, view, axis) {
  const values = shownValues(view, axis);
  const union = model.axes.find((one) => one.union);
  if (!union || union === axis || view.rows.includes(union.at) || view.cols.includes(union.at)) return values;
  const known = model.valuesWith(union.at, standing(model, view, union), axis.at);
  return values.filter((value) => known.has(value));
}

/** The value at which an axis that slides stands: where the view says, or the first that is offered. */
export function standing(model, view, axis) {
  const values = offered(model, view, axis);
  return values.includes(view.at[axis.at]) ? view.at[axis.at] : values[0] ?? 0;
}

/** Lay cells out. `passes` tells which are shown at all, `compare` orders a list. */
export function arrange(model, view, passes, compare) {
  if (view.mode === "list") return listed(model, view, passes, compare);
  const fixed = model.axes.filter((axis) => !view.rows.includes(axis.at) && !view.cols.includes(axis.at));
  const stands = fixed.map((axis) => [axis.at, standing(model, view, axis)]);
  const kept = [...view.rows, ...view.cols].map((axis) => [axis, new Set(shownValues(view, model.axes[axis]))]);
  const inView = (valueOn) =>
    stands.every(([axis, value]) => valueOn(axis) === value) && kept.every(([axis, values]) => values.has(valueOn(axis)));
  const placed = [];
  for (let cell = 0; cell < model.count; cell += 1) {
    const valueOn = (axis) => model.at(cell, axis);
    if (inView(valueOn) && passes(cell)) placed.push({ cell, row: sideKey(model, view.rows, valueOn), col: sideKey(model, view.cols, valueOn) });
  }
  const gaps = [];
  for (let gap = 0; gap < model.gapCount; gap += 1) {
    const valueOn = (axis) => model.gapAt(gap, axis);
    if (inView(valueOn)) gaps.push({ gap, row: sideKey(model, view.rows, valueOn), col: sideKey(model, view.cols, valueOn) });
  }
  const skips = gaps.filter((entry) => reasonOf(model, entry.gap).kind === "skip");
  const rows = sortedKeys(placed, skips, "row");
  const cols = sortedKeys(placed, skips, "col");
  const rowAt = new Map(rows.map((key, at) => [key, at]));
  const colAt = new Map(cols.map((key, at) => [key, at]));
  const cells = new Int32Array(rows.length * cols.length).fill(-1);
  for (const entry of placed) cells[rowAt.get(entry.row) * cols.length + colAt.get(entry.col)] = entry.cell;
  const reasons = new Map();
  for (const entry of gaps) {
    const row = rowAt.get(entry.row);
    const col = colAt.get(entry.col);
    if (row !== undefined && col !== undefined) reasons.set(row * cols.length + col, reasonOf(model, entry.gap));
  }
  const grid = {
    kind: "grid", rows: rows.map((key) => valuesOf(model, view.rows, key)), cols: cols.map((key) => valuesOf(model, view.cols, key)),
    rowAxes: view.rows, colAxes: view.cols, cells, reasons,
  };
  return !view.rows.length && view.cols.length === 1 && cols.length > 8 ? flowing(grid, view) : grid;
}

function listed(model, view, passes, compare) {
  const items = [];
  for (let cell = 0; cell < model.count; cell += 1) {
    const hidden = model.axes.some((axis) => view.hidden.has(`${axis.at}:${model.at(cell, axis.at)}`));
    if (!hidden && passes(cell)) items.push(cell);
  }
  if (compare) items.sort(compare);
  return { kind: "flow", items, reasons: new Map(), labelled: model.axes.filter((axis) => axis.size > 1).map((axis) => axis.at) };
}

function flowing(grid, view) {
  return { kind: "flow", items: [...grid.cells], reasons: grid.reasons, labelled: view.cols, places: grid.cols };
}

function sideKey(model, axes, valueOn) {
  let key = 0;
  for (const axis of axes) key = key * model.axes[axis].size + valueOn(axis);
  return key;
}

function valuesOf(model, axes, key) {
  const values = [];
  for (let rest = key, at = axes.length - 1; at >= 0; at -= 1) {
    values[at] = rest % model.axes[axes[at]].size;
    rest = Math.floor(rest / model.axes[axes[at]].size);
  }
  return values;
}

function sortedKeys(placed, skips, side) {
  return [...new Set([...placed, ...skips].map((entry) => entry[side]))].sort((one, other) => one - other);
}

function reasonOf(model, gap) {
  return model.doc.gaps.reasons[model.doc.gaps.reason[gap]];
}
