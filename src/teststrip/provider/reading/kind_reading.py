"""What is said of a type: the record that the readers of type cells fill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from teststrip.provider.model import Kind


@dataclass(frozen=True, slots=True)
class KindReading:
    """What a type cell says.

    `kind` None: nothing. `item` is the kind of an array's items, None where the cell leaves it open. `values` are
    those listed in place of a type; `detail` is what stood in brackets and may be a range; `required` is a word
    about that which stood here; `guessed` is a kind that no cell gives (see `kind_guess`).
    """

    kind: Kind | None = None
    or_kinds: tuple[Kind, ...] = ()
    nullable: bool = False
    item: Kind | None = None
    media: bool = False
    values: tuple[str, ...] = ()
    detail: str = ""
    required: bool | None = None
    values_of: str = ""  # the name of an enumeration whose values the page may list elsewhere
    named: str = ""  # the name of a structure that the page may describe elsewhere
    guessed: bool = False
    shown: str = ""  # what on the page shows a guessed kind beyond doubt, as "the default"


def says_media(text: str) -> bool:
    """Tell whether words say that a file travels as Base64 text or as an address."""
    found = set(re.findall(r"[a-z0-9]+", text.lower()))
    return "base64" in found and bool(found & {"url", "urls", "uri"})
