// Two cells, one on the other: a slider between them, blinking, or what is different.
import { button, fill, h } from "./dom.js";
import { across, natural } from "./geometry.js";
import { Pan } from "./pan.js";

const MODES = { slide: "Slider", blink: "Blink", differ: "Difference", both: "Side by side" };

export class Compare {
  /** `ask`: `closed()`, `words(cell)`. */
  constructor(model, store, ask) {
    this.model = model;
    this.store = store;
    this.ask = ask;
    this.mode = "slide";
    this.one = h("div", { class: "layer one" });
    this.two = h("div", { class: "layer two" });
    this.content = h("div", { class: "content" }, this.one, this.two);
    this.edge = h("div", { class: "edge" });
    this.stage = h("div", { class: "stage", tabindex: 0, role: "img", "aria-label": "A and B" }, this.content, this.edge);
    this.range = h("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": "How much of A is seen" });
    this.range.value = "50";
    this.range.addEventListener("input", () => this.place());
    this.names = [h("p", { class: "name a" }), h("p", { class: "name b" })];
    this.buttons = Object.entries(MODES).map(([mode, said]) => button(said, () => this.turn(mode), { data: { mode }, "aria-pressed": "false" }));
    this.dialog = h("dialog", { class: "compare", "aria-label": "Compare two cells" },
      h("div", { class: "bar" }, h("div", { class: "segments", role: "group", "aria-label": "How to compare" }, this.buttons), this.range,
        button("Swap", () => this.swap(), { title: "Swap A and B (s)" }), button("Fit", () => this.pan.fit()),
        button("Close", () => this.dialog.close(), { class: "close", title: "Close (Esc)" })),
      this.stage, h("div", { class: "names" }, this.names));
    this.pan = new Pan(this.stage, this.content);
    this.pan.told = () => this.place();
    this.dialog.addEventListener("keydown", (event) => this.keyed(event));
    this.dialog.addEventListener("close", () => {
      clearInterval(this.timer);
      this.store.set({ pair: [] });
      this.ask.closed(this.cells[1]);
    });
    this.stage.addEventListener("pointermove", (event) => this.drag(event));
    window.addEventListener("resize", () => this.dialog.open && this.pan.fit());
    document.body.append(this.dialog);
  }

  open(one, two) {
    this.cells = [one, two];
    if (!this.dialog.open) this.dialog.showModal();
    this.store.set({ pair: [one, two] });
    this.draw();
    this.turn(this.mode);
    this.range.focus();
  }

  swap() {
    this.open(this.cells[1], this.cells[0]);
  }

  draw() {
    const { model } = this;
    const sizes = this.cells.map((cell) => natural(model, cell));
    this.size = [Math.max(sizes[0][0], sizes[1][0]), Math.max(sizes[0][1], sizes[1][1])];
    [this.one, this.two].forEach((layer, at) => {
      layer.style.gridTemplateColumns = `repeat(${across(model.pictures(this.cells[at]).length)}, minmax(0, 1fr))`;
      fill(layer, this.pictures(this.cells[at]));
    });
    const differing = model.axes.filter((axis) => model.at(this.cells[0], axis.at) !== model.at(this.cells[1], axis.at));
    this.names.forEach((name, at) => fill(name, h("b", { text: at ? "B" : "A" }), ` ${differing.map((axis) => `${axis.name} ${model.label(this.cells[at], axis.at)}`).join(", ") || model.name(this.cells[at])}`));
  }

  pictures(cell) {
    const { model } = this;
    const pictures = model.pictures(cell);
    if (!pictures.length) return h("div", { class: "why large" }, h("b", { text: model.state(cell) }), h("span", { text: model.reason(cell) }));
    return pictures.map((picture) => h("div", { class: "slot" }, [model.thumb(picture), model.source(picture)].filter(Boolean).map((address) => h("img", { src: address, alt: "", draggable: "false" }))));
  }

  turn(mode) {
    this.mode = mode;
    clearInterval(this.timer);
    this.content.dataset.mode = mode;
    this.stage.dataset.mode = mode;
    for (const one of this.buttons) one.setAttribute("aria-pressed", String(one.dataset.mode === mode));
    if (mode !== "slide" && document.activeElement === this.range) this.stage.focus(); // one that is off has no keys
    this.range.disabled = mode !== "slide";
    this.two.style.visibility = "";
    this.one.style.visibility = mode === "blink" ? "hidden" : "";
    this.underline(mode === "blink" ? 1 : -1);
    const [width, height] = this.size;
    for (const layer of [this.one, this.two]) Object.assign(layer.style, { width: `${width}px`, height: `${height}px`, left: "0px" });
    if (mode === "both") this.two.style.left = `${width + Math.round(width / 40)}px`;
    this.pan.take(mode === "both" ? width * 2 + Math.round(width / 40) : width, height);
    if (mode === "blink") this.timer = setInterval(() => this.blink(), 600);
    this.place();
  }

  blink() {
    this.one.style.visibility = this.two.style.visibility;
    this.two.style.visibility = this.one.style.visibility === "hidden" ? "" : "hidden";
    this.underline(this.two.style.visibility === "hidden" ? 0 : 1);
  }

  /** Tell whose picture is seen: that of A (0), of B (1), or both (-1). */
  underline(which) {
    this.names.forEach((name, at) => name.classList.toggle("is-shown", at === which));
  }

  /** Cut B off where the slider stands, in pixels of the screen, so that the edge stays under the finger. */
  place() {
    const share = Number(this.range.value) / 100;
    const slides = this.mode === "slide";
    const cut = this.size ? share * this.size[0] : 0;
    this.one.style.clipPath = slides && this.size ? `inset(0 ${this.size[0] - cut}px 0 0)` : "none"; // B may be smaller
    this.two.style.clipPath = slides ? `inset(0 0 0 ${cut}px)` : "none";
    this.edge.hidden = !slides;
    this.edge.style.transform = `translateX(${this.pan.x + cut * this.pan.scale}px)`;
  }

  /** Moving over the picture moves the slider; a drag moves the picture once it is larger than its place. */
  drag(event) {
    if (this.mode !== "slide" || this.pan.scale > this.pan.fitScale * 1.01) return;
    if (event.pointerType === "touch" && !this.pan.pointers.size) return;
    const box = this.stage.getBoundingClientRect();
    const at = (event.clientX - box.left - this.pan.x) / (this.size[0] * this.pan.scale);
    this.range.value = String(Math.round(Math.min(1, Math.max(0, at)) * 100));
    this.place();
  }

  keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const modes = { s: () => this.swap(), b: () => this.turn("blink"), d: () => this.turn("differ"), l: () => this.turn("slide"), v: () => this.turn("both") };
    if (modes[event.key]) modes[event.key]();
    else if (event.target !== this.range || event.shiftKey) this.pan.key(event);
  }
}
