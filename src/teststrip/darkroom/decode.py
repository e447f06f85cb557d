"""From a finished latent to pixels.

The decoder asks once more which scenes the latent shows and where, then redraws only those, sharply: for every
layer the scenes' distance fields are blended by weight at a fraction of the size, enlarged, and cut into an edge
1.3 pixels wide. Where scenes agree the edge is crisp; where they do not, it is a ghost. Contrast and the smooth
residual come last. A picture is drawn in bands, so that memory does not grow with its height.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from teststrip.darkroom.anchor import Anchor
from teststrip.darkroom.arrays import Doubles, Floats, Index, Pixels, Shorts
from teststrip.darkroom.blend import Blender
from teststrip.darkroom.exact import snap
from teststrip.darkroom.lattice import BLOCK, LATENT_SCALE
from teststrip.darkroom.library import Library
from teststrip.darkroom.posterior import contrast_of, mean, tolerant_weights
from teststrip.darkroom.raster import Grid
from teststrip.darkroom.resample import enlarge, linear, smooth
from teststrip.darkroom.residual import smooth_part
from teststrip.darkroom.scene import View, backdrop, layers
from teststrip.darkroom.scene.light import light_of

SIGMA = 0.06
_RESIDUAL_SIGMA = 0.02  # finer than the latent's own noise: what is left is mostly signal
_KEEP = 10
_FAINT = 0.02
_LEAST_TOTAL = 0.05
_LOCAL_FAINT = 0.04
_SMALL, _MIDDLE = 256, 512  # below these sides' geometric mean, fields are blended at full or half size
BAND_CELLS = 1 << 17
"""Cells of the fields that a band has at most: 2 MP, a sixteenth of them each a cell."""
_MARGIN = 16  # rows of the fields that a band is drawn beyond its edges, for what is enlarged there
_STRIP_PIXELS, _STRIP_CELLS = 1 << 19, 1 << 15  # of a band, so many are finished, or weighed, at once
_ENLARGED = 2  # rows of the fields that enlarging looks at on either side
_STEP = 8  # bands and strips begin at multiples of so many rows, as the blender's tiles do


@dataclass(frozen=True, slots=True)
class Cast:
    """The scenes that a latent shows: which of the library, and their corner weights (corner rows, columns, n)."""

    index: Index
    weights: Doubles


def cast_of(library: Library, latent: Doubles) -> Cast:
    """Pick the at most ten scenes that carry a latent, and share the picture among them."""
    found = tolerant_weights(library, latent, SIGMA)
    found = np.where(found < _FAINT, 0.0, found)
    total = found.reshape(-1, found.shape[2]).sum(axis=0)
    chosen = np.argsort(-total, kind="stable")[:_KEEP]
    chosen = np.sort(chosen[total[chosen] > min(_LEAST_TOTAL, float(total.max()) / 2)])
    everywhere = 1e-3 * total[chosen] / (found.shape[0] * found.shape[1])  # no place is left without a scene
    kept = snap(found[:, :, chosen] + everywhere, 30)
    return Cast(chosen, kept / kept.sum(axis=2, keepdims=True))


def _fields_size(unit: float) -> int:
    """Pixels per cell of the blended fields: 1, 2 or 4."""
    if unit <= _SMALL:
        return 1
    return 2 if unit <= _MIDDLE else 4


@dataclass(frozen=True, slots=True, eq=False)
class Development:
    """A latent that is about to be drawn at ``width`` x ``height`` pixels.

    ``gain`` and ``average`` are its contrast, ``unexplained`` what its scenes do not explain (latent rows,
    columns, 3) in eighths of a level; ``gate`` (rows, columns) is where ``anchor``'s picture shows through.
    """

    library: Library
    cast: Cast
    width: int
    height: int
    gain: float
    average: Doubles
    unexplained: Doubles
    anchor: Anchor | None
    gate: Doubles | None

    def bands(self, cells: int = BAND_CELLS) -> Iterator[Pixels]:
        """Draw the picture from top to bottom, (rows, width, 3) at a time, of about ``cells`` at most."""
        factor = _fields_size(float(np.sqrt(float(self.width * self.height))))
        rows, columns = -(-self.height // factor), -(-self.width // factor)
        step = max(_STEP, cells // columns // _STEP * _STEP)
        if rows <= step + _MARGIN:
            step = rows
        for start in range(0, rows, step):
            stop = min(start + step, rows)
            first, last = max(start - _MARGIN, 0), min(stop + _MARGIN, rows)
            image = self._drawn(slice(first, last), (rows, columns), factor)
            strip = max(_STEP, _STRIP_PIXELS // (self.width * factor) // _STEP * _STEP)
            for top in range(start, stop, strip):
                part = slice(top, min(top + strip, stop))
                band = self._finished(image, part, first, (rows, columns), factor)
                cut = np.ascontiguousarray(band[: self.height - top * factor, : self.width])
                yield self._composed(cut, top * factor)

    def _drawn(self, band: slice, size: tuple[int, int], factor: int) -> Image.Image:
        rows, columns = size
        unit = float(np.sqrt(float(self.width * self.height)))
        # the grid covers whole cells; the picture is cropped from them
        grid = Grid.of(View(columns * factor / unit / 2, rows * factor / unit / 2), columns, rows).band(band)
        blender = Blender(grid, self._weights(band, size), factor)
        lots = tuple(scenes.take(self.cast.index) for scenes in self.library.lots)
        blender.backdrop(*backdrop(lots[0], light_of(lots[0])))
        for layer in layers(lots, View.of(self.width, self.height), self.library.stands):
            blender.draw(layer)
        return blender.image

    def _weights(self, band: slice, size: tuple[int, int]) -> Floats:
        """Corner weights on the fields' grid, (n, rows of the band, columns), adding to 1."""
        lattice = self.library.lattice
        down: Doubles = np.arange(band.start + 0.5, band.stop) * (lattice.rows / size[0] / BLOCK)
        across: Doubles = np.arange(0.5, size[1]) * (lattice.columns / size[1] / BLOCK)
        corners = self.cast.weights.transpose(2, 0, 1)
        shares = np.empty((len(corners), len(down), len(across)), np.float32)
        step = max(1, _STRIP_CELLS // len(across))
        for top in range(0, len(down), step):
            rows = slice(top, top + step)
            big = linear(linear(corners, down[rows], 1), across, 2)
            big[big < _LOCAL_FAINT * big.max(axis=0)] = 0
            total = big[0].copy()
            for one in big[1:]:
                total += one
            shares[:, rows] = big / total
        return shares

    def _finished(self, image: Image.Image, part: slice, first: int, size: tuple[int, int], factor: int) -> Pixels:
        """Apply the latent's contrast, and add what its scenes do not explain, in some rows of the fields.

        The top of ``image`` is row ``first``.
        """
        around = slice(max(part.start - _ENLARGED, 0), min(part.stop + _ENLARGED, size[0]))
        inner = slice((part.start - around.start) * factor, (part.stop - around.start) * factor)
        box = (0, (part.start - first) * factor, image.width, (part.stop - first) * factor)
        image = image.crop(box)
        if self.gate is not None:
            image = self._shown_through(image, around, inner, size)
        small = smooth(smooth(self.unexplained, size[0], 0, around), size[1], 1)
        eighths = enlarge(enlarge(np.rint(small).astype(np.int16), factor, 0)[inner], factor, 1)
        gain = self.gain
        table = [
            int(np.clip(np.rint(t + gain * (t - center)), 0, 255)) for center in self.average for t in range(256)
        ]
        eighths += _dither(*eighths.shape[:2])
        eighths >>= 3
        eighths += np.asarray(image.point(table))
        return np.clip(eighths, 0, 255, out=eighths).astype(np.uint8)

    def _shown_through(
        self, image: Image.Image, around: slice, inner: slice, size: tuple[int, int]
    ) -> Image.Image:
        """Lay the picture that was started from over the drawing, where it still is what the latent shows.

        ``image`` is pixel rows ``inner`` of the field's rows ``around``.
        """
        assert self.gate is not None  # noqa: S101  for the type checker: the caller has looked
        share = smooth(smooth(self.gate, size[0], 0, around), size[1], 1)
        mask = Image.fromarray(np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8))
        factor = image.width // mask.width
        if factor > 1:
            mask = mask.resize((image.width, mask.height * factor), Image.Resampling.BILINEAR)
        picture = self._picture(around.start * factor + inner.start, image.height, image.width)
        return Image.composite(picture, image, mask.crop((0, inner.start, image.width, inner.stop)))

    def _picture(self, top: int, height: int, width: int) -> Image.Image:
        """Return rows of the picture that was started from, its edges drawn out to whole cells."""
        assert self.anchor is not None  # noqa: S101
        picture = self.anchor.image
        if picture.size != (self.width, self.height):
            picture = picture.resize((self.width, self.height), Image.Resampling.LANCZOS)
        last = min(top + height, self.height)
        pixels = np.asarray(picture.crop((0, top, self.width, last)))
        if len(pixels) == height and self.width == width:
            return Image.fromarray(pixels)
        return Image.fromarray(
            np.pad(pixels, ((0, height - len(pixels)), (0, width - self.width), (0, 0)), "edge")
        )

    def _composed(self, band: Pixels, top: int) -> Pixels:
        """Put an infill into the picture's own pixels."""
        if self.anchor is None or self.anchor.mask is None:
            return band
        height, width = band.shape[:2]
        box = (0, top, width, top + height)
        mask = self.anchor.mask
        if mask.size != (self.width, self.height):
            mask = mask.resize((self.width, self.height), Image.Resampling.BILINEAR)
        picture = self._picture(top, height, width)
        return np.asarray(Image.composite(Image.fromarray(band), picture, mask.crop(box)))


def develop(library: Library, latent: Doubles, size: tuple[int, int], anchor: Anchor | None = None) -> Development:
    """Prepare to draw a finished latent (rows, columns, 3) at a width and a height, of the lattice's aspect."""
    cast = cast_of(library, latent)
    drawn = mean(library.keep(cast.index), snap(cast.weights, 20))
    gate = None
    if anchor is not None and anchor.hole is None:
        gate = anchor.gate(latent, drawn, SIGMA)
        drawn = drawn + snap(gate * (anchor.latent - drawn), 16)
    gain, direction = contrast_of(latent, drawn, SIGMA, 0.0)
    average = ((drawn - direction)[0, 0] / LATENT_SCALE + 1) * 127.5
    unexplained = smooth_part(latent - drawn - gain * direction, _RESIDUAL_SIGMA, library.lattice)
    if anchor is not None and anchor.hole is not None:
        unexplained = unexplained + anchor.membrane(drawn + gain * direction + unexplained)
    levels = np.clip(np.rint(unexplained * (127.5 * 8 / LATENT_SCALE)), -2040, 2040)
    shown = None if gate is None else gate[..., 0]
    return Development(library, cast, *size, gain, average, levels, anchor, shown)


def decode(library: Library, latent: Doubles, size: tuple[int, int], anchor: Anchor | None = None) -> Pixels:
    """Draw a finished latent whole, (height, width, 3)."""
    bands = list(develop(library, latent, size, anchor).bands())
    return bands[0] if len(bands) == 1 else np.concatenate(bands)


def _dither(height: int, width: int) -> Shorts:
    """Return a fixed pattern of 0..7, which turns eighths of a level into fine grain instead of bands."""
    pattern = (np.arange(8)[:, None] * 3 + np.arange(8)[None] * 5) % 8
    tiled = np.tile(pattern.astype(np.int16), (-(-height // 8), -(-width // 8)))
    return tiled[:height, :width, None]
