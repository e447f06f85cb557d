"""A lock's text back to a plan, or a located reason why not.

A lock may come from anybody, so its shape is checked member by member before any of it is used; what it names is
text, and never a path.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.base.rate import RATE_FORM, gap_of
from teststrip.base.where import Path as Place
from teststrip.base.where import Problem, Where, dotted
from teststrip.errors import LockError
from teststrip.plan import lock_shape as shape
from teststrip.plan.files import read_files
from teststrip.plan.identity import plan_digest
from teststrip.plan.lock import LOCK_FORMAT, LOCK_KEY, seal_of
from teststrip.plan.lock_asserts import read_asserts
from teststrip.plan.lock_cells import LockedCells, Row, RowDigests
from teststrip.plan.lock_shape import LockFault, each, of, refuse, typed
from teststrip.plan.lock_sheet import sheet
from teststrip.plan.model import Axis, Plan, PlanFile
from teststrip.plan.portable import portable
from teststrip.plan.steps import MOST_STEPS
from teststrip.recipe.size import MAX_SHEETS

LARGEST: Final = 2**30  # bytes; a million cells take about a quarter of it
_AMOUNT: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,30})?")
_NO_LOCK: Final = "this is no lock of teststrip; `teststrip plan RECIPE -o LOCK` makes one"
_AGAIN: Final = "plan the recipe again (teststrip plan RECIPE -o LOCK)"


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
        if not text.lstrip().startswith("{"):
            raise _refusal(file, _NO_LOCK) from error
        said = f"the lock is damaged or was cut short ({error.msg}); {_AGAIN}"
        raise LockError([Problem(Where(file, error.lineno, error.colno), "", said)]) from error
    except (ValueError, RecursionError) as error:
        raise _refusal(file, f"the lock is damaged ({error}); {_AGAIN}") from error
    _check_format(body, file)
    try:
        return _plan(body)
    except LockFault as fault:
        where = Where(file, line_of(text, fault.path), 1)
        raise LockError([Problem(where, dotted(fault.path), f"{fault}; {_AGAIN}")]) from fault


def _refusal(file: str, message: str) -> LockError:
    return LockError([Problem(Where(file, 1, 1), "", message)])


def _check_format(body: object, file: str) -> None:
    number = body.get(LOCK_KEY) if isinstance(body, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise _refusal(file, _NO_LOCK)
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
        raise LockFault((), f"the lock is damaged ({error})") from error
    if not whole:
        raise LockFault((), "the lock was edited after it was written")
    recipe, page = of(body, dict, "recipe"), of(body, dict, "page")
    provider, model, target = (of(body, str, name) for name in ("provider", "model", "target"))
    axes = each(body, "axes", shape.axis)
    cells = LockedCells(of(body, dict, "request"), _rows(of(body, list, "cells"), axes), _added(body))
    _check_digests(cells, RowDigests(provider, model, target, cells.shared))
    digest = of(body, str, "digest")
    if plan_digest(provider, model, target, axes, cells) != digest:
        raise LockFault(("cells",), "cells were added, taken away or moved after the lock was written")
    names = [axis.name for axis in axes]
    reasons = each(body, "reasons", shape.reason)
    return Plan(
        title=of(body, str, "title"),
        recipe_file=portable(of(recipe, str, "file", "recipe")),
        recipe_digest=of(recipe, str, "digest", "recipe"),
        provider=provider,
        model=model,
        target=target,
        page_digest=of(page, str, "digest", "page"),
        axes=axes,
        cells=cells,
        sheets=shape.few(each(body, "sheets", functools.partial(sheet, names)), MAX_SHEETS, ("sheets",)),
        concurrency=_concurrency(body.get("concurrency")),
        budget=_budget(body.get("budget")),
        rate=_rate(body.get("rate")),
        digest=digest,
        files=_files(body),
        after=shape.few(each(body, "after", functools.partial(shape.step, axes)), MOST_STEPS, ("after",))
        if "after" in body
        else (),
        variables=of(body, dict, "variables") if "variables" in body else {},
        asserts=read_asserts(body, axes),
        zips=each(body, "zips", functools.partial(shape.zipped, names)),
        reasons=reasons,
        excluded=shape.excluded(of(body, list, "excluded"), len(reasons), axes),
        sources=each(recipe, "files", shape.source, "recipe"),
        page_file=portable(of(page, str, "file", "page")),
        page_request=of(page, dict, "request", "page"),
        made_by=of(of(body, dict, "versions"), str, "teststrip", "versions"),
    )


def _added(body: dict[str, Any]) -> tuple[Mapping[str, Json], ...]:
    """Return the variables that steps added to each cell."""
    if "added" not in body:
        return ()
    added = each(body, "added", lambda one, path: typed(one, dict, path))
    if len(added) != len(of(body, list, "cells")):
        refuse(("added",), "it does not have one entry for each cell")
    return added


def _rows(cells: list[Any], axes: tuple[Axis, ...]) -> list[Row]:
    """Check the shape of every cell, and let go of what was read on the way."""
    counts = [len(axis.values) for axis in axes]
    known: dict[str, str] = {}
    rows: list[Row] = []
    for index, cell in enumerate(cells):
        at, digest, request = _cell_parts(cell, index)
        if not shape.is_place(at, counts):
            refuse(("cells", index, "at"), f"{at} is no place on the axes")
        for name, value in request.items():
            if isinstance(value, str):  # the same few texts stand in most cells
                request[name] = known.setdefault(value, value)
        rows.append((tuple(at), digest, request))
        cells[index] = None
    return rows


def _cell_parts(cell: Any, index: int) -> tuple[list[int], str, dict[str, Json]]:
    path = ("cells", index)
    typed(cell, dict, path)
    return of(cell, list, "at", *path), of(cell, str, "digest", *path), of(cell, dict, "request", *path)


def _check_digests(cells: LockedCells, digest_of: RowDigests) -> None:
    for index, (_, digest, request) in enumerate(cells.rows):
        try:
            same = digest_of(request) == digest
        except (ValueError, RecursionError) as error:
            raise LockFault(("cells", index, "request"), f"the cell is damaged ({error})") from error
        if not same:
            refuse(("cells", index), "the cell was edited: its digest does not match its request")


def _files(body: dict[str, Any]) -> tuple[PlanFile, ...]:
    try:
        return read_files(body.get("pictures", ()))
    except (ValueError, KeyError, TypeError) as error:
        raise LockFault(("pictures",), "it is no list of pictures") from error


def _concurrency(value: object) -> int | None:
    if value is not None and (type(value) is not int or not 1 <= value <= 64):
        refuse(("concurrency",), "it is no whole number from 1 to 64")
    return value


def _budget(value: object) -> Decimal | None:
    if value is not None and not (isinstance(value, str) and _AMOUNT.fullmatch(value)):
        refuse(("budget",), "it is no amount of money")
    return None if value is None else Decimal(str(value))


def _rate(value: object) -> str | None:
    if value is not None and not (isinstance(value, str) and gap_of(value) is not None):
        refuse(("rate",), f"it is not {RATE_FORM}")
    return None if value is None else str(value)


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
