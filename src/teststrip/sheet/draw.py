"""A page drawn strip by strip, from the top down: memory holds some strips, whatever the page's height.

Pictures are decoded ahead by a few threads, in the order in which they are needed; what is drawn does not depend
on how many there are.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeAlias, TypeVar

from PIL import Image, ImageDraw

from teststrip.sheet.blocks import set_reason
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.model import NO_CELL, Status
from teststrip.sheet.pictures import shown
from teststrip.sheet.placed import Area, Block, Layout, Line, Mat, Print, Rule, Tone
from teststrip.sheet.themes import Theme

_STRIP: Final = 1_500_000  # pixels: 6 MB, as Pillow has four bytes for each
_STEP: Final = 16  # a JPEG is coded in blocks of so many lines at most
_AHEAD: Final = 6_000_000  # pixels of pictures that wait to be placed
DAMAGED: Final = ((Status.DAMAGED.value, "it cannot be read"), ("damaged", ""), ("×", ""))
_Made = TypeVar("_Made")
_Key: TypeAlias = tuple[Path, int, int]


@dataclass(frozen=True, slots=True)
class Studio:
    """What pages are drawn with; one serves one thread, and its `threads` do what may be done ahead."""

    typeface: Typeface
    threads: ThreadPoolExecutor
    theme: Theme


def make_threads() -> ThreadPoolExecutor:
    """Return threads for decoding and encoding: one for each processor, and at most eight."""
    return ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1), thread_name_prefix="sheet")


def strip_height(width: int) -> int:
    """Return how high the strips of a page of a width are, in pixels: a multiple of 16."""
    return max(4 * _STEP, _STRIP // width // _STEP * _STEP)


def strips(layout: Layout, studio: Studio, height: int | None = None) -> Iterator[Image.Image]:
    """Yield a page in strips as wide as it is; all but the last have the `height` (else `strip_height`)."""
    pictures = _Ahead(layout, studio)
    mats = _Sweep([(mat.area, mat) for mat in layout.mats])
    rules = _Sweep([(rule.area, rule) for rule in layout.rules])
    lines = _Sweep([(_box_of(line), line) for block in layout.blocks for line in block.lines])
    prints = _Sweep([(placed.area, placed) for placed in layout.prints])
    step = height or strip_height(layout.width)
    for top in range(0, layout.height, step):
        bottom = min(layout.height, top + step)
        canvas = Image.new("RGB", (layout.width, bottom - top), studio.theme[Tone.PAPER])
        pen = ImageDraw.Draw(canvas)
        for mat in mats.within(top, bottom):
            _draw_mat(pen, mat, top, studio.theme)
        for rule in rules.within(top, bottom):
            _draw_rule(pen, rule, top, studio.theme)
        for line in lines.within(top, bottom):
            _draw_line(pen, line, top, studio)
        for placed in prints.within(top, bottom):
            picture = pictures.of(placed)
            if picture is not None:
                canvas.paste(picture, (placed.area.x, placed.area.y - top))
            else:
                _draw_damaged(pen, placed, top, layout, studio)
        pictures.forget(bottom)
        yield canvas


def draw(layout: Layout, studio: Studio) -> Image.Image:
    """Draw a whole page."""
    canvas = Image.new("RGB", (layout.width, layout.height))
    top = 0
    for strip in strips(layout, studio):
        canvas.paste(strip, (0, top))
        top += strip.height
    return canvas


class _Sweep(Generic[_Made]):
    """Things with their areas, handed out for one strip after the other, from the top down, in their own order."""

    def __init__(self, things: Sequence[tuple[Area, _Made]]) -> None:
        self._coming = deque(sorted(enumerate(things), key=lambda numbered: (numbered[1][0].y, numbered[0])))
        self._under_way: list[tuple[int, tuple[Area, _Made]]] = []

    def within(self, top: int, bottom: int) -> list[_Made]:
        """Return what reaches into rows of pixels from `top` to before `bottom`, further down each time."""
        self._under_way = [one for one in self._under_way if one[1][0].bottom > top]
        while self._coming and self._coming[0][1][0].y < bottom:
            self._under_way.append(self._coming.popleft())
        self._under_way.sort(key=lambda numbered: numbered[0])
        return [thing for _, (area, thing) in self._under_way if area.bottom > top]


@dataclass(slots=True)
class _Making:
    """A picture at one size on its way, and how many of its places are not yet drawn."""

    picture: Future[Image.Image | None]
    pixels: int
    places: int = 0


class _Ahead:
    """Pictures at the size that they are shown at, decoded before they are asked for, in the order of the page.

    One that is shown several times near to each other is decoded once.
    """

    def __init__(self, layout: Layout, studio: Studio) -> None:
        self._studio = studio
        self._coming = deque(sorted(layout.prints, key=lambda placed: (placed.area.y, placed.area.x)))
        self._making: dict[_Key, _Making] = {}
        self._begun: list[Print] = []
        self._pixels = 0

    def of(self, placed: Print) -> Image.Image | None:
        """Return a picture; None if it is missing or damaged."""
        key = _key(placed)
        while self._coming and (key not in self._making or self._pixels < _AHEAD):
            self._begin()
        return self._making[key].picture.result()

    def forget(self, bottom: int) -> None:
        """Let go of the pictures that end above a row of pixels."""
        for placed in self._begun:
            if placed.area.bottom <= bottom:
                making = self._making[_key(placed)]
                making.places -= 1
                if not making.places:
                    del self._making[_key(placed)]
                    self._pixels -= making.pixels
        self._begun = [placed for placed in self._begun if placed.area.bottom > bottom]

    def _begin(self) -> None:
        placed = self._coming.popleft()
        key = _key(placed)
        if key not in self._making:
            size, paper = (placed.area.width, placed.area.height), self._studio.theme[Tone.PAPER]
            future = self._studio.threads.submit(shown, placed.picture, size, paper)
            self._making[key] = _Making(future, size[0] * size[1])
            self._pixels += size[0] * size[1]
        self._making[key].places += 1
        self._begun.append(placed)


def _key(placed: Print) -> _Key:
    return placed.picture.path, placed.area.width, placed.area.height


def _box_of(line: Line) -> Area:
    """Return the lines of pixels that a line of text may touch: accents and tails may leave its line box."""
    return Area(0, line.y - line.style.size // 2, 1, line.style.leading + line.style.size)


def _draw_mat(pen: ImageDraw.ImageDraw, mat: Mat, top: int, theme: Theme) -> None:
    fill = None if mat.status in NO_CELL else theme[Tone.MAT]
    pen.rectangle(_corners(mat.area, top), fill=fill, outline=theme[Tone.RULE])


def _draw_rule(pen: ImageDraw.ImageDraw, rule: Rule, top: int, theme: Theme) -> None:
    pen.rectangle(_corners(rule.area, top), fill=theme[rule.tone])


def _draw_line(pen: ImageDraw.ImageDraw, line: Line, top: int, studio: Studio) -> None:
    studio.typeface.write(pen, (line.x, line.baseline - top), line, studio.theme[line.style.tone])


def _draw_damaged(pen: ImageDraw.ImageDraw, placed: Print, top: int, layout: Layout, studio: Studio) -> None:
    _draw_mat(pen, Mat(placed.area, Status.DAMAGED), top, studio.theme)
    for choice in DAMAGED:
        block = set_reason(placed.area, choice, Status.DAMAGED, layout.type, studio.typeface.measure)
        if block is not None:
            _draw_block(pen, block, top, studio)
            return


def _draw_block(pen: ImageDraw.ImageDraw, block: Block, top: int, studio: Studio) -> None:
    for line in block.lines:
        _draw_line(pen, line, top, studio)


def _corners(area: Area, top: int) -> tuple[int, int, int, int]:
    return area.x, area.y - top, area.right - 1, area.bottom - 1 - top
