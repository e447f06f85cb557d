"""A request's body to rows: every member of its schema, those of its members below it, each with its own line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.provider.reading.blocks.facts import item_shape, told_of
from teststrip.provider.reading.blocks.schema import REPEATS, Resolver, Shape
from teststrip.provider.reading.blocks.tree import SILENT
from teststrip.provider.reading.conditions import RawCondition
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.inline import Cell, cropped, plain_cell, read_inline
from teststrip.provider.reading.told import Doubt, Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.base.where import Path, Where

"""What the cells of a row are, in the words that a header has for them."""
_DEEPEST: Final = 12
_MOST_TEXT: Final = 4_000  # characters of a description that are read
_LONGEST_NAME: Final = 200
_MOST_SHOWN: Final = 120


@dataclass(slots=True)
class Member:
    """One member of a body: `required` is None where nothing can say it, `when` are the values that make it so."""

    name: str
    path: Path
    shape: Shape
    required: bool | None
    listed: bool
    conditions: tuple[RawCondition, ...] = ()
    doubts: list[Doubt] = field(default_factory=list)


class Rows:
    """Makes the rows of one block; `most` bounds how many, over all of its bodies."""

    def __init__(self, resolver: Resolver, source: str, most: int) -> None:
        self.resolver = resolver
        self.source = source
        self.left = most
        self._known: dict[int, tuple[Shape, dict[str, Member]]] = {}  # by the shape, which is kept with them

    def of_body(self, value: Json, path: Path) -> list[Row]:
        """Return the rows of the members of a body's schema; of a body that is a list, those of its items."""
        shape = self.resolver.shape(value, path)
        holder = shape if self.members(shape) else item_shape(shape, self.resolver)
        return list(self._below(holder, 0)) if holder is not None else []

    def of_member(self, member: Member, place: str) -> list[Row]:
        """Return the rows of one parameter that stands by itself, in the query say."""
        return list(self._rows(member, 0, place))

    def members(self, shape: Shape) -> dict[str, Member]:
        """Return the members of an object, of its own and of its variants."""
        known = self._known.get(id(shape))
        if known is None:
            known = self._known[id(shape)] = (shape, self._members(shape))
        return known[1]

    def _members(self, shape: Shape) -> dict[str, Member]:
        needed = _needed(shape)
        listed = any("required" in layer.value for layer in shape.layers) or shape.has("requiredProperties")
        silent = shape.has(SILENT)
        found: dict[str, Member] = {}
        for layer in shape.layers:
            properties = layer.value.get("properties")
            for name, value in properties.items() if isinstance(properties, dict) else ():
                inner = self.resolver.shape(value, (*layer.path, "properties", name), layer.refs)
                if inner.get("readOnly") is True:
                    continue
                given = inner.get("required")
                required = given if isinstance(given, bool) else None if silent else name in needed
                member = Member(name, (*layer.path, "properties", name), inner, required, listed or given is True)
                before = found.get(name)
                found[name] = member if before is None else _both(before, member)
        for group in shape.variants:
            objects = [one for one in group if self.members(one)]
            if objects:
                self._take_variants(found, objects, len(objects) == 1 or len(group) == 1)
        for name in needed & set(found):
            found[name].required = True if not silent else found[name].required
        return found

    def _take_variants(self, found: dict[str, Member], variants: Sequence[Shape], only: bool) -> None:  # noqa: FBT001
        """Add the members of variants; one that not all of them ask for may depend on a member that tells them apart."""
        each = [self.members(one) for one in variants]
        apart = None if only else _telling(each, self.resolver, self.source)
        for name in dict.fromkeys(name for members in each for name in members):
            having = [(index, members[name]) for index, members in enumerate(each) if name in members]
            member = _united([one for _, one in having])
            must = [index for index, one in having if one.required]
            if len(must) < len(each) and must:
                member.required = False
                self._depends(member, must, apart)
            if name in found:
                found[name] = _both(found[name], member)
            else:
                found[name] = member

    def _depends(self, member: Member, must: Sequence[int], apart: tuple[str, list[str]] | None) -> None:
        if apart is None or member.name == apart[0]:
            member.doubts.append(Doubt("only some forms of the body ask for this", ("required", "optional")))
            return
        values = tuple(apart[1][index] for index in must)
        where = self.resolver.tree.where(member.path)
        member.conditions = (RawCondition(apart[0], values, given=True, where=where),)

    def _below(self, shape: Shape, depth: int) -> Iterator[Row]:
        for member in self.members(shape).values():
            yield from self._rows(member, depth, "body")

    def _rows(self, member: Member, depth: int, place: str) -> Iterator[Row]:
        self.left -= 1
        if self.left < 0:
            return
        told = told_of(member.shape, self.resolver, self.source)
        held = self._held(member.shape, told) if depth < _DEEPEST else None
        doubts = (*told.doubts, *member.doubts)
        if self.left == 0 or (depth >= _DEEPEST and self._held(member.shape, told) is not None):
            doubts = (*doubts, Doubt("there is more in this block than is read"))
        told = replace(
            told,
            required=member.required,
            listed=member.listed,
            shown=member.required is None and member.shape.has("examples"),
            conditions=member.conditions,
            doubts=tuple(dict.fromkeys(doubts)),
        )
        yield self._row(member, told, depth, place)
        if held is not None:
            yield from self._below(held, depth + 1)

    def _held(self, shape: Shape, told: Told) -> Shape | None:
        """Return what has the members that stand below a parameter: itself, or the items of an array."""
        kinds = {told.kind.kind, *told.kind.or_kinds}
        if any(doubt.problem == REPEATS for doubt in shape.doubts):
            return None
        if "object" in kinds and self.members(shape):
            return shape
        item = item_shape(shape, self.resolver) if "array" in kinds else None
        return item if item is not None and self.members(item) else None

    def _row(self, member: Member, told: Told, depth: int, place: str) -> Row:
        where = self.resolver.tree.where(member.path)
        kind = told.kind
        names = [str(one) for one in (kind.kind, *kind.or_kinds) if one is not None]
        typed = " or ".join(f"array<{kind.item}>" if one == "array" and kind.item else one for one in names)
        cells = (
            plain_cell(member.name[:_LONGEST_NAME], where),
            plain_cell(typed, where),
            plain_cell("", where),
            self._default(member.shape, told, where),
            plain_cell(place, where),
            self._about(member.shape, where),
            self._range(told, where),
        )
        return Row(cells, where, (), depth, told=told)

    def _about(self, shape: Shape, where: Where) -> Cell:
        path = shape.path_of("description")
        text = shape.get("description")
        if not isinstance(text, str) or not text.strip():
            path, text = shape.path_of("title"), shape.get("title")
            if not isinstance(text, str) or " " not in text.strip():
                return plain_cell("", where)
        place = self.resolver.tree.where(path) if path is not None else where
        return cropped(read_inline(text.strip(), place if place.line >= where.line else where), _MOST_TEXT)

    def _default(self, shape: Shape, told: Told, where: Where) -> Cell:
        if isinstance(told.default, Absent):
            return plain_cell("", where)
        path = shape.path_of("default")
        place = self.resolver.tree.where(path) if path is not None else where
        text = told.default if isinstance(told.default, str) else json.dumps(told.default, ensure_ascii=False)
        return Cell(((text[:_MOST_SHOWN] or '""', True),), place, text[:_MOST_SHOWN])

    def _range(self, told: Told, where: Where) -> Cell:
        return plain_cell(", ".join(str(choice.value) for choice in told.choices)[:_MOST_SHOWN], where)


def _needed(shape: Shape) -> set[str]:
    """Return the members that have to be given, by all layers."""
    found: set[str] = set()
    for layer in shape.layers:
        for key in ("required", "requiredProperties"):
            listed = layer.value.get(key)
            found |= {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()
    return found


def _both(one: Member, other: Member) -> Member:
    """Take two schemas that hold for the same member together; what the later says again, it says finer."""
    shape = Shape([*one.shape.layers, *other.shape.layers], [*one.shape.variants, *other.shape.variants])
    shape.names = [*one.shape.names, *other.shape.names]
    shape.doubts = [*one.shape.doubts, *other.shape.doubts]
    return Member(
        one.name,
        one.path,
        shape,
        one.required or other.required,
        one.listed or other.listed,
        one.conditions or other.conditions,
        [*one.doubts, *other.doubts],
    )


def _united(members: Sequence[Member]) -> Member:
    """Take the schemas of a member in several variants for variants of the member."""
    first = members[0]
    distinct = list({one.path: one for one in members}.values())
    listed = any(one.listed for one in members)
    if len(distinct) == 1 or len(members) == 1:
        return replace(first, required=all(one.required for one in members), listed=listed)
    about = next((one.shape for one in members if one.shape.has("description")), None)
    shape = Shape([], [[one.shape for one in distinct]])
    if about is not None:
        described = next(layer for layer in reversed(about.layers) if "description" in layer.value)
        told = {"description": described.value["description"]}
        shape.layers.append(replace(described, value=told))
    doubts = [doubt for one in members for doubt in one.doubts]
    defaults = {json.dumps(one.shape.get("default"), default=str) for one in distinct if one.shape.has("default")}
    if len(defaults) == 1:
        giving = next(one.shape for one in distinct if one.shape.has("default"))
        layer = next(layer for layer in reversed(giving.layers) if "default" in layer.value)
        shape.layers.append(replace(layer, value={"default": layer.value["default"]}))
    if len(defaults) > 1 or (defaults and not all(one.shape.has("default") for one in distinct)):
        doubts.append(Doubt("the default may be for some forms of the body only", tuple(sorted(defaults))[:6]))
    return Member(
        first.name,
        first.path,
        shape,
        all(one.required for one in members),
        listed,
        (),
        list(dict.fromkeys(doubts)),
    )


def _telling(
    each: Sequence[Mapping[str, Member]], resolver: Resolver, source: str
) -> tuple[str, list[str]] | None:
    """Return the member that tells variants apart, and its value in each: all of them have it, each with one value."""
    if len(each) < 2:
        return None
    for name in each[0]:
        if not all(name in members for members in each):
            continue
        choices = [told_of(members[name].shape, resolver, source).choices for members in each]
        values = [str(one[0].value) for one in choices if len(one) == 1]
        if len(values) == len(each) == len(set(values)):
            return name, values
    return None
