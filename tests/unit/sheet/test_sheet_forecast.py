"""What is foretold of a sheet is what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sheet_runs import BASE, axis, make_plan, make_run, typewriter

from pace import in_loops
from teststrip.plan.model import Axis, AxisValue, Plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.build import make_sheets
from teststrip.sheet.forecast import MOST_PAGES, foresee, sheet_faults
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.pages import lay_out_pages

PROVIDER = find_provider("gptproto")
LARGE = {**BASE, "size": "832x1216"}
LIMITS = LayoutOptions()


def told(plan: Plan, spec: SheetSpec) -> list[str]:
    assert PROVIDER is not None
    return list(foresee(plan, spec, PROVIDER))


@pytest.mark.parametrize(
    ("steps", "seeds", "spec", "pages"),
    [
        (1, 3000, SheetSpec(rows=("steps",), cols=("seed",)), 16),
        (1, 3000, SheetSpec(cols=("seed",), pages=("steps",)), 4),
        (60, 90, SheetSpec(rows=("steps",), cols=("seed",)), 2),
        (30, 60, SheetSpec(rows=("steps",), pages=("seed",)), 60),
    ],
)
def test_what_is_too_large_is_split_and_so_no_fault(steps: int, seeds: int, spec: SheetSpec, pages: int) -> None:
    plan = make_plan([axis("steps", list(range(steps))), axis("seed", list(range(seeds)))], base=LARGE)
    assert told(plan, spec) == []
    laid = lay_out_pages(make_sheets(make_run(plan, Path("nowhere")), spec), typewriter)
    assert len(laid) == pages
    for _, layout in laid:
        assert layout.pixels <= LIMITS.most_pixels
        assert max(layout.width, layout.height) <= LIMITS.longest_side


def test_more_pages_than_anybody_looks_at_are_told() -> None:
    plan = make_plan([axis("seed", list(range(MOST_PAGES + 1)))])
    (fault,) = told(plan, SheetSpec(pages=("seed",)))
    assert fault.startswith(
        "this sheet would have about 10,001 pages, and at most 10,000 are drawn: put more axes"
    )
    assert told(plan, SheetSpec(rows=("seed",))) == []
    assert told(plan, SheetSpec(pages=("seed",), formats=("html", "csv"))) == []  # no page bounds those
    assert told(plan, SheetSpec(pages=("seed",), formats=("html", "png"))) == [fault]


MUCH = "tag, " * 60_000


@pytest.mark.parametrize(
    ("axes", "prompt"),
    [
        ([axis("steps", [1, 2])], MUCH),
        ([axis("style", [AxisValue("Short", "a"), AxisValue("Long", MUCH)], parameter=False)], "1girl"),
        ([axis("style", [AxisValue(MUCH, "a")], parameter=False), axis("steps", [1, 2])], "1girl"),
    ],
)
def test_a_text_that_fills_a_page_by_itself_is_told(axes: list[Axis], prompt: str) -> None:
    plan = make_plan(axes, base={**LARGE, "prompt": prompt})
    (fault,) = told(plan, SheetSpec())
    assert "30,000 a side" in fault
    assert "300,0" in fault
    assert fault.endswith(": shorten it")
    laid = lay_out_pages(make_sheets(make_run(plan, Path("nowhere")), SheetSpec()), typewriter)
    assert max(layout.height for _, layout in laid) > LIMITS.longest_side


def test_texts_beyond_all_measure_are_not_even_broken_into_lines() -> None:
    plan = make_plan([axis("steps", [1, 2])], base={**LARGE, "prompt": "x" * 5_000_000})
    faults, took = in_loops(lambda: told(plan, SheetSpec()))
    assert took < 30
    (fault,) = faults
    assert "prompt has 5,000,000 characters" in fault


def test_each_fault_is_at_its_sheet_and_without_sheets_at_the_axes() -> None:
    assert PROVIDER is not None
    plan = make_plan([axis("seed", list(range(MOST_PAGES + 1)))])
    specs = (SheetSpec(cols=("seed",)), SheetSpec(pages=("seed",)))
    assert [path for path, _ in sheet_faults(replace(plan, sheets=specs), PROVIDER)] == [("sheets", 1)]
    long = make_plan([axis("steps", [1])], base={**LARGE, "prompt": "x" * 5_000_000})
    assert [path for path, _ in sheet_faults(long, PROVIDER)] == [("axes",)]
    assert list(sheet_faults(replace(plan, cells=()), PROVIDER)) == []


def test_looking_ahead_takes_no_longer_for_more_cells() -> None:
    plan = make_plan(
        [axis("steps", list(range(40))), axis("scale", list(range(40))), axis("seed", list(range(40)))]
    )
    faults, took = in_loops(lambda: told(plan, SheetSpec()))
    assert took < 15
    assert faults == []


def test_a_part_of_a_page_explains_the_labels_that_stand_on_it() -> None:
    styles = [AxisValue(f"T{number}", None, {"prompt": f"{'word ' * 30}{number}"}) for number in range(400)]
    plan = make_plan([axis("steps", [1, 2]), axis("style", styles, parameter=False)], base=LARGE)
    sheets = make_sheets(make_run(plan, Path("nowhere")), SheetSpec(rows=("steps",), cols=("style",)))
    parts = [sheet for sheet, _ in lay_out_pages(sheets, typewriter)]
    assert 1 < len(parts) <= 8
    for part in parts:
        labels = {label.text for label in part.cols[0].labels}
        assert {meaning.label for meaning in part.meanings} == labels
    assert sum(len(part.meanings) for part in parts) == 400
