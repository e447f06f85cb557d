"""Forms beside Markdown: reStructuredText, tags of source code, API Blueprint, rows nested below a body."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from teststrip.provider.reading.read import read_documentation

if TYPE_CHECKING:
    from teststrip.provider.reading.entries import Entry

GRID = """\
Making pictures
~~~~~~~~~~~~~~~

Request parameters
^^^^^^^^^^^^^^^^^^

+----------+----------+----------+------------------------------+
| Name     | Type     | Required | Description                  |
+==========+==========+==========+==============================+
| prompt   | string   | yes      | What to draw,                |
|          |          |          | in words                     |
+----------+----------+----------+------------------------------+
| width    | integer  | no       | 64 to 2048. Default: ``512`` |
+----------+----------+----------+------------------------------+
"""
SIMPLE = """\
===============
Request
===============

=========  ========  ========  =============================
Name       Type      Required  Description
=========  ========  ========  =============================
prompt     string    yes       What to draw,
                               in words
width      integer   no        64 to 2048. Default: ``512``
=========  ========  ========  =============================

Afterwards.
"""
LIST_TABLE = """\
Request
-------

.. list-table:: What is sent
   :header-rows: 1
   :widths: 20 20 20 40

   * - Name
     - Type
     - Required
     - Description
   * - prompt
     - string
     - yes
     - What to draw,
       in words
   * - width
     - integer
     - no
     - 64 to 2048. Default: ``512``

Afterwards.
"""
FIELDS = """\
.. http:post:: /pictures

   :<json string prompt: What to draw,
        in words (required)
   :<json int width: 64 to 2048. Default: 512
   :reqheader Authorization: a token
   :>json int id: of the picture
   :statuscode 200: it is drawn
"""
TYPED_LATER = """\
Request
-------

:param prompt: What to draw, in words. Required.
:type prompt: str
:param width: 64 to 2048. Default: 512
:type width: int
"""
API_DOC = """\
# Make a picture

```
@api {post} /pictures
@apiBody {String} prompt What to draw,
    in words
@apiBody {Number{64-2048}} [width=512] In pixels
@apiSuccess {Number} id of the picture
```
"""
BLUEPRINT = """\
FORMAT: 1A

# Pictures [/pictures]

## Make one [POST]

+ Request (application/json)

    + Attributes
        + prompt: a lamp (string, required) - What to draw, in words
        + width (number) - 64 to 2048
            + Default: 512

    + Body

            {"prompt": "a lamp", "width": 512}

+ Response 200 (application/json)

    + Attributes
        + id: 7 (number) - of the picture
"""
NESTED = """\
# Make a picture

### 请求参数

|名称|位置|类型|必选|说明|
|---|---|---|---|---|
|Authorization|header|string|否|a token|
|body|body|object|否|none|
|» prompt|body|string|是|What to draw, in words|
|» width|body|integer|否|64 to 2048. Default: 512|
"""


def _facts(entry: Entry) -> tuple[str, str | None, bool]:
    return entry.path, entry.kind.kind, entry.required


@pytest.mark.parametrize("page", [GRID, SIMPLE, LIST_TABLE, FIELDS, TYPED_LATER, API_DOC, BLUEPRINT, NESTED])
def test_each_form_says_the_same(page: str) -> None:
    reading = read_documentation(page, "page.txt")
    prompt, width = reading.entries
    assert _facts(prompt) == ("prompt", "string", True)
    assert (width.path, width.required, width.facts.default.value) == ("width", False, 512)
    assert width.kind.kind == ("number" if page in {API_DOC, BLUEPRINT} else "integer")
    bounds = width.facts.bounds
    assert bounds is not None
    assert (bounds.minimum, bounds.maximum) == (Decimal(64), Decimal(2048))
    assert [flag.problem for flag in reading.flags] == []


def test_cells_that_go_on_below_are_whole() -> None:
    for page in (GRID, SIMPLE, LIST_TABLE, FIELDS, API_DOC):
        prompt = read_documentation(page, "page.txt").entries[0]
        assert " ".join(prompt.row.cell("description").text.split()).startswith("What to draw, in words"), page


def test_a_table_of_tabs_may_have_no_types_and_ends_at_an_empty_line() -> None:
    page = """\
Make a picture

Parameters:

Parameter\tRequired\tDescription\tOptions\tDefault
prompt\tYes\tWhat to draw
width\tNo\tIn pixels\t64 to 2048\t512
mode\tNo\tHow\tfast, slow\tfast

Return: a picture
"""
    prompt, width, mode = read_documentation(page, "page.txt").entries
    assert (prompt.path, prompt.required) == ("prompt", True)
    assert (width.kind.kind, width.facts.default.value) == ("integer", 512)
    assert ([choice.value for choice in mode.facts.choices], mode.facts.default.value) == (
        ["fast", "slow"],
        "fast",
    )


def test_values_members_and_defaults_of_blueprints() -> None:
    page = """\
+ Parameters
    + size: 512 (enum[number], optional)
        + Default: 256
        + Members
            + `256`
            + `512` - large
    + style (object)
        + tone: warm (enum)
            + Members
                + warm
                + cold
    + tags (array[string], nullable)
"""
    size, style, tags = read_documentation(page, "page.md").entries
    assert [choice.value for choice in size.facts.choices] == [256, 512]
    assert size.facts.default.value == 256
    (tone,) = style.children
    assert (tone.path, [choice.value for choice in tone.facts.choices]) == ("style.tone", ["warm", "cold"])
    assert (tags.kind.kind, tags.kind.item, tags.kind.nullable) == ("array", "string", True)


def test_values_and_members_of_tags() -> None:
    page = """\
/**
 * @apiParam {String="fast","slow"} [mode=fast] How
 * @apiParam {String{1..300}} text What to say
 * @apiParam {Object} [style] How it looks
 * @apiParam {String} [style[tone]] Warm or cold
 */
"""
    mode, text, style = read_documentation(page, "page.txt").entries
    assert [choice.value for choice in mode.facts.choices] == ["fast", "slow"]
    assert text.facts.length is not None
    assert text.facts.length.maximum == 300
    assert [child.path for child in style.children] == ["style.tone"]


@pytest.mark.parametrize(
    "page",
    [
        "+---+---+\n| a | b |\n",  # no header, no end
        "=== ===\na b\n",
        "=== ===\n=== ===\n=== ===\n",
        ".. list-table::\n",
        ".. list-table::\n   :header-rows: 99\n\n   * - a\n",
        ":param : x\n:param a:\n:type b: c\n",
        "@apiParam {} a\n@apiParam {x} [a\n",
        "+ Attributes\n+ Parameters\n    + a\n        + Members\n",
        "+ Attributes (object)\n    + : (x)\n    +\n",
    ],
)
def test_what_is_broken_off_is_read_as_far_as_it_goes(page: str) -> None:
    assert read_documentation(page, "page.txt").document.file == "page.txt"


def test_headings_below_one_of_a_request_are_parameters_when_all_are_names() -> None:
    page = """\
# Make

## Parameters

### prompt (required)

What to draw.

### width

In pixels, between 64 and 2048. Default: 512

## Returns

### id

Of the picture.
"""
    assert [entry.path for entry in read_documentation(page, "page.md").entries] == ["prompt", "width"]
    for other in ("### How wide it is", "### width\n\n| Parameter | Type |\n|---|---|\n| seed | integer |"):
        paths = [entry.path for entry in read_documentation(page.replace("### width", other), "page.md").entries]
        assert "width" not in paths, other


def test_a_reading_endpoints_table_counts_where_a_block_has_its_names() -> None:
    page = """\
### GET /render

Parameter | Type | Default | Description
----------|------|---------|------------
url | string | - | What to draw
width | number | `512` | In pixels
full | boolean | `false` | All of it

### POST /render

```js
{
  // What to draw
  url: "https://x.example",
  // In pixels
  width: 512,
  // All of it
  full: false,
}
```
"""
    entries = read_documentation(page, "page.md").entries
    assert [(entry.path, entry.kind.kind) for entry in entries[:3]] == [
        ("url", "string"),
        ("width", "number"),
        ("full", "boolean"),
    ]


PARAGRAPHS = """\
# Make

## Parameters

**prompt** *string* — **Required**

What to draw.

**width** *integer* — Optional, default `512`

Between 64 and 2048.

---

`mode` string

One of:

- `fast`
- `slow`
"""
LINES = """\
# Make

## Parameters

prompt (string, required): What to draw
width (integer): 64 to 2048. Default: 512
mode (string): One of `fast`, `slow`
"""


@pytest.mark.parametrize("page", [PARAGRAPHS, LINES])
def test_paragraphs_and_lines_may_each_be_a_parameter(page: str) -> None:
    reading = read_documentation(page, "page.md")
    prompt, width, mode = reading.entries
    assert _facts(prompt) == ("prompt", "string", True)
    assert (width.kind.kind, width.facts.default.value) == ("integer", 512)
    assert [choice.value for choice in mode.facts.choices] == ["fast", "slow"]
    assert reading.flags == ()


def test_running_text_that_begins_with_a_marked_word_stays_text() -> None:
    page = "# Make\n\n## Parameters\n\n**Note** string values are cut.\n\n**Also** the integer is rounded.\n"
    assert read_documentation(page, "page.md").entries == ()


def test_the_older_form_of_blueprint_parameters() -> None:
    page = """\
+ Parameters
    * size (required, number, `12`) ... How large
    + dry = `false` (optional, boolean, `true`) ... Without ink
    + tone (optional, `warm`) … How it looks
"""
    size, dry, tone = read_documentation(page, "page.md").entries
    assert [one.kind.kind for one in (size, dry, tone)] == ["number", "boolean", None]
    assert [one.row.cell("required").text for one in (size, dry, tone)] == ["required", "optional", "optional"]
    assert (size.row.cell("default").text, dry.facts.default.value) == ("", False)
    assert size.row.cell("description").text == "How large"


def test_headings_with_a_sentence_below_that_calls_each_optional_or_required() -> None:
    page = """\
# Summary

## access_token

A required token for the connection.

| Interface | Use |
|---|---|
| WebSocket | a query parameter |

## smart_format

An optional boolean that says whether numbers are formatted. The default is `false`.

## keywords

An optional array of strings that are listened for.
"""
    token, smart, words = read_documentation(page, "page.md").entries
    assert (token.path, token.required) == ("access_token", True)
    assert (smart.kind.kind, smart.required, smart.facts.default.value) == ("boolean", False, False)
    assert (words.kind.kind, words.facts.item, words.required) == ("array", "string", False)
