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
