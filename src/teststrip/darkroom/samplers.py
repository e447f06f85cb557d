"""The six samplers, of one signature: ``sample_x(denoiser, x, sigmas, noise_sampler) -> x``.

``x`` is the noisy latent at ``sigmas[0]`` in the variance-exploding form x = x0 + sigma * noise; ``denoiser(x,
sigma)`` returns the expected clean latent ("denoised"); ``sigmas`` fall to 0; ``noise_sampler(sigma,
sigma_next)`` returns unit noise for that stretch. Coefficients are cut to ten digits (see `exact`), which moves
results by about 1e-10.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from teststrip.darkroom.arrays import Doubles
from teststrip.darkroom.exact import digits

Denoiser: TypeAlias = Callable[[Doubles, float], Doubles]
NoiseSampler: TypeAlias = Callable[[float, float], Doubles]
Sampler: TypeAlias = Callable[[Denoiser, Doubles, Sequence[float], NoiseSampler], Doubles]


def ancestral_step(sigma: float, sigma_next: float, eta: float = 1.0) -> tuple[float, float]:
    """Split a step into (sigma_down, sigma_up): go down without noise, then add noise back up.

    At eta = 1 the two are the standard deviations of the DDPM posterior (Ho et al. 2020, arXiv:2006.11239, eq. 7)
    in variance-exploding form; sigma_down**2 + sigma_up**2 = sigma_next**2.
    """
    if sigma_next == 0:
        return 0.0, 0.0
    spread = math.sqrt(sigma_next**2 * (sigma**2 - sigma_next**2) / sigma**2)
    up = min(sigma_next, eta * spread)
    return digits(math.sqrt(max(sigma_next**2 - up**2, 0.0))), digits(up)


def _log_step(sigma: float, sigma_next: float) -> float:
    """Length of a step in DPM-Solver's time, lambda = -log sigma."""
    return digits(math.log(sigma / sigma_next))


def _exponential_step(x: Doubles, denoised: Doubles, sigma: float, sigma_next: float) -> Doubles:
    """Solve the probability-flow ODE exactly for a constant ``denoised``.

    DPM-Solver++ (arXiv:2211.01095), equation 8, in which exp(-step) = sigma_next / sigma.
    """
    ratio = digits(sigma_next / sigma)
    return ratio * x + (1.0 - ratio) * denoised


def sample_euler(denoiser: Denoiser, x: Doubles, sigmas: Sequence[float], noise_sampler: NoiseSampler) -> Doubles:
    """Take Euler steps along the probability-flow ODE.

    Algorithm 2 of Karras et al. 2022 (arXiv:2206.00364) without churn and without the second-order correction.
    """
    del noise_sampler  # the probability-flow ODE takes no noise
    for sigma, sigma_next in pairwise(sigmas):
        slope = (x - denoiser(x, sigma)) / sigma
        x = x + slope * (sigma_next - sigma)
    return x


def sample_euler_ancestral(
    denoiser: Denoiser, x: Doubles, sigmas: Sequence[float], noise_sampler: NoiseSampler
) -> Doubles:
    """Euler steps to ``sigma_down``, then fresh noise of size ``sigma_up`` (see `ancestral_step`)."""
    for sigma, sigma_next in pairwise(sigmas):
        down, up = ancestral_step(sigma, sigma_next)
        slope = (x - denoiser(x, sigma)) / sigma
        x = x + slope * (down - sigma)
        if up > 0:
            x = x + noise_sampler(sigma, sigma_next) * up
    return x


def sample_dpmpp_2m(
    denoiser: Denoiser, x: Doubles, sigmas: Sequence[float], noise_sampler: NoiseSampler
) -> Doubles:
    """Take multistep steps of second order: DPM-Solver++(2M).

    Algorithm 2 of Lu et al. 2022 (arXiv:2211.01095); the first and the last step are of first order.
    """
    del noise_sampler  # the probability-flow ODE takes no noise
    earlier: tuple[Doubles, float] | None = None
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoiser(x, sigma)
        if sigma_next == 0:
            return denoised
        step = _log_step(sigma, sigma_next)
        corrected = denoised
        if earlier is not None:
            previous, previous_step = earlier
            weight = digits(step / (2.0 * previous_step))
            corrected = (1.0 + weight) * denoised - weight * previous
        x = _exponential_step(x, corrected, sigma, sigma_next)
        earlier = denoised, step
    return x


def sample_dpmpp_2s_ancestral(
    denoiser: Denoiser, x: Doubles, sigmas: Sequence[float], noise_sampler: NoiseSampler
) -> Doubles:
    """Take single-step steps of second order to ``sigma_down``, then add noise: DPM-Solver++(2S).

    Algorithm 1 of Lu et al. 2022 (arXiv:2211.01095) with r = 1/2.
    """
    for sigma, sigma_next in pairwise(sigmas):
        down, up = ancestral_step(sigma, sigma_next)
        denoised = denoiser(x, sigma)
        if down > 0:
            middle = digits(math.sqrt(sigma * down))
            halfway = _exponential_step(x, denoised, sigma, middle)
            denoised = denoiser(halfway, middle)
        x = _exponential_step(x, denoised, sigma, down)
        if up > 0:
            x = x + noise_sampler(sigma, sigma_next) * up
    return x


def sample_dpmpp_sde(
    denoiser: Denoiser, x: Doubles, sigmas: Sequence[float], noise_sampler: NoiseSampler
) -> Doubles:
    """Take stochastic single-step steps of second order: SDE-DPM-Solver++ with r = 1/2.

    Lu et al. 2022 (arXiv:2211.01095), section 5, in k-diffusion's form: both stages are exponential steps to their
    own ``sigma_down`` with noise of ``sigma_up`` read from one path; the stretch to the middle is part of the
    stretch to the end. At r = 1/2 the second stage uses the middle's value alone.
    """
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoiser(x, sigma)
        if sigma_next == 0:
            return denoised
        middle = digits(math.sqrt(sigma * sigma_next))
        down, up = ancestral_step(sigma, middle)
        halfway = _exponential_step(x, denoised, sigma, down) + noise_sampler(sigma, middle) * up
        denoised = denoiser(halfway, middle)
        down, up = ancestral_step(sigma, sigma_next)
        x = _exponential_step(x, denoised, sigma, down) + noise_sampler(sigma, sigma_next) * up
    return x


def sample_ddim(denoiser: Denoiser, x: Doubles, sigmas: Sequence[float], noise_sampler: NoiseSampler) -> Doubles:
    """Take DDIM steps with eta = 0, in variance-preserving form.

    Equation 12 of Song et al. 2020 (arXiv:2010.02502); z = x * sqrt(abar) with abar = 1 / (1 + sigma**2) is the
    latent that the paper calls x.
    """
    del noise_sampler  # eta = 0 takes no noise
    for sigma, sigma_next in pairwise(sigmas):
        abar, abar_next = 1.0 / (1.0 + sigma**2), 1.0 / (1.0 + sigma_next**2)
        z = x * math.sqrt(abar)
        denoised = denoiser(x, sigma)
        epsilon = (z - math.sqrt(abar) * denoised) / math.sqrt(1.0 - abar)
        z = math.sqrt(abar_next) * denoised + math.sqrt(1.0 - abar_next) * epsilon
        x = z / math.sqrt(abar_next)
    return x


SAMPLERS: Mapping[str, Sampler] = MappingProxyType(
    {
        "k_euler": sample_euler,
        "k_euler_ancestral": sample_euler_ancestral,
        "k_dpmpp_2m": sample_dpmpp_2m,
        "k_dpmpp_2s_ancestral": sample_dpmpp_2s_ancestral,
        "k_dpmpp_sde": sample_dpmpp_sde,
        "ddim_v3": sample_ddim,
    },
)
