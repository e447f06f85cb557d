"""A plan's sweep as a search sees it."""

from __future__ import annotations

from teststrip.plan.make import make_plan
from teststrip.plan.model import Plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text
from teststrip_plugin_optuna.space import space_of

HEAD = (
    "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: '${{ style }}'}\nvars: {style: ink}\n"
)


def planned(text: str) -> Plan:
    provider, recipe = find_provider("gptproto"), read_text(HEAD + text, "recipe.yaml").recipe
    assert provider is not None
    assert recipe is not None
    return make_plan(recipe, provider, "darkroom/1")


def test_numbers_are_searched_in_their_order_and_all_else_as_names() -> None:
    plan = planned("axes: {steps: [28, 4, 10], sampler: [k_euler, ddim_v3], seed: [1, 2, 3], scale: [5]}")
    space = space_of(plan, frozenset({"seed"}))
    assert [(dim.name, dim.ordered) for dim in space.dims] == [
        ("steps", True),
        ("sampler", False),
        ("seed", False),
    ]
    assert space.dims[0].choices == ((1,), (2,), (0,))
    assert (space.places, len(space.numbers)) == (18, 18)
    cell = plan.cells[space.numbers[0, 1, 2]]
    assert [plan.label(cell, axis) for axis in range(4)] == ["4", "ddim_v3", "3", "5"]


def test_a_place_that_a_condition_leaves_out_is_no_cell() -> None:
    space = space_of(
        planned("axes: {steps: [4, 10, 28], scale: [2, 5]}\nwhere: ['not (steps == 28 and scale == 5)']")
    )
    assert (space.places, len(space.numbers)) == (6, 5)
    assert (2, 1) not in space.numbers


def test_axes_that_advance_together_are_one_thing_to_choose() -> None:
    plan = planned("axes: {sampler: [k_euler, ddim_v3, k_dpmpp_2m], steps: [30, 20, 10]}\nzip: [[sampler, steps]]")
    (dim,) = space_of(plan).dims
    assert (dim.name, dim.ordered) == ("sampler and steps", True)
    assert dim.choices == ((2, 2), (1, 1), (0, 0))


def test_the_grids_of_a_union_are_searched_together() -> None:
    plan = planned("grids: [{axes: {steps: [4, 10]}}, {axes: {steps: [10, 28], scale: [2, 5]}}]")
    space = space_of(plan)
    assert sorted(space.numbers.values()) == list(range(6))


def test_a_recipe_without_anything_that_varies_has_no_dims() -> None:
    assert space_of(planned("axes: {steps: [28]}")).dims == ()
