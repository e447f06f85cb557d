"""A PDF file as it grows: objects are written as they are made, and found by a table at its end.

Only what ISO 32000-1 needs for a sheet. No clock and no chance: the same objects give the same bytes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from typing import Final

from teststrip.base.text import visible

_BINARY: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_LEVEL: Final = 6


class PdfFile:
    """Numbers objects, makes their bytes, and remembers where each one stands."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._last = 0
        self._size = 0
        self._digest = hashlib.sha256()

    def head(self) -> bytes:
        """Return the first bytes of the file."""
        return self._told(_BINARY)

    def number(self) -> int:
        """Return the number of an object that is to be written."""
        self._last += 1
        return self._last

    def object(self, number: int, body: str | bytes) -> bytes:
        """Return an object as it stands in the file; objects are written in the order in which they are made."""
        self._places[number] = self._size
        data = body.encode("ascii") if isinstance(body, str) else body
        return self._told(b"%d 0 obj\n%b\nendobj\n" % (number, data))

    def stream(self, number: int, data: bytes, more: str = "", *, packed: bool = False) -> bytes:
        """Return an object with data, deflated unless it is `packed`; `more` are members of its dictionary."""
        body = data if packed else zlib.compress(data, _LEVEL)
        way = "" if packed else "/Filter /FlateDecode "
        head = f"<< {way}{more} /Length {len(body)} >>\nstream\n".encode("ascii")
        return self.object(number, head + body + b"\nendstream")

    def tail(self, root: int, info: int) -> bytes:
        """Return the table of all objects, and what follows it."""
        start = self._size
        lines = [b"0000000000 65535 f \n"]
        lines += [b"%010d 00000 n \n" % self._places[number] for number in range(1, self._last + 1)]
        mark = self._digest.hexdigest()[:32]
        trailer = (
            f"trailer\n<< /Size {self._last + 1} /Root {root} 0 R /Info {info} 0 R /ID [<{mark}> <{mark}>] >>\n"
            f"startxref\n{start}\n%%EOF\n"
        )
        return b"xref\n0 %d\n" % (self._last + 1) + b"".join(lines) + trailer.encode("ascii")

    def _told(self, data: bytes) -> bytes:
        self._size += len(data)
        self._digest.update(data)
        return data


def text(value: str) -> str:
    """Write a text of the document: a bookmark, a title, what a picture shows. Controls are written out."""
    return f"<feff{visible(value).encode('utf-16-be', 'replace').hex()}>"


def members(values: Mapping[str, str]) -> str:
    """Write a dictionary."""
    return "<< " + " ".join(f"/{name} {value}" for name, value in values.items()) + " >>"


def number(value: float) -> str:
    """Write a number to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def refs(objects: Iterable[int]) -> str:
    """Write a list of objects."""
    return "[" + " ".join(f"{one} 0 R" for one in objects) + "]"
