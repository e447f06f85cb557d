// Which cells are shown, and in what order: by axis, parameter, score, state or mark.
import { button, counted, fill, h } from "./dom.js";
import { menu } from "./controls.js";
import { short, shown, told } from "./model.js";

const TESTS = {
  is: { said: "is", test: (value, wanted) => value === wanted },
  not: { said: "is not", test: (value, wanted) => value !== wanted },
  has: { said: "contains", test: (value, wanted) => value.toLowerCase().includes(wanted.toLowerCase()) },
  least: { said: "at least", number: true, test: (value, wanted) => value >= wanted },
  most: { said: "at most", number: true, test: (value, wanted) => value <= wanted },
};

/** Return what tells whether a cell passes all filters. */
export function passing(model, filters) {
  const tests = filters.map(({ field, is, value }) => {
    const known = model.byField.get(field);
    const rule = TESTS[is];
    if (!known || !rule) return () => true;
    const wanted = rule.number ? Number(value) : value;
    return (cell) => {
      const got = rule.number && known.amount ? known.amount(cell) : known.get(cell);
      if (got === null || got === undefined) return is === "not";
      return rule.number ? typeof got === "number" && rule.test(got, wanted) : rule.test(shown(got), wanted);
    };
  });
  return (cell) => tests.every((test) => test(cell));
}

/** Return what puts cells in order; null where nothing is asked. Cells without a value come last, both ways. */
export function ordering(model, sort, down) {
  const field = model.byField.get(sort);
  if (!field) return null;
  const known = (value) => value !== null && value !== undefined && value !== "";
  return (one, other) => {
    const [a, b] = [field.order(one), field.order(other)];
    if (known(a) !== known(b)) return known(a) ? -1 : 1;
    const order = !known(a) ? 0 : typeof a === "number" && typeof b === "number" ? a - b : shown(a).localeCompare(shown(b), "en", { numeric: true });
    return (down ? -order : order) || one - other;
  };
}

export class Filters {
  constructor(model, store) {
    this.model = model;
    this.store = store;
    this.list = h("div", { class: "filters" });
    this.told = h("p", { class: "told", role: "status" });
    this.order = h("div", { class: "sorting" });
    this.menu = menu("Filter", "Filter and sort", this.list, button("Add a filter", () => this.add()), this.order, this.told);
    store.hear((_, names) => {
      if (names.some((name) => ["filters", "sort", "down", "mode"].includes(name))) this.draw();
    });
    this.draw();
  }

  add() {
    const field = this.model.fields[0];
    this.store.set({ filters: [...this.store.view.filters, { field: field.id, is: "is", value: shown(this.values(field)[0] ?? "") }] });
    this.list.lastElementChild?.querySelector("select")?.focus();
  }

  /** The values that a field has, each once, in the order of the axis or of the text. */
  values(field) {
    if (field.kind === "axis") return [...new Set(this.model.axes[field.axis].values.map((value) => value.label))];
    const seen = new Set();
    for (let cell = 0; cell < this.model.count && seen.size < 500; cell += 1) {
      const value = field.get(cell);
      if (value !== null && value !== undefined) seen.add(shown(value));
    }
    return [...seen].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  }

  draw() {
    const had = this.list.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const { view } = this.store;
    fill(this.list, view.filters.map((filter, at) => this.row(filter, at)));
    const sort = h("select", { "aria-label": "Sort by" }, h("option", { value: "", text: "the recipe's order" }), this.model.fields.map((field) => h("option", { value: field.id, text: field.label })));
    sort.value = view.sort;
    sort.addEventListener("change", () => this.store.set({ sort: sort.value, mode: sort.value ? "list" : view.mode }));
    const down = h("input", { type: "checkbox", checked: view.down });
    down.addEventListener("change", () => this.store.set({ down: down.checked }));
    fill(this.order, h("label", {}, "Sort by ", sort), h("label", { class: "check" }, down, "largest first"), view.sort && view.mode === "grid" ? h("p", { class: "hint", text: "A list is sorted; a grid keeps its rows and columns." }) : null);
    this.menu.classList.toggle("is-on", view.filters.length > 0 || view.sort !== "");
    if (had) this.list.querySelector(`[data-key="${CSS.escape(had)}"]`)?.focus();
  }

  /** Say how many cells are left. */
  tell(count, all) {
    this.told.textContent = this.store.view.filters.length ? `${counted(count, "cell")} of ${all.toLocaleString("en")} shown` : "";
  }

  row(filter, at) {
    const change = (changes) => this.store.set({ filters: this.store.view.filters.map((one, other) => (other === at ? { ...one, ...changes } : one)) });
    const field = this.model.byField.get(filter.field);
    const fields = h("select", { "aria-label": "Field", data: { key: `f${at}` } }, this.model.fields.map((one) => h("option", { value: one.id, text: one.label })));
    fields.value = filter.field;
    fields.addEventListener("change", () => {
      const chosen = this.model.byField.get(fields.value);
      change({ field: chosen.id, is: chosen.kind === "number" ? "least" : "is", value: shown(this.values(chosen)[0] ?? "") });
    });
    const tests = h("select", { "aria-label": "Test", data: { key: `t${at}` } }, Object.entries(TESTS).filter(([, test]) => !test.number || field.kind === "number" || field.amount).map(([name, test]) => h("option", { value: name, text: test.said })));
    tests.value = filter.is;
    tests.addEventListener("change", () => change({ is: tests.value }));
    const values = field.kind === "number" || filter.is === "has" ? [] : this.values(field);
    const value = values.length && values.length < 500
      ? h("select", { "aria-label": "Value", data: { key: `v${at}` } }, values.map((one) => h("option", { value: one, text: short(one, 60) || "(empty)" })))
      : h("input", { type: field.kind === "number" ? "number" : "text", step: "any", "aria-label": "Value", data: { key: `v${at}` } });
    value.value = filter.value;
    value.addEventListener("change", () => change({ value: value.value }));
    return h("div", { class: "filter" }, fields, tests, value, button("×", () => this.store.set({ filters: this.store.view.filters.filter((_, other) => other !== at) }), { "aria-label": "Remove this filter" }));
  }
}

/** The menu of what stands under each box. */
export function wordsMenu(model, store) {
  const choices = [...(model.doc.cells.caption.length ? [{ id: "caption", label: "caption of the recipe" }] : []), ...model.fields];
  const boxes = choices.map((field) => {
    const box = h("input", { type: "checkbox", checked: store.view.captions.includes(field.id) });
    box.addEventListener("change", () => {
      const now = store.view.captions.filter((id) => id !== field.id);
      store.set({ captions: box.checked ? choices.map((one) => one.id).filter((id) => id === field.id || now.includes(id)) : now });
    });
    return h("label", { class: "check" }, box, h("span", { text: field.label }));
  });
  return menu("Captions", "What stands under each box", boxes);
}

/** The words under a cell. */
export function wordsOf(model, captions, cell) {
  if (!captions.length) return "";
  const lines = [];
  for (const id of captions) {
    if (id === "caption") lines.push(model.caption(cell));
    const field = id === "caption" ? null : model.byField.get(id);
    const value = field ? field.get(cell) : null;
    if (value !== null && value !== undefined && value !== "") lines.push(`${field.label} ${short(told(field, value), 300)}`);
  }
  return lines.filter(Boolean).join("\n");
}
