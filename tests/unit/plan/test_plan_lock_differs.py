"""A lock held against another page, another teststrip, another plan."""

from __future__ import annotations

import functools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.plan.lock import dump_lock
from teststrip.plan.lock_check import refusals
from teststrip.plan.lock_diff import compare, page_differs, versions_differ
from teststrip.plan.lock_read import parse_lock
from teststrip.plan.make import make_plan
from teststrip.plan.model import Cell, Plan
from teststrip.provider import catalogue
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.recipe.load import read_text
from teststrip.schema.check import find_faults
from teststrip.schema.request import request_schema

PAGE = (Path(catalogue.__file__).parent / "pages" / "gptproto-novelai.md").read_text("utf-8")
HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
SWEEP = "params: {prompt: x}\naxes:\n  sampler: [k_euler, ddim_v3]\n  steps: [12, 28, 40]\n"


@functools.cache
def page(*changes: tuple[str, str]) -> Provider:
    text = PAGE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_page(text, "gptproto-novelai.md")


def locked(text: str = SWEEP, target: str = "darkroom/1") -> Plan:
    """A plan as it comes out of its lock."""
    recipe = read_text(HEAD + text, "r.yaml").recipe
    assert recipe is not None
    return parse_lock(dump_lock(make_plan(recipe, page(), target)), "plan.lock.json")


def told(plan: Plan, *changes: tuple[str, str]) -> list[str]:
    return [f"{one.cell} {one.path} {one.message} x{one.cells}" for one in refusals(plan, page(*changes))]


def test_the_page_of_then_takes_all_that_was_planned() -> None:
    assert refusals(locked(), page()) == []
    assert list(page_differs(locked(), page())) == []


def test_a_page_that_has_changed_is_told_parameter_by_parameter() -> None:
    found = list(page_differs(locked(), page(("| `28` | 1 - 50 |", "| `28` | 1 - 30 |"))))
    lead = "page gptproto-novelai.md is not the one that this was planned with"
    assert found == [f"{lead}: steps: must be at most 30 now; it was at most 50"]


def test_a_page_that_changed_elsewhere_is_told_in_one_line() -> None:
    (line,) = page_differs(locked(), page(("title: NovelAI image models", "title: The image models")))
    assert line.endswith("what requests to nai-diffusion-4-5-full may hold is the same")


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"properties": "x", "required": 5, "allOf": "y"},
        {"properties": {"prompt": {"type": ["x", 5], "enum": {"a": 1}}}, "required": [{}]},
        {"properties": {"sampler": {"$ref": "http://127.0.0.1:9/x"}}},
        {"properties": {"sampler": {"allOf": [{"$dynamicRef": "#x"}]}}},
        {
            "properties": {
                "sampler": {"pattern": "(.*)*" * 40 + "!"},
                "size": {"patternProperties": {"(.*)*!": {}}},
            }
        },
        {"properties": {"size": {"x-teststrip-size": {"minimum": "x"}}}},
        {
            "properties": {
                "size": {"x-teststrip-size": 3, "enum": [1]},
                "steps": {"multipleOf": 1e-300, "enum": [9]},
            }
        },
        {"properties": {"a": {"items": {"items": {"items": {"anyOf": []}}}}}},
        {"properties": {f"p{number}": {} for number in range(30_000)}},
        json.loads('{"properties":{"a":' * 100 + "{}" + "}}" * 100),
        {"$defs": {"a": {"$ref": "#/$defs/a"}}, "properties": {"steps": {"$ref": "#/$defs/a"}}},
    ],
)
def test_the_schema_of_a_lock_from_anybody_is_compared_or_not_and_never_followed(schema: dict[str, Json]) -> None:
    odd = replace(locked(), page_request=schema, page_digest="0" * 64)
    found = list(page_differs(odd, page()))
    assert found
    assert all(line.startswith("page gptproto-novelai.md is not the one") for line in found)


def test_what_the_page_refuses_now_is_told_once_with_its_cells() -> None:
    assert told(locked(), ("| `28` | 1 - 50 |", "| `28` | 1 - 30 |")) == [
        "2 ('steps',) 40 is above the maximum 30 x2"
    ]


def test_a_value_and_a_parameter_that_are_gone_are_told() -> None:
    (gone,) = told(locked(), ("`ddim_v3`", "`ddim_v9`"))
    assert gone.startswith("3 ('sampler',)")
    assert gone.endswith("x3")
    (unknown,) = told(locked(), ("| `cfg_rescale` |", "| `rescale` |"))
    assert unknown.startswith("0 ('cfg_rescale',)")
    assert unknown.endswith("x6")


def test_what_has_become_required_is_told() -> None:
    row = "| `cfg_rescale` | float |"
    (missing,) = told(locked(), (row, f"| `mood` | integer | yes | - | 1 - 9 | Its mood |\n{row}"))
    assert missing == "0 () mood is missing x6"


WHOLE: dict[str, Json] = {"prompt": "x", "size": "832x1216", "steps": 28, "seed": 1, "action": "generate"}
PARTS: dict[str, list[Json]] = {
    "prompt": ["x", "", None, 3],
    "steps": [28, 0, 51, "28", True, None],
    "seed": [1, -1],
    "action": ["generate", "img2img", "infill", "other"],
    "image": ["aGVsbG8=", None, 3],
    "strength": [0.5, 2],
    "size": ["832x1216", "1x1"],
    "character_prompts": [[], [{"prompt": "a"}], [{"promt": "a"}], "x"],
    "unknown": [1],
}


@given(st.lists(st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in PARTS.items()}), max_size=6))
def test_looking_at_each_value_once_finds_what_looking_at_every_request_finds(
    requests: list[dict[str, Json]],
) -> None:
    whole = [{**WHOLE, **request} for request in requests]
    cells = tuple(Cell((number,), request, "") for number, request in enumerate(whole))
    schema = request_schema(page(), "nai-diffusion-4-5-full")
    each = [{(fault.path, fault.message) for fault in find_faults(request, schema)} for request in whole]
    found = {(one.path, one.message): one.cells for one in refusals(replace(locked(), cells=cells), page())}
    assert found == dict(Counter(fault for faults in each for fault in faults))


def test_two_plans_are_compared_by_digest() -> None:
    before = locked()
    after = locked(SWEEP.replace("[12, 28, 40]", "[12, 30, 50]"))
    found = compare(before, after)
    assert (found.same, found.new, found.gone) == (2, 4, 4)
    assert str(found) == "2 cells the same, 4 new, 4 gone (steps: 30 and 50 are new, 28 and 40 are gone)"
    assert str(compare(before, before)) == "6 cells the same, 0 new, 0 gone"


def test_another_order_another_title_and_another_axis_are_the_same_cells() -> None:
    after = locked("title: X\nparams: {prompt: x, steps: 12}\naxes:\n  sampler: [ddim_v3, k_euler]\n")
    found = compare(locked(), after)
    assert (found.same, found.new, found.gone) == (2, 0, 4)


def test_another_target_makes_every_cell_another() -> None:
    found = compare(locked(), locked(target="live https://x.example"))
    assert (found.same, found.new, found.gone) == (0, 6, 6)
    assert str(found).endswith("(target darkroom/1 -> live https://x.example)")


@pytest.mark.parametrize(
    ("made_by", "renderer", "lines"),
    [
        (None, "1", 0),
        ("0.0.1", "1", 1),
        (None, "2", 1),
        ("0.0.1", "2", 2),
    ],
)
def test_another_teststrip_and_another_darkroom_are_told(made_by: str | None, renderer: str, lines: int) -> None:
    plan = locked()
    if made_by is not None:
        plan = replace(plan, made_by=made_by)
    assert len(list(versions_differ(plan, renderer))) == lines
