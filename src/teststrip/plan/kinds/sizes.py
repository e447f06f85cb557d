"""Sizes: grids of width and height, and the names that the page has for its common sizes.

A page has its size in one parameter, or in two; then an axis of the name `size` sets both.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, cast

from teststrip.base.json import Json
from teststrip.base.near import near
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.kinds.common import flat
from teststrip.plan.kinds.numbers import has_dots, number_at, numbers_of
from teststrip.plan.model import AxisValue
from teststrip.plan.spread import MAX_VALUES, Grain, SpreadFault, is_multiple
from teststrip.provider.model import Parameter
from teststrip.provider.sizes import named_sizes, separator_of, short_name, sides
from teststrip.recipe.model import AxisSource

FREE_NAME: Final = "size"
_SIDES: Final = ("width", "height")


def holds_sizes(source: AxisSource, parameter: Parameter | None, draft: Draft) -> bool:
    """Tell whether the values of an axis are sizes, so that the page's names for them count."""
    if parameter is None:
        return _two_parameters(source, draft) is not None
    return parameter.size is not None or (
        draft.provider is not None and parameter.name == draft.provider.roles.size
    )


def size_grid(source: AxisSource, spec: Json, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Expand `{width: ..., height: ...}`: every width with every height, the height fastest."""
    if parameter is not None and not holds_sizes(source, parameter, draft):
        size = draft.provider.roles.size if draft.provider else None
        draft.report(source.path, f"width and height make sizes, and {source.name} takes none", size, on_key=True)
        return None
    if draft.provider is None:
        draft.report(source.path, "how sizes are written is known from a provider page only")
        return None
    made = _pairs(cast("Mapping[str, Json]", spec), source.path, draft)
    if made is None:
        return None
    return flat(source, parameter, [_sized(source, width, height, parameter, draft) for width, height in made])


def _pairs(members: Mapping[str, Json], path: Path, draft: Draft) -> list[tuple[int, int]] | None:
    """Return the widths and heights of a grid, less those outside its bounds of pixels."""
    names = ("multiple_of", "min_pixels", "max_pixels")
    multiple, least, most = (_whole_at(members, name, path, draft) for name in names)
    if multiple is None or least is None or most is None:
        return None
    widths, heights = (_side(members[name], (*path, name), multiple or None, draft) for name in _SIDES)
    if widths is None or heights is None:
        return None
    if len(widths) * len(heights) > MAX_VALUES:
        said = f"{len(widths):,} widths and {len(heights):,} heights make more than {MAX_VALUES:,} sizes"
        draft.report(path, said)
        return None
    sizes = ((int(width), int(height)) for width, height in itertools.product(widths, heights))
    made = [(w, h) for w, h in sizes if least <= w * h <= (most or w * h)]
    if not made:
        draft.report(path, "no width and height together lie between min_pixels and max_pixels")
        return None
    return made


def all_sizes(source: AxisSource, parameter: Parameter | None, draft: Draft) -> list[AxisValue]:
    """Return the page's common sizes, each under its name."""
    common = draft.provider.common_sizes if draft.provider is not None else ()
    return [_named(source, size.value, short_name(size), parameter, draft) for size in common]


def read_size(source: AxisSource, text: str, path: Path, parameter: Parameter | None, draft: Draft) -> AxisValue:
    """Read one size: as it is, or by a name of the page. What else it may be is for the page's schema to say."""
    provider = draft.provider
    named = named_sizes(provider.common_sizes) if provider is not None else {}
    if text in named:
        first, *others = named[text]
        if others:
            there = ", ".join(size.value for size in named[text])
            draft.report(path, f"{text} names {len(others) + 1} sizes of this page; write one of {there}")
        return _named(source, first.value, text, parameter, draft)
    found = sides(text)
    if parameter is None and found is not None:
        return _sized(source, *found, parameter, draft)
    if found is None and (parameter is None or (named and not _may_be_value(text, parameter))):
        names = ", ".join(name for name in named if " " not in name)
        there = f"; this page names {names}" if names else ""
        said = f"{json.dumps(text, ensure_ascii=False)} is not a size, as WIDTHxHEIGHT in pixels{there}"
        draft.report(path, said, near(text, list(named)))
        if parameter is None:
            return AxisValue(text)
        # One of the page's own in its place keeps the page's schema from saying it once more.
        text = next((size.value for sizes in named.values() for size in sizes), text)
    return AxisValue(text or '""', text)


def _may_be_value(text: str, parameter: Parameter) -> bool:
    """Tell whether a text that is no size may be another value of the parameter, or is best told by its schema."""
    if parameter.choices:
        return any(choice.value == text for choice in parameter.choices)
    return parameter.size is None or (text[:1].isdigit() and ":" not in text)


def _named(source: AxisSource, text: str, name: str, parameter: Parameter | None, draft: Draft) -> AxisValue:
    found = sides(text)
    plain = AxisValue(text, text) if found is None else _sized(source, *found, parameter, draft)
    value = text if parameter is not None else plain.value
    return AxisValue(f"{name} {plain.label}".strip(), value, plain.sets)


def _sized(source: AxisSource, width: int, height: int, parameter: Parameter | None, draft: Draft) -> AxisValue:
    separator = separator_of(draft.provider, parameter) if draft.provider is not None else "x"
    text = f"{width}{separator}{height}"
    both = None if parameter is not None else _two_parameters(source, draft)
    return AxisValue(text, text, None if both is None else {both[0]: width, both[1]: height})


def _two_parameters(source: AxisSource, draft: Draft) -> tuple[str, str] | None:
    """Return the parameters for width and height that an axis sets under the one name `size`."""
    provider = draft.provider
    if provider is None or source.name != FREE_NAME:
        return None
    known = {parameter.name for parameter in provider.parameters_of(draft.model)}
    width, height = provider.roles.width, provider.roles.height
    return (width, height) if width in known and height in known and width and height else None


def _side(spec: Json, path: Path, multiple: Decimal | None, draft: Draft) -> list[Decimal] | None:
    """Return the widths or heights that are written, in pixels."""
    made: list[Decimal] | None
    if isinstance(spec, str | Mapping) or has_dots(spec):
        made = numbers_of(spec, path, Grain(whole=True, multiple=multiple), draft)
    else:
        made = []
        items = (
            [((*path, index), item) for index, item in enumerate(spec)]
            if isinstance(spec, list)
            else [(path, spec)]
        )
        for place, item in items:
            made += _number(item, place, draft)
    fit = [_fits(number, path, multiple, draft) for number in made or ()]
    return made if made and all(fit) else None


def _number(item: Json, path: Path, draft: Draft) -> list[Decimal]:
    try:
        return [number_at(item, path, draft)]
    except SpreadFault as fault:
        draft.report(path, fault.message, fault.suggestion)
        return []


def _fits(number: Decimal, path: Path, multiple: Decimal | None, draft: Draft) -> bool:
    if number <= 0 or number != number.to_integral_value():
        draft.report(path, f"{number:f} is not a side in whole pixels")
        return False
    if multiple is not None and not is_multiple(number, multiple):
        near_one = max((number / multiple).to_integral_value(), Decimal(1)) * multiple
        draft.report(path, f"{number:f} is not a multiple of {multiple:f}", f"{near_one:f}")
        return False
    return True


def _whole_at(members: Mapping[str, Json], name: str, path: Path, draft: Draft) -> Decimal | None:
    """Return a whole number above 0, 0 where it is not given; None after reporting what is wrong with it."""
    if name not in members:
        return Decimal(0)
    found = _number(members[name], (*path, name), draft)
    if found and (found[0] <= 0 or found[0] != found[0].to_integral_value()):
        draft.report((*path, name), f"{name} is a whole number above 0")
        return None
    return found[0] if found else None
