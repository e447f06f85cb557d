"""Pages drawn strip by strip are the page, whatever the strips; JPEG and WebP show the same; themes colour it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from sheet_runs import BASE, axis, done, make_plan, make_run, picture

from teststrip.plan.model import Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.build import make_sheets
from teststrip.sheet.draw import Studio, draw, make_threads, strip_height, strips
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.layout import lay_out
from teststrip.sheet.placed import Align, Layout, Line, Style, Tone
from teststrip.sheet.themes import THEMES
from teststrip.sheet.write import write_sheets

FACE = Typeface()
STUDIO = Studio(FACE, make_threads(), THEMES["light"])


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Twelve cells, some without a picture and one whose picture is damaged."""

    def outcome(cell: Cell) -> Outcome:
        if cell.coordinates == (0, 1):
            return Outcome(cell.digest, State.FAILED, reason="the server said nothing at all for a long time")
        if cell.coordinates == (2, 2):
            broken = picture(tmp_path / "store" / "broken.png", (200, 300))
            Path(broken.place).write_bytes(Path(broken.place).read_bytes()[:120])
            return Outcome(cell.digest, State.DONE, (broken,))
        return done(tmp_path / "store")(cell)

    plan = make_plan(
        [axis("sampler", ["k_euler", "ddim_v3", "k_dpmpp_2m"]), axis("steps", [4, 8, 12, 20])],
        base={**BASE, "size": "200x300", "n": 2},
    )
    return make_run(plan, tmp_path / "run", outcome)


def laid(run: Run) -> Layout:
    return lay_out(make_sheets(run, SheetSpec(caption="gypq ${{ steps }}"))[0], FACE.measure)


def joined(layout: Layout, height: int | None) -> Image.Image:
    made = list(strips(layout, STUDIO, height))
    whole = Image.new("RGB", (layout.width, layout.height))
    for number, strip in enumerate(made):
        whole.paste(strip, (0, number * made[0].height))
    return whole


@pytest.mark.parametrize("height", [1, 7, 16, 64, 251, None])
def test_the_strips_do_not_show(run: Run, height: int | None) -> None:
    layout = laid(run)
    assert joined(layout, height).tobytes() == joined(layout, layout.height).tobytes()


def test_strips_are_as_high_as_jpeg_blocks_and_bounded(run: Run) -> None:
    for width in (480, 5_000, 30_000):
        assert strip_height(width) % 16 == 0
        assert width * strip_height(width) <= max(1_500_000, 64 * width)
    layout = laid(run)
    assert next(strips(layout, STUDIO, 100)).size == (layout.width, 100)


@pytest.mark.parametrize("form", ["jpg", "webp"])
def test_lossy_pages_show_what_the_png_shows(run: Run, tmp_path: Path, form: str) -> None:
    png, other = write_sheets(run, tmp_path, specs=(SheetSpec(formats=("png", form), width=3000),))
    with Image.open(png) as one, Image.open(other) as two:
        assert (two.size, two.mode, two.format) == (one.size, "RGB", "JPEG" if form == "jpg" else "WEBP")
        assert one.size[0] == 3000  # several strips
        difference = ImageStat.Stat(ImageChops.difference(one, two))
        assert max(difference.mean) < 1.5


def test_a_jpeg_of_many_strips_is_read_to_its_end_and_says_its_title(run: Run, tmp_path: Path) -> None:
    plan_rows = SheetSpec(
        super_rows=("sampler",), rows=("steps",), formats=("jpg",), width=4000, title="A <b>title</b>"
    )
    (file,) = write_sheets(run, tmp_path, specs=(plan_rows,))
    with Image.open(file) as image:
        image.load()
        assert image.size[1] > 9 * strip_height(image.size[0])  # restart markers count to eight and begin again
        assert image.info["comment"] == b"A <b>title</b>"
        bottom = image.crop((0, image.size[1] - 8, image.size[0], image.size[1])).resize((1, 1))
        assert bottom.getpixel((0, 0)) == pytest.approx(THEMES["light"][Tone.PAPER], abs=3)


@pytest.mark.parametrize("form", ["png", "jpg", "webp"])
def test_the_same_run_gives_the_same_bytes_in_every_format(run: Run, tmp_path: Path, form: str) -> None:
    specs = (SheetSpec(formats=(form,)),)
    one, other = (write_sheets(run, tmp_path / name, specs=specs) for name in ("one", "other"))
    assert one[0].read_bytes() == other[0].read_bytes()


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_colours_the_paper(run: Run, tmp_path: Path, theme: str) -> None:
    (file,) = write_sheets(run, tmp_path, specs=(SheetSpec(theme=theme),))
    with Image.open(file) as image:
        assert image.getpixel((0, 0)) == THEMES[theme][Tone.PAPER]


def test_what_is_transparent_lies_on_the_paper_of_the_theme(tmp_path: Path) -> None:
    glass = tmp_path / "glass.png"
    Image.new("RGBA", (64, 96), (200, 0, 0, 0)).save(glass)
    made = picture(tmp_path / "other.png", (64, 96))
    shown = type(made)(made.sha256, made.media_type, made.size, str(glass))
    run = make_run(make_plan([]), tmp_path, lambda cell: Outcome(cell.digest, State.DONE, (shown,)))
    layout = laid(run)
    dark = draw(layout, Studio(FACE, STUDIO.threads, THEMES["dark"]))
    at = layout.prints[0].area
    assert dark.getpixel((at.x + 5, at.y + 5)) == THEMES["dark"][Tone.PAPER]


@pytest.mark.parametrize("wide", [480, 900, 1600])
def test_a_page_is_as_wide_as_asked_where_its_pictures_are_large_enough(tmp_path: Path, wide: int) -> None:
    plan = make_plan(
        [axis("sampler", ["k_euler", "ddim_v3"]), axis("steps", [4, 8, 12])], base={**BASE, "size": "832x1216"}
    )
    run = make_run(plan, tmp_path, lambda cell: Outcome(cell.digest, State.PLANNED))
    (file,) = write_sheets(run, tmp_path / "out", specs=(SheetSpec(width=wide),))
    layout = lay_out(make_sheets(run, SheetSpec())[0], FACE.measure)
    with Image.open(file) as image:
        assert image.size[0] == wide
        assert image.size[1] != layout.height


def test_a_page_never_enlarges_its_pictures(run: Run, tmp_path: Path) -> None:
    (file,) = write_sheets(run, tmp_path, specs=(SheetSpec(width=4000),))
    with Image.open(file) as image:
        assert image.size[0] == 4000
        right = image.crop((3000, 0, 4000, 300)).convert("RGB")
        assert right.getextrema() == tuple((channel, channel) for channel in THEMES["light"][Tone.PAPER])


@pytest.mark.parametrize("align", ["left", "middle", "right"])
@pytest.mark.parametrize("text", ["seed 12", "Qgypq", "j", "ÀÉj.", " ", "夜の港", "f\u0301"])
def test_a_label_that_is_drawn_again_looks_as_if_drawn_directly(text: str, align: Align) -> None:
    line = Line(0, 0, text, Style(13, 600, Tone.INK), align)
    ((_, face),) = FACE.runs(text)
    direct = Image.new("RGB", (200, 40), (250, 240, 230))
    anchor = {"left": "ls", "middle": "ms", "right": "rs"}[align]
    ImageDraw.Draw(direct).text((100, 28), text, fill=(9, 20, 30), font=FACE.font(line.style, face), anchor=anchor)
    for _ in range(2):
        drawn = Image.new("RGB", (200, 40), (250, 240, 230))
        FACE.write(ImageDraw.Draw(drawn), (100, 28), line, (9, 20, 30))
        assert drawn.tobytes() == direct.tobytes()
