"""Each scheduler against the darkroom's sampler of the same name: another implementation of the same papers."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from conftest import REASON
from teststrip.darkroom import SAMPLERS
from teststrip.darkroom.schedule import model_sigmas, sigmas_for

torch = pytest.importorskip("torch", reason=REASON)
pytest.importorskip("diffusers", reason=REASON)
schedulers = pytest.importorskip("teststrip_plugin_diffusers.schedulers", reason="the package is not installed")
wish = pytest.importorskip("teststrip_plugin_diffusers.wish", reason="the package is not installed")

# Stable Diffusion's, which the darkroom has too, with a spacing that is not to count.
CONFIG = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "timestep_spacing": "leading",
    "steps_offset": 1,
}
STEPS = 9
SHAPE = (1, 4, 3, 3)
CENTER = np.linspace(-1, 1, 36).reshape(SHAPE)


def clean(x: Any, sigma: float) -> Any:
    """The expected clean sample of one Gaussian seen through noise; not linear in sigma, so orders differ."""
    return (0.09 * x + sigma**2 * CENTER) / (0.09 + sigma**2)


def sampled(sampler: str, schedule: str, start: Any, prediction: str = "epsilon") -> tuple[Any, list[float]]:
    """Run a scheduler as a pipeline does; return where it ends, and the noise levels at which it begins steps."""
    scheduler = schedulers.scheduler_for({**CONFIG, "prediction_type": prediction}, sampler, schedule, 5)
    scheduler.set_timesteps(STEPS)
    takes = inspect.signature(scheduler.step).parameters
    extra = {"generator": torch.Generator().manual_seed(5)} if "generator" in takes else {}
    scaled = "2m" in sampler  # it works on alpha * x
    x = torch.from_numpy(start).double()
    x = x * alpha_of(float(scheduler.sigmas[0])) if scaled else x
    begun = []
    for t in scheduler.timesteps:
        scheduler.scale_model_input(x, t)
        sigma = float(scheduler.sigmas[scheduler.step_index or 0])
        if getattr(scheduler, "state_in_first_order", True):
            begun.append(sigma)
        else:
            sigma = float(scheduler.mid_point_sigma)
        alpha = alpha_of(sigma)
        seen = x / alpha if scaled else x
        denoised = torch.from_numpy(clean(seen.numpy(), sigma))
        noise = (seen - denoised) / sigma
        # Of Salimans and Ho 2022 (arXiv:2202.00512): v = alpha * noise - s * clean, with s = sigma * alpha.
        output = noise if prediction == "epsilon" else alpha * noise - sigma * alpha * denoised
        x = scheduler.step(output, t, x, **extra, return_dict=False)[0]
    return x.numpy(), begun


def alpha_of(sigma: float) -> float:
    return float(1 / np.sqrt(1 + sigma**2))


@pytest.mark.parametrize("schedule", ["karras", "exponential", "native"])
@pytest.mark.parametrize("sampler", ["k_euler", "k_euler_ancestral", "k_dpmpp_2m", "k_dpmpp_2s_ancestral"])
@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_a_scheduler_ends_where_the_darkrooms_sampler_does(sampler: str, schedule: str, prediction: str) -> None:
    start = np.random.default_rng(1).normal(size=SHAPE) * model_sigmas()[-1]
    generator = torch.Generator().manual_seed(5)

    def noise(_: float, __: float) -> Any:
        return torch.randn(SHAPE, generator=generator, dtype=torch.float64).numpy()

    wanted = SAMPLERS[sampler](clean, start, sigmas_for(sampler, schedule, STEPS), noise)
    found, _ = sampled(sampler, schedule, start, prediction)
    np.testing.assert_allclose(found, wanted, atol=2e-4)


@pytest.mark.parametrize("schedule", ["karras", "exponential", "native"])
@pytest.mark.parametrize("sampler", ["k_euler", "k_euler_ancestral", "k_dpmpp_2m", "k_dpmpp_2m_sde"])
def test_noise_levels_are_the_same_for_every_sampler_and_those_of_the_darkroom(
    sampler: str, schedule: str
) -> None:
    scheduler = schedulers.scheduler_for(CONFIG, sampler, schedule, 0)
    scheduler.set_timesteps(STEPS)
    np.testing.assert_allclose(scheduler.sigmas.numpy(), sigmas_for("k_euler", schedule, STEPS), rtol=2e-4)
    assert len(scheduler.timesteps) == STEPS
    assert 999 >= float(scheduler.timesteps[0]) > float(scheduler.timesteps[-1]) >= 0


@pytest.mark.parametrize("schedule", ["karras", "exponential", "native"])
def test_dpmpp_sde_visits_the_same_noise_levels_and_is_the_same_for_the_same_seed(schedule: str) -> None:
    start = np.random.default_rng(1).normal(size=SHAPE) * model_sigmas()[-1]
    found, begun = sampled("k_dpmpp_sde", schedule, start)
    np.testing.assert_allclose(begun, sigmas_for("k_euler", schedule, STEPS)[:-1], rtol=2e-4)
    np.testing.assert_array_equal(found, sampled("k_dpmpp_sde", schedule, start)[0])
    assert np.abs(found - CENTER).mean() < 1  # it ends at the picture, whatever the noise was


def test_polyexponential_is_exponential_as_in_k_diffusion() -> None:
    """Its ladder with its rho of 1: exp(linspace(1, 0, n)**rho * (log max - log min) + log min)."""
    sigmas = np.array(model_sigmas())
    ramp = np.linspace(1, 0, STEPS) ** 1.0
    wanted = np.exp(ramp * (np.log(sigmas[-1]) - np.log(sigmas[0])) + np.log(sigmas[0]))
    np.testing.assert_allclose(schedulers.LADDERS["polyexponential"](sigmas, STEPS), wanted)


def test_every_sampler_and_schedule_that_is_offered_is_there() -> None:
    assert tuple(schedulers.LADDERS) == wish.NOISE_SCHEDULES
    for sampler in wish.SAMPLERS:
        for schedule in wish.NOISE_SCHEDULES:
            schedulers.scheduler_for(CONFIG, sampler, schedule, 0).set_timesteps(4)


def test_a_single_step_is_possible() -> None:
    for sampler in wish.SAMPLERS:
        scheduler = schedulers.scheduler_for(CONFIG, sampler, "karras", 0)
        scheduler.set_timesteps(1)
        assert len(scheduler.timesteps) == 1
