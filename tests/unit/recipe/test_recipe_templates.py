from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.recipe.templates import MAX_TEXT, TemplateFault, compile_template, evaluate, render

VARIABLES: dict[str, Json] = {
    "subject": "1girl",
    "weight": 1.5,
    "tags": ["a", "b"],
    "who": {"name": "Ada"},
    "on": True,
    "n": 4,
}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("${{ subject }}, {{night}}, {city}", "1girl, {{night}}, {city}"),
        ("${{ weight }}::${{ subject }}::", "1.5::1girl::"),
        ("${{ who.name | upper }}", "ADA"),
        ("${{ who['name'] }}", "Ada"),
        ("${{ tags | join(', ') }}", "a, b"),
        ("${{ 'x' if on else 'y' }}", "x"),
        ("${{ on }}", "true"),
        ("${{ n * 2 + 1 }}", "9"),
        ("${{ subject ~ '-' ~ n }}", "1girl-4"),
        ("${{ weight | round(0) }}", "2"),
        ("${{ '${{' }}", "${{"),
        ("no template, 100% {plain}", "no template, 100% {plain}"),
        ("line\n${{ n }}\n", "line\n4\n"),
    ],
)
def test_expressions_print_as_a_recipe_writes_them(text: str, printed: str) -> None:
    assert render(text, VARIABLES) == printed


@pytest.mark.parametrize(
    "hostile",
    [
        "${{ ''.__class__.__mro__ }}",
        "${{ subject.__class__ }}",
        "${{ subject['__class__'] }}",
        "${{ subject.upper() }}",
        "${{ 'a' * 10000000000 }}",
        "${{ 10 ** 10 ** 10 }}",
        "${{ '%9999999999d' % 1 }}",
        "${{ range(10) }}",
        "${{ lipsum() }}",
        "${{ tags | random }}",
        "${{ self }}",
        "${% for x in tags %}x${% endfor %}",
        "${% set x = 1 %}${{ x }}",
        "${% include 'x' %}",
        "${{ 9223372036854775807 * 9223372036854775807 * 2 }}",
        "${{ subject | center(99999999) }}",
        "${{ '{:999999999}' | format(1) }}",
        "${{ subject",
        "${{ nobody }}",
        "${{ who.nobody }}",
    ],
)
def test_whatever_could_reach_python_or_fill_the_machine_is_refused(hostile: str) -> None:
    with pytest.raises(TemplateFault):
        compile_template(hostile).render(VARIABLES)


def test_growth_by_nesting_is_bounded() -> None:
    wide = "x" * 1000
    bomb = "${{ 'xxxxxxxxxx' | replace('x', '" + wide + "') | replace('x', '" + wide + "') }}"
    with pytest.raises(TemplateFault, match="characters"):
        render(bomb, {})


def test_an_unknown_name_gets_the_near_one() -> None:
    with pytest.raises(TemplateFault) as caught:
        render("${{ subjct }}", VARIABLES)
    assert caught.value.suggestion == "subject"


@given(st.text(max_size=200))
def test_any_text_renders_or_is_a_fault(text: str) -> None:
    try:
        printed = render("${{" + text + "}}", VARIABLES)
    except TemplateFault:
        return
    assert len(printed) <= MAX_TEXT


@given(st.text(max_size=200).filter(lambda text: "${" not in text))
def test_text_around_a_template_is_unchanged_but_for_its_line_ends(text: str) -> None:
    assert render(text, VARIABLES) == text
    one_newline = text.replace("\r\n", "\n").replace("\r", "\n")
    assert render(text + "${{ n }}", VARIABLES) == one_newline + "4"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${{ names }}", ["a", "b"]),
        (" ${{- names -}} ", ["a", "b"]),
        ("${{ names + ['c'] }}", ["a", "b", "c"]),
        ("${{ (1, 2.5, (true, none)) }}", [1, 2.5, [True, None]]),
        ("${{ deep.er[0] }}", {"x": 1}),
        ("${{ -3 }}", -3),
        ("${{ '}}' ~ names[0] }}", "}}a"),
        ("${{ names[0] }}${{ names[1] }}", "ab"),
        ("1, 2, ..., ${{ 2 + 3 }}", "1, 2, ..., 5"),
        ("plain", "plain"),
    ],
)
def test_a_text_that_is_one_template_stands_for_its_value(text: str, value: Json) -> None:
    assert evaluate(text, {"names": ["a", "b"], "deep": {"er": [{"x": 1}]}}) == value


@pytest.mark.parametrize(
    "hostile",
    [
        "${{ nothing }}",
        "${{ names.nothing }}",
        "${{ names.__class__ }}",
        "${{ [9007199254740990 * 3] }}",
        "${{ names() }}",
        "${{ [long, long, long] }}",
    ],
)
def test_what_json_cannot_carry_is_no_value(hostile: str) -> None:
    with pytest.raises(TemplateFault):
        evaluate(hostile, {"names": ["a", "b"], "long": "x" * 2**21})
