"""A cassette's records as lines of JSON, and back.

A cassette may come from anybody: each line is checked member by member before it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from teststrip.base.json import Json
from teststrip.cassette.model import FORMAT, Asked, Blob, Body, End, Exchange, Fault, Header, Line, Withheld

_KEY: Final = "teststrip_cassette"
_END: Final = "end"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"[A-Za-z]{1,40}")
_LONGEST: Final = 10**9  # seconds that anything took
_DEEP: Final = 200  # levels that JSON is short of what can be read, or it is kept as text
# How a JSON body may be spelled so that its bytes can be made again of its value.
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "": {"separators": (",", ":"), "ensure_ascii": False},
    "spaced": {},
    "spaced utf-8": {"ensure_ascii": False},
    "indented": {"indent": 2, "ensure_ascii": False},
}


class LineFault(ValueError):  # noqa: N818  the reader turns it into what it says is missing
    """A line that is not what it should be."""


def write_line(line: Line) -> bytes:
    """Write a line, its end included."""
    document: Mapping[str, Any]
    if isinstance(line, Header):
        document = {
            _KEY: FORMAT,
            "target": line.identity,
            "base_url": line.base_url,
            "paid": line.paid,
            "lasting": line.lasting,
            "made_by": line.made_by,
            "recorded": line.recorded,
        }
    elif isinstance(line, End):
        document = {_END: {"exchanges": line.exchanges}}
    else:
        document = _exchange_json(line)
    return (_dumped(document) + "\n").encode()


def read_line(data: bytes) -> Line:
    """Read a line. Raises LineFault for what is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LineFault("it is cut short or no JSON") from error
    if not isinstance(document, dict):
        raise LineFault("it is no exchange")
    if _KEY in document:
        return _header(document)
    if _END in document:
        return End(_of(_of(document, dict, _END), int, "exchanges"))
    return _exchange(document)


def _exchange_json(one: Exchange) -> dict[str, Any]:
    return {
        "method": one.asked.method,
        "url": one.asked.url,
        **({"headers": dict(one.headers)} if one.headers else {}),
        **({"digest": one.asked.digest} if one.asked.digest else {}),
        **({"body": _body_json(one.sent)} if one.sent is not None else {}),
        **({"status": one.status} if one.status is not None else {}),
        **({"answer_headers": dict(one.answer_headers)} if one.answer_headers else {}),
        **({"answer": _body_json(one.answer)} if one.answer is not None else {}),
        **({"fault": _fault_json(one.fault)} if one.fault is not None else {}),
        "at": round(one.at, 3),
        "first": round(one.first, 3),
        "took": round(one.took, 3),
    }


def _fault_json(fault: Fault) -> dict[str, Json]:
    return {
        "name": fault.name,
        **({"words": fault.words} if fault.words else {}),
        **({"untrusted": True} if fault.untrusted else {}),
    }


def _body_json(body: Body) -> dict[str, Any]:
    if isinstance(body, Blob):
        return {"blob": body.sha256, "size": body.size, "type": body.media_type}
    if isinstance(body, Withheld):
        return {"withheld": body.why, "size": body.size}
    text = body.decode("utf-8")
    try:
        if text.count("[") + text.count("{") > _DEEP:
            json.loads("[" * _DEEP + text + "]" * _DEEP)  # in a line it is deeper, and so may be who reads it
        value = json.loads(text)
        for name, style in _STYLES.items():
            if json.dumps(value, **style) == text and _dumped(value):
                return {"json": value, **({"style": name} if name else {})}
    except (ValueError, RecursionError):
        pass
    return {"text": text}


def _dumped(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    # Half of a pair of surrogates, which JSON can say and UTF-8 cannot.
    return text if text.isascii() or _is_text(text) else json.dumps(value, separators=(",", ":"))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _of(holder: Mapping[str, Any], kind: type, name: str, otherwise: Any = None) -> Any:
    value = holder.get(name, otherwise)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise LineFault(f"its {name} is missing or wrong")
    return value


def _header(body: Mapping[str, Any]) -> Header:
    if body[_KEY] != FORMAT:
        raise LineFault(f"it is of format {body[_KEY]!r}, and this teststrip reads format {FORMAT}")
    texts = {name: _text(body, name) for name in ("target", "base_url", "made_by", "recorded")}
    return Header(texts.pop("target"), paid=_of(body, bool, "paid"), lasting=_of(body, bool, "lasting"), **texts)


def _exchange(body: Mapping[str, Any]) -> Exchange:
    status = body.get("status")
    fault = body.get("fault")
    if status is not None and not (type(status) is int and 100 <= status <= 599):
        raise LineFault("its status is none of HTTP")
    if status is None and fault is None:
        raise LineFault("it has neither a status nor a fault")
    times = {name: _seconds(body, name) for name in ("at", "first", "took")}
    return Exchange(
        Asked(_text(body, "method"), _text(body, "url"), _text(body, "digest", "")),
        headers=_texts(body, "headers"),
        sent=_body(body.get("body")),
        status=status,
        answer_headers=_texts(body, "answer_headers"),
        answer=_body(body.get("answer")),
        fault=None if fault is None else _fault(_of(body, dict, "fault")),
        **times,
    )


def _seconds(body: Mapping[str, Any], name: str) -> float:
    value = body.get(name)
    # Neither NaN nor what is no time passes the comparison.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST:
        raise LineFault(f"its {name} is missing or wrong")
    return float(value)


def _text(body: Mapping[str, Any], name: str, otherwise: str | None = None) -> str:
    """Return a text that files, ledgers and terminals take: half of a pair of surrogates is none."""
    text: str = _of(body, str, name, otherwise)
    if not _is_text(text):
        raise LineFault(f"its {name} is no text")
    return text


def _texts(body: Mapping[str, Any], name: str) -> dict[str, str]:
    texts = _of(body, dict, name, {})
    if not all(isinstance(text, str) and _is_text(key) and _is_text(text) for key, text in texts.items()):
        raise LineFault(f"its {name} are no texts")
    return dict(texts)


def _fault(body: Mapping[str, Any]) -> Fault:
    name = _of(body, str, "name")
    if not _NAME.fullmatch(name):
        raise LineFault("its fault has no name")
    return Fault(name, _text(body, "words", ""), untrusted=_of(body, bool, "untrusted", False))


def _body(body: object) -> Body | None:
    if body is None:
        return None
    if not isinstance(body, dict):
        raise LineFault("its body is none")
    if "blob" in body:
        digest, size = _of(body, str, "blob"), _of(body, int, "size")
        if not _SHA256.fullmatch(digest) or size < 0:
            raise LineFault("its blob has no digest")
        return Blob(digest, size, _of(body, str, "type"))
    if "withheld" in body:
        return Withheld(_text(body, "withheld"), _of(body, int, "size"))
    if "text" in body:
        return _encoded(_of(body, str, "text"))
    style = _STYLES.get(str(body.get("style", "")))
    if "json" not in body or style is None:
        raise LineFault("its body is none")
    try:
        return _encoded(json.dumps(body["json"], **style))
    except (ValueError, RecursionError) as error:
        raise LineFault("its body cannot be written") from error


def _encoded(text: str) -> bytes:
    if not _is_text(text):
        raise LineFault("its body is no text")
    return text.encode()
