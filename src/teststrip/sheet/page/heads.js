// The labels over the columns and beside the rows, outermost first; each stays in sight as long as what it names is.
import { h, seen } from "./dom.js";

const NAME = 16; // pixels over the labels of an axis, for its name

/** Draw the labels of both sides, and the names of the axes beside the rows. */
export function drawHeads(model, plan) {
  let top = 0;
  const head = plan.colLevels.map((level, at) => {
    const labels = level.spans.map((span) => {
      const label = labelled(model, level.axis, span, level.lines);
      label.style.left = `${plan.lefts[span.from]}px`;
      label.style.width = `${plan.lefts[span.to] + plan.colWidth - plan.lefts[span.from]}px`;
      label.style.top = `${top + NAME}px`;
      label.style.height = `${level.height - NAME}px`;
      label.firstChild.style.left = `${plan.left + 4}px`;
      label.classList.toggle("inner", at === plan.colLevels.length - 1); // under the innermost is the line of the whole head
      return label;
    });
    const line = h("div", { class: "head-name" }, h("span", { text: model.axes[level.axis].name }));
    line.style.top = `${top + 2}px`;
    line.firstChild.style.left = `${plan.left + 8}px`;
    top += level.height;
    return [line, labels];
  });
  let left = 0;
  const names = [];
  const side = plan.rowLevels.map((level) => {
    const labels = level.spans.map((span) => {
      const label = labelled(model, level.axis, span, span.lines);
      label.style.left = `${left}px`;
      label.style.width = `${level.width}px`;
      label.style.top = `${plan.rows[span.from].top}px`;
      label.style.height = `${plan.rows[span.to].top + plan.rows[span.to].height - plan.rows[span.from].top}px`;
      label.firstChild.style.top = `${plan.head + 4}px`;
      return label;
    });
    const name = h("span", { class: "axis-name", text: model.axes[level.axis].name });
    name.style.left = `${left}px`;
    name.style.width = `${level.width - 6}px`;
    names.push(name);
    left += level.width;
    return labels;
  });
  return { head, side, names };
}

/** The values of a row in words, for paper. */
export function labelOfRow(model, arranged, row) {
  return arranged.rowAxes.map((axis, level) => `${model.axes[axis].name} ${model.axes[axis].values[arranged.rows[row][level]].label}`).join(" · ");
}

function labelled(model, axis, span, lines) {
  const value = model.axes[axis].values[span.value];
  const told = [value.label, value.note].filter(Boolean).join("\n");
  const text = h("span", { class: "label-text" });
  if (span.mark) text.append(h("b", { class: "mark", text: `[${span.mark}] ` }));
  text.append(seen(value.label.trim()) || "(empty)");
  if (value.note) text.append(h("i", { class: "note", text: " °" }));
  text.style.webkitLineClamp = String(Math.max(1, lines));
  return h("div", { class: "label", title: told }, h("div", { class: "stick" }, text));
}
