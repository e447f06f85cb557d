"""A key in what a server says: known in any spelling that servers give it back in, and cut out.

A server repeats a key in a message, but also in an address (percent-encoded), on a page (as entities, in
capitals), in JSON within JSON (as escapes), or as it was sent (base64, whatever stands before it, or hex).
"""

from __future__ import annotations

import base64
import html
import re
from functools import cache
from typing import Final

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
    spelled = "".join(_letter(letter) for letter in secret)
    packed = "|".join(re.escape(text) for text in _base64(secret.encode()))
    return re.compile(f"(?i:{spelled}|{secret.encode().hex()})|{packed}")


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
