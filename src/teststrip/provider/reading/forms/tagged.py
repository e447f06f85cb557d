"""Parameters as tags of documentation that stands in source code, one a line.

:query int width: how wide (Sphinx, sphinxcontrib-httpdomain)
@apiParam {Number{64-2048}} [width=512] how wide (apiDoc)
@param {number} [width=512] how wide (JSDoc)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.forms.listed import header_at
from teststrip.provider.reading.inline import Cell, plain_cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_DECORATION: Final = r"[ \t]*(?:\*|//|#)?[ \t]*"
_FIELD: Final = Pattern(
    rf"{_DECORATION}:(?:param|parameter|arg|argument|key|query|queryparam(?:eter)?|form|formparam(?:eter)?|<json(?:arr)?|reqjson(?:obj|arr)?|jsonparam)"
    r"[ \t]+(?:(?P<type>[A-Za-z][\w.\[\], |]{0,60}?)[ \t]+)?(?P<name>[$@]?[A-Za-z_][\w.\[\]-]{0,80})[ \t]*:(?P<about>.*)"
)
_TYPE: Final = Pattern(rf"{_DECORATION}:type[ \t]+(?P<name>[A-Za-z_][\w.\[\]-]{{0,80}})[ \t]*:(?P<type>.*)")
_TAG: Final = Pattern(
    rf"{_DECORATION}@(?:api(?:Param|Body|Query)|param)\b[ \t]*(?:\([^()]{{0,80}}\)[ \t]*)?"
    r"\{(?P<type>[\w.<>\[\]|?* ]{1,60})(?:\{(?P<range>[^{}]{0,80})\})?(?:=(?P<values>[^{}]{0,400}))?\}[ \t]*"
    r"(?P<open>\[)?(?P<name>[A-Za-z_][\w.-]{0,80}(?:\[[\w-]{0,40}\]){0,6})(?:=(?P<default>\"[^\"]{0,200}\"|'[^']{0,200}'|[^\s\]]{0,200}))?\]?"
    r"(?P<about>.*)"
)
_OTHER: Final = Pattern(rf"{_DECORATION}(?::[<>]?[a-z]+(?:[ \t][^:\n]{{0,80}})?:|@[A-Za-z]+)")
_SPAN: Final = Pattern(r"(\d[\d.]*)\.\.(\d[\d.]*)")


@dataclass(frozen=True, slots=True)
class Tagged:
    """The rows of a run of tags, and the next line to look at."""

    header: tuple[Cell, ...]
    rows: tuple[Row, ...]
    next_line: int


def has_tags(text: str) -> bool:
    """Tell whether a block of code may have tags that describe parameters."""
    return "@apiParam" in text or "@apiBody" in text or "@apiQuery" in text


def read_tagged(lines: Sequence[str], at: int, file: str, first: int, end: int | None = None) -> Tagged | None:
    """Read a run of tags that begins on line `at` (counted from 0), before line `end`; None when none does."""
    if not (_FIELD.fullmatch(lines[at]) or _TAG.fullmatch(lines[at])):
        return None
    rows: dict[str, Row] = {}
    index, more = at, False  # whether a line below may belong to the tag above
    end = len(lines) if end is None else end
    for index in range(at, end + 1):
        line = lines[index] if index < end else ""
        where = Where(file, first + index, 1)
        field, tag, kind = _FIELD.fullmatch(line), _TAG.fullmatch(line), _TYPE.fullmatch(line)
        if field is not None or tag is not None:
            row = (
                _of_field(field, where) if field is not None else _of_tag(tag, where) if tag is not None else None
            )
            if row is not None:
                rows.setdefault(row.cells[0].text, row)
            more = True
        elif kind is not None and kind["name"] in rows:
            rows[kind["name"]] = _with(rows[kind["name"]], 1, kind["type"].strip())
        elif _OTHER.match(line):
            more = False
        elif more and line[:1] in {" ", "\t", "*"} and line.strip(" \t*") and _is_deeper(line, lines[at]):
            last = next(reversed(rows))
            rows[last] = _with(rows[last], 5, line.strip(" \t*"))
        elif index == end or line.strip(" \t*"):
            break
    names = header_at(Where(file, first + at, 1))
    return Tagged(names, tuple(rows.values()), min(index, end))


def _is_deeper(line: str, tag: str) -> bool:
    """Tell whether a line may go on with a tag: in a comment any, elsewhere one that is indented more than the tags."""
    commented = tag.lstrip(" \t")[:1] in {"*", "/", "#"}
    return commented or len(line) - len(line.lstrip(" \t")) > len(tag) - len(tag.lstrip(" \t"))


def _of_field(match: re.Match[str], where: Where) -> Row:
    about = match["about"].strip()
    return _row((match["name"], match["type"] or "", "", "", "", about), where)


def _of_tag(match: re.Match[str], where: Where) -> Row:
    name = re.sub(r"\[([\w-]+)\]", r".\1", match["name"])
    default = (match["default"] or "").strip("\"'")
    limits = _SPAN.sub(r"\1 - \2", match["range"] or "")
    if re.fullmatch(r"(?i)string\??", match["type"].strip()) and re.search(r"\d", limits):
        limits = f"{limits} characters"
    listed = [value.strip(" \t\"'") for value in (match["values"] or "").split(",")]
    values = ", ".join(f"`{value}`" for value in listed if value)
    required = "optional" if match["open"] else "required"
    return _row(
        (name, match["type"].strip(), required, default, values or limits, match["about"].strip(" \t-")), where
    )


def _row(texts: tuple[str, ...], where: Where) -> Row:
    cells = [read_inline(text, where) if text else plain_cell("", where) for text in texts]
    if texts[3]:
        cells[3] = Cell(((texts[3], True),), where, texts[3])
    return Row(tuple(cells), where)


def _with(row: Row, column: int, text: str) -> Row:
    cells = list(row.cells)
    old = cells[column]
    cells[column] = read_inline(f"{old.raw}\n{text}" if old.raw else text, old.where)
    return Row(tuple(cells), row.where)
