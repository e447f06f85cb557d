"""The lock: a plan as a file, complete enough to run again from nothing else.

Cells differ in few members, so the lock says once what all requests share and then, for each cell on a line of
its own, where it stands, what differs, and its digest. A cell's digest covers its request, the plan's digest the
place and digest of every cell, and the seal all else together with the plan's digest. `lock_read` holds all three
against the text; white space may change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from teststrip.base.files import write_parts_whole
from teststrip.base.json import ABSENT, Absent, Json, canonical, digest
from teststrip.errors import UsageError
from teststrip.plan.cells import add_variables
from teststrip.plan.files import files_json
from teststrip.plan.lock_asserts import assertion_json
from teststrip.plan.lock_sheet import sheet_json
from teststrip.plan.model import Axis, Plan, StepUse
from teststrip.plan.portable import portable
from teststrip.recipe.model import SourceFile

LOCK_NAME: Final = "plan.lock.json"
LOCK_FORMAT: Final = 2
LOCK_KEY: Final = "teststrip_lock"
DARKROOM: Final = "darkroom/"

_HEAD_SIZE: Final = 4096  # bytes: enough to meet a lock's first member, whoever has indented it
_CELLS: Final = '  "cells": [\n'
_END: Final = "\n  ]\n}\n"
_WORTH_LOOKING: Final = 2000  # cells; below, writing is quick, and mends a lock that was damaged
_CELLS_AT_ONCE: Final = 1000
_NOTHING: Final[Mapping[str, Json | Absent]] = {}


def is_lock(path: Path) -> bool:
    """Tell a lock from a recipe: by its first member or, where that is damaged, by its name."""
    return path.name.endswith(".lock.json") or _begins_as_lock(path)


def write_lock(path: Path, plan: Plan, secret: str = "") -> None:
    """Write a plan as a lock file, whole or not at all.

    Raises OSError, and UsageError when the `secret` stands in it, which then is in no file.
    """
    write_parts_whole(path, (_without(part, secret).encode() for part in lock_parts(plan)))


def keep_lock(path: Path, plan: Plan, secret: str = "") -> None:
    """Write a plan as a lock file, unless it is there already. Raises as `write_lock` does.

    Making a lock makes every request, so a big one that has the same seal is left as it is.
    """
    if len(plan.cells) < _WORTH_LOOKING or not _is_there(path, plan):
        write_lock(path, plan, secret)


def _is_there(path: Path, plan: Plan) -> bool:
    """Tell whether a lock of the plan lies there, by its head, whose seal covers the digest over all cells."""
    try:
        with path.open(encoding="utf-8") as stream:
            lines = []
            for line in stream:
                if line == _CELLS:
                    break
                lines.append(line)
        with path.open("rb") as stream:
            stream.seek(-len(_END), 2)
            end = stream.read()
        head = json.loads("".join(lines).rstrip().removesuffix(",") + "}")
    except (OSError, ValueError):
        return False
    if not isinstance(head, dict) or end != _END.encode():
        return False
    shared = head.get("request")
    return isinstance(shared, dict) and seal_of(_head(plan, shared)) == head.get("seal") == seal_of(head)


def write_lock_over(path: Path, plan: Plan) -> None:
    """Write a plan as a lock where a person says; only a lock is written over. Raises UsageError and OSError."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name the file, such as {path / LOCK_NAME}")
    if path.exists() and not _begins_as_lock(path):
        raise UsageError(f"{path} is there already and is no lock: choose another name, or remove it first")
    write_lock(path, plan)


def _without(part: str, secret: str) -> str:
    if secret and secret in part:
        raise UsageError(
            "the key of the paid API stands in the recipe, in a file that it extends, or in a change to it: "
            "it would be sent as a part of the request and kept in plain text; take it out"
        )
    return part


def dump_lock(plan: Plan) -> str:
    """Write a plan as JSON text: stable, and one line a cell, so that a diff reads well."""
    return "".join(lock_parts(plan))


def lock_parts(plan: Plan) -> Iterator[str]:
    """Yield the text of a lock, some cells at a time. Each request is made once; what differs in it is kept."""
    shared, rows = _rows(plan)
    head = _head(plan, shared)
    head["seal"] = seal_of(head)
    lines = [f"  {_quoted(name)}: {_member(value)},\n" for name, value in head.items()]
    yield "{\n" + "".join(lines) + _CELLS
    comma = ""
    while chunk := list(islice(rows, _CELLS_AT_ONCE)):
        yield comma + ",\n".join([f"    {_ENCODER.encode(row)}" for row in chunk])
        comma = ",\n"
    yield _END


def seal_of(head: Mapping[str, Json]) -> str:
    """Return the seal over a lock's members other than its cells, which the plan's digest covers."""
    return digest({name: value for name, value in head.items() if name not in {"seal", "cells"}})


def _head(plan: Plan, shared: Mapping[str, Json]) -> dict[str, Json]:
    added = [dict(cell.variables) for cell in plan.cells] if add_variables(plan.cells) else []
    return {
        LOCK_KEY: LOCK_FORMAT,
        "versions": {"teststrip": plan.made_by} | _renderer(plan.target),
        "digest": plan.digest,
        "title": plan.title,
        "recipe": {
            "file": portable(plan.recipe_file),
            "digest": plan.recipe_digest,
            "files": [_source(source) for source in plan.sources],
        },
        "provider": plan.provider,
        "model": plan.model,
        "target": plan.target,
        "page": {"file": plan.page_file, "digest": plan.page_digest, "request": plan.page_request},
        "concurrency": plan.concurrency,
        **({"budget": f"{plan.budget:f}"} if plan.budget is not None else {}),
        **({"rate": plan.rate} if plan.rate is not None else {}),
        "axes": [_axis(axis) for axis in plan.axes],
        "sheets": [sheet_json(sheet) for sheet in plan.sheets],
        "zips": [list(names) for names in plan.zips],
        "reasons": [{"kind": one.kind, "text": one.text, "places": one.places} for one in plan.reasons],
        "excluded": [[reason, *place] for place, reason in plan.excluded.items()],
        **({"pictures": files_json(plan.files)} if plan.files else {}),
        **({"after": [_step(use) for use in plan.after]} if plan.after else {}),
        **({"variables": plan.variables} if plan.variables else {}),
        **({"assert": [assertion_json(one) for one in plan.asserts]} if plan.asserts else {}),
        **({"added": added} if any(added) else {}),  # by steps on the requests, to each cell in order
        "request": shared,
    }


def _step(use: StepUse) -> Json:
    against: Json = None
    if use.against is not None:
        against = use.against.sha256 or [list(one) for one in use.against.axes]
    return {"use": use.use, "options": dict(use.options), "as": use.prefix, "against": against}


def _begins_as_lock(path: Path) -> bool:
    if not path.is_file():  # a pipe may hold a recipe, which could not be read a second time
        return False
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_SIZE).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        return False
    return head.startswith(b"{") and head[1:].lstrip().startswith(f'"{LOCK_KEY}"'.encode())


def _renderer(target: str) -> dict[str, Json]:
    return {"renderer": target.removeprefix(DARKROOM)} if target.startswith(DARKROOM) else {}


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)


def _quoted(name: str) -> str:
    return _ENCODER.encode(name)


def _member(value: Json) -> str:
    """Write a member of the head: what is long is a line for each of its parts, the rest is one line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"    {_ENCODER.encode(item)}" for item in value) + "\n  ]"
    if isinstance(value, Mapping) and value:
        inner = (f"    {_quoted(name)}: {_ENCODER.encode(item)}" for name, item in value.items())
        return "{\n" + ",\n".join(inner) + "\n  }"
    return _ENCODER.encode(value)


def _rows(plan: Plan) -> tuple[dict[str, Json], Iterator[Json]]:
    """Return the members that all requests have alike and, for each cell, what a lock says of it."""
    first: Mapping[str, Json] = next(iter(plan.cells)).request if plan.cells else {}
    order = dict.fromkeys(first)
    varying: set[str] = set()
    kept = []
    for cell in plan.cells:
        request = cell.request
        differing: dict[str, Json | Absent] = {
            name: value for name, value in request.items() if not _same(first.get(name, ABSENT), value)
        }
        differing |= dict.fromkeys(first.keys() - request.keys(), ABSENT)
        varying.update(differing)
        order.update(dict.fromkeys(name for name in differing if name not in order))
        kept.append((cell.coordinates, cell.digest, differing or _NOTHING))
    own = {name: first.get(name, ABSENT) for name in order if name in varying}
    shared = {name: value for name, value in first.items() if name not in varying}
    return shared, ({"at": list(at), "digest": said, "request": _present(own, more)} for at, said, more in kept)


def _present(own: Mapping[str, Json | Absent], more: Mapping[str, Json | Absent]) -> Json:
    """Return members in the order of `own`, with what differs from it, less what is absent."""
    members = ((name, more.get(name, value)) for name, value in own.items())
    return {name: value for name, value in members if not isinstance(value, Absent)}


def _same(one: object, other: Json) -> bool:
    if one is other:
        return True
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one is not ABSENT and canonical(one) == canonical(other)  # type: ignore[arg-type]


def _source(source: SourceFile) -> Json:
    return {"file": portable(source.file), "digest": source.digest, "text": source.text}


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
        written |= {flag: True for flag in ("skip", "hide") if getattr(value, flag)}
        values.append(written)
    union = {"union": True} if axis.union else {}
    return {"name": axis.name, "parameter": axis.parameter, **union, "values": values}
