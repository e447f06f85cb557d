"""Every hook that a plugin may implement; docs/plugins.md has a section on each.

Most register things by name, some tell of something that has happened, and one is asked until somebody knows.
Every plugin gets the same arguments, so no hook is a stage that changes what the next one sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pluggy

if TYPE_CHECKING:  # the records of stages that stand above this module
    from concurrent.futures import Executor
    from decimal import Decimal

    import click

    from teststrip.base.json import Json
    from teststrip.emulator.renderer import Renderer
    from teststrip.plan.model import Plan
    from teststrip.plugins.records import AxisKind, Check, Importer
    from teststrip.provider.model import Provider
    from teststrip.run.model import Outcome, Run
    from teststrip.sheet.brought import Writer
    from teststrip.steps.model import Step
    from teststrip.steps.upscale import Upscaler

PROJECT: Final = "teststrip"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def teststrip_steps() -> Iterable[Step]:  # type: ignore[empty-body]
    """Return steps, each a BeforeStep or an AfterStep, which has its name."""


@hookspec
def teststrip_upscalers() -> Mapping[str, Upscaler]:  # type: ignore[empty-body]
    """Return ways to enlarge a picture, by the name that the option `method` of the step `upscale` takes."""


@hookspec
def teststrip_renderers() -> Mapping[str, Callable[[Provider], Renderer]]:  # type: ignore[empty-body]
    """Return renderers for the emulator: by name, a function of the page's provider that makes one."""


@hookspec
def teststrip_provider_pages() -> Iterable[Path | tuple[str, str]]:  # type: ignore[empty-body]
    """Return provider pages, each the path of a file or the pair of a file name and its text."""


@hookspec
def teststrip_axis_kinds() -> Mapping[str, AxisKind]:  # type: ignore[empty-body]
    """Return ways to write an axis, by the member of a mapping that tells each of them."""


@hookspec
def teststrip_template_filters() -> Mapping[str, Callable[..., Json]]:  # type: ignore[empty-body]
    """Return filters for templates, by name: pure functions of the value and the arguments."""


@hookspec
def teststrip_template_functions() -> Mapping[str, Callable[..., Json]]:  # type: ignore[empty-body]
    """Return functions that templates and conditions may call, by name: pure functions of their arguments."""


@hookspec
def teststrip_where_functions() -> Mapping[str, Callable[..., Json]]:  # type: ignore[empty-body]
    """Return functions that conditions alone may call, by name: pure functions of their arguments."""


@hookspec
def teststrip_sheet_writers() -> Mapping[str, Writer]:  # type: ignore[empty-body]
    """Return writers of sheets, by the format that a recipe asks for, which is also the file's ending."""


@hookspec
def teststrip_importers() -> Mapping[str, Importer]:  # type: ignore[empty-body]
    """Return readers of other tools' files, by the name that `teststrip import --from` takes."""


@hookspec
def teststrip_assertions() -> Mapping[str, Check]:  # type: ignore[empty-body]
    """Return checks of cells, by the name that a recipe's `assert` calls each."""


@hookspec
def teststrip_executors() -> Mapping[str, Callable[[], Executor]]:  # type: ignore[empty-body]
    """Return executors for steps that run in processes: by name, a function of no arguments that makes one."""


@hookspec
def teststrip_commands() -> Iterable[click.Command]:  # type: ignore[empty-body]
    """Return commands for the command line, each with its name."""


@hookspec(firstresult=True)
def teststrip_price(provider: Provider, model: str, request: Mapping[str, Json]) -> Decimal | None:
    """Return what a request costs in the page's unit, or None to leave it to others and then to the page."""


@hookspec
def teststrip_plan_made(plan: Plan) -> None:
    """Hear that a plan has been made."""


@hookspec
def teststrip_trial_started(digest: str, cell: int, attempt: int, request: Mapping[str, Json]) -> None:
    """Hear that a request is about to leave: for which cell of the plan, and for the how-manieth time."""


@hookspec
def teststrip_trial_done(outcome: Outcome, cell: int, reused: bool) -> None:  # noqa: FBT001  hooks go by name
    """Hear how a cell's trial has ended, as soon as it has, or that it had ended before this run."""


@hookspec
def teststrip_run_done(run: Run) -> None:
    """Hear that a run is over, whatever came of its cells."""


@hookspec
def teststrip_sheet_written(path: Path) -> None:
    """Hear that a sheet is on disk, whole."""
