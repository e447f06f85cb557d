"""The proof, at the end of a recording, that no secret lies on the disk.

Everything is scrubbed once more by what is known by then: a signature may have been told before anybody could see
that it was one. What then still has a key is taken away, and told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from teststrip.base.files import write_parts_whole
from teststrip.cassette.blobs import Blobs
from teststrip.cassette.lines import LineFault, read_line, write_line
from teststrip.cassette.model import FILE_NAME, Asked, Blob, Body, Exchange, Fault, Withheld
from teststrip.cassette.scrub import Scrubber

_KEPT: Final = "it had a secret in it, and was removed"


def scan(folder: Path, scrubber: Scrubber) -> list[str]:
    """Read a cassette again and scrub it; return what had a secret and could not be kept. Raises OSError."""
    file, blobs = folder / FILE_NAME, Blobs(folder)
    with file.open("rb") as stream:
        lines = stream.read().splitlines(keepends=True)
    told: list[str] = []
    bodies = _bodies(lines, blobs, scrubber, told)
    fresh = [_line(line, bodies, scrubber) for line in lines]
    bad = [number for number, line in enumerate(fresh) if line is None]
    if bad:
        told.insert(0, f"{file}: {len(bad)} of its lines had a secret in them, and were taken out")
    if fresh != lines:
        _rewrite(file, lines, [line or b"" for line in fresh], scrubber)
    for old in bodies:
        blobs.path(old).unlink(missing_ok=True)
    return told


def _bodies(
    lines: Sequence[bytes], blobs: Blobs, scrubber: Scrubber, told: list[str]
) -> Mapping[Blob, bytes | Body]:
    """Look through the bodies that lie beside the lines; return those that are to be others, and what."""
    changed: dict[Blob, bytes | Body] = {}
    seen: set[Blob] = set()
    for exchange in _exchanges(lines):
        for body, answer in ((exchange.sent, False), (exchange.answer, True)):
            if not isinstance(body, Blob) or body in seen:
                continue
            seen.add(body)
            path = blobs.path(body)
            if blobs.size(body) is None:
                continue
            data = path.read_bytes()
            clean = scrubber.body(data, answer=answer)
            if isinstance(clean, Withheld):
                changed[body] = Withheld(_KEPT, body.size)
                told.append(f"{path}: had a secret in it, and was removed")
            elif clean != data:
                changed[body] = blobs.put(clean)
    return changed


def _exchanges(lines: Sequence[bytes]) -> Iterator[Exchange]:
    for line in lines:
        with suppress(LineFault):
            exchange = read_line(line)
            if isinstance(exchange, Exchange):
                yield exchange


def _line(line: bytes, bodies: Mapping[Blob, bytes | Body], scrubber: Scrubber) -> bytes | None:
    """Return a line as it may stay; None for one that may not."""
    clean = line
    with suppress(LineFault):
        exchange = read_line(line)
        if isinstance(exchange, Exchange):
            again = _again(exchange, bodies, scrubber)
            clean = line if again == exchange else write_line(again)
    return None if scrubber.leaks(clean) else clean


def _again(one: Exchange, bodies: Mapping[Blob, bytes | Body], scrubber: Scrubber) -> Exchange:
    def other(body: Body | None, *, answer: bool) -> Body | None:
        if isinstance(body, Blob):
            return bodies.get(body, body)
        return scrubber.body(body, answer=answer) if isinstance(body, bytes) else body

    return replace(
        one,
        asked=Asked(one.asked.method, scrubber.address(one.asked.url), one.asked.digest),
        headers={name: scrubber.text(value) for name, value in one.headers.items()},
        sent=other(one.sent, answer=False),
        answer_headers={name: scrubber.text(value) for name, value in one.answer_headers.items()},
        answer=other(one.answer, answer=True),
        fault=None
        if one.fault is None
        else Fault(one.fault.name, scrubber.text(one.fault.words), one.fault.untrusted),
    )


def _rewrite(file: Path, old: Sequence[bytes], new: Sequence[bytes], scrubber: Scrubber) -> None:
    """Write the lines anew. Where there is no room for that, what has a key is at least overwritten."""
    try:
        write_parts_whole(file, new)
    except OSError:
        at = 0
        with file.open("r+b") as stream:
            for line in old:
                if scrubber.leaks(line):
                    stream.seek(at)
                    stream.write(b" " * (len(line) - line.endswith(b"\n")))
                at += len(line)
        raise
