"""From a request's conditions to those of the darkroom: pictures, characters, control, references.

The names are those of the NovelAI family, which have no roles on a page. A picture is Base64 text, with or without
`data:...;base64,` before it. An address is refused: the darkroom is offline, and opens nothing that a request
names.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.darkroom import Character, Control, Reference, Start, Vibe
from teststrip.emulator.renderer import RenderError

NAMES: Final = frozenset(
    {
        "action",
        "image",
        "strength",
        "noise",
        "mask",
        "vibe_transfer",
        "character_prompts",
        "use_coords",
        "controlnet_model",
        "controlnet_condition",
        "controlnet_strength",
        "director_reference_descriptions",
        "director_reference_images",
        "director_reference_information_extracted",
        "director_reference_strength_values",
        "director_reference_secondary_strength_values",
        "auto_smea",
        "legacy",
    }
)
"""The parameters that are read here."""

_ACTIONS: Final = ("generate", "img2img", "infill")
_ADDRESSES: Final = ("http://", "https://", "file:", "ftp:")


def conditions_of(request: Mapping[str, Json]) -> dict[str, Any]:
    """Return an exposure's conditions.

    Raises RenderError for a picture that is missing or no Base64, or an action that nobody knows.
    """
    return {
        "start": _start(request),
        "vibes": tuple(_vibe(item, k) for k, item in enumerate(_items(request, "vibe_transfer"))),
        "characters": tuple(
            _character(item) for item in _items(request, "character_prompts") if item.get("enabled", True)
        ),
        "use_coords": bool(request.get("use_coords")),
        "control": _control(request),
        "references": tuple(_references(request)),
        "auto_smea": bool(request.get("auto_smea")),
        "legacy": bool(request.get("legacy")),
    }


def character_prompts(request: Mapping[str, Json]) -> list[str]:
    """Return the prompts of a request's characters."""
    return [str(item.get("prompt", "")) for item in _items(request, "character_prompts")]


def _start(request: Mapping[str, Json]) -> Start | None:
    action = request.get("action") or "generate"
    if action not in _ACTIONS:
        raise RenderError(f"the darkroom knows no action {action!r}; it knows {', '.join(_ACTIONS)}")
    image = request.get("image")
    if action == "generate":
        return None
    if not image:
        raise RenderError(f"action {action} needs an image")
    infill = action == "infill"
    mask = request.get("mask")
    strength = request.get("strength")
    return Start(
        image=_picture(image, "image"),
        strength=float(_number(strength)) if strength is not None else (1.0 if infill else 0.7),
        noise=float(_number(request.get("noise") or 0.0)),
        infill=infill,
        mask=_picture(mask, "mask") if infill and mask else None,
    )


def _vibe(item: Mapping[str, Json], k: int) -> Vibe:
    return Vibe(
        image=_picture(item.get("image"), f"vibe_transfer[{k}].image"),
        information_extracted=float(_number(item.get("information_extracted", 1.0))),
        strength=float(_number(item.get("strength", 0.6))),
    )


def _character(item: Mapping[str, Json]) -> Character:
    center = item.get("center")
    place = None
    if isinstance(center, Mapping):
        place = float(_number(center.get("x", 0.5))), float(_number(center.get("y", 0.5)))
    return Character(str(item.get("prompt", "")), str(item.get("uc") or ""), place)


def _control(request: Mapping[str, Json]) -> Control | None:
    model, image = request.get("controlnet_model"), request.get("controlnet_condition")
    if not model:
        return None
    if not image:
        raise RenderError(f"controlnet_model {model} needs a controlnet_condition")
    strength = request.get("controlnet_strength")
    return Control(
        str(model),
        _picture(image, "controlnet_condition"),
        float(_number(1.0 if strength is None else strength)),
    )


def _references(request: Mapping[str, Json]) -> list[Reference]:
    found = []
    pictures = request.get("director_reference_images")
    for k, item in enumerate(_items(request, "director_reference_descriptions")):
        caption = item.get("caption")
        words = str(caption.get("base_caption", "")) if isinstance(caption, Mapping) else ""
        image = pictures[k] if isinstance(pictures, Sequence) and k < len(pictures) else None
        found.append(
            Reference(
                caption=words,
                number=k,
                image=_picture(image, f"director_reference_images[{k}]") if image else None,
                information_extracted=_at(request, "director_reference_information_extracted", k, 1.0),
                strength=_at(request, "director_reference_strength_values", k, 1.0),
                secondary=_at(request, "director_reference_secondary_strength_values", k, 0.0),
            )
        )
    return found


def _at(request: Mapping[str, Json], name: str, k: int, default: float) -> float:
    """Return the k-th number of a list that may be short or absent."""
    values = request.get(name)
    if isinstance(values, Sequence) and not isinstance(values, str) and k < len(values):
        return float(_number(values[k]))
    return default


def _items(request: Mapping[str, Json], name: str) -> list[Mapping[str, Json]]:
    value = request.get(name)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def picture_bytes(text: str) -> bytes | None:
    """Return the bytes that a Base64 text or a data URI holds; None for any other text."""
    head, comma, rest = text.partition(",")
    try:
        return base64.b64decode(rest if comma and head.startswith("data:") else text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _picture(value: Json, name: str) -> bytes:
    """Return the bytes of a picture that a request holds as text."""
    if not isinstance(value, str) or not value:
        raise RenderError(f"{name}: the darkroom takes a picture as Base64 text")
    if value.lower().startswith(_ADDRESSES):
        raise RenderError(f"{name}: the darkroom is offline and fetches nothing; name a file, or send Base64")
    data = picture_bytes(value)
    if data is None:
        raise RenderError(f"{name}: this is no Base64 text")
    return data
