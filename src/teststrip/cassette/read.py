"""A cassette read as far as it goes: what was cut short or lost is told, and the rest can be played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from teststrip.cassette.blobs import Blobs
from teststrip.cassette.lines import LineFault, read_line
from teststrip.cassette.model import FILE_NAME, Asked, Blob, End, Exchange, Header, Line
from teststrip.cassette.scrub import SIGNED
from teststrip.errors import StorageError, UsageError

_LONGEST: Final = 4 * 1024 * 1024  # bytes of a line: bodies in it are short
_BEGUN: Final = re.compile(rb'\{"method":"([A-Z]{1,20})","url":"([^"\\]{1,300})')
_MOST_TOLD: Final = 20
_BLOCK: Final = 256 * 1024  # bytes that are read at once: what is asked for next lies near


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exchange stands in the file: its line, counted from 1, and its bytes."""

    asked: Asked
    line: int
    start: int
    size: int


@dataclass(slots=True)
class Cassette:
    """A cassette. `missing` says, a sentence each, what it should hold and does not.

    `header` is None when it was cut short before it began. `signed` is the greatest number of a signature;
    `ends_line` says that its last line is a whole one.
    """

    folder: Path
    header: Header | None
    places: list[Place] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    signed: int = 0
    ends_line: bool = True
    _block: tuple[int, bytes] = (0, b"")  # where it begins, and its bytes

    @property
    def blobs(self) -> Blobs:
        """The bodies beside it."""
        return Blobs(self.folder)

    def exchange(self, place: Place) -> Exchange:
        """Read an exchange again. Raises StorageError when the cassette was changed meanwhile."""
        path = self.folder / FILE_NAME
        try:
            line = read_line(self._bytes(path, place))
        except (OSError, LineFault) as error:
            raise StorageError(f"{path}:{place.line}: the cassette was changed while it was played") from error
        if not isinstance(line, Exchange):
            raise StorageError(f"{path}:{place.line}: the cassette was changed while it was played")
        return line

    def _bytes(self, path: Path, place: Place) -> bytes:
        start, block = self._block
        if not start <= place.start <= place.start + place.size <= start + len(block):
            with path.open("rb", buffering=0) as stream:
                stream.seek(place.start)
                start, block = self._block = place.start, stream.read(max(place.size, _BLOCK))
        return block[place.start - start : place.start - start + place.size]

    def exchanges(self) -> Iterator[Exchange]:
        """Yield all exchanges, in recorded order."""
        for place in self.places:
            yield self.exchange(place)


def load_cassette(folder: Path) -> Cassette:
    """Read a cassette as far as it goes. Raises UsageError where there is none, or one of another format."""
    path = folder / FILE_NAME
    cassette = Cassette(folder, None)
    ended: int | None = None
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file")  # reading a pipe or a device might never end
    try:
        with path.open("rb") as stream:
            start = 0
            for number, data in enumerate(iter(lambda: stream.readline(_LONGEST), b""), start=1):
                added = _take(cassette, number, start, data)
                ended = ended if added is None else added + (ended or 0)
                start += len(data)
                cassette.ends_line = data.endswith(b"\n")
    except FileNotFoundError as error:
        raise UsageError(
            f"{folder} holds no cassette: `teststrip run RECIPE --record {folder}` makes one"
        ) from error
    except OSError as error:
        raise UsageError(f"{path}: the cassette cannot be read ({error.strerror or error})") from error
    _conclude(cassette, path, ended)
    return cassette


def _take(cassette: Cassette, number: int, start: int, data: bytes) -> int | None:
    """Take a line in; return how many exchanges a recording added, if it is the end of one."""
    path = cassette.folder / FILE_NAME
    try:
        line = _line(number, data)
    except LineFault as fault:
        if number == 1 and b'"teststrip_cassette"' in data and data.endswith(b"\n"):
            raise UsageError(f"{path}: {fault}") from fault
        if data.strip():
            begun = _BEGUN.match(data)
            what = f"{begun[1].decode()} {begun[2].decode('utf-8', 'replace')}" if begun else "what it held"
            _miss(cassette, f"{path}:{number}: {fault}; {what} is missing")
        return None
    if isinstance(line, Header):
        cassette.header = line
        return None
    if isinstance(line, End):
        return line.exchanges
    cassette.places.append(Place(line.asked, number, start, len(data)))
    for body in (line.sent, line.answer):
        if isinstance(body, Blob) and cassette.blobs.size(body) != body.size:
            _miss(cassette, f"{path}:{number}: {cassette.blobs.path(body)} is missing or cut short")
    cassette.signed = max([cassette.signed, *(int(found[1]) for found in SIGNED.finditer(data.decode("latin-1")))])
    return None


def _line(number: int, data: bytes) -> Line:
    line = read_line(data)
    if isinstance(line, Header) and number > 1:
        raise LineFault("it is a second beginning")
    return line


def _miss(cassette: Cassette, what: str) -> None:
    if len(cassette.missing) < _MOST_TOLD:
        cassette.missing.append(what)


def _conclude(cassette: Cassette, path: Path, ended: int | None) -> None:
    """Say what the ends of the recordings, or the want of them, tell."""
    held = len(cassette.places)
    if cassette.header is None and not held:
        _miss(cassette, f"{path}: was cut short before its first exchange")
    elif cassette.header is None:
        _miss(cassette, f"{path}: has no beginning, so nobody knows where it was recorded")
    elif ended is not None and ended > held:
        _miss(cassette, f"{path}: holds {held} exchanges of {ended}")
    elif ended is None or ended < held:
        _miss(cassette, f"{path}: was not ended: what came after its {held} exchanges is missing")
