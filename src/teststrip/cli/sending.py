"""The options of what sends: `run` and `resume`; and what a person says of what is uncertain."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar, cast

import click

from teststrip.base.clock import SystemClock
from teststrip.cli.assume import read_assumptions
from teststrip.cli.columns import shown
from teststrip.cli.limits import limit_options
from teststrip.cli.locked import Opened
from teststrip.cli.plan_price import amount
from teststrip.cli.plan_text import place_of
from teststrip.cli.report import ask, counted, tell
from teststrip.plan.cost import Cost, cost_of
from teststrip.plan.model import Cell
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import read_ledger
from teststrip.run.purse import BudgetTold
from teststrip.run.settings import Settings
from teststrip.run.state import State

LOCAL: Final = "local"
_SHOWN: Final = 20  # uncertain cells that are listed before the question
_Command = TypeVar("_Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run goes about it: `uncertain` is `resend`, `skip` or `ask`, `assume` is what `--assume` said.

    Steps that run in processes do so in the `executor` of this name; `step_timeout` is how many seconds a step may
    take for one cell.
    """

    settings: Settings
    uncertain: str = "skip"
    assume: tuple[str, ...] = ()
    executor: str = LOCAL
    step_timeout: float | None = None


def sending_options(command: _Command) -> _Command:
    """Add what a run may spend and how it goes about it; the command gets all of it together, as `manner`."""

    @functools.wraps(command)
    def sending(  # noqa: PLR0913  click hands over each option by name
        *arguments: object,
        concurrency: int | None,
        retry_failed: bool,
        uncertain: str | None,
        resend_uncertain: bool,
        budget: BudgetTold,
        assume: tuple[str, ...],
        rate: str | None,
        **options: object,
    ) -> object:
        said = "resend" if resend_uncertain else uncertain or "skip"
        if resend_uncertain and uncertain not in {None, "resend"}:
            raise click.UsageError(f"--resend-uncertain and --uncertain {uncertain} say two things; give one")
        settings = Settings(
            concurrency=concurrency,
            retry_failed=retry_failed,
            resend_uncertain=said == "resend",
            budget=budget,
            rate=rate,
        )
        return command(*arguments, manner=Manner(settings, said, assume), **options)

    wrapped: Callable[..., object] = limit_options(sending)
    for option in (
        click.option("--resend-uncertain", is_flag=True, help="The same as --uncertain resend."),
        click.option(
            "--uncertain",
            type=click.Choice(["resend", "skip", "ask"]),
            help="What may have been paid for without an answer: send it again, leave it (the default), or ask.",
        ),
        click.option(
            "--retry-failed",
            is_flag=True,
            help="Send again what failed or was refused, though it may have cost.",
        ),
        click.option(
            "--concurrency",
            type=click.IntRange(1, 64),
            help="Predictions at once; the recipe's or the page's else.",
        ),
    ):
        wrapped = option(wrapped)
    return cast("_Command", wrapped)


def step_options(command: _Command) -> _Command:
    """Add how steps on pictures are executed, to a command that has `sending_options` and executes them."""

    @functools.wraps(command)
    def stepping(
        *arguments: object, manner: Manner, executor: str, step_timeout: float | None, **options: object
    ) -> object:
        manner = replace(manner, executor=executor, step_timeout=step_timeout)
        return command(*arguments, manner=manner, **options)

    wrapped: Callable[..., object] = stepping
    for option in (
        click.option(
            "--step-timeout",
            type=click.FloatRange(0, 7 * 86400, min_open=True),
            metavar="SECONDS",
            help="How long a step on pictures may take for one cell; it fails there then, and the others go on.",
        ),
        click.option(
            "--executor",
            default=LOCAL,
            metavar="NAME",
            help="Where steps that need processes run: here, or a plugin's executor.",
        ),
    ):
        wrapped = option(wrapped)
    return cast("_Command", wrapped)


def decided(manner: Manner, opened: Opened, runs_dir: Path, *, as_json: bool) -> Settings:
    """Return the settings of a run; with `ask`, a person is asked what becomes of the uncertain cells.

    Where nobody can answer (no terminal, or JSON lines), they are left. Raises StorageError.
    """
    settings = replace(
        manner.settings, assume=read_assumptions(manner.assume, opened.provider), pricer=opened.pricer
    )
    if manner.uncertain != "ask" or not opened.target.lasting:
        return settings
    digests = dict.fromkeys(cell.digest for cell in opened.plan.cells)
    with read_ledger(runs_dir / LEDGER_NAME, SystemClock()) as ledger:
        doubtful = {
            digest for digest, state in ledger.states(digests).items() if state in {State.UNCERTAIN, State.INTENT}
        }
    if not doubtful:
        return settings
    cells = [cell for cell in opened.plan.cells if cell.digest in doubtful]
    if as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        tell(f"{counted(len(cells), 'cell')} uncertain, left as they are: there is no terminal to ask at")
        return settings
    for line in _list(opened, cells, settings):
        tell(line)
    return replace(settings, resend_uncertain=ask(f"Send {'it' if len(doubtful) == 1 else 'them'} again?"))


def _list(opened: Opened, cells: Sequence[Cell], settings: Settings) -> list[str]:
    """List the uncertain cells and what each may have cost, by the page's estimate."""
    plan = opened.plan
    lines = [f"{counted(len(cells), 'cell')} may have been paid for, and no answer came:"]
    paid = opened.target.paid
    cost = _cost(opened, cells, settings) if paid else None
    for number, cell in enumerate(cells[:_SHOWN]):
        price = f", perhaps {amount(cost.of(number))} {cost.told.unit}" if cost is not None else ""
        lines.append(f"  {cell.digest[:8]}  {shown(place_of(plan, cell))}{price}")
    if len(cells) > _SHOWN:
        lines.append(f"  and {counted(len(cells) - _SHOWN, 'more cell')}")
    if cost is not None:
        some = f", and {counted(cost.total.unknown, 'request')} without a price" if cost.total.unknown else ""
        lines.append(f"In all perhaps {amount(cost.total.price)} {cost.told.unit}{some}, by the page's estimate;")
        lines.append("your account at the server says whether they were. Sent again, they may cost twice.")
    return lines


def _cost(opened: Opened, cells: Sequence[Cell], settings: Settings) -> Cost | None:
    only = replace(opened.plan, cells=tuple(cells))
    return cost_of(only, opened.provider, lambda _: True, settings.assume, settings.pricer)
