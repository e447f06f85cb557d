"""What documentation writes behind the name of a part of an address: `w=100`, `w=<int>`, `fit=cover|contain`, `q=1-100`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words

if TYPE_CHECKING:
    from collections.abc import Sequence

_PART: Final = Pattern(r"(?P<name>[A-Za-z_][\w.-]{0,60}(?:\[\])?)\s?=\s?(?P<value>[^=\n]{0,300})")
_SHOUTED: Final = Pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{4,60}")  # of an environment
_HELD: Final = Pattern(
    r"<(?P<a>[^<>]{1,120})>|\{(?P<b>[^{}]{1,120})\}|\[(?P<c>[^\[\]]{1,120})\]|\((?P<d>[^()]{1,120})\)"
)
_STANDS: Final = Pattern(r"[:$%]?(?P<word>[A-Za-z][A-Za-z_ -]{0,40})|\.{2,3}|…|#+|\?+|\*+|_+")
_RANGE: Final = Pattern(r"-?\d+(?:\.\d+)?\s?(?:-|–|~|\.{2,3}|…| to )\s?-?\d+(?:\.\d+)?")
_TOKEN: Final = Pattern(r"[\w.:%+#!-]{1,40}")
_WORD: Final = Pattern(r"[A-Za-z][A-Za-z_-]{0,30}|[a-z]{2,8}\d{1,2}")  # webp, mp4
_BOTH: Final = frozenset({"true", "false"})
_STANDING: Final = frozenset({"value", "val", "x", "y", "n", "px", "name", "id", "url", "hex", "color", "colour"})


@dataclass(frozen=True, slots=True)
class Option:
    """A part of an address as it is written: its name, and what its value says.

    `kind` is a type's word, `span` a range, `values` those that there are, `example` one that only shows what it is.
    `signed`: it has the sign of an address before it; `open`: the value is a place to fill; `loose`: the values may as
    well be sent together.
    """

    name: str
    kind: str = ""
    span: str = ""
    values: tuple[str, ...] = ()
    example: str = ""
    signed: bool = False
    open: bool = False
    loose: bool = False


def read_options(code: str) -> Sequence[Option]:
    """Read a span of code that is one part of an address, or several; () when it is none."""
    code = code.strip()
    signed = code[:1] in {"?", "&"}
    found: list[Option] = []
    for part in re.split(r"&(?:amp;)?", code.lstrip("?&")):
        match = _PART.fullmatch(part.strip())
        if match is None or _SHOUTED.fullmatch(match["name"]):
            return ()
        found.append(_valued(match["name"], match["value"].strip(), signed=signed))
    return found


def _valued(name: str, value: str, *, signed: bool) -> Option:
    held = _HELD.fullmatch(value)
    inner = next(part for part in held.groups() if part is not None).strip() if held is not None else value
    parts = [part.strip() for part in inner.split("|")]
    if len(parts) > 1:
        return _listed(name, parts, signed=signed)
    if _RANGE.fullmatch(inner):
        return Option(name, span=inner.replace("..", "-").replace(".-", "-"), signed=signed, open=True)
    parts = [part.strip() for part in re.split(r",|/", inner)]
    if len(parts) > 1 and all(_WORD.fullmatch(part) for part in parts) and len({*parts}) == len(parts):
        return _listed(name, parts, signed=signed, loose=held is None)
    stands = _STANDS.fullmatch(inner)
    word = (stands["word"] or "").strip().lower() if stands is not None else ""
    if stands is not None and word in words.KINDS and word not in _STANDING:
        return Option(name, kind=word, signed=signed, open=True)
    filled = held is not None or value[:1] in {":", "$"} or (value.isupper() and not value.isdigit())
    if not value or filled or (stands is not None and (not word or word in _STANDING)) or "<" in value:
        return Option(name, signed=signed, open=True)
    return Option(name, example=value, signed=signed)


def _listed(name: str, parts: Sequence[str], *, signed: bool, loose: bool = False) -> Option:
    lower = {part.lower() for part in parts}
    if lower == _BOTH:
        return Option(name, kind="boolean", signed=signed, open=True)
    kinds = [words.KINDS.get(part.strip("<>{}").lower()) for part in parts]
    if all(kinds):
        return Option(name, kind=" | ".join(part.strip("<>{}") for part in parts), signed=signed, open=True)
    if not all(_TOKEN.fullmatch(part) for part in parts):
        return Option(name, signed=signed, open=True)
    return Option(name, values=tuple(parts), signed=signed, open=True, loose=loose)
