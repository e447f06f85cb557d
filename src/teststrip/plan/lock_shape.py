"""The parts of a lock that are records of their own, each checked member by member as it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar, cast

from teststrip.base.json import ABSENT
from teststrip.base.where import Path
from teststrip.plan.model import Against, Axis, AxisValue, Reason, StepUse
from teststrip.plan.portable import portable
from teststrip.recipe.model import SourceFile

_Made = TypeVar("_Made")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WORDS: Final[Mapping[type, str]] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
}


class LockFault(Exception):  # noqa: N818  `lock_read` turns it into the LockError that a person meets
    """A member of a lock that is not what it should be, and its path."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


def refuse(path: Path, message: str) -> NoReturn:
    """Raise LockFault for the member at a path."""
    raise LockFault(path, message)


def typed(value: object, kind: type, path: Path) -> Any:
    """Return a value of the kind that it has to be."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        refuse(path, f"it is not {_WORDS[kind]}")
    return value


def of(holder: Mapping[str, Any], kind: type, name: str, *path: str | int) -> Any:
    """Return a member of the kind that it has to be; `path` is its holder's."""
    if name not in holder:
        refuse((*path, name), "it is missing")
    return typed(holder[name], kind, (*path, name))


def each(
    holder: Mapping[str, Any], name: str, make: Callable[[object, Path], _Made], *path: str | int
) -> tuple[_Made, ...]:
    """Make a record of every item of a list."""
    items = of(holder, list, name, *path)
    return tuple(make(item, (*path, name, index)) for index, item in enumerate(items))


def few(made: tuple[_Made, ...], most: int, path: Path) -> tuple[_Made, ...]:
    """Return records of which a recipe may have so many."""
    if len(made) > most:
        refuse(path, f"these are {len(made):,}, and a recipe has at most {most:,}")
    return made


def axis(written: object, path: Path) -> Axis:
    """Make an axis."""
    body = typed(written, dict, path)
    values = of(body, list, "values", *path)
    made = tuple(_value(value, (*path, "values", index)) for index, value in enumerate(values))
    union = "union" in body and of(body, bool, "union", *path)
    return Axis(of(body, str, "name", *path), made, of(body, bool, "parameter", *path), union)


def _value(written: object, path: Path) -> AxisValue:
    body = typed(written, dict, path)
    given = {
        field: of(body, kind, name, *path)
        for field, name, kind in (
            ("sets", "set", dict),
            ("note", "note", str),
            ("skip", "skip", bool),
            ("hide", "hide", bool),
            ("replace", "replace", dict),
            ("replace_in", "in", str),
        )
        if name in body
    }
    if not all(isinstance(text, str) for text in given.get("replace", {}).values()):
        refuse((*path, "replace"), "it is not a mapping of texts")
    return AxisValue(of(body, str, "label", *path), body.get("value", ABSENT), **given)


def source(written: object, path: Path) -> SourceFile:
    """Make a file of the recipe."""
    body = typed(written, dict, path)
    file, digest, text = (of(body, str, name, *path) for name in ("file", "digest", "text"))
    return SourceFile(portable(file), digest, text)


def step(axes: Sequence[Axis], written: object, path: Path) -> StepUse:
    """Make a step on pictures; what it compares with is a picture, or axes of the lock with positions on them."""
    body = typed(written, dict, path)
    against = body.get("against")
    made: Against | None = None
    if isinstance(against, str) and SHA256.fullmatch(against):
        made = Against(sha256=against)
    elif isinstance(against, list) and against:
        sizes = [len(axis.values) for axis in axes]
        for index, one in enumerate(against):
            inside = (*path, "against", index)
            if len(typed(one, list, inside)) != 2 or not is_place(one[:1], [len(axes)]):
                refuse(inside, "it is no axis of this lock and a position on it")
            if not is_place(one[1:], [sizes[one[0]]]):
                refuse(inside, "it is no position on its axis")
        made = Against(axes=tuple((one[0], one[1]) for one in against))
    elif against is not None:
        refuse((*path, "against"), "it is neither a picture nor a place")
    texts = (of(body, str, "use", *path), of(body, str, "as", *path))
    return StepUse(texts[0], of(body, dict, "options", *path), texts[1], made)


def zipped(axes: Sequence[str], written: object, path: Path) -> tuple[str, ...]:
    """Make the names of axes that advance together."""
    names = typed(written, list, path)
    if not all(name in axes for name in names):
        refuse(path, "it names what is no axis of this lock")
    return tuple(names)


def reason(written: object, path: Path) -> Reason:
    """Make a reason why places are no cells."""
    body = typed(written, dict, path)
    kind = of(body, str, "kind", *path)
    if kind not in {"skip", "where", "sample"}:
        refuse((*path, "kind"), "it is neither skip nor where nor sample")
    if of(body, int, "places", *path) < 0:
        refuse((*path, "places"), "it is less than 0")
    return Reason(cast("Any", kind), of(body, str, "text", *path), body["places"])


def excluded(written: list[Any], reasons: int, axes: Sequence[Axis]) -> dict[tuple[int, ...], int]:
    """Make the places that are no cells: each is written as the position of its reason, and its coordinates."""
    sizes = (reasons, *(len(axis.values) for axis in axes))
    found: dict[tuple[int, ...], int] = {}
    for index, one in enumerate(written):
        if not is_place(typed(one, list, ("excluded", index)), sizes):
            refuse(("excluded", index), f"{one} is no reason and place of this lock")
        found[tuple(one[1:])] = one[0]
    return found


def is_place(at: Sequence[object], sizes: Sequence[int]) -> bool:
    """Tell whether there is a whole number below each size."""
    return len(at) == len(sizes) and all(
        type(position) is int and 0 <= position < size for position, size in zip(at, sizes, strict=True)
    )
