"""Axes find their places by their sizes, or where the recipe puts them."""

from __future__ import annotations

import pytest
from sheet_runs import axis, make_plan

from teststrip.errors import UsageError
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.arrange import Arrangement, arrange, default_spec

STEPS = axis("steps", [4, 8, 12])
SCALE = axis("scale", [4.0, 5.0])
PROMPT = axis("prompt", [f"a very long prompt, the number of which is {number}" for number in range(5)])
MANY = axis("seed", list(range(40)))


def test_one_axis_runs_along_the_columns() -> None:
    assert default_spec(make_plan([STEPS])) == SheetSpec(cols=("steps",))


def test_the_longer_of_two_axes_runs_along_the_columns() -> None:
    assert default_spec(make_plan([STEPS, SCALE])) == SheetSpec(rows=("scale",), cols=("steps",))
    assert default_spec(make_plan([SCALE, STEPS])) == SheetSpec(rows=("scale",), cols=("steps",))


def test_the_last_of_equals_runs_along_the_columns() -> None:
    other = axis("cfg_rescale", [0.0, 0.1, 0.2])
    assert default_spec(make_plan([STEPS, other])) == SheetSpec(rows=("steps",), cols=("cfg_rescale",))


def test_long_labels_stand_at_the_side() -> None:
    assert default_spec(make_plan([PROMPT, STEPS])) == SheetSpec(rows=("prompt",), cols=("steps",))


def test_too_many_values_go_down_rather_than_across() -> None:
    assert default_spec(make_plan([MANY, SCALE])) == SheetSpec(rows=("seed",), cols=("scale",))


def test_a_third_axis_nests_in_the_rows_the_first_outermost() -> None:
    sampler = axis("sampler", ["a", "b", "c", "d"])
    assert default_spec(make_plan([SCALE, STEPS, sampler])) == SheetSpec(
        rows=("scale", "steps"), cols=("sampler",)
    )


def test_what_would_make_too_many_rows_turns_pages() -> None:
    axes = [axis(name, list(range(8))) for name in ("uc_preset", "seed", "steps", "noise")]
    assert default_spec(make_plan(axes)) == SheetSpec(
        rows=("steps",), cols=("noise",), pages=("uc_preset", "seed")
    )


def test_an_axis_of_one_value_takes_no_place() -> None:
    assert default_spec(make_plan([axis("seed", [7]), STEPS])) == SheetSpec(cols=("steps",))
    assert default_spec(make_plan([axis("seed", [7])])) == SheetSpec()
    assert default_spec(make_plan([])) == SheetSpec()


def test_an_axis_that_the_recipe_does_not_place_turns_pages() -> None:
    plan = make_plan([SCALE, STEPS])
    assert arrange(plan, SheetSpec(rows=("steps",))) == Arrangement(rows=(1,), cols=(), pages=(0,))


def test_a_spec_without_places_keeps_its_words_and_takes_the_default_places() -> None:
    assert arrange(make_plan([SCALE, STEPS]), SheetSpec(title="T")) == Arrangement(rows=(0,), cols=(1,), pages=())


@pytest.mark.parametrize("spec", [SheetSpec(rows=("sampelr",)), SheetSpec(rows=("steps",), pages=("steps",))])
def test_an_unknown_or_repeated_axis_is_named(spec: SheetSpec) -> None:
    with pytest.raises(UsageError, match=r"sampelr|'steps' twice"):
        arrange(make_plan([STEPS]), spec)


def test_where_rows_are_many_the_first_axis_parts_the_columns_instead() -> None:
    names = ("style", "sampler", "steps", "scale")
    square = [axis(name, ["a", "b", "c"]) for name in names]
    assert default_spec(make_plan(square)) == SheetSpec(
        rows=("sampler", "steps"), cols=("scale",), super_cols=("style",)
    )
    wordy = [axis("prompt", [f"a very long prompt, the number of which is {n}" for n in range(3)]), *square[1:]]
    assert default_spec(make_plan(wordy)).super_cols == ("sampler",)


def test_super_axes_stand_outside_those_they_part() -> None:
    plan = make_plan([SCALE, STEPS, axis("sampler", ["a", "b"])])
    spec = SheetSpec(rows=("steps",), super_rows=("sampler",), super_cols=("scale",))
    assert arrange(plan, spec) == Arrangement(rows=(2, 1), cols=(0,), pages=())


def test_an_axis_that_is_animated_turns_the_innermost_pages() -> None:
    plan = make_plan([STEPS, SCALE, axis("sampler", ["a", "b"])])
    assert arrange(plan, SheetSpec(animate="steps")) == Arrangement(rows=(1,), cols=(2,), pages=(0,))
    assert arrange(plan, SheetSpec(cols=("scale",), animate="steps")) == Arrangement((), (1,), (2, 0))
