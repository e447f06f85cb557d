"""What a definition begins with: whether the parameter has to be given, its type, its default.

`(Optional, integer) ...`, `Required. String. ...`, `int, default: 8. ...`, in any order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.flags import CellError
from teststrip.provider.reading.forms.bullet_items import parts_of
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from teststrip.base.where import Where

_BRACKET: Final = Pattern(
    r"\s{0,4}[(（\[]([^()（）\[\]\n]{1,80}(?:\([^()\n]{0,40}\)|\[\])?)[)）\]]\s?[.,:;：—–-]?\s{0,4}"
)
_WORD: Final = Pattern(
    r"\s{0,4}(?P<part>(?:[^\W\d_]|\{)[^.;:：\n—–()]{0,60}?(?:\([^()\n]{0,40}\))?)(?:\s?[.;:：](?=\s|$)\s{0,4}|\n|\s[—–-]\s|$)"
)
_SET: Final = Pattern(r"\{([^{}\n]{1,200})\}")  # values, as a Python writes them
_REQUIRED: Final = Pattern(
    r"required|optional|mandatory|必填|可选|必需|选填|必須|任意|필수|선택|obligatori[oa]|obrigatóri[oa]|obbligatori[oa]|opcional|opzionale"
    r"|obligatoire|facultati(?:f|ve|vo)|optionnel(?:le)?|erforderlich|(?:не)?обязательн\w{1,3}|verplicht|optioneel"
    # what has to be given with a value of something else
    r"|(?:required|mandatory|obligatori[oa]|obrigatóri[oa]|obligatoire|erforderlich|обязательн\w{1,3}) (?:only )?(?:if|when|unless|with|for|si|se|wenn|falls|если|при)\b.{1,100}",
    re.IGNORECASE,
)
_DEFAULT: Final = Pattern(r"(?:default(?:s to| value)?|默认值?)\s?[:=：]?\s?(?P<value>\S.{0,80})", re.IGNORECASE)
_SENTENCE: Final = Pattern(r"[ \t]*(?:of|is|are|the|an?|for|in|as|to|that|which)\b", re.IGNORECASE)
_BESIDE: Final = frozenset({"deprecated", "beta", "preview", "experimental", "nullable", "read-only", "multipart"})
_MOST_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Head:
    """The words before the description; `rest` is the description."""

    kind: str
    required: str
    default: str
    rest: Cell


def head_of(cell: Cell) -> Head:
    """Take the head off a definition."""
    whole = "".join(text for text, _ in cell.pieces)
    found: dict[str, str] = {}
    at = 0
    for _ in range(_MOST_STEPS):
        part, end = _coded(cell, whole, at)
        match = None if part else _BRACKET.match(whole, at) or _WORD.match(whole, at)
        if match is not None:
            part, end = match[1], match.end()
        told = _told(part) if part else None
        if told is None or set(told) & set(found):
            break
        found |= told
        at = end
    return Head(found.get("type", ""), found.get("required", ""), found.get("default", ""), _without(cell, at))


def marks_of(text: str, where: Where) -> str:
    """Return what stands behind a name where it is facts and nothing else: `_optional_`, `(string, required)`."""
    if _SENTENCE.match(text):
        return ""
    head = head_of(read_inline(text.strip(" \t:,;|–—-") + ".", where))
    said = [part for part in (head.kind, head.required, head.default and f"default: {head.default}") if part]
    return ", ".join(said) if not head.rest.text.strip(". ") else ""


def _coded(cell: Cell, whole: str, at: int) -> tuple[str, int]:
    """Return the code span that begins at a place of a cell, behind blanks, and where what follows it begins."""
    at += len(whole[at:]) - len(whole[at:].lstrip(" ,;|·\t\n"))
    start = 0
    for text, code in cell.pieces:
        if start == at and code:
            return text, start + len(text)
        start += len(text)
        if start > at:
            break
    return "", at


def _told(text: str) -> dict[str, str] | None:
    """Read a few words as facts; None when one of them is none."""
    found: dict[str, str] = {}
    for part in parts_of(_SET.sub(lambda match: match[1].replace(",", " |"), text)):
        bare = part.strip(" *_`")
        default = _DEFAULT.fullmatch(bare)
        if _REQUIRED.fullmatch(bare):
            found.setdefault("required", bare)
        elif default is not None:
            found.setdefault("default", default["value"].strip("`\"' "))
        elif "type" not in found and _is_type(bare):
            found["type"] = bare
        elif bare.lower() not in _BESIDE:
            return None
    return found or None


def _is_type(text: str) -> bool:
    try:
        reading = read_kind(text)
    except CellError:
        return False
    listed = bool(reading.values) and text[:1] not in "\"'"
    return reading.kind is not None and not reading.named and not listed and text.lower() not in words.NULLS


def _without(cell: Cell, at: int) -> Cell:
    """Return a cell without its first `at` characters, spans of code kept."""
    pieces: list[tuple[str, bool]] = []
    for text, code in cell.pieces:
        left = text[at:]
        at = max(0, at - len(text))
        if left:
            pieces.append((left, code))
    return Cell(tuple(pieces), cell.where, cell.raw)
