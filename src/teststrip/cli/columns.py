"""Text in columns of a terminal, where a CJK character or an emoji is two wide: shown on one line, cut, filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size

from teststrip.cli.report import plain

WIDTH: Final = 80  # columns: what a terminal has when nobody widened it
_CUT: Final = "…"


def shown(text: str) -> str:
    r"""Return a text as it can stand on one line: line ends and control characters are written out."""
    return plain(text.replace("\n", "\\n"))


def width_of(text: str) -> int:
    """Return how many columns a text takes."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """Shorten a text to a width, with … at its end; nothing that is two wide is parted."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip(" ") + _CUT if width > 0 else ""


def cut_middle(text: str, width: int) -> str:
    """Shorten a text to a width, with … in its middle, for names that differ at their ends."""
    if cell_len(text) <= width:
        return text
    tail_room = (width - 1) // 2
    tail = ""
    for sign in reversed(text):
        if cell_len(sign + tail) > tail_room:
            break
        tail = sign + tail
    tail = tail.lstrip("\u200d\ufe0e\ufe0f").lstrip(" ")  # what clings to a sign that is gone
    return set_cell_size(text, width - 1 - cell_len(tail)).rstrip(" ") + _CUT + tail


def filled(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text with spaces to a width, and cut what is longer."""
    text = cut(text, width)
    gap = " " * (width - cell_len(text))
    return gap + text if right else text + gap


def listed(items: Sequence[str], width: int, most: int) -> list[str]:
    """Set items with commas between them into at most `most` lines of a width, and count those left out.

    An item that is longer than a line is cut.
    """
    lines = [""]
    for position, item in enumerate(items):
        last = position == len(items) - 1
        more = f", and {len(items) - position:,} more"
        # What follows on the line: nothing, a comma, or how many are left out from the next one on.
        after = 0 if last else len(more) if len(lines) == most else 1
        joined = f"{lines[-1]}, {item}" if lines[-1] else cut(item, width - after)
        if cell_len(joined) + after <= width:
            lines[-1] = joined
        elif len(lines) < most:
            lines[-1] += ","
            lines.append(cut(item, width - (0 if last else len(more) if len(lines) + 1 == most else 1)))
        else:
            lines[-1] += more
            break
    return lines
