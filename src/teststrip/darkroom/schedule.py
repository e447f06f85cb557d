"""Noise schedules: which sigmas a sampler visits, highest first, ending at 0.

The model's own noise levels are those of Stable Diffusion: 1000 "scaled-linear" betas from 0.00085 to 0.012
(Rombach et al. 2022, arXiv:2112.10752), so sigma runs from 0.0292 to 14.61. Every sigma is cut to ten digits.
"""

import functools
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from teststrip.darkroom.errors import DarkroomError
from teststrip.darkroom.exact import digits

TRAIN_STEPS = 1000
BETA_START = 0.00085
BETA_END = 0.012
RHO = 7.0


@functools.lru_cache(maxsize=1)
def model_sigmas() -> tuple[float, ...]:
    """Return the 1000 sigmas of the training schedule, lowest first.

    ``sqrt((1 - abar) / abar)`` with abar = cumprod(1 - beta).
    """
    low, high = math.sqrt(BETA_START), math.sqrt(BETA_END)
    alpha_bar = 1.0
    sigmas = []
    for step in range(TRAIN_STEPS):
        beta = (low + (high - low) * step / (TRAIN_STEPS - 1)) ** 2
        alpha_bar *= 1.0 - beta
        sigmas.append(digits(math.sqrt((1.0 - alpha_bar) / alpha_bar)))
    return tuple(sigmas)


def _ramp(steps: int) -> list[float]:
    return [step / (steps - 1) if steps > 1 else 0.0 for step in range(steps)]


def karras(steps: int) -> tuple[float, ...]:
    """Equation 5 of Karras et al. 2022 (arXiv:2206.00364) with rho = 7."""
    low, high = model_sigmas()[0] ** (1 / RHO), model_sigmas()[-1] ** (1 / RHO)
    return (*(digits((high + t * (low - high)) ** RHO) for t in _ramp(steps)), 0.0)


def exponential(steps: int) -> tuple[float, ...]:
    """Evenly spaced in log sigma."""
    low, high = math.log(model_sigmas()[0]), math.log(model_sigmas()[-1])
    return (*(digits(math.exp(high + t * (low - high))) for t in _ramp(steps)), 0.0)


def native(steps: int) -> tuple[float, ...]:
    """Return sigmas evenly spaced in training time.

    Log sigma is interpolated between training steps, as in k-diffusion's discrete schedule.
    """
    sigmas = model_sigmas()

    def at(time: float) -> float:
        below = min(int(time), TRAIN_STEPS - 2)
        part = time - below
        return digits(math.exp((1 - part) * math.log(sigmas[below]) + part * math.log(sigmas[below + 1])))

    return (*(at((TRAIN_STEPS - 1) * (1.0 - t)) for t in _ramp(steps)), 0.0)


def ddim_trailing(steps: int) -> tuple[float, ...]:
    """Return the sigmas of training steps 1000, 1000 - 1000/n, ...

    The "trailing" spacing of Lin et al. 2023 (arXiv:2305.08891), table 2.
    """
    sigmas = model_sigmas()
    return (*(sigmas[round(TRAIN_STEPS - k * TRAIN_STEPS / steps) - 1] for k in range(steps)), 0.0)


NOISE_SCHEDULES: Mapping[str, Callable[[int], tuple[float, ...]]] = MappingProxyType(
    {"native": native, "karras": karras, "exponential": exponential},
)

DDIM = "ddim_v3"
"""The sampler that keeps its own time steps and so ignores the noise schedule."""


def sigmas_for(sampler: str, noise_schedule: str, steps: int) -> tuple[float, ...]:
    """Return ``steps + 1`` sigmas, the last one 0.

    Raises `DarkroomError` for an unknown schedule or steps below 1.
    """
    if steps < 1:
        raise DarkroomError(f"steps is {steps}; it must be at least 1")
    if noise_schedule not in NOISE_SCHEDULES:
        raise DarkroomError(
            f'"{noise_schedule}" is not a noise schedule; choose from {", ".join(NOISE_SCHEDULES)}'
        )
    return ddim_trailing(steps) if sampler == DDIM else NOISE_SCHEDULES[noise_schedule](steps)
