// Under the sheet: what all cells share, what labels stand for, the legend, and what the run came to.
import { counted, h } from "./dom.js";
import { definitions } from "./info.js";

const PROOF = "Darkroom proof: drawn offline by a real sampler on a toy world. It shows what the settings do, not what the model would draw.";

export function drawFoot(model, legend) {
  const { doc } = model;
  return [
    legend.length ? h("section", {}, h("h2", { text: "Legend" }), h("dl", { class: "legend" }, legend.map((entry) => h("div", {}, h("dt", { text: `[${entry.mark}] ${model.axes[entry.axis].name}` }), h("dd", { text: entry.text }))))) : null,
    !doc.model && !doc.settings.length ? null : h("section", {}, h("h2", { text: "The same for all" }), definitions([...(doc.model ? [["model", doc.model], ["target", doc.target]] : []), ...doc.settings], { class: "settings" })),
    meanings(model),
    doc.notes.length ? h("section", {}, h("h2", { text: "Notes" }), doc.notes.map((note) => h("p", { class: "note-text", text: note }))) : null,
    h("p", { class: "colophon", text: [doc.author ? `By ${doc.author}` : "", doc.proof ? PROOF : "", states(model), doc.id ? `teststrip, plan ${doc.id.slice(0, 12)}` : "teststrip, redacted"].filter(Boolean).join("\n") }),
  ];
}

function meanings(model) {
  const axes = model.axes.filter((axis) => axis.values.some((value) => value.sets || value.note));
  if (!axes.length) return null;
  return h("section", {}, h("h2", { text: "What labels stand for" }), axes.map((axis) => h("details", { open: axis.size <= 12 }, h("summary", { text: axis.name }), definitions(axis.values.filter((value) => value.sets || value.note).map((value) => [value.label, meaning(value)]), { class: "meanings" }))));
}

function meaning(value) {
  return [...(value.sets || []).map(([name, text]) => `${name}: ${text}`), value.note || ""].filter(Boolean).join("\n");
}

export function states(model) {
  const counts = new Map();
  for (let cell = 0; cell < model.count; cell += 1) counts.set(model.state(cell), (counts.get(model.state(cell)) || 0) + 1);
  if (counts.size === 1 && counts.has("done")) return "";
  return `Of ${counted(model.count, "cell")}: ${[...counts].map(([state, count]) => `${count.toLocaleString("en")} ${state}`).join(", ")}.`;
}
