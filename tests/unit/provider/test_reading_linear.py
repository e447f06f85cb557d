"""A page of one sign, again and again, is read in a time that grows as the page does."""

from __future__ import annotations

import re
import time
from typing import Final

import pytest

from pace import undisturbed
from teststrip.provider.adopt.page import adopt

HEADER: Final = "| Parameter | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|\n"
ROW: Final = "| a | string | no | - | - | b |\n"
NAME: Final = HEADER + "| x{}y | string | no | - | - | b |\n"
CELL: Final = HEADER + "| a | string | no | - | - | x{}y |\n"
LINE: Final = "x{}y\n\n" + HEADER + ROW
FIRST: Final = "{}y\n" + HEADER + ROW
CODE: Final = "```\n{}\n```\n\n" + HEADER + ROW
BULLET: Final = "## Parameters\n\n- `a` (string{}y): b\n"
HEADING: Final = "# x{}object\n\n" + HEADER + ROW
BLOCK: Final = "# A\n\n## Request\n\n```{}\n{{}}```\n"
YAML: Final = BLOCK.format("yaml").replace("{}", "openapi: 3.0.0\npaths: {}\n")
JSON: Final = BLOCK.format("json").replace("{}", '{"a": 1, // optional\n{}\n}')
TYPES: Final = BLOCK.format("ts").replace("{}", "interface ARequest { a: string; {} }\n")
ZOD: Final = BLOCK.format("ts").replace("{}", "const ARequest = z.object({ a: z.string(){} })\n")
PYTHON: Final = BLOCK.format("python").replace("{}", "class ARequest(BaseModel):\n    a: int = 1\n{}")
PROTO: Final = BLOCK.format("proto").replace("{}", "message ARequest { {} }\n")
SENT: Final = "## Request\n\n```json\n{{}}\n```\n"
TERM: Final = "## Parameters\n\na\n: String. x{}\n"
TERMS: Final = "## Parameters\n\n{}"
CASES: Final = {
    "a heading of blanks": (HEADING, " "),
    "a heading of brackets": (HEADING, "("),
    "a name of hashes": (NAME, "#"),
    "a name of backticks": (NAME, "`"),
    "a name of colons": (NAME, ":"),
    "a description of asterisks": (CELL, "**a** "),
    "a description of signs": (CELL, "> 1 "),
    "a line of dashed letters": (LINE, "a-"),
    "a first line of dashed letters": (FIRST, "a-"),
    "code that opens and opens": ("{}\n" + HEADER + ROW, "```a\n```\n"),
    "code that never ends": ("{}\n" + HEADER + ROW, "```a\n\n"),
    "fences of two kinds": ("{}\n" + HEADER + ROW, "```\n~~~\n"),
    "fields without braces": ("```\n{}```\n\n" + HEADER + ROW, "a: optional int // b\n"),
    "a field of commas": ("```\na: optional int{}\n```\n\n" + HEADER + ROW, ", a | b"),
    "rows without a header": ("{}\n" + HEADER + ROW, "| a b | c |\n"),
    "rows without a rule": ("# A\n\n{}\n" + HEADER + ROW, "| a | string | b |\n"),
    "rows with empty lines between": (HEADER + "{}", "| a | string | no | - | - | b |\n\n"),
    "words over items": ("## Parameters\n\n{}", "- Either:\n  - `a` (string): b\n"),
    "words over items in one another": ("## Parameters\n\n- `b` (string): c\n{}", "- Examples:\n    - a\n"),
    "labels over items": ("## POST /a\n\n{}", "- Form data:\n  - `a`: b\n"),
    "words below an item": ("## Parameters\n\n- **a**: b\n{}", "  - c\n"),
    "items with words below": ("## Parameters\n\n{}", "- **aN**: b\n  - c\n  - d\n"),
    "an interval of blanks": (HEADER + "| a | string | no | - | <1{}; 2> | b |\n", " "),
    "tables of reading calls": (
        "# A\n\n" + HEADER + ROW + "\n{}",
        "## GET /aN\n\n### Query Parameters\n\n| Name | Type |\n|---|---|\n| b | string |\n\n",
    ),
    "titles over items": (
        "## Options\n\n| Name | Type |\n|---|---|\n| `a` | array |\n\n{}",
        "### A item bN\n\n- `c`: d\n\n",
    ),
    "parts of an address": ("# A\n\n## Query\n\n{}", "- **B** `cN=1,2` d\n"),
    "values of one part of an address": ("# A\n\n## Query\n\n{}", "- `?c=bN`: d\n"),
    "a part of an address of signs": ("# A\n\n## Query\n\n- `a=1`: b\n- `c={}`: d\n", "a,|"),
    "headings of an address": ("# A\n\n## Query\n\n{}", "### `cN=1`\n\nd\n\n"),
    "remarks on an address": ("# A\n\n## Query\n\n```\n{}```\n", "?cN=1 # d\n"),
    "a remark of signs": ("# A\n\n## Query\n\n```\n?a=1 # b\n?c={} # d\n```\n", "- #"),
    "items of one of several": ("# A\n\n## Body parameters\n\n{}", "- One of `aN` (b) or `cN` (d).\n"),
    "members in cells": (
        "# A\n\n" + HEADER + "{}",
        "| mN | object | no | - | - | With fields:<br>- `a`: b<br>- `c`: d |\n",
    ),
    "cells of an address": ("# A\n\n| Parameter | B |\n|-|-|\n{}", "| `cN=1,2` | `cN=1` |\n"),
    "sentences about an address": ("# A\n\n{}", "Add the `cN=<int>` query parameter. `d`\n\n"),
    "parts of an address below headings": (
        "# A\n\n<https://a.example/b?c0=1&c1=2>\n\n{}",
        "## B\n\n`cN=<int>`\n\nd. `cN` is required.\n\n",
    ),
    "addresses": ("# A\n\nAdd the `c=<int>` query parameter.\n\n{}", "<https://a.example/b?cN=1&d=2>\n"),
    "a title over items": ("## A item{}\n\n" + HEADER + ROW, " options"),
    "pieces of one body": (
        '```json\n{"a": [{"b": 1, "c": 2}]}\n```\n\n{}',
        '```json\n{"b": 1, "c": 2}\n```\n\n',
    ),
    "a label of words": ("## POST /a\n\n{}:\n- `a`: b\n", "form data "),
    "labels with names": ("# A\n\n{}", "**Parameter:** `aN` (int)\n\nb\n\n"),
    "a label with a name of signs": ("# A\n\n**Key:** `b`\n\n**Key:** `a` ({}\n", "**:` "),
    "tables that an example sends": (
        '# A\n\n```bash\ncurl -X POST https://a.example/b -d \'{"a": 1, "b": 2, "c": 3}\'\n```\n\n{}',
        "| Name | Note |\n|-|-|\n| a | d |\n| b | d |\n| c | d |\n\n",
    ),
    "a switch of lines": (HEADER + "| a | boolean | no | - | - | x{}y |\n", "<br>true - "),
    "addresses of calls": ("# A\n\n{}\n" + HEADER + ROW, "## POST /a/b\n\n"),
    "lines of addresses": ("# A\n\n{}\n" + HEADER + ROW, "Endpoint: `/a`\n"),
    "names in one line": ("## POST /a\n\nParams: a{}\n\n" + HEADER + ROW, ", b"),
    "requests without rows": ("{}\n" + HEADER + ROW, "## POST /a\n\n- `b`\n- `c`\n\n"),
    "remarks on what is sent": ("## POST /a\n\n```\n{}```\n\n" + HEADER + ROW, '"a": "b",  // b, c\n'),
    "an interval of signs": (HEADER + "| a | string | no | - | <x{}y> | b |\n", ";"),
    "forms of one thing": (HEADER + "| a | string | no | - | x{} URL | b |\n", " URL or"),
    "remarks on numbers": (CELL, "1 (a) to "),
    "an item of commas": (BULLET, ","),
    "an item of commas and blanks": (BULLET, ", "),
    "an item of dashed letters": (BULLET, "a-"),
    "a definition of brackets": (TERM, "("),
    "a definition of many paragraphs": (TERM, "\n\n    b c"),
    "many definitions": (TERMS, "a\n: b\n"),
    "many names of definitions": (TERMS, "a\n"),
    "many names with double colons": (TERMS, "a::\n"),
    "a colon before commas": ("## Parameters\n\n- `a`: string{}y\n", ", optional"),
    "a colon before words": ("## Parameters\n\n- `a`: string{}y\n", " or"),
    "an item of many paragraphs": ("## Parameters\n\n- `a`: `string`{}\n", "\n\n  b c"),
    "a list of many values": ("## Parameters\n\n- `a`: `string`\n{}\n", "\n  - `b` c"),
    "an item of many names": ("## Parameters\n\n- `a` (string)\n- `b`{}\n", ", `c`"),
    "rows above a header": ("{}| Name | Type |\n|---|---|\n| a | string |\n", "| b | string |\n"),
    "a type of many parts": (HEADER + "| a | x{}.Y | no | - | - | b |\n", ".y"),
    "values between bars": (JSON.replace("{}", '"b": "c{}"'), "|d"),
    "a body above a list": ("## POST /a\n\n```json\n{{{}}}\n```\n\n- `b`: c\n- `d`: e\n", '"b": 1, '),
    "a line of fields": ("## POST /a\n\n- Form fields: `b`{}\n", ", `c`"),
    "headings of brackets": ("# A\n\n{}", "## Aa (b)\n\n`b-1`\n\n## Cc (d)\n\n`d-1` e\n\n"),
    "a description of one noun": (HEADER.replace("Type", "Kind") + "| a | - | no | - | - | b{} |\n", " text"),
    "what may be given instead": (CELL, "(or a) "),
    "facts on one line": ("## Options\n\n### a\n\nType: `string`{}\n", " | Default: `b`"),
    "facts on many lines": ("## Options\n\n### a\n\nType: `string`{}\n", "\nDefault: `b`"),
    "an item of commas and bars": (BULLET, "a,b|"),
    "YAML without its quotes": (YAML, "a: b: c\n"),
    "YAML of brackets": (YAML, "a: [b] c\n"),
    "YAML whose texts go on": (YAML, "a: b: c\n  d\n"),
    "names that are given values": (CODE, "a=b&"),
    "a name that is given letters": (CODE, "a="),
    "a description of colons": (CELL, "a:"),
    "a description of brackets and words": (CELL, "(abc, "),
    "a body of types": (JSON, '"a": "string | null?",\n'),
    "a document of opening braces": (YAML, "{a: "),
    "a document of letters": (YAML, "a"),
    "a body of opening brackets": (JSON, '"b": ['),
    "a body of quotes": (JSON, '\\"'),
    "a body of digits": (JSON, "1"),
    "a body of remarks that never end": (JSON, "/*"),
    "types of opening brackets": (TYPES, "type A=("),
    "types of arrays of arrays": (TYPES, "b: string[]"),
    "types of generics": (TYPES, "type A<"),
    "a chain of calls": (ZOD, ".min(1)"),
    "a chain of arrays": (ZOD, ".array()"),
    "classes of one name": (PYTHON, "class ARequest(BaseModel):\n"),
    "a body that is sent": (SENT, '"a": 1, '),
    "a body of bodies that is sent": (SENT, '"a": {'),
    "fields that are sent": ("```bash\ncurl https://a.test/v1/b {}\n```\n", "-F a=1 "),
    "pieces of bodies": ("# A\n\n{}", '## B\n\nc\n\n```\n"aN": 1\nor\n"aN": 2\n```\n\n'),
    "a piece of a body": ("# A\n\n## B\n\n```\n{}\n```\n\n## C\n\n```\nb=1\n```\n", '"a": '),
    "many calls": ("# A\n\n{}", "```bash\ncurl https://a.test/v1/aN -d '{\"a\": 1}'\n```\n"),
    "many calls in one block": ("# A\n\n```bash\n{}```\n", "curl https://a.test/v1/b -d '{\"a\": 1}'\n"),
    "many operations": ("# A\n\n{}", f"## POST /v1/aN\n\n{HEADER}| aN | string | no | - | - | b |\n\n"),
    "a heading of slashes": ("# {}\n\n" + HEADER + ROW, "/a"),
    "a line of slashes": (LINE, "/a"),
    "a call of words and slashes": ("```bash\ncurl {}\n```\n\n" + HEADER + ROW, "a + /"),
    "a class of minus signs": (PYTHON, "-"),
    "messages in each other": (PROTO, "message A {"),
    "code of brackets": (CODE, "{["),
    "code of quotes": (CODE, "\"{'"),
    "code of names": (CODE, "a.b"),
    "code of fields": (CODE, "-F a=&b="),
    "code of bodies": (CODE, '-d {"a": "x", "c": 1}\n'),
    "lines of names": (FIRST, "`b`: c\n"),
    "lines of tags": (FIRST, "<B c "),
    "lines of drawn rules": (FIRST, "+--+--+\n"),
    "lines of drawn headers": (FIRST, "+--+--+\n| a| b|\n+==+==+\n"),
    "lines of plain rules": (FIRST, "== ==\na  b\n"),
    "lists of tables": (FIRST, ".. list-table::\n   * - a\n"),
    "fields of functions": (FIRST, ":param int a: b\n"),
    "tags in many blocks": (FIRST, "```\n@apiParam {String{1..2}=a,b} [c=d] e\n```\n"),
    "a tag of values": ("@apiParam {{a=x{}}} b\n" + HEADER + ROW, "b,"),
    "attributes of blueprints": ("+ Attributes\n{}" + HEADER + ROW, "    + a: b (c)\n        + Members\n"),
    "an attribute of brackets": ("+ Attributes\n    + a: {}\n" + HEADER + ROW, "(b) "),
    "marks of fields": (FIRST, '{% param name="a" %}\n'),
    "marks of parts": (FIRST, "{% api-method-headers %}\n"),
    "a mark of blanks": (FIRST, "{% a" + " " * 40),
    "blocks that never end": (FIRST, "[block:parameters]\n{\n"),
    "definitions that never end": (FIRST, "<dl><dt>a</dt>\n"),
    "definitions in definitions": ("<dl>{}</dl>\n" + HEADER + ROW, "<dt>a</dt><dd>b\n"),
    "entities in a definition": ("<dl><dt>a</dt><dd>{}</dd></dl>\n" + HEADER + ROW, "&amp;"),
    "tags that never end": (FIRST, "<A b={[\n"),
    "tags with lists": (FIRST, "<A b={[{c: 1}]}/>\n"),
    "a tag of objects": ("<A b={[{}]} />\n" + HEADER + ROW, "{name: 'c', type: 'string'}, "),
    "paragraphs of names": (FIRST, "**a** string\n\nb\n\n"),
    "paragraphs below parameters": ("## Parameters\n\n{}" + HEADER + ROW, "▪ **a**: b (a|b)\n\n`-d a`\n\n"),
    "bars in brackets": (FIRST, "(a|b| "),
    "a paragraph of lines": (FIRST, "a (string): b\n"),
    "a head of dashes": ("**a** string{}\n\n**b** string\n\n" + HEADER + ROW, " - "),
    "headings of code": ("# A\n\n{}", "## Aa `b`\n\nc\n\n## Cc `d`\n\n"),
    "words behind colons": (CELL, "a: b, c, d "),
    "lines of headings": (FIRST, "## b\n\nstring\n\n"),
    "headings of addresses": ("# A\n\n## a `&a=`\n\n## b `&b=`\n\n{}" + HEADER + ROW, "c\n\n- d\n\n"),
    "a heading of badges": ("## a {}\n\n" + HEADER + ROW, '<B c="&d="'),
    "lines that lost their marks": ("### a [string]\n\n### b [string]\n\n{}" + HEADER + ROW, "c [string]\nd\n"),
    "a program of bodies": ("```python\n{}\n```\n" + HEADER + ROW, 'a = {"b": 1} # optional\n'),
    "values in brackets": (CELL, ": [a] [b"),
    "copied rows": ("Parameter\tDescription\n{}", "a / b\tc\n"),
    "copied headers": (FIRST, "Parameter\tDescription\na\tb\n"),
    "lists of one heading": ("{}", "## Parameters\n\n- `a` (string): b\n- `c` (integer): d\n\n"),
    "lists of many headings": ("{}", "## Parameters N\n\n- `aN` (string): b\n- `cN` (integer): d\n\n"),
    "members of many requests": (
        "{}",
        f"## AN\n\n{HEADER}| m | object | no | - | - | b |\n\n### m object\n\n{HEADER}{ROW}\n",
    ),
    "members far from their requests": (
        "{}",
        f"## AN\n\n{HEADER}| mN | object | no | - | - | b |\n\n# mN object\n\n{HEADER}{ROW}\n",
    ),
    "rows of a stacked table": ("Parameter\nType\nRequired\nDescription\n{}", "aN\nstring\nno\nb\n"),
    "stacked tables": ("{}", "## AN\n\nParameter\nType\nRequired\nDescription\naN\nstring\nno\nb\n\n"),
    "bare lines": ("Body\n{}", "aN\nstring\nrequired\nb\n"),
    "marks above names": ("Body\n{}", "Required (a)\taN\tstring\t\nb\n"),
    "bare lines of one name": ("Body\n{}", "a\nstring\n"),
    "names and types on lines": ("Body\n{}", "aN string required\n\nb\n\n"),
    "types glued to names": ("Body\n{}", "aNstringRequired\n\nb\n\n"),
    "anchors on one line": ("# A\n\n{}\n", "[](#body-a)astringrequiredB "),
    "values below a label": ("Body\na\nstring\nEnum:\n{}b\nstring\n", "cN\n"),
    "lists in open rows": ("Name| Type| Description\n---|---|---\na| string| b\n{}", "* c\n\n"),
    "rows with lists": ("Name| Type| Description\n---|---|---\n{}", "aN| string| b\n* c\n\n* d\n\n"),
    "a form on the wire": ("```\nPOST /v1/a\n\n{}\n```\n\n" + HEADER + ROW, "aN=b&c=d # e\n"),
    "lines of no known form": ("# A\n\n## POST /v1/a\n\n{}", "~ aN -> int (optional)\n\n"),
    "a line of types": ("# A\n\n## POST /v1/a\n\na -> int\n\nb -> {}", "int, "),
    "a line of signs": ("# A\n\n## POST /v1/a\n\na -> int\n\nb -> int\n\nc {}", "-> = "),
    "a sentence of names": ("# A\n\n## POST /v1/a\n\nSend {}", "`aN` (int) "),
    "lines with notes": ("Body\n{}", "aN (optional): b\n\n"),
    "a note of commas": ("Body\na (optional): b\nb (optional): c\nc (optional): d\na (a{}): b", ","),
    "headings with facts": ("# A\n\n{}", "### `aN` : b\n\n`int`\n_Default:_ `1`\n\n"),
    "addresses of places": ("# A\n\n{}\n" + HEADER + ROW, "POST /a/<b>/<c\n\n"),
    "labels without end": ("Body\na\nstring\n{}b\nstring\n", "Default:\n"),
    "limits without end": ("Body\na\nstring\n{}\nb\nstring\n", "<= 1 "),
    "brackets of members": ("Body\na\nstring\n{}b\nstring\n", "Array [\n]\n"),
    "objects in objects": ("Body\n{}", "aN\nobject\nShow child attributes\n"),
    "words before a type": ("Body\n{}", "a\nb c\nd e\n"),
    "titles of sections": ("{}" + HEADER + ROW, "Body\na\nstring\nResponse\n"),
    "fences behind words": (FIRST, "200Copy```\n"),
    "headings of values": (HEADER + ROW + "\n{}", "### aN\n\n- `b`: c\n- `d`: e\n\n"),
    "blocks of requests": (HEADER + ROW + "\n{}", """```bash\ncurl https://a.b/v1/x -d '{"aN": 1}'\n```\n\n"""),
    "lines below an address": ("https://a.b/c?a1=b&a2=c\n\n{}", "aN - b\n"),
    "an address of keys": ("{}\n\na - b\n\n" + HEADER + ROW, "/a?b=c&"),
    "objects in sections": ("# A\n\n{}", "### `aN` Object (within `a1.b`)\n\n1. **`b` (Object):** c\n\n"),
    "parts of an object": (
        "# A\n\n- `a` (object): b\n\n## `a` object\n\n{}",
        "**Kind N**\n\n- `aN` (object): c\n\n",
    ),
    "values behind a type": (BULLET, "|b"),
    "conditions of one name": (HEADER + "{}", "| aN | string | no | - | - | Required when `a1` is b |\n"),
    "lists of lists in words": (
        "# A\n\n| Name | Description | Default |\n|-|-|-|\n| a | {} | null |\n",
        "list of a ",
    ),
    "ranges in Japanese": (CELL, "1から4の"),
    "titles in pieces": ("{}" + HEADER + ROW, "**Body (**`a/b`**)**\n\n"),
    "a title in pieces": ("{}\n\n" + HEADER + ROW, "**Body (**`a/b"),
    "a title of dashes": ("{}\n\n" + HEADER + ROW, "*Body - "),
    "slanted titles": ("{}" + HEADER + ROW, "_Body_ (json)\n\n\n"),
    "labels with words behind": ("## POST /a\n\n{}", "- Params: b c\n  - `aN` (string): b\n"),
    "names in order": ("Body\n{}", "aN\nDeprecated\nobject\nShow properties\n"),
    "rules of one name": (HEADER + "{}", "| aN | string | no | - | - | Cannot be used with `a1`. |\n"),
}
SIZE: Final = 32_000  # characters
LEAST: Final = 0.05  # seconds of the processor; less is too little to be compared
TRIES: Final = 3
_NUMBER: Final = re.compile(r"(?<=[acmA ])N\b")


def filled(form: str, unit: str, size: int) -> str:
    """Return a page with so many characters of a unit; an N that stands behind a letter in it is its number."""
    parts = _NUMBER.split(unit)
    return form.replace("{}", "".join(str(at).join(parts) for at in range(max(1, size // len(unit)))))


def seconds(page: str) -> float:
    with undisturbed():
        start = time.process_time()
        adopt(page, "page.md")
        return time.process_time() - start


def longer(page: str, other: str) -> tuple[float, float] | None:
    """Return what both pages take, in seconds, if the first takes three times as long, however often it is read.

    The other is read only when the first takes so long that it matters.
    """
    long = short = float("inf")
    for _ in range(TRIES):
        # What disturbs a measurement only ever lengthens it.
        long = min(long, seconds(page))
        short = min(short, seconds(other)) if long >= 3 * LEAST else short
        if long < 3 * LEAST or long < 3 * short:
            return None
    return long, short


@pytest.mark.parametrize("unit", ["0", "a", "1,", "a1", "1" * 60 + " ", "a" * 60 + " "])
def test_cells_of_one_sign_take_little_more_than_cells_of_words(unit: str) -> None:
    """A megabyte of them takes seconds and no half minute: no pattern tries at each sign what cannot be there."""

    def page(words: str) -> str:
        row = f"| a | string | no | - | - | {(words * 4_000)[:3_900]} |\n"
        return HEADER + row * (SIZE // 3_900)

    plain, run = page("a pale lantern hangs over the quay and "), page(unit)
    adopt(page("a "), "page.md")  # patterns are compiled
    if took := longer(run, plain):
        pytest.fail(f"{unit[:4]!r}: {took[0]:.2f} s for a page that takes {took[1]:.2f} s in words")


@pytest.mark.parametrize("case", CASES)
def test_reading_takes_time_in_proportion(case: str) -> None:
    form, unit = CASES[case]
    once, twice = (filled(form, unit, size) for size in (SIZE, 2 * SIZE))
    adopt(filled(form, unit, 1), "page.md")  # patterns are compiled
    if took := longer(twice, once):
        pytest.fail(f"{case}: {took[0]:.2f} s for twice the page that takes {took[1]:.2f} s")
