"""Sizes by the names that a page has for them: `portrait`, `9:13`, `Backgrounds`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from teststrip.provider.model import CommonSize, Parameter, Provider

_SIZE: Final = re.compile(r"\s*([1-9][0-9]{0,8})\s*([x*×])\s*([1-9][0-9]{0,8})\s*", re.IGNORECASE)


def named_sizes(sizes: Sequence[CommonSize]) -> dict[str, tuple[CommonSize, ...]]:
    """Return the common sizes by every name that they have; what several share has all of them.

    A size's names are its aspect, the words of its aspect, and its use, less what stands in brackets there.
    """
    named: dict[str, tuple[CommonSize, ...]] = {}
    for size in sizes:
        for name in dict.fromkeys(_names(size)):
            named[name] = (*named.get(name, ()), size)
    return named


def short_name(size: CommonSize) -> str:
    """Return the first word of a size's aspect, "" where it has none."""
    return next((word for word in size.aspect.split() if word.isalpha()), "")


def sides(text: str) -> tuple[int, int] | None:
    """Read WIDTHxHEIGHT, whatever stands for the x; None for other text."""
    found = _SIZE.fullmatch(text)
    return (int(found[1]), int(found[3])) if found else None


def separator_of(provider: Provider, parameter: Parameter | None) -> str:
    """Return what stands between width and height on this page: an `x` when it does not say."""
    if parameter is not None and parameter.size is not None:
        return parameter.size.separator
    written = [size.value for size in provider.common_sizes]
    if parameter is not None:
        written = [*(str(choice.value) for choice in parameter.choices), str(parameter.default), *written]
    found = (_SIZE.fullmatch(text) for text in written)
    return next((match[2] for match in found if match is not None), "x")


def _names(size: CommonSize) -> Iterator[str]:
    yield from (name for name in (size.aspect.strip(), *size.aspect.split()) if name)
    use = size.use.partition("(")[0].strip()
    if use:
        yield use
