"""Pictures inflated by ISA-L are Pillow's own to the bit; what it stumbles over, Pillow judges alone."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from teststrip.sheet.unpack import ISAL, Zlib, pixels_of, unpacked

BANDS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
KINDS = [
    (colour, depth, interlaced)
    for colour, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16)))
    for depth in depths
    for interlaced in (False, True)
]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def written(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in chunks)


def lines_of(size: tuple[int, int], bits: int, chance: random.Random, *, interlaced: bool) -> bytes:
    """Return lines of noise, each under a filter of the five at random."""
    width, height = size
    grids = PASSES if interlaced else ((0, 0, 1, 1),)
    lines = b""
    for left, top, across, down in grids:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        for _ in range(rows if columns > 0 else 0):
            lines += bytes([chance.randrange(5)]) + chance.randbytes((columns * bits + 7) // 8)
    return lines


def noise(colour: int, depth: int, *, interlaced: bool, size: tuple[int, int] = (301, 203)) -> bytes:
    """Return a PNG of noise, its lines packed in chunks of uneven sizes."""
    chance = random.Random(7)  # noqa: S311  noise, the same each time
    lines = lines_of(size, BANDS[colour] * depth, chance, interlaced=interlaced)
    packed = zlib.compress(lines, 1)
    parts = [packed[at : at + 9_973] for at in range(0, len(packed), 9_973)]
    palette = [(b"PLTE", chance.randbytes(3 << depth)), (b"tRNS", b"\x10\x80")] if colour == 3 else []
    head = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced)
    return written([(b"IHDR", head), *palette, *((b"IDAT", part) for part in (b"", *parts)), (b"IEND", b"")])


def by_pillow(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture


def by_isal(data: bytes) -> Image.Image:
    assert ISAL is not None
    return unpacked(io.BytesIO(data), ISAL)


@pytest.mark.parametrize(("colour", "depth", "interlaced"), KINDS)
def test_every_kind_of_png_has_the_same_pixels(colour: int, depth: int, interlaced: bool) -> None:  # noqa: FBT001
    data = noise(colour, depth, interlaced=interlaced)
    assert by_isal(data) == by_pillow(data)  # modes, palettes, what is transparent, and pixels


@pytest.mark.parametrize("size", [(1, 1), (2, 70_000), (70_000, 2), (1000, 700)])
def test_lines_of_any_length_fit_into_the_blocks(size: tuple[int, int]) -> None:
    data = noise(2, 8, interlaced=False, size=size)
    assert by_isal(data) == by_pillow(data)


def test_flat_pictures_and_texts_at_either_end_are_the_same() -> None:
    told = PngInfo()
    told.add_itxt("Comment", "ü" * 70_000)
    flat = io.BytesIO()
    Image.new("RGBA", (2000, 1500), (1, 2, 3, 4)).save(flat, "PNG", pnginfo=told)
    head, end = flat.getvalue()[:-12], flat.getvalue()[-12:]
    data = head + chunk(b"tEXt", b"After\0the pixels") + chunk(b"teSt", bytes(100_000)) + end
    assert by_isal(data) == by_pillow(data)
    assert by_isal(data).info["After"] == "the pixels"


def verdict(path: Path, *, plain: bool) -> object:
    """Return the pixels of a file, or the kind of what was raised."""
    try:
        with Image.open(path) as picture:
            if plain:
                picture.load()
                return picture.tobytes()
            return pixels_of(picture, path).tobytes()
    except Exception as error:  # noqa: BLE001  whatever Pillow raises
        return type(error)


def test_damaged_files_are_judged_by_pillow(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    chance = random.Random(3)  # noqa: S311  noise, the same each time
    whole = noise(2, 8, interlaced=False, size=(61, 40))
    verdicts = []
    for number in range(400):
        data = bytearray(whole)
        at = chance.randrange(8, len(data)) if number % 2 else chance.randrange(len(data) - 60, len(data))
        if number % 5 == 0:
            del data[at:]
        elif number % 5 == 1:
            data[at:at] = chance.randbytes(chance.randrange(1, 40))
        else:
            data[at] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        verdicts.append(verdict(path, plain=True))
        assert verdict(path, plain=False) == verdicts[-1], (number, at)
    assert 20 < sum(isinstance(one, bytes) for one in verdicts) < 380


def test_streams_that_are_too_long_too_short_or_wrong_at_the_end_are_judged_by_pillow(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    head = (b"IHDR", struct.pack(">IIBBBBB", 61, 40, 8, 2, 0, 0, 0))
    chance = random.Random(5)  # noqa: S311  as above
    lines = lines_of((61, 40), 24, chance, interlaced=False)
    packed = zlib.compress(lines)
    streams = {
        "more lines": zlib.compress(lines * 3),
        "gigabytes of lines": zlib.compress(lines + bytes(20_000_000)),
        "fewer lines": zlib.compress(lines[: len(lines) // 2]),
        "no checksum": packed[:-4],
        "another checksum": packed[:-1] + bytes([packed[-1] ^ 1]),
        "cut off": packed[: len(packed) // 2],
        "something after it": packed + b"something",
        "a filter that there is not": zlib.compress(b"\x09" + lines[1:]),
        "nothing": b"",
    }
    for name, stream in streams.items():
        path.write_bytes(written([head, (b"IDAT", stream), (b"IEND", b"")]))
        assert verdict(path, plain=False) == verdict(path, plain=True), name


def test_frames_and_lines_in_two_places_are_judged_by_pillow(tmp_path: Path) -> None:
    frames = [Image.effect_noise((50, 40), 60).convert("RGB") for _ in range(3)]
    path = tmp_path / "moving.png"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert verdict(path, plain=False) == verdict(path, plain=True) == frames[0].tobytes()
    parted = noise(2, 8, interlaced=False).replace(b"IEND", b"IDAT")
    path.write_bytes(parted)
    assert verdict(path, plain=False) == verdict(path, plain=True)


def test_a_picture_of_another_kind_is_loaded_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    Image.effect_noise((50, 40), 60).save(path)
    assert verdict(path, plain=False) == verdict(path, plain=True)


@pytest.mark.parametrize("by", [None, Zlib(zlib.decompressobj, zlib.adler32)])
def test_without_isal_and_with_another_zlib_pixels_are_the_same(tmp_path: Path, by: Zlib | None) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(noise(6, 8, interlaced=False))
    with Image.open(path) as picture:
        assert pixels_of(picture, path, by) == by_isal(path.read_bytes())
