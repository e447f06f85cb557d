"""Defaults that a page tells in running text, of parameters whose rows have none: "`filter` defaults to `soft`"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent
from teststrip.base.pattern import Pattern
from teststrip.provider.reading.entries import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.flags import Flags

# A name and a value between control signs, and in one sentence between them that the one is the other's default.
_TOLD: Final = Pattern(
    r"\x01([A-Za-z_][\w.]{0,60})\x01[^\x01.;。；]{0,60}\b(?:defaults?(?: value)?(?:\s(?:to|is))?|默认(?:值)?(?:为|是)?|por defecto|par défaut)\s?[:：]?\s?\x01([^\x01\n]{1,60})\x01",
    re.IGNORECASE,
)
_MOST: Final = 100_000  # characters of running text that are looked at


def flag_told_defaults(document: Document, entries: Sequence[Entry], flags: Flags) -> None:
    """Flag rows without a default whose parameter has one in the page's running text."""
    told: dict[str, str] = {}
    left = _MOST
    for text in document.texts:
        if left <= 0:
            break
        plain = "".join(f"\x01{piece.strip()}\x01" if code else piece for piece, code in text.cell.pieces)[:left]
        left -= len(plain)
        for match in _TOLD.finditer(plain):
            told.setdefault(match[1], match[2])
    if not told:
        return
    for entry in walk(entries):
        default = entry.facts.default
        value = told.get(entry.path) or told.get(entry.name)
        if value is None or entry.implied or default.random or not isinstance(default.value, Absent):
            continue
        problem = "the text of the page tells a default, and this row has none"
        flags.add(entry.row.where, entry.path, value, problem, (value, "no default"))
