"""Pictures that are strange, damaged or hostile: a step copes, or says in a sentence why not."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from steps_pictures import SIGNATURE, chunk, noise, opened, picture_of, run, saved, scenic, shot

from teststrip.base.picture import kind_of
from teststrip.errors import StepError
from teststrip.steps.builtin import AFTER
from teststrip.steps.encode import Coding, encoded, encoded_like
from teststrip.steps.model import AfterStep
from teststrip.steps.pictures import MOST_PIXELS, decoded, plain
from teststrip.steps.said import said_in

OPTIONS: dict[str, dict[str, Any]] = {
    "resize": {"width": 7},
    "crop": {"aspect": "1:1"},
    "upscale": {"factor": 2},
    "format": {"to": "webp"},
    "watermark": {"text": "a text"},
    "palette": {"show": "below"},
    "measure": {},
    "phash": {},
}
STEPS = [(AFTER[name], options) for name, options in OPTIONS.items()]


def sixteen() -> bytes:
    values = (np.arange(64 * 48).reshape(48, 64) * 21).astype(np.uint16)
    return saved(Image.fromarray(values))


def with_turn(turn: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = turn
    return saved(scenic((30, 20)), "JPEG", exif=tags, quality=95)


def palette(*, transparent: bool) -> bytes:
    image = scenic((40, 30)).quantize(16)
    return saved(image, transparency=3) if transparent else saved(image)


STRANGE: dict[str, bytes] = {
    "1x1": saved(noise("RGB", (1, 1))),
    "1x1 alpha": saved(noise("RGBA", (1, 1))),
    "tall": saved(noise("RGB", (1, 3000))),
    "grey": saved(noise("L")),
    "grey and alpha": saved(noise("LA")),
    "alpha": saved(noise("RGBA")),
    "bits": saved(noise("L").convert("1")),
    "sixteen": sixteen(),
    "palette": palette(transparent=False),
    "palette and alpha": palette(transparent=True),
    "colour key": saved(noise("RGB"), transparency=(1, 2, 3)),
    "cmyk": saved(noise("RGB").convert("CMYK"), "JPEG"),
    "turned": with_turn(6),
    "gif": saved(scenic((40, 30)), "GIF"),
    "webp": saved(noise("RGBA"), "WEBP", lossless=True),
    "avif": saved(scenic((40, 30)), "AVIF"),
    "grey jpeg": saved(noise("L"), "JPEG"),
}


@pytest.mark.parametrize(("step", "options"), STEPS, ids=[step.name for step, _ in STEPS])
@pytest.mark.parametrize("name", sorted(STRANGE))
def test_every_step_takes_strange_pictures(
    step: AfterStep, options: dict[str, Any], name: str, tmp_path: Path
) -> None:
    picture = shot(tmp_path, STRANGE[name])
    made = run(step, [picture], **options)
    assert set(made.scores) == set(step.scores)
    if made.pictures is not None:
        image = picture_of(made)
        wanted = "image/webp" if step.name == "format" else picture.media_type
        assert Image.MIME[str(image.format)] == wanted
        assert made == run(step, [picture], **options), "the same again, byte for byte"


def test_a_turned_picture_is_upright_and_says_so_no_more(tmp_path: Path) -> None:
    made = picture_of(run(AFTER["crop"], [shot(tmp_path, with_turn(6))], width=9999, height=9999))
    assert made.size == (20, 30)
    assert made.getexif().get(0x0112) in {None, 1}


def test_sixteen_bits_keep_their_upper_eight() -> None:
    image = decoded(sixteen())
    values = (np.arange(64 * 48).reshape(48, 64) * 21).astype(np.uint16)
    assert np.array_equal(np.asarray(plain(image)), values >> 8)


def test_cmyk_goes_through_its_profile_and_loses_it(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(noise("RGB").convert("CMYK"), "JPEG", icc_profile=srgb)  # a profile of another kind is none
    assert plain(decoded(data)).mode == "RGB"
    made = picture_of(run(AFTER["resize"], [shot(tmp_path, data)], width=5))
    assert made.mode == "RGB"


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animated_picture_is_refused_not_cut_to_a_still(form: str, tmp_path: Path) -> None:
    frames = [noise(seed=seed) for seed in range(3)]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    with pytest.raises(StepError, match=r"animated \(3 frames\), and steps work on still pictures"):
        run(AFTER["resize"], [shot(tmp_path, data)], width=5)


@pytest.mark.parametrize("name", ["alpha", "webp", "avif", "cmyk", "gif"])
@pytest.mark.parametrize("part", [0.3, 0.6])
def test_a_truncated_picture_is_told(name: str, part: float, tmp_path: Path) -> None:
    data = STRANGE[name]
    with pytest.raises(StepError, match="the picture"):
        run(AFTER["measure"], [shot(tmp_path, data[: int(len(data) * part)])])


def test_no_address_in_memory_gets_into_a_reason(tmp_path: Path) -> None:
    data = bytearray(STRANGE["alpha"])
    data[20:40] = bytes(20)
    with pytest.raises(StepError) as raised:
        run(AFTER["measure"], [shot(tmp_path, bytes(data))])
    assert " 0x" not in str(raised.value)
    webp = b"RIFF\x20\0\0\0WEBP" + bytes(32)
    with pytest.raises(StepError, match="damaged at its beginning"):
        run(AFTER["measure"], [shot(tmp_path, webp)])


def bomb(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(100_000, 100_000), (MOST_PIXELS, 2), (0, 5)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(StepError, match=r"megapixels; steps handle up to 67|has no pixels"):
        run(AFTER["measure"], [shot(tmp_path, bomb(*size))])


def test_a_picture_that_hides_its_size_is_refused_when_pillow_sees_it(tmp_path: Path) -> None:
    data = bytearray(saved(Image.new("L", (16380, 16380)), "WEBP", lossless=True, quality=0, method=0))
    with pytest.raises(StepError, match="megapixels"):
        run(AFTER["measure"], [shot(tmp_path, bytes(data))])


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="of an unknown kind"):
        run(AFTER["phash"], [shot(tmp_path, b"<svg onload='x'/>")])
    picture = shot(tmp_path, noise())
    picture.path.write_bytes(b"other")
    with pytest.raises(StepError, match="changed or damaged"):
        run(AFTER["phash"], [picture])
    picture.path.unlink()
    with pytest.raises(StepError, match="cannot be read"):
        run(AFTER["phash"], [picture])


@given(st.sampled_from(sorted(STRANGE)), st.data())
def test_damage_raises_nothing_but_step_errors(name: str, data: st.DataObject) -> None:
    picture = bytearray(STRANGE[name])
    for _ in range(data.draw(st.integers(1, 4))):
        picture[data.draw(st.integers(0, len(picture) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(picture)
    kind = kind_of(damaged)
    try:
        image = plain(decoded(damaged))
        assert image.mode in {"L", "LA", "RGB", "RGBA"}
        assert kind is not None
        for media_type in ("image/png", "image/webp", "image/jpeg"):
            assert encoded(image, Coding(media_type, quality=50), said_in(damaged))
        assert encoded_like(image, damaged, kind.media_type)
    except StepError:
        return


@pytest.mark.parametrize("to", ["png", "webp", "avif", "jpeg"])
@pytest.mark.parametrize("name", sorted(STRANGE))
def test_strange_pictures_become_any_format(name: str, to: str, tmp_path: Path) -> None:
    before = decoded(STRANGE[name])
    made = picture_of(run(AFTER["format"], [shot(tmp_path, STRANGE[name])], to=to, quality=90))
    assert str(made.format).lower() == to
    assert made.size == before.size
    if to != "jpeg":
        clear = [np.asarray(image.convert("RGBA"))[..., 3] < 250 for image in (made, plain(before))]
        assert clear[0].any() == clear[1].any()


def test_other_processes_make_the_same_bytes(tmp_path: Path) -> None:
    """What a step makes is known by what it was made of, so it may not depend on who made it."""
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from steps_pictures import run, scenic, shot
from teststrip.base.json import sha256
from teststrip.steps.builtin import AFTER
picture = shot(Path(sys.argv[2]), scenic((90, 60)))
for name, options in [("format", {"to": to}) for to in ("webp", "avif", "jpeg")] + [
    ("watermark", {"text": "words"}), ("palette", {"show": "below"}), ("upscale", {})
]:
    made = run(AFTER[name], [picture], **options)
    print(name, [sha256(data) for data in made.pictures], dict(made.scores))
"""
    said = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path)]
        environ = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed}
        said.add(subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout)
    assert len(said) == 1
    assert said.pop().count("\n") == 6


def test_a_png_made_here_is_read_by_pillow_as_it_was() -> None:
    from teststrip.steps.encode import encode_png

    for mode in ("L", "LA", "RGB", "RGBA"):
        for size in ((1, 1), (1, 9), (9, 1), (24, 16)):
            image = noise(mode, size)
            made = opened(encode_png(image))
            assert (made.mode, made.size, made.tobytes()) == (mode, size, image.tobytes())
