"""Processes of this machine in which steps work: nobody but the program ends them, and none outlives it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.context import SpawnContext, SpawnProcess
from types import FrameType
from typing import Any, Final, ParamSpec, TypeVar

from teststrip.base.signals import hold_back

_P = ParamSpec("_P")
_T = TypeVar("_T")
_ENDINGS: Final = {signal.SIGINT, signal.SIGTERM}


class _Process(SpawnProcess):
    def terminate(self) -> None:
        """End it as a pool does; by SIGTERM it would not, since whole groups are told to end by that."""
        self.kill()


class _Brood(SpawnContext):
    """Makes the processes of one pool, and knows them. Spawned: threads and SQLite connections survive no fork."""

    def __init__(self) -> None:
        self.made: list[_Process] = []

    def Process(self, *arguments: Any, **options: Any) -> _Process:  # type: ignore[override] # noqa: N802  a pool's name for it
        made = _Process(*arguments, **options)
        self.made.append(made)
        return made


class Pool(ProcessPoolExecutor):
    """An executor whose processes do not hear what a whole group is told: Ctrl-C, and SIGTERM of `timeout`.

    The program ends in order then; a process that died meanwhile would tell it of work that failed.
    """

    def __init__(self, processes: int) -> None:
        self._brood = _Brood()
        super().__init__(processes, mp_context=self._brood, initializer=_settle_in)

    def submit(self, fn: Callable[_P, _T], /, *arguments: _P.args, **options: _P.kwargs) -> Future[_T]:
        """Have something done; it starts processes, which hear nothing before they have settled in."""
        with hold_back():
            return super().submit(fn, *arguments, **options)

    def end(self) -> None:
        """End all processes at once, whatever they are at."""
        for process in self._brood.made:
            if process.pid is not None:
                process.kill()


def _settle_in() -> None:
    """Leave Ctrl-C and SIGTERM to the program that this process belongs to, and stdout to its results."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A function and not SIG_IGN: what a step starts would inherit that, and could not be ended by its own step.
    signal.signal(signal.SIGTERM, _unheard)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)  # held back when this was started; inherited too
    os.dup2(2, 1)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _unheard(_signal: int, _frame: FrameType | None) -> None:
    pass


def _leave_with_parent() -> None:
    # A pool's process waits on a queue whose other end it holds too: that a parent was killed would go unnoticed.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
