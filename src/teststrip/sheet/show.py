"""JSON values as people read them on a sheet."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from teststrip.base.json import Json, canonical, sha256

_BASE64: Final = re.compile(r"[A-Za-z0-9+/_=\r\n-]+")
_PAYLOAD_FROM: Final = 200  # characters: longer than any word, shorter than any picture
_DIGEST_SHOWN: Final = 12


def show(value: Json) -> str:
    """Write a value as text for a sheet: strings as they are, base64 payloads by their digest."""
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "none"
    if isinstance(value, bool | int | float):
        return canonical(value).decode()
    return json.dumps(abbreviated(value), ensure_ascii=False)


def same_text(label: str, value: Json) -> bool:
    """Tell whether a label already says the value: the same text, or the same number written otherwise."""
    if label == show(value):
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return float(label) == value
    except ValueError:
        return False


def _string(value: str) -> str:
    if not value:
        return "(empty)"
    head, comma, tail = value.partition(",")
    is_data_url = bool(comma) and head.startswith("data:") and head.endswith(";base64")
    payload = tail if is_data_url else value
    if is_data_url or _is_payload(payload):
        return f"base64, {len(payload):,} characters, sha256 {sha256(value.encode())[:_DIGEST_SHOWN]}"
    return value


def _is_payload(text: str) -> bool:
    """Tell base64 from words: long, one word, and of mixed characters, as packed bytes always are."""
    if len(text) < _PAYLOAD_FROM or not _BASE64.fullmatch(text):
        return False
    return all(any(kind(character) for character in text) for kind in (str.isupper, str.islower, str.isdigit))


def abbreviated(value: Json) -> Json:
    """Return a value whose base64 payloads are told by their digest; all else is as it was."""
    if isinstance(value, str):
        return _string(value) if value else value
    if isinstance(value, Mapping):
        return {name: abbreviated(member) for name, member in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return [abbreviated(item) for item in value]
