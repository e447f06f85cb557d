// Which axis goes where, when a person chooses: pure changes of the lists of rows and columns.

/**
 * Put an axis at a level of a side (0 is the outermost; the list's length adds an innermost one, -1 an outermost);
 * null takes away what stands there. An axis that is used elsewhere changes places with the one it replaces.
 */
export function put(view, side, level, axis) {
  const lists = { rows: [...view.rows], cols: [...view.cols] };
  const list = lists[side];
  const old = level >= 0 && level < list.length ? list[level] : null;
  if (axis === null) {
    list.splice(level, 1);
    return { ...lists, own: true };
  }
  for (const other of [lists.rows, lists.cols]) {
    const at = other.indexOf(axis);
    if (at < 0) continue;
    if (old !== null) other[at] = old;
    else other.splice(at, 1);
    if (other === list && old === null && level > at) level -= 1;
  }
  if (level < 0) list.unshift(axis);
  else list[level] = axis;
  return { ...lists, own: true };
}

/** The layout of a grid, where the plan has several and the person has chosen none of their own. */
export function layoutOf(model, grid) {
  const layout = model.doc.layouts.find((one) => one.grid === grid);
  return layout ? { rows: [...layout.rows], cols: [...layout.cols] } : {};
}
