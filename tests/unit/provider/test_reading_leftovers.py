"""What a row says and no reader took is flagged; what is said in passing is not."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.examples import read_examples_of

HEADER = "| Name | Type | Required | Default | Description |\n|---|---|---|---|---|\n"


def read(kind: str, about: str, *, required: str = "no", default: str = "-", after: str = "") -> dict[str, Any]:
    rows = f"| x | {kind} | {required} | {default} | {about} |\n| y | string | no | - | Other |\n"
    page = f"## Body\n\n{HEADER}{rows}{after}"
    return dict(report(adopt(page, "page.md").reading))


def problems(kind: str, about: str, **cells: str) -> list[str]:
    return [flag["problem"] for flag in read(kind, about, **cells)["flags"]]


@pytest.mark.parametrize(
    ("kind", "about", "problem"),
    [
        ("integer", "At least that of `y`, never from 3 on", "a limit in the text"),
        ("string", "Held to a limit of some 40 characters in all", "a limit in the text"),
        ("integer", "85 for 3s, 145 for 5s", "numbers"),
        ("string", "Use `ink` for lines; heavy paint is what `oil` gives", "whether they are all"),
        ("string", "One of `ink`, `oil`, and others such as your own", "whether they are all"),
        ("string", "One of `ink`, `oil`. Additional brushes come and go", "may go on"),
        ("string", "Options: `ink`, `oil` of `chalk`", "other values"),
        ("string", "Resolution. `2k` is what the default is", "default"),
        ("string", "Once a mask is there this is required", "is required"),
        ("array", "The objects that are drawn", "array holds"),
        ("string", "Takes effect only on `brush-9`-like engines, not elsewhere", "only"),
        ("string", "[Flex only] How strong", "only"),
        ("string", "See the list of brushes below", "refer to lists"),
        ("string", "How it is laid on. Allowed values are:", "values follow"),
        ("string", "涂法，可选值如下：", "values follow"),
    ],
)
def test_what_is_left_over_is_flagged(kind: str, about: str, problem: str) -> None:
    found = problems(kind, about)
    assert [problem in one for one in found] == [True]


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("integer", "How many. Range: 1-4"),
        ("integer", "Above 10 the service returns 400"),
        ("number", "Usually between 5 and 9"),
        ("string", "At most 300 characters"),
        ("string", "A picture of at most 10 MB, sides up to 4096 px"),
        ("string", "A brush, e.g. `ink` or `oil`"),
        ("string", "Formats `png`, `jpeg`, `webp`"),
        ("string", "One of: `ink`, `oil`"),
        ("string", "Not required"),
        ("string", "Either a URL or base64 must be provided"),
        ("string", "The default model is used"),
        ("array", "Words, as a rule none"),
        ("string", "Where we call back; see the docs below" ),
        ("string", "Runs on engine brush-9-2024 alone"),
        ("string", "There is no default for this"),
        ("string", "The look (`ink` default)"),
        ("string", "The look. By default (`ink`), it is thin"),
        ("integer", "How many, with a default size of 4"),
    ],
)  # fmt: skip
def test_what_is_said_in_passing_is_not_flagged(kind: str, about: str) -> None:
    name = "callback_url" if "call back" in about else "x"
    page = f"## Body\n\n{HEADER}| {name} | {kind} | no | - | {about} |\n"
    assert report(adopt(page, "page.md").reading)["flags"] == []


def test_a_flag_has_the_line_of_its_parameter_and_the_place_of_its_cell() -> None:
    page = "## Body\n\n#### `x` (array, optional)\n\nThe objects that are drawn.\n"
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    assert [parameter["line"] for parameter in found["parameters"]] == [3]
    held = next(flag for flag in found["flags"] if "array holds" in flag["problem"])
    assert (held["line"], held["at"]) == (3, [5, 1])


def test_words_about_values_are_no_values_in_silence() -> None:
    rows = (
        "| Name | Type | Required | Range |\n|---|---|---|---|\n| x | string | no | Pixel dimensions or ratio |\n"
    )
    found: dict[str, Any] = report(adopt(f"## Body\n\n{rows}", "page.md").reading)
    assert [flag["problem"] for flag in found["flags"]] == ["these may be words about the values"]


def test_values_under_a_heading_of_the_own_name_are_taken_and_flagged() -> None:
    below = "\n## Brush options\n\n- `ink`: lines\n- `oil`: paint\n"
    page = f"## Body\n\n{HEADER}| brush | string | no | ink | How it is drawn |\n{below}"
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    assert found["parameters"][0]["enum"] == ["ink", "oil"]
    assert [flag["problem"] for flag in found["flags"]] == [
        "the values are taken from a list under a heading of this name"
    ]


def test_a_second_table_under_a_heading_of_something_else_is_doubted_row_by_row() -> None:
    table = "| Name | Type | Description |\n|---|---|---|\n| p | string | A |\n| q | string | B |\n"
    after = f"\n## Palette notes\n\n{table}"
    found = read("string", "The brush", after=after)
    doubted = [flag["parameter"] for flag in found["flags"] if "cannot be told whether" in flag["problem"]]
    assert doubted == ["p", "q"]


def test_examples_show_what_stands_below_what() -> None:
    shown = read_examples_of(
        [
            """curl -d '{"model": "m", "input": {"turns": [{"who": "a",
               "parts": [{"text": "b"}]}], "tags": ["t"], "at": [1, 2.5]}}'""",
            "body = {'a': [], 'b': [...], 'c': {'d': True}}  // \"e\": [1]",
            'draw(model="m", images=["u"], rows=[{"k": 1}])',
        ]
    )
    assert shown.items == {
        "turns": "object", "parts": "object", "tags": "string", "at": "integer", "images": "string",
        "rows": "object",
    }  # fmt: skip
    wanted = {"who", "text", "d", "tags"}
    assert {name: sorted(above) for name, above in shown.parents.items() if name in wanted} == {
        "who": ["turns"], "text": ["parts"], "tags": ["input"], "d": ["c"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("https://k.example/fly?w=400&pull=0.5", {"w": {"integer"}, "pull": {"number"}}),
        ('kite:\n  tail: 3\n  name: "Red"\n', {"tail": {"integer"}, "name": {"string"}}),
        ("fly(w=4, wind={'pull': true})", {"w": {"integer"}, "wind": {"object"}, "pull": {"boolean"}}),
        ("wind = {'pull': 1}", {"wind": {"object"}, "pull": {"integer"}}),
        ("a == 3 and b => 4 and at 12:30", {}),
    ],
)
def test_code_of_any_language_shows_the_kinds_of_what_it_names(text: str, kinds: dict[str, set[str]]) -> None:
    assert read_examples_of([text]).kinds == kinds


@pytest.mark.parametrize("text", ["[" * 5000, '{"a":' * 5000, '"' * 9999, "a=" * 5000, "'\\" * 3000, "]}]}" * 100])
def test_examples_of_any_shape_are_looked_through(text: str) -> None:
    assert read_examples_of([text]).items in ({}, {"a": "object"})


def test_a_page_whose_last_headed_parameter_is_a_header_is_read() -> None:
    page = "## Body\n\n#### `x` (string)\n\nWords.\n\n## Authorization\n\n#### Key (string)\n\n- **in**: header\n"
    assert [one["name"] for one in report(adopt(page, "page.md").reading)["parameters"]] == ["x"]  # type: ignore[union-attr, call-overload, index]


def test_a_page_of_prices_alone_has_no_parameters() -> None:
    page = "# A\n\n## Pricing\n\n| Item | Price |\n|---|---|\n| picture | 0.01 |\n"
    assert report(adopt(page, "page.md").reading)["parameters"] == []


TABLE = "| Name | Type | Required | Description |\n|---|---|---|---|\n"


@pytest.mark.parametrize("above", ["## Create a response", "## Responses"])
def test_a_request_under_a_heading_that_names_an_answer_is_read(above: str) -> None:
    page = f"# A\n\n{above}\n\n### Parameters\n\n{TABLE}| x | string | yes | Words |\n"
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    assert [one["name"] for one in found["parameters"]] == ["x"]


def test_the_objects_of_an_answer_are_no_parameters_beside_a_request() -> None:
    request = f"## Request\n\n{TABLE}| x | string | yes | Words |\n"
    answer = f"\n## Response\n\n### meta object parameters\n\n{TABLE}| cost | number | yes | What it cost |\n"
    found: dict[str, Any] = report(adopt(request + answer, "page.md").reading)
    assert [one["name"] for one in found["parameters"]] == ["x"]
    assert [table["role"] for table in found["tables"]] == ["response"]


def test_only_a_place_in_the_request_says_where_a_parameter_travels() -> None:
    page = "## Body\n\n#### `x` (string, optional)\n\n- **location**: path of the picture\n- **in**: body\n"
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    assert [(one["name"], one["description"]) for one in found["parameters"]] == [
        ("x", "location: path of the picture")
    ]


def test_an_endpoint_that_deletes_something_from_pictures_is_read() -> None:
    page = f"# A\n\n## Delete background\n\n{TABLE}| x | string | yes | Words |\n"
    more = f"\n## Cancel a task\n\n{TABLE}| task | string | yes | Which |\n"
    found: dict[str, Any] = report(adopt(page + more, "page.md").reading)
    assert [one["name"] for one in found["parameters"]] == ["x"]


def test_what_holds_sometimes_is_one_flag_for_the_table() -> None:
    rows = "| x | string | no | - | For brush-9 only |\n| y | string | no | - | Takes effect only on brush-7 |\n"
    page = f"## Body\n\n{HEADER}{rows}"
    told: Any = report(adopt(page, "page.md").reading)["flags"]
    (flag,) = told
    assert "in some cases, only" in flag["problem"]
    assert flag["candidates"] == ["x (line 5): brush-9", "y (line 6): brush-7"]


def test_a_word_of_prose_in_a_column_of_ranges_is_no_range() -> None:
    page = (
        "## Body\n\n| Name | Type | Required | Values |\n|---|---|---|---|\n"
        "| x | file | yes | Choose the picture |\n| y | integer | no | at most forty-2 |\n"
    )
    told: Any = report(adopt(page, "page.md").reading)["flags"]
    assert [flag["parameter"] for flag in told] == ["y"]
