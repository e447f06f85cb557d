"""Signals that reach a whole group of processes, and are the business of the program alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import Final

_TOLD_APART: Final = hasattr(signal, "sigwaitinfo")  # Linux; elsewhere nobody tells who sent a signal


@contextlib.contextmanager
def hold_back() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back in this thread, and in every process that is started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    held = {signal.SIGINT, signal.SIGTERM} if _TOLD_APART else {signal.SIGINT}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def polite_end() -> Iterator[None]:
    """Let SIGTERM cancel this task, as asyncio lets Ctrl-C; the second one ends it at once.

    As an exception in the midst of a step it could come between an answer and the writing down of its id.
    """
    task = asyncio.current_task()
    before = signal.getsignal(signal.SIGTERM)
    told = 0

    def end() -> None:
        nonlocal told
        told += 1
        if told > 1:
            raise KeyboardInterrupt
        if task is not None:
            task.cancel()

    try:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        yield
        return
    try:
        yield
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)


def obey_parent_alone() -> None:
    """Leave Ctrl-C to the parent, and SIGTERM too, but for the one that the parent itself sends.

    `timeout`, a service manager or `kill -- -GROUP` send SIGTERM to every process of a program at once. The parent
    ends in order then; a pool whose process dies meanwhile would tell it of work that failed. For a process that
    was started in `hold_back`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _TOLD_APART:
        threading.Thread(target=_wait_for, args=(os.getppid(),), daemon=True).start()


def _wait_for(parent: int) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    while signal.sigwaitinfo({signal.SIGTERM}).si_pid != parent:
        pass
    os._exit(128 + signal.SIGTERM)
