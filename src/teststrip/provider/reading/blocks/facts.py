"""A resolved schema to what it tells of one parameter: kinds, values, limits, and what it leaves open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Json
from teststrip.provider.model import Bounds, Choice
from teststrip.provider.reading.blocks.schema import REPEATS
from teststrip.provider.reading.blocks.values import (
    bounds_of,
    choices_of,
    decimal_of,
    default_of,
    examples_of,
    length_of,
)
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.told import Doubt, Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.blocks.schema import Resolver, Shape

_KINDS: Final[Mapping[str, Kind]] = {
    "string": "string",
    "str": "string",
    "text": "string",
    "enum": "string",
    "uuid": "string",
    "date": "string",
    "integer": "integer",
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "long": "integer",
    "number": "number",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "boolean": "boolean",
    "bool": "boolean",
    "array": "array",
    "list": "array",
    "object": "object",
    "dict": "object",
    "map": "object",
    "file": "file",
}
_ENUM_TYPE: Final = re.compile(r"enum<(\w+)>")


@dataclass(slots=True)
class _Draft:
    kinds: list[Kind] = field(default_factory=list)
    nullable: bool = False
    item: Kind | None = None
    choices: tuple[Choice, ...] = ()
    bounds: Bounds | None = None
    length: Bounds | None = None
    item_length: Bounds | None = None
    step: Decimal | None = None
    doubts: list[Doubt] = field(default_factory=list)


def told_of(shape: Shape, resolver: Resolver, source: str) -> Told:
    """Say what a schema tells of its parameter, but for having to be given."""
    draft = _draft(shape, resolver, 0)
    kind = KindReading(
        draft.kinds[0] if draft.kinds else None,
        tuple(draft.kinds[1:]),
        nullable=draft.nullable,
        item=draft.item,
        media=shape.get("format") in {"binary", "byte", "base64"} or "contentEncoding" in _keys(shape),
    )
    default, doubt = default_of(shape, draft.kinds)
    return Told(
        source=source,
        kind=kind,
        choices=draft.choices,
        bounds=draft.bounds,
        length=draft.length,
        item_length=draft.item_length,
        step=draft.step,
        default=default,
        examples=examples_of(shape, draft.kinds),
        doubts=(*draft.doubts, *doubt),
    )


def item_shape(shape: Shape, resolver: Resolver) -> Shape | None:
    """Return the schema of an array's items, of its own or of one of its variants."""
    for layer in reversed(shape.layers):
        items = layer.value.get("items")
        if isinstance(items, dict):
            return resolver.shape(items, (*layer.path, "items"), layer.refs)
        if isinstance(items, list) and items:
            return resolver.shape(items[0], (*layer.path, "items", 0), layer.refs)
    for group in shape.variants:
        for variant in group:
            found = item_shape(variant, resolver)
            if found is not None:
                return found
    return None


def _keys(shape: Shape) -> set[str]:
    return {key for layer in shape.layers for key in layer.value}


def _draft(shape: Shape, resolver: Resolver, depth: int) -> _Draft:
    draft = _Draft(doubts=list(shape.doubts))
    for name in _type_names(shape.get("type")):
        if name == "null":
            draft.nullable = True
            continue
        kind = _KINDS.get(name)
        if kind is None:
            draft.doubts.append(Doubt(f'"{name[:60]}" is no type that is known'))
        elif kind not in draft.kinds:
            draft.kinds.append(kind)
    draft.nullable = draft.nullable or shape.get("nullable") is True or shape.get("x-nullable") is True
    draft.choices, null, doubts = choices_of(shape, draft.kinds)
    draft.nullable = draft.nullable or null
    draft.doubts += doubts
    if draft.kinds == ["string"] and shape.get("format") == "binary":
        draft.kinds = ["file"]
    if depth < 12:
        for group in shape.variants:
            _take_variants(draft, [_draft(one, resolver, depth + 1) for one in group], given=bool(draft.kinds))
    if not draft.kinds:
        _infer(draft, shape)
    draft.bounds = bounds_of(shape) or draft.bounds
    draft.length = length_of(shape, "Items" if draft.kinds[:1] == ["array"] else "Length") or draft.length
    step = decimal_of(shape.get("multipleOf"))
    draft.step = step if step is not None and step > 0 else draft.step
    if "array" in draft.kinds:
        _take_item(draft, item_shape(shape, resolver), resolver, depth)
    return draft


def _take_item(draft: _Draft, item: Shape | None, resolver: Resolver, depth: int) -> None:
    """Let an array's items say what they are; their values and limits stand for those of the array."""
    if item is None or depth > 4:
        return
    inner = _draft(item, resolver, depth + 1)
    draft.item = inner.kinds[0] if inner.kinds else None
    if len(inner.kinds) > 1:
        draft.doubts.append(Doubt("the items may be of several types", tuple(inner.kinds)))
    if inner.kinds[:1] == ["array"]:
        draft.doubts += inner.doubts
        return
    draft.doubts += [one for one in inner.doubts if one.problem != REPEATS or not draft.kinds[1:]]
    if draft.kinds == ["array"]:
        draft.choices, draft.bounds, draft.step = inner.choices, inner.bounds, inner.step
        draft.item_length = inner.length if draft.item == "string" else None


def _take_variants(draft: _Draft, found: Sequence[_Draft], *, given: bool) -> None:
    """Take together what each of several variants tells; where they differ in more than their kinds, say so."""
    draft.nullable = draft.nullable or any(one.nullable or (not one.kinds and _is_null(one)) for one in found)
    real = [one for one in found if one.kinds]
    for one in real:
        draft.doubts += one.doubts
        for kind in one.kinds:
            if kind not in draft.kinds and not (given and kind == "object"):
                draft.kinds.append(kind)
        draft.item = draft.item or one.item
    plain = [one for one in real if not {"array", "object"} & set(one.kinds)]
    listed = [one for one in plain if one.choices]
    values = {str(choice.value): choice for one in listed for choice in one.choices}
    free = [one for one in plain if not one.choices and any(set(one.kinds) & set(other.kinds) for other in listed)]
    if listed and free:
        draft.doubts.append(Doubt("other values than these may be given as well", tuple(values)[:12]))
    elif listed and not draft.choices:
        mixed = {tuple(one.kinds) for one in plain} != {tuple(listed[0].kinds)}
        draft.choices = () if mixed and len(listed) < len(plain) else tuple(values.values())
        if mixed and len(listed) < len(plain):
            draft.doubts.append(Doubt("some of the types have an enumeration, others none", tuple(values)[:12]))
    _take_limits(draft, real, plain)


def _take_limits(draft: _Draft, real: Sequence[_Draft], plain: Sequence[_Draft]) -> None:
    bounds = list(dict.fromkeys(one.bounds for one in plain if {"integer", "number"} & set(one.kinds)))
    if len(bounds) == 1:
        draft.bounds = draft.bounds or bounds[0]
    elif len(bounds) > 1:
        draft.doubts.append(Doubt("the variants have different limits"))
    arrays = [one for one in real if "array" in one.kinds]
    lengths = list(dict.fromkeys(one.length for one in plain if "string" in one.kinds))
    if len(real) == len(arrays):
        lengths = list(dict.fromkeys(one.length for one in arrays))
        if len(arrays) == 1:
            draft.choices, draft.item_length = arrays[0].choices, arrays[0].item_length
    elif any(one.length for one in arrays):
        draft.doubts.append(Doubt("a limit of how many there are, of what may also be one, is left out"))
    if len(lengths) == 1:
        draft.length = draft.length or lengths[0]
    elif len(lengths) > 1:
        draft.doubts.append(Doubt("the variants have different limits"))


def _is_null(draft: _Draft) -> bool:
    return draft.nullable and not draft.choices


def _infer(draft: _Draft, shape: Shape) -> None:
    """Say what a schema without a type is, by its values or by what it holds."""
    if draft.choices:
        for choice in draft.choices:
            kind = _kind_of(choice.value)
            if kind is not None and kind not in draft.kinds:
                draft.kinds.append(kind)
        if set(draft.kinds) == {"integer", "number"}:
            draft.kinds = ["number"]
    elif shape.has("properties") or shape.has("additionalProperties"):
        draft.kinds = ["object"]
    elif shape.has("items"):
        draft.kinds = ["array"]
    elif shape.get("format") == "binary":
        draft.kinds = ["file"]


def _kind_of(value: Json) -> Kind | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else None


def _type_names(value: Json) -> list[str]:
    names = value if isinstance(value, list) else [value]
    found = [name.strip().lower() for name in names if isinstance(name, str)]
    enums = (_ENUM_TYPE.fullmatch(name) for name in found)
    return [match[1] if match is not None else name for match, name in zip(enums, found, strict=True)]
