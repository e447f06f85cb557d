"""The recorded request that is most like one that was not recorded, and what differs."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.cassette.model import Asked, Blob, Body
from teststrip.cassette.read import Cassette, Place
from teststrip.errors import StorageError

_MOST: Final = 400  # recorded requests that are looked at
_LARGEST: Final = 2 * 1024 * 1024  # bytes of a body that is compared
_LISTED: Final = 4  # members that are told
_LONGEST: Final = 40  # characters of a value

_Flat: TypeAlias = "Mapping[str, Json | Absent]"


def nearest_words(cassette: Cassette, asked: Asked, body: bytes) -> str:
    """Say which recorded request is nearest, and in what it differs."""
    places = list(dict.fromkeys(_first_of_each(cassette)))
    if not places:
        return "nothing is recorded there"
    same = [place for place in places if (place.asked.method, place.asked.url) == (asked.method, asked.url)]
    if same and (wanted := _flat(body)) is not None:
        found = [
            (place, _differences(recorded, wanted))
            for place in same
            if (recorded := _sent(cassette, place)) is not None
        ]
        if found:
            place, differences = min(found, key=lambda one: len(one[1]))
            return f"the nearest there (line {place.line}) differs in {_told(differences)}"
    if same:
        return f"the nearest there (line {same[0].line}) has another body"
    place = max(places, key=lambda one: _likeness(one.asked, asked))
    return f"the nearest there (line {place.line}) is {place.asked.method} {place.asked.url}"


def _first_of_each(cassette: Cassette) -> Iterator[Place]:
    seen: set[Asked] = set()
    for place in cassette.places:
        if place.asked not in seen:
            seen.add(place.asked)
            yield place
            if len(seen) >= _MOST:
                return


def _likeness(one: Asked, other: Asked) -> tuple[bool, float]:
    return one.method == other.method, difflib.SequenceMatcher(None, one.url[:500], other.url[:500]).ratio()


def _sent(cassette: Cassette, place: Place) -> _Flat | None:
    try:
        body: Body | None = cassette.exchange(place).sent
        if isinstance(body, Blob):
            body = cassette.blobs.read(body) if body.size <= _LARGEST else None
    except StorageError:
        return None
    return _flat(body) if isinstance(body, bytes) else None


def _flat(data: bytes) -> _Flat | None:
    """Return a JSON body's members by their paths; None for a body that is no such thing."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return dict(_members(value, "")) if isinstance(value, dict) else None


def _members(value: Any, path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _members(member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for index, member in enumerate(value):
            yield from _members(member, f"{path}[{index}]")
    else:
        yield path, value


def _differences(recorded: _Flat, wanted: _Flat) -> list[str]:
    names = dict.fromkeys((*wanted, *recorded))
    pairs = ((name, recorded.get(name, ABSENT), wanted.get(name, ABSENT)) for name in names)
    return [
        f"{_cut(name)} ({_shown(there)} there, {_shown(here)} here)"
        for name, there, here in pairs
        if there != here
    ]


def _told(differences: list[str]) -> str:
    if not differences:
        return "the spelling of its body alone"
    more = [f"and {len(differences) - _LISTED} more"] if len(differences) > _LISTED else []
    return ", ".join([*differences[:_LISTED], *more])


def _shown(value: Json | Absent) -> str:
    return "absent" if value is ABSENT else _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    text = "".join(sign if sign.isprintable() else "?" for sign in text[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
