"""Values for each of several cases, numbers with meanings, enumerations that stand elsewhere under their names."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

HEAD = "# Prints\n\n## Request\n\n| Parameter | Type | Required | Description |\n|---|---|---|---|\n"


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found


def row(kind: str, about: str, below: str = "") -> dict[str, Any]:
    found = found_in(f"{HEAD}| edge | {kind} | no | {about} |\n{below}")
    (one,) = [one for one in found["parameters"] if one["name"] == "edge"]
    return dict(one, problems=[flag["problem"] for flag in found["flags"]])


@pytest.mark.parametrize(
    "about",
    [
        "`brush-2`: `soft` / `hard`; `brush-3`: `hard` / `torn`.",
        "`brush-2`：`soft`、`hard`；`brush-3`：`torn`。",
        "`brush-*`: `soft`, `hard`. `pen-1`: `torn`.",
    ],
)
def test_the_names_of_cases_are_no_values(about: str) -> None:
    found = row("string", about)
    assert found["enum"] == ["soft", "hard", "torn"]
    assert any("several lists" in problem for problem in found["problems"])


def test_one_case_alone_has_its_values() -> None:
    assert row("string", "Only `brush-*`: `soft` / `hard`.")["enum"] == ["soft", "hard"]


def test_names_with_one_value_each_stay_values() -> None:
    found = row("string", "One of `small`: `100`; `large`: `900`.")
    assert "small" in found.get("enum", ["small"])


def test_what_is_said_of_models_lists_no_values() -> None:
    page = f"{HEAD}| model | string | yes | `brush-2`, `brush-3` |\n"
    page += "| edge | string | no | `brush-2` (thin rims), `brush-3` (any rim) |\n"
    edge = found_in(page)["parameters"][1]
    assert "enum" not in edge


@pytest.mark.parametrize(
    "about",
    [
        "Rim (0-none, 1-soft, 2-hard)",
        "是否返回（0-不返回, 1-返回, 2-都返回）",
        "0表示无，1表示软，2表示硬",
        "0 is none, 1 is soft, 2 is hard",
    ],
)
def test_numbers_that_count_on_and_have_meanings_are_values(about: str) -> None:
    assert row("integer", about)["enum"] == [0, 1, 2]


@pytest.mark.parametrize(
    "about",
    ["Takes 4-step and 8-step prints", "From 0-100", "0-based index of the page", "Between 1 and 4", "1-2 rims"],
)
def test_other_numbers_with_dashes_are_no_values(about: str) -> None:
    assert "enum" not in row("integer", about)


@pytest.mark.parametrize(
    "below",
    [
        "\n## Enums\n\n**Rim Kind:** `soft` | `hard`\n\n**Paper:** `thin` | `thick`\n",
        '\n## Enums\n\n- **RimKind**: `"soft"`, `"hard"`\n- **Paper**: `thin`, `thick`\n',
        "\n## Rim kind\n\n- `soft`\n- `hard`\n",
    ],
)
@pytest.mark.parametrize("kind", ["RimKind enum", "RimKindEnum"])
def test_an_enumeration_is_found_by_the_name_of_its_type(kind: str, below: str) -> None:
    found = row(kind, "The rim.", below)
    assert (found["type"], found["enum"]) == ("string", ["soft", "hard"])


def test_an_enumeration_that_stands_nowhere_is_flagged() -> None:
    found = row("RimKind enum", "The rim.")
    assert found["type"] == "string"
    assert found["problems"]


def test_braces_around_names_are_an_object() -> None:
    assert row("{width, height}", "How large")["type"] == "object"


@pytest.mark.parametrize("endless", ["无限制", "no limit", "unlimited", "无上限"])
def test_a_range_may_have_no_end(endless: str) -> None:
    found = row("string", f"Length: 1 - {endless}")
    assert found.get("minLength") == 1
    assert "maxLength" not in found


def test_a_value_may_have_an_ampersand() -> None:
    page = "# Prints\n\n## Request\n\n| Parameter | Type | Range | Description |\n|---|---|---|---|\n"
    found = found_in(f"{page}| edge | string | R&B, Soft & Low, Hard | The rim |\n")["parameters"][0]
    assert found["enum"] == ["R&B", "Soft & Low", "Hard"]


def test_a_field_that_a_command_uploads_is_a_file() -> None:
    shown = '\n```bash\ncurl -X POST https://prints.test/draw -F "scan=@a.png" -F "grain=3"\n```\n'
    found = found_in(f"# Prints\n\n## Form parameters\n\n- `scan`: The scan (required)\n- `grain`: How\n{shown}")
    assert found["parameters"][0]["type"] == "file"
    assert any("a file" in flag["problem"] for flag in found["flags"])
