"""One thing said in many ways: defaults, values, limits, and what has to be given, in running text."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.base.json import Absent
from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.read import read_documentation

HEAD = "# Prints\n\n## POST /draw\n\n### Body parameters\n\n"


def row(kind: str, about: str, *, column: bool = True) -> tuple[dict[str, Any], list[str]]:
    """Return the parameter that a description tells of, and what is flagged of it."""
    if column:
        header = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
        page = f"{HEAD}{header}| rim | {kind} | No | {about} |\n| other | string | Yes | A word |\n"
    else:
        header = "| Parameter | Type | Description |\n|---|---|---|\n"
        page = f"{HEAD}{header}| rim | {kind} | {about} |\n| other | string | A word |\n"
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    (one,) = [one for one in found["parameters"] if one["name"] == "rim"]
    return dict(one), [flag["problem"] for flag in found["flags"] if flag["parameter"] == "rim"]


@pytest.mark.parametrize(
    "told",
    [
        "If omitted, `soft` is used.",
        "Uses `soft` by default.",
        "`soft` if not specified",
        "Falls back to `soft`",
        "Default look: `soft`",
        "Leave empty for `soft`",
        "Initial value: soft",
        "默认使用 `soft`",
        "省略時は `soft`",
        "Standardmäßig `soft`",
        "[default: soft]",
        "Assumes `soft` when missing",
    ],
)
def test_a_default_is_told_in_many_ways(told: str) -> None:
    found, problems = row("string", f"How the edge looks. {told}")
    assert found["default"] == "soft", problems


@pytest.mark.parametrize("told", ["24 by default", "If omitted, 24 is used.", "(24 if unset)", "When not set, 24"])
def test_a_number_may_be_told_before_the_word_for_it(told: str) -> None:
    assert row("integer", f"How many. {told}")[0]["default"] == 24


@pytest.mark.parametrize("told", ["soft by default", "When not provided, soft is used."])
def test_a_default_in_plain_words_is_flagged_at_least(told: str) -> None:
    found, problems = row("string", f"How the edge looks. {told}")
    assert found.get("default") == "soft" or problems


@pytest.mark.parametrize("told", ["The picture is returned by default.", "This is used by default"])
def test_what_is_done_by_default_is_no_value(told: str) -> None:
    found, problems = row("string", told)
    assert "default" not in found
    assert problems == []


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("Default: enabled", True),
        ("Default: on", True),
        ("Active by default", True),
        ("Default: no", False),
        ("Default: off", False),
        ("Not enabled by default", False),
        ("默认否", False),
    ],
)
def test_a_switch_is_on_or_off_by_default(told: str, value: bool) -> None:  # noqa: FBT001
    assert row("boolean", f"Keep the rim. {told}")[0]["default"] is value


@pytest.mark.parametrize(
    "told",
    [
        "Supported values are soft, torn and burnt.",
        "可以是 soft、torn 或 burnt",
        "Values: soft (blurred), torn (rough), burnt (dark)",
        "Allowed values are `soft`, `torn` & `burnt`",
    ],
)
def test_values_are_listed_in_many_ways(told: str) -> None:
    assert row("string", f"How the edge looks. {told}")[0]["enum"] == ["soft", "torn", "burnt"]


@pytest.mark.parametrize(
    "told",
    [
        "Accepts soft, torn, burnt",
        "Specify soft, torn, or burnt",
        "soft 或 torn 或 burnt",
        "{soft, torn, burnt}",
        "[soft, torn, burnt]",
        "options are soft, torn, burnt",
        "The look: soft, torn, or burnt",
    ],
)
def test_plain_words_in_a_row_are_flagged_where_no_phrase_calls_them_values(told: str) -> None:
    found, problems = row("string", f"How the edge looks. {told}")
    assert found.get("enum") == ["soft", "torn", "burnt"] or problems
    found, _ = row("string", f"How the edge looks. {told}. Default: torn.")
    assert found["enum"] == ["soft", "torn", "burnt"]


@pytest.mark.parametrize("told", ["Only 5 and 10 are supported", r"5 \\| 10"])
def test_numbers_may_be_all_that_is_taken(told: str) -> None:
    assert row("integer", f"How long it runs. {told}")[0]["enum"] == [5, 10]


def test_formats_are_values_where_no_file_is_given() -> None:
    assert row("string", "The container. One of: wav, mp3, flac")[0]["enum"] == ["wav", "mp3", "flac"]
    assert "enum" not in row("string", "An uploaded sound. One of: wav, mp3, flac")[0]


@pytest.mark.parametrize(
    "told",
    [
        "Accepts 1..8",
        "1 to 8",
        "1~8",
        "1-8之间",
        "zwischen 1 und 8",
        "Lower bound 1, upper bound 8",
        "Clamped to 1-8",
        "Capped at 8, minimum 1",
        "1–8 inclusive",
    ],
)
def test_both_ends_are_told_in_many_ways(told: str) -> None:
    found, problems = row("integer", f"How many prints. {told}")
    assert (found.get("minimum"), found.get("maximum")) == (1, 8), problems


@pytest.mark.parametrize(
    "told", ["8 max", "8 or fewer", "capped at 8", "Hard limit of 8", "8 at most", "not greater than 8"]
)
def test_an_end_is_told_in_many_ways(told: str) -> None:
    found, problems = row("integer", f"How many prints. {told}")
    assert found.get("maximum") == 8, problems
    assert not {"minimum", "exclusiveMinimum"} & set(found)


@pytest.mark.parametrize("told", ["No longer than 500 characters", "长度不超过 500", "Character limit: 500"])
def test_a_length_is_told_in_many_ways(told: str) -> None:
    assert row("string", f"What to say. {told}")[0]["maxLength"] == 500


@pytest.mark.parametrize("told", ["This field is required.", "Must be provided", "必须提供", "Always required."])
def test_what_has_to_be_given_is_told_in_many_ways(told: str) -> None:
    assert row("string", f"The caption. {told}", column=False)[0]["required"] is True


def test_an_order_to_give_something_is_flagged_at_least() -> None:
    found, problems = row("string", "The caption. You must supply this.", column=False)
    assert found["required"] or problems


def test_two_plain_words_are_values_with_the_default_among_them() -> None:
    assert row("string", "calm or wild, default calm")[0]["enum"] == ["calm", "wild"]
    assert "enum" not in row("string", "calm or wild")[0]


def test_a_column_of_what_is_optional_may_tell_more_than_yes_and_no() -> None:
    header = "| Parameter | Type | Optional | Description |\n|---|---|---|---|\n"
    rows = "| rim | string | No | The rim |\n| grain | integer | Yes (default: 3) | How rough |\n"
    rows += "| edge | string | yes, see below | Look |\n"
    found = report(adopt(f"{HEAD}{header}{rows}", "page.md").reading)["parameters"]
    assert isinstance(found, list)
    told = {one["name"]: (one["required"], one.get("default")) for one in found}
    assert told == {"rim": (True, None), "grain": (False, 3), "edge": (False, None)}


def cells(kind: str, required: str, default: str) -> tuple[dict[str, Any], list[str]]:
    header = "| Parameter | Type | Required | Default | Description |\n|---|---|---|---|---|\n"
    page = (
        f"{HEAD}{header}| rim | {kind} | {required} | {default} | A rim |\n| other | string | Yes | - | A word |\n"
    )
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found["parameters"][0], [flag["problem"] for flag in found["flags"] if flag["parameter"] == "rim"]


@pytest.mark.parametrize(("mark", "required"), [("[x]", True), ("[ ]", False)])
def test_boxes_are_ticked_or_not(mark: str, required: bool) -> None:  # noqa: FBT001
    assert cells("string", mark, "-")[0]["required"] is required


@pytest.mark.parametrize(
    ("kind", "told", "value"),
    [
        ("boolean", "yes", True),
        ("boolean", "off", False),
        ("boolean", "Enabled", True),
        ("string", "empty string", ""),
        ("string", "same as input", None),
        ("string", "based on model", None),
    ],
)
def test_words_in_a_default_cell(kind: str, told: str, value: object) -> None:
    assert cells(kind, "no", told)[0].get("default") == value


@pytest.mark.parametrize(("kind", "told"), [("boolean", "no"), ("integer", "5 if unset")])
def test_words_in_a_default_cell_that_may_mean_two_things_are_flagged(kind: str, told: str) -> None:
    found, problems = cells(kind, "no", told)
    assert problems or found["default"] == 5


@pytest.mark.parametrize("told", ["不传", "无，通过 get_token 获得", "留空", "なし、別に渡す", "left out"])
def test_words_that_say_there_is_no_default(told: str) -> None:
    header = "| Parameter | Type | Required | Default | Description |\n|---|---|---|---|---|\n"
    page = f"# Make\n\n## Parameters\n\n{header}| tone | string | no | {told} | how it looks |\n"
    (entry,) = read_documentation(page, "page.md").entries
    assert isinstance(entry.facts.default.value, Absent)


def test_words_about_how_many_are_no_values() -> None:
    header = "| Parameter | Type | Required | Range | Description |\n|---|---|---|---|---|\n"
    row = "| clips | array | no | 最多 3 个；单个别名 `clip`，数组别名 `more_clips` | films |"
    (entry,) = read_documentation(f"# Make\n\n## Parameters\n\n{header}{row}\n", "page.md").entries
    assert entry.facts.choices == ()
