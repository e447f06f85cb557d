// One cell large, with all that is known of it; and the flipbook, which turns such pages along an axis.
import { shownValues } from "./arrange.js";
import { announce, button, fill, h, seen } from "./dom.js";
import { across, natural } from "./geometry.js";
import { drawInfo } from "./info.js";
import { Pan } from "./pan.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const SPEEDS = [0.5, 1, 2, 4, 8]; // pictures a second

export class Zoom {
  /** `ask`: `next(cell, direction)`, `marking(cell)`, `key(event, cell)`, `closed(cell)`, `opened(cell)`. */
  constructor(model, store, ask) {
    this.model = model;
    this.store = store;
    this.ask = ask;
    this.cell = -1;
    this.content = h("div", { class: "content" });
    this.stage = h("div", { class: "stage", tabindex: 0, role: "img", "aria-label": "picture" }, this.content);
    this.info = h("div", { class: "info" });
    this.scale = h("output", { class: "scale" });
    this.flip = h("div", { class: "flip" });
    this.dialog = h("dialog", { class: "zoom", "aria-label": "Cell" },
      h("div", { class: "stage-side" },
        h("div", { class: "bar" },
          button("‹", () => this.go([0, -1]), { title: "Left (arrow keys go in all directions)", "aria-label": "Cell to the left" }),
          button("›", () => this.go([0, 1]), { title: "Right", "aria-label": "Cell to the right" }),
          button("+", () => this.pan.zoom(1.25), { "aria-label": "Larger", title: "Larger (+)" }), button("−", () => this.pan.zoom(0.8), { "aria-label": "Smaller", title: "Smaller (-)" }),
          button("Fit", () => this.pan.fit(), { title: "All of it (0)" }), button("1:1", () => this.pan.actual(), { title: "Pixel by pixel (1)" }),
          this.scale, this.flip,
          button("Close", () => this.dialog.close(), { class: "close", title: "Close (Esc)" })),
        this.stage),
      this.info);
    this.pan = new Pan(this.stage, this.content);
    this.pan.told = (scale) => (this.scale.textContent = `${Math.round(scale * (window.devicePixelRatio || 1) * 100)}%`);
    this.dialog.addEventListener("keydown", (event) => this.keyed(event));
    this.dialog.addEventListener("close", () => this.closed());
    document.body.append(this.dialog);
    window.addEventListener("resize", () => this.dialog.open && this.pan.fit());
    this.drawFlip();
  }

  open(cell) {
    if (!this.dialog.open) this.dialog.showModal();
    this.show(cell);
    this.stage.focus({ preventScroll: true });
  }

  show(cell) {
    if (cell === undefined || cell < 0) return;
    this.cell = cell;
    this.draw();
    this.store.set({ cell });
    this.ask.opened(cell);
  }

  draw() {
    const { model, cell } = this;
    const pictures = model.pictures(cell);
    const columns = across(pictures.length);
    const [width, height] = natural(model, cell);
    const [side, tall] = model.box(cell);
    if (pictures.length && model.state(cell) !== "picture damaged") {
      const images = pictures.map((picture, at) => this.image(picture, [(at % columns) * side, Math.floor(at / columns) * tall]));
      fill(this.content, images);
      this.pan.take(width, height, true);
    } else {
      fill(this.content, h("div", { class: "why large" }, h("b", { text: model.state(cell) }), h("span", { text: model.reason(cell) })));
      this.pan.take(480, 360);
    }
    this.stage.setAttribute("aria-label", seen(`${model.name(cell)}: ${model.state(cell)}`));
    this.drawFacts();
  }

  /** A picture at its place: the thumbnail at once, the original over it when it is there. */
  image(picture, [left, top]) {
    const { model } = this;
    const { width, height } = model.doc.pictures;
    const frame = h("div", { class: "frame" });
    Object.assign(frame.style, { left: `${left}px`, top: `${top}px`, width: `${width[picture]}px`, height: `${height[picture]}px` });
    const thumb = model.thumb(picture);
    if (thumb) frame.append(h("img", { src: thumb, alt: "", draggable: "false" }));
    const source = model.source(picture);
    if (source) {
      const original = h("img", { src: source, alt: "", draggable: "false", decoding: "async" });
      original.addEventListener("error", () => original.remove(), { once: true });
      frame.append(original);
    }
    return frame;
  }

  drawFacts() {
    fill(this.info, drawInfo(this.model, this.cell, this.ask.marking(this.cell)));
  }

  go(direction) {
    const next = this.ask.next(this.cell, direction);
    if (next === undefined) announce("No cell further in this direction");
    else this.show(next);
  }

  keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select")) return;
    if (this.pan.key(event)) return;
    if (MOVES[event.key]) {
      event.preventDefault();
      this.go(MOVES[event.key]);
    } else if (event.key === "f") this.play();
    else this.ask.key(event, this.cell);
  }

  closed() {
    this.stop();
    const { cell } = this;
    this.cell = -1;
    this.store.set({ cell: "" });
    this.ask.closed(cell);
  }

  drawFlip() {
    const axes = this.model.axes.filter((axis) => axis.size > 1);
    if (!axes.length) return;
    this.axis = h("select", { "aria-label": "Flipbook along", title: "Flipbook along this axis" }, axes.map((axis) => h("option", { value: axis.at, text: axis.name })));
    this.speed = h("select", { "aria-label": "Pictures a second", title: "Pictures a second" }, SPEEDS.map((speed) => h("option", { value: speed, text: `${speed}/s` })));
    this.speed.value = "2";
    this.playing = button("▶ Flip", () => this.play(), { class: "play", "aria-pressed": "false", title: "Play and stop (f)" });
    fill(this.flip, this.axis, this.speed, this.playing);
    this.axis.addEventListener("change", () => (this.line = null));
    this.speed.addEventListener("change", () => this.timer && (this.stop(), this.play()));
  }

  /** Turn to the next picture along the axis, again and again, with place and scale kept. */
  play() {
    if (!this.axis) return;
    if (this.timer) {
      this.stop();
      return;
    }
    this.playing.setAttribute("aria-pressed", "true");
    this.playing.textContent = "❚❚ Stop";
    this.timer = setInterval(() => this.turn(1), 1000 / Number(this.speed.value));
  }

  turn(by) {
    const { model, cell } = this;
    const axis = model.axes[Number(this.axis.value)];
    const line = shownValues(this.store.view, axis).map((value) => model.beside(cell, axis.at, value)).filter((other) => other !== undefined && model.pictures(other).length);
    if (line.length < 2) {
      this.stop();
      announce(`There is no other picture along ${axis.name}`);
      return;
    }
    this.show(line[(line.indexOf(cell) + by + line.length) % line.length]);
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.playing.setAttribute("aria-pressed", "false");
    this.playing.textContent = "▶ Flip";
  }
}
