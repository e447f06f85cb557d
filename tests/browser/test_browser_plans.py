"""Plans of other shapes on the page: several grids, a sample of many places, axes that advance together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chromium import Opens
from page_runs import painted_run
from PIL import Image
from playwright.sync_api import expect
from sheet_runs import axis

from teststrip.plan.model import Axis, AxisValue, Reason
from teststrip.recipe.model import SheetSpec
from teststrip.sheet.from_folder import find_shots, folder_run
from teststrip.sheet.html import write_page

SPEC = SheetSpec()


def test_each_of_several_grids_has_its_own_layout(tmp_path: Path, opens: Opens) -> None:
    union = Axis("grid", (AxisValue("steps?"), AxisValue("which?")), parameter=False, union=True)
    axes = [union, axis("steps", [3, 5, 8]), axis("sampler", ["k_euler", "ddim_v3"])]
    run = painted_run(tmp_path, axes, without=lambda at: at[2] != 0 if at[0] == 0 else at[1] != 1)
    page = opens(write_page(run, SPEC, tmp_path / "sheet.html")).page
    assert page.locator(".head .label").all_inner_texts() == ["3", "5", "8"]
    page.get_by_role("slider", name="grid").fill("1")
    assert page.locator(".head .label").all_inner_texts() == ["k_euler", "ddim_v3"]
    page.get_by_label("Across", exact=True).select_option(label="steps")  # a choice of one's own stays
    page.get_by_role("slider", name="grid").fill("0")
    assert page.locator(".head .label").all_inner_texts() == ["3", "5", "8"]


def test_a_sample_of_many_places_begins_as_a_list(tmp_path: Path, opens: Opens) -> None:
    axes = [axis("sampler", ["k_euler", "ddim_v3"]), axis("scale", list(range(10))), axis("seed", list(range(10)))]
    run = painted_run(tmp_path, axes, without=lambda at: (at[1] * 7 + at[2] * 3 + at[0]) % 23 != 0)
    plan = replace(run.plan, reasons=(Reason("sample", "sobol", 1),), excluded={(0, 0, 1): 0})
    page = opens(write_page(replace(run, plan=plan), SPEC, tmp_path / "sheet.html")).page
    expect(page.get_by_role("button", name="List")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".cell")).to_have_count(len(plan.cells))
    assert page.locator(".over").first.inner_text() == "k_euler · scale 0 · seed 0"
    for over in page.locator(".over").all():  # nothing of a label is out of sight
        assert over.evaluate("over => over.scrollHeight <= over.clientHeight + 1")


def test_axes_that_advance_together_are_one_picker(tmp_path: Path, opens: Opens) -> None:
    axes = [axis("seed", [1, 2, 3]), axis("steps", [10, 20, 30]), axis("scale", [4, 5])]
    run = painted_run(tmp_path, axes, without=lambda at: at[0] != at[1])
    run = replace(run, plan=replace(run.plan, zips=(("seed", "steps"),)))
    page = opens(write_page(run, SPEC, tmp_path / "sheet.html")).page
    options = page.get_by_label("Across", exact=True).locator("option").all_inner_texts()
    assert options == ["none", "seed · steps", "scale"]
    expect(page.locator(".cell[data-cell]")).to_have_count(6)
    expect(page.locator(".cell:not([data-cell])")).to_have_count(0)


def test_a_hidden_value_is_hidden_at_first_and_can_be_shown(tmp_path: Path, opens: Opens) -> None:
    run = painted_run(tmp_path, [axis("scale", [4, AxisValue("five", 5, hide=True), 6])])
    page = opens(write_page(run, SPEC, tmp_path / "sheet.html")).page
    assert page.locator(".head .label").all_inner_texts() == ["4", "6"]
    page.locator(".menu > summary", has_text="Values").click()
    page.get_by_label("five").check()
    assert page.locator(".head .label").all_inner_texts() == ["4", "five", "6"]


def test_pictures_of_a_folder_are_of_no_plan_and_one_that_is_cut_off_says_so(tmp_path: Path, opens: Opens) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a=1_b=1", "a=1_b=2", "a=2_b=1"):
        Image.effect_noise((64, 96), 50).save(folder / f"{name}.png")
    cut = folder / "a=1_b=2.png"
    cut.write_bytes(cut.read_bytes()[:900])
    shots, _ = find_shots(folder, None)
    run = folder_run(shots, "pictures", SPEC, tmp_path)
    page = opens(write_page(run, SPEC, tmp_path / "sheet.html")).page
    assert page.locator(".subtitle").inner_text() == "3 cells"
    expect(page.locator(".why")).to_have_text(["picture damagedit cannot be read", "no picture"])
    expect(page.locator(".foot")).not_to_contain_text("model")
    page.locator(".cell").first.click()
    expect(page.get_by_role("button", name="Copy request")).to_be_visible()
    expect(page.get_by_role("button", name="Copy as recipe")).to_have_count(0)
