from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_files import FakeFiles

from pace import in_loops
from teststrip.base.json import Json
from teststrip.errors import RecipeError
from teststrip.plan.make import draft_plan, make_plan
from teststrip.plan.model import Plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text

PROVIDER = find_provider("gptproto")
HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"


def plan(text: str, target: str = "t") -> Plan:
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    assert PROVIDER is not None
    return make_plan(reading.recipe, PROVIDER, target, FakeFiles())


def problems(text: str) -> list[str]:
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.recipe is not None
    assert PROVIDER is not None
    _, found = draft_plan(reading.recipe, PROVIDER, "t")
    return [str(problem) for problem in [*reading.problems, *found]]


def swept(made: Plan, *names: str) -> list[tuple[Json, ...]]:
    return [tuple(cell.request.get(name) for name in names) for cell in made.cells]


def test_the_last_axis_is_the_fastest() -> None:
    made = plan("params: {prompt: x}\naxes:\n  steps: [1, 2]\n  scale: [3, 4]\n")
    assert swept(made, "steps", "scale") == [(1, 3), (1, 4), (2, 3), (2, 4)]
    assert [cell.coordinates for cell in made.cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_recipe_without_axes_is_one_cell() -> None:
    assert len(plan("params: {prompt: x}\n").cells) == 1


def test_defaults_are_sent_and_so_writing_one_down_changes_nothing() -> None:
    bare = plan("params: {prompt: x}\n").cells[0]
    written = plan("params: {prompt: x, steps: 28, scale: 6.0, sampler: k_euler_ancestral}\n").cells[0]
    assert bare.digest == written.digest
    assert bare.request["steps"] == 28


def test_the_target_belongs_to_a_cell() -> None:
    text = "params: {prompt: x}\n"
    assert plan(text, "darkroom/1").cells[0].digest != plan(text, "live").cells[0].digest


def test_trap_stale_picture_under_a_new_label() -> None:
    """Inserting a value or editing the base changes exactly the cells that it concerns."""
    before = {cell.digest for cell in plan("params: {prompt: x}\naxes: {steps: [10, 20]}\n").cells}
    inserted = plan("params: {prompt: x}\naxes: {steps: [5, 10, 20]}\n").cells
    assert [cell.digest in before for cell in inserted] == [False, True, True]
    edited = plan("params: {prompt: y}\naxes: {steps: [10, 20]}\n").cells
    assert not {cell.digest for cell in edited} & before


def test_trap_float_ranges() -> None:
    made = plan("params: {prompt: x}\naxes:\n  cfg_rescale: 0.1, 0.2, ..., 0.6\n")
    assert [value.label for value in made.axes[0].values] == ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]
    assert swept(made, "cfg_rescale") == [(0.1,), (0.2,), (0.3,), (0.4,), (0.5,), (0.6,)]


def test_trap_lists_in_params_never_expand() -> None:
    made = plan("params:\n  prompt: x\n  vibe_transfer: [{image: aGk=}, {image: aGk=}]\n")
    assert len(made.cells) == 1
    vibes: Any = made.cells[0].request["vibe_transfer"]
    assert len(vibes) == 2


def test_trap_values_are_typed_by_the_page_not_by_looks() -> None:
    made = plan(
        'vars: {y: "2024", n: 7}\nparams: {prompt: "${{ y }}", negative_prompt: "1, 2", steps: "${{ n }}"}\n'
    )
    assert swept(made, "prompt", "negative_prompt", "steps") == [("2024", "1, 2", 7)]


def test_trap_a_prompt_may_hold_anything_that_breaks_yaml() -> None:
    made = plan('vars: {v: "a: b # {c} [d]\\n- e"}\nparams: {prompt: "${{ v }}"}\n')
    assert made.cells[0].request["prompt"] == "a: b # {c} [d]\n- e"


def test_labels_print_as_written() -> None:
    made = plan("params: {prompt: x}\naxes:\n  scale: [4.0, 5, 6.50]\n  negative_prompt: ['', low]\n")
    assert [value.label for value in made.axes[0].values] == ["4.0", "5", "6.50"]
    assert [value.label for value in made.axes[1].values] == ['""', "low"]


def test_titles_and_places_are_no_part_of_a_cell() -> None:
    one = plan("title: A\nparams: {prompt: x}\naxes: {steps: [1, 2], scale: [3]}\n")
    other = plan("title: B\nparams: {prompt: x, scale: 3}\naxes:\n  steps: [{title: Two, value: 2}, 1]\n")
    assert {cell.digest for cell in one.cells} == {cell.digest for cell in other.cells}


def test_a_seed_left_out_is_one_for_all_cells_and_survives_edits() -> None:
    one = plan("params: {prompt: x}\naxes: {steps: [1, 2]}\n")
    other = plan("title: T\nparams: {prompt: y}\naxes: {steps: [1], scale: [2, 3]}\n")
    seeds = {*swept(one, "seed"), *swept(other, "seed")}
    assert len(seeds) == 1
    drawn = seeds.pop()[0]
    assert isinstance(drawn, int)
    assert 0 < drawn < 2**32


def test_counted_seeds_start_where_they_are_told_or_are_drawn() -> None:
    assert swept(plan("params: {prompt: x}\naxes:\n  seed: {count: 3, from: 7}\n"), "seed") == [(7,), (8,), (9,)]
    drawn = swept(plan("params: {prompt: x}\naxes:\n  seed: {count: 4}\n"), "seed")
    assert len(set(drawn)) == 4
    assert drawn[:2] == swept(plan("params: {prompt: x}\naxes:\n  seed: {count: 2}\n"), "seed")


def test_a_value_may_set_several_parameters_and_templates_see_its_title() -> None:
    made = plan(
        'params: {prompt: "a ${{ finish }}"}\naxes:\n  finish:\n'
        "    - {title: Draft, set: {steps: 12}}\n    - {title: Final, set: {steps: 40, cfg_rescale: 0.2}}\n"
    )
    assert swept(made, "prompt", "steps", "cfg_rescale") == [("a Draft", 12, 0), ("a Final", 40, 0.2)]


def test_what_applies_in_some_cells_only_is_left_out_of_the_others() -> None:
    made = plan("params: {prompt: x, image: aGk=, strength: 0.3}\naxes: {action: [generate, img2img]}\n")
    assert swept(made, "strength") == [(None,), (0.3,)]


def test_what_is_documented_for_img2img_is_kept_for_infill_which_goes_the_same_way() -> None:
    text = "params: {prompt: x, image: 'https://a.example', strength: 0.3}\n"
    made = plan(f"{text}axes: {{action: [generate, infill]}}\n")
    assert swept(made, "image", "strength") == [(None, None), ("https://a.example", 0.3)]


def test_a_condition_may_be_that_another_parameter_is_given() -> None:
    made = plan(
        "params: {prompt: x}\naxes:\n  controlnet_model: [{title: none}, hed]\n  controlnet_strength: [0.5, 1]\n"
    )
    assert swept(made, "controlnet_strength") == [(None,), (None,), (0.5,), (1,)]
    assert len({cell.digest for cell in made.cells}) == 3
    assert (
        "applies only when controlnet_model is given" in problems("params: {prompt: x, controlnet_strength: 1}")[0]
    )


def test_a_template_may_use_an_axis_inside_an_axis_value() -> None:
    made = plan(
        "params: {}\naxes:\n  who: [girl, boy]\n"
        '  prompt: ["1${{ who }}, day", {title: N, value: "1${{ who }}, night"}]\n'
    )
    assert swept(made, "prompt") == [("1girl, day",), ("1girl, night",), ("1boy, day",), ("1boy, night",)]


def test_every_problem_is_told_at_once_and_once() -> None:
    found = problems(
        "params: {prompt: x, scale: 99}\naxes:\n  steps: [0, 10]\n"
        "  sampler: [k_eular]\n  seed: {count: 50, from: 1}\n"
    )
    assert [line.split("  ")[1] for line in found] == ["params.scale", "axes.steps[0]", "axes.sampler[0]"]


def test_a_broken_axis_is_told_once_and_not_again_by_what_mentions_it() -> None:
    found = problems('params: {prompt: "${{ style }}"}\naxes:\n  style: ink\nsheets: [{rows: style}]\n')
    assert len(found) == 1
    assert "[ink]" in found[0]


def test_an_alias_of_a_model_is_the_model() -> None:
    text = "teststrip: 1\nmodel: gptproto/{}\nparams: {{prompt: x}}\naxes: {{seed: {{count: 2}}}}\n"
    digests = []
    for name in ("nai-diffusion-4-curated", "nai-diffusion-4-curated-preview"):
        reading = read_text(text.format(name), "r.yaml")
        assert reading.recipe is not None
        assert PROVIDER is not None
        digests.append(make_plan(reading.recipe, PROVIDER, "t").digest)
    assert digests[0] == digests[1]


def test_make_plan_raises_with_all_problems() -> None:
    reading = read_text(HEAD + "params: {prompt: x, scale: 99, steps: 0}\n", "r.yaml")
    assert reading.recipe is not None
    assert PROVIDER is not None
    with pytest.raises(RecipeError) as caught:
        make_plan(reading.recipe, PROVIDER, "t")
    assert len(caught.value.problems) == 2


_VALUES = {
    "steps": [1, 2, 3],
    "scale": [0, 5, 10],
    "cfg_rescale": [0, 1],
    "uc_preset": [0, 1, 2],
    "seed": [1, 2, 9],
}
_axes = st.lists(st.sampled_from(sorted(_VALUES)), max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(_VALUES[name]), min_size=1, unique=True) for name in names}
    )
)


@given(_axes, st.randoms(use_true_random=False))
def test_cells_are_the_product_and_their_digests_ignore_the_order_of_axes(
    axes: dict[str, list[int]], chance: Any
) -> None:
    def written(names: list[str]) -> str:
        lines = [f"  {name}: {axes[name]}" for name in names]
        return "params: {prompt: x}\n" + ("axes:\n" + "\n".join(lines) + "\n" if lines else "")

    names = list(axes)
    one = plan(written(names))
    shuffled = list(names)
    chance.shuffle(shuffled)
    other = plan(written(shuffled))
    assert swept(one, *names) == list(itertools.product(*(axes[name] for name in names)))
    assert {cell.digest for cell in one.cells} == {cell.digest for cell in other.cells}
    assert len({cell.digest for cell in one.cells}) == len(one.cells)


@pytest.mark.parametrize(
    ("rest", "meant"),
    [
        ("axes: {steps: [1, 2]}\nsheets: [{rows: STEPS}]\n", "steps"),
        ("axes: {steps: [1, 2]}\nsheets: [{rows: steps, caption: '${{ SEED }}'}]\n", "seed"),
        ("axes: {Steps: [1, 2]}\n", "steps"),
        ("axes: {SAMPLER: [k_euler]}\n", "sampler"),
        ("vars: {subject: x}\naxes: {steps: ['${{ SUBJECT }}']}\n", "subject"),
    ],
)
def test_a_name_in_capitals_is_recognised_everywhere(rest: str, meant: str) -> None:
    assert any(f"did you mean {meant!r}?" in problem for problem in problems("params: {prompt: x}\n" + rest))


def test_a_free_axis_is_not_taken_for_a_parameter_it_hardly_resembles() -> None:
    assert not any("did you mean" in problem for problem in problems("params: {prompt: x}\naxes: {style: [a]}\n"))


def test_a_template_on_an_axis_is_typed_by_the_page_as_anywhere() -> None:
    made = plan('vars: {base: 14}\nparams: {prompt: x}\naxes:\n  steps: ["${{ base }}", "${{ base * 2 }}"]\n')
    assert swept(made, "steps") == [(14,), (28,)]
    assert [value.label for value in made.axes[0].values] == ["14", "28"]


@pytest.mark.parametrize("start", ["1000", "1e3", "1000.0"])
def test_a_count_starts_where_it_says_however_the_number_is_written(start: str) -> None:
    made = plan(f"params: {{prompt: x}}\naxes:\n  seed: {{count: 2, from: {start}}}\n")
    assert swept(made, "seed") == [(1000,), (1001,)]


def test_no_template_text_ever_reaches_a_request() -> None:
    axes = 'axes:\n  style: ["a ${{ mood }}"]\n  mood: [sad, happy]\n'
    (only,) = problems('params: {prompt: "${{ style }}"}\n' + axes)
    assert "mood is an axis" in only


def test_very_many_problems_are_told_in_little_time() -> None:
    text = "params:\n  prompt: x\n" + "".join(f"  {index}: 1\n" for index in range(8000))
    many, took = in_loops(lambda: problems(text))
    assert took < 300  # 1,000 where each is compared with all others
    assert len(many) == 8000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("params: {prompt: x, sampler: k_dpmpp}\n", "did you mean 'k_dpmpp_2m'?"),
        ("params: {prompt: x}\naxes: {sampler: [k_euler_anc]}\n", "did you mean 'k_euler_ancestral'?"),
        ("params: {prompt: x, scal: 5}\n", "did you mean 'scale'?"),
        ("params: {prompt: x, noise_schedule: Karras}\n", "did you mean 'karras'?"),
    ],
)
def test_trap_7_a_name_is_never_resolved_to_a_like_one(text: str, said: str) -> None:
    (problem,) = problems(text)
    assert problem.endswith(said)
