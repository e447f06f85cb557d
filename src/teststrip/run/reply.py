"""An answer's JSON -> a `Prediction`. Pure; where things lie is said by the provider page alone.

Servers of one family disagree about everything but the idea, so the reader takes every variant met in the
wild: members nested or at the top, objects or lists of one, links or base64 or objects around them.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from teststrip.errors import ExchangeError
from teststrip.provider.model import Phase, Provider, Reply

_LONGEST_ID: Final = 512
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\-\s]+={0,2}")
_SHORTEST_PICTURE: Final = 64  # characters of base64; a bare shorter word is a word
_DEEPEST: Final = 4  # objects around one output
_LONGEST_QUOTE: Final = 2000  # characters of an output that are kept to be quoted


@dataclass(frozen=True, slots=True)
class Url:
    """A picture that lies behind a link."""

    url: str


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture in the answer itself, as base64 text that is decoded only when fetched."""

    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An output that nobody can make sense of, and why. It spoils neither the id nor the outputs beside it."""

    reason: str


OutputRef: TypeAlias = Url | Inline | Unreadable


@dataclass(frozen=True, slots=True)
class Prediction:
    """How a prediction stands.

    `result_url` is where the server says that the outputs lie, if not in its answers about the state.

    `phase` is `unknown` for a status word that the page does not list, which is no reason to give up. `code`
    is the body's own code when that says that the exchange failed (an HTTP 200 may hold one), else None.
    """

    id: str | None
    phase: Phase | Literal["unknown"]
    outputs: tuple[OutputRef, ...] = ()
    poll_url: str | None = None
    error: str = ""
    code: str | None = None
    result_url: str | None = None


def read_reply(provider: Provider, body: object) -> Prediction:
    """Read the JSON body of an answer to a submit or a poll.

    Raises ExchangeError (kind `protocol`) for a body that is no object.
    """
    if not isinstance(body, Mapping | list):
        raise _nonsense(f"the answer is JSON, but {_kind_of(body)} instead of an object")
    reply = provider.reply
    outputs = _outputs(body, reply)
    code = _failure_code(body, reply)
    error = _error(body, reply)
    poll_url = next(_addresses(body, reply.poll_urls), None)
    phase = _phase(body, reply)
    if phase is None and code is None:
        phase = _implied_phase(has_outputs=bool(outputs), is_error=bool(error))
    if code is not None:
        error = error or error_parts(reply, body)[1] or f"code {code}"
        # A status word that says `failed` is the prediction's own end; else the exchange is what failed.
        ended = phase in {"failed", "moderated", "cancelled"}
        code, phase = (None if ended else code), (phase if phase in {"moderated", "cancelled"} else "failed")
    return Prediction(
        id=_id(body, reply) or _id_in_url(provider, poll_url),
        phase=phase or "failed",
        outputs=outputs,
        poll_url=poll_url,
        error=error,
        code=code,
        result_url=next(_addresses(body, reply.result_urls), None),
    )


def decode(output: Inline, limit: int) -> bytes:
    """Decode a picture's base64 text, standard or URL-safe, padded or not.

    Raises ExchangeError (kind `protocol`) for text that is not base64, and for more than `limit` bytes.
    """
    if len(output.text) > limit * 3 // 2:
        raise too_large(limit)
    text = "".join(output.text.split()).replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise _nonsense(f"a picture's base64 text is broken ({error})") from error
    if len(data) > limit:
        raise too_large(limit)
    return data


def too_large(limit: int) -> ExchangeError:
    """Make the error of a body that is larger than `limit` bytes; a submit that met it may have been accepted."""
    return ExchangeError(
        f"the answer is larger than {limit / 2**20:g} MiB, which is the most that is taken",
        kind="protocol",
        may_have_cost=True,
    )


def error_parts(reply: Reply, body: object) -> tuple[str, str]:
    """Return an error body's (code, message), each empty where the body has none."""
    if not isinstance(body, Mapping | list):
        return "", ""
    for value in _found(body, reply.errors):
        code, message = _explain(value)
        if code or message:
            return code or _error_code(body, reply) or _failure_code(body, reply) or "", message
    code, message = _explain(body[0] if isinstance(body, list) and body else body)
    return _error_code(body, reply) or code, message


def _implied_phase(*, has_outputs: bool, is_error: bool) -> Phase | Literal["unknown"]:
    if has_outputs:
        return "done"
    return "failed" if is_error else "unknown"


def _found(body: object, paths: tuple[str, ...]) -> Iterator[object]:
    """Yield what lies at each path, in order, leaving out what is absent or null."""
    for path in paths:
        value = _at(body, path.split("."))
        if value is not None:
            yield value


def _at(value: object, names: list[str]) -> object:
    """Return what lies at a path: the first item of a list on the way stands for it, after `[]` each of them."""
    for place, name in enumerate(names, start=1):
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(name.removesuffix("[]")) if isinstance(value, dict) else None
        if name.endswith("[]") and isinstance(value, list) and place < len(names):
            found = [_at(item, names[place:]) for item in value]
            return [one for one in found if one is not None] or None
    return value


def _text(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def _id(body: object, reply: Reply) -> str | None:
    for value in _found(body, reply.ids):
        text = _text(value)
        if text is not None and len(text) <= _LONGEST_ID and text.isprintable():
            return text
    return None


def _id_in_url(provider: Provider, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        path, query = urlsplit(url).path, urlsplit(url).query
    except ValueError:
        return None
    template, _, asked = provider.poll.path.partition("?")
    name = next((name for name, value in parse_qsl(asked) if value == "{id}"), None)
    if name is not None:
        found = next((value for key, value in parse_qsl(query) if key == name), "")
        return found if 0 < len(found) <= _LONGEST_ID else None
    before, after = (_any_model(part) for part in [*template.split("{id}"), ""][:2])
    match = re.search(f"{before}([^/]{{1,{_LONGEST_ID}}}){after}/?$", path)
    return unquote(match[1]) if match else None


def _any_model(template: str) -> str:
    return ".+".join(re.escape(part) for part in template.split("{model}"))


def _addresses(body: object, places: tuple[str, ...]) -> Iterator[str]:
    for value in _found(body, places):
        text = _text(value)
        if text is not None and text.isprintable():
            yield text


def _phase(body: object, reply: Reply) -> Phase | Literal["unknown"] | None:
    for value in _found(body, reply.statuses):
        if isinstance(value, str) and value.strip():
            return reply.words.get(value.strip().lower(), "unknown")
    return None


def _failure_code(body: object, reply: Reply) -> str | None:
    for value in _found(body, reply.codes):
        text = _text(value)
        if text is not None:
            return None if text in {str(code) for code in reply.ok_codes} else text
    return None


def _error(body: object, reply: Reply) -> str:
    for value in _found(body, reply.errors):
        code, message = _explain(value)
        if message or code:
            code = code or _error_code(body, reply)
            return f"{message} ({code})" if message and code else message or f"code {code}"
    return ""


def _error_code(body: object, reply: Reply) -> str:
    return next((text for value in _found(body, reply.error_codes) if (text := _text(value))), "")


def _explain(value: object) -> tuple[str, str]:
    """Return the (code, message) of an error that is a string, a number or an object."""
    if isinstance(value, Mapping):
        message = next((t for k in ("message", "msg", "detail", "error") if (t := _text(value.get(k)))), "")
        code = next((t for k in ("code", "type", "status") if (t := _text(value.get(k)))), "")
        return code, message
    return "", _text(value) or ""


def _outputs(body: object, reply: Reply) -> tuple[OutputRef, ...]:
    for value in _found(body, reply.outputs):
        if isinstance(value, str) and not _looks_like_picture(value):
            continue
        entries = value if isinstance(value, list) else [value]
        if all(isinstance(entry, Mapping) and _inner(entry, reply) is None for entry in entries):
            continue  # not outputs but what lies around them, as when `data` is the prediction itself
        return tuple(_output(entry, reply) for entry in entries if entry is not None and entry != "")
    return ()


def _looks_like_picture(text: str) -> bool:
    return len(text) >= _SHORTEST_PICTURE or text.lower().startswith(("http://", "https://", "data:"))


def _inner(entry: Mapping[str, object], reply: Reply) -> object | None:
    names = (*reply.output_url_keys, *reply.output_base64_keys)
    return next((entry[name] for name in names if entry.get(name)), None)


def _output(entry: object, reply: Reply) -> OutputRef:
    for _ in range(_DEEPEST):
        if not isinstance(entry, Mapping):
            break
        entry = _inner(entry, reply)
    if not isinstance(entry, str):
        return Unreadable(f"an output is {_kind_of(entry)}, neither a link nor base64 text")
    text = entry.strip()
    scheme = text[:8].lower()
    if scheme.startswith(("http://", "https://")):
        return Url(text)
    if scheme.startswith("data:"):
        return _data_uri(text)
    if _BASE64.fullmatch(text):
        return Inline(text)
    return Unreadable(f"an output is neither a link nor base64 text: {_start(text)}")


def _data_uri(text: str) -> Inline | Unreadable:
    head, comma, data = text.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        return Unreadable(f"an output is a data URI that is not base64: {_start(head)}")
    return Inline(data)


def _start(text: str) -> str:
    # Long, for the client shortens it after it has cut out the key: half a key would not be known for one.
    return text[:_LONGEST_QUOTE]


def _kind_of(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", type(None): "null"}
    return names.get(type(value), "an object" if isinstance(value, Mapping) else "a list")


def _nonsense(message: str) -> ExchangeError:
    return ExchangeError(message, kind="protocol")
