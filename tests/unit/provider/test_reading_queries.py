"""What reading calls are asked with; values and names as bare words in lists; intervals in other signs."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found


def names(page: str) -> list[str]:
    return [one["name"] for one in found_in(page)["parameters"]]


MAKES = (
    "# Prints\n\n## POST /prints\n\n| Field | Type | Required | Description |\n|---|---|---|---|\n"
    "| `plate` | string | yes | What is printed |\n\n"
)
RANGED = "# Prints\n\n## Parameters\n\n| Parameter | Type | Accepted values | About |\n|---|---|---|---|\n"
LISTED = "# Prints\n\n## Parameters\n\n- **plate**: What is printed\n- **edge**: The rim"
ASKS = "| {} | Type | Description |\n|---|---|---|\n| `{}` | string | What to look for |\n"


@pytest.mark.parametrize(
    "above",
    [
        "## GET /prints\n\n**Query Parameters:**\n\n",
        "## GET /prints/{print_id}/shades\n\n### Query Parameters\n\n",
        "## List prints (GET /v1/prints)\n\n### Parámetros de consulta\n\n",
        "## GET /prints\n\n### 查询参数\n\n",
        "## GET `/prints`\n\nLists those that there are.\n\n",
    ],
)
def test_what_a_reading_call_is_asked_with_is_read_and_flagged(above: str) -> None:
    page = f"{MAKES}{above}{ASKS.format('Parameter', 'shade')}"
    assert names(page) == ["plate", "shade"]
    told = [flag["parameter"] for flag in found_in(page)["flags"] if "call that only reads" in flag["problem"]]
    assert told == ["shade"]


@pytest.mark.parametrize(
    ("above", "name"),
    [
        ("## GET /prints/{print_id}\n\n### Parameters\n\n", "print_id"),
        ("## GET /prints/:print_id\n\n### Parameters\n\n", "print_id"),
        ("## GET /prints/<print_id>\n\n**Path Parameters:**\n\n", "print_id"),
        ("## Get print status\n\n`GET /prints/{print_id}`\n\n### Parameters\n\n", "print_id"),
        ("## GET /prints\n\n### Response\n\n", "shade"),
        ("## GET /prints\n\n### States\n\n", "waiting"),
    ],
)
def test_parts_of_addresses_and_answers_are_no_parameters(above: str, name: str) -> None:
    header = "State" if name == "waiting" else "Parameter"
    assert names(f"{MAKES}{above}{ASKS.format(header, name)}") == ["plate"]


@pytest.mark.parametrize("bullet", ["-", "*   \\-", "+"])
@pytest.mark.parametrize(
    ("first", "second"), [("soft", "hard"), ("[soft](#soft)", "[hard](#hard)"), ("soft (fine)", "hard")]
)
def test_bare_words_below_a_parameter_are_its_values(bullet: str, first: str, second: str) -> None:
    page = (
        '# Prints\n\n## Parameters\n\n- **plate**: What is printed\n- **edge**: The rim (default: "soft")\n'
        f"    {bullet} {first}\n    {bullet} {second}\n- **exp** + **sig**: Two that go together\n"
    )
    found = {one["name"]: one for one in found_in(page)["parameters"]}
    assert list(found) == ["plate", "edge", "exp", "sig"]
    assert found["edge"]["enum"] == ["soft", "hard"]


@pytest.mark.parametrize(
    "below",
    [
        "    - Soft rims look old\n    - hard\n",
        "    - soft\n",
        "    - string\n    - required\n",
        "    - soft rims\n    - hard rims\n",
    ],
)
def test_other_lists_below_a_parameter_are_no_values(below: str) -> None:
    page = f"{LISTED}\n{below}"
    assert "enum" not in found_in(page)["parameters"][1]


@pytest.mark.parametrize("about", ["with the keys", "an object that has", "contains"])
def test_names_of_members_are_no_values(about: str) -> None:
    page = f"{LISTED}, {about}\n  - width\n  - tone\n"
    assert "enum" not in found_in(page)["parameters"][1]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("<0;360>", {"minimum": 0, "maximum": 360}),
        ("<0; 360)", {"minimum": 0, "exclusiveMaximum": 360}),
        ("(0; 360>", {"exclusiveMinimum": 0, "maximum": 360}),
        ("⟨0, 360⟩", {"minimum": 0, "maximum": 360}),
        ("]0, 360]", {"exclusiveMinimum": 0, "maximum": 360}),
        ("[0, 360[", {"minimum": 0, "exclusiveMaximum": 360}),
    ],
)
@pytest.mark.parametrize("kind", ["integer", "(float\\|int)"])
def test_intervals_in_other_brackets(text: str, bounds: dict[str, int], kind: str) -> None:
    row = f"| `angle` | {kind} | {text} | How it lies |\n"
    found = found_in(RANGED + row)["parameters"][0]
    ends = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
    assert {end: value for end, value in found.items() if end in ends} == bounds


@pytest.mark.parametrize(
    "text", ["**required in request**", "Required for all requests", "none (required)", "mandatory"]
)
def test_a_default_that_says_required_is_none(text: str) -> None:
    row = f"| `plate` | string | {text} | What is printed |\n| `edge` | string | soft | The rim |\n"
    page = f"# Prints\n\n## Parameters\n\n| Parameter | Type | Default | Description |\n|---|---|---|---|\n{row}"
    plate, edge = found_in(page)["parameters"]
    assert plate["required"] is True
    assert "default" not in plate
    assert edge["default"] == "soft"
