"""vcrpy's cassettes (YAML, its format 1), read exchange by exchange: what they say is text, never an object."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml
from yaml import events

from teststrip.base.json import sha256
from teststrip.cassette.vcr_yaml import MOST_BYTES, Events, Node, Reader, StopReading
from teststrip.errors import InputError, UsageError

BLOBS: Final = "blobs"
_BLOB: Final = re.compile(r"([0-9a-f]{64})\.[a-z]{3,4}")
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")
_METHOD: Final = re.compile(r"[A-Za-z]{1,20}")
_PART: Final = 2**20  # bytes that are unpacked at once
_NONE: Final = "it is no cassette of vcrpy, of its version 1"

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One exchange of vcrpy; names of `answer_headers` are in small letters."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes


class Fault(Exception):  # noqa: N818  a problem where the exchange's number is known
    """What is wrong with an exchange: at which value, and its name within."""

    def __init__(self, node: Node, name: str, words: str) -> None:
        super().__init__()
        self.node, self.name, self.words = node, name, words


def read_vcr(file: Path) -> Iterator[Interaction]:
    """Yield the exchanges of a file, each as soon as it is read, without those that have something wrong.

    Raises InputError at the end with everything that is wrong, and UsageError for a file that cannot be read.
    """
    reader = Reader(str(file))
    try:
        if file.exists() and not file.is_file():
            raise UsageError(f"{file} is no file")  # reading a pipe or a device might never end
        if file.stat().st_size > MOST_BYTES:
            raise UsageError(f"{file} is larger than {MOST_BYTES // 2**20} MiB")
        with file.open("rb") as stream, suppress(StopReading):
            yield from _document(reader, yaml.parse(stream, Loader=_Loader), file.parent / BLOBS)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror or error})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        with suppress(StopReading):
            reader.tell(
                (mark.line + 1, mark.column + 1) if mark is not None else (1, 1), "", f"it is no YAML: {said}"
            )
    if reader.problems:
        raise InputError(reader.problems)


def _document(reader: Reader, stream: Events, blobs: Path) -> Iterator[Interaction]:
    """Yield the exchanges of the one document."""
    begin = (events.StreamStartEvent, events.DocumentStartEvent)
    root = next(event for event in stream if not isinstance(event, begin))
    if not isinstance(root, events.MappingStartEvent):
        reader.stop(root, "", _NONE)
    version: object = None
    listed = False
    while not isinstance(event := next(stream), events.MappingEndEvent):
        name, event = reader.node(event, stream).value, next(stream)
        if name == "interactions":
            if listed or not isinstance(event, events.SequenceStartEvent):
                reader.stop(event, "interactions", "this is one list of exchanges, once")
            listed = True
            yield from _interactions(reader, stream, blobs)
        else:
            value = reader.node(event, stream).value
            version = value if name == "version" else version
    if not listed or version != "1":
        reader.stop(root, "", _NONE)
    for event in stream:
        if isinstance(event, events.DocumentStartEvent):
            reader.stop(event, "", "a second document begins here, and a cassette has one")


def _interactions(reader: Reader, stream: Events, blobs: Path) -> Iterator[Interaction]:
    number = 0
    while not isinstance(event := next(stream), events.SequenceEndEvent):
        reader.at, before = f"interactions[{number}]", len(reader.problems)
        node = reader.node(event, stream)
        if len(reader.problems) == before:
            try:
                found = _interaction(node, blobs)
            except Fault as fault:
                name = f"{reader.at}.{fault.name}" if fault.name else reader.at
                reader.tell((fault.node.line, fault.node.column), name, fault.words)
            else:
                reader.grow(event, _unpacked(found))
                yield found
        number += 1
    reader.at = ""


def _unpacked(one: Interaction) -> int:
    """Return how many bytes an answer unpacks to, or one more than may be; 0 where it is not packed."""
    encoding = one.answer_headers.get("content-encoding", "").strip().lower()
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        return 0
    size = 0
    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(bits)
        part = one.answer
        with suppress(zlib.error):  # told by the recording, as of any server's
            while part and size <= MOST_BYTES:
                size += len(unpacker.decompress(part, _PART))
                part = unpacker.unconsumed_tail
    return size


def _interaction(entry: Node, blobs: Path) -> Interaction:
    request, response = _mapping(entry, "request"), _mapping(entry, "response")
    answer_headers = _headers(response, "response")
    code = _code(response)
    return Interaction(
        method=_text(request, "request.method", _METHOD, "method of HTTP"),
        url=_url(request),
        headers=_headers(request, "request"),
        body=_bytes(_member(request, "request.body", needed=False), "request.body"),
        status=int(code),
        answer_headers={name.lower(): value for name, value in answer_headers.items()},
        answer=_answer(response, blobs),
    )


def _member(holder: Node, name: str, *, needed: bool = True) -> Node:
    """Return a member by the last part of its name; null where it need not be. Raises Fault."""
    last = name.rpartition(".")[2]
    if not isinstance(holder.value, dict):
        raise Fault(holder, name.rpartition(".")[0], f"this is no mapping; {last} belongs in it")
    found = holder.value.get(last)
    if found is None:
        if needed:
            raise Fault(holder, name, "this is missing")
        return Node(holder.line, holder.column, None)
    return found


def _mapping(holder: Node, name: str) -> Node:
    found = _member(holder, name)
    if not isinstance(found.value, dict):
        raise Fault(found, name, "this is a mapping")
    return found


def _text(holder: Node, name: str, form: re.Pattern[str], what: str) -> str:
    found = _member(holder, name)
    if not isinstance(found.value, str) or not form.fullmatch(found.value):
        raise Fault(found, name, f"this is no {what}")
    return found.value


def _url(request: Node) -> str:
    found = _member(request, "request.uri")
    try:
        parts = urlsplit(found.value if isinstance(found.value, str) else "")
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or not isinstance(found.value, str):
        raise Fault(found, "request.uri", "this is no address of HTTP")
    return found.value


def _code(response: Node) -> str:
    # Before vcrpy 6 exchanges of httpx were written otherwise.
    if isinstance(response.value, dict) and "status_code" in response.value:
        return _text(response, "response.status_code", _STATUS, "status of HTTP")
    return _text(_mapping(response, "response.status"), "response.status.code", _STATUS, "status of HTTP")


def _answer(response: Node, blobs: Path) -> bytes:
    if isinstance(response.value, dict) and "content" in response.value:  # as above
        return _bytes(response.value["content"], "response.content")
    body = _mapping(response, "response.body")
    blob = _member(body, "response.body.blob", needed=False)
    if blob.value is None:
        return _bytes(_member(body, "response.body.string"), "response.body.string")
    found = _BLOB.fullmatch(blob.value) if isinstance(blob.value, str) else None
    if found is None:
        raise Fault(blob, "response.body.blob", "this is no blob: a SHA-256, and how the file ends")
    path = blobs / found[0]
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise Fault(blob, "response.body.blob", f"{path} is missing, or no file of at most {MOST_BYTES} bytes")
        data = path.read_bytes()
    except OSError as error:
        words = f"{path}: cannot be read ({error.strerror or error})"
        raise Fault(blob, "response.body.blob", words) from error
    if sha256(data) != found[1]:  # a link to what lies elsewhere, too
        raise Fault(blob, "response.body.blob", f"{path} is not what its name says, by its SHA-256")
    return data


def _headers(holder: Node, name: str) -> dict[str, str]:
    """Return headers; several of one name are one, as RFC 9110, 5.3, has it."""
    found = _member(holder, f"{name}.headers", needed=False)
    if found.value is None:
        return {}
    if not isinstance(found.value, dict):
        raise Fault(found, f"{name}.headers", "this is a mapping")
    told = {}
    for header, value in found.value.items():
        values = value.value if isinstance(value.value, list) else [value]
        told[header] = ", ".join(_bytes(one, f"{name}.headers").decode("utf-8", "replace") for one in values)
    return told


def _bytes(node: Node, name: str) -> bytes:
    if node.value is None:
        return b""
    if isinstance(node.value, bytes):
        return node.value
    if not isinstance(node.value, str):
        raise Fault(node, name, "this is neither text nor bytes")
    return node.value.encode()
