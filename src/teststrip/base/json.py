"""What a JSON document is, and the one way it is written when its bytes matter.

`canonical` follows RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white
space, numbers as ECMAScript prints them, so `6`, `6.0` and `6e0` are one value and one digest.
"""

from __future__ import annotations

import enum
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Final, TypeAlias

Scalar: TypeAlias = bool | int | float | str | None
Json: TypeAlias = "Scalar | Sequence[Json] | Mapping[str, Json]"

_WORDS: Final = {None: "null", True: "true", False: "false"}
_SAFE_INTEGER: Final = 2**53
_EXPONENT_FROM: Final = 1e21
_EXPONENT_BELOW: Final = 1e-6


class Absent(enum.Enum):
    """The type of `ABSENT`: no value at all, where null would be a value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


def canonical(value: Json) -> bytes:
    """Write a JSON value in its one canonical form.

    Raises ValueError for NaN, the infinities, and integers that JSON readers would round.
    """
    return _write(value).encode("utf-8")


def digest(value: Json) -> str:
    """SHA-256 of the canonical form, 64 lower-case hexadecimal digits."""
    return sha256(canonical(value))


def sha256(data: bytes) -> str:
    """SHA-256 of bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def pretty(value: Json) -> str:
    """Write a JSON value for people and git: indented, member order kept, ends with a newline."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write(value: Json) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, (dict, Mapping)):  # most are the first, and asking for the second takes longer
        # Code units and code points sort ASCII names alike, and almost all names are.
        order = None if all(map(str.isascii, value)) else _utf_16
        inner = [f"{encode_basestring(name)}:{_write(value[name])}" for name in sorted(value, key=order)]
        return "{" + ",".join(inner) + "}"
    return "[" + ",".join([_write(item) for item in value]) + "]"


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > _SAFE_INTEGER:
            raise ValueError(f"{value} is beyond 2^53: JSON readers would round it")
        return str(value)
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a JSON number")
    if value == 0:
        return "0"
    text = repr(value)  # the shortest digits that read back as the same float, as ECMAScript's are
    if _EXPONENT_BELOW <= abs(value) < _EXPONENT_FROM:
        return f"{Decimal(text):f}".removesuffix(".0")
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent):+d}"
