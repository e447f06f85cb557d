"""A proof's `parameters`: the text by which AUTOMATIC1111, and all that read its pictures, know how one was made.

    a night sky, stars
    Negative prompt: blurry
    Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7.0, Seed: 1, Size: 512x512, Model: painter, ...

The layout and the rule of quoting are those of its `create_infotext` and `quote`. What such a reader knows by
other names than the darkroom is written by those.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import Final

from teststrip.darkroom import Exposure

_SAMPLERS: Final[Mapping[str, str]] = {
    "k_euler": "Euler",
    "k_euler_ancestral": "Euler a",
    "k_dpmpp_2m": "DPM++ 2M",
    "k_dpmpp_2s_ancestral": "DPM++ 2S a",
    "k_dpmpp_sde": "DPM++ SDE",
    "k_dpmpp_2m_sde": "DPM++ 2M SDE",
    "ddim": "DDIM",
    "ddim_v3": "DDIM",
}
_SCHEDULES: Final[Mapping[str, str]] = {
    "native": "Normal",
    "karras": "Karras",
    "exponential": "Exponential",
    "polyexponential": "Polyexponential",
}
_SPECIAL: Final = (",", "\n", ":")


def infotext(exposure: Exposure, model: str, version: str, said: Container[str]) -> str:
    """Write the text. `said` are the darkroom's words for what the request speaks of; others are left out.

    Seed and size are always there, for the picture has them. `version` is what drew it.
    """
    settings = {
        "Steps": (exposure.steps, "steps" in said),
        "Sampler": (_SAMPLERS.get(exposure.sampler, exposure.sampler), "sampler" in said),
        "Schedule type": (
            _SCHEDULES.get(exposure.noise_schedule, exposure.noise_schedule),
            "noise_schedule" in said,
        ),
        "CFG scale": (exposure.scale, "scale" in said),
        "Seed": (exposure.seed, True),
        "Size": (f"{exposure.width}x{exposure.height}", True),
        "Model": (model, True),
        "Version": (version, True),
    }
    line = ", ".join(f"{name}: {_quoted(str(value))}" for name, (value, known) in settings.items() if known)
    negative = f"\nNegative prompt: {exposure.negative_prompt}" if exposure.negative_prompt else ""
    return f"{exposure.prompt}{negative}\n{line}".strip()


def _quoted(value: str) -> str:
    special = value.startswith('"') or any(sign in value for sign in _SPECIAL)
    return json.dumps(value, ensure_ascii=False) if special else value
