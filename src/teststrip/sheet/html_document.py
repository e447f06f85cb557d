"""A run as the one JSON document that the page shows: every cell with where it stands, what was asked, what came.

Everything in it is text, numbers and the addresses of pictures that this program made up; the page shows text as
text. Same run, same document: no clock, and lists in the plan's order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Final

from teststrip.base.json import Json
from teststrip.plan.files import with_names
from teststrip.plan.model import Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.redact import REDACTED
from teststrip.run.state import State
from teststrip.sheet.arrange import parts_of
from teststrip.sheet.build import caption_of, expected_size, standing
from teststrip.sheet.html_columns import Column, column_json, columns_of, owner_of, setting_json
from teststrip.sheet.html_dims import Dim, Dims, Place, dims_of, label_of, name_of, value_of
from teststrip.sheet.html_facts import Facts
from teststrip.sheet.show import same_text, show

FORMAT: Final = 1
_SQUARE: Final = (512, 512)  # shown where neither a picture nor its request tells a size
_LATER: Final = frozenset({State.FETCHED, State.SUBMITTED, State.INTENT, State.PLANNED})


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on the page: its size in pixels (None: it cannot be read), and the addresses of its two forms.

    `source` is the original's, "" where the page comes without it; `thumbnail` "" where it is found by number.
    """

    size: tuple[int, int] | None
    source: str = ""
    thumbnail: str = ""


Find = Callable[[Artifact], Shown]
"""Says how the page shows a picture."""


@dataclass(slots=True)
class _Words:
    """Texts by number, each once."""

    known: dict[str, int]

    def number(self, text: str) -> int:
        return self.known.setdefault(text, len(self.known))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a document is of: a run, the sheet that its recipe asks for, and what else is known of its cells."""

    run: Run
    spec: SheetSpec
    facts: Facts

    @property
    def named(self) -> bool:
        """Whether cells may be told by their digests: those of a redacted run would prove a guess right."""
        return self.run.plan.digest != REDACTED


def document(subject: Subject, find: Find) -> tuple[dict[str, Json], list[Artifact]]:
    """Return the document of a run, and its pictures in the order in which the document numbers them."""
    run, spec = subject.run, subject.spec
    plan = run.plan
    dims = dims_of(plan)
    cells = with_names(plan.cells, plan.files)
    places = [dims.place(cell.coordinates) for cell in cells]
    columns = columns_of(cell.request for cell in cells)
    album = _Album(find)
    told = _cells(subject, cells, places, album)
    varying = [column for column in columns if not column.constant]
    axes = _axes(plan, dims, places, varying)
    return {
        "page": FORMAT,
        "id": plan.digest[:16] if subject.named else "",
        "title": spec.title or plan.title,
        "model": f"{plan.provider}/{plan.model}",
        "target": plan.target,
        "proof": plan.target.startswith("darkroom"),
        "redacted": not subject.named,
        "axes": axes,
        "layouts": _layouts(plan, spec, dims),
        "settings": [setting_json(column) for column in columns if column.constant],
        "shared": {name: value for column in columns if column.constant for name, value in [_shared(column)]},
        "columns": [column_json(column) for column in varying],
        "cells": told,
        "records": _records(subject, cells),
        "unit": subject.facts.unit,
        "gaps": _gaps(plan, dims),
        "pictures": album.told(),
    }, album.artifacts


def _shared(column: Column) -> tuple[str, Json]:
    told = column_json(Column(column.name, column.values))
    return column.name, told["values"][0]  # type: ignore[index,call-overload]  it is the object made above


def _axes(plan: Plan, dims: Dims, places: Sequence[Place], columns: Sequence[Column]) -> list[Json]:
    names = [name_of(plan, dim) for dim in dims.dims]
    owned: list[list[Column]] = [[] for _ in names]
    for column in columns:
        owner = owner_of(column, places, names)
        if owner is not None:
            owned[owner].append(column)
    first: list[dict[int, int]] = [{} for _ in names]
    for number, place in enumerate(places):
        for axis, index in enumerate(place):
            first[axis].setdefault(index, number)
    return [
        {
            "name": names[at],
            "names": [plan.axes[axis].name for axis in dim.axes],
            "union": any(plan.axes[axis].union for axis in dim.axes),
            "parameter": all(plan.axes[axis].parameter for axis in dim.axes),
            "values": [
                _value(plan, dim, place, owned[at], first[at].get(index)) for index, place in enumerate(dim.places)
            ],
        }
        for at, dim in enumerate(dims.dims)
    ]


def _value(plan: Plan, dim: Dim, place: Place, columns: Sequence[Column], example: int | None) -> Json:
    """Say what a value of an axis is called, and what it decides; `example` is a cell that has it."""
    values = value_of(plan, dim, place)
    label = label_of(values)
    told: dict[str, Json] = {"label": label}
    decided = [
        (column.name, column.values[column.cells[example]])
        for column in columns
        if example is not None and column.cells[example] >= 0
    ]
    own = {plan.axes[axis].name for axis in dim.axes}
    sets: list[Json] = [
        [name, show(value)]
        for name, value in decided
        if not (name in own and any(same_text(part.label, value) for part in values))
    ]
    note = "\n".join(value.note for value in values if value.note)
    return told | ({"sets": sets} if sets else {}) | ({"note": note} if note else {}) | _flags(values)


def _flags(values: Sequence[object]) -> dict[str, Json]:
    return {"hide": True} if any(getattr(value, "hide", False) for value in values) else {}


def _layouts(plan: Plan, spec: SheetSpec, dims: Dims) -> list[Json]:
    """Say which axes go where at first, as a drawn sheet has them; of several grids, for each."""
    layouts: list[Json] = []
    for part in parts_of(plan, spec):
        rows = dict.fromkeys(dims.of(axis) for axis in part.arrangement.rows)
        cols = dict.fromkeys(dims.of(axis) for axis in part.arrangement.cols)
        layouts.append({"grid": part.grid, "rows": [at for at in rows if at not in cols], "cols": list(cols)})
    return layouts


class _Album:
    """The pictures of the page, each once."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._numbers: dict[str, int] = {}
        self._shown: list[Shown] = []
        self.artifacts: list[Artifact] = []

    def number(self, artifact: Artifact) -> tuple[int, Shown]:
        at = self._numbers.setdefault(artifact.sha256, len(self._shown))
        if at == len(self._shown):
            self._shown.append(self._find(artifact))
            self.artifacts.append(artifact)
        return at, self._shown[at]

    def told(self) -> Json:
        return {
            "width": [shown.size[0] if shown.size else 0 for shown in self._shown],
            "height": [shown.size[1] if shown.size else 0 for shown in self._shown],
            "source": [shown.source for shown in self._shown],
            "thumb": [shown.thumbnail for shown in self._shown],
            "type": [artifact.media_type for artifact in self.artifacts],
            "sha256": [artifact.sha256 for artifact in self.artifacts],
        }


def _cells(subject: Subject, cells: Sequence[Cell], places: Sequence[Place], album: _Album) -> dict[str, Json]:
    run, states, reasons, boxes = subject.run, _Words({}), _Words({"": 0}), _Words({})
    rows: list[tuple[int, int, int, Json]] = []
    captions: list[str] = []
    for cell in cells:
        outcome = run.outcomes.get(cell.digest, Outcome(cell.digest, State.PLANNED))
        found = [album.number(one) for one in outcome.artifacts] if outcome.state is State.DONE else []
        status, reason = standing(outcome, [shown.size for _, shown in found])
        size = _natural([shown.size for _, shown in found], expected_size(cell.request))
        box = boxes.number(f"{size[0]}x{size[1]}")
        rows.append((states.number(str(status)), reasons.number(reason), box, [at for at, _ in found]))
        captions.append(caption_of(run.plan, cell, subject.spec.caption))
    prices = [_amount(subject.facts.prices.get(cell.digest)) for cell in cells]
    return {
        "count": len(cells),
        "at": list(chain.from_iterable(places)),
        "digest": [cell.digest if subject.named else "" for cell in cells],
        "states": list(states.known),
        "state": [row[0] for row in rows],
        "reasons": list(reasons.known),
        "reason": [row[1] for row in rows],
        "boxes": [[int(side) for side in box.split("x")] for box in boxes.known],
        "box": [row[2] for row in rows],
        "pictures": [row[3] for row in rows],
        "caption": captions if any(captions) else [],
        "price": prices if any(price is not None for price in prices) else [],
    }


def _natural(sizes: Sequence[tuple[int, int] | None], expected: tuple[int, int] | None) -> tuple[int, int]:
    """Return the size in pixels of a picture of a cell: of several, the largest sides."""
    known = [size or expected or _SQUARE for size in sizes] or [expected or _SQUARE]
    return max(width for width, _ in known), max(height for _, height in known)


def _amount(price: Decimal | None) -> str | None:
    if price is None:
        return None
    text = f"{price:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _records(subject: Subject, cells: Sequence[Cell]) -> list[Json]:
    """Turn the records of cells into columns: a number where every cell that has one has a number, else text."""
    records = subject.facts.records
    names = dict.fromkeys(name for cell in cells for name in records.get(cell.digest, {}))
    told: list[Json] = []
    for name in names:
        values = [records.get(cell.digest, {}).get(name) for cell in cells]
        numbers = all(isinstance(value, int | float) for value in values if value is not None)
        told.append(
            {
                "name": name,
                "kind": "number" if numbers else "text",
                "cells": values if numbers else [None if value is None else str(value) for value in values],
            }
        )
    return told


def _gaps(plan: Plan, dims: Dims) -> Mapping[str, Json]:
    """Say which places are no cells, and why."""
    return {
        "at": list(chain.from_iterable(dims.place(place) for place in plan.excluded)),
        "reason": list(plan.excluded.values()),
        "reasons": [{"kind": reason.kind, "text": reason.text} for reason in plan.reasons],
    }
