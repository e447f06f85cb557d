"""`--assume NAME=VALUE`: what a request does not tell and its price depends on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from teststrip.base.near import near
from teststrip.errors import UsageError
from teststrip.plan.cost import Assumptions
from teststrip.provider.model import Provider

_WORDS: Final = {"true": True, "false": False}
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?")


def read_assumptions(given: Iterable[str], provider: Provider) -> dict[str, bool | Decimal]:
    """Read what the command line assumes; each value is of the kind that the page's own is.

    Raises UsageError with all that is wrong.
    """
    known: Assumptions = provider.price.assume if provider.price is not None else {}
    read: dict[str, bool | Decimal] = {}
    wrong: list[str] = []
    for text in given:
        name, sign, word = (part.strip() for part in text.partition("="))
        value = _value(word, known.get(name))
        if name not in known:
            wrong.append(_unknown(text, name, known, provider))
        elif not sign or value is None:
            kind = "true or false" if isinstance(known[name], bool) else "a number"
            wrong.append(f"--assume {text}: write {name}=VALUE, where the value is {kind}")
        elif read.setdefault(name, value) != value:
            wrong.append(f"--assume {text}: {name} is given twice, with two values")
    if wrong:
        raise UsageError("\n".join(wrong))
    return read


def assumed(value: bool | Decimal) -> str:  # noqa: FBT001  the value is what is written
    """Write an assumed value as `--assume` takes it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:f}"


def _value(word: str, like: bool | Decimal | None) -> bool | Decimal | None:  # noqa: FBT001  as above
    if isinstance(like, bool):
        return _WORDS.get(word.lower())
    return Decimal(word) if _NUMBER.fullmatch(word) else None


def _unknown(text: str, name: str, known: Assumptions, provider: Provider) -> str:
    if not known:
        return f"--assume {text}: the price on the page of {provider.name} assumes nothing"
    close = near(name, list(known))
    meant = f"; did you mean {close}?" if close else ""
    return f"--assume {text}: the price assumes no {name!r}, only {', '.join(known)}{meant}"
