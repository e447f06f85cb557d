"""A request and the body that it travels in: one way for the client, the other for the emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.provider.request import scenario_of

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


def flat_request(provider: Provider, body: Mapping[str, Json]) -> tuple[str | None, dict[str, Json]]:
    """Return the model that a body names, if it does, and its request; fixed members are left out.

    The inverse of `wire_body`. What lies where nothing should stays, under its dotted path, so that a check of the
    request finds it unknown.
    """
    told = provider.body
    if not told.places and not told.rest and not told.fixed:
        return None, dict(body)
    model = next((_at(body, path) for path, value in told.fixed.items() if value == "{model}"), None)
    left = _without(body, frozenset(told.fixed))
    named = {told.path(name): name for name in (*told.places, *(p.name for p in provider.parameters))}
    holders = {place for path in named for place in _above(path)} | {"", *_above(f"{told.rest}.")}
    request: dict[str, Json] = {}
    for path, value in _members(left, holders, ""):
        own = named.get(path)
        if own is None and told.rest and path.startswith(f"{told.rest}."):
            own = path.removeprefix(f"{told.rest}.")
        request[own if own is not None else path] = value
    return (model if isinstance(model, str) else None), request


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


def _members(document: Mapping[str, Json], holders: set[str], around: str) -> list[tuple[str, Json]]:
    """List a body's members by dotted path, looking into the objects that hold parameters."""
    found: list[tuple[str, Json]] = []
    for name, value in document.items():
        path = f"{around}{name}"
        if path in holders and isinstance(value, Mapping):
            found += _members(value, holders, f"{path}.")
        else:
            found.append((path, value))
    return found
