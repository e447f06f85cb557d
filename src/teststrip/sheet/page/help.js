// The keys, told.
import { button, h } from "./dom.js";

const KEYS = [
  ["On the sheet", [["Tab", "to the sheet, and out of it"], ["Arrow keys  Home  End  Page up  Page down", "from cell to cell"], ["Enter", "open the cell"], ["+  -  0", "larger, smaller, as wide as the window"], ["[  ]", "step the first slider back and on"], ["l", "grid or list"], ["/", "filter"]]],
  ["On a cell, also when it is open", [["p  x  n", "pick, reject, note"], ["a  b", "set as A or B of a comparison"], ["c", "compare A and B"], ["v", "blind vote"]]],
  ["In the open cell", [["Arrow keys", "to the neighbour"], ["+  -  0  1", "zoom, all of it, pixel by pixel"], ["Shift + arrow keys", "move the picture"], ["f", "flipbook: play and stop"], ["Esc", "close"]]],
  ["In a comparison", [["Left  Right", "move the slider"], ["l  b  d  v", "slider, blink, difference, side by side"], ["s", "swap A and B"]]],
  ["In a vote", [["1  2  0", "left, right, equal"], ["Space", "pass"], ["u", "take the last vote back"]]],
];

export function helpDialog() {
  const dialog = h("dialog", { class: "small help", "aria-label": "Keys" },
    h("div", { class: "dialog-head" }, h("h2", { text: "Keys" }), button("Close", () => dialog.close())),
    KEYS.map(([title, keys]) => h("section", {}, h("h3", { text: title }), h("dl", {}, keys.map(([names, said]) => h("div", {}, h("dt", {}, names.split("  ").map((name) => h("kbd", { text: name }))), h("dd", { text: said })))))));
  document.body.append(dialog);
  return dialog;
}
