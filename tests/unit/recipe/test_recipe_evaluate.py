from __future__ import annotations

import pytest

from teststrip.base.json import Json
from teststrip.recipe.evaluate import evaluate
from teststrip.recipe.templates import TemplateFault


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
        "${{ [names.nothing] }}",
        "${{ names() }}",
        "${{ [long, long, long] }}",
    ],
)
def test_what_json_cannot_carry_is_no_value(hostile: str) -> None:
    with pytest.raises(TemplateFault):
        evaluate(hostile, {"names": ["a", "b"], "long": "x" * 2**21})
