"""What reading documentation got wrong in silence once, and the rules between parameters that it finds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from teststrip.errors import PageError
from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.page import read_page
from teststrip.provider.reading.constraints import RULE_WORDS
from teststrip.schema.check import find_faults
from teststrip.schema.request import request_schema

DOCS = (Path(__file__).parents[3] / "docs" / "provider-pages.md").read_text("utf-8")
HEADER = "| Name | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|\n"


def example() -> str:
    match = re.search(r"^````markdown\n(.*?)^````$", DOCS, re.MULTILINE | re.DOTALL)
    assert match is not None
    return match[1]


def found_in(rows: str, after: str = "", header: str = HEADER) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(f"## Body\n\n{header}{rows}\n{after}", "page.md").reading)
    return found


def read(rows: str, header: str = HEADER) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found_in(rows, header=header)["parameters"]}


def rules(rows: str, after: str = "") -> list[tuple[str, list[str]]]:
    found = found_in(rows, after)
    assert found["flags"] == []
    return [(one["kind"], one["parameters"]) for one in found["constraints"]]


def flagged(rows: str) -> list[str]:
    found = found_in(rows)
    assert found["constraints"] == []
    return [one["problem"] for one in found["flags"]]


def row(name: str, about: str = "-", kind: str = "string", default: str = "-", values: str = "-") -> str:
    return f"| {name} | {kind} | no | {default} | {values} | {about} |\n"


def test_a_text_or_a_list_is_a_union() -> None:
    found = read(row("stop", kind="string or array") + row("tags", kind="string array"))
    assert found["stop"]["type"] == ["string", "array"]
    assert found["tags"]["type"] == "array"


def test_file_formats_are_values_when_one_is_the_default() -> None:
    found = read(
        row("save_as", default="png", values="png, jpeg")
        + row("out", "One of png, jpeg or webp", default="webp")
        + row("late", "One of png, jpeg or webp. Defaults to png")
        + row("picture", "A picture. Supported formats: png, jpeg")
    )
    assert found["save_as"]["enum"] == ["png", "jpeg"]
    assert found["out"]["enum"] == found["late"]["enum"] == ["png", "jpeg", "webp"]
    assert "enum" not in found["picture"]


def test_letters_for_mandatory_and_optional() -> None:
    header = "| Name | Type | M/O | Description |\n|---|---|---|---|\n"
    found = read("| a | string | M | x |\n| b | string | O | x |\n", header)
    assert [found[name]["required"] for name in "ab"] == [True, False]
    header = "| 이름 | 타입 | 필수 | 설명 |\n|---|---|---|---|\n"
    circles = read("| a | string | O | x |\n| b | string | X | x |\n", header)
    assert [circles[name]["required"] for name in "ab"] == [True, False]


def test_a_last_cell_that_goes_on_until_its_pipe() -> None:
    found = read(
        "| a | string | no | - | - | First\n then one of `x`, `y` |\n| b | integer | no | 1 | 1 - 4 | n |\n"
    )
    assert found["a"]["enum"] == ["x", "y"]
    assert found["b"]["maximum"] == 4


@pytest.mark.parametrize(
    ("values", "about"), [("64-2048 per side", "-"), ("each side between 64 and 2048 px", "-")]
)
@pytest.mark.parametrize("sign", ["x", "*"])
def test_sizes_by_their_sides(values: str, about: str, sign: str) -> None:
    size = read(row("size", about, default=f"512{sign}512", values=values))["size"]["size"]
    assert size == {"minimum": [64, 64], "maximum": [2048, 2048], "separator": sign}


@pytest.mark.parametrize("text", ["De 1 à 4", "entre 1 et 4", "de 1 a 4", "Entre 1 y 4", "1..=4"])
def test_ranges_in_other_languages(text: str) -> None:
    for one in (row("n", text, "integer"), row("n", "-", "integer", values=text)):
        if not (text == "1..=4" and text in one.split("|")[6]):
            found = read(one)["n"]
            assert (found["minimum"], found["maximum"]) == (1, 4)


def test_plain_values_behind_must_be() -> None:
    found = read(
        row("side", "Must be 512, 768 or 1024.", "integer")
        + row("level", "must be low, medium, or high")
        + row("name", "Must be unique or empty.")
    )
    assert found["side"]["enum"] == [512, 768, 1024]
    assert found["level"]["enum"] == ["low", "medium", "high"]
    assert "enum" not in found["name"]


def test_what_each_number_of_a_list_may_be() -> None:
    found = read(row("weights", "Weights, each 0 - 2", "array(float)"))
    assert found["weights"]["items"] == {"type": "number", "minimum": 0, "maximum": 2}


def test_a_list_with_a_custom_value_is_open() -> None:
    assert "enum" not in read(row("ratio", "`1:1`, `16:9` or custom `WxH`"))["ratio"]


def test_the_value_that_is_marked_as_the_default() -> None:
    found = read(row("level", "Possible values are: low (default), medium, high"))["level"]
    assert (found["enum"], found["default"]) == (["low", "medium", "high"], "low")


def test_values_in_single_quotes() -> None:
    assert read(row("kind", r"'a' \| 'b' \| 'c'"))["kind"]["enum"] == ["a", "b", "c"]


def test_the_last_label() -> None:
    found = read(
        row("mode", "`0`: off, `1`: on, `2`: auto", "integer")
        + row("q", "Quality: `hd` (better), `sd` (quicker).")
    )
    assert found["mode"]["labels"] == ["off", "on", "auto"]
    assert found["q"]["labels"] == ["better", "quicker"]


def test_a_range_of_characters_is_one_limit() -> None:
    assert found_in(row("a", "Range 1-10 characters"))["flags"] == []


def test_a_condition_before_the_word_required() -> None:
    found = read(row("a", "If `b` is true, this is required") + row("b", kind="boolean"))
    assert found["a"]["condition"]["if"] == {"properties": {"b": {"const": True}}}


@pytest.mark.parametrize(
    ("host", "name"), [("api.toyimg.studio", "toyimg"), ("queue.toy.run", "toy"), ("toy.co.uk", "toy")]
)
def test_a_draft_is_named_by_its_host(host: str, name: str) -> None:
    page = adopt(f"# A\n\nPOST https://{host}/v1/images\n\n{HEADER}{row('a')}", "page.md").page
    assert f"provider: {name}\n" in page


def test_the_model_in_the_body_is_the_recipes() -> None:
    rows = "| model | string | yes | - | `toy-1`, `toy-2` | Which |\n" + row("prompt")
    page = adopt(f"# A\n\nPOST https://api.toy.example/v1/images\n\n{HEADER}{rows}", "page.md").page
    assert 'body: {fixed: {model: "{model}"}}}' in page
    assert "{id: toy-1}" in page
    assert "| `model` |" not in page
    path = adopt(f"# A\n\nPOST https://api.toy.example/v1/{{model}}/images\n\n{HEADER}{rows}", "page.md").page
    assert "body:" not in path
    assert "| `model` |" in path


# --- rules between parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        ("Base64. Mutually exclusive with `b`", ("exclusive", ["a", "b"])),
        ("Cannot be used together with b", ("exclusive", ["a", "b"])),
        ("This cannot be combined with `b`.", ("exclusive", ["a", "b"])),
        ("Must not be used when `b` is set", ("exclusive", ["a", "b"])),
        ("`b` is incompatible with `c`", ("exclusive", ["b", "c"])),
        ("Either `a` or `b` must be provided", ("any", ["a", "b"])),
        ("One of `a` or `b` is required", ("any", ["a", "b"])),
        ("Provide either `a` or `b`, but not both", ("one", ["a", "b"])),
        ("与 `b` 互斥", ("exclusive", ["a", "b"])),
        ("不能与 b 同时使用", ("exclusive", ["a", "b"])),
        ("a与b至少填一个", ("any", ["a", "b"])),
        ("a 和 b 不能同时为空", ("any", ["a", "b"])),
        ("和 `b` 二选一必填", ("one", ["a", "b"])),
    ],
)
def test_rules_in_descriptions(about: str, rule: tuple[str, list[str]]) -> None:
    assert rules(row("a", about) + row("b") + row("c")) == [rule]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Exactly one of `a` and `b` is required.", ("one", ["a", "b"])),
        ("The parameters a, b and c cannot be used together.", ("exclusive", ["a", "b", "c"])),
        ("`a` and `b` are mutually exclusive.", ("exclusive", ["a", "b"])),
        ("Only one of `a`, `b` may be set.", ("exclusive", ["a", "b"])),
        ("Only one of `a`, `b` must be set.", ("one", ["a", "b"])),
        ("At least one of the following fields is required: `a`, `b`.", ("any", ["a", "b"])),
        ("- Do not set both `a` and `b`", ("exclusive", ["a", "b"])),
        ("`b` and `c` must be given together.", ("together", ["b", "c"])),
    ],
)
def test_rules_between_tables(text: str, rule: tuple[str, list[str]]) -> None:
    assert rules(row("a") + row("b") + row("c"), text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "Either a URL or base64 must be provided",
        "Must be one of `a` or `b`",
        "We recommend altering this or `b` but not both.",
        "At least one of `a` or `b` must be enabled",
        "Mutually exclusive with `elsewhere`",
        "It can either be `a` or text.",
    ],
)
def test_what_is_no_rule(text: str) -> None:
    assert rules(row("x", text) + row("a") + row("b")) == []


def test_a_rule_that_cannot_be_kept_is_flagged() -> None:
    assert (
        "only sometimes"
        in flagged(row("a", "Exactly one of `a` and `b` when `c` is given") + row("b") + row("c"))[0]
    )
    assert "both ways" in flagged(row("a", "Must be given together with `b`") + row("b"))[0]
    required = "| b | string | yes | - | - | - |\n"
    assert "has to be given" in flagged(row("a", "Mutually exclusive with `b`") + required)[0]
    nested = row("o", kind="object") + row("o.x", "Mutually exclusive with `b`") + row("b")
    assert "different objects" in flagged(nested)[0]


def test_rules_of_members_have_full_names() -> None:
    rows = row("refs", kind="array") + row("refs[].url", "Mutually exclusive with `data`") + row("refs[].data")
    assert rules(rows + row("data")) == [("exclusive", ["refs[].url", "refs[].data"])]


def page(items: str) -> str:
    return example().replace("## Notes", f"## Rules\n\n{items}\n## Notes")


def test_a_page_says_its_rules() -> None:
    toy = read_page(page("- at most one of `steps`, `seed`\n- all or none of `size`, `method`\n"), "toy.md")
    assert [(one.kind, one.parameters) for one in toy.constraints] == [
        ("exclusive", ("steps", "seed")),
        ("together", ("size", "method")),
    ]
    schema = request_schema(toy, "toy-2")
    assert find_faults({"prompt": "x", "steps": 3, "seed": 4}, schema)


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("- two of `steps`, `seed`", "is no rule between parameters"),
        ("- at most one of `steps`", "is no rule between parameters"),
        ("- at most one of `steps`, `sede`", '"sede", which has no row'),
        ("- at most one of `steps`, `steps`", "names a parameter twice"),
    ],
)
def test_a_rule_that_is_none_is_a_located_problem(item: str, problem: str) -> None:
    with pytest.raises(PageError) as caught:
        read_page(page(item + "\n"), "toy.md")
    (found,) = caught.value.problems
    assert problem in found.message
    assert page(item + "\n").split("\n")[found.where.line - 1] == item


@pytest.mark.parametrize(("kind", "words"), RULE_WORDS.items())
def test_rules_survive_adopting(kind: str, words: str) -> None:
    action = row("action", default="make", values="`make`, `edit`")
    rows = row("refs", kind="array") + row("refs[].a") + row("refs[].b") + row("a") + row("b") + action
    text = f"- {words} `a`, `b`\n- {words} `refs[].a`, `refs[].b`\n"
    if kind == "any":
        text = text.replace("`, `", "` or `")
    draft = adopt(f"# API\n\n## Body\n\n{HEADER}{rows}\n{text}", "page.md").page
    front, body = example().split("---\n")[1], draft.split("---\n", 2)[2]
    toy = read_page(f"---\n{front}---\n{body}", "toy.md")
    assert [(one.kind, one.parameters) for one in toy.constraints] == [
        (kind, ("a", "b")),
        (kind, ("refs[].a", "refs[].b")),
    ]
