"""For everybody: an axe-core scan of what is shown, in both themes; a phone; a reader of the screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from chromium import Opens
from page_runs import painted_run
from playwright.sync_api import Page, expect
from sheet_runs import axis

from teststrip.plan.model import AxisValue, Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Outcome
from teststrip.run.state import State
from teststrip.sheet.html import write_page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def sheet(tmp_path: Path) -> Path:
    """A sheet with all that can be on one: long labels, notes, failures, super-axes, sliders."""
    styles: list[str | AxisValue] = [
        AxisValue("Ink", "ink", note="with a brush"),
        AxisValue("Watercolour " * 8, "wc"),
        "oil",
    ]
    axes = [
        axis("sampler", ["k_euler", "ddim_v3"]),
        axis("scale", [4, 5, 6]),
        axis("style", styles, parameter=False),
        axis("seed", [1, 2]),
    ]

    def end(number: int, cell: Cell) -> Outcome | None:
        states = {2: State.FAILED, 4: State.MODERATED, 6: State.PLANNED}
        return Outcome(cell.digest, states[number], (), "a reason") if number in states else None

    run = painted_run(tmp_path, axes, ends=end)
    spec = SheetSpec(rows=("style",), cols=("sampler", "scale"), caption="seed ${{ seed }}")
    return write_page(run, spec, tmp_path / "sheet.html")


def scan(page: Page) -> list[str]:
    """Return what axe-core finds serious."""
    if not AXE.exists():
        if os.environ.get("CI"):
            pytest.fail("axe-core is not installed: scripts/browser.sh does it")
        pytest.skip("axe-core is not installed; scripts/browser.sh does it")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


OPENED = (
    "() => [...document.querySelectorAll('.menu > summary')].find(one => one.textContent.startsWith('{}')).click()"
)
MENUS = ("Values", "Filter", "Captions", "Differences", "Marks")
MOMENTS = {
    "the sheet": "() => {}",
    "the menus": "() => document.querySelectorAll('details').forEach(one => { one.open = true; })",
    **{f"the menu {menu}": OPENED.format(menu) for menu in MENUS},
    "a cell": "() => document.querySelector('.cell').click()",
    "a failed cell": "() => document.querySelectorAll('.cell')[1].click()",
    "the keys": "() => document.querySelector('[aria-label=Keys]').click()",
    "a vote": "() => [...document.querySelectorAll('button')].find(one => one.textContent === 'Vote').click()",
    "who leads": "() => ['.ballot', 'summary'].forEach(one => document.querySelector(`.vote ${one}`).click())",
    "a list": "() => [...document.querySelectorAll('button')].find(one => one.textContent === 'List').click()",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_scan_has_no_serious_findings(tmp_path: Path, opens: Opens, scheme: str) -> None:
    page = opens(sheet(tmp_path), "#heat=scale", color_scheme=scheme, bypass_csp=True).page
    for moment, act in MOMENTS.items():
        page.evaluate(act)
        page.wait_for_timeout(50)
        assert scan(page) == [], moment
        if moment != "a vote":
            page.keyboard.press("Escape")


def test_a_scan_of_a_comparison_has_no_serious_findings(tmp_path: Path, opens: Opens) -> None:
    page = opens(sheet(tmp_path), bypass_csp=True).page
    page.locator(".skip").press("Enter")
    for key in ("a", "p", "ArrowRight", "ArrowRight", "b", "x", "c"):
        page.keyboard.press(key)
    expect(page.locator("dialog.compare")).to_be_visible()
    assert scan(page) == []


def test_a_phone_shows_everything_without_pushing_the_page_sideways(tmp_path: Path, opens: Opens) -> None:
    page = opens(sheet(tmp_path), **PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".cell").first.tap()
    dialog = page.locator("dialog.zoom")
    expect(dialog.get_by_role("button", name="Pick")).to_be_visible()
    assert dialog.evaluate("dialog => dialog.scrollWidth") <= 390
    for control in dialog.locator(".bar button").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 36
        assert box["x"] + box["width"] <= 390
    dialog.get_by_role("button", name="Close").tap()
    page.locator(".menu > summary", has_text="Filter").tap()
    page.get_by_role("button", name="Add a filter").tap()
    page.get_by_label("Test", exact=True).select_option("has")
    drop = page.locator(".menu[open] .drop")
    place = drop.bounding_box()
    assert place is not None
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    assert drop.evaluate("drop => drop.scrollWidth <= drop.clientWidth")
    page.keyboard.press("Escape")
    page.evaluate(MOMENTS["a vote"])
    page.evaluate(MOMENTS["who leads"])
    rows = [row.bounding_box() for row in page.locator(".ranking thead th").all()]
    assert {round(row["height"]) for row in rows if row} == {round(rows[0]["height"])} if rows[0] else False
    assert all("\n" not in text for text in page.locator(".ranking td").all_inner_texts())
    assert page.locator(".ranking").evaluate("table => table.scrollWidth <= table.clientWidth")


def test_a_screen_reader_hears_a_grid_of_named_cells(tmp_path: Path, opens: Opens) -> None:
    page = opens(sheet(tmp_path)).page
    grid = page.get_by_role("grid", name="contact sheet")
    expect(grid).to_have_attribute("aria-rowcount", "3")
    expect(grid).to_have_attribute("aria-colcount", "6")
    expect(grid.get_by_role("gridcell", name="sampler k_euler, scale 4, style Ink, seed 1")).to_have_count(1)
    expect(grid.get_by_role("gridcell", name="failed: a reason")).to_have_count(1)
    page.locator(".skip").press("Enter")
    page.keyboard.press("p")
    expect(page.locator("#said")).to_have_text("picked: sampler k_euler, scale 4, style Ink, seed 1")


def test_the_keys_are_told_from_the_top_each_beside_its_words(tmp_path: Path, opens: Opens) -> None:
    for options in ({}, PHONE):
        page = opens(sheet(tmp_path), **options).page
        page.get_by_label("Keys", exact=True).first.click()
        dialog = page.get_by_role("dialog", name="Keys")
        expect(dialog.get_by_role("heading", name="Keys")).to_be_in_viewport()
        frame = dialog.bounding_box()
        assert frame is not None
        for row in dialog.locator("dl > div").all():
            words = row.locator("dd").bounding_box()
            assert words is not None
            for key in row.locator("kbd").all():
                box = key.bounding_box()
                assert box is not None
                beside = box["x"] + box["width"] <= words["x"] or box["y"] + box["height"] <= words["y"] + 1
                assert beside
                assert box["x"] + box["width"] <= frame["x"] + frame["width"]
