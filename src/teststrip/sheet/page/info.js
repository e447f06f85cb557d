// All that is known of a cell, in words, and what can be done with it.
import { button, copy, h } from "./dom.js";
import { shown, told } from "./model.js";
import { recipeOf, requestText } from "./recipe.js";

const LONG = 48; // characters: a longer value stands under its name

export function definitions(pairs, props = {}) {
  return h("dl", props, pairs.map(([name, value]) => h("div", { class: String(value).length > LONG ? "long" : "" }, h("dt", { text: name }), h("dd", { text: String(value) === "" ? "(empty)" : String(value) }))));
}

/** Draw what is known of a cell. `marking` draws the buttons for marks. */
export function drawInfo(model, cell, marking) {
  const state = model.state(cell);
  const request = model.request(cell);
  const varying = new Set(model.doc.columns.map((column) => column.name));
  const where = model.where(cell);
  const saidBefore = ([name, value]) => where.some(([axis, label]) => axis === name && label === shown(value));
  const own = Object.entries(request).filter(([name, value]) => varying.has(name) && !saidBefore([name, value]));
  const common = Object.entries(request).filter(([name]) => !varying.has(name));
  const notes = model.axes.map((axis) => axis.values[model.at(cell, axis.at)].note).filter(Boolean);
  const facts = model.fields.filter((field) => field.id.startsWith("record:") || field.id === "price")
    .filter((field) => field.get(cell) !== null && field.get(cell) !== undefined).map((field) => [field.label, told(field, field.get(cell))]);
  return [
    h("h2", { text: model.doc.title }),
    definitions(where, { class: "where" }),
    state === "done" && !model.reason(cell) ? null : h("p", { class: "standing" }, h("b", { text: state }), model.reason(cell) ? `: ${model.reason(cell)}` : ""),
    model.caption(cell) ? h("p", { class: "caption", text: model.caption(cell) }) : null,
    notes.map((note) => h("p", { class: "note-text", text: note })),
    marking,
    facts.length ? definitions(facts) : null,
    own.length ? section("What differs", definitions(own.map(([name, value]) => [name, shown(value)])), true) : null,
    common.length ? section("The same for all", definitions(common.map(([name, value]) => [name, shown(value)])), common.length < 8) : null,
    h("div", { class: "row-of-buttons" },
      model.doc.redacted ? null : button("Copy request", () => copy(requestText(model, cell), "Request")),
      model.doc.redacted || !model.doc.model ? null : button("Copy as recipe", () => copy(recipeOf(model, cell), "Recipe")),
      button("Copy link", () => copy(window.location.href, "Link"))),
    model.pictures(cell).map((picture, at) => originalOf(model, picture, at, model.pictures(cell).length)),
    model.doc.cells.digest[cell] ? h("p", { class: "digest", text: `cell ${cell}, digest ${model.doc.cells.digest[cell].slice(0, 12)}` }) : null,
  ];
}

function section(title, content, open) {
  return h("details", { class: "section", open }, h("summary", { text: title }), content);
}

function originalOf(model, picture, at, count) {
  const { width, height, type, sha256 } = model.doc.pictures;
  const source = model.source(picture);
  const said = `${width[picture]} x ${height[picture]} ${type[picture].replace("image/", "").toUpperCase()}`;
  const name = count > 1 ? `Original ${at + 1}` : "Original";
  if (!source) return h("p", { class: "original", text: `${said}; this page came without the original, and shows its thumbnail` });
  const inside = source.startsWith("data:");
  const props = inside ? { download: `${sha256[picture].slice(0, 12)}.${type[picture].replace("image/", "").replace("jpeg", "jpg")}` } : { target: "_blank", rel: "noopener" };
  return h("p", { class: "original" }, h("a", { href: source, ...props, text: inside ? `Save the ${name.toLowerCase()}` : name }), ` ${said}`);
}
