"""Pictures and works for the tests of steps."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
from PIL import Image

from teststrip.base.json import Json, sha256
from teststrip.base.picture import kind_of
from teststrip.steps.model import AfterStep, BeforeStep, Made, Shot, Work

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def noise(mode: str = "RGB", size: tuple[int, int] = (24, 16), seed: int = 7) -> Image.Image:
    """Return a picture of noise."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    values = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], channels), np.uint8)
    return Image.fromarray(values[..., 0] if channels == 1 else values)


def scenic(size: tuple[int, int] = (96, 64), seed: int = 7) -> Image.Image:
    """Return a picture with soft shapes: what a hash or a likeness can hold on to."""
    return noise("RGB", (6, 4), seed).resize(size, Image.Resampling.BICUBIC)


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """Write a picture with Pillow."""
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    """Read a picture with Pillow."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def shot(folder: Path, data: bytes | Image.Image, form: str = "PNG") -> Shot:
    """Put a picture on disk as a store would."""
    if isinstance(data, Image.Image):
        data = saved(data, form)
    kind = kind_of(data)
    path = folder / sha256(data)
    path.write_bytes(data)
    return Shot(path, kind.media_type if kind else "image/png", sha256(data))


def filled(step: AfterStep | BeforeStep, given: Mapping[str, Json]) -> dict[str, Json]:
    """Check options by the step's schema and fill in the defaults, as a plan does."""
    jsonschema.Draft202012Validator(dict(step.options)).validate(dict(given))
    properties: Any = step.options["properties"]
    defaults = {name: schema["default"] for name, schema in properties.items() if "default" in schema}
    return defaults | dict(given)


def work(step: AfterStep, shots: Sequence[Shot], against: Sequence[Shot] = (), **given: Json) -> Work:
    """Return what a step gets."""
    return Work(tuple(shots), filled(step, given), tuple(against))


def run(step: AfterStep, shots: Sequence[Shot], against: Sequence[Shot] = (), **given: Json) -> Made:
    """Run a step on one cell."""
    made = step.run(work(step, shots, against, **given))  # type: ignore[arg-type]
    assert isinstance(made, Made)
    return made


def change(step: BeforeStep, prompt: Json, **given: Json) -> Json:
    """Change a prompt, and see that nothing else is."""
    request = {"prompt": prompt, "steps": 28}
    made = step.change(request, filled(step, given))
    assert isinstance(made, Mapping)
    assert request == {"prompt": prompt, "steps": 28}
    assert {**made, "prompt": prompt} == request
    return made["prompt"]


def picture_of(made: Made) -> Image.Image:
    """Return the only picture that a step made."""
    assert made.pictures is not None
    (data,) = made.pictures
    return opened(data)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write one PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """Read the chunks of a PNG, and check their sums."""
    assert data.startswith(SIGNATURE)
    found, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + content)
        found.append((kind, content))
        at += 12 + length
    return found


def with_chunks(image: Image.Image, *chunks: bytes) -> bytes:
    """Write a PNG with further chunks after its header."""
    data = saved(image)
    return data[:33] + b"".join(chunks) + data[33:]
