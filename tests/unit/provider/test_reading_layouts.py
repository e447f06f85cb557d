"""Whole layouts: marks on names and types, tables of objects, definition lists, one table for each parameter."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

BARE = "| Field | Type | Description |\n|---|---|---|\n"


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found


def read(page: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found_in(page)["parameters"]}


def problems(page: str) -> list[str]:
    return [flag["problem"] for flag in found_in(page)["flags"]]


# --- marks on names and types --------------------------------------------------------------------------------


def test_a_question_mark_behind_a_name_leaves_the_others_required() -> None:
    page = f"## Draw\n\n### JSON params\n\n{BARE}| prompt | string | Words |\n| seed? | ?integer | The start |\n"
    found = read(page)
    assert [(name, one["required"]) for name, one in found.items()] == [("prompt", True), ("seed", False)]
    assert found["seed"]["type"] == ["integer", "null"]
    assert problems(page) == []


def test_the_mark_of_one_table_is_that_of_the_page() -> None:
    page = (
        f"## Draw\n\n### JSON params\n\n{BARE}| prompt | string | Words |\n| seed? | integer | The start |\n\n"
        f"## Upscale\n\n### JSON params\n\n{BARE}| image | string | A picture |\n\n"
        f"## Rename\n\nAll of the parameters of this call are optional.\n\n### JSON params\n\n{BARE}"
        "| name | string | A name |\n"
    )
    assert [one["required"] for one in found_in(page)["parameters"]] == [True, False, True, False]


def test_a_sentence_about_all_parameters_goes_without_marks() -> None:
    for word, required in (("optional", False), ("required", True)):
        page = f"## Draw\n\nAll parameters are {word}.\n\n### Body\n\n{BARE}| prompt | string | Words |\n"
        assert read(page)["prompt"]["required"] is required


def test_examples_explain_a_word_that_is_no_type() -> None:
    rows = "| id | tagword | Which |\n| other_id | ?tagword | Another |\n"
    page = f"## Draw\n\n### Parameters\n\n{BARE}{rows}"
    shown = '\n```json\n{"id": "81", "other_id": "82"}\n```\n'
    other = '\n```json\n{"id": "81", "other_id": 82}\n```\n'
    assert read(page + shown)["other_id"]["type"] == ["string", "null"]
    for example in ("", other):
        assert any('"tagword" is not a type' in problem for problem in problems(page + example))


# --- tables of objects ---------------------------------------------------------------------------------------

OBJECT = f"## Sound object\n\n{BARE}| id | string | The id |\n| name | string | Its name |\n\n"
CREATE = (
    f"## Create a sound\n\n### Body params\n\n{BARE}| name | string | Its name |\n| pitch? | number | High |\n"
)


def test_a_table_of_what_the_api_keeps_is_no_request() -> None:
    assert list(read(OBJECT + CREATE)) == ["name", "pitch"]
    assert any(
        '"Sound object" is read as something that the API keeps' in one for one in problems(OBJECT + CREATE)
    )
    assert problems(f"{OBJECT}{CREATE}\nReturns the new sound object.\n") == []


@pytest.mark.parametrize("row", ["| sound? | object | How it is |", "| data? | array of sound objects | Them |"])
def test_a_table_that_a_request_speaks_of_is_kept(row: str) -> None:
    found = found_in(f"{CREATE}{row}\n\n{OBJECT}")
    names = {one["name"]: one for one in found["parameters"]}
    held = {**names, **names.get("sound", {}).get("properties", {})}
    held |= names.get("data", {}).get("items", {}).get("properties", {})
    assert "id" in held


def test_a_table_of_an_object_is_kept_where_nothing_else_is_a_request() -> None:
    assert list(read(OBJECT)) == ["id", "name"]


# --- headings that lead to a member --------------------------------------------------------------------------

TOLD = "| Name | Type | Required | Description |\n|---|---|---|---|\n"


@pytest.mark.parametrize("sign", [" - ", " > ", " → ", " / "])
def test_the_steps_of_a_heading_lead_to_what_holds_the_rows(sign: str) -> None:
    page = (
        f"## Parameters\n\n{TOLD}| audio | object | no | Sound |\n| voice | string | no | Another |\n\n"
        f"### audio\n\n{TOLD}| voices | array | no | Who speaks |\n\n"
        f"#### audio{sign}voice\n\n{TOLD}| name | string | yes | Who |\n| tone | object | no | How |\n\n"
        f"#### audio{sign}voice{sign}tone\n\n{TOLD}| pitch | number | no | How high |\n"
    )
    assert problems(page) == []
    voices = read(page)["audio"]["properties"]["voices"]
    assert list(voices["items"]["properties"]) == ["name", "tone"]
    assert list(voices["items"]["properties"]["tone"]["properties"]) == ["pitch"]


@pytest.mark.parametrize(
    "words",
    [
        "About it. (limit: 300 characters)",
        "Words, 300-character limit.",
        "300 characters max",
        "Limit of 300 chars",
    ],
)
def test_a_limit_that_is_called_one(words: str) -> None:
    assert read(f"## Body\n\n{TOLD}| about | string | no | {words} |\n")["about"]["maxLength"] == 300


# --- lists of definitions ------------------------------------------------------------------------------------


def told(page: str) -> list[tuple[str, object, bool, object]]:
    return [
        (one["name"], one["type"], one["required"], one.get("default")) for one in found_in(page)["parameters"]
    ]


@pytest.mark.parametrize(
    "listed",
    [
        "words\n: {{<required>}} String. What to draw.\n\nsteps\n: Integer. How many. Defaults to `28`.\n",
        "words\n: Required. String. What to draw.\nsteps\n: Integer. How many. Defaults to `28`.\n",
        "**words**\n\n: (Required, string) What to draw.\n\n**steps**\n\n: (integer, default: 28) How many.\n",
        "`words`\n:   *string*, required. What.\n\n`steps`\n:   *integer*, optional. Many.\n\n    Default: 28.\n",
        "`words`::\n(Required, string) What to draw.\n\n`steps`:: (Optional, integer) How many. Default: 28.\n",
        "words : str\n    What to draw.\nsteps : int, optional\n    How many. Default: 28.\n",
        "words*\n~ String. What to draw.\n\nsteps?\n~ Integer. How many. Default: 28.\n",
    ],
)
def test_a_list_of_definitions_is_one_of_parameters(listed: str) -> None:
    page = f"## Draw\n\n### Form data parameters\n\n{listed}\n### Response\n\nid\n: String. The id.\n"
    assert told(page) == [("words", "string", True, None), ("steps", "integer", False, 28)]


def test_definitions_hold_definitions_and_lists_of_values() -> None:
    page = (
        "## Parameters\n\n`order`\n:   (Required, string) Which order. One of:\n\n    - `up`\n    - `down`\n\n"
        "`query`\n:   (Optional, object) What to look for.\n\n    `text`\n    :   (Required, string) Words.\n"
    )
    found = read(page)
    assert found["order"]["enum"] == ["up", "down"]
    assert found["query"]["properties"]["text"]["required"] is True


def test_values_in_braces_are_those_of_a_python() -> None:
    page = (
        '## Parameters\n\nwords : str\n    What.\nmode : {"fast", "slow"}, default "fast"\n    How.\n'
        "size : int, optional\n    How large.\n"
    )
    assert told(page)[1] == ("mode", "string", False, "fast")
    assert read(page)["mode"]["enum"] == ["fast", "slow"]


def test_a_glossary_is_no_list_of_parameters() -> None:
    assert told(f"## Words\n\nsampler\n: How the picture is drawn.\n\n{CREATE}")[0][0] == "name"


def test_brackets_of_a_form_nest() -> None:
    rows = "| card[number] | string | yes | Its number |\n| card[tags][] | array of string | no | Tags |\n"
    page = f"## Form data\n\n{TOLD}{rows}"
    assert list(read(page)["card"]["properties"]) == ["number", "tags"]


# --- tables of values ----------------------------------------------------------------------------------------


def test_a_table_for_each_parameter_with_values_in_place_of_types() -> None:
    header = "| Parameter | Value | Default |\n|---|---|---|\n"
    rows = {
        "format": "one of: `xml`, `json` | `xml`",
        "details": "0 or 1 | 1",
        "zoom": "0-18 | 18",
        "slack": "floating-point number | 0.0",
        "contact": "valid mail address | _unset_",
        "layer": "comma-separated list of: `roads`, `places` | `roads,places`",
        "verbose": "- | false",
    }
    tables = "\n".join(f"{header}| {name} | {said} |\n\nSome words.\n" for name, said in rows.items())
    page = f"# Look up\n\n## Parameters\n\n### Output format\n\n{tables}"
    found = read(page)
    kinds = ["string", "integer", "integer", "number", "string", "string", "boolean"]
    assert [one["type"] for one in found.values()] == kinds
    defaults = ["xml", 1, 18, 0.0, None, "roads,places", False]
    assert [one.get("default") for one in found.values()] == defaults
    assert [one.get("enum") for one in found.values()] == [["xml", "json"], [0, 1], *[None] * 5]
    assert (found["zoom"]["minimum"], found["zoom"]["maximum"]) == (0, 18)
    flagged = [flag["parameter"] for flag in found_in(page)["flags"]]
    assert sorted(set(flagged)) == ["", "contact", "layer", "verbose", "zoom"]


def test_a_table_of_outputs_is_still_an_answer() -> None:
    page = (
        f"## Parameters\n\n{TOLD}| steps | integer | no | X |\n\n### Output\n\n{TOLD}| id | string | yes | Id |\n"
    )
    assert list(read(page)) == ["steps"]
