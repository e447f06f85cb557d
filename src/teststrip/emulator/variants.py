"""The ways in which one family of servers says the same thing: an answer, put into another of the page's forms.

A page lists every place and word that was met. Its emulator answers with the first of each; a `Variant` asks for
others, so that a client meets all that it claims to read.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from teststrip.base.json import Json
from teststrip.emulator.answers import Answer, created_text, with_path
from teststrip.emulator.pictures import kind_of
from teststrip.provider.model import Reply

AROUND: Final = ("object", "array", "absent")
LINKS: Final = ("object", "list", "absent")
ERRORS: Final = ("null", "empty", "string", "object")
# How a server may write the moment at which a prediction was created.
DATES: Final[Mapping[str, Callable[[datetime], str]]] = {
    "zulu": lambda when: when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    "space": lambda when: when.strftime("%Y-%m-%d %H:%M:%S"),
    "no-zone": lambda when: when.strftime("%Y-%m-%dT%H:%M:%S"),
    "milliseconds": lambda when: when.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
    "eight-digits": lambda when: when.strftime("%Y-%m-%dT%H:%M:%S.%f") + "00Z",
}
_TEXTS: Final = ("url", "base64", "data-uri")


@dataclass(frozen=True, slots=True)
class Variant:
    """How an answer is to differ from the page's first form; "" leaves a thing as it is.

    `around` is what the prediction lies in, `id` and `outputs_at` are paths of the page (or `url`: no id but the
    one in the polling address), `outputs` one of `output_forms`, `word` a status word instead of the right one.
    """

    around: str = ""
    id: str = ""
    links: str = ""
    outputs: str = ""
    outputs_at: str = ""
    error: str = ""
    dates: str = ""
    word: str = ""


def output_forms(reply: Reply) -> tuple[str, ...]:
    """Return the forms that an output may have: a text of some kind, or an object with such a text in a member."""
    return (*_TEXTS, *reply.output_url_keys, *reply.output_base64_keys)


def id_places(reply: Reply) -> tuple[str, ...]:
    """Return where an id may lie: at each path of the page, or only in the polling address, where there is one."""
    return (*reply.ids, "url") if reply.poll_urls else reply.ids


def mixed(reply: Reply, chance: Callable[[str], float]) -> Variant:
    """Return a variant in which every thing is drawn; `chance` gives for its name a number in [0, 1)."""

    def one(name: str, words: Sequence[str]) -> str:
        return words[int(chance(name) * len(words))]

    name = one("id", id_places(reply)) if id_places(reply) else ""
    # An answer without id and without address could never be asked after: no server does that.
    links = one("links", LINKS[:2] if name == "url" else LINKS)
    lifts = _may_lift(reply)
    places = [path for path in reply.outputs if "[]" not in path and (lifts or path != _home(reply))]
    return Variant(
        around=one("around", AROUND if lifts else AROUND[:2]),
        id=name,
        links=links,
        outputs=one("outputs", output_forms(reply)),
        outputs_at=one("outputs_at", places) if places else "",
        error=one("error", ERRORS),
        dates=one("dates", tuple(DATES)),
    )


def output_text(form: str, reply: Reply, url: str, picture: bytes) -> str:
    """Write one output: its address, or its bytes as text, as the form asks for."""
    if form == "data-uri":
        return f"data:{kind_of(picture)[1]};base64,{base64.b64encode(picture).decode('ascii')}"
    if form == "base64" or form in reply.output_base64_keys:
        return base64.b64encode(picture).decode("ascii")
    return url


def varied(document: Mapping[str, Json], reply: Reply, answer: Answer, variant: Variant) -> dict[str, Json]:
    """Return an answer's document in another form; what the document does not have is left alone."""
    found = {**document}
    if variant.dates:
        told = _replaced(found, created_text(answer.created), DATES[variant.dates](answer.created))
        found = {**told} if isinstance(told, Mapping) else found
    if variant.word and reply.statuses:
        found = with_path(found, reply.statuses[0], variant.word)
    found = _with_error(found, reply, answer, variant.error)
    found = _with_links(found, reply, variant.links)
    if variant.id and reply.ids and _at(found, reply.ids[0]) is not None:
        found = without(found, reply.ids[0])
        found = found if variant.id == "url" else with_path(found, variant.id, answer.id)
    return _with_outputs(found, reply, answer, variant)


def without(document: Mapping[str, Json], path: str) -> dict[str, Json]:
    """Return the document without the member at a dotted path."""
    name, _, rest = path.partition(".")
    if not rest:
        return {member: value for member, value in document.items() if member != name}
    inner = document.get(name)
    return {**document, name: without(inner, rest)} if isinstance(inner, Mapping) else {**document}


def shown(answer: Answer, variant: Variant) -> Answer:
    """Return what an answer may tell: with a word that nobody knows, nothing is finished yet."""
    return replace(answer, outputs=()) if variant.word else answer


def _with_error(found: dict[str, Json], reply: Reply, answer: Answer, form: str) -> dict[str, Json]:
    if not form or not reply.errors or not _has(found, reply.errors[0]):
        return found
    if answer.error:
        told: Json = {"message": answer.error, "code": "failed"} if form == "object" else answer.error
    else:
        told = None if form == "null" else ""
    return with_path(found, reply.errors[0], told)


def _with_links(found: dict[str, Json], reply: Reply, form: str) -> dict[str, Json]:
    parent, dot, _ = (reply.poll_urls[0] if reply.poll_urls else "").rpartition(".")
    value = _at(found, parent) if dot else None
    if not form or value is None:
        return found
    if form == "absent":
        return without(found, parent)
    return with_path(found, parent, [value] if form == "list" else value)


def _with_outputs(found: dict[str, Json], reply: Reply, answer: Answer, variant: Variant) -> dict[str, Json]:
    """Put the outputs where and as they are wanted, and what lies around the prediction as it is wanted."""
    home = _home(reply)
    place, at = reply.outputs[0], variant.outputs_at or reply.outputs[0]
    value = _at(found, place)
    key = "" if variant.outputs in _TEXTS else variant.outputs
    if "[]" in place or not isinstance(value, list) or not (key or variant.outputs_at):
        return _wrapped(found, home, variant.around)
    outputs: Json = [{key: text} for text in answer.outputs] if key else value
    found = without(found, place)
    if at != home:
        return _wrapped(with_path(found, at, outputs), home, variant.around)
    if not answer.outputs:
        return _wrapped(found, home, variant.around)
    # Outputs that take the place of what lies around the prediction leave it no room but the top.
    return with_path(_wrapped(found, home, "absent"), at, outputs)


def _home(reply: Reply) -> str:
    """Return the member that a prediction lies in, by the page's first place for ids; "" at the top."""
    return reply.ids[0].partition(".")[0] if reply.ids and "." in reply.ids[0] else ""


def _may_lift(reply: Reply) -> bool:
    """Tell whether the page knows a prediction that lies at the top too."""
    home = f"{_home(reply)}."
    return all(
        path.removeprefix(home) in paths
        for paths in (reply.ids, reply.statuses, reply.outputs)
        for path in paths
        if path.startswith(home)
    )


def _wrapped(found: dict[str, Json], name: str, around: str) -> dict[str, Json]:
    inner = found.get(name) if name else None
    if not isinstance(inner, Mapping) or around in {"", "object"}:
        return found
    if around == "array":
        return {**found, name: [inner]}
    return {**inner, **without(found, name)}


def _at(document: Mapping[str, Json], path: str) -> Json:
    value: Json = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _has(document: Mapping[str, Json], path: str) -> bool:
    parent, _, name = path.rpartition(".")
    around = _at(document, parent) if parent else document
    return isinstance(around, Mapping) and name in around


def _replaced(value: Json, old: str, new: str) -> Json:
    if isinstance(value, Mapping):
        return {name: _replaced(member, old, new) for name, member in value.items()}
    if isinstance(value, str):
        return new if value == old else value
    return [_replaced(item, old, new) for item in value] if isinstance(value, Sequence) else value
