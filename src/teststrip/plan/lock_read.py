"""A lock's text back to a plan, or a located reason why not.

A lock may come from anybody, so its shape is checked member by member before any of it is used; what it names is
text, and never a path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from teststrip.base.json import ABSENT, Json
from teststrip.base.where import Path as Place
from teststrip.base.where import Problem, Where, dotted
from teststrip.errors import LockError
from teststrip.plan.identity import plan_digest
from teststrip.plan.lock import LOCK_FORMAT, LOCK_KEY, portable, seal_of
from teststrip.plan.lock_cells import LockedCells, Row, RowDigests
from teststrip.plan.model import Axis, AxisValue, Plan
from teststrip.recipe.model import SheetSpec, SourceFile

LARGEST: Final = 2**30  # bytes; a million cells take about a quarter of it
_AGAIN: Final = "plan the recipe again (teststrip plan RECIPE -o LOCK)"
_NAMES: Final = ("rows", "cols", "pages", "formats")
_TEXTS: Final = ("title", "caption")
_WORDS: Final[Mapping[type, str]] = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}


class _Fault(Exception):  # noqa: N818  never leaves this module
    """A member of a lock that is not what it should be."""

    def __init__(self, path: Place, message: str) -> None:
        super().__init__(message)
        self.path = path


def load_lock(path: Path) -> Plan:
    """Read a lock file. Raises LockError: unreadable, of another format, damaged, edited."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise _refusal(file, f"the lock cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise _refusal(file, f"the lock is damaged: it is not UTF-8 text (byte {error.start})") from error
    if len(data) > LARGEST:
        raise _refusal(file, f"the file is larger than any lock ({LARGEST // 2**20:,} MB)")
    return parse_lock(text, file)


def parse_lock(text: str, file: str) -> Plan:
    """Read a plan from a lock's text; `file` is the name that places carry. Raises LockError."""
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        said = f"the lock is damaged or was cut short ({error.msg}); {_AGAIN}"
        raise LockError([Problem(Where(file, error.lineno, error.colno), "", said)]) from error
    except (ValueError, RecursionError) as error:
        raise _refusal(file, f"the lock is damaged ({error}); {_AGAIN}") from error
    _check_format(body, file)
    try:
        return _plan(body)
    except _Fault as fault:
        where = Where(file, line_of(text, fault.path), 1)
        raise LockError([Problem(where, dotted(fault.path), f"{fault}; {_AGAIN}")]) from fault


def _refusal(file: str, message: str) -> LockError:
    return LockError([Problem(Where(file, 1, 1), "", message)])


def _check_format(body: object, file: str) -> None:
    number = body.get(LOCK_KEY) if isinstance(body, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise _refusal(file, "this is no lock of teststrip; `teststrip plan RECIPE -o LOCK` makes one")
    if number > LOCK_FORMAT:
        said = f"this lock is of format {number}, and this teststrip reads format {LOCK_FORMAT}"
        raise _refusal(file, f"{said}: use a later teststrip, or {_AGAIN}")
    if number < LOCK_FORMAT:
        said = f"this lock is of the earlier format {number}, which is not read any more; {_AGAIN}"
        raise _refusal(file, f"{said}, and what is paid for is found again")


def _plan(body: dict[str, Any]) -> Plan:
    """Turn a lock's JSON into a plan; this is the one place that does."""
    try:
        whole = body.get("seal") == seal_of(body)
    except (ValueError, RecursionError) as error:
        raise _Fault((), f"the lock is damaged ({error})") from error
    if not whole:
        raise _Fault((), "the lock was edited after it was written")
    recipe, page = _of(body, dict, "recipe"), _of(body, dict, "page")
    provider, model, target = (_of(body, str, name) for name in ("provider", "model", "target"))
    axes = tuple(_axis(axis, ("axes", index)) for index, axis in enumerate(_of(body, list, "axes")))
    cells = LockedCells(_of(body, dict, "request"), _rows(_of(body, list, "cells"), axes))
    _check_digests(cells, RowDigests(provider, model, target, cells.shared))
    digest = _of(body, str, "digest")
    if plan_digest(provider, model, target, axes, cells) != digest:
        raise _Fault(("cells",), "cells were added, taken away or moved after the lock was written")
    names = [axis.name for axis in axes]
    return Plan(
        title=_of(body, str, "title"),
        recipe_file=portable(_of(recipe, str, "file", "recipe")),
        recipe_digest=_of(recipe, str, "digest", "recipe"),
        provider=provider,
        model=model,
        target=target,
        page_digest=_of(page, str, "digest", "page"),
        axes=axes,
        cells=cells,
        sheets=tuple(_sheet(one, names, ("sheets", at)) for at, one in enumerate(_of(body, list, "sheets"))),
        concurrency=_concurrency(body.get("concurrency")),
        digest=digest,
        sources=tuple(_source(one, index) for index, one in enumerate(_of(recipe, list, "files", "recipe"))),
        page_file=portable(_of(page, str, "file", "page")),
        page_request=_of(page, dict, "request", "page"),
        made_by=_of(_of(body, dict, "versions"), str, "teststrip", "versions"),
    )


def _rows(cells: list[Any], axes: tuple[Axis, ...]) -> list[Row]:
    """Check the shape of every cell, and let go of what was read on the way."""
    counts = [len(axis.values) for axis in axes]
    known: dict[str, str] = {}
    rows: list[Row] = []
    for index, cell in enumerate(cells):
        at, digest, request = _cell_parts(cell, index)
        good = len(at) == len(counts) and all(
            type(position) is int and 0 <= position < count for position, count in zip(at, counts, strict=True)
        )
        if not good:
            _refuse(("cells", index, "at"), f"{at} is no place on the axes")
        for name, value in request.items():
            if isinstance(value, str):  # the same few texts stand in most cells
                request[name] = known.setdefault(value, value)
        rows.append((tuple(at), digest, request))
        cells[index] = None
    return rows


def _cell_parts(cell: object, index: int) -> tuple[list[int], str, dict[str, Json]]:
    if not isinstance(cell, dict):
        _refuse(("cells", index), "it is not a mapping")
    path = ("cells", index)
    return _of(cell, list, "at", *path), _of(cell, str, "digest", *path), _of(cell, dict, "request", *path)


def _check_digests(cells: LockedCells, digest_of: RowDigests) -> None:
    for index, (_, digest, request) in enumerate(cells.rows):
        try:
            same = digest_of(request) == digest
        except (ValueError, RecursionError) as error:
            raise _Fault(("cells", index, "request"), f"the cell is damaged ({error})") from error
        if not same:
            _refuse(("cells", index), "the cell was edited: its digest does not match its request")


def _of(holder: Mapping[str, Any], kind: type, name: str, *path: str | int) -> Any:
    """Return a member of the kind that it has to be."""
    if name not in holder:
        _refuse((*path, name), "it is missing")
    value = holder[name]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        _refuse((*path, name), f"it is not {_WORDS.get(kind, 'a mapping')}")
    return value


def _refuse(path: Place, message: str) -> NoReturn:
    raise _Fault(path, message)


def _concurrency(value: object) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 64):
        _refuse(("concurrency",), "it is no whole number from 1 to 64")
    return value


def _axis(axis: object, path: Place) -> Axis:
    if not isinstance(axis, dict):
        _refuse(path, "it is not a mapping")
    values = _of(axis, list, "values", *path)
    made = tuple(_value(value, (*path, "values", index)) for index, value in enumerate(values))
    return Axis(_of(axis, str, "name", *path), made, _of(axis, bool, "parameter", *path))


def _value(value: object, path: Place) -> AxisValue:
    if not isinstance(value, dict):
        _refuse(path, "it is not a mapping")
    sets = _of(value, dict, "set", *path) if "set" in value else None
    note = _of(value, str, "note", *path) if "note" in value else ""
    flags = {flag: _of(value, bool, flag, *path) for flag in ("skip", "hide") if flag in value}
    return AxisValue(_of(value, str, "label", *path), value.get("value", ABSENT), sets, note, **flags)


def _source(source: object, index: int) -> SourceFile:
    path = ("recipe", "files", index)
    if not isinstance(source, dict):
        _refuse(path, "it is not a mapping")
    digest, text = _of(source, str, "digest", *path), _of(source, str, "text", *path)
    return SourceFile(portable(_of(source, str, "file", *path)), digest, text)


def _sheet(sheet: object, axes: list[str], path: Place) -> SheetSpec:
    if not isinstance(sheet, dict):
        _refuse(path, "it is not a mapping")
    rows, cols, pages, formats = (tuple(_of(sheet, list, name, *path)) for name in _NAMES)
    used = (*rows, *cols, *pages)
    for name in used:
        if name not in axes or used.count(name) > 1:
            _refuse(path, f"{name!r} is no axis of this lock, or is used twice")
    if not all(isinstance(name, str) for name in formats):
        _refuse((*path, "formats"), "it is not a list of names")
    title, caption = (None if sheet.get(name) is None else _of(sheet, str, name, *path) for name in _TEXTS)
    return SheetSpec(rows, cols, pages, title, caption, formats)


def line_of(text: str, path: Place) -> int:
    """Find the line of a member: exactly where a lock is laid out as it was written, else that of its top one."""
    if not path:
        return 1
    start = text.find(f'\n  "{path[0]}":') + 1
    if not start:
        return 1
    line = text.count("\n", 0, start) + 1
    lines_each = path[0] in {"cells", "axes", "sheets"} and len(path) > 1
    return line + 1 + int(path[1]) if lines_each else line
