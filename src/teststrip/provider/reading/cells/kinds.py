"""What a type cell says: kinds, unions, what an array holds, values that are listed in place of a type."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_phrases import (
    BRACES,
    COUNTED,
    DETAIL,
    ENUM,
    FORMATTED,
    FRACTIONS,
    MANY,
    MAP,
    OF,
    OPEN_UNION,
    OPTIONAL,
    QUALIFIED,
    RANGED,
    REQUIRED,
    SPLIT,
    UNION,
)
from teststrip.provider.reading.cells.kind_values import kind_of, read_literals, unbraced, values_in
from teststrip.provider.reading.cells.structures import structure
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.kind_reading import KindReading, says_media

if TYPE_CHECKING:
    from collections.abc import Sequence


_KNOWN: Final = "array, boolean, file, float, integer, number, object, string"
_MOST: Final = 300  # characters; no type is longer
_LONG: Final = {word: kind for word, kind in words.KINDS.items() if len(word) > 3}


def read_kind(text: str, codes: Sequence[str] = ()) -> KindReading:
    """Read a type cell. Raises CellError when it is no type; an empty cell gives a reading without a kind."""
    text = unbraced(text.strip())
    if text.lower() in words.NOTHING:
        return KindReading()
    if len(text) > _MOST:
        raise CellError("this is too long to be a type")
    bare = text[1:-1]
    if text[0] + text[-1] == "()" and not any(sign in bare for sign in "()"):
        return read_kind(bare, codes)
    if text[0] in "?？" and text.strip("?？ "):
        return replace(read_kind(text.strip("?？ "), codes), nullable=True)
    if text[-1] in "?？" and "|" in text:
        return replace(read_kind(text.rstrip("?？ "), codes), required=False)
    if FRACTIONS.fullmatch(text):
        return KindReading("number", detail=text)
    required = REQUIRED.search(text)
    if required is not None and required[0].strip() != text:
        word = (required["word"] or required["first"]).lower()
        rest = text[: required.start()] + text[required.end() :]
        return replace(
            read_kind(rest.strip(" ,;")), required=word not in {"optional", "可选", "选填", "任意", "opcional"}
        )
    reading = _named_or_enum(text) or _read(text)
    if reading is None:
        reading = read_literals(text, codes)
    if reading is None:
        raise CellError(f'"{text}" is not a type; write one of {_KNOWN}', _near(text))
    return reading


def _named_or_enum(text: str) -> KindReading | None:
    """Read `ImageSize | enum: a, b`: a structure, or one of the values of a text."""
    if "|" not in text:
        return None
    match = re.fullmatch(r"(\w+)\s*\|\s*(enum\b.*)", text, re.IGNORECASE | re.DOTALL)
    held = structure(match[1]) if match is not None else None
    values = _enum(match[2]) if match is not None else None
    if held is None or values is None or values.kind is None or held.kind is None:
        return None
    return replace(values, or_kinds=(held.kind,))


@lru_cache(maxsize=2_048)  # pages have few types, each of them in hundreds of cells
def _read(text: str, depth: int = 0) -> KindReading | None:
    """Read one type expression; None when it is none."""
    text = text.strip(" \t\n`\"'“”.:：;,")
    if depth > 4 or not text:
        return None
    if text[0] == "?" and (inner := _read(text[1:], depth + 1)) is not None:
        return replace(inner, nullable=True)
    return (
        _word(text)
        or _formatted(text)
        or _optional(text, depth)
        or _array(text, depth)
        or _enum(text)
        or (KindReading("object") if MAP.fullmatch(text) or BRACES.fullmatch(text) else None)
        or _detailed(text, depth)
        or _union(text, depth)
        or _phrase(text)
        or _ranged(text)
        or _qualified(text, depth)
        or structure(text)
    )


def _qualified(text: str, depth: int) -> KindReading | None:
    """Read a type by the last part of its full name in a program: `java.net.URI`, `System.Collections.List<string>`."""
    match = QUALIFIED.fullmatch(text)
    return _read(match["name"], depth + 1) if match is not None else None


def _word(text: str) -> KindReading | None:
    lower = " ".join(text.lower().split())
    if lower in words.KINDS:
        return KindReading(words.KINDS[lower])
    if lower in words.MEDIA:
        return KindReading("string", media=True)
    if lower.endswith("?") and lower[:-1] in words.KINDS:
        return KindReading(words.KINDS[lower[:-1]], required=False)
    singular = lower.removesuffix("s")
    return KindReading(words.KINDS[singular]) if singular in words.KINDS and len(singular) > 2 else None


def _formatted(text: str) -> KindReading | None:
    """Read `string<uri>`, `integer<int32>`: a type, and the format it is written in."""
    match = FORMATTED.fullmatch(text)
    if match is None:
        return None
    if match["format"].lower() in {"binary", "byte"} and match["head"].lower() == "string":
        return KindReading("file")
    return KindReading(words.KINDS[match["head"].lower()], media=match["format"].lower() in words.MEDIA)


def _optional(text: str, depth: int) -> KindReading | None:
    match = OPTIONAL.fullmatch(text)
    if match is not None:
        inner = _read(match[1], depth + 1)
        return replace(inner, nullable=True) if inner is not None else None
    match = UNION.fullmatch(text)
    return _union(match[1], depth + 1) if match is not None else None


def _array(text: str, depth: int) -> KindReading | None:
    of = OF.fullmatch(text)
    if of is not None:
        inner = of["inner"] if of["inner"] is not None else of["of"]
        if not inner or inner.isdigit():
            return KindReading("array")
        counted = COUNTED.match(inner)
        held = _holding(inner[counted.end() :] if counted is not None else inner, depth)
        if held is not None and counted is not None and not held.detail:
            held = replace(held, detail=f"{counted[1]} items")
        # `array of strings or null`: it is the array that may be null, where nothing brackets the union.
        loose = of["of"] is not None and re.search(r"\bor\s+null$|[|,]\s*null$", inner, re.IGNORECASE)
        return replace(held, nullable=True) if held is not None and loose else held
    many = MANY.fullmatch(text)
    if many is None:
        return None
    inner = many["go"] or many["inner"] or many["bare"] or many["before"]
    if many["before"] and OPEN_UNION.search(inner):
        return None  # `string or array` is a union
    reading = _read(inner, depth + 1) if inner else None
    if reading is None and many["go"]:
        reading = KindReading("object", named=inner)
    return None if reading is None else _array_of(reading)


def _holding(inner: str, depth: int) -> KindReading | None:
    """Read what an array's brackets hold: a type, types of a tuple, or something like `max 4` or `1-9 items`."""
    reading = _read(inner, depth + 1) or read_literals(inner, ())
    if reading is not None:
        return _array_of(reading)
    if " ".join(inner.lower().split()).removesuffix("s") in words.MEDIA:
        return KindReading("array", item="string", media=True)  # array of image URLs
    if re.search(r"\d", inner):
        return KindReading("array", detail=inner)
    # A name that is no type is that of a structure: array<ImageRef>.
    return (
        KindReading("array", item="object")
        if re.fullmatch(r"[A-Z][A-Za-z]+|.*(?:object|objects|dict|对象).*", inner)
        else None
    )


def _array_of(reading: KindReading) -> KindReading:
    item = reading.kind if not reading.or_kinds else None
    return KindReading(
        "array", item=item, named=reading.named, media=reading.media, values=reading.values, detail=reading.detail
    )


def _enum(text: str) -> KindReading | None:
    match = ENUM.fullmatch(text)
    if match is None:
        return None
    named = (match["before"] or match["after"] or "").lower()
    inner = match["inner"] or ""
    kind = words.KINDS.get(named) or words.KINDS.get(named.removesuffix("s"))
    if named and kind is None:
        # `outline enum`: the page may list its values elsewhere.
        return KindReading("string", values_of=match["before"]) if match["before"] and not inner else None
    typed = words.KINDS.get(inner.lower())
    if typed is not None or not inner:
        return KindReading(typed or kind or "string")
    values = values_in(inner)
    return KindReading(kind or kind_of(values), values=values)


def _detailed(text: str, depth: int) -> KindReading | None:
    match = DETAIL.fullmatch(text)
    if match is None:
        return None
    head = _read(match["head"], depth + 1)
    if head is None:
        return None
    tail = _read(match["tail"], depth + 1) if match["tail"].strip() else head
    if tail is None:
        return None
    return _with_detail(head, match["detail"].strip())


def _with_detail(head: KindReading, detail: str) -> KindReading:
    """Add what brackets behind a type say: what an array holds, how a text is written, values, a range."""
    lower = detail.lower()
    if lower in words.NULLS:
        return replace(head, nullable=True)
    if head.kind == "string" and says_media(detail):
        return replace(head, media=True)
    inner = _word(detail)
    if inner is not None:
        if head.kind == "array":
            return replace(head, item=inner.kind)
        # `string (int)` says that the text is a number, `string (url)` how it is written: it stays a text.
        return replace(head, media=head.media or inner.media)
    if head.kind == "string" and set(re.findall(r"[\w-]+", lower)) <= words.FORMATS:
        return head
    return replace(head, detail=detail)


def _union(text: str, depth: int) -> KindReading | None:
    parts = _top_level(text)
    if len(parts) < 2:
        return None
    nullable = any(part.lower() in words.NULLS for part in parts)
    readings = [_read(part, depth + 1) for part in parts if part.lower() not in words.NULLS]
    if not readings or any(reading is None for reading in readings):
        return None
    known = [reading for reading in readings if reading is not None]
    kinds = list(dict.fromkeys(reading.kind for reading in known if reading.kind is not None))
    item = next((reading.item for reading in known if reading.item is not None), None)
    media = any(reading.media for reading in known)
    return KindReading(kinds[0], tuple(kinds[1:]), nullable or any(r.nullable for r in known), item, media)


def _top_level(text: str) -> list[str]:
    """Part a union, but not inside brackets."""
    parts: list[str] = []
    start = depth = 0
    for match in re.finditer(rf"[<\[({{（]|[>\])}}）]|{SPLIT.pattern}", text, re.IGNORECASE):
        sign = match[0].strip()
        if sign and sign in "<[({（":
            depth += 1
        elif sign and sign in ">])}）":
            depth -= 1
        elif depth == 0:
            parts.append(text[start : match.start()].strip())
            start = match.end()
    return [part for part in [*parts, text[start:].strip()] if part]


def _phrase(text: str) -> KindReading | None:
    """Read `positive integer`, `JSON array`, `URL string`: words of which the last is a type, or the first."""
    found = text.lower().split()
    if not 2 <= len(found) <= 4 or not all(re.fullmatch(r"[\w-]+", word) for word in found):
        return None
    last, first = words.KINDS.get(found[-1]), words.KINDS.get(found[0])
    kind = last or first
    if kind is None or (last is not None and first is not None and first not in {last, "string"}):
        return None
    return KindReading(kind, media=kind == "string" and bool({"url", "uri", "base64"} & set(found)))


def _ranged(text: str) -> KindReading | None:
    """Read a type with its range behind it: `number 0-1`, `integer >= 0`, `int between 1 and 4`."""
    match = RANGED.fullmatch(text)
    head = _word(match["head"]) if match is not None else None
    return None if match is None or head is None else replace(head, detail=match["detail"])


@lru_cache(maxsize=2_048)  # as above
def _near(text: str) -> tuple[str, ...]:
    lower = json.dumps(text.lower())
    found = [kind for word, kind in _LONG.items() if word in lower]
    return tuple(dict.fromkeys(found))[:3]
