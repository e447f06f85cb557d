"""Layouts that documentation has besides tables that are whole: each with a small page of our own."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

TABLE = "| Name | Type | Required | Description |\n|---|---|---|---|\n"


def found_in(page: str) -> dict[str, Any]:
    return report(adopt(page, "page.md").reading)


def read(page: str) -> dict[str, dict[str, Any]]:
    """Return the parameters by their full names, those of arrays' items without brackets."""
    found: dict[str, dict[str, Any]] = {}

    def walk(ones: list[dict[str, Any]], above: str) -> None:
        for one in ones:
            found[above + one["name"]] = one
            held = [*one.get("properties", {}).values(), *one.get("items", {}).get("properties", {}).values()]
            walk(held, f"{above}{one['name']}.")

    walk(found_in(page)["parameters"], "")
    return found


def types(page: str) -> dict[str, tuple[Any, bool]]:
    return {name: (one.get("type"), one["required"]) for name, one in read(page).items()}


def test_a_last_cell_may_hold_paragraphs_and_a_list() -> None:
    rows = (
        "|Ink|Integer|no|Which ink. Values:\n\n -   **0** (default): black\n-   **1**: blue\n\n Dries slowly. |\n"
        "|Size|Integer|yes|How large.\n\n **Note:** the press takes A3 at most. |\n"
        "|Dry|Boolean|no|Whether to wait.|\n"
    )
    found = read(f"## Request\n\n{TABLE}{rows}")
    assert list(found) == ["Ink", "Size", "Dry"]
    assert (found["Ink"]["enum"], found["Ink"]["default"]) == ([0, 1], 0)
    assert found["Size"]["required"]


def test_an_open_row_at_a_tables_end_takes_nothing_of_what_follows() -> None:
    page = f"## Request\n\n{TABLE}| ink | string | no | Which ink\n\nA word.\n\n### Answer\n\n| a | b |\n"
    assert read(page)["ink"]["description"] == "Which ink"


@pytest.mark.parametrize(
    "item",
    [
        "- `{0}` ({1}, {2}): {3}",
        "- `{0}` — {1}, {2}. {3}",
        "- `{0}`: {1} ({2}) - {3}",
        "- **{0}**\n  - Type: {1}\n  - Required: {2}\n  - {3}",
        "**`{0}`** ({1}, {2}) — {3}\n",
        "##### {0}\n\n**Type:** {1}  \n**Required:** {2}  \n{3}\n",
        " ** [{0}](#x) **   <a name=x></a>\n{3}  \nType: {1}  \nRequired: {2}\n",
        "{0}\n: ({2}) {1}. {3}\n",
    ],
)
def test_what_stands_behind_a_name_may_be_set_in_many_ways(item: str) -> None:
    told = [
        ("sheets", "integer", "required", "How many come out."),
        ("paper", "string", "optional", "What they are made of."),
        ("dry", "boolean", "optional", "Whether to wait."),
    ]
    page = "## Request parameters\n\n" + "\n".join(item.format(*one) for one in told)
    assert types(page) == {"sheets": ("integer", True), "paper": ("string", False), "dry": ("boolean", False)}
    assert "come out" in read(page)["sheets"]["description"]


@pytest.mark.parametrize(
    "header",
    [
        "Nombre del campo | Tipo de datos | ¿Requerido? | Detalles",
        "请求参数名 | 数据类型 | 是否为必填 | 参数含义",
        "Parameter / Field | Type / Format | Required / Optional | Description / Notes",
        "Wort | Art | Muss | Worum es geht",
        " | | | ",
    ],
)
def test_a_column_is_known_by_words_of_its_header_or_by_its_cells(header: str) -> None:
    rows = (
        "| `ink` | string | yes | Which ink the press takes. One of `black`, `blue`. |\n"
        "| `sheets` | integer | no | How many sheets come out, between 1 and 20. |\n"
    )
    found = read(f"## Request\n\n| {header} |\n|---|---|---|---|\n{rows}")
    assert {name: (one["type"], one["required"]) for name, one in found.items()} == {
        "ink": ("string", True),
        "sheets": ("integer", False),
    }
    assert found["ink"]["enum"] == ["black", "blue"]
    assert (found["sheets"]["minimum"], found["sheets"]["maximum"]) == (1, 20)


@pytest.mark.parametrize("header", ["Wort | Art | Worum es geht", " | | "])
@pytest.mark.parametrize("odd", ["Roller", "`a4`, `a5`", "x \\| y", "-", ""])
def test_a_column_of_types_may_have_a_cell_that_is_none(header: str, odd: str) -> None:
    rows = (
        "| `ink` | string | Which ink the press takes |\n| `sheets` | integer | How many sheets come out |\n"
        f"| `roll` | {odd} | Which roller it is |\n"
    )
    found = read(f"## Request\n\n| {header} |\n|---|---|---|\n{rows}")
    assert list(found) == ["ink", "sheets", "roll"]
    assert (found["ink"]["type"], found["sheets"]["type"]) == ("string", "integer")
    assert found["roll"]["description"] == "Which roller it is"


def test_headings_with_remarks_or_steps_name_what_holds_a_table() -> None:
    row = "| {0} | {1} | no | What it is. |\n"
    page = (
        f"## Body\n\n{TABLE}{row.format('clip', 'object')}{row.format('plates', 'object[]')}"
        f"\n### `clip` object (when there is one)\n\n{TABLE}{row.format('frames', 'array')}"
        f"\n#### clip - frames\n\n{TABLE}{row.format('at', 'integer')}"
        f"\n### plates object (items of the array)\n\n{TABLE}{row.format('ink', 'string')}"
    )
    assert set(read(page)) == {"clip", "clip.frames", "clip.frames.at", "plates", "plates.ink"}


def test_a_question_mark_behind_a_name_makes_the_others_required() -> None:
    page = (
        "## Body\n\n| Field | Type | Description |\n|---|---|---|\n| ink | string | a |\n| dry? | ?boolean | b |\n"
    )
    assert types(page) == {"ink": ("string", True), "dry": (["boolean", "null"], False)}


def test_the_number_behind_of_is_read_whole() -> None:
    rows = (
        "| ink | string | no | Length: Minimum length of 1. Maximum length of 128. |\n"
        "| plates | array of strings | no | A maximum of 16 plates. |\n"
    )
    found = read(f"## Body\n\n{TABLE}{rows}")
    assert (found["ink"]["minLength"], found["ink"]["maxLength"]) == (1, 128)
    assert found["plates"]["maxItems"] == 16


@pytest.mark.parametrize(
    ("kind", "about", "value"),
    [
        ("string", "The paper; `felt` by default.", "felt"),
        ("integer", "When omitted, 12 is used.", 12),
        ("number", "Turns every 1.5 seconds by default.", 1.5),
        ("string", "`felt` is used if not specified.", "felt"),
    ],
)
def test_a_default_may_stand_before_the_words(kind: str, about: str, value: object) -> None:
    assert read(f"## Body\n\n{TABLE}| one | {kind} | no | {about} |\n")["one"]["default"] == value


def test_a_table_of_values_under_parameters_own_words_is_none_of_members() -> None:
    page = (
        f"## Body\n\n{TABLE}| modes | []string | yes | What to look for |\n| marks | []mark_data | yes | Where |\n"
        "\nPossible values of `modes`:\n\n| Parameter | Type |\n|---|---|\n| ink | Looks for spots of ink |\n"
        "| fold | Looks for folded corners |\n| tear | Looks for torn edges |\n| dust | Looks for dust |\n"
        f"\nThe `mark_data` parameters:\n\n{TABLE}| at | integer | yes | Where it is |\n"
    )
    assert list(read(page)) == ["modes", "marks", "marks.at"]


def test_headings_are_read_without_numbers_anchors_and_macros() -> None:
    page = (
        f"## 3.2 Request parameters {{#x}}\n\n{TABLE}| ink | string | yes | Which ink |\n\n"
        f"## {{heading(Response)[id=the-request-answer]}}\n\n{TABLE}| job | string | yes | Which job |\n"
    )
    assert list(read(page)) == ["ink"]


def test_words_in_brackets_at_the_end_of_a_text_are_flagged_as_values() -> None:
    page = f"## Body\n\n{TABLE}| tone | string | no | The tone of the letter (warm, dry, short) |\n"
    assert [flag["candidates"][0] for flag in found_in(page)["flags"]] == ["warm, dry, short"]


def test_names_and_words_may_hold_facts_of_other_columns() -> None:
    page = (
        "## Body\n\n| Field | Notes |\n|---|---|\n| `ink`<br>`string`<br>required | Which ink |\n"
        "| sheets `integer` | How many |\n\n## More\n\n| Field | Notes |\n|---|---|\n"
        "| dry | `boolean` Whether to wait |\n| days | `number` How long |\n"
    )
    assert types(page) == {
        "ink": ("string", True),
        "sheets": ("integer", False),
        "dry": ("boolean", False),
        "days": ("number", False),
    }


@pytest.mark.parametrize(
    ("yes", "no"), [("x", ""), ("*", ""), ("1", "0"), ("🟢", "⚪"), (":white_check_mark:", ":x:")]
)
def test_marks_of_a_column_are_known_by_the_whole_column(yes: str, no: str) -> None:
    page = (
        "## Body\n\n| Field | Type | Required | Notes |\n|---|---|---|---|\n"
        f"| ink | string | {yes} | Which ink |\n| dry | boolean | {no} | Whether to wait |\n"
    )
    assert types(page) == {"ink": ("string", True), "dry": ("boolean", False)}
