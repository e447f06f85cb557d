"""Did you mean: the word that was probably meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORTEST: Final = 3
_LONGEST: Final = 80  # of a name that anyone could have misspelt; alike takes time by the square of the length
_MOST: Final = 500  # candidates that are looked at
_LISTED: Final = 20


def near(word: str, words: Sequence[str], alike: float = 0.6) -> str | None:
    """Return the one of `words` that `word` was probably meant to be, or None.

    Tried in order: the same but for case, spaces and dashes; the only one that begins with it, or that it begins
    with; the most alike by difflib's ratio, which must reach `alike`; the shortest that has it inside.
    """
    if len(word) > _LONGEST:
        return None
    words = [candidate for candidate in words[:_MOST] if len(candidate) <= _LONGEST]
    plain = _plain(word)
    by_plain = {_plain(candidate): candidate for candidate in reversed(words)}
    if plain in by_plain:
        return by_plain[plain]
    if len(plain) >= _SHORTEST:
        beginning = [
            candidate
            for name, candidate in by_plain.items()
            if name.startswith(plain) or (len(name) >= _SHORTEST and plain.startswith(name))
        ]
        if len(beginning) == 1:
            return beginning[0]
    for match in difflib.get_close_matches(plain, list(by_plain), 1, alike):
        return by_plain[match]
    inside = sorted(
        (name for name in by_plain if len(plain) >= _SHORTEST and plain in name), key=lambda n: (len(n), n)
    )
    return by_plain[inside[0]] if inside else None


def listed(names: Sequence[str]) -> str:
    """List the names that there are for a sentence: the first twenty, shortened, and how many more."""
    if not names:
        return "none"
    shown = [name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..." for name in names[:_LISTED]]
    more = [f"and {len(names) - _LISTED:,} more"] if len(names) > _LISTED else []
    return ", ".join([*shown, *more])


def _plain(word: str) -> str:
    return word.strip().casefold().replace("-", "_").replace(" ", "_")
