"""What the program has by name, its own and what plugins bring: one frozen record, handed down the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from teststrip.steps.builtin import AFTER, BEFORE
from teststrip.steps.model import AfterStep, BeforeStep


@dataclass(frozen=True, slots=True)
class Extensions:
    """Everything that is chosen by a name. A recipe, a page or a command line says which."""

    before: Mapping[str, BeforeStep] = field(default_factory=lambda: BEFORE)
    after: Mapping[str, AfterStep] = field(default_factory=lambda: AFTER)
    allowed: frozenset[str] = frozenset()  # what a person allows that needs it (see `AfterStep.permission`)


BUILT_IN: Final = Extensions()
"""What there is without any plugin."""
