from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace import in_loops
from teststrip.base.json import Json
from teststrip.exchange.draft import Draft
from teststrip.exchange.emit import write_recipe
from teststrip.exchange.grid.convert import draft_grid, names_in
from teststrip.exchange.grid.lists import ListFault, has_dots, numbers_of, series_of, split_list
from teststrip.exchange.grid.read import read_grid
from teststrip.exchange.target import best_target, carry, make_target, named_target
from teststrip.plan.make import draft_plan
from teststrip.provider.catalogue import bundled_providers, find_provider
from teststrip.recipe.load import read_text

MODEL = "nai-diffusion-4-5-full"
HEAD = "grid: {title: T, author: a, description: d, format: jpg, params: {prompt: a cat}}\naxes:\n"


def draft(text: str) -> Draft:
    grid, problems = read_grid(text, "grid.yml")
    assert problems == []
    assert grid is not None
    provider = find_provider("gptproto")
    assert provider is not None
    return draft_grid(grid, make_target(provider, MODEL), chosen=True)


def cells(text: str) -> list[dict[str, Json]]:
    reading = read_text(write_recipe(draft(text)), "recipe.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    provider = find_provider("gptproto")
    assert provider is not None
    plan, problems = draft_plan(reading.recipe, provider, "check")
    assert problems == []
    assert plan is not None
    return [dict(cell.request) for cell in plan.cells]


@given(
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True),
    st.lists(st.decimals(0, 10, places=2), min_size=1, max_size=4, unique=True),
)
@settings(max_examples=25, deadline=None)
def test_a_short_form_makes_the_product_of_its_values(
    seeds: list[int], steps: list[int], scales: list[Decimal]
) -> None:
    axes: dict[str, Sequence[object]] = {"Seed": seeds, "STEPS": steps, "cfg scale": scales}
    text = HEAD + "".join(f"  {name}: {', '.join(map(str, values))}\n" for name, values in axes.items())
    made = [(cell["seed"], cell["steps"], cell["scale"]) for cell in cells(text)]
    assert made == [(a, b, float(c)) for a, b, c in itertools.product(seeds, steps, scales)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 2, ..., 5", "1 2 3 4 5"),
        ("1, 2, .., 5", "1 2 3 4 5"),
        ("0.1, 0.2, ..., 0.6", "0.1 0.2 0.3 0.4 0.5 0.6"),
        ("1, 2, ..., 6, 8, ..., 14", "1 2 3 4 5 6 8 10 12 14"),
        ("1, 3, ..., 10", "1 3 5 7 9 10"),
        ("5, 4, ..., 1", "5 4 3 2 1"),
        ("1 || 2 || ... || 4", "1 2 3 4"),
        ("1, SKIP: 2, ..., 4", "1 2 3 4"),
    ],
)
def test_trap_2_dots_stand_for_all_numbers_between(text: str, numbers: str) -> None:
    assert has_dots(text)
    assert [number for number, _ in numbers_of(text)] == numbers.split()


@pytest.mark.parametrize(
    "text", ["..., 5", "1, ..., 5", "1, 2, ...", "1, 1, ..., 5", "1, 2, ..., 0", "1, 2, ..., x", "1, 2, ..., 1e9"]
)
def test_dots_that_lead_nowhere_are_told(text: str) -> None:
    with pytest.raises(ListFault):
        numbers_of(text)


def test_a_series_that_a_recipe_understands_stays_one() -> None:
    assert series_of("1, 2, .., 5") == "1, 2, ..., 5"
    assert "  seed: 1, 2, ..., 5\n" in write_recipe(draft(HEAD + "  seed: 1, 2, .., 5\n"))


def test_a_series_that_misses_its_end_is_listed_number_by_number() -> None:
    assert "  seed: [1, 3, 5, 7, 9, 10]\n" in write_recipe(draft(HEAD + "  seed: 1, 3, ..., 10\n"))


def test_pipes_part_values_that_have_commas() -> None:
    assert split_list("1girl, red || 1boy, blue ||") == [("1girl, red", False), ("1boy, blue", False)]
    assert split_list("a, SKIP: b") == [("a", False), ("b", True)]


@given(st.text(alphabet="0123456789., |SKIP:…-e", max_size=60))
def test_any_list_is_read_without_a_crash(text: str) -> None:
    if has_dots(text):
        try:
            numbers_of(text)
        except ListFault:
            return
    assert all(item in text and item == item.strip() for item, _ in split_list(text))


@given(st.text(alphabet="grid:axes \n-{}[]'\"param,=|!&*t<>", max_size=120))
def test_any_text_is_read_as_a_grid_without_a_crash(text: str) -> None:
    grid, problems = read_grid(text, "g.yml")
    assert grid is not None or problems
    assert all(problem.where.file == "g.yml" for problem in problems)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
KEYS = st.sampled_from(
    [
        *(
            "grid",
            "axes",
            "params",
            "values",
            "title",
            "description",
            "seed",
            "sampler",
            "prompt",
            "prompt replace",
        ),
        *("mode", "vals", "variables", "width", "skip", "show", "model", "x axis", "a"),
    ]
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@given(TREES, TREES)
@settings(deadline=None)
def test_any_tree_becomes_a_recipe_that_is_yaml_or_problems(grid: Json, axes: Json) -> None:
    import json

    made, problems = read_grid(json.dumps({"grid": grid, "axes": axes}), "g.yml")
    assert (made is None) == bool(problems)
    if made is not None:
        target = best_target(bundled_providers(), names_in(made))
        text = write_recipe(draft_grid(made, target, chosen=False))
        problems = [problem for problem in read_text(text, "r").problems if "not YAML" in problem.message]
        assert problems == []


def test_variables_that_multiply_each_other_are_stopped() -> None:
    lines = ["variables:", f"  a: {'b' * 1000}", f"  b: {'c' * 1000}", f"  c: {'d' * 1000}"]
    grid, problems = read_grid(f"{HEAD}  prompt: a || b\n" + "\n".join(lines), "g.yml")
    assert grid is None
    assert any("longer than" in problem.message for problem in problems)


def test_a_value_is_read_by_the_page_s_kind_and_keeps_its_digits() -> None:
    target = named_target(bundled_providers(), f"gptproto/{MODEL}")
    assert target is not None
    for name, text, value in (
        ("CFG Scale", "7.50", Decimal("7.50")),
        ("steps", "20", 20),
        ("Quality Toggle", "false", False),
        ("prompt", "2024", "2024"),
        ("noise schedule", "Karras", "karras"),
    ):
        carried = carry(name, text, target)
        assert isinstance(carried, tuple)
        assert carried[0].value == value


def test_trap_7_names_alike_are_never_taken_for_one_another() -> None:
    target = named_target(bundled_providers(), f"gptproto/{MODEL}")
    assert target is not None
    for name, text in (("smapler", "Euler"), ("sampler", "Euler b"), ("step", "3"), ("cfg", "high")):
        carried = carry(name, text, target)
        assert not isinstance(carried, tuple), carried


def test_a_recipe_is_for_a_model_that_is_named_exactly_or_the_best() -> None:
    providers = bundled_providers()
    assert named_target(providers, "nai-diffusion-4-curated") is not None
    assert named_target(providers, "nai") is None
    assert best_target(providers, ["sampler"]).provider.name == "gptproto"
    assert best_target(providers, ["prompt extend", "prompt"]).provider.name == "dashscope"


def test_a_list_of_yaml_is_read_in_the_one_way_that_it_can_be_meant() -> None:
    made = cells(HEAD + "  seed: [1, 2]\n  steps:\n    - 10\n    - {title: Many, params: {steps: 40}}\n")
    assert [(cell["seed"], cell["steps"]) for cell in made] == [(1, 10), (1, 40), (2, 10), (2, 40)]


def test_two_sides_that_vary_make_all_sizes() -> None:
    made = cells(HEAD + "  width: 512, 768\n  height: 640, 704\n")
    assert [cell["size"] for cell in made] == ["512x640", "512x704", "768x640", "768x704"]


def test_a_large_grid_is_imported_in_bounded_time() -> None:
    values = "\n".join(
        f"      v{i}: {{title: V {i}, params: {{steps: {i % 50 + 1}, seed: {i}}}}}" for i in range(5000)
    )
    text = f"{HEAD}  many:\n    title: Many\n    values:\n{values}\n"
    made, took = in_loops(lambda: draft(text))
    assert took < 300
    assert len(made.axes[0].items) == 5000


def test_an_axis_that_has_a_parameter_s_name_but_sets_several_leaves_the_parameter_to_its_own_axis() -> None:
    several = "  steps:\n    title: S\n    values:\n"
    several += (
        "      a: {title: A, params: {cfg scale: 5, seed: 1}}\n      b: {title: B, params: {cfg scale: 6}}\n"
    )
    for more in ("steps: 10, 20", "steps : 10, 20, ..., 40"):
        made = cells(HEAD + several + f"  Sampling {more}\n")
        assert {(cell["scale"], cell["steps"]) for cell in made} >= {(5, 10), (5, 20), (6, 10), (6, 20)}
