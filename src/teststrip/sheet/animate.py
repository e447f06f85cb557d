"""Animations: the pages along one axis as frames, each with the axis's value over it, as GIF or WebP.

Frames say what stands over their pictures and nothing of what stands below a page: it would be read by nobody. All
of an animation have one size; a page that shows less leaves paper. Boxes stand still, whatever is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from teststrip.base.files import write_whole
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.draw import Studio, draw
from teststrip.sheet.grid import LayoutOptions, make_grid
from teststrip.sheet.layout import lay_out
from teststrip.sheet.leaf import Leaf
from teststrip.sheet.model import Setting, Sheet
from teststrip.sheet.placed import Measure, Tone
from teststrip.sheet.wishes import within

_TIME: Final = 700  # milliseconds a frame: time to look, short enough to see what moves
_COLOURS: Final = 256
_QUALITY: Final = 85
_METHOD: Final = 2
_FRAME: Final = LayoutOptions(
    grid_width=900, grid_height=1100, widest=640, most_pixels=4_000_000, longest_side=8_000
)


@dataclass(frozen=True, slots=True)
class Film:
    """An animation: its frames in the order of the axis."""

    frames: tuple[Leaf, ...]


def frame_options(spec: SheetSpec) -> LayoutOptions:
    """Return how large frames are: as the sheet asks, or so that they can be sent around."""
    width = spec.width if spec.cell_width is None else None
    return within(replace(_FRAME, cell_width=spec.cell_width, page_width=width))


def bare(sheet: Sheet) -> Sheet:
    """Return a page without its foot, but for what it must not leave unsaid."""
    return replace(sheet, settings=(), meanings=(), colophon="", notes=sheet.notes if sheet.proof else ())


def films(leaves: Iterable[Leaf], axis: str) -> tuple[Film, ...]:
    """Sort pages into animations: those that differ in nothing but the value of the axis are frames of one."""
    sorted_in: dict[tuple[tuple[Setting, ...], str], list[Leaf]] = {}
    for leaf in leaves:
        others = tuple(said for said in leaf.sheet.page_label if said.name != axis)
        sorted_in.setdefault((others, leaf.sheet.part), []).append(leaf)
    return tuple(Film(tuple(frames)) for frames in sorted_in.values())


def steady(film: Film, measure: Measure, options: LayoutOptions) -> Film:
    """Lay the frames of an animation out so that boxes stand still: at one scale, as large as any of them needs.

    Frames that lack rows or columns which others have are left as they are.
    """
    sheets = [leaf.sheet for leaf in film.frames]
    if len({(sheet.row_count, sheet.column_count) for sheet in sheets}) > 1:
        return film
    kept = replace(options, scale=min(leaf.layout.scale for leaf in film.frames))
    grids = [make_grid(sheet, kept) for sheet in sheets]
    columns = tuple(map(max, zip(*(grid.columns for grid in grids), strict=True)))
    rows = tuple(map(max, zip(*(grid.rows for grid in grids), strict=True)))
    kept = replace(kept, columns=columns, rows=rows, gap=max(grid.gap for grid in grids))
    return Film(tuple(Leaf(sheet, lay_out(sheet, measure, kept)) for sheet in sheets))


def write_film(form: str, film: Film, path: Path, studio: Studio) -> Path:
    """Draw an animation and write it whole; `form` is gif or webp. Raises OSError when it cannot be written."""
    width = max(leaf.layout.width for leaf in film.frames)
    height = max(leaf.layout.height for leaf in film.frames)
    frames = _drawn(film, (width, height), studio)
    stream = BytesIO()
    first = next(frames)
    if form == "gif":
        first = _few_colours(first)
        rest = map(_few_colours, frames)
        first.save(stream, "GIF", save_all=True, append_images=rest, duration=_TIME, loop=0, optimize=False)
    else:
        first.save(
            stream, "WEBP", save_all=True, append_images=frames, duration=_TIME, quality=_QUALITY, method=_METHOD
        )
    write_whole(path, stream.getvalue())
    return path


def _drawn(film: Film, size: tuple[int, int], studio: Studio) -> Iterator[Image.Image]:
    for leaf in film.frames:
        drawn = draw(leaf.layout, studio)
        if drawn.size != size:
            paper = Image.new("RGB", size, studio.theme[Tone.PAPER])
            paper.paste(drawn)
            drawn = paper
        yield drawn


def _few_colours(frame: Image.Image) -> Image.Image:
    return frame.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
