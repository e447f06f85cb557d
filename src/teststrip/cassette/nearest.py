"""The recorded request that is most like one that was not recorded, and what differs.

A run of which nothing was recorded asks a thousand times, so what is recorded is read once, when one is first
missing; of bodies only hashes of their members are kept, and the nearest alone is read again.
"""

from __future__ import annotations

import difflib
import heapq
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final, TypeAlias

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.cassette.model import Asked, Blob, Body
from teststrip.cassette.read import Cassette, Place
from teststrip.errors import StorageError

_MOST: Final = 2000  # bodies of one address, and addresses, that are looked at
_LARGEST: Final = 2 * 1024 * 1024  # bytes of a body that is compared
_MOST_BYTES: Final = 64 * 1024 * 1024  # of all bodies that are read
_CLOSEST: Final = 4  # addresses that are compared letter by letter
_LONGEST_URL: Final = 300  # characters of them
_LISTED: Final = 4  # members that are told
_LONGEST: Final = 40  # characters of a value
_PARTS: Final = re.compile(r"[/?&=]+")

_Flat: TypeAlias = "Mapping[str, Json | Absent]"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A recorded body: hashes of the names of its members, and of the names with their values."""

    place: Place
    names: frozenset[int]
    pairs: frozenset[int]

    def apart(self, names: frozenset[int], pairs: frozenset[int]) -> int:
        """Count the members that are not the same in another body."""
        return len(self.names | names) - len(self.pairs & pairs)


class Nearest:
    """Finds what is nearest on one cassette."""

    def __init__(self, cassette: Cassette) -> None:
        self._cassette = cassette
        self._bodies: dict[tuple[str, str], list[_Sent]] = {}
        self._left = _MOST_BYTES

    def words(self, asked: Asked, body: bytes) -> str:
        """Say which recorded request is nearest, and in what it differs."""
        if not self._places:
            return "nothing is recorded there"
        same = self._same.get((asked.method, asked.url), [])
        if same and (wanted := _flat(body)) is not None and (bodies := self._sent(asked)):
            names, pairs = _hashes(wanted)
            place = min(bodies, key=lambda one: one.apart(names, pairs)).place
            recorded = _read(self._cassette, place)
            if recorded is not None:
                return f"the nearest there (line {place.line}) differs in {_told(_differences(recorded, wanted))}"
        if same:
            return f"the nearest there (line {same[0].line}) has another body"
        place = self._likest(asked)
        return f"the nearest there (line {place.line}) is {place.asked.method} {place.asked.url}"

    @cached_property
    def _places(self) -> list[Place]:
        """The first exchange of each request."""
        found: dict[Asked, Place] = {}
        for place in self._cassette.places:
            found.setdefault(place.asked, place)
        return list(found.values())

    @cached_property
    def _same(self) -> Mapping[tuple[str, str], list[Place]]:
        found: dict[tuple[str, str], list[Place]] = {}
        for place in self._places:
            found.setdefault((place.asked.method, place.asked.url), []).append(place)
        return found

    @cached_property
    def _parts(self) -> list[tuple[Place, frozenset[str]]]:
        firsts = (places[0] for places in self._same.values())
        return [(place, _parts(place.asked.url)) for place in islice(firsts, _MOST)]

    def _sent(self, asked: Asked) -> list[_Sent]:
        """Return the bodies that were sent to an address, those that are JSON."""
        key = (asked.method, asked.url)
        if key not in self._bodies:
            self._bodies[key] = list(self._hashed(self._same[key]))
        return self._bodies[key]

    def _hashed(self, places: list[Place]) -> Iterator[_Sent]:
        for place in places[:_MOST]:
            if self._left <= 0:
                return
            body = _body(self._cassette, place)
            self._left -= place.size + (len(body) if body is not None else 0)
            if body is not None and (flat := _flat(body)) is not None:
                yield _Sent(place, *_hashes(flat))

    def _likest(self, asked: Asked) -> Place:
        """Return the request whose address is most like this one."""
        parts = _parts(asked.url)

        def shared(one: tuple[Place, frozenset[str]]) -> tuple[bool, float]:
            place, known = one
            return place.asked.method == asked.method, len(known & parts) / (len(known) + len(parts))

        closest = heapq.nlargest(_CLOSEST, self._parts, key=shared)
        return max((place for place, _ in closest), key=lambda place: _likeness(place.asked, asked))


def _parts(url: str) -> frozenset[str]:
    return frozenset(_PARTS.split(url[: 4 * _LONGEST_URL]))


def _likeness(one: Asked, other: Asked) -> tuple[bool, float]:
    urls = one.url[:_LONGEST_URL], other.url[:_LONGEST_URL]
    return one.method == other.method, difflib.SequenceMatcher(None, *urls, autojunk=False).ratio()


def _body(cassette: Cassette, place: Place) -> bytes | None:
    try:
        body: Body | None = cassette.exchange(place).sent
        if isinstance(body, Blob):
            body = cassette.blobs.read(body) if body.size <= _LARGEST else None
    except StorageError:
        return None
    return body if isinstance(body, bytes) else None


def _read(cassette: Cassette, place: Place) -> _Flat | None:
    body = _body(cassette, place)
    return None if body is None else _flat(body)


def _hashes(flat: _Flat) -> tuple[frozenset[int], frozenset[int]]:
    pairs = ((name, str(value) if isinstance(value, list | dict) else value) for name, value in flat.items())
    return frozenset(map(hash, flat)), frozenset(map(hash, pairs))


def _flat(data: bytes) -> _Flat | None:
    """Return a JSON body's members by their paths; None for a body that is no such thing."""
    try:
        value = json.loads(data)
        return dict(_members(value, "")) if isinstance(value, dict) else None
    except (ValueError, RecursionError):
        return None


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
