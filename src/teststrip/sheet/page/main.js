// The page: one model, one view, and the parts that show it.
import { arrange } from "./arrange.js";
import { Compare } from "./compare.js";
import { Controls, sizer } from "./controls.js";
import { Differ } from "./differ.js";
import { announce, button, counted, fill, h, memory, seen } from "./dom.js";
import { Filters, ordering, passing, wordsMenu, wordsOf } from "./filter.js";
import { drawFoot, states } from "./foot.js";
import { Grid } from "./grid.js";
import { helpDialog } from "./help.js";
import { Live } from "./live.js";
import { Marks, MarksMenu, marking } from "./marks.js";
import { readModel } from "./model.js";
import { SIZES, Store, firstView, fitting, fromHash, toHash } from "./view.js";
import { Vote } from "./vote.js";
import { Zoom } from "./zoom.js";

const PAPER = 1020; // pixels across a sheet of A4 or letter, turned
const THEMES = ["", "light", "dark"];

class App {
  constructor() {
    this.model = readModel();
    const { model } = this;
    this.marks = new Marks(model);
    const mark = { id: "mark", label: "mark", kind: "text", get: (cell) => this.marks.word(cell), order: (cell) => ({ pick: 0, reject: 2 })[this.marks.word(cell)] ?? 1 };
    model.fields.push(mark);
    model.byField.set("mark", mark);
    this.first = firstView(model, window.innerWidth);
    this.store = new Store(fromHash(model, window.location.hash, this.first));
    this.letters = ["", ""];
    this.grid = new Grid(model, this);
    this.controls = new Controls(model, this.store);
    this.filters = new Filters(model, this.store);
    this.differ = new Differ(model, this.store, (one, two) => this.compare.open(one, two), () => this.live.measure());
    this.zoom = new Zoom(model, this.store, {
      next: (cell, direction) => this.grid.next(cell, direction), marking: (cell) => this.marking(cell), key: (event, cell) => this.key(event, cell),
      opened: () => {}, closed: (cell) => cell >= 0 && this.grid.takeCell(cell),
    });
    this.compare = new Compare(model, this.store, { closed: (cell) => this.back(cell) });
    this.vote = new Vote(model, this.marks, { closed: () => this.refresh() });
    this.help = helpDialog();
    this.live = new Live(model, (cells) => this.moved(cells), () => this.measured());
    this.build();
    this.listen();
    this.show();
    const { cell, pair } = this.store.view;
    if (cell !== "") this.zoom.open(cell);
    if (pair.length) this.compare.open(...pair);
    if (this.store.view.heat !== "") this.live.measure();
  }

  build() {
    const { model, store } = this;
    const { doc } = model;
    document.title = seen(doc.title);
    this.told = h("p", { class: "subtitle" });
    this.mode = ["grid", "list"].map((mode) => button(mode === "grid" ? "Grid" : "List", () => store.set({ mode }), { "aria-pressed": "false" }));
    this.theme = button("◐", () => this.turnTheme(), { title: "Light, dark, or as the system has it", "aria-label": "Theme" });
    const tools = h("div", { class: "tools", role: "toolbar", "aria-label": "Sheet" },
      h("div", { class: "segments", role: "group", "aria-label": "Arrange" }, this.mode), sizer(model, store),
      this.controls.valuesMenu, this.filters.menu, wordsMenu(model, store), this.differ.menu,
      button("Vote", () => this.vote.open(), { title: "Blind vote (v)" }), new MarksMenu(model, this.marks, store).menu,
      this.theme, button("?", () => this.help.showModal(), { title: "Keys", "aria-label": "Keys" }));
    const badge = doc.proof ? h("span", { class: "badge", text: "proof", title: "Drawn offline by the darkroom, not by the model" }) : null;
    this.top = h("header", { class: "top" }, h("div", { class: "heading" }, doc.live ? h("a", { class: "home", href: doc.live.home, text: "All runs" }) : null, h("h1", { text: doc.title || "Contact sheet" }), badge, this.told, this.live.told), this.controls.element, tools);
    fill(document.getElementById("app"), h("a", { class: "skip", href: "#sheet", text: "To the sheet", on: { click: (event) => { event.preventDefault(); this.grid.take(0, 0); } } }), this.top, this.grid.element);
    document.documentElement.dataset.theme = memory.read("teststrip theme") || "";
    this.tell();
  }

  listen() {
    this.store.hear((view, names) => {
      if (names.some((name) => ["rows", "cols", "at", "hidden", "size", "mode", "captions", "sort", "down", "filters"].includes(name))) this.show();
      else if (names.includes("heat")) this.refresh();
      this.remember();
    });
    this.marks.hear((cells) => {
      if (this.store.view.filters.some((filter) => filter.field === "mark") || this.store.view.sort === "mark") this.show();
      else if (cells.length) this.refresh();
      if (this.zoom.dialog.open && !this.zoom.info.querySelector(".note-field:focus")) this.zoom.drawFacts();
    });
    // A large file is shown while the rest of it is still being read: what comes of comparing stands at its end.
    document.addEventListener("DOMContentLoaded", () => this.store.view.heat !== "" && this.refresh());
    window.addEventListener("load", () => this.model.readAhead());
    window.addEventListener("hashchange", () => this.address());
    let waits = 0;
    new ResizeObserver(() => {
      clearTimeout(waits);
      waits = setTimeout(() => this.grid.room !== this.grid.element.clientWidth && this.show(), 80);
    }).observe(this.grid.element);
    document.addEventListener("keydown", (event) => this.keyed(event));
    window.addEventListener("beforeprint", () => this.print());
    window.addEventListener("afterprint", () => this.printedIt());
  }

  show() {
    const { model, store } = this;
    const { view } = store;
    const started = performance.now();
    this.passes = passing(model, view.filters);
    const arranged = arrange(model, view, this.passes, ordering(model, view.sort, view.down));
    const plan = this.grid.show(view, arranged);
    fill(this.grid.foot, drawFoot(model, plan.legend));
    this.mode.forEach((one, at) => one.setAttribute("aria-pressed", String((at === 0) === (view.mode === "grid"))));
    this.filters.tell(this.grid.order().length, model.count);
    document.documentElement.dataset.took = String(Math.round(performance.now() - started));
  }

  refresh() {
    this.grid.refresh();
  }

  /** Cells are others now, on a page that a server has: laid out anew, for their pictures have sizes of their own. */
  moved(cells) {
    this.tell();
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.show(), 30);
    if (this.zoom.dialog.open && cells.includes(this.zoom.cell)) this.zoom.draw();
    if (this.store.view.heat !== "") this.live.measure();
  }

  measured() {
    this.differ.largest = 0;
    this.differ.draw();
    this.refresh();
  }

  tell() {
    const { doc, count } = this.model;
    fill(this.told, [doc.model, doc.target, states(this.model) || counted(count, "cell")].filter(Boolean).join(" · "));
  }

  remember() {
    const hash = toHash(this.model, this.store.view, this.first);
    if (hash === window.location.hash.slice(1)) return;
    window.history.replaceState(null, "", hash ? `#${hash}` : window.location.pathname + window.location.search);
  }

  /** Go where the address says: somebody pasted a link over another. */
  address() {
    const view = fromHash(this.model, window.location.hash, this.first);
    this.store.set(view);
    if (view.cell !== "") this.zoom.open(view.cell);
    else if (this.zoom.dialog.open) this.zoom.dialog.close();
    if (view.pair.length) this.compare.open(...view.pair);
  }

  // What the grid asks.

  look(cell) {
    const letter = ["A", "B"].filter((_, at) => this.letters[at] === cell).join("");
    return { mark: this.marks.of(cell), words: this.words(cell), heat: this.differ.heatOf(cell), letter };
  }

  words(cell) {
    return wordsOf(this.model, this.store.view.captions, cell);
  }

  filtering() {
    return this.store.view.filters.length > 0;
  }

  whyEmpty() {
    return this.filtering() ? "No cell passes the filters." : "No cell is left: all values of an axis are hidden, or the plan has none here.";
  }

  open(cell, event) {
    if (event.shiftKey) this.setLetter(this.letters[0] === "" ? 0 : 1, cell);
    else this.zoom.open(cell);
  }

  marking(cell) {
    return h("div", {}, marking(this.marks, cell), h("div", { class: "row-of-buttons" },
      button("Set A", () => this.setLetter(0, cell), { "aria-pressed": String(this.letters[0] === cell), title: "First of a comparison (a)" }),
      button("Set B", () => this.setLetter(1, cell), { "aria-pressed": String(this.letters[1] === cell), title: "Second of a comparison (b)" }),
      button("Compare", () => this.both(cell), { title: "Compare A and B (c)" })));
  }

  setLetter(at, cell) {
    this.letters[at] = this.letters[at] === cell ? "" : cell;
    announce(this.letters[at] === "" ? `${"AB"[at]} is free again` : `${"AB"[at]} is ${this.model.name(cell)}`);
    this.refresh();
    if (this.zoom.dialog.open) this.zoom.drawFacts();
  }

  /** Compare A and B; with only one of them set, this cell is the other. */
  both(cell) {
    const [one, two] = this.letters;
    const other = cell === undefined ? "" : cell;
    const pair = [one !== "" ? one : other, two !== "" ? two : other];
    if (pair.includes("") || pair[0] === pair[1]) announce("Set A on one cell and B on another first");
    else this.compare.open(...pair);
  }

  back(cell) {
    if (this.zoom.dialog.open) this.zoom.draw();
    else if (cell >= 0) this.grid.takeCell(cell);
  }

  key(event, cell) {
    const keys = {
      p: () => this.marks.pick(cell, "pick"), x: () => this.marks.pick(cell, "reject"), n: () => this.note(cell),
      a: () => this.setLetter(0, cell), b: () => this.setLetter(1, cell), c: () => this.both(cell), "?": () => this.help.showModal(),
    };
    if (!keys[event.key] || cell === undefined) return false;
    event.preventDefault();
    keys[event.key]();
    return true;
  }

  note(cell) {
    if (!this.zoom.dialog.open) this.zoom.open(cell);
    this.zoom.info.querySelector(".note-field").focus();
  }

  keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || event.target.matches("input:not([type=range]):not([type=checkbox]), textarea, select")) return;
    if (this.key(event, this.grid.current())) return;
    const { view } = this.store;
    const resize = (by) => this.store.set({ size: Math.round(Math.min(SIZES.most, Math.max(SIZES.least, view.size * by))) });
    const keys = {
      "+": () => resize(1.2), "=": () => resize(1.2), "-": () => resize(1 / 1.2), 0: () => this.store.set({ size: fitting(this.model, view, window.innerWidth) }),
      "[": () => this.controls.step(-1), "]": () => this.controls.step(1), l: () => this.store.set({ mode: view.mode === "grid" ? "list" : "grid" }),
      v: () => this.vote.open(), c: () => this.both(), "?": () => this.help.showModal(), "/": () => this.openFilter(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  openFilter() {
    this.filters.menu.open = true;
    (this.filters.menu.querySelector(".filter select") || this.filters.menu.querySelector("button")).focus();
  }

  turnTheme() {
    const now = document.documentElement.dataset.theme || "";
    const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    document.documentElement.dataset.theme = next;
    memory.write("teststrip theme", next);
    announce(next ? `Theme: ${next}` : "Theme: as the system has it");
  }

  /** Paper is light, and has no window to scroll: put all rows in, as far as a printer will follow. */
  print() {
    this.printed = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    this.grid.print(3000, PAPER);
  }

  printedIt() {
    document.documentElement.dataset.theme = this.printed;
    this.grid.plane.style.zoom = "";
    this.show();
  }
}

new App();
