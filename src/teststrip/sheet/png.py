"""The PNG writer: draws a layout as it is, with Pillow. Same layout, same pictures, same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from teststrip.base.files import write_whole
from teststrip.sheet.blocks import set_reason
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.model import NO_CELL, Status
from teststrip.sheet.pictures import fitted, load_picture
from teststrip.sheet.placed import Area, Block, Colour, Layout, Mat, Print, Tone

LIGHT: Final[Mapping[Tone, Colour]] = {
    Tone.PAPER: (251, 249, 244),
    Tone.INK: (38, 35, 31),
    Tone.SOFT: (96, 90, 81),
    Tone.FAINT: (112, 104, 92),
    Tone.RULE: (217, 210, 197),
    Tone.MAT: (243, 239, 230),
    Tone.TROUBLE: (156, 58, 40),
    Tone.DOUBT: (133, 90, 20),
}
"""Warm paper, ink nearly black; every text tone has a contrast of at least 4.5 to 1 on paper and mat."""

_LEVEL: Final = (
    4  # measured on a sheet of 54 pictures: 0.5 s and 3.6 MB; level 1 0.3 s and 4.0, level 6 1.0 s and 3.5
)
_DAMAGED: Final = ((Status.DAMAGED.value, "run again"), ("damaged", ""), ("×", ""))
_ANCHORS: Final = {"left": "ls", "middle": "ms", "right": "rs"}


def write_png(layout: Layout, path: Path, typeface: Typeface | None = None) -> Path:
    """Draw a page and write it whole. Keeps one canvas and one picture in memory.

    A picture that is missing or damaged leaves a box that says so. Raises OSError when the file cannot be written.
    """
    canvas = draw(layout, typeface or Typeface(), LIGHT)
    stream = BytesIO()
    canvas.save(stream, "PNG", compress_level=_LEVEL, pnginfo=_info(layout.title))
    write_whole(path, stream.getvalue())
    return path


def draw(layout: Layout, typeface: Typeface, theme: Mapping[Tone, Colour]) -> Image.Image:
    """Draw a page in a theme's colours."""
    canvas = Image.new("RGB", (layout.width, layout.height), theme[Tone.PAPER])
    pen = ImageDraw.Draw(canvas)
    for mat in layout.mats:
        _draw_mat(pen, mat, theme)
    for rule in layout.rules:
        pen.rectangle(_corners(rule.area), fill=theme[rule.tone])
    for block in layout.blocks:
        _draw_block(pen, block, typeface, theme)
    for places in _by_file(layout.prints).values():
        _draw_prints(canvas, pen, places, layout, typeface, theme)
    return canvas


def _by_file(prints: tuple[Print, ...]) -> dict[Path, list[Print]]:
    """Group the places of each file, so that it is decoded once however often it is shown."""
    files: dict[Path, list[Print]] = {}
    for placed in prints:
        files.setdefault(placed.picture.path, []).append(placed)
    return files


def _draw_prints(
    canvas: Image.Image,
    pen: ImageDraw.ImageDraw,
    places: list[Print],
    layout: Layout,
    typeface: Typeface,
    theme: Mapping[Tone, Colour],
) -> None:
    largest = max((placed.area.width, placed.area.height) for placed in places)
    picture = load_picture(places[0].picture.path, largest, theme[Tone.PAPER])
    for placed in places:
        if picture is not None:
            canvas.paste(fitted(picture, (placed.area.width, placed.area.height)), (placed.area.x, placed.area.y))
            continue
        _draw_mat(pen, Mat(placed.area, Status.DAMAGED), theme)
        for choice in _DAMAGED:
            block = set_reason(placed.area, choice, Status.DAMAGED, layout.type, typeface.measure)
            if block is not None:
                _draw_block(pen, block, typeface, theme)
                break


def _draw_mat(pen: ImageDraw.ImageDraw, mat: Mat, theme: Mapping[Tone, Colour]) -> None:
    fill = None if mat.status in NO_CELL else theme[Tone.MAT]
    pen.rectangle(_corners(mat.area), fill=fill, outline=theme[Tone.RULE])


def _draw_block(pen: ImageDraw.ImageDraw, block: Block, typeface: Typeface, theme: Mapping[Tone, Colour]) -> None:
    for line in block.lines:
        pen.text(
            (line.x, line.baseline),
            line.text,
            fill=theme[line.style.tone],
            font=typeface.font(line.style),
            anchor=_ANCHORS[line.align],
        )


def _corners(area: Area) -> tuple[int, int, int, int]:
    return area.x, area.y, area.right - 1, area.bottom - 1


def _info(title: str) -> PngInfo:
    info = PngInfo()
    info.add_text("Software", "teststrip")
    if title:
        info.add_itxt("Title", title)
    return info
