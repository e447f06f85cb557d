// How much room text takes, before it is set: so that no label is cut, and no page is laid out twice.

const context = document.createElement("canvas").getContext("2d");
const widths = new Map();
const FAMILY = '"Noto Sans", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif';

function widthOf(text, size, weight) {
  const key = `${weight} ${size} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    context.font = `${weight} ${size}px ${FAMILY}`;
    width = context.measureText(text).width;
    if (widths.size > 50_000) widths.clear();
    widths.set(key, width);
  }
  return width;
}

// Where a line may end: behind a space or a hyphen, and behind a character of a script without spaces, unless the next one begins no line.
const BREAKS = /(?<=[\s-])|(?<=[\u2e80-\u9fff\uac00-\ud7ff\uff00-\uffef])(?<![（［｛「『【〈《〔〖〘])(?![、。，．・：；？！）］｝」』】〉》〕〗〙ゝゞ々ーヽヾ〜…‥％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ])/u;

/** Count the lines of a text at a width in pixels, as the page breaks them: at spaces, else anywhere. */
export function linesOf(text, width, size, weight = 400) {
  let lines = 0;
  for (const paragraph of text.split("\n")) {
    let used = 0;
    lines += 1;
    for (const word of paragraph.split(BREAKS)) {
      const long = widthOf(word, size, weight);
      if (used + long <= width || (used && used + widthOf(word.trimEnd(), size, weight) <= width)) used += long;
      else if (long <= width) {
        lines += used ? 1 : 0;
        used = long;
      } else {
        const whole = used ? used + long : long;
        lines += Math.ceil((whole * 1.04) / width) - 1;
        used = whole % width;
      }
    }
  }
  return lines;
}

/** The width in pixels of a text on one line. */
export function lineWidth(text, size, weight = 400) {
  return Math.max(0, ...text.split("\n").map((line) => widthOf(line, size, weight)));
}
