"""Notes below tables, limits for each case, fields of forms, and names that only examples have."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

HEADER = "| Name | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|\n"
ONLY_SHOWN = "only an example shows it: its type is that of the value, and whether it has to be given is not said"
OTHERS = "| mode | string | no | - | `draw`, `edit` | How |\n| y | string | no | - | - | Other |\n"


def page(rows: str, after: str = "") -> dict[str, Any]:
    text = f"## Body\n\n{HEADER}{rows}\n{OTHERS}\n{after}\n"
    return dict(report(adopt(text, "page.md").reading))


def read(rows: str, after: str = "") -> tuple[dict[str, Any], list[str]]:
    found = page(rows, after)
    return found["parameters"][0], [flag["problem"] for flag in found["flags"]]


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ("\\*", "\\* Required when `mode` is `edit`."),
        ("*", "*Required when `mode` is `edit`.*"),
        ("*", "* Required when `mode` is `edit`."),
        ("†", "† Required when `mode` is `edit`."),
        (" [1]", "Below.\n\n[1] Required when `mode` is `edit`."),
        ("[^a]", "## Notes\n\n[^a]: Required when `mode` is `edit`."),
        ("<sup>2</sup>", "<sup>2</sup> Required when `mode` is `edit`."),
    ],
)
@pytest.mark.parametrize("word", ["yes", "no"])
def test_a_note_below_says_when(mark: str, note: str, word: str) -> None:
    found, problems = read(f"| x | string | {word}{mark} | - | - | A word |", note)
    condition = {"if": {"properties": {"mode": {"const": "edit"}}}, "then": {"required": ["x"]}}
    assert (found["condition"], problems) == (condition, [])


def test_a_note_below_that_is_a_rule() -> None:
    found = page("| x | string | yes* | - | - | A word |", "\\* Either `x` or `y` must be given.")
    assert [(rule["kind"], rule["parameters"]) for rule in found["constraints"]] == [("any", ["x", "y"])]
    assert (found["parameters"][0]["required"], found["flags"]) == (False, [])


def test_a_star_behind_a_name_means_what_its_note_says() -> None:
    header = "## Body\n\n| Name | Type | Description |\n|---|---|---|\n"
    for note, required in (("\\* required", True), ("\\* will be gone next year", False)):
        text = f"{header}| x* | string | A |\n| y | string | B |\n\n{note}\n"
        said: dict[str, Any] = dict(report(adopt(text, "page.md").reading))
        found = said["parameters"][0]
        assert (found["name"], found["required"]) == ("x", required)


def test_a_note_about_a_default_is_flagged() -> None:
    found, problems = read("| x | integer | no | 20† | - | Number |", "† 30 on the large machine")
    assert (found["default"], problems) == (20, ["a note below the table says more of the default"])


@pytest.mark.parametrize(
    ("kind", "cell", "facts"),
    [
        ("array(object)", "Min 1 message", {"minItems": 1}),
        ("array(string)", "between 1 and 4 style tags", {"minItems": 1, "maxItems": 4}),
        ("integer", "8 to 120 beats", {"minimum": 8, "maximum": 120}),
    ],
)
def test_what_a_word_counts(kind: str, cell: str, facts: dict[str, int]) -> None:
    found, problems = read(f"| x | {kind} | no | - | {cell} | A |")
    named = {key: value for key, value in found.items() if key.startswith("m")}
    assert (named, problems) == (facts, [])


@pytest.mark.parametrize(
    "cell",
    [
        "1-10 (brush-2), 1 (brush-3)",
        "brush-2: 1-10; brush-3: 1-4",
        "1–4 (quick)<br>1–10 (slow)",
        "1 to 10 for brush-2, up to 4 for brush-3",
    ],
)
def test_limits_of_each_case(cell: str) -> None:
    found, problems = read(f"| x | integer | no | - | {cell} | A |")
    assert found["maximum"] == 10
    assert problems == ["the limits differ from case to case; the widest are taken"]


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("From 20 to 30 in strict mode; below 40 elsewhere", ["40"]),
        ("Range 1-50, 20 if you say nothing, as many as 99 at night", ["99"]),
    ],
)
def test_a_number_that_is_left_over_in_a_range(cell: str, left: list[str]) -> None:
    (flag,) = page(f"| x | integer | no | 20 | {cell} | A |")["flags"]
    assert (flag["problem"], flag["candidates"]) == ("the cell names more than was understood", left)


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("16:9, 9:16 (upright)", ["16:9", "9:16"]),
        ("64x64, 128x128 (brush-2); 256x256, 512x256 (brush-3)", ["64x64", "128x128", "256x256", "512x256"]),
    ],
)
def test_values_of_each_case(cell: str, values: list[str]) -> None:
    found, problems = read(f"| x | string | no | - | {cell} | A |")
    assert (found["enum"], problems) == (values, [])


def test_a_field_with_brackets_beside_one_without() -> None:
    for rows in (("x", "x[]"), ("x[]", "x")):
        text = "\n".join(f"| {name} | file | no | - | - | A |" for name in rows)
        found = page(text, "Give either `x` or `x[]`; one of `x` and `x[]` is required.")
        assert [one["name"] for one in found["parameters"][:2]] == list(rows)
        assert [flag["parameter"] for flag in found["flags"]] == ["x[]"]
        assert "`x[]` |" not in adopt(f"## Body\n\n{HEADER}{text}\n", "page.md").page


def test_bars_part_values() -> None:
    found, problems = read("| x | integer | no | - | - | How long<br />(`30` \\| `60` \\| `90`) |")
    assert (found["enum"], problems) == ([30, 60, 90], [])


def test_a_name_that_only_an_example_has() -> None:
    sent, answered = '{"x": "a", "y": "b", "engine": "brush-2"}', '{"state": 1, "y": 2, "links": []}'
    code = f"```json\n{sent}\n```\n\n```json\n{answered}\n```"
    found = page("| x | string | no | - | - | A |", code)
    assert [(flag["parameter"], flag["problem"]) for flag in found["flags"]] == [("engine", ONLY_SHOWN)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("JObject", "object"), ("NSString", "string"), ("JsonArray", "array"), ("BigInteger", "integer")],
)
def test_types_of_libraries(kind: str, name: str) -> None:
    found, _ = read(f"| x | {kind} | no | - | - | A |")
    assert found["type"] == name
