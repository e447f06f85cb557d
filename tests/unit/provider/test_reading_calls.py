"""What two calls of an API have under one name are two parameters: places stay within the call a page names."""

from __future__ import annotations

from typing import Any, Final

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

SHOWN: Final = '```json\n{"url": "x", "look": {"colour": "red", "tails": 3}}\n```\n\n'
HEADER: Final = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
HOLDER: Final = HEADER + "| url | string | Yes | a |\n| look | object | No | How it looks |\n\n"
MEMBERS: Final = HEADER + "| colour | string | No | a |\n| tails | integer | No | b |\n\n"
MIXED: Final = HEADER + "| kite | file | Yes | a |\n| colour | string | No | a |\n| tails | integer | No | b |\n\n"


def read(page: str) -> tuple[list[str], dict[str, str]]:
    """Return the paths of the parameters in order, and the problems by the parameter that they are about."""
    found: dict[str, Any] = dict(report(adopt(page, "page.md").reading))

    def paths(parameters: list[dict[str, Any]], above: str = "") -> list[str]:
        told: list[str] = []
        for one in parameters:
            told.append(above + one["name"])
            told += paths(list(one.get("properties", {}).values()), f"{above}{one['name']}.")
        return told

    problems: dict[str, str] = {}
    for flag in found["flags"]:
        problems[flag["parameter"]] = f"{problems.get(flag['parameter'], '')}\n{flag['problem']}".strip()
    return paths(found["parameters"]), problems


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("## 1. Web\n\n### Endpoint: `/kites/web`", "## 2. File\n\n### Endpoint: `/kites/file`"),
        ("## POST /kites/web", "## POST /kites/file"),
        ("**POST /kites/web**", "**POST /kites/file**"),
        (
            "## Web\n\n**Endpoint:** `POST https://kite.test/web`",
            "## File\n\n**Endpoint:** `POST https://kite.test/f`",
        ),
        ("## Web\n\n### URL\n\n`POST /kites/web`", "## File\n\n### URL\n\n`POST /kites/file`"),
        ("## 网页\n\n接口地址：`/kites/web`", "## 文件\n\n接口地址：`/kites/file`"),
        ("## `/kites/web`", "## `/kites/file`"),
    ],
)
def test_members_of_one_call_are_none_of_the_other_s(first: str, second: str) -> None:
    page = f"# Kites\n\n{first}\n\n{SHOWN}{HOLDER}{second}\n\n{MIXED}"
    assert read(page)[0] == ["url", "look", "kite", "colour", "tails"]


def test_a_table_that_repeats_members_between_others_is_another_request_s() -> None:
    """Also where no address is given."""
    page = f"# Kites\n\n## Web\n\n{SHOWN}{HOLDER}### Look\n\n{MEMBERS}## File\n\n{MIXED}"
    paths, _ = read(page)
    assert paths == ["url", "look", "look.colour", "look.tails", "kite", "colour", "tails"]


def test_members_that_examples_show_go_below_what_another_section_describes() -> None:
    page = f"# Kites\n\n## POST /kites/web\n\n{HOLDER}## Appearance\n\n{MEMBERS}{SHOWN}"
    paths, problems = read(page)
    assert paths == ["url", "look", "look.colour", "look.tails"]
    assert not {"look", "look.colour"} & set(problems)


def test_a_structure_below_a_later_call_belongs_to_what_holds_it() -> None:
    polled = HEADER + "| id | string | Yes | a |\n\n"
    page = f"# Kites\n\n## POST /kites\n\n{HOLDER}## GET /kites/{{id}}\n\n{polled}## Look\n\n{MEMBERS}"
    assert read(page)[0] == ["url", "look", "look.colour", "look.tails"]


def test_rows_of_a_mixed_table_that_examples_nest_are_flagged() -> None:
    page = f"# Kites\n\n## Web\n\n{SHOWN}{HOLDER}## File\n\n{MIXED}"
    paths, problems = read(page)
    assert paths == ["url", "look", "kite", "colour", "tails"]
    told = 'examples may show it below "look", which stands in another section'
    assert told in problems["colour"]
    assert told in problems["tails"]


@pytest.mark.parametrize(("title", "paths"), [("Options", ["colour", "tails"]), ("Look", ["look", "look.colour"])])
def test_a_heading_that_speaks_of_what_only_another_call_has_is_flagged(title: str, paths: list[str]) -> None:
    held = HOLDER.replace("look", title.lower())
    page = f"# Kites\n\n## POST /kites/web\n\n{held}## POST /kites/file\n\n### {title}\n\n{MEMBERS}"
    found, problems = read(page)
    assert set(paths) < set(found)
    told = f'the heading speaks of "{title.lower()}", which only another call has'
    assert problems["colour"] == problems["tails"] == told


def test_sections_that_fill_one_parameter_with_the_same_names_are_two_requests() -> None:
    shared = (
        f"## Common request\n\n{HEADER}| task | string | Yes | a |\n| input | object | Yes | What it takes |\n\n"
    )
    names = "**Parameters**:\n- `wish` (required): a\n- `wind`: b\n\n"
    one = f'## One\n\n```json\n{{"task": "fly", "input": {{"wish": "a", "wind": 3}}}}\n```\n\n{names}'
    page = f"# Kites\n\n{shared}{one}{one.replace('One', 'Two')}"
    paths, problems = read(page)
    assert paths.count("input.wish") == 2
    assert not any("has a row already" in told for told in problems.values())
