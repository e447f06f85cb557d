"""Doing one trial: submit once, follow the prediction, keep its pictures.

Every step is in the ledger before the next begins (see `state`), so this code may be cut at any line. What it
never does is send a request of which it cannot tell whether it was accepted.
"""

from __future__ import annotations

import asyncio
from itertools import count

from teststrip.errors import ExchangeError, StorageError
from teststrip.plan.model import Cell
from teststrip.run.events import CellAccepted, CellStarted, Waiting
from teststrip.run.follow import Follower, Forgotten
from teststrip.run.money import OverBudget
from teststrip.run.reply import Prediction
from teststrip.run.retry import submit_delay, surely_free
from teststrip.run.settings import Bench
from teststrip.run.state import State
from teststrip.run.trial import Taken, Trial
from teststrip.run.verdict import may_send

_HOPELESS = frozenset({"auth", "balance"})
_ENDING = "interrupted; the answer to what was just sent is waited for, unless you interrupt again"
_CUT = "the run was stopped while the request was on its way; it may have been accepted and billed"


class Executor:
    """Does the trials of one run, one call of `do` each; safe to call from many tasks of one event loop.

    `sent` counts the submits that reached a server, or may have.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._follower = Follower(bench)
        self.sent = 0

    async def do(self, cell: Cell, number: int, seen: int) -> None:
        """Bring a trial as far as it goes; the ledger has the outcome. `number` is the cell's place in the plan.

        `seen` is how often it had been sent when the run looked first. Raises Taken when another process has it
        in hand or has done it, StorageError when ledger or store cannot be used. Cancelling it leaves a truthful
        state.
        """
        ledger = self._bench.ledger
        for attempt in range(self._bench.settings.attempts):
            trial = ledger.known(cell.digest)
            if attempt:
                seen = trial.attempts  # it was this run that sent it
            if trial.state is State.SUBMITTED:
                ledger.take(cell.digest)
                prediction = Prediction(id=trial.prediction, phase="unknown", poll_url=trial.poll_url)
            else:
                accepted = await self._submit(cell, number, seen)
                if accepted is None:
                    return
                prediction = accepted
            try:
                await self._follower.follow(cell, prediction)
            except Forgotten as forgotten:
                if not forgotten.send_again:
                    return
            else:
                _end_if_cancelled()
                return

    async def _submit(self, cell: Cell, number: int, seen: int) -> Prediction | None:
        """Submit until accepted; None when it was not, and the ledger says why."""
        bench = self._bench

        def may(trial: Trial) -> bool:
            return may_send(trial, seen, bench.target, bench.settings)

        for attempt in count(1):
            if not may(trial := bench.ledger.known(cell.digest)):
                raise Taken(trial)  # before waiting for a turn
            await bench.spacing.turn(bench.halt.halted)
            if bench.halt.halted():
                return None
            bench.tell(CellStarted(cell.digest, number, attempt))
            try:
                bench.ledger.begin(cell.digest, may, bench.purse.charge(cell.request))
            except OverBudget as error:
                bench.halt.stop(bench.purse.over(error))
                return None
            try:
                prediction = await self._send(cell)
            except ExchangeError as error:
                self.sent += error.kind != "network" or error.may_have_cost
                wait = self._refused(cell.digest, error, attempt)
                _end_if_cancelled()
                if wait is None:
                    return None
                bench.tell(Waiting(cell.digest, number, str(error), wait))
                bench.spacing.hold(wait)
                continue
            except BaseException:
                self.sent += 1
                bench.ledger.move(cell.digest, State.UNCERTAIN, reason=_CUT, may_have_cost=True)
                raise
            self.sent += 1
            if self._accepted(cell.digest, prediction):
                bench.tell(CellAccepted(cell.digest, number, prediction.id or ""))
                _end_if_cancelled()
                return prediction
            return prediction if prediction.outputs else None
        raise AssertionError("count() does not end")

    async def _send(self, cell: Cell) -> Prediction:
        """Submit; once cancelled, wait a little for the answer, which has the id of what may be paid for.

        Raises ExchangeError as `Client.submit` does, and CancelledError when no answer came in time.
        """
        bench = self._bench
        sending = asyncio.create_task(bench.client.submit(bench.plan.model, cell.request))
        try:
            await asyncio.wait({sending})
        except asyncio.CancelledError:
            bench.halt.stop(_ENDING)
            try:
                await asyncio.wait({sending}, timeout=bench.settings.grace)
            finally:
                sending.cancel()  # does nothing to one that has ended
        return await sending

    def _accepted(self, digest: str, prediction: Prediction) -> bool:
        """Write the prediction down, if there is anything to come back to."""
        bench = self._bench
        if bench.client.pollable(prediction):
            try:
                bench.ledger.move(
                    digest,
                    State.SUBMITTED,
                    prediction=prediction.id,
                    poll_url=prediction.poll_url,
                    may_have_cost=True,
                )
            except StorageError as error:
                # The one thing of worth that is then nowhere on disk.
                raise StorageError(f"{error}; the server accepted prediction {prediction.id}") from error
            return True
        if prediction.phase in {"failed", "moderated"}:
            self._follower.failed(digest, prediction)
        elif not prediction.outputs:
            bench.ledger.move(
                digest,
                State.UNCERTAIN,
                reason="the server accepted the request, but named nothing that may be asked for it",
                may_have_cost=True,
            )
        return False

    def _refused(self, digest: str, error: ExchangeError, attempt: int) -> float | None:
        """Move the trial to where a refused submit leaves it; return the seconds until it may be sent again."""
        bench = self._bench
        wait = submit_delay(error, attempt, bench.settings.attempts, bench.settings.random)
        state = State.PLANNED if wait is not None else _left_by(error)
        bench.ledger.move(digest, state, reason=str(error), may_have_cost=error.may_have_cost)
        if wait is None and _ends_all(error):
            bench.halt.stop(str(error))
        return wait


def _end_if_cancelled() -> None:
    """Let a cancellation that waited for an answer take its course."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _left_by(error: ExchangeError) -> State:
    """Say where a refused submit that is not sent again leaves its trial."""
    if error.kind == "moderated":
        return State.MODERATED
    if error.kind == "invalid":
        return State.FAILED
    if error.may_have_cost:
        return State.UNCERTAIN
    return State.PLANNED if _ends_all(error) else State.FAILED


def _ends_all(error: ExchangeError) -> bool:
    """Tell whether the next request would fare no better: a refused key, or what was tried in vain for long."""
    return error.kind in _HOPELESS or surely_free(error)
