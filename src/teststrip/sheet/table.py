"""All cells of a run as a table: CSV for a spreadsheet, JSON lines for programs, Parquet for queries.

A line a cell, in the plan's order, whatever sheets show of them. Written as it is made: cells are looked at one by
one, whatever their number.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from teststrip.base.files import write_parts_whole
from teststrip.base.json import Json
from teststrip.base.table import csv_row, csv_text
from teststrip.plan.files import with_names
from teststrip.plan.model import Cell
from teststrip.run.costs import Cost
from teststrip.run.model import Outcome, Run
from teststrip.run.redact import REDACTED
from teststrip.run.state import State
from teststrip.sheet.parquet import write_parquet
from teststrip.sheet.settings import ordered
from teststrip.sheet.show import show
from teststrip.sheet.stepped import scores_of

_FIXED: Final = (
    "cell", "state", "reason", "price", "unit", "seconds", "pictures", "paths", "digest", "prediction", "alt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a table tells of: a run, what its requests came to, by digest.

    `folder` is where the table will lie, for the ways to the pictures; None keeps these to itself.
    """

    run: Run
    costs: Mapping[str, Cost]
    folder: Path | None = None


Record = Mapping[str, Json]


def records(told: Told) -> Iterator[Record]:
    """Yield what there is to say of every cell; of a run that was redacted, nothing that could tell a request."""
    run = told.run
    hidden = run.plan.digest == REDACTED
    names = () if hidden else _names(run)
    for number, cell in enumerate(run.plan.cells):
        outcome = run.outcomes.get(cell.digest) or Outcome(cell.digest, State.PLANNED)
        cost = told.costs.get(cell.digest, Cost())
        labels = {axis.name: run.plan.label(cell, at) for at, axis in enumerate(run.plan.axes)}
        yield {
            "cell": number,
            "at": labels,
            "state": str(outcome.state),
            "reason": outcome.reason,
            "price": None if cost.price is None else f"{cost.price:f}",
            "unit": cost.unit,
            "seconds": cost.seconds,
            "pictures": [] if hidden else [artifact.sha256 for artifact in outcome.artifacts],
            "paths": _ways(told, outcome),
            "digest": "" if hidden else cell.digest,
            "prediction": outcome.prediction or "",
            "alt": _alt(labels, outcome),
            "request": {} if hidden else _request(run, cell, names),
            "scores": dict(scores_of(run, cell)),
        }


def write_table(form: str, told: Told, path: Path) -> Path:
    """Write a table in a format of `TABLES`. Raises OSError, and UsageError where an extra is missing."""
    return TABLES[form](told, path)


def _jsonl(told: Told, path: Path) -> Path:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records(told))
    write_parts_whole(path, (line.encode("utf-8", "backslashreplace") for line in lines))
    return path


def _csv(told: Told, path: Path) -> Path:
    columns = columns_of(told)

    def lines() -> Iterator[bytes]:
        yield csv_row(csv_text(column.name) for column in columns).encode("utf-8", "backslashreplace")
        for record in records(told):
            row = csv_row(csv_text(_text(column.value(record))) for column in columns)
            yield row.encode("utf-8", "backslashreplace")

    write_parts_whole(path, lines())
    return path


def _parquet(told: Told, path: Path) -> Path:
    columns = columns_of(told)
    rows = ({column.name: column.plain(record) for column in columns} for record in records(told))
    write_parquet({column.name: column.kind for column in columns}, rows, path)
    return path


TABLES: Final[Mapping[str, Callable[[Told, Path], Path]]] = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a flat table: `kind` is its type in SQL, `inside` the member that holds it, if one does."""

    name: str
    kind: str
    member: str
    inside: str = ""

    def value(self, record: Record) -> Json:
        """Return what a record has in it; None where it has nothing."""
        holder = record[self.inside] if self.inside else record
        return holder.get(self.member) if isinstance(holder, Mapping) else None

    def plain(self, record: Record) -> Json:
        """Return the same as a value of the column's kind."""
        value = self.value(record)
        return value if value is None or self.kind != "VARCHAR" else _text(value)


def columns_of(told: Told) -> tuple[Column, ...]:
    """Look over all cells for what there is to say: axes first, then the outcome, the request, the scores."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for record in records(told):
        for inside in ("request", "scores"):
            holder = record[inside]
            for name, value in holder.items() if isinstance(holder, Mapping) else ():
                kinds.setdefault((inside, name), set()).add(_kind(value))
    fixed = [Column(name, _KINDS.get(name, "VARCHAR"), name) for name in _FIXED]
    names = [axis.name for axis in told.run.plan.axes]
    axes = [Column(f"axis {name}" if name in _FIXED else name, "VARCHAR", name, "at") for name in names]
    more = [Column(f"{inside}.{name}", _common(found), name, inside) for (inside, name), found in kinds.items()]
    return (fixed[0], *axes, *fixed[1:], *more)


_KINDS: Final = {"cell": "BIGINT", "price": "DOUBLE", "seconds": "DOUBLE"}


def _kind(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int):
        return "BIGINT" if abs(value) < 2**63 else "DOUBLE"
    return "DOUBLE" if isinstance(value, float) else "VARCHAR"


def _common(found: Iterable[str]) -> str:
    kinds = set(found) - {""}
    if kinds == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    return kinds.pop() if len(kinds) == 1 else "VARCHAR"


def _text(value: Json) -> str:
    """Write a value into a cell of a table: lists of names with spaces between, base64 by its digest."""
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(one, str) for one in value):
        return " ".join(map(str, value))
    return value if value == "" else show(value)


def _names(run: Run) -> tuple[str, ...]:
    """Return all members of requests, in the order of the sheet's foot."""
    return tuple(ordered({name for cell in run.plan.cells for name in cell.request}))


def _request(run: Run, cell: Cell, names: Sequence[str]) -> Mapping[str, Json]:
    request = with_names([cell], run.plan.files)[0].request
    return {name: request[name] for name in names if name in request}


def _ways(told: Told, outcome: Outcome) -> list[str]:
    if told.folder is None:
        return []
    return [os.path.relpath(one.place, told.folder).replace(os.sep, "/") for one in outcome.artifacts]


def _alt(labels: Mapping[str, str], outcome: Outcome) -> str:
    place = ", ".join(f"{name} {label}" for name, label in labels.items())
    state = "" if outcome.state is State.DONE else str(outcome.state)
    return "; ".join(part for part in (place, state, outcome.reason) if part)
