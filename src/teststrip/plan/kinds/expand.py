"""From what a recipe writes for an axis to its values: which kind it is, and what holds for every kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from teststrip.base.json import ABSENT, Json, canonical
from teststrip.base.where import Path, dotted
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.ellipsis import is_series
from teststrip.plan.kinds.brought import brought_kind
from teststrip.plan.kinds.common import Kind
from teststrip.plan.kinds.files import files
from teststrip.plan.kinds.listed import every, listed
from teststrip.plan.kinds.numbers import has_dots, numbers
from teststrip.plan.kinds.replacing import replacing
from teststrip.plan.kinds.sizes import size_grid
from teststrip.plan.model import AxisValue
from teststrip.plan.spread import MAX_VALUES
from teststrip.provider.model import Parameter
from teststrip.recipe.evaluate import evaluate
from teststrip.recipe.model import AxisSource
from teststrip.recipe.templates import TemplateFault, compile_template, is_template
from teststrip.schema.check import find_faults
from teststrip.schema.recipe import axis_structure
from teststrip.schema.series import series_meant

_SAFE_INTEGER: Final = 2**53
# The kinds that are written as a mapping, by the member that tells them; numbers have none of these. What their
# members may hold is in `schema.mappings`.
MAPPINGS: Final[Mapping[str, Kind]] = {
    "replace": replacing,
    "width": size_grid,
    "height": size_grid,
    "files": files,
}


def expand_axis(source: AxisSource, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Expand an axis; None after reporting what is wrong with it."""
    whole = _from_template(source, draft) if source.sound else None
    whole = _from_plugin(whole, parameter, draft) if whole is not None else None
    if whole is None:
        return None
    kind = kind_of(whole.spec)
    placed = kind(whole, whole.spec, parameter, draft) if kind is not None else _no_kind(whole, draft)
    if placed is None or not _within_bounds(placed, source, draft):
        return None
    _refuse_repeats(placed, draft)
    return placed


def _within_bounds(placed: PlacedAxis, source: AxisSource, draft: Draft) -> bool:
    if len(placed.axis.values) > MAX_VALUES:
        draft.report(
            source.path, f"an axis has at most {MAX_VALUES:,} values, and this has {len(placed.places):,}"
        )
        return False
    for value, path in zip(placed.axis.values, placed.places, strict=True):
        if isinstance(value.value, int) and abs(value.value) > _SAFE_INTEGER:
            draft.report(path, f"{value.label} is beyond 2^53: JSON readers would round it")
            return False
    return True


def kind_of(spec: Json) -> Kind | None:
    """Tell which kind of axis is written; None for what is none."""
    if isinstance(spec, str):
        return every if spec == "all" else numbers if is_series(spec) else None
    if isinstance(spec, list):
        return numbers if has_dots(spec) else listed
    if isinstance(spec, Mapping):
        return next((kind for member, kind in MAPPINGS.items() if member in spec), numbers)
    return None


def _no_kind(source: AxisSource, draft: Draft) -> PlacedAxis | None:
    spec = source.spec
    if not isinstance(spec, str):
        draft.report(source.path, f"an axis needs a list of values, such as [{json.dumps(spec)}]")
    elif (series := series_meant(spec)) is not None:
        draft.report(source.path, "a series has commas between its numbers and its dots", series)
    else:
        values = spec if "," in spec else json.dumps(spec, ensure_ascii=False)
        draft.report(source.path, f"an axis is a list, a series with dots, `all` or a count; write [{values}]")
    return None


def _from_template(source: AxisSource, draft: Draft) -> AxisSource | None:
    """Put what a template stands for in its place; None after reporting what is wrong with it."""
    text = source.spec
    if not isinstance(text, str) or not is_template(text):
        return source
    swept = sorted(axis.name for axis in draft.recipe.axes)
    try:
        needed = [name for name in swept if name in compile_template(text, draft.extensions).names]
        if needed:
            said = f"{needed[0]} is an axis, and the values of an axis are the same in every cell: `vars` only"
            draft.report(source.path, said)
            return None
        spec = _literal(evaluate(text, draft.recipe.variables, draft.extensions))
    except TemplateFault as fault:
        draft.report(source.path, fault.message, fault.suggestion)
        return None
    return _written(source, spec, "the template", draft)


def _from_plugin(source: AxisSource, parameter: Parameter | None, draft: Draft) -> AxisSource | None:
    """Put what a plugin's kind makes of a mapping in its place; None after reporting what is wrong."""
    spec = source.spec
    name = next((name for name in draft.extensions.kinds if isinstance(spec, Mapping) and name in spec), None)
    if name is None or not isinstance(spec, Mapping):
        return source
    made = brought_kind(name, source, spec, parameter, draft)
    return None if made is None else _written(source, _literal(made), f"`{name}`", draft)


def _written(source: AxisSource, spec: Json, who: str, draft: Draft) -> AxisSource | None:
    """Take what was made for an axis as if a recipe had it; None after reporting what is wrong with it."""
    faults = find_faults(spec, axis_structure(draft.extensions))
    for found in faults:
        inside = f"of what {who} makes, {dotted(found.path)}: " if found.path else ""
        draft.report(source.path, f"{inside}{found.message}", found.suggestion)
    return None if faults else replace(source, spec=spec)


def _literal(value: Json) -> Json:
    """Write what a template made so that, where it is read as a template again, it comes out as it is."""
    if isinstance(value, str):
        return value.replace("${{", '${{ "${{" }}')
    if isinstance(value, Mapping):
        return {name: _literal(member) for name, member in value.items()}
    return [_literal(item) for item in value] if isinstance(value, list) else value


def _refuse_repeats(placed: PlacedAxis, draft: Draft) -> None:
    first: dict[bytes, Path] = {}
    told = {problem.path for problem in draft.problems}
    for index, value in enumerate(placed.axis.values):
        key = _sameness(value)
        if key is None or dotted(placed.places[index]) in told:
            continue
        if key in first:
            said = f"{value.label} stands twice on this axis; the first is {dotted(first[key])}"
            draft.report(placed.places[index], said)
        first.setdefault(key, placed.places[index])


def _sameness(value: AxisValue) -> bytes | None:
    """Return what two values that are one have alike; None where it takes more than the value to tell."""
    if value.value is ABSENT:
        return None if value.replace is None or value.sets is not None else canonical(dict(value.replace))
    rest: list[Any] = [value.sets, value.replace] if value.sets or value.replace else []
    return canonical([value.value, *rest])
