from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from teststrip.plan.model import AxisValue, Reason
from teststrip.viewer.pair import side_by_side

sys.path.insert(0, str(Path(__file__).parent.parent / "sheet"))

from sheet_runs import axis, done, make_plan, make_run


def places(run: object) -> list[tuple[int, ...]]:
    return [cell.coordinates for cell in run.plan.cells]  # type: ignore[attr-defined]


def test_equal_values_are_one_and_the_runs_are_an_axis(tmp_path: Path) -> None:
    one = make_run(make_plan([axis("scale", [4, 5]), axis("seed", [1])]), tmp_path / "one", done(tmp_path))
    two_plan = replace(make_plan([axis("seed", [1, 2]), axis("scale", [5, 6])]), title="Other")
    two = make_run(two_plan, tmp_path / "two", done(tmp_path))
    both, spec = side_by_side(one, two)
    assert [(a.name, [v.label for v in a.values]) for a in both.plan.axes] == [
        ("scale", ["4", "5", "6"]),
        ("seed", ["1", "2"]),
        ("run", ["Which sampler?", "Other"]),
    ]
    assert places(both) == [(0, 0, 0), (1, 0, 0), (1, 0, 1), (2, 0, 1), (1, 1, 1), (2, 1, 1)]
    assert spec.cols[-1] == "run"
    assert set(both.outcomes) == {*one.outcomes, *two.outcomes}


def test_a_run_that_lacks_an_axis_stands_where_its_requests_are(tmp_path: Path) -> None:
    one = make_run(make_plan([axis("scale", [4, 5])]), tmp_path / "one")
    two = make_run(make_plan([axis("steps", [28, 40])]), tmp_path / "two")  # one has 28 steps, and two no scale
    both, _ = side_by_side(one, two)
    assert [[v.label for v in a.values] for a in both.plan.axes[:2]] == [["4", "5", "–"], ["28", "40"]]
    assert places(both) == [(0, 0, 0), (1, 0, 0), (2, 0, 1), (2, 1, 1)]


def test_numbers_of_both_stand_in_order(tmp_path: Path) -> None:
    one = make_run(make_plan([axis("scale", [6, 4.5])]), tmp_path / "one")
    two = make_run(make_plan([axis("scale", [5])]), tmp_path / "two")
    both, _ = side_by_side(one, two)
    assert [value.label for value in both.plan.axes[0].values] == ["4.5", "5", "6"]
    assert places(both) == [(2, 0), (0, 0), (1, 1)]


def test_reasons_and_names_stay_apart(tmp_path: Path) -> None:
    plan = make_plan([axis("run", [AxisValue("a"), "b"], parameter=False)], without=lambda at: at == (1,))
    plan = replace(plan, reasons=(Reason("where", "one", 1),), excluded={(1,): 0})
    other = replace(plan, reasons=(Reason("where", "two", 1),), target="live x")
    both, _ = side_by_side(make_run(plan, tmp_path / "one"), make_run(other, tmp_path / "two"))
    assert [one.name for one in both.plan.axes] == ["run", "which run"]
    assert [value.label for value in both.plan.axes[1].values] == ["darkroom/1", "live x"]
    assert {place: both.plan.reasons[at].text for place, at in both.plan.excluded.items()} == {
        (1, 0): "one",
        (1, 1): "two",
    }
