"""Thumbnails: each picture once at a reduced size, kept in the store, and made anew where one is missing.

A large picture is shrunk by a whole number so that its longer side is at most `SIDE` pixels; a JPEG is decoded at
a reduced size for it. The thumbnail is a JPEG, or a PNG where parts are transparent. A sheet that shows a picture
no larger than its thumbnail is always drawn from the thumbnail, kept or not: its bytes do not depend on that.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from teststrip.base.files import stage
from teststrip.run.folder import THUMBS_NAME

SIDE: Final = 640  # pixels: a 6 x 6 page shows a portrait 260 wide, and its thumbnail is 416
_QUALITY: Final = 90  # with colours at half size: drawn from in two thirds of the time of 92 with whole ones
_NEARLY: Final = 250  # of 255: alpha that hides data in its lowest bits leaves nothing to see through
_MEGA: Final = 2**20


def factor(size: tuple[int, int]) -> int:
    """Return what a picture of a size in pixels is shrunk by; 1 is for one that needs no thumbnail."""
    return -(-max(size) // SIDE)


def thumb_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size of the thumbnail of a picture, in pixels."""
    by = factor(size)
    return -(-size[0] // by), -(-size[1] // by)


def thumbnail(path: Path, sha256: str, shown: tuple[int, int]) -> Image.Image | None:
    """Return a picture's thumbnail from the store, or make it and put it there; None if the picture is damaged.

    It is decoded at a reduced size where it is `shown` at half of its own or less.
    """
    place = thumb_place(path, sha256)
    if place is not None:
        kept = _kept(place, shown)
        if kept is not None:
            return kept
    made = make_thumbnail(path)
    if made is None:
        return None
    if place is not None:
        _keep(made, place)
    return _decoded(made, shown)


def keep_thumbnail(path: Path, sha256: str) -> None:
    """Make a picture's thumbnail if the store has none; one that needs none, or is damaged, is left alone."""
    place = thumb_place(path, sha256)
    if place is None or any(Path(f"{place}{suffix}").exists() for suffix in _BY_SUFFIX):
        return
    with contextlib.suppress(OSError), Image.open(path) as picture:
        if factor(picture.size) == 1:
            return
    made = make_thumbnail(path)
    if made is not None:
        _keep(made, place)


def thumb_place(path: Path, sha256: str) -> str | None:
    """Return where the thumbnail of a picture in a store is kept, without its suffix; None for other pictures."""
    if path.stem != sha256 or path.parent.name != sha256[:2] or not sha256:
        return None
    return f"{path.parent.parent}{os.sep}{THUMBS_NAME}{os.sep}{sha256[:2]}{os.sep}{sha256}"


def make_thumbnail(path: Path) -> bytes | None:
    """Decode a picture at a reduced size and return its thumbnail's bytes; None if it cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                return _encoded(_reduced(picture))
    except Exception:  # noqa: BLE001  decoders raise anything on damaged bytes, and none of it may cost the sheet
        return None


def plain(picture: Image.Image) -> Image.Image:
    """Return a decoded picture as RGB, or as RGBA if something can be seen through it."""
    if picture.mode.startswith("I;16") or picture.mode in {"I", "F"}:
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    layered = picture.convert("RGBA")
    lowest: Any = layered.getchannel("A").getextrema()[0]  # of one band a number, whatever the stubs say
    return layered.convert("RGB") if lowest >= _NEARLY else layered


def _reduced(picture: Image.Image) -> Image.Image:
    size = picture.size
    by, wanted = factor(size), thumb_size(size)
    power = by & -by
    if picture.format == "JPEG" and power > 1:
        power = min(power, 8)
        picture.draft("RGB", (-(-size[0] // power), -(-size[1] // power)))
    whole = plain(picture)
    if whole.size == wanted:
        return whole
    if whole.mode == "RGBA":  # colours under what is transparent are no part of the picture
        return whole.convert("RGBa").resize(wanted, Image.Resampling.BOX).convert("RGBA")
    return whole.reduce(by) if whole.size == size else whole.resize(wanted, Image.Resampling.BOX)


def _encoded(picture: Image.Image) -> bytes:
    stream = BytesIO()
    if picture.mode == "RGBA":
        picture.save(stream, "PNG", compress_level=1)
    else:
        picture.save(stream, "JPEG", quality=_QUALITY)
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


def _keep(data: bytes, place: str) -> None:
    """Put a thumbnail into its place, whole; not synced, and not if there is no room: one can be made again."""
    path = Path(f"{place}{_SUFFIXES[data[:3]]}")
    with contextlib.suppress(OSError):
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
