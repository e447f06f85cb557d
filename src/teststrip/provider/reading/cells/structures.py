"""Types that are names: of structures that a page may describe, and of what libraries call the types of JSON."""

from __future__ import annotations

import re
from typing import Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.kind_reading import KindReading

# What libraries call their types: JObject, NSString, JsonArray, BigInteger
_OF_PROGRAM: Final = Pattern(
    r"(?:[A-Z]{1,2}|Json|JSON|Big|Py|Unsigned)(Object|Array|List|Map|Dict|Dictionary|String|Integer|Int|Long|Double|Float|Number|Boolean|Bool|Decimal)"
)
# Those of data that is checked: HttpUrl, EmailStr, StrictInt
_CHECKED: Final = Pattern(
    r"(?:(?:Any|Http|Https|File|Ftp|Websocket|Secret|Strict|Email|Name|Base64|Finite|Positive|Negative|Non|Constrained){1,2})"
    r"(?P<kind>Ur[li]|Str|Int|Float|Bool)"
)


def structure(text: str) -> KindReading | None:
    r"""Read the name of a structure: `ImageSize`, `OpenAPI\Client\TextPrompt`; one that ends in Enum is a text."""
    name = re.split(r"[\\.:]+", text)[-1]
    plain = _OF_PROGRAM.fullmatch(name)
    if plain is not None:
        return KindReading(words.KINDS[plain[1].lower()])
    checked = _CHECKED.fullmatch(name)
    if checked is not None:
        kind = checked["kind"].lower()
        return KindReading("string", media=True) if kind.startswith("ur") else KindReading(words.KINDS[kind])
    if not re.fullmatch(r"(?:[A-Z][a-z0-9]+){2,}[A-Z]?|[A-Z][a-z]+(?:[A-Z]+[a-z0-9]*)+", name):
        return None
    if name.endswith(("List", "Array")):
        return KindReading("array")
    return (
        KindReading("string", values_of=name[:-4]) if name.endswith("Enum") else KindReading("object", named=name)
    )
