"""What a run finds: how every request stands, and what is to be done about it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final, Unpack

from teststrip.errors import StorageError, UsageError
from teststrip.plan.cells import digests_of, repeated
from teststrip.plan.identity import cell_digest
from teststrip.plan.model import Cell, Plan
from teststrip.run.outcomes import KEPT, artifacts_of
from teststrip.run.settings import Bench
from teststrip.run.state import Happening, State
from teststrip.run.trial import Entry, Facts, Trial
from teststrip.run.verdict import Verdict, key_time, may_send, verdict

_AT_ONCE: Final = 10_000  # requests in one transaction: their texts are all in memory then


@dataclass(frozen=True, slots=True)
class Job:
    """A distinct request: the number of the plan's first cell with it, how many share it, what to do.

    `trial` is how it stood when the run began, None when nobody had met it.
    """

    plan: Plan = field(repr=False)
    digest: str
    number: int
    cells: int
    verdict: Verdict
    trial: Trial | None

    @property
    def cell(self) -> Cell:
        """The cell, made anew each time: requests are many times larger than what names them.

        A request is made long after its digest. Were it another, a person would pay for a picture that no recipe
        asks for, and the ledger would take it for this cell's ever after: that raises UsageError.
        """
        return _as_planned(self.plan, self.number)

    @property
    def state(self) -> State:
        """How it stands as the run treats it: what is to be sent is planned, whatever it was before."""
        return State.PLANNED if self.trial is None or self.verdict == "send" else self.trial.state

    @property
    def seen(self) -> int:
        """How often it had been sent when the run began."""
        return 0 if self.trial is None else self.trial.attempts


def take_stock(bench: Bench) -> list[Job]:
    """Tell truthfully what a crash left, and give every distinct request its verdict."""
    with _much_that_stays():
        return _settle(bench)


@contextmanager
def _much_that_stays() -> Iterator[None]:
    """Keep Python from looking for garbage while many records are made and none is let go: a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _settle(bench: Bench) -> list[Job]:
    """Look at every distinct request."""
    plan, ledger = bench.plan, bench.ledger
    now = key_time(bench.provider, bench.clock.now().timestamp())
    ledger.recover()
    numbers: dict[str, int] = {}
    for number, digest in enumerate(digests_of(plan.cells)):
        numbers.setdefault(digest, number)
    cells = repeated(plan.cells, len(numbers))
    trials = ledger.trials(numbers)
    _enter(bench, (number for digest, number in numbers.items() if digest not in trials))
    jobs = []
    for digest, number in numbers.items():
        trial = trials.get(digest)
        decision: Verdict
        if trial is not None and ledger.others_have(trial):
            decision = "follow"  # when it is free
        else:
            trial = None if trial is None else _believed(bench, _looked_at(bench, trial))
            decision = verdict(trial, bench.target, bench.settings, now)
            if decision == "send" and trial is not None:
                _as_planned(plan, number)
        jobs.append(Job(plan, digest, number, cells.get(digest, 1), decision, trial))
    return jobs


def _enter(bench: Bench, numbers: Iterator[int]) -> None:
    """Write down requests that nobody has met yet."""
    plan = bench.plan
    while some := [_as_planned(plan, number) for number in islice(numbers, _AT_ONCE)]:
        bench.ledger.enter(
            Entry(cell.digest, plan.provider, plan.model, plan.target, cell.request) for cell in some
        )


def _as_planned(plan: Plan, number: int) -> Cell:
    """Return a cell with its request made, if that has the digest it was planned with. Raises UsageError."""
    cell = plan.cells[number]
    if cell_digest(plan.provider, plan.model, plan.target, cell.request) != cell.digest:
        raise UsageError(
            f"the request of cell {cell.digest[:12]} is not the one that was planned, so nothing was sent; plan "
            "again, and please report it if that does not help"
        )
    return cell


def _believed(bench: Bench, trial: Trial) -> Trial:
    """Believe of an idempotency key no more than the page says today: the server may have forgotten it already."""
    told = bench.provider.submit.idempotency
    if told is None or trial.idempotency is None or trial.state not in {State.PLANNED, State.UNCERTAIN}:
        return trial
    until = bench.ledger.key_since(trial) + told.hours * 3600
    return trial if trial.repeat_until <= until + 1 else bench.ledger.bound_key(trial.digest, until)


def _looked_at(bench: Bench, trial: Trial) -> Trial:
    if trial.state in KEPT:
        return _checked(bench, trial)
    return _found_again(bench, trial) if trial.pictures else trial


def _checked(bench: Bench, trial: Trial) -> Trial:
    """Make sure that what is said to be done has its pictures; asking the server again for them is free."""
    if trial.state is State.FETCHED:
        trial = _amended(bench, trial, Happening.COMPLETE)
    if all(bench.store.holds(one.sha256, one.media_type, one.size) for one in trial.pictures):
        return trial
    reason = "its picture is no longer in the store"
    if trial.prediction is None and trial.poll_url is None:
        return _amended(bench, trial, Happening.LOSE_ALL, reason=reason)
    return _amended(bench, trial, Happening.LOSE_PICTURE, reason=reason)


def _amended(bench: Bench, trial: Trial, what: Happening, **facts: Unpack[Facts]) -> Trial:
    """Move a trial that nobody has in hand; where another process was first, take its word."""
    try:
        return bench.ledger.move(trial.digest, what, **facts)
    except ValueError:
        return bench.ledger.known(trial.digest)


def _found_again(bench: Bench, trial: Trial) -> Trial:
    """Call done what had lost its pictures, once they lie in the store again: a copy was put back, or a disk."""
    if trial.state not in {State.SUBMITTED, State.UNCERTAIN}:
        return trial
    try:
        for artifact in artifacts_of(trial, bench.store):
            bench.store.verify(artifact)
    except StorageError:
        return trial
    return _amended(bench, _amended(bench, trial, Happening.FIND), Happening.COMPLETE)


@dataclass(frozen=True, slots=True)
class Freed:
    """What other processes had in hand: what there is to do now, what they still have, and what is through."""

    free: list[Job]
    still: list[Job]
    through: list[tuple[Job, Trial]]


def look_again(bench: Bench, held: list[Job]) -> Freed:
    """Look at what other processes had in hand; what those that died leave is told truthfully."""
    ledger = bench.ledger
    now = key_time(bench.provider, bench.clock.now().timestamp())
    ledger.recover()
    trials = ledger.trials(job.digest for job in held)
    found = Freed([], [], [])
    for job in held:
        trial = trials[job.digest]
        if ledger.others_have(trial):
            found.still.append(job)
            continue
        if trial.state is State.FETCHED:
            trial = _amended(bench, trial, Happening.COMPLETE)
        decision = verdict(trial, bench.target, bench.settings, now)
        if decision == "follow" or may_send(trial, job.seen, bench.target, bench.settings, now):
            found.free.append(replace(job, verdict=decision))
        else:
            through = replace(job, verdict="reuse" if decision == "reuse" else "leave")
            found.through.append((through, trial))
    return found
