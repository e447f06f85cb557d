"""How exchanges are put on a cassette, and taken from it: no secrets, no chance, no pictures in the YAML.

Recording uses whatever port the emulator gets; cassettes always say `RECORDED`, so replaying needs no server and
recording needs no particular port. Of the headers only those that a client acts on are kept.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Final

RECORDED: Final = "http://127.0.0.1:18765"
_HERE: Final = re.compile(rb"http://127\.0\.0\.1:\d+")
_ID: Final = re.compile(rb"\b[0-9a-f]{32}\b")
_ASKED: Final = frozenset({"accept", "content-type"})
_ANSWERED: Final = frozenset({"content-type", "location", "retry-after"})
_BLOB: Final = "blob"

Interaction = tuple[Any, dict[str, Any]]


class Cleaner:
    """Cleans the exchanges of one cassette; prediction ids become `prediction-1`, `prediction-2`, as they come."""

    def __init__(self) -> None:
        self._names: dict[bytes, bytes] = {}

    def request(self, request: Any) -> Any:
        """Take the key, and all else that differs between machines, out of a request."""
        request.uri = self._plain(request.uri.encode()).decode()
        request.headers = {name: value for name, value in request.headers.items() if name.lower() in _ASKED}
        return request

    def response(self, response: dict[str, Any]) -> dict[str, Any]:
        """Take cookies, dates, lengths and ports out of an answer."""
        headers = {name: value for name, value in response["headers"].items() if name.lower() in _ANSWERED}
        return {**response, "headers": headers, "body": {"string": self._plain(response["body"]["string"])}}

    def _plain(self, text: bytes) -> bytes:
        return _ID.sub(self._name, _HERE.sub(RECORDED.encode(), text))

    def _name(self, found: re.Match[bytes]) -> bytes:
        return self._names.setdefault(found[0], b"prediction-%d" % (len(self._names) + 1))


def put_aside(request: Any, response: dict[str, Any], cassette: Any) -> Interaction:
    """Save a picture beside the cassette, under its SHA-256, and leave its name in the cassette."""
    data = response["body"]["string"]
    if not data.startswith(b"\x89PNG"):
        return request, response
    name = f"{hashlib.sha256(data).hexdigest()}.png"
    folder = _blobs(cassette)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return request, {**response, "body": {_BLOB: name}}


def take_back(request: Any, response: dict[str, Any], cassette: Any) -> Interaction:
    """Load the picture that a cassette names."""
    name = response["body"].get(_BLOB)
    if name is None:
        return request, response
    return request, {**response, "body": {"string": (_blobs(cassette) / name).read_bytes()}}


def _blobs(cassette: Any) -> Path:
    return Path(cassette.path).parent / "blobs"
