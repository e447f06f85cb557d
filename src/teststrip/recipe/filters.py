"""The filters of templates: `${{ value|name(argument) }}`. Each is a function in `FILTERS`.

A filter takes the rendering that it belongs to, the value before the `|` and its arguments by name; one that draws
takes a `Draw` too. It accounts for what it handles, and raises TypeError or ValueError for what does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from teststrip.recipe.bounds import MAX_TEXT, Frame, TemplateFault, bounded, finite, number_of, shown
from teststrip.recipe.chance import Draw

_MOST_DIGITS: Final = 15  # beyond it a float has none; int.__round__ would build 10 to the power of it
_DRAWN: Final = 25  # characters that could be handled in the time that it takes to draw an item
# Three bars at the end are one that parts an empty last choice, and two that close; four close and open again.
_ALTERNATIVES: Final = re.compile(r"\|\|(.+?)\|\|(?!\|(?!\|))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: what it does, the names of its arguments in order, how many it needs, whether it draws."""

    apply: Callable[..., object]
    arguments: tuple[str, ...] = ()
    needed: int = 0
    draws: bool = False


def _text(change: Callable[[str], str]) -> Filter:
    return Filter(lambda frame, value: bounded(change(frame.text(value))))


def _replace(frame: Frame, value: object, old: object, new: object) -> str:
    whole = frame.text(value)
    if not isinstance(old, str) or not isinstance(new, str):
        raise TypeError("replace needs two texts")
    if not old:
        raise ValueError("replace needs something to look for")
    frame.spend(len(whole))
    if len(whole) + whole.count(old) * (len(new) - len(old)) > MAX_TEXT:
        raise TemplateFault(f"the template makes more than {MAX_TEXT:,} characters")
    return whole.replace(old, new)


def _join(frame: Frame, value: object, separator: object = "") -> str:
    if not isinstance(value, list | tuple):
        raise TypeError("join needs a list")
    between = frame.text(separator)
    frame.spend(len(value) * (len(between) + 1))
    return bounded(between.join([frame.text(item) for item in value]))


def _round(_frame: Frame, value: object, digits: object = 0) -> float:
    number = number_of(value, "round")
    if isinstance(digits, bool) or not isinstance(digits, int) or abs(digits) > _MOST_DIGITS:
        raise ValueError(f"round needs a whole number of digits, up to {_MOST_DIGITS}")
    rounded = round(number, digits)
    return int(rounded) if digits <= 0 else rounded


def _default(_frame: Frame, value: object, fallback: object) -> object:
    return fallback if value is None or value == "" else value


def _end(index: int) -> Filter:
    def end(_frame: Frame, value: object) -> object:
        if not isinstance(value, list | tuple | str) or not value:
            raise TypeError("first and last need a list that has something in it")
        return value[index]

    return Filter(end)


def _length(_frame: Frame, value: object) -> int:
    if not isinstance(value, list | tuple | str | Mapping):
        raise TypeError(f"length needs a list or text, and {shown(value)} is neither")
    return len(value)


def _float(frame: Frame, value: object) -> float:
    if not isinstance(value, str | int | float):
        raise TypeError(f"{shown(value)} is no number")
    frame.weigh(value)
    try:
        return finite(float(value))
    except ValueError:
        raise ValueError(f"{shown(value)} is no number") from None


def _items(frame: Frame, value: object, what: str) -> list[object]:
    if not isinstance(value, list | tuple) or not value:
        raise TypeError(f"{what} needs a list that has something in it, and {shown(value)} is none")
    frame.spend(_DRAWN * len(value))
    for item in value:
        if isinstance(item, str):
            frame.spend(len(item))
        elif isinstance(item, list | tuple | Mapping):
            frame.weigh(item)
    return list(value)


def _random(frame: Frame, value: object, draw: Draw) -> object:
    return draw.source(frame.chance).order(_items(frame, value, "random"))[0]


def _shuffle(frame: Frame, value: object, draw: Draw) -> list[object]:
    return draw.source(frame.chance).order(_items(frame, value, "shuffle"))


def _sample(frame: Frame, value: object, count: object, draw: Draw) -> list[object]:
    items = _items(frame, value, "sample")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= len(items):
        raise ValueError(f"sample needs a whole number from 0 to {len(items)}, as many as the list has")
    return draw.source(frame.chance).order(items)[:count]


def _alternatives(frame: Frame, value: object, draw: Draw) -> str:
    """Put one choice in the place of each `||a|b||`; they do not nest, and spaces belong to the choice."""
    whole = frame.text(value)
    frame.spend(2 * len(whole))
    source = draw.source(frame.chance)
    made: list[str] = []
    end = 0
    for group, found in enumerate(_ALTERNATIVES.finditer(whole)):
        choices: list[object] = [*found[1].split("|")]
        made += [whole[end : found.start()], str(source.order(choices, group)[0])]
        end = found.end()
    made.append(whole[end:])
    if any("||" in between for between in made[::2]):
        raise ValueError("`||` is opened and not closed: alternatives read ||red|blue||")
    return bounded("".join(made))


FILTERS: Final[Mapping[str, Filter]] = {
    "alternatives": Filter(_alternatives, draws=True),
    "capitalize": _text(str.capitalize),
    "default": Filter(_default, ("fallback",), 1),
    "first": _end(0),
    "float": Filter(_float),
    "int": Filter(lambda frame, value: int(_float(frame, value))),
    "join": Filter(_join, ("separator",)),
    "last": _end(-1),
    "length": Filter(_length),
    "lower": _text(str.lower),
    "random": Filter(_random, draws=True),
    "replace": Filter(_replace, ("old", "new"), 2),
    "round": Filter(_round, ("digits",)),
    "sample": Filter(_sample, ("count",), 1, draws=True),
    "shuffle": Filter(_shuffle, draws=True),
    "title": _text(str.title),
    "trim": _text(str.strip),
    "upper": _text(str.upper),
}
