"""Parameters whose layout changes, and not what is said of them, are read the same: nothing else, and no flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reading_styles import NAMES, Spec, cells, escaped, rows, spec
from test_provider_reading_styles import every, facts

from teststrip.provider.adopt.page import adopt
from teststrip.provider.parameters import parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Table = tuple[list[str], list[list[str]]]
HEADERS = [
    ("Parameter", "Type", "Required", "Default", "Range", "Description"),
    ("Field", "Data type", "Mandatory?", "Default value", "Allowed values", "Notes"),
    ("**NAME**", "**TYPE**", "**REQUIRED**", "**DEFAULT**", "**RANGE**", "**DESCRIPTION**"),
    ("Key / Field", "Type / Format", "Required / Optional", "Default", "Values", "Description / Notes"),
    ("请求参数名", "数据类型", "是否为必填", "默认取值", "参数取值范围", "参数含义"),
    ("參數名稱", "資料型別", "是否必填", "預設值", "允許值", "說明"),
    ("パラメータ名", "データ型", "必須", "デフォルト値", "値の範囲", "説明"),
    ("파라미터", "타입", "필수 여부", "기본값", "허용값", "설명"),
    ("Nombre del campo", "Tipo de datos", "¿Requerido?", "Valor predeterminado", "Valores posibles", "Detalles"),
    ("Nom du champ", "Type de donnée", "Requis ?", "Valeur par défaut", "Valeurs acceptées", "Explication"),
    ("Название поля", "Тип данных", "Обязателен", "Значение по умолчанию", "Допустимые значения", "Пояснение"),
    ("Name", "Datentyp", "Pflichtangabe", "Voreinstellung", "Zulässige Werte", "Worum es geht"),
]
NAME_MARKS = [
    "{}",
    "`{}`",
    "**{}**",
    "**`{}`**",
    "*{}*",
    "<code>{}</code>",
    "[`{}`](#x)",
    '<a id="x"></a>`{}`',
    "`{}`:",
]
TITLES = [
    "Body",
    "Arguments",
    "Fields",
    "Input schema",
    "Payload",
    "2.1 Parameters {#x}",
    "Request body (JSON)",
    "入参",
]


def plain_specs(*, nested: bool = False) -> st.SearchStrategy[tuple[Spec, ...]]:
    """Give a few parameters that need no other row to be understood."""
    one = st.sampled_from(NAMES).flatmap(lambda name: spec(name, 0 if nested else 2))
    many = st.lists(one, min_size=2, max_size=5, unique_by=lambda found: found.name)
    return many.map(lambda found: tuple(one for one in found if not one.when)).filter(len)


def told(text: str) -> tuple[list[dict[str, object]], list[str]]:
    reading = adopt(text, "page.md").reading
    found = [facts(one) for one in every(parameters_of(reading.entries))]
    return sorted(found, key=lambda one: str(one["path"])), [flag.problem for flag in reading.flags]


def table_of(found: Sequence[Spec], header: Sequence[str], mark: str = "`{}`") -> Table:
    lines = [[escaped(cell) for cell in cells(mark.format(path), one)] for path, _, one in rows(found)]
    return list(header), lines


def written(table: Table) -> list[str]:
    header, lines = table
    return [f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *lines)]


def page_of(table: Table, title: str = "Parameters") -> str:
    return "\n".join([f"# A page\n\n## {title}\n", *written(table), ""])


def plainly(found: Sequence[Spec]) -> tuple[list[dict[str, object]], list[str]]:
    same, flags = told(page_of(table_of(found, HEADERS[0])))
    assert flags == []
    return same, flags


@given(plain_specs(nested=True), st.sampled_from(HEADERS), st.permutations(range(6)))
@settings(max_examples=60)
def test_columns_may_stand_in_any_order_under_any_words(
    found: tuple[Spec, ...], header: Sequence[str], order: Sequence[int]
) -> None:
    words, lines = table_of(found, header)
    turned = [words[at] for at in order], [[line[at] for at in order] for line in lines]
    assert told(page_of(turned)) == plainly(found), page_of(turned)


@given(plain_specs(nested=True), st.sampled_from(NAME_MARKS), st.sampled_from(TITLES))
@settings(max_examples=40)
def test_names_may_be_marked_and_headings_called_as_one_likes(
    found: tuple[Spec, ...], mark: str, title: str
) -> None:
    page = page_of(table_of(found, HEADERS[0], mark), title)
    assert told(page) == plainly(found), page


AROUND: dict[str, Callable[[list[str]], list[str]]] = {
    "quoted": lambda lines: [f"> {line}" for line in lines],
    "in a list": lambda lines: ["1. Send these:", "", *(f"   {line}" for line in lines)],
    "indented": lambda lines: [f"   {line}" for line in lines],
    "tabs": lambda lines: [line.replace("| ", "|\t").replace(" |", "\t|") for line in lines],
    "wide": lambda lines: [line.replace(" | ", "      |   ") for line in lines],
    "returns": lambda lines: [f"{line}\r" for line in lines],
    "folded": lambda lines: ["<details>", "<summary>Show</summary>", "", *lines, "", "</details>"],
    "a rule below every row": lambda lines: [
        part for at, line in enumerate(lines) for part in ([line, lines[1]] if at > 1 else [line])
    ],
}


@given(plain_specs(nested=True))
@pytest.mark.parametrize("around", AROUND)
@settings(max_examples=12)
def test_a_table_may_stand_in_anything(around: str, found: tuple[Spec, ...]) -> None:
    lines = AROUND[around](written(table_of(found, HEADERS[0])))
    page = "\n".join(["# A page\n\n## Parameters\n", *lines, ""])
    assert told(page) == plainly(found), page


def without(table: Table, column: str, into: str, put: Callable[[str, str], str]) -> Table:
    """Take a column away, and put what it says into another one."""
    header, lines = table
    gone, at = header.index(column), header.index(into)
    made = [[put(cell, line[gone]) if index == at else cell for index, cell in enumerate(line)] for line in lines]
    kept = [index for index in range(len(header)) if index != gone]
    return [header[index] for index in kept], [[line[index] for index in kept] for line in made]


def needed(cell: str) -> bool:
    return cell.strip("✅ ").lower() in {"yes", "required", "true"}


REQUIRED: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "a bold word before": ("Description", lambda a, b: f"**{'Required' if needed(b) else 'Optional'}.** {a}"),
    "a word in brackets": ("Description", lambda a, b: f"{a} ({'required' if needed(b) else 'optional'})"),
    "a line below": ("Description", lambda a, b: f"{a}<br>**{'Required' if needed(b) else 'Optional'}**"),
    "behind the type": ("Type", lambda a, b: f"{a} ({'required' if needed(b) else 'optional'})"),
    "below the name": ("Parameter", lambda a, b: f"{a}<br>{'required' if needed(b) else 'optional'}"),
}
TYPED: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "below the name": ("Parameter", lambda a, b: f"{a}<br>`{b}`"),
    "behind the name": ("Parameter", lambda a, b: f"{a} `{b}`"),
    "before the words, as code": ("Description", lambda a, b: f"`{b}` {a}"),
    "before the words, in brackets": ("Description", lambda a, b: f"({b}) {a}"),
    "before the words, named": ("Description", lambda a, b: f"**Type:** {b}<br>{a}"),
}


@given(plain_specs())
@pytest.mark.parametrize("way", REQUIRED)
@settings(max_examples=15)
def test_what_is_required_may_be_said_in_another_column(way: str, found: tuple[Spec, ...]) -> None:
    page = page_of(without(table_of(found, HEADERS[0]), "Required", *REQUIRED[way]))
    assert told(page) == plainly(found), page


def simple(found: Sequence[Spec]) -> tuple[Spec, ...]:
    """Keep the parameters whose types are one word."""
    return tuple(
        one for one in found if not one.nullable and one.kind in {"string", "integer", "number", "boolean"}
    )


@given(plain_specs().map(simple).filter(lambda found: len(found) > 1))
@pytest.mark.parametrize("way", TYPED)
@settings(max_examples=15)
def test_a_type_may_stand_in_another_column(way: str, found: tuple[Spec, ...]) -> None:
    page = page_of(without(table_of(found, HEADERS[0]), "Type", *TYPED[way]))
    assert told(page) == plainly(found), page


ITEMS = [
    "- `{name}` ({kind}, {need}): {about}",
    "- **{name}** *({kind}, {need})* - {about}",
    "- `{name}` — {kind}, {need}. {about}",
    "**`{name}`** ({kind}, {need}) — {about}\n",
    "##### {name}\n\n- **Type**: {kind}\n- **Required**: {yes}\n\n{about}\n",
    "- **{name}**\n  - Type: {kind}\n  - Required: {yes}\n  - Description: {about}",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(["string", "integer", "boolean"]), st.booleans()),
        min_size=2,
        max_size=6,
        unique_by=lambda one: one[0],
    )
)
@pytest.mark.parametrize("item", ITEMS)
@settings(max_examples=15)
def test_rows_may_be_items_paragraphs_or_headings(item: str, found: list[tuple[str, str, bool]]) -> None:
    items = [
        item.format(name=name, kind=kind, about="What it is for.", need=["optional", "required"][need],
                    yes=["No", "Yes"][need])
        for name, kind, need in found
    ]  # fmt: skip
    lines = [[f"`{name}`", kind, "yes" if need else "no", "What it is for."] for name, kind, need in found]
    page = "# A page\n\n## Parameters\n\n" + "\n".join(items) + "\n"
    assert told(page) == told(page_of((["Name", "Type", "Required", "Description"], lines))), page


MEMBERS = [
    "#### `{0}`",
    "#### `{0}` object",
    "#### Properties of `{0}`",
    "**`{0}` object**",
    "`{0}`:",
    "#### {0} 对象",
    "The `{0}` object has these fields:",
]


@given(plain_specs(nested=True), st.sampled_from(MEMBERS))
@settings(max_examples=40)
def test_members_may_stand_in_tables_of_their_own(found: tuple[Spec, ...], title: str) -> None:
    # A member that is called like a parameter may be meant by a title as well.
    assume(not {one.name for one in found} & {child.name for one in found for child in one.children})
    header = HEADERS[0]
    outer = [[escaped(cell) for cell in cells(f"`{one.name}`", one)] for one in found]
    parts = [page_of((list(header), outer))]
    for one in found:
        if one.children and not any(child.children for child in one.children):
            below = [[escaped(cell) for cell in cells(f"`{child.name}`", child)] for child in one.children]
            parts += [title.format(one.name), "", *written((list(header), below)), ""]
    if any(child.children for one in found for child in one.children):
        return
    page = "\n".join(parts)
    assert told(page) == plainly(found), page
