"""A template that cannot be read is explained in words that say what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststrip.recipe.templates import TemplateFault, compile_expression, compile_template

WAYS = [
    ("a && b", "write `and` for &&"),
    ("a || b", "write `or` for ||"),
    ("!a", "write `not` for !"),
    ("a = 1", "compared with =="),
    ("a === 1", "write == for ==="),
    ("a <> b", "write != for <>"),
    ("a ? b : c", "a if condition else b"),
    ("“a”", "straight quotes"),
    ("'a", "a quote has no end"),
    ("(a", "a bracket has no end"),
    ("[1, 2", "a bracket has no end"),
    ("a)", "a bracket has no beginning"),
    ("a and", "breaks off at its end"),
    ("a.", "breaks off at its end"),
    ("a|", "breaks off at its end"),
    ("", "there is no expression"),
    ("{{ a }}", "without $ and braces"),
    ("$a", "without $ and braces"),
    ("a b", "'b' stands where the expression should end; a text inside of it needs quotes"),
]


def fault(text: str, *, whole: bool) -> str:
    with pytest.raises(TemplateFault) as caught:
        (compile_expression if whole else compile_template)(text)
    return caught.value.message


@pytest.mark.parametrize(("text", "said"), WAYS)
def test_an_expression_by_itself_and_in_a_template_is_explained_alike(text: str, said: str) -> None:
    assert said in fault(text, whole=True)
    assert said in fault(f"||red|blue|| hair, ${{{{ {text} }}}}, = 1 && 2", whole=False)


@pytest.mark.parametrize("text", ["${{ a", "${{ a }, b", "${{ a }, ${{ b }}", "a, ${{"])
def test_braces_that_do_not_close_are_told_as_such(text: str) -> None:
    assert fault(text, whole=False) == "the template has a mistake: a ${{ has no }}"


@given(st.text(alphabet="ab12'\"()[]{}$&|=!<>?:. ", max_size=30))
def test_the_words_of_the_parser_are_never_shown(text: str) -> None:
    for whole, written in ((True, text), (False, f"${{{{ {text} }}}}")):
        said = ""
        try:
            (compile_expression if whole else compile_template)(written)
        except TemplateFault as caught:
            said = caught.message
        assert "print statement" not in said
