"""Patterns of file names: `{sampler}-{scale}_{seed}` says which parts of a name are values, and of what.

Every value goes up to where what follows it in the pattern stands first; so a name is read in one way, and in time
proportional to its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from teststrip.errors import UsageError

_FIELD: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_ ]{0,60})\}")
_PAIR: Final = re.compile(r"([A-Za-z][A-Za-z_]{0,40})=([^=]*?)(?=$|[ ,;_-]+[A-Za-z][A-Za-z_]{0,40}=)")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern in parts: `texts` stand around the `names`, one more of them."""

    names: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def folders(self) -> int:
        """How many folders of the way to a file it speaks of."""
        return sum(text.count("/") for text in self.texts)

    def read(self, name: str) -> dict[str, str] | None:
        """Read the values of a name; None where it does not have the form."""
        if not name.startswith(self.texts[0]):
            return None
        values: dict[str, str] = {}
        at = len(self.texts[0])
        for field, text in zip(self.names, self.texts[1:-1], strict=False):
            end = name.find(text, at + 1)
            if end < 0:
                return None
            values[field], at = name[at:end], end + len(text)
        last = len(name) - len(self.texts[-1])
        if last <= at or not name.endswith(self.texts[-1]):
            return None
        values[self.names[-1]] = name[at:last]
        return None if any("/" in value for value in values.values()) else values


def name_pattern(text: str) -> NamePattern:
    """Read a pattern. Raises UsageError for one without a name in braces, with one twice, or two side by side."""
    parts = _FIELD.split(text)
    names, texts = tuple(parts[1::2]), tuple(parts[::2])
    fault = ""
    if not names:
        fault = "it has no name in braces"
    elif len(set(names)) < len(names):
        fault = "it has a name twice"
    elif not all(texts[1:-1]):
        fault = "something has to stand between two names"
    if fault:
        raise UsageError(f"--pattern {text}: {fault}; write it as '{{sampler}}_{{seed}}', without the suffix")
    return NamePattern(names, texts)


def pairs_in(stem: str) -> dict[str, str]:
    """Read `steps=20_seed=3` out of a file's name: what stands before and after equal signs."""
    return {found[1].strip("_ "): found[2].strip(" ,;_-") for found in _PAIR.finditer(stem)}
