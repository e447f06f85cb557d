"""A fault plan's own mistakes: all at once, each at its place."""

from __future__ import annotations

import contextlib
import json

import jsonschema
import pytest
from emulator_bench import gptproto
from hypothesis import given
from hypothesis import strategies as st

from teststrip.emulator.faults import KINDS, POINTS, Rule, faults_schema, read_faults
from teststrip.emulator.variants import Variant
from teststrip.errors import InputError

GOOD = """\
seed: 7
skew: -90.5
rules:
  - {at: submit, fault: error, status: 429, retry_after: 2, nth: [1, 3]}
  - {at: submit, fault: reset, when: answered, chance: 0.1}
  - {at: picture, fault: expired, every: 4}
  - {at: poll, fault: variant, mix: true, around: array}
"""
BAD = """\
seed: -1
sead: 3
rules:
  - {at: submit, fault: eror, status: 429}
"""
WORSE = """\
rules:
  - {at: sumbit, fault: error}
  - {at: submit, fault: truncated, keep: 2}
  - {at: submit, fault: slow, seconds: 1, status: 500}
  - {at: picture, fault: word, word: a}
  - {at: poll, fault: error, status: 500, charged: true}
  - {at: submit, fault: stuck, every: 2, chance: 0.5}
  - {at: submit, fault: stuck, lasting: true}
  - {at: submit, fault: variant, id: data.taskid, outputs: b64json, outputs_at: nowhere}
  - {at: result, fault: slow, seconds: 1}
"""


def complaints(text: str) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_faults(text, "faults.yaml", gptproto())
    return [str(problem) for problem in refused.value.problems]


def test_a_plan_becomes_its_rules() -> None:
    plan = read_faults(GOOD, "faults.yaml", gptproto())
    assert (plan.seed, plan.skew) == (7, -90.5)
    assert plan.rules == (
        Rule("submit", "error", nth=(1, 3), status=429, retry_after=2),
        Rule("submit", "reset", chance=0.1, when="answered"),
        Rule("picture", "expired", every=4, status=403),
        Rule("poll", "variant", mix=True, variant=Variant(around="array")),
    )


def test_what_is_no_plan_is_told_all_at_once() -> None:
    first, second, third = complaints(BAD)
    assert first.startswith("faults.yaml:1:7  seed  ")
    assert second.startswith("faults.yaml:2:1  sead  ")
    assert "did you mean 'seed'?" in second
    assert third.startswith("faults.yaml:4:25  rules[0].fault  ")
    assert "did you mean 'error'?" in third


def test_what_no_rule_can_say_is_told_for_each_rule() -> None:
    told = complaints(WORSE)
    assert [line.partition("  ")[2].partition("  ")[0] for line in told] == [
        "rules[0]",
        "rules[0].at",
        "rules[1].keep",
        "rules[2].status",
        "rules[3].at",
        "rules[4].charged",
        "rules[5].chance",
        "rules[6].lasting",
        "rules[7].id",
        "rules[7].outputs",
        "rules[7].outputs_at",
        "rules[8].at",
    ]
    assert "status is missing" in told[0]
    assert "did you mean 'submit'?" in told[1]
    assert "did you mean 'data.taskId'?" in told[8]
    assert "did you mean 'b64_json'?" in told[9]


@pytest.mark.parametrize(
    "text", ["", "- a", "rules: 3", "rules: [3]", "rules: [{fault: }]", "{", "rules: [{at: poll}]"]
)
def test_text_that_is_something_else_is_an_error_with_a_place(text: str) -> None:
    assert all(line.startswith("faults.yaml:") for line in complaints(text))


def test_the_schema_for_editors_knows_every_fault() -> None:
    schema = faults_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, (points, members) in KINDS.items():
        assert set(points) <= set(POINTS)
        samples = {"STATUS": 500, "SECONDS": 1, "WORD": "a"}
        rule = {"at": points[0], "fault": name, **{m.lower(): samples[m] for m in members if m.isupper()}}
        jsonschema.validate({"rules": [rule]}, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"rules": [{**rule, "no_such": 1}]}, schema)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KINDS, "at", "fault", "rules"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_document_is_a_plan_or_a_list_of_problems(value: object) -> None:
    text = json.dumps({"rules": value})
    with contextlib.suppress(InputError):
        assert read_faults(text, "faults.yaml", gptproto()).rules == ()
