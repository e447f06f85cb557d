"""The front matter's word on bodies, roles, answers, facts and price: read, then held against the parameters."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.json import ABSENT
from teststrip.base.near import near
from teststrip.base.where import dotted
from teststrip.provider.additions import bad_additions, read_additions
from teststrip.provider.answer_forms import bad_forms
from teststrip.provider.expression import CONSTANTS, ExpressionFault, parse_expression
from teststrip.provider.headers import bad_headers
from teststrip.provider.price import GIVEN
from teststrip.provider.wire import Body, Facts, Price, RateFacts, Roles, SizeFacts, Switch

if TYPE_CHECKING:
    from teststrip.base import where
    from teststrip.base.yaml import Marks
    from teststrip.provider.drafts import Front
    from teststrip.provider.findings import Findings
    from teststrip.provider.headers import Trouble
    from teststrip.provider.model import Parameter

_SWITCHES: Final = ("sync", "base64")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACE: Final = re.compile(r"[^.\s]+(\.[^.\s]+)*")
_BODY: Final = ("submit", "body")
_BRACES: Final = re.compile(r"\{[^{}]*\}|[{}]")
_OF_POLLING: Final = (
    ("reply", "poll_urls"),
    ("reply", "result_urls"),
    ("reply", "forms", "poll"),
    ("reply", "forms", "result"),
)


def read_body(submit: Mapping[str, Any]) -> Body:
    """Read where a body has what; well-formed, as the schema says."""
    body = submit.get("body", {})
    places = {name: place for place, names in body.get("places", {}).items() for name in names}
    return Body(places, body.get("rest", ""), body.get("fixed", {}), body.get("media", "base64"))


def read_roles(roles: Mapping[str, Any]) -> Roles:
    """Read what parameters mean."""
    read: dict[str, Any] = {name: _switch(told) if name in _SWITCHES else told for name, told in roles.items()}
    read["means"] = {role: dict(words) for role, words in roles.get("means", {}).items()}
    read["adds"] = read_additions(roles.get("adds", ()))
    return Roles(**read)


def read_facts(facts: Mapping[str, Any]) -> Facts:
    """Read what is known and decides nothing."""
    rate, sizes = RateFacts(**facts.get("rate", {})), SizeFacts(**facts.get("sizes", {}))
    return Facts(rate, sizes, facts.get("links"))


def read_price(price: Mapping[str, Any] | None) -> Price | None:
    """Read what a request costs."""
    if price is None:
        return None
    return Price(
        unit=price["unit"],
        expression=str(price["expression"]),
        estimate=price.get("estimate", True),
        terms=tuple((name, str(text)) for name, text in price.get("terms", {}).items()),
        assume={
            name: value if isinstance(value, bool) else Decimal(repr(value))
            for name, value in price.get("assume", {}).items()
        },
        note=price.get("note", ""),
    )


def drawn_seed(parameters: tuple[Parameter, ...], roles: Roles) -> tuple[Parameter, ...]:
    """Let the seed be drawn at plan time where the page gives no default: no picture could be made again else."""
    return tuple(
        replace(one, random_default=True)
        if one.name == roles.seed and one.kind == "integer" and one.default is ABSENT and not one.required
        else one
        for one in parameters
    )


def check_wiring(front: Front, known: Sequence[str], findings: Findings) -> None:
    """Note every name in the front matter that is none of the page's parameters, and what contradicts itself.

    `known` are the names of the top-level parameters.
    """
    for path, message, suggestion, on_key in (
        *_bad_exchange(front),
        *_bad_paths(front),
        *bad_headers(front),
        *_bad_places(front, known),
        *_bad_roles(front, known),
        *bad_forms(front),
    ):
        place = front.marks.key(path) if on_key else front.marks.value(path)
        findings.add(place, dotted(path), message, suggestion)
    if front.price is not None:
        _check_price(front.price, known, front.marks, findings)


def _switch(told: str | Mapping[str, Any]) -> Switch:
    if isinstance(told, str):
        return Switch(told)
    (name, value), *_ = [*told.items(), ("", True)]
    return Switch(name, value)


def _bad_exchange(front: Front) -> Iterator[Trouble]:
    """Find what is missing, or has no sense, where a prediction is asked after, and where it comes at once."""
    told = front.marks.values
    if front.poll.path:
        for name in ("ids", "statuses", "words"):
            if ("reply", name) not in told:
                said = f"{name} is missing: what is polled has an id, and words for how it stands"
                yield ("reply",), said, None, False
        if ("submit", "deadline") in told:
            yield ("submit", "deadline"), "what is polled has its deadline under poll", None, True
        return
    if front.reply.statuses and not front.reply.words:
        yield ("reply", "statuses"), "words is missing: what the words found there mean", None, True
    for path in _OF_POLLING:
        if path in told:
            said = "without poll the pictures come with the answer to a submit; nothing is asked for later"
            yield path, said, None, True
    if front.roles.sync is not None:
        yield ("roles", "sync"), "without poll every answer has the pictures; nothing turns that on", None, True


def _bad_paths(front: Front) -> Iterator[Trouble]:
    """Find what an address has in braces and nothing fills; `id` must be one whole value of a query."""
    for at, address, slots in (
        (("submit", "path"), front.submit_path, ("model", "scenario")),
        (("poll", "path"), front.poll.path, ("id", "model")),
        (("poll", "result"), front.poll.result_path, ("id", "model")),
    ):
        told = _BRACES.findall(address)
        for slot in dict.fromkeys(told):
            if slot.strip("{}") not in slots or slot != f"{{{slot.strip('{}')}}}":
                known = " and ".join(f"{{{name}}}" for name in slots)
                yield at, f"{slot} is filled by nothing; there are {known}", near(slot.strip("{}"), slots), False
            elif told.count(slot) > 1:
                yield at, f"{slot} stands here twice", None, False
        query = address.partition("?")[2]
        if "{id}" in query and not re.search(r"(^|&)[^&={}]+={id}(&|$)", query):
            yield at, "an id in the query is the whole of a value, as in ?id={id}", None, False


def _bad_places(front: Front, known: Sequence[str]) -> Iterator[Trouble]:
    body = front.body
    for kind, listed in (("fixed", body.fixed), ("places", front.body_places)):
        for place in listed:
            if not _PLACE.fullmatch(place):
                said = f"{place!r} is not the place of a member; write names with dots between"
                yield (*_BODY, kind, place), said, None, True
    seen: set[str] = set()
    for place, names in front.body_places.items():
        for index, name in enumerate(names):
            path = (*_BODY, "places", place, index)
            if name not in known:
                yield path, _unknown(name), near(name, known), False
            elif name in seen:
                yield path, f"{name} has a place already", None, False
            elif body.path(name) in body.fixed:
                yield path, f"{body.path(name)} is a fixed member", None, False
            seen.add(name)
    yield from _overlaps(front, known)


def _overlaps(front: Front, known: Sequence[str]) -> Iterator[Trouble]:
    """Find members that would lie in one another, which no JSON object can have."""
    body = front.body
    taken: dict[str, where.Path] = {place: (*_BODY, "fixed", place) for place in body.fixed}
    for place, names in front.body_places.items():
        for index, name in enumerate(names):
            taken.setdefault(body.path(name), (*_BODY, "places", place, index))
    for name in known:
        taken.setdefault(body.path(name), (*_BODY, "rest") if body.rest else _BODY)
    for place, told in taken.items():
        inner = next((other for other in taken if other.startswith(f"{place}.")), None)
        if inner is not None:
            yield told, f"{place} cannot hold a value, for {inner} lies in it", None, False


def _bad_roles(front: Front, known: Sequence[str]) -> Iterator[Trouble]:
    for role, told in front.roles_told.items():
        path = ("roles", role)
        if role == "adds":
            yield from bad_additions(told, known, front.models)
        elif role == "means":
            for name in told:
                if getattr(front.roles, name) is None:
                    yield (*path, name), f"no parameter has the role {name}", None, True
        elif isinstance(told, str):
            if told not in known:
                yield path, _unknown(told), near(told, known), False
        elif len(told) != 1:
            yield path, "name one parameter, and the value that turns it on", None, False
        else:
            (name,) = told
            if name not in known:
                yield (*path, name), _unknown(name), near(name, known), True


def _check_price(price: Price, known: Sequence[str], marks: Marks, findings: Findings) -> None:
    names = [*known, *GIVEN]
    for name in price.assume:
        _check_name(name, names, ("price", "assume", name), marks, findings)
        names.append(name)
    for name, text in price.terms:
        _check_expression(text, names, ("price", "terms", name), marks, findings)
        _check_name(name, names, ("price", "terms", name), marks, findings)
        names.append(name)
    _check_expression(price.expression, names, ("price", "expression"), marks, findings)


def _check_name(name: str, taken: Sequence[str], path: where.Path, marks: Marks, findings: Findings) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in CONSTANTS:
        findings.add(marks.key(path), dotted(path), f"{name!r} is not a name that an expression can mention")
    elif name in taken:
        findings.add(marks.key(path), dotted(path), f"{name} means something already")


def _check_expression(text: str, known: Sequence[str], path: where.Path, marks: Marks, findings: Findings) -> None:
    start = marks.value(path)
    try:
        expression = parse_expression(text)
    except ExpressionFault as fault:
        # The text's own column is told in words: quotes and line breaks of the YAML would shift it.
        said = f"{fault.message} (character {fault.column + 1})" if fault.column else fault.message
        findings.add(start, dotted(path), said, near(fault.name, known) if fault.name else None)
        return
    for name in sorted(expression.names - set(known)):
        findings.add(start, dotted(path), _unknown(name), near(name, known))


def _unknown(name: str) -> str:
    return f'"{name}" is no parameter of this page'
