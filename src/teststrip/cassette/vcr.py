"""Cassettes of vcrpy (YAML, its format 1) to ours and back.

What vcrpy has no word for, an exchange that broke off or a body that was withheld, is left out and told. Pictures
may lie beside a YAML file as `body: {blob: <sha256>.png}` in its folder `blobs`, which needs a hook in vcrpy (see
docs/cassettes.md); without it they are in the YAML as base64.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from teststrip.base.files import write_text_whole, write_whole
from teststrip.base.where import Problem, Where
from teststrip.cassette.model import Blob, Exchange, Header, Withheld
from teststrip.cassette.read import Cassette
from teststrip.cassette.record import Recorded, open_recorder
from teststrip.errors import InputError, StorageError, UsageError

BLOBS: Final = "blobs"
_LARGEST: Final = 2**30  # bytes of a YAML file
_BLOB: Final = re.compile(r"[0-9a-f]{64}\.[a-z]{3,4}")
_SECRET: Final = re.compile("authorization|key|token", re.IGNORECASE)
_SHORTEST: Final = 8  # characters of what is taken for a key
_HUNDRED: Final = 100  # interactions of which each problem is told


class _Still:
    """A clock that stands: vcrpy does not say how long anything took."""

    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        del seconds


@dataclass(frozen=True, slots=True)
class _Interaction:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes


def import_vcr(file: Path, folder: Path, identity: str | None = None, base_url: str | None = None) -> Recorded:
    """Put the exchanges of a vcrpy cassette on one of ours, without secrets.

    `identity` is the target's that they are to pass for, `base_url` its address; without them, the paid API at the
    origin of the first request. What the requests say as a key is taken out of everything. Raises InputError with
    everything that is no vcrpy cassette, and what `open_recorder` raises.
    """
    found = list(_read(file))
    if not found:
        raise UsageError(f"{file} has no exchanges")
    parts = urlsplit(found[0].url)
    base = base_url or f"{parts.scheme}://{parts.netloc}"
    name = identity or f"live {base}"
    header = Header(name, base, paid=name.startswith("live "), lasting=True, made_by="vcrpy", recorded="")
    recorder = open_recorder(folder, header, sorted(_secrets(found)), _Still())
    try:
        for one in found:
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


def _read(file: Path) -> Iterator[_Interaction]:
    problems: list[Problem] = []
    for index, entry in enumerate(_interactions(file)):
        try:
            yield _interaction(entry, file.parent / BLOBS)
        except (KeyError, TypeError, ValueError) as error:
            said = f"interactions[{index}]"
            problems.append(Problem(Where(str(file), 1, 1), said, f"it is no exchange of vcrpy ({error})"))
            if len(problems) >= _HUNDRED:
                break
    if problems:
        raise InputError(problems)


def _interactions(file: Path) -> list[Any]:
    try:
        if file.stat().st_size > _LARGEST:
            raise UsageError(f"{file} is larger than {_LARGEST // 2**20} MiB")
        document = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror or error})") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(str(file), mark.line + 1, mark.column + 1) if mark is not None else Where(str(file), 1, 1)
        raise InputError([Problem(where, "", f"it is no YAML: {getattr(error, 'problem', error)}")]) from error
    found = document.get("interactions") if isinstance(document, dict) else None
    if not isinstance(found, list) or document.get("version") != 1:
        raise InputError([Problem(Where(str(file), 1, 1), "", "it is no cassette of vcrpy, of its version 1")])
    return found


def _interaction(entry: Any, blobs: Path) -> _Interaction:
    request, response = entry["request"], entry["response"]
    status = response["status"]["code"]
    if type(status) is not int or not isinstance(request["uri"], str) or not isinstance(request["method"], str):
        raise TypeError("its method, uri or status is wrong")
    return _Interaction(
        method=request["method"],
        url=request["uri"],
        headers=_headers(request.get("headers") or {}),
        body=_bytes(request.get("body")),
        status=status,
        answer_headers={name.lower(): value for name, value in _headers(response.get("headers") or {}).items()},
        answer=_answered(response["body"], blobs),
    )


def _answered(body: Any, blobs: Path) -> bytes:
    name = body.get("blob")
    if name is None:
        return _bytes(body["string"])
    if not isinstance(name, str) or not _BLOB.fullmatch(name):
        raise ValueError(f"{name!r} is no blob")
    try:
        return (blobs / name).read_bytes()
    except OSError as error:
        raise StorageError(f"{blobs / name}: cannot be read ({error.strerror or error})") from error


def _headers(headers: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(name): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in headers.items()
    }


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if not isinstance(body, str | bytes):
        raise TypeError("its body is neither text nor bytes")
    return body.encode() if isinstance(body, str) else body


def _secrets(found: list[_Interaction]) -> set[str]:
    """Gather what requests say as a key: whatever else it stands in, it is taken out there too."""
    values = {value for one in found for name, value in one.headers.items() if _SECRET.search(name)}
    words = {value.split()[-1] for value in values if value.split()}
    return {word for word in words if len(word) >= _SHORTEST}
