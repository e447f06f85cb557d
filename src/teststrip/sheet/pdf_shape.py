"""Text of scripts that have to be shaped, as a PDF shows it: glyphs joined, stacked and placed by HarfBuzz.

HarfBuzz comes with the extra `fonts`, as the faces do that need it.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from teststrip.sheet.fonts import Face

_PACKAGE: Final = "uharfbuzz"
_FINE: Final = 64  # parts of a thousandth: finer than a reader can show
_PER_EM: Final = 1000  # units of widths in a PDF


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of the whole font by its `number`: `text` is what it stands for, "" where its neighbour says it.

    `width` is its own, `advance` how far the next one is, `x` and `y` how far it is moved: thousandths of the size
    of the type.
    """

    number: int
    text: str
    width: float
    advance: float
    x: float
    y: float


class Shaper:
    """Shapes text in a face at a weight."""

    def __init__(self, face: Face, weight: int) -> None:
        self._harfbuzz: Any = importlib.import_module(_PACKAGE)
        self._font: Any = self._harfbuzz.Font(self._harfbuzz.Face(face.data(), face.index))
        self._font.scale = (_PER_EM * _FINE, _PER_EM * _FINE)
        self._font.set_variations({"wght": weight, "wdth": 100})

    def glyphs(self, text: str) -> list[Glyph]:
        """Return the glyphs of a text in one script, from left to right."""
        buffer = self._harfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        self._harfbuzz.shape(self._font, buffer)
        numbers, places = [info.codepoint for info in buffer.glyph_infos], buffer.glyph_positions
        said = _said(text, [info.cluster for info in buffer.glyph_infos], [place.x_advance for place in places])
        return [
            Glyph(
                number,
                own,
                self._font.get_glyph_h_advance(number) / _FINE,
                place.x_advance / _FINE,
                place.x_offset / _FINE,
                place.y_offset / _FINE,
            )
            for number, own, place in zip(numbers, said, places, strict=True)
        ]


def shaper(face: Face, weight: int) -> Shaper | None:
    """Return what shapes text in a face; None where its scripts need nothing of that, or HarfBuzz is not there."""
    return Shaper(face, weight) if face.shaped and find_spec(_PACKAGE) is not None else None


def _said(text: str, clusters: Sequence[int], advances: Sequence[float]) -> list[str]:
    """Give the text of each cluster to the widest of its glyphs; the others, such as dots, say nothing."""
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    speaker = {
        start: max(
            (at for at, cluster in enumerate(clusters) if cluster == start), key=lambda at: (advances[at], -at)
        )
        for start in starts
    }
    return [text[start : ends[start]] if speaker[start] == at else "" for at, start in enumerate(clusters)]
