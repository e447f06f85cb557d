"""The typefaces of sheets: those of `teststrip.base.faces`, in the styles of a layout."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.util import find_spec
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFont

from teststrip.base.bidi import turned, visual
from teststrip.base.faces import NOTO, Face, Faces, Run
from teststrip.sheet.placed import Colour, Line, Style

__all__ = ["NOTO", "Face", "Run", "Typeface"]

_STAMPS: Final = 512  # words that are kept as they look: a caption may stand under each box of a column
_ANCHORS: Final = {"left": "ls", "middle": "ms", "right": "rs"}
_Key: TypeAlias = tuple[str, int, int, Face, str]
"""Words, their size and weight, their face, and where of them they are put."""


class Typeface:
    """The faces at the sizes and weights that were asked for; one instance serves one thread."""

    def __init__(self, has: Callable[[str], bool] = lambda package: find_spec(package) is not None) -> None:
        self._faces = Faces(has)
        self._stamp = functools.lru_cache(_STAMPS)(self._made)

    def font(self, style: Style, face: Face = NOTO) -> ImageFont.FreeTypeFont:
        """Return the font for a style."""
        return self._faces.font(style.size, style.weight, face)

    def write(self, pen: ImageDraw.ImageDraw, at: tuple[int, int], line: Line, colour: Colour) -> None:
        """Draw a line of text; `at` is where its baseline begins, has its middle or ends, as it is aligned."""
        runs = self.in_place(line.text)
        size, weight = line.style.size, line.style.weight
        if len(runs) == 1:
            self._put(pen, at, (runs[0][0], size, weight, runs[0][1], _ANCHORS[line.align]), colour)
            return
        width = self.measure(line.text, line.style)
        x = at[0] - {"left": 0.0, "middle": width / 2, "right": width}[line.align]
        for text, face in runs:
            self._put(pen, (round(x), at[1]), (text, size, weight, face, "ls"), colour)
            x += self.font(line.style, face).getlength(text)

    def measure(self, text: str, style: Style, /) -> float:
        """Return the advance width of one line of text in pixels."""
        return self._faces.measure(text, style.size, style.weight)

    def runs(self, text: str) -> tuple[Run, ...]:
        """Part a line where the face changes."""
        return self._faces.runs(text)

    def in_place(self, text: str) -> tuple[Run, ...]:
        """Part a line where face or direction changes: from left to right, as the parts stand on paper."""
        pieces = visual(text)
        if pieces == [(text, False)]:
            return self.runs(text)
        placed: list[Run] = []
        for piece, from_right in pieces:
            runs = self.runs(piece)
            if (
                from_right
            ):  # a face that is shaped turns its letters itself; what is between them is in a plain one
                runs = tuple((run if face.shaped else turned(run), face) for run, face in reversed(runs))
            placed += runs
        return tuple(placed)

    def covers(self, face: Face) -> frozenset[int]:
        """Return the characters that a face has."""
        return self._faces.covers(face)

    def _put(self, pen: ImageDraw.ImageDraw, at: tuple[int, int], key: _Key, colour: Colour) -> None:
        stamp, left, top = self._stamp(*key)
        pen.bitmap((at[0] + left, at[1] + top), stamp, fill=colour)

    def _made(self, text: str, size: int, weight: int, face: Face, anchor: str) -> tuple[Image.Image, int, int]:
        """Draw words once, as what they cover of each pixel, and say where that stands from where they are put."""
        font = self._faces.font(size, weight, face)
        left, top, right, bottom = (round(side) for side in font.getbbox(text, anchor=anchor))
        stamp = Image.new("L", (max(1, right - left), max(1, bottom - top)))
        ImageDraw.Draw(stamp).text((-left, -top), text, fill=255, font=font, anchor=anchor)
        return stamp, left, top
