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
