"""What a file says of its picture survives steps: from format to format, and byte for byte where it can."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from steps_pictures import chunk, chunks_of, noise, opened, run, saved, scenic, shot, with_chunks

from teststrip.errors import StepError
from teststrip.exchange.picture.read import Picture, read_picture
from teststrip.steps.builtin import AFTER
from teststrip.steps.encode import Coding, encoded
from teststrip.steps.exif import without_turn
from teststrip.steps.said import Said, exif_of, png_chunks, said_in

FORMAT, RESIZE = AFTER["format"], AFTER["resize"]
INFOTEXT = """a night sky, stars, 星空
Negative prompt: blurry, lowres
Steps: 20, Sampler: Euler a, CFG scale: 7.0, Seed: 965400086, Size: 832x1216, Version: v1.10.1"""
COMMENT = json.dumps(
    {"prompt": "1girl, {silver hair}", "steps": 23, "seed": 7, "sampler": "k_euler", "uc": "lowres"}
)
GRAPH = json.dumps(
    {
        "3": {"class_type": "KSampler", "inputs": {"seed": 42, "steps": 9, "positive": ["6", 0]}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "ein Café"}},
    },
    ensure_ascii=False,
)
XMP = b"<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'/><?xpacket end='w'?>"
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
KINDS = ["png", "webp", "avif", "jpeg"]


def text(keyword: str, value: str) -> bytes:
    return chunk(b"tEXt", keyword.encode() + b"\0" + value.encode())


def international(keyword: str, value: str, *, packed: bool = False) -> bytes:
    data = value.encode()
    head = keyword.encode() + (b"\0\1\0" if packed else b"\0\0\0") + b"en\0Schl\xc3\xbcssel\0"
    return chunk(b"iTXt", head + (zlib.compress(data) if packed else data))


NOVELAI = with_chunks(
    scenic(),
    text("Title", "NovelAI generated image"),
    text("Description", "1girl, {silver hair}"),
    text("Software", "NovelAI"),
    text("Source", "NovelAI Diffusion V4.5 4BDE2A90"),
    text("Comment", COMMENT),
)
A1111 = with_chunks(scenic(), international("parameters", INFOTEXT))
COMFY = with_chunks(scenic(), text("prompt", GRAPH), text("workflow", '{"nodes": []}'))
TOOLS = {"NovelAI": NOVELAI, "AUTOMATIC1111": A1111, "ComfyUI": COMFY}


def converted(data: bytes, to: str, folder: Path, **options: Any) -> bytes:
    made = run(FORMAT, [shot(folder, data)], to=to, **options).pictures
    assert made is not None
    return made[0]


def looked_at(data: bytes, folder: Path) -> Picture:
    path = folder / "picture"
    path.write_bytes(data)
    return read_picture(path, "picture")


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("kind", ["png", "webp", "jpeg"])
def test_the_importer_finds_in_a_changed_picture_what_it_found_before(
    tool: str, kind: str, tmp_path: Path
) -> None:
    before = looked_at(TOOLS[tool], tmp_path).found
    assert before is not None
    small = run(RESIZE, [shot(tmp_path, converted(TOOLS[tool], kind, tmp_path))], width=40).pictures
    assert small is not None
    after = looked_at(small[0], tmp_path)
    assert after.size[0] == 40
    assert after.found is not None
    assert (after.found.tool, after.found.prompt) == (before.tool, before.prompt)
    assert (after.found.negative, after.found.settings) == (before.negative, before.settings)
    assert after.found.request == before.request


def commented(comment: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "a description"
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + INFOTEXT.encode("utf-16-be")
    return saved(scenic(), "JPEG", exif=exif, comment=comment)


@pytest.mark.parametrize("kind", ["webp", "avif", "png"])
def test_a_comment_of_a_jpeg_goes_along_and_takes_nobodys_place(kind: str, tmp_path: Path) -> None:
    there = converted(commented(b"by hand"), kind, tmp_path)
    texts = said_in(converted(there, "png", tmp_path)).texts
    assert texts["parameters"] == INFOTEXT
    assert texts["Comment"] == "by hand"
    assert kind == "png" or texts["ImageDescription"] == "a description"
    smaller = run(RESIZE, [shot(tmp_path, commented(b"by hand"))], width=40).pictures
    assert smaller is not None
    assert said_in(smaller[0]).comment == b"by hand"
    assert opened(smaller[0]).getexif()[0x010E] == "a description"


def test_a_gif_keeps_its_comment(tmp_path: Path) -> None:
    long = b"words " * 100
    smaller = run(RESIZE, [shot(tmp_path, saved(scenic(), "GIF", comment=long))], width=40).pictures
    assert smaller is not None
    assert said_in(smaller[0]).comment == long


def test_texts_of_a_png_take_no_place_of_its_exif(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a maker"
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0other words"
    data = with_chunks(
        scenic(),
        text("parameters", INFOTEXT),
        text("workflow", "{}"),
        chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")),
    )
    there = converted(data, "webp", tmp_path)
    assert opened(there).getexif()[0x010F] == "a maker"
    assert opened(there).getexif().get_ifd(0x8769)[0x9286] == b"ASCII\0\0\0other words"
    assert said_in(there).texts == {"parameters": INFOTEXT, "workflow": "{}"}
    # There and back again any number of times it says the same.
    again = there
    for to in ("png", "avif", "png", "webp"):
        again = converted(again, to, tmp_path)
    assert said_in(again).texts == said_in(there).texts


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("kind", ["webp", "jpeg", "avif"])
def test_texts_find_their_way_back_to_png(tool: str, kind: str, tmp_path: Path) -> None:
    there = converted(TOOLS[tool], kind, tmp_path)
    assert opened(there).format == kind.upper()
    before, after = said_in(TOOLS[tool]).texts, said_in(converted(there, "png", tmp_path)).texts
    assert set(after) == set(before)
    for name, said in before.items():
        is_json = name in {"prompt", "workflow"}
        assert (json.loads(after[name]) if is_json else after[name]) == (json.loads(said) if is_json else said)


def test_a_png_keeps_every_text_chunk_byte_for_byte(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "said"
    chunks = (
        text("parameters", INFOTEXT),
        text("parameters", "a second one of the same name"),
        international("x", "日本"),
        international("packed", "words", packed=True),
        chunk(b"zTXt", b"z\0\0" + zlib.compress(b"words")),
        chunk(b"zTXt", b"broken\0\0damaged"),
        chunk(b"tEXt", b"no keyword"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")),
        chunk(b"gAMA", struct.pack(">I", 45455)),
        chunk(b"pHYs", struct.pack(">IIB", 3000, 3000, 1)),
    )
    kinds = {b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"gAMA", b"pHYs"}
    data = with_chunks(noise("RGB", (9, 7)), *chunks)
    made = run(RESIZE, [shot(tmp_path, data)], width=5).pictures
    assert made is not None
    wanted = [one for one in chunks_of(data) if one[0] in kinds]
    found = [one for one in chunks_of(made[0]) if one[0] in kinds]
    assert sorted(found) == sorted(wanted)
    assert [one for one in found if one[0] in {b"tEXt", b"iTXt"}] == [
        one for one in wanted if one[0] in {b"tEXt", b"iTXt"}
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_profile_exif_and_xmp_go_along(kind: str, source: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a description"
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + INFOTEXT.encode("utf-16-be")
    data = saved(
        scenic(), source.upper(), exif=exif, icc_profile=SRGB, **({} if source == "png" else {"xmp": XMP})
    )
    if source == "png":
        data = data[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP) + data[33:]
    made = opened(converted(data, kind, tmp_path, quality=70))
    assert made.format == kind.upper()
    assert made.info["icc_profile"] == SRGB
    assert made.getexif()[0x010E] == "a description"
    assert made.getexif().get_ifd(0x8769)[0x9286].endswith(INFOTEXT.encode("utf-16-be"))
    assert made.info["xmp"].strip(b"\0") == XMP


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["novelai", "a1111", "jpeg"])
def test_stripped_means_that_nothing_is_said(name: str, kind: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "silver hair"
    data = {
        "novelai": NOVELAI,
        "a1111": A1111,
        "jpeg": saved(scenic(), "JPEG", exif=exif, xmp=XMP, comment=b"silver hair", icc_profile=SRGB),
    }[name]
    made = converted(data, kind, tmp_path, metadata="strip")
    assert said_in(made) == Said(chunks=said_in(made).chunks, icc=SRGB if name == "jpeg" else b"")
    assert {one for one, _ in said_in(made).chunks} <= {b"iCCP"}
    words = {
        "novelai": (b"silver", b"NovelAI"),
        "a1111": (b"Steps", b"965400086"),
        "jpeg": (b"silver", b"x:xmpmeta"),
    }
    for word in words[name]:
        assert word in data
        assert word not in made
        assert word.decode().encode("utf-16-be") not in made


def stealth(words: bytes) -> Image.Image:
    """Hide words as NovelAI does: in alpha's lowest bits, column by column."""
    pixels = np.full((64, 64, 4), 255, np.uint8)
    pixels[..., :3] = np.asarray(scenic((64, 64)))
    packed = zlib.compress(words)
    bits = np.unpackbits(np.frombuffer(b"stealth_pngcomp" + struct.pack(">I", 8 * len(packed)) + packed, np.uint8))
    alpha = pixels[..., 3].T.reshape(-1).copy()
    alpha[: len(bits)] = 254 | bits
    pixels[..., 3] = alpha.reshape(64, 64).T
    return Image.fromarray(pixels)


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_stripped_takes_out_what_hides_in_the_pixels(kind: str, tmp_path: Path) -> None:
    data = saved(stealth(b"secret"))
    made = opened(converted(data, kind, tmp_path, metadata="strip", lossless=kind == "webp"))
    assert made.mode == "RGB"
    assert np.array_equal(np.asarray(made), np.asarray(opened(data))[..., :3])


def test_stripped_takes_out_what_hides_in_the_colours(tmp_path: Path) -> None:
    pixels = np.asarray(scenic((64, 64))) & 0xFE
    bits = np.unpackbits(np.frombuffer(b"stealth_rgbinfo" + bytes(4) + b"words", np.uint8))
    downwards = pixels.swapaxes(0, 1).reshape(-1).copy()
    downwards[: len(bits)] |= bits
    image = Image.fromarray(np.ascontiguousarray(downwards.reshape(64, 64, 3).swapaxes(0, 1)))
    assert opened(converted(saved(image), "png", tmp_path, metadata="strip")).tobytes() == pixels.tobytes()
    assert opened(converted(saved(scenic()), "png", tmp_path, metadata="strip")).tobytes() == scenic().tobytes()


def test_a_picture_of_the_format_already_stays_byte_for_byte(tmp_path: Path) -> None:
    hidden = saved(stealth(b"secret"))
    assert converted(hidden, "png", tmp_path) == hidden
    jpeg = saved(scenic(), "JPEG")
    assert converted(jpeg, "jpeg", tmp_path) == jpeg
    assert converted(jpeg, "jpeg", tmp_path, quality=30) != jpeg


def test_lossless_webp_keeps_every_pixel_and_quality_costs_bytes(tmp_path: Path) -> None:
    image = noise("RGBA", (40, 30))
    data = saved(image)
    assert opened(converted(data, "webp", tmp_path, lossless=True)).tobytes() == image.tobytes()
    for kind in ("webp", "avif", "jpeg"):
        assert len(converted(data, kind, tmp_path, quality=20)) < len(converted(data, kind, tmp_path, quality=95))


def test_jpeg_lays_the_transparent_on_the_background(tmp_path: Path) -> None:
    data = saved(Image.new("RGBA", (16, 16), (0, 0, 0, 0)))
    made = opened(converted(data, "jpeg", tmp_path, background="#3060c0"))
    assert np.abs(np.asarray(made).astype(int) - (0x30, 0x60, 0xC0)).max() <= 2


def test_a_jpeg_is_made_again_with_its_own_tables(tmp_path: Path) -> None:
    data = saved(scenic(), "JPEG", quality=41, subsampling=2)
    made = run(RESIZE, [shot(tmp_path, data)], width=40).pictures
    assert made is not None
    before, after = opened(data), opened(made[0])
    assert getattr(after, "quantization", None) == getattr(before, "quantization", 0)


def test_texts_too_large_for_a_jpeg_are_told_not_dropped(tmp_path: Path) -> None:
    data = with_chunks(scenic(), text("prompt", json.dumps({"a": "x" * 70_000})))
    with pytest.raises(StepError, match=r"texts are 70,\d+ bytes, and a JPEG holds 65,504: write webp or png"):
        converted(data, "jpeg", tmp_path)
    assert len(said_in(converted(data, "webp", tmp_path)).texts["prompt"]) > 70_000
    assert opened(converted(data, "jpeg", tmp_path, metadata="strip")).format == "JPEG"


def test_a_zip_bomb_of_a_text_is_carried_packed_and_never_unpacked_whole() -> None:
    bomb = chunk(b"zTXt", b"big\0\0" + zlib.compress(bytes(200_000_000), 9))
    data = with_chunks(noise("RGB", (9, 7)), text("parameters", INFOTEXT), bomb)
    said = said_in(data)
    assert set(said.texts) == {"parameters"}
    assert chunk(*png_chunks(said, "RGB")[-1]) == bomb


def test_what_follows_the_end_of_a_png_is_no_part_of_it() -> None:
    assert said_in(saved(noise()) + text("parameters", INFOTEXT)).texts == {}


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_turn_and_a_thumbnail_are_taken_out_in_place(order: str) -> None:
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, 6, 0) + struct.pack(f"{order}HHII", 0x0100, 4, 1, 77)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    before = head + struct.pack(f"{order}H", 2) + entries + struct.pack(f"{order}I", 99) + b"maker's note"
    after = without_turn(before)
    assert len(after) == len(before)
    tags = Image.Exif()
    tags.load(after)
    assert (tags[0x0112], tags[0x0100]) == (1, 77)
    assert after.endswith(bytes(4) + b"maker's note")


@given(st.binary(max_size=200))
def test_damaged_exif_is_no_error(data: bytes) -> None:
    for exif in (data, b"II*\0" + data, b"MM\0*" + data):
        assert len(without_turn(exif)) == len(exif)  # a turn is set to none in its place
        exif_of(Said(exif=exif, texts={"parameters": "x"}, chunks=((b"tEXt", b""),)))


@given(
    st.dictionaries(
        st.text("abcdefgh XYZ", min_size=1, max_size=9).map(str.strip).filter(bool),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60),
        min_size=1,
        max_size=4,
    )
)
def test_any_texts_survive_the_way_to_webp_and_back(texts: dict[str, str]) -> None:
    image = noise("RGB", (4, 4))
    png = encoded(image, Coding("image/png"), Said(texts=texts))
    assert said_in(png).texts == texts
    webp = encoded(image, Coding("image/webp", lossless=True), said_in(png))
    assert said_in(encoded(image, Coding("image/png"), said_in(webp))).texts == said_in(png).texts
