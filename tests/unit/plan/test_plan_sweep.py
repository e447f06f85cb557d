"""What is swept: zips, conditions, samples, unions; and the fast path held against the plain one."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.base.where import Problem
from teststrip.plan.identity import cell_digest
from teststrip.plan.make import draft_plan, draft_sweeps, make_plan
from teststrip.plan.model import Plan
from teststrip.plan.sweep import Sweep
from teststrip.plan.union import known_axes
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.recipe.load import read_text
from teststrip.recipe.model import Recipe

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
SIMPLE = "params: {prompt: x}\naxes: {steps: [10, 20, 30], scale: [4, 6]}\n"


def page() -> Provider:
    provider = find_provider("gptproto")
    assert provider is not None
    return provider


def read(text: str) -> Recipe:
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    return reading.recipe


def plan(text: str) -> Plan:
    return make_plan(read(text), page(), "t")


def problems(text: str) -> list[Problem]:
    return draft_plan(read(text), page(), "t")[1]


def swept(made: Plan, *names: str) -> list[tuple[Json, ...]]:
    return [tuple(cell.request.get(name) for name in names) for cell in made.cells]


def sweeps_of(text: str) -> list[Sweep]:
    prepared, draft = draft_sweeps(read(text), page())
    assert not draft.problems
    return [sweep for sweep in prepared if sweep is not None]


# --- the fast path is the plain one ---

NUMBERS = st.integers(1, 50)
AXES = {
    "steps": st.lists(NUMBERS, min_size=1, max_size=4, unique=True),
    "scale": st.lists(st.sampled_from([0, 0.5, 1, 6, 6.25, 10]), min_size=1, max_size=3, unique=True),
    "sampler": st.lists(
        st.sampled_from(["k_euler", "ddim_v3", "k_dpmpp_2m"]), min_size=1, max_size=3, unique=True
    ),
    "action": st.lists(st.sampled_from(["generate", "img2img", "infill"]), min_size=1, max_size=3, unique=True),
    "strength": st.lists(st.sampled_from([0.1, 0.5, 0.9]), min_size=1, max_size=2, unique=True),
    "negative_prompt": st.lists(st.sampled_from(["", "ü", "${{ steps }} low", "\u2028"]), min_size=1, unique=True),
    "finish": st.lists(
        st.sampled_from(
            [
                {"title": "a", "set": {"uc_preset": 1}},
                {"title": "b", "set": {"uc_preset": 2, "n": 2}},
                {"title": "c", "set": {}},
            ]
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda value: str(value["title"]),
    ),
    "style": st.lists(st.sampled_from(["ink", 'a "b"', "水彩"]), min_size=1, max_size=3, unique=True),
}


@st.composite
def recipes(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(sorted(AXES)), min_size=0, max_size=4, unique=True))
    axes = {name: draw(AXES[name]) for name in names}
    prompt = "girl"
    if "style" in axes:
        prompt += ", ${{ style }}"
    if "steps" not in axes and "negative_prompt" in axes:
        axes["negative_prompt"] = ["", "low"]
    for name in draw(st.lists(st.sampled_from(["scale", "sampler"]), max_size=2, unique=True)):
        if name in axes:
            prompt += f" ${{{{ {name} }}}}"
    return {"params": {"prompt": prompt, "image": "https://example.com/a.png"}, "axes": axes}


@given(recipes())
@settings(max_examples=150, deadline=None)
def test_the_fast_path_gives_the_digests_of_the_plain_definition(body: dict[str, Any]) -> None:
    text = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in body.items())
    prepared, draft = draft_sweeps(read(text), page())
    made, found = draft_plan(read(text), page(), "t")
    if made is None:  # an axis that applies in no cell, say
        assert found
        return
    (sweep,) = [one for one in prepared if one is not None]
    assembler = sweep.pieces.assembler
    for cell in made.cells:
        plain = assembler.request(cell.coordinates)
        assert plain == cell.request
        assert list(plain) == list(cell.request)
        assert cell_digest(made.provider, made.model, "t", plain) == cell.digest
    assert not draft.problems
    sizes = [len(axis.values) for axis in made.axes]
    assert [cell.coordinates for cell in made.cells] == list(itertools.product(*map(range, sizes)))


def test_many_blocks_and_texts_that_move_in_none_all_and_some_dims() -> None:
    made = plan(
        "params: {prompt: 'a ${{ style }} ${{ steps }}', negative_prompt: '${{ style }}'}\n"
        "axes:\n  style: [a, b, c]\n  steps: 1, 2, ..., 50\n  seed: {count: 30, from: 1}\n  scale: [1, 2]\n"
    )
    assert len(made.cells) == 9000
    for number in (0, 1, 1023, 1024, 1025, 4499, 8999):
        cell = made.cells[number]
        assert cell_digest(made.provider, made.model, "t", cell.request) == cell.digest
    assert len({cell.digest for cell in made.cells}) == 9000


# --- zip ---


def test_zipped_axes_advance_together_and_stand_where_the_first_of_them_does() -> None:
    made = plan(
        "params: {prompt: x}\naxes: {steps: [10, 20], sampler: [k_euler, ddim_v3], scale: [4, 6]}\n"
        "zip: [[steps, scale]]\n"
    )
    assert swept(made, "steps", "scale", "sampler") == [
        (10, 4, "k_euler"), (10, 4, "ddim_v3"), (20, 6, "k_euler"), (20, 6, "ddim_v3"),
    ]  # fmt: skip
    assert [cell.coordinates for cell in made.cells] == [(0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)]
    assert made.zips == (("steps", "scale"),)


def test_an_axis_is_in_one_zip_only() -> None:
    found = problems(SIMPLE + "zip: [[steps, scale], [scale, steps]]\n")
    assert any("in one zip only" in problem.message for problem in found)


@pytest.mark.parametrize("method", ["random", "lhs", "halton"])
def test_a_sample_of_more_than_a_plan_has_is_refused_before_it_is_drawn(method: str) -> None:
    axes = "axes: {seed: {count: 10000, from: 1}, scale: {from: 0, to: 10, step: 0.01}}\n"
    told = problems(f"params: {{prompt: x}}\n{axes}sample: {{method: {method}, count: 1000000000}}\n")
    assert [(problem.path, problem.where.line) for problem in told] == [("sample.count", 5)]


# --- where ---


def test_conditions_of_many_places_are_bounded_as_templates_are() -> None:
    text = (  # gone through three times for each of half a million places, the text would take days
        f"vars: {{t: {'x' * 90_000}}}\nparams: {{prompt: x}}\n"
        "axes:\n  seed: {count: 1000, from: 1}\n"
        "  steps: {from: 1, to: 50, step: 1}\n  scale: {from: 0, to: 10, step: 1}\n"
        "where: [\"t|upper|lower|title == '' or seed * steps * scale >= 0\", scale * steps * seed >= 0]\n"
    )
    told = problems(text)
    assert [problem.path for problem in told] == ["where[0]", "where[1]"]
    assert all("all conditions and templates together" in problem.message for problem in told)


def test_a_condition_is_over_axes_parameters_labels_and_variables() -> None:
    text = SIMPLE + "vars: {most: 20}\nwhere: [steps <= most, not (scale > 5 and label.steps == '10'), n == 1]\n"
    assert swept(plan(text), "steps", "scale") == [(10, 4), (20, 4), (20, 6)]


def test_a_condition_sees_a_parameter_as_it_is_sent_and_null_where_it_is_not() -> None:
    text = (
        "params: {prompt: x, image: 'https://example.com/a.png', strength: 0.5}\n"
        "axes: {action: [generate, img2img]}\n"
        "where: strength != none\n"
    )
    assert swept(plan(text), "action") == [("img2img",)]


def test_the_plan_counts_what_each_condition_drops_in_turn() -> None:
    made = plan(SIMPLE + "where: [steps > 10, {keep: scale < 5, because: burnt}]\n")
    assert [(reason.kind, reason.text, reason.places) for reason in made.reasons] == [
        ("where", "steps > 10", 2),
        ("where", "burnt", 2),
    ]
    assert made.excluded == {(0, 0): 0, (0, 1): 0, (1, 1): 1, (2, 1): 1}


def test_what_conditions_leave_out_is_not_held_against_the_page() -> None:
    assert swept(plan("params: {prompt: x}\naxes: {steps: [10, 60]}\nwhere: steps <= 50\n"), "steps") == [(10,)]


def test_a_problem_names_the_cells_that_it_concerns_after_the_conditions() -> None:
    (problem,) = problems(
        "params: {prompt: x}\naxes: {steps: [10, 60], scale: [1, 2, 3]}\nwhere: not (steps == 60 and scale == 1)\n"
    )
    assert problem.concerns == "2 of 5 cells"


@given(st.integers(0, 60), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_conditions_are_those_of_the_product_filtered(most: int, least: int) -> None:
    text = (
        "params: {prompt: x}\naxes: {steps: [1, 2, 3, 5, 8, 13, 21, 34], scale: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}\n"
        f"where: [steps <= {most}, scale >= {least} or steps == 1]\n"
    )
    expected = [
        (steps, scale)
        for steps in (1, 2, 3, 5, 8, 13, 21, 34)
        for scale in range(1, 11)
        if steps <= most and (scale >= least or steps == 1)
    ]
    if not expected:
        assert "no cell is left" in problems(text)[0].message
    else:
        assert swept(plan(text), "steps", "scale") == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "steps.__class__ == 1",
        "''.__class__.__mro__",
        "[1] * 10**9 == 1",
        "range(10**9)",
        "cycler",
        "self._x",
        "9**9**9 > 1",
    ],
)
def test_a_hostile_condition_is_refused(hostile: str) -> None:
    assert problems(SIMPLE + f"where: {json.dumps([hostile])}\n")


# --- sample ---

WIDE = "params: {prompt: x}\naxes: {steps: '1, 2, ..., 50', scale: '0.0, 0.1, ..., 9.9', sampler: all}\n"
HUGE = WIDE.replace("all}", "all, seed: {count: 10000, from: 1}, uc_preset: [0, 1, 2, 3]}")


@pytest.mark.parametrize("method", ["random", "lhs", "halton", "sobol"])
@pytest.mark.parametrize("text", [WIDE, HUGE], ids=["listed", "drawn-from"])
def test_a_sample_has_as_many_cells_as_it_asks_for_and_always_the_same(method: str, text: str) -> None:
    asked = text + f"where: scale > 0.05\nsample: {{method: {method}, count: 64, seed: 7}}\n"
    made, again = plan(asked), plan(asked)
    assert len(made.cells) == len({cell.coordinates for cell in made.cells}) == 64
    assert [cell.digest for cell in made.cells] == [cell.digest for cell in again.cells]
    assert [cell.coordinates for cell in made.cells] == sorted(cell.coordinates for cell in made.cells)
    assert all(float(str(cell.request["scale"])) > 0 for cell in made.cells)
    other = plan(asked.replace("seed: 7", "seed: 8"))
    assert {cell.digest for cell in made.cells} != {cell.digest for cell in other.cells}


@pytest.mark.parametrize("method", ["lhs", "halton", "sobol"])
def test_a_space_filling_sample_is_even_on_every_axis(method: str) -> None:
    text = "params: {prompt: x}\naxes: {steps: '1, 2, ..., 32', scale: '0.0, 0.1, ..., 3.1', n: [1, 2, 3, 4]}\n"
    made = plan(text + f"sample: {{method: {method}, count: 64, seed: 3}}\n")
    for axis, cells in ((0, 2), (1, 2), (2, 16)):
        halves = [cell.coordinates[axis] * 4 // len(made.axes[axis].values) for cell in made.cells]
        assert all(12 <= halves.count(quarter) <= 20 for quarter in range(4)), (axis, cells)


def test_a_random_sample_keeps_most_of_what_was_paid_for_when_a_value_is_inserted() -> None:
    text = (
        "params: {{prompt: x}}\naxes: {{steps: [{}], scale: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}}\n"
        "sample: {{count: 40}}\n"
    )
    before = plan(text.format("1, 2, 3, 4, 5, 6, 7, 8, 9"))
    after = plan(text.format("1, 2, 3, 4, 50, 5, 6, 7, 8, 9"))
    kept = {cell.digest for cell in before.cells} & {cell.digest for cell in after.cells}
    assert len(kept) >= 30


def test_a_sample_of_everything_is_everything() -> None:
    assert len(plan(SIMPLE + "sample: {method: lhs, count: 6}\n").cells) == 6


# --- grids ---

UNION = """
params: {prompt: x, sampler: k_euler}
axes: {seed: [1, 2]}
grids:
  - {title: Steps, axes: {steps: [10, 28]}}
  - {axes: {scale: [5.0, 6.0], seed: [2, 3]}}
"""


def test_a_union_has_the_cells_of_each_grid_on_axes_in_common() -> None:
    made = plan(UNION)
    assert [axis.name for axis in made.axes] == ["grid", "seed", "steps", "scale"]
    assert made.axes[0].union
    assert [value.label for value in made.axes[0].values] == ["Steps", "grid 2"]
    assert [value.label for value in made.axes[1].values] == ["1", "2", "3"]
    labels = [tuple(made.label(cell, axis) for axis in range(4)) for cell in made.cells]
    assert labels[0] == (
        "Steps",
        "1",
        "10",
        "6.0",
    )  # the grid has no scale of its own: it stands at the one it sends
    assert labels[-1] == ("grid 2", "3", "28", "6.0")
    assert len(labels) == len(set(labels)) == 8


def test_cells_of_two_grids_that_are_equal_have_one_digest() -> None:
    made = plan(UNION)
    shared = {("2", "28", "6.0")}
    by_digest: dict[str, set[tuple[str, ...]]] = {}
    for cell in made.cells:
        by_digest.setdefault(cell.digest, set()).add(tuple(made.label(cell, axis) for axis in (1, 2, 3)))
    assert len(by_digest) == 7
    assert {label for labels in by_digest.values() for label in labels} >= shared


def test_the_union_of_one_grid_is_that_grid() -> None:
    one = plan("params: {prompt: x}\ngrids: [{axes: {steps: [1, 2]}}]\n")
    plain = plan("params: {prompt: x}\naxes: {steps: [1, 2]}\n")
    assert one.digest == plain.digest
    assert one.axes == plain.axes


def test_parameters_of_a_grid_go_before_axes_of_the_top_and_its_axes_before_parameters_of_the_top() -> None:
    made = plan(
        "params: {prompt: x, steps: 5}\naxes: {scale: [1, 2]}\n"
        "grids: [{params: {scale: 3}, axes: {steps: [6, 7]}}, {params: {n: 2}}]\n"
    )
    assert swept(made, "steps", "scale", "n") == [(6, 3, 1), (7, 3, 1), (5, 1, 2), (5, 2, 2)]


# --- what holds of every recipe ---


def _text(axes: dict[str, list[int]]) -> str:
    return "params: {prompt: 'a ${{ zest }}'}\naxes: " + json.dumps(axes) + "\n"


VALUES = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)


@given(st.permutations(["steps", "scale", "zest"]), VALUES, VALUES, VALUES)
@settings(max_examples=60, deadline=None)
def test_order_and_count_follow_the_axes_and_digests_do_not(
    order: list[str], steps: list[int], scale: list[int], zest: list[int]
) -> None:
    axes = {"steps": steps, "scale": scale, "zest": zest}
    first, other = plan(_text(axes)), plan(_text({name: axes[name] for name in order}))
    assert len(first.cells) == len(steps) * len(scale) * len(zest) == len(other.cells)
    assert {cell.digest for cell in first.cells} == {cell.digest for cell in other.cells}
    assert [cell.coordinates for cell in other.cells] == sorted(cell.coordinates for cell in other.cells)


@given(VALUES, VALUES)
@settings(max_examples=40, deadline=None)
def test_renaming_a_variable_or_a_title_changes_no_cell(steps: list[int], zest: list[int]) -> None:
    text = _text({"steps": steps, "zest": zest})
    renamed = text.replace("zest", "other_name") + "title: Another title\nsheets: [{rows: steps}]\n"
    assert [c.digest for c in plan(text).cells] == [c.digest for c in plan(renamed).cells]


@given(VALUES)
@settings(max_examples=20, deadline=None)
def test_an_axis_of_one_value_is_a_parameter(steps: list[int]) -> None:
    swept_ = plan(f"params: {{prompt: x}}\naxes: {{steps: {steps}, scale: [3]}}\n")
    fixed = plan(f"params: {{prompt: x, scale: 3}}\naxes: {{steps: {steps}}}\n")
    assert [c.digest for c in swept_.cells] == [c.digest for c in fixed.cells]


def test_walking_a_hundred_thousand_cells_takes_no_memory_for_each() -> None:
    text = (
        "params: {prompt: 'x ${{ style }}'}\n"
        "axes: {seed: {count: 1000, from: 1}, steps: '1, 2, ..., 25', style: [a, b, c, d]}\n"
    )

    def peak(most: int) -> int:
        (sweep,) = sweeps_of(text)
        tracemalloc.start()
        cells = 0
        for block in sweep.walker("t").blocks():
            cells += len(block.digests)
            if cells >= most:
                break
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    few, many = peak(10_000), peak(100_000)
    assert many < few + 100_000 * 8


# --- what the review of the first version found ---


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("1", "a condition is true or false, and this comes to 1"),
        ("steps", "a condition is true or false, and this comes to 10 (at steps 10)"),
        ("steps == 10, scale", "the condition has a mistake: ',' stands where the condition should end"),
        ("true }} ${{ true", "a condition is one expression"),
        ("strength < 0.5", "ask `strength != none and ...`"),
        ("strength == null", "what is not sent is `none` in a condition; did you mean 'none'?"),
        ("steps == 10 and [true]|random", "a condition draws nothing: draw under `params` or in `vars`"),
    ],
)
def test_a_condition_that_cannot_be_answered_is_told_once_and_with_what_to_do(condition: str, said: str) -> None:
    (problem,) = problems(SIMPLE + f"where: {json.dumps([condition])}\n")
    assert problem.path == "where[0]"
    assert said in str(problem)


def test_a_condition_keeps_silent_of_a_parameter_that_is_faulty_itself() -> None:
    (problem,) = problems("params: {prompt: x, n: '${{ nope }}'}\naxes: {scale: [4, 6]}\nwhere: n > 1\n")
    assert problem.path == "params.n"


def test_an_axis_goes_before_a_label_and_a_parameter_before_a_variable_in_a_condition() -> None:
    text = "vars: {steps: 99}\nparams: {prompt: 'x ${{ label }}'}\naxes: {label: [a, b], steps: [10, 20]}\n"
    assert swept(plan(text + "where: [label == 'a', steps == 20]\n"), "prompt", "steps") == [("x a", 20)]


def test_a_space_too_large_for_its_sample_says_that_it_was_not_looked_at_whole() -> None:
    (problem,) = problems(HUGE + "where: steps == 7 and scale == 1 and seed < 3\nsample: {count: 64}\n")
    assert "were found among" in problem.message


@pytest.mark.parametrize("method", ["random", "lhs", "halton"])
@pytest.mark.parametrize("axes", ["{}", "{steps: [1]}", "{steps: [1, 2, 3]}"])
def test_a_sample_of_one_cell_of_few(method: str, axes: str) -> None:
    made = plan(f"params: {{prompt: x}}\naxes: {axes}\nsample: {{method: {method}, count: 1}}\n")
    assert len(made.cells) == 1


def test_a_sample_beyond_all_bounds_is_refused_before_anything_is_drawn() -> None:
    (problem,) = problems(HUGE + "sample: {method: lhs, count: 1000000000000}\n")
    assert (problem.path, problem.message) == ("sample.count", "a plan has at most 1,000,000 cells")


def test_sobol_without_scipy_is_told_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    (problem,) = problems(SIMPLE + "sample: {method: sobol, count: 2}\n")
    assert problem.path == "sample.method"
    assert "pip install" in problem.message


def test_a_plan_says_why_every_place_of_a_sampled_sweep_is_no_cell() -> None:
    made = plan(SIMPLE + "where: steps > 10\nsample: {count: 3}\n")
    assert [(reason.kind, reason.places) for reason in made.reasons] == [("where", 2), ("sample", 1)]
    assert len(made.excluded) == 3


def test_a_sample_is_the_same_in_every_process() -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests/unit/plan'); import test_plan_sweep as t\n"
        "for m in ('random', 'lhs', 'halton'):\n"
        "    print([c.digest for c in t.plan(t.WIDE + f'sample: {{method: {m}, count: 9}}\\n').cells])\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != b""


IMG2IMG = "params: {prompt: x, image: 'https://example.com/a.png', strength: 0.5}\n"


def test_a_parameter_at_the_top_may_apply_in_one_grid_alone() -> None:
    text = IMG2IMG + "grids: [{params: {action: generate}}, {params: {action: img2img}}]\n"
    assert swept(plan(text), "strength") == [(None,), (0.5,)]
    assert len(problems(text.replace("img2img}", "generate, n: 2}"))) == 2


def test_a_parameter_may_apply_in_cells_that_a_sample_passes_over() -> None:
    text = IMG2IMG + "axes: {action: [generate, img2img], steps: [1, 2, 3]}\nsample: {count: 1}\n"
    assert len(plan(text).cells) == 1
    assert len(problems(text.replace("generate, img2img", "generate"))) == 2


def test_a_problem_that_grids_share_is_told_once_with_all_its_cells() -> None:
    (problem,) = problems(
        "params: {prompt: x}\naxes: {scale: [5, 60]}\n"
        "grids: [{axes: {steps: [1, 2]}}, {axes: {steps: [3, 4, 5]}}, {params: {scale: 2}}]\n"
    )
    assert problem.concerns == "5 of 11 cells"


def test_a_problem_of_one_grid_names_it() -> None:
    (problem,) = problems(
        "params: {prompt: 'x ${{ style }}'}\n"
        "grids: [{title: Styles, axes: {style: [a, b]}}, {axes: {steps: [1, 2]}}]\n"
    )
    assert problem.concerns == "2 of 4 cells: grid 2"


def test_values_of_a_union_are_one_only_if_they_do_the_same_and_are_both_shown() -> None:
    made = plan(
        "params: {prompt: a cat}\n"
        "axes: {light: [{title: x, replace: {cat: dog}}, {title: x, replace: {cat: fox}}]}\n"
        "grids: [{axes: {steps: [{value: 40, hide: true}, 20]}}, {axes: {steps: [40, 20]}}]\n"
    )
    assert [value.label for value in made.axes[1].values] == ["x", "x"]
    assert [(value.label, value.hide) for value in made.axes[2].values] == [
        ("40", True), ("20", False), ("40", False),
    ]  # fmt: skip
    assert len({cell.coordinates for cell in made.cells}) == len(made.cells) == 8


def test_a_zip_at_the_top_lets_go_of_an_axis_that_a_grid_settles() -> None:
    made = plan(
        "params: {prompt: x}\naxes: {steps: [1, 2], scale: [1, 2]}\nzip: [[steps, scale]]\n"
        "grids: [{params: {steps: 4}}, {}]\n"
    )
    assert swept(made, "steps", "scale") == [(4, 1), (4, 2), (1, 1), (2, 2)]


def test_the_axes_of_all_grids_have_equal_values_once_whatever_they_are() -> None:
    one, other = ({"title": "soft", "set": {"n": number}} for number in (1, 2))
    grids = [
        {"axes": {"seed": [1, 2], "look": [one]}},
        {"axes": {"seed": [2, 3], "look": [other, one]}},
    ]
    seeds, looks = known_axes(sweeps_of(f"params: {{prompt: x}}\ngrids: {json.dumps(grids)}\n"))
    assert [value.value for value in seeds.values] == [1, 2, 3]
    assert [value.sets for value in looks.values] == [one["set"], other["set"]]


def test_many_values_are_brought_together_by_looking_them_up() -> None:
    grids = [{"axes": {"seed": {"count": 5000, "from": first}}} for first in (1, 3)]
    text = f"params: {{prompt: x}}\ngrids: {json.dumps(grids)}\n"
    sweeps = sweeps_of(text)
    called = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal called
        called += event == "call"

    sys.setprofile(count)
    try:
        (seeds,) = known_axes(sweeps)
    finally:
        sys.setprofile(None)
    assert len(seeds.values) == 5002
    assert called < 100 * 5002  # each held against each other would be 25 million


def test_grids_too_large_together_are_refused_before_they_are_walked() -> None:
    grids = ", ".join(f"{{params: {{n: {1 + number % 4}, scale: {number}}}}}" for number in range(9))
    text = "params: {prompt: x}\naxes: {seed: {count: 9000, from: 1}, steps: '1, 2, ..., 50'}\n"
    (problem,) = problems(text + f"grids: [{grids}]\n")
    assert "these make 4,050,000 cells" in problem.message
