"""The typefaces of sheets: those of `teststrip.base.faces`, in the styles of a layout."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Final

from PIL import ImageDraw, ImageFont

from teststrip.base.faces import NOTO, Face, Faces, Run
from teststrip.sheet.placed import Colour, Line, Style

__all__ = ["NOTO", "Face", "Run", "Typeface"]

_ANCHORS: Final = {"left": "ls", "middle": "ms", "right": "rs"}


class Typeface:
    """The faces at the sizes and weights that were asked for; one instance serves one thread."""

    def __init__(self, has: Callable[[str], bool] = lambda package: find_spec(package) is not None) -> None:
        self._faces = Faces(has)

    def font(self, style: Style, face: Face = NOTO) -> ImageFont.FreeTypeFont:
        """Return the font for a style."""
        return self._faces.font(style.size, style.weight, face)

    def write(self, pen: ImageDraw.ImageDraw, at: tuple[int, int], line: Line, colour: Colour) -> None:
        """Draw a line of text; `at` is where its baseline begins, has its middle or ends, as it is aligned."""
        runs = self.runs(line.text)
        if len(runs) == 1:
            font = self.font(line.style, runs[0][1])
            pen.text(at, line.text, fill=colour, font=font, anchor=_ANCHORS[line.align])
            return
        width = self.measure(line.text, line.style)
        x = at[0] - {"left": 0.0, "middle": width / 2, "right": width}[line.align]
        for text, face in runs:
            font = self.font(line.style, face)
            pen.text((round(x), at[1]), text, fill=colour, font=font, anchor="ls")
            x += font.getlength(text)

    def measure(self, text: str, style: Style, /) -> float:
        """Return the advance width of one line of text in pixels."""
        return self._faces.measure(text, style.size, style.weight)

    def runs(self, text: str) -> tuple[Run, ...]:
        """Part a line where the face changes."""
        return self._faces.runs(text)

    def covers(self, face: Face) -> frozenset[int]:
        """Return the characters that a face has."""
        return self._faces.covers(face)
