"""Thumbnails made as pictures arrive, while a run waits for its network: the sheet at its end finds them there."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from teststrip.base.picture import SUFFIXES
from teststrip.sheet.thumbs import keep_thumbnails


class Arrivals:
    """Makes thumbnails of the pictures of a store, one after the other, beside what else is done.

    It never raises: a thumbnail that could not be made is made, or its picture said to be damaged, by the sheet.
    """

    def __init__(self, store: Path) -> None:
        self._store = store.absolute()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="thumbnails")

    def take(self, pictures: Iterable[str]) -> None:
        """Have thumbnails made of pictures, by their SHA-256."""
        for sha256 in pictures:
            self._thread.submit(self._make, sha256)

    def idle(self) -> None:
        """Wait until what was taken so far is made."""
        self._thread.submit(lambda: None).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the one that is under way. The others are the sheet's, which has more threads for them."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _make(self, sha256: str) -> None:
        for suffix in SUFFIXES.values():
            path = self._store / sha256[:2] / f"{sha256}{suffix}"
            if path.exists():
                keep_thumbnails(path, sha256)
                return
