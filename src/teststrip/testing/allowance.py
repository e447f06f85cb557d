"""What a session may spend on recordings, over all its recipes and all processes that test together."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from teststrip.base.clock import SystemClock
from teststrip.base.files import write_text_whole
from teststrip.cli.locked import Opened
from teststrip.errors import UsageError
from teststrip.plan.cost import UNIT
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import read_ledger
from teststrip.run.lock import one_at_a_time
from teststrip.run.purse import BudgetTold


def check_bounded(budget: BudgetTold, opened: Opened, recipe: Path) -> None:
    """Raise UsageError where sending a plan costs money, and nothing says how much it may."""
    priced = opened.provider.price is not None or opened.pricer is not None
    if priced and budget is None and opened.plan.budget is None:
        raise UsageError(
            f"recording {recipe.name} costs money, and nothing says how much it may: give --teststrip-budget N "
            f"({_unit(opened)}, for all recipes of the session together), or `budget` under `limits` in the "
            f"recipe, or --teststrip-budget none; `teststrip plan {recipe.name} --live` tells what it would cost"
        )


@contextmanager
def share_of(budget: BudgetTold, opened: Opened, folder: Path, together: Path) -> Iterator[BudgetTold]:
    """Give the budget of a run in `folder`: what is left of the session's, and no more than the recipe's own.

    `together` is a folder that all processes of the session share. Raises as `SessionBudget.share` does.
    """
    if budget is None or budget == "none" or opened.target.name == "darkroom":
        yield budget
        return

    def held() -> Decimal:
        with read_ledger(folder.parent / LEDGER_NAME, SystemClock()) as ledger:
            money = ledger.money(folder.name)
        return Decimal(0) if money is None else money.reserved + money.spent + money.uncertain

    with SessionBudget(budget, together).share(_unit(opened), held) as left:
        own = opened.plan.budget
        yield left if own is None else min(left, own)


class SessionBudget:
    """At most `most`, in the unit of the page's price; `folder` is one that all processes of the session share."""

    def __init__(self, most: Decimal, folder: Path) -> None:
        self._most = most
        self._lock = folder / "budget.lock"
        self._file = folder / "budget.json"

    @contextmanager
    def share(self, unit: str, held: Callable[[], Decimal]) -> Iterator[Decimal]:
        """Give a run all that is left, as the budget of all its executions; one run at a time has it.

        `held` says what the run has spent or holds. All stays taken where this process is killed before it could
        say so. Raises UsageError where prices are in two units, and StorageError.
        """
        with one_at_a_time(self._lock):
            spent = self._spent(unit)
            before = held()
            self._write(unit, self._most)
            try:
                yield before + self._most - spent
            finally:
                self._write(unit, spent + held() - before)

    def _spent(self, unit: str) -> Decimal:
        if not self._file.exists():
            return Decimal(0)
        known, spent = json.loads(self._file.read_text("utf-8"))
        if known != unit:
            raise UsageError(
                f"--teststrip-budget {self._most:f} is one amount, and recipes here are priced in "
                f"{known or 'another unit'} and {unit or 'another unit'}: record them in sessions of their own"
            )
        return min(Decimal(spent), self._most)

    def _write(self, unit: str, spent: Decimal) -> None:
        write_text_whole(self._file, json.dumps([unit, f"{spent:f}"]))


def _unit(opened: Opened) -> str:
    return opened.provider.price.unit if opened.provider.price is not None else UNIT
