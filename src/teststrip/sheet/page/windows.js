// The same page open in several windows, which all keep what they are told in one place: none may write over another.
//
// The browser tells a window of another's writing a while after it was done, so a window may write without having seen
// what was kept a moment before. Each writing therefore says how many changes of each window it has in it (a version
// vector: Parker et al., Detection of Mutual Inconsistency in Distributed Systems, IEEE TSE 9(3), 1983, p. 240), and a
// window that reads one without its own last changes makes these again.

const MOST = 32;

export class Windows {
  /** @param name a name that no other window has */
  constructor(name) {
    this.name = name;
    this.counts = new Map([[name, 0]]);
    this.waiting = new Map();
  }

  /** Note a change of this window, to be made again with `make` where a writing is without it. */
  made(thing, make) {
    const count = this.counts.get(this.name) + 1;
    this.counts.delete(this.name);
    this.counts.set(this.name, count);
    this.waiting.delete(thing);
    this.waiting.set(thing, { count, make });
  }

  /** What a writing is to say of the windows: of those that wrote last. */
  seen() {
    return { seen: Object.fromEntries([...this.counts].slice(-MOST)) };
  }

  /** Read what a writing says; returns the changes of this window that it is without, in order. */
  meet(text) {
    let seen;
    try {
      seen = JSON.parse(text)?.seen;
    } catch {
      seen = undefined;
    }
    const counts = typeof seen === "object" && seen !== null ? seen : { [this.name]: Infinity };
    for (const [name, count] of Object.entries(counts)) {
      if (name !== this.name && Number.isSafeInteger(count)) this.counts.set(name, Math.max(count, this.counts.get(name) || 0));
    }
    const has = Object.hasOwn(counts, this.name) ? counts[this.name] : 0;
    for (const [thing, { count }] of this.waiting) if (count <= has) this.waiting.delete(thing);
    return [...this.waiting.values()].map(({ make }) => make);
  }
}
