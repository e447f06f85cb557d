"""Values that were met as secrets, looked for wherever else they stand: one pass over a text, however many.

A value stands where a word begins. In a picture it is overwritten by as many bytes, so nothing else moves.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final
from urllib.parse import quote

_FIRST: Final = 12  # characters by which a value is known; one that is shorter may stand anywhere
_START: Final = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f][0-9A-Fa-f])|(?<=\\u00[0-9a-fA-F][0-9a-fA-F])|(?<=\\[nrt])|(?=[^A-Za-z0-9]))"
    rf"(?=([!-~]{{{_FIRST}}}))"
)
_TELLING: Final = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])(?![0-9TZ:.+ -]+$)", re.DOTALL)
_PNG: Final = b"\x89PNG\r\n\x1a\n"


class Elsewhere:
    """Values and what stands for each."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def meet(self, value: str, instead: str, least: int = _FIRST) -> None:
        """Look for a value from now on, if it has `least` characters and is no date, number or word."""
        if len(value) < max(least, _FIRST) or not _TELLING.match(value):
            return
        quoted = quote(value, safe="")
        for spelling in (
            value,
            quoted,
            quote(value),
            re.sub("%..", lambda found: found[0].lower(), quoted),
            quote(quoted, safe=""),
            value.replace("/", "\\/"),
            value.replace("&", "\\u0026").replace("=", "\\u003d").replace("+", "\\u002b"),
        ):
            self._known.setdefault(spelling[:_FIRST], {})[spelling] = instead

    def text(self, text: str) -> str:
        """Return a text with what stands for them."""
        parts: list[str] = []
        at = 0
        for start, end, instead in self._found(text):
            parts += [text[at:start], instead]
            at = end
        return "".join([*parts, text[at:]]) if parts else text

    def picture(self, data: bytes) -> bytes:
        """Return a picture with as many other bytes for them, and the checksums of a PNG made good."""
        found = self._found(data.decode("latin-1"))
        if not found:
            return data
        changed = bytearray(data)
        for start, end, instead in found:
            changed[start:end] = instead.encode().ljust(end - start, b".")[: end - start]
        if data.startswith(_PNG):
            _sum_up(changed, found[0][0], found[-1][1])
        return bytes(changed)

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        if not self._known:
            return []
        known, found, at = self._known, [], 0
        for one in _START.finditer(text):
            start = one.start()
            if start < at or one[1] not in known:
                continue
            spelled = [value for value in known[one[1]] if text.startswith(value, start)]
            if spelled:
                value = max(spelled, key=len)
                at = start + len(value)
                found.append((start, at, known[one[1]][value]))
        return found


def _sum_up(data: bytearray, first: int, last: int) -> None:
    """Write the checksums of a PNG's chunks that lie between two places (third edition, 5.3)."""
    at = len(_PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            return
        if at < last and first < end:
            struct.pack_into(">I", data, end, zlib.crc32(memoryview(data)[at + 4 : end]))
        at = end + 4
