"""Tables whose columns say little: no header at all, values that look like parameters, types of checked data."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found


def read(page: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found_in(page)["parameters"]}


@pytest.mark.parametrize(
    "needed",
    [
        "*None specified—it's a required field*",
        "required",
        "None (required)",
        "No default, must be provided: required",
        "this is a required parameter",
        "无默认值，必填",
    ],
)
def test_a_column_without_a_header_has_defaults_where_some_rows_have_none(needed: str) -> None:
    page = (
        "# Kites\n\n`POST /v1/kites`\n\n## Parameters\n\n"
        f"| kite | str | The kite to fly | {needed} |\n"
        "| tail | Optional[int] | How long its tail is | 12 |\n"
        "| wind | Optional[float] | How strong the wind is | 0.5 |\n"
        "| note | Optional[str] | What to write on it | None |\n"
    )
    found = read(page)
    assert [found[name].get("default") for name in found] == [None, 12, 0.5, None]
    assert [found[name]["required"] for name in found] == [True, False, False, False]
    assert not found_in(page)["flags"]


def test_a_column_without_a_header_that_may_have_examples_is_flagged() -> None:
    page = (
        "# Kites\n\n`POST /v1/kites`\n\n## Parameters\n\n"
        "| tail | int | How long its tail is | 12 |\n| shade | str | What it is painted with | red |\n"
    )
    told = [flag["problem"] for flag in found_in(page)["flags"] if flag["parameter"]]
    assert told == ['no header says what "12" is', 'no header says what "red" is']
    assert not any("default" in one for one in read(page).values())


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("HttpUrl", "string"),
        ("Optional[AnyHttpUrl]", ["string", "null"]),
        ("EmailStr", "string"),
        ("StrictInt", "integer"),
        ("Optional[PositiveFloat]", ["number", "null"]),
        ("StrictBool", "boolean"),
        ("<int>", "integer"),
        ("{string}", "string"),
        ("<float>", "number"),
    ],
)
def test_types_of_checked_data_and_in_brackets_are_read(written: str, kind: str | list[str]) -> None:
    table = f"| Name | Type | Required | About |\n|-|-|-|-|\n| tail | `{written}` | no | The tail |\n"
    page = f"# Kites\n\n## Request parameters\n\n{table}"
    assert read(page)["tail"]["type"] == kind
    assert not found_in(page)["flags"]


@pytest.mark.parametrize(
    "header", ["Mode | Meaning | Keeps colours | Gives", "Style | What it is | Sharp | Yields"]
)
@pytest.mark.parametrize("default", ["`ink_fine`", "-"])
def test_a_table_of_the_values_of_a_parameter_is_none_of_parameters(header: str, default: str) -> None:
    page = (
        "# Kites\n\n`POST /v1/kites`\n\n"
        '```json\n{"kite": "box", "paint_mode": "ink_fine"}\n```\n\n'
        "| Parameter | Type | Required | Default | Description |\n|---|---|---|---|---|\n"
        f"| `kite` | string | ✅ | - | The kite |\n| `paint_mode` | string | ❌ | {default} | Paint |\n\n"
        f"## Paint modes\n\n| {header} |\n|---|---|---|---|\n"
        "| `ink_fine` | Thin lines | ✅ | Plain text |\n| `ink_wide` | Wide lines | ❌ | JSON text |\n"
    )
    assert list(read(page)) == ["kite", "paint_mode"]


@pytest.mark.parametrize(
    "said", ["How much larger (2, 4, or 8)", "How much larger: 2, 4 or 8", "Grows by (2, 4 or 8)."]
)
def test_numbers_of_which_an_example_sends_one_are_the_values(said: str) -> None:
    page = (
        "# Kites\n\n## POST /v1/kites\n\n"
        f'```json\n{{"kite": "box", "grow": 4}}\n```\n\n**Parameters**:\n- `kite`: The kite\n- `grow`: {said}\n'
    )
    assert read(page)["grow"]["enum"] == [2, 4, 8]
    other = page.replace('"grow": 4', '"grow": 5')
    assert "enum" not in read(other)["grow"] or any(
        flag["parameter"] == "grow" for flag in found_in(other)["flags"]
    )
