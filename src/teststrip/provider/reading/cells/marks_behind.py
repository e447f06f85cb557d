"""Types and marks behind a name, in brackets or not: `steps` integer, required; **steps** (integer) default 28."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.kind_alone import is_kind_alone
from teststrip.provider.reading.inline import Cell, plain_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.base.where import Where

_NAME: Final = r"(?:[$@]\.?)?[A-Za-z_][\w-]*(?:(?:\[\])?\.[A-Za-z_][\w-]*)*(?:\[\])?"
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
# Types that are words of running text as well, and are taken for types in brackets only.
_LOOSE: Final = frozenset(
    {"text", "image", "file", "list", "map", "number", "date", "video", "set", "select", "flag", "link"}
)
_DEFAULT: Final = Pattern(r"(?:default(?:s to| value)?|默认值?|預設)\s*[:：=]?\s*(.+)", re.IGNORECASE | re.DOTALL)
_MOST_MARKS: Final = 6


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


def says_required(part: str) -> bool:
    """Tell whether a part says that something has to be given, or need not be."""
    return part.lower().strip(" *_`.") in _REQUIRED


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
    return re.match(r"\w", text) is not None and is_kind_alone(text)


def is_apart(cell: Cell, name: str) -> bool:
    """Tell whether the name that a cell begins with is set apart, as code or in bold."""
    first = next((piece for piece in cell.pieces if piece[0].strip()), ("", False))
    if first[1]:
        return first[0].strip().rstrip(":：") == name
    bold = _BOLD.match(cell.raw.lstrip())
    return bold is not None and bold[1].replace("\\", "") == name
