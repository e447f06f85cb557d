"""Comparing in a real browser: two cells on each other, the flipbook, differences; filters, order, captions."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from chromium import Opens
from page_runs import painted, painted_run
from PIL import Image
from playwright.sync_api import Page, expect
from sheet_runs import axis, make_plan, make_run, with_scores

from teststrip.plan.lock_read import load_lock
from teststrip.plan.model import Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.html import PageOptions, write_page
from teststrip.sheet.html_facts import Facts

SPEC = SheetSpec(rows=("sampler",), cols=("scale",))


def small_run(tmp_path: Path) -> Run:
    return painted_run(tmp_path, [axis("sampler", ["k_euler", "ddim_v3"]), axis("scale", [4, 5, 6])])


def scored(run: Run) -> tuple[Run, PageOptions]:
    """Scores and prices: the more, the later the cell; the last has neither."""
    digests = [cell.digest for cell in run.plan.cells][:-1]
    scores = {digest: {"sharpness": 10.5 - number} for number, digest in enumerate(digests)}
    prices = {digest: Decimal(number) for number, digest in enumerate(digests)}
    return with_scores(run, scores), PageOptions(Facts(prices, "Anlas"))


def write(tmp_path: Path, *, scores: bool = False) -> Path:
    run, options = scored(small_run(tmp_path)) if scores else (small_run(tmp_path), None)
    return write_page(run, SPEC, tmp_path / "sheet.html", options)


def names(page: Page) -> list[str]:
    return page.locator(".cell[data-cell] .hush").all_text_contents()


def compare(page: Page) -> None:
    """Set A on the first cell and B on the fifth, and compare them, by keys."""
    page.locator(".skip").press("Enter")
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    expect(page.locator(".letter")).to_have_text(["A", "B"])
    page.keyboard.press("c")


def test_a_slider_cuts_between_two_cells(tmp_path: Path, opens: Opens) -> None:
    page = opens(write(tmp_path)).page
    compare(page)
    dialog = page.locator("dialog.compare")
    expect(dialog.locator(".name.a")).to_contain_text("sampler k_euler, scale 4")
    expect(dialog.locator(".name.b")).to_contain_text("sampler ddim_v3, scale 5")
    two = dialog.locator(".layer.two")
    assert two.evaluate("layer => layer.style.clipPath") == "inset(0px 0px 0px 32px)"
    page.keyboard.press("ArrowRight")
    assert two.evaluate("layer => parseFloat(layer.style.clipPath.split(' ').pop())") > 32
    stage = dialog.locator(".stage").bounding_box()
    picture = dialog.locator(".content").bounding_box()
    assert stage is not None
    assert picture is not None
    page.mouse.move(picture["x"] + picture["width"] * 0.25, stage["y"] + 100)
    cut = float(two.evaluate("layer => parseFloat(layer.style.clipPath.split(' ').pop())"))
    assert abs(cut - 16) < 1
    edge = dialog.locator(".edge").bounding_box()
    assert edge is not None
    assert abs(edge["x"] - (picture["x"] + picture["width"] * 0.25)) < 4


def test_beside_the_edge_and_between_two_blinks_only_one_of_two_sizes_is_seen(
    tmp_path: Path, opens: Opens
) -> None:
    """B may be lower or narrower than A, which must not look out from behind it."""
    plan = make_plan([axis("size", ["60x120", "120x60"])])

    def sized(cell: Cell) -> Outcome:
        size = ((60, 120), (120, 60))[cell.coordinates[0]]
        return Outcome(cell.digest, State.DONE, (painted(tmp_path / "store", cell.coordinates[0], (), size),))

    run = make_run(plan, tmp_path / "a-run", sized)
    page = opens(write_page(run, SheetSpec(), tmp_path / "sheet.html"), "#pair=n0,n1").page
    one, two = page.locator(".layer.one"), page.locator(".layer.two")
    assert one.evaluate("layer => layer.style.clipPath") == "inset(0px 60px 0px 0px)"
    assert two.evaluate("layer => layer.style.clipPath") == "inset(0px 0px 0px 60px)"
    page.keyboard.press("b")
    seen = (
        "() => ['one', 'two'].map(name => getComputedStyle(document.querySelector(`.layer.${name}`)).visibility)"
    )
    assert sorted(page.evaluate(seen)) == ["hidden", "visible"]
    expect(two).to_have_css("visibility", "hidden")
    assert page.evaluate(seen) == ["visible", "hidden"]
    page.keyboard.press("d")
    assert page.evaluate(seen) == ["visible", "visible"]


def test_two_cells_blink_differ_and_stand_side_by_side(tmp_path: Path, opens: Opens) -> None:
    page = opens(write(tmp_path)).page
    compare(page)
    two = page.locator(".layer.two")
    page.keyboard.press("b")
    expect(two).to_have_css("visibility", "hidden")
    expect(two).to_have_css("visibility", "visible")
    page.keyboard.press("d")
    assert two.evaluate("layer => getComputedStyle(layer).mixBlendMode") == "difference"
    page.keyboard.press("v")
    assert two.evaluate("layer => parseFloat(layer.style.left)") >= 64
    page.keyboard.press("s")
    expect(page.locator(".name.a")).to_contain_text("ddim_v3")
    assert "pair=" in page.url
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "pair=" not in url)


def test_the_difference_of_a_cell_from_itself_is_black_and_from_another_is_not(
    tmp_path: Path, opens: Opens
) -> None:
    file = write(tmp_path)
    digests = [cell.digest for cell in small_run(tmp_path).plan.cells]
    for other, black in ((digests[0], True), (digests[4], False)):
        page = opens(file, f"#pair={digests[0][:16]},{other[:16]}").page
        page.get_by_role("button", name="Difference", exact=True).click()
        page.wait_for_timeout(100)
        shot = page.locator(".content").last.screenshot()
        with Image.open(BytesIO(shot)) as picture:
            middle = picture.convert("RGB").crop((4, 4, picture.width - 4, picture.height - 4))
            assert (max(high for _, high in middle.getextrema()) < 8) is black  # type: ignore[misc]


def test_the_flipbook_turns_along_an_axis_and_stops(tmp_path: Path, opens: Opens) -> None:
    page = opens(write(tmp_path)).page
    page.locator(".cell").first.click()
    page.get_by_label("Flipbook along").select_option(label="scale")
    page.get_by_label("Pictures a second").select_option("8")
    page.locator("dialog.zoom .stage").focus()
    page.keyboard.press("f")
    where = page.locator("dialog.zoom .where")
    for scale in ("5", "6", "4"):
        expect(where).to_contain_text(re.compile(f"k_euler.*{scale}", re.DOTALL))
    page.keyboard.press("f")
    expect(page.locator("button.play")).to_have_attribute("aria-pressed", "false")
    stood = where.inner_text()
    page.wait_for_timeout(400)
    assert where.inner_text() == stood


def test_differences_are_ranked_and_mapped_and_the_largest_is_shown(tmp_path: Path, opens: Opens) -> None:
    page = opens(write(tmp_path)).page
    page.locator(".menu > summary", has_text="Differences").click()
    steps = json.loads(page.locator("#steps").text_content() or "")
    means = {"sampler": steps[0]["mean"], "scale": steps[1]["mean"]}
    first = max(means, key=lambda name: means[name])
    expect(page.locator(".differ .lead")).to_have_text(f"{first} changes the picture most")
    page.get_by_role("button", name="show the heat map of scale").click()
    shown = page.locator(".cell .heat").all_inner_texts()
    assert shown == [f"{gap:.1f}" for gap in steps[1]["cells"] if gap is not None]
    assert "difference to the next" in names(page)[0]
    page.get_by_role("button", name=re.compile("^Compare the largest step of scale")).click()
    expect(page.locator("dialog.compare")).to_be_visible()
    reopened = opens(tmp_path / "sheet.html", "#heat=scale").page
    expect(reopened.locator(".cell .heat")).to_have_count(4)


def test_filters_by_score_parameter_and_price_combine(tmp_path: Path, opens: Opens) -> None:
    page = opens(write(tmp_path, scores=True)).page
    page.keyboard.press("/")
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Field").select_option(label="sharpness")
    page.get_by_label("Value").fill("8.5")
    page.get_by_label("Value").press("Enter")
    assert names(page) == ["sampler k_euler, scale 4", "sampler k_euler, scale 5", "sampler k_euler, scale 6"]
    expect(page.locator(".drop .told").first).to_have_text("3 cells of 6 shown")
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_label("Field").nth(1).select_option(label="price (Anlas)")
    page.get_by_label("Test").nth(1).select_option(label="at most")
    page.get_by_label("Value").nth(1).fill("1")
    page.get_by_label("Value").nth(1).press("Enter")
    assert names(page) == ["sampler k_euler, scale 4", "sampler k_euler, scale 5"]
    there = opens(page.url).page
    assert names(there) == names(page)
    page.get_by_role("button", name="Remove this filter").first.click()
    page.get_by_role("button", name="Remove this filter").first.click()
    assert len(names(page)) == 6


def test_an_axis_of_numbers_is_filtered_by_how_large_they_are(tmp_path: Path, opens: Opens) -> None:
    run = painted_run(tmp_path, [axis("sampler", ["k_euler", "ddim_v3"]), axis("scale", [4.5, 10, -1])])
    page = opens(write_page(run, SPEC, tmp_path / "sheet.html")).page
    page.keyboard.press("/")
    page.get_by_role("button", name="Add a filter").click()
    assert "at least" not in page.get_by_label("Test").inner_text()
    page.get_by_label("Field").select_option(label="scale")
    page.get_by_label("Test").select_option(label="at most")
    page.get_by_label("Value").select_option("4.5")
    assert {name.rpartition(" ")[2] for name in names(page)} == {"4.5", "-1"}
    assert names(opens(page.url).page) == names(page)


def test_all_pictures_of_a_cell_are_compared_and_judged(tmp_path: Path, opens: Opens) -> None:
    plan = make_plan([axis("sampler", ["k_euler", "ddim_v3"])])

    def four(cell: Cell) -> Outcome:
        made = [painted(tmp_path / "store", 10 * cell.coordinates[0] + at, (at,), (60, 90)) for at in range(4)]
        return Outcome(cell.digest, State.DONE, tuple(made))

    run = make_run(plan, tmp_path / "a-run", four)
    page = opens(write_page(run, SheetSpec(), tmp_path / "sheet.html"), "#pair=n0,n1").page
    for side in ("one", "two"):
        boxes = [slot.bounding_box() for slot in page.locator(f".layer.{side} .slot").all()]
        assert len({(round(box["x"]), round(box["y"])) for box in boxes if box}) == 4
        assert len({round(box["width"] / box["height"], 2) for box in boxes if box}) == 1
    assert page.locator(".layer.one").evaluate("layer => layer.style.width + layer.style.height") == "120px180px"
    page.keyboard.press("b")
    expect(page.locator(".name.is-shown")).to_have_count(1)
    page.keyboard.press("v")
    expect(page.locator(".name.is-shown")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.locator(".ballot img")).to_have_count(8)
    for ballot in page.locator(".ballot").all():
        place = ballot.bounding_box()
        for image in ballot.locator("img").all():
            box = image.bounding_box()
            assert box is not None
            assert place is not None
            assert place["x"] <= box["x"]
            assert box["y"] + box["height"] <= place["y"] + place["height"]


def test_a_list_is_sorted_and_what_has_no_score_comes_last(tmp_path: Path, opens: Opens) -> None:
    page = opens(write(tmp_path, scores=True)).page
    page.keyboard.press("/")
    page.get_by_label("Sort by").select_option(label="sharpness")
    expected = [4, 3, 2, 1, 0, 5]
    order = "[...document.querySelectorAll('.cell')].map(cell => Number(cell.dataset.cell))"
    assert page.evaluate(order) == expected
    page.get_by_label("largest first").check()
    assert page.evaluate(order) == [0, 1, 2, 3, 4, 5]


def test_captions_show_what_is_chosen(tmp_path: Path, opens: Opens) -> None:
    page = opens(write(tmp_path, scores=True)).page
    page.locator(".menu > summary", has_text="Captions").click()
    page.get_by_label("sharpness").check()
    page.locator(".drop").get_by_label("price (Anlas)").check()
    assert page.locator(".words").first.inner_text() == "sharpness 10.5\nprice (Anlas) 0"


def test_a_copied_request_and_a_copied_recipe_make_the_same_cell(tmp_path: Path, opens: Opens) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        'teststrip: 1\ntitle: "a: \\"b\\""\nmodel: gptproto/nai-diffusion-4-5-full\n'
        'params: {prompt: "{{night}}: \\"rain\\", #1 ${{ \'$\' }}{{ x", size: 512x768, steps: 1, seed: 7}\n'
        "axes: {scale: [4, 5.5]}\nsheets: [{formats: [html]}]\n",
        "utf-8",
    )
    teststrip = [sys.executable, "-m", "teststrip"]
    subprocess.run([*teststrip, "run", "recipe.yaml"], cwd=tmp_path, check=True, capture_output=True)
    sheet = next((tmp_path / "runs").glob("*/sheet.html"))
    page = opens(sheet, permissions=["clipboard-read", "clipboard-write"]).page
    page.locator(".cell").nth(1).click()
    page.get_by_role("button", name="Copy request").click()
    request = json.loads(copied(page))
    assert request["scale"] == 5.5
    assert "{{ x" in request["prompt"]
    page.get_by_role("button", name="Copy as recipe").click()
    (tmp_path / "again.yaml").write_text(copied(page), "utf-8")
    page.get_by_role("button", name="Copy link").click()
    assert copied(page) == page.url
    plans = []
    for name in ("recipe.yaml", "again.yaml"):
        subprocess.run(
            [*teststrip, "plan", name, "-o", f"{name}.lock"], cwd=tmp_path, check=True, capture_output=True
        )
        plans.append(load_lock(tmp_path / f"{name}.lock"))
    assert [cell.digest for cell in plans[1].cells] == [plans[0].cells[1].digest]


def copied(page: Page) -> str:
    """What was copied: from the clipboard, or from where it is shown to be copied by hand."""
    by_hand = page.locator("textarea.by-hand")
    page.wait_for_timeout(150)
    if by_hand.count():
        text = by_hand.input_value()
        page.locator("dialog.small[open]").get_by_role("button", name="Close").click()
        return text
    return str(page.evaluate("navigator.clipboard.readText()"))
