"""Which of the names that are gone seem to have become which of the new ones."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

from teststrip.schema.diff.limits import kinds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALIKE: Final = 0.6


def pair_renamed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Pair members that are gone with new ones of the same shape and a similar name or the same description.

    The likeliest pairs come first, and each name is used once. The pairs are the same in both directions.
    """
    gone = [name for name in before if name not in after]
    fresh = [name for name in after if name not in before]
    scored = [
        (-score, sorted((old, new)), old, new)
        for old in gone
        for new in fresh
        if _same_shape(before[old], after[new]) and (score := _alike(old, new, before[old], after[new])) >= _ALIKE
    ]
    pairs: dict[str, str] = {}
    for _, _, old, new in sorted(scored):
        if old not in pairs and new not in pairs.values():
            pairs[old] = new
    return {old: pairs[old] for old in gone if old in pairs}


def likeness(one: str, other: str) -> float:
    """Tell how alike two names are, from 0 to 1; a name whose words the other has too is very much alike."""
    plain = [name.casefold().replace("-", "_").replace(".", "_") for name in (one, other)]
    words = [set(name.split("_")) for name in plain]
    if words[0] <= words[1] or words[1] <= words[0]:
        return 0.9
    # The ratio depends on the order of its arguments.
    return max(_ratio(plain[0], plain[1]), _ratio(plain[1], plain[0]))


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _alike(old: str, new: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    told = before.get("description")
    same = bool(told) and told == after.get("description")
    return 1.0 if same else likeness(old, new)


def _same_shape(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return kinds_of(before) == kinds_of(after) and ("enum" in before) == ("enum" in after)
