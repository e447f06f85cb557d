"""Thumbnails for the page, each with a signature by which pictures are compared."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Final

from PIL import Image

from teststrip.run.model import Artifact
from teststrip.sheet.html_distance import Signature, signature_of
from teststrip.sheet.thumbs import thumbnail

MEDIA_TYPE: Final = "image/webp"
SUFFIX: Final = ".webp"
_WIDTHS: Final = ((400, 320), (2_000, 256))  # up to so many pictures, so many pixels wide
_NARROW: Final = 160
_TALLEST: Final = 1.6  # of the width
_QUALITY: Final = 80
_THREADS: Final = 2
_AHEAD: Final = 64


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A thumbnail as a file's bytes, and the signature of the picture."""

    data: bytes
    signature: Signature


Make = Callable[[Artifact, int], Thumbnail | None]
"""Makes the thumbnail of a picture at a width in pixels; None for one that cannot be read."""


def make_thumbnail(artifact: Artifact, width: int) -> Thumbnail | None:
    """Make a small picture of the one in the store, never larger: at most `width` wide and 1.6 times as high."""
    box = width, round(width * _TALLEST)
    small = thumbnail(artifact.path, artifact.sha256, box)
    if small is None:
        return None
    if small.width > box[0] or small.height > box[1]:
        small = small.copy()
        small.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = io.BytesIO()
    small.save(stream, "WEBP", quality=_QUALITY, method=2)
    return Thumbnail(stream.getvalue(), signature_of(small))


def width_for(count: int) -> int:
    """Choose how wide thumbnails are by how many there are: a page is to be sent, and opened."""
    return next((width for most, width in _WIDTHS if count <= most), _NARROW)


def thumbnails(artifacts: Iterable[Artifact], width: int, make: Make) -> Iterator[Thumbnail | None]:
    """Make thumbnails in order, two at a time; few are in memory."""
    waiting = iter(artifacts)
    with ThreadPoolExecutor(_THREADS) as pool:
        while batch := list(islice(waiting, _AHEAD)):
            yield from pool.map(lambda artifact: make(artifact, width), batch)
