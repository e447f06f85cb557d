// A page that a server has: it hears of every cell that moves, and fetches what is too much for its beginning.
import { h } from "./dom.js";

export class Live {
  /** `changed(cells)` hears of cells that are others now, `measured()` that differences are known. */
  constructor(model, changed, measured) {
    this.model = model;
    this.live = model.doc.live || null;
    this.changed = changed;
    this.measured = measured;
    this.told = h("span", { class: "live", role: "status" });
    if (this.live && this.live.events) this.listen();
  }

  listen() {
    const source = new EventSource(this.live.events);
    source.addEventListener("change", (event) => this.take(JSON.parse(event.data)));
    source.addEventListener("open", () => this.say("live"));
    source.addEventListener("error", () => this.say("the server is gone; what is here stays"));
    this.say("connecting");
  }

  say(text) {
    this.told.textContent = text;
  }

  take({ cells, progress, again }) {
    if (again) {
      window.location.reload(); // steps have made other pictures of what is here
      return;
    }
    const moved = [];
    for (const told of cells) {
      for (const cell of told.cells) if (this.model.update(cell, told, this.live.pictures)) moved.push(cell);
    }
    const { spent, unit } = progress; // how many are in which state stands before it
    this.say(["live", spent && unit ? `${spent} ${unit} spent` : ""].filter(Boolean).join(" · "));
    if (moved.length) this.changed(moved);
  }

  /** Ask how far the pictures are apart: it takes a while, and is asked for only when somebody wants to know. */
  async measure() {
    if (!this.live || this.asked) return;
    this.asked = true;
    try {
      const answer = await fetch(this.live.steps);
      if (answer.ok) this.model.found = await answer.json();
    } finally {
      this.asked = false;
      this.measured();
    }
  }
}
