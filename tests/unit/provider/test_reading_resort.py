"""Lines of no known form below a call that has no rows: read in any order and with any signs, and all flagged."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

PROBLEM = "read from a line of no known form; look at it"
SENTENCE = "Send `wish` (string, required), `tails` (integer, optional, default 3) and `border` (boolean)."
RULE = "+--------+---------+-----------+\n"
BOX = (
    f"```\n{RULE}| Field  | Type    | Notes     |\n{RULE}| wish   | string  | required  |\n"
    "| tails  | int     | default 3 |\n| border | bool    | around it |\n```"
)
HTML = (
    "<details><summary>More</summary>\n\n<ul>\n"
    "<li><code>wish</code> <em>string</em> <strong>required</strong> - a</li>\n"
    "<li><code>tails</code> <em>integer</em> - b. Default: <code>3</code></li>\n"
    "<li><code>border</code> <em>boolean</em> - c</li>\n</ul>\n</details>"
)
LINES = {
    "sentence": SENTENCE,
    "box": BOX,
    "items of HTML": HTML,
    "arrows": "Params:\nwish -> string, what (required)\ntails -> int, how many (default: 3)\nborder -> bool",
    "names above": "wish\n  string, required.\n\ntails\n  integer (1-9), default 3.\n\nborder\n  boolean.",
    "full colons": "参数：\nwish：字符串，必填，画什么\ntails：整数，选填，默认3\nborder：布尔，选填",
    "boxes": "- [x] `wish` string, required\n- [ ] `tails` integer (default 3) - b\n- [ ] `border` boolean",
    "signs": "🔹 wish (string, required) – a\n🔹 tails (integer) – b, default 3\n🔸 border (boolean) – c",
    "angles": '```\n{\n  "wish": <string>, // a\n  "tails": <int>, // 1-9, default 3\n  "border": <bool>\n}\n```',
    "equals": "wish=<string>  (required) a\ntails=<int>  (optional, default 3) b\nborder=<bool>  (optional)",
    "fields": ":wish: (string, required) What\n:tails: (integer) How many, default 3\n:border: (boolean) Around",
    "types first": "(string, required) wish: a\n(int) tails: b (default: 3)\n(bool, optional) border: c",
    "declared": "- string wish: a (required)\n- int tails = 3: b\n- bool border",
}


def read(page: str) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Return the parameters in order, and the problems by parameter."""
    found: dict[str, Any] = dict(report(adopt(page, "page.md").reading))
    problems: dict[str, list[str]] = {}
    for flag in found["flags"]:
        problems.setdefault(flag["parameter"], []).append(flag["problem"])
    return found["parameters"], problems


@pytest.mark.parametrize("form", LINES)
@pytest.mark.parametrize("call", ["## Cut\n\n`POST /v1/kites`\n\n", "## POST /v1/kites\n\nCuts a kite.\n\n"])
def test_a_line_with_a_name_and_what_tells_of_it_is_a_row_that_is_flagged(call: str, form: str) -> None:
    found, problems = read(f"# Kites\n\n{call}{LINES[form]}\n")
    assert [(one["name"], one["type"], one.get("default")) for one in found][:2] == [
        ("wish", "string", None),
        ("tails", "integer", 3),
    ]
    assert form in {"box", "angles"} or found[0]["required"]
    assert all(PROBLEM in problems[one["name"]] for one in found)


def test_words_for_what_has_to_be_given_are_over_the_names_behind_them() -> None:
    page = "# Kites\n\n## POST /v1/kites\n\n**Required:** `wish`, `color`\n\n**Optional:** `tails` (default 3)\n"
    found, problems = read(page)
    assert [(one["name"], one["required"]) for one in found] == [
        ("wish", True),
        ("color", True),
        ("tails", False),
    ]
    assert all(PROBLEM in problems[one["name"]] for one in found)


def test_members_go_below_the_object_that_is_above_them() -> None:
    page = (
        "# Kites\n\n## POST /v1/kites\n\n🔹 wish -> string\n🔹 cloth -> object\n    ply -> int\n🔹 tails -> int\n"
    )
    found, _ = read(page)
    assert [one["name"] for one in found] == ["wish", "cloth", "tails"]
    assert list(found[1]["properties"]) == ["ply"]


@pytest.mark.parametrize("form", LINES)
@pytest.mark.parametrize(
    "above",
    [
        "## POST /v1/kites\n\nCuts a kite.\n\n**Response:**\n\n",
        "## POST /v1/kites\n\nCuts a kite.\n\nThe answer has:\n\n",
        "## POST /v1/kites\n\nCuts a kite.\n\n### Errors\n\n",
        "## GET /v1/kites/{id}\n\n",
        "## POST /v1/kites\n\nCuts a kite.\n\n## Storage\n\n",
        "## Storage\n\n",
    ],
    ids=["response", "answer", "errors", "reading", "beside", "none"],
)
def test_lines_of_answers_and_of_anything_else_are_none(above: str, form: str) -> None:
    _, problems = read(f"# Kites\n\n{above}{LINES[form]}\n")
    assert all(PROBLEM not in several for several in problems.values())


def test_a_call_that_has_rows_needs_no_last_resort() -> None:
    table = "| Name | Type | Required | Description |\n|---|---|---|---|\n| wish | string | yes | a |\n\n"
    found, problems = read(f"# Kites\n\n## POST /v1/kites\n\n{table}{LINES['signs']}\n")
    assert all(PROBLEM not in several for several in problems.values())
    assert found[0]["name"] == "wish"


@pytest.mark.parametrize(
    "lines",
    [
        "--tails N (integer, optional)\n--border (boolean)",
        "Each call returns text. text is string, images are files.\nimage (required by law) is stored.",
        "```python\nwish: str = 1\ntails: int = 3\nreturn wish\n```",
    ],
    ids=["options", "prose", "program"],
)
def test_lines_that_name_nothing_are_none(lines: str) -> None:
    assert read(f"# Kites\n\n## POST /v1/kites\n\n{lines}\n")[0] == []


FACTS = (
    "wish (required) :  [str] :	What to draw. May not exceed 80 characters.\n\n"
    'border : [str] : How it ends.\nAccepted values: "torn", "cut"\nDefault: "cut"\n\n'
    "tails  : [int] : How many.\nDefault: 3\n"
)


def test_lines_below_a_heading_of_parameters_are_read_where_a_page_has_nothing_else() -> None:
    parameters, problems = read(f"# Kites API\n\nAll requests need an API key.\n\n## Parameters\n\n{FACTS}")
    found = {one["name"]: one for one in parameters}
    assert list(found) == ["wish", "border", "tails"]
    assert (found["wish"]["required"], found["wish"]["maxLength"]) == (True, 80)
    assert (found["border"]["enum"], found["border"]["default"]) == (["torn", "cut"], "cut")
    assert (found["tails"]["type"], found["tails"]["default"]) == ("integer", 3)
    assert all(PROBLEM in problems[name] for name in found)


@pytest.mark.parametrize(
    "page",
    [
        f"# Kites\n\nA library of paper.\n\n## Parameters\n\n{FACTS}",
        f"# Kites\n\nAll requests need an API key.\n\n## Colours\n\n{FACTS}",
        f"# Kites\n\n```bash\nnpm install kites\n```\n\nIt makes requests.\n\n## Parameters\n\n{FACTS}",
    ],
)
def test_lines_of_no_known_form_are_left_where_nothing_says_that_they_are_of_calls(page: str) -> None:
    assert not read(page)[0]
