"""A picture to start from: what of it the noise leaves alone, and what is held of it (img2img and infill).

Img2img adds noise of the level at which sampling starts (SDEdit: Meng et al. 2021, arXiv:2108.01073) and samples
from there. Whatever the noise does not drown survives in a trained model, whose world holds every picture. The toy
world holds few, so here the picture itself joins the mixture, place by place: with odds `_DOUBT` against it before
looking, its posterior odds are those of its own Gaussian against the scenes' mean. The broad colours that survive
the starting noise are carried over by a Wiener filter whose prior is the spectrum of natural pictures.

Infill keeps what the mask leaves: outside of it every denoised latent is the picture. What the picture shows there
also weighs the scenes (see `conditioning`), which is the exact condition that an inpainting model is trained for.
"""

import functools
from dataclasses import dataclass

import numpy as np
from PIL import Image

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.conditions import Start
from teststrip.darkroom.exact import exponential, snap
from teststrip.darkroom.lattice import LATENT_SCALE, Lattice
from teststrip.darkroom.noise import START_NOISE, gaussian
from teststrip.darkroom.posterior import SPREAD
from teststrip.darkroom.residual import natural_power, smooth_part
from teststrip.darkroom.sources import cells_of, fitted, latent_of, over_white, seen

_DOUBT = 10.0  # nats against the picture before looking
_REACH = 0.1  # of the window in which the odds are taken, in picture units
_MASK_SHARE = 0.5
_LIKE = 0.06  # a difference beyond which drawing and picture show different things
_SWEEPS = 400  # of the membrane; a hole of a whole picture is settled to a level or so


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """The picture as a latent (rows, columns, 3) and in full, the starting noise level, and what is to be painted.

    ``hole`` (rows, columns, 1) is 1 where an infill paints; None is img2img.
    """

    lattice: Lattice
    latent: Doubles
    image: Image.Image
    sigma: float
    noise: float
    hole: Doubles | None = None
    mask: Image.Image | None = None

    def gate(self, x: Doubles, center: Doubles, sigma: float) -> Doubles:
        """Return how likely each place of ``x`` still shows the picture and not the scenes' ``center``.

        (rows, columns, 1). Bits: squares below 2**9 on a grid of 2**-20, windows of 10, 2**7 terms: 46 of 53.
        """
        if self.hole is not None:
            return 1.0 - self.hole
        nearer = snap(((x - center) ** 2 - (x - self.latent) ** 2).sum(axis=2), 20)
        over_rows, over_columns = _windows(self.lattice)
        within = snap(np.matmul(snap(np.matmul(over_rows, nearer), 20), over_columns.T), 20)
        spread = sigma * sigma + SPREAD * SPREAD + (self.noise * LATENT_SCALE) ** 2
        odds = within / (2 * spread) - _DOUBT
        small = exponential(-np.abs(odds))
        return snap(np.where(odds >= 0, 1.0, small) / (1.0 + small), 16)[..., None]

    def carry(self, center: Doubles) -> Doubles:
        """Return a mean with the picture's broad colours, as far as they survive the starting noise."""
        if self.hole is not None:
            return center
        return center + smooth_part(self.latent - center, self.sigma, self.lattice, natural_power(self.lattice))

    def mixed(self, x: Doubles, center: Doubles, sigma: float) -> Doubles:
        """Return the mean of scenes and picture together."""
        center = self.carry(center)
        return center + snap(self.gate(x, center, sigma) * (self.latent - center), 16)

    def held(self, denoised: Doubles) -> Doubles:
        """Return a denoised latent that is the picture outside the hole."""
        if self.hole is None:
            return denoised
        return self.latent + self.hole * (denoised - self.latent)

    def begun(self, seed: int, unit: Doubles) -> Doubles:
        """Return the latent that sampling starts from; ``unit`` is its unit noise."""
        added = self.noise * LATENT_SCALE * gaussian(self.latent.shape, seed, START_NOISE) if self.noise else 0.0
        return self.latent + added + self.sigma * unit

    def membrane(self, drawn: Doubles) -> Doubles:
        """Return what to add to a drawing so that it meets the picture at the hole's edge.

        Laplace's equation in the hole, with the difference as its boundary where the two show the same thing, by a
        fixed number of Jacobi sweeps (Poisson image editing: Pérez et al. 2003).
        """
        hole = self.hole
        if hole is None:
            return np.zeros_like(drawn)
        off = self.latent - drawn
        known = (hole[..., 0] < _MASK_SHARE) & (np.abs(off).max(axis=2) < _LIKE)
        off = np.where(known[..., None], off, 0.0)
        for _ in range(_SWEEPS):
            padded = np.pad(off, ((1, 1), (1, 1), (0, 0)), mode="edge")
            around = padded[2:, 1:-1] + padded[:-2, 1:-1]
            around += padded[1:-1, 2:]
            around += padded[1:-1, :-2]
            off = np.where(known[..., None], off, 0.25 * around)
        return snap(off, 16)


@functools.lru_cache(maxsize=16)
def _windows(lattice: Lattice) -> tuple[Doubles, Doubles]:
    """Gaussian windows from cells to cells, per axis, peak 1, multiples of 2**-10."""
    found = []
    for count, length in ((lattice.rows, lattice.height), (lattice.columns, lattice.width)):
        places = (np.arange(count) + 0.5) * (length / count / lattice.unit / _REACH)
        away = places[:, None] - places[None]
        found.append(snap(exponential(-0.5 * away * away), 10))
    return found[0], found[1]


@functools.lru_cache(maxsize=2)
def hole_of(start: Start, lattice: Lattice) -> tuple[Doubles, Image.Image]:
    """Return where an infill paints: in cells, (rows, columns, 1) of 0 and 1, and in pixels, 0 to 255."""
    if start.mask is not None:
        mask = over_white(fitted(start.mask, lattice.width, lattice.height)).convert("L")
    else:
        picture = fitted(start.image, lattice.width, lattice.height)
        mask = Image.new("L", picture.size)
        if picture.mode == "RGBA":
            mask = picture.getchannel("A").point([255 - value for value in range(256)])
    share = cells_of(mask, lattice.rows, lattice.columns).astype(np.float64) / 255
    return np.where(share > 0, 1.0, 0.0)[..., None], mask


def anchor_of(start: Start, lattice: Lattice, sigma: float) -> Anchor:
    """Open a start's picture; sampling starts at ``sigma``."""
    image = seen(start.image, lattice.width, lattice.height)
    latent = latent_of(image, lattice)
    if not start.infill:
        return Anchor(lattice, latent, image, sigma, start.noise)
    hole, mask = hole_of(start, lattice)
    return Anchor(lattice, latent, image, sigma, start.noise, hole, mask)
