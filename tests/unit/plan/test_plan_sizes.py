"""Sides and areas of pictures, held against what a page states of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from teststrip.base.json import Json
from teststrip.plan.make import draft_plan
from teststrip.plan.model import Cell
from teststrip.plan.sizes import area_faults, size_faults
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.provider.wire import Ceiling, Facts, Roles, SizeFacts
from teststrip.recipe.load import read_text

STRICT = SizeFacts(multiple_of=64, min_pixels=65_536, max_pixels=1_048_576)


def provider(facts: SizeFacts, roles: Roles | None = None) -> Provider:
    found = find_provider("gptproto")
    assert found is not None
    return replace(found, facts=Facts(sizes=facts), roles=roles or found.roles)


def problems(text: str, page: Provider) -> list[str]:
    head = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
    recipe = read_text(head + text, "r.yaml").recipe
    assert recipe is not None
    return [str(problem) for problem in draft_plan(recipe, page, "t")[1]]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("832x1216", []),
        ("1000x1024", ['"1000x1024" has the width 1000, which is no multiple of 64; the nearest is 960 or 1024']),
        ("64x32", ["the height 32", "has 2,048 pixels, and the page wants at least 65,536"]),
        ("2048x2048", ["has 4,194,304 pixels, and the page allows at most 1,048,576"]),
        ("wide", []),
        (None, []),
        (7, []),
    ],
)
def test_a_size_is_held_against_the_facts_of_the_page(value: Json, words: list[str]) -> None:
    found = list(size_faults(provider(STRICT), "size", value))
    assert len(found) == len(words)
    for said, word in zip(found, words, strict=True):
        assert word in said


def test_a_page_that_states_nothing_refuses_nothing() -> None:
    assert list(size_faults(provider(SizeFacts()), "size", "1000x1")) == []
    assert list(size_faults(provider(STRICT), "steps", 3)) == []


def test_a_size_beyond_the_facts_is_told_at_its_place_in_the_recipe() -> None:
    text = "params: {prompt: x}\naxes:\n  size: [832x1216, 1000x1000, 2048x2048]\n"
    near = "which is no multiple of 64; the nearest is 960 or 1024 (1 of 3 cells)"
    most = "and the page allows at most 1,048,576"
    assert problems(text, provider(STRICT)) == [
        f'r.yaml:5:20  axes.size[1]  "1000x1000" has the width 1000, {near}',
        f'r.yaml:5:20  axes.size[1]  "1000x1000" has the height 1000, {near}',
        f'r.yaml:5:31  axes.size[2]  "2048x2048" has 4,194,304 pixels, {most} (1 of 3 cells)',
    ]


def test_widths_and_heights_are_held_against_the_area_together() -> None:
    page = provider(STRICT, Roles(width="steps", height="seed"))
    text = "params: {prompt: x, steps: 50}\naxes:\n  seed: [64, 6400, 64000]\n"
    recipe = read_text(f"teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n{text}", "r.yaml").recipe
    assert recipe is not None
    plan, found = draft_plan(recipe, replace(page, facts=Facts()), "t")
    assert plan is not None, found
    assert list(area_faults(plan, replace(page, facts=Facts()))) == []
    assert list(area_faults(plan, page)) == [
        ("seed", "50 x 64 has 3,200 pixels, and the page wants at least 65,536"),
        ("seed", "50 x 64000 has 3,200,000 pixels, and the page allows at most 1,048,576"),
    ]
    assert list(size_faults(page, "steps", 50)) == ["50 is no multiple of 64; the nearest is 64"]


def test_what_a_target_draws_at_most_is_told_where_the_page_allows_more() -> None:
    page = replace(provider(SizeFacts(max_pixels=10_000)), ceiling=Ceiling(6_400, "that is too much"))
    told = {value: list(size_faults(page, "size", value)) for value in ("80x80", "81x80", "200x80")}
    assert told["80x80"] == []
    assert told["81x80"] == ['"81x80" has 6,480 pixels, and that is too much']
    assert told["200x80"] == ['"200x80" has 16,000 pixels, and the page allows at most 10,000']


def test_what_sides_a_target_draws_is_told_of_one_parameter_and_of_two() -> None:
    ceiling = Ceiling(10**9, "that is too much", (64, 200), "sides are from 64 to 200")
    page = replace(provider(SizeFacts()), ceiling=ceiling)
    assert list(size_faults(page, "size", "64x200")) == []
    assert list(size_faults(page, "size", "63x201")) == [
        '"63x201" has the width 63, and sides are from 64 to 200',
        '"63x201" has the height 201, and sides are from 64 to 200',
    ]
    page = replace(provider(SizeFacts(), Roles(width="steps", height="seed")), ceiling=ceiling)
    assert list(size_faults(page, "seed", 8)) == ["seed is 8, and sides are from 64 to 200"]
    assert list(size_faults(page, "scale", 8)) == []


def test_a_ceiling_holds_for_sides_in_two_parameters_too() -> None:
    found = find_provider("gptproto")
    assert found is not None
    page = replace(found, roles=replace(found.roles, size=None, width="steps", height="seed"))
    text = "params: {prompt: x, steps: 20}\naxes: {seed: [10, 20, 30], scale: [4, 5]}\n"
    recipe = read_text("teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n" + text, "r.yaml").recipe
    assert recipe is not None
    plan, wrong = draft_plan(recipe, page, "t")
    assert (plan is not None, wrong) == (True, [])
    assert plan is not None
    assert list(area_faults(plan, page)) == []
    low = replace(page, ceiling=Ceiling(400, "that is too much"))
    assert list(area_faults(plan, low)) == [("seed", "20 x 30 has 600 pixels, and that is too much")]


class Unwalked(Sequence[Cell]):
    """Cells that nobody may look at."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: object) -> Any:
        raise AssertionError("the cells are walked")


def test_cells_are_not_walked_for_what_the_limits_of_the_sides_keep_out() -> None:
    """Making each request of a large plan once more takes as long as planning it."""
    page = provider(SizeFacts(), Roles(width="steps", height="seed"))
    text = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: x, steps: 50, seed: 999}\n"
    recipe = read_text(text, "r.yaml").recipe
    assert recipe is not None
    plan, found = draft_plan(recipe, page, "t")
    assert plan is not None, found
    most = 50 * 4294967295  # both sides as long as the page has them
    unwalked = replace(plan, cells=Unwalked())
    assert list(area_faults(unwalked, replace(page, ceiling=Ceiling(most, "too much")))) == []
    with pytest.raises(AssertionError, match="walked"):
        list(area_faults(unwalked, replace(page, ceiling=Ceiling(most - 1, "too much"))))
    told = list(area_faults(plan, replace(page, ceiling=Ceiling(49_949, "too much"))))
    assert told == [("steps", "50 x 999 has 49,950 pixels, and too much")]
