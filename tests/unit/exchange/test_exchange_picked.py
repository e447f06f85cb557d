from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from teststrip.base.json import Json, canonical
from teststrip.exchange.picked import Sweeps, sweeps_of
from teststrip.exchange.picked_boxes import fewest_boxes
from teststrip.exchange.picked_recipe import recipe_of_picks
from teststrip.plan.cells import digests_of
from teststrip.plan.make import draft_plan
from teststrip.plan.model import Plan
from teststrip.provider.catalogue import Catalogue, bundled_pages
from teststrip.provider.model import Provider
from teststrip.recipe.load import read_text

BASE: Mapping[str, Json] = {"prompt": "p", "steps": 28}

RECIPE = """
teststrip: 1
title: Looks
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "girl, ${{ style }}, ${{ '$' }}{{x}}", steps: 12, seed: 5}
axes:
  style:
    - {title: Ink, value: "ink: #1"}
    - {title: Oil, value: "oil \\"thick\\""}
  scale: [4, 5.5, 6]
  sampler: [k_euler, ddim_v3]
  finish:
    - {title: Draft, set: {steps: 12}}
    - {title: Final, set: {steps: 28, cfg_rescale: 0.2}}
"""


def rebuilt(sweeps: Sweeps) -> list[dict[str, Json]]:
    """Every request that the boxes hold."""
    requests = []
    for box in sweeps.boxes:
        for point in itertools.product(*box):
            request = dict(sweeps.shared)
            for factor, index in zip(sweeps.factors, point, strict=True):
                request |= factor.values[index]
            requests.append(request)
    return requests


def same(one: Sequence[Mapping[str, Json]], other: Sequence[Mapping[str, Json]]) -> bool:
    return sorted(map(canonical, one)) == sorted(map(canonical, other))


def test_a_whole_product_is_one_box() -> None:
    requests = [{**BASE, "scale": scale, "seed": seed} for scale in (4, 5) for seed in (1, 2, 3)]
    sweeps = sweeps_of(requests)
    assert sweeps.shared == BASE
    assert [factor.names for factor in sweeps.factors] == [("scale",), ("seed",)]
    assert sweeps.boxes == (((0, 1), (0, 1, 2)),)


def test_members_that_vary_together_are_one_factor() -> None:
    requests = [{**BASE, "scale": 4, "seed": 1}, {**BASE, "scale": 5, "seed": 2}]
    sweeps = sweeps_of(requests)
    assert len(sweeps.factors) == 1
    assert same(rebuilt(sweeps), requests)


def test_an_l_shape_takes_two_boxes() -> None:
    requests = [{**BASE, "scale": a, "seed": b} for a, b in ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2))]
    sweeps = sweeps_of(requests)
    assert len(sweeps.boxes) == 2
    assert same(rebuilt(sweeps), requests)


def test_a_member_that_some_have_not_is_kept_away_from_them() -> None:
    requests: list[Mapping[str, Json]] = [{**BASE, "seed": 1, "x": 1}, {**BASE, "seed": 2}]
    assert same(rebuilt(sweeps_of(requests)), requests)


@settings(max_examples=150, deadline=None)
@given(
    st.sets(
        st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.sampled_from([0, 1])),
        min_size=1,
        max_size=20,
    ),
    st.booleans(),
)
def test_boxes_hold_just_the_requests_each_once(places: set[tuple[int, ...]], joined: bool) -> None:  # noqa: FBT001
    requests: list[Mapping[str, Json]] = []
    for place in sorted(places):
        request: dict[str, Json] = {**BASE, **dict(zip("abcd", place, strict=True))}
        request["both"] = f"{place[0]}{place[1]}"
        if place[3]:
            del request["d"]
        requests.append(request)
    assert same(rebuilt(sweeps_of(requests, joined=joined)), requests)


def fewest(shape: tuple[int, ...], places: frozenset[tuple[int, ...]]) -> int:
    """Count the boxes of the best partition by trying all: each place belongs to some box of a full list."""
    sides = [[side for size in range(1, n + 1) for side in itertools.combinations(range(n), size)] for n in shape]
    every = [frozenset(itertools.product(*box)) for box in itertools.product(*sides)]

    @functools.cache
    def least(left: frozenset[tuple[int, ...]]) -> int:
        if not left:
            return 0
        first = min(left)
        return 1 + min(least(left - box) for box in every if first in box and box <= left)

    return least(places)


SHAPES = ((3, 3), (2, 4), (2, 2, 2), (3, 2, 2))


@given(
    st.sampled_from(SHAPES).flatmap(
        lambda shape: st.tuples(
            st.just(shape), st.frozensets(st.sampled_from(list(itertools.product(*map(range, shape)))), min_size=1)
        )
    )
)
@example(((3, 4), frozenset({(0, 1), (0, 2), (0, 3), (1, 0), (1, 2), (1, 3), (2, 0), (2, 1), (2, 3)})))
@example(((2, 2, 2), frozenset(set(itertools.product((0, 1), repeat=3)) - {(0, 0, 0), (1, 1, 1)})))
def test_no_fewer_boxes_would_do(case: tuple[tuple[int, ...], frozenset[tuple[int, ...]]]) -> None:
    shape, places = case
    boxes = fewest_boxes(places)
    held = [place for box in boxes for place in itertools.product(*box)]
    assert sorted(held) == sorted(places)
    assert len(boxes) == fewest(shape, places)


def test_many_places_are_parted_in_time() -> None:
    places = {place for place in itertools.product(range(6), repeat=4) if sum(place) % 3 and place[0] != place[1]}
    boxes = fewest_boxes(places)
    assert sorted(place for box in boxes for place in itertools.product(*box)) == sorted(places)


@pytest.fixture(scope="module")
def provider() -> Provider:
    found = Catalogue(bundled_pages()).find("gptproto")
    assert found is not None
    return found


def digests_by(text: str, plan: Plan, provider: Provider) -> list[str] | None:
    """Plan a recipe as the commands do, for the target of another plan; None where that has problems."""
    reading = read_text(text, "picked.yaml")
    if reading.recipe is None or reading.problems:
        return None
    made, problems = draft_plan(reading.recipe, provider, plan.target)
    return None if made is None or problems else list(digests_of(made.cells))


def planned(text: str, provider: Provider) -> Plan:
    reading = read_text(text, "recipe.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    plan, problems = draft_plan(reading.recipe, provider, "darkroom/1")
    assert problems == []
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    "numbers",
    [(0,), (0, 1), (0, 5, 11), (3, 4, 7, 8, 20), tuple(range(24)), tuple(range(0, 24, 5)), (0, 0, 1)],
    ids=str,
)
def test_a_recipe_of_picks_makes_just_those_cells(numbers: tuple[int, ...], provider: Provider) -> None:
    plan = planned(RECIPE, provider)
    asked = []

    def tried(text: str) -> list[str] | None:
        asked.append(text)
        return digests_by(text, plan, provider)

    text = recipe_of_picks(plan, numbers, tried)
    assert text is not None
    made = planned(text, provider)
    assert sorted(digests_of(made.cells)) == sorted({plan.cells[number].digest for number in numbers})
    assert "action:" not in text  # the provider's defaults are not written down
    assert len(asked) > 2


def test_the_labels_of_an_axis_stay_with_its_values(provider: Provider) -> None:
    plan = planned(RECIPE, provider)
    text = recipe_of_picks(plan, range(24), lambda _: [cell.digest for cell in plan.cells])
    assert text is not None
    assert "{title: Ink, " in text
    assert "  scale: [4, 5.5, 6]\n" in text
    assert "{title: Final, set: {cfg_rescale: 0.2, steps: 28}}" in text or "title: Final" in text


def test_no_recipe_is_made_up_that_makes_something_else(provider: Provider) -> None:
    plan = planned(RECIPE, provider)
    assert recipe_of_picks(plan, (0, 1), lambda _: None) is None
    assert recipe_of_picks(plan, (0, 1), lambda _: [plan.cells[0].digest, plan.cells[2].digest]) is None
    assert Path("picked.yaml").exists() is False


def test_nearly_all_cells_are_one_sweep_with_a_condition(provider: Provider) -> None:
    plan = planned(RECIPE, provider)
    numbers = [number for number in range(24) if number not in {4, 17}]
    text = recipe_of_picks(plan, numbers, lambda text: digests_by(text, plan, provider))
    assert text is not None
    assert "grids:" not in text
    assert text.count(" or ") >= 2
    made = planned(text, provider)
    assert sorted(digests_of(made.cells)) == sorted(plan.cells[number].digest for number in numbers)
