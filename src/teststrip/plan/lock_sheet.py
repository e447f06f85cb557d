"""A sheet as a lock has it, and back; what few sheets ask for stands there only if it is not the default."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.base.sheets import CELL_WIDTHS, FORMATS, SHEET_WIDTHS, THEMES
from teststrip.base.where import Path
from teststrip.plan.lock_shape import of, refuse, typed
from teststrip.recipe.model import SheetSpec

_PLAIN: Final = SheetSpec()
_FORMAT: Final = re.compile(r"[a-z0-9]{1,16}")  # as plugins may name one
_AXES: Final = ("rows", "cols", "pages", "super_rows", "super_cols")


def sheet_json(sheet: SheetSpec) -> dict[str, Json]:
    """Return a sheet as a lock has it."""
    return {
        "rows": list(sheet.rows),
        "cols": list(sheet.cols),
        "pages": list(sheet.pages),
        "title": sheet.title,
        "caption": sheet.caption,
        "formats": list(sheet.formats),
        **{
            name: _plain(getattr(sheet, name)) for name in _WISHES if getattr(sheet, name) != getattr(_PLAIN, name)
        },
    }


def _plain(value: object) -> Any:
    return list(value) if isinstance(value, tuple) else value


def sheet(axes: Sequence[str], written: object, path: Path) -> SheetSpec:
    """Make a sheet; it names axes of the lock, each at most once."""
    body = typed(written, dict, path)
    names = ("rows", "cols", "pages", "formats")
    rows, cols, pages, formats = (tuple(of(body, list, name, *path)) for name in names)
    wishes = {name: make(body[name], (*path, name)) for name, make in _WISHES.items() if name in body}
    title, caption = (
        None if body.get(name) is None else of(body, str, name, *path) for name in ("title", "caption")
    )
    made = SheetSpec(rows, cols, pages, title, caption, formats, **wishes)
    used = [name for part in _AXES for name in getattr(made, part)] + [made.animate] * (made.animate is not None)
    for name in used:
        if name not in axes or used.count(name) > 1:
            refuse(path, f"{name!r} is no axis of this lock, or is used twice")
    # One that is not among ours may be a plugin's: whether it is there now is for those to say who write it.
    if not formats or any(not _named(name) or formats.count(name) > 1 for name in formats):
        refuse((*path, "formats"), f"it is not a list of formats, each once; there are: {', '.join(FORMATS)}")
    return made


def _named(form: object) -> bool:
    return form in FORMATS or (isinstance(form, str) and _FORMAT.fullmatch(form) is not None)


def _texts(value: object, path: Path) -> tuple[str, ...]:
    return tuple(_text(one, (*path, at)) for at, one in enumerate(typed(value, list, path)))


def _text(value: object, path: Path) -> str:
    return str(typed(value, str, path))


def _theme(value: object, path: Path) -> str:
    if value not in THEMES:
        refuse(path, f"it is no theme; there are: {', '.join(THEMES)}")
    return str(value)


def _between(bounds: tuple[int, int]) -> Callable[[object, Path], int]:
    def pixels(value: object, path: Path) -> int:
        number = typed(value, int, path)
        if not bounds[0] <= number <= bounds[1]:
            refuse(path, f"it is not between {bounds[0]:,} and {bounds[1]:,} pixels")
        return int(number)

    return pixels


_WISHES: Final[dict[str, Callable[[object, Path], Any]]] = {
    "super_rows": _texts,
    "super_cols": _texts,
    "animate": _text,
    "author": _text,
    "notes": _texts,
    "theme": _theme,
    "cell_width": _between(CELL_WIDTHS),
    "width": _between(SHEET_WIDTHS),
}
