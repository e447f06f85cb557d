"""Text on pictures, in the typefaces of sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageDraw

from teststrip.base.faces import Faces

_WEIGHT: Final = 500
_LINE: Final = 1.35  # of the size, from one baseline to the next
_ASCENT: Final = 0.82  # of the size, from where capitals and accents begin to the baseline


@dataclass(slots=True)
class Lettering:
    """Letters of one size, in pixels. An instance serves one thread."""

    size: int
    faces: Faces = field(default_factory=Faces)

    @property
    def line(self) -> int:
        """Pixels from one baseline to the next."""
        return round(self.size * _LINE)

    @property
    def ascent(self) -> float:
        """Pixels from a line's upper end to its baseline."""
        return (self.line - self.size) / 2 + self.size * _ASCENT

    def width(self, text: str) -> float:
        """Return the advance width of one line, in pixels."""
        return self.faces.measure(text, self.size, _WEIGHT)

    def draw(self, pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, stroke: int = 0) -> None:
        """Draw one line in full strength, its left end on the baseline at `place`."""
        across, baseline = place
        for run, face in self.faces.runs(text):
            font = self.faces.font(self.size, _WEIGHT, face)
            pen.text((across, baseline), run, fill=255, font=font, anchor="ls", stroke_width=stroke)
            across += font.getlength(run)


def written(
    size: tuple[int, int], lines: Sequence[tuple[float, float, str]], letters: Lettering, stroke: int
) -> Image.Image:
    """Return a mask of this size with lines, each at its left end on its baseline."""
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for across, baseline, text in lines:
        letters.draw(pen, (across, baseline), text, stroke)
    return mask
