"""What the words around a list or a table say of it: whose parameters, whose values, or that it is an answer."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

TABLE = "| Name | Type | Required | Description |\n|---|---|---|---|\n"
TABLE += "| mode | string | yes | How |\n| width | integer | no | Dots |\n"


def page(text: str) -> dict[str, Any]:
    return dict(report(adopt(text, "page.md").reading))


def names(text: str) -> list[str]:
    return [one["name"] for one in page(text).get("parameters", [])]


@pytest.mark.parametrize(
    "lead",
    [
        "`/draw` takes these query parameters:",
        "### Parameters",
        "支持以下参数：",
        "以下のパラメータを指定できます。",
        "Se aceptan los siguientes parámetros:",
        "Es gibt folgende Parameter:",
        "Доступны следующие параметры:",
    ],
)
@pytest.mark.parametrize(
    "item", ["- `{}` - {}", "* **{}**: {}", "  - **`{}`** – {}", "- `{}` ({})", "1. <code>{}</code> → {}"]
)
def test_a_list_that_is_said_to_be_of_parameters(lead: str, item: str) -> None:
    items = "\n".join(item.format(name, about) for name, about in (("side", "side in dots"), ("hue", "a colour")))
    found = page(f"# Drawing\n\n{lead}\n\n{items}\n\n## More\n\nWords.\n")
    assert [one["name"] for one in found["parameters"]] == ["side", "hue"]
    assert {flag["parameter"] for flag in found["flags"]} >= {"side", "hue"}  # no types are said


@pytest.mark.parametrize(
    "text",
    [
        "The following parameters were removed:\n\n- `side` - use width\n- `hue` - use colour\n",
        "## Response parameters\n\n- `side` - what was drawn\n- `hue` - its colour\n",
        "These are our clients:\n\n- `side` - for Linux\n- `hue` - for others\n",
        "The server reads these environment parameters:\n\n- `side` - a port\n- `hue` - a host\n",
        "It takes parameters:\n\n- as they are - see above\n- in order - see below\n- `hue` - last\n",
    ],
)
def test_other_lists_are_no_parameters(text: str) -> None:
    assert names(f"# Drawing\n\n{text}\n## Body\n\n{TABLE}") == ["mode", "width"]


def test_a_list_that_advises_on_rows_of_a_table() -> None:
    text = f"## Parameters\n\n{TABLE}\nMore on the parameters:\n\n- `mode` - think twice\n- `width` - measure it\n"
    assert names(text) == ["mode", "width"]


def test_what_stands_below_an_item_is_its_own() -> None:
    text = "Query parameters:\n\n- `side` - a side\n  - Default: 3\n"
    text += "- `hue` - one of:\n  - `red`: warm\n  - `blue`: cold\n"
    found = page(f"# A\n\n{text}")["parameters"]
    assert [one["name"] for one in found] == ["side", "hue"]


ANSWER = '## Response\n\n```json\n{"id": "a", "state": "done", "width": 3}\n```\n\n'
REQUEST = '## Request\n\n```json\n{"mode": "a", "width": 3}\n```\n\n'
KEPT = "| Name | Type | Description |\n|---|---|---|\n"
KEPT += "| id | string | A |\n| state | string | B |\n| width | integer | C |\n"


def test_the_second_of_two_parts_that_only_examples_tell_apart() -> None:
    found = page(f"{REQUEST}{ANSWER}## Parameters\n\n{TABLE}\n## Parameters\n\n{KEPT}")
    assert [one["name"] for one in found["parameters"]] == ["mode", "width"]
    problem = '"Parameters" is read as what is answered, as the example of an answer has its names'
    assert [flag["problem"] for flag in found["flags"]] == [problem]


def test_a_second_part_that_a_request_sends_is_kept() -> None:
    sent = '## Request\n\n```json\n{"mode": "a", "id": "b", "state": "c"}\n```\n\n'
    assert "state" in names(f"{sent}{ANSWER}## Parameters\n\n{TABLE}\n## Parameters\n\n{KEPT}")


VALUES = "| Parameter | Type |\n|---|---|\n| draw | Draws a new picture |\n| mend | Mends an old one |\n"


@pytest.mark.parametrize(
    "lead",
    [
        "Possible values of `mode`:",
        "`mode` values:",
        "Возможные значения `mode`:",
        "`mode` 的可选值：",
        "`mode` に指定可能な値：",
        "Valores posibles de `mode`:",
        "Mögliche Werte für `mode`:",
    ],
)
def test_a_table_of_the_values_of_one_parameter(lead: str) -> None:
    found = page(f"## Parameters\n\n{TABLE}\n{lead}\n\n{VALUES}")
    assert [one["name"] for one in found["parameters"]] == ["mode", "width"]
    assert (found["parameters"][0]["enum"], found["flags"]) == (["draw", "mend"], [])


def test_a_line_about_members_below_the_heading_of_an_answer() -> None:
    text = f"## Parameters\n\n{TABLE}\n## Response\n\nParameters of `label`:\n\n{KEPT}"
    assert names(text) == ["mode", "width"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("## {heading(Parameters)[id=body]}", "Parameters"),
        ("## Parameters {#body}", "Parameters"),
        ("## Parameters {: #body }", "Parameters"),
        ("## {link(../a/b)[text=Parameters]} of all", "Parameters of all"),
    ],
)
def test_macros_of_templates_in_headings(raw: str, shown: str) -> None:
    document = adopt(f"{raw}\n\n{{note:warn}}\n\nWords.\n\n{{/note}}\n\n{TABLE}", "page.md").reading.document
    assert [heading.cell.text for heading in document.headings] == [shown]
    assert [text.cell.text for text in document.texts] == ["Words."]


@pytest.mark.parametrize(
    "kind", ["[]spot_ref", "spot_ref[]", "array of spot_ref", "[] spot_ref", "array<spot_ref>"]
)
@pytest.mark.parametrize(
    "lead", ["Parameters of `spot_ref`:", "Параметры `spot_ref`:", "`spot_ref` 的参数：", "Campos de `spot_ref`:"]
)
def test_a_type_that_a_line_above_a_table_explains(kind: str, lead: str) -> None:
    rows = f"| Name | Type | Required | Description |\n|---|---|---|---|\n| spots | {kind} | yes | Where |\n"
    found = page(f"## Parameters\n\n{rows}\n{lead}\n\n{TABLE}")
    assert [(one["path"], one["type"]) for one in found["parameters"]] == [("spots", "array")]
    assert list(found["parameters"][0]["items"]["properties"]) == ["mode", "width"]
    assert found["flags"] == []


@pytest.mark.parametrize(
    ("words", "required"),
    [
        ("(required non-empty)", True),
        ("(required, unique)", True),
        ("(обязательное)", True),
        ("(optional, lower case)", False),
        ("(necesario)", False),
    ],
)
@pytest.mark.parametrize("header", ["Description", "Sense"])
def test_what_brackets_at_the_end_of_a_sentence_say(*, words: str, required: bool, header: str) -> None:
    rows = f"| Name | Type | {header} |\n|---|---|---|\n| spot | string | Where it is to be drawn {words} |\n"
    found = page(f"## Parameters\n\n{rows}")["parameters"][0]
    assert (found["required"], found["description"]) == (required, f"Where it is to be drawn {words}")


def test_a_condition_in_brackets_is_none_of_these() -> None:
    rows = "| Name | Type | Description |\n|---|---|---|\n| spot | string | A spot (required if drawn) |\n"
    found = page(f"## Parameters\n\n{rows}")
    assert (found["parameters"][0]["required"], len(found["flags"]) > 0) == (False, True)


@pytest.mark.parametrize(
    "lead", ["`/draw` accepts:", "`POST /v1/draw` takes", "`/draw` 接受：", "`/draw` acepta:"]
)
def test_a_line_that_says_what_a_call_takes(lead: str) -> None:
    items = "- `side`: the side in dots, defaults to 100\n- `hue` - a colour\n- `round` (required) or not\n"
    found = page(f"# A\n\n{lead.rstrip(':')}:\n\n{items}")["parameters"]
    assert [(one["name"], one["required"]) for one in found] == [("side", False), ("hue", False), ("round", True)]
    assert found[0]["default"] == 100


@pytest.mark.parametrize(
    "title", ["Atributos opcionais de spotRef", "All about a spotRef", "spotRef - optional", "可选 spotRef 字段"]
)
def test_a_title_with_the_name_of_a_type_among_other_words(title: str) -> None:
    rows = "| Name | Type | Required | Description |\n|---|---|---|---|\n| spots | spotRef[] | yes | Where |\n"
    found = page(f"## Parameters\n\n{rows}\n### {title}\n\n{TABLE}")
    assert list(found["parameters"][0]["items"]["properties"]) == ["mode", "width"]
    assert found["flags"] == []


@pytest.mark.parametrize("words", ["Default is cold.", "How. Default: cold.", "Warm or cold. Defaults to cold."])
def test_the_point_that_ends_a_sentence_is_no_part_of_a_default(words: str) -> None:
    rows = f"| Name | Type | Required | Description |\n|---|---|---|---|\n| tone | string | no | {words} |\n"
    assert page(f"## Parameters\n\n{rows}")["parameters"][0]["default"] == "cold"


@pytest.mark.parametrize(
    ("kind", "words", "facts"),
    [
        ("integer", "Default 1,000. Maximum 10,000.", {"default": 1000, "maximum": 10000}),
        ("integer", "Zwischen 1 und 10. Standardwert ist 3.", {"default": 3, "minimum": 1, "maximum": 10}),
        ("integer", "Tra 1 e 10. Il valore predefinito è 3.", {"default": 3, "minimum": 1, "maximum": 10}),
        ("integer", "От 1 до 10, значение по умолчанию — 3.", {"default": 3, "minimum": 1, "maximum": 10}),
        ("boolean", "Standardmäßig `false`.", {"default": False}),
        ("string", "Um dos valores: `x`, `y`. O padrão é `x`.", {"default": "x", "enum": ["x", "y"]}),
    ],
)
def test_numbers_and_defaults_of_sentences(kind: str, words: str, facts: dict[str, Any]) -> None:
    rows = f"| Name | Type | Required | Description |\n|---|---|---|---|\n| tone | {kind} | no | {words} |\n"
    found = page(f"## Parameters\n\n{rows}")["parameters"][0]
    assert {key: found.get(key) for key in ("default", "minimum", "maximum", "enum") if key in found} == facts


def test_the_value_of_another_parameter_is_no_default() -> None:
    rows = "| a | string | no | Defaults to the value of `b`. |\n| b | string | no | A word |\n"
    found = page(f"## Parameters\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n{rows}")
    assert "default" not in found["parameters"][0]
    assert [flag["parameter"] for flag in found["flags"]] == ["a"]


# --- values that are none ---------------------------------------------------------------------------------------

RANGED = "| Name | Type | Required | Range |\n|---|---|---|---|\n"


def row(kind: str, said: str) -> dict[str, Any]:
    told = page(f"# Kite\n\n## Parameters\n\n{RANGED}| sail | {kind} | no | {said} |\n")
    return {**told["parameters"][0], "flagged": [flag["problem"] for flag in told["flags"]]}


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ("<0; 360)", {"minimum": 0, "exclusiveMaximum": 360}),
        ("<1;9>", {"minimum": 1, "maximum": 9}),
        ("(0; 1>", {"exclusiveMinimum": 0, "maximum": 1}),
        ("⟨-5; 5⟩", {"minimum": -5, "maximum": 5}),
    ],
)
def test_angles_are_for_ends_that_may_be_given(said: str, bounds: dict[str, int]) -> None:
    told = row("number", said)
    assert {key: told[key] for key in told if key.lower().endswith(("imum", "imum"))} == bounds
    assert told["flagged"] == []


@pytest.mark.parametrize("said", ["<`#000000`; `#FFFFFF`>", "<aaa; zzz>", "(`2020-01-01`; `2029-12-31`)"])
def test_an_interval_of_words_lists_no_values(said: str) -> None:
    told = row("string", said)
    assert "enum" not in told
    assert told["flagged"] == ["the ends of this interval are no numbers; no range is taken"]


@pytest.mark.parametrize(
    "said",
    [
        "公网 URL、Base64 字符串 或 multipart 文件",
        "Public URL, Base64 string, or multipart file",
        "remote URL / local path",
        "图片链接、图片文件",
    ],
)
def test_the_forms_in_which_a_thing_is_given_are_no_values(said: str) -> None:
    told = row("string", said)
    assert "enum" not in told


@pytest.mark.parametrize("said", ["url, base64", "`url`, `b64_json`", "file, link", "写实、动漫"])
def test_words_that_are_values_stay_values(said: str) -> None:
    assert len(row("string", said)["enum"]) == 2


def test_the_kinds_of_an_arrays_items_are_no_values() -> None:
    for said in ("Array of sail/tail/line items", "List of photo, video or text segments"):
        told = row("array", said)
        assert "enum" not in told
        assert "enum" not in (told.get("items") or {})
