"""What two schemas of one value say of its limits: which of them is the narrower, keyword by keyword."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.json import ABSENT, Absent, canonical
from teststrip.schema.diff.changes import size_in_words
from teststrip.schema.digits import size_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from teststrip.base.json import Json

ALL_KINDS: Final = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
_NUMBERS: Final = frozenset({"number", "integer"})
# A side as patterns had it before they knew the bounds; such schemas are still compared.
_ANY_SIDE: Final = "[1-9][0-9]{0,8}"


@dataclass(frozen=True, slots=True)
class Step:
    """How one limit moved: `narrower`, `wider`, or to something that cannot be compared (both are False).

    `limit` names it (`maximum`), `kinds` are the JSON types that it is about.
    """

    limit: str
    kinds: frozenset[str]
    sentence: str
    narrower: bool = False
    wider: bool = False
    old: Json | Absent = ABSENT
    new: Json | Absent = ABSENT


def kinds_of(node: Mapping[str, Any]) -> frozenset[str]:
    """Return the JSON types that a schema takes; a number may be whole."""
    written = node.get("type")
    if written is None:
        branches = node.get("anyOf", ())
        if branches and all(isinstance(branch, dict) for branch in branches):
            return frozenset().union(*map(kinds_of, branches))
        return ALL_KINDS
    kinds = frozenset([written] if isinstance(written, str) else written)
    return kinds | {"integer"} if "number" in kinds else kinds


def steps_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
    """Yield every limit that is not as it was."""
    for compare in (_range, _multiple, _lengths, _unique, _size, _pattern):
        yield from compare(old, new)


def _range(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
    """Compare both ends of a range; ends that move alike are told as one."""
    steps = [
        *_edge(old, new, "minimum", "exclusiveMinimum", lambda edge: (edge[0], edge[1])),
        *_edge(old, new, "maximum", "exclusiveMaximum", lambda edge: (-edge[0], edge[1])),
    ]
    ends = [(node.get("minimum"), node.get("maximum")) for node in (old, new)]
    if len(steps) == 2 and steps[0].narrower == steps[1].narrower and not any(None in end for end in ends):
        (was_least, was_most), (least, most) = ends
        narrower = steps[0].narrower
        may = "must" if narrower else "may"
        said = f"{may} be from {least} to {most} now; it was from {was_least} to {was_most}"
        yield Step("range", _NUMBERS, said, narrower, not narrower, list(ends[0]), list(ends[1]))
    else:
        yield from steps


_Edge = tuple[Fraction, bool]


def _edge(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    closed: str,
    opened: str,
    tightness: Callable[[_Edge], tuple[Fraction, bool]],
) -> Iterator[Step]:
    """Compare one end of two ranges; a tighter edge has the greater `tightness`."""
    if all(old.get(keyword) == new.get(keyword) for keyword in (closed, opened)):
        return
    before, after = _tightest(old, closed, opened, tightness), _tightest(new, closed, opened, tightness)
    tight = [None if edge is None else tightness(edge) for edge in (before, after)]
    if tight[0] == tight[1]:
        return
    narrower = tight[0] is None or (tight[1] is not None and tight[1] > tight[0])
    end = "lower" if closed == "minimum" else "upper"
    was, now = _edge_words(old, closed, opened), _edge_words(new, closed, opened)
    said = _moved(was, now, f"{end} limit")
    if was and now and not narrower:
        allowed = now.replace("at least", "from").replace("at most", "up to")
        said = f"is allowed {allowed} now; it was {was}"
    values = [_written(node, closed, opened) for node in (old, new)]
    yield Step(closed, _NUMBERS, said, narrower, not narrower, *values)


def _tightest(
    node: Mapping[str, Any], closed: str, opened: str, tightness: Callable[[_Edge], tuple[Fraction, bool]]
) -> _Edge | None:
    edges = [(_exact(node[keyword]), keyword == opened) for keyword in (closed, opened) if keyword in node]
    if not edges:
        return None
    edge = max(edges, key=tightness)
    if kinds_of(node) & _NUMBERS != {"integer"}:
        return edge
    # Of whole numbers, above 0 is at least 1.
    value, exclusive = edge
    if closed == "minimum":
        return Fraction(math.floor(value) + 1 if exclusive else math.ceil(value)), False
    return Fraction(math.ceil(value) - 1 if exclusive else math.floor(value)), False


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _written(node: Mapping[str, Any], closed: str, opened: str) -> Json | Absent:
    value: Json | Absent = node.get(closed, node.get(opened, ABSENT))
    return value


def _edge_words(node: Mapping[str, Any], closed: str, opened: str) -> str:
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
    }
    return " and ".join(f"{words[keyword]} {node[keyword]}" for keyword in (closed, opened) if keyword in node)


def _moved(before: str, after: str, what: str) -> str:
    """Say how a limit moved, given each side in words, "" for none."""
    if not before:
        return f"must be {after} now; there was no {what}"
    if not after:
        return f"has no {what} now; it had to be {before}"
    return f"must be {after} now; it was {before}"


def _multiple(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
    before, after = old.get("multipleOf"), new.get("multipleOf")
    if before == after:
        return
    words = [None if step is None else f"a multiple of {step}" for step in (before, after)]
    narrower = after is not None and not _divides(after, _grid(old))
    wider = before is not None and not _divides(before, _grid(new))
    values = [ABSENT if step is None else step for step in (before, after)]
    said = _moved(words[0] or "", words[1] or "", "step")
    if narrower or wider:
        yield Step("multipleOf", _NUMBERS, said, narrower and not wider, wider and not narrower, *values)


def _grid(node: Mapping[str, Any]) -> Fraction | None:
    """Return what every number that a schema takes is a multiple of; None for no such thing."""
    whole = kinds_of(node) & _NUMBERS == {"integer"}
    if "multipleOf" not in node:
        return Fraction(1) if whole else None
    step = _exact(node["multipleOf"])
    return Fraction(math.lcm(step.numerator, step.denominator), step.denominator) if whole else step


def _divides(step: float, grid: Fraction | None) -> bool:
    return grid is not None and (grid / _exact(step)).denominator == 1


def _lengths(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
    things = {"Length": ("string", "character"), "Items": ("array", "item"), "Properties": ("object", "member")}
    for suffix, (kind, thing) in things.items():
        for side, least in (("min", True), ("max", False)):
            keyword = f"{side}{suffix}"
            before, after = old.get(keyword), new.get(keyword)
            if (before or 0) == (after or 0) if least else before == after:
                continue
            words = [_length_words(value, thing, least=least) for value in (before, after)]
            narrower = _tighter(before, after, least=least)
            said = _moved_length(words[0], words[1], thing, narrower)
            values = [ABSENT if value is None else value for value in (before, after)]
            yield Step(keyword, frozenset({kind}), said, narrower, not narrower, *values)


def _tighter(before: int | None, after: int | None, *, least: bool) -> bool:
    if least:
        return (after or 0) > (before or 0)
    return before is None or (after is not None and after < before)


def _length_words(value: int | None, thing: str, *, least: bool) -> str:
    if value is None or (least and value == 0):
        return ""
    return f"at {'least' if least else 'most'} {value:,} {thing}{'' if value == 1 else 's'}"


def _moved_length(before: str, after: str, thing: str, narrower: bool) -> str:  # noqa: FBT001  as above
    if not before:
        return f"must have {after} now; there was no such limit"
    if not after:
        return f"may have any number of {thing}s on that side now; it was {before}"
    return f"{'must' if narrower else 'may'} have {after} now; it was {before}"


def _unique(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
    before, after = bool(old.get("uniqueItems")), bool(new.get("uniqueItems"))
    if before != after:
        said = "may not have an item twice now" if after else "may have an item twice now"
        yield Step("uniqueItems", frozenset({"array"}), said, after, before, before, after)


def _size(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
    before, after = old.get("x-teststrip-size"), new.get("x-teststrip-size")
    if before == after:
        return
    text = frozenset({"string"})
    if before is None or after is None:
        size = size_in_words(before or after or {})
        said = (
            f"must be a size from {size} now; it was any text"
            if after
            else f"may be any text now; it was a size from {size}"
        )
        values = [ABSENT if one is None else one for one in (before, after)]
        yield Step("size", text, said, before is None, after is None, *values)
        return
    narrower = any(now > was for was, now in zip(before["minimum"], after["minimum"], strict=True))
    narrower |= any(now < was for was, now in zip(before["maximum"], after["maximum"], strict=True))
    wider = any(now < was for was, now in zip(before["minimum"], after["minimum"], strict=True))
    wider |= any(now > was for was, now in zip(before["maximum"], after["maximum"], strict=True))
    may = "may" if wider and not narrower else "must"
    said = f"{may} be from {size_in_words(after)} pixels now; it was {size_in_words(before)}"
    same_form = before["separator"] == after["separator"]
    yield Step("size", text, said, same_form and not wider, same_form and not narrower, before, after)


def _pattern(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Step]:
    """Compare patterns, but for those that only repeat what the size says."""
    before, after = _own_pattern(old), _own_pattern(new)
    if before == after:
        return
    if before is None:
        said = f"must have the form {after} now; it had none"
    elif after is None:
        said = f"may have any form now; it was {before}"
    else:
        said = f"must have the form {after} now; it was {before}"
    values = [ABSENT if one is None else one for one in (before, after)]
    yield Step("pattern", frozenset({"string"}), said, before is None, after is None, *values)


def _own_pattern(node: Mapping[str, Any]) -> str | None:
    pattern, size = node.get("pattern"), node.get("x-teststrip-size")
    if size is not None:
        mark = re.escape(size["separator"])
        exact = size_pattern(size["minimum"], size["maximum"], size["separator"])
        if pattern in (f"^{_ANY_SIDE}{mark}{_ANY_SIDE}$", exact):
            return None
    return None if pattern is None else str(pattern)


def same(one: Json | Absent, other: Json | Absent) -> bool:
    """Tell whether two values are one in JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, Absent) or isinstance(other, Absent):
        return one is other
    return canonical(one) == canonical(other)
