"""Doing a plan, for `run` and `resume` alike: send, show, draw the sheets, and say how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pluggy

from teststrip.base.clock import SystemClock
from teststrip.cli.finishing import finished
from teststrip.cli.locked import Opened
from teststrip.cli.progress import make_display
from teststrip.cli.report import say, say_json, tell
from teststrip.cli.sending import Manner, decided
from teststrip.cli.session import Order, perform
from teststrip.cli.summary import Ending, ending_json, exit_code, summary_lines
from teststrip.cli.tally import Tally, price
from teststrip.cli.taping import Deck, Taped
from teststrip.finish.ready import ready_steps
from teststrip.plugins import manager as plugins
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.run.events import CellFinished, CellsReused, Event, RunStarted
from teststrip.run.folder import LEDGER_NAME, STORE_NAME, load_run
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Run
from teststrip.run.replays import RUN, make_place, replay_place
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.sheet.write import write_sheets


@dataclass(frozen=True, slots=True)
class Doing:
    """What is to be done: an opened plan, the runs folder, and how; `folder` is the run's where it is known.

    `asked` is what a person named: a recipe, a lock, or None for a run that is resumed. What is played from the
    `deck` goes into a place of its own.
    """

    opened: Opened
    runs_dir: Path
    manner: Manner
    as_json: bool
    asked: Path | None = None
    folder: Path | None = None
    deck: Deck = field(default_factory=Deck)
    extensions: Extensions = BUILT_IN


def do(doing: Doing, manager: pluggy.PluginManager) -> int:
    """Run a plan, draw its sheets, and report; return the exit code. Ctrl-C ends it with what is there drawn."""
    doing = _apart(doing)
    plan, provider, target = doing.opened.plan, doing.opened.provider, doing.opened.target
    for line in doing.opened.differs:
        tell(f"differs: {line}")
    steps = ready_steps(plan, doing.extensions, Store(doing.runs_dir / STORE_NAME))
    settings = decided(doing.manner, doing.opened, doing.runs_dir, as_json=doing.as_json)
    hear(manager.hook.teststrip_plan_made, plan=plan)
    clock = SystemClock()
    tally = Tally(plan, clock.monotonic)
    order = Order(plan, provider, target, doing.runs_dir, settings, doing.opened.files, doing.folder, doing.deck)
    display = make_display(plan, tally, as_json=doing.as_json)
    ended: list[str] = []
    states: dict[str, State] = {}
    reused = 0
    listening = manager.hook.teststrip_trial_done.get_hookimpls()

    def on_event(event: Event) -> None:
        nonlocal reused
        if isinstance(event, RunStarted):
            reused = event.reused
            tally.begin(price(plan, provider, target, event.states, settings.assume))
            states.update(event.states)
        tally.hear(event)
        display.show(event)
        if listening and isinstance(event, CellsReused):
            ended.extend(one.digest for one in event.each())
        elif listening and isinstance(event, CellFinished):
            ended.append(event.digest)

    with display:
        done = asyncio.run(perform(order, on_event))
        run = done or _found(order, tally, states)
        run = finished(run, steps, doing.runs_dir, display.show, executing=done is not None)
    for digest in ended:
        hear(manager.hook.teststrip_trial_done, outcome=run.outcomes[digest])
    cut_off = done is None or (run.finish is not None and run.finish.count("waiting") > 0)
    ending = Ending(run, tally, doing.runs_dir, target, doing.asked, interrupted=cut_off)
    return _end(ending, manager, Taped(doing.deck, reused), as_json=doing.as_json)


def _apart(doing: Doing) -> Doing:
    """Give a replay a place of its own, so that what it says is done is never taken for paid."""
    player = doing.deck.player
    if player is None:
        return doing
    for line in player.cassette.missing:
        tell(f"missing: {line}")
    place = replay_place(doing.runs_dir, doing.opened.plan)
    make_place(place, player.cassette.folder)
    return replace(doing, runs_dir=place, folder=place / RUN)


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


def _end(ending: Ending, manager: pluggy.PluginManager, taped: Taped, *, as_json: bool) -> int:
    run = ending.run
    if ending.interrupted and not as_json:
        tell("Interrupted; drawing the sheet of what is there.")
    sheets = write_sheets(run, run.folder)
    for sheet in sheets:
        hear(manager.hook.teststrip_sheet_written, path=sheet)
    hear(manager.hook.teststrip_run_done, run=run)
    if as_json:
        say_json(ending_json(ending, sheets) | taped.to_json())
    else:
        for line in summary_lines(ending, sheets) if taped.deck.player is None else taped.summary(ending, sheets):
            say(line)
        for line in taped.recorded():
            say(line)
    return exit_code(ending) or taped.exit_code


def hear(hook: pluggy.HookCaller, **event: object) -> None:
    """Let plugins hear an event; what fails there is told and changes nothing."""
    for complaint in plugins.tell(hook, **event):
        tell(f"warning: {complaint}")
