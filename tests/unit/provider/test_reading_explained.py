"""Values that a text explains one by one, names in brackets, and ranges among a few words."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

HEAD = "# Prints\n\n## POST /draw\n\n### Body parameters\n\n"
HEADER = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"


def row(name: str, kind: str, about: str) -> tuple[dict[str, Any], list[str]]:
    """Return a parameter with such a description, and what is flagged of it."""
    page = f"{HEAD}{HEADER}| {name} | {kind} | No | {about} |\n| other | string | Yes | A word |\n"
    found: Any = report(adopt(page, "page.md").reading)
    (one,) = [one for one in found["parameters"] if one["name"] == name]
    return dict(one), [flag["problem"] for flag in found["flags"] if flag["parameter"] == name]


@pytest.mark.parametrize(
    "about",
    [
        "Choose between: - ink: draws lines - oil: paints",
        "How it is laid on - ink: draws lines - oil: paints",
        "How it is laid on. ink: draws lines. oil: paints",
        "How it is laid on<br>ink: draws lines<br>oil: paints",
        "How it is laid on<ul><li>ink: draws lines</li><li>oil: paints</li></ul>",
        "How it is laid on • ink: draws lines • oil: paints",
        'How it is laid on: "ink" (draws lines) or "oil" (paints)',
        '"ink"（線を描く）または "oil"（塗る）',
        '"ink" (zeichnet) oder "oil" (malt)',
        "Range: [ink, oil]",
        "可选范围：[ink, oil]",
        "Allowed values [ink, oil], nothing else",
    ],
)
def test_values_that_are_explained_one_by_one_are_all_there_are(about: str) -> None:
    found, problems = row("brush", "string", about)
    assert found.get("enum") == ["ink", "oil"], (found, problems)


@pytest.mark.parametrize(
    "about",
    [
        "How it is laid on. note: slow. tip: be patient",
        "How it is laid on - example: ink - default: none",
        "For example - ink: draws lines - oil: paints",
        "A point of the rim. Range: [0, 1]",
        "Between two ends, range [1/16, 16]",
    ],
)
def test_words_before_a_colon_that_are_no_values(about: str) -> None:
    assert "enum" not in row("brush", "string", about)[0]


@pytest.mark.parametrize(
    ("name", "enum"),
    [
        ("response_format", ["json", "text", "srt"]),
        ("outputFormat", ["json", "text", "srt"]),
        ("mode", ["json", "text", "srt"]),
        ("fields", None),  # may be names of anything
    ],
)
@pytest.mark.parametrize(
    "about", ["What comes back (json, text, srt)", "返回内容（json、text、srt）", "What comes (json/text/srt)."]
)
def test_words_in_brackets_are_the_values_of_what_chooses(name: str, enum: list[str] | None, about: str) -> None:
    found, problems = row(name, "string", about)
    assert found.get("enum") == enum
    assert bool(problems) == (enum is None)


@pytest.mark.parametrize(
    "about",
    [
        "The way: ink, oil (default), chalk - ink: lines - oil: paint - chalk: dust",
        "One of `ink`, `oil` (default), `chalk`",
    ],
)
def test_a_value_may_be_marked_as_the_default_in_brackets(about: str) -> None:
    found, problems = row("brush", "string", about)
    assert (found.get("default"), found.get("enum")) == ("oil", ["ink", "oil", "chalk"]), problems


@pytest.mark.parametrize(
    ("about", "ends"),
    [
        ("Speed of it 0.5-2.0 (default 1.0)", (0.5, 2)),
        ("Pitch of a voice -20 to 20, default 0", (-20, 20)),
        ("帧率，支持 1–60", (1, 60)),
        ("The speed, version v2.5-3 (default)", (None, None)),
        ("时长支持 3-10 秒的片段", (None, None)),
    ],
)
def test_a_range_among_a_few_words(about: str, ends: tuple[float | None, float | None]) -> None:
    found, _ = row("speed", "number", about)
    assert (found.get("minimum"), found.get("maximum")) == ends


def test_an_input_may_have_a_length() -> None:
    assert row("wish", "string", "What to draw, maximum input length of 512 characters")[0]["maxLength"] == 512


@pytest.mark.parametrize(
    ("cell", "ends"),
    [
        ("<1;4>", (1, 4)),
        ("<1.5; 4>", (1.5, 4)),
        ("any integer from 1 to 4", (1, 4)),
        ("integers 1-4", (1, 4)),
        ("1–4 中的任意整数", (1, 4)),
        ("1-4 (integer)", (1, 4)),
        ("整数 1~4", (1, 4)),
    ],
)
def test_ranges_of_whole_numbers_and_in_angle_brackets(cell: str, ends: tuple[float, float]) -> None:
    header = "| Parameter | Type | Required | Range |\n|---|---|---|---|\n"
    found: Any = report(adopt(f"{HEAD}{header}| rim | number | No | {cell} |\n", "page.md").reading)
    (one,) = found["parameters"]
    assert (one.get("minimum"), one.get("maximum")) == ends
    assert found["flags"] == []


@pytest.mark.parametrize("cell", ["URL, Base64", "Public HTTP/HTTPS URL", "first, together with last_frame"])
def test_words_about_what_is_sent_are_no_values(cell: str) -> None:
    header = "| Parameter | Type | Required | Values |\n|---|---|---|---|\n"
    rows = f"| rim | string | No | {cell} |\n| last_frame | string | No | - |\n"
    found: Any = report(adopt(f"{HEAD}{header}{rows}", "page.md").reading)
    assert "enum" not in found["parameters"][0]
    assert [flag["parameter"] for flag in found["flags"]] == ["rim"]


@pytest.mark.parametrize(
    "about",
    [
        'Where it lies (when type is "image"/"video")',
        "An address, if `kind` = `image`, `video`",
        'For mode is "a" or "b"',
    ],
)
def test_values_of_another_parameter_in_a_condition_are_not_its_own(about: str) -> None:
    assert "enum" not in row("place", "string", about)[0]


@pytest.mark.parametrize(
    "about", ["How long it plays (5 or 10 seconds)", "时长（5 或 10 秒）", "How long (5, or 10s)"]
)
def test_two_numbers_in_brackets_are_all_there_are(about: str) -> None:
    assert row("seconds", "integer", about)[0]["enum"] == [5, 10]


@pytest.mark.parametrize(("kind", "types"), [("(float\\|int)", ["integer", "number"]), ("(string)", "string")])
def test_a_type_may_stand_in_brackets(kind: str, types: Any) -> None:
    found, problems = row("rim", kind, "How wide")
    assert (found["type"], problems) == (types, [])


def test_a_form_sends_numbers_as_texts() -> None:
    page = (
        "# Prints\n\n## POST /draw\n\n### Form fields\n\n| Field | Required | Description |\n|---|---|---|\n"
        "| ink | yes | Its colour |\n| passes | no | Number of passes (default: 30) |\n\n"
        '```python\nrequests.post("https://prints.test/draw", data={"ink": "red", "passes": "40"})\n```\n'
    )
    found: Any = report(adopt(page, "page.md").reading)
    assert [(one["name"], one["type"], one.get("default")) for one in found["parameters"]] == [
        ("ink", "string", None),
        ("passes", "integer", 30),
    ]
