"""The words of other tools: which name means what, and which of the field's methods go by several names.

Names are compared without case, spaces and punctuation, as those tools do themselves. The samplers and noise
schedules are those of k-diffusion (`sample_euler_ancestral`, `get_sigmas_karras`), under the names that
AUTOMATIC1111, ComfyUI and NovelAI have for them. What is not in these tables is not known to be the same, and is
not taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_NUMBER: Final = re.compile(r"[0-9]+$")


def plain_name(name: str) -> str:
    """Return a name as it is compared: `CFG Scale`, `cfg_scale` and `CFGSCALE` are one."""
    return _SIGNS.sub("", name.casefold().replace("++", "pp"))


def _by_name(groups: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain_name(name): meaning for meaning, names in groups.items() for name in (meaning, *names)}


_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "prompt": ("positive", "positive prompt"),
    "negative_prompt": ("negative", "uc", "undesired content"),
    "seed": ("noise seed",),
    "steps": ("sampling steps", "num inference steps"),
    "guidance": ("cfg scale", "cfg", "scale", "guidance scale"),
    "sampler": ("sampler name", "sampling method"),
    "schedule": ("scheduler", "schedule type", "noise schedule"),
    "width": (),
    "height": (),
    "size": ("resolution",),
    "model": ("checkpoint", "ckpt name", "model name"),
    "replace": ("prompt replace", "[Grid Gen] Prompt Replace"),
}
_MEANINGS: Final = _by_name(_NAMES)
MEANINGS: Final = tuple(_NAMES)
"""What settings can mean: roles of a page, and what it has no role for."""

_SAMPLERS: Final = _by_name(
    {
        "euler": ("k_euler",),
        "euler_ancestral": ("Euler a", "k_euler_a", "k_euler_ancestral"),
        "heun": ("k_heun",),
        "dpm_2": ("DPM2", "k_dpm_2"),
        "dpm_2_ancestral": ("DPM2 a", "k_dpm_2_a", "k_dpm_2_ancestral"),
        "lms": ("k_lms",),
        "dpmpp_2m": ("DPM++ 2M", "k_dpmpp_2m"),
        "dpmpp_sde": ("DPM++ SDE", "k_dpmpp_sde", "dpmpp_sde_gpu"),
        "dpmpp_2m_sde": ("DPM++ 2M SDE", "k_dpmpp_2m_sde", "dpmpp_2m_sde_gpu"),
        "dpmpp_3m_sde": ("DPM++ 3M SDE", "k_dpmpp_3m_sde", "dpmpp_3m_sde_gpu"),
        "dpmpp_2s_ancestral": ("DPM++ 2S a", "k_dpmpp_2s_a", "k_dpmpp_2s_ancestral"),
        "ddim": ("ddim_v3",),  # the vendor's name for DDIM in its third generation
    }
)
_SCHEDULES: Final = _by_name(
    {
        "karras": (),
        "exponential": (),
        "polyexponential": (),
        "native": ("normal",),  # the noise levels that the model was trained with
    }
)
METHODS: Final[Mapping[str, Mapping[str, str]]] = {"sampler": _SAMPLERS, "schedule": _SCHEDULES}

SPOKEN_SCHEDULES: Final = ("Karras", "Exponential", "Polyexponential")
"""What AUTOMATIC1111 before 1.9 wrote behind a sampler's name: `DPM++ 2M Karras`."""

WHY_NOT: Final[Mapping[str, str]] = {
    "vae": "the API decodes with its own VAE",
    "clipskip": "the API does not let layers of the text encoder be skipped",
    "styles": "styles are kept by the web UI; write their words into the prompt",
    "outwidth": "pictures are kept in the size that they come in",
    "outheight": "pictures are kept in the size that they come in",
    "varseed": "the API has no variation seeds",
    "varstrength": "the API has no variation seeds",
    "batchsize": "every cell is one picture",
    "denoising": "it counts only with a picture to start from",
    "denoisingstrength": "it counts only with a picture to start from",
    "hypernet": "the API loads no hypernetworks",
    "lorahashes": "the API loads no LoRAs",
    "gridgenpresets": "presets are kept by the web UI; write what they set",
}
"""Why a well-known setting has no counterpart, where `there is no such parameter` says too little."""

NOTHING: Final = frozenset({"", "none", "null", "false", "[]", "{}"})
"""What a setting says to say nothing; it is left out without a word."""


def meaning_of(name: str) -> str:
    """Return what a setting's name means, or the plain name itself when it is not in the table."""
    known = plain_name(name)
    if known not in _MEANINGS and _MEANINGS.get(_NUMBER.sub("", known)) == "replace":
        return "replace"  # several in one value are numbered: `Prompt Replace 2`
    return _MEANINGS.get(known, known)


def same_method(kind: str, name: str) -> str | None:
    """Return the one name of a sampler or noise schedule that goes by several; None when it is not known."""
    return METHODS[kind].get(plain_name(name))
