"""Members of an object that a table's cell lists, and other small things that cells of descriptions say."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

_HEAD = "# Boats\n\n## POST /v1/boats\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n"


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(report(adopt(page, "page.md").reading))
    return found


def read(page: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found_in(page)["parameters"]}


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        (
            "array[Sailor]",
            'Who sails. Each one is an object:<br>- `role`: "cook" or "mate"<br>- `age`: integer, how old',
        ),
        ("array of objects", "Who sails, with fields:<br>* `role` (`cook`, `mate`)<br>* `age` (integer): How old"),
        (
            "object[]",
            "Who sails. Contains:<br/>• **role** (string): `cook` or `mate`<br/>• **age** (int): How old",
        ),
        ("array<object>", "船员。每个元素包含：<br>- `role`: string，`cook` 或 `mate`<br>- `age`: integer 年龄"),
        (
            "object[]",
            "Who sails; its properties:<br />1. `role` - `cook` or `mate`<br />2. `age` - integer, how old",
        ),
    ],
)
def test_members_that_a_cell_lists_are_read(kind: str, about: str) -> None:
    found = read(f"{_HEAD}| crew | {kind} | yes | {about} |\n| wood | string | no | What of |\n")
    assert list(found) == ["crew", "wood"]
    members = found["crew"]["items"]["properties"]
    assert list(members) == ["role", "age"]
    assert members["age"].get("type", "integer") == "integer"
    assert "role" not in found["crew"].get("description", "")


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("object", "How to choose:<br>- `auto`: the crew decides<br>- `none`: nobody does"),
        ("string", "Who sails, each of these fields:<br>- `cook`: in the galley<br>- `mate`: on deck"),
        ("object or string", "With fields:<br>- `role`: what<br>- `age`: how old"),
        ("object", "With fields:<br>- `role`: what<br>- nothing else"),
    ],
)
def test_lists_in_cells_that_may_be_something_else_are_no_members(kind: str, about: str) -> None:
    found = read(f"{_HEAD}| crew | {kind} | yes | {about} |\n| wood | string | no | What of |\n")
    assert list(found) == ["crew", "wood"]
    assert not found["crew"].get("properties")


def test_members_that_the_table_has_itself_are_read_once() -> None:
    page = f"{_HEAD}| crew | object | yes | With fields:<br>- `role`: what<br>- `age`: how old |\n"
    found = read(f"{page}| crew.role | string | yes | What |\n| crew.age | integer | no | How old |\n")
    assert {name: one["type"] for name, one in found["crew"]["properties"].items()} == {
        "role": "string",
        "age": "integer",
    }


@pytest.mark.parametrize("title", ["说明 & 注意事项", "Description & hints", "Description + hints", "说明、提示"])
def test_a_column_of_two_things_is_the_one_that_is_known(title: str) -> None:
    page = (
        f"# Boats\n\n## POST /v1/boats\n\n| Name | Type | Required | {title} |\n|---|---|---|---|\n"
        "| wood | string | yes | What of |\n| masts | integer | no | How many |\n"
    )
    told = found_in(page)
    assert [one["description"] for one in told["parameters"]] == ["What of", "How many"]
    assert not told["flags"]


def _field(name: str, kind: str, about: str, path: str = "?sail=3") -> str:
    return (
        f'{{% swagger path="{path}" method="get" summary="Boats" %}}\n\n'
        f'{{% swagger-parameter in="query" name="{name}" type="{kind}" %}}\n{about}\n'
        "{% endswagger-parameter %}\n\n"
        '{% swagger-response status="200" description="" %}\nok\n{% endswagger-response %}\n{% endswagger %}\n\n'
    )


def test_values_may_stand_between_doubled_bars() -> None:
    page = "# Boats\n\n" + _field("rig", "string", "sloop || ketch || wood") + _field("wood", "string", "What of")
    assert read(page)["rig"]["enum"] == ["sloop", "ketch", "wood"]


def test_a_field_without_a_name_has_that_of_the_address_it_is_shown_with() -> None:
    page = "# Boats\n\n" + _field("", "integer", "How many", "?sails=3") + _field("wood", "string", "What of")
    assert list(read(page)) == ["sails", "wood"]


def test_numbers_out_of_order_without_blanks_are_one_value() -> None:
    page = (
        "# Boats\n\n" + _field("trim", "string", "100,20,200,111") + _field("rig", "string", "sloop,ketch,yawl-1")
    )
    found = read(page)
    assert "enum" not in found["trim"]
    assert found["rig"]["enum"] == ["sloop", "ketch", "yawl-1"]


@pytest.mark.parametrize(
    "about",
    ["0 calm || -50 dark || 50 light", "-50: dark | 0: calm | 50: light", "0 - calm; 50 - light; -50 - dark"],
)
def test_points_that_are_explained_are_flagged_where_nothing_else_bounds_the_number(about: str) -> None:
    told = found_in("# Boats\n\n" + _field("sky", "integer", about) + _field("wood", "string", "What of"))
    sky = next(one for one in told["parameters"] if one["name"] == "sky")
    flagged = any(flag["parameter"] == "sky" for flag in told["flags"])
    assert flagged or sky.get("enum") or "minimum" in sky


@pytest.mark.parametrize(
    "item",
    [
        "One of `plan` *(a drawing's id)* or `plan_url` *(its address)*.",
        "Either `plan` or `plan_url`: What it is built by",
        "Exactly one of `plan`, or `plan_url`",
    ],
)
def test_an_item_may_name_parameters_of_which_one_is_sent(item: str) -> None:
    page = (
        "# Boats\n\n## Build one\n\n```bash\ncurl -X POST https://boats.example/v1/build "
        '-d \'{"wood": "oak", "plan": "p1", "masts": 3}\'\n```\n\n'
        f"**Required inputs**\n- `wood`: e.g. `oak`\n- {item}\n\n"
        "**Optional inputs**\n- `masts`: How many\n- `wood`: What of\n"
    )
    told = found_in(page)
    found = {one["name"]: one for one in told["parameters"]}
    assert {"wood", "plan", "plan_url"} <= set(found)
    for name in ("plan", "plan_url"):
        assert not found[name]["required"]
        assert not found[name].get("enum")
        assert any("condition" in one["problem"] for one in told["flags"] if one["parameter"] == name)
