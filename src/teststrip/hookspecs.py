"""Every hook that a plugin may implement; docs/plugins.md has a section on each.

Two hooks register things by name, four tell of something that has happened. pluggy calls the same hook of every
plugin with the same arguments, so none of them is a stage that changes what the next one sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pluggy

if TYPE_CHECKING:  # the records of stages that stand above this module
    from teststrip.emulator.renderer import Renderer
    from teststrip.plan.model import Plan
    from teststrip.run.model import Outcome, Run

PROJECT: Final = "teststrip"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def teststrip_provider_pages() -> Iterable[Path | tuple[str, str]]:  # type: ignore[empty-body]
    """Return provider pages, each the path of a file or the pair of a file name and its text."""


@hookspec
def teststrip_renderers() -> Mapping[str, Callable[[], Renderer]]:  # type: ignore[empty-body]
    """Return renderers for the emulator: by name, a function of no arguments that makes one."""


@hookspec
def teststrip_plan_made(plan: Plan) -> None:
    """Hear that a plan has been made and will be run."""


@hookspec
def teststrip_trial_done(outcome: Outcome) -> None:
    """Hear how a cell's trial has ended, as soon as it has."""


@hookspec
def teststrip_run_done(run: Run) -> None:
    """Hear that a run is over, whatever came of its cells."""


@hookspec
def teststrip_sheet_written(path: Path) -> None:
    """Hear that a sheet is on disk, whole."""
