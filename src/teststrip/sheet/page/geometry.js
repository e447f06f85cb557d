// Pixels: where columns and rows stand, how high their words are. Pure, but for labels that have to be set to be measured.
import { lineWidth, linesOf, linesOfLabel } from "./measure.js";

export const TYPE = { label: 13, line: 18, words: 12, wordLine: 16 };
const GAP = 10;
const GROUP_GAP = 26;
const MOST_HEAD_LINES = 6;
const PAD = 6;

/** How many pictures stand beside each other in a box that shows several. */
export function across(count) {
  return Math.max(1, Math.ceil(Math.sqrt(count)));
}

/** Width and height of a cell's pictures together, in their own pixels. */
export function natural(model, cell) {
  const [width, height] = model.box(cell);
  const count = Math.max(1, model.pictures(cell).length);
  const columns = across(count);
  return [width * columns, height * Math.ceil(count / columns)];
}

/** Lay out what was arranged. `room` is the width in pixels of the window on it, `wordsOf` a cell's words. */
export function layOut(model, view, arranged, room, wordsOf) {
  return arranged.kind === "flow" ? flow(model, view, arranged, room, wordsOf) : grid(model, view, arranged, room, wordsOf);
}

function scaleOf(model, view, cells) {
  let widest = 0;
  for (const cell of cells) if (cell >= 0) widest = Math.max(widest, natural(model, cell)[0]);
  return widest ? view.size / widest : 1;
}

function boxHeight(model, cells, scale, view) {
  let height = 0;
  for (const cell of cells) if (cell >= 0) height = Math.max(height, natural(model, cell)[1] * scale);
  return Math.round(Math.min(height || view.size, view.size * 12));
}

function wordLines(cells, width, wordsOf) {
  let most = 0;
  for (const cell of cells) {
    const words = cell >= 0 ? wordsOf(cell) : "";
    if (words) most = Math.max(most, linesOf(words, width, TYPE.words));
  }
  return most;
}

function flow(model, view, arranged, room, wordsOf) {
  const columns = Math.max(1, Math.min(arranged.items.length, Math.floor((room - 2 * PAD + GAP) / (view.size + GAP))));
  const count = Math.ceil(arranged.items.length / columns);
  const scale = scaleOf(model, view, arranged.items);
  const label = (at) => (arranged.places ? model.axes[arranged.labelled[0]].values[arranged.places[at][0]].label : labelsOf(model, arranged.labelled, arranged.items[at]));
  const rows = [];
  let top = PAD;
  for (let row = 0; row < count; row += 1) {
    const from = row * columns;
    const cells = arranged.items.slice(from, from + columns);
    let over = 0;
    for (let at = from; at < from + cells.length; at += 1) over = Math.max(over, linesOf(label(at), view.size, TYPE.words));
    const over_ = Math.min(over, MOST_HEAD_LINES) * TYPE.wordLine + 4;
    const box = boxHeight(model, cells, scale, view);
    const words = wordLines(cells, view.size, wordsOf) * TYPE.wordLine;
    rows.push({ top, over: over_, box, words, height: over_ + box + (words ? words + 4 : 0) });
    top += rows[row].height + GAP + 4;
  }
  return {
    kind: "flow", columns, rows, scale, left: 0, head: 0, label, legend: [], colLevels: [], rowLevels: [],
    lefts: Array.from({ length: columns }, (_, col) => PAD + col * (view.size + GAP)),
    colWidth: view.size, width: PAD * 2 + columns * (view.size + GAP) - GAP, height: top,
  };
}

/** The labels of a cell on some axes, for a box that stands in no row and column. */
export function labelsOf(model, axes, cell) {
  const named = (axis) => {
    const label = model.label(cell, axis);
    return /[A-Za-z\u0080-\uffff]{2}/.test(label) ? label : `${model.axes[axis].name} ${label}`; // a bare number says little
  };
  return cell < 0 ? "" : axes.map(named).join(" · ");
}

function grid(model, view, arranged, room, wordsOf) {
  const legend = [];
  const width = view.size;
  const columns = arranged.cols.length;
  const scale = scaleOf(model, view, arranged.cells);
  const lefts = [];
  let left = PAD;
  arranged.cols.forEach((values, col) => {
    if (col) left += width + (isGroupEdge(arranged.cols, col) ? GROUP_GAP : GAP);
    lefts.push(left);
  });
  const colLevels = arranged.colAxes.map((axis, level) => headLevel(model, arranged.cols, axis, level, lefts, width, legend));
  const head = colLevels.reduce((sum, level) => sum + level.height, 0) + (colLevels.length ? 8 : 0);
  const rowLevels = sideLevels(model, arranged, Math.min(room * 0.4, 320));
  const rows = [];
  let top = PAD;
  arranged.rows.forEach((values, row) => {
    const cells = arranged.cells.subarray(row * columns, (row + 1) * columns);
    if (row && isGroupEdge(arranged.rows, row)) top += GROUP_GAP - GAP;
    const box = boxHeight(model, cells, scale, view);
    const words = wordLines(cells, width, wordsOf) * TYPE.wordLine;
    rows.push({ top, over: 0, box, words, height: Math.max(34, box + (words ? words + 4 : 0)) });
    top += rows[row].height + GAP;
  });
  rowLevels.forEach((level, at) => spanRows(model, arranged, level, at, rows, legend));
  const side = rowLevels.reduce((sum, level) => sum + level.width, 0) + (rowLevels.length ? 10 : 0);
  return {
    kind: "grid", columns, rows, scale, left: side, head, legend, colLevels, rowLevels, lefts,
    colWidth: width, width: side + left + width + PAD, height: top,
  };
}

function isGroupEdge(keys, at) {
  return keys[at].length > 1 && keys[at].slice(0, -1).some((value, level) => value !== keys[at - 1][level]);
}

/** Neighbours that share a value and all outer ones, as spans from one to another. */
function spans(keys, level) {
  const found = [];
  keys.forEach((values, at) => {
    const last = found[found.length - 1];
    if (last && keys[last.from].slice(0, level + 1).every((value, outer) => value === values[outer])) last.to = at;
    else found.push({ from: at, to: at, value: values[level] });
  });
  return found;
}

function headLevel(model, keys, axis, level, lefts, width, legend) {
  let lines = 1;
  const found = spans(keys, level).map((span) => {
    const value = model.axes[axis].values[span.value];
    const room = Math.min(lefts[span.to] + width - lefts[span.from], 640);
    const needed = linesOfLabel(value.label, room - 4, TYPE.label, 600);
    const mark = marked(model, axis, span.value, needed, MOST_HEAD_LINES, legend);
    lines = Math.max(lines, Math.min(MOST_HEAD_LINES, needed));
    return { ...span, label: value.label, mark };
  });
  return { axis, spans: found, height: lines * TYPE.line + 6 + 16, lines };
}

function sideLevels(model, arranged, most) {
  const count = arranged.rowAxes.length;
  return arranged.rowAxes.map((axis) => {
    const used = new Set(arranged.rows.map((values) => values[arranged.rowAxes.indexOf(axis)]));
    return { axis, width: sideOf(model.axes[axis], [...used], most / count) };
  });
}

function sideOf(axis, values, most) {
  const widest = Math.max(...values.map((value) => lineWidth(axis.values[value].label, TYPE.label, 600)), lineWidth(axis.name, 11));
  return Math.round(Math.max(44, Math.min(widest + 22, Math.max(72, most))));
}

/** How wide a column of boxes may be, so that all columns are seen in a window of this width. */
export function columnWidth(model, view, width) {
  const most = Math.min(width * 0.4, 320) / view.rows.length;
  const sides = view.rows.map((axis) => sideOf(model.axes[axis], model.axes[axis].values.map((_, value) => value), most));
  const sizes = view.cols.map((axis) => model.axes[axis].size);
  const columns = sizes.reduce((product, size) => product * size, 1);
  const groups = sizes.slice(0, -1).reduce((product, size) => product * size, 1);
  const room = width - sides.reduce((sum, side) => sum + side, view.rows.length ? 10 : 0) - 2 * PAD - 16; // and a bar to scroll by
  return Math.floor((room - (groups - 1) * (GROUP_GAP - GAP) + GAP) / columns) - GAP;
}

function spanRows(model, arranged, level, at, rows, legend) {
  level.spans = spans(arranged.rows, at).map((span) => {
    const label = model.axes[level.axis].values[span.value].label;
    const height = rows[span.to].top + rows[span.to].height - rows[span.from].top;
    const room = Math.max(2, Math.floor((height - 16) / TYPE.line));
    const lines = linesOfLabel(label, level.width - 16, TYPE.label, 600);
    return { ...span, label, lines: room, mark: marked(model, level.axis, span.value, lines, room, legend) };
  });
}

/** A label that does not fit its place gets a number, and stands whole in the legend under it. */
function marked(model, axis, value, lines, room, legend) {
  if (lines <= room) return 0;
  const known = legend.find((entry) => entry.axis === axis && entry.value === value);
  if (known) return known.mark;
  legend.push({ mark: legend.length + 1, axis, value, text: model.axes[axis].values[value].label });
  return legend.length;
}
