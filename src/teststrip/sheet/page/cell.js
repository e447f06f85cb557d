// One box of the sheet: its pictures, or honestly why there are none; its words; what was marked on it.
import { h } from "./dom.js";
import { across } from "./geometry.js";

const GAP = 2; // pixels between several pictures of a cell
const GAP_WORDS = { skip: "skipped", where: "left out", sample: "not in the sample" };
const TONES = { failed: "trouble", cancelled: "trouble", "picture damaged": "trouble", moderated: "doubt", uncertain: "doubt" };

/** Draw a cell; all of it is in the name that is spoken. `look` has what is around it: scale, height of the picture's place, words, label, marks, heat. */
export function drawCell(model, cell, look) {
  const pictures = model.pictures(cell);
  const state = model.state(cell);
  const mark = look.mark;
  const box = h("div", { "aria-hidden": "true", class: `box${mark && mark.pick ? ` is-${mark.pick}` : ""}` });
  box.style.height = `${look.box}px`;
  if (pictures.length && state !== "picture damaged") box.append(...drawPictures(model, cell, look));
  else box.append(why(state, model.reason(cell), TONES[state] || "quiet", look.box));
  if (mark && mark.pick) box.append(h("span", { class: `pencil ${mark.pick}` }));
  if (mark && mark.note) box.append(h("span", { class: "noted", title: mark.note, text: "✎" }));
  if (look.letter) box.append(h("span", { class: "letter", text: look.letter }));
  if (look.heat && look.heat.value !== null) {
    box.classList.add("has-heat");
    box.style.setProperty("--share", String(look.heat.share));
    box.append(h("span", { class: "heat", text: look.heat.value.toFixed(1) }));
  }
  return [
    look.label ? over(look.label) : null,
    box,
    look.words ? h("div", { "aria-hidden": "true", class: "words", text: look.words }) : null,
  ].filter(Boolean);
}

/** Draw a place that has no cell. */
export function drawGap(reason, look) {
  const box = h("div", { "aria-hidden": "true", class: "box is-gap" });
  box.style.height = `${look.box}px`;
  const word = reason ? GAP_WORDS[reason.kind] : look.filtered ? "" : look.planned ? "not in the plan" : "no picture";
  if (word) box.append(why(word, reason && reason.kind !== "sample" ? reason.text : "", "faint", look.box));
  return [look.label ? over(look.label) : null, box].filter(Boolean);
}

/** A label over a box; one that is longer than its six lines is whole in the open cell, and with the pointer on it. */
function over(label) {
  return h("div", { "aria-hidden": "true", class: "over", title: label }, h("span", { text: label }));
}

export function gapName(reason, planned) {
  return reason ? [GAP_WORDS[reason.kind], reason.kind === "sample" ? "" : reason.text].filter(Boolean).join(": ") : planned ? "not in the plan" : "no picture";
}

/** A word and, as far as it fits, a reason; the whole is in the open cell, and with the pointer on it. */
function why(word, reason, tone, height = 120) {
  const text = reason && height > 52 ? h("span", { text: reason }) : null;
  if (text) text.style.webkitLineClamp = String(Math.floor((height - 36) / 16));
  return h("div", { class: `why ${tone}`, title: [word, reason].filter(Boolean).join(": ") }, h("b", { text: word }), text);
}

function drawPictures(model, cell, look) {
  const pictures = model.pictures(cell);
  const columns = across(pictures.length);
  const set = h("div", { class: "pictures" });
  set.style.gridTemplateColumns = `repeat(${columns}, auto)`;
  const { width, height } = model.doc.pictures;
  const spare = (GAP * (columns - 1)) / columns; // what lies between them is part of the box
  for (const picture of pictures) {
    const side = [width[picture] * look.scale - spare, (height[picture] * (width[picture] * look.scale - spare)) / width[picture]];
    const image = h("img", { alt: "", decoding: "async", draggable: "false" });
    image.style.width = `${Math.max(1, side[0])}px`;
    image.style.height = `${Math.max(1, side[1])}px`;
    image.addEventListener("error", () => lost(image, "picture not found", "it is not where this page looks for it"), { once: true });
    const address = addressFor(model, picture, side[0] * (window.devicePixelRatio || 1));
    if (address) image.src = address;
    else image.dataset.waits = String(picture);
    set.append(image);
  }
  return [set];
}

/** Say in the place of a picture why it is not seen. */
function lost(image, word, reason) {
  const { width, height } = image.style;
  const said = why(word, reason, "trouble", parseFloat(height));
  Object.assign(said.style, { width, height });
  image.replaceWith(said);
}

/** The thumbnail, or the original where it would be too coarse and the page has it. */
function addressFor(model, picture, pixels) {
  const thumb = model.thumb(picture);
  const source = model.source(picture);
  const enough = 380;
  return source && (pixels > enough || !thumb) && model.doc.pictures.width[picture] > enough * 0.5 ? source : thumb;
}

/** Give pictures their addresses that came after them, as a large file is still being read. */
export function fillWaiting(model, root) {
  let left = 0;
  for (const image of root.querySelectorAll("img[data-waits]")) {
    const address = addressFor(model, Number(image.dataset.waits), 0);
    if (address) {
      image.src = address;
      delete image.dataset.waits;
    } else if (document.readyState === "loading") left += 1;
    else lost(image, "picture damaged", "it cannot be read"); // nothing of it came with the page
  }
  return left;
}

/** What a screen reader says of a cell. */
export function spoken(model, cell, look) {
  const state = model.state(cell);
  const count = model.pictures(cell).length;
  const parts = [model.name(cell)];
  if (state !== "done") parts.push([state, model.reason(cell)].filter(Boolean).join(": "));
  else if (count > 1) parts.push(`${count} pictures`);
  if (look.words) parts.push(look.words.replaceAll("\n", ", "));
  if (look.mark && look.mark.pick) parts.push(look.mark.pick === "pick" ? "picked" : "rejected");
  if (look.mark && look.mark.note) parts.push(`note: ${look.mark.note}`);
  if (look.heat && look.heat.value !== null) parts.push(`difference to the next ${look.heat.value.toFixed(1)}`);
  return parts.join(", ");
}
