"""The guided denoiser: classifier-free guidance and its usual repairs.

Guidance (Ho and Salimans 2022, arXiv:2207.12598): uncond + scale * (cond - uncond); 1 is the prompt without
guidance, 0 ignores the prompt. It is linear, so it acts on the posterior's weights and costs one mean.
"""

import math
from dataclasses import dataclass

import numpy as np

from teststrip.darkroom.anchor import Anchor
from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import digits, snap
from teststrip.darkroom.lattice import LATENT_SCALE
from teststrip.darkroom.library import Library
from teststrip.darkroom.posterior import contrast_of, mean, weights
from teststrip.darkroom.residual import smooth_part
from teststrip.darkroom.tint import Tint

PROMPTED_CONTRAST = 0.018
"""How much more contrast prompted pictures have than unprompted ones: what high guidance scales exaggerate."""

_LARGEST = 120.0
_QUANTILE = 0.995
_PRUNE_BELOW = 2.5
_PRUNE_WEIGHT = 1e-5
_PRUNE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Guidance:
    """How strongly a denoiser follows the prompt, and how the result is repaired."""

    scale: float = 1.0
    cfg_rescale: float = 0.0
    dynamic_thresholding: bool = False
    skip_cfg_above_sigma: float | None = None

    def active(self, sigma: float) -> bool:
        """Whether guidance acts at this noise level."""
        skipped = self.skip_cfg_above_sigma is not None and sigma > self.skip_cfg_above_sigma
        return self.scale != 1 and not skipped


class GuidedDenoiser:
    """``denoiser(x, sigma)``: the expected clean latent under guidance, both (rows, columns, 3).

    ``anchor`` is a picture that is started from or filled in; ``tints`` are colours to lean towards. Once sigma is
    below 2.5, scenes that have no weight left anywhere are dropped; so one denoiser serves one pass of falling
    sigmas.
    """

    def __init__(
        self, library: Library, guidance: Guidance, anchor: Anchor | None = None, tints: tuple[Tint, ...] = ()
    ) -> None:
        self._library, self._guidance, self._anchor, self._tints = library, guidance, anchor, tints

    def __call__(self, x: Doubles, sigma: float) -> Doubles:
        """Return the denoised latent; ``x`` is clipped to +-120 and put on a grid of 2**-16 first."""
        x = snap(np.clip(x, -_LARGEST, _LARGEST), 16)
        guidance, library = self._guidance, self._library
        if not guidance.active(sigma):
            (cond,) = weights(library, x, sigma, (library.log_cond,))
            denoised = self._complete(x, mean(library, cond), sigma, PROMPTED_CONTRAST)
            self._prune(sigma, cond)
        else:
            cond, uncond = weights(library, x, sigma, (library.log_cond, library.log_uncond))
            guided = mean(library, snap(uncond + guidance.scale * (cond - uncond), 20))
            denoised = self._complete(x, guided, sigma, PROMPTED_CONTRAST * guidance.scale)
            if guidance.cfg_rescale:
                plain = self._complete(x, mean(library, cond), sigma, PROMPTED_CONTRAST)
                denoised = rescaled(denoised, plain, guidance.cfg_rescale)
            self._prune(sigma, cond, uncond)
        if guidance.dynamic_thresholding:
            denoised = thresholded(denoised)
        return denoised if self._anchor is None else self._anchor.held(denoised)

    def _complete(self, x: Doubles, center: Doubles, sigma: float, contrast: float) -> Doubles:
        """Add what vibes and a picture say, and a scene's own covariance: contrast, then the smooth residual."""
        for tint in self._tints:
            center = tint.over(center)
        if self._anchor is not None:
            center = self._anchor.mixed(x, center, sigma)
        gain, direction = contrast_of(x, center, sigma, contrast)
        center = center + snap(gain * direction, 16)
        return center + smooth_part(x - center, sigma, self._library.lattice)

    def _prune(self, sigma: float, *found: Doubles) -> None:
        count = len(self._library.members)
        if sigma >= _PRUNE_BELOW or count <= _PRUNE_SIZE:
            return
        used = np.zeros(count, np.bool_)
        for corner_weights in found:
            used |= corner_weights.reshape(-1, count).max(axis=0) > _PRUNE_WEIGHT
        if used.sum() < 0.7 * count:
            self._library = self._library.keep(np.nonzero(used)[0])


def _deviation(values: Doubles) -> float:
    """Return the standard deviation.

    Bits: values of 2**1 or so on a grid of 2**-12, 2**14 squares of 26 bits: 40 of 53.
    """
    flat = snap(values, 12).ravel()
    average = float(flat.sum()) / flat.size
    return math.sqrt(max(float((flat * flat).sum()) / flat.size - average * average, 0.0))


def rescaled(denoised: Doubles, cond: Doubles, share: float) -> Doubles:
    """Pull the guided result's standard deviation towards the prompt's own by ``share``.

    Rescaled guidance: Lin et al. 2023 (arXiv:2305.08891), equations 15 and 16.
    """
    spread = _deviation(denoised)
    factor = _deviation(cond) / spread if spread > 0 else 1.0
    return snap(denoised * digits(share * factor + 1.0 - share), 16)


def thresholded(denoised: Doubles) -> Doubles:
    """Clip at a high quantile, then scale back into range.

    Dynamic thresholding: Saharia et al. 2022 (Imagen, arXiv:2205.11487), section 2.3.
    """
    size = np.sort(np.abs(denoised), axis=None)
    limit = float(size[min(int(_QUANTILE * size.size), size.size - 1)])
    if limit <= LATENT_SCALE:
        return denoised
    return snap(np.clip(denoised, -limit, limit) * (LATENT_SCALE / limit), 16)
