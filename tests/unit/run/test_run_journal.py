"""The journal: steps share a sync, fail alone, and are on disk before anybody is told."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from run_bench import JumpClock

from teststrip.errors import StorageError
from teststrip.run.journal import Journal
from teststrip.run.ledger import Ledger, open_ledger
from teststrip.run.state import Happening, State
from teststrip.run.trial import Entry, Taken

NAMES = [f"d{number}" for number in range(40)]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    opened = open_ledger(tmp_path / "ledger.sqlite3", JumpClock())
    opened.enter(Entry(name, "p", "m", "t", {}) for name in NAMES)
    return opened


def on_disk(ledger: Ledger) -> dict[str, str]:
    """Read what another process would."""
    with sqlite3.connect(ledger.path) as other:
        rows = other.execute("SELECT digest, state FROM trials WHERE state != 'planned'").fetchall()
    other.close()
    return dict(rows)


def traced(ledger: Ledger) -> list[str]:
    told: list[str] = []
    ledger._connection.set_trace_callback(told.append)  # noqa: SLF001  how often it syncs can be seen nowhere else
    return told


async def test_steps_that_wait_together_share_one_transaction(ledger: Ledger) -> None:
    with ledger:
        await send(ledger, "d0")  # this process is enlisted, once
        told = traced(ledger)
        async with Journal(ledger, JumpClock()) as journal:
            await asyncio.gather(*(journal.do(Ledger.begin, name, lambda _: True) for name in NAMES[1:]))
            assert on_disk(ledger) == dict.fromkeys(NAMES, "intent")
        assert told.count("COMMIT") <= 2


async def send(ledger: Ledger, name: str) -> None:
    ledger.begin(name, lambda _: True)


async def test_whoever_is_told_finds_it_on_disk(ledger: Ledger) -> None:
    async def one(name: str) -> None:
        await journal.do(Ledger.begin, name, lambda _: True)
        assert on_disk(ledger)[name] == "intent"
        trial = await journal.do(Ledger.move, name, Happening.ACCEPT, prediction=f"p-{name}")
        assert (trial.prediction, on_disk(ledger)[name]) == (f"p-{name}", "submitted")

    with ledger:
        async with Journal(ledger, JumpClock()) as journal:
            await asyncio.gather(*(one(name) for name in NAMES))


async def test_what_cannot_be_done_fails_alone(ledger: Ledger) -> None:
    with ledger:
        async with Journal(ledger, JumpClock()) as journal:
            ends = await asyncio.gather(
                journal.do(Ledger.begin, "d0", lambda _: True),
                journal.do(Ledger.begin, "d1", lambda _: False),
                journal.do(Ledger.move, "d3", Happening.COMPLETE),
                journal.do(Ledger.begin, "d2", lambda _: True),
                return_exceptions=True,
            )
            assert [type(end) for end in ends][1:3] == [Taken, ValueError]
            assert on_disk(ledger) == {"d0": "intent", "d2": "intent"}


async def test_a_step_that_fails_half_way_takes_its_whole_group_with_it(ledger: Ledger) -> None:
    def half(ledger: Ledger) -> None:
        with ledger._transaction():  # noqa: SLF001  what begin and move are made of
            ledger.move("d1", Happening.SEND)
            raise sqlite3.OperationalError("disk I/O error")

    with ledger:
        async with Journal(ledger, JumpClock()) as journal:
            ends = await asyncio.gather(
                journal.do(Ledger.begin, "d0", lambda _: True), journal.do(half), return_exceptions=True
            )
            assert [type(end) for end in ends] == [StorageError, StorageError]
            assert on_disk(ledger) == {}
            await journal.do(Ledger.begin, "d0", lambda _: True)
        assert on_disk(ledger) == {"d0": "intent"}


async def test_a_disk_that_fails_at_the_commit_fails_everybody_who_waits_for_it(ledger: Ledger) -> None:
    with ledger:
        close = ledger.close_group

        def full() -> None:
            ledger.drop_group()
            raise StorageError("the disk is full")

        ledger.close_group = full  # type: ignore[method-assign]  # a full disk
        async with Journal(ledger, JumpClock()) as journal:
            ends = await asyncio.gather(
                *(journal.do(Ledger.begin, name, lambda _: True) for name in NAMES), return_exceptions=True
            )
            assert {str(end) for end in ends} == {"the disk is full"}
            assert on_disk(ledger) == {}
            ledger.close_group = close  # type: ignore[method-assign]  # there is room again
            await journal.do(Ledger.begin, "d0", lambda _: True)
        assert on_disk(ledger) == {"d0": "intent"}


async def test_what_can_be_told_anew_is_synced_with_what_cannot(ledger: Ledger) -> None:
    with ledger:
        ledger.begin("d0", lambda _: True)
        told = traced(ledger)
        async with Journal(ledger, JumpClock()) as journal:
            await journal.soon(Ledger.move, "d0", Happening.ACCEPT)
            await asyncio.gather(
                journal.soon(Ledger.move, "d0", Happening.DELIVER), journal.do(Ledger.begin, "d1", lambda _: True)
            )
        levels = [line.rpartition(" ")[2] for line in told if line.startswith("PRAGMA synchronous")]
        assert levels == ["NORMAL", "FULL", "FULL", "FULL"]  # each is followed by what holds between groups


async def test_who_stops_waiting_stops_no_step(ledger: Ledger) -> None:
    with ledger:
        async with Journal(ledger, JumpClock()) as journal:
            asking = asyncio.create_task(journal.do(Ledger.begin, "d0", lambda _: True))
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        assert on_disk(ledger) == {"d0": "intent"}


def test_a_loop_that_ends_leaves_no_transaction_open_and_no_step_undone(ledger: Ledger) -> None:
    async def interrupted() -> None:
        journal = Journal(ledger, JumpClock())
        for name in NAMES:
            _ = asyncio.create_task(journal.do(Ledger.begin, name, lambda _: True))  # noqa: RUF006  the loop ends them
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    with ledger:
        asyncio.run(interrupted())
        assert on_disk(ledger) == dict.fromkeys(NAMES, "intent")
        assert ledger.states(NAMES) == dict.fromkeys(NAMES, State.INTENT)
        ledger.move("d0", Happening.TURN_AWAY)
        assert "d0" not in on_disk(ledger)


async def test_looking_waits_for_nobody_and_sees_what_is_on_disk(ledger: Ledger) -> None:
    with ledger:
        async with Journal(ledger, JumpClock()) as journal:
            asking = asyncio.create_task(journal.do(Ledger.begin, "d0", lambda _: True))
            await asyncio.sleep(0)
            assert journal.look("d0").state is State.PLANNED
            await asking
            assert journal.look("d0").state is State.INTENT


async def test_another_process_that_writes_is_waited_for_without_stopping_the_loop(ledger: Ledger) -> None:
    with ledger, sqlite3.connect(ledger.path, isolation_level=None) as other:
        async with Journal(ledger, JumpClock()) as journal:
            other.execute("BEGIN IMMEDIATE")
            asking = asyncio.create_task(journal.do(Ledger.begin, "d0", lambda _: True))
            for _ in range(20):
                await asyncio.sleep(0.005)
            assert not asking.done()
            other.execute("COMMIT")
            assert (await asking).state is State.INTENT
    other.close()


async def test_a_transaction_that_sqlite_ends_itself_leaves_nothing_of_its_group(ledger: Ledger) -> None:
    def full(ledger: Ledger) -> None:
        with ledger._transaction():  # noqa: SLF001  what begin and move are made of
            ledger._connection.execute("ROLLBACK")  # noqa: SLF001  as SQLite does when the disk is full
            raise sqlite3.OperationalError("database or disk is full")

    with ledger:
        async with Journal(ledger, JumpClock()) as journal:
            ends = await asyncio.gather(
                journal.do(Ledger.begin, "d0", lambda _: True),
                journal.do(full),
                journal.do(Ledger.begin, "d1", lambda _: True),
                return_exceptions=True,
            )
            assert {type(end) for end in ends} == {StorageError}
            assert all("the disk is full; make room" in str(end) for end in ends)
            assert on_disk(ledger) == {}
            await journal.do(Ledger.begin, "d1", lambda _: True)
        assert on_disk(ledger) == {"d1": "intent"}


@pytest.mark.parametrize("beats", [0, 1, 2, 3])
async def test_a_writer_that_is_called_off_before_it_began_is_followed_by_another(
    ledger: Ledger, beats: int
) -> None:
    with ledger:
        async with Journal(ledger, JumpClock()) as journal:
            asking = asyncio.create_task(journal.do(Ledger.begin, "d0", lambda _: True))
            for _ in range(1 + beats):  # the first asks
                await asyncio.sleep(0)
            assert journal._writer is not None  # noqa: SLF001  the end of a loop cancels all tasks
            journal._writer.cancel()  # noqa: SLF001  as above
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        assert on_disk(ledger) == {"d0": "intent"}


async def test_closing_writes_all_however_often_it_is_cancelled(ledger: Ledger) -> None:
    async def closing() -> None:
        async with Journal(ledger, JumpClock()) as journal:
            for name in NAMES:
                _ = asyncio.create_task(journal.do(Ledger.begin, name, lambda _: True))  # noqa: RUF006  nobody waits
            await asyncio.sleep(0)

    with ledger:
        task = asyncio.create_task(closing())
        while not task.done():
            await asyncio.sleep(0)
            task.cancel()
        assert task.cancelled()
        assert on_disk(ledger) in ({}, dict.fromkeys(NAMES, "intent"))
        assert not ledger._connection.in_transaction  # noqa: SLF001  nobody else can tell


async def test_a_disk_that_is_really_full_says_so_to_all_and_leaves_what_it_says(ledger: Ledger) -> None:
    with ledger:
        connection = ledger._connection  # noqa: SLF001  SQLite can pretend to have no more room
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        async with Journal(ledger, JumpClock()) as journal:
            connection.execute(f"PRAGMA max_page_count = {pages}")
            done: set[str] = set()
            for _ in range(60):
                ends = await asyncio.gather(
                    *(journal.do(Ledger.note, name, "x" * 400) for name in NAMES[:10]),
                    *(journal.do(Ledger.begin, name, lambda _: True) for name in NAMES[:3]),
                    return_exceptions=True,
                )
                done |= {
                    name for name, end in zip(NAMES[:3], ends[10:], strict=True) if not isinstance(end, Exception)
                }
                if any(isinstance(end, StorageError) for end in ends):
                    break
            assert all("the disk is full" in str(end) for end in ends if not isinstance(end, Taken))
            assert on_disk(ledger) == dict.fromkeys(sorted(done), "intent")
            connection.execute("PRAGMA max_page_count = 100000")
            await journal.do(Ledger.begin, "d9", lambda _: True)
        assert on_disk(ledger)["d9"] == "intent"
