"""A run as files that need nothing else: its lock, its sheets, its pictures under readable names, and a manifest.

Names are made of labels, which anybody may have written: they are letters, digits and few signs, bounded, and
begin with the cell's number, so that no two are one and none leads out of the folder.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from teststrip import __version__
from teststrip.base.json import Json, pretty, sha256
from teststrip.base.table import csv_row, csv_text
from teststrip.errors import StorageError
from teststrip.exchange.picture.strip import CannotStripError, stripped, with_own_text
from teststrip.plan.lock import LOCK_NAME, dump_lock
from teststrip.plan.model import Cell, Plan
from teststrip.run.model import Artifact, Run
from teststrip.run.sniff import SUFFIXES
from teststrip.run.store import Store

EXPORT_KEY: Final = "teststrip_export"
EXPORT_FORMAT: Final = 1
_LONGEST: Final = 80  # bytes of the readable part of a name
_SIGNS: Final = frozenset("._+-")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an export: its path, with `/`, and its bytes when they are asked for."""

    name: str
    data: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """What an export holds, sorted by name, and sentences about what it does not."""

    members: tuple[Member, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A picture in an export: its name there, and what its bytes are."""

    file: str
    sha256: str
    media_type: str
    size: int


@dataclass(slots=True)
class _Pictures:
    """The pictures of an export by digest of their request, and the files that they become.

    `finished` are those that steps made, by the coordinates of their cell, where they made any.
    """

    kept: dict[str, list[_Kept]] = field(default_factory=dict)
    finished: dict[tuple[int, ...], list[_Kept]] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def export_run(
    run: Run, store: Store, sheets: Mapping[str, Path], *, redact: bool = False, metadata: bool = False
) -> Export:
    """Say what an export of a run holds; `sheets` are drawn already, each with its name.

    With `redact`, the run is one that was `redacted`: the lock and the pictures that requests were made with
    stay out, and pictures lose what they say of themselves. With `metadata`, the copies of PNG pictures say how
    they were made. Other pictures are byte for byte as they came. What is missing or damaged in the store is told
    in `notes`.
    """
    change = _changes(run.plan, redact=redact, metadata=metadata)
    pictures = _pictures(run, store, change)
    members = [
        *pictures.members,
        *(Member(f"sheets/{name}", path.read_bytes) for name, path in sheets.items()),
        Member("manifest.json", lambda: pretty(_manifest(run, pictures, redact=redact)).encode()),
        Member("manifest.csv", lambda: "".join(_table(run, pictures)).encode()),
    ]
    if not redact:
        members.append(Member(LOCK_NAME, lambda: dump_lock(run.plan).encode()))
        members += _inputs(run.plan, store, pictures.notes)
    return Export(tuple(sorted(members, key=lambda member: member.name)), tuple(pictures.notes))


def readable(labels: Sequence[str]) -> str:
    """Make part of a file name: letters and digits of any script, `.`, `_`, `+` and `-`; at most 80 bytes."""
    text = unicodedata.normalize("NFC", "_".join(labels))
    signs = [sign if sign.isalnum() or sign in _SIGNS else "-" for sign in text]
    joined = "".join(sign for at, sign in enumerate(signs) if sign != "-" or at == 0 or signs[at - 1] != "-")
    return joined.encode()[:_LONGEST].decode("utf-8", "ignore").strip("._-")


_Change = Callable[[bytes, Cell], "bytes | None"]
"""Change a picture's bytes for the copy; None leaves them. Raises CannotStripError."""


def _changes(plan: Plan, *, redact: bool, metadata: bool) -> _Change | None:
    if redact:
        return lambda data, _: stripped(data)
    if metadata:
        return lambda data, cell: with_own_text(data, _own_text(plan, cell))
    return None


def _own_text(plan: Plan, cell: Cell) -> dict[str, Json]:
    """Return what our own text says: what docs/importing.md has `inspect` read."""
    return {
        "teststrip": 1,
        "version": __version__,
        "model": f"{plan.provider}/{plan.model}",
        "target": plan.target,
        "digest": cell.digest,
        "request": cell.request,
    }


def _pictures(run: Run, store: Store, change: _Change | None) -> _Pictures:
    """Name every picture after the first cell that has it."""
    found = _Pictures()
    width = len(str(max(len(run.plan.cells) - 1, 0)))
    for number, cell in enumerate(run.plan.cells):
        if cell.digest in found.kept:
            continue
        found.kept[cell.digest] = []
        labels = readable([run.plan.label(cell, axis) for axis in range(len(run.plan.axes))])
        artifacts = run.outcomes[cell.digest].artifacts
        for position, artifact in enumerate(artifacts, 1):
            several = f"_{position}" if len(artifacts) > 1 else ""
            stem = f"{number:0{width}}{'_' if labels else ''}{labels}{several}"
            name = f"pictures/{stem}{SUFFIXES[artifact.media_type]}"
            found.kept[cell.digest] += _keep(found, name, artifact, cell, store, change)
    if run.finish is not None:
        _finished(found, run, store, width)
    return found


def _finished(found: _Pictures, run: Run, store: Store, width: int) -> None:
    """Name what steps made after its cell; a picture that they left as it was is there already."""
    for number, cell in enumerate(run.plan.cells):
        one = run.finish.cells.get(cell.coordinates) if run.finish is not None else None
        if one is None or one.artifacts == run.outcomes[cell.digest].artifacts:
            continue
        labels = readable([run.plan.label(cell, axis) for axis in range(len(run.plan.axes))])
        kept = found.finished[cell.coordinates] = []
        for position, artifact in enumerate(one.artifacts, 1):
            several = f"_{position}" if len(one.artifacts) > 1 else ""
            stem = f"{number:0{width}}{'_' if labels else ''}{labels}{several}"
            kept += _keep(found, f"finished/{stem}{SUFFIXES[artifact.media_type]}", artifact, cell, store, None)


def _keep(
    found: _Pictures, name: str, artifact: Artifact, cell: Cell, store: Store, change: _Change | None
) -> list[_Kept]:
    """Take a picture into the export; [] after saying why not."""

    def data() -> bytes:
        original = store.get(artifact)
        changed = change(original, cell) if change is not None else None
        return original if changed is None else changed

    try:
        copy = data()
    except (StorageError, CannotStripError) as error:
        found.notes.append(f"{name} is left out: {error}")
        return []
    found.members.append(Member(name, data))
    return [_Kept(name, sha256(copy), artifact.media_type, len(copy))]


def _inputs(plan: Plan, store: Store, notes: list[str]) -> Iterator[Member]:
    """Bring the pictures that requests were made with, each named by its content and what it was called."""
    for file in plan.files:
        artifact = store.artifact(file.sha256, file.media_type, file.size)
        stem = readable([Path(file.name).stem])
        name = f"inputs/{file.sha256[:8]}{'_' if stem else ''}{stem}{SUFFIXES[file.media_type]}"
        if store.has(artifact):
            yield Member(name, partial(store.get, artifact))
        else:
            notes.append(f"{name} is left out: it is not in the store")


def _manifest(run: Run, pictures: _Pictures, *, redact: bool) -> dict[str, Json]:
    plan = run.plan
    return {
        EXPORT_KEY: EXPORT_FORMAT,
        "version": __version__,
        "title": plan.title,
        "model": f"{plan.provider}/{plan.model}",
        "target": plan.target,
        "redacted": redact,
        **({} if redact else {"plan": plan.digest}),
        "axes": [{"name": axis.name, "labels": [value.label for value in axis.values]} for axis in plan.axes],
        "cells": [_cell(run, number, cell, pictures, redact=redact) for number, cell in enumerate(plan.cells)],
    }


def _cell(run: Run, number: int, cell: Cell, pictures: _Pictures, *, redact: bool) -> Mapping[str, Json]:
    outcome = run.outcomes[cell.digest]
    told: dict[str, Json] = {
        "cell": number,
        "at": {axis.name: run.plan.label(cell, index) for index, axis in enumerate(run.plan.axes)},
        "state": str(outcome.state),
        "pictures": [_kept_json(kept) for kept in pictures.kept[cell.digest]],
    }
    if redact:  # a digest would tell somebody who guesses a request that the guess is right
        return told
    return told | {
        "reason": outcome.reason,
        "prediction": outcome.prediction,
        "digest": cell.digest,
        "request": cell.request,
        **_stepped(run, cell, pictures),
    }


def _stepped(run: Run, cell: Cell, pictures: _Pictures) -> dict[str, Json]:
    """Return what steps made of a cell; nothing where there are none."""
    one = run.finish.cells.get(cell.coordinates) if run.finish is not None else None
    if one is None:
        return {}
    return {
        "finished": [_kept_json(kept) for kept in pictures.finished.get(cell.coordinates, [])],
        "scores": dict(one.scores),
        "badges": list(one.badges),
        "steps": one.standing,
        "steps_reason": one.reason,
    }


def _kept_json(kept: _Kept) -> Json:
    return {"file": kept.file, "sha256": kept.sha256, "media_type": kept.media_type, "bytes": kept.size}


def _table(run: Run, pictures: _Pictures) -> Iterator[str]:
    """Yield the manifest as a table: a line a cell, its pictures in one column with spaces between."""
    fixed = ("cell", "state", "files")
    names = [f"axis {axis.name}" if axis.name in fixed else axis.name for axis in run.plan.axes]
    yield csv_row([fixed[0], *map(csv_text, names), *fixed[1:]])
    for number, cell in enumerate(run.plan.cells):
        labels = [csv_text(run.plan.label(cell, index)) for index in range(len(run.plan.axes))]
        files = " ".join(kept.file for kept in pictures.kept[cell.digest])
        yield csv_row([str(number), *labels, str(run.outcomes[cell.digest].state), files])
