"""From the bytes of a submit to a checked request, or to a refusal that says why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from teststrip.base.json import Json, canonical, sha256
from teststrip.base.where import dotted
from teststrip.emulator.refusals import Refusal
from teststrip.provider.body import wrong_member
from teststrip.provider.form import read_form
from teststrip.provider.model import Model, Provider
from teststrip.provider.price import size_of
from teststrip.provider.request import resolve_defaults, scenario_of
from teststrip.schema.check import find_faults

_MOST_FAULTS: Final = 20
_DRAIN: Final = 4  # a body is read on to so many times its limit, so that the client hears the answer


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body of at most `limit` bytes.

    Of a longer one the rest is read and thrown away, within reason: a client that is still sending when the
    connection closes would see a broken pipe and never the answer.
    """
    kept = bytearray()
    length = 0
    try:
        async for chunk in request.stream():
            length += len(chunk)
            if length <= limit:
                kept += chunk
            elif length > _DRAIN * limit:
                break
    except ClientDisconnect:
        raise Refusal("invalid", "the connection closed before the whole body had come") from None
    if length > limit:
        raise Refusal("invalid", f"the body is larger than {limit} bytes", status=413)
    return bytes(kept)


def parse_submit(provider: Provider, content_type: str, data: bytes) -> dict[str, Json]:
    """Parse a submit's body, which is JSON, or a form where the page says so."""
    if provider.body.media != "file":
        return parse_body(data)
    try:
        document = read_form(content_type, data, provider)
        canonical(document)
    except (ValueError, RecursionError) as error:
        raise Refusal("invalid", f"the form cannot be read: {error}") from None
    return document


def parse_body(body: bytes) -> dict[str, Json]:
    """Parse a JSON object; what has no canonical form (NaN, lone surrogates, huge integers) is refused too."""
    try:
        document: Any = json.loads(body, object_pairs_hook=_object)
        if not isinstance(document, dict):
            raise Refusal("invalid", "the body must be a JSON object")
        canonical(document)
    except RecursionError:
        raise Refusal("invalid", "the body is nested too deeply") from None
    except ValueError as error:
        raise Refusal("invalid", f"the body is not JSON: {error}") from None
    return document


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in members:
        if name in document:
            raise ValueError(f"the member {name!r} is there twice")
        document[name] = value
    return document


def find_model(provider: Provider, name: str | None, faults: Callable[[Model], Sequence[object]]) -> Model:
    """Find the model that a request names; without a name it is the first one that takes it, else the first.

    `faults` tells what a model's schema has against the request. An API that has its models named nowhere in a
    request (one that has a single one, or several servers that answer alike) cannot tell them apart either.
    """
    if name is None and not _names_models(provider):
        return next((model for model in provider.models if not faults(model)), provider.models[0])
    model = provider.model(name or "")
    if model is None:
        known = ", ".join(model.id for model in provider.models)
        raise Refusal("not_found", f"there is no model {name!r}; there is {known}")
    return model


def _names_models(provider: Provider) -> bool:
    return "{model}" in provider.submit.path or "{model}" in provider.body.fixed.values()


def resolve(
    provider: Provider, model: Model, schema: Mapping[str, Json], body: Mapping[str, Json]
) -> dict[str, Json]:
    """Check a body against the model's schema and fill in the page's defaults.

    Raises Refusal (invalid) that lists every fault with its place.
    """
    faults = find_faults(dict(body), schema)
    if faults:
        lines = []
        for fault in faults[:_MOST_FAULTS]:
            hint = f"; did you mean {fault.suggestion!r}?" if fault.suggestion is not None else ""
            path = dotted(fault.path)
            lines.append(f"{path}: {fault.message}{hint}" if path else f"{fault.message}{hint}")
        if len(faults) > _MOST_FAULTS:
            lines.append(f"and {len(faults) - _MOST_FAULTS} more")
        raise Refusal("invalid", "; ".join(lines))
    return resolve_defaults(provider, model.id, body)


def check_headers(wanted: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Refuse a request without the headers that the page says every client sends."""
    for name, value in wanted.items():
        if given.get(name) != value:
            raise Refusal("invalid", f"the header {name} must be {value!r}")


def idempotency_key(provider: Provider, given: Mapping[str, str]) -> str:
    """Return the SHA-256 of the key that makes a submit unique; "" without one, or where the API takes none."""
    idempotency = provider.submit.idempotency
    key = given.get(idempotency.header, "").strip() if idempotency is not None else ""
    return sha256(key.encode("latin-1")) if key else ""


def check_body(provider: Provider, body: Mapping[str, Json], strays: Sequence[str]) -> None:
    """Refuse a body with a wrong constant, or with members (`strays`, by dotted path) where the page has none."""
    wrong = wrong_member(provider, body)
    if wrong is not None:
        raise Refusal("invalid", wrong)
    if strays:
        places = [provider.body.path(stray.rpartition(".")[2]) for stray in strays[:_MOST_FAULTS]]
        told = "; ".join(f"{stray}: nothing belongs here" for stray in strays[:_MOST_FAULTS])
        known = {provider.body.path(parameter.name) for parameter in provider.parameters}
        right = ", ".join(dict.fromkeys(place for place in places if place in known))
        raise Refusal("invalid", f"{told}; did you mean {right}?" if right else told)


def wrong_size(provider: Provider, request: Mapping[str, Json]) -> str | None:
    """Say why a size is none that the API takes, by the facts of the page, or return None."""
    size, facts = size_of(provider, request), provider.facts.sizes
    if size is None:
        return None
    width, height = size
    if facts.multiple_of is not None and (width % facts.multiple_of or height % facts.multiple_of):
        return f"the sides of {width}x{height} are not multiples of {facts.multiple_of}"
    if facts.max_pixels is not None and width * height > facts.max_pixels:
        return f"{width}x{height} has more than {facts.max_pixels} pixels"
    if facts.min_pixels is not None and width * height < facts.min_pixels:
        return f"{width}x{height} has fewer than {facts.min_pixels} pixels"
    return None


def check_scenario(provider: Provider, given: str | None, request: Mapping[str, Json]) -> None:
    """Refuse a request that came to another scenario's path than its own."""
    wanted = scenario_of(provider, request)
    if given is not None and given != wanted:
        raise Refusal("not_found", f"this request belongs to the path with {wanted!r}, not {given!r}")


def refused_tag(request: Json, tags: Sequence[str]) -> str | None:
    """Return the first of `tags` that stands in any text of the request."""
    texts = [text.casefold() for text in _texts(request)]
    return next((tag for tag in tags if any(tag.casefold() in text for text in texts)), None)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
