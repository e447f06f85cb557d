"""Two runs held against each other, and the sheet of what has moved."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from teststrip.base.json import sha256
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.model import Status
from teststrip.verify.pictures import PIXELS
from teststrip.verify.runs import compare_runs, counts_of
from teststrip.verify.sheet import difference_sheet, write_difference_sheet


def plan_of(labels: list[str]) -> Plan:
    return Plan(
        title="Moved",
        recipe_file="",
        recipe_digest="",
        provider="p",
        model="m",
        target="live https://api.example",
        page_digest="",
        axes=(Axis("style", tuple(AxisValue(label) for label in labels), parameter=False),),
        cells=tuple(Cell((k,), {}, sha256(str(k).encode())) for k in range(len(labels))),
        sheets=(),
        concurrency=None,
        digest="d" * 64,
    )


def picture(folder: Path, colour: tuple[int, int, int], size: tuple[int, int] = (96, 64)) -> Artifact:
    path = folder / f"{colour}-{size}.png".replace(" ", "")
    Image.new("RGB", size, colour).save(path)
    return Artifact(sha256(path.read_bytes()), "image/png", path.stat().st_size, str(path))


def outcome(plan: Plan, number: int, state: State, *pictures: Artifact, reason: str = "") -> Outcome:
    return Outcome(plan.cells[number].digest, state, pictures, reason)


def runs_of(plan: Plan, folder: Path, pairs: list[tuple[Outcome | None, Outcome | None]]) -> tuple[Run, Run]:
    sides = [{one.digest: one for pair in pairs if (one := pair[side]) is not None} for side in (0, 1)]
    return Run(folder / "then", plan, sides[0], 0), Run(folder / "now", plan, sides[1], 0)


def test_every_way_in_which_a_cell_may_stand(tmp_path: Path) -> None:
    plan = plan_of([f"value {k}" for k in range(12)])
    red, blue, odd = (picture(tmp_path, colour) for colour in ((200, 0, 0), (0, 0, 200), (1, 2, 3)))
    gone = replace(blue, sha256="0" * 64, place=str(tmp_path / "gone.png"))

    def done(number: int, *pictures: Artifact) -> Outcome:
        return outcome(plan, number, State.DONE, *pictures)

    then, now = runs_of(
        plan,
        tmp_path,
        [
            (done(0, red), done(0, red)),
            (done(1, red), done(1, blue)),
            (done(2, red), outcome(plan, 2, State.MODERATED, reason="refused")),
            (outcome(plan, 3, State.FAILED, reason="no"), done(3, red)),
            (outcome(plan, 4, State.FAILED, reason="no"), outcome(plan, 4, State.FAILED, reason="nay")),
            (outcome(plan, 5, State.FAILED, reason="no"), outcome(plan, 5, State.UNCERTAIN, reason="lost")),
            (None, done(6, red)),
            (done(7, red, odd), done(7, red)),
            (done(8, red), done(8, gone)),
            (done(9, red), None),
            (done(10, red), outcome(plan, 10, State.SUBMITTED)),
            (outcome(plan, 11, State.FAILED, reason="no"), outcome(plan, 11, State.PLANNED)),
        ],
    )
    pairs = compare_runs(then, now, PIXELS)
    assert [pair.verdict for pair in pairs] == [
        "same",
        "moved",
        "lost",
        "new",
        "moved",
        "moved",
        "unknown",
        "moved",
        "moved",
        "open",
        "open",
        "open",
    ]
    assert counts_of(pairs) == {"same": 1, "moved": 5, "lost": 1, "open": 3, "new": 1, "unknown": 1}
    assert pairs[2].why == "moderated: refused"
    assert pairs[3].why == "failed: no then"
    assert pairs[4].why == "failed: no then; failed: nay now"
    assert pairs[7].why == "2 pictures then, 1 now"
    assert "gone.png: No such file" in pairs[8].why
    part = compare_runs(then, now, PIXELS, whole=False)
    assert [
        (one.number, one.verdict) for one, pair in zip(part, pairs, strict=True) if one.verdict != pair.verdict
    ] == [
        (4, "unknown"),
        (5, "unknown"),
        (11, "unknown"),
    ]

    (sheet,) = write_difference_sheet(plan, pairs[1:3] + pairs[7:9], tmp_path / "out")
    with Image.open(sheet) as drawn:
        assert drawn.height > 4 * 64
    assert len(list((tmp_path / "out" / "heat").iterdir())) == 1


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        ("no longer (HTTP 400)", "no longer (HTTP 400)", "same"),
        ("no longer (HTTP 400)", "no longer (HTTP 422)", "moved"),
        ("steps may be 50", "steps may be 28", "moved"),
        ("no model nai-diffusion-4-5-full", "no model nai-diffusion-4-5-curated", "moved"),
        ("broke (request id: 2026112218004512345678Ab)", "broke (request id: 2026112309114587654321Zz)", "same"),
        ("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfb3b4bed broke", "6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b broke", "same"),
        ("job p-1 broke", "job p-2 broke", "same"),  # the prediction's own id, whatever it looks like
        ("job p-1 broke", "job p-2 was refused", "moved"),
        ("no GPU at 2026-11-22T18:00:45Z", "no GPU at 2026-11-23 09:11", "same"),
        ("gave up after 30.5 s", "gave up after 31 seconds", "same"),
        ("", "out of memory", "moved"),
        ("deadbeefs defaced", "facades accede", "moved"),
    ],
)
def test_a_failure_is_the_same_only_where_the_server_says_the_same(
    then: str, now: str, verdict: str, tmp_path: Path
) -> None:
    plan = plan_of(["one"])
    one, two = (
        replace(outcome(plan, 0, State.FAILED, reason=reason), prediction=prediction)
        for reason, prediction in ((then, "p-1"), (now, "p-2"))
    )
    (pair,) = compare_runs(*runs_of(plan, tmp_path, [(one, two)]), PIXELS)
    assert pair.verdict == verdict
    assert pair.why == f"failed{f': {then}' if then else ''} then; failed: {now} now"


def test_looking_for_ids_in_what_a_hostile_server_says_takes_time_in_proportion(tmp_path: Path) -> None:
    plan = plan_of(["one"])

    def took(length: int) -> float:
        one, two = (outcome(plan, 0, State.FAILED, reason=text * (length // 2)) for text in ("a-", "0-"))
        start = time.process_time()
        compare_runs(*runs_of(plan, tmp_path, [(one, two)]), PIXELS)
        return time.process_time() - start

    assert took(200_000) < 60 * max(took(20_000), 0.001)


@pytest.mark.parametrize("state", [State.PLANNED, State.INTENT, State.SUBMITTED, State.FETCHED])
def test_what_was_never_finished_is_nothing_to_compare_with(state: State, tmp_path: Path) -> None:
    plan = plan_of(["one"])
    one = outcome(plan, 0, state, reason="not finished")
    (pair,) = compare_runs(*runs_of(plan, tmp_path, [(one, one)]), PIXELS)
    assert (pair.verdict, pair.why) == ("unknown", f"{state} then, {state} now: not finished")


def test_the_sheet_says_of_both_sides_how_they_stand(tmp_path: Path) -> None:
    plan = plan_of(["one"])
    (pair,) = compare_runs(
        *runs_of(
            plan,
            tmp_path,
            [(outcome(plan, 0, State.MODERATED, reason="no"), outcome(plan, 0, State.UNCERTAIN, reason="late"))],
        ),
        PIXELS,
    )
    boxes = difference_sheet(plan, [pair], tmp_path).boxes
    assert [(box.status, box.reason) for box in boxes] == [(Status.MODERATED, "no"), (Status.UNCERTAIN, "late")]


@pytest.mark.parametrize("count", [1, 400])
def test_one_row_or_four_hundred_with_long_labels_and_an_earlier_sheet_goes(count: int, tmp_path: Path) -> None:
    long = "a very long label, 日本語も, that goes on and on and says what was meant"
    plan = plan_of([f"{k} {long}" for k in range(count + 5)])
    red, blue = picture(tmp_path, (200, 0, 0)), picture(tmp_path, (190, 10, 0))
    then, now = runs_of(
        plan,
        tmp_path,
        [
            (outcome(plan, k, State.DONE, red), outcome(plan, k, State.DONE, blue))
            for k in range(count + 5 if count > 1 else 1)
        ],
    )
    pairs = [pair for pair in compare_runs(then, now, PIXELS) if pair.verdict == "moved"]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "difference-09.png").write_bytes(b"old")
    sheets = write_difference_sheet(plan, pairs, tmp_path / "out")
    assert sheets == tuple(sorted((tmp_path / "out").glob("*.png")))
    assert len(sheets) >= 1
    (tmp_path / "out" / "difference-of-opinion.png").write_bytes(b"somebody's")
    assert write_difference_sheet(plan, [], tmp_path / "out") == ()
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["difference-of-opinion.png"]
