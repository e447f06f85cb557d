"""Items that name a parameter and describe it, without its type.

- `steps` - How many (optional, defaults to 28)
- **Steps** (`steps`): how many
- steps: how many (integer, required)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.bullet_items import parsed_item, parts_of
from teststrip.provider.reading.forms.bullet_rows import item_cells
from teststrip.provider.reading.forms.listed import cells_of
from teststrip.provider.reading.inline import Cell, behind, plain_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = r"(?:[$@]\.?)?[A-Za-z_][\w-]{0,60}(?:(?:\[\])?\.[A-Za-z_][\w-]{0,60}){0,8}(?:\[\])?"
_ITEM: Final = Pattern(
    rf"\s*(?P<name>{_NAME}(?:\s?(?:,|/|、|&|\+|\bor\b|\band\b)\s?{_NAME}){{0,8}})(?P<mark>[*?？]?)"
    r"(?P<between>\s*[:：]|\s*[–—]|\s+--?\s|\s*->|\s*→|\s*=\s|\s*(?=[(（])|\s*$)"
)
# A title with the name behind it: Steps (`steps`)
_TITLED: Final = Pattern(rf"\s*(?P<title>[A-Z][\w /-]{{0,40}}?)\s*[(（](?P<name>{_NAME})[)）]\s*[:：–—-]?")
# Several names of which one is sent: "One of `a` (a picture's id) or `b`."
_NOTE: Final = r"(?:\s?[*_]{0,2}[(（][^()（）\n]{1,120}[)）][*_]{0,2})?"
_ONE_OF: Final = Pattern(
    rf"\s{{0,4}}(?:(?:exactly |at least |only )?one of|either|any of)\s?[:：]?\s(?P<first>{_NAME}){_NOTE}(?P<more>(?:\s?,\s?(?:or\s)?{_NAME}{_NOTE}|\sor\s{_NAME}{_NOTE}){{1,8}})\s{{0,4}}(?:[.:：–—-].{{0,400}})?",
    re.IGNORECASE | re.DOTALL,
)
_APART: Final = ("`", "**", "__", "<code", "<b>", "<strong")
_BRACKETS: Final = Pattern(r"[(（\[【]([^()（）\[\]【】\n]{1,120})[)）\]】]")
_DEFAULT: Final = Pattern(r"(?:default(?:s to| value)?|默认值?|預設值?)\s*[:：=]?\s*(?P<value>.+)", re.IGNORECASE)
_FEWEST: Final = 2
# Types that are words of running text as well.
_LOOSE: Final = frozenset(
    {"text", "image", "file", "list", "map", "number", "date", "video", "set", "select", "color"}
)


@dataclass(frozen=True, slots=True)
class PlainItem:
    """The names of an item as written, where its words begin, and whether the names are set apart as code or in bold.

    `one_of`: only one of them is sent.
    """

    name: str
    start: int
    apart: bool
    one_of: bool = False


def plain_item(cell: Cell) -> PlainItem | None:
    """Read an item that begins with a parameter's name, and something that parts it from words about it."""
    text = "".join(piece for piece, _ in cell.pieces)
    apart = cell.raw.lstrip().startswith(_APART)
    titled = _TITLED.match(text) if cell.codes or apart else None
    if titled is not None and (titled["name"] in cell.codes[:1] or _same(titled["title"], titled["name"])):
        return PlainItem(titled["name"], titled.end(), apart=True)
    match = _ITEM.match(text)
    if match is None:
        return _one_of(text, cell)
    if not apart and (
        match["between"].strip() not in {":", "：", "–", "—", "-"} or not _is_plain_name(match["name"])
    ):
        return None
    if apart and not cell.codes and match["name"][0].isupper():
        return None  # a title in bold: "**Note**: ..."
    return PlainItem(match["name"] + match["mark"], match.end(), apart)


def _one_of(text: str, cell: Cell) -> PlainItem | None:
    """Read an item that names several parameters of which one is sent; each of the names stands as code."""
    if len(cell.codes) < _FEWEST or _ONE_OF.fullmatch(text) is None:
        return None
    names = [code for code in cell.codes if re.fullmatch(_NAME, code)]
    return PlainItem(" / ".join(names), 0, apart=True, one_of=True) if len(names) == len(cell.codes) else None


def _same(title: str, name: str) -> bool:
    """Tell whether a title is a name in words: `**Output file (output_file):**`."""
    return re.sub(r"[ /_-]", "", title).lower() == re.sub(r"[_-]", "", name).lower()


def _is_plain_name(name: str) -> bool:
    """Tell whether a word without any mark can only be a name: one word that does not begin a sentence."""
    return re.fullmatch(r"[$@]?[a-z_][\w.\[\]]*", name) is not None


def plain_cells(cell: Cell) -> list[Cell] | None:
    """Return the cells, one for each of `COLUMNS`, of an item that is a parameter, with or without a type."""
    typed = parsed_item(cell)
    cells = item_cells(typed, cell) if typed is not None else None
    if cells is not None and not re.match(r"(?:an?|the)\s", cells[1].text):  # "(a colour)" are words
        return cells
    item = plain_item(cell)
    if item is None:
        return None
    if item.one_of:  # whose names are no values, and of which none has to be given by itself
        told = {"required": plain_cell("one of these", cell.where)}
        about = plain_cell(cell.text, cell.where)
    else:
        about = behind(cell, item.start)
        told = dict(_in_brackets(about))
    return cells_of({"name": plain_cell(item.name, cell.where), "description": about, **told}, cell.where)


def _in_brackets(about: Cell) -> Mapping[str, Cell]:
    """Find brackets that say what a column would: `(integer, required)`, `(optional, defaults to 5)`."""
    for match in _BRACKETS.finditer("".join(piece for piece, _ in about.pieces)):
        found: dict[str, str] = {}
        for part in parts_of(match[1]):
            plain = part.lower().strip(" *_`.")
            default = _DEFAULT.match(part)
            if words.says_required(plain):
                found["required"] = part
            elif default is not None:
                found["default"] = default["value"].strip()
            elif "type" not in found and _is_kind(plain):
                found["type"] = part
        if {"required", "type"} & set(found):
            return {
                column: Cell(((text, column == "default"),), about.where, text) for column, text in found.items()
            }
    return {}


def _is_kind(text: str) -> bool:
    if re.match(r"(?:an?|the)\s", text):
        return False
    if text in _LOOSE or not re.match(r"[a-z]", text):
        return text in words.KINDS and text not in _LOOSE
    try:
        reading = read_kind(text)
    except CellError:
        return False
    return reading.kind is not None and not (reading.values or reading.named)
