"""Exchanges put on a cassette as they end, without secrets; what was recorded outlives a crash.

Nothing here raises in the midst of an exchange: its answer may name what was paid for, and is worth more than the
recording of it. What goes wrong ends the recording, and is told when it is closed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Final, Self

from teststrip.base.clock import Clock
from teststrip.cassette.blobs import Blobs
from teststrip.cassette.lines import write_line
from teststrip.cassette.model import (
    FILE_NAME,
    Asked,
    Body,
    End,
    Exchange,
    Fault,
    Header,
    Line,
    Withheld,
    body_digest,
)
from teststrip.cassette.read import load_cassette
from teststrip.cassette.scan import scan
from teststrip.cassette.scrub import Scrubber
from teststrip.cassette.unpack import UnknownPackingError, unpacked
from teststrip.errors import StorageError, TeststripError, UsageError

_HEAD: Final = b'{"teststrip_cassette":'
_LOCKED: Final = "another process records there: wait for it, or choose another folder"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording came to: the exchanges that it added, those without their body, and what went wrong."""

    folder: Path
    exchanges: int
    withheld: int
    trouble: str = ""


@dataclass(slots=True)
class Take:
    """One exchange while it goes on. `answer_headers` have names in small letters."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    began: float
    status: int | None = None
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    answered: float = 0.0
    ended: float | None = None


class Recorder:
    """Appends exchanges to the cassette in a folder; made by `open_recorder`. Safe to use from several threads."""

    def __init__(self, folder: Path, descriptor: int, scrubber: Scrubber, clock: Clock) -> None:
        self.folder = folder
        self._descriptor = descriptor
        self._scrubber = scrubber
        self._blobs = Blobs(folder)
        self._clock = clock
        self._began = clock.monotonic()
        self._lock = threading.Lock()
        self._exchanges = 0
        self._withheld = 0
        self._trouble = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Take:
        """Begin an exchange."""
        return Take(method, url, headers, body, self._clock.monotonic())

    def answered(self, take: Take, status: int, headers: Mapping[str, str]) -> None:
        """Hear that an answer has begun."""
        take.status, take.answer_headers, take.answered = status, headers, self._clock.monotonic()

    def ended(self, take: Take) -> None:
        """Hear that an exchange has ended, which is written down later."""
        take.ended = self._clock.monotonic()

    def end(self, take: Take, fault: Fault | None = None) -> None:
        """Write an exchange down, as whole as it came. Takes time for a large body; never raises."""
        now = take.ended if take.ended is not None else self._clock.monotonic()
        if not self._goes_on():
            return
        try:
            exchange = self._exchange(take, fault, now)  # not while the lock is held: it may take seconds
            with self._lock:
                if self._goes_on():
                    self._append(exchange)
                    self._exchanges += 1
                    self._withheld += sum(isinstance(one, Withheld) for one in (exchange.sent, exchange.answer))
        except (OSError, TeststripError) as error:
            self._stop(str(error))
        except Exception as error:  # noqa: BLE001  the answer is worth more; the words may have a secret
            self._stop(f"an exchange could not be written down ({type(error).__name__})")

    def _goes_on(self) -> bool:
        return not self._trouble and self._descriptor >= 0

    def _stop(self, trouble: str) -> None:
        self._trouble = self._trouble or trouble

    def close(self) -> Recorded:
        """End the recording: write how many exchanges it added, and prove that no secret lies in them."""
        with self._lock:
            if self._descriptor >= 0:
                try:
                    self._finish()
                except (OSError, TeststripError) as error:
                    self._trouble = self._trouble or str(error)
                finally:
                    os.close(self._descriptor)
                    self._descriptor = -1
        return Recorded(self.folder, self._exchanges, self._withheld, self._trouble)

    def _finish(self) -> None:
        if not self._trouble:
            self._append(End(self._exchanges))
        os.fsync(self._descriptor)
        told = scan(self.folder, self._scrubber)
        if told:
            raise StorageError("; ".join(told))

    def _append(self, line: Line) -> None:
        """Write a line, whole or not at all. Raises StorageError."""
        size = os.fstat(self._descriptor).st_size
        data = memoryview(write_line(line))
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, size)
            raise StorageError(f"{self.folder / FILE_NAME}: {error.strerror or error}") from error

    def _exchange(self, take: Take, fault: Fault | None, now: float) -> Exchange:
        scrubber = self._scrubber
        scrubber.meet(take.headers, take.answer_headers)
        answer, wrong = self._answer(take, broken=fault is not None)
        if wrong and fault is None:
            fault = Fault("DecodingError", wrong)
        sent = self._kept_body(scrubber.body(take.body, answer=False))
        kind = next((value for name, value in take.headers.items() if name.lower() == "content-type"), "")
        first = (take.answered if take.status is not None else now) - take.began
        return Exchange(
            Asked(take.method, scrubber.address(take.url), body_digest(kind, scrubber.asked_body(take.body))),
            headers=scrubber.asked_headers(take.headers),
            sent=sent,
            status=take.status,
            answer_headers=scrubber.answer_headers(take.answer_headers),
            answer=answer,
            fault=None if fault is None else Fault(fault.name, scrubber.text(fault.words), fault.untrusted),
            at=take.began - self._began,
            first=first,
            took=now - take.began,
        )

    def _answer(self, take: Take, *, broken: bool) -> tuple[Body | None, str]:
        encoding = take.answer_headers.get("content-encoding", "")
        data = b"".join(take.parts)
        take.parts.clear()
        if "," in encoding:  # a client refuses it unread
            return None, ""
        try:
            data, wrong = unpacked(data, encoding)
        except UnknownPackingError as error:
            return Withheld(str(error), len(data)), ""
        if broken or wrong:
            data = self._scrubber.cut_off(data)
        return self._kept_body(self._scrubber.body(data, answer=True)), wrong

    def _kept_body(self, body: bytes | Withheld) -> Body | None:
        return body if isinstance(body, Withheld) else self._blobs.put(body) if body else None


def open_recorder(folder: Path, header: Header, secrets: Sequence[str], clock: Clock) -> Recorder:
    """Begin to record into a folder, or go on with the cassette that lies there.

    Raises UsageError for a cassette of another target or one that another process records on, and StorageError
    for a folder that cannot be written.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o666)
    except OSError as error:
        raise StorageError(f"{path}: cannot be recorded on ({error.strerror or error})") from error
    try:
        _hold(descriptor, folder)
        signed = _go_on(folder, descriptor, header)
        return Recorder(folder, descriptor, Scrubber(secrets, signed), clock)
    except BaseException as failure:
        os.close(descriptor)
        if isinstance(failure, OSError):
            raise StorageError(f"{path}: cannot be recorded on ({failure.strerror or failure})") from failure
        raise


def header_of(identity: str, base_url: str, *, paid: bool, lasting: bool, made_by: str, clock: Clock) -> Header:
    """Make the first line of a cassette."""
    now = clock.now().astimezone(UTC).isoformat(timespec="seconds")
    return Header(identity, base_url, paid=paid, lasting=lasting, made_by=made_by, recorded=now)


def _hold(descriptor: int, folder: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415  not on every system
    except ImportError:  # pragma: no cover  # Windows
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(f"{folder}: {_LOCKED}") from error


def _begun(path: Path) -> bool:
    """Tell whether a file holds the beginning of a first line, and nothing else."""
    data = path.read_bytes()
    return b"\n" not in data and (data.startswith(_HEAD) or _HEAD.startswith(data))


def _go_on(folder: Path, descriptor: int, header: Header) -> int:
    """Write the header of a new cassette, or check that of an old one; return how many signatures it has."""
    size = os.fstat(descriptor).st_size
    cassette = load_cassette(folder) if size else None
    if cassette is None or (cassette.header is None and not cassette.places):
        if size and not _begun(folder / FILE_NAME):
            raise UsageError(f"{folder / FILE_NAME} is no cassette; choose another folder")
        os.ftruncate(descriptor, 0)  # a crash left less than a header
        os.write(descriptor, write_line(header))
        return 0
    known = cassette.header
    if known is None or (known.identity, known.base_url) != (header.identity, header.base_url):
        other = "nobody knows what" if known is None else known.identity
        raise UsageError(
            f"{folder} has a cassette of {other}, and this run goes to {header.identity}; choose another folder"
        )
    if not cassette.ends_line:
        os.write(descriptor, b"\n")  # what a crash cut short stays, and is told when it is replayed
    return cassette.signed
