"""A run's folder and its name; a run as it is found on disk; events as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_bench import PAID, Bench, make_plan, requests

from teststrip.errors import LockError
from teststrip.plan.identity import plan_digest
from teststrip.plan.lock import write_lock
from teststrip.plan.model import Axis, AxisValue
from teststrip.run.events import CellFinished, Event, RunStarted
from teststrip.run.folder import load_run, run_folder, slug
from teststrip.run.state import State


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Which sampler suits a night portrait?", "which-sampler-suits-a-night-portrait"),
        ("Größe & Maß", "groe-ma"),
        ("Été à la mer", "ete-a-la-mer"),
        ("../../etc/passwd", "etc-passwd"),
        ("夜", "run"),
        ("", "run"),
        ("x" * 100, "x" * 48),
    ],
)
def test_a_title_becomes_a_folder_name(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(st.text())
def test_every_title_gives_a_safe_short_name(title: str) -> None:
    name = slug(title)
    assert 0 < len(name) <= 48
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")


def test_the_folder_is_named_by_title_and_digest(tmp_path: Path) -> None:
    assert run_folder(tmp_path, make_plan(requests(1))) == tmp_path / "a-test-abababab"


async def test_a_run_is_found_again_with_its_pictures(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    seeds = Axis("seed", (AxisValue("1", 1), AxisValue("2", 2)), parameter=True)
    plan = replace(make_plan(requests(2)), axes=(seeds,))
    plan = replace(plan, digest=plan_digest(plan.provider, plan.model, plan.target, plan.axes, plan.cells))
    folder = run_folder(tmp_path, plan)
    write_lock(folder / "plan.lock.json", plan)
    before = load_run(folder)
    assert before.count(State.PLANNED) == 2
    run = await bench.run(plan)
    found = load_run(folder)
    assert found.outcomes == run.outcomes
    assert (found.folder, found.sent) == (folder, 0)
    with bench.ledger():
        assert load_run(folder).outcomes == run.outcomes


def test_a_folder_without_a_lock_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(LockError):
        load_run(tmp_path)


def test_an_event_is_one_line_of_json_with_its_name() -> None:
    event: Event = RunStarted("runs/x", PAID.identity, 9, 8, 7, 1)
    line = json.dumps(event.to_json())
    assert json.loads(line) == {
        "event": "run_started",
        "folder": "runs/x",
        "target": "live https://api.example",
        "cells": 9,
        "requests": 8,
        "reused": 7,
        "to_send": 1,
    }
    event = CellFinished("d", 0, 1, State.DONE, "", ("ab",), reused=False)
    assert json.loads(json.dumps(event.to_json()))["state"] == "done"
