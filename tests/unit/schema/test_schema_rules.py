"""Rules between the members of a request: what must, may and may not be given together."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import ABSENT, Json
from teststrip.base.where import Where, dotted
from teststrip.plan.rules import breaches
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Choice, Condition, Constraint, Parameter, Provider
from teststrip.provider.request import resolve_defaults
from teststrip.schema.check import find_faults
from teststrip.schema.recipe import recipe_schema
from teststrip.schema.request import request_schema

HERE = Where("page.md", 1, 1)
MODEL = "m"
Rule = Literal["exclusive", "any", "one", "together"]


def text(path: str, **facts: Any) -> Parameter:
    return Parameter(path, path.rpartition(".")[2], "string", HERE, **facts)


def listed(name: str, *children: Parameter) -> Parameter:
    return Parameter(name, name, "array", HERE, children=children)


def provider_of(parameters: tuple[Parameter, ...], *constraints: Constraint) -> Provider:
    known = find_provider("gptproto")
    assert known is not None
    return dataclasses.replace(known, parameters=parameters, constraints=constraints, common_sizes=())


def rule(kind: Rule, *paths: str) -> Constraint:
    return Constraint(kind, paths, HERE)


def told(provider: Provider, request: dict[str, Json]) -> list[str]:
    faults = find_faults(request, request_schema(provider, MODEL))
    return [f"{dotted(fault.path)}: {fault.message}" if fault.path else fault.message for fault in faults]


ABC = (text("a"), text("b"), text("c"))
APART = "a and b do not go together: give one of them"
SENTENCES: tuple[tuple[Rule, dict[str, Json], list[str]], ...] = (
    ("exclusive", {}, []),
    ("exclusive", {"a": "x", "c": "x"}, []),
    ("exclusive", {"a": "x", "b": "x"}, [APART]),
    ("any", {"a": "x", "b": "x"}, []),
    ("any", {"c": "x"}, ["a or b is missing: one of them is needed"]),
    ("one", {"b": "x"}, []),
    ("one", {}, ["a or b is missing: one of them is needed"]),
    ("one", {"a": "x", "b": "x"}, [APART]),
    ("together", {}, []),
    ("together", {"a": "x", "b": "x"}, []),
    ("together", {"b": "x"}, ["a is missing; it is needed because b is given"]),
)


@pytest.mark.parametrize(("kind", "request_", "expected"), SENTENCES)
def test_a_broken_rule_is_told_in_a_sentence(kind: Rule, request_: dict[str, Json], expected: list[str]) -> None:
    assert told(provider_of(ABC, rule(kind, "a", "b")), request_) == expected


def test_null_does_not_count_as_given() -> None:
    parameters = (text("a", nullable=True), text("b", nullable=True))
    assert told(provider_of(parameters, rule("exclusive", "a", "b")), {"a": None, "b": "x"}) == []
    assert told(provider_of(parameters, rule("any", "a", "b")), {"a": None}) != []
    assert told(provider_of(parameters, rule("together", "a", "b")), {"a": "x", "b": None}) == [
        "b is null; it is needed because a is given"
    ]


def test_what_a_model_does_not_take_asks_for_nothing() -> None:
    provider = provider_of((text("a"), text("b", models=("other",))), rule("one", "a", "b"))
    assert told(provider, {"a": "x"}) == []
    assert told(provider, {}) == ["a is missing"]


def test_a_rule_between_members_of_an_item_holds_in_every_item() -> None:
    shots = listed("shots", text("shots[].file"), text("shots[].url"))
    provider = provider_of((shots,), rule("one", "shots[].file", "shots[].url"))
    assert told(provider, {"shots": [{"url": "x"}, {}, {"file": "x", "url": "x"}]}) == [
        "shots[1]: file or url is missing: one of them is needed",
        "shots[2]: file and url do not go together: give one of them",
    ]


def test_a_need_that_a_sibling_decides_holds_in_its_own_item() -> None:
    kind = text("shots[].kind", choices=(Choice("file"), Choice("url")))
    address = text("shots[].address", required_when=Condition("shots[].kind", ("url",)))
    provider = provider_of((listed("shots", kind, address),))
    assert told(provider, {"shots": [{"kind": "file"}, {"kind": "url", "address": "x"}, {"kind": "url"}]}) == [
        "shots[2]: address is missing; it is needed because shots[].kind is url"
    ]


def test_a_default_gives_way_to_what_it_may_not_stand_beside() -> None:
    size, ratio = text("size", default="1K"), text("ratio")
    provider = provider_of((size, ratio), rule("exclusive", "size", "ratio"))
    assert resolve_defaults(provider, MODEL, {}) == {"size": "1K"}
    assert resolve_defaults(provider, MODEL, {"ratio": "2:3"}) == {"ratio": "2:3"}
    both = provider_of((size, dataclasses.replace(ratio, default="1:1")), rule("exclusive", "size", "ratio"))
    assert resolve_defaults(both, MODEL, {}) == {}


def test_a_default_answers_a_need() -> None:
    parameters = (text("a", default="x"), text("b"))
    assert told(provider_of(parameters, rule("any", "a", "b")), {}) == []
    assert told(provider_of(parameters, rule("together", "a", "b")), {"b": "y"}) == []


@pytest.mark.parametrize("by_default", [False, True])
def test_a_need_for_something_given_counts_the_default(by_default: bool) -> None:  # noqa: FBT001
    deciding = text("a", default="x" if by_default else ABSENT)
    provider = provider_of((deciding, text("b", required_when=Condition("a"))))
    assert (told(provider, {}) == []) == (not by_default)
    assert told(provider, {"a": "x"}) == ["b is missing; it is needed because a is given"]


def test_in_a_recipe_what_does_not_go_together_is_refused_and_what_is_missing_may_come_from_an_axis() -> None:
    provider = provider_of(ABC, rule("one", "a", "b"))
    schema = recipe_schema(provider, MODEL)
    head: dict[str, Json] = {"teststrip": 1, "model": f"gptproto/{MODEL}"}
    assert find_faults(head | {"params": {}}, schema) == []
    (fault,) = find_faults(head | {"params": {"a": "x", "b": "${{ y }}"}}, schema)
    assert (fault.path, fault.message) == (("params",), APART)


KINDS: tuple[Rule, ...] = ("exclusive", "any", "one", "together")
NAMES = ("a", "b", "c", "d")


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True)),
        max_size=3,
    ),
    st.sets(st.sampled_from(NAMES)),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["x", None])),
)
def test_the_plan_and_the_schema_find_the_same_requests_wrong(
    rules: list[tuple[Rule, list[str]]], with_default: set[str], request_: dict[str, Json]
) -> None:
    """The planner tells of rules by itself, for the sake of places; what it lets through, the schema does too."""
    parameters = tuple(
        text(name, nullable=True, default="d" if name in with_default else ABSENT) for name in NAMES
    )
    provider = provider_of(parameters, *(rule(kind, *names) for kind, names in rules))
    resolved = resolve_defaults(provider, MODEL, request_)
    found = list(breaches(provider.constraints, parameters, resolved))
    assert bool(found) == bool(find_faults(resolved, request_schema(provider, MODEL)))
    assert resolve_defaults(provider, MODEL, resolved) == resolved


def test_every_request_is_judged_as_its_rule_is_written() -> None:
    """All requests with three members, by counting: the reference for the schemas above."""
    counts: dict[Rule, set[int]] = {"exclusive": {0, 1}, "any": {1, 2, 3}, "one": {1}, "together": {0, 3}}
    for kind, allowed in counts.items():
        schema = request_schema(provider_of(ABC, rule(kind, "a", "b", "c")), MODEL)
        for given_ in itertools.product([False, True], repeat=3):
            request: dict[str, Json] = {name: "x" for name, there in zip("abc", given_, strict=True) if there}
            assert (find_faults(request, schema) == []) == (sum(given_) in allowed)
