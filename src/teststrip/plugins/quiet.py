"""Keeping what plugins print out of the results: stdout is read by scripts, as JSON among others."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

_LOCK = threading.Lock()


class _Parted:
    """Stands for stdout while plugins work: what the threads among `aside` print goes to stderr."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.aside: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr if threading.get_ident() in self.aside else self.out, name)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let what this thread prints go to stderr, and what the others print where it goes anyhow."""
    me = threading.get_ident()
    with _LOCK:
        now: Any = sys.stdout
        parted: Any = now if isinstance(now, _Parted) else _Parted(now)
        sys.stdout = parted
        parted.aside.append(me)
    try:
        yield
    finally:
        with _LOCK:
            parted.aside.remove(me)
            if not parted.aside and sys.stdout is parted:
                sys.stdout = parted.out
