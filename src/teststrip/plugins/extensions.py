"""What the program has by name, its own and what plugins bring: one frozen record, handed down the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from teststrip.plugins.records import AxisKind, Check, Function, Importer, Pricer
from teststrip.steps.builtin import AFTER, BEFORE
from teststrip.steps.model import AfterStep, BeforeStep

if TYPE_CHECKING:  # the records of stages that stand above this module
    from concurrent.futures import Executor

    from teststrip.emulator.renderer import Renderer
    from teststrip.provider.model import Provider


@dataclass(frozen=True, slots=True, eq=False)
class Extensions:
    """Everything that is chosen by a name. A recipe, a page or a command line says which.

    `before` and `after` have the program's own steps too; the rest is what plugins bring, beside what each stage
    has itself: `kinds` of axes by the member that tells them, `filters` and `functions` of templates, the
    functions of `conditions`, `writers` of sheets by format, `importers`, `assertions`, `executors` for steps that
    run in processes, `renderers` for the emulator, and who sets a `price` beside the page, or None. `owners` has
    the plugin of each thing by its hook and name. Two records are the same only as themselves.
    """

    before: Mapping[str, BeforeStep] = field(default_factory=lambda: BEFORE)
    after: Mapping[str, AfterStep] = field(default_factory=lambda: AFTER)
    allowed: frozenset[str] = frozenset()  # what a person allows that needs it (see `AfterStep.permission`)
    kinds: Mapping[str, AxisKind] = field(default_factory=dict)
    filters: Mapping[str, Function] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    conditions: Mapping[str, Function] = field(default_factory=dict)
    writers: Mapping[str, Any] = field(default_factory=dict)
    importers: Mapping[str, Importer] = field(default_factory=dict)
    assertions: Mapping[str, Check] = field(default_factory=dict)
    executors: Mapping[str, Callable[[], Executor]] = field(default_factory=dict)
    renderers: Mapping[str, Callable[[Provider], Renderer]] = field(default_factory=dict)
    price: Pricer | None = None
    owners: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def owner(self, hook: str, name: str) -> str:
        """Return the plugin that brings a name by a hook; "" for what the program has itself."""
        return self.owners.get((hook, name), "")


BUILT_IN: Final = Extensions()
"""What there is without any plugin."""
