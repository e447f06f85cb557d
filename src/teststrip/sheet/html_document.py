"""A run as the one JSON document that the page shows: every cell with where it stands, what was asked, what came.

Everything in it is text, numbers and the addresses of pictures that this program made up; the page shows text as
text. Same run, same document: no clock, and lists in the plan's order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Final

from teststrip.base.json import Json
from teststrip.plan.files import with_names
from teststrip.plan.model import AxisValue, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Artifact, Run
from teststrip.run.redact import REDACTED
from teststrip.sheet.arrange import parts_of
from teststrip.sheet.boxes import make_boxes
from teststrip.sheet.html_columns import Column, column_json, columns_of, owner_of, setting_json
from teststrip.sheet.html_dims import Dim, Dims, Place, dims_of, label_of, name_of, value_of
from teststrip.sheet.html_facts import Facts
from teststrip.sheet.marked import marks_json
from teststrip.sheet.model import Box
from teststrip.sheet.pictures import picture_size
from teststrip.sheet.show import abbreviated, same_text, show
from teststrip.sheet.stepped import artifacts_of, scores_of
from teststrip.sheet.text import visible
from teststrip.steps.model import ScoreValue

FORMAT: Final = 1
_SQUARE: Final = (512, 512)  # shown where neither a picture nor its request tells a size


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a picture's two forms are found from the page: `source` is the original, "" where it came without.

    `thumbnail` is "" where the page itself holds it, by number.
    """

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
        "id": plan.digest if subject.named else "",
        "title": visible(spec.title or plan.title),
        "model": f"{plan.provider}/{plan.model}"
        if plan.provider
        else "",  # of a folder of pictures nobody knows it
        "target": plan.target,
        "proof": plan.target.startswith("darkroom"),
        "redacted": not subject.named,
        "author": visible(spec.author or ""),
        "notes": [visible(note) for note in spec.notes],
        "axes": axes,
        "layouts": _layouts(plan, spec, dims),
        "settings": [setting_json(column) for column in columns if column.constant],
        "shared": {column.name: abbreviated(column.values[0]) for column in columns if column.constant},
        "columns": [column_json(column) for column in varying],
        "cells": told,
        "records": _records(subject, cells),
        "unit": subject.facts.unit,
        "marks": marks_json(subject.facts.marks) if subject.facts.marks is not None else None,
        "gaps": _gaps(plan, dims),
        "pictures": album.told(),
    }, album.artifacts


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
    told: dict[str, Json] = {"label": visible(label_of(values))}
    decided = [
        (column.name, column.values[column.cells[example]])
        for column in columns
        if example is not None and column.cells[example] >= 0
    ]
    own = {plan.axes[axis].name for axis in dim.axes}
    sets: list[Json] = [
        [name, visible(show(value))]
        for name, value in decided
        if not (name in own and any(same_text(part.label, value) for part in values))
    ]
    note = "\n".join(visible(value.note) for value in values if value.note)
    return told | ({"sets": sets} if sets else {}) | ({"note": note} if note else {}) | _flags(values)


def _flags(values: Sequence[AxisValue]) -> dict[str, Json]:
    return {"hide": True} if any(value.hide for value in values) else {}


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
        self._sizes: list[tuple[int, int]] = []
        self.artifacts: list[Artifact] = []

    def number(self, artifact: Artifact, size: tuple[int, int]) -> int:
        """Return the number of a picture, which is taken in when it is new."""
        at = self._numbers.setdefault(artifact.sha256, len(self._shown))
        if at == len(self._shown):
            self._shown.append(self._find(artifact))
            self._sizes.append(size)
            self.artifacts.append(artifact)
        return at

    def told(self) -> Json:
        """Return all of them as the page reads them."""
        return {
            "width": [width for width, _ in self._sizes],
            "height": [height for _, height in self._sizes],
            "source": [shown.source for shown in self._shown],
            "thumb": [shown.thumbnail for shown in self._shown],
            "type": [artifact.media_type for artifact in self.artifacts],
            "sha256": [artifact.sha256 for artifact in self.artifacts],
        }


def _cells(subject: Subject, cells: Sequence[Cell], places: Sequence[Place], album: _Album) -> dict[str, Json]:
    states, reasons, sizes = _Words({}), _Words({"": 0}), _Words({})
    boxes = make_boxes(subject.run, subject.spec.caption, picture_size, subject.facts.extensions)
    told: dict[str, list[Json]] = {name: [] for name in ("state", "reason", "box", "pictures", "caption")}
    for cell in cells:
        box = boxes.of((0, 0), cell)
        width, height = _natural(box)
        told["state"].append(states.number(str(box.status)))
        told["reason"].append(reasons.number(visible(box.reason)))
        told["box"].append(sizes.number(f"{width}x{height}"))
        told["caption"].append(visible(box.caption))
        told["pictures"].append(
            [
                album.number(artifact, (picture.width, picture.height))
                for artifact, picture in zip(artifacts_of(subject.run, cell), box.pictures, strict=False)
            ]
        )
    prices = [amount(subject.facts.prices.get(cell.digest)) for cell in cells]
    return {
        **told,
        "count": len(cells),
        "at": list(chain.from_iterable(places)),
        "digest": [cell.digest if subject.named else "" for cell in cells],
        "states": list(states.known),
        "reasons": list(reasons.known),
        "boxes": [[int(side) for side in size.split("x")] for size in sizes.known],
        "caption": told["caption"] if any(told["caption"]) else [],
        "price": prices if any(price is not None for price in prices) else [],
    }


def _natural(box: Box) -> tuple[int, int]:
    """Return the size in pixels of a picture of a cell: of several, the largest sides."""
    known = [(picture.width, picture.height) for picture in box.pictures] or [box.expected or _SQUARE]
    return max(width for width, _ in known), max(height for _, height in known)


def amount(price: Decimal | None) -> str | None:
    """Write a price as the page has it: exactly, and no longer than need be."""
    if price is None:
        return None
    text = f"{price:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _records(subject: Subject, cells: Sequence[Cell]) -> list[Json]:
    """Turn what steps found into columns: of numbers where every cell that has one has a number, else of texts."""
    found = [scores_of(subject.run, cell) for cell in cells]
    scores = subject.run.finish.scores if subject.run.finish is not None else {}
    told: list[Json] = []
    for name in dict.fromkeys(name for values in found for name in values):
        column = [_held(values.get(name)) for values in found]
        numbers = not any(isinstance(value, str) for value in column)
        score = scores.get(name)
        told.append(
            {
                "name": name,
                "kind": "number" if numbers else "text",
                "cells": column if numbers else [None if value is None else str(value) for value in column],
                **({"title": visible(score.title), "digits": score.digits} if score is not None else {}),
            }
        )
    return told


def _held(value: ScoreValue) -> float | str | None:
    """Return a value as JSON and the page can hold it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _gaps(plan: Plan, dims: Dims) -> Mapping[str, Json]:
    """Say which places are no cells, and why."""
    return {
        "at": list(chain.from_iterable(dims.place(place) for place in plan.excluded)),
        "reason": list(plan.excluded.values()),
        "reasons": [{"kind": reason.kind, "text": visible(reason.text)} for reason in plan.reasons],
    }
