"""What one request costs, by the page's own expression; and where nobody can tell, why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.provider.expression import Unknown, Value, as_value, evaluate, grounds, parse_expression
from teststrip.provider.request import resolve_defaults

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.provider.model import Provider
    from teststrip.provider.wire import Price

_SIZE: Final = re.compile(r"([0-9]{1,6}) *[x*×] *([0-9]{1,6})")
_SIDES: Final = ("width", "height")
# What a price may name beside the parameters: read from the request, whatever the page calls it.
GIVEN: Final = (*_SIDES, "model")


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request costs, in the page's unit; None when the page cannot tell.

    Then `blame` has what the answer hung on, as (name, value) in alphabetical order: parameters as they are sent
    (None for one that is not), `model`, and what the page assumes. It may be empty.
    """

    amount: Decimal | None
    blame: tuple[tuple[str, Json | Decimal], ...] = ()


def price(
    provider: Provider,
    model_id: str,
    request: Mapping[str, Json],
    assume: Mapping[str, bool | Decimal] | None = None,
) -> Decimal | None:
    """Return what a request costs, in the unit of `provider.price`; None when the page cannot tell.

    The request's defaults are filled in first. `assume` replaces what the page assumes (a free tier, say); names
    that the page does not assume are ignored.
    """
    return quote(provider, model_id, request, assume).amount


def quote(
    provider: Provider,
    model_id: str,
    request: Mapping[str, Json],
    assume: Mapping[str, bool | Decimal] | None = None,
) -> Quote:
    """Return what a request costs, as `price` does, and what makes it unknown if it is."""
    told = provider.price
    if told is None:
        return Quote(None)
    resolved = resolve_defaults(provider, model_id, request)
    given = {"model": model_id, **resolved}
    assumed = {name: (assume or {}).get(name, value) for name, value in told.assume.items()}
    values = _values(provider, given) | assumed
    text = ""
    try:
        for name, text in told.terms:
            values[name] = evaluate(parse_expression(text), values)
        text = told.expression
        cost = evaluate(parse_expression(text), values)
    except Unknown:
        cost = None
    if isinstance(cost, Decimal) and cost.is_finite():
        return Quote(cost)
    names = _blamed(provider, told, text, values, resolved)
    return Quote(None, tuple((name, assumed.get(name, given.get(name))) for name in names))


def price_members(provider: Provider) -> tuple[str, ...]:
    """Return the names of the parameters that a price depends on: requests alike in them cost the same."""
    told = provider.price
    if told is None:
        return ()
    mentioned = parse_expression(told.expression).names.union(
        *(parse_expression(text).names for _, text in told.terms)
    )
    names = mentioned - {name for name, _ in told.terms} - told.assume.keys() - {"model"}
    return tuple(sorted(names.union(_size_members(provider)) if names.intersection(_SIDES) else names))


def size_of(provider: Provider, request: Mapping[str, Json]) -> tuple[int, int] | None:
    """Return the width and height that a request asks for, in pixels, by the page's roles."""
    roles = provider.roles
    text = request.get(roles.size) if roles.size is not None else None
    if isinstance(text, str) and (found := _SIZE.fullmatch(text.strip())):
        return int(found[1]), int(found[2])
    sides = [request.get(name) if name is not None else None for name in (roles.width, roles.height)]
    if all(isinstance(side, int) and not isinstance(side, bool) for side in sides):
        return int(str(sides[0])), int(str(sides[1]))
    return None


def _values(provider: Provider, request: Mapping[str, Json]) -> dict[str, Value]:
    size = size_of(provider, request)
    sides = dict.fromkeys(_SIDES) if size is None else dict(zip(_SIDES, size, strict=True))
    given: dict[str, object] = {**sides, **request}
    return {name: as_value(value) for name, value in given.items()}


def _size_members(provider: Provider) -> list[str]:
    roles = provider.roles
    return [name for name in (roles.size, roles.width, roles.height) if name is not None]


def _blamed(
    provider: Provider, told: Price, text: str, values: Mapping[str, Value], resolved: Mapping[str, Json]
) -> list[str]:
    """Follow the expression that had no result, through the terms, to what the request says or leaves out."""
    terms = dict(told.terms)
    waiting, seen, found = [text], set[str](), set[str]()
    while waiting:
        for name in grounds(parse_expression(waiting.pop()), values) - seen:
            seen.add(name)
            if name in terms:
                waiting.append(terms[name])
            elif name in _SIDES and name not in resolved:
                found.update(_size_members(provider))
            else:
                found.add(name)
    return sorted(found)
