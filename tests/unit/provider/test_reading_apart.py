"""Requests and parameters that stand apart: in a block or under a heading of their own, or alone in a list."""

from __future__ import annotations

import pytest

from teststrip.provider.reading.read import read_documentation

BLOCK = """\
# Films

## Make a film

### Request body

```json
{
  "scenes": [            // what is shown (optional)
    {"seconds": 4, "sound": "string"}  // sound: an address (optional)
  ],
  "frames": 24           // frames a second (optional)
}
```

## List films

### Query parameters

- `limit` (integer, optional): how many
- `page` (integer, required): which
"""
BRACKETS = """\
# Canvas

## Body (JSON)

```json
{"width": 800}
```

## Parâmetros

### `width` (number) **[obrigatório]**

How wide.

### `layers` (array) *(opcional)*

What is drawn.

```json
{"label": "a"}
```

| Campo | Tipo | Descrição |
|---|---|---|
| label | string | its name |

### `shapes` (array) *(opcional)*

Forms.
"""
TITLE = """\
# Measure

**Parameters(json)**

| Name | Type | Required | Description |
|---|---|---|---|
| photo | string | true | a photo |
| height | int | false | how tall |
"""
FIELDS = """\
Making
======

.. http:post:: /make

   :<json string prompt: (required) what to draw
   :<json string note: (optional) a remark

   **Response:**

   .. sourcecode:: http

      HTTP/1.1 200 OK

      {"scores": {"best": "one", "worst": "two"}}
"""


def test_a_block_of_a_request_in_a_section_without_tables_is_a_request_of_its_own() -> None:
    reading = read_documentation(BLOCK, "page.md")
    assert [entry.name for entry in reading.entries] == ["scenes", "frames", "limit", "page"]
    assert [child.name for child in reading.entries[0].children] == ["seconds", "sound"]


def test_a_block_that_is_left_out_is_flagged() -> None:
    page = BLOCK.replace("### Request body", "### What goes in")
    reading = read_documentation(page, "page.md")
    assert [entry.name for entry in reading.entries] == ["limit", "page"]
    assert any("it is left out" in flag.problem and flag.where.line == 9 for flag in reading.flags)


def test_a_heading_may_have_its_type_and_whether_it_is_required_in_brackets_each() -> None:
    reading = read_documentation(BRACKETS, "page.md")
    found = {entry.name: (entry.kind.kind, entry.required) for entry in reading.entries}
    assert found == {"width": ("number", True), "layers": ("array", False), "shapes": ("array", False)}
    layers = next(entry for entry in reading.entries if entry.name == "layers")
    assert [child.name for child in layers.children] == ["label"]


def test_what_a_title_says_it_is_written_in_is_no_type() -> None:
    reading = read_documentation(TITLE, "page.md")
    assert [entry.name for entry in reading.entries] == ["photo", "height"]
    assert reading.flags == ()


def test_what_is_no_deeper_than_a_field_is_not_of_it() -> None:
    prompt, note = read_documentation(FIELDS, "page.rst").entries
    assert (prompt.name, note.name) == ("prompt", "note")
    assert not note.facts.choices
    assert note.row.cell("description").text == "(optional) a remark"


@pytest.mark.parametrize(("lead", "names"), [("Options:", ["ratio"]), ("For example:", [])])
def test_one_item_alone_is_a_parameter_where_a_line_announces_it(lead: str, names: list[str]) -> None:
    page = f"# Pictures\n\n## By a ratio\n\n{lead}\n\n- **ratio** (number), should be less than 1\n"
    assert [entry.name for entry in read_documentation(page, "page.md").entries] == names


ALIKE = """\
# Pictures

## Scaling

Options:

  * **width** (integer)

    how wide

  * **ratio** (number)

    how much

## Cutting

Options:

  * **width**

    of the piece

  * **edge**

    where it is taken from
"""


def test_a_line_that_stands_above_typed_lists_announces_those_without_types_as_well() -> None:
    reading = read_documentation(ALIKE, "page.md")
    assert [entry.name for entry in reading.entries] == ["width", "ratio", "width", "edge"]
    untyped = {flag.path for flag in reading.flags if "no type" in flag.problem}
    assert "edge" in untyped


@pytest.mark.parametrize(
    "page",
    [
        "- `$pick` (string, required): which\n- `@kind` (integer): of what\n",
        "**$pick** *string*, required\n\nwhich\n\n**@kind** *integer*, optional\n\nof what\n",
        "### $pick (string) [required]\n\nwhich\n\n### @kind (integer) [optional]\n\nof what\n",
    ],
)
def test_a_name_may_begin_with_a_sign(page: str) -> None:
    entries = read_documentation(f"# A\n\n## Parameters\n\n{page}", "page.md").entries
    assert [(entry.path, entry.kind.kind, entry.required) for entry in entries] == [
        ("$pick", "string", True),
        ("@kind", "integer", False),
    ]


def test_a_word_on_being_required_may_be_parted_by_dashes() -> None:
    page = "# A\n\n## Parameters\n\n- `$.pick` - _optional_ - Which.\n- `kind` - _required_ - Of what.\n"
    reading = read_documentation(page, "page.md")
    assert [(entry.path, entry.required) for entry in reading.entries[1:]] == [("kind", True)]
    assert [child.required for child in reading.entries[0].children] == [False]
    assert not any("no column says" in flag.problem for flag in reading.flags)


MARKS = """\
# Pictures

## Make

### Parameters

- `prompt` (string): what to draw
- `width` (integer): (optional) how wide
- `height` (integer): (optional) how tall

## Follow

### Parameters

- `job` (string): which one
- `stream` (boolean): as it comes
- `wait` (number): (optional) how long{}
"""


@pytest.mark.parametrize(("more", "required"), [("", True), ("\n- `key` (string): (required) whose", False)])
def test_where_a_page_marks_what_is_optional_the_rest_is_required(more: str, required: bool) -> None:  # noqa: FBT001
    reading = read_documentation(MARKS.format(more), "page.md")
    assert [entry.required for entry in reading.entries[:6]] == [True, False, False, required, required, False]
