"""Tables of all cells: what was asked and what came of it, safe for a spreadsheet, typed for a database."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from sheet_runs import BASE, axis, done, make_plan, make_run, with_scores

from teststrip.base.json import Json
from teststrip.plan.model import AxisValue, Cell
from teststrip.recipe.model import SheetSpec
from teststrip.run.costs import Cost
from teststrip.run.model import Outcome, Run
from teststrip.run.redact import redacted
from teststrip.run.state import State
from teststrip.sheet.write import write_sheets

TABLES = ("csv", "jsonl", "parquet")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def outcome(cell: Cell) -> Outcome:
        if cell.coordinates == (0, 1):
            return Outcome(cell.digest, State.MODERATED, reason="=HYPERLINK(1)\n\x1b[31mnot this")
        return done(tmp_path / "store")(cell)

    values: list[Json | AxisValue] = [AxisValue("A title", "k_euler"), "ddim_v3"]
    plan = make_plan([axis("sampler", values), axis("state", [4, 8])], base={**BASE, "n": 2})
    return make_run(plan, tmp_path / "run", outcome)


def first(run: Run) -> str:
    return run.plan.cells[0].digest


def written(run: Run, folder: Path, *forms: str) -> list[Path]:
    scored = with_scores(run, {first(run): {"sharpness": 0.5, "says": "+1"}})
    costs = {first(run): Cost(Decimal("2.50"), "Anlas", 3.25)}
    return list(write_sheets(scored, folder, specs=(SheetSpec(formats=forms),), costs=lambda _: costs))


def test_json_lines_have_every_cell_whole(run: Run) -> None:
    (file,) = written(run, run.folder, "jsonl")
    one, other, *rest = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(rest) == 2
    assert one["at"] == {"sampler": "A title", "state": "4"}
    assert one["request"] == run.plan.cells[0].request
    assert (one["price"], one["unit"], one["seconds"]) == ("2.50", "Anlas", 3.25)
    assert one["scores"] == {"sharpness": 0.5, "says": "+1"}
    assert [(file.parent / way).is_file() for way in one["paths"]] == [True, True]
    assert one["pictures"] == [artifact.sha256 for artifact in run.outcomes[first(run)].artifacts]
    assert (other["state"], other["price"], other["pictures"]) == ("moderated", None, [])
    assert other["alt"].startswith("sampler A title, state 8; moderated; =HYPERLINK")


def test_no_cell_of_the_csv_is_a_formula_or_a_control(run: Run, tmp_path: Path) -> None:
    (file,) = written(run, tmp_path / "out", "csv")
    assert "\x1b" not in file.read_text()
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[1]["reason"].startswith("'=HYPERLINK")
    assert (rows[0]["axis state"], rows[0]["state"]) == (
        "4",
        "done",
    )  # an axis of that name does not hide the state
    assert (rows[0]["scores.sharpness"], rows[1]["scores.sharpness"]) == ("0.5", "")
    assert rows[0]["request.steps"] == "28"
    assert rows[0]["paths"] == ""  # elsewhere they would tell of this machine


def test_parquet_has_types(run: Run, tmp_path: Path) -> None:
    (file,) = written(run, tmp_path / "o'ut", "parquet")
    table = duckdb.read_parquet(str(file))
    kinds = dict(zip(table.columns, map(str, table.types), strict=True))
    assert (kinds["cell"], kinds["price"], kinds["request.steps"]) == ("BIGINT", "DOUBLE", "BIGINT")
    assert (kinds["scores.sharpness"], kinds["reason"]) == ("DOUBLE", "VARCHAR")
    found = table.order("cell").fetchall()
    assert len(found) == 4
    assert found[0][table.columns.index("price")] == 2.5
    assert found[1][table.columns.index("price")] is None


@pytest.mark.parametrize("form", TABLES)
def test_the_same_run_gives_the_same_bytes(run: Run, tmp_path: Path, form: str) -> None:
    (one,), (other,) = written(run, tmp_path / "one", form), written(run, tmp_path / "other", form)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_redacted_run_tells_nothing_of_its_requests(run: Run, tmp_path: Path, form: str) -> None:
    (file,) = written(redacted(run), tmp_path, form)
    text = file.read_text()
    for secret in ("silver hair", "HYPERLINK", *run.outcomes):
        assert secret not in text
    assert "moderated" in text


def test_tables_stand_beside_pages(run: Run, tmp_path: Path) -> None:
    names = [path.name for path in written(run, tmp_path, "csv", "png", "jsonl")]
    assert names == ["sheet.png", "sheet.csv", "sheet.jsonl"]


@pytest.mark.parametrize("form", TABLES)
def test_the_order_in_which_a_request_has_its_members_does_not_count(run: Run, tmp_path: Path, form: str) -> None:
    """A lock has those first that all cells share, the plan that it was written from has not."""
    cells = run.plan.cells
    turned = tuple(Cell(one.coordinates, dict(reversed(list(one.request.items()))), one.digest) for one in cells)
    other = replace(run, plan=replace(run.plan, cells=turned))
    one, two = (written(some, tmp_path / name, form)[0] for name, some in (("one", run), ("two", other)))
    assert one.read_bytes() == two.read_bytes()
