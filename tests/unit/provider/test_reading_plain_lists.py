"""Lists that give no types, and tables whose cells stand one below the other."""

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


ITEMS = (
    "- `words`: What is drawn (required)\n"
    "- `grain`: How rough it is. Default: 3.\n"
    '- `tongue`: The language (optional, defaults to "en")\n'
    "- `face`: The typeface. Default: Serif.\n"
    "- `edge`: How the rim looks (`soft`, `hard`). Default: `soft`.\n"
)
ANNOUNCED = (
    "## Query Parameters\n\n",
    "## Draw\n\nForm parameters:\n",
    "## Draw\n\nThe endpoint accepts the following parameters:\n\n",
    "## Draw\n\n### Request\n\n",
    "## 请求参数说明\n\n",
    "## Parameters for drawing\n\n",
    "## Paramètres\n\n",
)


@pytest.mark.parametrize("title", ANNOUNCED)
def test_an_announced_list_is_read_and_each_row_without_a_type_is_flagged(title: str) -> None:
    page = f"# Prints\n\n{title}{ITEMS}"
    found = read(page)
    assert list(found) == ["words", "grain", "tongue", "face", "edge"]
    assert [one["required"] for one in found.values()] == [True, False, False, False, False]
    assert [one.get("default") for one in found.values()] == [None, 3, "en", "Serif", "soft"]
    assert found["edge"]["enum"] == ["soft", "hard"]
    flagged = {flag["parameter"] for flag in found_in(page)["flags"]}
    # What is shown beyond doubt is told of the whole list at once.
    flagged |= {one.partition(" ")[0] for flag in found_in(page)["flags"] for one in flag["candidates"]}
    assert flagged >= {"words", "grain", "tongue", "face", "edge"}


@pytest.mark.parametrize("part", [" - ", " – ", " — ", ": ", " -> ", "： "])
def test_any_sign_may_part_a_name_from_its_words(part: str) -> None:
    page = f"# Prints\n\n## Parameters\n\n- `words`{part}What is drawn\n- `grain`{part}How rough it is\n"
    assert list(read(page)) == ["words", "grain"]


@pytest.mark.parametrize("item", ["**{}**: ", "**`{}`**: ", "{}: ", "`{}`* - ", "__{}__: "])
def test_names_may_be_set_apart_in_any_way_or_not_at_all(item: str) -> None:
    page = (
        f"# Prints\n\n## Body parameters\n\n- {item.format('words')}What is drawn\n- {item.format('grain')}How\n"
    )
    assert list(read(page)) == ["words", "grain"]


def test_a_title_may_stand_before_the_name() -> None:
    page = "# Prints\n\n## Parameters\n\n- **Words** (`words`): What is drawn\n- **Paper grain** (`grain`): How\n"
    assert list(read(page)) == ["words", "grain"]


def test_brackets_at_the_end_may_say_the_type() -> None:
    items = "- words: What is drawn (string, required)\n- grain: How rough (integer, optional)\n"
    page = f"# Prints\n\n## Parameters\n\n{items}"
    found = read(page)
    assert [(one["type"], one["required"]) for one in found.values()] == [("string", True), ("integer", False)]
    assert found_in(page)["flags"] == []


def test_an_example_of_a_request_announces_its_names() -> None:
    shown = '\n```bash\ncurl -X POST https://prints.test/draw -d \'{"words": "sea", "grain": 3}\'\n```\n'
    page = "# Prints\n\n## Draw\n\n- `words`: What is drawn\n- `grain`: How rough it is\n"
    assert list(read(page + shown)) == ["words", "grain"]
    assert read(page) == {}


@pytest.mark.parametrize(
    "page",
    [
        "## Supported input formats\n\n- `png`: A picture\n- `wav`: A sound\n",
        "## Response fields\n\n- `id`: Which\n- `url`: Where\n",
        "## Parameters\n\nThe response has these fields:\n\n- `id`: Which\n- `url`: Where\n",
        "## Parameters not yet supported\n\n- `tilt`: A slant\n- `bleed`: A rim\n",
        "## The `edge` parameter\n\n- `soft`: Blurred\n- `hard`: Sharp\n",
        "## Request\n\n- **Method**: POST\n- **URL**: https://prints.test/draw\n",
        "## Parameters\n\n- `words`\n- `grain`\n",
        "## Parameters\n\n`edge` takes one of two:\n\n- `soft`: Blurred\n- `hard`: Sharp\n",
        "## Tips\n\n- `grain`: Little gives a smooth print\n- `words`: Few are better\n",
    ],
)
def test_other_lists_are_no_parameters(page: str) -> None:
    assert read(f"# Prints\n\n{page}") == {}


def test_a_list_below_a_table_explains_it() -> None:
    header = "| Parameter | Type | Description |\n|---|---|---|\n"
    table = f"{header}| edge | string | The rim |\n| grain | integer | How |\n"
    page = f"# Prints\n\n## Parameters\n\n{table}\n- `soft`: Blurred\n- `hard`: Sharp\n"
    assert list(read(page)) == ["edge", "grain"]
    page = f"# Prints\n\n## Body\n\n{table}\n## Parameters explained\n\n- `edge`: The rim\n- `grain`: How\n"
    assert found_in(page)["flags"] == found_in(f"# Prints\n\n## Body\n\n{table}")["flags"]


HEADER = ["Parameter", "Type", "Required", "Default", "Range", "Description"]
ROWS = [
    ["words", "string", "Yes", "\\-", "\\-", "What is drawn"],
    ["grain", "integer", "No", "3", "1 ~ 9", "How rough it is"],
    ["edge\\_kind", "string", "No", "soft", "soft, hard", "The rim"],
]


@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_cells_one_below_the_other_are_a_table(between: str) -> None:
    page = "# Prints\n\n## Request parameters\n\n" + between.join(sum(ROWS, HEADER)) + "\n\n## Answer\n\ntext\n"
    found = read(page)
    assert list(found) == ["words", "grain", "edge_kind"]
    assert [one["required"] for one in found.values()] == [True, False, False]
    assert (found["grain"]["default"], found["grain"]["minimum"], found["grain"]["maximum"]) == (3, 1, 9)
    assert found["edge_kind"]["enum"] == ["soft", "hard"]
    assert found_in(page)["flags"] == []


def test_a_description_of_stacked_cells_may_have_several_lines() -> None:
    rows = [["words", "string", "Yes", "What is drawn.", "It may be long."], ["grain", "integer", "No", "How"]]
    page = "# Prints\n\n## Parameters\n\n" + "\n\n".join(sum(rows, ["Name", "Type", "Required", "Description"]))
    found = read(page)
    assert [(name, one["type"]) for name, one in found.items()] == [("words", "string"), ("grain", "integer")]


def test_stacked_cells_of_an_answer_are_no_parameters() -> None:
    cells = ["Parameter", "Type", "Description", "id", "string", "Which", "state", "string", "How far"]
    page = "# Prints\n\n## Request parameters\n\n" + "\n\n".join(sum(ROWS, HEADER))
    page += "\n\n## Response parameters\n\n" + "\n\n".join(cells)
    assert list(read(page)) == ["words", "grain", "edge_kind"]


@pytest.mark.parametrize("mark", ["", "🟠 ", "▪️ "])
def test_paragraphs_that_begin_with_a_name_below_a_heading_of_parameters(mark: str) -> None:
    page = f"""\
# Prints

## Request parameters

{mark}**words**: What is drawn.<br>

`-d "words=a leaf"`

{mark}**edge**: How the rim looks. Options:

- **soft**: no line
- **hard**: a line

```
grain=3
```

{mark}**grain**: How rough it is. Should be between 1 and 9.
"""
    found = read(page)
    assert list(found) == ["words", "edge", "grain"]
    assert found["edge"]["enum"] == ["soft", "hard"]
    assert (found["grain"]["minimum"], found["grain"]["maximum"]) == (1, 9)
    assert "enum" not in found["words"]


def test_paragraphs_that_begin_with_a_name_elsewhere_are_no_parameters() -> None:
    page = "# Prints\n\n| Parameter | Type |\n| --- | --- |\n| words | string |\n\n"
    page += "## Answer\n\n**state**: How far.\n\n**url**: Where.\n"
    assert list(read(page)) == ["words"]


def test_a_title_with_its_name_behind_it_in_bold() -> None:
    page = (
        "# Prints\n\n## Parameters\n\n- **Text (text):** What is drawn.\n- **Edge kind (edge_kind):** The rim.\n"
    )
    assert list(read(page)) == ["text", "edge_kind"]


def test_types_alone_behind_a_colon_with_members_named_like_facts() -> None:
    page = """\
# Prints

## Parameters

- grain: number
- most: number
- parts: array (vector of objects)
    - type: String (only "ink")
    - text: String
    - description: string
"""
    found = read(page)
    assert [found[name]["type"] for name in ("grain", "most", "parts")] == ["number", "number", "array"]
    assert list(found["parts"]["items"]["properties"]) == ["type", "text", "description"]


def test_a_type_below_an_item_is_still_its_own() -> None:
    page = "# Prints\n\n## Parameters\n\n- `grain`\n    - type: integer\n    - default: 3\n"
    page += "- `words`\n    - type: string\n"
    found = read(page)
    assert [(name, one["type"]) for name, one in found.items()] == [("grain", "integer"), ("words", "string")]


TABLE = "# Prints\n\n## Parameters\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n"
PIPED = {
    "How it is stored (png|jpeg|webp)": ["png", "jpeg", "webp"],
    "How it is stored：soft | hard": ["soft", "hard"],
    "An answer (string|null)": None,
    "Such as (a|b)": None,
}


@pytest.mark.parametrize("about", PIPED)
def test_bars_part_values(about: str) -> None:
    told = about.replace("|", "\\|")
    page = TABLE + f"| kind | string | no | {told} |\n"
    assert read(page)["kind"].get("enum") == PIPED[about]


@pytest.mark.parametrize(
    ("about", "value"),
    [
        ("Leave blank to use the default weights.", None),
        ("The way. Defaults to euler.", "euler"),
        ("Uses the default `euler`.", "euler"),
    ],
)
def test_a_noun_behind_the_default_is_no_value(about: str, value: str | None) -> None:
    page = TABLE + f"| way | string | no | {about} |\n"
    assert read(page)["way"].get("default") == value


def test_a_component_with_plain_attributes_before_its_list() -> None:
    page = """\
# Prints

<Endpoint
  method="POST"
  path="/draw"
  headers={[{ name: "Trace", type: "string", required: false }]}
  formFields={[
    { name: "words", type: "string", required: true, description: "What is drawn." },
    { name: "grain", type: "integer", required: false, description: "How rough it is." },
  ]}
/>
"""
    found = read(page)
    assert [(name, one["required"]) for name, one in found.items()] == [("words", True), ("grain", False)]
