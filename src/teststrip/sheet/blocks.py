"""Wrapped text set into areas: the one way in which lines get their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from teststrip.sheet.model import NO_CELL, Status
from teststrip.sheet.placed import STRONG, Align, Area, Block, Line, Measure, Style, Tone, Type
from teststrip.sheet.text import wrap

Stand = Literal["top", "middle", "bottom"]

_WORD_TONES = {
    Status.FAILED: Tone.TROUBLE,
    Status.DAMAGED: Tone.TROUBLE,
    Status.MODERATED: Tone.DOUBT,
    Status.CANCELLED: Tone.TROUBLE,
    Status.UNCERTAIN: Tone.DOUBT,
    **dict.fromkeys(NO_CELL, Tone.FAINT),
}


def wrapped(text: str, width: int, style: Style, measure: Measure) -> tuple[str, ...]:
    """Wrap text to a width in pixels."""
    return wrap(text, width, lambda line: measure(line, style))


def block(
    what: str, area: Area, lines: Sequence[tuple[str, Style]], *, align: Align = "left", stand: Stand = "top"
) -> Block:
    """Set lines into an area: aligned across, standing at its top, middle or bottom."""
    height = sum(style.leading for _, style in lines)
    spare = area.height - height
    y = area.y + {"top": 0, "middle": spare // 2, "bottom": spare}[stand]
    x = {"left": area.x, "middle": area.x + area.width // 2, "right": area.right}[align]
    placed = []
    for text, style in lines:
        placed.append(Line(x, y, text, style, align))
        y += style.leading
    return Block(what, area, tuple(placed))


def set_reason(area: Area, choice: tuple[str, str], status: Status, kind: Type, measure: Measure) -> Block | None:
    """Set a status word, and a reason under it, in the middle of a box; None if they do not fit."""
    word = Style(kind.small, STRONG, _WORD_TONES.get(status, Tone.SOFT))
    inner = area.inset(max(3, min(14, area.width // 14)))
    lines = [
        (text, style)
        for part, style in ((choice[0], word), (choice[1], kind.reason))
        if part
        for text in wrapped(part, inner.width, style, measure)
    ]
    if sum(style.leading for _, style in lines) > inner.height:
        return None
    if any(measure(text, style) > inner.width for text, style in lines):
        return None
    return block("reason", inner, lines, align="middle", stand="middle")
