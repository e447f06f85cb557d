"""Chance is locked: what templates draw depends on the recipe's `chance` and on the cell, and on nothing else."""

from __future__ import annotations

import collections
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.plan.make import draft_plan, make_plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.chance import Chance, Coordinate, Draw
from teststrip.recipe.load import read_text
from teststrip.recipe.templates import TemplateFault, compile_template, render

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
COLOURS = "['red', 'blue', 'green', 'black', 'white', 'silver', 'golden', 'brown']"
HERE = Chance(0, "prompt", {"seed": Coordinate(1, "seed"), "style": Coordinate("ink")})


def prompts(text: str) -> dict[tuple[str, ...], str]:
    """Plan a recipe; return the prompt of each cell by the labels of its values, sorted."""
    reading = read_text(HEAD + text, "r.yaml")
    provider = find_provider("gptproto")
    assert reading.recipe is not None
    assert reading.problems == ()
    assert provider is not None
    plan = make_plan(reading.recipe, provider, "test")
    return {
        tuple(sorted(plan.label(cell, axis) for axis in range(len(plan.axes)))): str(cell.request["prompt"])
        for cell in plan.cells
    }


def faults(text: str) -> list[str]:
    reading = read_text(HEAD + text, "r.yaml")
    provider = find_provider("gptproto")
    assert reading.recipe is not None
    assert provider is not None
    problems = [*reading.problems, *draft_plan(reading.recipe, provider, "test")[1]]
    return [f"{problem.path}: {problem.message}" for problem in problems]


def hair(chance: int = 0, more: str = "", axes: str = "  seed: [1, 2, 3, 4, 5, 6]\n  scale: [5, 6]\n") -> str:
    return (
        f'chance: {chance}\nparams: {{prompt: "${{{{ {COLOURS}|random }}}} hair${{{{ x }}}}"}}\n'
        f"vars: {{x: ''}}\naxes:\n{axes}{more}"
    )


def test_a_random_filter_that_ignores_the_seed_dynamicprompts_108() -> None:
    first, again, other = prompts(hair(7)), prompts(hair(7)), prompts(hair(8))
    assert first == again
    assert first != other
    assert len(set(first.values())) > 2


def test_draws_are_the_same_in_every_process_whatever_its_hash_seed() -> None:
    code = (
        "import sys; from teststrip.recipe.templates import render; "
        "from teststrip.recipe.chance import Chance, Coordinate; "
        "here = {'seed': Coordinate(1, 'seed'), 'style': Coordinate('ink')}; "
        "print(render(sys.argv[1], {}, Chance(0, 'prompt', here)))"
    )
    text = f"${{{{ {COLOURS}|shuffle|join(' ') }}}}"
    said = {
        subprocess.run(
            [sys.executable, "-c", code, text],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout.strip()
        for seed in ("0", "1", "2")
    }
    # The words themselves stand here: a change of them is a change of what people have paid for.
    assert said == {render(text, {}, HERE)}
    assert said == {"brown red blue silver black green golden white"}


def test_an_inserted_axis_value_leaves_the_other_cells_as_they_were() -> None:
    before = prompts(hair())
    after = prompts(hair(axes="  seed: [9, 1, 2, 7, 3, 4, 5, 6]\n  scale: [5, 5.5, 6]\n"))
    assert before.items() <= after.items()


def test_the_order_of_axes_and_their_values_changes_no_draw() -> None:
    assert prompts(hair()) == prompts(hair(axes="  scale: [6, 5]\n  seed: [6, 5, 4, 3, 2, 1]\n"))


def test_a_new_title_and_a_new_name_of_a_variable_change_no_draw() -> None:
    titled = "  style: [{title: Ink, value: ink}, wash]\n  seed: [1, 2, 3, 4]\n"
    named = prompts(hair(axes=titled))
    renamed = prompts(hair(axes=titled.replace("style", "manner").replace("Ink", "Ink on paper")))
    assert list(named.values()) == list(renamed.values())


def test_a_longer_list_changes_only_the_cells_that_draw_what_is_new() -> None:
    before = prompts(hair())
    after = prompts(hair().replace("'red'", "'pink', 'red'"))
    changed = {after[cell] for cell in before if before[cell] != after[cell]}
    assert changed <= {"pink hair"}


def test_another_template_is_another_draw_and_leaves_this_one() -> None:
    more = hair().replace("params: {", "params: {negative_prompt: '${{ [1, 2]|random }}', ")
    assert prompts(more) == prompts(hair())


def test_per_names_the_axes_that_a_draw_goes_by() -> None:
    axes = "  seed: [31, 32, 33, 34, 35, 36]\n  scale: [1, 2]\n"  # in a cell's sorted labels, the seed comes last
    made = prompts(hair(axes=axes).replace("|random", "|random(per='seed')"))
    by_seed = collections.defaultdict(set)
    for (_scale, seed), prompt in made.items():
        by_seed[seed].add(prompt)
    assert all(len(drawn) == 1 for drawn in by_seed.values())
    assert len(set(made.values())) > 1


def test_per_nothing_draws_once_for_all_cells() -> None:
    assert len(set(prompts(hair().replace("|random", "|random(per=[])")).values())) == 1


def test_a_variable_draws_once_for_the_whole_recipe() -> None:
    variables = f'vars: {{hair: "${{{{ {COLOURS}|random }}}}"}}\n'
    text = variables + 'params: {prompt: "${{ hair }}"}\naxes: {seed: [1, 2, 3, 4, 5, 6]}\n'
    assert len(set(prompts(text).values())) == 1


def test_an_axis_that_only_varies_the_draw_is_of_use() -> None:
    made = prompts(hair(axes="  take: {count: 40, from: 1}\n"))
    assert len(made) == 40
    assert len(set(made.values())) > 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: ${{ [1, 2]|random }}\nparams: {prompt: x}\n", "title: nothing can be drawn here"),
        (
            "params: {prompt: '${{ style }}'}\naxes: {style: ['${{ [1, 2]|random }}']}\n",
            "axes.style[0]: nothing can be drawn here",
        ),
        (
            "params: {prompt: \"${{ [1, 2]|random(per='sede') }}\"}\naxes: {seed: [1, 2]}\n",
            "params.prompt: 'sede' is no variable here",
        ),
        (
            "vars: {x: 1}\nparams: {prompt: \"${{ [1, 2]|random(per='x') }}\"}\naxes: {seed: [1, 2]}\n",
            "params.prompt: `per` names the axes that a draw depends on, and 'x' is none; there are: seed",
        ),
        (
            "params: {prompt: '${{ [1, 2]|random(per=x) }}'}\nvars: {x: 1}\n",
            "params.prompt: `per` names axes, in quotes",
        ),
        ("params: {prompt: '${{ []|random }}'}\n", "random needs a list that has something in it"),
        ("params: {prompt: '${{ [1]|sample(2) }}'}\n", "sample needs a whole number from 0 to 1"),
        ("params: {prompt: '${{ \"||a|b\"|alternatives }}'}\n", "`||` is opened and not closed"),
    ],
)
def test_what_cannot_be_drawn_is_said_at_its_place(text: str, said: str) -> None:
    assert any(said in fault for fault in faults(text))


def test_a_chance_that_is_no_whole_number_is_a_mistake() -> None:
    assert faults("chance: dice\nparams: {prompt: x}\n") == ['chance: "dice" is text, not a whole number']


def test_alternatives_are_left_alone_unless_a_recipe_asks() -> None:
    assert set(prompts("params: {prompt: '||a|b||, sky'}\n").values()) == {"||a|b||, sky"}
    assert set(prompts("vars: {p: '||a|b||'}\nparams: {prompt: '${{ p }}, sky'}\n").values()) == {"||a|b||, sky"}


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("||red|blue|| hair", {"red hair", "blue hair"}),
        ("|| red | blue ||", {" red ", " blue "}),
        ("||a||", {"a"}),
        ("||a|||", {"a", ""}),
        ("|||a||", {"a", ""}),
        ("x | y", {"x | y"}),
        ("||a|b||||c|d||", {"ac", "ad", "bc", "bd"}),
        ("{||{a}|[b]||}", {"{{a}}", "{[b]}"}),
        ("||a\n|b||", {"a\n", "b"}),
    ],
)
def test_alternatives_resolve_to_one_choice_each(text: str, choices: set[str]) -> None:
    variables: dict[str, Json] = {"text": text}
    drawn = {render("${{ text|alternatives }}", variables, Chance(seed, "prompt")) for seed in range(60)}
    assert drawn == choices


def test_a_template_tells_what_it_draws_by() -> None:
    def told(text: str) -> tuple[bool, frozenset[str] | None]:
        template = compile_template(text)
        return template.draws, template.per

    assert told("${{ a }}") == (False, frozenset())
    assert told("${{ a|upper }}") == (False, frozenset())
    assert told("${{ a|random }}") == (True, None)
    assert told("${{ a|random(per='seed') }}") == (True, frozenset({"seed"}))
    assert told("${{ a|random(per='seed') }} ${{ a|shuffle(per=['x', 'seed']) }}") == (
        True,
        frozenset({"seed", "x"}),
    )
    assert told("${{ a|random(per='seed') }} ${{ a|sample(1) }}") == (True, None)
    assert compile_template("${{ a|random(per='seed') }}").names == {"a", "seed"}


def test_draws_are_even() -> None:
    counts = collections.Counter(
        Draw(0).source(Chance(0, "prompt", {"seed": Coordinate(seed, "seed")})).order(["a", "b", "c"])[0]
        for seed in range(3000)
    )
    assert all(900 < count < 1100 for count in counts.values())


@given(
    st.lists(st.integers(0, 50) | st.text(max_size=5), min_size=1, max_size=12),
    st.integers(0, 2**53),
    st.integers(0, 12),
)
def test_a_shuffle_loses_nothing_and_a_new_item_moves_no_other(items: list[Json], seed: int, at: int) -> None:
    source = Draw(0).source(Chance(seed, "prompt"))
    order = source.order(items)
    assert sorted(order, key=repr) == sorted(items, key=repr)
    longer = source.order([*items[:at], "something new", *items[at:]])
    longer.remove("something new")
    assert longer == order


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), min_size=1), st.integers(0, 99))
def test_the_order_of_coordinates_changes_no_draw(values: dict[str, int], seed: int) -> None:
    at = {name: Coordinate(value, name) for name, value in values.items()}
    turned = dict(reversed(at.items()))
    items = list(range(20))
    assert Draw(1).source(Chance(seed, "p", at)).order(items) == Draw(1).source(Chance(seed, "p", turned)).order(
        items
    )


def test_nothing_is_drawn_without_a_chance() -> None:
    with pytest.raises(TemplateFault, match="nothing can be drawn here"):
        render("${{ [1, 2]|random }}", {})


def test_two_draws_of_one_template_are_two() -> None:
    text = f"${{{{ {COLOURS}|random }}}} ${{{{ {COLOURS}|random }}}}"
    drawn = [render(text, {}, Chance(seed, "prompt")).split() for seed in range(30)]
    assert any(one != other for one, other in drawn)
