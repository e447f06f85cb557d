"""Headers turned into lines: how wide the labels at the side are, how high those on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from teststrip.sheet.blocks import wrapped
from teststrip.sheet.legend import Legend
from teststrip.sheet.model import Header
from teststrip.sheet.placed import Measure, Style, Type
from teststrip.sheet.text import longest_word

MOST_LINES: Final = 6
_MOST_BESIDE: Final = 8
_FEW_LINES: Final = 4
Tools = tuple[Measure, Legend]
"""What setting text needs: a measure, and the legend for texts that do not fit."""

_STEP: Final = 20  # pixels between the widths that are tried
_NUMBER: Final = re.compile(r"[-+−]?\d[\d.,]*(?:e[-+]?\d+)?%?")


@dataclass(frozen=True, slots=True)
class SetHeader:
    """A header with its labels broken into lines; `width` in pixels, of the whole column of labels."""

    header: Header
    style: Style
    width: int
    name: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    numeric: bool

    @property
    def height(self) -> int:
        """Height in pixels of its tallest label."""
        return max((len(lines) for lines in self.lines), default=0) * self.style.leading


def set_row_header(header: Header, heights: Sequence[int], limit: int, kind: Type, tools: Tools) -> SetHeader:
    """Break the labels at the side of the grid.

    `heights` are the pixels that each label may fill, `limit` the widest that the column of labels may be.
    A label that does not fit in them, or in eight lines, goes to the legend.
    """
    measure, legend = tools
    small = kind.long_label
    texts = [
        label.text
        if _fits(label.text, limit, small, min(_MOST_BESIDE, _lines_in(height, small)), measure)
        else legend.refer(label.text)
        for label, height in zip(header.labels, heights, strict=True)
    ]
    style, width = _narrowest(texts, heights, limit, kind, measure)
    name_width = max(width, min(limit, _longest_word(header.axis, kind.axis, measure)))
    return SetHeader(
        header=header,
        style=style,
        width=name_width,
        name=wrapped(header.axis, name_width, kind.axis, measure),
        lines=tuple(wrapped(text, width, style, measure) for text in texts),
        numeric=_is_numeric(texts),
    )


def set_column_header(header: Header, widths: Sequence[int], room: int, kind: Type, tools: Tools) -> SetHeader:
    """Break the labels above the grid to the widths that they span; `room` is the width for the axis's name."""
    measure, legend = tools
    spanned = list(zip(header.labels, widths, strict=True))
    style = kind.label
    if not all(_fits(label.text, width, style, _FEW_LINES, measure) for label, width in spanned):
        style = kind.long_label
    texts = [
        label.text if _fits(label.text, width, style, MOST_LINES, measure) else legend.refer(label.text)
        for label, width in spanned
    ]
    return SetHeader(
        header=header,
        style=style,
        width=room,
        name=wrapped(header.axis, room, kind.axis, measure),
        lines=tuple(wrapped(text, width, style, measure) for text, width in zip(texts, widths, strict=True)),
        numeric=_is_numeric(texts),
    )


def set_short(text: str, width: int, style: Style, tools: Tools) -> tuple[str, ...]:
    """Break a box's label or caption; one of more than six lines goes to the legend."""
    measure, legend = tools
    if not text:
        return ()
    if not _fits(text, width, style, MOST_LINES, measure):
        text = legend.refer(text)
    return wrapped(text, width, style, measure)


def _narrowest(
    texts: Sequence[str], heights: Sequence[int], limit: int, kind: Type, measure: Measure
) -> tuple[Style, int]:
    """Find the style and the least width at which all labels fit: large in few lines, else small in more."""
    for style, most in ((kind.label, _FEW_LINES), (kind.long_label, _MOST_BESIDE)):
        natural = max(_width(text, style, measure) for text in texts)
        word = max(_longest_word(text, style, measure) for text in texts)
        widths = [natural] if natural <= min(limit, 12 * kind.base) else []
        widths += range(min(limit, max(word, 7 * kind.base)), limit + 1, _STEP)
        for width in widths:
            if all(
                _fits(text, width, style, min(most, _lines_in(height, style)), measure)
                for text, height in zip(texts, heights, strict=True)
            ):
                return style, width
    return kind.long_label, limit


def _width(text: str, style: Style, measure: Measure) -> int:
    return max(ceil(measure(line, style)) for line in text.split("\n"))


def _longest_word(text: str, style: Style, measure: Measure) -> int:
    return ceil(longest_word(text, lambda word: measure(word, style)))


def _lines_in(height: int, style: Style) -> int:
    return max(1, height // style.leading)


def _fits(text: str, width: int, style: Style, most: int, measure: Measure) -> bool:
    if len(text) > 100 * most:
        return False
    return len(wrapped(text, width, style, measure)) <= most


def _is_numeric(texts: Sequence[str]) -> bool:
    return all(_NUMBER.fullmatch(text) for text in texts)
