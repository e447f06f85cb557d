"""Whole lists of parameters that were missed: headings with titles, lines with notes, calls of like paths."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report


def read(page: str) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Return the parameters in order, and the problems by parameter."""
    found: dict[str, Any] = dict(report(adopt(page, "page.md").reading))
    problems: dict[str, list[str]] = {}
    for flag in found["flags"]:
        problems.setdefault(flag["parameter"], []).append(flag["problem"])
    return found["parameters"], problems


# --- headings with a name in code and a title -----------------------------------------------------------------


@pytest.mark.parametrize(
    "title", ["`{}` : kite-{}", "`{}` – kite {}", "`{}` (kite {})", "Kite {1} (`{0}`)", "`{}`"]
)
@pytest.mark.parametrize(
    "told",
    [
        "`int`\n_Default:_ `{}`\n_Description:_ How many of them.",
        "`int` (0-90)\n\n*Default:* {}\n\nHow many of them.",
        "**Type:** integer\n**Default:** {}\n\nHow many of them.",
        "- Type: int\n- Default: `{}`\n\nHow many of them.",
        "Type: `integer`\nDefault: `{}`",
    ],
)
def test_headings_with_facts_below_are_parameters_whatever_their_examples_look_like(title: str, told: str) -> None:
    parts = [
        f"### {title.format(name, size)}\n\n{told.format(size)}\n\n**example:`{name}_30`**\n\n"
        f"`{name}_30` : `https://kites.example/fly/{name}_30/a.png`\n"
        for name, size in (("tl", 3), ("ln", 40), ("bw", 7))
    ]
    page = "# Address options\n\nPut them into the address.\n\n## Shape\n\n" + "\n".join(parts)
    found, _ = read(page)
    assert [(one["name"], one["type"], one.get("default")) for one in found] == [
        ("tl", "integer", 3),
        ("ln", "integer", 40),
        ("bw", "integer", 7),
    ]


def test_a_heading_that_is_there_twice_is_one_parameter_and_deeper_ones_are_their_own() -> None:
    page = "# Address options\n\n" + "".join(
        f"### `{name}` : a {name}\n\n`int`\n_Default:_ `{size}`\n\n"
        for name, size in (("tl", 3), ("tl", 3), ("ln", 4))
    )
    page += "### `e` : extract\n\n#### `p1` : left-end\n\n#### `p2` : right-end\n\n_Default:_ `null`\n"
    found, _ = read(page)
    assert [one["name"] for one in found] == ["tl", "ln", "e", "p1", "p2"]


# --- lines with a note in brackets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "required"),
    [
        (" (Optional):", False),
        ("(optional):", False),
        (" [optional] –", False),
        (" (integer, optional):", False),
        (" (required):", True),
        ("（必填）：", True),
        (" (Obligatorio):", True),
    ],
)
def test_bare_lines_with_notes_are_parameters(note: str, *, required: bool) -> None:
    page = (
        "Kites\nCut a kite\nRequest\nkind: This field must be set to cut.\n\n"
        f"tails{note} How many tails it has. The default value is 3.\n\n"
        f"length{note} How long they are. The default value is 40.\n"
        f"border{note} Around it. The default value is 2.\n\n"
        "Response\ntask_id: What was begun.\nstate (Optional): How far it is.\n\nExample\nRequest:\n\n"
        "curl -X POST 'https://api.kites.example/cut' \\\n-d '{\"kind\": \"cut\"}'\n"
    )
    found, _ = read(page)
    assert [(one["name"], one.get("default")) for one in found] == [
        ("kind", None),
        ("tails", 3),
        ("length", 40),
        ("border", 2),
    ]
    assert all(one["required"] is required for one in found[1:])


def test_a_sentence_behind_the_word_type_makes_no_parameter_of_the_title_above() -> None:
    page = "Cut\nRequest\ntype: This field must be set to cut_kite.\n\nlength: How long it is.\n"
    assert [entry.path for entry in adopt(page, "page.md").reading.entries] == []


# --- calls whose addresses end alike --------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["/wait/{job_id}", "/jobs/<id>", "/kites/:id"])
def test_an_address_that_ends_in_a_place_for_an_id_is_not_every_other(other: str) -> None:
    page = (
        "# Kites\n\n## Begin\n\n**POST** `/begin`\n\n**Request Body:**\n"
        '```json\n{"wish": "red", "tails": 3}\n```\n\n'
        f"## Wait\n\n**POST** `{other}`\n\n**Parameters:**\n- `key` (string, required): yours\n"
        "- `timeout` (integer, optional): in seconds\n"
    )
    found, problems = read(page)
    assert {one["name"] for one in found} == {"key", "timeout", "wish", "tails"}
    assert problems["wish"]
    assert problems["tails"]


# --- what is no API -------------------------------------------------------------------------------------------


def test_settings_with_notes_are_no_parameters_of_a_request() -> None:
    page = (
        "# kite-server\n\nPut a file beside the program:\n\n```yaml\nport: 8080\nhost: a.example\n```\n\n"
        "port (optional): Where it listens. The default value is 8080.\n\nhost (optional): The host to bind.\n\n"
        "path (required): Where kites are stored.\n"
    )
    assert adopt(page, "page.md").reading.entries == ()


PROGRAM = "# kite\n\n```bash\nnpm install kite\n```\n\n"
COLUMNS = "| Column | Type | Nullable | Default | Description |\n|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    "page",
    [
        PROGRAM + "".join(f"### `{name}` : do {name}\n\nDoes it.\n\n" for name in ("build", "clean", "push")),
        PROGRAM + "## Options\n\n- `--tails N` (integer, default: 3): How many.\n- `color` (string): The color.\n",
        PROGRAM + "## Props\n\n### `tails`\n\nType: `number`\nDefault: `3`\n\n### `color`\n\nType: `string`\n",
        PROGRAM
        + "## Settings\n\n| Name | Type | Default | Description |\n|---|---|---|---|\n| port | int | 80 | a |\n",
        "# Tables\n\n## `kites`\n\n"
        + COLUMNS
        + "| id | integer | no | - | primary key |\n| color | varchar(20) | yes | 'red' | its |\n",
        "# Changes\n\n## 2.1.0\n\n- `tails`: now an integer (was a string)\n- `border` (optional): removed\n",
    ],
    ids=["commands", "options", "props", "settings", "columns", "changes"],
)
def test_what_a_program_or_a_database_has_are_no_parameters(page: str) -> None:
    assert adopt(page, "page.md").reading.entries == ()


@pytest.mark.parametrize("word", ["POST /v1/kites", "Send a request.", "curl -d x", "An API key is needed."])
def test_a_library_that_calls_has_parameters(word: str) -> None:
    table = "| Name | Type | Default | Description |\n|---|---|---|---|\n| tails | int | 3 | a |\n"
    page = f"{PROGRAM}{word}\n\n## Parameters\n\n{table}"
    assert [entry.path for entry in adopt(page, "page.md").reading.entries] == ["tails"]


# --- what a file sets up --------------------------------------------------------------------------------------

CALL = """```bash
curl -X POST https://kites.example/v1/cut -d '{"wish": "red", "tails": 3}'
```
"""
SET_UP = "| Name | Description |\n|---|---|\n| `port` | Where it listens |\n| `tails` | How many (default: 3) |\n"


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Configuration", "The service is configured through the `config.json` file:"),
        ("Server settings", "Edit kite.yaml:"),
        ("环境变量配置", "编辑 `.env` 文件："),
        ("Configuración", "Se lee de `conf/kite.toml`."),
    ],
)
def test_what_a_file_sets_up_is_no_parameter_of_a_call(title: str, line: str) -> None:
    page = f"# Kites\n\n## {title}\n\n{line}\n\n### Parameters\n\n{SET_UP}\n## Use\n\n### Cut a kite\n\n{CALL}"
    found, problems = read(page)
    assert [one["name"] for one in found] == ["wish", "tails"]
    assert any("what a file sets up" in one for one in problems[""])


@pytest.mark.parametrize(
    "line", ["Send `kite.png` as a file.", "The answer is a picture, `https://a.example/b.yaml`."]
)
def test_a_file_that_is_sent_sets_nothing_up(line: str) -> None:
    page = f"# Kites\n\n## Configuration\n\n{line}\n\n### Parameters\n\n{SET_UP}\n## Use\n\n{CALL}"
    assert {one["name"] for one in read(page)[0]} >= {"port", "tails"}


def test_a_body_of_an_address_alone_is_sent() -> None:
    page = '# Kites\n\n## Cut\n\n```bash\ncurl -X POST https://kites.example/v1/cut -d \'{"url": "https://a.example/b"}\'\n```\n'
    assert [one["name"] for one in read(page)[0]] == ["url"]


@pytest.mark.parametrize(
    ("title", "name"), [("Response Format", "response_format"), ("Output type", "outputType")]
)
def test_a_title_that_is_the_name_of_a_row_says_nothing_of_answers(title: str, name: str) -> None:
    head = "| Parameter | Type | Description |\n|---|---|---|\n"
    page = (
        f"# Draw\n\n## Parameters\n\n{head}| wish | string | a |\n\n## {title}\n\n{head}| {name} | string | b |\n"
    )
    assert [one["name"] for one in read(page)[0]] == ["wish", name]


def test_a_table_below_a_word_for_answers_stays_one() -> None:
    head = "| Parameter | Type | Description |\n|---|---|---|\n"
    page = (
        f"# Draw\n\n## Parameters\n\n{head}| wish | string | a |\n\n## Response\n\n{head}| state | string | b |\n"
    )
    assert [one["name"] for one in read(page)[0]] == ["wish"]


# --- tables without outer pipes, with lists in their cells ----------------------------------------------------

OPEN = "Name| Type| Required| Description\n---|---|---|---\n"
KITES = f"# Kites\n\n## Parameters\n\n{OPEN}wish| string| yes| What to draw.\n"


def test_lists_in_the_last_cells_of_a_table_do_not_end_it() -> None:
    page = (
        f"{KITES}shape| string| no| The shape:\n  * box: Has corners.\n\n\n  * delta: (default) Has wings.\n\n\n"
        "  * sled: Has none.\n\n  \ntails| integer| no| How many, 1-5.\n  * 1 is few.\n\n  * 5 is many.\n\n  \n"
        "span| number| no| How wide.\n\n## Response\n\nName| Type| Description\n---|---|---\nstate| string| a\n"
    )
    found, _ = read(page)
    assert [(one["name"], one["type"]) for one in found] == [
        ("wish", "string"),
        ("shape", "string"),
        ("tails", "integer"),
        ("span", "number"),
    ]
    assert (found[1]["enum"], found[1]["default"]) == (["box", "delta", "sled"], "delta")


@pytest.mark.parametrize(
    "between", ["Other words.\n\n", "- one\n- two\n\n## More\n\n", "* a\n\n```\nb\n```\n\n", f"* a\n\n{OPEN}"]
)
def test_what_else_stands_behind_a_table_ends_it(between: str) -> None:
    found, _ = read(f"{KITES}\n{between}when| done| soon| or never\n")
    assert {one["name"]: one.get("description", "")[:13] for one in found}["wish"] == "What to draw."


@pytest.mark.parametrize("joined", ["`masts` / `sails`", "`masts`, `sails`", "`masts` and `sails`"])
def test_names_of_one_item_are_each_sent_by_the_example(joined: str) -> None:
    page = (
        "# Boats\n\n## Build one\n\n```bash\ncurl -X POST https://boats.example/v1/build "
        '-d \'{"wood": "oak", "masts": 3, "sails": 2}\'\n```\n\n'
        f"**Levers of the builder**\n- `wood`: What it is made of.\n- {joined}: How many of each.\n"
    )
    assert {"wood", "masts", "sails"} <= {one["name"] for one in read(page)[0]}
