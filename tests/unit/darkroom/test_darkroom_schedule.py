"""The noise schedules against their published formulas, written here a second time in NumPy."""

from itertools import pairwise

import numpy as np
import pytest

from teststrip.darkroom import NOISE_SCHEDULES, SAMPLERS, DarkroomError
from teststrip.darkroom.schedule import DDIM, model_sigmas, sigmas_for


def published_sigmas() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Scaled-linear betas of Stable Diffusion, as in Rombach et al.'s released configuration."""
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    alpha_bar = np.cumprod(1 - betas)
    sigmas: np.ndarray[tuple[int], np.dtype[np.float64]] = ((1 - alpha_bar) / alpha_bar) ** 0.5
    return sigmas


def test_model_sigmas_are_those_of_scaled_linear_betas() -> None:
    np.testing.assert_allclose(model_sigmas(), published_sigmas(), rtol=1e-9)


@pytest.mark.parametrize("steps", [1, 2, 5, 28, 50])
def test_karras_is_equation_5(steps: int) -> None:
    low, high = published_sigmas()[[0, -1]]
    ramp = np.arange(steps) / max(steps - 1, 1)
    expected = (high ** (1 / 7) + ramp * (low ** (1 / 7) - high ** (1 / 7))) ** 7
    np.testing.assert_allclose(sigmas_for("k_euler", "karras", steps), [*expected, 0], rtol=1e-6)


@pytest.mark.parametrize("steps", [2, 5, 28, 50])
def test_exponential_has_one_ratio(steps: int) -> None:
    sigmas = np.array(sigmas_for("k_euler", "exponential", steps)[:-1])
    low, high = published_sigmas()[[0, -1]]
    np.testing.assert_allclose(sigmas[1:] / sigmas[:-1], (low / high) ** (1 / (steps - 1)), rtol=1e-6)
    np.testing.assert_allclose(sigmas[[0, -1]], [high, low], rtol=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 5, 28, 50])
def test_native_is_even_in_training_time(steps: int) -> None:
    times = np.linspace(999, 0, steps)
    expected = np.exp(np.interp(times, np.arange(1000), np.log(published_sigmas())))
    np.testing.assert_allclose(sigmas_for("k_euler", "native", steps), [*expected, 0], rtol=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 4, 28, 50])
def test_ddim_takes_trailing_time_steps_whatever_the_schedule(steps: int) -> None:
    times = np.round(np.arange(1000, 0, -1000 / steps)).astype(int) - 1
    for schedule in NOISE_SCHEDULES:
        np.testing.assert_allclose(sigmas_for(DDIM, schedule, steps)[:-1], published_sigmas()[times], rtol=1e-6)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("schedule", NOISE_SCHEDULES)
def test_sigmas_fall_strictly_to_zero(sampler: str, schedule: str) -> None:
    for steps in (1, 2, 3, 28, 50):
        sigmas = sigmas_for(sampler, schedule, steps)
        assert len(sigmas) == steps + 1
        assert sigmas[-1] == 0
        assert all(high > low for high, low in pairwise(sigmas))


def test_unknown_schedule_names_the_known_ones() -> None:
    with pytest.raises(DarkroomError, match='"karas" is not a noise schedule; choose from native, karras,'):
        sigmas_for("k_euler", "karas", 4)


def test_no_steps_are_refused() -> None:
    with pytest.raises(DarkroomError, match="steps is 0"):
        sigmas_for("k_euler", "karras", 0)
