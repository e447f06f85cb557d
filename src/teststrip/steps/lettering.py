"""Text on pictures: Noto Sans, and Noto Sans CJK for what it lacks where that package is installed.

Pillow's basic layout is used on purpose: it needs no shaping library, so the same text gives the same pixels
wherever Pillow is the same. A character that no font has is drawn as the font's empty box, and counted.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from importlib.util import find_spec
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_LATIN: Final = ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf")
_CJK: Final = ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc")
_NO_CHARACTER: Final = "\U0010ffff"  # a noncharacter: every font draws its empty box for it


@dataclass(slots=True)
class Lettering:
    """Fonts of one size, in pixels. An instance serves one thread.

    `cjk` tells whether the package of that font is used; left out, it is where it is installed.
    """

    size: int
    cjk: bool = field(default_factory=lambda: find_spec(_CJK[0]) is not None)
    _fonts: list[ImageFont.FreeTypeFont] = field(init=False)
    _places: dict[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fonts = [_font(*_LATIN, self.size)]
        if self.cjk:
            self._fonts.append(_font(*_CJK, self.size))

    @property
    def line(self) -> int:
        """Pixels from one baseline to the next."""
        return round(self.size * 1.35)

    def width(self, text: str) -> float:
        """Return the advance width of one line, in pixels."""
        return sum(font.getlength(run) for font, run in self._runs(text))

    def draw(self, pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, stroke: int = 0) -> None:
        """Draw one line in full strength, its left end on the baseline at `place`."""
        across, baseline = place
        for font, run in self._runs(text):
            pen.text((across, baseline), run, fill=255, font=font, anchor="ls", stroke_width=stroke)
            across += font.getlength(run)

    def lacking(self, text: str) -> int:
        """Count the characters that no font here has."""
        return sum(self._place(character) is None for character in text if not character.isspace())

    def _runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        run, last = "", 0
        for character in text:
            place = last if character == " " else self._place(character) or 0
            if place != last and run:
                yield self._fonts[last], run
                run = ""
            run, last = run + character, place
        if run:
            yield self._fonts[last], run

    def _place(self, character: str) -> int | None:
        if character not in self._places:
            has = (place for place, font in enumerate(self._fonts) if _has(font, character))
            self._places[character] = next(has, None)
        return self._places[character]


def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    return character.isspace() or _look(font, character) != _look(font, _NO_CHARACTER)


def _look(font: ImageFont.FreeTypeFont, character: str) -> tuple[object, bytes]:
    mask = font.getmask(character, mode="L")
    return mask.size, bytes(mask)


def _font(package: str, file: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(BytesIO(_data(package, file)), size, layout_engine=ImageFont.Layout.BASIC)
    if file == _LATIN[1]:
        wanted = {"Weight": 500, "Width": 100}
        names = [axis["name"] for axis in font.get_variation_axes()]
        font.set_variation_by_axes([wanted[_text(name)] for name in names])
    return font


@functools.cache
def _data(package: str, file: str) -> bytes:
    return resources.files(package).joinpath(file).read_bytes()


def written(
    size: tuple[int, int], lines: list[tuple[float, float, str]], letters: Lettering, stroke: int
) -> Image.Image:
    """Return a mask of this size with lines, each at its left end on its baseline."""
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for across, baseline, text in lines:
        letters.draw(pen, (across, baseline), text, stroke)
    return mask


def _text(name: bytes | str | None) -> str:
    return name.decode() if isinstance(name, bytes) else name or ""
