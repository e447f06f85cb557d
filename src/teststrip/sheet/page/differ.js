// How far neighbours are apart, as a heat map on the sheet and as one figure for each axis.
import { button, counted, fill, h } from "./dom.js";
import { menu } from "./controls.js";

export class Differ {
  /** `compare(a, b)` opens two cells; `ask()` has differences fetched where a server has them. */
  constructor(model, store, compare, ask) {
    this.model = model;
    this.store = store;
    this.compare = compare;
    this.list = h("div", { class: "differ" });
    this.menu = menu("Differences", "Which axis changes the picture most", this.list);
    this.menu.addEventListener("toggle", () => {
      if (!this.menu.open) return;
      if (!this.model.steps.length) ask();
      this.draw();
    });
    store.hear((_, names) => names.includes("heat") && this.draw());
    this.menu.classList.toggle("is-on", store.view.heat !== "");
  }

  /** The axes whose steps were measured, the one that changes most first. */
  ranking() {
    return this.model.axes.map((axis) => ({ axis, step: this.model.steps[axis.at] })).filter(({ step }) => step && step.count)
      .sort((one, other) => other.step.mean - one.step.mean || one.axis.at - other.axis.at);
  }

  /** What a cell's heat is at the moment, or null. */
  heatOf(cell) {
    const { heat } = this.store.view;
    if (heat === "") return null;
    const axis = this.model.axes.find((one) => one.name === heat);
    const step = axis && this.model.steps[axis.at];
    if (!step || !step.count) return null;
    const value = step.cells[cell];
    return { value, share: value === null ? 0 : Math.min(1, value / this.most()) };
  }

  /** The largest step of any axis: all heat maps have one scale. */
  most() {
    this.largest ||= Math.max(1, ...this.ranking().map(({ step }) => step.cells[step.largest]));
    return this.largest;
  }

  draw() {
    const ranking = this.ranking();
    this.menu.classList.toggle("is-on", this.store.view.heat !== "");
    if (!ranking.length) {
      fill(this.list, h("p", { text: this.model.steps.length ? "There are no two pictures that differ in one axis alone." : "The pictures are still being read; open this again in a moment." }));
      return;
    }
    const top = ranking[0].step.mean || 1;
    fill(this.list,
      h("p", { class: "lead", text: ranking.length > 1 ? `${ranking[0].axis.name} changes the picture most` : `One step of ${ranking[0].axis.name}` }),
      h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col", text: "axis" }), h("th", { scope: "col", text: "mean step" }), h("th", { scope: "col", text: "largest" }), h("th", { scope: "col", text: "map" }))),
        h("tbody", {}, ranking.map(({ axis, step }) => this.row(axis, step, top)))),
      h("p", { class: "hint", text: "Mean colour difference (CIE 1976 delta E at 32 x 32 pixels) from a cell to the next that differs in this axis alone: 0 is the same, 100 black against white." }));
  }

  row(axis, step, top) {
    const bar = h("span", { class: "bar-of" });
    bar.style.width = `${Math.max(2, (step.mean / top) * 100)}%`;
    const on = this.store.view.heat === axis.name;
    const largest = step.largest;
    return h("tr", {}, h("th", { scope: "row", text: axis.name }),
      h("td", { title: `${counted(step.count, "step")}, median ${step.median}` }, h("span", { class: "bar-place" }, bar), h("span", { text: step.mean.toFixed(1) })),
      h("td", {}, button(step.cells[largest].toFixed(1), () => {
        this.menu.open = false;
        this.compare(largest, step.next[largest]);
      }, { title: "Compare these two" , "aria-label": `Compare the largest step of ${axis.name}, ${step.cells[largest].toFixed(1)}` })),
      h("td", {}, button(on ? "hide" : "show", () => this.store.set({ heat: on ? "" : axis.name }), { "aria-pressed": String(on), "aria-label": `${on ? "hide" : "show"} the heat map of ${axis.name}` })));
  }
}
