"""Tidying up a runs folder: what may have cost stays, whatever else is gone."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from run_bench import DARKROOM, PAID, URL, Bench, breaks, make_plan, png, requests

from teststrip.base.json import sha256
from teststrip.errors import LockError, UsageError
from teststrip.plan.identity import plan_digest
from teststrip.plan.lock import LOCK_NAME, write_lock
from teststrip.plan.model import Axis, AxisValue, Plan
from teststrip.run.catalogue import Listed, find_run, list_runs, newest_unfinished
from teststrip.run.folder import THUMBS_NAMES, run_folder
from teststrip.run.gc import alone, remove, survey
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.run.target import Target


def plan_of(count: int, target: Target, title: str = "A test") -> Plan:
    seeds = Axis("seed", tuple(AxisValue(str(seed), seed) for seed in range(1, count + 1)), parameter=True)
    plan = replace(make_plan(requests(count), target), axes=(seeds,), title=title)
    return replace(plan, digest=plan_digest(plan.provider, plan.model, plan.target, plan.axes, plan.cells))


def locked(root: Path, plan: Plan) -> Path:
    folder = run_folder(root, plan)
    write_lock(folder / LOCK_NAME, plan)
    return folder


def stored(root: Path) -> int:
    return sum(1 for _ in (root / "store").rglob("*.png"))


def forget(root: Path) -> None:
    for path in root.glob("ledger.sqlite3*"):
        path.unlink()


@pytest.mark.parametrize(("target", "stays"), [(PAID, 3), (URL, 3), (DARKROOM, 0)])
async def test_without_a_lock_only_what_the_darkroom_drew_goes(tmp_path: Path, target: Target, stays: int) -> None:
    await Bench(tmp_path).run(plan_of(3, target), target)
    found = survey(tmp_path)
    assert (len(found.waste), found.kept, found.kept_for_cost) == (3 - stays, stays, stays)
    remove(found)
    assert stored(tmp_path) == stays
    assert survey(tmp_path).waste == ()


async def test_what_a_lock_names_stays_and_a_picture_that_was_also_paid_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    await bench.run(plan_of(3, DARKROOM), DARKROOM)
    await bench.run(plan_of(1, PAID), PAID)  # the same bytes as the first proof
    folder = locked(tmp_path, plan_of(2, DARKROOM))
    assert len(survey(tmp_path).waste) == 1
    (folder / LOCK_NAME).unlink()
    folder.rmdir()
    found = survey(tmp_path)
    assert (len(found.waste), found.kept_for_cost) == (2, 1)
    assert {one.path.stem for one in found.waste} == {sha256(png(2)), sha256(png(3))}


async def test_without_the_ledger_nobody_can_tell_so_all_stays(tmp_path: Path) -> None:
    await Bench(tmp_path).run(plan_of(2, DARKROOM), DARKROOM)
    forget(tmp_path)
    assert survey(tmp_path).waste == ()


async def test_thumbnails_go_with_their_pictures_and_those_of_other_versions_at_once(tmp_path: Path) -> None:
    await Bench(tmp_path).run(plan_of(3, DARKROOM), DARKROOM)
    locked(tmp_path, plan_of(2, DARKROOM))
    names = [sha256(png(number)) for number in (1, 2, 3)]
    for folder, name in (
        (THUMBS_NAMES[640], names[0]),
        (THUMBS_NAMES[160], names[0]),
        (THUMBS_NAMES[160], names[2]),
        ("thumbs-1", names[0]),
        ("thumbs-640-0", names[0]),
    ):
        place = tmp_path / "store" / folder / name[:2] / f"{name}.jpg"
        place.parent.mkdir(parents=True)
        place.write_bytes(b"small")
    (tmp_path / "store" / "thumbs-mine").mkdir()
    found = survey(tmp_path)
    assert sorted(one.why for one in found.waste) == [
        "a thumbnail of a picture that is not kept",
        "a thumbnail of another version",
        "a thumbnail of another version",
        "drawn by the darkroom, and no lock refers to it",
    ]
    remove(found)
    left = [path.stem for path in (tmp_path / "store").rglob("*.jpg")]
    assert left == [names[0]] * 2
    assert found.kept == 2


def test_strangers_files_are_not_looked_at(tmp_path: Path) -> None:
    Store(tmp_path / "store").put(png())
    for name in ("notes-deadbeef/mine.txt", "store/readme.txt", "store/zz/x.png", "photos/sheet.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("mine")
    (tmp_path / "old-run-0123abcd").mkdir()
    (tmp_path / "old-run-0123abcd" / "sheet-01.png").write_text("x")
    (tmp_path / "link-0123abcd").symlink_to(tmp_path / "photos")
    (tmp_path / "store" / "ab").symlink_to(tmp_path / "photos")
    assert [one.path.name for one in survey(tmp_path).waste] == ["old-run-0123abcd"]


async def test_a_lock_that_cannot_be_read_stops_it_all(tmp_path: Path) -> None:
    await Bench(tmp_path).run(plan_of(2, DARKROOM), DARKROOM)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / LOCK_NAME).write_text("{")
    with pytest.raises(LockError):
        survey(tmp_path)
    (tmp_path / "broken" / LOCK_NAME).unlink()
    (tmp_path / "broken" / LOCK_NAME).symlink_to(tmp_path / "nowhere")
    with pytest.raises(LockError):
        survey(tmp_path)
    with pytest.raises(LockError):
        survey(tmp_path, [tmp_path / "no.lock.json"])


def test_it_waits_for_nobody(tmp_path: Path) -> None:
    with Bench(tmp_path).ledger(), pytest.raises(UsageError, match="another run"), alone(tmp_path):
        raise AssertionError("held by two")
    with pytest.raises(UsageError, match="is no folder"), alone(tmp_path / "none"):
        raise AssertionError("no folder")


async def test_runs_are_listed_latest_first_and_found_by_a_beginning(tmp_path: Path) -> None:
    first, second = plan_of(2, PAID, "First"), plan_of(3, PAID, "Second")
    folders = [locked(tmp_path, plan) for plan in (first, second)]
    for age, folder in enumerate(folders):
        for path in (folder / LOCK_NAME, folder):
            os.utime(path, (10**9 - age, 10**9 - age))
    assert newest_unfinished(tmp_path, Settings()) == folders[0]
    await Bench(tmp_path).run(first)
    listed = list_runs(tmp_path)
    assert [one.folder for one in listed] == folders
    assert listed[0].updated == "2001-09-09T01:46:40.000+00:00"
    assert (listed[0].count(State.DONE), listed[0].left, listed[1].left) == (2, 0, 1)
    assert listed[0].size == len(png(1)) + len(png(2))
    assert newest_unfinished(tmp_path, Settings()) == folders[1]
    assert find_run(Path("fir"), tmp_path) == find_run(folders[0], Path("elsewhere")) == folders[0]
    for wrong in ("", "x", "first-zz", "../first"):
        with pytest.raises(UsageError):
            find_run(Path(wrong), tmp_path)
    with pytest.raises(UsageError, match="there is no run"):
        newest_unfinished(tmp_path / "none", Settings())
    (folders[1] / LOCK_NAME).write_text("{}")
    assert [bool(one.problem) for one in list_runs(tmp_path)] == [True, False]
    unread: list[Listed] = []
    assert newest_unfinished(tmp_path, Settings(), unread.append) is None
    assert [one.folder for one in unread] == [folders[1]]


async def test_what_failed_counts_as_left_only_when_it_is_to_be_tried_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.api.submits.append(breaks(httpx.ReadError))
    plan = plan_of(1, PAID)
    folder = locked(tmp_path, plan)
    await bench.run(plan)
    assert newest_unfinished(tmp_path, Settings()) is None
    assert newest_unfinished(tmp_path, Settings(retry_failed=True)) is None
    assert newest_unfinished(tmp_path, Settings(resend_uncertain=True)) == folder
