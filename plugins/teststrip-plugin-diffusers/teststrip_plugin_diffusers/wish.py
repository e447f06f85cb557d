"""From a request to what a pipeline is asked for, or to the sentence that says why it cannot be. No torch here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from teststrip.base.json import Absent, Json
from teststrip.emulator.conditions import picture_bytes
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.spoken import names_of, own_seed, size_in, words_of
from teststrip.plan.pictures import FileFault, read_picture
from teststrip.provider.model import Provider

SAMPLERS: Final = (
    "k_euler",
    "k_euler_ancestral",
    "k_dpmpp_2m",
    "k_dpmpp_2m_sde",
    "k_dpmpp_sde",
    "k_dpmpp_2s_ancestral",
    "ddim",
)
NOISE_SCHEDULES: Final = ("karras", "exponential", "polyexponential", "native")
MOST_PICTURES: Final = 16
MOST_PIXELS: Final = 4 * 2**20  # 2048x2048: what more takes of memory is a way to end a program
_ALSO: Final = {"ddim_v3": "ddim"}
_SEEDS: Final = 2**32
_ADDRESSES: Final = ("http:", "https:", "file:", "ftp:")
_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "prompt": str,
    "negative_prompt": str,
    "steps": int,
    "scale": float,
    "cfg_rescale": float,
    "strength": float,
    "sampler": str,
    "noise_schedule": str,
    "seed": int,
}
# Read, and then there is one thing that can be done with them.
_NEVER: Final = ("dynamic_thresholding", "skip_cfg_above_sigma")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. Picture i has seed + i; without width and height the pipeline's own size is taken.

    The defaults are for pages that say nothing of a thing at all. `idle` are parameters that the page sets and
    that change nothing here.
    """

    prompt: str = ""
    negative_prompt: str = ""
    width: int | None = None
    height: int | None = None
    steps: int = 28
    scale: float = 7.0
    cfg_rescale: float = 0.0
    sampler: str = "k_dpmpp_2m"
    noise_schedule: str = "karras"
    seed: int = 0
    count: int = 1
    image: bytes | None = None
    strength: float = 0.75
    idle: tuple[str, ...] = ()

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each picture."""
        return tuple((self.seed + i) % _SEEDS for i in range(self.count))


def wish_of(provider: Provider, request: Mapping[str, Json], pipeline: str) -> Wish:
    """Read a request, whose defaults are filled in, for the pipeline of that name.

    What the page sets without being asked may be without effect; what somebody asks for may not. Raises
    RenderError that says what cannot be done.
    """
    words = words_of(request, provider.roles)
    try:
        read: dict[str, Any] = {name: convert(words[name]) for name, convert in _READ.items() if name in words}
        read |= size_in(words)
        count = int(words.get("n", 1))
    except (TypeError, ValueError) as error:
        raise RenderError(f"the request cannot be read: {error}") from None
    if "sampler" in read:
        read["sampler"] = _ALSO.get(read["sampler"], read["sampler"])
    read.setdefault("seed", own_seed(request, provider.roles))
    image = _start(request, words)
    wish = Wish(**read, count=count, image=image, idle=_idle(provider, request, words, pipeline))
    _check(wish, provider, request)
    return wish


def _check(wish: Wish, provider: Provider, request: Mapping[str, Json]) -> None:
    for name, value, known in (
        ("sampler", wish.sampler, SAMPLERS),
        ("noise schedule", wish.noise_schedule, NOISE_SCHEDULES),
    ):
        if value not in known:
            raise RenderError(f"diffusers has no {name} {value!r} here; it has {', '.join(known)}")
    if wish.sampler == "ddim" and wish.noise_schedule != "native":
        name = names_of(provider.roles)["noise_schedule"][0]
        if name in request and request[name] != _default(provider, name):
            raise RenderError(f"ddim has noise levels of its own: leave {name} out")
    if not 1 <= wish.count <= MOST_PICTURES:
        raise RenderError(f"1 to {MOST_PICTURES} pictures are drawn for one request, not {wish.count}")
    if wish.width and wish.height and wish.width * wish.height > MOST_PIXELS:
        raise RenderError(f"{wish.width}x{wish.height} has more than {MOST_PIXELS} pixels, the most that is drawn")
    if wish.scale < 1:
        raise RenderError(f"a guidance scale of {wish.scale:g} cannot be drawn: 1 is no guidance, and the least")
    if wish.image is not None and int(wish.steps * wish.strength) < 1:
        raise RenderError(f"a strength of {wish.strength:g} leaves none of {wish.steps} steps to take")


def _start(request: Mapping[str, Json], words: Mapping[str, Any]) -> bytes | None:
    """Return the picture to start from. Raises RenderError for one that is not in the request itself."""
    action, image = request.get("action", "img2img"), words.get("image")
    if action not in {"generate", "img2img"}:
        raise RenderError(f"{action!r} cannot be drawn: a picture is made from text, or from another picture")
    if isinstance(image, list | tuple):
        if len(image) > 1:
            raise RenderError(f"{len(image)} pictures to start from cannot be drawn: give one")
        image = image[0] if image else None
    if not image or action == "generate":
        return None
    if not isinstance(image, str) or image.lower().startswith(_ADDRESSES):
        raise RenderError("the picture to start from has to be in the request; nothing is fetched from an address")
    data = picture_bytes(image)
    if data is None:
        raise RenderError("the picture to start from is no Base64 text")
    try:
        read_picture(data)
    except FileFault as fault:
        raise RenderError(f"the picture to start from {fault.message}") from None
    return data


def _idle(
    provider: Provider, request: Mapping[str, Json], words: Mapping[str, Any], pipeline: str
) -> tuple[str, ...]:
    """Name what has no effect. Raises RenderError for what was asked for and cannot be done."""
    names = names_of(provider.roles)
    for word in _NEVER:
        if words.get(word):
            raise RenderError(f"{names[word][0]}: a diffusers pipeline has no such thing: leave it out")
    checkpoint = provider.roles.checkpoint
    if checkpoint is not None and request.get(checkpoint) not in {None, pipeline}:
        raise RenderError(
            f"{checkpoint} is {request[checkpoint]!r}, and the pipeline that is loaded is {pipeline!r}"
        )
    known = {name for told in names.values() for name in told} | provider.roles.switches | {"action", checkpoint}
    idle = tuple(name for name, value in request.items() if name not in known and value)
    for name in idle:
        default = _default(provider, name)
        if isinstance(default, Absent) or request[name] != default:
            raise RenderError(f"{name}: a diffusers pipeline cannot do that here: leave it {_as(default)}")
    return idle


def _default(provider: Provider, name: str) -> Json | Absent:
    return next(parameter.default for parameter in provider.parameters if parameter.name == name)


def _as(default: Json | Absent) -> str:
    return "out" if isinstance(default, Absent) or default is None else f"at {json.dumps(default)}"
