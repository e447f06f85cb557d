"""What a request says, in the field's own words: what every renderer reads, whatever the page calls it.

The words are those of the NovelAI family. A page says by its roles what it calls the same things, and by
`roles.means` what its samplers and noise schedules are; `_NAMES` has what is understood where it says nothing, so
that a page with `cfg_scale` and `width` is drawn too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from teststrip.base.json import Json, digest
from teststrip.provider.wire import Roles

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "prompt": ("prompt", "text"),
    "negative_prompt": ("negative_prompt", "uc"),
    "size": ("size",),
    "width": ("width",),
    "height": ("height",),
    "n": ("n", "num_images", "n_samples"),
    "steps": ("steps", "num_inference_steps"),
    "scale": ("scale", "cfg_scale", "guidance_scale"),
    "sampler": ("sampler", "sampler_name"),
    "noise_schedule": ("noise_schedule",),
    "seed": ("seed",),
    "cfg_rescale": ("cfg_rescale",),
    "dynamic_thresholding": ("dynamic_thresholding",),
    "skip_cfg_above_sigma": ("skip_cfg_above_sigma",),
    "image": ("image",),
    "strength": ("strength",),
}
# The words that are the names of roles too.
_SAID: Final = (
    "prompt",
    "negative_prompt",
    "size",
    "width",
    "height",
    "seed",
    "steps",
    "sampler",
    "noise_schedule",
    "image",
    "strength",
)
UNSAID: Final = Roles()


def names_of(roles: Roles) -> dict[str, tuple[str, ...]]:
    """Return what each word may be called in a request: a page's own name first, and alone."""
    said = {"n": roles.count, "scale": roles.guidance, **{word: getattr(roles, word) for word in _SAID}}
    return _NAMES | {word: (name,) for word, name in said.items() if name is not None}


def words_of(request: Mapping[str, Json], roles: Roles) -> dict[str, Any]:
    """Return what a request says, by our words; what is null is not said."""
    said: dict[str, Any] = {
        ours: request[name]
        for ours, names in names_of(roles).items()
        for name in names
        if request.get(name) is not None
    }
    for ours, meanings in roles.means.items():
        if isinstance(said.get(ours), str):
            said[ours] = meanings.get(said[ours], said[ours])
    return said


def size_in(words: Mapping[str, Any]) -> dict[str, int]:
    """Read the size from WIDTHxHEIGHT, else from the two sides. Raises ValueError for one that is none."""
    if "size" in words:
        width, _, height = str(words["size"]).lower().replace("*", "x").replace("×", "x").partition("x")
        return {"width": int(width), "height": int(height)}
    return {side: int(words[side]) for side in ("width", "height") if side in words}


def own_seed(request: Mapping[str, Json], roles: Roles) -> int:
    """Return a seed for a request that has none, of 32 bits: the same request, the same seed."""
    return int(digest({name: value for name, value in request.items() if name not in roles.switches})[:8], 16)
