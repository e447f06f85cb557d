"""From a request to the exposures of the darkroom, and to the words that a picture carries about itself.

What a request has beyond what `spoken` and `conditions` read is named in the picture's Comment, as without effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from teststrip.base.json import Json, sha256
from teststrip.darkroom import RENDERER_VERSION, DarkroomError, Exposure
from teststrip.darkroom.exposure import check, check_sources, ignored_tags
from teststrip.darkroom.limits import LARGEST_AREA
from teststrip.emulator import conditions
from teststrip.emulator.conditions import character_prompts, conditions_of, picture_bytes
from teststrip.emulator.infotext import infotext
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.spoken import UNSAID, names_of, own_seed, size_in, words_of
from teststrip.provider.additions import words_added
from teststrip.provider.attach import placeholder
from teststrip.provider.wire import Roles

LONGEST_PROMPT: Final = 20_000  # characters; the vendor's models read some 512 tokens
MOST_PICTURES: Final = 16
_SEEDS: Final = 2**32
_LONGEST_TEXT: Final = 256  # characters of a text that may be a picture and is kept as it is

# What is read into an exposure as it stands; size and seed take more than a conversion.
_READ: Final[dict[str, Callable[[Any], Json]]] = {
    "prompt": str,
    "negative_prompt": str,
    "steps": int,
    "scale": float,
    "sampler": str,
    "noise_schedule": str,
    "cfg_rescale": float,
    "dynamic_thresholding": bool,
    "skip_cfg_above_sigma": float,
}


def find_obstacle(request: Mapping[str, Json], roles: Roles = UNSAID, largest: int = LARGEST_AREA) -> str | None:
    """Say in one sentence why the darkroom cannot draw a request, or return None. `largest` is in pixels."""
    try:
        first = exposures_of(request, roles)[0]
        check(first, largest)
        check_sources(first)
    except (RenderError, DarkroomError) as error:
        return str(error)
    texts = [first.prompt, first.negative_prompt, *(reference.caption for reference in first.references)]
    for character in first.characters:
        texts += character.prompt, character.uc
    if max(map(len, texts)) > LONGEST_PROMPT:
        return f"the darkroom reads prompts of up to {LONGEST_PROMPT} characters"
    return None


def exposures_of(request: Mapping[str, Json], roles: Roles = UNSAID, model: str = "") -> tuple[Exposure, ...]:
    """Return the exposures that a request asks of a model; picture i has seed + i, modulo 2^32.

    A request without a seed gets one from its own digest, so the same request always gives the same picture;
    seed 0 is a seed like any other. Raises RenderError for a value that no exposure can have.
    """
    words = words_of(request, roles)
    read: dict[str, Any] = {"prompt": ""}
    try:
        read |= {name: convert(words[name]) for name, convert in _READ.items() if name in words}
        read |= size_in(words)
        read |= conditions_of(_with_start(request, roles))
        read["quality"] = words_added(roles, "prompt", model, request)
        read["unwanted"] = words_added(roles, "negative_prompt", model, request)
        seed, count = int(words.get("seed", own_seed(request, roles))), int(words.get("n", 1))
    except (TypeError, ValueError) as error:
        raise RenderError(f"the darkroom cannot read this request: {error}") from None
    if not 1 <= count <= MOST_PICTURES:
        raise RenderError(f"the darkroom draws 1 to {MOST_PICTURES} pictures for one request, not {count}")
    first = Exposure(**read)
    return tuple(replace(first, seed=(seed + i) % _SEEDS) for i in range(count))


def unknown_tags(requests: Iterable[Mapping[str, Json]], roles: Roles = UNSAID) -> tuple[str, ...]:
    """Return the tags of some requests' prompts that the toy world does not know, in order, each once."""
    prompts: dict[str, None] = {}
    for request in requests:
        prompts[str(words_of(request, roles).get("prompt", ""))] = None
        prompts |= dict.fromkeys(character_prompts(request))
    return tuple(dict.fromkeys(tag for prompt in prompts for tag in ignored_tags(Exposure(prompt))))


def texts_of(
    model: str,
    request: Mapping[str, Json],
    exposure: Exposure,
    ignored_tags: tuple[str, ...],
    roles: Roles = UNSAID,
) -> dict[str, str]:
    """Return a picture's PNG texts, laid out as NovelAI's are, so that its readers find prompt and settings.

    Software and Source say that this is a proof. The Comment is JSON: the request, the seed of this very picture,
    the prompt's words that the toy world does not know, and the parameters that have no effect in it. The
    parameters say for AUTOMATIC1111's readers what they have a word for.
    """
    spoken_for = {name for names in names_of(roles).values() for name in names} | conditions.NAMES
    spoken_for |= {switch.parameter for row in roles.adds for switch in row.when}
    comment = {
        **{name: _shortened(value) for name, value in request.items() if name not in roles.switches},
        "seed": exposure.seed,
        "width": exposure.width,
        "height": exposure.height,
        "uc": exposure.negative_prompt,
        "renderer": f"darkroom/{RENDERER_VERSION}",
        "ignored_tags": list(ignored_tags),
        "without_effect": sorted(set(request) - spoken_for - roles.switches),
    }
    software = f"teststrip darkroom {RENDERER_VERSION}"
    return {
        "Title": "teststrip proof",
        "Description": exposure.prompt,
        "Software": software,
        "Source": f"toy world, in place of {model}",
        "Comment": json.dumps(comment),
        "parameters": infotext(exposure, model, software, words_of(request, roles)),
    }


def _with_start(request: Mapping[str, Json], roles: Roles) -> Mapping[str, Json]:
    """Return a request in which the picture to start from is called as the darkroom calls it."""
    image = request.get(roles.image) if roles.image not in {None, "image"} else None
    if isinstance(image, list | tuple):
        image = image[0] if image else None
    if not image:
        return request
    strength = request.get(roles.strength) if roles.strength is not None else None
    return {**request, "action": "img2img", "image": image, "strength": strength}


def _shortened(value: Json) -> Json:
    """Return a value in which a picture's long text is the placeholder of its bytes."""
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        data = picture_bytes(value)
        return value if data is None else placeholder(sha256(data))
    if isinstance(value, Mapping):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(item) for item in value]
    return value
