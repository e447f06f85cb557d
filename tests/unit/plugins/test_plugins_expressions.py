"""Filters, functions and conditions of plugins: pure, bounded, held to JSON, and told at their place."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from plugins_planned import HEAD, planned_with

from teststrip.plugins.extensions import Extensions
from teststrip.plugins.records import Function, function_of
from teststrip.recipe.load import read_text
from teststrip.recipe.templates import TemplateFault, compile_expression, compile_template, render


def functions(**called: Callable[..., Any]) -> dict[str, Function]:
    return {name: function_of(name, call, "mine") for name, call in called.items()}


def brought(
    filters: Mapping[str, Any] | None = None,
    calls: Mapping[str, Any] | None = None,
    conditions: Mapping[str, Any] | None = None,
) -> Extensions:
    return Extensions(
        filters=functions(**(filters or {})),
        functions=functions(**(calls or {})),
        conditions=functions(**(conditions or {})),
    )


def rendered(text: str, extensions: Extensions, **variables: Any) -> str:
    return render(text, variables, extensions=extensions)


def prompts(body: str, extensions: Extensions) -> list[Any]:
    plan, problems = planned_with(body, extensions)
    assert problems == []
    assert plan is not None
    return [cell.request["prompt"] for cell in plan.cells]


def twice(text: str, times: int = 2, between: str = "") -> str:
    return between.join([text] * times)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ twice('ab') }}", "abab"),
        ("${{ twice('ab', 3) }}", "ababab"),
        ("${{ twice('ab', between='-') }}", "ab-ab"),
        ("${{ twice(between='-', times=n, text=word) }}", "x-x-x"),
        ("${{ 'ab'|twice(1) }}${{ word|twice|upper }}", "abXX"),
        ("${{ twice(twice('a')) ~ '!' }}", "aaaa!"),
        ("${{ twice(['a', 1, none, true, 1.0, {'k': []}]|join(',')) }}", 'a,1,,true,1.0,{"k": []}' * 2),
    ],
)
def test_they_are_called_with_arguments_by_place_and_by_name(text: str, expected: str) -> None:
    assert rendered(text, brought({"twice": twice}, {"twice": twice}), n=3, word="x") == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${{ twice() }}", "twice needs the argument text: it takes text, times, between"),
        ("${{ twice('a', 1, '', 4) }}", "twice has other arguments: it takes text, times, between"),
        ("${{ twice('a', text='b') }}", "twice has no further argument 'text'"),
        ("${{ twice('a', colour=1) }}", "twice has no further argument 'colour'"),
        ("${{ twice(*['a']) }}", "twice has other arguments"),
        ("${{ twic('a') }}", "'twic' is no function; there are: twice"),
        ("${{ word.upper() }}", "a template holds expressions only, and this has a call"),
        ("${{ (twice)('a')() }}", "a template holds expressions only, and this has a call"),
        ("${{ even(2) }}", "even can be called in a condition under `where` only"),
        ("${{ 'a'|even }}", "'even' is no filter"),
        ("${{ twice(missing) }}", "'missing' is no variable here"),
    ],
)
def test_a_call_that_cannot_be_is_told(text: str, words: str) -> None:
    own = brought(calls={"twice": twice}, conditions={"even": lambda n: n % 2 == 0})
    with pytest.raises(TemplateFault) as caught:
        rendered(text, own, word="x")
    assert words in caught.value.message


def test_a_misspelt_function_is_told_with_what_was_meant() -> None:
    with pytest.raises(TemplateFault) as caught:
        rendered("${{ twic('a') }}", brought(calls={"twice": twice}))
    assert caught.value.suggestion == "twice"


def test_without_plugins_nothing_can_be_called_and_what_one_brings_is_not_there_for_another() -> None:
    with_it = brought(calls={"twice": twice})
    assert compile_template("${{ twice('a') }}", with_it).render({}) == "aa"
    for extensions in (Extensions(), brought(filters={"twice": twice})):
        with pytest.raises(TemplateFault, match="this has a call"):
            compile_template("${{ twice('a') }}", extensions)


def raises(_value: Any) -> Any:
    raise KeyError("no such word")


def leaves(_value: Any) -> Any:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (raises, "the function 'f' of the plugin 'mine' failed: KeyError: 'no such word'"),
        (leaves, "the function 'f' of the plugin 'mine' failed: it ends the program (SystemExit: 3)"),
        (lambda _: object(), "gives what JSON cannot carry: a object"),
        (lambda _: b"x", "gives what JSON cannot carry: a bytes"),
        (lambda _: {1: 2}, "gives what JSON cannot carry: a dict"),
        (lambda _: {"a": {1}}, "gives what JSON cannot carry: a set"),
        (lambda _: math.nan, "a number that is too large, or not finite"),
        (lambda _: -math.inf, "a number that is too large, or not finite"),
        (lambda _: 2**70, "a number that is too large, or not finite"),
        (lambda _: "\ud800", "gives what JSON cannot carry"),
        (lambda _: "x" * 100_001, "a text of more than 100,000 characters"),
        (lambda _: [0] * 10_001, "more than 10,000 items"),
        (lambda _: itertools.repeat(1), "gives what JSON cannot carry: a repeat"),
    ],
)
def test_what_a_function_does_wrong_is_a_fault_that_names_it_and_its_plugin(call: Any, words: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        rendered("${{ f(1) }}", brought(calls={"f": call}))
    assert words in caught.value.message


def test_a_list_that_holds_itself_is_a_fault() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TemplateFault, match="gives what JSON cannot carry"):
        rendered("${{ f(1) }}", brought(calls={"f": lambda _: endless}))


def test_one_that_gives_other_answers_each_time_is_found_out_before_anything_is_sent() -> None:
    count = itertools.count()
    with pytest.raises(TemplateFault, match="the filter 'f' of the plugin 'mine' gives other answers each time"):
        rendered("${{ 'a'|f }}", brought({"f": lambda _: next(count)}))


def test_what_was_answered_is_answered_again_though_the_function_has_changed_its_mind() -> None:
    said = ["first"]
    extensions = brought(calls={"f": lambda _: said[0]})
    assert rendered("${{ f(1) }}", extensions) == "first"
    said[0] = "second"
    assert rendered("${{ f(1) }}|${{ f(2) }}", extensions) == "first|second"


def test_numbers_that_print_alike_are_told_apart_and_true_is_not_one() -> None:
    extensions = brought(calls={"kind": lambda value: type(value).__name__})
    assert rendered("${{ kind(1) }} ${{ kind(1.0) }} ${{ kind(true) }} ${{ kind('1') }}", extensions) == (
        "int float bool str"
    )


def test_what_a_function_changes_reaches_neither_the_recipe_nor_its_own_next_answer() -> None:
    def spoil(items: list[Any]) -> list[Any]:
        items.append("spoilt")
        return items

    extensions = brought(calls={"spoil": spoil})
    words = ["a"]
    for _ in range(3):
        assert (
            rendered("${{ spoil(words)|join(' ') }} ${{ words|length }}", extensions, words=words) == "a spoilt 1"
        )
    assert words == ["a"]


def test_many_calls_come_to_an_end() -> None:
    extensions = brought(calls={"same": lambda value: value})
    with pytest.raises(TemplateFault, match="handles more than"):
        rendered("${{ same(long) }}" * 100, extensions, long="x" * 99_000)


def test_conditions_call_functions_of_both_kinds_and_draw_nothing() -> None:
    own = brought(calls={"half": lambda n: n / 2}, conditions={"even": lambda n: n % 2 == 0})
    expression = compile_expression("even(half(n)) or n == 1", own, condition=True)
    assert [expression.value({"n": n}) for n in (1, 4, 6)] == [True, True, False]
    assert expression.names == {"n"}


PARAMS = 'params: {prompt: "${{ f(word) }}, ${{ word|g }}"}\n'


def test_a_recipe_calls_them_wherever_it_has_templates() -> None:
    own = brought({"g": str.upper}, {"f": lambda text: f"<{text}>"}, {"short": lambda text: len(text) < 3})
    body = (
        PARAMS + 'vars: {end: "${{ f(\'v\') }}"}\naxes:\n  word: [ab, abc, "${{ end|g }}"]\nwhere: short(word)\n'
    )
    assert prompts(body, own) == ["<ab>, AB"]
    body = PARAMS + "axes:\n  word: \"${{ f2('a b') }}\"\n"
    assert prompts(body, brought({"g": str.upper}, {"f": lambda text: text, "f2": str.split})) == ["a, A", "b, B"]


def test_what_goes_wrong_is_told_at_its_place_with_the_cells() -> None:
    own = brought({"g": str.upper}, {"f": raises})
    _, problems = planned_with(PARAMS + "axes: {word: [a, b]}\n", own)
    assert problems == [
        "r.yaml:3:18  params.prompt  the function 'f' of the plugin 'mine' failed: KeyError: 'no such word'"
    ]
    _, problems = planned_with("params: {prompt: x}\naxes: {steps: [1, 2]}\nwhere: f(steps)\n", own)
    assert problems == [
        "r.yaml:5:8  where[0]  the function 'f' of the plugin 'mine' failed: KeyError: 'no such word' (at steps 1)"
    ]


def test_a_condition_of_a_plugin_has_to_be_true_or_false() -> None:
    _, problems = planned_with(
        "params: {prompt: x}\naxes: {steps: [1, 2]}\nwhere: f(steps)\n", brought(conditions={"f": lambda n: n})
    )
    assert problems == ["r.yaml:5:8  where[0]  a condition is true or false, and this comes to 1 (at steps 1)"]


def test_a_whole_file_template_calls_them_and_a_macro_goes_before() -> None:
    own = brought({"g": str.upper}, {"f": lambda text: f"<{text}>", "m": lambda text: f"plugin {text}"})
    text = (
        HEAD
        + "${% macro m(text) %}macro ${{ text }}${% endmacro %}\n"
        + "params: {prompt: \"${{ f('a') }} ${{ 'b'|g }} ${{ m('c') }}\"}\n"
    )
    reading = read_text(text, "r.yaml.jinja", extensions=own)
    assert reading.problems == ()
    assert reading.recipe is not None
    assert reading.recipe.params["prompt"] == "<a> B macro c"
