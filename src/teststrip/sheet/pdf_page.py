"""A page of a PDF as its content: what is drawn where, in points from the bottom, and which part of it is what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.text import is_right_to_left
from teststrip.sheet.draw import Studio
from teststrip.sheet.fonts import Face
from teststrip.sheet.model import NO_CELL
from teststrip.sheet.pdf_file import number, text
from teststrip.sheet.pdf_font import Glyphs
from teststrip.sheet.placed import Area, Colour, Layout, Line, Mat, Style, Tone

_POINT: Final = 0.75  # points a pixel: 96 pixels an inch
_LONGEST: Final = 14_400  # points: the largest page that readers must show (ISO 32000-1, annex C.2)
_EM: Final = 1000  # pixels: widths are measured at a size at which rounding does not count
_START: Final = {"left": 0.0, "middle": 0.5, "right": 1.0}


@dataclass(slots=True)
class Page:
    """A page on its way: what is drawn, its pictures by name, its links, and its parts for those who read it."""

    content: list[str] = field(default_factory=list)
    pictures: dict[str, int] = field(default_factory=dict)
    notes: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)


class Scale:
    """Pixels of a layout, from the top, as points of a page, from the bottom."""

    def __init__(self, layout: Layout) -> None:
        self.by = min(_POINT, _LONGEST / max(layout.width, layout.height))
        self.width, self.height = layout.width * self.by, layout.height * self.by

    def point(self, x: float, y: float) -> str:
        """Write a point."""
        return f"{number(x * self.by)} {number(self.height - y * self.by)}"

    def box(self, area: Area) -> str:
        """Write left, bottom, width and height."""
        left, bottom, right, top = self._corners(area)
        return " ".join(map(number, (left, bottom, right - left, top - bottom)))

    def corners(self, area: Area) -> str:
        """Write left, bottom, right and top."""
        return " ".join(map(number, self._corners(area)))

    def matrix(self, area: Area) -> str:
        """Write what makes a picture's unit square the area."""
        left, bottom, right, top = self._corners(area)
        return f"{number(right - left)} 0 0 {number(top - bottom)} {number(left)} {number(bottom)}"

    def _corners(self, area: Area) -> tuple[float, float, float, float]:
        low, high = self.height - area.bottom * self.by, self.height - area.y * self.by
        return area.x * self.by, low, area.right * self.by, high


class Fonts:
    """The faces that a document has met, each at the weights that were asked for: name, object and glyphs."""

    def __init__(self) -> None:
        self.met: dict[tuple[Face, int], tuple[str, Glyphs]] = {}

    def of(self, face: Face, weight: int) -> tuple[str, Glyphs]:
        """Return the name of a face at a weight, and its glyphs."""
        key = face, weight
        if key not in self.met:
            self.met[key] = f"F{len(self.met) + 1}", Glyphs(face, weight)
        return self.met[key]


def ground(layout: Layout, scale: Scale, studio: Studio) -> Iterator[str]:
    """Draw what is no part of what is read: the paper, the mats, the rules."""
    yield "/Artifact BMC"
    paper = scale.box(Area(0, 0, layout.width, layout.height))
    yield f"{colour(studio.theme[Tone.PAPER])} rg {paper} re f"
    for one in layout.mats:
        yield mat(one, scale, studio)
    for rule in layout.rules:
        yield f"{colour(studio.theme[rule.tone])} rg {scale.box(rule.area)} re f"
    yield "EMC"


def mat(one: Mat, scale: Scale, studio: Studio) -> str:
    """Draw the ground of a box without a picture."""
    line = f"{colour(studio.theme[Tone.RULE])} RG {number(scale.by)} w"
    if one.status in NO_CELL:
        return f"{line} {scale.box(one.area)} re S"
    return f"{line} {colour(studio.theme[Tone.MAT])} rg {scale.box(one.area)} re B"


def line(one: Line, scale: Scale, studio: Studio, fonts: Fonts) -> Iterator[str]:
    """Draw a line of text, each part of it in its face."""
    typeface, style = studio.typeface, one.style
    large = Style(_EM, style.weight, style.tone)
    runs = typeface.in_place(one.text)
    widths = [typeface.font(large, face).getlength(run) * style.size / _EM for run, face in runs]
    x = one.x - sum(widths) * _START[one.align]
    ink = colour(studio.theme[style.tone])
    for (run, face), width in zip(runs, widths, strict=True):
        name, glyphs = fonts.of(face, face.weight(style.weight))
        size, at = style.size * scale.by, scale.point(x, one.baseline)
        begin = f"BT {ink} rg /{name} {number(size)} Tf 1 0 0 1 {at} Tm"
        if glyphs.shapes:
            yield from _shaped(run, begin, glyphs.shaped(run, size))
        else:
            yield f"{begin} <{glyphs.encode(run[::-1] if is_right_to_left(run) else run)}> Tj ET"
        x += width


def _shaped(run: str, begin: str, shown: tuple[str, str]) -> Iterator[str]:
    """Draw a text of a shaped script; what is written from right to left is turned round by readers themselves."""
    said = "" if is_right_to_left(run) else f"/Span <</ActualText {text(run)}>> BDC "
    yield f"{said}{begin} {shown[0]} ET{' EMC' if said else ''}"
    if shown[1]:
        yield f"/Span <</ActualText {text('')}>> BDC {begin} {shown[1]} ET EMC"


def colour(one: Colour) -> str:
    """Write a colour."""
    return " ".join(f"{channel / 255:.3f}" for channel in one)
