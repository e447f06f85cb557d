"""Balances in what a server says: in JSON by the names of members, in sentences by the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_MONEY: Final = "credits?|quota|points|tokens|anlas|funds"
_QUOTE: Final = r"\\{0,7}\""  # also of JSON within JSON
_GAP: Final = r"\s{0,64}"  # bounded, and never two in a row: the time is linear
_NAME: Final = (
    rf"[a-z0-9_-]*(?:balance|wallet)[a-z0-9_-]*|(?:remaining|left|available|total|user|account|free)[_-]?(?:{_MONEY})|"
    rf"(?:{_MONEY})[_-]?(?:remaining|left|available|total)|credits?|quota|funds|remaining"
)
_HOT: Final = re.compile(rf"\"(?:{_NAME})\"", re.IGNORECASE)
_NUMBER: Final = r"-?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?"
_BALANCE: Final = re.compile(
    rf"(?P<name>{_QUOTE}(?:{_NAME}){_QUOTE})"
    rf"(?P<is>{_GAP}:{_GAP}(?:\[{_GAP}|\{{{_GAP}{_QUOTE}[a-z_]{{1,30}}{_QUOTE}{_GAP}:{_GAP})?(?:{_QUOTE})?"
    rf"(?:[$€£¥]{_GAP})?){_NUMBER}",
    re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"((?:\b(?:balance|wallet)\b|余额|\\u4f59\\u989d)[^0-9\n\"]{0,24})[0-9]+(?:[.,][0-9]+)*", re.IGNORECASE
)
_LEFT: Final = re.compile(
    rf"(?<![0-9.,])[0-9]+(?:[.,][0-9]+)*(?=\s{{1,3}}(?:{_MONEY})\s{{1,3}}(?:left|remain|available))", re.IGNORECASE
)
_PART: Final = re.compile(rf"\"(?:[^\"\\]++|\\.)*+\"|[{{}}\[\],:]|{_NUMBER}", re.DOTALL)
_AMOUNT: Final = re.compile(rf"\"\s?[$€£¥]?\s?{_NUMBER}\s?[A-Za-z%]{{0,6}}\"")


def without_balances(text: str) -> str:
    """Return what a server said without its balances: 0 in JSON, `[hidden]` in sentences. Takes linear time."""
    if _HOT.search(text):
        text = "".join(_walked(text))
    text = _LEFT.sub("[hidden]", text)
    return _SAID.sub(r"\1[hidden]", _BALANCE.sub(r"\g<name>\g<is>0", text))


def _walked(text: str) -> Iterator[str]:
    """Yield JSON, whole or cut off, with 0 for each number anywhere within a member of such a name."""
    outer: list[tuple[bool, bool]] = []
    hot, in_list = False, False  # of the innermost object or list
    name: str | None = None  # of the member whose value comes
    last = ""
    at = 0
    for found in _PART.finditer(text):
        part = found[0]
        if part in "{[":
            outer.append((hot, in_list))
            hot, in_list, name = hot or _is_hot(name), part == "[", None
        elif part in "}]":
            (hot, in_list), name = outer.pop() if outer else (False, False), None
        elif part == ",":
            name = None
        elif part == ":":
            name = last
        elif part[0] != '"' or ((name is not None or in_list) and _AMOUNT.fullmatch(part)):
            if hot or _is_hot(name):
                yield text[at : found.start()]
                yield '"0"' if part[0] == '"' else "0"
                at = found.end()
        else:
            last = part
    yield text[at:]


def _is_hot(name: str | None) -> bool:
    return name is not None and _HOT.fullmatch(name) is not None
