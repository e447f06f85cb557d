"""Members of an array's items, below titles that speak of items; and examples that show one item alone."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report

REQUEST = (
    "# Prints\n\n## Make one\n\n`POST /prints`\n\n### Options\n\n| Option | Type | Description |\n|---|---|---|\n"
    "| `edge` | string | The rim |\n| `layers` | array | Required. {} |\n\n"
)
MEMBERS = "| Field | Type | Required | Description |\n|---|---|---|---|\n| `{}` | string | yes | What it is |\n\n"
ITEMS = f"{MEMBERS.format('kind')[:-1]}| `depth` | integer | no | How deep |\n\n"


def found_in(page: str) -> dict[str, Any]:
    found: dict[str, Any] = report(adopt(page, "page.md").reading)
    return found


def paths(page: str) -> list[str]:
    found: list[str] = []
    for one in found_in(page)["parameters"]:
        found.append(one["path"])
        found += [inner["path"] for inner in one.get("items", {}).get("properties", {}).values()]
    return found


@pytest.mark.parametrize(
    "title",
    [
        "Layer Item Options",
        "Layers items",
        "Each layer object",
        "Layer entry fields",
        "Elements of the layers",
        "`layers[]` entries",
        "Fields of the layers array",
        "Entries in `layers`",
        "Elementos de layers",
        "Элементы в layers",
        "layers 数组元素字段",
        "layers の要素",
    ],
)
def test_a_title_over_items_puts_rows_below_the_array(title: str) -> None:
    page = f"{REQUEST.format('What is printed')}### {title}\n\n{MEMBERS.format('kind')}"
    assert paths(page) == ["edge", "layers", "layers[].kind"]


@pytest.mark.parametrize("title", ["Layer item types", "Layer Item Options"])
def test_kinds_of_items_below_such_a_title_are_items_as_well(title: str) -> None:
    page = (
        f"{REQUEST.format('Array of ink/foil layers')}### {title}\n\nAll of them have:\n"
        "- `kind`: Ink or foil (required)\n\n"
        '**Ink (`kind: "ink"`)**\n- `tone`: Its colour (required)\n- `depth`: How deep\n\n'
        '**Foil (`kind: "foil"`)**\n- `shine`: How bright (required)\n- `depth`: How thick\n\n'
    )
    assert paths(page) == ["edge", "layers", *(f"layers[].{name}" for name in ("kind", "tone", "depth", "shine"))]
    again = [flag for flag in found_in(page)["flags"] if "has a row already" in flag["problem"]]
    assert [flag["parameter"] for flag in again] == ["layers[].depth"]


def test_words_that_look_like_values_are_no_values_of_objects() -> None:
    row = "| `layers` | array | Required. Its objects | `ink`, `foil` |\n"
    page = (
        "# Prints\n\n## Make one\n\n### Options\n\n| Option | Type | Description | Values |\n|---|---|---|---|\n"
        f"{row}\n### Layer items\n\n{MEMBERS.format('kind')}"
    )
    assert "enum" not in found_in(page)["parameters"][0]["items"]


@pytest.mark.parametrize(
    ("title", "held"),
    [("Layer items returned", "tone"), ("Answer", "tone"), ("Printer items", "tone"), ("Edge items", "tone")],
)
def test_other_titles_put_nothing_below_an_array(title: str, held: str) -> None:
    page = f"{REQUEST.format('What is printed')}### {title}\n\n{MEMBERS.format(held)}"
    assert f"layers[].{held}" not in paths(page)


WHOLE = '```json\n{"edge": "soft", "layers": [{"kind": "ink", "depth": 2}, {"kind": "foil", "shine": 3}]}\n```\n\n'


@pytest.mark.parametrize(
    "alone",
    [
        '{"kind": "ink", "depth": 4}',
        '{"kind": "foil", "shine": 1, "depth": 2}',
        'layer = {"kind": "ink", "depth": 1}',
    ],
)
def test_an_example_of_one_item_alone_speaks_for_its_place(alone: str) -> None:
    page = f"{REQUEST.format('What is printed')}{WHOLE}### Ink\n\n```json\n{alone}\n```\n\n{ITEMS}"
    assert paths(page) == ["edge", "layers", "layers[].kind", "layers[].depth"]


@pytest.mark.parametrize(
    "body", ['{"kind": "ink", "depth": 4, "edge": "soft"}', '{"edge": "soft", "kind": "ink"}']
)
def test_a_body_with_names_of_its_own_is_no_item(body: str) -> None:
    page = f"{REQUEST.format('What is printed')}{WHOLE}### Plain\n\n{ITEMS}```json\n{body}\n```\n"
    assert "layers[].kind" not in paths(page)


def test_values_that_examples_give_are_values_though_names_are_spelled_so() -> None:
    page = (
        "# Prints\n\n## Parameters\n\n- `kind`: What it is, an `ink` or `text` layer\n"
        "- `text`: What is written\n\n"
        '```json\n{"kind": "ink"}\n```\n\n```json\n{"kind": "text", "text": "a"}\n```\n'
    )
    assert found_in(page)["parameters"][0]["enum"] == ["ink", "text"]
