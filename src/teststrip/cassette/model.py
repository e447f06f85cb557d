"""What lies on a cassette, as frozen records.

    DIR/cassette.jsonl      the format, then one exchange a line in the order in which they ended; only appended to
    DIR/blobs/<sha256>.png  bodies that are large or no text, each once, byte for byte

A blob is found by its digest, never by a name that a line gives. `lines` writes and reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from teststrip.base.json import canonical, sha256
from teststrip.base.picture import SUFFIXES

FORMAT: Final = 1
FILE_NAME: Final = "cassette.jsonl"
BLOBS_NAME: Final = "blobs"

_SUFFIXES: Final = {**SUFFIXES, "application/json": ".json", "text/plain": ".txt"}


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: where the exchanges were had, as the run's target had it, and with what.

    `base_url` and `identity` are the target's; `lasting` and `paid` as there. `recorded` is when (ISO 8601, UTC).
    """

    identity: str
    base_url: str
    paid: bool
    lasting: bool
    made_by: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Blob:
    """A body that lies in a file of its own; `size` in bytes."""

    sha256: str
    size: int
    media_type: str

    @property
    def file(self) -> str:
        """The file's name in the folder of blobs."""
        return self.sha256 + _SUFFIXES.get(self.media_type, ".bin")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A body that was not kept, since it held a secret that cannot be cut out of it; and what it was."""

    why: str
    size: int


Body: TypeAlias = bytes | Blob | Withheld


@dataclass(frozen=True, slots=True)
class Fault:
    """How an exchange broke off: the name of httpx's error (or `Cut`, when the client ended it), and its words.

    `untrusted` says that the server's certificate was not good.
    """

    name: str
    words: str = ""
    untrusted: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is matched: `digest` covers its body in canonical form, "" without one."""

    method: str
    url: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange. `status` is None when no answer began; `fault` may also come in the midst of a body.

    `at` is when it began, in seconds since the recording did; `first` how long the answer took to begin, `took`
    how long all of it, in seconds.
    """

    asked: Asked
    headers: Mapping[str, str]
    sent: Body | None
    status: int | None
    answer_headers: Mapping[str, str]
    answer: Body | None
    fault: Fault | None
    at: float
    first: float
    took: float

    def __str__(self) -> str:
        ended = self.fault.name if self.fault is not None else str(self.status)
        return f"{self.asked.method} {self.asked.url} {ended}"


@dataclass(frozen=True, slots=True)
class End:
    """The line that a recording ends with: how many exchanges it added."""

    exchanges: int


Line: TypeAlias = Header | Exchange | End


def body_digest(content_type: str, data: bytes) -> str:
    """Name a request's body by what it says: JSON in canonical form, all else byte by byte; "" for none."""
    if not data:
        return ""
    if "json" in content_type:
        try:
            return sha256(canonical(json.loads(data)))
        except (ValueError, RecursionError):
            pass
    return sha256(data)
