"""What the first words of an item say, where it is a parameter: `steps` (integer), `steps`: `integer`, steps: array of x."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.cells.marks_behind import is_apart, is_kind, marks_of, says_required
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.bracket_words import typed_values, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.inline import Cell

_NAME: Final = r"(?P<name>(?:[$@]\.?)?[A-Za-z_][\w-]*(?:(?:\[\])?\.[A-Za-z_][\w-]*)*(?:\[\])?)(?P<mark>[*?]?)\s*"
_BRACKETS: Final = Pattern(
    _NAME + r"[(（\[](?P<said>[^()（）\n]*(?:\([^()\n]*\)[^()\n]*)?)[)）\]](?P<rest>.*)", re.DOTALL
)
_COLON: Final = Pattern(
    _NAME + r"(?:[:：]|\s[–—·|-]\s)\s*(?P<said>[A-Za-z]+(?:<\w+>|\[\])?)(?P<rest>.*)", re.DOTALL
)
# More words than one: up to where a sentence goes on. Only what is made as types are: a union, an array.
_CLAUSE: Final = Pattern(
    _NAME
    + r"(?:[:：]|\s[–—·|-]\s)\s*(?P<said>[A-Za-z][^.;:()（）\n]{2,60}?)(?P<rest>(?:[.;(（\n]|\s[–—-]\s|,\s|$).*)",
    re.DOTALL,
)
_MADE: Final = Pattern(r"(?:array|list)\b|.*(?:\bor\b|\||<|\[\])", re.IGNORECASE)
_BARE: Final = Pattern(_NAME + r"(?:[:：]|(?<=\s)[–—·|-](?=\s))\s{0,4}")
_ALONE: Final = Pattern(_NAME)
# Several names that nothing is said of: `width`, `height`
_SEVERAL: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,60}(?:\s?[,、/&+]\s?[A-Za-z_][\w.\[\]-]{0,60}){1,12}")
_STRANGE: Final = Pattern(r"[A-Za-z][\w.<>\[\]-]{1,40}")  # a type that nobody knows
_FACT: Final = r"(?:required|optional|mandatory|必填|可选|default(?:s to| value)?\s?[:=]?\s?[^\s,;，；—–·|]{1,60})"
_PART: Final = Pattern(
    rf"(?:\s?[,;，；·|]\s?|\s[—–-]\s)({_FACT})(?=\s?(?:[.,;，；。—–·|\n]|-\s|$))", re.IGNORECASE
)
_MOST_PIECES: Final = 4
_PARTING: Final = Pattern(r"[,，;；<>\[\]]")
_RARE: Final = frozenset({"text", "image", "file", "list", "map", "number", "date", "video"})
_ALONE_TYPES: Final = frozenset({"list", "number", "file"})  # of these, what is a type where nothing follows


@dataclass(frozen=True, slots=True)
class Item:
    """A parameter's name with its mark (a star, a question mark), what is said of it, and where the rest begins."""

    name: str
    mark: str
    said: str
    start: int
    bracketed: bool = False


def parsed_item(cell: Cell) -> Item | None:
    """Read an item that is a parameter: brackets, code or words behind its name say a type, or that it is required."""
    text = "".join(piece for piece, _ in cell.pieces)
    text = text.strip()
    bracketed = _BRACKETS.match(text)
    if bracketed is not None and bracketed["name"][0].isupper() and bracketed["said"] == bracketed["name"].lower():
        return None  # a title with the name behind it: Text (text)
    if bracketed is not None:
        found = _item(bracketed, bracketed=True)
        return found if _tells(found.said, cell.codes) else None
    return _coded(cell) or _worded(text) or _marked(cell, text)


def _item(match: re.Match[str], *, bracketed: bool = False) -> Item:
    return Item(match["name"], match["mark"], match["said"] or "", match.start("rest"), bracketed)


def _tells(said: str, codes: Sequence[str]) -> bool:
    """Tell whether brackets say a type, values, or a word about being required."""
    plain = said.lower().strip(" *_`")
    first, *others = parts_of(said)
    if words.says_required(first) or typed_values(first) or values_of(first, codes):
        return True
    try:
        return read_kind(first).kind is not None
    except CellError:
        return any(map(words.says_required, others)) or re.search(r"\b(?:required|optional)\b", plain) is not None


def bare_item(cell: Cell) -> Item | None:
    """Read a marked name with nothing about its type: `tint`: A colour."""
    text = "".join(piece for piece, _ in cell.pieces).strip()
    if (
        cell.codes
        and _SEVERAL.fullmatch(text)
        and re.sub(r"[\W_]", "", text) == re.sub(r"[\W_]", "", "".join(cell.codes))
    ):
        return Item(text, "", "", len(text))
    match = _BARE.match(text) or _ALONE.fullmatch(text)
    marked = cell.raw.lstrip()[:1] in {"`", "*", "_"}
    return Item(match["name"], match["mark"], "", match.end()) if match is not None and marked else None


def strange_item(cell: Cell) -> Item | None:
    """Read `picture(imagefile): ...`, whose brackets hold one word that is no known type."""
    match = _BRACKETS.match("".join(piece for piece, _ in cell.pieces).strip())
    return _item(match, bracketed=True) if match is not None and _STRANGE.fullmatch(match["said"]) else None


def _coded(cell: Cell) -> Item | None:
    """Read `steps`: `integer | null`, where the type is code: it is one whatever its word."""
    lead = ""
    for text, code in cell.pieces[:_MOST_PIECES]:
        match = _BARE.fullmatch(lead.lstrip()) if code and lead.strip() else None
        if match is not None:
            if not _is_type(text.strip()):
                return None
            rest = "".join(piece for piece, _ in cell.pieces)[len(lead) + len(text) :]
            return _with_more(
                Item(match["name"], match["mark"], text.strip(), len(lead.lstrip()) + len(text)), rest
            )
        lead += text
    return None


def _marked(cell: Cell, text: str) -> Item | None:
    """Read a name that is set apart as code or in bold, with types and marks behind it: **steps** integer *required*."""
    match = _ALONE.match(text)
    if match is None or not is_apart(cell, match["name"]) or re.match(r"[^\W_]", text[match.end("mark") :]):
        return None
    said, end = marks_of(text, match.end("mark"), cell.codes)
    if not any(is_kind(one) for one in said) and not (said and says_required(said[0])):
        return None
    return Item(match["name"], match["mark"], ", ".join(said), end)


def _worded(text: str) -> Item | None:
    """Read `steps: integer` and `stop: string or array of strings`, but no running text that begins with such a word."""
    clause = _CLAUSE.match(text)
    if clause is not None and _MADE.match(clause["said"]) and _is_type(clause["said"].strip()):
        return _with_more(_item(clause), clause["rest"])
    match = _COLON.match(text)
    if match is None or re.match(r"\s+[a-z]", match["rest"]):
        return None
    said = match["said"].lower()
    if said not in words.KINDS or (said in _RARE and (said not in _ALONE_TYPES or match["rest"].strip())):
        return None
    return _with_more(_item(match), match["rest"])


def _with_more(item: Item, rest: str) -> Item:
    """Add what stands behind a type, parted by commas: `integer, optional, default 28`."""
    said, at = item.said, 0
    while (part := _PART.match(rest, at)) is not None:
        said, at = f"{said}, {part[1]}", part.end()
    return replace(item, said=said, start=item.start + at)


def _is_type(text: str) -> bool:
    try:
        reading = read_kind(text)
    except CellError:
        return False
    listed = bool(reading.values) and text[:1] not in "\"'"
    return reading.kind is not None and not reading.named and not listed and text.lower() not in words.NULLS


def parts_of(said: str) -> list[str]:
    """Part `integer, 默认值: 2` at commas that are in no brackets: those before whose next bracket none is closed."""
    parts: list[str] = []
    end = len(said)
    inside = False
    for mark in reversed(list(_PARTING.finditer(said))):
        if mark[0] in "<>[]":
            inside = mark[0] in ">]"
        elif not inside:
            parts.append(said[mark.end() : end].strip())
            end = mark.start()
    return [said[:end].strip(), *reversed(parts)]
