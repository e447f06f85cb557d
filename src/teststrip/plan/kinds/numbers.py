"""Numbers: series with dots, `from`, `to` and `step`, so many between two ends, counts and seeds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.ellipsis import EllipsisFault, expand_series
from teststrip.plan.identity import drawn_seed
from teststrip.plan.kinds.common import as_number, flat, rendered
from teststrip.plan.model import AxisValue
from teststrip.plan.spread import (
    MAX_VALUES,
    Grain,
    SpreadFault,
    at_equal_distances,
    at_equal_ratios,
    in_steps,
    onwards,
    read_decimal,
)
from teststrip.provider.model import Parameter
from teststrip.recipe.model import AxisSource
from teststrip.recipe.templates import TemplateFault
from teststrip.schema.sweeps import is_numeric

_DOTS: Final = ("...", "…")


def numbers(source: AxisSource, spec: Json, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Expand a series, in a text or a list, or the mapping forms."""
    if isinstance(spec, Mapping) and not {"from", "to", "step"} & spec.keys():
        return _seeds(source, spec, parameter, draft)
    whole = parameter is not None and "number" not in (parameter.kind, *parameter.or_kinds)
    if parameter is not None and not is_numeric(parameter):
        what = "these are numbers" if isinstance(spec, Mapping) else "a series is made of numbers"
        draft.report(source.path, f"{what}, and {source.name} is no number; list its values")
        return None
    made = numbers_of(spec, source.path, Grain(whole=whole), draft)
    if made is None:
        return None
    return flat(source, parameter, [AxisValue(f"{number:f}", as_number(number)) for number in made])


def numbers_of(spec: Json, path: Path, grain: Grain, draft: Draft) -> list[Decimal] | None:
    """Return the numbers that a series or a mapping means; None after reporting what is wrong with it."""
    try:
        if isinstance(spec, Mapping):
            return _spread(spec, path, grain, draft)
        return expand_series(spec if isinstance(spec, str) else _rejoined(spec, path, draft))
    except EllipsisFault as fault:
        draft.report(path, fault.message, fault.suggestion)
    except SpreadFault as fault:
        draft.report((*path, fault.member), fault.message, fault.suggestion)
    return None


def has_dots(spec: Json) -> bool:
    """Tell whether a list stands for a series: it has dots of omission among its items."""
    return isinstance(spec, list) and any(item in _DOTS for item in spec if isinstance(item, str))


def number_at(value: Json, path: Path, draft: Draft) -> Decimal:
    """Return a number as it is written, or as a template makes it. Raises SpreadFault."""
    try:
        settled = rendered(value, draft)
    except TemplateFault as fault:
        raise SpreadFault(str(path[-1]), fault.message, fault.suggestion) from fault
    if isinstance(settled, str):
        return read_decimal(settled.strip(), str(path[-1]))
    text = str(settled)  # the shortest digits that read back alike
    written = draft.recipe.marks.texts.get(path, text)
    return read_decimal(text if "x" in written or "o" in written else written, str(path[-1]))


def _spread(spec: Mapping[str, Json], path: Path, grain: Grain, draft: Draft) -> list[Decimal]:
    """Expand `from` with `to`, `step` and `count`. Raises SpreadFault."""
    given = {
        member: number_at(spec[member], (*path, member), draft)
        for member in ("from", "to", "step", "count", "multiple_of")
        if member in spec
    }
    if grain.whole:
        given = {member: _whole(number, member) for member, number in given.items()}
    first, last = given["from"], given.get("to")
    if "multiple_of" in given:
        grain = Grain(grain.whole, _multiple(given["multiple_of"]))
    if "count" not in given:
        return in_steps(first, given.get("to", first), given["step"])
    count = _count(given["count"])
    if last is None:
        if "step" not in given:
            first = _whole(
                first, "from", "a count goes on one by one from a whole number; say `to:` or `step:` too"
            )
        return onwards(first, given.get("step", Decimal(1)), count)
    spaced = at_equal_ratios if spec.get("spacing") == "log" else at_equal_distances
    return spaced(first, last, count, grain)


def _seeds(
    source: AxisSource, spec: Mapping[str, Json], parameter: Parameter | None, draft: Draft
) -> PlacedAxis | None:
    """Draw as many seeds as are asked for: always the same ones."""
    try:
        count = _count(number_at(spec["count"], (*source.path, "count"), draft))
    except SpreadFault as fault:
        draft.report((*source.path, fault.member), fault.message, fault.suggestion)
        return None
    if parameter is not None and "integer" not in (parameter.kind, *parameter.or_kinds):
        draft.report(source.path, f"a count makes whole numbers, and {source.name} takes none; list its values")
        return None
    if parameter is None or not parameter.random_default:
        draft.report(source.path, f"only a seed can be drawn; say where {source.name} starts, with `from:`")
        return None
    seeds = [drawn_seed(draft.recipe.provider, draft.model, parameter, index) for index in range(count)]
    return flat(source, parameter, [AxisValue(str(seed), seed) for seed in seeds])


def _count(number: Decimal) -> int:
    if number != number.to_integral_value() or not 1 <= number <= MAX_VALUES:
        raise SpreadFault("count", f"count is a whole number from 1 to {MAX_VALUES:,}")
    return int(number)


def _whole(number: Decimal, member: str, why: str = "only whole numbers fit here") -> Decimal:
    if number != number.to_integral_value():
        raise SpreadFault(member, f"{number:f} is not whole: {why}", f"{number.to_integral_value():f}")
    return number.quantize(Decimal(1))


def _multiple(number: Decimal) -> Decimal:
    if number <= 0:
        raise SpreadFault("multiple_of", "multiple_of is a number above 0")
    return number


def _rejoined(spec: Json, path: Path, draft: Draft) -> str:
    """Write `[1, 2, ..., 10]` as the series that it means."""
    texts = draft.recipe.marks.texts
    items = spec if isinstance(spec, list) else [spec]
    return ", ".join(texts.get((*path, index), str(item)) for index, item in enumerate(items))
