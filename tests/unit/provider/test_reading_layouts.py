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


def test_a_sentence_about_all_parameters_may_name_others() -> None:
    rows = "| prompt | string | Words |\n| seed | integer | The start |\n"
    for said, required in (
        ("All parameters are optional, except `prompt`.", [True, False]),
        ("All fields are required except seed. Mind the gap.", [True, False]),
        ("All fields of the response are required.", [False, False]),
    ):
        page = f"## Draw\n\n{said}\n\n### Body\n\n{BARE}{rows}"
        assert [one["required"] for one in found_in(page)["parameters"]] == required


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


def test_a_parameter_of_the_same_name_that_is_none_holds_nothing() -> None:
    rows = "| sound | data uri | The file |\n| pitch? | number | How high |\n"
    page = f"{OBJECT}## Create\n\n### Body params\n\n{BARE}{rows}\nReturns the sound.\n"
    assert list(read(page)) == ["sound", "pitch"]


def test_a_table_of_an_object_is_kept_where_nothing_else_is_a_request() -> None:
    assert list(read(OBJECT)) == ["id", "name"]


EMBED = (
    f"## Embed object\n\n### Embed structure\n\n{BARE}"
    "| title? | string | A title |\n| lines? | array of line objects | L |\n"
)
LINE = f"### Line structure\n\n{BARE}| text | string | Words |\n"


def test_a_structure_goes_below_every_parameter_that_holds_one() -> None:
    row = "| embeds? | array of up to 10 [embed](#e) objects | What is shown |\n"
    calls = [f"## {name}\n\n### JSON params\n\n{BARE}| {key} | string | Its key |\n{row}\n" for name, key in (
        ("Send", "to"), ("Edit", "id"))]  # fmt: skip
    page = f"{calls[0]}{calls[1]}{EMBED}\n{LINE}"
    found = found_in(page)
    assert [one["name"] for one in found["parameters"]] == ["to", "embeds", "id", "embeds"]
    for one in found["parameters"][1::2]:
        assert (one["maxItems"], list(one["items"]["properties"])) == (10, ["title", "lines"])
        assert one["items"]["properties"]["lines"]["items"]["properties"]["text"]["required"] is True
    assert found["flags"] == []


def test_another_request_with_a_table_of_members_alone_keeps_them() -> None:
    members = f"### input\n\n{TOLD}| words | string | yes | What |\n"
    page = f"## Draw\n\n### Body\n\n{TOLD}| input | object | yes | What |\n\n{members}\n## Paint\n\n{members}"
    found = found_in(page)
    assert [one["name"] for one in found["parameters"]] == ["input", "input"]
    assert all(list(one["properties"]) == ["words"] for one in found["parameters"])


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


# --- lists of items ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("`x`: `number | null`", ["number", "null"]),
        ("`x`: `number`", "number"),
        ("`x` - `file`", "file"),
        ("**x** – `list of strings`", "array"),
        ("`x`: string or array of strings. Words.", ["string", "array"]),
        ("`x`: *integer*, optional, default 28. How many.", "integer"),
        ("x: array of integers, whole ones", "array"),
    ],
)
def test_a_type_behind_the_colon_of_an_item(item: str, kind: object) -> None:
    page = f"## Request parameters\n\n- {item}\n\n  Some words about it.\n\n- `seed`: `integer`\n\n  More words.\n"
    found = read(page)
    assert (list(found), found["x"]["type"]) == (["x", "seed"], kind)


def test_marks_and_words_behind_the_type_of_an_item() -> None:
    page = (
        "## Request parameters\n\n- `a*`: `string`\n- `b?`: `string`\n- `c`: string, required - Words.\n"
        "- `d`: integer, optional, default 28. Words.\n- `e`: Words alone.\n"
        "- `f` — string — required — Words.\n- `g` · `string` · optional · Words.\n"
    )
    found = read(page)
    assert [one["required"] for one in found.values()] == [True, False, True, False, False, True, False]
    assert (found["d"]["default"], [flag["parameter"] for flag in found_in(page)["flags"]]) == (28, ["e"])


def test_words_above_members_say_it_of_all() -> None:
    page = (
        "## Request parameters\n\n- `turns`: `array`\n\n  It is a required array. It has two mandatory keys:\n\n"
        "  - `role`: `string`\n\n    Any of the following:\n\n    - `asker`: Asks.\n    - `seed`: Grows.\n\n"
        "  - `text`: `string`\n\n- `seed`: `integer`\n"
    )
    turns = read(page)["turns"]
    members = turns["items"]["properties"]
    assert (turns["required"], [one["required"] for one in members.values()]) == (True, [True, True])
    assert members["role"]["enum"] == ["asker", "seed"]


@pytest.mark.parametrize(
    ("words", "required"),
    [
        ("Words. This field is required in the request.", True),
        ("Words. It's a mandatory list.", True),
        ("Words. This parameter is optional.", False),
        ("If the moon is full, it is required.", None),
        ("It is required when the moon is full.", None),
    ],
)
def test_a_sentence_says_that_a_parameter_is_required(words: str, required: object) -> None:
    header = "| Name | Type | Description |\n|---|---|---|\n"
    page = f"## Parameters\n\n{header}| x | string | {words} |\n| mode | string | How. |\n"
    found = found_in(page)
    assert found["parameters"][0]["required"] is bool(required)
    assert any(flag["parameter"] == "x" for flag in found["flags"]) is (required is None)


def test_the_default_may_stand_before_the_word() -> None:
    for said, value in (("Setting this to 1.5 (the default) does nothing.", 1.5), ("`2` (default) or more.", 2)):
        page = f"## Parameters\n\n{TOLD}| x | number | no | {said} |\n"
        assert read(page)["x"]["default"] == value


# --- facts in one paragraph ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        "Type: `integer`\\\nDefault: `28`\n\nHow many.",
        "**Type:** `integer` | **Default:** `28`\n\nHow many.",
        "*Type*: `integer`. *Default*: `28`.\nHow many.",
        "Type: integer\nDefault: 28\nHow many.",
        "- Type: `integer`\n  Default: `28`\n\nHow many.",
    ],
)
def test_facts_of_a_heading_in_one_paragraph(facts: str) -> None:
    page = f"## Options\n\n### words\n\n- Type: `string`\n\nWhat.\n\n### steps\n\n{facts}\n"
    assert told(page) == [("words", "string", False, None), ("steps", "integer", False, 28)]


@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_facts_of_an_item_in_one_paragraph(blank: str) -> None:
    item = f"- `steps`{blank}  Type: integer\n  Default: 28\n  Range: 1 to 50\n  How many.\n"
    page = f"## Parameters\n\n{item}\n- `words`\n  - Type: string\n  - Required: yes\n"
    assert told(page) == [("steps", "integer", False, 28), ("words", "string", True, None)]
    assert (read(page)["steps"]["minimum"], read(page)["steps"]["maximum"]) == (1, 50)


def test_a_heading_is_no_parameter_for_the_facts_of_its_items() -> None:
    page = "## Parameters\n\n- **size**\n  - Type: integer\n- **order**\n  - Type: string\n"
    assert [one[:2] for one in told(page)] == [("size", "integer"), ("order", "string")]
