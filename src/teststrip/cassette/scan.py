"""The proof, at the end of a recording, that no secret reached the disk; what has one is taken away again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from teststrip.base.files import write_parts_whole
from teststrip.cassette.scrub import Scrubber


def scan(file: Path, start: int, blobs: Sequence[Path], scrubber: Scrubber) -> list[str]:
    """Read again what was written from byte `start` on; return what had a secret, which then is there no more.

    Raises OSError.
    """
    told = []
    with file.open("rb") as stream:
        head, lines = stream.read(start), stream.read().splitlines(keepends=True)
    bad = [number for number, line in enumerate(lines) if scrubber.leaks(line)]
    if bad:
        told.append(f"{file}: {len(bad)} of its lines had a secret in them, and were taken out")
        write_parts_whole(file, [head, *(line for number, line in enumerate(lines) if number not in set(bad))])
    for path in dict.fromkeys(blobs):
        if scrubber.leaks(path.read_bytes()):
            path.unlink()
            told.append(f"{path}: had a secret in it, and was removed")
    return told
