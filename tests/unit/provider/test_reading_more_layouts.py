"""Layouts met late: bodies inside programs, words of other languages, tables a browser copied, named headings."""

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


@pytest.mark.parametrize(
    ("title", "need", "may"),
    [
        ("Parâmetros da Requisição (JSON)", "obrigatório", "opcional"),
        ("Parámetros de la petición", "requerido", "opcional"),
        ("Paramètres de la requête", "obligatoire", "facultatif"),
        ("Parametri della richiesta", "obbligatorio", "facoltativo"),
        ("Параметры запроса", "обязательный", "необязательный"),
        ("Parameter der Anfrage", "erforderlich", "optional"),
    ],
)
def test_brackets_say_in_many_languages_what_has_to_be_given(title: str, need: str, may: str) -> None:
    bare = read(f"# Kites\n\n## {title}\n\n* `kite` ({need}): The kite\n* `tail` ({may}): Its tail\n")
    typed = read(
        f"# Kites\n\n## {title}\n\n* `kite` (string, {need}): The kite\n* `tail` (int, {may}): Its tail\n"
    )
    for found in (bare, typed):
        assert [found["kite"]["required"], found["tail"]["required"]] == [True, False]
        assert not any("enum" in one for one in found.values())
    assert [typed["kite"]["type"], typed["tail"]["type"]] == ["string", "integer"]


@pytest.mark.parametrize(
    "said", ["Solo acepta los valores `3` o `7`", "Può essere `3` o `7`", "Só aceita `3` ou `7`"]
)
def test_values_are_listed_in_romance_languages(said: str) -> None:
    kite, tail = "- `kite` (string, requerido): La cometa", f"- `tail` (int, requerido): La cola. {said}"
    page = f"# Kites\n\n## Parámetros\n\n{kite}\n{tail}\n"
    assert read(page)["tail"]["enum"] == [3, 7]


def test_variables_of_an_environment_are_no_parameters() -> None:
    page = (
        "# Kites\n\n## Parámetros\n\n- `kite` (string, requerido): La cometa\n\n## Variables\n\n"
        "| Variable | Descripción | Requerido |\n|---|---|---|\n"
        "| `KITE_KEY` | La clave | Sí |\n| `PORT` | El puerto | No |\n"
    )
    assert list(read(page)) == ["kite"]


PROGRAM = """\
# Kites

## Fly a kite

```python
import requests

# Where the kites are
headers = {
    "Content-Type": "application/json",  # plain JSON
}

payload = {
    # 【kite】(string, 必需) Which kite
    # 可选值: "box"(with sides) / "delta"(a triangle) /
    #         "sled"(no sticks)
    "kite": "delta",

    # 【tail】(integer, 可选) How long its tail is
    # 取值范围: 2~40
    "tail": 8,

    # 【pull】(number, 可选) How hard it pulls
    "pull": 1,
}
requests.post("https://kites.example/fly", headers=headers, json=payload)
```
"""


def test_a_body_that_a_program_names_is_read_with_what_its_remarks_say() -> None:
    found = read(PROGRAM)
    assert list(found) == ["kite", "tail", "pull"]
    assert [one["required"] for one in found.values()] == [True, False, False]
    assert [one["type"] for one in found.values()] == ["string", "integer", "number"]
    assert found["kite"]["enum"] == ["box", "delta", "sled"]
    assert (found["tail"]["minimum"], found["tail"]["maximum"]) == (2, 40)


@pytest.mark.parametrize("may", ["optional", "opcional", "可选"])
def test_a_title_that_may_be_skipped_is_no_parameter(may: str) -> None:
    page = f"# Kites\n\n## Parameters\n\n- `kite` (string): The kite\n\n### Strings ({may})\n\nBring strings.\n"
    assert list(read(page)) == ["kite"]


COPIED = """\
Kites

Fly a kite
GET https://kites.example/fly

Parameters:

Parameter\tRequired\tDescription\tDefault
kite\tYes\tWhich kite to fly\t
tail\tNo\tHow long its tail is\t8
Return: a film of the kite

Limit: one kite each minute

Mend a kite
POST https://kites.example/mend

Parameter\tDescription\tNotes
kite\tWhich kite to mend\tRequired.
glue / paste\tWhat to mend it with\tOptional, default flour.
tail\tHow long its tail is to be\tOptional. Options: short, long.
Return: the kite
"""


def test_tables_a_browser_copied_end_where_text_goes_on_and_need_no_column_of_types() -> None:
    reading = adopt(COPIED, "page.md").reading
    rows = [(one.name, one.row.where.line) for one in reading.entries]
    assert rows == [("kite", 9), ("tail", 10), ("kite", 19), ("glue", 20), ("paste", 20), ("tail", 21)]
    told = found_in(COPIED)["parameters"]
    assert [one["required"] for one in told] == [True, False, True, False, False, False]
    assert told[1]["default"] == 8
    assert told[3]["default"] == "flour"
    assert told[5]["enum"] == ["short", "long"]
    titles = {heading.cell.text for group in reading.groups("parameters") for heading in group.headings}
    assert titles >= {"Fly a kite", "Mend a kite"}


@pytest.mark.parametrize(
    "mark",
    ["`&{}=`", "`?{}`", "(`&{}`)", '<Badge type="tip" text="&{}=" />', '<Tag label="{}=" />', "`{}=`"],
)
def test_headings_that_show_a_part_of_an_address_are_parameters(mark: str) -> None:
    page = (
        "# Kites\n\nFly them.\n\n"
        f"## Tail {mark.format('tl')}\n\nHow long it is. Use values between `2` and `40`.\n\n"
        '```html\n<img src="/k?tl=3">\n```\n\n'
        f"## Kind {mark.format('kind')}\n\nWhat it looks like. Accepts `box`, `delta` or `sled`.\n\n"
        "## Thanks\n\nTo all who fly.\n"
    )
    found = read(page)
    assert list(found) == ["tl", "kind"]
    assert (found["tl"]["minimum"], found["tl"]["maximum"]) == (2, 40)
    assert found["kind"]["enum"] == ["box", "delta", "sled"]


def test_what_stands_below_the_heading_of_a_parameter_describes_it_but_pictures() -> None:
    page = (
        "# Kites\n\n## Tail `&tl=`\n\nHow long it is.\n\n![[A kite](/k.jpg)](/k?tl=3w)\n\n"
        "### In wind\n\nShorter.\n\n"
        "| Wind | Tail |\n|---|---|\n| 3 | 9 |\n\n## Kind `&kind=`\n\nWhat it looks like.\n\n# Thanks\n\nTo all.\n"
    )
    found = read(page)
    assert list(found) == ["tl", "kind"]
    assert found["tl"]["description"] == "How long it is. In wind Shorter."
    assert "type" not in found["tl"]
    tables = [group for group, _ in adopt(page, "page.md").reading.roles if group.form == "table"]
    assert [group.rows[0].cells[0].text for group in tables] == ["3"]


def test_headings_of_code_without_the_signs_of_an_address_are_left_alone() -> None:
    page = "# Kites\n\n## Flying with `kite`\n\nHold it.\n\n## Landing with `land`\n\nLet go.\n"
    assert read(page) == {}


def test_lines_that_lost_the_marks_of_headings_are_parameters_and_members() -> None:
    page = (
        "# Kites\n\n### kite [string]\nWhich kite.\n\n### strings [object]\nWhat holds it.\n"
        "    length [integer] [required]\n    How long they are.\n\ntail [number]\nIts tail. default: 8\n\n"
        "### colour [string]\nIts colour: [red] [blue]\n"
    )
    found = read(page)
    assert list(found) == ["kite", "strings", "tail", "colour"]
    inner = found["strings"]["properties"]["length"]
    assert (inner["type"], inner["required"]) == ("integer", True)
    assert (found["tail"]["type"], found["tail"]["default"]) == ("number", 8)
    assert found["colour"]["enum"] == ["red", "blue"]


def test_what_a_value_does_beyond_a_number_is_no_limit() -> None:
    said = "A pull greater than 1 will lift the kite, while a pull less than 1 will drop it."
    page = f"# Kites\n\n## Parameters\n\n- `pull` (number): {said}\n- `tail` (number): Must be greater than 1.\n"
    found = read(page)
    assert not {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"} & set(found["pull"])
    assert found["tail"]["exclusiveMinimum"] == 1


TABLE = "# Kites\n\n## Parameters\n\n| Name | Type | Description |\n|---|---|---|\n"


@pytest.mark.parametrize("said", [">1 enables the wind", ">1でwindを有効化", "> 1时启用", ">1 = windy"])
def test_a_sign_before_what_happens_is_no_limit(said: str) -> None:
    found = read(f"{TABLE}| pull | float | Pull ({said}) |\n")
    assert not {"minimum", "exclusiveMinimum"} & set(found["pull"])


def test_labelled_items_below_the_following_things_are_the_values() -> None:
    kinds = "<ul><li>box - Has sides.</li><li>sled - Has no sticks.</li></ul>"
    found = read(
        f"{TABLE}| kind | string | Filter by the following kinds:{kinds} |\n"
        "| wind | string | The following are the possible options:<ul><li>calm - No wind at all.</li></ul> |\n"
        "| tail | string | Tied in the following ways:<ul><li>bows</li></ul> |\n"
    )
    assert found["kind"]["enum"] == ["box", "sled"]
    assert found["wind"]["enum"] == ["calm"]
    assert "enum" not in found["tail"]


def test_values_below_an_item_may_be_in_italics_like_its_name() -> None:
    page = (
        "# Kites\n\n## Parameters\n\n-  *kind*: Which kite\n\n   -  *box*: Has sides\n"
        "   -  *sled*: Has no sticks\n\n"
        "-  *tail*: How long its tail is\n"
    )
    found = read(page)
    assert list(found) == ["kind", "tail"]
    assert found["kind"]["enum"] == ["box", "sled"]
