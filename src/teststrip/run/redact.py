"""A run without its prompts and requests, to be shown to others. Labels that are texts, and reasons, go too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Run

REDACTED: Final = "redacted"
"""What a redacted plan has for a digest."""

_SIZES: Final = ("size", "width", "height")  # so that a sheet knows how large a missing picture would be
_MEASURE: Final = re.compile(r"[0-9x×*:.,+ -]*")  # says nothing but numbers


def redacted(run: Run) -> Run:
    """Return a run that has no prompt, no request and no word of a server's; its pictures are as they were.

    A label stays where it is a number, a value that the page lists, or a title that is no part of a text.
    """
    plan = run.plan
    listed = _listed(plan)
    cells = tuple(Cell(cell.coordinates, _size_of(cell.request), cell.digest) for cell in plan.cells)
    bare = replace(
        plan,
        digest=REDACTED,  # one who guesses all requests could tell by the digest that the guess is right
        recipe_file="",
        recipe_digest="",
        axes=tuple(_axis(axis, listed) for axis in plan.axes),
        cells=cells,
        sheets=tuple(_sheet(sheet) for sheet in plan.sheets),
        reasons=tuple(replace(reason, text="by a rule of the recipe") for reason in plan.reasons),
        sources=(),
        files=(),
        page_request={},
        after=(),
        variables={},
    )
    outcomes = {digest: replace(outcome, reason="", prediction=None) for digest, outcome in run.outcomes.items()}
    return replace(run, plan=bare, outcomes=outcomes, finish=None)  # scores may be texts


def _listed(plan: Plan) -> frozenset[str]:
    """Gather the texts that the page itself lists as values: sampler names and the like."""
    properties: Any = plan.page_request.get("properties", {})
    found: set[str] = set()
    for schema in properties.values() if isinstance(properties, Mapping) else ():
        if isinstance(schema, Mapping):
            found.update(value for value in schema.get("enum", ()) if isinstance(value, str))
            found.update(
                choice["const"]
                for choice in schema.get("oneOf", ())
                if isinstance(choice, Mapping) and isinstance(choice.get("const"), str)
            )
    return frozenset(found)


def _axis(axis: Axis, listed: frozenset[str]) -> Axis:
    values = tuple(_value(value, number, listed) for number, value in enumerate(axis.values, 1))
    return replace(axis, values=values)


def _value(value: AxisValue, number: int, listed: frozenset[str]) -> AxisValue:
    texts = [text for text in _texts(value) if text not in listed and not _MEASURE.fullmatch(text)]
    label = value.label.strip().casefold()
    told = any(label in text.casefold() or text.casefold() in label for text in texts) and bool(label)
    return AxisValue(f"value {number}" if told else value.label, skip=value.skip, hide=value.hide)


def _texts(value: AxisValue) -> Iterator[str]:
    """Yield the texts that go into a request by a value."""
    for part in (value.value, value.sets, value.replace):
        yield from _strings(part)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _strings(name)
            yield from _strings(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _strings(member)


def _size_of(request: Mapping[str, Json]) -> Mapping[str, Json]:
    return {name: request[name] for name in _SIZES if name in request}


def _sheet(sheet: SheetSpec) -> SheetSpec:
    return replace(sheet, caption=None, notes=(), author=None)
