"""Doing one trial: submit once, follow the prediction, keep its pictures.

Every step is in the ledger before the next begins (see `state`), so this code may be cut at any line. What it
never does is send a request of which it cannot tell whether it was accepted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count

from teststrip.errors import ExchangeError, StorageError
from teststrip.plan.model import Cell
from teststrip.run.events import CellAccepted, CellStarted, Waiting
from teststrip.run.follow import ENDED_BADLY, Follower, Forgotten
from teststrip.run.ledger import Ledger
from teststrip.run.money import OverBudget
from teststrip.run.recording import Later
from teststrip.run.reply import Prediction
from teststrip.run.retry import asked_to_wait, submit_delay, surely_free
from teststrip.run.settings import Bench
from teststrip.run.state import Happening, State
from teststrip.run.trial import Taken, Trial
from teststrip.run.verdict import key_time, may_send

_HOPELESS = frozenset({"auth", "balance", "untrusted"})
_MOST_LOST = 5  # trials in a row, before a run sends nothing more
_NOTHING_LEFT = frozenset({"network", "untrusted", "unrecorded"})
_SAID_NO = {"moderated": Happening.MODERATE, "invalid": Happening.FAIL}
_ENDING = "interrupted; the answer to what was just sent is waited for, unless you interrupt again"
_BEFORE = "it was sent before, and may have been accepted and billed; it was not sent again"
_CUT = "the run was stopped while the request was on its way; it may have been accepted and billed"


class Executor:
    """Does the trials of one run, one call of `do` each; safe to call from many tasks of one event loop.

    `sent` counts the submits that reached a server, or may have.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._follower = Follower(bench)
        hours = bench.provider.submit.idempotency.hours if bench.provider.submit.idempotency else 0.0
        self._remembered = hours * 3600
        self._lost = 0  # trials in a row that ended uncertain
        self.sent = 0

    @property
    def _key_time(self) -> float:
        return key_time(self._bench.provider, self._bench.clock.now().timestamp())

    async def do(self, cell: Cell, number: int, seen: int, *, follow: bool) -> Trial:
        """Bring a trial as far as it goes, and return how it stands. `number` is the cell's place in the plan.

        `seen` is how often it had been sent when the run looked first, `follow` says that the server has it.
        Raises Taken when another process has it in hand or has done it, StorageError when ledger or store cannot
        be used. Cancelling it leaves a truthful state.
        """
        trial = await self._do(cell, number, seen, follow=follow)
        self._brake(trial)
        return trial

    async def _do(self, cell: Cell, number: int, seen: int, *, follow: bool) -> Trial:
        journal = self._bench.journal
        if follow:
            trial = await journal.do(Ledger.take, cell.digest)
            prediction = Prediction(id=trial.prediction, phase="unknown", poll_url=trial.poll_url)
            try:
                trial = await self._follower.follow(cell, prediction, _nothing)
            except Forgotten as forgotten:
                trial = forgotten.trial
                if not forgotten.send_again:
                    return trial
                seen = trial.attempts
            else:
                _end_if_cancelled()
                return trial
        return await self._send_and_follow(cell, number, seen)

    async def _send_and_follow(self, cell: Cell, number: int, seen: int) -> Trial:
        for _ in range(self._bench.settings.attempts):
            async with self._bench.width.place() as leave:
                trial, prediction, since = await self._submit(cell, number, seen)
                if prediction is None:
                    return trial
                try:
                    trial = await self._follower.follow(cell, prediction, leave, since)
                except Forgotten as forgotten:
                    trial = forgotten.trial
                    if not forgotten.send_again:
                        return trial
                    seen = trial.attempts  # it was this run that sent it
                else:
                    _end_if_cancelled()
                    return trial
        return trial

    async def _submit(self, cell: Cell, number: int, seen: int) -> tuple[Trial, Prediction | None, float]:
        """Submit until accepted; without a prediction when it was not, or when there is nothing to follow.

        The last of what it returns is when the server answered, in monotonic seconds.
        """
        bench = self._bench

        def may(trial: Trial) -> bool:
            return may_send(trial, seen, bench.target, bench.settings, self._key_time)

        for attempt in count(1):
            trial = await self._turn(cell, may)
            if bench.halt.halted():
                return trial, None, 0.0
            bench.tell(CellStarted(cell.digest, number, attempt))
            trial, begun = await self._begin(cell, may)
            if not begun:
                return trial, None, 0.0
            seen = trial.attempts
            cuts = bench.width.cuts
            with Later() as written:  # the ledger hears of the answer before a cassette does
                try:
                    prediction = await self._send(cell, trial.idempotency, written)
                except ExchangeError as error:
                    if error.kind == "rate_limited":
                        bench.width.crowded(cuts)
                    trial, wait = await self._refused(trial, error, attempt)
                    if wait is None:
                        return trial, None, 0.0
                    bench.tell(Waiting(cell.digest, number, str(error), wait))
                    await self._slow_down(wait)
                    continue
                answered = bench.clock.monotonic()
                bench.width.kept_up()
                trial = await self._accepted(trial, prediction)
                if trial.state is State.SUBMITTED:
                    bench.tell(CellAccepted(cell.digest, number, prediction.id or ""))
                    _end_if_cancelled()
                    return trial, prediction, answered
                return trial, prediction if prediction.outputs else None, answered
        raise AssertionError("count() does not end")

    async def _turn(self, cell: Cell, may: Callable[[Trial], bool]) -> Trial:
        """Wait for a turn to submit; raises Taken when another process has it in hand or has done it."""
        bench = self._bench
        trial = bench.journal.look(cell.digest)
        if not may(trial):
            raise Taken(trial)
        if not await bench.spacing.turn(bench.halt.halted, lambda: may(bench.journal.look(cell.digest))):
            raise Taken(bench.journal.look(cell.digest))
        return trial

    async def _begin(self, cell: Cell, may: Callable[[Trial], bool]) -> tuple[Trial, bool]:
        """Claim a trial for sending, with its money; False beside it when it must not be sent after all.

        It may be an `intent` even then: another process's, whose run has money left.

        Raises Taken as `Ledger.begin` does.
        """
        bench, journal = self._bench, self._bench.journal
        charge = bench.purse.charge(cell.request)
        try:
            trial = await journal.do(Ledger.begin, cell.digest, may, charge, self._remembered)
        except OverBudget as error:
            bench.halt.stop(bench.purse.over(error))
            return journal.look(cell.digest), False
        except asyncio.CancelledError:
            await journal.do(_withdraw, cell.digest)
            raise
        if bench.halt.halted():  # meanwhile
            return await journal.do(_withdraw, cell.digest), False
        return trial, True

    def _brake(self, trial: Trial) -> None:
        """Stop where one request after the other may be paid for, and brings nothing."""
        self._lost = self._lost + 1 if trial.state is State.UNCERTAIN else 0
        if self._lost >= _MOST_LOST:
            paid = f"{self._lost} requests in a row may have been paid for and brought nothing"
            self._bench.halt.stop(f"{paid}; the last: {trial.reason}")

    async def _slow_down(self, seconds: float) -> None:
        """Let nobody submit for so long, in no process that keeps a pace."""
        bench = self._bench
        bench.spacing.hold(seconds)
        await bench.journal.soon(Ledger.slow_down, bench.target.identity, seconds)

    async def _send(self, cell: Cell, key: str | None, written: Later) -> Prediction:
        """Submit; once cancelled, wait a little for the answer, which has the id of what may be paid for.

        `key` is the idempotency key. Raises ExchangeError as `Client.submit` does, and CancelledError when no
        answer came in time: then nobody knows what has become of it.
        """
        bench = self._bench
        try:
            answer = await self._answer(cell, key, written)
        except ExchangeError as error:
            self.sent += error.kind not in _NOTHING_LEFT or error.may_have_cost
            raise
        except BaseException:
            self.sent += 1
            await bench.journal.do(
                Ledger.move, cell.digest, Happening.LOSE_ANSWER, reason=_CUT, may_have_cost=True
            )
            raise
        self.sent += 1
        return answer

    async def _answer(self, cell: Cell, key: str | None, written: Later) -> Prediction:
        bench = self._bench
        sending = asyncio.create_task(bench.client.submit(bench.plan.model, cell.request, key, written))
        try:
            await asyncio.wait({sending})
        except asyncio.CancelledError:
            try:
                bench.halt.stop(_ENDING)
            except Exception as error:  # noqa: BLE001  a listener's; the answer is worth more, and this is raised in the end
                bench.halt.fail(error)
            try:
                await asyncio.wait({sending}, timeout=bench.settings.grace)
            except asyncio.CancelledError:
                if not sending.done():  # else the id is here, and is written down
                    raise
            finally:
                sending.cancel()  # does nothing to one that has ended
        return await sending

    async def _accepted(self, trial: Trial, prediction: Prediction) -> Trial:
        """Write the prediction down, if there is anything to come back to."""
        bench = self._bench
        if bench.client.pollable(prediction):
            try:
                return await bench.journal.do(
                    Ledger.move,
                    trial.digest,
                    Happening.ACCEPT,
                    prediction=prediction.id,
                    poll_url=prediction.poll_url,
                    may_have_cost=True,
                )
            except StorageError as error:
                # The one thing of worth that is then nowhere on disk.
                raise StorageError(f"{error}; the server accepted prediction {prediction.id}") from error
        if prediction.phase in ENDED_BADLY:
            return await self._follower.failed(trial.digest, prediction)
        if prediction.outputs:
            return trial
        return await bench.journal.do(
            Ledger.move,
            trial.digest,
            Happening.LOSE_ANSWER,
            reason="the server accepted the request, but named nothing that may be asked for it",
            may_have_cost=True,
        )

    async def _refused(self, trial: Trial, error: ExchangeError, attempt: int) -> tuple[Trial, float | None]:
        """Move the trial to where a refused submit leaves it; and say in how many seconds it may be sent again."""
        bench = self._bench
        settings = bench.settings
        again = trial.repeatable(self._key_time)
        cost = error.may_have_cost or trial.may_have_cost  # this try, or one before it with the same key
        wait = submit_delay(error, attempt, settings.attempts, settings.random, repeatable=again)
        what = _left_by(error, cost=cost, again=wait is not None)
        try:
            if wait is None and _ends_all(error):
                bench.halt.stop(f"{error}{asked_to_wait(error)}")  # at once: others are about to send
        finally:  # whatever a listener does
            trial = await bench.journal.do(Ledger.move, trial.digest, what, reason=str(error), may_have_cost=cost)
        _end_if_cancelled()
        return trial, wait


def _nothing() -> None:
    """Hear that a prediction ended that has no place."""


def _withdraw(ledger: Ledger, digest: str) -> Trial:
    """Take back an intent of this process's whose request has not left."""
    trial = ledger.known(digest)
    if trial.state is not State.INTENT or not ledger.has(trial):
        return trial
    if trial.may_have_cost:  # an earlier submit with the same key
        return ledger.move(digest, Happening.LOSE_ANSWER, reason=_BEFORE, may_have_cost=True)
    return ledger.move(digest, Happening.TURN_AWAY)


def _end_if_cancelled() -> None:
    """Let a cancellation that waited for an answer take its course."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _left_by(error: ExchangeError, *, cost: bool, again: bool) -> Happening:
    """Say what a refused submit is to its trial, which may have `cost`; `again` says that it is sent once more."""
    if error.kind in _SAID_NO:
        return _SAID_NO[error.kind]
    if cost:
        return Happening.LOSE_ANSWER
    return Happening.TURN_AWAY if again or _ends_all(error) else Happening.FAIL


def _ends_all(error: ExchangeError) -> bool:
    """Tell whether the next request would fare no better: a refused key, or what was tried in vain for long."""
    return error.kind in _HOPELESS or surely_free(error)
