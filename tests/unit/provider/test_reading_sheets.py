"""Facts of one parameter laid out by themselves: lines, a table of facts, a column for each parameter."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

SHEETS = {
    "lines": (
        "### wish\n\nType: `string`  \nRequired: Yes\n\nWhat.\n\n"
        "### count\n\n**Type:** `integer`\n**Required:** no\n**Default:** `1`\n**Range:** 1-4\n"
    ),
    "tables": (
        "### `wish`\n\n| | |\n|---|---|\n| Type | string |\n| Required | yes |\n\nWhat.\n\n"
        "### `count`\n\n| Type | integer |\n|---|---|\n| Required | no |\n| Default | 1 |\n| Range | 1-4 |\n"
    ),
    "columns": (
        "| | wish | count |\n|---|---|---|\n| Type | string | integer |\n| Required | yes | no |\n"
        "| Default | - | 1 |\n| Values | - | 1-4 |\n"
    ),
}


def page(text: str) -> dict[str, Any]:
    return dict(report(adopt(text, "page.md").reading))


@pytest.mark.parametrize("form", SHEETS)
def test_facts_of_one_parameter(form: str) -> None:
    found = page(f"# Draw\n\n## Parameters\n\n{SHEETS[form]}")
    kept = ("name", "type", "required", "default", "minimum", "maximum")
    assert [tuple(one.get(key) for key in kept) for one in found["parameters"]] == [
        ("wish", "string", True, None, None, None),
        ("count", "integer", False, 1, 1, 4),
    ]
    assert found["flags"] == []


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("| | ink | oil |\n|---|---|---|\n| Price | 1 | 2 |\n| Speed | fast | slow |\n", []),
        ("| Name | Type |\n|---|---|\n| type | string |\n| default | string |\n", ["type", "default"]),
        (
            "| Parameter | Description |\n|---|---|\n| type | Which |\n| range | Where |\n",
            ["type", "range"],
        ),
    ],
)
def test_tables_that_are_no_sheets(table: str, names: list[str]) -> None:
    found = page(f"# Draw\n\n## Parameters\n\n{table}")
    told = [one["name"] for one in found["parameters"]] + [flag["parameter"] for flag in found["flags"]]
    assert list(dict.fromkeys(name for name in told if name)) == names


def test_headings_with_words_below() -> None:
    text = (
        "# Marks\n\n## Path `mark`\n\nAdds a mark.\n\n## Fit `markfit`\n\nHow it fits.\n\n### Accepts:\n\n"
        "- `hold`: Default. Keeps.\n- `cut`: Cuts.\n\n## Alpha `markalpha`\n\nUse values between `0` and `100`. "
        "The default value is `100`.\n"
    )
    found = page(text)
    assert [one["name"] for one in found["parameters"]] == ["mark", "markfit", "markalpha"]
    assert (found["parameters"][1]["enum"], found["parameters"][1]["default"]) == (["hold", "cut"], "hold")
    assert (found["parameters"][2]["minimum"], found["parameters"][2]["maximum"]) == (0, 100)
    assert {flag["parameter"] for flag in found["flags"]} >= {"mark", "markfit", "markalpha"}


@pytest.mark.parametrize(("word", "count"), [("Event", 0), ("Parameter", 3)])
def test_one_word_in_all_headings_says_what_they_are(word: str, count: int) -> None:
    text = "".join(f"## {word} `{name}`\n\nWhat it is.\n\n" for name in ("wish", "style", "count"))
    assert len(page(f"# Draw\n\n{text}")["parameters"]) == count


def test_headings_beside_a_table_are_no_parameters() -> None:
    table = "| Name | Type | Required | Description |\n|---|---|---|---|\n| style | string | no | How |\n\n"
    more = "".join(
        f"## {title} `{name}`\n\nWhat it is.\n\n" for title, name in (("A", "x"), ("B", "y"), ("C", "z"))
    )
    assert [one["name"] for one in page(f"## Request parameters\n\n{table}{more}")["parameters"]] == ["style"]
