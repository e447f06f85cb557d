"""The lock: a plan as a file, complete enough to run again from nothing else.

Cells differ in few members, so the lock says once what all requests share and then, for each cell, where it
stands, what differs, and its digest. A seal over all of it and the digest of every cell are checked when it is
read, so a lock that was edited, labels included, is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any, cast

from teststrip import __version__
from teststrip.base.files import write_text_whole
from teststrip.base.json import ABSENT, Json, canonical, digest
from teststrip.base.where import Problem, Where
from teststrip.errors import LockError
from teststrip.plan.identity import cell_digest, plan_digest
from teststrip.plan.model import LOCK_FORMAT, Axis, AxisValue, Cell, Plan, Reason
from teststrip.recipe.model import SheetSpec

LOCK_NAME = "plan.lock.json"


def write_lock(path: FilePath, plan: Plan) -> None:
    """Write a plan as a lock file. Raises OSError."""
    write_text_whole(path, dump_lock(plan))


def load_lock(path: FilePath) -> Plan:
    """Read a lock file. Raises LockError: unreadable, of another format, edited."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refusal(file, f"the lock cannot be read: {error}") from error
    return parse_lock(text, file)


def dump_lock(plan: Plan) -> str:
    """Write a plan as JSON text: stable, and one line a cell, so that a diff reads well."""
    shared = _shared(plan)
    head: dict[str, Json] = {
        "teststrip_lock": LOCK_FORMAT,
        "version": __version__,
        "digest": plan.digest,
        "title": plan.title,
        "recipe": {"file": FilePath(plan.recipe_file).name, "digest": plan.recipe_digest},
        "provider": plan.provider,
        "model": plan.model,
        "target": plan.target,
        "page_digest": plan.page_digest,
        "concurrency": plan.concurrency,
        "axes": [_axis(axis) for axis in plan.axes],
        "sheets": [_sheet(sheet) for sheet in plan.sheets],
        "zips": [list(names) for names in plan.zips],
        "reasons": [{"kind": one.kind, "text": one.text, "places": one.places} for one in plan.reasons],
        "excluded": [[reason, *place] for place, reason in plan.excluded.items()],
        "request": shared,
    }
    cells_json = [_cell(cell, shared) for cell in plan.cells]
    head["seal"] = digest({**head, "cells": cells_json})
    cells = ",\n".join(f"    {json.dumps(cell, ensure_ascii=False)}" for cell in cells_json)
    opening = json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}")
    return f'{opening},\n  "cells": [\n{cells}\n  ]\n}}\n'


def parse_lock(text: str, file: str) -> Plan:
    """Read a plan from a lock's text. Raises LockError."""
    try:
        body = json.loads(text)
        if not isinstance(body, dict) or body.get("teststrip_lock") != LOCK_FORMAT:
            raise _refusal(file, f"this is no lock of format {LOCK_FORMAT}; plan the recipe again")
        whole = body.pop("seal") == digest(body)
        plan = _plan(body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _refusal(file, f"the lock is damaged ({error}); plan the recipe again") from error
    for cell in plan.cells:
        if cell_digest(plan.provider, plan.model, plan.target, cell.request) != cell.digest:
            raise _refusal(
                file, f"cell {list(cell.coordinates)} was edited: its digest does not match its request"
            )
    if not whole or plan_digest(plan.provider, plan.model, plan.target, plan.axes, plan.cells) != plan.digest:
        raise _refusal(file, "the lock was edited after it was written; plan the recipe again")
    return plan


def _refusal(file: str, message: str) -> LockError:
    return LockError([Problem(Where(file, 1, 1), "", message)])


def _shared(plan: Plan) -> dict[str, Json]:
    if not plan.cells:
        return {}
    shared = dict(plan.cells[0].request)
    for cell in plan.cells:
        for name in [
            name for name in shared if name not in cell.request or not _same(cell.request[name], shared[name])
        ]:
            del shared[name]
    return shared


def _same(one: Json, other: Json) -> bool:
    return one is other or canonical(one) == canonical(other)


def _cell(cell: Cell, shared: Mapping[str, Json]) -> Json:
    differing = {name: value for name, value in cell.request.items() if name not in shared}
    return {"at": list(cell.coordinates), "digest": cell.digest, "request": differing}


def _axis(axis: Axis) -> Json:
    values: list[Json] = []
    for value in axis.values:
        written: dict[str, Json] = {"label": value.label}
        if value.value is not ABSENT:
            written["value"] = value.value
        if value.sets is not None:
            written["set"] = value.sets
        if value.note:
            written["note"] = value.note
        if value.replace is not None:
            written |= {"replace": value.replace, "in": value.replace_in}
        written |= {flag: True for flag, given in (("skip", value.skip), ("hide", value.hide)) if given}
        values.append(written)
    union = {"union": True} if axis.union else {}
    return {"name": axis.name, "parameter": axis.parameter, **union, "values": values}


def _sheet(sheet: SheetSpec) -> Json:
    return {
        "rows": list(sheet.rows),
        "cols": list(sheet.cols),
        "pages": list(sheet.pages),
        "title": sheet.title,
        "caption": sheet.caption,
        "formats": list(sheet.formats),
    }


def _plan(body: Mapping[str, Any]) -> Plan:
    """Turn a lock's JSON into a plan; this is the one place that does."""
    shared = body["request"]
    return Plan(
        title=str(body["title"]),
        recipe_file=str(body["recipe"]["file"]),
        recipe_digest=str(body["recipe"]["digest"]),
        provider=str(body["provider"]),
        model=str(body["model"]),
        target=str(body["target"]),
        page_digest=str(body["page_digest"]),
        axes=tuple(_read_axis(axis) for axis in body["axes"]),
        cells=tuple(
            Cell(tuple(int(at) for at in cell["at"]), {**shared, **cell["request"]}, str(cell["digest"]))
            for cell in body["cells"]
        ),
        sheets=tuple(_read_sheet(sheet) for sheet in body["sheets"]),
        concurrency=cast("int | None", body["concurrency"]),
        digest=str(body["digest"]),
        reasons=tuple(Reason(one["kind"], str(one["text"]), int(one["places"])) for one in body["reasons"]),
        excluded={tuple(map(int, place)): int(reason) for reason, *place in body["excluded"]},
        zips=tuple(tuple(map(str, names)) for names in body["zips"]),
    )


def _read_axis(axis: Mapping[str, Any]) -> Axis:
    values = tuple(
        AxisValue(
            label=str(value["label"]),
            value=value.get("value", ABSENT),
            sets=value.get("set"),
            note=str(value.get("note", "")),
            skip=bool(value.get("skip")),
            hide=bool(value.get("hide")),
            replace=value.get("replace"),
            replace_in=str(value.get("in", "")),
        )
        for value in axis["values"]
    )
    return Axis(str(axis["name"]), values, bool(axis["parameter"]), bool(axis.get("union")))


def _read_sheet(sheet: Mapping[str, Any]) -> SheetSpec:
    return SheetSpec(
        rows=tuple(sheet["rows"]),
        cols=tuple(sheet["cols"]),
        pages=tuple(sheet["pages"]),
        title=sheet["title"],
        caption=sheet["caption"],
        formats=tuple(sheet["formats"]),
    )
