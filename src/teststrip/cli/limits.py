"""`--budget`, `--rate` and `--assume`: what a run may spend, and how fast."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeVar

import click

from teststrip.base.rate import RATE_FORM, gap_of
from teststrip.errors import UsageError
from teststrip.run.purse import BudgetTold

_MOST: Final = Decimal(10**9)
_Command = TypeVar("_Command", bound=Callable[..., object])


def read_budget(ctx: click.Context, parameter: click.Parameter, value: str | None) -> BudgetTold:
    """Read `--budget`; raises BadParameter as click does for what is no amount."""
    try:
        return None if value is None else budget_of(value)
    except UsageError as error:
        raise click.BadParameter(str(error), ctx, parameter) from error


def budget_of(value: str) -> BudgetTold:
    """Read a budget as a person writes it. Raises UsageError for what is no amount."""
    if value == "none":
        return "none"
    if not (value.isascii() and value.replace(".", "", 1).isdigit() and Decimal(value) <= _MOST):
        raise UsageError(f"{value!r} is no amount: a number such as 500 or 2.50, or none")
    return Decimal(value)


def read_rate(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Read `--rate`; raises BadParameter as click does for what is no rate."""
    if value is not None and gap_of(value) is None:
        raise click.BadParameter(f"{value!r} is not {RATE_FORM}", ctx, parameter)
    return value


def budget_option(command: _Command) -> _Command:
    """Add `--budget` and `--assume`, which mean the same to `plan` and to what sends."""
    for option in (
        click.option(
            "--assume",
            multiple=True,
            metavar="NAME=VALUE",
            help="What a request does not tell and its price depends on, such as free_tier=true; may be repeated.",
        ),
        click.option(
            "--budget",
            callback=read_budget,
            metavar="N|none",
            help="The most to spend on this run, in the unit of the page's price, over all its resumes.",
        ),
    ):
        command = option(command)
    return command


def limit_options(command: _Command) -> _Command:
    """Add `--budget`, `--assume` and `--rate` to a command that sends."""
    command = budget_option(command)
    return click.option(
        "--rate",
        callback=read_rate,
        metavar="N/UNIT",
        help="Requests sent in a time, such as 30/min, 2/s, 100/h; may be faster than the page's pace.",
    )(command)
