"""A key in what a server says: known in any spelling that servers give it back in, and cut out.

A server repeats a key in a message, but also in an address (percent-encoded), on a page (as entities, in
capitals), in JSON within JSON (as escapes), or as it was sent (base64, whatever stands before it, or hex).
"""

from __future__ import annotations

import base64
import html
import json
import re
from functools import cache
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "[key]"
_SHORTEST: Final = 8  # characters; a shorter key's other spellings would be found in any text


def holds_secret(text: str, secret: str | None) -> bool:
    """Tell whether a text has the secret in it, in any spelling."""
    return bool(secret) and _spellings(secret).search(text) is not None


def without_secret(text: str, secret: str | None) -> str:
    """Return a text with `[key]` in place of the secret, in any spelling. Takes time linear in the text."""
    return _spellings(secret).sub(HIDDEN, text) if secret else text


@cache
def _spellings(secret: str) -> re.Pattern[str]:
    if len(secret) < _SHORTEST:
        return re.compile(re.escape(secret))
    spelled = "|".join("".join(map(_letter, way)) for way in _escaped(secret))
    packed = "|".join(re.escape(text) for text in _base64(secret.encode()))
    return re.compile(f"(?i:{spelled}|{secret.encode().hex()})|{packed}")


def without_beginning(text: str, secret: str | None) -> str:
    """Return a text that was cut off without the part of the secret at its end, from eight characters on."""
    if not secret or len(secret) < _SHORTEST:
        return text
    ways = (*_escaped(secret), quote(secret, safe=""), *_base64(secret.encode()), secret.encode().hex())
    ends = [size for way in ways for size in range(_SHORTEST, len(way)) if text.endswith(way[:size])]
    return text[: -max(ends)] if ends else text


def _escaped(secret: str) -> list[str]:
    """Return a secret as it is, and as it stands in JSON, in JSON within JSON, and in Python's own spelling."""
    found: list[str] = []
    for way in (secret, secret.replace("/", "\\/"), repr(secret)[1:-1]):
        found.append(way)
        for _ in range(3):
            way = json.dumps(way)[1:-1]  # noqa: PLW2901  each within the one before
            found += [way, way.replace("/", "\\/")]
    return list(dict.fromkeys(found))


def _letter(letter: str) -> str:
    """Return a pattern of a letter as it is, percent-encoded once or more, as an entity, or escaped."""
    digits = f"{ord(letter):02x}"
    ways = (
        f"%(?:25){{0,3}}{digits}",
        f"&(?:amp;)?#(?:0{{0,5}}{ord(letter)}|x0{{0,5}}{digits});?",
        rf"\\{{1,4}}(?:u00|x){digits}",
        f"={digits}",
        re.escape(html.escape(letter)),
        re.escape(letter),  # last: `&` also begins an entity
    )
    # Each way once: were there two for one spelling, a text that has most of a key would take for ever.
    return f"(?:{'|'.join(dict.fromkeys(ways))})"


def _base64(data: bytes) -> list[str]:
    """Return the letters that base64 makes of these bytes alone, wherever they begin in what is encoded."""
    found: list[str] = []
    for before in range(3):
        text = base64.b64encode(bytes(before) + data).decode("ascii")
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        inner = text[first:last]
        found += [inner, inner.replace("+", "-").replace("/", "_")]
    return list(dict.fromkeys(found))
