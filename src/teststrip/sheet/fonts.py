"""The typeface of sheets: Noto Sans (OFL), a variable font from its own package, at any size and weight.

Pillow's basic layout is used on purpose: it needs no shaping library, so the same text gives the same pixels
wherever Pillow is the same. Glyphs that the font lacks are drawn as its empty box.
"""

from __future__ import annotations

from importlib import resources
from io import BytesIO
from typing import Final

from PIL import ImageDraw, ImageFont

from teststrip.sheet.placed import Colour, Line, Style

_PACKAGE: Final = "fontpkg_noto_sans"
_FILE: Final = "NotoSans[wdth,wght].ttf"
_NORMAL_WIDTH: Final = 100
_ANCHORS: Final = {"left": "ls", "middle": "ms", "right": "rs"}


class Typeface:
    """Noto Sans at the sizes and weights that were asked for; one instance serves one thread."""

    def __init__(self) -> None:
        self._data = resources.files(_PACKAGE).joinpath("files", _FILE).read_bytes()
        self._fonts: dict[tuple[int, int], ImageFont.FreeTypeFont] = {}
        self._widths: dict[tuple[str, int, int], float] = {}

    def font(self, style: Style) -> ImageFont.FreeTypeFont:
        """Return the font for a style."""
        key = style.size, style.weight
        if key not in self._fonts:
            font = ImageFont.truetype(BytesIO(self._data), style.size, layout_engine=ImageFont.Layout.BASIC)
            wanted = {"Weight": style.weight, "Width": _NORMAL_WIDTH}
            names = [axis["name"] for axis in font.get_variation_axes()]
            font.set_variation_by_axes([wanted[_text(name)] for name in names])
            self._fonts[key] = font
        return self._fonts[key]

    def write(self, pen: ImageDraw.ImageDraw, at: tuple[int, int], line: Line, colour: Colour) -> None:
        """Draw a line of text; `at` is where its baseline begins, has its middle or ends, as it is aligned."""
        pen.text(at, line.text, fill=colour, font=self.font(line.style), anchor=_ANCHORS[line.align])

    def measure(self, text: str, style: Style, /) -> float:
        """Return the advance width of one line of text in pixels."""
        key = text, style.size, style.weight
        if key not in self._widths:
            self._widths[key] = self.font(style).getlength(text)
        return self._widths[key]


def _text(name: bytes | str | None) -> str:
    return name.decode() if isinstance(name, bytes) else name or ""
