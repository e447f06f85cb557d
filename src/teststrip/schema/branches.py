"""Which branch of an anyOf a person meant.

A validator reports that no branch holds. A person wrote one of them, with a mistake inside; this finds that one by
its shape: the branch whose type the value has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from teststrip.schema.misses import Miss

_CHOOSING: Final = frozenset({"anyOf", "oneOf"})


def leaves(misses: Iterable[Miss]) -> Iterator[Miss]:
    """Replace each missed anyOf by the misses of the branch that was meant; keep it when none stands out."""
    for miss in misses:
        meant = _meant(miss)
        if meant is None:
            yield miss
        else:
            yield from leaves(meant)


def _meant(miss: Miss) -> Sequence[Miss] | None:
    """Return the misses of the branch that was meant; None for other keywords and when it cannot be told."""
    if miss.keyword not in _CHOOSING:
        return None
    branches = _branches(miss)
    fitting = [branch for branch in branches if _shape_fits(branch)]
    if fitting:
        return min(fitting, key=lambda branch: len(list(leaves(branch))))
    if "x-teststrip-expects" in miss.schema:
        return None
    if not isinstance(miss.value, dict | list):
        branches = [branch for branch in branches if _wants_scalar(branch)] or branches
    return branches[0] if len(branches) == 1 else None


def _branches(miss: Miss) -> list[tuple[Miss, ...]]:
    """Return the branches that may be meant: not a string form (a template, an ellipsis) without its sign."""
    return [
        branch for branch in miss.branches if not any(inner.schema.get("x-teststrip-form") for inner in branch)
    ]


def _shape_fits(branch: Iterable[Miss]) -> bool:
    return not any(_wrong_shape(miss) for miss in branch if not miss.inside)


def _wrong_shape(miss: Miss) -> bool:
    if miss.keyword in _CHOOSING:
        return not any(_shape_fits(branch) for branch in _branches(miss))
    return miss.keyword in {"type", "const"}


def _wants_scalar(branch: Iterable[Miss]) -> bool:
    """Tell whether a branch of the wrong shape would have had a value without parts: text, a number, ..."""
    for miss in branch:
        if miss.keyword in _CHOOSING and any(_wants_scalar(inner) for inner in _branches(miss)):
            return True
        if miss.keyword == "type" and not miss.inside:
            kinds = {miss.wanted} if isinstance(miss.wanted, str) else set(miss.wanted)
            return bool(kinds - {"object", "array"})
    return False
