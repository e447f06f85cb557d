from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.json import Json
from teststrip.recipe.bounds import Work
from teststrip.recipe.templates import MAX_TEXT, TemplateFault, compile_expression, compile_template, render

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
        ("${{ 'is ' ~ on }}", "is true"),
        ("${{ tags }} ${{ who }}", '["a", "b"] {"name": "Ada"}'),
        ("${{ who.age | default('young') }}", "young"),
        ("${{ who.age.in_years | default(fallback='young') }}", "young"),
        ("${{ ('x' if n > 5) | default('small') }}", "small"),
        ("${{ 'b' in tags and 1 < n <= 4 and not (n == 3 or 'c' in tags) }}", "true"),
        ("${{ (tags + ['c']) | join(separator='') }}", "abc"),
        ("${{ {'k': [1, 2.5]}.k.1 }}", "2.5"),
        ("${{ -n // 3 }} ${{ -n % 3 }} ${{ n / 8 }} ${{ +n - 0.5 }}", "-2 2 0.5 3.5"),
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


_ATOMS = st.sampled_from(["n", "weight", "subject", "tags", "who.name", "tags[0]", "1", "2.5", "'x'", "on", "-3"])
_SIGNS = st.sampled_from(["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", "in", "and", "or"])
_EXPRESSIONS = st.recursive(
    _ATOMS,
    lambda inner: (
        st.tuples(inner, _SIGNS, inner).map(" ".join)
        | inner.map(lambda text: f"({text})")
        | inner.map(lambda text: f"not {text}")
        | inner.map(lambda text: f"({text}) | upper")
        | inner.map(lambda text: f"({text}) | length")
        | st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})")
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: f"[{', '.join(items)}]")
    ),
    max_leaves=6,
)


@given(_EXPRESSIONS)
def test_an_expression_has_the_value_that_jinja_gives_it(text: str) -> None:
    try:
        ours = compile_expression(text).value(VARIABLES)
    except TemplateFault:
        return  # what Jinja takes and we do not: True as a number, text times a number, 'a' in 4
    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701  no HTML is made of it
    theirs = jinja.compile_expression(text)(**VARIABLES)
    if "~" not in text and "upper" not in text:  # where a text is made of a value, ours prints JSON
        assert ours == theirs


@given(
    st.lists(
        st.sampled_from(["${{ n }}", "${{subject}}", "{{n}}", "$", "{", "}", "}}", " ", "${", "x\n"]), max_size=9
    )
)
def test_the_short_way_to_read_a_template_makes_what_the_parser_makes(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        parsed = render(text + "${{ '' ~ n }}", VARIABLES)  # an expression, which only the parser reads
    except TemplateFault:
        with pytest.raises(TemplateFault):
            render(text, VARIABLES)
        return
    assert render(text, VARIABLES) + "4" == parsed


def test_several_renderings_share_their_work() -> None:
    work = Work(100_000)
    template = compile_template("${{ long }}")
    for _ in range(9):  # what is read counts, and what is made
        template.render({"long": "x" * 5_000}, work=work)
    with pytest.raises(TemplateFault, match="all templates together handle more than 100,000 characters"):
        template.render({"long": "x" * 5_000}, work=work)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${{ n | upper(1) }}", "upper has other arguments: it takes none"),
        ("${{ n | round(digit=1) }}", "round has no further argument 'digit': it takes digits"),
        ("${{ 'a' | replace('a') }}", "replace needs the argument new: it takes old, new"),
        ("${{ n ** 2 }}", "this has a power"),
        ("${{ n < 'a' }}", "< cannot stand between 4 and 'a'"),
        ("${{ 'x' if n > 5 }}", "it has no `else`"),
        ("${{ 'many' | float }}", "'many' is no number"),
    ],
)
def test_a_mistake_is_said_in_the_words_of_templates(text: str, said: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        render(text, VARIABLES)
    assert said in caught.value.message


@pytest.mark.parametrize("text", ["n }} ${{ n", "n n", "", "n = 1", "range(3)"])
def test_an_expression_is_one_and_the_whole_of_it(text: str) -> None:
    with pytest.raises(TemplateFault):
        compile_expression(text)


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
