"""Blocks of code that list the fields of a request without braces, a line each."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def read(page: str) -> list[dict[str, Any]]:
    found: dict[str, Any] = dict(report(adopt(page, "page.md").reading))
    return list(found["parameters"])


LISTED = """\
- `/fly/`: lets a kite up
```
// the request
kite_id: required string,
tails: optional int, // 1-9, default=3
wind: optional double // default=0.5
inks: optional list<string>
// ...

// response
height: float, // how high
```

- `/land/`: takes it down
```
# request
kite_id: required string
```
"""


def test_lines_with_types_below_remarks_are_fields() -> None:
    found = read(LISTED)
    assert [(one["name"], one["type"], one["required"], one.get("default")) for one in found] == [
        ("kite_id", "string", True, None),
        ("tails", "integer", False, 3),
        ("wind", "number", False, 0.5),
        ("inks", "array", False, None),
        ("kite_id", "string", True, None),
    ]
    assert (found[1]["minimum"], found[1]["maximum"]) == (1, 9)


FORM = """\
## Kites

### POST /kites

{title}
```
POST /v1/kites
Host: kite.test
Content-Type: multipart/form-data
Accept: any

Form Data:
- sketch: [picture file]
- mode: [optional] soft|torn|burnt
- tint: [optional] 0-255
- bare: [optional] true|false
```
"""


def test_a_form_in_a_block_is_read_without_its_headers() -> None:
    found = {one["name"]: one for one in read(FORM.format(title="**Request:**"))}
    assert {name: one["type"] for name, one in found.items()} == {
        "sketch": "file",
        "mode": "string",
        "tint": "integer",
        "bare": "boolean",
    }
    assert found["mode"]["enum"] == ["soft", "torn", "burnt"]
    assert (found["tint"]["minimum"], found["tint"]["maximum"]) == (0, 255)
    assert [name for name, one in found.items() if one["required"]] == ["sketch"]


@pytest.mark.parametrize(
    "block",
    [
        "tails: 3\nmode: soft\nkite: red\n",  # shows a request
        "# response\nheight: required float\nwidth: float\n",
        "note: the kite is gone\nhint: look again\n",
    ],
)
def test_lines_that_only_show_are_no_fields(block: str) -> None:
    table = "| Name | Type | Required | Description |\n|---|---|---|---|\n| wish | string | yes | a |\n"
    assert [one["name"] for one in read(f"# K\n\n## Parameters\n\n{table}\n## More\n\n```\n{block}```\n")] == [
        "wish"
    ]


def test_a_block_below_words_of_an_answer_is_none_of_fields() -> None:
    assert [one["name"] for one in read(FORM.format(title="**Response:**"))] == []


def test_what_is_done_by_a_name_is_no_default() -> None:
    row = "| sketch | string | no | Without one it is drawn by `wish` by default. |\n"
    found = read(f"# K\n\n## Parameters\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n{row}")
    assert "default" not in found[0]
