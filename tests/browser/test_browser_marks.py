"""Picks, notes and votes in a real browser: kept, saved, read again; and the ranking, computed otherwise."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromium import Opens
from page_runs import painted_run
from playwright.sync_api import Browser, Page, expect
from scipy.optimize import minimize
from sheet_runs import axis

from teststrip.base.where import Where
from teststrip.exchange.marks import Mark, Marks, Vote
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Run
from teststrip.run.redact import redacted
from teststrip.sheet.html import PageOptions, write_page
from teststrip.sheet.html_bundle import page_modules
from teststrip.sheet.html_facts import Facts


def small(tmp_path: Path) -> tuple[Run, Path]:
    run = painted_run(tmp_path, [axis("sampler", ["k_euler", "ddim_v3"]), axis("scale", [4, 5, 6])])
    return run, write_page(run, SheetSpec(rows=("sampler",), cols=("scale",)), tmp_path / "sheet.html")


def saved(page: Page, tmp_path: Path) -> dict[str, Any]:
    """Save the marks as a person does, and read the file."""
    if not page.get_by_role("button", name="Save as a file").is_visible():
        page.locator(".menu > summary", has_text="Marks").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    body = json.loads(path.read_text("utf-8"))
    assert isinstance(body, dict)
    return body


def test_marks_are_made_by_keys_shown_and_kept(tmp_path: Path, opens: Opens) -> None:
    run, file = small(tmp_path)
    page = opens(file).page
    page.locator(".skip").press("Enter")
    page.keyboard.press("p")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("n")
    page.keyboard.type("too <b>dark</b> p")
    page.keyboard.press("Escape")
    expect(page.locator(".pencil")).to_have_count(2)
    expect(page.locator(".cell:focus .hush")).to_have_text("sampler k_euler, scale 6, note: too <b>dark</b> p")
    expect(page.locator(".menu > summary", has_text="Marks 1")).to_be_visible()
    page.reload()
    expect(page.locator(".pencil.pick")).to_have_count(1)
    expect(page.locator(".pencil.reject")).to_have_count(1)
    body = saved(page, tmp_path)
    digests = [cell.digest for cell in run.plan.cells]
    assert body == {
        "teststrip_marks": 1,
        "plan": run.plan.digest,
        "title": "Which sampler?",
        "marks": [
            {"cell": digests[0], "mark": "pick"},
            {"cell": digests[1], "mark": "reject"},
            {"cell": digests[2], "note": "too <b>dark</b> p"},
        ],
        "votes": [],
    }


def test_two_windows_of_a_page_do_not_write_over_each_other(tmp_path: Path, opens: Opens) -> None:
    run, file = small(tmp_path)
    one = opens(file).page
    two = one.context.new_page()
    two.goto(file.as_uri())
    for page, cell in ((one, 0), (two, 2), (one, 4)):
        page.bring_to_front()
        page.locator(".cell").nth(cell).press("p")
    for page in (one, two):
        expect(page.locator(".pencil.pick")).to_have_count(3)
    digests = [cell.digest for cell in run.plan.cells]
    assert [mark["cell"] for mark in saved(one, tmp_path)["marks"]] == [digests[0], digests[2], digests[4]]


def kept(page: Page) -> dict[str, Any]:
    """What the browser keeps of the page's marks."""
    find = "() => Object.keys(localStorage).find((name) => name.startsWith('teststrip marks'))"
    body = json.loads(page.evaluate("(key) => localStorage.getItem(key)", page.evaluate(find)))
    assert isinstance(body, dict)
    return body


def hears(page: Page, body: dict[str, Any]) -> None:
    """Another window of the page kept this, and the browser tells of it now."""
    tell = """(text) => {
        const key = Object.keys(localStorage).find((name) => name.startsWith('teststrip marks'));
        localStorage.setItem(key, text);
        window.dispatchEvent(new StorageEvent('storage', { key, newValue: text }));
    }"""
    page.evaluate(tell, json.dumps(body))


def test_what_another_window_had_not_seen_when_it_wrote_is_kept(tmp_path: Path, opens: Opens) -> None:
    run, file = small(tmp_path)
    digests = [cell.digest for cell in run.plan.cells]
    page = opens(file).page
    for cell in (0, 4):
        page.locator(".cell").nth(cell).press("p")
    mine = kept(page)
    theirs = {**mine, "marks": [{"cell": digests[2], "mark": "reject"}], "seen": {"other": 1}}
    hears(page, theirs)
    expect(page.locator(".pencil.pick")).to_have_count(2)
    expect(page.locator(".pencil.reject")).to_have_count(1)
    both = kept(page)
    assert [mark["cell"] for mark in both["marks"]] == [digests[0], digests[2], digests[4]]
    assert both["seen"] == {"other": 1, **mine["seen"]}
    # One that had seen them may take them away, and so may one of an older teststrip, which does not tell.
    hears(page, {**both, "marks": both["marks"][1:], "seen": {**both["seen"], "other": 2}})
    expect(page.locator(".pencil.pick")).to_have_count(1)
    page.locator(".cell").nth(1).press("p")
    expect(page.locator(".pencil.pick")).to_have_count(2)
    hears(page, {key: value for key, value in theirs.items() if key != "seen"})
    expect(page.locator(".pencil.pick")).to_have_count(0)
    assert [mark["cell"] for mark in saved(page, tmp_path)["marks"]] == [digests[2]]


def test_votes_and_forgetting_are_made_again_where_another_window_had_not_seen_them(
    tmp_path: Path, opens: Opens
) -> None:
    run, file = small(tmp_path)
    one, two, three = (cell.digest for cell in run.plan.cells[:3])
    page = opens(file).page
    page.locator(".cell").nth(1).press("x")
    empty = {**kept(page), "marks": [], "votes": [], "seen": {"other": 1}}
    votes = [{"winner": one, "loser": two, "id": "mine"}, {"winner": two, "loser": one, "tie": True}]
    marks = {"teststrip_marks": 1, "marks": [{"cell": three, "mark": "pick", "note": "fine"}], "votes": votes}
    (tmp_path / "read.json").write_text(json.dumps(marks), "utf-8")
    page.locator(".menu > summary", has_text="Marks").click()
    page.locator("#marks-file").set_input_files(tmp_path / "read.json")
    expect(page.locator(".drop .told[role=status]").last).to_have_text("1 mark taken.")
    theirs = {"winner": three, "loser": two, "id": "theirs"}
    hears(page, {**empty, "votes": [theirs, votes[0]]})
    body = saved(page, tmp_path)
    assert body["votes"] == [theirs, *votes]
    assert body["marks"] == [{"cell": two, "mark": "reject"}, {"cell": three, "mark": "pick", "note": "fine"}]
    for _ in range(2):
        page.get_by_role("button", name="Forget all").click()
    hears(page, {**body, "seen": {"other": 2}})
    assert kept(page)["marks"] == []
    assert kept(page)["votes"] == []
    expect(page.locator(".pencil")).to_have_count(0)


def test_marks_that_are_none_are_passed_over(tmp_path: Path, opens: Opens) -> None:
    run, file = small(tmp_path)
    strange: list[Any] = [
        None,
        5,
        [],
        {"cell": None},
        {"cell": "__proto__", "mark": "pick"},
        {"cell": "n99999999", "mark": "pick"},
    ]
    good = {"cell": run.plan.cells[1].digest, "mark": "pick", "note": "<img src=x>"}
    marks = tmp_path / "marks.json"
    marks.write_text(json.dumps({"teststrip_marks": 1, "marks": [*strange, good], "votes": [None, {"winner": 1}]}))
    page = opens(file).page
    page.locator(".menu > summary", has_text="Marks").click()
    page.locator("#marks-file").set_input_files(marks)
    expect(page.locator(".drop .told[role=status]").last).to_contain_text("1 mark taken; 8 are of no cell")
    expect(page.locator(".pencil.pick")).to_have_count(1)


def test_a_file_of_marks_that_is_read_twice_counts_its_votes_once(tmp_path: Path, opens: Opens) -> None:
    run, file = small(tmp_path)
    one, two = (cell.digest for cell in run.plan.cells[:2])
    for names in (("a", "b", "c"), ("", "", "")):  # of before, votes had none
        votes: list[dict[str, Any]] = [
            {"winner": one, "loser": two, **({"id": name} if name else {})} for name in names
        ]
        votes.append({"winner": two, "loser": one, "tie": True})
        (tmp_path / "read.json").write_text(
            json.dumps({"teststrip_marks": 1, "marks": [], "votes": votes}), "utf-8"
        )
        page = opens(file).page
        page.locator(".menu > summary", has_text="Marks").click()
        result = page.locator(".drop").last.locator("[role=status]")
        page.locator("#marks-file").set_input_files(tmp_path / "read.json")
        expect(result).to_have_text("0 marks taken.")
        page.locator("#marks-file").set_input_files(tmp_path / "read.json")
        expect(result).to_have_text("0 marks taken; 4 votes of it were here already.")
        assert saved(page, tmp_path)["votes"] == votes
        page.reload()
        assert saved(page, tmp_path)["votes"] == votes
        more = {"winner": one, "loser": two, **({"id": "d"} if names[0] else {})}
        body = {"teststrip_marks": 1, "marks": [], "votes": [*votes, more]}
        (tmp_path / "more.json").write_text(json.dumps(body), "utf-8")
        page.locator(".menu > summary", has_text="Marks").click()
        page.locator("#marks-file").set_input_files(tmp_path / "more.json")
        assert saved(page, tmp_path)["votes"] == [*votes, more]


def test_a_saved_file_brings_marks_to_another_browser(tmp_path: Path, opens: Opens) -> None:
    run, file = small(tmp_path)
    one, two = (cell.digest for cell in run.plan.cells[:2])
    marks = {
        "teststrip_marks": 1,
        "marks": [
            {"cell": one, "mark": "pick"},
            {"cell": "f" * 64, "mark": "pick"},
            {"cell": two, "note": "fine"},
            {"cell": two, "mark": "burn"},
        ],
        "votes": [{"winner": one, "loser": two}],
    }
    (tmp_path / "marks.json").write_text(json.dumps(marks), "utf-8")
    page = opens(file).page
    page.locator(".menu > summary", has_text="Marks").click()
    page.locator("#marks-file").set_input_files(tmp_path / "marks.json")
    expect(page.locator(".drop").last.locator("[role=status]")).to_have_text(
        "2 marks taken; 2 are of no cell of this sheet, and were passed over."
    )
    expect(page.locator(".pencil.pick")).to_have_count(1)
    (tmp_path / "bad.json").write_text("[<script>", "utf-8")
    page.locator("#marks-file").set_input_files(tmp_path / "bad.json")
    expect(page.locator(".drop").last.locator("[role=status]")).to_contain_text("not JSON")


def test_a_page_begins_with_the_marks_that_it_was_written_with(tmp_path: Path, opens: Opens) -> None:
    run, _ = small(tmp_path)
    marks = Marks(
        {2: Mark("pick", "yes", Where("m", 1, 1)), 4: Mark("reject", "", Where("m", 1, 1))}, (Vote(2, 4),)
    )
    options = PageOptions(Facts(marks=marks))
    page = opens(write_page(run, SheetSpec(), tmp_path / "marked.html", options)).page
    expect(page.locator(".pencil")).to_have_count(2)
    assert [mark.get("note") for mark in saved(page, tmp_path)["marks"]] == ["yes", None]
    page.get_by_role("button", name="Forget all").click()
    page.get_by_role("button", name="Forget all").click()
    page.reload()
    expect(page.locator(".cell").first).to_be_visible()
    expect(page.locator(".pencil")).to_have_count(0)  # what the reader did goes before what came along


def test_what_is_said_is_seen_over_an_open_cell_and_a_comparison(tmp_path: Path, opens: Opens) -> None:
    """What is outside of an open dialog is under it, and no reader of the screen gets there."""
    _, file = small(tmp_path)
    page = opens(file, "#cell=n0").page
    said = page.locator("#said")
    page.keyboard.press("p")
    expect(said).to_have_text("picked: sampler k_euler, scale 4")
    assert page.evaluate("said.closest('dialog[open]')?.className") == "zoom"
    page.keyboard.press("a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.zoom")).to_be_visible()
    page.keyboard.press("x")
    expect(said).to_contain_text("rejected")
    assert page.evaluate("said.closest('dialog[open]')?.className") == "zoom"
    page.keyboard.press("Escape")
    page.locator(".cell").first.press("p")
    assert page.evaluate("said.parentElement === document.body")


def test_pages_of_two_runs_keep_their_marks_apart_also_when_they_are_redacted(
    tmp_path: Path, opens: Opens
) -> None:
    files = []
    for number, scales in enumerate(([4, 5], [4, 6])):
        run = painted_run(tmp_path / str(number), [axis("scale", scales)])
        files.append(write_page(redacted(run), SheetSpec(), tmp_path / f"{number}.html"))
    page = opens(files[0]).page
    page.locator(".skip").press("Enter")
    page.keyboard.press("p")
    expect(page.locator(".pencil")).to_have_count(1)
    page.goto(files[1].as_uri())
    expect(page.locator(".cell")).to_have_count(2)
    expect(page.locator(".pencil")).to_have_count(0)
    page.goto(files[0].as_uri())
    expect(page.locator(".pencil")).to_have_count(1)


def test_only_the_picked_are_shown(tmp_path: Path, opens: Opens) -> None:
    page = opens(small(tmp_path)[1]).page
    page.locator(".skip").press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("p")
    page.locator(".menu > summary", has_text="Marks").click()
    page.get_by_role("button", name="Show picked only").click()
    expect(page.locator(".cell[data-cell]")).to_have_count(1)
    page.get_by_role("button", name="Show picked only").click()
    expect(page.locator(".cell[data-cell]")).to_have_count(6)


def test_a_vote_is_blind_and_is_written_down(tmp_path: Path, opens: Opens) -> None:
    run, file = small(tmp_path)
    page = opens(file).page
    page.keyboard.press("v")
    dialog = page.locator("dialog.vote")
    page.get_by_label("Which axis is judged").select_option(label="scale")
    for at in range(12):
        expect(dialog.locator(".ballot img")).to_have_count(2)
        text = dialog.inner_text()
        assert "k_euler" not in text
        assert "4" not in text.replace("4 votes", "")
        pair = page.evaluate("[...document.querySelectorAll('.ballot img')].map(image => image.src)")
        assert pair[0] != pair[1]
        dialog.locator(".ballot").first.focus()
        page.keyboard.press("0" if at == 5 else "1")
        expect(dialog.locator(".told")).to_contain_text(f"{at + 1} vote")
    page.keyboard.press("u")
    dialog.get_by_text("Who leads").click()
    expect(dialog.locator("tbody tr").first).to_contain_text("%")
    page.keyboard.press("Escape")
    body = saved(page, tmp_path)
    assert len(body["votes"]) == len({vote["id"] for vote in body["votes"]}) == 11
    assert sum(vote.get("tie", False) for vote in body["votes"]) == 1
    place = {cell.digest: cell.coordinates for cell in run.plan.cells}
    for vote in body["votes"]:
        won, lost = place[vote["winner"]], place[vote["loser"]]
        assert won[0] == lost[0]
        assert won[1] != lost[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_ranking_is_the_maximum_of_the_penalised_likelihood(browser: Browser, seed: int) -> None:
    """Against scipy: the same maximum, and intervals by the curvature there."""
    chance = np.random.default_rng(seed)
    count = 5
    truth = chance.normal(0, 1.2, count)
    games = []
    for _ in range(60):
        one, two = (int(value) for value in chance.choice(count, 2, replace=False))
        won = chance.random() < 1 / (1 + math.exp(truth[two] - truth[one]))
        games.append((one, two, 1.0) if won else (two, one, 1.0))
    games += [(0, 1, 0.5), (1, 0, 0.5)]

    def loss(strength: Any) -> float:
        played = sum(w * math.log1p(math.exp(strength[b] - strength[a])) for a, b, w in games)
        prior = sum(0.5 * math.log1p(math.exp(-value)) + 0.5 * math.log1p(math.exp(value)) for value in strength)
        return float(played + prior)

    expected = minimize(loss, np.zeros(count), method="BFGS", options={"gtol": 1e-9})
    step = 1e-4
    eye = np.eye(count) * step
    hessian = np.array(
        [
            [
                (
                    loss(expected.x + a + b)
                    - loss(expected.x + a - b)
                    - loss(expected.x - a + b)
                    + loss(expected.x - a - b)
                )
                / (4 * step * step)
                for b in eye
            ]
            for a in eye
        ]
    )
    centred = np.eye(count) - 1 / count
    reach = 1.959964 * np.sqrt(np.diag(centred @ np.linalg.inv(hessian) @ centred))
    page = browser.new_page()
    page.add_script_tag(content=page_modules()["bradley.js"].replace("export ", ""))
    found = page.evaluate("([count, games]) => strengths(count, games)", [count, games])
    page.close()
    assert [entry["strength"] for entry in found] == pytest.approx(list(centred @ expected.x), abs=1e-4)
    assert [entry["high"] - entry["strength"] for entry in found] == pytest.approx(list(reach), rel=1e-3)
    assert [entry["games"] for entry in found] == [
        sum(weight for one, two, weight in games if at in {one, two}) for at in range(count)
    ]


def test_one_who_always_won_has_a_finite_strength_and_wide_interval(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=page_modules()["bradley.js"].replace("export ", ""))
    best, worst = page.evaluate("strengths(2, [[0, 1, 1], [0, 1, 1], [0, 1, 1]])")
    page.close()
    assert best["strength"] == pytest.approx(-worst["strength"])
    assert 0.5 < best["chance"] < 0.99
    assert best["least"] < 0.5


def test_more_votes_make_the_ranking_surer_and_what_has_none_does_not_count(browser: Browser) -> None:
    """Two that won three of four games each way: the odds between them are 3, whatever a third one would do."""
    page = browser.new_page()
    page.add_script_tag(content=page_modules()["bradley.js"].replace("export ", ""))
    found = page.evaluate("[1, 10, 1000].map(n => strengths(3, [[0, 2, 3 * n], [2, 0, n]]))")
    page.close()
    widths = [entry[0]["most"] - entry[0]["least"] for entry in found]
    assert widths[0] > 0.4
    assert widths[1] < 0.25
    assert widths[2] < 0.03
    for better, none, worse in found:
        assert none["games"] == 0
        assert better["strength"] == pytest.approx(-worse["strength"])
    surest = found[2][0]
    assert surest["strength"] - found[2][2]["strength"] == pytest.approx(math.log(3), abs=1e-3)
    error = math.sqrt(1 / (4000 * 0.75 * 0.25)) / 2  # of half the log-odds of a share of 4000
    assert surest["high"] - surest["strength"] == pytest.approx(1.959964 * error, rel=0.01)


def test_intervals_hold_the_truth_as_often_as_they_say(browser: Browser) -> None:
    chance = np.random.default_rng(7)
    count, rounds, held, told = 4, 300, 0, []
    for _ in range(rounds):
        truth = chance.normal(0, 1, count)
        games = []
        for _ in range(60):
            one, two = (int(value) for value in chance.choice(count, 2, replace=False))
            won = chance.random() < 1 / (1 + math.exp(truth[two] - truth[one]))
            games.append((one, two, 1) if won else (two, one, 1))
        told.append((list(truth - truth.mean()), games))
    page = browser.new_page()
    page.add_script_tag(content=page_modules()["bradley.js"].replace("export ", ""))
    found = page.evaluate("all => all.map(games => strengths(4, games))", [games for _, games in told])
    page.close()
    for (wanted, _), entries in zip(told, found, strict=True):
        held += sum(entry["low"] <= value <= entry["high"] for value, entry in zip(wanted, entries, strict=True))
    assert 0.92 < held / (rounds * count) < 0.98
