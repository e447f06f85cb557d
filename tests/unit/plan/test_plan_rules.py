"""What a page says of several parameters at once is told at the place in the recipe that breaks it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from teststrip.base.where import Where
from teststrip.plan.make import draft_plan
from teststrip.provider import catalogue
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Constraint, Provider
from teststrip.provider.page import read_page
from teststrip.recipe.load import read_text
from teststrip.schema.check import find_faults
from teststrip.schema.recipe import recipe_schema

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
HERE = Where("page.md", 1, 1)
EXCLUSIVE = Constraint("exclusive", ("image", "controlnet_condition"), HERE)
ANY = Constraint("any", ("image", "controlnet_condition"), HERE)
TOGETHER = Constraint("together", ("image", "controlnet_model"), HERE)
APART = "controlnet_condition and image do not go together: give one of them"
NEITHER = "image or controlnet_condition is missing: one of them is required, under params or as an axis"
ALONE = "controlnet_model is required when image is given: write it under params, or as an axis"
MISSPELT = "imagge is no parameter of nai-diffusion-4-5-full; did you mean 'image'?"
INFILL = "params: {prompt: x, action: infill, "


def page(*constraints: Constraint) -> Provider:
    known = find_provider("gptproto")
    assert known is not None
    return dataclasses.replace(known, constraints=constraints)


def problems(provider: Provider, text: str) -> list[str]:
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.recipe is not None
    return [str(problem) for problem in (*reading.problems, *draft_plan(reading.recipe, provider, "t")[1])]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (EXCLUSIVE, INFILL + "image: a}", []),
        (
            EXCLUSIVE,
            INFILL + "image: a, controlnet_model: hed, controlnet_condition: b}",
            [f"r.yaml:3:92  params.controlnet_condition  {APART}"],
        ),
        (
            EXCLUSIVE,
            INFILL + "image: a, controlnet_model: hed}\naxes: {controlnet_condition: [b, c]}",
            [
                f"r.yaml:4:{column}  axes.controlnet_condition[{index}]  {APART} "
                f"(1 of 2 cells: controlnet_condition {value})"
                for index, column, value in ((0, 31, "b"), (1, 34, "c"))
            ],
        ),
        (
            ANY,
            "params: {prompt: x}",
            [f"r.yaml:3:9  params  {NEITHER}"],
        ),
        (ANY, INFILL + "image: a}", []),
        (
            ANY,
            INFILL + "imagge: a}",
            [f"r.yaml:3:37  params.imagge  {MISSPELT}"],
        ),
        (
            TOGETHER,
            INFILL + "image: a}",
            [f"r.yaml:3:44  params.image  {ALONE}"],
        ),
        (TOGETHER, INFILL + "image: a}\naxes: {controlnet_model: all}", []),
    ],
)
def test_a_broken_rule_is_told_where_it_is_broken(rule: Constraint, text: str, expected: list[str]) -> None:
    assert problems(page(rule), text + "\n") == expected


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ("[karras, 3]", []),
        ("3, 4, ..., 9", []),
        ("[3, 4, ..., 9]", []),
        ("{count: 4, from: 1}", []),
        ("[kerras]", ["r.yaml:5:20  axes.noise_schedule[0]", "karras"]),
    ],
)
def test_an_axis_of_a_union_has_the_forms_of_all_its_kinds(axis: str, expected: list[str]) -> None:
    known = page()
    schedule = next(p for p in known.parameters if p.name == "noise_schedule")
    union = dataclasses.replace(schedule, or_kinds=("integer",))
    parameters = tuple(union if p is schedule else p for p in known.parameters)
    provider = dataclasses.replace(known, parameters=parameters)
    found = problems(provider, f"params: {{prompt: x}}\naxes:\n  noise_schedule: {axis}\n")
    assert len(found) == bool(expected)
    assert all(words in found[0] for words in expected)
    body: Any = {
        "teststrip": 1,
        "model": f"gptproto/{known.models[0].id}",
        "axes": {"noise_schedule": yaml.safe_load(axis)},
    }
    assert bool(find_faults(body, recipe_schema(provider, known.models[0].id))) == bool(expected)


def test_what_one_parameter_needs_inside_another_is_told_at_the_item_that_lacks_it() -> None:
    text = (Path(catalogue.__file__).with_name("pages") / "gptproto-novelai.md").read_text("utf-8")
    row = "| `vibe_transfer[].image` | string (Base64 or URL) | yes |"
    provider = read_page(text.replace(row, row.replace("| yes |", "| yes (when action is infill) |")), "page.md")
    recipe = "vibe_transfer: [{image: a}, {strength: 0.5}]}\n"
    assert problems(provider, f"params: {{prompt: x, action: generate, {recipe}") == []
    assert problems(provider, f"{INFILL}{recipe}") == [
        "r.yaml:3:65  params.vibe_transfer[1]  image is missing; it is needed because action is infill"
    ]
