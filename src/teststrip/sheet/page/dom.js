// Elements by name, with text as text: nothing here parses markup, so nothing that people wrote can become any.

const ATTRIBUTES = new Set([
  "alt", "class", "checked", "disabled", "download", "draggable", "for", "hidden", "href", "id", "inert", "list",
  "max", "min", "multiple", "name", "open", "placeholder", "rel", "role", "scope", "selected", "span", "spellcheck", "src",
  "step", "tabindex", "target", "title", "type", "value", "autocomplete", "accept", "decoding", "dir", "width", "height",
  "rows", "lang", "colspan",
]);

const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g; // as in text.py

/** A text that reads as what it is: marks that nobody sees, such as those that turn its direction, are written out. */
export function seen(text) {
  return String(text).replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Make an element. `props`: `text`, `on` (listeners by event), `data` (data attributes), and attributes of the list
 * above or `aria-*`; one that is null or false is left out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = seen(value);
    else if (name === "on") for (const [event, heard] of Object.entries(value)) element.addEventListener(event, heard);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (ATTRIBUTES.has(name) || name.startsWith("aria-")) put(element, name, value);
    else throw new Error(`no attribute of the page: ${name}`);
  }
  element.append(...content(children));
  return element;
}

function content(children) {
  return children.flat(3).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (typeof child === "string" ? seen(child) : child));
}

function put(element, name, value) {
  const text = value === true ? "" : String(value);
  if ((name === "href" || name === "src") && !isHarmless(text)) return;
  element.setAttribute(name, name === "title" || name === "aria-label" ? seen(text) : text);
}

/** Tell whether an address is a picture in the page, one beside it, or a place on it: never a script. */
export function isHarmless(address) {
  if (/^data:image\/(png|jpeg|webp|gif|avif);base64,[A-Za-z0-9+/=]*$/.test(address)) return true;
  if (address.startsWith("blob:") || address.startsWith("#")) return true;
  return !/^[\s\u0000-\u001f]*([a-z][a-z0-9+.-]*:|[\\/]{2})/i.test(address);
}

/** Take everything out of an element, and put these in. */
export function fill(element, ...children) {
  element.replaceChildren(...content(children));
  return element;
}

export function button(text, act, props = {}) {
  return h("button", { type: "button", text, ...props, on: { click: act } });
}

export function counted(number, thing, things = `${thing}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? thing : things}`;
}

/** Say something to those who cannot see it, and briefly to all others. */
export function announce(text) {
  let place = document.getElementById("said");
  if (!place) {
    place = h("div", { id: "said", role: "status", "aria-live": "polite" });
    document.body.append(place);
  }
  const dialog = [...document.querySelectorAll("dialog[open]")].pop(); // those that open over others come after them
  (dialog || document.body).append(place); // what is outside of an open dialog is neither seen nor read
  place.textContent = seen(text);
  place.dataset.fresh = "yes";
  clearTimeout(Number(place.dataset.timer || 0));
  place.dataset.timer = String(setTimeout(() => delete place.dataset.fresh, 2600));
}

/** Put a text on the clipboard; from a file there may be no right to, and then it is shown to be copied by hand. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} copied`);
  } catch {
    const area = h("textarea", { class: "by-hand", rows: 12, spellcheck: "false", "aria-label": what });
    area.value = text;
    const dialog = h("dialog", { class: "small", "aria-label": what }, h("p", { text: "Copy this by hand:" }), area,
      button("Close", () => dialog.close()));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    area.select();
  }
}

/** Hand a text out as a file. */
export function download(name, text, type = "application/json") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Remember a little where the browser lets us; what cannot be kept is kept as long as the page is open. */
export const memory = {
  read(key) {
    try {
      return window.localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write(key, text) {
    try {
      window.localStorage.setItem(key, text);
      return true;
    } catch {
      return false;
    }
  },
};
