"""The PNG: same run, same bytes; every picture where the layout says; a damaged file is told, not fatal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sheet_runs import BASE, axis, colour_of, done, make_plan, make_run, picture

from teststrip.errors import UsageError
from teststrip.plan.model import AxisValue, Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.build import make_sheets
from teststrip.sheet.draw import Studio, make_threads
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.layout import lay_out
from teststrip.sheet.placed import Layout, Tone
from teststrip.sheet.png import write_png
from teststrip.sheet.themes import THEMES
from teststrip.sheet.write import write_sheets

FACE = Typeface()
LIGHT = THEMES["light"]
STUDIO = Studio(FACE, make_threads(), LIGHT)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    plan = make_plan([axis("sampler", ["k_euler", "ddim_v3"]), axis("steps", [4, 8, 12])])
    return make_run(plan, tmp_path / "run", done(tmp_path / "store"))


def laid(run: Run) -> Layout:
    return lay_out(make_sheets(run, SheetSpec())[0], FACE.measure)


def channels(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    return tuple(int(channel) for channel in pixel)


def test_the_same_run_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    (one,) = write_sheets(run, tmp_path / "one")
    (other,) = write_sheets(run, tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()


def test_the_file_says_its_title_and_nothing_of_when_or_where(run: Run, tmp_path: Path) -> None:
    with Image.open(write_png(laid(run), tmp_path / "sheet.png", STUDIO)) as image:
        image.load()
        assert image.info == {"Software": "teststrip", "Title": "Which sampler?"}


def test_every_picture_stands_in_its_box_uncut(run: Run, tmp_path: Path) -> None:
    layout = laid(run)
    by_digest = {cell.digest: cell for cell in run.plan.cells}
    (sheet,) = make_sheets(run, SheetSpec())
    with Image.open(write_png(layout, tmp_path / "sheet.png", STUDIO)) as image:
        assert image.size == (layout.width, layout.height)
        for box, placed in zip(sheet.boxes, layout.prints, strict=True):
            area, colour = placed.area, colour_of(by_digest[box.digest])
            corners = [(area.x, area.y), (area.right - 1, area.bottom - 1), (area.x + area.width // 2, area.y)]
            assert [channels(image, corner) for corner in corners] == [colour] * 3
            assert channels(image, (area.x - 1, area.y)) != colour


def test_paper_is_warm_and_text_is_ink(run: Run, tmp_path: Path) -> None:
    layout = laid(run)
    with Image.open(write_png(layout, tmp_path / "sheet.png", STUDIO)) as image:
        assert channels(image, (0, 0)) == LIGHT[Tone.PAPER]
        title = next(block.area for block in layout.blocks if block.what == "title")
        part = image.crop((title.x, title.y, title.right, title.bottom)).convert("L")
        darkest, lightest = part.getextrema()
        assert darkest < 60  # type: ignore[operator]  # one band: a pair of numbers
        assert lightest > 240  # type: ignore[operator]  # as above


def luminance(colour: tuple[int, int, int]) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", [Tone.INK, Tone.SOFT, Tone.FAINT, Tone.TROUBLE, Tone.DOUBT])
def test_every_text_tone_reads_on_paper_and_mat(tone: Tone, theme: str) -> None:
    for ground in (Tone.PAPER, Tone.MAT):
        lights = sorted(luminance(THEMES[theme][one]) + 0.05 for one in (ground, tone))
        assert lights[1] / lights[0] >= 4.5


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "text"])
def test_a_damaged_picture_leaves_a_box_that_says_so(run: Run, tmp_path: Path, damage: str) -> None:
    whole = laid(run)
    path = whole.prints[2].picture.path
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "truncated": path.read_bytes()[:70], "text": b"<html>502</html>"}[damage])
    layout = laid(run)
    assert layout.boxes == whole.boxes
    with Image.open(write_png(layout, tmp_path / "sheet.png", STUDIO)) as image:
        area = layout.prints[2].area
        assert channels(image, (area.x + 2, area.y + 2)) == LIGHT[Tone.MAT]
        first = layout.prints[0].area
        assert channels(image, (first.x + 2, first.y + 2)) != LIGHT[Tone.MAT]


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16", "1"])
def test_pictures_of_every_mode_are_drawn(tmp_path: Path, mode: str) -> None:
    def outcome(cell: Cell) -> Outcome:
        path = tmp_path / "odd.png"
        Image.new(mode, (64, 96)).save(path)
        return Outcome(cell.digest, State.DONE, (Artifact("0" * 64, "image/png", 1, str(path)),))

    layout = laid(make_run(make_plan([]), tmp_path, outcome))
    with Image.open(write_png(layout, tmp_path / "sheet.png", STUDIO)) as image:
        area = layout.prints[0].area
        shown = channels(image, (area.x + 5, area.y + 5))
        assert shown == (LIGHT[Tone.PAPER] if mode in {"LA", "RGBA"} else (0, 0, 0))


def test_sixteen_bit_grey_keeps_its_brightness(tmp_path: Path) -> None:
    def outcome(cell: Cell) -> Outcome:
        path = tmp_path / "grey.png"
        Image.new("I;16", (64, 96), 128 * 257).save(path)
        return Outcome(cell.digest, State.DONE, (Artifact("0" * 64, "image/png", 1, str(path)),))

    layout = laid(make_run(make_plan([]), tmp_path, outcome))
    with Image.open(write_png(layout, tmp_path / "sheet.png", STUDIO)) as image:
        assert channels(image, (layout.prints[0].area.x + 5, layout.prints[0].area.y + 5)) == (128, 128, 128)


def test_large_pictures_are_shrunk_to_their_boxes(tmp_path: Path) -> None:
    plan = make_plan([axis("steps", [4, 8, 12, 20])], base={**BASE, "size": "832x1216"})
    layout = laid(make_run(plan, tmp_path, done(tmp_path / "store")))
    assert {(placed.area.width, placed.area.height) for placed in layout.prints} == {(390, 570)}


def test_hostile_text_is_drawn_as_text(tmp_path: Path) -> None:
    nasty = "<script>\x1b[31m\x00\u202e" + "x" * 3000 + "\ud800 夜 🎨 مرحبا"
    run = make_run(
        make_plan([axis("seed", [1, 2])]), tmp_path, lambda cell: Outcome(cell.digest, State.FAILED, reason=nasty)
    )
    (file,) = write_sheets(run, tmp_path, specs=(SheetSpec(title=nasty, caption="${{ label.seed }}"),))
    with Image.open(file) as image:
        assert image.format == "PNG"


def test_one_page_is_called_sheet_and_several_are_numbered(run: Run, tmp_path: Path) -> None:
    assert [path.name for path in write_sheets(run, tmp_path)] == ["sheet.png"]
    paged = (SheetSpec(cols=("steps",), pages=("sampler",)), SheetSpec())
    assert [path.name for path in write_sheets(run, tmp_path, specs=paged)] == [
        "sheet-01-01.png",
        "sheet-01-02.png",
        "sheet-02.png",
    ]


def test_pages_of_an_earlier_sheet_do_not_stay_and_other_files_do(run: Run, tmp_path: Path) -> None:
    for name in ("sheet-07.png", "sheet.jpeg", "sheet-mine.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    write_sheets(run, tmp_path)
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert left == {"sheet.png", "sheet.jpeg", "sheet-mine.png", "notes.txt"}


def test_in_a_folder_of_somebody_else_only_what_was_asked_for_is_tidied(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("sheet.csv", "sheet-02.pdf", "sheet-03.png"):
        (folder / name).write_bytes(b"mine")
    write_sheets(run, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["sheet-02.pdf", "sheet.csv", "sheet.png"]
    (folder / "plan.lock.json").write_bytes(b"{}")
    write_sheets(run, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["plan.lock.json", "sheet.png"]


def test_the_plans_own_sheets_are_written(tmp_path: Path) -> None:
    plan = make_plan([axis("steps", [4, 8])], sheets=(SheetSpec(rows=("steps",), title="Down"),))
    (file,) = write_sheets(make_run(plan, tmp_path), tmp_path / "sheets")
    with Image.open(file) as image:
        assert image.info["Title"] == "Down"


def test_an_unknown_format_is_refused_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'pfd' is no format of sheets; there are: png"):
        write_sheets(run, tmp_path / "sheets", specs=(SheetSpec(formats=("png", "pfd")),))
    assert not (tmp_path / "sheets").exists()


def test_a_cell_width_can_be_asked_for(run: Run, tmp_path: Path) -> None:
    (small,) = write_sheets(run, tmp_path / "small", options=LayoutOptions(cell_width=32))
    (large,) = write_sheets(run, tmp_path / "large", options=LayoutOptions(cell_width=64))
    with Image.open(small) as one, Image.open(large) as other:
        assert one.size[1] < other.size[1]


def test_a_picture_shown_twice_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = picture(tmp_path / "same.png", (64, 96))
    run = make_run(
        make_plan([axis("steps", [4, 8, 12])]), tmp_path, lambda cell: Outcome(cell.digest, State.DONE, (made,))
    )
    layout = laid(run)
    opened: list[Path] = []
    really_open = Image.open

    def counting(path: Path) -> Image.Image:
        opened.append(path)
        return really_open(path)

    monkeypatch.setattr(Image, "open", counting)
    write_png(layout, tmp_path / "sheet.png", STUDIO)
    assert opened == [made.path]


@pytest.mark.parametrize("form", ["png", "pdf", "html"])
def test_a_plan_and_its_lock_make_the_same_sheet(tmp_path: Path, form: str) -> None:
    """They have the members of a request in different orders: what differs stands last in a lock."""
    other = {**BASE, "legacy": False}
    ways = [AxisValue(name, sets={"action": name}) for name in ("generate", "again")]
    plan = make_plan([axis("way", ways, parameter=False), axis("seed", [1, 2])], base=other)
    varying = ("action", "seed")
    cells = [
        Cell(
            cell.coordinates,
            {name: cell.request[name] for name in sorted(cell.request, key=lambda name: name in varying)},
            cell.digest,
        )
        for cell in plan.cells
    ]
    assert list(cells[0].request) != list(plan.cells[0].request)
    outcome = done(tmp_path / "store")
    made = []
    for name, one in (("plan", plan), ("lock", replace(plan, cells=tuple(cells)))):
        run = make_run(one, tmp_path / "run", outcome)
        spec = SheetSpec(cols=("seed",), pages=("way",), formats=(form,))
        made.append([file.read_bytes() for file in write_sheets(run, tmp_path / name, specs=(spec,))])
    assert made[0] == made[1]
