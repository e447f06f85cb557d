"""Animations along one axis: a frame a value, one size, all other axes where they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sheet_runs import axis, colour_of, done, make_plan, make_run

from teststrip.errors import UsageError
from teststrip.plan.model import Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.animate import bare, films, frame_options, steady
from teststrip.sheet.build import make_sheets
from teststrip.sheet.fonts import Typeface
from teststrip.sheet.leaf import Leaf
from teststrip.sheet.pages import each_page
from teststrip.sheet.write import write_sheets

FACE = Typeface()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    plan = make_plan([axis("steps", [4, 8, 12]), axis("scale", [4.0, 5.0]), axis("style", ["ink", "oil"])])
    return make_run(plan, tmp_path / "run", done(tmp_path / "store"))


@pytest.mark.parametrize("form", ["gif", "webp"])
def test_there_is_a_frame_for_each_value_with_its_pictures(run: Run, tmp_path: Path, form: str) -> None:
    (file,) = write_sheets(run, tmp_path, specs=(SheetSpec(animate="steps", formats=(form,)),))
    assert file.name == f"sheet.{form}"
    by_place = {cell.coordinates: colour_of(cell) for cell in run.plan.cells}
    with Image.open(file) as film:
        assert film.n_frames == 3  # type: ignore[attr-defined]  # both formats have it
        for step in range(3):
            film.seek(step)
            frame = np.asarray(film.convert("RGB")).reshape(-1, 3).astype(int)
            for place in ((step, 0, 0), (step, 1, 1)):
                assert np.abs(frame - by_place[place]).sum(axis=1).min() < 20


def test_an_axis_that_turns_pages_makes_a_film_for_each_value(run: Run, tmp_path: Path) -> None:
    spec = SheetSpec(cols=("scale",), pages=("style",), animate="steps", formats=("webp", "png"))
    names = [path.name for path in write_sheets(run, tmp_path, specs=(spec,))]
    assert names == [*(f"sheet-0{page}.png" for page in range(1, 7)), "sheet-01.webp", "sheet-02.webp"]


def test_the_same_run_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    specs = (SheetSpec(animate="steps", formats=("gif", "webp")),)
    one = [path.read_bytes() for path in write_sheets(run, tmp_path / "one", specs=specs)]
    assert one == [path.read_bytes() for path in write_sheets(run, tmp_path / "other", specs=specs)]


def test_a_gif_needs_an_axis_to_run_along(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a gif needs `animate`"):
        write_sheets(run, tmp_path / "out", specs=(SheetSpec(formats=("gif",)),))
    assert not (tmp_path / "out").exists()


def test_boxes_stand_still_whatever_is_in_them(tmp_path: Path) -> None:
    """A frame without pictures would else be laid out for the size that was asked for, in another scale."""
    plan = make_plan([axis("steps", [4, 8, 12]), axis("scale", [4.0, 5.0]), axis("style", ["ink", "oil"])])
    large = done(tmp_path / "store", (200, 100))

    def outcome(cell: Cell) -> Outcome:
        failed = cell.coordinates[0] == 1 or cell.coordinates == (2, 0, 0)
        return Outcome(cell.digest, State.FAILED, (), "no luck " * 40) if failed else large(cell)

    run = make_run(plan, tmp_path / "run", outcome)
    spec = SheetSpec(rows=("style",), cols=("scale",), animate="steps")
    laid = each_page(map(bare, make_sheets(run, spec)), FACE.measure, frame_options(spec))
    (film,) = films((Leaf(sheet, layout) for sheet, _, layout in laid), "steps")
    assert len({leaf.layout.boxes for leaf in film.frames}) > 1
    still = steady(film, FACE.measure, frame_options(spec))
    assert len({leaf.layout.boxes for leaf in still.frames}) == 1
    assert [leaf.sheet for leaf in still.frames] == [leaf.sheet for leaf in film.frames]
