"""Samplers and noise schedules by the field's names, as diffusers schedulers.

The noise levels of a schedule are the same for every sampler, so that a sheet of samplers compares samplers and
nothing else: those of k-diffusion, between the model's own lowest and highest. Diffusers itself gives Euler
Ancestral no schedule but the model's, and spaces the steps of DPM++ 2M in another way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    DPMSolverSDEScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
)
from diffusers.schedulers import KarrasDiffusionSchedulers
from diffusers.utils.torch_utils import randn_tensor

Levels: TypeAlias = npt.NDArray[np.float64]

RHO: Final = 7.0


def model_sigmas(scheduler: Any) -> Levels:
    """Return the noise levels that the model was trained with, lowest first."""
    bars = scheduler.alphas_cumprod.cpu().numpy().astype(np.float64)
    return np.asarray(np.sqrt((1 - bars) / bars))


def karras(sigmas: Levels, steps: int) -> Levels:
    """Equation 5 of Karras et al. 2022 (arXiv:2206.00364) with rho = 7."""
    low, high = sigmas[0] ** (1 / RHO), sigmas[-1] ** (1 / RHO)
    return np.asarray((high + np.linspace(0, 1, steps) * (low - high)) ** RHO)


def exponential(sigmas: Levels, steps: int) -> Levels:
    """Evenly spaced in log sigma; k-diffusion's polyexponential is the same at its own rho, which is 1."""
    return np.asarray(np.exp(np.linspace(math.log(sigmas[-1]), math.log(sigmas[0]), steps)))


def native(sigmas: Levels, steps: int) -> Levels:
    """Evenly spaced in training time, log sigma interpolated in between."""
    times = np.linspace(len(sigmas) - 1, 0, steps)
    return np.asarray(np.exp(np.interp(times, np.arange(len(sigmas)), np.log(sigmas))))


LADDERS: Final[Mapping[str, Callable[[Levels, int], Levels]]] = {
    "karras": karras,
    "exponential": exponential,
    "polyexponential": exponential,
    "native": native,
}


class _Laddered:
    """A scheduler whose noise levels are those of the ladder that it is given."""

    ladder: str = "native"

    def set_timesteps(self, num_inference_steps: int, device: Any = None, **kwargs: Any) -> None:
        """Set the noise levels, and the times at which the model knows them."""
        super().set_timesteps(num_inference_steps, device=device, **kwargs)  # type: ignore[misc]
        trained = model_sigmas(self)
        levels = self.levels(LADDERS[self.ladder](trained, num_inference_steps))
        times = np.interp(np.log(levels), np.log(trained), np.arange(len(trained)))
        self.sigmas = torch.from_numpy(np.append(levels, 0.0).astype(np.float32))
        self.timesteps = torch.from_numpy(times.astype(np.float32)).to(device)
        self.num_inference_steps = num_inference_steps

    def levels(self, ladder: Levels) -> Levels:
        """Return the noise levels at which the model is asked, but for the 0 at the end."""
        return ladder


class Euler(_Laddered, EulerDiscreteScheduler):
    """Algorithm 2 of Karras et al. 2022 without churn and without the second-order correction."""


class EulerAncestral(_Laddered, EulerAncestralDiscreteScheduler):
    """Euler steps to sigma_down, then fresh noise of size sigma_up."""


class Multistep(_Laddered, DPMSolverMultistepScheduler):
    """DPM-Solver++(2M), and with noise its SDE form (Lu et al. 2022, arXiv:2211.01095)."""


class SinglestepAncestral(_Laddered, EulerAncestralDiscreteScheduler):
    """DPM-Solver++(2S) to sigma_down, then fresh noise: Algorithm 1 of arXiv:2211.01095 with r = 1/2.

    Two calls of the model a step: at even places of `sigmas` the first half, at odd ones the second. Half-way to
    sigma_down = sigma_next**2 / sigma, in log sigma, lies sigma_next itself.
    """

    order = 2

    def levels(self, ladder: Levels) -> Levels:
        """Return each noise level but the first one twice."""
        return np.append(ladder[:1], np.repeat(ladder[1:], 2))

    def step(
        self,
        model_output: torch.Tensor,
        timestep: Any,
        sample: torch.Tensor,
        generator: torch.Generator | None = None,
        return_dict: bool = True,  # noqa: FBT001, FBT002  the library's signature
    ) -> tuple[torch.Tensor]:
        """Take half a step."""
        del return_dict
        if self.step_index is None:
            self._init_step_index(timestep)
        place = self.step_index
        sigma, after = self.sigmas[place], self.sigmas[place + 1]
        denoised = self._denoised(model_output, sample.float(), sigma)
        if place % 2 == 0:
            self._from = sample.float()
            result = self._towards(self._from, denoised, after / sigma)
        else:
            begin = self.sigmas[place - 1]
            down = after**2 / begin
            up = (after**2 - down**2) ** 0.5
            noise = randn_tensor(
                model_output.shape, dtype=model_output.dtype, device=model_output.device, generator=generator
            )
            result = self._towards(self._from, denoised, down / begin) + noise * up
        self._step_index += 1
        return (result.to(model_output.dtype),)

    def _denoised(self, output: torch.Tensor, sample: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        if self.config.prediction_type == "epsilon":
            return sample - sigma * output
        return output * (-sigma / (sigma**2 + 1) ** 0.5) + sample / (sigma**2 + 1)

    @staticmethod
    def _towards(sample: torch.Tensor, denoised: torch.Tensor, ratio: torch.Tensor) -> torch.Tensor:
        return ratio * sample + (1 - ratio) * denoised


def _laddered(kind: type[Any], **options: Any) -> Callable[[Mapping[str, Any], str, int], Any]:
    def make(config: Mapping[str, Any], ladder: str, seed: int) -> Any:
        del seed  # its noise comes from the pipeline's generator
        scheduler = kind.from_config(config, **_PLAIN, **options)
        scheduler.ladder = ladder
        return scheduler

    return make


def _sde(config: Mapping[str, Any], ladder: str, seed: int) -> Any:
    """DPM-Solver++ SDE, whose noise is a Brownian path of its own seed."""
    flags = {"use_karras_sigmas": ladder == "karras", "use_exponential_sigmas": "exponential" in ladder}
    return DPMSolverSDEScheduler.from_config(config, **{**_PLAIN, **flags}, noise_sampler_seed=seed)


def _ddim(config: Mapping[str, Any], ladder: str, seed: int) -> Any:
    """DDIM at eta 0 (Song et al. 2020, arXiv:2010.02502), its steps spaced as the model's configuration says."""
    del ladder, seed
    return DDIMScheduler.from_config({"clip_sample": False, "set_alpha_to_one": False, **config})


# What a model's configuration may say of its own scheduler, and the ladders say instead.
_PLAIN: Final[Mapping[str, Any]] = {
    "timestep_spacing": "linspace",
    "steps_offset": 0,
    "use_karras_sigmas": False,
    "use_exponential_sigmas": False,
    "use_beta_sigmas": False,
    "final_sigmas_type": "zero",
}
_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any], str, int], Any]]] = {
    "k_euler": _laddered(Euler),
    "k_euler_ancestral": _laddered(EulerAncestral),
    "k_dpmpp_2m": _laddered(Multistep, algorithm_type="dpmsolver++", solver_order=2, use_lu_lambdas=False),
    "k_dpmpp_2m_sde": _laddered(Multistep, algorithm_type="sde-dpmsolver++", solver_order=2, use_lu_lambdas=False),
    "k_dpmpp_sde": _sde,
    "k_dpmpp_2s_ancestral": _laddered(SinglestepAncestral),
    "ddim": _ddim,
}


def scheduler_for(config: Mapping[str, Any], sampler: str, ladder: str, seed: int) -> Any:
    """Make the scheduler of a sampler and a noise schedule, for a model whose own has that configuration."""
    return _MAKERS[sampler](config, ladder, seed)


def samples_so(scheduler: Any) -> bool:
    """Tell whether these may stand in for a pipeline's own scheduler; for models of flow matching none may."""
    return type(scheduler).__name__ in {known.name for known in KarrasDiffusionSchedulers}
