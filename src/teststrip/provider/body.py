"""A request and the body that it travels in: one way for the client, the other for the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.provider.request import scenario_of
from teststrip.provider.wire import Body

if TYPE_CHECKING:
    from teststrip.provider.model import Provider

_STANDINS = ("{model}", "{scenario}")


def wire_body(provider: Provider, model_id: str, request: Mapping[str, Json]) -> dict[str, Json]:
    """Return the JSON object that is sent for a request: fixed members, and each parameter in its place."""
    told = provider.body
    standins: dict[Json, Json] = {"{model}": model_id, "{scenario}": scenario_of(provider, request)}
    body: dict[str, Any] = {}
    for path, value in told.fixed.items():
        _put(body, path, standins.get(value, value) if isinstance(value, str) else value)
    for name, member in request.items():
        _put(body, told.path(name), member)
    return body


@dataclass(frozen=True, slots=True)
class Flat:
    """A body read back: the model that it names, if it does, the request, and members that have no place there."""

    model: str | None
    request: Mapping[str, Json]
    strays: tuple[str, ...] = ()


def flat_request(provider: Provider, body: Mapping[str, Json]) -> Flat:
    """Read a body back into a request; the inverse of `wire_body`. Fixed members are left out.

    A name that no parameter has stays in the request where parameters lie, so that a check of it finds it unknown.
    """
    told = provider.body
    if told == Body():
        return Flat(None, body)
    model = next((_at(body, path) for path, value in told.fixed.items() if value == "{model}"), None)
    known = {parameter.name for parameter in provider.parameters}
    named = {told.path(name): name for name in known}
    holders = {place for path in named for place in _above(path)}
    around = f"{told.rest}." if told.rest else ""
    request: dict[str, Json] = {}
    strays = []
    for path, value in _members(_without(body, frozenset(told.fixed)), holders, ""):
        inner = path.removeprefix(around)
        unknown = path.startswith(around) and "." not in inner and inner not in known
        if path in named or unknown:
            request[named.get(path, inner)] = value
        else:
            strays.append(path)
    return Flat(model if isinstance(model, str) else None, request, tuple(strays))


def wrong_member(provider: Provider, body: Mapping[str, Json]) -> str | None:
    """Say which constant of a body is missing or not what the page says, or return None."""
    for path, value in provider.body.fixed.items():
        found = _at(body, path)
        if value not in _STANDINS and (found != value or isinstance(found, bool) != isinstance(value, bool)):
            return f"{path} must be {value}"
    return None


def _put(document: dict[str, Any], path: str, value: Json) -> None:
    *holders, name = path.split(".")
    for holder in holders:
        document = document.setdefault(holder, {})
    document[name] = value


def _at(document: Json, path: str) -> Json | Absent:
    value: Json | Absent = document
    for name in path.split("."):
        value = value.get(name, ABSENT) if isinstance(value, Mapping) else ABSENT
    return value


def _above(path: str) -> list[str]:
    """Return the paths of the objects around a member: `a.b.c` lies in `a` and in `a.b`."""
    names = path.split(".")[:-1]
    return [".".join(names[: count + 1]) for count in range(len(names))]


def _without(document: Mapping[str, Json], gone: frozenset[str], around: str = "") -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for name, value in document.items():
        path = f"{around}{name}"
        if path not in gone:
            inside = any(other.startswith(f"{path}.") for other in gone)
            kept[name] = _without(value, gone, f"{path}.") if inside and isinstance(value, Mapping) else value
    return kept


def _members(document: Mapping[str, Json], holders: set[str], around: str) -> Iterator[tuple[str, Json]]:
    """Yield a body's members by dotted path, looking into the objects that hold parameters."""
    for name, value in document.items():
        # A name with a dot in it is quoted: it is no path.
        path = around + (json.dumps(name) if "." in name else name)
        if path in holders and isinstance(value, Mapping):
            yield from _members(value, holders, f"{path}.")
        else:
            yield path, value
