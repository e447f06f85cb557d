"""What requests cost, and the budget of a run: reserved before each submit, never exceeded.

Amounts are whole millionths of the page's unit, rounded up, so that sums are exact. Each submit of a request has
a row in `money`, written in the transaction that writes its intent; what becomes of it is written in the
transaction that moves the trial:

    reserved ---> spent       its pictures are there
             ---> uncertain   it may have cost: no answer, or a failure after it was taken
             ---> released    it was surely turned away unbilled

`budgets.held` is the sum of what a run has reserved, spent and uncertain, over all its resumes and processes. A
crash leaves it as it is: what was reserved stays held.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from typing import Final, Literal

from teststrip.run.model import Money
from teststrip.run.state import State
from teststrip.run.trial import Trial

BudgetWish = int | Literal["none"] | None  # millionths; "none" for no bound, None for the one there was
Status = Literal["reserved", "spent", "uncertain", "released"]

MOST: Final = 10**15  # millionths that one request, or a budget, may come to
_MILLION: Final = 10**6
_EXACT: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Charge:
    """What one submit costs, in millionths, and the run that it is for; None when nobody can tell."""

    run: str
    amount: int | None


class OverBudget(Exception):  # noqa: N818  it is no error to a person: the run stops, and everything is kept
    """The next submit does not fit into the budget; all in millionths."""

    def __init__(self, most: int, held: int, amount: int | None) -> None:
        super().__init__(most, held, amount)
        self.most = most
        self.held = held
        self.amount = amount


def millionths(amount: Decimal) -> int | None:
    """Return an amount in millionths, rounded up, never below nothing; None for one beyond all reason."""
    if not amount.is_finite() or amount * _MILLION > MOST:
        return None
    return max(0, int(_EXACT.multiply(amount, Decimal(_MILLION)).to_integral_value(ROUND_CEILING)))


def units(amount: int) -> Decimal:
    """Return millionths in the page's unit, exactly."""
    return Decimal(amount).scaleb(-6, _EXACT)


def written(amount: int) -> str:
    """Write millionths in the page's unit, exactly and no longer than need be: `1,250.5`."""
    text = f"{units(amount):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def status_after(status: Status, trial: Trial) -> Status:
    """Return what has become of a submit's money when its trial has moved to where it is now. Pure."""
    if status != "reserved" and (status != "uncertain" or trial.state not in {State.FETCHED, State.DONE}):
        return status  # what was spent is spent, whatever becomes of the picture
    after: dict[State, Status] = {
        State.FETCHED: "spent",
        State.DONE: "spent",
        State.UNCERTAIN: "uncertain",
        State.FAILED: "uncertain" if trial.may_have_cost else "released",
        State.MODERATED: "uncertain" if trial.may_have_cost else "released",
        State.CANCELLED: "uncertain" if trial.may_have_cost else "released",
        State.PLANNED: "uncertain" if trial.may_have_cost else "released",
    }
    return after.get(trial.state, status)


def reserve(
    connection: sqlite3.Connection, digest: str, attempt: int, charge: Charge, *, same: bool = False
) -> None:
    """Hold a submit's money, within a transaction. Raises OverBudget when the run's budget has no room for it.

    `same` says that the submit repeats the one before it and is not paid for again: what that holds is its own.
    """
    if same and _taken_over(connection, digest, attempt):
        return
    most, held = _budget(connection, charge.run)
    if most is not None and (charge.amount is None or held + charge.amount > most):
        raise OverBudget(most, held, charge.amount)
    connection.execute(
        "INSERT INTO budgets (run, held) VALUES (?, ?) "
        "ON CONFLICT (run) DO UPDATE SET held = held + excluded.held",
        (charge.run, charge.amount or 0),
    )
    connection.execute(
        "INSERT INTO money (digest, attempt, run, amount, status) VALUES (?, ?, ?, ?, 'reserved')",
        (digest, attempt, charge.run, charge.amount),
    )


def _taken_over(connection: sqlite3.Connection, digest: str, attempt: int) -> bool:
    """Let a submit have what the one before it holds; False when that holds nothing."""
    found = connection.execute(
        "UPDATE money SET attempt = ?, status = 'reserved' "
        "WHERE digest = ? AND attempt = ? AND status IN ('reserved', 'uncertain', 'spent')",
        (attempt, digest, attempt - 1),
    )
    return found.rowcount > 0


def settle(connection: sqlite3.Connection, trial: Trial) -> None:
    """Write down what a move means for the money of the trial's latest submit, within the move's transaction."""
    row = connection.execute(
        "SELECT run, amount, status FROM money WHERE digest = ? AND attempt = ?", (trial.digest, trial.attempts)
    ).fetchone()
    if row is None:
        return
    run, amount, status = row
    after = status_after(status, trial)
    if after == status:
        return
    connection.execute(
        "UPDATE money SET status = ? WHERE digest = ? AND attempt = ?", (after, trial.digest, trial.attempts)
    )
    if after == "released" and amount:
        connection.execute("UPDATE budgets SET held = held - ? WHERE run = ?", (amount, run))


def set_budget(connection: sqlite3.Connection, run: str, most: int | None) -> None:
    """Set what a run may hold in all, in millionths; None takes the bound away."""
    connection.execute(
        "INSERT INTO budgets (run, most) VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET most = excluded.most",
        (run, most),
    )


def money_of(connection: sqlite3.Connection, run: str, unit: str) -> Money:
    """Add up what a run has reserved, spent and does not know."""
    most, _ = _budget(connection, run)
    rows = connection.execute(
        "SELECT status, SUM(amount), SUM(amount IS NULL) FROM money WHERE run = ? GROUP BY status", (run,)
    ).fetchall()
    sums = {status: units(amount or 0) for status, amount, _ in rows}
    nothing = Decimal(0)
    return Money(
        unit=unit,
        budget=None if most is None else units(most),
        reserved=sums.get("reserved", nothing),
        spent=sums.get("spent", nothing),
        uncertain=sums.get("uncertain", nothing),
        unpriced=sum(unknown for status, _, unknown in rows if status != "released"),
    )


def _budget(connection: sqlite3.Connection, run: str) -> tuple[int | None, int]:
    row = connection.execute("SELECT most, held FROM budgets WHERE run = ?", (run,)).fetchone()
    return (None, 0) if row is None else (row[0], row[1])
