"""Which plugins a person asks for: `-p`, `--no-plugins`, and the variable TESTSTRIP_PLUGINS. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

VARIABLE: Final = "TESTSTRIP_PLUGINS"
_NOT: Final = "no:"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which plugins are loaded: those that are found, unless `found` is False, and `names` besides, as ordered.

    `blocked` are left out. `strict` are those of the blocked that somebody typed: each has to exist.
    """

    names: tuple[str, ...] = ()
    blocked: frozenset[str] = frozenset()
    strict: frozenset[str] = frozenset()
    found: bool = True


FOUND: Final = Choice()
"""What is loaded when nobody says anything."""


def read_choice(options: Sequence[str], environ: Mapping[str, str], *, alone: bool = False) -> Choice:
    """Read `-p` as often as it was given, after the variable; the later goes before the earlier.

    With `alone` (`--no-plugins`) none is loaded but what `options` name.
    """
    told = [] if alone else [name.strip() for name in environ.get(VARIABLE, "").split(",")]
    names: dict[str, None] = {}
    blocked: set[str] = set()
    for text in (*told, *(option.strip() for option in options)):
        name = text.removeprefix(_NOT)
        names.pop(name, None)
        blocked.discard(name)
        if name and text.startswith(_NOT):
            blocked.add(name)
        elif name:
            names[name] = None
    typed = frozenset(option.strip().removeprefix(_NOT) for option in options)
    return Choice(tuple(names), frozenset(blocked), typed & blocked, found=not alone)
