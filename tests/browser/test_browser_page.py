"""The page in a real browser, opened from a disk: pickers, sliders, zoom, keys, links; and hostile texts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import Opens, until
from page_runs import painted, painted_run
from playwright.sync_api import Page, expect
from sheet_runs import axis, make_plan, make_run

from teststrip.plan.model import AxisValue, Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Outcome
from teststrip.run.state import State
from teststrip.sheet.html import write_page, write_page_folder

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">\u202egnp.exe javascript:alert(3)'
THREE = ("sampler", ["k_euler", "ddim_v3"]), ("scale", [4, 5, 6]), ("seed", [1, 2, 3, 4])


def three_axes(tmp_path: Path) -> Path:
    run = painted_run(tmp_path, [axis(name, values) for name, values in THREE])
    return write_page(run, SheetSpec(rows=("sampler",), cols=("scale",), pages=("seed",)), tmp_path / "sheet.html")


def cells(page: Page) -> list[str]:
    """What a screen reader says of the cells that are in the page."""
    return page.locator(".cell .hush").all_text_contents()


def labels(page: Page, side: str) -> list[str]:
    return page.locator(f".{side} .label").all_inner_texts()


def test_a_sheet_opens_from_a_disk_and_asks_for_nothing_else(tmp_path: Path, opens: Opens) -> None:
    seen = opens(three_axes(tmp_path))
    assert seen.page.locator("h1").inner_text() == "Which sampler?"
    assert len(cells(seen.page)) == 6
    assert cells(seen.page)[1] == "sampler k_euler, scale 5, seed 1"
    assert labels(seen.page, "head") == ["4", "5", "6"]
    assert labels(seen.page, "side") == ["k_euler", "ddim_v3"]
    loaded = "images => images.length === 6 && images.every(image => image.complete && image.naturalWidth > 0)"
    until(seen.page, f"({loaded})([...document.querySelectorAll('.cell img')])")
    assert {url.split(":")[0] for url in seen.asked} <= {"file", "data"}
    assert sum(url.startswith("file") for url in seen.asked) == 1


def test_a_folder_shows_its_thumbnails_and_originals(tmp_path: Path, opens: Opens) -> None:
    run = painted_run(tmp_path, [axis("seed", [1, 2])])
    seen = opens(write_page_folder(run, SheetSpec(), tmp_path / "sheet-html"))
    seen.page.locator(".cell").first.click()
    original = seen.page.locator(".frame img").last
    expect(original).to_have_attribute("src", re.compile(r"^originals/[0-9a-f]{64}\.png$"))
    until(seen.page, "document.querySelector('.frame img:last-child').naturalWidth === 64")


def test_pickers_put_axes_into_rows_and_columns_and_sliders_have_the_rest(tmp_path: Path, opens: Opens) -> None:
    page = opens(three_axes(tmp_path), "#size=80").page
    page.get_by_label("Across", exact=True).select_option(label="seed")
    assert labels(page, "head") == ["1", "2", "3", "4"]
    expect(page.get_by_role("slider", name="scale")).to_be_visible()
    assert cells(page)[2] == "sampler k_euler, scale 4, seed 3"
    page.get_by_role("slider", name="scale").fill("2")
    assert cells(page)[2] == "sampler k_euler, scale 6, seed 3"
    page.get_by_label("Down", exact=True).select_option(label="seed")
    assert labels(page, "head") == ["k_euler", "ddim_v3"]
    page.get_by_label("Across, further out").select_option(label="scale")
    assert labels(page, "head") == ["4", "5", "6", *["k_euler", "ddim_v3"] * 3]
    assert len(cells(page)) == 24
    assert page.locator(".sliders input").count() == 0


def test_hidden_values_are_gone_and_come_back(tmp_path: Path, opens: Opens) -> None:
    page = opens(three_axes(tmp_path)).page
    page.get_by_text("Values", exact=True).click()
    group = page.locator(".values details").nth(1)
    group.locator("summary").click()
    group.get_by_label("5", exact=True).uncheck()
    assert labels(page, "head") == ["4", "6"]
    expect(group.get_by_label("5", exact=True)).to_be_focused()
    group.get_by_role("button", name="none").click()
    expect(page.locator(".empty")).to_contain_text("all values of an axis are hidden")
    group.get_by_role("button", name="all").click()
    assert labels(page, "head") == ["4", "5", "6"]


def test_a_cell_opens_large_and_arrows_lead_to_its_neighbours(tmp_path: Path, opens: Opens) -> None:
    page = opens(three_axes(tmp_path)).page
    page.locator(".cell").nth(1).click()
    info = page.locator("dialog.zoom .info")
    expect(info.locator(".where")).to_contain_text("k_euler")
    expect(info.locator(".where")).to_contain_text("5")
    page.keyboard.press("ArrowDown")
    expect(info.locator(".where")).to_contain_text("ddim_v3")
    before = page.locator(".content").first.evaluate("content => content.style.transform")
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowLeft")
    assert page.locator(".content").first.evaluate("content => content.style.transform") != before
    page.keyboard.press("Escape")
    expect(page.locator("dialog.zoom")).not_to_be_visible()
    expect(page.locator(".cell:focus .hush")).to_have_text("sampler ddim_v3, scale 5, seed 1")


def test_the_mouse_zooms_where_it_points_and_drags(tmp_path: Path, opens: Opens) -> None:
    page = opens(three_axes(tmp_path)).page
    page.locator(".cell").first.click()
    stage = page.locator("dialog.zoom .stage").bounding_box()
    assert stage is not None
    page.mouse.move(stage["x"] + 300, stage["y"] + 200)
    frame = page.locator(".frame").first
    before = frame.bounding_box()
    page.mouse.wheel(0, -1600)
    page.wait_for_timeout(50)
    after = frame.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"] * 4
    page.mouse.down()
    page.mouse.move(stage["x"] + 260, stage["y"] + 170)
    page.mouse.up()
    moved = frame.bounding_box()
    assert moved is not None
    assert moved["x"] == pytest.approx(after["x"] - 40, abs=1)
    assert moved["y"] == pytest.approx(after["y"] - 30, abs=1)


def test_a_link_brings_back_what_was_shown(tmp_path: Path, opens: Opens) -> None:
    file = three_axes(tmp_path)
    page = opens(file).page
    page.get_by_label("Across", exact=True).select_option(label="seed")
    page.get_by_role("slider", name="scale").fill("1")
    page.locator(".cell").nth(5).click()
    link = page.url
    there = opens(link).page
    expect(there.locator("dialog.zoom .where")).to_contain_text("ddim_v3")
    expect(there.locator("dialog.zoom .where dd").nth(1)).to_have_text("5")
    assert labels(there, "head") == ["1", "2", "3", "4"]


def test_the_keyboard_alone_reaches_everything(tmp_path: Path, opens: Opens) -> None:
    page = opens(three_axes(tmp_path)).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    focused = page.locator(".cell:focus .hush")
    expect(focused).to_have_text("sampler k_euler, scale 4, seed 1")
    for key in ("ArrowRight", "ArrowDown", "End"):
        page.keyboard.press(key)
    expect(focused).to_have_text("sampler ddim_v3, scale 6, seed 1")
    page.keyboard.press("]")
    expect(page.get_by_role("slider", name="seed")).to_have_value("1")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.zoom")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_cells_without_a_picture_say_why(tmp_path: Path, opens: Opens) -> None:
    ends = {
        1: (State.FAILED, "HTTP 500: out of order"),
        2: (State.MODERATED, "refused"),
        3: (State.UNCERTAIN, "no answer came back"),
        4: (State.CANCELLED, "called off"),
        5: (State.PLANNED, ""),
    }

    def end(number: int, cell: Cell) -> Outcome | None:
        return Outcome(cell.digest, ends[number][0], (), ends[number][1]) if number in ends else None

    run = painted_run(tmp_path, [axis("seed", list(range(6)))], ends=end)
    page = opens(write_page(run, SheetSpec(), tmp_path / "sheet.html")).page
    assert page.locator(".why").all_inner_texts() == [
        "failed\nHTTP 500: out of order",
        "moderated\nrefused",
        "uncertain\nno answer came back",
        "cancelled\ncalled off",
        "not yet run",
    ]
    expect(page.locator(".subtitle")).to_contain_text("1 done, 1 failed, 1 moderated")


def test_a_hostile_recipe_shows_as_text(tmp_path: Path, opens: Opens) -> None:
    values = [AxisValue(EVIL, EVIL, note=EVIL), AxisValue("plain", "plain")]
    run = painted_run(tmp_path, [axis(EVIL, values, parameter=False), axis("seed", [1, 2])])
    failed = {run.plan.cells[1].digest: Outcome(run.plan.cells[1].digest, State.FAILED, (), EVIL)}
    plan = replace(run.plan, title=EVIL, model=EVIL)
    run = replace(run, plan=plan, outcomes={**run.outcomes, **failed})
    seen = opens(write_page(run, SheetSpec(caption="${{ prompt }}", notes=(EVIL,)), tmp_path / "sheet.html"))
    page = seen.page
    assert "<script>alert(1)</script>" in page.locator("h1").inner_text()
    assert page.locator("script:not([type])").count() == 1
    assert page.locator("img[onerror], a[href^=javascript]").count() == 0
    assert "\u202e" not in page.locator("body").inner_text()
    page.locator(".cell").nth(1).click()
    expect(page.locator("dialog.zoom .info")).to_contain_text("<img src=x")
    assert "\u202e" not in page.locator("dialog.zoom").inner_text()
    page.keyboard.press("Escape")
    for name in ("Values", "Filter", "Captions", "Differences", "Marks"):
        page.locator(".menu > summary", has_text=name).click()
    assert page.evaluate("document.title").startswith("<script>")
    assert all(not url.endswith("/x") for url in seen.asked)


def test_a_link_from_a_stranger_cannot_do_harm(tmp_path: Path, opens: Opens) -> None:
    part = "#rows=<img src=x onerror=alert(1)>&cols=__proto__&at=seed:99,x:-1&hide=9:9,a&size=1e9&mode=x&cell=zzz"
    part += "&heat=<b>"
    part += '&if=["state","is","<script>"]&if=[1,2]&if={&sort=-constructor&show=__proto__,toString&pair=1,2'
    page = opens(three_axes(tmp_path), part).page
    expect(page.locator(".empty")).to_have_text("No cell passes the filters.")


def test_the_policy_stops_what_is_not_the_pages_own(tmp_path: Path, opens: Opens) -> None:
    seen = opens(three_axes(tmp_path))
    ran = seen.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return [window.ran === true, fetch("data:text/plain,x").then(() => "fetched", () => "refused")];
        }"""
    )
    assert ran[0] is False
    assert seen.page.evaluate("fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')") == "refused"
    assert any("Content Security Policy" in complaint for complaint in seen.complaints)
    seen.complaints.clear()


def test_a_page_of_nothing_yet_and_of_one_cell(tmp_path: Path, opens: Opens) -> None:
    plan = painted_run(tmp_path, []).plan
    page = opens(write_page(make_run(plan, tmp_path / "r"), SheetSpec(), tmp_path / "none.html")).page
    assert page.locator(".why").all_inner_texts() == ["not yet run"]
    expect(page.locator(".controls")).not_to_be_visible()


def test_labels_too_long_for_their_place_stand_whole_in_the_legend(tmp_path: Path, opens: Opens) -> None:
    long = "夜の街を歩く銀髪の少女、雨に濡れた石畳、" * 30
    run = painted_run(tmp_path, [axis("prompt", [long, "short"]), axis("seed", [1, 2, 3])])
    page = opens(write_page(run, SheetSpec(rows=("prompt",), cols=("seed",)), tmp_path / "sheet.html")).page
    assert labels(page, "side")[0].startswith("[1] 夜の街")
    assert page.locator(".legend dd").all_inner_texts() == [long]


def test_all_columns_are_seen_at_first_where_they_can_be(tmp_path: Path, opens: Opens) -> None:
    long = "watercolour on wet paper, with a lot of water in it, and salt " * 2
    axes = [axis("style", [long, "x"]), axis("sampler", ["k_euler", "ddim_v3"]), axis("scale", [4, 5, 6])]
    spec = SheetSpec(rows=("style", "sampler"), cols=("scale", "seed"))
    run = painted_run(tmp_path, [*axes, axis("seed", [1, 2])], size=(640, 960))
    file = write_page(run, spec, tmp_path / "sheet.html")
    for width in (1100, 1280, 1920):
        page = opens(file, viewport={"width": width, "height": 900}).page
        assert page.evaluate("sheet.scrollWidth <= sheet.clientWidth"), width
        assert page.evaluate("document.querySelector('.plane').offsetWidth") > min(width - 60, 1800), width


@pytest.mark.parametrize("side", ["rows", "cols"])
def test_no_label_is_cut_without_a_number(tmp_path: Path, opens: Opens, side: str) -> None:
    """What a browser breaks at signs takes more lines than its width tells."""
    labels = [
        "</script><script>alert(1)</script> <!-- javascript:alert(2) 夜の街を歩く銀髪の少女 x",
        "a/b/c/dddddddddddddd/eeeeeeeeeeeeeeeeeeee?ffffffffffffff=ggggggggggggg&hhhhhhhhhhhhhhhhhhhhhh",
        "masterpiece,best_quality,absurdres,1girl,solo,(silver_hair:1.2),[night],{city},rain,umbrella,neon",
        "「夜の街」を歩く、銀髪の少女。雨に濡れた（石畳）、ネオン・サイン…遠くに電車",
        "k_dpmpp_2s_ancestral" * 4,
        "short",
    ]
    run = painted_run(tmp_path, [axis("style", labels, parameter=False), axis("seed", [1, 2])])
    spec = SheetSpec(**{side: ("style",), "rows" if side == "cols" else "cols": ("seed",)})  # type: ignore[arg-type]
    for width, size in ((1280, 110), (1280, 160), (390, 112)):
        viewport = {"width": width, "height": 800}
        file = write_page(run, spec, tmp_path / "sheet.html")
        page = opens(file, f"#size={size}", viewport=viewport).page
        cut = page.evaluate("""() => [...document.querySelectorAll('.label-text')]
            .filter(one => one.scrollHeight > one.clientHeight + 2 && !one.querySelector('.mark'))
            .map(one => one.textContent)""")
        assert cut == [], (width, size)


def test_paper_has_every_row_each_with_its_name(tmp_path: Path, opens: Opens) -> None:
    run = painted_run(tmp_path, [axis("steps", list(range(60))), axis("seed", [1, 2])])
    file = write_page(run, SheetSpec(rows=("steps",), cols=("seed",)), tmp_path / "sheet.html")
    page = opens(file, color_scheme="dark").page
    assert page.locator(".row").count() < 60
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".row-label:visible").all_inner_texts() == [f"steps {number}" for number in range(60)]
    assert page.locator(".row").count() == 60
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".row").count() < 60
    expect(page.locator(".row-label")).to_have_count(0)


def test_pictures_keep_their_aspect_and_scale_and_stay_in_their_boxes(tmp_path: Path, opens: Opens) -> None:
    sizes = [(60, 90), (90, 60), (40, 40)]
    plan = make_plan([axis("size", ["60x90", "90x60", "40x40"]), axis("n", [1, 2, 4])])

    def several(cell: Cell) -> Outcome:
        at, count = cell.coordinates
        made = [
            painted(tmp_path / "store", 100 * at + 10 * count + number, (number, at), sizes[at])
            for number in range([1, 2, 4][count])
        ]
        return Outcome(cell.digest, State.DONE, tuple(made))

    run = make_run(plan, tmp_path / "a-run", several)
    page = opens(
        write_page(run, SheetSpec(rows=("n",), cols=("size",)), tmp_path / "sheet.html"), "#size=180"
    ).page
    scales = set()
    for number, cell in enumerate(page.locator(".cell").all()):
        box = cell.bounding_box()
        assert box is not None
        images = [image.bounding_box() for image in cell.locator("img").all()]
        assert len(images) == [1, 2, 4][number // 3]
        width, height = sizes[number % 3]
        for image in images:
            assert image is not None
            assert image["width"] / image["height"] == pytest.approx(width / height, rel=0.02)
            assert image["x"] >= box["x"] - 0.5
            assert image["x"] + image["width"] <= box["x"] + box["width"] + 0.5
            scales.add(round(image["width"] / width, 1))
    assert scales == {1.0}
