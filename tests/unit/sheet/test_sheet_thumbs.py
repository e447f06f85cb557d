"""Thumbnails: made once, kept in the store, and never to be seen in the sheet's bytes whether kept or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from sheet_runs import BASE, axis, make_plan, make_run

from teststrip.base.json import sha256
from teststrip.plan.model import Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.folder import THUMBS_NAMES
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.sheet.arrivals import Arrivals
from teststrip.sheet.model import Picture
from teststrip.sheet.pictures import shown
from teststrip.sheet.thumbs import LARGE as LARGE_SIDE
from teststrip.sheet.thumbs import SMALL, keep_thumbnails, side_for, thumb_size, thumbnail
from teststrip.sheet.write import write_sheets

LARGE = (832, 1216)


def stored(root: Path, image: Image.Image, form: str = "PNG") -> Picture:
    """Put a picture into a store; return it as a sheet knows it."""
    path = root / f"loose.{form}"
    root.mkdir(parents=True, exist_ok=True)
    image.save(path, form)
    kept = Store(root / "store").put(path.read_bytes())
    return Picture(kept.path, kept.sha256, *image.size)


def gradient(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


def kept_thumbs(root: Path) -> list[Path]:
    """Return the thumbnails in a store, the larger ones first."""
    return [one for name in THUMBS_NAMES.values() for one in sorted((root / "store" / name).rglob("*.*"))]


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((160, 90), (160, 90), (160, 90)),
        ((512, 512), (512, 512), (128, 128)),
        ((640, 640), (640, 640), (160, 160)),
        ((832, 1216), (416, 608), (104, 152)),
        ((1024, 1024), (512, 512), (128, 128)),
        ((2048, 1025), (512, 257), (128, 65)),
        ((30_000, 7), (639, 1), (160, 1)),
    ],
)
def test_a_thumbnail_is_a_whole_part_of_the_picture(
    size: tuple[int, int], large: tuple[int, int], small: tuple[int, int]
) -> None:
    assert (thumb_size(size), thumb_size(size, SMALL)) == (large, small)


@pytest.mark.parametrize(
    ("size", "shown_as", "side"),
    [
        ((832, 1216), (96, 140), SMALL),
        ((832, 1216), (104, 152), SMALL),
        ((832, 1216), (105, 152), LARGE_SIDE),
        ((832, 1216), (417, 608), None),
        ((512, 512), (128, 128), SMALL),
        ((512, 512), (129, 129), None),
        ((100, 100), (50, 50), None),
    ],
)
def test_a_picture_is_drawn_from_the_smallest_thumbnail_that_is_large_enough(
    size: tuple[int, int], shown_as: tuple[int, int], side: int | None
) -> None:
    assert side_for(size, shown_as) == side


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_they_are_kept_beside_the_pictures_and_look_like_them(tmp_path: Path, form: str) -> None:
    picture = stored(tmp_path, gradient(LARGE), form)
    keep_thumbnails(picture.path, picture.sha256)
    kept = kept_thumbs(tmp_path)
    assert [one.name for one in kept] == [f"{picture.sha256}.jpg"] * 2
    for one, size in zip(kept, ((416, 608), (104, 152)), strict=True):
        with Image.open(one) as image:
            assert image.size == size
            assert image.convert("L").getpixel((size[0] // 2, size[1] // 2)) == pytest.approx(127, abs=4)


def test_a_small_or_damaged_picture_gets_none(tmp_path: Path) -> None:
    small = stored(tmp_path, gradient((160, 160)))
    broken = stored(tmp_path, gradient(LARGE))
    broken.path.write_bytes(broken.path.read_bytes()[:200])
    for picture in (small, broken):
        keep_thumbnails(picture.path, picture.sha256)
    keep_thumbnails(tmp_path / "missing.png", "ab" * 32)
    assert kept_thumbs(tmp_path) == []
    assert thumbnail(broken.path, broken.sha256, (96, 140)) is None


def test_a_picture_outside_a_store_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    gradient(LARGE).save(path)
    made = thumbnail(path, sha256(path.read_bytes()), (96, 140))
    assert made is not None
    assert sorted(one.name for one in tmp_path.iterdir()) == ["mine.png"]


def test_transparent_parts_stay_transparent_and_hidden_data_does_not_count(tmp_path: Path) -> None:
    half = gradient(LARGE, "RGBA")
    half.paste((250, 0, 0, 0), (0, 0, 400, 1216))
    seen = stored(tmp_path, half)
    keep_thumbnails(seen.path, seen.sha256)
    assert [one.suffix for one in kept_thumbs(tmp_path)] == [".png"] * 2
    for size in ((104, 152), (208, 304)):
        pixels = shown(seen, size, (1, 2, 3))
        assert pixels is not None
        assert pixels.getpixel((5, 5)) == (1, 2, 3)
    stealth = gradient(LARGE, "RGBA")
    stealth.putalpha(Image.effect_noise(LARGE, 1).point(lambda value: 254 + value % 2))
    hiding = stored(tmp_path / "other", stealth)
    keep_thumbnails(hiding.path, hiding.sha256)
    assert [one.suffix for one in kept_thumbs(tmp_path / "other")] == [".jpg"] * 2


def run_of(root: Path) -> Run:
    pictures = [stored(root, gradient(LARGE).rotate(90 * turn)) for turn in range(3)]

    def outcome(cell: Cell) -> Outcome:
        picture = pictures[cell.coordinates[0]]
        artifact = Store(root / "store").artifact(picture.sha256, "image/png", picture.path.stat().st_size)
        return Outcome(cell.digest, State.DONE, (artifact,))

    plan = make_plan([axis("steps", [4, 8, 12])], base={**BASE, "size": "832x1216"})
    return make_run(plan, root / "run", outcome)


def test_the_sheet_is_the_same_with_thumbnails_without_and_where_none_can_be_kept(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    specs = (SheetSpec(formats=("png", "pdf"), cell_width=200), SheetSpec(cell_width=96))
    made = [path.read_bytes() for path in write_sheets(run, tmp_path / "made", specs=specs)]
    assert len(kept_thumbs(tmp_path)) == 6
    found = [path.read_bytes() for path in write_sheets(run, tmp_path / "found", specs=specs)]
    for thumb in kept_thumbs(tmp_path):
        thumb.write_bytes(b"\xff\xd8\xffdamaged")
    mended = [path.read_bytes() for path in write_sheets(run, tmp_path / "mended", specs=specs)]
    for thumb in kept_thumbs(tmp_path):
        thumb.unlink()
        thumb.parent.rmdir()
        thumb.parent.write_text("in the way")
    nowhere = [path.read_bytes() for path in write_sheets(run, tmp_path / "nowhere", specs=specs)]
    assert made == found == mended == nowhere


def test_pictures_that_arrive_get_their_thumbnails(tmp_path: Path) -> None:
    picture = stored(tmp_path, gradient(LARGE))
    with Arrivals(tmp_path / "store") as arrivals:
        arrivals.take([picture.sha256, "0" * 64])
        arrivals.take([])
        arrivals.idle()
    assert [one.stem for one in kept_thumbs(tmp_path)] == [picture.sha256] * 2


def test_a_picture_shown_large_is_drawn_from_the_original(tmp_path: Path) -> None:
    fine = Image.effect_noise(LARGE, 90).convert("RGB")
    picture = stored(tmp_path, fine)
    assert shown(picture, LARGE, (0, 0, 0)) is not None
    pixels = shown(picture, LARGE, (0, 0, 0))
    assert pixels is not None
    assert pixels.tobytes() == fine.tobytes()
