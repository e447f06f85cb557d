"""Definitions with facts behind their names, and code spans for types in front of their words."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.base.where import Where
from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.inline import plain_cell, read_inline

WHERE = Where("page.md", 1, 1)


def page(text: str) -> dict[str, Any]:
    return dict(report(adopt(text, "page.md").reading))


@pytest.mark.parametrize(
    "name", ["`{}` _{}_", "`{}`_{}_", "**{}** ({})", "{} *{}*", "`{}`: {}", "**`{}`** - **{}**"]
)
@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("mandatory", "optional"),
        ("required", "optional"),
        ("必填", "可选"),
        ("obligatorio", "opcional"),
        ("obrigatório", "opcional"),
        ("обязательный", "необязательный"),
        ("obligatoire", "facultatif"),
    ],
)
def test_facts_behind_a_name(name: str, yes: str, no: str) -> None:
    parts = [
        f"{name.format('width', yes)}\n: `integer` The dots. Between 1 and 9.\n",
        f"{name.format('tone', no)}\n: `string` What it is like. Possible values:",
        "  - `warm`: like wood\n  - `cold` (default): like ice\n",
        f"{name.format('round', no)}\n: `boolean` Possible values:",
        "  - `true`: a circle\n  - `false` (default): a square\n",
    ]
    found = page("### Parameters\n\n" + "\n".join(parts) + "\n### Other\n\nWords.\n")
    width, tone, rounded = found["parameters"]
    assert (width["name"], width["type"], width["required"], width["maximum"]) == ("width", "integer", True, 9)
    assert (tone["type"], tone["required"], tone["enum"]) == ("string", False, ["warm", "cold"])
    assert (rounded["type"], rounded["required"]) == ("boolean", False)
    assert (tone["default"], rounded["default"], found["flags"]) == ("cold", False, [])


def test_a_condition_behind_a_name() -> None:
    found = page(
        "### Parameters\n\n`is_drawn` _optional_\n: `boolean` Whether it is drawn.\n\n"
        "`width` _mandatory if is_drawn=true_\n: `integer` The dots.\n"
    )
    assert found["parameters"][1]["condition"] == {
        "if": {"properties": {"is_drawn": {"const": True}}},
        "then": {"required": ["width"]},
    }
    assert found["flags"] == []


@pytest.mark.parametrize("line", ["`width` is the width", "`width` see below", "width of the string"])
def test_words_behind_a_name_are_no_facts(line: str) -> None:
    found = page(f"### Parameters\n\n{line}\n: `integer` The dots.\n")
    assert not found.get("parameters")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("_needed if a_b=c_", "needed if a_b=c"),
        ("_a_ and _b_", "a and b"),
        ("a_b and c_d", "a_b and c_d"),
        ("_a and b", "_a and b"),
        ("__init__", "init"),
        ("_a_b", "_a_b"),
    ],
)
def test_emphasis_around_words_with_underscores(raw: str, text: str) -> None:
    assert read_inline(raw, WHERE).text == plain_cell(text, WHERE).text


def test_a_default_behind_a_name() -> None:
    found = page(
        "### Parameters\n\nwidth (integer, default 20)\n: Between 1 and 90.\n\ntone (string, required)\n: A.\n"
    )
    width, tone = found["parameters"]
    assert (width["type"], width["default"], width["maximum"], tone["required"]) == ("integer", 20, 90, True)
