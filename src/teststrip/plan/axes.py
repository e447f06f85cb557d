"""Axis kinds: each turns what a recipe writes for an axis into its values.

A kind is a function of the axis's source, its parameter (None for a free variable) and a `Draft`; which kind it
is shows in the shape of what is written, so a dict of kinds by name would only hide that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from teststrip.base.json import ABSENT, Absent, Json, canonical
from teststrip.base.where import Path, Problem, dotted
from teststrip.plan.ellipsis import EllipsisFault, expand_series, is_series
from teststrip.plan.identity import drawn_seed
from teststrip.plan.model import Axis, AxisValue
from teststrip.plan.values import typed
from teststrip.provider.model import Parameter
from teststrip.recipe.bounds import Work
from teststrip.recipe.model import AxisSource, Recipe
from teststrip.recipe.templates import TemplateFault, compile_template, is_template
from teststrip.schema.series import series_meant
from teststrip.schema.sweeps import is_numeric

MAX_VALUES: Final = 10_000
_SAFE_INTEGER: Final = 2**53


@dataclass(frozen=True, slots=True)
class Draft:
    """What every part of planning works with: the recipe, and the list that problems are added to."""

    recipe: Recipe
    problems: list[Problem]
    model: str = ""  # the model's own id, where the recipe may have an alias
    told: set[Problem] = field(default_factory=set)  # the same problems, for a quick look
    work: Work = field(default_factory=Work)  # what all templates may handle together

    def report(self, path: Path, message: str, suggestion: str | None = None, *, on_key: bool = False) -> None:
        """Add a problem at a path of the recipe."""
        marks = self.recipe.marks
        where = marks.key(path) if on_key else marks.value(path)
        problem = Problem(where, dotted(path), message, suggestion)
        if problem not in self.told:
            self.told.add(problem)
            self.problems.append(problem)


@dataclass(frozen=True, slots=True)
class PlacedAxis:
    """An axis, and the path in the recipe of each of its values."""

    axis: Axis
    places: tuple[Path, ...]


def expand_axis(source: AxisSource, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Expand an axis; None after reporting what is wrong with it."""
    if not source.sound:
        return None
    spec = source.spec
    if isinstance(spec, str):
        placed = _word(source, spec, parameter, draft)
    elif isinstance(spec, list) and any(item in ("...", "…") for item in spec if isinstance(item, str)):
        placed = _series(source, _rejoined(source, spec, draft), parameter, draft)
    elif isinstance(spec, list):
        placed = _listed(source, spec, parameter, draft)
    elif isinstance(spec, Mapping):
        placed = _counted(source, spec, parameter, draft)
    else:
        draft.report(source.path, f"an axis needs a list of values, such as [{json.dumps(spec)}]")
        placed = None
    if placed is None:
        return None
    if len(placed.axis.values) > MAX_VALUES:
        draft.report(
            source.path, f"an axis has at most {MAX_VALUES:,} values, and this has {len(placed.places):,}"
        )
        return None
    for value, path in zip(placed.axis.values, placed.places, strict=True):
        if isinstance(value.value, int) and abs(value.value) > _SAFE_INTEGER:
            draft.report(path, f"{value.label} is beyond 2^53: JSON readers would round it")
            return None
    _refuse_repeats(placed, draft)
    return placed


def _word(source: AxisSource, spec: str, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    if spec == "all":
        return _all(source, parameter, draft)
    if is_series(spec):
        return _series(source, spec, parameter, draft)
    if (series := series_meant(spec)) is not None:
        draft.report(source.path, "a series has commas between its numbers and its dots", series)
        return None
    values = spec if "," in spec else json.dumps(spec, ensure_ascii=False)
    draft.report(source.path, f"an axis is a list, a series with dots, `all` or a count; write [{values}]")
    return None


def _all(source: AxisSource, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    if parameter is not None and parameter.choices:
        choices: list[Json] = [choice.value for choice in parameter.choices]
    elif parameter is not None and parameter.kind == "boolean":
        choices = [False, True]
    else:
        what = f"{source.name} has none listed" if parameter else f"{source.name} is a variable of your own"
        draft.report(source.path, f"`all` means every documented value, and {what}; list the values")
        return None
    return _flat(source, parameter, [AxisValue(_label(value), value) for value in choices])


def _series(source: AxisSource, text: str, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    if parameter is not None and not is_numeric(parameter):
        draft.report(source.path, f"a series is made of numbers, and {source.name} is no number; list its values")
        return None
    try:
        numbers = expand_series(text)
    except EllipsisFault as fault:
        draft.report(source.path, fault.message, fault.suggestion)
        return None
    return _flat(source, parameter, [AxisValue(f"{number:f}", as_number(number)) for number in numbers])


def _rejoined(source: AxisSource, spec: list[Json], draft: Draft) -> str:
    """Write `[1, 2, ..., 10]` as the series that it means."""
    texts = draft.recipe.marks.texts
    return ", ".join(texts.get((*source.path, index), str(item)) for index, item in enumerate(spec))


def _counted(
    source: AxisSource, spec: Mapping[str, Json], parameter: Parameter | None, draft: Draft
) -> PlacedAxis | None:
    count, start = _whole(spec.get("count")), _whole(spec.get("from"))
    if count is None or count > MAX_VALUES:
        draft.report((*source.path, "count"), f"count is a whole number from 1 to {MAX_VALUES:,}")
        return None
    if parameter is not None and "integer" not in (parameter.kind, *parameter.or_kinds):
        draft.report(source.path, f"a count makes whole numbers, and {source.name} takes none; list its values")
        return None
    if start is not None:
        numbers = [start + index for index in range(count)]
    elif parameter is not None and parameter.random_default:
        numbers = [drawn_seed(draft.recipe.provider, draft.model, parameter, index) for index in range(count)]
    else:
        draft.report(source.path, f"only a seed can be drawn; say where {source.name} starts, with `from:`")
        return None
    return _flat(source, parameter, [AxisValue(str(number), number) for number in numbers])


def _flat(source: AxisSource, parameter: Parameter | None, values: list[AxisValue]) -> PlacedAxis:
    axis = Axis(source.name, tuple(values), parameter is not None)
    return PlacedAxis(axis, (source.path,) * len(values))


def _listed(source: AxisSource, spec: list[Json], parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    if spec == ["all"] and parameter is not None and (parameter.choices or parameter.kind == "boolean"):
        draft.report((*source.path, 0), "`all` stands alone, without brackets", "all")
        return None
    values: list[AxisValue] = []
    places: list[Path] = []
    for index, item in enumerate(spec):
        if index in source.unsound:
            continue
        path: Path = (*source.path, index)
        if isinstance(item, Mapping):  # never a value by itself: the recipe's schema says so
            value = _titled(item, path, parameter, draft)
            path = path if value.value is ABSENT else (*path, "value")
        else:
            value = _plain(item, path, parameter, draft)
        values.append(value)
        places.append(path)
    if not values:
        return None
    return PlacedAxis(Axis(source.name, tuple(values), parameter is not None), tuple(places))


def _plain(item: Json, path: Path, parameter: Parameter | None, draft: Draft) -> AxisValue:
    value = _value(item, path, parameter, draft)
    return AxisValue(draft.recipe.marks.texts.get(path) or _label(value), value)


def _titled(item: Mapping[str, Json], path: Path, parameter: Parameter | None, draft: Draft) -> AxisValue:
    value: Json | Absent = ABSENT
    if "value" in item:
        value = _value(item["value"], (*path, "value"), parameter, draft)
    sets = item.get("set")
    title = item.get("title")
    if title is None:
        title = draft.recipe.marks.texts.get((*path, "value")) or ("" if value is ABSENT else _label(value))
    note = item.get("note")
    return AxisValue(
        label=str(settle(title, (*path, "title"), draft)),
        value=value,
        sets=sets if isinstance(sets, Mapping) else None,
        note=str(settle(note, (*path, "note"), draft)) if note is not None else "",
    )


def _value(item: Json, path: Path, parameter: Parameter | None, draft: Draft) -> Json:
    """Settle an axis's value: a parameter's is typed by the page, and may wait for other axes."""
    if parameter is None or not isinstance(item, str) or not is_template(item):
        return settle(item, path, draft)
    settled = settle(item, path, draft, waits=True)
    return settled if settled is item else typed(str(settled), parameter)


def settle(value: Json, path: Path, draft: Draft, *, waits: bool = False) -> Json:
    """Render a templated text that needs the recipe's own variables only.

    With `waits`, one that needs an axis is left for the cells; otherwise it is reported.
    """
    if not isinstance(value, str) or not is_template(value):
        return value
    try:
        template = compile_template(value)
        needed = sorted(template.names & {axis.name for axis in draft.recipe.axes})
        if not needed and not (waits and template.draws):
            return template.render(draft.recipe.variables, work=draft.work)
        if needed and not waits:
            said = f"{needed[0]} is an axis, and this text is the same in every cell: it may use `vars` only"
            draft.report(path, said)
    except TemplateFault as fault:
        draft.report(path, fault.message, fault.suggestion)
    return value


def _whole(value: Json) -> int | None:
    """Return a whole number however it is written (1e3 is one); None for everything else."""
    return int(value) if isinstance(value, int | float) and float(value).is_integer() else None


def as_number(number: Decimal) -> int | float:
    """Turn a Decimal into the JSON number that prints alike: 28 stays whole, 4.0 stays a fraction."""
    exponent = number.as_tuple().exponent
    return int(number) if isinstance(exponent, int) and exponent >= 0 else float(number)


def _label(value: Json) -> str:
    if isinstance(value, str):
        return value or '""'
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _refuse_repeats(placed: PlacedAxis, draft: Draft) -> None:
    first: dict[bytes, Path] = {}
    for index, value in enumerate(placed.axis.values):
        if value.value is ABSENT or value.sets:
            continue
        key = canonical(value.value)
        if key in first:
            said = f"{value.label} stands twice on this axis; the first is {dotted(first[key])}"
            draft.report(placed.places[index], said)
        first.setdefault(key, placed.places[index])
