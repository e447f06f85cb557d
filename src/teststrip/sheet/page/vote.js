// Blind voting: two pictures that differ in one axis, nothing said of either; and who leads, with how sure that is.
import { strengths } from "./bradley.js";
import { announce, button, counted, fill, h } from "./dom.js";
import { across } from "./geometry.js";

export class Vote {
  constructor(model, marks, ask) {
    this.model = model;
    this.marks = marks;
    this.ask = ask;
    this.axes = model.axes.filter((axis) => axis.size > 1);
    this.axis = h("select", { "aria-label": "Which axis is judged" }, this.axes.map((axis) => h("option", { value: axis.at, text: axis.name })));
    this.axis.addEventListener("change", () => this.draw());
    this.sides = [0, 1].map((side) => h("button", { type: "button", class: "ballot", "aria-label": side ? "The right one" : "The left one", on: { click: () => this.choose(side) } }));
    this.told = h("p", { class: "told", role: "status" });
    this.table = h("div", { class: "ranking" });
    this.dialog = h("dialog", { class: "vote", "aria-label": "Blind vote" },
      h("div", { class: "bar" }, h("label", {}, "Judge ", this.axis), h("span", { class: "spacer" }),
        button("Undo", () => this.undo(), { title: "Take the last vote back (u)" }), button("Close", () => this.dialog.close(), { class: "close" })),
      h("div", { class: "ballots" }, this.sides),
      h("div", { class: "row-of-buttons middle" }, button("Left (1)", () => this.choose(0)), button("Equal (0)", () => this.choose(-1)), button("Right (2)", () => this.choose(1)), button("Pass (space)", () => this.draw())),
      this.told, h("details", { class: "section" }, h("summary", { text: "Who leads" }), this.table));
    this.dialog.querySelector("details").addEventListener("toggle", () => this.rank());
    this.dialog.addEventListener("keydown", (event) => this.keyed(event));
    this.dialog.addEventListener("close", () => this.ask.closed());
    document.body.append(this.dialog);
    this.turn = 0;
  }

  open() {
    if (!this.axes.length) {
      announce("There is nothing to vote on: no axis varies");
      return;
    }
    this.dialog.showModal();
    this.draw();
    this.sides[0].focus();
  }

  /**
   * Choose the next two: of cells that differ in this axis alone, a pair of values that met least, then a place that
   * was judged least; sides and equals are drawn by a generator that begins with the number of votes.
   */
  pair() {
    const axis = this.model.axes[Number(this.axis.value)];
    const met = new Map();
    const judged = new Map();
    for (const vote of this.marks.votes) {
      const key = pairKey(this.model.at(vote.winner, axis.at), this.model.at(vote.loser, axis.at));
      met.set(key, (met.get(key) || 0) + 1);
      for (const cell of [vote.winner, vote.loser]) judged.set(cell, (judged.get(cell) || 0) + 1);
    }
    this.turn += 1;
    const draw = generator(this.marks.votes.length * 7919 + this.turn * 104729 + axis.at);
    let best = null;
    for (let tries = 0; tries < 400; tries += 1) {
      const one = Math.floor(draw() * this.model.count);
      const two = this.model.beside(one, axis.at, Math.floor(draw() * axis.size));
      if (two === undefined || two === one || !this.shows(one) || !this.shows(two)) continue;
      const key = pairKey(this.model.at(one, axis.at), this.model.at(two, axis.at));
      const weight = (met.get(key) || 0) * 1000 + (judged.get(one) || 0) + (judged.get(two) || 0);
      if (!best || weight < best.weight) best = { cells: [one, two], weight };
      if (weight === 0) break;
    }
    return best && best.cells;
  }

  shows(cell) {
    return this.model.state(cell) === "done" && this.model.pictures(cell).length > 0 && this.marks.word(cell) !== "reject";
  }

  draw() {
    this.cells = this.pair();
    this.sides.forEach((side, at) => fill(side, this.cells ? this.pictures(this.cells[at]) : h("span", { text: "no picture" })));
    const axis = this.model.axes[Number(this.axis.value)];
    fill(this.told, this.cells ? `${counted(this.marks.votes.length, "vote")} so far. Which is better? They differ in ${axis.name} alone.` : `There are no two pictures that differ in ${axis.name} alone.`);
    this.rank();
  }

  /** All pictures of a cell: it is judged as a whole. */
  pictures(cell) {
    const pictures = this.model.pictures(cell);
    const set = h("span", { class: "set" }, pictures.map((picture) => {
      const image = h("img", { src: this.model.source(picture) || this.model.thumb(picture), alt: "" });
      image.addEventListener("error", () => (image.src = this.model.thumb(picture)), { once: true });
      return h("span", { class: "slot" }, image);
    }));
    set.style.gridTemplateColumns = `repeat(${across(pictures.length)}, minmax(0, 1fr))`;
    return set;
  }

  /** Take a vote: the side that won, or -1 where both are equal. */
  choose(side) {
    if (!this.cells) return;
    const [winner, loser] = side === 1 ? [this.cells[1], this.cells[0]] : this.cells;
    this.marks.vote(winner, loser, side < 0);
    this.draw();
  }

  undo() {
    if (this.marks.unvote()) this.draw();
  }

  keyed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, summary")) return;
    const keys = { 1: () => this.choose(0), ArrowLeft: () => this.choose(0), 2: () => this.choose(1), ArrowRight: () => this.choose(1), 0: () => this.choose(-1), " ": () => this.draw(), u: () => this.undo() };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  /** The standing of the axis's values by all votes between cells that differ in it. */
  standing(axis) {
    const games = [];
    for (const vote of this.marks.votes) {
      const [winner, loser] = [this.model.at(vote.winner, axis.at), this.model.at(vote.loser, axis.at)];
      if (winner === loser) continue;
      if (vote.tie) games.push([winner, loser, 0.5], [loser, winner, 0.5]);
      else games.push([winner, loser, 1]);
    }
    return strengths(axis.size, games).map((entry, value) => ({ ...entry, value })).filter((entry) => entry.games).sort((one, other) => other.strength - one.strength || one.value - other.value);
  }

  rank() {
    const axis = this.model.axes[Number(this.axis.value)];
    if (!this.dialog.querySelector("details").open) return;
    const ranks = this.standing(axis);
    fill(this.table, ranks.length ? h("table", {}, h("thead", {}, h("tr", {}, ["#", axis.name, "beats an average one", "95 %", "votes"].map((text) => h("th", { scope: "col", text })))),
      h("tbody", {}, ranks.map((entry, at) => h("tr", {}, h("td", { text: String(at + 1) }), h("th", { scope: "row", text: axis.values[entry.value].label }),
        h("td", {}, span(entry), h("span", { text: `${Math.round(entry.chance * 100)}%` })), h("td", { text: `${Math.round(entry.least * 100)}–${Math.round(entry.most * 100)}%` }), h("td", { text: String(entry.games) }))))) : h("p", { text: "No votes yet." }),
    h("p", { class: "hint", text: "Bradley-Terry strengths. Where intervals overlap, the votes do not yet tell the two apart." }));
  }
}

function span(entry) {
  const place = h("span", { class: "interval" }, h("i", {}), h("b", {}));
  place.firstChild.style.left = `${entry.least * 100}%`;
  place.firstChild.style.width = `${(entry.most - entry.least) * 100}%`;
  place.lastChild.style.left = `${entry.chance * 100}%`;
  return place;
}

function pairKey(one, two) {
  return one < two ? `${one}:${two}` : `${two}:${one}`;
}

/** mulberry32: the same seed, the same draws. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
