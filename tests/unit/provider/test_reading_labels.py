"""Items that are words over those nested below them; tables with pipes that lost a line; more languages."""

from __future__ import annotations

from typing import Any

import pytest

from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.forms.labels import label_of


def read(page: str) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]], list[dict[str, Any]]]:
    """Return the parameters by name, the problems by parameter, and the rules between parameters."""
    found: dict[str, Any] = dict(report(adopt(page, "page.md").reading))
    problems: dict[str, list[str]] = {}
    for flag in found["flags"]:
        problems.setdefault(flag["parameter"], []).append(flag["problem"])
    return {one["name"]: one for one in found["parameters"]}, problems, found["constraints"]


# --- labels --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "text", "whole", "optional", "answer"),
    [
        ("Paramètres", "chaîne", "entier", "optionnel", "Réponse"),
        ("Parámetros de entrada", "cadena", "entero", "opcional", "Respuesta"),
        ("Параметры запроса", "строка", "целое число", "необязательно", "Ответ"),
        ("Tham số", "chuỗi", "số nguyên", "tùy chọn", "Phản hồi"),
        ("请求参数", "string", "int", "可选", "返回"),
        ("パラメータ", "string", "integer", "任意", "レスポンス"),
        ("Body (JSON)", "string", "integer", "optional", "Response"),
    ],
)
def test_a_label_of_any_language_announces_the_items_below_it(
    label: str, text: str, whole: str, optional: str, answer: str
) -> None:
    page = (
        "# Kites\n\n## One\n\n- **Endpoint**: `/v1/kites`\n"
        f"- **{label}**:\n  - `wish` ({text}): a\n  - `tails` ({whole}, {optional}): b\n"
        f"- **{answer}**:\n  - `picture` ({text}): c\n"
    )
    found, _, _ = read(page)
    assert [(name, one["type"], one["required"]) for name, one in found.items()] == [
        ("wish", "string", True),
        ("tails", "integer", False),
    ]


def test_labels_say_what_has_to_be_given() -> None:
    page = (
        "# Drachen\n\n* Pflichtparameter:\n    * `wish` (string): a\n"
        "* Optionale Parameter:\n    * `tails` (integer): b\n"
    )
    found, problems, _ = read(page)
    assert {name: one["required"] for name, one in found.items()} == {"wish": True, "tails": False}
    assert not problems


def test_untyped_items_below_a_label_are_read() -> None:
    wish, tails = "`wish`: o desenho (obrigatório)", "`tails`: quantas (opcional, padrão 3)"
    page = f"# Pipa\n\n- **Parâmetros**:\n  - {wish}\n  - {tails}\n"
    found, _, _ = read(page)
    assert [(name, one["required"], one.get("default")) for name, one in found.items()] == [
        ("wish", True, None),
        ("tails", False, 3),
    ]


@pytest.mark.parametrize(
    ("title", "label", "kind"),
    [
        ("Required parameters", "One of the following", "one"),
        ("Required fields", "At least one of", "any"),
        ("Field Wajib", "Salah satu", "one"),
        ("Champs obligatoires", "L'un des deux", "one"),
    ],
)
def test_one_of_several_below_a_label_is_a_rule(title: str, label: str, kind: str) -> None:
    inner = "  - `wish` (string): a\n  - `sketch` (file): b\n"
    page = f"# Kites\n\n## {title}\n\n- `model` (string): m\n- {label}:\n{inner}"
    found, _, rules = read(page)
    assert {name: one["required"] for name, one in found.items()} == {
        "model": True,
        "wish": False,
        "sketch": False,
    }
    assert [(rule["kind"], rule["parameters"]) for rule in rules] == [(kind, ["wish", "sketch"])]


def test_a_label_that_nobody_knows_in_a_list_of_what_is_required_is_flagged() -> None:
    inner = "  - `wish` (string): a\n  - `ink` (string): b\n"
    page = f"# K\n\n## Required fields\n\n- `model` (string): m\n- Por capricho:\n{inner}"
    found, problems, _ = read(page)
    assert list(found) == ["model", "wish", "ink"]
    assert set(problems) == {"wish", "ink"}


def test_examples_below_a_parameter_are_no_values() -> None:
    page = (
        "# Kites\n\n## Parameters\n\n- `wind` (string): a\n- Examples:\n  - `fast` (better)\n  - `slow` (worse)\n"
    )
    found, _, _ = read(page)
    assert list(found) == ["wind"]
    assert "enum" not in found["wind"]


# --- tables that lost a line -----------------------------------------------------------------------------------

HEADER = "| Name | Type | Required | Description |\n"
ROWS = "| wish | string | yes | What to draw |\n| tails | integer | no | How many (1-9) |\n"


@pytest.mark.parametrize(
    "table",
    [
        HEADER + ROWS,
        ROWS,
        "|---|---|---|---|\n" + ROWS,
        HEADER + "|------+------+------+------|\n" + ROWS,
        HEADER + "|======|======|======|======|\n" + ROWS,
        HEADER + "|______|______|______|______|\n" + ROWS,
        HEADER + "|---|---|---|---|\n" + ROWS.replace("\n", "\n\n"),
        HEADER.replace("\n", "\n\n") + ROWS.replace("\n", "\n\n"),
        "|| Name || Type || Required || Description ||\n" + ROWS,
        "| Ainm | Cineál | Riachtanach | Cur síos |\n" + ROWS,
        (HEADER + ROWS).replace(" |\n", "\n"),
    ],
)
def test_a_table_without_its_rule_or_header_is_read(table: str) -> None:
    found, problems, _ = read(f"# Kites\n\n## Parameters\n\n{table}\nMore words.\n")
    assert [(name, one["type"], one["required"]) for name, one in found.items()] == [
        ("wish", "string", True),
        ("tails", "integer", False),
    ]
    assert (found["tails"]["minimum"], found["tails"]["maximum"]) == (1, 9)
    assert not problems


def test_a_table_of_two_columns_needs_no_rule() -> None:
    found, _, _ = read(
        "# Kites\n\n## Parameters\n\n| Name | Description |\n| wish | a |\n| tails | From 1 to 9 |\n"
    )
    assert list(found) == ["wish", "tails"]


def test_lines_between_pipes_without_types_or_a_header_are_no_table() -> None:
    also = "## Also\n\n| red kite | bird |\n| paper kite | toy |\n"
    page = f"# Kites\n\n## Parameters\n\n{HEADER}|---|---|---|---|\n{ROWS}\n{also}"
    assert list(read(page)[0]) == ["wish", "tails"]


def test_a_table_below_an_empty_line_is_another_one() -> None:
    second = "| Field | Type | Required | Description |\n|---|---|---|---|\n| ink | string | no | a |\n"
    found, _, _ = read(f"# Kites\n\n## Parameters\n\n{HEADER}|---|---|---|---|\n{ROWS}\n{second}")
    assert list(found) == ["wish", "tails", "ink"]


def test_a_name_that_stands_for_many_is_flagged() -> None:
    more = "| tail_... | number | no | Others like it |\n"
    page = f"# Kites\n\n## Parameters\n\n{HEADER}|---|---|---|---|\n{ROWS}{more}"
    found, problems, _ = read(page)
    assert list(found) == ["wish", "tails"]
    assert problems["tail_..."]


# --- languages -------------------------------------------------------------------------------------------------

INDONESIAN = """\
# Layang

## Parameter Wajib

| Key | Tipe | Deskripsi |
| wish | Teks | Gambar yang diinginkan

## Parameter Opsional

### Angin

| Key | Tipe | Deskripsi & Nilai yang Mungkin |
| strength | Angka | (0-100) Kekuatan angin. Default: 80.|
| lean | Angka Desimal | Miring. Rentang: -1.0 (kiri) hingga 1.0 (kanan).
| tails | Bilangan bulat | Jumlah. Nilai: 1 sampai 9. Bawaan: 3 |
| cord | Teks | Pilihan: hemp, silk. |
| glue | Teks | Pilihan: paste_2. |
| sound | File | (Opsional) Suara. |
"""


def test_a_page_in_indonesian_without_rules() -> None:
    found, problems, _ = read(INDONESIAN)
    assert not problems
    assert {name: one["type"] for name, one in found.items()} == {
        "wish": "string", "strength": "number", "lean": "number", "tails": "integer", "cord": "string",
        "glue": "string", "sound": "file",
    }  # fmt: skip
    assert [name for name, one in found.items() if one["required"]] == ["wish"]
    bounds = {name: (one["minimum"], one["maximum"]) for name, one in found.items() if "minimum" in one}
    assert bounds == {"strength": (0, 100), "lean": (-1, 1), "tails": (1, 9)}
    assert {name: one["default"] for name, one in found.items() if "default" in one} == {
        "strength": 80,
        "tails": 3,
    }
    assert {name: one["enum"] for name, one in found.items() if "enum" in one} == {
        "cord": ["hemp", "silk"],
        "glue": ["paste_2"],
    }


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("Range: -100 (younger) to 100 (older).", (-100, 100)),
        ("Range: 0 (off) - 10 (full)", (0, 10)),
        ("(1 (least) to 5 (most))", (1, 5)),
        ("Phạm vi: 1 đến 20", (1, 20)),
        ("Bereik: 1 tot 20", (1, 20)),
    ],
)
def test_ends_of_a_range(said: str, ends: tuple[int, int]) -> None:
    page = f"# K\n\n## Parameters\n\n{HEADER}|---|---|---|---|\n| lean | integer | no | How it hangs. {said} |\n"
    lean = read(page)[0]["lean"]
    assert (lean["minimum"], lean["maximum"]) == ends


def test_numbers_with_remarks_are_no_range_in_running_text() -> None:
    row = "| lean | integer | no | In May 4 (four) to 8 (eight) hung so |\n"
    page = f"# K\n\n## Parameters\n\n{HEADER}|---|---|---|---|\n{row}"
    assert "maximum" not in read(page)[0]["lean"]


FIRED: str = """\
# Kiln

## Fire it

- URL: `/v1/kilns/<id>`
- METHOD: `PUT`
- {label}
    - `preheat`: (_optional_) Set this to `1` to warm it first.
    - `soak`: (_required_) How long.
- RESPONSE:

        {{"a": 1}}
"""


@pytest.mark.parametrize(
    "label",
    [
        "QUERY PARAMS:\n    `Fires at once if none`",
        "QUERY PARAMS: none of these changes the response",
        "Parameters: none has to be given.",
        "**Body:** an object with",
        "Arguments (JSON):\n    see below",
        "Request body: `application/json`",
        "Optional parameters: choose.",
        "请求参数：以下均可选",
    ],
)
def test_words_behind_a_label_leave_it_one(label: str) -> None:
    found, _, _ = read(FIRED.format(label=label))
    assert {name: one["required"] for name, one in found.items()} == {"preheat": False, "soak": True}


@pytest.mark.parametrize("label", ["body: The text of the mail", "Response: what comes", "`params`: a map"])
def test_a_name_or_another_part_with_words_behind_is_no_label(label: str) -> None:
    assert label_of(label) == label
