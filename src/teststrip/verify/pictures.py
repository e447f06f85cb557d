"""Two pictures held against each other: bytes, decoded pixels, how far apart they look, and what they say."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from PIL import Image

from teststrip.errors import StepError
from teststrip.exchange.picture.exif import read_exif
from teststrip.exchange.picture.png import SIGNATURE, read_png
from teststrip.steps.encode import encode_png
from teststrip.steps.hashing import BITS, distance, hash_of
from teststrip.steps.heat import heat_map
from teststrip.steps.likeness import differences, mean_difference, ssim
from teststrip.steps.numbers import pixels
from teststrip.steps.pictures import decoded, plain

_NUMBER: Final = re.compile(r"[0-9]{1,2}")
_FULL_HEAT: Final = 0.4  # the difference in OKLab that has the hottest colour; black and white are 1 apart
TOLERANCE_FORM: Final = f"exact, pixels, or a number of bits from 0 to {BITS}"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much two pictures may differ and still pass: not a byte, not a pixel, or so many bits of their hash."""

    kind: Literal["exact", "pixels", "hash"]
    bits: int = 0

    def __str__(self) -> str:
        return str(self.bits) if self.kind == "hash" else self.kind


PIXELS: Final = Tolerance("pixels")
EXACT: Final = Tolerance("exact")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two pictures compare, the one `then` and the one `now`.

    `changed` is the share of pixels that differ, 0 to 1; `mean` the mean absolute difference of their values, 0 to
    1; `ssim` from -1 to 1; `bits` how many of the 64 bits of their perceptual hashes differ (see `steps.hashing`).
    Of other sizes, or of a picture that cannot be decoded, `problem` says so. `metadata` names the texts that
    differ.
    """

    same_bytes: bool
    same_pixels: bool
    changed: float = 0.0
    mean: float = 0.0
    ssim: float = 1.0
    bits: int = 0
    metadata: tuple[str, ...] = ()
    problem: str = ""

    def within(self, tolerance: Tolerance) -> bool:
        """Tell whether they are alike enough."""
        if tolerance.kind == "exact":
            return self.same_bytes
        if tolerance.kind == "pixels":
            return self.same_pixels
        return self.same_pixels or (not self.problem and self.bits <= tolerance.bits)

    def words(self) -> str:
        """Say what differs."""
        if self.same_bytes:
            return "the same bytes"
        if self.problem:
            return self.problem
        texts = f"; metadata differs: {', '.join(self.metadata)}" if self.metadata else ""
        if self.same_pixels:
            return f"the same pixels in other bytes{texts}"
        share = f"{self.changed:.1%}" if self.changed >= 0.001 else "less than 0.1%"
        return f"{share} of the pixels differ, SSIM {self.ssim:.3f}, hash {self.bits} of {BITS} bits{texts}"


SAME: Final = Likeness(same_bytes=True, same_pixels=True)


def read_tolerance(text: str | int) -> Tolerance | None:
    """Read `exact`, `pixels` or a number of bits; None for what is none of them."""
    if text == "exact":
        return EXACT
    if text == "pixels":
        return PIXELS
    text = str(text)
    return Tolerance("hash", int(text)) if _NUMBER.fullmatch(text) and int(text) <= BITS else None


def compare(then: bytes, now: bytes) -> Likeness:
    """Hold two pictures against each other; what cannot be decoded is told, and never raised."""
    if then == now:
        return SAME
    texts_then, texts_now = texts_of(then), texts_of(now)
    names = sorted({*texts_then, *texts_now})
    metadata = tuple(name for name in names if texts_then.get(name) != texts_now.get(name))
    try:
        one, two = plain(decoded(then)), plain(decoded(now))
    except StepError as error:
        return Likeness(False, False, metadata=metadata, problem=str(error))
    if one.size != two.size:
        sizes = f"{two.width}x{two.height} now, {one.width}x{one.height} then"
        return Likeness(False, False, 1.0, metadata=metadata, problem=f"another size: {sizes}")
    if one.mode != two.mode:
        one, two = one.convert("RGBA"), two.convert("RGBA")
    apart = np.asarray(one) != np.asarray(two)
    changed = float((apart.any(axis=-1) if apart.ndim > 2 else apart).mean())
    if not changed:
        return Likeness(False, True, metadata=metadata)
    first, second = pixels(one), pixels(two)
    return Likeness(
        same_bytes=False,
        same_pixels=False,
        changed=changed,
        mean=mean_difference(first, second),
        ssim=ssim(first, second),
        bits=distance(hash_of(one), hash_of(two)),
        metadata=metadata,
    )


def texts_of(data: bytes) -> dict[str, str]:
    """Return what a picture says of itself, by name; {} where it says nothing that can be read."""
    if data.startswith(SIGNATURE):
        found = read_png(io.BytesIO(data))
        return {**found.texts, **(read_exif(found.exif) if found.exif else {})}
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "WEBP")) as picture:
            return read_exif(picture.info.get("exif", b""))
    except Exception:  # noqa: BLE001  Pillow promises nothing of what damaged bytes raise
        return {}


def heat_of(then: bytes, now: bytes) -> bytes:
    """Draw where two pictures differ, as a PNG of the size of the first. Raises StepError as `decoded` does."""
    one, two = plain(decoded(then)), plain(decoded(now))
    if one.size != two.size:
        two = two.resize(one.size, Image.Resampling.LANCZOS)
    return encode_png(heat_map(differences(pixels(one), pixels(two)), _FULL_HEAT))
