"""NovelAI's `Comment`, a JSON object of a request's parameters, and the pictures that keep a request likewise.

The darkroom's proofs have the request in their Comment too, under the page's own names. `teststrip` is the keyword
of our own text: `{"teststrip": 1, "model": "provider/model", "request": {...}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from teststrip.base.json import Json
from teststrip.exchange.picture.model import Found, as_text, is_nothing, load_json

KEYWORD: Final = "teststrip"
_HASH: Final = re.compile(r"\b[0-9A-F]{8}\b")
_MODELS: Final[Mapping[str, tuple[str, ...]]] = {
    "nai-diffusion-4-5-full": ("4BDE2A90", "1229B44F", "B9F340FD", "F3D95188"),
    "nai-diffusion-4-5-curated": ("C02D4F98", "5AB81C7C", "B5A2A797"),
    "nai-diffusion-4-full": ("37442FCA", "4F49EC75", "CA4B7203", "79F47848", "F6302A9D"),
    "nai-diffusion-4-curated-preview": ("7ABFFA2A", "C1CCBA86", "770A9E12"),
}
"""The model that a Source such as `NovelAI Diffusion V4.5 4BDE2A90` names; several readers of pictures agree."""

_BOOKKEEPING: Final = frozenset(
    {
        *("signed_hash", "version", "request_type", "hide_debug_overlay", "add_original_image", "stream"),
        *("prompt", "uc", "v4_prompt", "v4_negative_prompt", "n_samples", "uncond_scale", "controlnet_strength"),
        *("legacy_v3_extend", "legacy_uc", "dynamic_thresholding_percentile", "dynamic_thresholding_mimic_scale"),
        *("deliberate_euler_ancestral_bug", "prefer_brownian", "cfg_sched_eligibility", "explike_fine_detail"),
        *("minimize_sigma_inf", "uncond_per_vibe", "wonky_vibe_correlation", "params_version", "use_order"),
        *("lora_unet_weights", "lora_clip_weights", "extra_passthrough_testing", "use_coords"),
    }
)
_GIVEN: Final[Mapping[str, str]] = {
    "image": "it starts from a picture, which is not in the file",
    "reference_strength_multiple": "vibes were transferred from pictures that are not in the file",
    "director_reference_strengths": "references were taken from pictures that are not in the file",
}
_EXTRAS: Final = ("renderer", "ignored_tags", "without_effect")


def parse_comment(texts: Mapping[str, str], place: str) -> Found | None:
    """Read a Comment, with Software and Source beside it; None when it is not one of ours or of NovelAI's."""
    try:
        comment = load_json(texts.get("Comment", ""))
    except ValueError:
        return None
    if not isinstance(comment, Mapping):
        return None
    software, source = texts.get("Software", ""), texts.get("Source", "")
    if software.startswith("teststrip"):
        return _proof(comment, software, source, place)
    known = {"sampler", "steps", "seed", "uc", "scale"} & set(comment)
    if "NovelAI" not in f"{software} {source}" and len(known) < 4:
        return None
    return _novelai(comment, texts.get("Description", ""), source, place)


def parse_own(text: str, place: str) -> Found | None:
    """Read our own text; None when it is not what it says."""
    try:
        document = load_json(text)
    except ValueError:
        return None
    if not isinstance(document, Mapping) or document.get("teststrip") != 1:
        return None
    model, request = document.get("model"), document.get("request")
    if not isinstance(model, str) or not isinstance(request, Mapping):
        return None
    prompt, negative = _prompts(request)
    return Found("teststrip", place, model, prompt, negative, request=request)


def parse_swarm(document: Mapping[str, Json], place: str) -> Found | None:
    """Read SwarmUI's `parameters`, a JSON object with `sui_image_params`; None when it is none."""
    params = document.get("sui_image_params")
    if not isinstance(params, Mapping):
        return None
    said = {"prompt", "negativeprompt", "model", "images", "swarm_version"}
    settings = tuple(
        (name, as_text(value)) for name, value in params.items() if name not in said and not is_nothing(value)
    )
    prompt, negative = _said(params, "prompt"), _said(params, "negativeprompt")
    return Found("SwarmUI", place, _said(params, "model"), prompt, negative, settings)


def _proof(comment: Mapping[str, Json], software: str, source: str, place: str) -> Found:
    request = {name: value for name, value in comment.items() if name not in _EXTRAS}
    if "size" in request:  # the darkroom adds its own words for what the request says already
        for name in ("width", "height", "uc"):
            request.pop(name, None)
    model = source.rpartition(" ")[2]
    prompt, negative = _prompts(request)
    return Found(software, place, model, prompt, negative, request=request)


def _prompts(request: Mapping[str, Json]) -> tuple[str, str]:
    return _said(request, "prompt"), _said(request, "negative_prompt")


def _novelai(comment: Mapping[str, Json], description: str, source: str, place: str) -> Found:
    hashed = _HASH.search(source)
    model = next((name for name, marks in _MODELS.items() if hashed and hashed[0] in marks), source)
    prompt = _base(comment, "v4_prompt") or _said(comment, "prompt") or description
    characters = list(_characters(comment))
    request: dict[str, Json] = {"character_prompts": characters} if characters else {}
    if characters and _inner(comment, "v4_prompt").get("use_coords") is True:
        request["use_coords"] = True
    settings = tuple(
        (name, as_text(value))
        for name, value in comment.items()
        if name not in _BOOKKEEPING and name not in _GIVEN and not is_nothing(value)
    )
    return Found(
        tool="NovelAI",
        place=place,
        model=model,
        prompt=prompt,
        negative=_base(comment, "v4_negative_prompt") or _said(comment, "uc"),
        settings=settings,
        request=request,
        lost=tuple(_lost(comment)),
        final=True,
    )


def _said(comment: Mapping[str, Json], name: str) -> str:
    value = comment.get(name)
    return value if isinstance(value, str) else ""


def _inner(comment: Mapping[str, Json], *path: str) -> Mapping[str, Json]:
    value: Json = comment
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _base(comment: Mapping[str, Json], name: str) -> str:
    return _said(_inner(comment, name, "caption"), "base_caption")


def _characters(comment: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Yield an entry for each character: its words, what it must not have, and where it stands."""
    wanted = _inner(comment, "v4_prompt", "caption").get("char_captions")
    unwanted = _inner(comment, "v4_negative_prompt", "caption").get("char_captions")
    others = unwanted if isinstance(unwanted, list) else []
    for index, character in enumerate(wanted if isinstance(wanted, list) else []):
        if not isinstance(character, Mapping) or not isinstance(character.get("char_caption"), str):
            continue
        entry: dict[str, Json] = {"prompt": character["char_caption"]}
        other = others[index] if index < len(others) else None
        entry["uc"] = _said(other, "char_caption") if isinstance(other, Mapping) else ""
        centers = character.get("centers")
        if isinstance(centers, list) and centers and isinstance(centers[0], Mapping):
            entry["center"] = {side: centers[0][side] for side in ("x", "y") if side in centers[0]}
        yield entry


def _lost(comment: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    kind = comment.get("request_type")
    if isinstance(kind, str) and kind not in ("", "PromptGenerateRequest"):
        yield "request_type", f"a {kind} starts from a picture, which is not in the file"
    for name, why in _GIVEN.items():
        if not is_nothing(comment.get(name)):
            yield name, why
