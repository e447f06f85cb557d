"""Cells that say more than their column asks, and structures that are known by their names."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

FACTS = ("enum", "minimum", "maximum", "default")


def page(text: str) -> dict[str, Any]:
    return dict(report(adopt(text, "page.md").reading))


def table(header: str, *rows: str) -> str:
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join([header, rule, *rows]) + "\n"


def told(about: str, kind: str = "integer") -> tuple[dict[str, Any], list[str]]:
    header = "| Name | Type | Required | Description |"
    found = page("## Body\n\n" + table(header, f"| x | {kind} | no | {about} |", "| y | string | yes | Other |"))
    facts = {key: value for key, value in found["parameters"][0].items() if key in FACTS}
    return facts, [flag["problem"] for flag in found["flags"]]


@pytest.mark.parametrize(
    ("cell", "facts"),
    [
        ("`a` · `b` (B) · `c` (default `b`)", {"enum": ["a", "b", "c"], "default": "b", "required": False}),
        ("**required**", {"required": True}),
        ("optional; `a`, `b`; default: `a`", {"enum": ["a", "b"], "default": "a", "required": False}),
    ],
)
def test_values_that_tell_of_a_default_and_of_need(cell: str, facts: dict[str, Any]) -> None:
    header = "| Param | Type | Values |"
    found = page("## Body\n\n" + table(header, f"| x | string | {cell} |", "| y | boolean | `true` · `false` |"))
    assert {key: found["parameters"][0][key] for key in facts} == facts
    assert [flag for flag in found["flags"] if flag["parameter"]] == []


def test_an_enumeration_of_numbers_is_of_integers() -> None:
    found = page(
        "## Body\n\n" + table("| Param | Type | Values |", "| x | enum | `1` · `2` · `4` (default `1`) |")
    )
    one = found["parameters"][0]
    assert (one["type"], one["enum"], one["default"]) == ("integer", [1, 2, 4], 1)


def test_one_column_for_words_and_values() -> None:
    header = "| key | type | description/value | default |"
    rows = (
        "| `x` | `string` | `a / b / c` (in general) | `b` |",
        "| `y` | `string` | where it goes, or 7 ways | *none* |",
    )
    found = page("## Body\n\n" + table(header, *rows))
    assert [one.get("enum") for one in found["parameters"]] == [["a", "b", "c"], None]
    assert [flag for flag in found["flags"] if flag["parameter"]] == []


@pytest.mark.parametrize(
    ("kind", "about", "facts"),
    [
        ("string", "How it looks. Either a, b or C in print. [default to a] [enum: a, b, large c]",
         {"enum": ["a", "b", "large c"], "default": "a"}),
        ("integer", "From 0 seconds up to 900 seconds", {"minimum": 0, "maximum": 900}),
        ("integer", "From 0 milliseconds to a maximum of 5,000 milliseconds", {"minimum": 0, "maximum": 5000}),
        ("integer", "The beat (60–220 BPM).", {"minimum": 60, "maximum": 220}),
        ("integer", "Draw 1–4 sheets in one go.", {"minimum": 1, "maximum": 4}),
        ("string", "540P, 720P, or 1080P. Costs more.", {"enum": ["540P", "720P", "1080P"]}),
        ("string", "How it ends (STOP, LOOP, FADE_OUT)", {"enum": ["STOP", "LOOP", "FADE_OUT"]}),
        ("string", "Options: `a`, `b`. `a` - wait at least `500` ms. `b` - wait for `c`.", {"enum": ["a", "b"]}),
    ],
)  # fmt: skip
def test_what_a_description_says(kind: str, about: str, facts: dict[str, Any]) -> None:
    assert told(about, kind)[0] == facts


@pytest.mark.parametrize(
    ("kind", "about", "problem"),
    [
        ("integer", "Some like 3-7 sheets of it", "a limit in the text"),
        ("string", "How it moves (slow, steady, fast)", "whether they are all"),
    ],
)
def test_what_is_not_believed_is_flagged(kind: str, about: str, problem: str) -> None:
    facts, problems = told(about, kind)
    assert (facts, [problem in one for one in problems]) == ({}, [True])


def test_a_default_behind_a_no() -> None:
    header = "| Name | Type | Required | Description |"
    found = page("## Body\n\n" + table(header, "| x | boolean | Optional Default: `false` | A |"))
    assert found["parameters"][0]["default"] is False


def test_names_side_by_side() -> None:
    rows = "<tr><td><code>x</code> <code>y</code></td><td>string</td><td>A</td></tr>"
    found = page(f"## Body\n\n<table><tr><th>Name</th><th>Type</th><th>Description</th></tr>{rows}</table>\n")
    assert [one["name"] for one in found["parameters"]] == ["x", "y"]


HEADER = "| Attributes | Type | Description |"


@pytest.mark.parametrize(
    ("kind", "title", "array"),
    [
        ("cardSide[]", "cardSide", True),
        ("list of cardSide", "cardSide schema", True),
        ("cardSide", "`cardSide`", False),
        ("CardSide object", "CardSide", False),
    ],
)
def test_a_structure_that_a_heading_has_the_name_of(kind: str, title: str, *, array: bool) -> None:
    text = "# Page\n\n## Attributes\n\n### Required\n\n" + table(
        HEADER, "| word | string | A |", f"| x | {kind} | B |"
    )
    text += f"\n### {title}\n\n" + table(HEADER, "| ink | string | C |")
    text += f"\n### Optional {title}\n\n" + table(HEADER, "| wet | boolean | D |")
    found = page(text)["parameters"]
    assert [one["name"] for one in found] == ["word", "x"]
    members = found[1]["items"]["properties"] if array else found[1]["properties"]
    assert list(members) == ["ink", "wet"]


def test_a_structure_that_words_speak_of() -> None:
    header = "| Key | Type | Required? | Description |"
    text = "#### Request parameters\n\n" + table(header, "| lines | array | Yes | A list of line parts |")
    text += "\n#### Line part object\n\n" + table(header, "| ink | string | Yes | Its colour |")
    found = page(text)
    assert (list(found["parameters"][0]["items"]["properties"]), found["flags"]) == (["ink"], [])


def test_elements_of_an_array() -> None:
    text = "## Request\n\n" + table(
        "| Field | Type | Required | Description |", "| media | array | Yes | What is shown |"
    )
    text += "\n## media element fields\n\n" + table(
        "| Field | Type | Required | Values |", "| kind | string | Yes | `a`, `b` |"
    )
    found = page(text)
    assert list(found["parameters"][0]["items"]["properties"]) == ["kind"]


def test_a_star_with_its_rule_beside_it() -> None:
    header = "| Name | Type | Required | Description |"
    rule = "Either `x` or `y` is required."
    found = page(
        "## Body\n\n"
        + table(header, f"| x | string | Yes\\* | A. {rule} |", f"| y | string | Yes\\* | B. {rule} |")
    )
    assert [one["required"] for one in found["parameters"]] == [False, False]
    assert ([one["kind"] for one in found["constraints"]], found["flags"]) == (["any"], [])


def test_a_column_that_nobody_knows_is_flagged() -> None:
    header = "| Name | Type | Required | Description | brush-2 |"
    rows = ("| x | integer | no | A | 1-50 |", "| y | string | no | B | some words |")
    found = page("## Body\n\n" + table(header, *rows))
    assert [(flag["parameter"], "is not known" in flag["problem"]) for flag in found["flags"]] == [("x", True)]


@pytest.mark.parametrize(
    ("kind", "about", "facts", "problem"),
    [
        ("integer", "Some, up to 10M", {}, "a limit"),
        ("integer", "Some, up to 10", {"maximum": 10}, ""),
        ("number", "Between 0 and 1,5", {}, "a limit"),
        ("number", "Must be at most 2,5", {}, "a limit"),
        ("integer", "At most 2,500", {"maximum": 2500}, ""),
        ("array(string)", "No more than five words", {}, "a limit"),
        ("string", "No more than five words", {}, ""),
        ("string", "File format: png, jpg or webp.", {}, "words that may be values"),
        ("string", "Who speaks: ida, otto and rosa.", {}, "words that may be values"),
        ("string", "A picture to begin with, in one of these forms: png, jpg or webp.", {}, ""),
    ],
)
def test_limits_and_values_that_are_only_flagged(
    kind: str, about: str, facts: dict[str, Any], problem: str
) -> None:
    found, problems = told(about, kind)
    assert (found, [problem in one for one in problems]) == (facts, [True] if problem else [])
