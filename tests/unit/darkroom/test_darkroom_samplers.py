"""The six samplers against the papers' formulas, written here a second time and in the papers' own variables.

The project samples in variance-exploding form, x = x0 + sigma * noise. The papers write the variance-preserving
form, z = alpha * x0 + s * noise with alpha = 1 / sqrt(1 + sigma**2), s = sigma * alpha,
lambda = log(alpha / s).
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from teststrip.darkroom import SAMPLERS, Exposure
from teststrip.darkroom.exposure import sampled
from teststrip.darkroom.lattice import LATENT_SCALE
from teststrip.darkroom.schedule import sigmas_for

Array = npt.NDArray[np.float64]
Model = Callable[[Array, float], Array]
Noise = Callable[[], Array]

SIZE = 6
CENTERS = np.random.default_rng(7).normal(size=(5, SIZE))
SHARES = np.array([0.1, 0.3, 0.2, 0.25, 0.15])
WIDTH = 0.3


def mixture(x: Array, sigma: float) -> Array:
    """The exact expected clean sample of a mixture of five Gaussians seen through noise of sigma."""
    variance = WIDTH**2 + sigma**2
    logs = np.log(SHARES) - ((x - CENTERS) ** 2).sum(axis=1) / (2 * variance)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    pulled = (WIDTH**2 * x + sigma**2 * CENTERS) / variance
    result: Array = weights @ pulled
    return result


def alpha_s(sigma: float) -> tuple[float, float]:
    alpha = 1 / np.sqrt(1 + sigma**2)
    return float(alpha), float(sigma * alpha)


def predict(z: Array, sigma: float) -> Array:
    """x_theta of the papers: the clean sample predicted from the variance-preserving latent."""
    return mixture(z / alpha_s(sigma)[0], sigma)


def log_snr(sigma: float) -> float:
    alpha, s = alpha_s(sigma)
    return float(np.log(alpha / s))


def first_order(z: Array, clean: Array, sigma: float, target: float) -> Array:
    """DPM-Solver++ (arXiv:2211.01095) equation 8 with k = 1."""
    if target == 0:
        return clean
    (_, s_from), (alpha_to, s_to) = alpha_s(sigma), alpha_s(target)
    h = log_snr(target) - log_snr(sigma)
    result: Array = s_to / s_from * z - alpha_to * np.expm1(-h) * clean
    return result


def published_euler(z: Array, sigmas: list[float], noise: Noise) -> Array:
    """Karras et al. 2022, Algorithm 2 with S_churn = 0 and lines 6 to 8 left out; x = z / alpha."""
    del noise
    x = z / alpha_s(sigmas[0])[0]
    for t, t_next in pairwise(sigmas):
        d = (x - mixture(x, t)) / t
        x = x + (t_next - t) * d
    return x


def published_ancestral(z: Array, sigmas: list[float], noise: Noise) -> Array:
    """DDPM (arXiv:2006.11239) equations 6 and 7: the posterior of the next latent given the clean sample."""
    for sigma, target in pairwise(sigmas):
        bar, bar_next = 1 / (1 + sigma**2), 1 / (1 + target**2)
        alpha, beta = bar / bar_next, 1 - bar / bar_next
        clean = predict(z, sigma)
        mean = np.sqrt(bar_next) * beta / (1 - bar) * clean + np.sqrt(alpha) * (1 - bar_next) / (1 - bar) * z
        z = mean if target == 0 else mean + np.sqrt((1 - bar_next) / (1 - bar) * beta) * noise()
    return z


def published_2m(z: Array, sigmas: list[float], noise: Noise) -> Array:
    """DPM-Solver++ Algorithm 2; the last step, to infinite lambda, is of first order."""
    del noise
    buffer: list[tuple[float, Array]] = []
    for sigma, target in pairwise(sigmas):
        clean = predict(z, sigma)
        direction = clean
        if buffer and target > 0:
            before, earlier = buffer[-1]
            h_before, h = log_snr(sigma) - log_snr(before), log_snr(target) - log_snr(sigma)
            r = h_before / h
            direction = (1 + 1 / (2 * r)) * clean - 1 / (2 * r) * earlier
        z = first_order(z, direction, sigma, target)
        buffer.append((sigma, clean))
    return z


def published_2s_ancestral(z: Array, sigmas: list[float], noise: Noise) -> Array:
    """DPM-Solver++ Algorithm 1, r = 1/2, to the DDPM posterior's noise-free level, then noise."""
    for sigma, target in pairwise(sigmas):
        down = target**2 / sigma
        clean = predict(z, sigma)
        if target == 0:
            return clean
        middle = float(np.exp(-(log_snr(sigma) + log_snr(down)) / 2))
        u = first_order(z, clean, sigma, middle)
        z = first_order(z, predict(u, middle), sigma, down)
        x = z / alpha_s(down)[0] + target * np.sqrt(1 - (target / sigma) ** 2) * noise()
        z = x * alpha_s(target)[0]
    return z


def sde_first_order(z: Array, clean: Array, sigma: float, target: float, unit: Array) -> Array:
    """SDE-DPM-Solver++1 (arXiv:2211.01095, section 5)."""
    (_, s_from), (alpha_to, s_to) = alpha_s(sigma), alpha_s(target)
    h = log_snr(target) - log_snr(sigma)
    spread = np.sqrt(-np.expm1(-2 * h))
    mean: Array = s_to / s_from * np.exp(-h) * z - alpha_to * np.expm1(-2 * h) * clean
    noisy: Array = mean + s_to * spread * unit
    return noisy


def published_sde(z: Array, sigmas: list[float], noise: Noise) -> Array:
    """Two stages of SDE-DPM-Solver++1: to the middle, then the whole step with the middle's prediction."""
    for sigma, target in pairwise(sigmas):
        clean = predict(z, sigma)
        if target == 0:
            return clean
        middle = float(np.exp(-(log_snr(sigma) + log_snr(target)) / 2))
        u = sde_first_order(z, clean, sigma, middle, noise())
        z = sde_first_order(z, predict(u, middle), sigma, target, noise())
    return z


def published_ddim(z: Array, sigmas: list[float], noise: Noise) -> Array:
    """DDIM (arXiv:2010.02502) equation 12 with sigma_t = 0, in alpha-bar (the paper's alpha)."""
    del noise
    for sigma, target in pairwise(sigmas):
        bar, bar_next = 1 / (1 + sigma**2), 1 / (1 + target**2)
        epsilon = (z - np.sqrt(bar) * predict(z, sigma)) / np.sqrt(1 - bar)
        z = np.sqrt(bar_next) * (z - np.sqrt(1 - bar) * epsilon) / np.sqrt(bar) + np.sqrt(1 - bar_next) * epsilon
    return z


PUBLISHED: dict[str, Callable[[Array, list[float], Noise], Array]] = {
    "k_euler": published_euler,
    "k_euler_ancestral": published_ancestral,
    "k_dpmpp_2m": published_2m,
    "k_dpmpp_2s_ancestral": published_2s_ancestral,
    "k_dpmpp_sde": published_sde,
    "ddim_v3": published_ddim,
}


def draws() -> Iterator[Array]:
    generator = np.random.default_rng(3)
    while True:
        yield generator.normal(size=SIZE)


def test_every_sampler_has_a_published_formula() -> None:
    assert set(PUBLISHED) == set(SAMPLERS)


@pytest.mark.parametrize("steps", [1, 2, 5, 28])
@pytest.mark.parametrize("schedule", ["karras", "native"])
@pytest.mark.parametrize("name", SAMPLERS)
def test_sampler_agrees_with_the_published_formula(name: str, schedule: str, steps: int) -> None:
    sigmas = list(sigmas_for(name, schedule, steps))
    x = sigmas[0] * np.random.default_rng(1).normal(size=SIZE)
    ours, theirs = draws(), draws()
    found = SAMPLERS[name](mixture, x, sigmas, lambda sigma, sigma_next: next(ours))  # noqa: ARG005  a noise sampler's two arguments
    expected = PUBLISHED[name](x * alpha_s(sigmas[0])[0], sigmas, lambda: next(theirs))
    np.testing.assert_allclose(found, expected, atol=1e-6)


TARGET, SPREAD = 0.7, 0.5


def gaussian(x: Array, sigma: float) -> Array:
    """The exact denoiser of one Gaussian, whose probability flow has a closed solution."""
    return (SPREAD**2 * x + sigma**2 * TARGET) / (SPREAD**2 + sigma**2)


def error_after(name: str, steps: int) -> float:
    high, low = 10.0, 0.1
    sigmas = np.geomspace(high, low, steps + 1).tolist()
    start = np.array([4.0])
    exact = TARGET + (start - TARGET) * np.sqrt((SPREAD**2 + low**2) / (SPREAD**2 + high**2))
    found = SAMPLERS[name](gaussian, start, sigmas, lambda sigma, sigma_next: np.zeros(1))  # noqa: ARG005  a noise sampler's two arguments
    return float(np.abs(found - exact).max())


@pytest.mark.parametrize(("name", "order"), [("k_euler", 1.0), ("ddim_v3", 1.0), ("k_dpmpp_2m", 2.0)])
def test_error_falls_with_the_order_of_the_method(name: str, order: float) -> None:
    steps = [40, 80, 160, 320]
    errors = [error_after(name, n) for n in steps]
    slope = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(order, abs=0.15)


@pytest.mark.parametrize("name", ["k_euler_ancestral", "k_dpmpp_2s_ancestral", "k_dpmpp_sde"])
def test_stochastic_samplers_reach_the_law_of_the_data(name: str) -> None:
    """From pure noise, many samples of one Gaussian must come out with its mean and standard deviation."""
    generator = np.random.default_rng(5)
    count = 20_000
    sigmas = sigmas_for(name, "karras", 200)
    start = sigmas[0] * generator.normal(size=count)
    found = SAMPLERS[name](gaussian, start, sigmas, lambda sigma, sigma_next: generator.normal(size=count))  # noqa: ARG005  a noise sampler's two arguments
    assert found.mean() == pytest.approx(TARGET, abs=0.03)
    assert found.std() == pytest.approx(SPREAD, rel=0.04)


def toy_error(name: str, steps: int, reference: Array) -> float:
    """How far a sampler is from a long run of the toy world's own denoiser, root mean square, in rgb of 0..1."""
    found = toy_latent(name, steps)
    return float(np.sqrt(np.mean((found - reference) ** 2)) / (2 * LATENT_SCALE))


def toy_latent(name: str, steps: int) -> Array:
    exposure = Exposure("1girl, sea", width=128, height=128, steps=steps, scale=2.0, sampler=name, seed=4)
    return sampled(exposure)[1]


def test_errors_in_the_toy_world_fall_as_the_theory_has_it() -> None:
    """Against 300 Euler steps; second order wins from some 20 steps, and no sampler with noise gets near."""
    reference = toy_latent("k_euler", 300)
    euler = [toy_error("k_euler", steps, reference) for steps in (12, 24, 48)]
    second = [toy_error("k_dpmpp_2m", steps, reference) for steps in (24, 48)]
    assert euler[0] > 1.5 * euler[1] > 1.5**2 * euler[2]
    assert second[0] > 1.3 * second[1]
    assert second[0] < euler[1]
    assert toy_error("k_euler_ancestral", 48, reference) > 5 * euler[2]
