"""The darkroom as a renderer: requests in, PNG files out, drawn by processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from teststrip.base.json import Json
from teststrip.base.signals import hold_back, obey_parent_alone
from teststrip.darkroom import (
    RENDERER_VERSION,
    DarkroomError,
    Exposure,
    encode_bands,
    kept,
)
from teststrip.darkroom.conditioning import library_for
from teststrip.darkroom.exposure import check, expose, ignored_tags, proof_size, wishes_of
from teststrip.darkroom.limits import LARGEST_AREA
from teststrip.emulator.libraries import SharedLibraries
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.toyworld import exposures_of, find_obstacle, texts_of
from teststrip.provider.wire import Roles

PROOF = "-proof"
"""What a proof's version ends with."""


class DarkroomRenderer:
    """Draws with the offline darkroom; see docs/darkroom.md for what it can and cannot draw.

    `workers` processes draw side by side (None: one for each processor that this process may use); they are
    started when first needed, and share their libraries. 0 draws in a thread of this process, which is slower but
    starts nothing. Processes are spawned, so a program that uses this class keeps its own work under
    `if __name__ == "__main__"`. `roles` are the page's names for what a picture is made of. A `proof` shows the
    same pictures at a sheet's size, about 256 pixels a side, several times quicker. What has more than `largest`
    pixels is refused.
    """

    name = "darkroom"

    def __init__(
        self,
        workers: int | None = None,
        roles: Roles | None = None,
        *,
        proof: bool = False,
        largest: int = LARGEST_AREA,
    ) -> None:
        self._roles = roles or Roles()
        self._proof = proof
        self._largest = largest
        self._workers = _processors() if workers is None else workers
        self._pool: Executor | None = None
        self._libraries: SharedLibraries | None = None
        # No more is given to the pool than it can draw at once: what a pool has queued cannot be taken back.
        self._free = asyncio.Semaphore(max(1, self._workers))

    @property
    def version(self) -> str:
        """The pixels' version; proofs have one of their own, and so are never taken for prints."""
        return f"{RENDERER_VERSION}{PROOF if self._proof else ''}"

    @property
    def libraries(self) -> Path | None:
        """The temporary folder by which the processes share libraries; None before any is made."""
        return None if self._libraries is None else self._libraries.folder

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:  # noqa: ARG002  the toy world has one model
        """Say in one sentence why the darkroom cannot draw this, or return None."""
        return find_obstacle(request, self._roles, self._largest)

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
        """Draw the request's pictures as PNG files, side by side.

        Raises RenderError when the darkroom refuses, or when a drawing process dies; the next request then gets
        new processes.
        """
        exposures = exposures_of(request, self._roles, model)
        try:
            check(exposures[0], self._largest)  # they differ in the seed alone
            drawings = [self._draw(model, request, exposure) for exposure in exposures]
            return tuple(await asyncio.gather(*drawings))
        except DarkroomError as error:
            raise RenderError(str(error)) from None
        except BrokenExecutor:
            message = "a drawing process died (killed, or out of memory); ask again, or use fewer workers"
            raise RenderError(message) from None

    async def close(self) -> None:
        """End the drawing processes, each after the picture that it is at."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
        libraries, self._libraries = self._libraries, None
        if libraries is not None:
            libraries.close()

    async def _draw(self, model: str, request: Mapping[str, Json], exposure: Exposure) -> bytes:
        async with self._library(exposure) as folder:
            picture: bytes = await self._by_a_process(
                draw, model, dict(request), exposure, self._roles, self._proof, folder
            )
            return picture

    @contextlib.asynccontextmanager
    async def _library(self, exposure: Exposure) -> AsyncIterator[Path | None]:
        """Wait until an exposure's library is made, and hold it in its folder; a thread keeps its own."""
        if not self._workers:
            yield None
            return
        libraries = self._libraries = self._libraries or SharedLibraries()
        wishes, folder = wishes_of(exposure), libraries.folder
        async with libraries.ready(
            kept.key_of(wishes), lambda: self._by_a_process(make_library, exposure, folder)
        ):
            yield folder

    async def _by_a_process(self, work: Callable[..., Any], *arguments: object) -> Any:
        async with self._free:
            try:
                working = self._start(work, *arguments)
            except BrokenExecutor:  # earlier work broke the pool; nothing of this has begun
                self._pool = None
                working = self._start(work, *arguments)
            return await working

    def _start(self, work: Callable[..., Any], *arguments: object) -> asyncio.Future[Any]:
        pool = self._pool = self._pool or _make_pool(self._workers, self._libraries)
        with hold_back():
            return asyncio.get_running_loop().run_in_executor(pool, work, *arguments)


def draw(
    model: str,
    request: dict[str, Json],
    exposure: Exposure,
    roles: Roles,
    proof: bool = False,  # noqa: FBT001, FBT002  a pool hands over by place
    libraries: Path | None = None,
) -> bytes:
    """Draw one picture and write what it is into its PNG texts; a proof is drawn small."""
    texts = texts_of(model, request, exposure, ignored_tags(exposure), roles)
    size = proof_size(exposure) if proof else (exposure.width, exposure.height)
    return encode_bands(expose(exposure, size, libraries).bands(), size, texts)


def make_library(exposure: Exposure, libraries: Path) -> None:
    """Make what an exposure is drawn from, and leave it in a folder."""
    library_for(wishes_of(exposure), libraries)


def _make_pool(workers: int, libraries: SharedLibraries | None) -> Executor:
    if libraries is None:
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="darkroom")
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_settle_in, initargs=(libraries.folder,))


def _settle_in(libraries: Path) -> None:
    """Prepare a drawing process: it ends when its parent says so, and not after it."""
    obey_parent_alone()
    threading.Thread(target=_leave_with_parent, args=(libraries,), daemon=True).start()


def _leave_with_parent(libraries: Path) -> None:
    # A pool's process waits on a queue whose other end it holds too, so a parent that was
    # killed outright would go unnoticed.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(libraries, ignore_errors=True)
        os._exit(1)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
