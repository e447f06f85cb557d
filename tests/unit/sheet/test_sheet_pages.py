"""Pages that are too large come in parts, and so few boxes at once as one likes; parts add up to the whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from sheet_runs import BASE, axis, done, make_plan, make_run, typewriter, with_scores

from teststrip.plan.model import Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.alt import alt_texts
from teststrip.sheet.animate import frame_options
from teststrip.sheet.build import each_sheet, make_sheets
from teststrip.sheet.draw import make_threads
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.model import Box, Header, Label, Sheet, Status
from teststrip.sheet.pages import each_page, lay_out_pages
from teststrip.sheet.wishes import wishes_of
from teststrip.sheet.write import write_sheets


def large_run(rows: int, columns: int, base: str = "832x1216") -> Run:
    plan = make_plan(
        [axis("scale", list(range(rows))), axis("seed", list(range(columns)))], base={**BASE, "size": base}
    )
    shown = Artifact("ab" * 32, "image/png", 1, "/nowhere/ab.png")
    return make_run(plan, Path("run"), lambda cell: Outcome(cell.digest, State.DONE, (shown,)))


def spread(sheets: list[Sheet]) -> Counter[str]:
    return Counter(box.digest for sheet in sheets for box in sheet.boxes)


@pytest.mark.parametrize(("rows", "columns"), [(30, 40), (1, 500), (500, 1), (7, 11)])
@pytest.mark.parametrize("most", [1, 64, 300])
def test_parts_have_every_box_once_and_no_more_than_asked(rows: int, columns: int, most: int) -> None:
    run = large_run(rows, columns)
    spec = SheetSpec(rows=("scale",), cols=("seed",))
    parts = list(each_sheet(run, spec, size_of=lambda _: (832, 1216), most=most))
    assert all(len(part.boxes) <= most for part in parts)
    assert spread(parts) == Counter(cell.digest for cell in run.plan.cells)
    for part in parts:
        assert {(box.row, box.column) for box in part.boxes} == {
            (row, column) for row in range(part.row_count) for column in range(part.column_count)
        }
        labels = [label.text for header in part.rows for label in header.labels]
        assert labels == [str(part.whole.row + row) for row in range(part.row_count)]  # type: ignore[union-attr]  # each has


def test_one_axis_that_runs_through_lines_comes_in_whole_lines() -> None:
    plan = make_plan([axis("seed", list(range(100)))])
    run = make_run(plan, Path("run"))
    parts = list(each_sheet(run, SheetSpec(), most=30))
    whole = make_sheets(run, SheetSpec())[0]
    assert [part.column_count for part in parts[:-1]] == [whole.column_count] * (len(parts) - 1)
    assert [box.label for part in parts for box in part.boxes] == [str(number) for number in range(100)]
    assert parts[1].part == f"rows {parts[0].row_count + 1}–{2 * parts[0].row_count} of {whole.row_count}"


def test_all_parts_of_a_page_show_their_pictures_at_one_scale() -> None:
    run = large_run(40, 40)
    sizes = iter([(832, 1216), (416, 608)] * 800)
    made = each_sheet(run, SheetSpec(rows=("scale",), cols=("seed",)), size_of=lambda _: next(sizes), most=200)
    scales = {layout.scale for _, _, layout in each_page(made, typewriter, LayoutOptions())}
    assert len(scales) == 1


def test_pages_laid_out_one_by_one_are_those_laid_out_together() -> None:
    run = large_run(70, 70)
    spec = SheetSpec(rows=("scale",), cols=("seed",))
    sheets = make_sheets(run, spec, lambda _: (832, 1216))
    options = LayoutOptions(most_pixels=4_000_000)
    together = lay_out_pages(sheets, typewriter, options)
    one_by_one = [sheet for sheet, _, _ in each_page(iter(sheets), typewriter, options)]
    assert [(sheet.part, sheet.boxes) for sheet, _ in together] == [(one.part, one.boxes) for one in one_by_one]
    assert all(layout.pixels <= 4_000_000 for _, layout in together)
    assert [sheet.page for sheet, _ in together] == list(range(1, len(together) + 1))


def test_formats_bound_the_page() -> None:
    assert wishes_of(SheetSpec()).longest_side == 30_000
    assert wishes_of(SheetSpec(formats=("webp", "png"))).longest_side == 16_383
    assert wishes_of(SheetSpec(formats=("webp",))).most_pixels < wishes_of(SheetSpec()).most_pixels
    asked = wishes_of(SheetSpec(width=1234), LayoutOptions(most_pixels=5))
    assert (asked.page_width, asked.most_pixels) == (1234, 5)


def test_captions_have_scores_and_say_nothing_of_them_where_nothing_is_drawn_yet() -> None:
    plan = make_plan([axis("steps", [4, 8, 12])])

    def outcome(cell: Cell) -> Outcome:
        state = State.PLANNED if cell.coordinates == (2,) else State.DONE
        kept = (Artifact("ab" * 32, "image/png", 1, "/nowhere/ab.png"),) if state is State.DONE else ()
        return Outcome(cell.digest, state, kept)

    other = Artifact("cd" * 32, "image/png", 1, "/nowhere/cd.png")
    first_cell = plan.cells[0].digest
    run = with_scores(
        make_run(plan, Path("run"), outcome), {first_cell: {"sharpness": 0.25}}, {first_cell: (other,)}
    )
    spec = SheetSpec(caption="sharp: ${{ scores.sharpness }}")
    (sheet,) = make_sheets(run, spec, lambda _: (64, 96))
    first, second, third = sheet.boxes
    assert first.caption == "sharp: 0.25"
    assert [picture.sha256 for picture in first.pictures] == ["cd" * 32]
    assert second.caption.startswith("no caption:")
    assert third.caption == ""


def test_every_box_is_said_in_words() -> None:
    sheet = Sheet(
        title="T",
        rows=(Header("style", (Label("ink", 0, 2),)), Header("scale", (Label("4", 0, 1), Label("5", 1, 1)))),
        cols=(Header("steps", (Label("8", 0, 1),)),),
        row_count=2,
        column_count=1,
        boxes=(Box(0, 0, Status.DONE, caption="seed 1"), Box(1, 0, Status.FAILED, reason="no memory")),
    )
    assert alt_texts(sheet) == (
        "style ink, scale 4, steps 8; done; seed 1",
        "style ink, scale 5, steps 8; failed: no memory",
    )


def test_threads_are_few() -> None:
    with make_threads() as threads:
        assert 1 <= threads._max_workers <= 8  # noqa: SLF001  the standard library says it nowhere else


def test_no_page_is_wider_than_its_formats_hold(tmp_path: Path) -> None:
    """A width that is too large for a format would be met after paying: the page is as wide as it can be."""
    plan = make_plan([axis("seed", [1, 2, 3]), axis("steps", [4, 8])])
    run = make_run(plan, tmp_path / "run", done(tmp_path / "store"))
    for formats, most in ((("webp",), 16_383), (("png",), 30_000)):
        spec = SheetSpec(rows=("steps",), cols=("seed",), width=30_000, formats=formats)
        assert wishes_of(spec).page_width == most
    spec = SheetSpec(cols=("seed",), animate="steps", width=30_000, formats=("gif",))
    page_width = frame_options(spec).page_width
    assert page_width is not None
    assert page_width <= frame_options(spec).longest_side
    wide = SheetSpec(cols=("seed",), width=30_000, formats=("webp",))
    file = write_sheets(run, tmp_path, specs=(wide,))[0]
    with Image.open(file) as page:
        assert page.width == 16_383
