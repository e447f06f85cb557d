"""Parts of an address that lists and sentences tell of: `w=100`, `fit=cover|contain`, "the `top` parameter"."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found


def read(page: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found_in(page)["parameters"]}


_INTRO = "# Kite painter\n\nPaints a kite: `https://kites.example.com/paint/box.png`\n\n## Query string\n\n"


@pytest.mark.parametrize(
    ("wide", "fill"),
    [
        ("- **Wide** `wide=100` How wide the kite is", "- **Fill** `fill=calm|wild` How it is filled"),
        ("- `wide=100` - How wide the kite is", "- `fill=[calm|wild]` - How it is filled"),
        ("- `?wide=100`: How wide the kite is", "- `&fill={calm,wild}`: How it is filled"),
        ("* Wide: `wide=<int>` How wide the kite is", "* Fill: `fill=<calm|wild>` How it is filled"),
        ("* Wide (`wide=250`): How wide the kite is", "* Fill (`fill=calm/wild`): How it is filled"),
        ("+ `wide={number}`, how wide the kite is", "+ `fill=(calm|wild)`, how it is filled"),
        ("1. `wide=NUMBER` How wide the kite is", "2. `fill=calm` or `fill=wild` How it is filled"),
        ("- wide=100 : How wide the kite is", "- fill=calm|wild : How it is filled"),
        ("- `wide=…` How wide the kite is", "- `fill=calm,wild` How it is filled"),
        ("- `wide=10-900` How wide the kite is", "- `fill=calm | wild` How it is filled"),
    ],
)
def test_items_that_show_a_part_of_an_address_are_parameters(wide: str, fill: str) -> None:
    found = read(f"{_INTRO}{wide}\n{fill}\n")
    assert list(found) == ["wide", "fill"]
    assert "How wide" in found["wide"]["description"] or "how wide" in found["wide"]["description"]
    assert found["fill"].get("enum", ["calm", "wild"]) == ["calm", "wild"]
    if "or `" not in fill:
        assert found["fill"]["enum"] == ["calm", "wild"]
    assert not any("default" in one or one["required"] for one in found.values())


def test_what_stands_behind_the_sign_is_read() -> None:
    page = _INTRO + (
        "- `wide=<int>`: How wide\n- `share=0.1-1`: How much of it\n- `flip=true|false`: Turn it over\n"
        "- `hold=1s,2m,3d`: How long\n- `tint=ff8800`: Its colour\n- `cut=4,4,20,20`: A part of it\n"
    )
    found = read(page)
    assert [found[name].get("type") for name in found] == [
        "integer",
        "number",
        "boolean",
        "string",
        "string",
        "string",
    ]
    assert [found["share"]["minimum"], found["share"]["maximum"]] == [0.1, 1]
    assert not any("enum" in one for one in found.values())


def test_values_below_an_item_or_in_items_of_their_own_are_its() -> None:
    below = _INTRO + (
        "- **Wide** `wide=100` How wide\n- **Gap** `gap=cut,fill` What becomes of the gap.\n"
        "  - `cut` (default) takes it away\n  - `fill` paints it\n"
    )
    assert read(below)["gap"]["enum"] == ["cut", "fill"]
    assert read(below)["gap"]["default"] == "cut"
    beside = (
        _INTRO
        + "- `wide=100`: How wide\n- `gap=cut`: takes it away\n- `gap=fill`: paints it\n- `gap=keep`: leaves it\n"
    )
    assert list(read(beside)) == ["wide", "gap"]
    assert read(beside)["gap"]["enum"] == ["cut", "fill", "keep"]


def test_values_that_may_be_sent_together_are_flagged() -> None:
    page = _INTRO + "- `wide=100`: How wide\n- `effects=blur,grain`: What to add\n"
    told = [flag["problem"] for flag in found_in(page)["flags"] if flag["parameter"] == "effects"]
    assert told == ["the values may be those of which one is sent, or be sent together"]


@pytest.mark.parametrize(
    "said",
    [
        "Kites can be made wider using the `wide=<int>` and `tall=<int>` query parameters.",
        "Add the `wide=<int>` URL parameter to make it wider, or `tall=<int>` to make it taller.",
        "Use the `wide` and `tall` query parameters to set its size.",
        "Append `?wide=200&tall=300` to the address of your kite to set its size.",
        "The querystring may have `wide=[int]` and `tall=[int]`.",
        "The query parameter `wide` is how wide, and the query parameter `tall` how tall it is.",
        "クエリに `wide={int}` と `tall={int}` を付けます。",
    ],
)
def test_sentences_tell_of_the_parts_of_an_address(said: str) -> None:
    page = (
        f"# Kite painter\n\nPaints: `https://kites.example.com/box.png`\n\n## Size\n\n{said}\n\n## End\n\nBye.\n"
    )
    assert list(read(page)) == ["wide", "tall"]
    if "int" in said:
        assert read(page)["wide"]["type"] == "integer"


def test_a_part_that_only_an_address_of_the_page_has_is_read_and_flagged() -> None:
    page = (
        "# Kite painter\n\n## Size\n\nSet the `wide=<int>` query parameter to make it wider:\n\n"
        "<https://kites.example.com/box.png?wide=300>\n\n## Sky\n\nThe sky can be a picture of your own:\n\n"
        "<https://kites.example.com/box.png?sky=https://example.com/sky.png&wide=40>\n\n"
        "![badge](https://badges.example.org/x.svg?style=flat)\n<https://other.example.net/?page=3>\n"
    )
    assert list(read(page)) == ["wide", "sky"]
    assert any("only an example shows it" in flag["problem"] for flag in found_in(page)["flags"])


@pytest.mark.parametrize(
    "page",
    [
        "# Kite tool\n\n## Environment\n\n- `KITE_KEY=abc`: The key\n- `KITE_PORT=80`: The port\n",
        "# Kite tool\n\n## Options\n\n- `--wide=100`: How wide\n- `--tall=200`: How tall\n",
        "# Kite library\n\n## Config file\n\n- `wide=100`: How wide\n- `tall=200`: How tall\n",
        "# Kites\n\n## Query the task\n\n- `code=0`: It is done\n- `code=7`: It goes on\n- `code=9`: It broke\n",
        "# Kites\n\n## Get started\n\n- Set `wide=100` in the tool\n- Set `tall=200` in the tool\n",
        "# Kites\n\n## Notes\n\nWe set `wide=100` in the tests, and `tall=2` where it rains.\n",
    ],
)
def test_other_names_with_values_are_no_parameters(page: str) -> None:
    assert not read(page)


def test_sentences_of_a_page_that_sends_bodies_add_nothing() -> None:
    page = (
        "# Kites\n\n`POST /v1/kites`\n\n| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
        "| `kite` | string | yes | The kite |\n\n## List\n\nThe `page=<int>` query parameter shows more.\n"
    )
    assert list(read(page)) == ["kite"]


@pytest.mark.parametrize(
    "told",
    [
        "**`wide=300`**\nHow wide\n\n**`fill=calm|wild`**\nHow it is filled\n",
        "#### `wide=300`\n\nHow wide\n\n#### `fill=calm,wild`\n\nHow it is filled\n",
        "#### Wide `wide=300`\n\n- How wide\n\n#### Fill `fill={calm|wild}`\n\nHow it is filled\n",
        "`wide=300` - How wide\n\n`fill=calm|wild` - How it is filled\n",
        "```\n?wide=300       # How wide\n&fill=calm|wild # How it is filled\n```\n",
        "```\n?wide=300 -- How wide\n?fill=calm/wild -- How it is filled\n```\n",
        "| Parameter | About |\n|-|-|\n| `wide=300` | How wide |\n| `fill=calm,wild` | How it is filled |\n",
    ],
)
def test_parts_of_an_address_stand_in_headings_paragraphs_code_and_tables(told: str) -> None:
    page = f"# Kite painter\n\nPaints `https://kites.example.com/box.png`.\n\n## Size\n\nAdd to the URL:\n\n{told}"
    found = read(page)
    assert list(found) == ["wide", "fill"]
    assert "How wide" in found["wide"]["description"]
    assert found["wide"]["type"] == "integer"
    assert found["fill"]["enum"] == ["calm", "wild"]


def test_examples_of_a_table_that_repeat_the_name_show_the_value() -> None:
    page = (
        "# Kite painter\n\n## Query parameters\n\n| Name | Example | About |\n|-|-|-|\n"
        "| `wide` | `wide=300` | How wide |\n| `sky` | `sky=blue` | What is behind it |\n"
    )
    assert [one["type"] for one in read(page).values()] == ["integer", "string"]


def test_a_plain_name_with_its_type_as_code_behind_it_is_read() -> None:
    page = (
        "# Kites\n\n`POST /v1/kites`\n\n### Allowed params\n\n- kite `string` `required`\n- wide `int`\n"
        "- share `float` (of the sky)\n- fast `bool` - Not for large ones\n"
    )
    found = read(page)
    assert [one["type"] for one in found.values()] == ["string", "integer", "number", "boolean"]
    assert [one["required"] for one in found.values()] == [True, False, False, False]


@pytest.mark.parametrize("said", ["Sharpness, 1-100, default 75", "Sharpness, 1–100, 75 by default"])
def test_a_range_and_a_default_between_commas_are_no_values(said: str) -> None:
    page = (
        "# Kite painter\n\n## Query parameters\n\n| Name | Example | About |\n|-|-|-|\n"
        f"| `wide` | `wide=300` | How wide |\n| `sharp` | `sharp=80` | {said} |\n"
    )
    found = read(page)["sharp"]
    assert [found[key] for key in ("type", "minimum", "maximum", "default")] == ["integer", 1, 100, 75]
    assert "enum" not in found


_SHOWN = "# Kite painter\n\n<https://kites.example.com/paint?kw=300&kc=wind&kt=loud&kd=7>\n\n"


@pytest.mark.parametrize("level", ["##", "####"])
def test_a_part_of_an_address_alone_below_its_heading_is_described_by_what_follows(level: str) -> None:
    page = _SHOWN + (
        f"{level} Width\n\n`kw=<pixels>`\n\nHow wide the kite is.\n\nDefault is `250`.\n\n"
        f"{level} Words\n\n`kc=<words>`\n\nWhat stands on it: letters (a-z) and digits (0-9).\n\n"
        f"{level} Error marks and tails\n\n`ke=<marks>|<tails>`\n\n"
        "- *marks* - How many\n    - L - few\n    - M - more\n- *tails* - How long\n\n"
        f"{level} Output format\n\n- `kt=loud` for a loud one\n- `kt=calm` for a calm one\n"
    )
    found = read(page)
    assert list(found) == ["kw", "kc", "ke", "kt"]
    assert found["kw"]["description"].startswith("How wide the kite is.")
    assert found["kw"]["default"] == 250
    assert found["kc"]["type"] == "string"
    assert "minimum" not in found["kc"]
    assert found["kt"]["enum"] == ["loud", "calm"]


@pytest.mark.parametrize(
    "said",
    [
        "The kind (`kd=7`), its width (`kw=<pixels>`) and words (`kc=<words>`) are all required parameters.",
        "`kd`, `kw` and `kc` are required.",
        "Every address must include `kd=7`, `kw` and `kc`.",
        "Required parameters: `kd=<kind>`, `kw=<pixels>`, `kc=<words>`.",
        "`kd`、`kw`、`kc` は必須です。",
    ],
)
def test_a_sentence_says_which_parts_have_to_be_given(said: str) -> None:
    page = _SHOWN + (
        f"{said}\n\n## Width\n\n`kw=<pixels>`\n\nHow wide the kite is.\n\n"
        "## Words\n\n`kc=<words>`\n\nWhat stands on it.\n\n"
        "## Tone\n\n`kt=<tone>`\n\nHow loud it is.\n"
    )
    found = read(page)
    assert {name: one["required"] for name, one in found.items()} == {
        "kd": True,
        "kw": True,
        "kc": True,
        "kt": False,
    }


@pytest.mark.parametrize(
    "said",
    [
        "`kw` and `kc` are not required.",
        "`kw` and `kc` are required if `kt` is loud.",
        "Either `kw` or `kc` is required.",
    ],
)
def test_a_sentence_with_a_case_makes_nothing_required(said: str) -> None:
    page = _SHOWN + (
        f"{said}\n\n## Width\n\n`kw=<pixels>`\n\nHow wide.\n\n## Words\n\n`kc=<words>`\n\nWhat stands on it.\n"
    )
    found = read(page)
    assert not any(found[name]["required"] for name in ("kw", "kc"))


def test_values_to_set_below_headings_on_a_page_without_such_addresses_are_no_parameters() -> None:
    page = (
        "# Kite shop\n\n<https://kites.example.com/?utm=1>\n\n## Host\n\n`host=<name>`\n\nWhere.\n\n"
        "## Port\n\n`port=<n>`\n\nThe door.\n"
    )
    assert not read(page)
