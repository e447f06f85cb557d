"""Marks on the command line: sheets that carry them, and recipes made of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teststrip.cli.main import program
from teststrip.plan.lock_read import load_lock
from teststrip.run.folder import load_run

RECIPE = """
teststrip: 1
title: Small
model: gptproto/nai-diffusion-4-5-full
params: {prompt: night, size: 512x512, steps: 1, seed: 1}
axes: {scale: [4, 5, 6], sampler: [k_euler, ddim_v3]}
sheets: [{formats: [png, html]}]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of six cells."""
    folder = tmp_path_factory.mktemp("marks")
    (folder / "recipe.yaml").write_text(RECIPE, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(program, ["run", "recipe.yaml"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder


def call(place: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.chdir(place)
    return CliRunner().invoke(program, list(words))


def marks(place: Path, picks: list[int], name: str = "marks.json") -> Path:
    run = load_run(next(place.glob("runs/small-*")))
    body = {
        "teststrip_marks": 1,
        "marks": [{"cell": run.plan.cells[at].digest, "mark": "pick", "note": f"<i>{at}"} for at in picks],
        "votes": [{"winner": run.plan.cells[picks[0]].digest, "loser": run.plan.cells[picks[1]].digest}],
    }
    (place / name).write_text(json.dumps(body), "utf-8")
    return place / name


def page(path: Path) -> dict[str, object]:
    found = re.search(r'id="document">(.*?)</script>', path.read_text("utf-8"))
    assert found is not None
    body = json.loads(found[1])
    assert isinstance(body, dict)
    return body


def test_a_recipe_from_marks_is_printed_or_written_and_makes_the_picked_cells(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks(place, [0, 3])
    printed = call(place, monkeypatch, "recipe", "from-marks", "small", "marks.json")
    assert printed.exit_code == 0, printed.output
    written = call(place, monkeypatch, "recipe", "from-marks", "small", "marks.json", "-o", "picked.yaml")
    assert written.exit_code == 0, written.output
    assert (place / "picked.yaml").read_text("utf-8") == printed.stdout
    assert " (2 picked)" in printed.stdout  # of the title
    planned = call(place, monkeypatch, "plan", "picked.yaml", "-o", "picked.lock.json")
    assert planned.exit_code == 0, planned.output
    cells = load_run(next(place.glob("runs/small-*"))).plan.cells
    assert {cell.digest for cell in load_lock(place / "picked.lock.json").cells} == {
        cells[0].digest,
        cells[3].digest,
    }
    again = call(place, monkeypatch, "recipe", "from-marks", "small", "marks.json", "-o", "picked.yaml")
    assert getattr(again.exception, "exit_code", None) == 2
    assert "is there already" in str(again.exception)


def test_a_sheet_begins_with_the_marks(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks(place, [1, 2])
    result = call(place, monkeypatch, "sheet", "small", "--marks", "marks.json", "-o", "marked")
    assert result.exit_code == 0, result.output
    body = page(place / "marked" / "sheet.html")
    assert body["marks"] == {"cells": [[1, "pick", "<i>1"], [2, "pick", "<i>2"]], "votes": [[1, 2, False, ""]]}
    unmarked = call(place, monkeypatch, "sheet", "small", "-o", "unmarked")
    assert unmarked.exit_code == 0, unmarked.output
    assert page(place / "unmarked" / "sheet.html")["marks"] is None
    assert (place / "marked" / "sheet.png").read_bytes() != (place / "unmarked" / "sheet.png").read_bytes()


def test_only_the_picked_go_into_a_folder_of_their_own(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks(place, [4, 5])
    result = call(place, monkeypatch, "sheet", "small", "--marks", "marks.json", "--picked", "--json")
    assert result.exit_code == 0, result.output
    sheets = sorted(json.loads(result.stdout)["sheets"])
    assert all(Path(sheet).parent.name == "picked" for sheet in sheets)
    body = page(Path(place, sheets[0]))
    assert body["cells"]["count"] == 2  # type: ignore[index]
    assert body["marks"]["cells"] == [[0, "pick", "<i>4"], [1, "pick", "<i>5"]]  # type: ignore[index]
    assert body["marks"]["votes"] == [[0, 1, False, ""]]  # type: ignore[index]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sheet", "small", "--picked"), "--picked needs --marks"),
        (("recipe", "from-marks", "small", "none.json"), "none.json:1:1  the marks cannot be read"),
        (("recipe", "from-marks", "small", "strange.json"), "no cell of the run"),
        (("recipe", "from-marks", "small", "unpicked.json"), "no cell of this run is picked"),
        (("sheet", "small", "--marks", "unpicked.json", "--picked"), "no cell of this run is picked"),
    ],
)
def test_what_cannot_be_done_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    (place / "strange.json").write_text(
        '{"teststrip_marks": 1, "marks": [{"cell": "abc", "mark": "pick"}]}', "utf-8"
    )
    (place / "unpicked.json").write_text('{"teststrip_marks": 1, "marks": []}', "utf-8")
    result = call(place, monkeypatch, *words)
    assert said in str(result.exception)
    assert getattr(result.exception, "exit_code", None) == 2
