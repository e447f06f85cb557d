"""Thumbnails: each picture once at two reduced sizes, kept in the store, and made anew where one is missing.

A picture is shrunk by a whole number so that its longer side is at most `LARGE` pixels, and what comes of that
once more, to at most `SMALL`; a JPEG is decoded at a reduced size for it. Thumbnails are JPEG, or PNG where parts
are transparent. A sheet that shows a picture no larger than a thumbnail of it is always drawn from the smallest
such, kept or not: its bytes do not depend on that.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from teststrip.base.files import stage
from teststrip.run.folder import THUMBS_NAMES
from teststrip.sheet.unpack import pixels_of

LARGE: Final = 640  # pixels: a 6 x 6 page shows a portrait 260 wide, and its thumbnail is 416
SMALL: Final = 160  # of a page with 20 or 40 columns: read in a fifth of the time
SIDES: Final = LARGE, SMALL
# Colours at half size are read in two thirds of the time of whole ones; on a small picture it shows
_QUALITIES: Final[Mapping[int, Mapping[str, Any]]] = {
    LARGE: {"quality": 90},
    SMALL: {"quality": 90, "subsampling": 0},
}
_NEARLY: Final = 250  # of 255: alpha that hides data in its lowest bits leaves nothing to see through
_MEGA: Final = 2**20


def thumb_size(size: tuple[int, int], side: int = LARGE) -> tuple[int, int]:
    """Return the size of the thumbnail of a picture, in pixels; its own if it needs none."""
    for one in SIDES:
        if one >= side:
            by = _factor(size, one)
            size = -(-size[0] // by), -(-size[1] // by)
    return size


def side_for(size: tuple[int, int], shown: tuple[int, int]) -> int | None:
    """Return which thumbnail a picture of a size is drawn from when it is `shown` so large; None is for itself."""
    for side in reversed(SIDES):
        small = thumb_size(size, side)
        if small != size and shown[0] <= small[0] and shown[1] <= small[1]:
            return side
    return None


def thumbnail(path: Path, sha256: str, shown: tuple[int, int], side: int = LARGE) -> Image.Image | None:
    """Return a picture's thumbnail from the store, or make it and put it there; None if the picture is damaged.

    It is decoded at a reduced size where it is `shown` at half of its own or less.
    """
    place = _place(path, sha256, side)
    kept = None if place is None else _kept(place, shown)
    if kept is not None:
        return kept
    made = make_thumbnails(path, side)
    if made is None:
        return None
    _keep(made, path, sha256)
    return _decoded(made[side], shown)


def keep_thumbnails(path: Path, sha256: str) -> None:
    """Make those of a picture's thumbnails that the store lacks; it needs none if it is small, or damaged."""
    with contextlib.suppress(OSError), Image.open(path) as picture:
        places = [_place(path, sha256, side) for side in _needed(picture.size)]
        if all(place is None or any(Path(place + suffix).exists() for suffix in _BY_SUFFIX) for place in places):
            return
    made = make_thumbnails(path)
    if made is not None:
        _keep(made, path, sha256)


def make_thumbnails(path: Path, wanted: int | None = None) -> dict[int, bytes] | None:
    """Decode a picture and return its thumbnails' bytes by their longest sides; None if it cannot be decoded.

    There are those that it needs, and the one that is wanted.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                needed = {*_needed(picture.size), *([] if wanted is None else [wanted])}
                large = _reduced(picture, path)
        by = _factor(large.size, SMALL)
        made = {LARGE: large, SMALL: large if by == 1 else large.reduce(by)}
        return {side: _encoded(made[side], side) for side in SIDES if side in needed}
    except Exception:  # noqa: BLE001  decoders raise anything on damaged bytes, and none of it may cost the sheet
        return None


def _factor(size: tuple[int, int], side: int) -> int:
    return -(-max(size) // side)


def _needed(size: tuple[int, int]) -> list[int]:
    return [side for side in SIDES if thumb_size(size, side) != size]


def _place(path: Path, sha256: str, side: int) -> str | None:
    """Return where a thumbnail of a picture in a store is kept, without its suffix; None for other pictures."""
    if path.stem != sha256 or path.parent.name != sha256[:2] or not sha256:
        return None
    return f"{path.parent.parent}{os.sep}{THUMBS_NAMES[side]}{os.sep}{sha256[:2]}{os.sep}{sha256}"


def plain(picture: Image.Image) -> Image.Image:
    """Return a decoded picture as RGB, or as RGBA if something can be seen through it."""
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    layered = picture.convert("RGBA")
    lowest: Any = layered.getchannel("A").getextrema()[0]  # of one band a number, whatever the stubs say
    return layered.convert("RGB") if lowest >= _NEARLY else layered


def _reduced(picture: Image.Image, path: Path) -> Image.Image:
    size = picture.size
    by, wanted = _factor(size, LARGE), thumb_size(size)
    power = by & -by
    if picture.format == "JPEG" and power > 1:
        power = min(power, 8)
        picture.draft("RGB", (-(-size[0] // power), -(-size[1] // power)))
    whole = plain(pixels_of(picture, path))
    if whole.size == wanted:
        return whole
    if whole.mode == "RGBA":  # colours under what is transparent are no part of the picture
        return whole.convert("RGBa").resize(wanted, Image.Resampling.BOX).convert("RGBA")
    return whole.reduce(by) if whole.size == size else whole.resize(wanted, Image.Resampling.BOX)


def _encoded(picture: Image.Image, side: int) -> bytes:
    stream = BytesIO()
    if picture.mode == "RGBA":
        picture.save(stream, "PNG", compress_level=1)
    else:
        picture.save(stream, "JPEG", **_QUALITIES[side])
    return stream.getvalue()


_SUFFIXES: Final = {b"\xff\xd8\xff": ".jpg", b"\x89PN": ".png"}
_BY_SUFFIX: Final = (".jpg", ".png")


def _kept(place: str, shown: tuple[int, int]) -> Image.Image | None:
    for suffix in _BY_SUFFIX:
        try:
            with open(f"{place}{suffix}", "rb") as stream:  # noqa: PTH123  as a Path it takes several times as long
                data = stream.read(_MEGA * 8)
        except OSError:
            continue
        return _decoded(data, shown)
    return None


def _decoded(data: bytes, shown: tuple[int, int]) -> Image.Image | None:
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
            picture.draft("RGB", shown)
            picture.load()
            return picture
    except Exception:  # noqa: BLE001  as above
        return None


def _keep(made: Mapping[int, bytes], path: Path, sha256: str) -> None:
    """Put thumbnails into their places, whole; not synced, and not if there is no room: they can be made again."""
    for side, data in made.items():
        place = _place(path, sha256, side)
        if place is not None:
            with contextlib.suppress(OSError):
                _put(data, Path(f"{place}{_SUFFIXES[data[:3]]}"))


def _put(data: bytes, path: Path) -> None:
    try:
        handle, staged = stage(path.parent)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, staged = stage(path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(staged, path)  # noqa: PTH105  the atomic rename is the point
    except OSError:
        os.unlink(staged)  # noqa: PTH108  its name is a text, as `stage` gives it
        raise
