"""A quick look that tells most good values from those that a validator has to see.

A sweep has thousands of values, nearly all good, and a JSON Schema validator takes 50 microseconds for one.
`surely_good` answers in less than one, and when it is in doubt it says no: then the validator decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from teststrip.base.json import Json
    from teststrip.provider.model import Parameter

_MOST: Final = 2**53
_KINDS: Final = {"string": str, "integer": int}


def surely_good(value: Json, parameter: Parameter) -> bool:
    """Tell whether a value surely meets all that its parameter's row says; False when a look is not enough."""
    if parameter.or_kinds or parameter.length is not None or parameter.size is not None or parameter.media:
        return False
    if parameter.choices:
        kind = _KINDS.get(parameter.kind)
        if isinstance(value, int) and abs(value) > _MOST:
            return False
        return type(value) is kind and any(
            choice.value == value for choice in parameter.choices if type(choice.value) is kind
        )
    look = _LOOKS.get(parameter.kind)
    return look is not None and look(value, parameter)


def _whole(value: Json, parameter: Parameter) -> bool:
    return isinstance(value, int) and _number(value, parameter)


def _number(value: Json, parameter: Parameter) -> bool:
    """Tell whether a number is well between its bounds; on a bound, or not finite, is for the validator."""
    if isinstance(value, bool) or not isinstance(value, int | float) or parameter.step is not None:
        return False
    bounds = parameter.bounds
    low = float(bounds.minimum) if bounds is not None and bounds.minimum is not None else -_MOST
    high = float(bounds.maximum) if bounds is not None and bounds.maximum is not None else _MOST
    return max(low, -_MOST) < value < min(high, _MOST)


_LOOKS: Final[Mapping[str, Callable[[Json, Parameter], bool]]] = {
    "string": lambda value, _: isinstance(value, str),
    "boolean": lambda value, _: isinstance(value, bool),
    "integer": _whole,
    "number": _number,
}
