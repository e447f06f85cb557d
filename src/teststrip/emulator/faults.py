"""A fault plan: which exchanges go wrong, and how. Read from YAML, with every mistake told at its place.

A rule names the moment that it is about (`at`), what goes wrong (`fault`) and when: the `nth` exchange at that
moment, `every` so many, by `chance`, or always. Chance is drawn from the seed, the rule, and what was asked for
(and how often before), so it falls the same way whatever the order in which requests come. The first rule that
fires is the one that happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, cast

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.base.where import Path, Problem, dotted
from teststrip.base.yaml import Marks, parse_yaml
from teststrip.emulator.variants import AROUND, DATES, ERRORS, LINKS, Variant, id_places, output_forms
from teststrip.errors import InputError
from teststrip.provider.model import Provider
from teststrip.schema.check import find_faults

Point = Literal["submit", "poll", "result", "picture"]
POINTS: Final[tuple[Point, ...]] = ("submit", "poll", "result", "picture")


_PLAIN: Final = Variant()


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which exchanges go wrong; the fields after `lasting` belong to some faults only (`KINDS`).

    `nth` counts from 1. With `lasting`, chance is drawn for what is asked, not for how often it was asked, so the
    same request meets the fault every time. `seconds` is how long something takes, `keep` the part of a body that
    is sent. `when` of a reset is before the request was read (`head`), before it was done (`read`) or after
    (`answered`); `charged` says that an error is told only after the request was accepted.
    """

    at: Point
    fault: str
    nth: tuple[int, ...] = ()
    every: int | None = None
    chance: float | None = None
    lasting: bool = False
    status: int = 500
    code: str = ""
    message: str = ""
    retry_after: float | None = None
    as_date: bool = False
    body: str = "page"
    charged: bool = False
    when: str = "read"
    seconds: float = 1.0
    keep: float = 0.5
    declared: bool = True
    word: str = ""
    mix: bool = False
    variant: Variant = _PLAIN


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """All rules, the seed of their chance, and by how many seconds the server's clock goes wrong."""

    rules: tuple[Rule, ...] = ()
    seed: int = 0
    skew: float = 0.0


_TEXT: Final = {"type": "string", "minLength": 1}
_YES: Final = {"type": "boolean"}
_SECONDS: Final = {"type": "number", "minimum": 0, "maximum": 86400}
_STATUS: Final = {"type": "integer", "minimum": 400, "maximum": 599}
_COUNT: Final = {"type": "integer", "minimum": 1}
_PART: Final = {"type": "number", "minimum": 0, "maximum": 1}
_WHEN: Final[dict[str, Any]] = {
    "at": {"enum": POINTS},
    "nth": {"type": ["integer", "array"], "minimum": 1, "items": _COUNT, "minItems": 1},
    "every": _COUNT,
    "chance": _PART,
    "lasting": _YES,
}
_ANSWERS: Final[tuple[Point, ...]] = ("submit", "poll", "result")

# What may go wrong: at which moments, and which further members a rule then has; those in capitals it must have.
KINDS: Final[Mapping[str, tuple[tuple[Point, ...], Mapping[str, Any]]]] = {
    "error": (
        POINTS,
        {
            "STATUS": _STATUS,
            "code": _TEXT,
            "message": _TEXT,
            "retry_after": _SECONDS,
            "as_date": _YES,
            "body": {"enum": ["page", "text", "html", "empty", "success"]},
            "charged": _YES,
        },
    ),
    "reset": (POINTS, {"when": {"enum": ["head", "read", "answered"]}}),
    "slow": (POINTS, {"SECONDS": _SECONDS}),
    "truncated": (POINTS, {"keep": _PART, "declared": _YES}),
    "expired": (("picture",), {"status": _STATUS}),
    "failed": (("submit",), {"message": _TEXT, "seconds": _SECONDS}),
    "moderated": (("submit",), {"message": _TEXT, "seconds": _SECONDS}),
    "cancelled": (("submit",), {"message": _TEXT, "seconds": _SECONDS}),
    "stuck": (("submit",), {}),
    "word": (_ANSWERS, {"WORD": _TEXT}),
    "variant": (
        _ANSWERS,
        {
            "mix": _YES,
            "around": {"enum": list(AROUND)},
            "id": _TEXT,
            "links": {"enum": list(LINKS)},
            "outputs": _TEXT,
            "outputs_at": _TEXT,
            "error": {"enum": list(ERRORS)},
            "dates": {"enum": list(DATES)},
        },
    ),
}
_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {"expired": {"status": 403}, "failed": {"seconds": 0.0}}


def faults_schema() -> dict[str, Any]:
    """Return the JSON Schema of a fault plan, for editors; a rule's own members are those of its fault."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "teststrip fault plan",
        **_frame({"type": "object", "oneOf": [_rule_schema(name) for name in KINDS]}),
    }


def _frame(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["rules"],
        "additionalProperties": False,
        "properties": {
            "seed": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
            "skew": {"type": "number", "minimum": -(10**9), "maximum": 10**9},
            "rules": {"type": "array", "items": rule},
        },
    }


_FRAME: Final = _frame({"type": "object", "required": ["fault"], "properties": {"fault": {"enum": list(KINDS)}}})


def _rule_schema(name: str) -> dict[str, Any]:
    points, members = KINDS[name]
    own = {member.lower(): schema for member, schema in members.items()}
    return {
        "type": "object",
        "required": ["fault", "at", *(member.lower() for member in members if member.isupper())],
        "additionalProperties": False,
        "properties": {"fault": {"const": name}, **_WHEN, "at": {"enum": list(points)}, **own},
    }


_RULES: Final = {name: _rule_schema(name) for name in KINDS}


def read_faults(text: str, file: str, provider: Provider) -> FaultPlan:
    """Read a fault plan for a page's emulator; raises InputError with every problem at its place."""
    document, problems = parse_yaml(text, file)
    if document is not None:
        problems = [*problems, *_problems(document.value, document.marks, provider)]
    if problems or document is None:
        raise InputError(problems)
    plan = cast("dict[str, Any]", document.value)
    return FaultPlan(tuple(_rule(rule) for rule in plan["rules"]), plan.get("seed", 0), plan.get("skew", 0.0))


def _problems(value: Json, marks: Marks, provider: Provider) -> Iterator[Problem]:
    broken = False
    for fault in find_faults(value, _FRAME):
        broken = True
        place = marks.key(fault.path) if fault.on_key else marks.value(fault.path)
        yield Problem(place, dotted(fault.path), fault.message, fault.suggestion)
    if broken:
        return
    rules = cast("dict[str, Sequence[dict[str, Any]]]", value)["rules"]
    for number, rule in enumerate(rules):
        path: Path = ("rules", number)
        found = find_faults(rule, _RULES[rule["fault"]])
        for fault in found:
            inner = (*path, *fault.path)
            place = marks.key(inner) if fault.on_key else marks.value(inner)
            yield Problem(place, dotted(inner), fault.message, fault.suggestion)
        for member, message, suggestion in () if found else _senseless(rule, provider):
            inner = (*path, member) if member else path
            yield Problem(marks.value(inner), dotted(inner), message, suggestion)


def _senseless(rule: Mapping[str, Any], provider: Provider) -> Iterator[tuple[str, str, str | None]]:
    """Yield what each member alone may say, but not this rule for this page: (member, message, suggestion)."""
    timed = [name for name in ("nth", "every", "chance") if name in rule]
    if len(timed) > 1:
        yield timed[1], f"a rule has one of nth, every and chance; this one has {timed[0]} already", None
    if rule.get("lasting") and "chance" not in rule:
        yield "lasting", "lasting is about chance, and this rule has none", None
    if rule.get("charged") and rule["at"] != "submit":
        yield "charged", "only a submit is charged for", None
    if provider.at_once and rule["at"] == "poll":
        yield "at", "this page has nothing to poll: the pictures come with the answer to a submit", "submit"
    if rule["at"] == "result" and not provider.poll.result_path:
        yield "at", "this page has no address for results: outputs come with the poll", "poll"
    reply = provider.reply
    known: dict[str, Sequence[str]] = {
        "id": id_places(reply),
        "outputs": output_forms(reply),
        "outputs_at": [path for path in reply.outputs if not path.endswith("]") and "[]." not in path],
    }
    for member, words in known.items():
        if member in rule and rule[member] not in words:
            yield member, f"the page has no such place or form; it has {listed(words)}", near(rule[member], words)


def _rule(given: Mapping[str, Any]) -> Rule:
    shape = {field.name for field in fields(Variant)}
    kind = given["fault"]
    own = {**_DEFAULTS.get(kind, {}), **given}
    variant = _PLAIN
    if kind == "variant":
        variant = Variant(**{name: value for name, value in own.items() if name in shape})
        own = {name: value for name, value in own.items() if name not in shape}
    nth = own.pop("nth", ())
    return Rule(**own, nth=(nth,) if isinstance(nth, int) else tuple(nth), variant=variant)
