"""Texts on pictures: where they were asked for, seen on any ground, and no character lost unsaid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from steps_pictures import noise, picture_of, run, scenic, shot

from teststrip.base.faces import Faces
from teststrip.base.text import wrap
from teststrip.errors import StepError
from teststrip.steps.builtin import AFTER
from teststrip.steps.lettering import Lettering, written
from teststrip.steps.options import GRAVITIES
from teststrip.steps.watermark import FONTS, set_in

WATERMARK = AFTER["watermark"]
LETTERS = Lettering(12)
GREY = Image.new("RGB", (320, 240), (128, 128, 128))


def changed_box(image: Image.Image, made: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(image, made.convert(image.mode)).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("gravity", sorted(GRAVITIES))
def test_a_text_stands_where_it_was_asked_for(gravity: str, tmp_path: Path) -> None:
    made = picture_of(run(WATERMARK, [shot(tmp_path, GREY)], text="here", gravity=gravity, size=20))
    left, top, right, bottom = changed_box(GREY, made)
    across, down = GRAVITIES[gravity]
    assert abs((left + right) / 2 - (35 + 250 * across)) < 15
    assert abs((top + bottom) / 2 - (25 + 190 * down)) < 12
    assert left >= 5
    assert right <= 315


@pytest.mark.parametrize("ground", [0, 128, 255])
@pytest.mark.parametrize("ink", ["#ffffff", "#000000"])
def test_a_text_is_seen_on_any_ground(ground: int, ink: str, tmp_path: Path) -> None:
    image = Image.new("RGB", (200, 80), (ground,) * 3)
    made = picture_of(run(WATERMARK, [shot(tmp_path, image)], text="WORDS", size=40, colour=ink))
    values = np.asarray(made).astype(int)
    assert values.max() - values.min() > 120


def test_opacity_fades_a_text_into_the_picture(tmp_path: Path) -> None:
    picture = shot(tmp_path, GREY)
    changes = [
        np.abs(
            np.asarray(picture_of(run(WATERMARK, [picture], text="x", opacity=opacity))).astype(int) - 128
        ).sum()
        for opacity in (0, 0.3, 0.6, 1)
    ]
    assert changes[0] == 0
    assert changes == sorted(set(changes))


@pytest.mark.parametrize("place", ["below", "above"])
def test_a_strip_holds_the_whole_text_and_leaves_the_picture_alone(place: str, tmp_path: Path) -> None:
    image = scenic((200, 100))
    words = " ".join(f"word{number}" for number in range(60))
    one = picture_of(run(WATERMARK, [shot(tmp_path, image)], text="word", place=place))
    made = picture_of(run(WATERMARK, [shot(tmp_path, image)], text=words, place=place))
    height = made.height - image.height
    assert made.width == 200
    assert height > 3 * (one.height - image.height)
    kept = (0, 0, 200, 100) if place == "below" else (0, height, 200, height + 100)
    assert made.crop(kept).tobytes() == image.tobytes()
    strip = np.asarray(made.crop((0, 100, 200, made.height) if place == "below" else (0, 0, 200, height)))
    assert (strip[0] == 255).all(), "a margin of paper"
    assert strip.min() < 60, "ink"


def test_ink_suits_the_strip(tmp_path: Path) -> None:
    made = picture_of(run(WATERMARK, [shot(tmp_path, GREY)], text="x", place="below", background="#101010"))
    strip = np.asarray(made)[240:]
    assert strip.max() > 200
    assert tuple(strip[0, 0]) == (16, 16, 16)


def test_a_text_too_long_for_the_picture_ends_in_dots(tmp_path: Path) -> None:
    words = " ".join(["word"] * 500)
    made = picture_of(run(WATERMARK, [shot(tmp_path, GREY)], text=words, size=20))
    assert made.size == GREY.size
    lines = np.asarray(made)[..., 0]
    assert (lines[-4:] == 128).all(), "nothing is cut through at the edge"


@given(st.text("abc def", max_size=400), st.integers(1, 300), st.integers(1, 200))
def test_lines_fit_or_tell_that_they_do_not(said: str, width: int, height: int) -> None:
    lines = set_in(said, (width, height), LETTERS)
    whole = list(wrap(said, width, LETTERS.width))
    assert 1 <= len(lines) <= max(1, height // LETTERS.line)
    assert lines == whole or lines[-1].endswith("…")
    assert lines[:-1] == whole[: len(lines) - 1]
    widest = max(LETTERS.width(sign) for sign in "abcdef…")
    assert all(LETTERS.width(line) <= max(width, widest) for line in lines)


def test_a_text_of_several_lines_and_controls_is_made_visible(tmp_path: Path) -> None:
    picture = shot(tmp_path, GREY)
    one, two = (
        changed_box(GREY, picture_of(run(WATERMARK, [picture], text=text, gravity="top left", size=20)))
        for text in ("a", "a\nb")
    )
    assert two[3] - two[1] > (one[3] - one[1]) + 15
    spelled = picture_of(run(WATERMARK, [picture], text="a\\u202eb"))
    assert picture_of(run(WATERMARK, [picture], text="a\u202eb")).tobytes() == spelled.tobytes()


def test_a_character_without_a_font_is_a_box_and_told(tmp_path: Path) -> None:
    made = run(WATERMARK, [shot(tmp_path, GREY)], text="a\ue000b\ue001 c")
    assert made.badges == ("no font for 2 characters",)
    assert changed_box(GREY, picture_of(made))
    assert run(WATERMARK, [shot(tmp_path, GREY)], text="plain Ж ή ñ").badges == ()


def test_without_its_package_cjk_is_counted_as_lacking() -> None:
    letters = Lettering(20, Faces(lambda package: package == "fontpkg_noto_sans"))
    assert letters.faces.lacking("夜 city 星空") == 3
    assert letters.width("夜") > 0


def test_the_step_knows_every_package_that_may_draw() -> None:
    """Which fonts are there is a part of a result's identity."""
    asked: set[str] = set()

    def has(package: str) -> bool:
        asked.add(package)
        return package == "fontpkg_noto_sans"

    Faces(has).runs("夜 مرحبا")
    assert asked == {"fontpkg_noto_sans", *FONTS}


def test_with_its_package_cjk_is_drawn() -> None:
    pytest.importorskip("noto_cjk_sans_otc")
    letters = Lettering(20)
    assert letters.faces.lacking("夜 city 星空 かな 한글") == 0
    assert letters.width("夜a星") == pytest.approx(letters.width("夜") + letters.width("a") + letters.width("星"))
    drawn = written((80, 40), [(5, 25, "夜")], letters, 0).tobytes()
    assert drawn != written((80, 40), [(5, 25, "星")], letters, 0).tobytes()


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (17, 17)])
@pytest.mark.parametrize("options", [{}, {"place": "below"}, {"size": 200}])
def test_tiny_pictures_take_texts_too(size: tuple[int, int], options: dict[str, Any], tmp_path: Path) -> None:
    made = picture_of(run(WATERMARK, [shot(tmp_path, noise("RGB", size))], text="some words", **options))
    assert made.width == size[0]
    assert made.height >= size[1]


def test_what_would_be_enormous_is_refused(tmp_path: Path) -> None:
    narrow = shot(tmp_path, noise("RGB", (2, 2)))
    with pytest.raises(StepError, match="the text has 10,001 characters"):
        run(WATERMARK, [narrow], text="x" * 10_001)
    wide = shot(tmp_path, Image.new("L", (16000, 20)))
    with pytest.raises(StepError, match="megapixels"):
        run(WATERMARK, [wide], text="\n".join("x" * 500), size=20, place="below")


def test_alpha_and_grey_are_kept(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    made = picture_of(run(WATERMARK, [shot(tmp_path, clear)], text="x", gravity="center"))
    assert made.mode == "RGBA"
    assert np.asarray(made)[0, 0].tolist() == [0, 0, 0, 0]
    assert np.asarray(made)[..., 3].max() == 191
    assert picture_of(run(WATERMARK, [shot(tmp_path, noise("L"))], text="x")).mode == "RGB"
