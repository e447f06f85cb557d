"""Samplers and schedules against k-diffusion itself, where it and torch are installed (they are no dependency).

scripts/k-diffusion.sh installs them into an environment of their own, and runs this.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from teststrip.darkroom.samplers import SAMPLERS
from teststrip.darkroom.schedule import model_sigmas, sigmas_for

torch = pytest.importorskip("torch")


def k_diffusion() -> Any:
    """Its samplers alone: the package's own start imports training, evaluation and a dozen libraries for those."""
    found = importlib.util.find_spec("k_diffusion")
    if found is None:
        pytest.skip("k-diffusion is not installed", allow_module_level=True)
    package = types.ModuleType("k_diffusion")
    package.__path__ = list(found.submodule_search_locations or ())
    sys.modules["k_diffusion"] = package
    for name in ("torchvision", "torchvision.transforms"):  # of which the samplers use nothing
        sys.modules[name] = types.ModuleType(name)
    sys.modules["torchvision.transforms"].functional = None  # type: ignore[attr-defined]
    return importlib.import_module("k_diffusion.sampling")


sampling = k_diffusion()

Array = npt.NDArray[np.float64]

CENTERS = np.random.default_rng(2).normal(size=(6, 12))
THEIRS = {
    "k_euler": "sample_euler",
    "k_euler_ancestral": "sample_euler_ancestral",
    "k_dpmpp_2m": "sample_dpmpp_2m",
    "k_dpmpp_2s_ancestral": "sample_dpmpp_2s_ancestral",
    "k_dpmpp_sde": "sample_dpmpp_sde",
}
WITH_NOISE = {"k_euler_ancestral", "k_dpmpp_2s_ancestral", "k_dpmpp_sde"}


def denoised(x: Array, sigma: float) -> Array:
    """The exact denoiser of six points with a little width."""
    logs = -((x[None] - CENTERS) ** 2).sum(axis=1) / (2 * (sigma**2 + 0.1))
    weights = np.exp(logs - logs.max())
    result: Array = weights @ CENTERS / weights.sum()
    return result


def draws() -> Iterator[Array]:
    generator = np.random.default_rng(3)
    while True:
        yield generator.normal(size=12)


def theirs(name: str, x: Array, sigmas: tuple[float, ...]) -> Array:
    noise = draws()

    def model(latent: Any, sigma: Any, **_: Any) -> Any:
        return torch.from_numpy(denoised(latent.numpy()[0], float(sigma[0])))[None]

    extra: dict[str, Any] = {"disable": True}
    if name in WITH_NOISE:
        extra["noise_sampler"] = lambda *_: torch.from_numpy(next(noise))[None]
    sampler = getattr(sampling, THEIRS[name])
    start = torch.from_numpy(x)[None]
    found: Array = sampler(model, start, torch.tensor(sigmas, dtype=torch.float64), **extra).numpy()[0]
    return found


@pytest.mark.parametrize("steps", [5, 28])
@pytest.mark.parametrize("name", THEIRS)
def test_samplers_are_k_diffusions(name: str, steps: int) -> None:
    sigmas = sigmas_for(name, "karras", steps)
    x = sigmas[0] * np.random.default_rng(1).normal(size=12)
    noise = draws()
    ours = SAMPLERS[name](denoised, x, sigmas, lambda *_: next(noise))
    np.testing.assert_allclose(ours, theirs(name, x, sigmas), atol=1e-6)


@pytest.mark.parametrize("steps", [5, 28])
def test_schedules_are_k_diffusions(steps: int) -> None:
    low, high = model_sigmas()[0], model_sigmas()[-1]
    karras = sampling.get_sigmas_karras(steps, low, high, device="cpu").numpy()
    exponential = sampling.get_sigmas_exponential(steps, low, high, device="cpu").numpy()
    # theirs are single precision
    np.testing.assert_allclose(sigmas_for("k_euler", "karras", steps), karras, rtol=2e-5)
    np.testing.assert_allclose(sigmas_for("k_euler", "exponential", steps), exponential, rtol=2e-5)
