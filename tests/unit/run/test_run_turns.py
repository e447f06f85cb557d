"""Whose turn it is to submit, over all processes that share a ledger."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_bench import JumpClock

from teststrip.run.ledger import open_ledger, read_ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


def test_two_processes_take_turns(path: Path) -> None:
    clock = JumpClock()
    with open_ledger(path, clock) as one, open_ledger(path, clock) as two:
        waits = [ledger.turn("live x", 3.0) for ledger in (one, two, one, two)]
    assert waits == [0.0, 3.0, 6.0, 9.0]


def test_a_turn_that_nobody_took_is_not_made_up_for(path: Path) -> None:
    clock = JumpClock()
    with open_ledger(path, clock) as ledger:
        ledger.turn("live x", 3.0)
        clock.time += 100
        assert [ledger.turn("live x", 3.0), ledger.turn("live x", 3.0)] == [0.0, 3.0]


def test_each_target_has_its_own_turns(path: Path) -> None:
    with open_ledger(path, JumpClock()) as ledger:
        assert [ledger.turn(target, 3.0) for target in ("live x", "live y")] == [0.0, 0.0]


def test_a_server_that_asks_for_time_is_left_alone_by_all(path: Path) -> None:
    clock = JumpClock()
    with open_ledger(path, clock) as one, open_ledger(path, clock) as two:
        one.slow_down("live x", 40.0)
        one.slow_down("live x", 10.0)
        assert two.turn("live x", 3.0) == 40.0
        two.slow_down("live x", 1.0)
        assert one.turn("live x", 3.0) == 43.0


def test_a_clock_that_was_set_back_stops_nobody_for_long(path: Path) -> None:
    clock = JumpClock()
    with open_ledger(path, clock) as ledger:
        clock.time += 10**6
        ledger.turn("live x", 3.0)
        clock.time -= 10**6
        assert ledger.turn("live x", 3.0) == 0.0
        assert ledger.turn("live x", 3.0) == 3.0


@given(st.lists(st.integers(0, 5), max_size=40))
def test_between_any_two_turns_lies_the_gap(claims: list[int]) -> None:
    clock = JumpClock()
    ledger = read_ledger(Path("nowhere"), clock)
    ledger._connection.execute("PRAGMA query_only = OFF")  # noqa: SLF001  a ledger in memory
    times = []
    for later in claims:
        clock.time += later
        times.append(clock.time + ledger.turn("live x", 3.0))
    assert all(b - a >= 3.0 for a, b in itertools.pairwise(times))
    ledger.close()


def test_a_clock_that_was_set_back_by_less_than_an_hour_stops_nobody_until_it_has_caught_up(path: Path) -> None:
    clock = JumpClock()
    with open_ledger(path, clock) as ledger:
        ledger.turn("live x", 3.0)
        clock.time -= 1800
        assert ledger.turn("live x", 3.0) == 0.0
        ledger.slow_down("live x", 600.0)  # the longest that a run waits for
        assert ledger.turn("live x", 3.0) == 600.0
