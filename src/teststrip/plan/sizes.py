"""What a page's facts say of a picture's sides and area, asked of values and requests before they are sent.

The range of each side is in the parameter's own schema; here is what documentation says beside it: sides that are
multiples of a number, and the least and the most pixels; and the most that a target's renderer draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from teststrip.base.json import Json
from teststrip.plan.model import Plan
from teststrip.provider.model import Provider
from teststrip.provider.price import size_of


def size_faults(provider: Provider, name: str, value: Json) -> Iterator[str]:
    """Yield what is wrong with one value of a parameter that means a size, a width or a height."""
    roles = provider.roles
    if name == roles.size and (size := size_of(provider, {name: value})):
        for side, length in zip(("width", "height"), size, strict=True):
            yield from _off_step(provider, f'"{value}" has the {side} {length}, which', length)
            yield from _off_side(provider, f'"{value}" has the {side} {length}', length)
        yield from _off_area(provider, f'"{value}"', *size)
    elif name in (roles.width, roles.height) and isinstance(value, int) and not isinstance(value, bool):
        yield from _off_step(provider, f"{value}", value)
        yield from _off_side(provider, f"{name} is {value}", value)


def area_faults(plan: Plan, provider: Provider) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with widths and heights together, each with the name of the parameter to blame.

    Nothing is walked where nobody says anything of areas, or the page has sizes in one parameter. Nor is it for a
    renderer that draws all that the page's own limits of the sides let through.
    """
    width, height = provider.roles.width, provider.roles.height
    facts = provider.facts.sizes
    if width is None or height is None:
        return
    largest = _largest_area(plan, provider, width, height)
    ceiling = provider.ceiling is not None and (largest is None or largest > provider.ceiling.pixels)
    if facts.min_pixels is None and facts.max_pixels is None and not ceiling:
        return
    seen: dict[tuple[int, int], Mapping[str, Json]] = {}
    for cell in plan.cells:
        size = size_of(provider, cell.request)
        if size is not None and provider.roles.size not in cell.request:
            seen.setdefault(size, cell.request)
    varied = [axis.name for axis in plan.axes]
    for size in seen:
        for message in _off_area(provider, f"{size[0]} x {size[1]}", *size):
            yield (height if height in varied else width), message


def _largest_area(plan: Plan, provider: Provider, *sides: str) -> int | None:
    """Return the pixels of a picture with both sides as long as the page allows; None where it bounds one not."""
    known = {one.name: one.bounds.maximum for one in provider.parameters_of(plan.model) if one.bounds}
    longest = [known.get(side) for side in sides]
    return math.prod(int(one) for one in longest if one is not None) if None not in longest else None


def _off_step(provider: Provider, said: str, length: int) -> Iterator[str]:
    step = provider.facts.sizes.multiple_of
    if step and length % step:
        below = length - length % step
        near = f"{below} or {below + step}" if below else f"{step}"
        yield f"{said} is no multiple of {step}; the nearest is {near}"


def _off_side(provider: Provider, said: str, length: int) -> Iterator[str]:
    ceiling = provider.ceiling
    if ceiling is not None and ceiling.sides is not None and not ceiling.sides[0] <= length <= ceiling.sides[1]:
        yield f"{said}, and {ceiling.side_words}"


def _off_area(provider: Provider, said: str, width: int, height: int) -> Iterator[str]:
    facts = provider.facts.sizes
    pixels = width * height
    if facts.max_pixels is not None and pixels > facts.max_pixels:
        yield f"{said} has {pixels:,} pixels, and the page allows at most {facts.max_pixels:,}"
    elif provider.ceiling is not None and pixels > provider.ceiling.pixels:
        yield f"{said} has {pixels:,} pixels, and {provider.ceiling.words}"
    if facts.min_pixels is not None and pixels < facts.min_pixels:
        yield f"{said} has {pixels:,} pixels, and the page wants at least {facts.min_pixels:,}"
