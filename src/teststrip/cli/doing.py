"""Doing a plan, for `run` and `resume` alike: send, show, draw the sheets, and say how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from teststrip.base.clock import SystemClock
from teststrip.cli.demands import Demands
from teststrip.cli.finishing import Workplace, executor_named, finished
from teststrip.cli.given import Given
from teststrip.cli.listening import Hearing
from teststrip.cli.loaded import Loaded
from teststrip.cli.locked import Opened
from teststrip.cli.progress import make_display
from teststrip.cli.report import say, say_json, tell
from teststrip.cli.sending import Manner, decided
from teststrip.cli.session import Order, perform
from teststrip.cli.strange_words import strange_words
from teststrip.cli.summary import Ending, ending_json, exit_code, summary_lines
from teststrip.cli.tally import Tally, price
from teststrip.cli.taping import Deck, Taped
from teststrip.errors import StorageError, TeststripError
from teststrip.finish.ready import Ready, ready_steps
from teststrip.plugins.extensions import Extensions
from teststrip.provider.model import Provider
from teststrip.run.events import CellFinished, Event, RunStarted
from teststrip.run.folder import LEDGER_NAME, STORE_NAME, load_run
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Run
from teststrip.run.replays import RUN, make_place, replay_place
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.sheet.arrivals import Arrivals
from teststrip.sheet.write import write_sheets

if TYPE_CHECKING:
    from teststrip.verify.asserts import Failure


@dataclass(frozen=True, slots=True)
class Doing:
    """What is to be done: an opened plan, the runs folder, and how; `folder` is the run's where it is known.

    `asked` is what a person named: a recipe, a lock, or None for a run that is resumed; `given` is what was said
    with it. What is played from the `deck` goes into a place of its own.
    """

    opened: Opened
    runs_dir: Path
    manner: Manner
    as_json: bool
    asked: Path | None = None
    folder: Path | None = None
    deck: Deck = field(default_factory=Deck)
    given: Given = field(default_factory=Given)


def do(doing: Doing, loaded: Loaded) -> int:
    """Run a plan, draw its sheets, and report; return the exit code. Ctrl-C ends it with what is there drawn."""
    doing = _apart(doing)
    plan, provider, target = doing.opened.plan, doing.opened.provider, doing.opened.target
    for line in doing.opened.differs:
        tell(f"differs: {line}")
    store = Store(doing.runs_dir / STORE_NAME)
    steps = ready_steps(plan, loaded.extensions, store)
    settings = decided(doing.manner, doing.opened, doing.runs_dir, as_json=doing.as_json)
    clock = SystemClock()
    tally = Tally(plan, clock.monotonic)
    order = Order(plan, provider, target, doing.runs_dir, settings, doing.opened.files, doing.folder, doing.deck)
    display = make_display(plan, tally, as_json=doing.as_json)
    work = Workplace(
        doing.runs_dir,
        display.show,
        executor_named(doing.manner.executor, loaded.extensions),
        doing.manner.step_timeout,
    )
    states: dict[str, State] = {}
    reused = 0
    with Hearing(loaded.manager) as hearing:
        hearing.plan_made(plan)

        def on_event(event: Event) -> None:
            nonlocal reused
            if isinstance(event, RunStarted):
                reused = event.reused
                tally.begin(price(plan, provider, target, event.states, settings.assume, settings.pricer))
                states.update(event.states)
            tally.hear(event)
            display.show(event)
            hearing.trial(event, plan, store)
            if isinstance(event, CellFinished) and not event.reused:
                arrivals.take(event.pictures)

        with display, Arrivals(doing.runs_dir / STORE_NAME) as arrivals:
            done = asyncio.run(perform(order, on_event))
            run = done or _found(order, tally, states)
            run, lost = _stepped(run, steps, work, executing=done is not None)
        hearing.report()
        for line in lost:
            tell(f"error: {line}")
        cut_off = done is None or (run.finish is not None and run.finish.count("waiting") > 0)
        ending = _ending(doing, run, tally, cut_off=cut_off)
        sheets, faults = _drawn(ending, loaded, hearing, as_json=doing.as_json)
        for line in () if doing.as_json else strange_words(run, target, provider.roles):
            tell(line)
        demands = Demands(run.plan, () if cut_off else _unmet(run, provider, loaded.extensions))
        code = _end(ending, sheets, (Taped(doing.deck, reused), demands), as_json=doing.as_json)
        return code or (StorageError.exit_code if lost else int(bool(faults)))


def _ending(doing: Doing, run: Run, tally: Tally, *, cut_off: bool) -> Ending:
    target, record = doing.opened.target, doing.deck.record
    return Ending(
        run, tally, doing.runs_dir, target, doing.asked, interrupted=cut_off, record=record, given=doing.given
    )


def _stepped(run: Run, steps: Sequence[Ready], work: Workplace, *, executing: bool) -> tuple[Run, tuple[str, ...]]:
    """Let the steps work; where what they make cannot be kept, the run is there without it, and is reported so."""
    try:
        return finished(run, steps, work, executing=executing), ()
    except (StorageError, OSError) as error:
        return run, (str(error), "the steps on pictures did not end; run again to go on, at no cost")


def _unmet(run: Run, provider: Provider, extensions: Extensions) -> tuple[Failure, ...]:
    """Hold a run against what its recipe demands."""
    if not run.plan.asserts:
        return ()
    from teststrip.verify.asserts import check_run  # noqa: PLC0415  numpy is not for all

    return check_run(run, provider, extensions)


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
    if target.name == "darkroom":
        money = None  # nothing has a price there, as when a run comes to its end
    elif money is not None and states:
        money = replace(money, estimate=_estimate(order, states))
    return replace(load_run(folder, finished=False), sent=len(tally.sent), money=money)


def _estimate(order: Order, states: Mapping[str, State]) -> Decimal:
    """Say again what was to be sent when the run began; an emulator pretends to bill."""
    paid, settings = replace(order.target, paid=True), order.settings
    try:
        start = price(order.plan, order.provider, paid, states, settings.assume, settings.pricer)
    except TeststripError:  # a plugin's price that fails by now is not to cost the report of what was paid
        return Decimal(0)
    return sum((one for one in start.prices.values() if one), Decimal(0))


def _drawn(
    ending: Ending, loaded: Loaded, hearing: Hearing, *, as_json: bool
) -> tuple[tuple[Path, ...], list[str]]:
    """Draw the sheets, and say so; what plugins could not write comes beside them, and is told."""
    run, faults = ending.run, list[str]()
    if ending.interrupted and not as_json:
        tell("Interrupted; drawing the sheet of what is there.")
    sheets = write_sheets(run, run.folder, extensions=loaded.extensions, on_fault=faults.append)
    for fault in faults:
        tell(f"error: {fault}")
    for sheet in sheets:
        hearing.sheet_written(sheet)
    hearing.run_done(run)
    return sheets, faults


def _end(ending: Ending, sheets: Sequence[Path], more: tuple[Taped, Demands], *, as_json: bool) -> int:
    taped, demands = more
    if as_json:
        say_json(ending_json(ending, sheets) | taped.to_json() | demands.to_json())
    else:
        for line in summary_lines(ending, sheets) if taped.deck.player is None else taped.summary(ending, sheets):
            say(line)
        for line in (*taped.recorded(), *demands.lines()):
            say(line)
    return exit_code(ending) or taped.exit_code or demands.exit_code
