"""A transport that puts on a cassette what another does, and never gets in its way: money first.

No exchange waits for its recording, which may take seconds for a large body: a thread of its own writes them down
in the order in which they ended. That of a submit waits until the ledger has heard of the answer. A crash between
the two leaves a prediction that the ledger knows and the cassette does not: the next run fetches it, and a replay
says that its submit was never recorded. The other way round nobody would know of what was paid for.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final, Self

import httpx

from teststrip.cassette.model import Fault
from teststrip.cassette.record import Recorder, Take
from teststrip.run.transport import is_certificate

_OURS: Final = frozenset({"accept-encoding", "host", "user-agent"})  # headers of every request
_MOST_WAITING: Final = 64 * 1024 * 1024  # bytes of bodies that wait to be written down


class Later:
    """A context at whose end is done what may not be done before: the ledger has heard of an answer by then."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] | None = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        waiting, self._waiting = self._waiting or [], None
        for act in waiting:
            act()

    def do(self, act: Callable[[], None]) -> None:
        """Do something when the context has ended, or at once when it has."""
        if self._waiting is None:
            act()
        else:
            self._waiting.append(act)


class Desk:
    """Where exchanges are written down, one after the other, in a thread. Whoever made it closes it."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._thread = ThreadPoolExecutor(1, "cassette")
        self._lock = threading.Lock()
        self._waiting = 0
        self._last: Future[None] | None = None

    async def room(self) -> None:
        """Wait while too much is to be written down. Not for a submit: what is asked for then costs nothing."""
        while self._waiting > _MOST_WAITING and self._last is not None:
            await asyncio.shield(asyncio.wrap_future(self._last))

    def end(self, take: Take, error: BaseException | None, after: Later | None) -> None:
        """Have an exchange written down that has ended, when `after` allows it."""
        self.recorder.ended(take)
        fault = None
        if error is not None:
            known = isinstance(error, httpx.HTTPError | httpx.StreamError)
            fault = Fault(type(error).__name__, str(error), is_certificate(error)) if known else Fault("Cut")
        write = partial(self._put, take, fault)
        if after is None:
            write()
        else:
            after.do(write)

    def close(self) -> None:
        """Write down what is left."""
        self._thread.shutdown()

    def _put(self, take: Take, fault: Fault | None) -> None:
        size = sum(map(len, take.parts))
        self._count(size)
        self._last = self._thread.submit(self._write, take, fault, size)

    def _write(self, take: Take, fault: Fault | None, size: int) -> None:
        try:
            self.recorder.end(take, fault)
        finally:
            self._count(-size)

    def _count(self, size: int) -> None:
        with self._lock:
            self._waiting += size


class Recording(httpx.AsyncBaseTransport):
    """Hands what another transport does to a desk, for one exchange; `after` is when it may be written down."""

    def __init__(self, inner: httpx.AsyncBaseTransport, desk: Desk, after: Later | None) -> None:
        self._inner = inner
        self._desk = desk
        self._after = after

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do one exchange; raises what the inner transport raises."""
        if self._after is None:
            await self._desk.room()
        headers = {name: value for name, value in request.headers.items() if name not in _OURS}
        recorder = self._desk.recorder
        take = recorder.begin(request.method, str(request.url), headers, await request.aread())
        try:
            answer = await self._inner.handle_async_request(request)
        except BaseException as error:
            self._desk.end(take, error, self._after)
            raise
        recorder.answered(
            take, answer.status_code, {name: answer.headers[name] for name in dict.fromkeys(answer.headers)}
        )
        stream = _Heard(answer.stream, self._desk, take, self._after)
        return httpx.Response(
            answer.status_code, headers=answer.headers.raw, stream=stream, extensions=answer.extensions
        )


class _Heard(httpx.AsyncByteStream):
    """The body of an answer, written down as far as it was read."""

    def __init__(self, inner: object, desk: Desk, take: Take, after: Later | None) -> None:
        assert isinstance(inner, httpx.AsyncByteStream)  # noqa: S101  an async transport gives no other
        self._inner = inner
        self._desk = desk
        self._take = take
        self._after = after
        self._over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._inner:
                self._take.parts.append(part)
                yield part
        except GeneratorExit:
            raise
        except BaseException as error:
            self._end(error)
            raise

    async def aclose(self) -> None:
        try:
            await self._inner.aclose()
        finally:
            self._end(None)

    def _end(self, error: BaseException | None) -> None:
        if not self._over:
            self._over = True
            self._desk.end(self._take, error, self._after)
