"""Why a plan is as it is: where each value is from, what conditions drop, and which cell a person means."""

from __future__ import annotations

import itertools
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teststrip.base.json import ABSENT
from teststrip.base.where import Where
from teststrip.errors import UsageError
from teststrip.plan.explain import GridStory, PlaceStory, tell_grids, tell_place
from teststrip.plan.explain_lock import locked_places_at, tell_locked_cell, tell_locked_grids, tell_locked_place
from teststrip.plan.lock import write_lock
from teststrip.plan.lock_read import load_lock
from teststrip.plan.make import Swept, sweep_recipe
from teststrip.plan.model import Axis, AxisValue, Plan
from teststrip.plan.origins import CellStory, Member, tell_cell
from teststrip.plan.pick import Place, cells_at, pick, places_at, read_labels
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
SWEEP = """\
params: {prompt: x}
axes: {sampler: [k_euler, {value: ddim_v3, skip: true}], scale: [4, 5, 6], steps: [1, 2]}
where: ["scale < 6", {keep: steps * scale < 10, because: too much}]
"""


def swept(text: str) -> Swept:
    provider = find_provider("gptproto")
    assert provider is not None
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    return sweep_recipe(reading.recipe, provider, "t")


def planned(text: str) -> Plan:
    plan = swept(text).plan
    assert plan is not None
    return plan


def cell(text: str, number: int = 0) -> CellStory:
    return tell_cell(swept(text), number)


def member(text: str, name: str, number: int = 0) -> Member:
    return next(one for one in cell(text, number).members if one.name == name)


def unsent(text: str, number: int = 0) -> dict[str, str]:
    return {one.name: one.unsent for one in cell(text, number).unsent}


def at(one: Member) -> str:
    assert one.origin.spot is not None
    return f"{one.origin.spot.path} {one.origin.spot.where}"


def grid(text: str) -> GridStory:
    (story,) = tell_grids(swept(text).sweeps)
    return story


def story_of(text: str, labels: str) -> PlaceStory:
    made = swept(text)
    axes = [placed.axis for placed in made.sweeps[0].axes]
    (place,) = places_at(read_labels(labels, axes), made.sweeps)
    return tell_place(made.sweeps, place.grid, place.place)


# --- where a value is from ---


def test_a_value_under_params_is_from_there() -> None:
    one = member("params:\n  prompt: x\n  steps: 20\n", "steps")
    assert (one.value, one.origin.kind, at(one)) == (20, "params", "params.steps r.yaml:5:10")
    assert one.origin.written is ABSENT


def test_a_value_of_an_axis_is_from_its_place_in_the_list_and_goes_before_params() -> None:
    one = member("params: {prompt: x, steps: 20}\naxes: {steps: [4, {title: Long, value: 30}]}\n", "steps", 1)
    assert (one.value, one.origin.kind, at(one)) == (30, "axis", "axes.steps[1].value r.yaml:4:40")
    assert one.origin.before is not None
    assert one.origin.before.path == "params.steps"


def test_a_value_of_a_series_tells_the_series() -> None:
    one = member("params: {prompt: x}\naxes: {scale: '4.0, 4.5, ..., 6.0'}\n", "scale", 1)
    assert (one.value, one.origin.written, at(one)) == (4.5, "4.0, 4.5, ..., 6.0", "axes.scale r.yaml:4:15")


def test_a_size_by_name_tells_the_name() -> None:
    one = member("params: {prompt: x}\naxes: {size: [square]}\n", "size")
    assert (one.value, one.origin.written) == ("1024x1024", "square")


def test_a_value_that_an_axis_sets_is_from_its_set() -> None:
    finish = "  finish:\n    - {title: Draft, set: {steps: 4}}\n    - {title: Plain}\n"
    text = "params: {prompt: x, steps: 20}\naxes:\n" + finish
    one = member(text, "steps")
    assert (one.value, one.origin.kind, at(one)) == (4, "set", "axes.finish[0].set.steps r.yaml:6:35")
    assert member(text, "steps", 1).origin.kind == "params"


def test_an_axis_called_set_sets_nothing() -> None:
    text = "params: {prompt: 'a ${{ set }}'}\naxes: {set: [{title: One, value: b}]}\n"
    assert member(text, "prompt").origin.kind == "params"


def test_a_template_is_told_as_it_is_written_with_what_its_names_stand_for() -> None:
    text = "vars: {hair: red}\nparams: {prompt: '${{ hair }} ${{ style }}'}\naxes: {style: [ink, oil]}\n"
    one = member(text, "prompt", 1)
    assert (one.value, one.origin.written) == ("red oil", "${{ hair }} ${{ style }}")
    seen = [(name.name, name.value, name.spot.path if name.spot else "") for name in one.origin.seen]
    assert seen == [("hair", "red", "vars.hair"), ("style", "oil", "axes.style[1]")]


def test_a_draw_is_told_and_the_axes_that_it_goes_by_are_not_names_of_it() -> None:
    one = member("params: {prompt: \"${{ ['a', 'b']|random }}\"}\naxes: {steps: [1, 2]}\n", "prompt")
    assert one.origin.draws
    assert one.origin.seen == ()


def test_replaced_texts_are_told_and_those_that_stand_nowhere_are_not() -> None:
    text = (
        "params: {prompt: '${{ what }}'}\naxes:\n  what: [a cat, a horse]\n"
        "  animal: {replace: cat, with: [dog]}\n  style: [{title: T, replace: {a: one}}]\n"
    )
    assert [swap.old for swap in member(text, "prompt", 3).origin.swaps] == ["a"]
    one = member(text, "prompt", 1)
    assert one.value == "one dog"
    assert [(swap.old, swap.new, swap.spot.path) for swap in one.origin.swaps] == [
        ("cat", "dog", "axes.animal.with[0]"),
        ("a", "one", "axes.style[0]"),
    ]


def test_what_nobody_gives_is_from_the_page_at_its_row() -> None:
    one = member("params: {prompt: x}\n", "steps")
    assert (one.value, one.origin.kind) == (28, "page")
    page = resources.files("teststrip.provider").joinpath("pages", "gptproto-novelai.md").read_text("utf-8")
    row = next(number for number, line in enumerate(page.splitlines(), 1) if line.startswith("| `steps` |"))
    assert at(one).startswith(f"steps teststrip/provider/pages/gptproto-novelai.md:{row}:")


def test_defaults_inside_a_value_are_named() -> None:
    one = member("params: {prompt: x, character_prompts: [{prompt: y, center: {x: 0.3}}]}\n", "character_prompts")
    assert one.origin.inside == ("[0].uc", "[0].center.y", "[0].enabled")


def test_a_seed_that_nobody_gives_is_drawn() -> None:
    one = member("params: {prompt: x}\n", "seed")
    assert (one.origin.kind, one.origin.spot) == ("drawn", None)
    assert member("params: {prompt: x, seed: 3}\n", "seed").origin.kind == "params"


def test_what_is_given_and_does_not_apply_is_told_with_the_condition() -> None:
    given = "params: {prompt: x, controlnet_strength: 0.5}\n"
    text = given + "axes: {c: [{title: off}, {title: on, set: {controlnet_model: hed}}]}\n"
    assert unsent(text) == {"controlnet_strength": "applies only when controlnet_model is given"}
    assert unsent(text, 1) == {}


def test_a_null_that_means_to_leave_a_parameter_out_is_told() -> None:
    assert unsent("params: {prompt: x, skip_cfg_above_sigma: null}\n") == {
        "skip_cfg_above_sigma": "null means to leave it out"
    }


def test_every_member_of_every_request_has_an_origin() -> None:
    made = swept(SWEEP)
    assert made.plan is not None
    for number, one in enumerate(made.plan.cells):
        story = tell_cell(made, number)
        assert {m.name: m.value for m in story.members} == dict(one.request)
        assert story.digest == one.digest


def test_cells_with_the_same_request_name_each_other() -> None:
    text = "params: {prompt: x}\ngrids: [{axes: {steps: [1, 28]}}, {axes: {scale: [5, 6]}}]\n"
    assert [cell(text, number).alike for number in range(4)] == [(), (3,), (), (1,)]
    assert cell(text, 3).labels == (("grid", "grid 2"), ("scale", "6"))


# --- what conditions drop ---


def test_each_reason_counts_what_the_earlier_ones_let_through() -> None:
    story = grid(SWEEP)
    assert (story.places, story.cells) == (12, 3)
    assert [(loss.kind, loss.text, loss.places) for loss in story.losses] == [
        ("skip", "sampler ddim_v3", 6),
        ("where", "scale < 6", 2),
        ("where", "too much", 1),
    ]
    assert story.losses[1].first == tuple(
        (("sampler", "k_euler"), ("scale", "6"), ("steps", steps)) for steps in ("1", "2")
    )
    assert [loss.spot.path for loss in story.losses if loss.spot] == ["axes.sampler[1]", "where[0]", "where[1]"]


def test_at_most_three_places_are_named() -> None:
    assert [len(loss.first) for loss in grid(SWEEP).losses] == [3, 2, 1]


def test_zipped_axes_are_one_dim() -> None:
    story = grid(
        "params: {prompt: x}\naxes: {scale: [1, 2], seed: [1, 2, 3], steps: [1, 2]}\nzip: [[scale, steps]]\n"
    )
    assert story.dims == (("scale", "steps"), ("seed",))
    assert story.places == 6


def test_a_sample_is_the_last_reason_and_counts_what_it_did_not_choose() -> None:
    story = grid(SWEEP + "sample: {count: 2}\n")
    assert [(loss.kind, loss.places) for loss in story.losses] == [
        ("skip", 6),
        ("where", 2),
        ("where", 1),
        ("sample", 1),
    ]
    assert story.cells == 2


def test_of_a_space_that_is_too_large_to_ask_nothing_is_counted() -> None:
    text = (
        "params: {prompt: x}\naxes: {seed: {count: 9000, from: 1}, steps: '1, 2, ..., 50'}\n"
        "where: steps > 3\nsample: {count: 4}\n"
    )
    assert [loss.places for loss in grid(text).losses] == [None, None]


def test_a_place_tells_every_reason_that_holds_it_back_the_first_first() -> None:
    story = story_of(SWEEP, "sampler=k_euler,scale=6,steps=2")
    assert [hold.loss.text for hold in story.holds] == ["scale < 6", "too much"]
    assert [(one.name, one.value) for one in story.holds[1].seen] == [("scale", 6), ("steps", 2)]


def test_labels_that_a_condition_asks_for_are_told_by_their_axes() -> None:
    axes = "axes: {f: [{title: A}, {title: B, set: {steps: 3}}], seed: [1, 2]}\n"
    text = "params: {prompt: x}\n" + axes + "where: label.f != 'B'\n"
    (hold,) = story_of(text, "f=B,seed=2").holds
    assert [(one.name, one.value) for one in hold.seen] == [("label.f", "B")]


def test_a_place_that_the_sample_passed_over_is_told_so() -> None:
    made = swept("params: {prompt: x}\naxes: {steps: [1, 2, 3]}\nsample: {count: 1}\n")
    left = next(place for place in range(3) if place not in made.sweeps[0].places)
    (hold,) = tell_place(made.sweeps, 0, left).holds
    assert (hold.loss.kind, hold.loss.text) == ("sample", "random, 1 of 3, seed 0")


def test_a_recipe_of_which_no_cell_is_left_can_still_be_explained() -> None:
    made = swept("params: {prompt: x}\naxes: {steps: [1, 2]}\nwhere: steps > 2\n")
    assert made.plan is None
    (story,) = tell_grids(made.sweeps)
    assert (story.cells, story.losses[0].places) == (0, 2)


# --- which cell is meant ---

PLAIN = "params: {prompt: x}\naxes: {sampler: [k_euler, ddim_v3], scale: '4.0, 4.5, ..., 5.0'}\n"


def picked(text: str, recipe: str = PLAIN) -> list[int]:
    plan = planned(recipe)
    found = pick(text, plan.axes, plan.cells)
    return found if isinstance(found, list) else list(cells_at(found, plan.cells))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0", [0]),
        ("5", [5]),
        ("sampler=ddim_v3,scale=4.5", [4]),
        (" sampler = ddim_v3 , scale = 4.50", [4]),
        ("scale=4,sampler=k_euler", [0]),
        ("scale=5", [2, 5]),
    ],
)
def test_a_cell_is_known_by_its_number_or_labels(text: str, numbers: list[int]) -> None:
    assert picked(text) == numbers


def test_a_cell_is_known_by_its_digest_and_the_beginning_of_it() -> None:
    plan = planned(PLAIN)
    for number, one in enumerate(plan.cells):
        assert pick(one.digest, plan.axes, plan.cells) == [number]
        assert number in picked(one.digest[:8].upper())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("6", "6 is no cell's number: there are 6 cells, from 0 to 5"),
        ("smapler=k_euler", "'smapler' is no axis; there are: sampler, scale; did you mean sampler?"),
        ("sampler=k_eular", "did you mean sampler=k_euler?"),
        ("sampler=k_euler,scalle=5", "'scalle' is no axis"),
        ("scale=7", "'7' is no value of scale; there are: 4.0, 4.5, 5.0"),
        ("scale=4,scale=5", "scale is given twice"),
        ("k_euler", "did you mean sampler=k_euler?"),
        ("", "a cell is its number"),
        ("abc", "a cell is its number"),
        ("ffffffffffff", "no cell's digest begins with ffffffffffff"),
    ],
)
def test_what_is_no_cell_is_told_with_what_was_meant(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        picked(text)
    assert said in str(error.value)


def test_a_label_may_have_commas_and_equals_signs() -> None:
    axes = [
        Axis("style", (AxisValue("ink, a=b", "x"), AxisValue("ink", "y")), parameter=False),
        Axis("steps", (AxisValue("1", 1),), parameter=True),
    ]
    assert read_labels("style=ink, a=b,steps=1", axes) == {0: {0}, 1: {0}}
    assert read_labels("style=ink", axes) == {0: {1}}


def test_true_is_not_one() -> None:
    axes = [Axis("auto_smea", (AxisValue("true", value=True), AxisValue("false", value=False)), parameter=True)]
    assert read_labels("auto_smea=true", axes) == {0: {0}}
    with pytest.raises(UsageError):
        read_labels("auto_smea=1", axes)


def test_places_of_several_grids_are_found_by_what_each_stands_at() -> None:
    made = swept("params: {prompt: x}\ngrids: [{axes: {steps: [1, 28]}}, {axes: {scale: [5, 6]}}]\n")
    assert made.plan is not None
    wanted = read_labels("steps=28,scale=6.0", made.plan.axes)
    assert list(places_at(wanted, made.sweeps)) == [Place(0, 1), Place(1, 1)]
    wanted = read_labels("grid=grid 2,steps=28,scale=6.0", made.plan.axes)
    assert list(places_at(wanted, made.sweeps)) == [Place(1, 1)]


@given(st.data())
@settings(max_examples=40)
def test_all_labels_of_a_cell_lead_back_to_it_and_places_are_cells_or_held_back(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    axes = {f"v{at}": [f"{at}/{index}, x=1" for index in range(size)] for at, size in enumerate(sizes)}
    prompt = " ".join(f"${{{{ {name} }}}}" for name in axes)
    keep = data.draw(st.sampled_from(["true", "v0 != '0/1, x=1'"]))
    count = data.draw(st.sampled_from(["", "sample: {count: 1}\n"]))
    made = swept(f"params: {{prompt: '{prompt}'}}\naxes: {axes}\nwhere: [\"{keep}\"]\n{count}")
    assert made.plan is not None
    for coordinates in itertools.product(*map(range, sizes)):
        text = ",".join(
            f"{name}={labels[at]}" for (name, labels), at in zip(axes.items(), coordinates, strict=True)
        )
        wanted = read_labels(text, made.plan.axes)
        (place,) = places_at(wanted, made.sweeps)
        numbers = list(cells_at(wanted, made.plan.cells))
        assert len(numbers) == (place.place in made.sweeps[0].places)
        assert bool(numbers) != bool(tell_place(made.sweeps, 0, place.place).holds)


# --- what a lock knows ---


@pytest.fixture
def locked(tmp_path: Path) -> Plan:
    write_lock(tmp_path / "plan.lock.json", planned(SWEEP))
    return load_lock(tmp_path / "plan.lock.json")


def nowhere(_: object) -> Where:
    return Where("plan.lock.json", 1, 1)


def test_a_lock_tells_the_same_counts(locked: Plan) -> None:
    (story,) = tell_locked_grids(locked, nowhere)
    own = grid(SWEEP)
    assert (story.places, story.cells) == (own.places, own.cells)
    assert [(loss.text, loss.places, loss.first) for loss in story.losses] == [
        (loss.text, loss.places, loss.first) for loss in own.losses
    ]


def test_a_lock_tells_what_its_axes_decide(locked: Plan) -> None:
    story = tell_locked_cell(locked, 1, nowhere)
    kinds = {one.name: one.origin.kind for one in story.members}
    assert {name for name, kind in kinds.items() if kind == "axis"} == {"sampler", "scale", "steps"}
    assert kinds["prompt"] == "lock"


def test_a_lock_tells_why_a_place_is_no_cell(locked: Plan) -> None:
    wanted = read_labels("sampler=k_euler,scale=5,steps=2", locked.axes)
    (coordinates,) = locked_places_at(wanted, locked)
    story = tell_locked_place(locked, coordinates, nowhere)
    assert [hold.loss.text for hold in story.holds] == ["too much"]


@given(st.text(st.sampled_from("sampler=k_eudim,v3 4.5\"'{}[]0af\n夜"), max_size=30) | st.text(max_size=20))
def test_whatever_a_person_types_is_a_cell_or_bad_input(text: str) -> None:
    plan = planned(PLAIN)
    try:
        found = pick(text, plan.axes, plan.cells)
    except UsageError:
        return
    numbers = found if isinstance(found, list) else list(cells_at(found, plan.cells))
    assert all(0 <= number < len(plan.cells) for number in numbers)
