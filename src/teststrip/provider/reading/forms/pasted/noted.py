"""Parameters on one line, with a note in brackets and words behind: `steps (Optional): How many`, `size [string] - ...`.

Where a page has such lines, one without a note, `prompt: What to draw`, is a parameter if an example sends its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.forms.pasted.heads import NAME, Head, type_line
from teststrip.provider.reading.forms.pasted.marks import Mark, read_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_NOTED: Final = Pattern(
    rf"(?P<name>{NAME.pattern})\s?[(（\[【](?P<note>[^()（）\[\]【】\n]{{2,60}})[)）\]】]\s?(?:[:：–—]|-\s)\s?(?P<rest>\S.*)"
)
_BARE: Final = Pattern(rf"(?P<name>{NAME.pattern})\s?[:：]\s(?P<rest>\S+\s.*)")
_PART: Final = Pattern(r"[,，、;]")
_WORD: Final = Pattern(r"[a-z_$@]")  # a name begins with a small letter; a title does not
_SAID: Final = Pattern(r"\b(?:it|this|which) is (?:required|optional|mandatory)\b", re.IGNORECASE)
_FEWEST: Final = 3


def noted_at(line: str) -> Head | None:
    """Read a line with a note that says a type, or whether the parameter has to be given."""
    match = _NOTED.fullmatch(line)
    if match is None or _WORD.match(match["name"]) is None:
        return None
    kind, marks = "", []
    for part in (part.strip() for part in _PART.split(match["note"])):
        found, rest = read_marks(part)
        typed = type_line(part) if not kind else None
        if words.says_required(part):
            marks.append(Mark("optional" if words.plain(part) in words.NO else "required"))
        elif found and not rest:
            marks += found
        elif typed is not None:
            kind, marks = typed[0], [*marks, *typed[1]]
    told = bool(kind) or any(mark.kind in {"required", "optional", "default"} for mark in marks)
    return Head(match["name"], kind, tuple(marks), 1, match["rest"]) if told else None


def bare_at(line: str, sent: Collection[str]) -> Head | None:
    """Read a line without a note, whose name an example sends, or whose words say whether it has to be given."""
    match = _BARE.fullmatch(line)
    if match is None or _WORD.match(match["name"]) is None:
        return None
    taken = match["name"] in sent or _SAID.search(match["rest"]) is not None
    return Head(match["name"], "", (), 1, match["rest"]) if taken else None


def has_noted(lines: Sequence[str]) -> bool:
    """Tell whether several lines have such notes."""
    return len({head.name for line in lines if (head := noted_at(line)) is not None}) >= _FEWEST
