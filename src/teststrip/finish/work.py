"""Running somebody's code: in a thread, a process or as a coroutine; whatever it does, an answer comes back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Generator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

from teststrip.base.threads import STEPS
from teststrip.errors import StepError
from teststrip.finish.pool import Pool
from teststrip.plugins.manager import by_file, file_module, words
from teststrip.plugins.quiet import quiet
from teststrip.steps.model import AfterStep, Work

HANDS: Final = max(os.cpu_count() or 1, 2)
"""Works that one step does at a time in threads and processes."""
WAITING_HANDS: Final = 16
"""Works that a coroutine step does at a time: it waits for others."""
_LONGEST: Final = 500  # characters of what an exception says


class Fault:
    """Why a step did not do its work, in words. A plain record, since it may come from another process."""

    __slots__ = ("said",)

    def __init__(self, said: str) -> None:
        self.said = said

    def __reduce__(self) -> tuple[type[Fault], tuple[str]]:
        """Travel as its words."""
        return Fault, (self.said,)


def guarded(run: Callable[..., Any], given: Work | Sequence[Work]) -> Any:
    """Run a step's function; its answer, or a Fault for whatever it raises. What it prints goes to stderr."""
    try:
        with quiet():
            return run(given)
    except BaseException as error:  # noqa: BLE001  a plugin's own code: sys.exit in it ends no run
        return _fault(error)


def guarded_in(file: str, name: str, given: Work | Sequence[Work]) -> Any:
    """Do as `guarded` does with a function of a plugin's file, in a process that does not know the file."""
    try:
        with quiet():
            run = getattr(file_module(Path(file)), name)
    except BaseException as error:  # noqa: BLE001  as in `guarded`
        return _fault(error)
    return guarded(run, given)


class Hands:
    """What runs steps; threads and processes are started when they are first needed. A context manager.

    `processes` makes an executor as `concurrent.futures` has them; functions and works have to pickle for it.
    `limit` is how long a step may take for one piece of work, in seconds; None for as long as it likes. A process
    that takes longer is ended. A thread cannot be: it is left behind, and ends with the program at the latest.
    """

    def __init__(self, processes: Callable[[], Executor] | None = None, limit: float | None = None) -> None:
        self._make = processes or _own_processes
        self._limit = limit
        self._behind: list[ThreadPoolExecutor] = []
        self._threads: ThreadPoolExecutor | None = None
        self._processes: Executor | None = None
        self._pools: list[Executor] = []  # all that were made
        self._alone = asyncio.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._end()
        for left in self._behind:
            left.shutdown(wait=False, cancel_futures=True)
        try:
            for pool in (self._threads, *self._pools):
                if pool is not None:
                    pool.shutdown(wait=True, cancel_futures=True)
        except BaseException:  # a second Ctrl-C; Python itself would wait for these processes, perhaps for ever
            self._end()
            raise

    def _end(self) -> None:
        for pool in self._pools:
            if isinstance(pool, Pool):
                pool.end()

    async def do(self, step: AfterStep, given: Work | Sequence[Work]) -> Any:
        """Let a step work, and return its answer or a Fault."""
        if step.where == "process":
            return await self._in_process(step, given)
        if step.where == "thread":
            return await self._in_thread(step, given)
        try:
            async with asyncio.timeout(self._limit):
                return await _awaited(step.run, given)
        except TimeoutError:
            return self._late()

    def _late(self) -> Fault:
        return Fault(f"it took longer than {self._limit:g} seconds")

    async def _in_thread(self, step: AfterStep, given: Work | Sequence[Work]) -> Any:
        pool = self._threads = self._threads or ThreadPoolExecutor(HANDS, STEPS)
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.get_running_loop().run_in_executor(pool, guarded, step.run, given)
        except TimeoutError:
            if pool not in self._behind:  # others at work in it go on; what comes next has threads of its own
                self._behind.append(pool)
            if self._threads is pool:
                self._threads = None
            return self._late()

    async def _in_process(self, step: AfterStep, given: Work | Sequence[Work]) -> Any:
        """Work in another process. One that dies takes others' works with it, so these are tried again, alone."""
        try:
            pool = self._pool()
        except Exception as error:  # noqa: BLE001  a plugin's executor
            return _none_had(error)
        try:
            return await self._in_time(pool, step, given)
        except BrokenExecutor:
            self._let_go(pool)
        async with self._alone:  # in processes that no other work can bring to an end
            try:
                pool = self._made()
            except Exception as error:  # noqa: BLE001  as above
                return _none_had(error)
            try:
                return await self._in_time(pool, step, given)
            except BrokenExecutor:
                return Fault("the process that it ran in came to an end")
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    async def _in_time(self, pool: Executor, step: AfterStep, given: Work | Sequence[Work]) -> Any:
        """Let a step work in an executor. Raises as `_sent` does, for works beside one that takes too long too."""
        try:
            async with asyncio.timeout(self._limit):
                return await _sent(pool, step, given)
        except TimeoutError:
            if isinstance(pool, Pool):
                pool.end()
            self._let_go(pool)
            return self._late()

    def _pool(self) -> Executor:
        if self._processes is None:
            self._processes = self._made()
        return self._processes

    def _made(self) -> Executor:
        pool = self._make()
        self._pools.append(pool)
        return pool

    def _let_go(self, broken: Executor) -> None:
        if self._processes is broken:
            self._processes = None
            broken.shutdown(wait=False, cancel_futures=True)


async def _sent(pool: Executor, step: AfterStep, given: Work | Sequence[Work]) -> Any:
    """Let a step work in an executor. Raises BrokenExecutor when its processes are no more."""
    loop = asyncio.get_running_loop()
    file = by_file(step.run)
    try:
        if file:
            return await loop.run_in_executor(pool, guarded_in, file, step.run.__name__, given)
        return await loop.run_in_executor(pool, guarded, step.run, given)
    except BrokenExecutor:
        raise
    except asyncio.CancelledError as error:
        if _cancelled():
            raise
        return _fault(error)
    except Exception as error:  # noqa: BLE001  what cannot be sent to a process, or cannot come back
        return Fault(_short(f"it cannot run in a process of its own: {words(error)}"))


def _none_had(error: Exception) -> Fault:
    return Fault(_short(f"its processes cannot be had: {words(error)}"))


async def _awaited(run: Callable[..., Any], given: Work | Sequence[Work]) -> Any:
    try:
        with quiet():
            waiting = run(given)
        return await _Quiet(waiting)
    except asyncio.CancelledError as error:
        if _cancelled():
            raise
        return _fault(error)  # the step's own, which cancels nobody
    except BaseException as error:  # noqa: BLE001  as in `guarded`
        return _fault(error)


class _Quiet:
    """Awaits what a step returned; what it prints goes to stderr while it works, not while it waits for others."""

    def __init__(self, waiting: Awaitable[Any]) -> None:
        self._waiting = waiting

    def __await__(self) -> Generator[Any, Any, Any]:
        steps: Any = self._waiting.__await__()
        go_on, given = steps.send, None
        while True:
            try:
                with quiet():
                    wanted = go_on(given)
            except StopIteration as end:
                return end.value
            try:
                given, go_on = (yield wanted), steps.send
            except BaseException as error:  # noqa: BLE001  it is the step's to hear, a cancellation too
                given, go_on = error, steps.throw


def _cancelled() -> bool:
    """Tell whether somebody asks this task to stop."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _fault(error: BaseException) -> Fault:
    said = words(error)
    return Fault(_short(said.removeprefix("StepError: ") if isinstance(error, StepError) else said))


def _own_processes() -> Executor:
    return Pool(max(os.cpu_count() or 1, 1))


def _short(text: str) -> str:
    flat = " ".join(text.encode("utf-8", "replace").decode().split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 3]}..."
