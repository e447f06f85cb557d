"""What tests of the darkroom share: small exposures, pictures as bytes, and how near two pictures are."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from teststrip.darkroom import Exposure, encode_png, render
from teststrip.darkroom.arrays import Pixels
from teststrip.darkroom.decode import cast_of
from teststrip.darkroom.exposure import sampled
from teststrip.darkroom.scene import ATTRIBUTES

SMALL = Exposure("1girl", width=128, height=192, steps=8, scale=4.0, seed=3)


@functools.lru_cache(maxsize=64)
def drawn(exposure: Exposure) -> Pixels:
    return render(exposure).pixels


def changed(**changes: Any) -> Pixels:  # an exposure's fields are of many types
    return drawn(replace(SMALL, **changes))


def png(pixels: Pixels) -> bytes:
    return encode_png(pixels, {})


def picture(prompt: str, **changes: Any) -> bytes:
    """A picture of the toy world, as a file."""
    return png(changed(prompt=prompt, steps=12, **changes))


def distance(one: Pixels, other: Pixels) -> float:
    """Root mean square difference, in levels."""
    return float(np.sqrt(np.mean((one.astype(float) - other.astype(float)) ** 2)))


def scene_shares(exposure: Exposure) -> npt.NDArray[np.float64]:
    """How much of the picture is drawn from each scene of its library, (n,)."""
    library, latent, _ = sampled(exposure)
    cast = cast_of(library, latent)
    shares = np.zeros(len(library.members))
    shares[cast.index] = cast.weights.mean(axis=(0, 1))
    return shares


def sameness(exposures: Sequence[Exposure]) -> float:
    """How often pictures show the same, averaged over pairs of them and over the attributes, 0 to 1."""
    shown = []
    for exposure in exposures:
        library, latent, _ = sampled(exposure)
        cast = cast_of(library, latent)
        area, scenes = cast.weights.mean(axis=(0, 1)), library.scenes.take(cast.index)
        shown.append(
            {name: np.bincount(scenes.codes[name], area, minlength=len(ATTRIBUTES[name])) for name in ATTRIBUTES}
        )
    pairs = [(one, other) for k, one in enumerate(shown) for other in shown[:k]]
    return float(np.mean([float(one[name] @ other[name]) for one, other in pairs for name in ATTRIBUTES]))


def share(exposure: Exposure, attribute: str, *values: str, person: int = 0) -> float:
    """Share of the picture that is drawn from scenes with one of some values."""
    library, latent, _ = sampled(exposure)
    cast = cast_of(library, latent)
    have: npt.NDArray[np.bool_] = library.lots[person].take(cast.index).are(attribute, *values)
    return float(cast.weights[:, :, have].sum() / cast.weights.sum())


def mean_share(seeds: int, attribute: str, *values: str, person: int = 0, **changes: Any) -> float:
    exposures = [replace(SMALL, seed=seed, **changes) for seed in range(seeds)]
    return float(np.mean([share(one, attribute, *values, person=person) for one in exposures]))
