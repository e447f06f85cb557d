"""What is true of every difference, whatever the providers."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from diff_cases import objects, pairs
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from teststrip.schema.check import find_faults
from teststrip.schema.diff.offers import diff_providers, worst
from teststrip.schema.request import request_schema

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject

    from teststrip.provider.model import Constraint, Provider
    from teststrip.schema.diff.changes import Change

# Few by default, since the suite is to stay quick; set TESTSTRIP_EXAMPLES to search for longer.
EXAMPLES = int(os.environ.get("TESTSTRIP_EXAMPLES", "40"))
# Kinds that cannot be ordered: both ways something breaks.
BOTH_WAYS = {"retyped", "renamed", "size-changed", "multipleOf-changed", "pattern-changed", "rule-changed"}


def meets(constraint: Constraint, request: dict[str, Any]) -> bool:
    count = sum(request.get(name) is not None for name in constraint.parameters)
    return {
        "exclusive": count <= 1,
        "any": count >= 1,
        "one": count == 1,
        "together": count in (0, len(constraint.parameters)),
    }[constraint.kind]


def good(provider: Provider, schema: dict[str, Any], request: dict[str, Any]) -> bool:
    return not find_faults(request, schema) and all(meets(one, request) for one in provider.constraints)


@settings(max_examples=EXAMPLES)
@given(pairs())
def test_nothing_differs_from_itself(pair: tuple[Provider, Provider]) -> None:
    assert all(diff_providers(one, one) == () for one in pair)


@settings(max_examples=EXAMPLES)
@given(pairs())
def test_the_same_question_has_the_same_answer_and_it_is_json(pair: tuple[Provider, Provider]) -> None:
    changes = diff_providers(*pair)
    assert diff_providers(*pair) == changes
    assert json.dumps([change.to_json() for change in changes], allow_nan=False)
    assert all(change.sentence and change.kind for change in changes)


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], max_examples=EXAMPLES)
@given(st.data(), pairs())
def test_when_nothing_breaks_every_good_request_stays_good(
    data: DataObject, pair: tuple[Provider, Provider]
) -> None:
    old, new = pair
    if worst(diff_providers(old, new)) == "breaks":
        old, new = new, old
    changes = diff_providers(old, new)
    assume(changes and worst(changes) != "breaks")
    before, after = request_schema(old, "m"), request_schema(new, "m")
    for _ in range(5):
        request = data.draw(objects(before))
        if good(old, before, request):
            event("a good request")
            assert find_faults(request, after) == []
            assert good(new, after, request)


def severities(changes: tuple[Change, ...]) -> set[tuple[str, str]]:
    return {(change.path, change.severity) for change in changes}


@settings(max_examples=EXAMPLES)
@given(pairs())
def test_what_widens_one_way_breaks_the_other_way(pair: tuple[Provider, Provider]) -> None:
    there, back = diff_providers(*pair), diff_providers(pair[1], pair[0])
    for one, other in ((there, back), (back, there)):
        mirrored = severities(other)
        for change in one:
            if change.severity == "widens":
                assert (change.path, "breaks") in mirrored, change
            if change.severity == "breaks" and change.kind not in BOTH_WAYS | {"added-required", "removed"}:
                assert (change.path, "widens") in mirrored, change
            if change.severity == "changes":
                assert (change.path, "changes") in mirrored, change
