"""What one line says of a parameter before its words begin: its name, then type, required or not, a default.

`steps` (integer, optional, default: 28): how many
**steps** integer *required* - how many
steps: `integer` [optional] how many
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.bullet_items import parts_of
from teststrip.provider.reading.bullet_rows import FACT, rest_of
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.inline import Cell, plain_cell
from teststrip.provider.reading.kinds import read_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.reading.document import Text

_NAME: Final = r"(?:[$@]\.?)?[A-Za-z_][\w-]*(?:(?:\[\])?\.[A-Za-z_][\w-]*)*(?:\[\])?"
_ITEM: Final = Pattern(
    rf"(?P<name>{_NAME})[*?]?\s*(?:[(（\[](?P<paren>[^()（）\n]*(?:\([^()\n]*\)[^()\n]*)?)[)）\]]|(?P<colon>[:：]|\s[–—-]\s)\s*(?P<type>[A-Za-z]+(?:<\w+>|\[\])?))(?P<rest>.*)",
    re.DOTALL,
)
_NAMED: Final = Pattern(rf"\s*(?P<name>{_NAME})[*?]?")
_BOLD: Final = Pattern(
    r"(?:\*\*|__|<b>|<strong>)[`*_\s]*([$@]?[A-Za-z_][^\s`*<>:：]{0,80}?)[`*:：?\s]*(?:\*\*|__|</b>|</strong>)"
)
_BETWEEN: Final = Pattern(r"[\s:：,，;；|/()（）\[\]【】*•·–—-]*")
_MARK: Final = Pattern(
    r"(?P<fact>default(?:s to| value)?\s?[:：=]?\s?[\"'`]?[\w.-]+[\"'`]?)|(?P<kind>(?:array|list)\s+of\s+[A-Za-z]+|[A-Za-z]\w*(?:<[\w<>, |]{1,40}>|\[\])?(?:\s?\|\s?[A-Za-z]\w*(?:<[\w<>, ]{1,40}>|\[\])?){0,4})|(?P<other>[^\x00-\u024f\s:：,，;；|/()（）\[\]【】*•·–—-]{1,6})",
    re.IGNORECASE,
)
_ENDED: Final = Pattern(r"\s*(?:[.:：,，;；。|)）\]】–—-]|\n|$)|\s+(?=[A-Z\"“`(（\[]|[^\x00-\u024f])")
_CLOSED: Final = Pattern(r"\s*(?:[,，;；|)）\]】]|\s[–—-]\s|\n|$)")
_REQUIRED: Final = frozenset(
    {"required", "optional", "必填", "可选", "必需", "选填", "必須", "任意", "필수", "선택"}
)
# Types that are words of running text as well, and are taken for types in brackets only.
_LOOSE: Final = frozenset(
    {"text", "image", "file", "list", "map", "number", "date", "video", "set", "select", "flag", "link"}
)
_DEFAULT: Final = Pattern(r"(?:default(?:s to| value)?|默认值?|預設)\s*[:：=]?\s*(.+)", re.IGNORECASE | re.DOTALL)
_MOST_MARKS: Final = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A parameter's name, what is said of it by the way (types, required, default), and where its words begin."""

    name: str
    said: tuple[str, ...]
    start: int
    bracketed: bool = False


def parsed_item(cell: Cell) -> Item | None:
    """Read an item that is a parameter: a name, and words behind it that say a type or that it is required."""
    text = _whole(cell)
    match = _ITEM.match(text)
    if match is not None and match["paren"] is not None:
        return _bracketed(match)
    marked = _marked(cell, text)
    if marked is not None or match is None:
        return marked
    said = match["type"]
    if re.match(r"\s+[a-z]", match["rest"]) or said.lower() not in words.KINDS or said.lower() in _LOOSE:
        return None  # running text that begins with the word for a type
    return Item(match["name"], (said,), match.start("rest"))


def named_item(cell: Cell) -> Item | None:
    """Read a text that is a name and nothing else."""
    text = _whole(cell).strip("*_ ")
    match = _NAMED.match(text)
    return None if match is None or text[match.end() :].strip(" :：*") else Item(match["name"], (), len(text))


def named_at(text: str) -> int | None:
    """Return where the name that a text begins with ends; None when it begins with none."""
    match = _NAMED.match(text)
    return None if match is None else match.end()


def item_cells_of(said: Sequence[str], where: Where) -> tuple[Cell, Cell, Cell]:
    """Return the cells for the type, the mark of what is required, and the default, of words behind a name."""
    kinds: list[str] = []
    required = default = ""
    for part in said:
        told = _DEFAULT.match(part)
        if told is not None:
            default = told[1].strip()
        elif says_required(part):
            required = part
        else:
            kinds.append(part)
    value = Cell(((default, True),), where, default) if default else plain_cell("", where)
    return plain_cell(", ".join(kinds), where), plain_cell(required, where), value


def told_of(text: str) -> tuple[str, ...]:
    """Return the types and marks of a text that has nothing else: `string | required`; () when it has."""
    said, end = marks_of(text, 0)
    return (
        said
        if not text[end:].strip(" .,;:：|()（）[]*-–—")
        and any(is_kind(one) and (len(said) > 1 or one.lower() not in _LOOSE) for one in said)
        else ()
    )


def whole_item(cell: Cell) -> Item | None:
    """Read a heading that is a name, its type and its marks, and nothing else: `steps integer required`."""
    text = _whole(cell)
    match = _NAMED.match(text)
    if match is None or not re.match(r"[\s:：(（\[]", text[match.end() :]):
        return None
    said = told_of(text[match.end() :])
    # "`tool` object" is the title of a table of its members.
    holds = all(read_kind(one).kind in {"object", "array"} for one in said if not says_required(one))
    telling = any(says_required(one) for one in said) or (_is_apart(cell, match["name"]) and not holds)
    return Item(match["name"], said, len(text), bracketed=True) if said and telling else None


def says_required(part: str) -> bool:
    """Tell whether a part says that something has to be given, or need not be."""
    return part.lower().strip(" *_`.") in _REQUIRED


def _whole(cell: Cell) -> str:
    return "".join(piece for piece, _ in cell.pieces).strip()


def _bracketed(match: re.Match[str]) -> Item | None:
    said = match["paren"]
    parts = tuple(parts_of(said))
    found = Item(match["name"], parts, match.start("rest"), bracketed=True)
    if says_required(said):
        return found
    try:
        return found if read_kind(parts[0]).kind is not None else None
    except CellError:
        return found if re.search(r"\b(?:required|optional)\b", said.lower()) else None


def _marked(cell: Cell, text: str) -> Item | None:
    """Read a name that is set apart as code or in bold, with types and marks behind it, in brackets or not."""
    match = _NAMED.match(text)
    if match is None or not _is_apart(cell, match["name"]) or re.match(r"[^\W_]", text[match.end() :]):
        return None
    said, end = marks_of(text, match.end(), cell.codes)
    if not any(is_kind(one) for one in said) and not (said and says_required(said[0])):
        return None
    return Item(match["name"], said, end)


def _is_apart(cell: Cell, name: str) -> bool:
    first = next((piece for piece in cell.pieces if piece[0].strip()), ("", False))
    if first[1]:
        return first[0].strip().rstrip(":：") == name
    bold = _BOLD.match(cell.raw.lstrip())
    return bold is not None and bold[1].replace("\\", "") == name


def marks_of(text: str, at: int, codes: Sequence[str] = ()) -> tuple[tuple[str, ...], int]:
    """Return the types and marks from a place of a text on, and where they end."""
    said: list[str] = []
    end = at
    for one, bare, stop in _tokens(text, at):
        kind = is_kind(one)
        if len(said) == _MOST_MARKS or not (kind or says_required(one) or one.lower().startswith("default")):
            break
        apart = not bare or one in codes
        ended = _ENDED.match(text, stop) is not None or _goes_on(text, stop)
        loose = kind and one.lower() in _LOOSE and not _CLOSED.match(text, stop)
        if not apart and (loose or not ended):
            break
        said.append(one)
        end = stop
    return tuple(said), end


def _tokens(text: str, at: int) -> Iterator[tuple[str, bool, int]]:
    """Give the words from a place on: each, whether no bracket is around it, and where it ends."""
    while True:
        between = _BETWEEN.match(text, at)
        start = at if between is None else between.end()
        word = _MARK.match(text, start)
        if word is None:
            return
        one = word[0]
        if "|" in one and not is_kind(one):
            one = one.partition("|")[0]  # `integer | required` is no union
        at = start + len(one)
        bracket = between is not None and between[0].rstrip().endswith(("(", "（", "[", "【"))
        yield one.strip(), not bracket, at


def _goes_on(text: str, at: int) -> bool:
    """Tell whether the next word is one more mark: `string required`."""
    following = _MARK.match(text, at + 1) if at + 1 < len(text) else None
    return following is not None and says_required(following[0])


def is_kind(text: str) -> bool:
    """Tell whether a word names a type, and neither a structure nor values."""
    try:
        reading = read_kind(text)
    except CellError:
        return False
    return (
        reading.kind is not None
        and not reading.named
        and not reading.values
        and bool(re.match(r"[\w]", text))
        and not text[0].isdigit()
    )


def says_type(text: Text) -> bool:
    """Tell whether a text is a fact that only a parameter has: `Type: integer`."""
    fact = FACT.fullmatch(text.cell.text)
    if fact is None or fact["key"].lower() not in {"type", "类型", "数据类型", "data type"}:
        return False
    try:
        return read_kind(fact["value"]).kind is not None
    except CellError:
        return re.fullmatch(r"[\w()\[\]<>,. -]{1,40}", fact["value"]) is not None


def cells_of(item: Item, cell: Cell) -> list[Cell]:
    """Return the cells, one for each column of a list, of an item that `parsed_item` read."""
    kind, required, default = item_cells_of(item.said, cell.where)
    name, empty = plain_cell(item.name, cell.where), plain_cell("", cell.where)
    return [name, kind, required, default, empty, rest_of(cell, item.start)]
