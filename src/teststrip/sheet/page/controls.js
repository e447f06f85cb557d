// The bar over the sheet: which axis goes where, sliders for the others, and what is hidden.
import { offered, sliding, standing } from "./arrange.js";
import { button, fill, h } from "./dom.js";
import { layoutOf, put } from "./pick.js";
import { SIZES, fitting } from "./view.js";

/** A menu that opens under its button; Escape and a press elsewhere close it. */
export function menu(text, title, ...content) {
  const details = h("details", { class: "menu" }, h("summary", { text, title }), h("div", { class: "drop" }, content));
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    details.open = false;
    details.querySelector("summary").focus();
  });
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    for (const other of document.querySelectorAll("details.menu[open]")) if (other !== details && !other.contains(details)) other.open = false;
  });
  return details;
}

document.addEventListener("pointerdown", (event) => {
  for (const open of document.querySelectorAll("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
});

export class Controls {
  constructor(model, store) {
    this.model = model;
    this.store = store;
    this.pickers = h("div", { class: "pickers" });
    this.sliders = h("div", { class: "sliders" });
    this.element = h("div", { class: "controls", role: "group", "aria-label": "Axes" }, this.pickers, this.sliders);
    this.values = h("div", { class: "values" });
    this.valuesMenu = menu("Values", "Hide and show values of axes", this.values);
    this.choices = model.axes.filter((axis) => axis.size > 1);
    store.hear((view, names) => {
      if (names.some((name) => ["rows", "cols", "hidden", "mode", "at"].includes(name))) this.draw();
    });
    this.draw();
  }

  draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const { view } = this.store;
    const listed = view.mode === "list";
    this.element.hidden = !this.choices.length || listed;
    fill(this.pickers, this.side("cols", "Across"), this.side("rows", "Down"));
    fill(this.sliders, sliding(this.model, view).map((axis) => this.slider(axis)));
    this.drawValues();
    if (focused) this.element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  side(side, name) {
    const list = this.store.view[side];
    const selects = list.map((axis, level) => this.select(side, level, axis, levelName(name, level, list.length)));
    const free = this.choices.length > 0;
    if (!list.length) selects.push(this.select(side, 0, null, name));
    else if (free && this.choices.length > list.length) selects.unshift(this.select(side, -1, null, `${name}, further out`, true));
    return h("div", { class: "picker" }, h("span", { class: "picker-name", text: name }), selects);
  }

  select(side, level, chosen, name, adds = false) {
    const select = h("select", { "aria-label": name, class: adds ? "adds" : "", data: { key: `${side}${level}` }, title: name },
      h("option", { value: "", text: adds ? "+ outer" : "none" }),
      this.choices.map((axis) => h("option", { value: axis.at, text: axis.name })));
    select.value = chosen === null ? "" : String(chosen);
    select.addEventListener("change", () => this.store.set(put(this.store.view, side, level, select.value === "" ? null : Number(select.value))));
    return select;
  }

  slider(axis) {
    const { view } = this.store;
    const values = offered(this.model, view, axis);
    const at = Math.max(0, values.indexOf(standing(this.model, view, axis)));
    const label = (index) => axis.values[values[index]].label.trim() || "(empty)";
    const output = h("output", { text: label(at), title: label(at) });
    const range = h("input", { type: "range", min: 0, max: values.length - 1, step: 1, "aria-label": axis.name, "aria-valuetext": label(at), data: { key: `at${axis.at}` } });
    range.value = String(at);
    range.addEventListener("input", () => this.slide(axis, values[Number(range.value)]));
    return h("label", { class: "slider" }, h("span", { class: "slider-name", text: axis.name }), range, output,
      h("span", { class: "count", text: `${at + 1}/${values.length}` }));
  }

  slide(axis, value) {
    const { view } = this.store;
    const layout = axis.union && !view.own ? layoutOf(this.model, value) : {};
    this.store.set({ at: { ...view.at, [axis.at]: value }, ...layout });
  }

  /** Move the first slider by some steps. */
  step(by) {
    const { view } = this.store;
    const axis = sliding(this.model, view)[0];
    if (!axis) return;
    const values = offered(this.model, view, axis);
    const at = values.indexOf(standing(this.model, view, axis));
    this.slide(axis, values[(at + by + values.length) % values.length]);
  }

  drawValues() {
    const { hidden } = this.store.view;
    const had = this.values.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const open = new Set([...this.values.querySelectorAll("details[open]")].map((one) => one.dataset.axis));
    fill(this.values, this.choices.map((axis) => {
      const boxes = axis.values.map((value, at) => {
        const key = `${axis.at}:${at}`;
        const box = h("input", { type: "checkbox", checked: !hidden.has(key), data: { key } });
        box.addEventListener("change", () => {
          const next = new Set(this.store.view.hidden);
          if (box.checked) next.delete(key);
          else next.add(key);
          this.store.set({ hidden: next });
        });
        return h("label", { class: "check" }, box, h("span", { text: value.label.trim() || "(empty)" }));
      });
      const gone = axis.values.filter((_, at) => hidden.has(`${axis.at}:${at}`)).length;
      return h("details", { open: open.has(String(axis.at)) || this.choices.length < 3, data: { axis: axis.at } },
        h("summary", { text: gone ? `${axis.name} (${gone} hidden)` : axis.name }),
        h("div", { class: "row-of-buttons" }, button("all", () => this.hideAll(axis, false), { data: { key: `all${axis.at}` } }), button("none", () => this.hideAll(axis, true), { data: { key: `none${axis.at}` } })),
        boxes);
    }));
    if (had) this.values.querySelector(`[data-key="${CSS.escape(had)}"]`)?.focus();
    this.valuesMenu.classList.toggle("is-on", hidden.size > 0);
  }

  hideAll(axis, hide) {
    const next = new Set(this.store.view.hidden);
    axis.values.forEach((_, at) => (hide ? next.add(`${axis.at}:${at}`) : next.delete(`${axis.at}:${at}`)));
    this.store.set({ hidden: next });
  }
}

function levelName(name, level, count) {
  return level === count - 1 ? name : `${name}, ${count - 1 - level} further out`;
}

/** The slider for the width of boxes. */
export function sizer(model, store) {
  const range = h("input", { type: "range", min: SIZES.least, max: SIZES.most, step: 4, "aria-label": "Width of boxes", title: "Width of boxes (+ and -)" });
  range.value = String(store.view.size);
  range.addEventListener("input", () => store.set({ size: Number(range.value) }));
  store.hear((view, names) => names.includes("size") && (range.value = String(view.size)));
  const fit = button("Fit", () => store.set({ size: fitting(model, store.view, window.innerWidth) }), { title: "As wide as the window allows (0)" });
  return h("div", { class: "sizer" }, range, fit);
}
