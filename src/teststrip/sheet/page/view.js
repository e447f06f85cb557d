// What is shown and how: one record, its spelling in the address, and who hears of its changes.

import { columnWidth } from "./geometry.js";

export const SIZES = { least: 40, most: 640 };

/** The view that a sheet begins with. */
export function firstView(model, width) {
  const layout = model.doc.layouts[0] || { grid: null, rows: [], cols: [] };
  const view = {
    rows: [...layout.rows], cols: [...layout.cols], own: false, at: {}, hidden: new Set(), size: 0, mode: "grid",
    captions: model.doc.cells.caption.length ? ["caption"] : [], sort: "", down: false, filters: [], heat: "",
    theme: "", cell: "", pair: [],
  };
  for (const axis of model.axes) {
    axis.values.forEach((value, at) => value.hide && view.hidden.add(`${axis.at}:${at}`));
  }
  if (layout.grid !== null && model.axes.length) view.at[0] = layout.grid;
  view.size = fitting(model, view, width);
  if (isSparse(model, view)) view.mode = "list";
  return view;
}

/** Most places of the grid would be empty: of a sample of many, a list shows more. */
function isSparse(model, view) {
  const places = [...view.rows, ...view.cols].reduce((product, axis) => product * model.axes[axis].size, 1);
  const sampled = model.doc.gaps.reasons.some((reason) => reason.kind === "sample");
  return sampled && model.count > 1 && places > model.count * 2;
}

/** A width of boxes in pixels at which the columns fit into the window, if that is not too small to see anything. */
export function fitting(model, view, width) {
  const wraps = !view.rows.length && view.cols.length === 1 && model.axes[view.cols[0]].size > 8;
  const lines = Math.max(2, Math.min(8, Math.floor((width - 40) / 200)));
  const fits = wraps ? (width - 40) / lines - 10 : columnWidth(model, view, width);
  const least = 110;
  if (model.count === 1) {
    const [wide, high] = model.box(0);
    return Math.round(Math.max(least, Math.min(width - 40, SIZES.most, ((window.innerHeight - 150) * wide) / high)));
  }
  return Math.round(Math.max(least, Math.min(300, fits)));
}

export class Store {
  constructor(view) {
    this.view = view;
    this.heard = [];
  }

  /** Change some of the view; everybody hears which members. */
  set(changes) {
    this.view = { ...this.view, ...changes };
    for (const hear of this.heard) hear(this.view, Object.keys(changes));
  }

  hear(hear) {
    this.heard.push(hear);
  }
}

/** Write a view as an address: only what is not as at first. Axes go by name, values by number, cells by digest. */
export function toHash(model, view, first) {
  const words = new URLSearchParams();
  const names = (axes) => axes.map((axis) => encodeURIComponent(model.axes[axis].name)).join(",");
  const same = (one, other) => one.length === other.length && one.every((item, at) => item === other[at]);
  if (!same(view.rows, first.rows)) words.set("rows", names(view.rows));
  if (!same(view.cols, first.cols)) words.set("cols", names(view.cols));
  const at = Object.entries(view.at).filter(([axis, value]) => value !== (first.at[axis] || 0));
  if (at.length) words.set("at", at.map(([axis, value]) => `${encodeURIComponent(model.axes[axis].name)}:${value}`).join(","));
  const hidden = [...view.hidden].sort();
  if (!same(hidden, [...first.hidden].sort())) words.set("hide", hidden.join(","));
  if (view.size !== first.size) words.set("size", String(view.size));
  if (view.mode !== first.mode) words.set("mode", view.mode);
  if (!same(view.captions, first.captions)) words.set("show", view.captions.map(encodeURIComponent).join(","));
  if (view.sort) words.set("sort", `${view.down ? "-" : ""}${view.sort}`);
  for (const filter of view.filters) words.append("if", JSON.stringify([filter.field, filter.is, filter.value]));
  if (view.heat !== "") words.set("heat", view.heat);
  if (view.cell !== "") words.set("cell", cellName(model, view.cell));
  if (view.pair.length === 2) words.set("pair", view.pair.map((cell) => cellName(model, cell)).join(","));
  return words.toString();
}

/** Read an address into a view; what it has no cell or axis for is passed over. */
export function fromHash(model, hash, first) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const axisOf = (name) => model.axes.findIndex((axis) => axis.name === decoded(name));
  const axes = (text) => [...new Set(text.split(",").map(axisOf))].filter((axis) => axis >= 0);
  const view = { ...first, at: { ...first.at }, hidden: new Set(first.hidden), cell: "", pair: [] };
  if (words.has("rows") || words.has("cols")) view.own = true;
  if (words.has("rows")) view.rows = axes(words.get("rows"));
  if (words.has("cols")) view.cols = axes(words.get("cols")).filter((axis) => !view.rows.includes(axis));
  for (const pair of (words.get("at") || "").split(",")) {
    const axis = axisOf(pair.slice(0, pair.lastIndexOf(":")));
    const value = Number(pair.slice(pair.lastIndexOf(":") + 1));
    if (axis >= 0 && Number.isInteger(value) && value >= 0 && value < model.axes[axis].size) view.at[axis] = value;
  }
  if (words.has("hide")) view.hidden = new Set(words.get("hide").split(",").filter((key) => /^\d+:\d+$/.test(key)));
  const size = Number(words.get("size"));
  if (size >= SIZES.least && size <= SIZES.most) view.size = Math.round(size);
  if (["grid", "list"].includes(words.get("mode"))) view.mode = words.get("mode");
  if (words.has("show")) view.captions = words.get("show").split(",").filter(Boolean).map(decoded);
  const sort = words.get("sort") || "";
  view.down = sort.startsWith("-");
  view.sort = sort.replace(/^-/, "");
  view.filters = words.getAll("if").map(readFilter).filter((filter) => filter && model.byField.has(filter.field));
  if (words.has("heat")) view.heat = words.get("heat");
  if (words.has("cell")) view.cell = cellOf(model, words.get("cell"));
  if (words.has("pair")) {
    const pair = words.get("pair").split(",").map((name) => cellOf(model, name));
    if (pair.length === 2 && !pair.includes("")) view.pair = pair;
  }
  return view;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readFilter(text) {
  try {
    const [field, is, value] = JSON.parse(text);
    return typeof field === "string" && typeof is === "string" ? { field, is, value: String(value) } : null;
  } catch {
    return null;
  }
}

/** A cell's name in an address: its digest, or its number where others have the same request. */
export function cellName(model, cell) {
  const digest = model.doc.cells.digest[cell];
  return model.byDigest.get(digest) === cell ? digest.slice(0, 16) : `n${cell}`;
}

function cellOf(model, name) {
  if (/^n\d+$/.test(name)) return Number(name.slice(1)) < model.count ? Number(name.slice(1)) : "";
  const found = model.doc.cells.digest.findIndex((digest) => digest && name.length >= 8 && digest.startsWith(name));
  return found < 0 ? "" : found;
}
