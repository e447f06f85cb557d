"""Doubts that are one for a whole table, and tables of which there is no doubt."""

from __future__ import annotations

from typing import Any

from reading_pages import BODY, CURL, HEADER, ROWS, flagged, flags

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def test_a_table_that_is_sent_in_an_object_throughout_is_one_doubt() -> None:
    rows = (
        "| tail | string | no | Its tail |\n| wind | string | no | Its wind |\n| kite | string | no | Its name |\n"
    )
    page = f"# Kite\n\n## Body\n\n{HEADER}{rows}"
    (flag,) = flags(page + CURL.replace("{}", '{"sky": {"tail": "x", "wind": "y"}, "kite": "z"}'))[:1]
    assert flag["parameter"] in {"tail", "wind"}  # the table has a row of the top as well
    told = [
        flag
        for flag in flags(page + CURL.replace("{}", '{"sky": {"tail": "x", "wind": "y", "kite": "z"}}'))
        if "no row says so" in flag["problem"]
    ]
    assert [flag["parameter"] for flag in told] == [""]
    assert told[0]["candidates"] == [
        "tail (line 7): sky.tail",
        "wind (line 8): sky.wind",
        "kite (line 9): sky.kite",
    ]


def test_headings_that_part_all_of_a_page_make_no_members() -> None:
    parts = [f"## {title}\n\n{HEADER}| {name} | string | no | Text |\n" for title, name in
             (("Wishes", "wish"), ("Tails", "tail"), ("Winds", "wind"))]  # fmt: skip
    sheet, string = "| paper | object | no | A sheet |", "| string | string | no | Text |"
    held = f"## Papers\n\n{HEADER}{sheet}\n\n## Strings\n\n{HEADER}{string}\n"
    assert "string" not in flagged("# Kite\n\n" + "\n".join(parts) + "\n" + held)
    assert flagged(f"# Kite\n\n{parts[0]}\n{held}")["string"] == "this may be a member of a parameter above"


def test_a_default_that_running_text_tells_is_flagged_where_the_row_has_none() -> None:
    told = "Some of them have defaults: `wish` defaults to `kite`.\n"
    found = flagged(f"# Kite\n\n{told}\n## Request body\n\n{HEADER}{ROWS}")
    assert found["wish"] == "the text of the page tells a default, and this row has none"
    assert "wish" not in flagged(BODY.replace("What to draw", "What to draw. Default: `kite`") + "\n" + told)


def test_a_table_of_what_to_fill_in_in_a_program_is_no_second_request() -> None:
    form = "\n## In a tool for forms\n\n| Key | Type | Value |\n|---|---|---|\n| `wish` | Text | A kite |\n"
    found: Any = report(adopt(BODY + form, "page.md").reading)["parameters"]
    assert [one["name"] for one in found] == ["wish", "loops", "paper"]


def test_a_table_of_nested_names_in_an_object_of_the_examples_is_one_doubt() -> None:
    rows = "| sky.tail | string | no | Its tail |\n| sky.dye | string | no | Its dye |\n"
    rows += "| sky.wind.force | integer | no | Its wind |\n"
    page = f"{BODY}\n## Parameters of the sky\n\n{HEADER}{rows}"
    sent = '{"wish": "x", "loops": 2, "order": {"sky": {"tail": "x", "dye": "red", "wind": {"force": 2}}}}'
    told = [
        flag
        for flag in flags(f"{page}\n## Request example\n\n```json\n{sent}\n```\n")
        if "no row says so" in flag["problem"]
    ]
    assert [one for flag in told for one in flag["candidates"]] == [
        "sky.tail (line 15): order.sky.tail",
        "sky.dye (line 16): order.sky.dye",
        "sky.wind.force (line 17): order.sky.wind.force",
    ]


def test_what_is_told_of_one_row_alone_is_flagged_at_that_row() -> None:
    (flag,) = flags(BODY.replace("What to draw", "Takes effect only on kite-9"))
    assert (flag["parameter"], flag["line"], flag["candidates"]) == ("wish", 7, ["kite-9"])
