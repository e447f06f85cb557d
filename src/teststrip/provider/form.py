"""A request as a form (multipart/form-data, RFC 7578): a field for each parameter, a file for each picture.

Written for the client and read for the emulator. Equal requests are equal bytes, the boundary included.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from teststrip.base.json import ABSENT, Json, canonical, digest
from teststrip.base.picture import SUFFIXES
from teststrip.base.yaml import core_scalar
from teststrip.provider.attach import Attachment, ReadAttachment, attached, holds_placeholder, placed

if TYPE_CHECKING:
    from teststrip.provider.model import Provider
    from teststrip.provider.wire import MediaForm

_TYPE: Final = re.compile(r'multipart/form-data;\s*boundary="?([A-Za-z0-9\'()+_,./:=?-]{1,70})"?', re.IGNORECASE)
_NAME: Final = re.compile(rb'[;\s]name="([^"\r\n]*)"', re.IGNORECASE)
_FILE: Final = re.compile(rb'[;\s]filename="', re.IGNORECASE)
_ESCAPES: Final = (('"', "%22"), ("\r", "%0D"), ("\n", "%0A"))  # of a field's name (HTML, 4.10.21.8)
_MOST_PARTS: Final = 1000


class FormFault(ValueError):  # noqa: N818  a fault of what came, which the emulator turns into its answer
    """A form that cannot be read; says why."""


def encoded(body: Mapping[str, Json], read: ReadAttachment, media: MediaForm) -> tuple[str, bytes]:
    """Return a body's content type and its bytes, as the page says; `read` has the pictures that it refers to."""
    if media == "file":
        return write_form(body, read)
    # The canonical form: equal requests are equal bytes, as they are equal digests.
    return "application/json", canonical(attached(body, read, media) if holds_placeholder(body) else body)


def write_form(body: Mapping[str, Json], read: ReadAttachment) -> tuple[str, bytes]:
    """Write a body as a form; return its content type and its bytes. A null has no field.

    A picture is a file, and so is each of a list of nothing else; other lists and objects are JSON text, in which
    pictures are base64.
    """
    parts = [
        part for name, value in body.items() if value is not None for part in _parts(_escaped(name), value, read)
    ]
    boundary = digest(body)[:48]
    while any(boundary.encode() in part for part in parts):
        boundary = digest(boundary)[:48]
    opening = f"--{boundary}\r\n".encode()
    whole = b"".join(opening + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", whole


def read_form(content_type: str, data: bytes, provider: Provider) -> dict[str, Json]:
    """Read a form back into a body: texts by the page's types, files as base64. Raises FormFault."""
    told = _TYPE.match(content_type)
    if told is None:
        raise FormFault("the body must be a form: Content-Type: multipart/form-data; boundary=...")
    parts = (b"\r\n" + data).split(f"\r\n--{told[1]}".encode())
    if len(parts) < 2 or not parts[-1].startswith(b"--") or len(parts) > _MOST_PARTS:
        raise FormFault("the form has no end, or too many fields")
    fields: dict[str, list[Json]] = {}
    for part in parts[1:-1]:
        head, gap, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if name is None or not gap:
            raise FormFault("a field of the form has no name")
        told_name = _unescaped(_text(name[1]))
        fields.setdefault(told_name, []).append(
            base64.b64encode(content).decode("ascii")
            if _FILE.search(head)
            else _typed(told_name, _text(content), provider)
        )
    lists = {parameter.name for parameter in provider.parameters if parameter.kind == "array"}
    return {name: _joined(values, several=name in lists) for name, values in fields.items()}


def _parts(name: str, value: Json, read: ReadAttachment) -> Iterator[bytes]:
    pictures = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    digests = [placed(item) if isinstance(item, str) else None for item in pictures]
    if digests and None not in digests:
        for sha256 in digests:
            yield _file(name, read(sha256 or ""))
        return
    text = value if isinstance(value, str) else canonical(attached(value, read, "base64")).decode()
    yield f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'.encode()


def _file(name: str, picture: Attachment) -> bytes:
    filename = f"{name}{SUFFIXES.get(picture.media_type, '')}"
    head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return f"{head}Content-Type: {picture.media_type}\r\n\r\n".encode() + picture.data


def _escaped(name: str) -> str:
    for sign, escape in _ESCAPES:
        name = name.replace(sign, escape)
    return name


def _unescaped(name: str) -> str:
    for sign, escape in _ESCAPES:
        name = name.replace(escape, sign)
    return name


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormFault("a field of the form is not UTF-8 text") from None


def _typed(name: str, text: str, provider: Provider) -> Json:
    """Read a field's text as what the page says; what does not fit stays text, for the check to find."""
    parameter = next((known for known in provider.parameters if known.name == name), None)
    fixed = provider.body.fixed.get(name, ABSENT)
    kind = parameter.kind if parameter is not None else "string" if isinstance(fixed, str) else "object"
    if kind in ("string", "file"):
        return text
    if kind in ("integer", "number", "boolean"):
        return core_scalar(text)
    try:
        read: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return read


def _joined(values: list[Json], *, several: bool) -> Json:
    """Return a field's value; files under one name, or one that is to be a list, are a list."""
    if len(values) == 1 and not (several and isinstance(values[0], str)):
        return values[0]
    return values
