"""The ledger for many tasks of one event loop: the steps of all that wait share one transaction, and one sync.

Syncing to disk takes milliseconds, whatever is written, so it is what bounds a run ("group commit": DeWitt et al.,
Implementation Techniques for Main Memory Database Systems, SIGMOD 1984, section 5.2). A writer takes all the steps
that are waiting, does them within one transaction, and has that committed by a thread while the loop goes on; what
comes meanwhile waits for the next. What cannot be done fails alone. Nobody is told that a step is done before
it is on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar

from teststrip.base.clock import Clock
from teststrip.errors import StorageError
from teststrip.run.ledger import Ledger, read_ledger
from teststrip.run.trial import Trial

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Step(Generic[_T]):
    """Something to do with the ledger, and who waits for it. Not `durable`: it needs no sync of its own."""

    act: Callable[[Ledger], _T]
    done: asyncio.Future[_T]
    durable: bool


class Journal:
    """Writes to a ledger in groups. An async context manager: at its end all that was asked for is written.

    While it is open, everything that uses the ledger in this process goes through it.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._reader: Ledger | None = None
        self._waiting: list[_Step[object]] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "ledger")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        ended: asyncio.CancelledError | None = None
        try:
            while self._waiting or (self._writer is not None and not self._writer.done()):
                # A loop that ends cancels a writer that may not have begun.
                try:
                    await asyncio.wait({self._at_work()})
                except asyncio.CancelledError as error:  # again: what an answer brought is written all the same
                    ended = error
        finally:
            self._thread.shutdown()
            if self._reader is not None:
                self._reader.close()
        if ended is not None:
            raise ended

    async def do(
        self, act: Callable[Concatenate[Ledger, _P], _T], /, *arguments: _P.args, **options: _P.kwargs
    ) -> _T:
        """Do a step, such as `Ledger.move`, and return its result once it is on disk; raises what the step raises.

        Cancelling the waiting cancels no step.
        """
        return await self._ask(lambda ledger: act(ledger, *arguments, **options), durable=True)

    async def soon(
        self, act: Callable[Concatenate[Ledger, _P], _T], /, *arguments: _P.args, **options: _P.kwargs
    ) -> _T:
        """Do a step as `do` does, but let it be synced with the next that is: it is told anew at no cost."""
        return await self._ask(lambda ledger: act(ledger, *arguments, **options), durable=False)

    def look(self, digest: str) -> Trial:
        """Return how a request stands, by what is on disk: this waits for nobody."""
        if self._reader is None:
            self._reader = read_ledger(self._ledger.path, self._clock)
        return self._reader.known(digest)

    async def _ask(self, act: Callable[[Ledger], _T], *, durable: bool) -> _T:
        done: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Step(act, done, durable))  # type: ignore[arg-type]  # the list does not care what each returns
        self._at_work()
        return await done  # cancelled, it is nobody's any more, and the step is done all the same

    def _at_work(self) -> asyncio.Task[None]:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
            self._writer.add_done_callback(_seen)
        return self._writer

    async def _write(self) -> None:
        """Write groups until nothing waits; when the loop ends and cancels it, it still writes what there is."""
        while self._waiting:
            group = tuple(self._waiting)
            durable = any(step.durable for step in group)
            ends: list[tuple[object, bool]] = []
            try:
                if not self._ledger.open_group(durable=durable, patient=False):
                    await self._in_thread(partial(self._ledger.open_group, durable=durable))
                ends = [_tried(step, self._ledger) for step in group]
                await self._in_thread(self._ledger.close_group)
            except Exception as error:  # noqa: BLE001  told to all who wait
                with suppress(Exception):
                    self._ledger.drop_group()
                told = next((end for end, failed in ends if failed and isinstance(end, StorageError)), error)
                for step, (end, failed) in zip(group, ends or [(told, True)] * len(group), strict=True):
                    own = failed and not isinstance(end, StorageError)
                    _settle(step.done, end if own else told, failed=True)
            except BaseException:  # Ctrl-C for the second time: all of it still waits, for the writer of the end
                with suppress(Exception):
                    self._thread.submit(self._ledger.drop_group).result()  # after what it may be doing
                raise
            else:
                for step, (end, failed) in zip(group, ends, strict=True):
                    _settle(step.done, end, failed=failed)
            del self._waiting[: len(group)]

    async def _in_thread(self, act: Callable[[], object]) -> None:
        if not self._ledger.lasting:  # nothing is synced, and the thread would take longer to come than this takes
            act()
            return
        running: Future[object] = self._thread.submit(act)
        try:
            await asyncio.shield(asyncio.wrap_future(running))
        except asyncio.CancelledError:
            # The loop is about to end, and no transaction may stay open: this takes milliseconds.
            running.result()


def _tried(step: _Step[object], ledger: Ledger) -> tuple[object, bool]:
    """Return what a step returns, or what it raises and True."""
    try:
        return step.act(ledger), False
    except Exception as error:  # noqa: BLE001  raised where the step was asked for
        return error, True


def _settle(done: asyncio.Future[object], end: object, *, failed: bool) -> None:
    if done.done():  # whoever waited is gone
        return
    if failed and isinstance(end, Exception):
        done.set_exception(end)
    else:
        done.set_result(end)


def _seen(writer: asyncio.Task[None]) -> None:
    """Keep asyncio from complaining that nobody asked how it ended."""
    if not writer.cancelled():
        writer.exception()
