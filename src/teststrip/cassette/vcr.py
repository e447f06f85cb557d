"""Cassettes of vcrpy (YAML, its format 1) to ours and back.

What vcrpy has no word for, an exchange that broke off or a body that was withheld, is left out and told. Pictures
may lie beside a YAML file as `body: {blob: <sha256>.png}` in its folder `blobs`, which needs a hook in vcrpy (see
docs/cassettes.md); without it they are in the YAML as base64.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from teststrip.base.files import write_text_whole, write_whole
from teststrip.cassette.model import Blob, Exchange, Header, Withheld
from teststrip.cassette.read import Cassette
from teststrip.cassette.record import Recorded, open_recorder
from teststrip.cassette.vcr_read import BLOBS, read_vcr
from teststrip.errors import UsageError

_SECRET: Final = re.compile("authorization|key|token", re.IGNORECASE)
_SHORTEST: Final = 8  # characters of what is taken for a key


class _Still:
    """A clock that stands: vcrpy does not say how long anything took."""

    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        del seconds


def import_vcr(file: Path, folder: Path, identity: str | None = None, base_url: str | None = None) -> Recorded:
    """Put the exchanges of a vcrpy cassette on one of ours, without secrets.

    `identity` is the target's that they are to pass for, `base_url` its address; without them, the paid API at the
    origin of the first request. What the requests say as a key is taken out of everything. Raises InputError with
    everything that is no vcrpy cassette, and what `open_recorder` raises.
    """
    secrets: set[str] = set()
    first = ""
    for one in read_vcr(file):  # all of it, before anything is written
        secrets |= _secrets(one.headers)
        first = first or one.url
    if not first:
        raise UsageError(f"{file} has no exchanges")
    parts = urlsplit(first)
    base = base_url or f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    name = identity or f"live {base}"
    header = Header(name, base, paid=name.startswith("live "), lasting=True, made_by="vcrpy", recorded="")
    recorder = open_recorder(folder, header, sorted(secrets), _Still())
    try:
        for one in read_vcr(file):
            take = recorder.begin(one.method, one.url, one.headers, one.body)
            recorder.answered(take, one.status, one.answer_headers)
            take.parts.append(one.answer)
            recorder.end(take)
    finally:
        recorded = recorder.close()
    return recorded


def export_vcr(cassette: Cassette, file: Path, *, beside: bool = False) -> tuple[int, list[str]]:
    """Write a cassette as vcrpy's YAML; return how many exchanges it has, and what was left out.

    With `beside`, pictures lie in the folder `blobs` beside it. Raises StorageError and OSError.
    """
    interactions: list[dict[str, Any]] = []
    left: list[str] = []
    for place, one in zip(cassette.places, cassette.exchanges(), strict=True):
        why = _unsayable(one)
        if why:
            left.append(f"line {place.line}: {one.asked.method} {one.asked.url}: {why}")
            continue
        sent = _whole(cassette, one.sent)
        interactions.append(
            {
                "request": {
                    "method": one.asked.method,
                    "uri": one.asked.url,
                    "headers": {name: [value] for name, value in one.headers.items()},
                    "body": _text(sent) if sent else "",
                },
                "response": {
                    "status": {"code": one.status, "message": ""},
                    "headers": {name: [value] for name, value in one.answer_headers.items()},
                    "body": _answer(cassette, one, file.parent / BLOBS, beside=beside),
                },
            }
        )
    document = {"interactions": interactions, "version": 1}
    write_text_whole(file, yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True))
    return len(interactions), left


def _unsayable(one: Exchange) -> str:
    if one.fault is not None:
        return f"it broke off ({one.fault.name})"
    if isinstance(one.answer, Withheld) or isinstance(one.sent, Withheld):
        return "its body was withheld"
    return ""


def _answer(cassette: Cassette, one: Exchange, folder: Path, *, beside: bool) -> dict[str, Any]:
    data = _whole(cassette, one.answer)
    if beside and isinstance(one.answer, Blob) and one.answer.media_type.startswith("image/"):
        write_whole(folder / one.answer.file, data)
        return {"blob": one.answer.file}
    return {"string": _text(data)}


def _whole(cassette: Cassette, body: object) -> bytes:
    if isinstance(body, Blob):
        return cassette.blobs.read(body)
    return body if isinstance(body, bytes) else b""


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def _secrets(headers: Mapping[str, str]) -> set[str]:
    """Gather what a request says as a key: whatever else it stands in, it is taken out there too."""
    values = {value for name, value in headers.items() if _SECRET.search(name)}
    words = {value.split()[-1] for value in values if value.split()}
    return {word for word in words if len(word) >= _SHORTEST}
