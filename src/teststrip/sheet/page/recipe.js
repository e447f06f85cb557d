// A cell as a recipe: YAML in which every text is in JSON's quotes, which are YAML's too.

/** Write a text so that a recipe reads just this text: what opens a template is itself made by one. */
function literal(text) {
  return text.includes("${{") ? text.replace(/\$\{[{%#]|\r/g, (found) => `\${{ ${JSON.stringify(found)} }}`) : text;
}

function quoted(text) {
  return JSON.stringify(literal(text)).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function written(value) {
  if (typeof value === "string") return /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : quoted(value);
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (value && typeof value === "object") return `{${Object.entries(value).map(([name, member]) => `${written(name)}: ${written(member)}`).join(", ")}}`;
  return JSON.stringify(value);
}

/** The smallest recipe that makes a cell's request, whole. */
export function recipeOf(model, cell) {
  const lines = ["teststrip: 1", `title: ${quoted(`${model.doc.title}: ${model.name(cell)}`)}`, `model: ${written(model.doc.model)}`, "params:"];
  for (const [name, value] of Object.entries(model.request(cell))) lines.push(`  ${written(name)}: ${written(value)}`);
  return `${lines.join("\n")}\n`;
}

export function requestText(model, cell) {
  return `${JSON.stringify(model.request(cell), null, 2)}\n`;
}
