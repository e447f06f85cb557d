"""Delays, spacing and concurrency: pure, or on a clock that jumps."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_bench import DARKROOM, PAID, URL, JumpClock, provider

from teststrip.errors import ExchangeError
from teststrip.provider.model import Pace
from teststrip.run.pace import Spacing, concurrency, gap_between, poll_delays
from teststrip.run.retry import backoff, submit_delay, surely_free

PAGE = provider()


def error(kind: str = "rate_limited", *, cost: bool = False, retry_after: float | None = None) -> ExchangeError:
    return ExchangeError("x", kind=kind, may_have_cost=cost, retry_after=retry_after)  # type: ignore[arg-type]  # a row's cell


@pytest.mark.parametrize(
    ("kind", "free"),
    [
        ("rate_limited", True),
        ("network", True),
        ("server", True),
        ("auth", False),
        ("balance", False),
        ("moderated", False),
        ("invalid", False),
        ("not_found", False),
        ("protocol", False),
        ("failed", False),
        ("deadline", False),
    ],
)
def test_only_what_surely_cost_nothing_and_may_pass_later_is_tried_again(kind: str, *, free: bool) -> None:
    assert surely_free(error(kind)) == free
    assert not surely_free(error(kind, cost=True))


@given(st.integers(1, 10_000), st.floats(0, 0.999))
def test_backoff_is_never_instant_and_never_beyond_a_minute(attempt: int, drawn: float) -> None:
    assert 0.5 <= backoff(attempt, lambda: drawn) <= 60


def test_backoff_doubles() -> None:
    assert [backoff(n, lambda: 0.0) for n in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_server_that_asks_for_time_gets_at_least_that() -> None:
    assert submit_delay(error(retry_after=40), 1, 6, lambda: 0.5) == 40.5
    assert submit_delay(error(retry_after=0), 3, 6, lambda: 0.0) == 2.0
    assert submit_delay(error(retry_after=3600), 1, 6, lambda: 0.0) is None


def test_tries_end() -> None:
    assert submit_delay(error(), 5, 6, lambda: 0.0) is not None
    assert submit_delay(error(), 6, 6, lambda: 0.0) is None


def test_polls_of_a_paid_target_keep_the_pages_pace_and_grow_to_its_cap() -> None:
    delays = list(itertools.islice(poll_delays(PAGE.poll, PAID, lambda: 0.0), 20))
    assert delays[0] == PAGE.poll.interval == 1.5
    assert delays == sorted(delays)
    assert delays[-1] == PAGE.poll.max_interval
    jittered = itertools.islice(poll_delays(PAGE.poll, PAID, lambda: 1.0), 20)
    assert all(plain < late <= plain * 1.11 for plain, late in zip(delays, jittered, strict=True))


def test_a_page_that_shrinks_its_interval_is_not_followed_below_the_first() -> None:
    poll = replace(PAGE.poll, growth=0.1, max_interval=0.1)
    assert set(itertools.islice(poll_delays(poll, PAID, lambda: 0.0), 5)) == {1.5}


@pytest.mark.parametrize("target", [DARKROOM, URL])
def test_polls_of_a_free_target_are_quick(target: object) -> None:
    delays = list(itertools.islice(poll_delays(PAGE.poll, target, lambda: 0.0), 20))  # type: ignore[arg-type]  # both are targets
    assert delays[0] < 0.1
    assert max(delays) == 0.5


def test_concurrency_is_what_was_asked_else_the_targets_own() -> None:
    assert concurrency(PAGE, PAID, None) == PAGE.pace.concurrency == 1
    assert concurrency(PAGE, PAID, 7) == 7
    assert concurrency(PAGE, DARKROOM, None) == 4


async def at_once(_: float) -> float:
    """Claim a turn where nobody else does."""
    return 0.0


async def test_submits_to_a_paid_target_are_spaced_and_to_a_free_one_are_not() -> None:
    for target, expected in ((PAID, [0.0, 3.0, 6.0]), (DARKROOM, [0.0, 0.0, 0.0])):
        clock = JumpClock()
        spacing = Spacing(gap_between(PAGE, target, None, None), clock, at_once)
        times = []
        for _ in range(3):
            await spacing.turn(lambda: False)
            times.append(clock.monotonic() - 1000.0)
        assert times == expected


@pytest.mark.parametrize("gap", [0.0, 1.0])
async def test_a_hold_makes_everybody_wait_and_a_stop_ends_the_waiting(gap: float) -> None:
    clock = JumpClock()
    spacing = Spacing(gap, clock, at_once)
    spacing.hold(30)
    spacing.hold(10)
    await spacing.turn(lambda: False)
    assert clock.monotonic() == 1030.0
    spacing.hold(600)
    await spacing.turn(lambda: clock.monotonic() > 1032)
    assert clock.monotonic() < 1035


async def test_a_page_without_a_rate_does_not_divide_by_zero() -> None:
    clock = JumpClock()
    spacing = Spacing(gap_between(provider(pace=Pace(1, 0)), PAID, None, None), clock, at_once)
    await spacing.turn(lambda: False)
    await spacing.turn(lambda: False)
    assert clock.monotonic() == 1000.0


async def test_who_is_cancelled_in_line_holds_nobody_up_and_a_stop_empties_the_line() -> None:
    clock = JumpClock()
    claims: list[float] = []
    stopped: list[bool] = []

    async def claim(gap: float) -> float:
        claims.append(gap)
        await asyncio.sleep(0)
        return 0.0

    spacing = Spacing(3.0, clock, claim)
    tasks = [asyncio.create_task(spacing.turn(lambda: bool(stopped))) for _ in range(6)]
    for beat in range(4):  # in the midst of a claim, of a wait, of the line
        tasks[beat].cancel()
        await asyncio.sleep(0)
    await asyncio.wait_for(tasks[4], 1)
    stopped.append(True)
    before = clock.time
    await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 1)
    assert clock.time <= before + 1
    assert len(claims) <= 6
