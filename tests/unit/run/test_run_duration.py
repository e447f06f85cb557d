"""How long a run takes: by the pace of the page, or by how long such requests took before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.run.duration import duration_of
from teststrip.run.ledger import open_ledger
from teststrip.run.state import Happening
from teststrip.run.target import Target, darkroom_target
from teststrip.run.trial import Entry

LIVE = Target("live", "live https://example.org", "https://example.org", paid=True)
FREE = darkroom_target("1")


def page() -> Provider:
    provider = find_provider("gptproto")
    assert provider is not None
    return provider


@pytest.mark.parametrize(("requests", "seconds"), [(0, 0), (1, 1.5), (2, 4.5), (21, 61.5)])
def test_without_a_past_it_is_the_least_that_the_pace_allows(requests: int, seconds: float) -> None:
    told = duration_of(requests, page(), LIVE, None, [])
    assert told is not None
    assert (told.seconds, told.measured, told.concurrency, told.per_minute) == (seconds, 0, 1, 20)


def test_what_requests_took_before_counts_where_it_is_slower_than_the_pace() -> None:
    told = duration_of(10, page(), LIVE, None, [8, 9, 1000])
    assert told is not None
    assert (told.seconds, told.measured) == (90, 3)


def test_more_at_once_takes_less_but_never_less_than_the_spacing() -> None:
    two, many = (duration_of(10, page(), LIVE, asked, [9]) for asked in (2, 10))
    assert two is not None
    assert many is not None
    assert (two.seconds, many.seconds) == (45, 9 * 3 + 9)


def test_a_free_target_is_known_by_its_past_only() -> None:
    assert duration_of(10, page(), FREE, None, []) is None
    told = duration_of(10, page(), FREE, None, [2.0])
    assert told is not None
    assert (told.seconds, told.concurrency, told.per_minute) == (6, 4, None)


class Steps:
    """A clock that goes on by a second whenever it is asked."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


def test_the_ledger_knows_how_long_requests_took_and_where(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3", Steps()) as ledger:
        ledger.enter(
            Entry(digest, "p", "m", target, {}) for digest, target in (("a", "t"), ("b", "t"), ("c", "u"))
        )
        for digest in "abc":
            for what in (Happening.SEND, Happening.ACCEPT, Happening.DELIVER, Happening.COMPLETE):
                ledger.move(digest, what)
        assert ledger.durations("p", "m", "t") == [3.0, 3.0]
        assert ledger.durations("p", "m", "u") == [3.0]
        assert ledger.durations("p", "other", "t") == []


def test_what_never_came_to_an_end_took_no_time(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3", Steps()) as ledger:
        ledger.enter([Entry("a", "p", "m", "t", {})])
        ledger.move("a", Happening.SEND)
        ledger.move("a", Happening.FAIL, reason="no")
        assert ledger.durations("p", "m", "t") == []
