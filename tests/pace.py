"""How long something takes, told in a way that a slow or busy machine does not change."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_STEPS = 1_000_000

Result = TypeVar("Result")


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep garbage from being collected: after thousands of tests that takes half a second by itself."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def in_loops(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what some work comes to, and its processor time in plain loops over a million numbers.

    Such a loop takes some 30 ms here. For bounds that hold off what would take for ever, not for measurements.
    """
    with undisturbed():
        begun = time.thread_time()
        result = work()
        worked = time.thread_time() - begun
    total = 0
    begun = time.thread_time()
    for number in range(_STEPS):
        total += number
    return result, worked / (time.thread_time() - begun)
