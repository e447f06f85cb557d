"""Lines that name the fields of a call and say no more of them: "Form field: `file`", "可选字段：`a`、`b`".

They stand below the heading of the call, in whose section nothing else describes parameters.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Block, Document, Heading, Row, Text
from teststrip.provider.reading.forms.listed import group_of
from teststrip.provider.reading.forms.plain_items import plain_cells
from teststrip.provider.reading.inline import plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALL: Final = Pattern(r"(?:^|[\s`(])(?:POST|PUT|PATCH|GET)[\s`]{1,4}(?:https?:/)?/")
_LABEL: Final = Pattern(
    r"[*_]{0,3}(?P<need>(?:required|mandatory|optional|必填|必选|可选|选填|必須|任意)\s?)?"
    r"(?:(?:multipart|form|form-data|body|query|upload|json|request|表单|请求|上传|查询|フォーム|リクエスト)[\s-]?(?:data\s)?){0,3}"
    r"(?:fields?|param(?:eter)?s?|keys?|字段|参数|フィールド|パラメータ)[*_]{0,3}\s?[:：][*_]{0,3}\s{0,4}",
    re.IGNORECASE,
)
_FIELD: Final = r"`[A-Za-z_][\w.\[\]-]{0,80}`(?:\s?[(（][^()（）\n]{1,80}[)）])?"
_FIELDS: Final = Pattern(rf"{_FIELD}(?:\s?(?:[,、，;/&+]|and|和|及|と)\s?{_FIELD}){{0,20}}\s?[.。]?")
_ONE: Final = Pattern(_FIELD)


def names_call(title: str) -> bool:
    """Tell whether a heading is the address of a call: `POST /v1/kites`."""
    return _CALL.search(title) is not None


def with_called_fields(document: Document) -> Document:
    """Return a document in which such lines are groups of rows."""
    described = {group.headings[-1:] for group in document.groups}
    made: list[Block] = []
    for block in document.blocks:
        rows = list(_rows(block)) if isinstance(block, Text) and _is_of_call(block, described) else []
        made.append(
            group_of(rows, block.headings, block.cell.where) if rows and isinstance(block, Text) else block
        )
    return Document(document.file, tuple(made))


def _is_of_call(text: Text, described: set[tuple[Heading, ...]]) -> bool:
    last = text.headings[-1:]
    return bool(last) and last not in described and names_call(last[0].cell.text)


def _rows(text: Text) -> Iterator[Row]:
    """Give a row for each field that a line names."""
    raw = text.cell.raw.strip()
    label = _LABEL.match(raw)
    if label is None or not _FIELDS.fullmatch(raw, label.end()):
        return
    for match in _ONE.finditer(raw, label.end()):
        where = replace(text.cell.where, column=text.cell.where.column + match.start())
        cells = plain_cells(read_inline(match[0], where))
        if cells is not None:
            if label["need"] and not cells[2].text:
                cells[2] = plain_cell(label["need"].strip(), where)
            yield Row(tuple(cells), where)
