// Moving and enlarging what lies on a stage: by wheel, drag, two fingers, double press and keys.

const STEP = 1.25;

export class Pan {
  constructor(stage, content) {
    this.stage = stage;
    this.content = content;
    this.pointers = new Map();
    this.size = [1, 1];
    this.reset();
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => this.pointers.delete(event.pointerId));
    stage.addEventListener("dblclick", (event) => this.zoom(this.scale > this.fitScale * 1.01 ? this.fitScale / this.scale : 2.5, event.clientX, event.clientY));
  }

  /** Take content of this size in pixels, and show all of it. `keep` leaves place and scale as they are. */
  take(width, height, keep = false) {
    const same = keep && this.size[0] === width && this.size[1] === height && this.scale > this.fitScale * 1.01;
    this.size = [width, height];
    this.content.style.width = `${width}px`;
    this.content.style.height = `${height}px`;
    if (same) this.place();
    else this.fit();
  }

  reset() {
    this.scale = 1;
    this.fitScale = 1;
    this.x = 0;
    this.y = 0;
  }

  fit() {
    const { clientWidth, clientHeight } = this.stage;
    this.fitScale = Math.min((clientWidth - 16) / this.size[0], (clientHeight - 16) / this.size[1], 4) || 1;
    this.scale = this.fitScale;
    this.x = (clientWidth - this.size[0] * this.scale) / 2;
    this.y = (clientHeight - this.size[1] * this.scale) / 2;
    this.place();
  }

  /** One pixel of the picture on one of the screen. */
  actual() {
    this.zoom(1 / (window.devicePixelRatio || 1) / this.scale);
  }

  zoom(by, clientX, clientY) {
    const box = this.stage.getBoundingClientRect();
    const x = (clientX ?? box.left + box.width / 2) - box.left;
    const y = (clientY ?? box.top + box.height / 2) - box.top;
    const scale = Math.min(32, Math.max(this.fitScale / 2, this.scale * by));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.place();
  }

  by(x, y) {
    this.x += x;
    this.y += y;
    this.place();
  }

  place() {
    const { clientWidth, clientHeight } = this.stage;
    const [width, height] = [this.size[0] * this.scale, this.size[1] * this.scale];
    this.x = held(this.x, width, clientWidth);
    this.y = held(this.y, height, clientHeight);
    this.content.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.content.classList.toggle("is-large", this.scale * (window.devicePixelRatio || 1) > 2);
    if (this.told) this.told(this.scale);
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.clientX, event.clientY);
  }

  down(event) {
    if (event.button || event.target.closest("button, input, select")) return;
    this.stage.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  move(event) {
    const old = this.pointers.get(event.pointerId);
    if (!old) return;
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (!others.length) this.by(event.clientX - old[0], event.clientY - old[1]);
    else {
      const [x, y] = others[0][1];
      const gap = (point) => Math.hypot(point[0] - x, point[1] - y) || 1;
      this.zoom(gap([event.clientX, event.clientY]) / gap(old), (x + event.clientX) / 2, (y + event.clientY) / 2);
    }
  }

  /** Take a key if it is one of ours. */
  key(event) {
    const keys = {
      "+": () => this.zoom(STEP), "=": () => this.zoom(STEP), "-": () => this.zoom(1 / STEP), 0: () => this.fit(), 1: () => this.actual(),
    };
    const shift = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (event.shiftKey && shift) this.by(...shift);
    else if (keys[event.key]) keys[event.key]();
    else return false;
    event.preventDefault();
    return true;
  }
}

function held(at, size, room) {
  if (size <= room) return (room - size) / 2;
  return Math.min(room * 0.5, Math.max(room * 0.5 - size, at));
}
