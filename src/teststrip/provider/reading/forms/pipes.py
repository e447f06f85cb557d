r"""One line of a pipe table to its cells, and which lines are rules between a header and its rows.

Pipes part cells, also inside code spans, unless written `\|` (GitHub Flavored Markdown, section 4.10). Authors often
forget that; so both readings are kept, and the header decides.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Row
from teststrip.provider.reading.inline import Cell, read_inline

if TYPE_CHECKING:
    from collections.abc import Sequence

_PIPE: Final = Pattern(r"(?<!\\)\|")
_RULE: Final = Pattern(
    r"[>\s]*\|?\s*:?(?:[-–—]{1,}|[=_]{2,}):?\s*(?:[|+]\s*:?(?:[-–—]{1,}|[=_]{2,})?:?\s*)*\|?\s*"
)
_RULED: Final = Pattern(r"[-–—]|==|__")
_CODE: Final = Pattern(r"(?<!`)(`+)(?!`)([^`\n]*?)\1(?!`)")
_MASK: Final = "\x00"
_MOST_CELLS: Final = 500  # of one row; what follows stays in the last of them


def has_pipe(line: str) -> bool:
    """Tell whether a line has a pipe that parts cells."""
    return "|" in line and _PIPE.search(line) is not None


def is_rule(line: str) -> bool:
    """Tell whether a line is the rule below a header, or one that was repeated."""
    return "|" in line and _RULED.search(line) is not None and _RULE.fullmatch(line) is not None


def width(line: str) -> int:
    """Return how many cells a line has."""
    return len(spans(line))


def spans(line: str, *, masked: bool = False) -> list[tuple[int, int]]:
    """Return where each cell's text begins and ends in a line, counted from 0.

    With `masked`, a pipe inside a code span parts nothing.
    """
    body = line.rstrip()
    start = len(body) - len(body.lstrip(" \t>")) if body.lstrip(" \t").startswith((">", "|")) else 0
    seen = _CODE.sub(lambda match: match[0].replace("|", _MASK), body) if masked and "`" in body else body
    start += body[start:].startswith("|")
    end = len(body) - 1 if len(body) > start and _PIPE.match(seen, len(body) - 1) else len(body)
    edges = [*(found.start() for found in islice(_PIPE.finditer(seen, start, end), _MOST_CELLS)), end]
    found = []
    for edge in edges:
        text = body[start:edge]
        left = start + (len(text) - len(text.lstrip(" \t")) if text.strip() else 0)
        found.append((left, left + len(text.strip(" \t"))))
        start = edge + 1
    return found


def is_closed(line: str) -> bool:
    """Tell whether a line ends with a pipe."""
    body = line.rstrip()
    return body.endswith("|") and not body.endswith("\\|")


def read_row(line: str, where: Where) -> Row:
    """Read a line as a row; `where` is the place of its first character. Lines joined by newlines are one row."""
    parts = spans(line)
    others = spans(line, masked=True) if "`" in line else parts
    plain = _cells(line, parts, where)
    masked = _cells(line, others, where) if len(others) != len(parts) else ()
    return Row(plain, plain[0].where, masked, closed=is_closed(line))


def _cells(line: str, parts: Sequence[tuple[int, int]], where: Where) -> tuple[Cell, ...]:
    cells = []
    for left, right in parts:
        before = line.rfind("\n", 0, left)
        down = line.count("\n", 0, left) if before >= 0 else 0
        place = Where(where.file, where.line + down, left - before if down else where.column + left)
        cells.append(read_inline(line[left:right].replace("\\|", "|"), place))
    return tuple(cells)
