"""What the axes of a grid share while they become those of a recipe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.where import Problem, Where
from teststrip.exchange.target import Refusal, Target

SIDES: Final = ("width", "height")
LONGEST_NOTE: Final = 240
_MARKS: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Context:
    """What the axes of a grid share: the target, the sides that `params` give, what each parameter is set by."""

    target: Target
    sides: dict[str, str]
    problems: list[Problem]
    texts: Mapping[str, tuple[str, ...]]  # of the prompts, by meaning
    owners: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def report(self, where: Where, path: str, refusal: Refusal) -> None:
        """List what is not carried over."""
        self.problems.append(Problem(where, path, refusal.message, refusal.suggestion))


def clean_name(name: str) -> str:
    """Return a name that templates can mention: `CFG Scale` -> `cfg_scale`."""
    cleaned = _MARKS.sub("_", name.casefold()).strip("_")[:60]
    return cleaned if cleaned and not cleaned[0].isdigit() else f"axis_{cleaned}".rstrip("_")


def unique_name(name: str, context: Context) -> str:
    """Return a name that no axis has yet, and take it."""
    for candidate in _numbered(name):
        if candidate not in context.names:
            context.names.add(candidate)
            return candidate
    raise AssertionError("the candidates never end")


def short(text: str, longest: int) -> str:
    """Cut a remark where it is longer than one reads."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _numbered(name: str) -> Iterator[str]:
    yield name
    count = 2
    while True:
        yield f"{name}_{count}"
        count += 1
