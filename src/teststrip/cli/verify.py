"""`teststrip verify`: a run, or a lock with its cassette, held against what comes now."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from teststrip.base.clock import SystemClock
from teststrip.cli.assume import read_assumptions
from teststrip.cli.doing import Doing
from teststrip.cli.execution import execution_options, open_to_execute
from teststrip.cli.loaded import load
from teststrip.cli.locked import Opened
from teststrip.cli.plan_price import amount
from teststrip.cli.progress import make_display
from teststrip.cli.report import counted, say, say_json, tell
from teststrip.cli.sending import Manner, decided
from teststrip.cli.session import Order, perform
from teststrip.cli.stages import Wish
from teststrip.cli.tally import Tally, price
from teststrip.cli.taping import Deck, open_deck
from teststrip.cli.verify_text import Verified, verified_json, verified_lines
from teststrip.errors import UsageError
from teststrip.plan.cost import cost_of
from teststrip.plan.lock import LOCK_NAME, is_lock
from teststrip.run.catalogue import find_run
from teststrip.run.events import Event, RunStarted
from teststrip.run.folder import load_run, run_folder
from teststrip.run.model import Run
from teststrip.run.replays import RUN, make_place, replay_place
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.verify.pictures import PIXELS, TOLERANCE_FORM, Tolerance, read_tolerance
from teststrip.verify.runs import UNTOLD, WELL, compare_runs
from teststrip.verify.sheet import write_difference_sheet
from teststrip.verify.sides import side_of

VERIFIED: Final = "verified"  # in the runs folder: what came when a plan was verified
_INTERRUPTED: Final = 130
_STOPPED: Final = 3
_OPEN: Final = (State.PLANNED, State.INTENT, State.SUBMITTED, State.FETCHED)


def _tolerance(ctx: click.Context, parameter: click.Parameter, value: str) -> Tolerance:
    found = read_tolerance(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not {TOLERANCE_FORM}", ctx, parameter)
    return found


@click.command("verify")
@click.argument("what", metavar="RUN|LOCK", type=click.Path(path_type=Path))
@click.option(
    "--recorded",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The cassette to compare with; a lock needs one, a run is compared with what it kept.",
)
@click.option(
    "--within",
    default=str(PIXELS),
    show_default=True,
    callback=_tolerance,
    metavar="exact|pixels|BITS",
    help="What passes for the same: bytes, decoded pixels, or hashes that differ in so many of 64 bits.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the difference sheet goes; beside what came now else.",
)
@execution_options
@click.pass_context
def command(  # noqa: PLR0913  click hands over each option by name
    ctx: click.Context,
    what: Path,
    recorded: Path | None,
    target: str,
    runs_dir: Path,
    allow_files: tuple[Path, ...],
    *,
    output: Path | None,
    within: Tolerance,
    manner: Manner,
    deck: Deck,
    live: bool,
    as_json: bool,
) -> None:
    """Ask for every cell of RUN or LOCK again, and tell what is not as it was: pictures, metadata, price, time.

    The darkroom is asked unless the plan is for another target, which is said as for `run`: --live pays for it,
    and needs a --budget where the page has a price and the plan no budget. --replay compares with another cassette
    instead. Exit code 0: all is as it was, within --within; 1: something
    has moved.
    """
    lock, folder = _lock_of(what, runs_dir)
    if folder is None and recorded is None:
        raise UsageError(f"{what} is a lock: --recorded DIR names the cassette to compare with")
    if recorded is not None and deck.record is not None and recorded.resolve() == deck.record.resolve():
        raise UsageError(f"{recorded} is what is compared with, and --record would add to it; name another folder")
    loaded = load()
    wish = Wish(lock, target, live=live, sending=True, allowed=allow_files, comparing=False, target=deck.target)
    opened = open_to_execute(wish, loaded)
    doing = Doing(opened, runs_dir, manner, as_json, folder=None if recorded is not None else folder, deck=deck)
    then_deck = Deck() if recorded is None else open_deck(None, recorded, fast=False)
    verified = _verify(doing, then_deck, within, output)
    if verified is None:
        tell("Interrupted. Give the same command again to go on: what was accepted is fetched, not sent again.")
        ctx.exit(_INTERRUPTED)
    if as_json:
        say_json(verified_json(verified))
    else:
        for line in verified_lines(verified):
            say(line)
    ctx.exit(_STOPPED if verified.now.run.stopped else int(not verified.well))


def _check_bounded(doing: Doing) -> None:
    """Raise UsageError where every cell is to be paid for again, and nothing says how much that may be.

    A run costs once; this costs each time that a schedule gives the command.
    """
    opened, manner = doing.opened, doing.manner
    told = manner.settings.budget is not None or opened.plan.budget is not None
    if told or not opened.target.paid or doing.deck.player is not None:
        return
    cost = cost_of(
        opened.plan,
        opened.provider,
        lambda _: True,
        read_assumptions(manner.assume, opened.provider),
        opened.pricer,
    )
    if cost is None:
        return
    total, unit = cost.total, cost.told.unit
    comes_to = f"{amount(total.price)} {unit}"
    if total.unknown:
        comes_to += f" and {counted(total.unknown, 'request')} without a price"
    raise UsageError(
        f"verify pays for {counted(total.requests, 'request')} again, by the page's price {comes_to}, and nothing "
        f"says how much it may: give --budget N ({unit}), or --budget none"
    )


def _verify(doing: Doing, then_deck: Deck, within: Tolerance, output: Path | None) -> Verified | None:
    """Get both sides, compare them, and draw what has moved; None when that was interrupted."""
    opened, deck = doing.opened, doing.deck
    then = load_run(doing.folder) if doing.folder is not None else _played(doing, then_deck, "then")
    _check_bounded(doing)
    now = None if then is None else _come_now(doing) if deck.player is None else _played(doing, deck, "now")
    if then is None or now is None:
        return None
    players = [one.player for one in (then_deck, deck) if one.player is not None]
    pairs = compare_runs(then, now, within, whole=all(player.asked == player.played for player in players))
    moved = [pair for pair in pairs if pair.verdict not in WELL | UNTOLD]
    sheets = write_difference_sheet(now.plan, moved, output or now.folder.parent)
    sides = [
        side_of(run, opened.provider, None if one.player is None else one.player.cassette)
        for run, one in ((then, then_deck), (now, deck))
    ]
    verified = Verified(
        now.plan, opened.provider, sides[0], sides[1], pairs, within, sheets, deck.player is not None
    )
    if verified.well and not opened.target.paid and deck.player is None:
        shutil.rmtree(now.folder.parent)  # made above, and cost nothing: else each time would leave its pictures
    return verified


def _lock_of(what: Path, runs_dir: Path) -> tuple[Path, Path | None]:
    """Return the lock, and the run's folder where it is one's."""
    if what.is_file() and is_lock(what):
        return what, None
    folder = find_run(what, runs_dir)
    return folder / LOCK_NAME, folder


def _played(doing: Doing, deck: Deck, name: str) -> Run | None:
    """Play a cassette in a place of its own, as the plan that is verified."""
    if deck.player is None:
        return None
    for line in deck.player.cassette.missing:
        tell(f"missing: {line}")
    target = deck.target
    if target is None or target.identity != doing.opened.plan.target:
        recorded = "nobody knows where" if target is None else target.identity
        folder = deck.player.cassette.folder
        raise UsageError(f"{folder} was recorded from {recorded}, and this is for {doing.opened.plan.target}")
    place = replay_place(doing.runs_dir, doing.opened.plan).parent / f"{name}-{doing.opened.plan.digest[:8]}"
    make_place(place, deck.player.cassette.folder)
    opened = replace(doing.opened, target=target)
    settings = decided(doing.manner, opened, place, as_json=True)
    return asyncio.run(perform(_order(opened, settings, place, place / RUN, deck), lambda _: None))


def _come_now(doing: Doing) -> Run | None:
    """Ask for every cell anew, in a ledger of its own: the one of the run would have it done already.

    One that was cut off is gone on with, so that nothing is paid for twice.
    """
    plan = doing.opened.plan
    base = run_folder(doing.runs_dir / VERIFIED, plan)
    place = _place(base)
    folder = run_folder(place, plan)
    settings = decided(doing.manner, doing.opened, place, as_json=True)
    tally = Tally(plan, SystemClock().monotonic)
    display = make_display(plan, tally, as_json=False)

    def on_event(event: Event) -> None:
        if isinstance(event, RunStarted):
            tally.begin(
                price(
                    plan,
                    doing.opened.provider,
                    doing.opened.target,
                    event.states,
                    settings.assume,
                    settings.pricer,
                )
            )
        tally.hear(event)
        display.show(event)

    with display:
        return asyncio.run(perform(_order(doing.opened, settings, place, folder, doing.deck), on_event))


def _place(base: Path) -> Path:
    """Return the runs folder to verify in: the latest if it was cut off, else a new one."""
    places = sorted(path for path in base.glob("[0-9][0-9][0-9][0-9]") if path.is_dir())
    if places:
        folders = [path.parent for path in places[-1].glob(f"*/{LOCK_NAME}")]
        if not folders or load_run(folders[0]).count(*_OPEN):
            return places[-1]
    return base / f"{len(places) + 1:04}"


def _order(opened: Opened, settings: Settings, place: Path, folder: Path, deck: Deck) -> Order:
    return Order(opened.plan, opened.provider, opened.target, place, settings, opened.files, folder, deck)
