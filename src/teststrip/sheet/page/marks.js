// What a person thought of the cells: picked or rejected, notes, and votes. It stays in this browser until it is saved.
import { announce, button, counted, download, fill, h, memory } from "./dom.js";
import { menu } from "./controls.js";
import { cellName } from "./view.js";
import { Windows } from "./windows.js";

const FORMAT = 1;
const LONGEST_NOTE = 4000;
const LONGEST_ID = 64;

export class Marks {
  constructor(model) {
    this.model = model;
    // A page that was written with marks begins with them, and its reader's own are kept apart from those of others.
    // A redacted one says of no plan that it is its own: it is known by all that it shows.
    this.key = ["teststrip marks", model.doc.id || checksum(JSON.stringify([model.doc.title, model.doc.axes, model.doc.cells, model.doc.pictures])), model.doc.marks ? checksum(JSON.stringify(model.doc.marks)) : ""].join(" ").trim();
    this.cells = new Map();
    this.votes = [];
    this.heard = [];
    this.kept = true;
    this.windows = new Windows(token());
    const text = memory.read(this.key);
    if (text) this.load(text);
    else if (model.doc.marks) this.begin(model.doc.marks);
    // The same page in another window has its say too, or the one would write over what the other kept.
    window.addEventListener("storage", (event) => event.key === this.key && this.follow(event.newValue || ""));
  }

  load(text) {
    this.cells.clear();
    this.votes = [];
    this.take(text, true);
    return this.windows.meet(text);
  }

  /** Take over what another window kept; what it had not seen of this one's when it wrote is done again, and kept. */
  follow(text) {
    const before = [...this.cells.keys()];
    const unseen = this.load(text);
    for (const change of unseen) change();
    const cells = [...before, ...this.cells.keys()];
    if (unseen.length) this.save(cells);
    else for (const hear of this.heard) hear(cells);
  }

  begin({ cells, votes }) {
    for (const [cell, pick, note] of cells) this.cells.set(cell, { pick, note });
    this.votes = votes.map(([winner, loser, tie, id]) => ({ winner, loser, tie, id }));
  }

  hear(hear) {
    this.heard.push(hear);
  }

  of(cell) {
    return this.cells.get(cell);
  }

  word(cell) {
    return this.cells.get(cell)?.pick || "none";
  }

  /** Pick or reject a cell; the same again takes the mark away. */
  pick(cell, pick) {
    const old = this.cells.get(cell) || { pick: "", note: "" };
    this.put(cell, { ...old, pick: old.pick === pick ? "" : pick });
    announce(`${this.word(cell) === "none" ? "mark taken away from" : this.word(cell) === "pick" ? "picked" : "rejected"}: ${this.model.name(cell)}`);
  }

  note(cell, note) {
    this.put(cell, { ...(this.cells.get(cell) || { pick: "" }), note: note.slice(0, LONGEST_NOTE) });
  }

  put(cell, mark) {
    this.set(cell, mark);
    this.save([cell]);
  }

  vote(winner, loser, tie) {
    this.add({ winner, loser, tie, id: token() });
    this.save([]);
  }

  unvote() {
    const last = this.votes.at(-1);
    if (last) this.change(`vote ${last.id}`, () => (this.votes = this.votes.filter((vote) => (last.id ? vote.id !== last.id : vote !== last))));
    this.save([]);
    return last;
  }

  clear() {
    const cells = [...this.cells.keys()];
    this.change("all", () => {
      this.cells.clear();
      this.votes = [];
    });
    this.save(cells);
  }

  set(cell, mark) {
    this.change(`cell ${cell}`, () => (mark.pick || mark.note ? this.cells.set(cell, mark) : this.cells.delete(cell)));
  }

  add(vote) {
    this.change(`vote ${vote.id || token()}`, () => this.votes.some(({ id }) => id && id === vote.id) || this.votes.push(vote));
  }

  /** Make a change that was asked for in this window; of one thing the last one alone is made again where it is missing. */
  change(thing, make) {
    make();
    this.windows.made(thing, make);
  }

  save(cells) {
    this.kept = memory.write(this.key, this.text(this.windows.seen()));
    for (const hear of this.heard) hear(cells);
  }

  /** The marks as a file that `teststrip sheet --marks` and `teststrip recipe from-marks` read. */
  text(more = {}) {
    const { doc } = this.model;
    const name = (cell) => (this.model.byDigest.get(doc.cells.digest[cell]) === cell ? doc.cells.digest[cell] : cellName(this.model, cell));
    const marks = [...this.cells].sort(([one], [other]) => one - other).map(([cell, mark]) => ({ cell: name(cell), ...(mark.pick ? { mark: mark.pick } : {}), ...(mark.note ? { note: mark.note } : {}) }));
    const votes = this.votes.map((vote) => ({ winner: name(vote.winner), loser: name(vote.loser), ...(vote.tie ? { tie: true } : {}), ...(vote.id ? { id: vote.id } : {}) }));
    return `${JSON.stringify({ teststrip_marks: FORMAT, plan: doc.id, title: doc.title, marks, votes, ...more }, null, 1)}\n`;
  }

  /** Read such a file; returns a sentence about what came of it. */
  take(text, quiet = false) {
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      return "This is no file of marks: it is not JSON.";
    }
    if (!body || body.teststrip_marks !== FORMAT || !Array.isArray(body.marks)) return "This is no file of marks of this format.";
    const cellOf = (name) => (typeof name === "string" ? this.model.byDigest.get(name) ?? (/^n\d+$/.test(name) && Number(name.slice(1)) < this.model.count ? Number(name.slice(1)) : undefined) : undefined);
    let strange = 0;
    const taken = [];
    for (const { cell: name, mark = "", note = "" } of body.marks.map((entry) => entry ?? {})) {
      const cell = cellOf(name);
      if (cell === undefined || !["", "pick", "reject"].includes(mark) || typeof note !== "string") strange += 1;
      else {
        const kept = { pick: mark, note: note.slice(0, LONGEST_NOTE) };
        if (quiet) this.cells.set(cell, kept);
        else this.set(cell, kept);
        taken.push(cell);
      }
    }
    const known = new Known(this.votes);
    let again = 0;
    for (const { winner, loser, tie = false, id = "" } of (Array.isArray(body.votes) ? body.votes : []).map((entry) => entry ?? {})) {
      const [won, lost] = [cellOf(winner), cellOf(loser)];
      if (won === undefined || lost === undefined) strange += 1;
      else {
        const vote = { winner: won, loser: lost, tie: tie === true, id: typeof id === "string" ? id.slice(0, LONGEST_ID) : "" };
        if (known.has(vote)) again += 1;
        else if (quiet) this.votes.push(vote);
        else this.add(vote);
      }
    }
    if (!quiet) this.save(taken);
    return `${counted(taken.length, "mark")} taken${strange ? `; ${strange} are of no cell of this sheet, and were passed over` : ""}${again ? `; ${counted(again, "vote")} of it ${again === 1 ? "was" : "were"} here already` : ""}.`;
  }
}

/**
 * The votes that are here already, so that a file that is read twice counts once: each has a name of its own. Those of
 * files without names are told apart by what they say, and as many of a kind are known as there are.
 */
class Known {
  constructor(votes) {
    this.ids = new Set();
    this.kinds = new Map();
    for (const vote of votes) {
      if (vote.id) this.ids.add(vote.id);
      else this.kinds.set(kindOf(vote), (this.kinds.get(kindOf(vote)) || 0) + 1);
    }
  }

  has(vote) {
    if (vote.id) {
      const had = this.ids.has(vote.id);
      this.ids.add(vote.id);
      return had;
    }
    const left = this.kinds.get(kindOf(vote)) || 0;
    if (left) this.kinds.set(kindOf(vote), left - 1);
    return left > 0;
  }
}

function kindOf({ winner, loser, tie }) {
  return `${winner} ${loser} ${tie}`;
}

/** A name that no other vote has, on whatever machine. */
function token() {
  return [...crypto.getRandomValues(new Uint32Array(3))].map((part) => part.toString(36)).join("-");
}

/** FNV-1a, for telling texts apart. */
function checksum(text) {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return sum.toString(16);
}

/** The buttons for a cell's marks, and its note. */
export function marking(marks, cell) {
  const mark = marks.of(cell) || { pick: "", note: "" };
  const pressed = (pick) => String(mark.pick === pick);
  const note = h("textarea", { class: "note-field", rows: 2, placeholder: "Note", "aria-label": "Note", spellcheck: "true" });
  note.value = mark.note;
  note.addEventListener("input", () => marks.note(cell, note.value));
  return h("div", { class: "marking" },
    h("div", { class: "row-of-buttons" },
      button("◯ Pick", () => marks.pick(cell, "pick"), { class: "pick", "aria-pressed": pressed("pick"), title: "Pick (p)" }),
      button("✕ Reject", () => marks.pick(cell, "reject"), { class: "reject", "aria-pressed": pressed("reject"), title: "Reject (x)" })),
    note);
}

export class MarksMenu {
  constructor(model, marks, store) {
    this.marks = marks;
    this.store = store;
    this.told = h("p", { class: "told" });
    this.result = h("p", { class: "told", role: "status" });
    const file = h("input", { type: "file", accept: ".json,application/json", "aria-label": "Read marks from a file", id: "marks-file" });
    file.addEventListener("change", async () => {
      if (file.files[0]) this.result.textContent = marks.take(await file.files[0].text());
      file.value = "";
    });
    const only = button("Show picked only", () => this.only());
    this.menu = menu("Marks", "Picks, notes and votes", this.told,
      h("div", { class: "column-of-buttons" }, only,
        button("Save as a file", () => download("teststrip-marks.json", marks.text())),
        h("label", { class: "file", for: "marks-file" }, "Read from a file", file),
        button("Forget all", () => this.forget())),
      this.result,
      h("p", { class: "hint", text: "A saved file goes on: teststrip sheet RUN --marks FILE, teststrip recipe from-marks RUN FILE." }));
    marks.hear(() => this.draw());
    this.draw();
  }

  only() {
    const others = this.store.view.filters.filter((filter) => filter.field !== "mark");
    const had = others.length < this.store.view.filters.length;
    this.store.set({ filters: had ? others : [...others, { field: "mark", is: "is", value: "pick" }] });
  }

  forget() {
    if (!this.sure) {
      this.sure = true;
      this.result.textContent = "Press again to forget all marks, notes and votes.";
      setTimeout(() => (this.sure = false), 4000);
      return;
    }
    this.marks.clear();
    this.result.textContent = "All forgotten.";
  }

  draw() {
    const { cells, votes, kept } = this.marks;
    const count = (pick) => [...cells.values()].filter((mark) => mark.pick === pick).length;
    const notes = [...cells.values()].filter((mark) => mark.note).length;
    this.menu.querySelector("summary").textContent = count("pick") ? `Marks ${count("pick")}` : "Marks";
    fill(this.told, `${count("pick")} picked, ${count("reject")} rejected, ${counted(notes, "note")}, ${counted(votes.length, "vote")}.`,
      kept ? "" : " This browser keeps nothing for this page: save them as a file before you close it.");
  }
}
