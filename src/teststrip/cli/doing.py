"""Doing a plan, for `run` and `resume` alike: send, show, draw the sheets, and say how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import pluggy

from teststrip import plugins
from teststrip.base.clock import SystemClock
from teststrip.cli.locked import Opened
from teststrip.cli.progress import make_display
from teststrip.cli.report import say, say_json, tell
from teststrip.cli.sending import Manner, decided
from teststrip.cli.session import Order, perform
from teststrip.cli.summary import Ending, ending_json, exit_code, summary_lines
from teststrip.cli.tally import Tally, price
from teststrip.provider.wire import Roles
from teststrip.run.events import CellFinished, CellsReused, Event, RunStarted
from teststrip.run.folder import LEDGER_NAME, load_run
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Run
from teststrip.run.state import State
from teststrip.sheet.write import write_sheets

_MOST_TAGS: Final = 20  # that are told


@dataclass(frozen=True, slots=True)
class Doing:
    """What is to be done: an opened plan, the runs folder, and how; `folder` is the run's where it is known.

    `asked` is what a person named: a recipe, a lock, or None for a run that is resumed.
    """

    opened: Opened
    runs_dir: Path
    manner: Manner
    as_json: bool
    asked: Path | None = None
    folder: Path | None = None


def do(doing: Doing, manager: pluggy.PluginManager) -> int:
    """Run a plan, draw its sheets, and report; return the exit code. Ctrl-C ends it with what is there drawn."""
    plan, provider, target = doing.opened.plan, doing.opened.provider, doing.opened.target
    for line in doing.opened.differs:
        tell(f"differs: {line}")
    settings = decided(doing.manner, doing.opened, doing.runs_dir, as_json=doing.as_json)
    hear(manager.hook.teststrip_plan_made, plan=plan)
    clock = SystemClock()
    tally = Tally(plan, clock.monotonic)
    order = Order(plan, provider, target, doing.runs_dir, settings, doing.opened.files, doing.folder)
    display = make_display(plan, tally, as_json=doing.as_json)
    finished: list[str] = []
    states: dict[str, State] = {}
    listening = manager.hook.teststrip_trial_done.get_hookimpls()

    def on_event(event: Event) -> None:
        if isinstance(event, RunStarted):
            tally.begin(price(plan, provider, target, event.states, settings.assume))
            states.update(event.states)
        tally.hear(event)
        display.show(event)
        if listening and isinstance(event, CellsReused):
            finished.extend(one.digest for one in event.each())
        elif listening and isinstance(event, CellFinished):
            finished.append(event.digest)

    with display:
        done = asyncio.run(perform(order, on_event))
    run = done or _found(order, tally, states)
    for digest in finished:
        hear(manager.hook.teststrip_trial_done, outcome=run.outcomes[digest])
    ending = Ending(run, tally, doing.runs_dir, target, doing.asked, interrupted=done is None)
    return _end(ending, manager, provider.roles, as_json=doing.as_json)


def _found(order: Order, tally: Tally, states: Mapping[str, State]) -> Run:
    """Return a run that was cut off as it lies on disk; `states` is how its requests stood when it began."""
    folder, target = order.place, order.target
    with read_ledger(folder.parent / LEDGER_NAME, SystemClock()) as ledger:
        money = ledger.money(folder.name)
    if money is not None and states and target.name != "darkroom":
        # An emulator pretends to bill.
        start = price(order.plan, order.provider, replace(target, paid=True), states, order.settings.assume)
        money = replace(money, estimate=sum((one for one in start.prices.values() if one), Decimal(0)))
    return replace(load_run(folder), sent=len(tally.sent), money=money)


def _end(ending: Ending, manager: pluggy.PluginManager, roles: Roles, *, as_json: bool) -> int:
    run = ending.run
    if ending.interrupted and not as_json:
        tell("Interrupted; drawing the sheet of what is there.")
    sheets = write_sheets(run, run.folder)
    for sheet in sheets:
        hear(manager.hook.teststrip_sheet_written, path=sheet)
    hear(manager.hook.teststrip_run_done, run=run)
    if as_json:
        say_json(ending_json(ending, sheets))
    else:
        for line in _strange_words(ending, roles):
            tell(line)
        for line in summary_lines(ending, sheets):
            say(line)
    return exit_code(ending)


def _strange_words(ending: Ending, roles: Roles) -> Iterator[str]:
    """Tell which tags the darkroom did not know, where it has drawn something."""
    if ending.target.name != "darkroom" or not ending.run.sent:
        return
    from teststrip.emulator.toyworld import unknown_tags  # noqa: PLC0415  numpy is loaded: pictures were drawn

    plan = ending.run.plan
    tags = unknown_tags((cell.request for cell in plan.cells), roles)
    if tags:
        more = f" and {len(tags) - _MOST_TAGS} more" if len(tags) > _MOST_TAGS else ""
        yield f"not in the toy world: {', '.join(tags[:_MOST_TAGS])}{more} (see docs/darkroom.md)"


def hear(hook: pluggy.HookCaller, **event: object) -> None:
    """Let plugins hear an event; what fails there is told and changes nothing."""
    for complaint in plugins.tell(hook, **event):
        tell(f"warning: {complaint}")
