"""Enumerations: the values that a cell lists, in a column of their own.

A `Listing` has the values as written; typing them is the caller's, who knows the kind. One that goes on with "etc."
or "for example" is open: its values are examples, no enumeration. Lists in running text are found by
`listing_text.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS, OPEN, SEPARATORS

if TYPE_CHECKING:
    from teststrip.provider.reading.inline import Cell

_LABEL: Final = Pattern(
    r"\s*(?:\(([^()]*)\)|（([^（）]*)）|(?:=|:|：|->|→|–|—|-)\s*([^,;，；|\n]*?))\s*(?=$|[,;，；、|/\n·•]|\bor\b|\band\b)",
    re.IGNORECASE,
)
_VALUE: Final = Pattern(r"[\w@#][\w.:+/%*×°#@&-]*|[-+]?\d+(?:\.\d+)?", re.UNICODE)
_DEFAULT_MARK: Final = Pattern(rf"^\W*(?:the )?default\b|\bdef(?:ault)?\b\W*$|{DEFAULT_WORDS}", re.IGNORECASE)
_LAST_TWO: Final = Pattern(r"\s+and\s+|\s*&\s*|\s*(?:或者?|以及|和|及|または)\s*")
_ABOUT: Final = Pattern(
    r"[最至][多少]|[上下]限|不超过|别名|最大|\b(?:up to|at (?:most|least)|alias(?:es)?)\b", re.IGNORECASE
)
# A form in which something is given, in words: "public URL", "Base64 string", "multipart 文件"; no value has them.
_GIVEN_AS: Final = Pattern(
    r"\S[ ](?:data )?(?:URLs?|URIs?|string|file|upload|path|字符串|文字列|문자열)$|^(?:URL|URI|[Bb]ase64|multipart|public|remote|local|binary)[ ]?\S"
    r"|[^\x00-\x7f](?:URL|URI|[Bb]ase64)$|(?:文件|链接|地址|字段|图片|ファイル|파일)$"
)
_MIME: Final = Pattern(r"(?:image|video|audio|text|application)/[\w.+-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Value:
    """One value as written, with the words that the page has for it."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in their order; `open` when there are more than are listed.

    `strength` is how surely they are all: 2, a phrase says so; 1, nothing else could be meant; 0, only with the
    default among them.
    """

    values: tuple[Value, ...]
    open: bool = False
    strength: int = 2
    integral: bool = False  # labelled whole numbers: for a number with fractions, they are points on a scale
    several: bool = False  # the text has several lists, for different cases
    announced: bool = False  # one for each line, below a line that says that one of them is to be given

    @property
    def texts(self) -> tuple[str, ...]:
        """The values, without labels."""
        return tuple(value.text for value in self.values)

    @property
    def default(self) -> str | None:
        """The value whose label says that it is the default."""
        return next((value.text for value in self.values if _DEFAULT_MARK.search(value.label)), None)


def read_listing(cell: Cell) -> Listing | None:
    """Read a cell that is about values and nothing else; None when it is not wholly a list of them."""
    text = cell.text
    is_open = bool(OPEN.search(text)) or bool(
        re.match(r"(?:e\.g\.|例如|such as|for example|如[:：])", text, re.IGNORECASE)
    )
    return (
        _by_codes(cell, is_open=is_open)
        or _by_lines(cell)
        or _labelled(text)
        or by_separators(cell, is_open=is_open)
    )


def _by_codes(cell: Cell, *, is_open: bool) -> Listing | None:
    """Values as code spans, with nothing but separators and labels between them."""
    if not cell.codes:
        return None
    values: list[Value] = []
    pieces = cell.pieces
    for index, (text, code) in enumerate(pieces):
        if code:
            values += [
                Value(part.strip("\"'")) for part in (_inner(text) if len(cell.codes) == 1 else [text.strip()])
            ]
            continue
        if SEPARATORS.fullmatch(text) or (index == 0 and re.fullmatch(r"[\s\w]*[:：]\s*", text)):
            continue
        if OPEN.search(text) and not re.sub(r"[\W_]|etc|and|more|等", "", text):
            continue
        label = _LABEL.match(text)
        if not values or label is None or not SEPARATORS.fullmatch(text[label.end() :]):
            return None
        values[-1] = Value(values[-1].text, next((part.strip() for part in label.groups() if part), ""))
    return Listing(tuple(values), is_open) if values and all(value.text for value in values) else None


def _inner(text: str) -> list[str]:
    """Part the values of a single code span: `a | b`, `[a, b]`."""
    text = text.strip()
    text = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    return [part for part in re.split(r"\s*[|,]\s*|\s+/\s+", text) if part]


def _by_lines(cell: Cell) -> Listing | None:
    """Values on lines of their own, each perhaps with a label behind it."""
    lines = [line.strip(" -•*·") for line in cell.lines]
    if len(lines) < 2:
        return None
    values = []
    for line in lines:
        match = re.fullmatch(
            r"[\"'“`]?([\w.:+/%*×-]+?)[\"'”`]?(?:\s*(?:=|:(?!\d)|：|\s[-–—]\s|->)\s*(.+)|\s*[(（](.+)[)）])?[,;，；]?",
            line,
        )
        if match is None:
            return None
        values.append(Value(match[1], match[2] or match[3] or ""))
    return Listing(tuple(values))


def _labelled(text: str) -> Listing | None:
    """`0 = Heavy, 1 = Light`: every part has a label."""
    parts = [part.strip() for part in re.split(r"[,;，；、|]\s*", text) if part.strip()]
    matches = [
        re.fullmatch(
            r"([\w.+*-]+)\s*(?:=|＝|:|：|\s[-–—]\s|->)\s*([^=]+)|([\w.+:*-]+)\s*[(（]([^()（）]+)[)）]", part
        )
        for part in parts
    ]
    if len(parts) < 2 or not all(matches):
        return None
    if any(match and re.match(r"\d+\s*[:：]\s*\d", match[0]) for match in matches):
        return None  # aspect ratios
    return Listing(tuple(Value(m[1] or m[3], (m[2] or m[4]).strip()) for m in matches if m))


def by_separators(cell: Cell, *, is_open: bool) -> Listing | None:
    """Plain words between separators; the strongest sign that is there parts them."""
    text = re.sub(
        r"^(?:one of|either|enum|options?|values?|supported|allowed|可选值?|取值|枚举值?|支持)\s*[:：]?\s*",
        "",
        cell.text,
        flags=re.IGNORECASE,
    ).strip(" .。")
    if len(text) > 1 and text[0] in "[{(" and text[-1] in "]})" and "," in text:
        text = text[1:-1]
    text = OPEN.sub("", text).strip(" ,，") if is_open else text
    for separator in (
        r"\s*\|\s*",
        r"\s*[、；;]\s*",
        r"\s*[,，]\s*(?:or\s+|and\s+)?",
        r"\s+/\s+",
        r"\s+(?:or|ou|oder|или)\s+|\s*或者?\s*|\s*または\s*",
        r"/",
    ):
        if separator == "/" and _MIME.fullmatch(text):
            continue
        parts = [part.strip() for part in re.split(separator, text, flags=re.IGNORECASE) if part.strip()]
        if len(parts) > 1:
            break
    else:
        return None
    if separator == r"\s*[,，]\s*(?:or\s+|and\s+)?":
        *most, last = (one for part in parts for one in re.split(r"\s+or\s+", part))
        # The last two of a list may have no comma between them; "Rock and Roll" is one value in a list of words.
        parts = [
            *most,
            *(_LAST_TWO.split(last) if all(re.fullmatch(r"[a-z0-9_.:-]+", one) for one in most) else [last]),
        ]
    elif separator == r"\s*[、；;]\s*":
        *most, last = parts
        parts = [*most, *re.split(r"\s*(?:或者?|以及|和|及|または)\s*", last)]
        # A list for each of several cases: `a, b (first); c, d (second)`.
        parts = [one for part in parts for one in re.split(r"\s*[,，]\s*(?![^(（]*[)）])", part) if one]
    if any(_ABOUT.search(part) for part in parts) or sum(_GIVEN_AS.search(part) is not None for part in parts) > 1:
        return None  # words about how many there may be, or what else they are called, or how they are given
    values = [_plain_value(part) for part in parts]
    return Listing(tuple(value for value in values if value), is_open) if all(values) else None


def tells_forms(text: str) -> bool:
    """Tell whether a cell says in which forms something is given, and nothing else: "public URL or Base64 string"."""
    parts = re.split(
        r"\s*[、；;,，/]\s*(?:or\s+|或者?\s*)?|\s+(?:or|and)\s+|\s*或者?\s*|\s*または\s*", text.strip(" .。")
    )
    return len(parts) > 1 and all(_GIVEN_AS.search(part) for part in parts)


def _plain_value(part: str) -> Value | None:
    part = part.strip()
    quoted = re.fullmatch(r"[\"'“‘]([^\"'“”‘’]+)[\"'”’](?:\s*[(（](.+)[)）])?", part)
    if quoted is not None:
        return Value(quoted[1], quoted[2] or "")
    labelled = re.fullmatch(r"([\w.:+*×%/-]+)\s*[(（](.+)[)）]", part)
    if labelled is not None:
        return Value(labelled[1], labelled[2])
    if _VALUE.fullmatch(part) or (
        re.fullmatch(r"[\w.+&-]+(?: [\w.+&-]+){1,3}", part)
        and not re.search(
            r"\b(?:the|is|are|to|of|must|be|when|if|a|an|for|any|than|least|most|max|min|between|from)\b",
            part,
            re.IGNORECASE,
        )
    ):
        return Value(part)
    return None
