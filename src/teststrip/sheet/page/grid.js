// The sheet itself: of any number of boxes, only those near the window are in the page.
import { drawCell, drawGap, fillWaiting, gapName, spoken } from "./cell.js";
import { fill, h } from "./dom.js";
import { layOut } from "./geometry.js";
import { drawHeads, labelOfRow } from "./heads.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class Grid {
  /** `ask` tells of cells what is not in the model: `look(cell)`, and hears `open(cell)` and `focused(cell)`. */
  constructor(model, ask) {
    this.model = model;
    this.ask = ask;
    this.rowsOut = new Map();
    this.focus = { row: 0, col: 0 };
    this.corner = h("div", { class: "corner", "aria-hidden": "true" });
    this.head = h("div", { class: "head", "aria-hidden": "true" });
    this.side = h("div", { class: "side", "aria-hidden": "true" });
    this.body = h("div", { class: "cells", role: "presentation" });
    this.plane = h("div", { class: "plane", role: "grid", "aria-label": "contact sheet" }, this.corner, this.head, this.side, this.body);
    this.foot = h("div", { class: "foot" });
    this.empty = h("p", { class: "empty", hidden: true });
    this.element = h("main", { class: "scroller", id: "sheet", "aria-label": "Sheet" }, this.plane, this.empty, this.foot);
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    this.body.addEventListener("click", (event) => this.clicked(event));
    this.body.addEventListener("keydown", (event) => this.keyed(event));
    this.body.addEventListener("focusin", (event) => this.focused(event));
  }

  /** Show what was arranged. */
  show(view, arranged) {
    const started = this.arranged ? this.cellAt(this.focus.row, this.focus.col) : -1;
    const had = this.body.contains(document.activeElement);
    this.view = view;
    this.arranged = arranged;
    this.room = this.element.clientWidth || window.innerWidth;
    const port = this.port(); // read before anything is written, which would have the browser lay out in between
    this.plan = layOut(this.model, view, arranged, this.room - 14, (cell) => this.ask.words(cell));
    const { plan } = this;
    this.plane.style.gridTemplateColumns = `${plan.left}px ${plan.width - plan.left}px`;
    this.plane.style.gridTemplateRows = `${plan.head}px ${plan.height}px`;
    this.plane.setAttribute("aria-rowcount", String(plan.rows.length));
    this.plane.setAttribute("aria-colcount", String(plan.columns));
    const nothing = !plan.rows.length;
    this.empty.hidden = !nothing;
    this.plane.hidden = nothing;
    this.empty.textContent = nothing ? this.ask.whyEmpty() : "";
    this.heads();
    this.clear();
    const place = started >= 0 ? this.placeOf(started) : null;
    const { row, col } = this.focus;
    this.focus = place || { row: Math.max(0, Math.min(row, plan.rows.length - 1)), col: Math.min(col, plan.columns - 1) };
    this.draw(port, 0);
    if (had) this.take(this.focus.row, this.focus.col);
    this.drawMore();
    return plan;
  }

  clear() {
    this.rowsOut.clear();
    this.body.replaceChildren();
  }

  /** Draw the cells again where they stand: something on them has changed. */
  refresh() {
    const had = this.body.contains(document.activeElement);
    this.clear();
    this.draw();
    if (had) this.take(this.focus.row, this.focus.col);
  }

  heads() {
    const { head, side, names } = drawHeads(this.model, this.plan);
    fill(this.head, head);
    fill(this.side, side);
    fill(this.corner, names);
    this.corner.hidden = !names.length && !head.length;
  }

  /** What of the sheet the window shows. */
  port() {
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.element;
    return { scrollTop, scrollLeft, clientWidth, clientHeight };
  }

  /** Bring in what lies near the window once what lies in it can be seen. */
  drawMore() {
    clearTimeout(this.more);
    this.more = setTimeout(() => this.draw(), 60);
  }

  /** Bring in the rows and columns up to so many windows `beyond` the window, and take out those that are far. */
  draw(view = this.port(), beyond = 1) {
    const { plan } = this;
    if (!plan || !plan.rows.length) return;
    const above = view.scrollTop - plan.head - beyond * view.clientHeight;
    const below = view.scrollTop + (1 + beyond) * view.clientHeight;
    const first = search(plan.rows, above);
    const before = view.scrollLeft - plan.left - beyond * view.clientWidth;
    const behind = view.scrollLeft + (1 + beyond) * view.clientWidth;
    const columns = plan.lefts.map((_, col) => col).filter((col) => plan.lefts[col] + plan.colWidth >= before && plan.lefts[col] <= behind);
    const span = `${columns[0]}-${columns[columns.length - 1]}`;
    const kept = new Set([this.focus.row]);
    for (let row = first; row < plan.rows.length && plan.rows[row].top <= below; row += 1) kept.add(row);
    for (const [row, out] of this.rowsOut) {
      if (kept.has(row)) continue;
      out.remove();
      this.rowsOut.delete(row);
    }
    for (const row of [...kept].sort((one, other) => one - other)) {
      if (row < plan.rows.length && this.rowsOut.get(row)?.dataset.span !== span) this.drawRow(row, columns, span);
    }
    this.fillLater();
  }

  /** Put all rows into the page, up to a number of boxes, as wide as paper is: each stays whole, and names itself. */
  print(most, width) {
    const { plan, arranged, model } = this;
    const columns = plan.lefts.map((_, col) => col);
    this.plane.style.zoom = String(Math.min(1, width / (plan.width - plan.left)));
    this.plane.style.gridTemplateColumns = `0 ${plan.width - plan.left}px`;
    this.plane.style.gridTemplateRows = `${plan.head}px auto`;
    clearTimeout(this.more);
    this.clear();
    for (let row = 0; row < plan.rows.length && row * columns.length < most; row += 1) {
      this.drawRow(row, columns, "all");
      const out = this.rowsOut.get(row);
      if (plan.rowLevels.length) out.before(h("p", { class: "row-label", text: labelOfRow(model, arranged, row) }));
    }
    fillWaiting(model, this.body);
  }

  /** Have a row show these columns, and the one that has the keyboard's focus; boxes that are there stay. */
  drawRow(row, columns, span) {
    const out = this.rowsOut.get(row) || this.newRow(row);
    out.dataset.span = span;
    const shown = new Set(columns);
    if (this.focus.row === row) shown.add(this.focus.col);
    for (const place of [...out.children]) if (!shown.has(Number(place.dataset.col))) place.remove();
    let next = out.firstElementChild;
    for (const col of [...shown].sort((one, other) => one - other)) {
      if (next && Number(next.dataset.col) === col) {
        next = next.nextElementSibling;
        continue;
      }
      const drawn = this.drawPlace(row, col);
      if (drawn) out.insertBefore(drawn, next);
    }
  }

  newRow(row) {
    const { plan } = this;
    const out = h("div", { class: "row", role: "row", "aria-rowindex": row + 1 });
    out.style.top = `${plan.rows[row].top}px`;
    out.style.height = `${plan.rows[row].height}px`;
    this.rowsOut.set(row, out);
    const after = [...this.rowsOut.keys()].filter((other) => other > row).sort((one, other) => one - other)[0];
    this.body.insertBefore(out, after === undefined ? null : this.rowsOut.get(after));
    return out;
  }

  drawPlace(row, col) {
    const { plan, model } = this;
    const at = row * plan.columns + col;
    const cell = this.cellAt(row, col);
    if (cell === undefined) return null;
    const look = cell >= 0 ? this.ask.look(cell) : { filtered: this.ask.filtering(), planned: Boolean(model.doc.model) };
    look.box = plan.rows[row].box;
    look.scale = plan.scale;
    look.label = plan.label ? plan.label(at) : "";
    const reason = this.arranged.reasons.get(at);
    const place = h("div", {
      class: "cell", role: "gridcell", "aria-colindex": col + 1,
      tabindex: row === this.focus.row && col === this.focus.col ? 0 : -1,
      data: { row, col, ...(cell >= 0 ? { cell } : {}) },
    }, cell >= 0 ? drawCell(model, cell, look) : drawGap(reason, look), h("span", { class: "hush", text: cell >= 0 ? spoken(model, cell, look) : gapName(reason, Boolean(model.doc.model)) }));
    place.style.left = `${plan.lefts[col]}px`;
    place.style.width = `${plan.colWidth}px`;
    if (look.label) place.firstChild.style.height = `${plan.rows[row].over}px`;
    return place;
  }

  fillLater() {
    if (this.waits || !fillWaiting(this.model, this.body)) return;
    this.waits = setTimeout(() => {
      this.waits = 0;
      this.fillLater();
    }, 60);
  }

  /** The cell at a place; -1 for a place without one, undefined for no place. */
  cellAt(row, col) {
    const { plan, arranged } = this;
    if (!plan || row < 0 || col < 0 || row >= plan.rows.length || col >= plan.columns) return undefined;
    return plan.kind === "flow" ? arranged.items[row * plan.columns + col] : arranged.cells[row * plan.columns + col];
  }

  placeOf(cell) {
    const { plan, arranged } = this;
    const at = (plan.kind === "flow" ? arranged.items : arranged.cells).indexOf(cell);
    return at < 0 ? null : { row: Math.floor(at / plan.columns), col: at % plan.columns };
  }

  /** All cells in reading order. */
  order() {
    const cells = this.plan.kind === "flow" ? this.arranged.items : [...this.arranged.cells];
    return cells.filter((cell) => cell >= 0);
  }

  /** The nearest cell from one in a direction; undefined at the edge. */
  next(cell, [down, right]) {
    const place = this.placeOf(cell);
    if (!place) return undefined;
    let { row, col } = place;
    do {
      row += down;
      col += right;
      if (this.plan.kind === "flow" && right) {
        const at = row * this.plan.columns + col;
        row = Math.floor(at / this.plan.columns);
        col = at - row * this.plan.columns;
      }
    } while (this.cellAt(row, col) === -1);
    return this.cellAt(row, col);
  }

  /** Put the keyboard's focus on a place, and bring it into the window. */
  take(row, col) {
    if (this.cellAt(row, col) === undefined) return;
    const old = this.body.querySelector('[tabindex="0"]');
    if (old) old.tabIndex = -1;
    this.focus = { row, col };
    this.reveal(row, col);
    this.draw();
    let place = this.body.querySelector(`[data-row="${row}"][data-col="${col}"]`);
    if (!place) {
      this.rowsOut.get(row)?.remove();
      this.rowsOut.delete(row);
      this.draw();
      place = this.body.querySelector(`[data-row="${row}"][data-col="${col}"]`);
    }
    if (!place) return;
    place.tabIndex = 0;
    place.focus({ preventScroll: true });
  }

  takeCell(cell) {
    const place = this.placeOf(cell);
    if (place) this.take(place.row, place.col);
  }

  reveal(row, col) {
    const { plan, element: view } = this;
    const { top, height } = plan.rows[row];
    const left = plan.lefts[col];
    if (top < view.scrollTop) view.scrollTop = top - 8;
    else if (top + height + plan.head > view.scrollTop + view.clientHeight) view.scrollTop = Math.min(top - 8, top + height + plan.head + 16 - view.clientHeight);
    if (left < view.scrollLeft) view.scrollLeft = left - 8;
    else if (left + plan.colWidth + plan.left > view.scrollLeft + view.clientWidth) view.scrollLeft = left + plan.colWidth + plan.left + 16 - view.clientWidth;
  }

  clicked(event) {
    const place = event.target.closest(".cell");
    if (!place) return;
    this.take(Number(place.dataset.row), Number(place.dataset.col));
    if (place.dataset.cell !== undefined) this.ask.open(Number(place.dataset.cell), event);
  }

  focused(event) {
    const place = event.target.closest(".cell");
    if (!place) return;
    this.focus = { row: Number(place.dataset.row), col: Number(place.dataset.col) };
  }

  /** The cell that has the keyboard's focus, or undefined. */
  current() {
    const cell = this.cellAt(this.focus.row, this.focus.col);
    return this.body.contains(document.activeElement) && cell >= 0 ? cell : undefined;
  }

  keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, col } = this.focus;
    const move = MOVES[event.key];
    const page = Math.max(1, Math.floor(this.element.clientHeight / (this.plan.rows[row].height + 10)) - 1);
    const places = {
      Home: [row, 0], End: [row, this.plan.columns - 1], PageUp: [Math.max(0, row - page), col],
      PageDown: [Math.min(this.plan.rows.length - 1, row + page), col],
    };
    const to = move ? [row + move[0], col + move[1]] : places[event.key];
    if (to) {
      event.preventDefault();
      this.take(...to);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const cell = this.cellAt(row, col);
      if (cell >= 0) this.ask.open(cell, event);
    }
  }
}

/** The first row that ends below a height. */
function search(rows, height) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].top + rows[middle].height < height) low = middle + 1;
    else high = middle;
  }
  return low;
}
