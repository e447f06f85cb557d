"""Axis kinds, from the recipe's text to the requests."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace import in_loops
from teststrip.base.json import Json
from teststrip.base.where import Where
from teststrip.plan.lock import dump_lock
from teststrip.plan.lock_read import parse_lock
from teststrip.plan.make import draft_plan
from teststrip.plan.model import AxisValue, Plan
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Parameter, Provider
from teststrip.provider.wire import Roles
from teststrip.recipe.load import read_text

PAGE = Where("page.md", 1, 1)


def page(name: str) -> Provider:
    provider = find_provider(name)
    assert provider is not None
    return provider


def two_sided() -> Provider:
    """Return a page that has width and height in two parameters."""
    provider = page("gptproto")
    sides = tuple(
        Parameter(name, name, "integer", PAGE, default=512, size=None) for name in ("image_width", "image_height")
    )
    others = tuple(parameter for parameter in provider.parameters if parameter.name != "size")
    roles = replace(provider.roles, size=None, width="image_width", height="image_height")
    return replace(provider, parameters=(*others, *sides), roles=roles, price=None)


NOVEL: Final = page("gptproto")
SIDES: Final = two_sided()
FULL: Final = "nai-diffusion-4-5-full"
HEAD: Final = f"teststrip: 1\nmodel: gptproto/{FULL}\nparams: {{prompt: a cat on a mat}}\n"


def read(text: str, provider: Provider = NOVEL, head: str = HEAD) -> tuple[Plan | None, list[str]]:
    reading = read_text(head + text, "r.yaml")
    assert reading.recipe is not None
    plan, found = draft_plan(reading.recipe, provider, "t")
    return plan, [str(problem) for problem in (*reading.problems, *found)]


def plan(text: str, provider: Provider = NOVEL, head: str = HEAD) -> Plan:
    made, problems = read(text, provider, head)
    assert problems == []
    assert made is not None
    return made


def values(text: str, provider: Provider = NOVEL, head: str = HEAD) -> tuple[AxisValue, ...]:
    return plan(text, provider, head).axes[0].values


def labels(text: str, provider: Provider = NOVEL) -> list[str]:
    return [value.label for value in values(text, provider)]


def swept(text: str, *names: str, provider: Provider = NOVEL) -> list[tuple[Json, ...]]:
    return [tuple(cell.request.get(name) for name in names) for cell in plan(text, provider).cells]


def problems(text: str, provider: Provider = NOVEL) -> list[str]:
    return read(text, provider)[1]


def test_trap_2_float_ranges_reach_their_end_and_print_as_written() -> None:
    """0.1 to 0.6 has six values, 1 to 1.3 by 0.1 ends at 1.3, and no label is 7.199999999999999."""
    assert labels("axes: {cfg_rescale: {from: 0.1, to: 0.6, step: 0.1}}") == [
        "0.1",
        "0.2",
        "0.3",
        "0.4",
        "0.5",
        "0.6",
    ]
    assert labels("axes: {scale: {from: 1, to: 1.3, step: 0.1}}") == ["1.0", "1.1", "1.2", "1.3"]
    assert swept("axes: {scale: {from: 1, to: 1.3, step: 0.1}}", "scale") == [(1.0,), (1.1,), (1.2,), (1.3,)]
    assert labels("axes: {scale: {from: 6, to: 7.2, step: 0.4}}") == ["6.0", "6.4", "6.8", "7.2"]


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ("steps: {from: 10, to: 1, step: -3}", [10, 7, 4, 1]),
        ("steps: {from: 10, to: 50, count: 5}", [10, 20, 30, 40, 50]),
        ("steps: {from: 1, to: 50, count: 5, multiple_of: 5}", None),
        ("steps: {from: 5, to: 50, count: 4, multiple_of: 5}", [5, 20, 35, 50]),
        ("steps: {from: 1, to: 32, count: 6, spacing: log}", [1, 2, 4, 8, 16, 32]),
        ("steps: {from: 1.0, to: 3.0, step: 1.0}", [1, 2, 3]),
        ("seed: {count: 3, from: 7}", [7, 8, 9]),
        ("seed: {count: 3, from: 7, step: 4}", [7, 11, 15]),
        ("seed: {from: 1e3, count: 2}", [1000, 1001]),
        ("scale: {from: 1, to: 10, count: 3, spacing: log}", [1, 3.16, 10]),
        ("scale: {from: 0, to: 1, count: 4}", [0.0, 0.333, 0.667, 1.0]),
        ("scale: {from: 0x1, to: 3, step: 1}", [1, 2, 3]),
    ],
)
def test_numbers_between_two_ends_are_typed_by_their_parameter(axis: str, expected: list[Json] | None) -> None:
    made, found = read(f"axes: {{{axis}}}")
    if expected is None:
        assert "multiple" in found[0]
    else:
        assert made is not None
        assert [value.value for value in made.axes[0].values] == expected
        assert [type(value.value) for value in made.axes[0].values] == [type(value) for value in expected]


@pytest.mark.parametrize(
    ("axis", "place", "words"),
    [
        ("scale: {from: 1, to: 2, step: 0.3}", "axes.scale.to", "did you mean '1.9'?"),
        ("scale: {from: 2, to: 1, step: 0.5}", "axes.scale.step", "did you mean '-0.5'?"),
        (
            "scale: {from: 1, to: 2, step: 1e-300}",
            "axes.scale.step",
            "1e-300 is not a number that an axis can reach",
        ),
        ("steps: {from: 1, to: 30, step: 5.5}", "axes.steps.step", "not whole"),
        ("steps: {from: 1, to: 50, count: 4}", "axes.steps.count", "`multiple_of: 1` rounds them"),
        ("steps: {count: 3, from: 1, to: 3, spacing: cubic}", "axes.steps.spacing", "choose one of linear, log"),
        ("scale: {from: 0, to: 5, count: 5, spacing: log}", "axes.scale.from", "neither cross 0"),
        ("scale: {form: 1, to: 2, step: 1}", "axes.scale.form", "did you mean 'from'?"),
        ("mood: {widht: [1], height: [2]}", "axes.mood.widht", "did you mean 'width'?"),
        ("scale: {from: 1.5, count: 3}", "axes.scale.from", "say `to:` or `step:` too"),
        ("mood: {count: 3}", "axes.mood", "only a seed can be drawn"),
        ("steps: {count: 20000, from: 1}", "axes.steps.count", "from 1 to 10,000"),
        ("steps: {from: '${{ n }}', to: 3, step: 1}", "axes.steps.from", "'n' is no variable here"),
        ("sampler: {from: 1, to: 3, step: 1}", "axes.sampler", "sampler is no number"),
        ("sampler: {width: [64], height: [64]}", "axes.sampler", "did you mean 'size'?"),
        ("size: {width: [64, 70], height: 64, multiple_of: 64}", "axes.size.width", "70 is not a multiple of 64"),
        ("size: {width: 64, height: [64.5]}", "axes.size.height[0]", "not a whole number"),
        ("size: {width: 64, height: 64, max_pixels: 64}", "axes.size", "no width and height together"),
        ("size: [portait]", "axes.size[0]", "did you mean 'portrait'?"),
        ("n: [{value: 1, set: {n: 2}}]", "axes.n[0].set.n", "leave it out of `set`"),
        ("pet: {replace: dog, with: [fox]}", "axes.pet.replace", "'dog' occurs nowhere in prompt"),
        ("pet: {replace: cat, with: [fox], in: promt}", "axes.pet.in", "did you mean 'prompt'?"),
        (
            "pet: {replace: cat, with: [fox], in: negative_prompt}",
            "axes.pet.replace",
            "negative_prompt is not given",
        ),
        ("pet: {replace: cat, with: [fox, fox]}", "axes.pet.with[1]", "fox stands twice on this axis"),
        ("pet: [{title: x, replace: {dog: fox}}]", "axes.pet[0].replace.dog", "occurs nowhere"),
    ],
)
def test_a_form_that_cannot_be_is_told_at_its_member(axis: str, place: str, words: str) -> None:
    found = problems(f"axes: {{{axis}}}")
    assert len(found) == 1
    assert f"  {place}  " in found[0]
    assert words in found[0]


def test_sizes_are_every_width_with_every_height_the_height_fastest() -> None:
    sizes = ["512x64", "512x128", "768x64", "768x128"]
    assert labels("axes: {size: {width: [512, 768], height: [64, 128], multiple_of: 64}}") == sizes
    assert (
        labels("axes: {size: {width: {from: 512, to: 768, count: 2}, height: {from: 64, to: 128, step: 64}}}")
        == sizes
    )
    assert labels("axes: {size: {width: [512, 768], height: [64, 128], max_pixels: 65536}}") == sizes[:3]
    assert labels("axes: {size: {width: [512, 576, ..., 704], height: 64, min_pixels: 40000}}") == [
        "640x64",
        "704x64",
    ]
    assert labels("axes: {size: {width: {from: 64, to: 320, count: 3}, height: 64, multiple_of: 64}}") == [
        "64x64",
        "192x64",
        "320x64",
    ]


def test_sizes_are_written_as_the_page_writes_them() -> None:
    head = "teststrip: 1\nmodel: dashscope/wan2.2-t2i-flash\nparams: {prompt: x}\n"
    made = values("axes: {size: {width: [512, 1024], height: 512}}", page("dashscope"), head)
    assert [(value.label, value.value) for value in made] == [("512*512", "512*512"), ("1024*512", "1024*512")]


def test_sizes_have_the_names_of_the_page_and_keep_them_in_their_labels() -> None:
    made = values("axes: {size: [portrait, '1:1', 640x640, {title: Wide, value: landscape}]}")
    assert [(value.label, value.value) for value in made] == [
        ("portrait 832x1216", "832x1216"),
        ("1:1 1024x1024", "1024x1024"),
        ("640x640", "640x640"),
        ("Wide", "1216x832"),
    ]


def test_all_sizes_are_the_common_ones_of_the_page() -> None:
    assert labels("axes: {size: all}") == [
        "portrait 832x1216",
        "square 1024x1024",
        "landscape 1216x832",
        "widescreen 1472x832",
    ]


def test_a_size_sets_both_parameters_of_a_page_that_has_two() -> None:
    sides = ("image_width", "image_height")
    made = "axes: {size: [portrait, 640x512, {title: Wide, value: landscape, set: {steps: 5}}]}"
    assert swept(made, *sides, "steps", provider=SIDES) == [(832, 1216, 28), (640, 512, 28), (1216, 832, 5)]
    grid = "axes: {size: {width: [64, 128], height: 64}}"
    assert swept(grid, *sides, provider=SIDES) == [(64, 64), (128, 64)]
    assert labels("axes: {size: all}", SIDES)[0] == "portrait 832x1216"
    (said,) = problems("axes: {size: [wide]}", SIDES)
    assert "did you mean 'widescreen'?" in said
    (said,) = problems("axes: {size: [64x64], image_width: [64]}", SIDES)
    assert "image_width is decided by axis size and by axis image_width" in said
    (said,) = problems("axes: {size: [{value: 64x64, set: {image_width: 3}}]}", SIDES)
    assert "leave it out of `set`" in said


def test_a_free_variable_may_be_a_size_and_numbers_of_any_kind() -> None:
    text = 'params: {prompt: "${{ a }} ${{ b }} ${{ c }}"}\naxes: {a: {width: [1, 2], height: 3}, '
    text += "b: {from: 0.5, to: 1, step: 0.5}, c: {from: 1, to: 10, count: 4}}"
    head = HEAD.partition("params")[0]
    cells = plan(text, head=head).cells
    assert len(cells) == 16
    assert [cell.request["prompt"] for cell in cells[:5]] == [
        "1x3 0.5 1",
        "1x3 0.5 4",
        "1x3 0.5 7",
        "1x3 0.5 10",
        "1x3 1.0 1",
    ]


def test_a_value_may_set_other_parameters_besides_its_own() -> None:
    text = "axes:\n  sampler:\n    - {value: k_euler, set: {steps: 40}, note: slow}\n    - ddim_v3\n"
    assert swept(text, "sampler", "steps") == [("k_euler", 40), ("ddim_v3", 28)]
    assert labels(text) == ["k_euler", "ddim_v3"]
    free = "axes:\n  tone:\n    - {value: warm, set: {uc_preset: 1}}\n    - {title: Cold, value: cold}\n"
    (said,) = problems(free)
    assert "no template mentions ${{ tone }}" in said


def test_values_to_skip_and_to_hide_are_marked_and_locked() -> None:
    made = plan("axes:\n  steps:\n    - {value: 1, skip: true}\n    - {value: 2, hide: true}\n    - 3\n")
    assert [(value.skip, value.hide) for value in made.axes[0].values] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert parse_lock(dump_lock(made), "plan.lock.json").axes == made.axes


def test_a_text_of_the_prompt_is_replaced_the_unchanged_one_first() -> None:
    text = "axes:\n  pet: {replace: cat, with: [dog, {title: Fox, value: red fox, note: shy}]}\n"
    assert [prompt for (prompt,) in swept(text, "prompt")] == [
        "a cat on a mat",
        "a dog on a mat",
        "a red fox on a mat",
    ]
    made = plan(text)
    assert [value.label for value in made.axes[0].values] == ["cat", "dog", "Fox"]
    assert made.axes[0].values[2].note == "shy"
    assert parse_lock(dump_lock(made), "plan.lock.json").axes == made.axes


def test_the_unchanged_text_stands_where_it_is_written() -> None:
    assert labels("axes: {pet: {replace: cat, with: [dog, cat, '']}}") == ["dog", "cat", "(nothing)"]


def test_titled_values_replace_several_texts_at_once() -> None:
    text = "axes:\n  scene:\n    - {title: Plain}\n    - {replace: {cat: mat, mat: cat}, set: {steps: 3}}\n"
    assert swept(text, "prompt", "steps") == [("a cat on a mat", 28), ("a mat on a cat", 3)]
    assert labels(text) == ["Plain", "cat -> mat, mat -> cat"]


def test_replacing_is_the_same_whichever_axis_stands_first() -> None:
    pet, place = "pet: {replace: cat, with: [mat]}", "place: {replace: mat, with: [cat]}"
    one, other = (plan(f"axes: {{{a}, {b}}}") for a, b in ((pet, place), (place, pet)))
    assert {cell.digest for cell in one.cells} == {cell.digest for cell in other.cells}
    assert [cell.request["prompt"] for cell in one.cells] == [
        "a cat on a mat",
        "a cat on a cat",
        "a mat on a mat",
        "a mat on a cat",
    ]


def test_two_axes_cannot_replace_one_text() -> None:
    (said, *_) = problems("axes: {a: {replace: cat, with: [x]}, b: {replace: cat, with: [y]}}")
    assert "'cat' is replaced by axis a already" in said


def test_texts_are_replaced_after_templates_and_in_any_parameter_with_text() -> None:
    text = 'params: {prompt: "a ${{ pet }}", negative_prompt: low}\naxes: {pet: [cat, dog], '
    text += "is: {replace: cat, with: [fox]}, negative_prompt: {replace: low, with: [bad]}}"
    cells = plan(text, head=HEAD.partition("params")[0]).cells
    assert [cell.request["prompt"] for cell in cells[::2]] == ["a cat", "a fox", "a dog", "a dog"]
    assert [cell.request["negative_prompt"] for cell in cells[:2]] == ["low", "bad"]


def test_a_replaced_text_is_the_cell_that_writes_it_down() -> None:
    replaced = plan("axes: {pet: {replace: cat, with: [dog]}}").cells
    written = plan("axes: {prompt: [a cat on a mat, a dog on a mat]}").cells
    assert [cell.digest for cell in replaced] == [cell.digest for cell in written]


def test_far_too_much_text_is_refused() -> None:
    text = f"axes: {{pet: {{replace: a, with: [{'x' * 90_000}]}}}}"
    (said,) = problems(text)
    assert "more than 100,000 characters" in said


@pytest.mark.parametrize(
    ("variables", "axis", "expected"),
    [
        ("samplers: [k_euler, ddim_v3]", "sampler: '${{ samplers }}'", ["k_euler", "ddim_v3"]),
        ("two: [10, 20.0]", "scale: '${{ two + [3] }}'", None),
        ("few: [1, 2.5]", "scale: '${{ few }}'", [1, 2.5]),
        ("n: 5", "steps: '1, 2, ..., ${{ n }}'", [1, 2, 3, 4, 5]),
        ("s: '0.1, 0.2, ..., 0.4'", "cfg_rescale: '${{ s }}'", [0.1, 0.2, 0.3, 0.4]),
        ("what: all", "uc_preset: '${{ what }}'", [0, 1, 2, 3]),
        ("on: true", "steps: '${{ [1, 2] if on else [3] }}'", [1, 2]),
        ("r: {from: 1, to: 3, step: 1}", "steps: '${{ r }}'", [1, 2, 3]),
        ("t: [{title: A, value: 7}]", "steps: ' ${{- t -}} '", [7]),
        ("n: 3", "steps: {from: 1, to: '${{ n }}', step: 1}", [1, 2, 3]),
    ],
)
def test_the_values_of_an_axis_may_come_from_a_template(
    variables: str, axis: str, expected: list[Json] | None
) -> None:
    made, found = read(f"vars: {{{variables}}}\naxes:\n  {axis}\n")
    if expected is None:
        assert "20.0 is above the maximum 10" in found[0]
    else:
        assert made is not None
        assert [value.value for value in made.axes[0].values] == expected


@pytest.mark.parametrize(
    ("variables", "axis", "words"),
    [
        ("n: 5", "steps: '${{ n }}'", "5 is not a list of values"),
        ("n: [[{titel: x}]]", "steps: '${{ n[0] }}'", "of what the template makes, [0].titel: nothing here has"),
        ("n: []", "steps: '${{ n }}'", "this list may not be empty"),
        ("n: [1]", "steps: '${{ m }}'", "'m' is no variable here"),
        ("n: [1]", "steps: '${{ scale }}'", "scale is an axis"),
        ("n: [1]", "steps: '${{ n.__class__ }}'", "there is no '__class__' in it"),
        ("n: [9007199254740990]", "steps: '${{ [n[0] * 3] }}'", "2^53"),
    ],
)
def test_what_a_template_makes_of_an_axis_is_held_against_the_forms(variables: str, axis: str, words: str) -> None:
    found = problems(f"vars: {{{variables}}}\naxes:\n  {axis}\n  scale: [1]\n")
    assert any(words in said for said in found)


@pytest.mark.parametrize(
    "axis",
    [
        "scale: {from: 1, to: 9, step: 1e-17}",
        "seed: {from: 0, to: 4294967295, step: 1}",
        "seed: {from: 0, count: 999999999, step: 1}",
        "size: {width: {from: 1, to: 9000, step: 1}, height: {from: 1, to: 9000, step: 1}}",
        "scale: {from: 1e-300, to: 1e300, count: 10, spacing: log}",
        "mood: {from: 1, to: 1e18, count: 10001}",
        "mood: '0, 1e-18, ..., 1'",
        f"mood: '1.{'0' * 5000}1, 2, ..., 3'",
    ],
)
def test_hostile_numbers_are_refused_in_bounded_time(axis: str) -> None:
    found, took = in_loops(lambda: problems(f"axes: {{{axis}}}"))
    assert took < 100
    assert found


def test_drawn_seeds_are_those_of_earlier_versions() -> None:
    assert [value.value for value in values("axes: {seed: {count: 2}}")] == [736596143, 3247744545]


@settings(max_examples=40, deadline=None)
@given(st.decimals(0, 5, places=2), st.decimals(Decimal("0.01"), Decimal("0.05"), places=2), st.integers(1, 40))
def test_labels_parse_back_to_what_is_sent(first: Decimal, step: Decimal, count: int) -> None:
    last = first + (count - 1) * step
    made = values(f"axes: {{scale: {{from: {first}, to: {last}, step: {step}}}}}")
    assert len(made) == count
    assert [float(value.label) for value in made] == [value.value for value in made]
    assert [Decimal(value.label) for value in made] == [first + index * step for index in range(count)]


def test_roles_name_what_is_searched_when_a_page_has_no_prompt() -> None:
    (said,) = problems("axes: {pet: {replace: cat, with: [x]}}", replace(NOVEL, roles=Roles()))
    assert "name it, with `in:`" in said


NUMBERS = [0, 1, -1, 2.5, 64, 512, 1e-9, 10_000, 2**53, "1e400", "1, 2, ..., 9", "${{ n }}", "${{ l }}"]
OTHERS = [True, None, "", "cat", "all", "${{ steps }}", "portrait", "64x64", "log", "...", [1, 2], [], {"a": 1}]
ODD = st.sampled_from([*NUMBERS, *OTHERS])
NAMES = "from to step count spacing multiple_of width height min_pixels max_pixels replace with in title value set"
MEMBERS = st.sampled_from(NAMES.split())
SPECS = st.one_of(
    ODD,
    st.lists(st.one_of(ODD, st.dictionaries(MEMBERS, ODD, max_size=3)), max_size=4),
    st.dictionaries(MEMBERS, st.one_of(ODD, st.lists(ODD, max_size=3), st.dictionaries(MEMBERS, ODD, max_size=3))),
    st.fixed_dictionaries({"width": ODD, "height": st.lists(ODD, min_size=1, max_size=2)}),
    st.fixed_dictionaries({"from": ODD, "to": ODD, "count": ODD}, optional={"spacing": ODD, "multiple_of": ODD}),
    st.fixed_dictionaries({"from": ODD, "to": ODD, "step": ODD}),
    st.fixed_dictionaries({"replace": ODD, "with": st.lists(ODD, min_size=1, max_size=3)}, optional={"in": ODD}),
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["size", "scale", "steps", "seed", "sampler", "prompt", "free"]),
    SPECS,
    st.sampled_from(["one size", "two sides"]),
)
def test_whatever_an_axis_holds_it_is_a_plan_or_a_problem_with_its_place(
    name: str, spec: object, sizes: str
) -> None:
    text = json.dumps({"vars": {"n": 3, "l": [1, 2]}, "axes": {name: spec}})[1:-1]
    head = json.dumps({"teststrip": 1, "model": f"gptproto/{FULL}", "params": {"prompt": "a cat ${{ n }}"}})[:-1]
    made, found = read(f"{head}, {text}}}", NOVEL if sizes == "one size" else SIDES, head="")
    assert found or (made is not None and made.cells)
    assert all(said.startswith("r.yaml:1:") for said in found)


LITERAL = "x ${{ '${{' }} y }}"


@pytest.mark.parametrize(
    "text",
    [
        f'axes: {{prompt: ["{LITERAL}", b]}}\n',
        f'vars: {{texts: ["{LITERAL}", b]}}\naxes: {{prompt: "${{{{ texts }}}}"}}\n',
        f'axes: {{style: [{{title: "{LITERAL}", set: {{prompt: "${{{{ style }}}}"}}}}, {{title: b, set: {{prompt: b}}}}]}}\n',  # noqa: E501
    ],
)
def test_what_a_template_made_of_an_axis_value_is_text_and_no_template_again(text: str) -> None:
    assert swept(text, "prompt") == [("x ${{ y }}",), ("b",)]


def test_a_value_of_ones_own_that_looks_like_a_template_reaches_the_text_that_mentions_it() -> None:
    made = plan(
        f'axes: {{style: ["{LITERAL}", b]}}\n',
        head=HEAD.replace("a mat", "a mat, ${{ style }}")
        .replace("{prompt: ", '{prompt: "')
        .replace("}}}", '}}"}'),
    )
    assert [cell.request["prompt"] for cell in made.cells] == ["a cat on a mat, x ${{ y }}", "a cat on a mat, b"]
