// The document of a run, with quick ways to ask it things. Cells go by their number.
import { isHarmless, seen } from "./dom.js";

const CHUNK = 128; // thumbnails in one block, as html.py writes them

export class Model {
  constructor(doc) {
    this.doc = doc;
    this.axes = doc.axes.map((axis, at) => ({ ...axis, at, size: axis.values.length }));
    this.width = this.axes.length;
    this.count = doc.cells.count;
    this.chunks = new Map();
    this.byDigest = new Map();
    doc.cells.digest.forEach((digest, cell) => digest && !this.byDigest.has(digest) && this.byDigest.set(digest, cell));
    this.radix = [];
    for (let at = this.width - 1, product = 1; at >= 0; at -= 1) {
      this.radix[at] = product;
      product *= this.axes[at].size;
    }
    this.byPlace = new Map();
    for (let cell = 0; cell < this.count; cell += 1) this.byPlace.set(this.key((axis) => this.at(cell, axis)), cell);
    this.gapCount = this.width ? doc.gaps.at.length / this.width : 0;
    this.fields = fieldsOf(this);
    this.byField = new Map(this.fields.map((field) => [field.id, field]));
  }

  /** Number of the value that a cell has on an axis. */
  at(cell, axis) {
    return this.doc.cells.at[cell * this.width + axis];
  }

  gapAt(gap, axis) {
    return this.doc.gaps.at[gap * this.width + axis];
  }

  key(valueOn) {
    let key = 0;
    for (let axis = 0; axis < this.width; axis += 1) key += valueOn(axis) * this.radix[axis];
    return key;
  }

  /** The values of an axis that cells or places without one have, where another axis has this value. */
  valuesWith(axis, value, other) {
    this.together ||= new Map();
    const key = `${axis}:${value}:${other}`;
    if (!this.together.has(key)) {
      const found = new Set();
      for (let cell = 0; cell < this.count; cell += 1) if (this.at(cell, axis) === value) found.add(this.at(cell, other));
      for (let gap = 0; gap < this.gapCount; gap += 1) if (this.gapAt(gap, axis) === value) found.add(this.gapAt(gap, other));
      this.together.set(key, found);
    }
    return this.together.get(key);
  }

  /** The cell that differs from another in one axis alone, where it has this value; undefined without one. */
  beside(cell, axis, value) {
    return this.byPlace.get(this.key((other) => (other === axis ? value : this.at(cell, other))));
  }

  label(cell, axis) {
    return this.axes[axis].values[this.at(cell, axis)].label;
  }

  state(cell) {
    return this.doc.cells.states[this.doc.cells.state[cell]];
  }

  reason(cell) {
    return this.doc.cells.reasons[this.doc.cells.reason[cell]];
  }

  box(cell) {
    return this.doc.cells.boxes[this.doc.cells.box[cell]];
  }

  pictures(cell) {
    return this.doc.cells.pictures[cell];
  }

  /** A picture's thumbnail; "" while its block has not come. */
  thumb(picture) {
    const own = this.doc.pictures.thumb[picture];
    if (own) return isHarmless(own) ? own : "";
    const chunk = this.chunk(Math.floor(picture / CHUNK));
    const found = chunk ? chunk[picture % CHUNK] || "" : "";
    return isHarmless(found) ? found : "";
  }

  /** A block of thumbnails; undefined while it has not come, or where there is none of this number. */
  chunk(number) {
    if (!this.chunks.has(number)) {
      const block = document.getElementById(`thumbs-${number}`);
      if (!block || (document.readyState === "loading" && !block.nextElementSibling)) return undefined;
      this.chunks.set(number, JSON.parse(block.textContent));
      block.textContent = "";
    }
    return this.chunks.get(number);
  }

  /** Read all blocks of a page that is there as a whole, one after the other while nothing else is to be done. */
  readAhead(number = 0) {
    const later = window.requestIdleCallback || ((act) => setTimeout(act, 50));
    if (this.chunk(number)) later(() => this.readAhead(number + 1));
  }

  /** The original, or "" where the page came without. */
  source(picture) {
    const address = this.doc.pictures.source[picture];
    return address && isHarmless(address) ? address : "";
  }

  caption(cell) {
    return this.doc.cells.caption.length ? this.doc.cells.caption[cell] : "";
  }

  price(cell) {
    return this.doc.cells.price.length ? this.doc.cells.price[cell] : null;
  }

  /** The whole request of a cell, in the order of the document. */
  request(cell) {
    const request = { ...this.doc.shared };
    for (const column of this.doc.columns) {
      const index = column.cells[cell];
      if (index >= 0) request[column.name] = column.values[index];
    }
    return request;
  }

  /** Where a cell stands, in words: only the axes on which there is a choice. */
  where(cell) {
    const varying = this.axes.filter((axis) => axis.size > 1);
    return (varying.length ? varying : this.axes).map((axis) => [axis.name, this.label(cell, axis.at)]);
  }

  name(cell) {
    const where = this.where(cell).map(([name, label]) => `${name} ${short(label, 80)}`);
    return where.join(", ") || this.doc.title;
  }

  /** Take in what a server says of a cell that moved; returns whether anything is another now. */
  update(cell, told, root) {
    const { cells, pictures } = this.doc;
    const before = JSON.stringify([this.state(cell), this.reason(cell), this.pictures(cell), this.caption(cell), this.price(cell)]);
    cells.state[cell] = numbered(cells.states, told.state);
    cells.reason[cell] = numbered(cells.reasons, told.reason);
    if (told.caption && !cells.caption.length) cells.caption = new Array(this.count).fill("");
    if (cells.caption.length) cells.caption[cell] = told.caption;
    if (cells.price.length) cells.price[cell] = told.price;
    cells.pictures[cell] = told.pictures.map((picture) => {
      const known = pictures.sha256.indexOf(picture.sha256);
      if (known >= 0) return known;
      const end = picture.type.replace("image/", ".").replace("jpeg", "jpg");
      pictures.source.push(`${root}pictures/${picture.sha256}${end}`);
      pictures.thumb.push(`${root}thumbs/${picture.sha256}.webp`);
      for (const name of ["width", "height", "type", "sha256"]) pictures[name].push(picture[name]);
      return pictures.sha256.length - 1;
    });
    if (told.pictures.length) {
      const box = told.pictures.reduce(([width, height], one) => [Math.max(width, one.width), Math.max(height, one.height)], [0, 0]);
      cells.boxes.push(box);
      cells.box[cell] = cells.boxes.length - 1;
    }
    this.found = undefined; // what was measured is of other pictures
    return before !== JSON.stringify([this.state(cell), this.reason(cell), this.pictures(cell), this.caption(cell), this.price(cell)]);
  }

  /** What comparing the thumbnails found, an entry an axis; [] while it has not come. */
  get steps() {
    if (!this.found) {
      const block = document.getElementById("steps");
      if (!block || (document.readyState === "loading" && !block.nextElementSibling)) return [];
      this.found = JSON.parse(block.textContent);
    }
    return this.found;
  }
}

function numbered(list, text) {
  const at = list.indexOf(text);
  return at >= 0 ? at : list.push(text) - 1;
}

export function readModel() {
  return new Model(JSON.parse(document.getElementById("document").textContent));
}

export function short(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** A field's value as people read it: a score with as many digits as its step wants. */
export function told(field, value) {
  if (typeof value !== "number") return shown(value);
  return Number.isInteger(value) || field.digits === undefined ? String(Number(value.toPrecision(6))) : value.toFixed(Math.min(9, Math.max(0, field.digits)));
}

/** A value of a request as text. */
export function shown(value) {
  return seen(typeof value === "string" ? value : JSON.stringify(value));
}

/** What tells a cell's value on an axis as a number; undefined where not all values of it are numbers. */
function amountOn(model, axis) {
  const numbers = axis.values.map((value) => (/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value.label) ? Number(value.label) : NaN));
  return numbers.some(Number.isNaN) ? undefined : (cell) => numbers[model.at(cell, axis.at)];
}

/** Everything that cells can be sorted, filtered and captioned by. */
function fieldsOf(model) {
  const { doc } = model;
  const fields = [];
  for (const axis of model.axes) {
    if (axis.size < 2) continue;
    fields.push({
      id: `axis:${axis.name}`, label: axis.name, kind: "axis", axis: axis.at, amount: amountOn(model, axis),
      get: (cell) => model.label(cell, axis.at),
      order: (cell) => model.at(cell, axis.at),
    });
  }
  const named = new Set(model.axes.flatMap((axis) => axis.names));
  for (const column of doc.columns) {
    if (named.has(column.name)) continue;
    const get = (cell) => (column.cells[cell] < 0 ? null : column.values[column.cells[cell]]);
    const numbers = column.values.every((value) => typeof value === "number");
    fields.push({ id: `request:${column.name}`, label: column.name, kind: numbers ? "number" : "text", get, order: get });
  }
  for (const record of doc.records) {
    const get = (cell) => record.cells[cell];
    fields.push({ id: `record:${record.name}`, label: record.title || record.name, kind: record.kind, digits: record.digits, get, order: get });
  }
  if (doc.cells.price.length) {
    const get = (cell) => (doc.cells.price[cell] === null ? null : Number(doc.cells.price[cell]));
    fields.push({ id: "price", label: `price (${doc.unit})`, kind: "number", get, order: get });
  }
  fields.push({ id: "state", label: "state", kind: "text", get: (cell) => model.state(cell), order: (cell) => model.state(cell) });
  return fields;
}
