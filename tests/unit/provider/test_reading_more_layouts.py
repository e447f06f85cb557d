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
