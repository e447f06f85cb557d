"""What one request costs, by the page's own expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.provider.expression import Unknown, Value, as_value, evaluate, parse_expression
from teststrip.provider.request import resolve_defaults

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.provider.model import Provider

_SIZE: Final = re.compile(r"([0-9]{1,6}) *[x*×] *([0-9]{1,6})")
# What a price may name beside the parameters: read from the request, whatever the page calls it.
GIVEN: Final = ("width", "height", "model")


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
    told = provider.price
    if told is None:
        return None
    values = _values(provider, model_id, resolve_defaults(provider, model_id, request))
    values |= {name: (assume or {}).get(name, value) for name, value in told.assume.items()}
    try:
        for name, text in told.terms:
            values[name] = evaluate(parse_expression(text), values)
        cost = evaluate(parse_expression(told.expression), values)
    except Unknown:
        return None
    return cost if isinstance(cost, Decimal) else None


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


def _values(provider: Provider, model_id: str, request: Mapping[str, Json]) -> dict[str, Value]:
    size = size_of(provider, request)
    sides = {"width": None, "height": None} if size is None else dict(zip(("width", "height"), size, strict=True))
    given: dict[str, object] = {**sides, "model": model_id, **request}
    return {name: as_value(value) for name, value in given.items()}
