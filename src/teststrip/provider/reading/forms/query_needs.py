"""Sentences that say which parts of an address have to be there: "`cht=qr` and the size (`chs=<w>x<h>`) are required"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.forms.query_values import Option, read_options

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from teststrip.provider.reading.inline import Cell

_NEEDS: Final = Pattern(
    r"\b(?:are|is|both|all|always)\s(?:required|mandatory|needed|compulsory|obligatory)\b|\brequired\s(?:query\s|url\s)?(?:param\w*|arg\w*|fields?|options?|keys?)\b"
    r"|\bmust\s(?:always\s|all\s|both\s)?(?:be\s(?:given|set|provided|specified|included|present|sent|passed)|have|include|contain|carry)\b"
    r"|\b(?:son|sont|sind|sono|são)\s(?:\w{1,12}\s)?(?:obligatori\w{1,2}|obligatoires|erforderlich|obbligatori|obrigatóri\w{1,2})\b|必[须須填需选選]|필수",
    re.IGNORECASE,
)
_UNLESS: Final = Pattern(
    r"\b(?:not|never|optional|if|when|unless|only|either|or|except|instead|depend\w*)\b|可选|任意|선택",
    re.IGNORECASE,
)
_NAME: Final = Pattern(r"[A-Za-z_][\w.-]{0,60}(?:\[\])?")
_ENDS: Final = re.compile(r"(?<=[.!?])\s|(?<=[。！？])|\n")


def needed_in(cell: Cell, asked: Collection[str]) -> Iterator[Option]:
    """Give the parts of an address that a paragraph says have to be given; none where it names a case.

    `asked` are the names in the page's addresses: one that is not written with a value has to be one of them.
    """
    if len(cell.codes) > 40 or _NEEDS.search(cell.text) is None:
        return
    text = ""
    spans: list[str] = []
    for piece, coded in cell.pieces:
        text += f"\x01{len(spans)}\x01" if coded else piece
        spans += [piece.strip()] if coded else []
    for sentence in _ENDS.split(text):
        if _NEEDS.search(sentence) is None or _UNLESS.search(sentence):
            continue
        for number in re.findall(r"\x01(\d+)\x01", sentence):
            code = spans[int(number)]
            options = read_options(code) or ([Option(code)] if _NAME.fullmatch(code) else [])
            yield from (option for option in options if option.name in asked)
