from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import Image
from sheet_runs import axis, done, make_plan, make_run, with_scores

from teststrip.base.json import sha256
from teststrip.plan.model import AxisValue, Cell, Reason
from teststrip.recipe.model import SheetSpec
from teststrip.run.export import export_run
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.redact import redacted
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.sheet.html import PageOptions, write_page, write_page_folder
from teststrip.sheet.html_facts import Facts
from teststrip.sheet.text import visible
from teststrip.sheet.write import sheet_files, write_sheets
from teststrip.steps.model import ScoreValue

EVIL = "<script>alert(1)</script><!-- ]]> \u2028 </title> ${{ 7 * 7 }} javascript:alert(2)"


def stored(store: Path, cell: Cell, size: tuple[int, int] = (64, 96)) -> Artifact:
    """Put a picture of one colour into a store, as runs do."""
    picture = Image.new("RGB", size, (int(cell.digest[:2], 16), int(cell.digest[2:4], 16), 90))
    staged = store / "staged.png"
    staged.parent.mkdir(parents=True, exist_ok=True)
    picture.save(staged)
    data = staged.read_bytes()
    artifact = Artifact(
        sha256(data), "image/png", len(data), str(store / sha256(data)[:2] / f"{sha256(data)}.png")
    )
    artifact.path.parent.mkdir(exist_ok=True)
    staged.rename(artifact.path)
    return artifact


def run_of(runs: Path, *axes: Any, **options: Any) -> Run:
    """A run whose cells are all done, its pictures in a store beside it."""
    plan = make_plan(axes, **options)
    return make_run(
        plan, runs / "a-run", lambda cell: Outcome(cell.digest, State.DONE, (stored(runs / "store", cell),))
    )


def blocks(page: Path) -> dict[str, Any]:
    """Every block of JSON in a page, by its id."""
    found = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', page.read_text("utf-8"))
    return {name: json.loads(text) for name, text in found}


def told(page: Path) -> dict[str, Any]:
    body = blocks(page)["document"]
    assert isinstance(body, dict)
    return body


def test_a_document_has_every_cell_with_its_place_request_state_and_pictures(tmp_path: Path) -> None:
    plan = make_plan([axis("sampler", ["a", "b"]), axis("scale", [4, 5])])
    ends = {
        plan.cells[1].digest: Outcome(plan.cells[1].digest, State.FAILED, (), "HTTP 500"),
        plan.cells[2].digest: Outcome(plan.cells[2].digest, State.PLANNED),
    }
    run = make_run(plan, tmp_path / "a-run", lambda cell: ends.get(cell.digest) or done(tmp_path)(cell))
    body = told(write_page(run, SheetSpec(), tmp_path / "sheet.html"))
    cells = body["cells"]
    assert cells["count"] == 4
    assert cells["at"] == [0, 0, 0, 1, 1, 0, 1, 1]
    assert cells["digest"] == [cell.digest for cell in plan.cells]
    assert [cells["states"][at] for at in cells["state"]] == ["done", "failed", "not yet run", "done"]
    assert [cells["reasons"][at] for at in cells["reason"]] == ["", "HTTP 500", "", ""]
    assert cells["pictures"] == [[0], [], [], [1]]
    assert body["pictures"]["width"] == [64, 64]
    varying = {column["name"]: [column["values"][at] for at in column["cells"]] for column in body["columns"]}
    assert varying == {"sampler": ["a", "a", "b", "b"], "scale": [4, 5, 4, 5]}
    for number, cell in enumerate(plan.cells):
        rebuilt = body["shared"] | {name: values[number] for name, values in varying.items()}
        assert rebuilt == dict(cell.request)


def test_axes_that_advance_together_are_one_on_the_page(tmp_path: Path) -> None:
    plan = make_plan(
        [axis("seed", [1, 2]), axis("steps", [10, 20]), axis("scale", [4, 5])], without=lambda at: at[0] != at[1]
    )
    plan = replace(plan, zips=(("seed", "steps"),))
    body = told(write_page(make_run(plan, tmp_path / "r", done(tmp_path)), SheetSpec(), tmp_path / "sheet.html"))
    assert [one["name"] for one in body["axes"]] == ["seed · steps", "scale"]
    assert [value["label"] for value in body["axes"][0]["values"]] == ["1 · 10", "2 · 20"]
    assert body["cells"]["at"] == [0, 0, 0, 1, 1, 0, 1, 1]


def test_a_value_says_what_it_sets_and_its_note(tmp_path: Path) -> None:
    style = axis(
        "style",
        [AxisValue("Ink", "ink", note="a brush"), AxisValue("Oil", "oil", sets={"steps": 9})],
        parameter=False,
    )
    plan = make_plan([style])
    body = told(write_page(make_run(plan, tmp_path / "r", done(tmp_path)), SheetSpec(), tmp_path / "sheet.html"))
    ink, oil = body["axes"][0]["values"]
    assert ink["note"] == "a brush"
    assert ["steps", "9"] in oil["sets"]
    assert any(name == "prompt" and text.endswith(", ink") for name, text in ink["sets"])


def test_what_steps_made_stands_in_the_document_as_numbers_or_texts(tmp_path: Path) -> None:
    run = run_of(tmp_path, axis("seed", [1, 2]))
    one, two = (cell.digest for cell in run.plan.cells)
    other = stored(tmp_path / "store", run.plan.cells[0], (32, 32))
    scores: dict[str, dict[str, ScoreValue]] = {
        one: {"sharpness": 0.5, "badge": "best", "n": float("nan")},
        two: {"sharpness": 2},
    }
    run = with_scores(run, scores, {one: (other,)})
    facts = Facts({one: Decimal("5.00")}, "Anlas")
    body = told(write_page(run, SheetSpec(), tmp_path / "a-run" / "s.html", PageOptions(facts)))
    assert [record | {} for record in body["records"]] == [
        {"name": "sharpness", "kind": "number", "cells": [0.5, 2]},
        {"name": "badge", "kind": "text", "cells": ["best", None]},
        {"name": "n", "kind": "number", "cells": [None, None]},
    ]
    assert body["cells"]["price"] == ["5", None]
    assert body["pictures"]["width"][body["cells"]["pictures"][0][0]] == 32


def test_places_without_cells_say_why(tmp_path: Path) -> None:
    plan = make_plan([axis("a", [1, 2]), axis("b", [1, 2])], without=lambda at: at == (0, 1))
    plan = replace(plan, reasons=(Reason("where", "too slow", 1),), excluded={(0, 1): 0})
    body = told(write_page(make_run(plan, tmp_path / "r", done(tmp_path)), SheetSpec(), tmp_path / "sheet.html"))
    assert body["gaps"] == {"at": [0, 1], "reason": [0], "reasons": [{"kind": "where", "text": "too slow"}]}


def test_nothing_that_people_wrote_is_markup_or_script(tmp_path: Path) -> None:
    plan = replace(make_plan([axis("prompt", [EVIL, "x"])], base={"prompt": EVIL, "size": "64x96"}), title=EVIL)
    run = make_run(plan, tmp_path / "r", lambda cell: Outcome(cell.digest, State.FAILED, (), EVIL))
    page = write_page(run, SheetSpec(caption="${{ prompt }}"), tmp_path / "sheet.html")
    text = page.read_text("utf-8")
    assert "<script>alert" not in text
    assert text.count("<script") == 3  # the document, the page's own, what comes of comparing
    assert "<!-- ]]>" not in text
    assert "\u2028" not in text
    assert text.count("</title>") == 1
    body = told(page)
    assert body["title"] == body["cells"]["reasons"][1] == body["axes"][0]["values"][0]["label"] == visible(EVIL)
    assert body["columns"][0]["values"][0] == EVIL


def test_the_policy_allows_the_pages_own_script_and_style_by_their_digests(tmp_path: Path) -> None:
    text = write_page(run_of(tmp_path, axis("seed", [1])), SheetSpec(), tmp_path / "s.html").read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    allowed = policy[1].replace("&#x27;", "'")
    for tag, kind in (("script", "script-src"), ("style", "style-src")):
        inline = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inline is not None
        digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in allowed
    assert "default-src 'none'" in allowed
    assert "unsafe" not in allowed
    assert "http" not in allowed


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run = run_of(tmp_path, axis("seed", [1, 2, 3]))
    spec = SheetSpec(caption="seed ${{ seed }}")
    one = write_page(run, spec, tmp_path / "a-run" / "sheet.html").read_bytes()
    assert write_page(run, spec, tmp_path / "a-run" / "sheet.html").read_bytes() == one
    index = write_page_folder(run, spec, tmp_path / "a-run" / "page")
    first = {path.name: path.read_bytes() for path in index.parent.rglob("*") if path.is_file()}
    write_page_folder(run, spec, tmp_path / "a-run" / "page")
    assert {path.name: path.read_bytes() for path in index.parent.rglob("*") if path.is_file()} == first


def test_small_originals_are_in_the_file_byte_for_byte(tmp_path: Path) -> None:
    run = run_of(tmp_path, axis("seed", [1]))
    page = write_page(run, SheetSpec(), tmp_path / "elsewhere.html")
    source = told(page)["pictures"]["source"][0]
    original = run.outcomes[run.plan.cells[0].digest].artifacts[0]
    assert base64.b64decode(source.removeprefix("data:image/png;base64,")) == original.path.read_bytes()


def test_large_originals_are_linked_within_the_runs_folder_and_nowhere_else(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    run = run_of(runs, axis("seed", [1]))
    few = PageOptions(most_originals=10)
    inside = told(write_page(run, SheetSpec(), runs / "a-run" / "sheet.html", few))["pictures"]["source"][0]
    assert (runs / "a-run" / inside).resolve() == run.outcomes[run.plan.cells[0].digest].artifacts[0].path
    away = write_page(run, SheetSpec(), tmp_path / "elsewhere" / "sheet.html", few)
    assert told(away)["pictures"]["source"] == [""]
    assert str(tmp_path) not in away.read_text("utf-8")


def test_a_folder_has_thumbnails_and_originals_and_nothing_old(tmp_path: Path) -> None:
    run = run_of(tmp_path, axis("seed", [1, 2]))
    folder = tmp_path / "a-run" / "page"
    (folder / "thumbs").mkdir(parents=True)
    (folder / "thumbs" / "old.webp").write_bytes(b"old")
    body = told(write_page_folder(run, SheetSpec(), folder))
    assert not (folder / "thumbs" / "old.webp").exists()
    for at, cell in enumerate(run.plan.cells):
        original = run.outcomes[cell.digest].artifacts[0]
        assert (folder / body["pictures"]["source"][at]).read_bytes() == original.path.read_bytes()
        with Image.open(folder / body["pictures"]["thumb"][at]) as small:
            assert small.format == "WEBP"
            assert small.size == (64, 96)


def test_a_damaged_picture_costs_only_itself(tmp_path: Path) -> None:
    run = run_of(tmp_path, axis("seed", [1, 2]))
    run.outcomes[run.plan.cells[0].digest].artifacts[0].path.write_bytes(b"no picture")
    for page in (
        write_page(run, SheetSpec(), tmp_path / "sheet.html"),
        write_page_folder(run, SheetSpec(), tmp_path / "p"),
    ):
        cells = told(page)["cells"]
        assert [cells["states"][at] for at in cells["state"]] == ["picture damaged", "done"]


def test_steps_along_axes_are_measured(tmp_path: Path) -> None:
    run = run_of(tmp_path, axis("seed", [1, 2, 3]), axis("scale", [4, 5]))
    seed, scale = blocks(write_page(run, SheetSpec(), tmp_path / "sheet.html"))["steps"]
    assert (seed["count"], scale["count"]) == (4, 3)
    assert seed["next"] == [2, 3, 4, 5, None, None]
    assert all(gap > 0 for gap in seed["cells"][:4])


def test_a_redacted_run_brings_no_original_and_no_digest(tmp_path: Path) -> None:
    run = redacted(run_of(tmp_path, axis("prompt", ["a secret", "another secret"])))
    page = write_page_folder(run, SheetSpec(), tmp_path / "a-run" / "page")
    single = write_page(run, SheetSpec(), tmp_path / "a-run" / "sheet.html")
    assert not (page.parent / "originals").exists()
    for path in (page, single):
        text = path.read_text("utf-8")
        assert "secret" not in text
        assert all(cell.digest not in text for cell in run.plan.cells)
        assert set(told(path)["pictures"]["source"]) == {""}


def test_sheets_are_written_as_pages_under_their_names_and_old_ones_go(tmp_path: Path) -> None:
    folder = tmp_path / "a-run"
    run = run_of(tmp_path, axis("seed", [1, 2]))
    folder.mkdir()
    (folder / "plan.lock.json").touch()  # in a run's own folder, all old ones go
    both = SheetSpec(formats=("png", "html", "html-folder"))
    files = write_sheets(run, folder, specs=(both,))
    assert {path.relative_to(folder).as_posix() for path in files} == {
        "sheet.png",
        "sheet.html",
        "sheet-html/index.html",
    }
    write_sheets(run, folder, specs=(SheetSpec(),))
    assert sorted(path.name for path in folder.iterdir()) == ["plan.lock.json", "sheet.png"]


def test_an_export_has_all_files_of_a_page_in_a_folder(tmp_path: Path) -> None:
    run = run_of(tmp_path, axis("seed", [1, 2]))
    drawn = tmp_path / "drawn"
    sheets = sheet_files(write_sheets(run, drawn, specs=(SheetSpec(formats=("html-folder",)),)), drawn)
    names = [member.name for member in export_run(run, Store(tmp_path / "store"), sheets).members]
    inside = [name for name in names if name.startswith("sheets/sheet-html/")]
    assert "sheets/sheet-html/index.html" in inside
    assert len(inside) == 5
