"""Pages whose form is a little wrong, or says in two places what belongs together."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.blocks.unquoted import with_quotes


def read(text: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the parameters by name, and the problems by the parameter that they are about."""
    found: dict[str, Any] = dict(report(adopt(text, "page.md").reading))
    problems: dict[str, list[str]] = {}
    for flag in found["flags"]:
        problems.setdefault(flag["parameter"], []).append(flag["problem"])
    names = [one["name"] for one in found["parameters"]]
    assert len(names) == len(set(names)), names
    return {one["name"]: one for one in found["parameters"]}, problems


API = """\
# Kites

```yaml
openapi: 3.0.1
info: {title: Kites, version: 1.0.0}
paths:
  /kites:
    post:
      summary: |
        Note: this one stands below, and is right as it is
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                colour:
                  type: string
                  description: The kite's colour. Supported dye colours: red, teal
                tails:
                  type: integer
                  description: How many, range: 1-9
                wind:
                  type: string
                  description: `low` or stronger
                rope:
                  type: string
                  description: [Beta] made of hemp
              required:
                - colour
      responses: {}
```
"""


def test_yaml_that_lacks_quotes_is_read_and_flagged_once() -> None:
    found, problems = read(API)
    assert [(name, one["type"], one["required"]) for name, one in found.items()] == [
        ("colour", "string", True),
        ("tails", "integer", False),
        ("wind", "string", False),
        ("rope", "string", False),
    ]
    assert (found["tails"]["minimum"], found["tails"]["maximum"]) == (1, 9)
    assert found["colour"]["line"] == 17
    told = (
        "this is not YAML: a `: ` stands where no name can; a text that holds one needs quotes; "
        "it was read as if it had them"
    )
    assert [one for one in problems[""] if "YAML" in one] == [told]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("a: b: c", "a: 'b: c'"),
        ("- a: it's b: c", "- a: 'it''s b: c'"),
        ("a: One of:", "a: 'One of:'"),
        ('a: "b" is c', "a: '\"b\" is c'"),
        ("a: **b** c", "a: '**b** c'"),
        ("a: b\nc: [1, 2]\nd: {e: f}", "a: b\nc: [1, 2]\nd: {e: f}"),
        ("a: 'b: c'\nd: \"e: f\" # g", "a: 'b: c'\nd: \"e: f\" # g"),
        ("a: |\n  b: c: d\ne: f: g", "a: |\n  b: c: d\ne: 'f: g'"),
        ("a: >-\n  b: c: d\n\n  e: f: g", "a: >-\n  b: c: d\n\n  e: f: g"),
        ("a: b: c\n  goes on", "a: b: c\n  goes on"),
        ("url: https://x.example/a:b", "url: https://x.example/a:b"),
        ("a: *b\nc: &d e", "a: *b\nc: &d e"),
    ],
)
def test_only_what_has_no_meaning_without_quotes_gets_them(text: str, whole: str) -> None:
    assert with_quotes(text) == whole


def test_yaml_that_quotes_do_not_mend_is_flagged_as_before() -> None:
    found, problems = read("# A\n\n```yaml\nopenapi: 3.0.1\npaths: {/a: b: c\n  d: e: f\n```\n")
    assert found == {}
    assert not any("as if" in one for several in problems.values() for one in several)


WORDS = "# A\n\n## Request\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("said", "default"),
    [("Nombre de cordes (défaut : 3)", 3), ("Seile (Voreinstellung: 4)", 4), ("Corde (predefinito: 5)", 5)],
)
def test_defaults_are_told_in_many_languages(said: str, default: int) -> None:
    found, problems = read(f"{WORDS}| `ropes` | integer | no | {said} |\n")
    assert found["ropes"]["default"] == default
    assert problems == {}


@pytest.mark.parametrize(
    "sent",
    [
        '{"knot": "reef", "name": "x"}',
        'curl -F "knot=reef" -F "name=x" https://x.example/tie',
        'curl "https://x.example/tie?name=x&knot=reef"',
        'tie(name="x", knot="reef")',
    ],
)
def test_words_in_brackets_are_values_where_an_example_sends_one(sent: str) -> None:
    rows = "| `name` | string | yes | Whose |\n| `knot` | string | no | How it is tied (reef, bowline, hitch) |\n"
    found, problems = read(f"{WORDS}{rows}\n## Example request\n\n```\n{sent}\n```\n")
    assert found["knot"]["enum"] == ["reef", "bowline", "hitch"]
    assert "knot" not in problems


@pytest.mark.parametrize("words", ["reef, hitch", "reef, bowline, hitch", "reef/hitch"])
def test_words_in_brackets_that_no_example_sends_are_flagged(words: str) -> None:
    found, problems = read(f"{WORDS}| `knot` | string | no | How it is tied ({words}) |\n")
    assert "enum" not in found["knot"]
    assert problems["knot"] == ["the text names values, and does not say whether they are all"]


def test_sizes_that_are_multiplied_by_stars_are_values() -> None:
    about = "大小。可选值：640*480()、480*640(3:4)、512*512(1:1)"
    found, problems = read(f"{WORDS}| `size` | string | no | {about} |\n")
    assert found["size"]["enum"] == ["640*480", "480*640", "512*512"]
    assert problems == {}


def test_a_table_that_sums_up_the_others_is_of_the_same_request() -> None:
    page = """\
# Kites

## Flight

| Field | Type | Description |
|---|---|---|
| `height` | number | Above the ground |
| `wind` | string | array | null | Where it comes from |

## Looks

| Field | Type | Description |
|---|---|---|
| `tail` | string | What hangs below |

## Summary of all fields

| Field | Type | Required |
|---|---|---|
| `owner` | string | yes |
| `height` | number | yes |
| `wind` | string | array | null | no |
| `tail` | integer | no |
"""
    found, problems = read(page)
    assert {name: (one["type"], one["required"]) for name, one in found.items()} == {
        "height": ("number", True),
        "wind": (["string", "array", "null"], False),
        "tail": ("string", False),
        "owner": ("string", True),
    }
    assert "a table has another type on line 23" in problems["tail"]
    assert "the page does not say" not in str(problems["tail"])


def test_tables_of_several_requests_are_not_summed_up() -> None:
    table = "| Field | Type | Required |\n|---|---|---|\n| `height` | number | yes |\n"
    page = (
        f"# Kites\n\n## Fly request\n\n{table}\n## Land request\n\n{table}\n## Overview of parameters\n\n{table}"
    )
    found = [one["name"] for one in report(adopt(page, "page.md").reading)["parameters"]]  # type: ignore[index, union-attr, call-overload]
    assert found == ["height"] * 3


def test_texts_that_stand_for_a_type_are_types() -> None:
    body = '{\n  "height": "number?",\n  "wind": "string | array | null",\n  "tail": {"many": "integer"}\n}'
    found, problems = read(f"# Kites\n\n## Request body\n\n```json\n{body}\n```\n")
    assert found["height"]["type"] == "number"
    assert found["height"]["required"] is False
    assert found["wind"]["type"] == ["string", "array", "null"]
    assert not any("an example sends" in one for several in problems.values() for one in several)


def test_a_row_that_is_named_by_its_type_has_the_name_of_its_heading() -> None:
    table = "| Name | Type | Default | Description |\n|---|---|---|---|\n"
    page = (
        f"# Kites\n\n## Settings\n\n### Height (height)\n\n{table}| height | Number | | Above the ground |\n\n"
        f"### Its colours (colour_list)\n\n{table}| []String | String | | Names of dyes |\n"
    )
    found, problems = read(page)
    assert (found["colour_list"]["type"], found["colour_list"]["items"]["type"]) == ("array", "string")
    assert not any("is not the name" in one for several in problems.values() for one in several)


def test_the_models_of_a_page_with_several_requests_are_flagged() -> None:
    models = "## Models\n\n| Model | About |\n|---|---|\n| kite-1 | Light |\n| kite-2 | Heavy |\n"
    row = "| Name | Type | Required | Description |\n|---|---|---|---|\n| model | string | yes | Which one |\n"
    text = "the page lists models, and has several requests; this one may not take them all"
    page = f"# Kites\n\n{models}\n## Fly\n\n### Request\n\n{row}\n## Land\n\n### Request\n\n{row}"
    told = [one["problem"] for one in report(adopt(page, "page.md").reading)["flags"]]  # type: ignore[index, union-attr, call-overload]
    assert told.count(text) == 2
    assert text not in str(read(f"# Kites\n\n{models}\n## Fly\n\n### Request\n\n{row}")[1])
