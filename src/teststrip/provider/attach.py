"""Pictures that a request refers to: in every record a placeholder by content, on the wire the picture itself.

So a plan, a lock and the ledger stay small, and a cell's identity depends on a picture's bytes, never on its path.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.provider.model import Parameter
    from teststrip.provider.wire import MediaForm

SCHEME: Final = "teststrip-file:"
_PLACEHOLDER: Final = re.compile(r"teststrip-file:sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture as it is sent: its media type and its bytes."""

    media_type: str
    data: bytes


ReadAttachment = Callable[[str], Attachment]
"""Return the picture of a SHA-256."""


def takes_picture(parameter: Parameter | None) -> bool:
    """Tell whether a parameter's text is a picture."""
    return parameter is not None and (parameter.media or parameter.kind == "file")


def placeholder(sha256: str) -> str:
    """Return the text that stands in a request for a picture."""
    return f"{SCHEME}sha256:{sha256}"


def placed(text: str) -> str | None:
    """Return the SHA-256 of the picture that a text stands for; None for every other text."""
    found = _PLACEHOLDER.fullmatch(text)
    return found[1] if found else None


def holds_placeholder(value: Json) -> bool:
    """Tell whether a placeholder stands anywhere in a value."""
    if isinstance(value, str):
        return placed(value) is not None
    if value is None or isinstance(value, int | float):
        return False
    if isinstance(value, Mapping):
        return any(holds_placeholder(member) for member in value.values())
    return isinstance(value, list | tuple) and any(holds_placeholder(item) for item in value)


def replaced(value: Json, text_of: Callable[[str], str]) -> Json:
    """Return a value in which every placeholder is the text that `text_of` has for its SHA-256."""
    if isinstance(value, str):
        sha256 = placed(value)
        return value if sha256 is None else text_of(sha256)
    if isinstance(value, Mapping):
        return {name: replaced(member, text_of) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(item, text_of) for item in value]
    return value


def attached(body: Json, read: ReadAttachment, form: MediaForm) -> Json:
    """Return a body in which every placeholder is the picture itself, as text in the form that the page says."""

    def text_of(sha256: str) -> str:
        picture = read(sha256)
        text = base64.b64encode(picture.data).decode("ascii")
        return f"data:{picture.media_type};base64,{text}" if form == "data-uri" else text

    return replaced(body, text_of)
