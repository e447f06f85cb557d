"""A name in a line of no known form, with a type, a mark or a default near it, in whatever order and with whatever signs.

🔹 wish (string) – what    wish -> string, what    (string) wish: what    string wish    | wish | string | what |
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.resort.marks import LOOSE, Marks, read_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.reading.inline import Cell

_NAME: Final = r"(?:[a-z_$][A-Za-z0-9_$-]{0,60}(?:(?:\[\])?\.[A-Za-z_]\w{0,60}){0,6}(?:\[\])?)"
_ORNAMENT: Final = Pattern(
    r"[\s>|*+•·▪-]*(?:\[[ xX]\]|\d{1,2}[.)](?=\s)|[^\w\s!-/:-@\[-`{-~]{1,4}\ufe0f?)?[\s*>|]*"
)
_FIRST: Final = Pattern(
    rf"[\"'`:*@]{{0,4}}(?P<name>{_NAME})[\"'`*:]{{0,4}}(?P<mark>[*?]?)(?=$|[\s:：=(（\[<|,，→–—-])"
)
_SIGNS: Final = Pattern(r"[\s:：=|,，→–—<>\"'`·-]{0,40}")
_BEHIND: Final = Pattern(
    rf"[\s)）\]>}}*`:：|,，·-]{{0,12}}(?P<name>{_NAME})(?P<mark>[*?]?)[`*\"']{{0,3}}(?=$|[\s:：=(（\[|,，–—-])"
)
_GIVEN: Final = Pattern(r"\s{0,4}=\s{0,4}(?P<value>\"[^\"\n]{0,80}\"|'[^'\n]{0,80}'|[\w.+-]{1,40})")
_LABEL: Final = Pattern(r"(?P<need>[^\W\d_][^:：\n]{1,40}?)\s?[:：]\s")
_BRACKETS: Final = Pattern(r"[(（\[]\s?([^()（）\[\]\n]{2,24}?)\s?[)）\]]")
_BRACKET: Final = Pattern(r"\s?[(（\[]")
_NO_NAMES: Final = (words.KINDS.keys() - LOOSE) | words.YES | words.NO | {
    "curl", "http", "https", "get", "post", "put", "patch", "delete", "content-type", "accept", "authorization", "note", "example",
    "default", "type", "required", "optional", "return", "returns", "const", "let", "var", "name", "import", "from", "e.g", "i.e",
}  # fmt: skip
_MOST: Final = 400  # characters of a line that are looked at


@dataclass(frozen=True, slots=True)
class Lead:
    """A name, what stands beside it, and the words that are left."""

    name: str
    kind: str
    required: str
    default: str
    about: str

    @property
    def told(self) -> bool:
        """Whether a type, or whether it has to be given, is said."""
        return bool(self.kind or self.required)


def lead_of(line: str, below: str = "") -> Lead | None:
    """Read a line, and the one below it where it is a name alone; None where nothing beside a name tells of it."""
    text = line[:_MOST]
    if text.lstrip("`* ").startswith("--"):
        return None  # an option of a program
    ornament = _ORNAMENT.match(text)
    at = ornament.end() if ornament is not None else 0
    first = _FIRST.match(text, at)
    if first is not None and _is_name(first["name"]):
        rest = text[first.end() :].strip(" :：|") or below[:_MOST].strip()
        signs = _SIGNS.match(rest)
        start = signs.end() if signs is not None and rest else 0
        return _lead(first["name"], first["mark"], read_marks(rest, start), rest)
    before = read_marks(text, at)
    sure = text[at : at + 1] in tuple("(（[<{") or (before.kind[:1].islower() and before.kind not in LOOSE)
    named = _BEHIND.match(text, before.end) if before.kind and sure else None
    if named is None or not _is_name(named["name"]):
        return None
    rest = text[named.end() :]
    given = _GIVEN.match(rest)
    behind = read_marks(rest, given.end() if given is not None else 0)
    default = given["value"].strip("\"'") if given is not None else before.default or behind.default
    marks = Marks(
        before.kind, before.required or behind.required, default, max(behind.end, given.end() if given else 0)
    )
    return _lead(named["name"], named["mark"], marks, rest)


def _lead(name: str, mark: str, marks: Marks, rest: str) -> Lead | None:
    about = rest[marks.end :].lstrip(" \t:：–—-,，.;)）]>|/#*`").rstrip(" \t|*`")
    noted = next((one for one in _BRACKETS.findall(about) if words.says_required(one)), "")
    required = marks.required or noted or {"*": "required", "?": "optional"}.get(mark, "")
    lead = Lead(name, marks.kind, required, marks.default, about)
    return lead if lead.told or marks.default else None


def leads_within(cell: Cell) -> Iterator[Lead]:
    """Give the names in code that a sentence has with brackets behind them, or behind a word for what has to be given.

    "Send `wish` (string, required) and `tails` (integer)", "Required: `wish`, `tails`".
    """
    label = _LABEL.match(cell.text)
    need = (
        label["need"].strip("* ") if label is not None and words.says_required(label["need"].strip("* ")) else ""
    )
    pieces = [*cell.pieces, ("", False)]
    for (name, code), (rest, more) in itertools.pairwise(pieces):
        if not code or (more and rest) or not _FIRST.fullmatch(name) or not _is_name(name):
            continue
        bracket = _BRACKET.match(rest)
        marks = read_marks(rest, bracket.end()) if bracket is not None else Marks()
        lead = Lead(name, marks.kind, marks.required or need, marks.default, "")
        if lead.told:
            yield lead


def _is_name(name: str) -> bool:
    return name.lower() not in _NO_NAMES and re.fullmatch(r"v?\d[\d.]*", name) is None
