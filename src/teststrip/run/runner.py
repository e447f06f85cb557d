"""Doing a plan. Each distinct request is sent once, however many cells, recipes and runs want it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from teststrip.base.clock import Clock
from teststrip.base.json import Json
from teststrip.errors import StorageError, UsageError
from teststrip.plan.identity import cell_digest
from teststrip.plan.model import Cell, Plan
from teststrip.provider.model import Provider
from teststrip.run.client import Client
from teststrip.run.events import CellFinished, OnEvent, RunStarted
from teststrip.run.executor import Executor
from teststrip.run.ledger import Ledger
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.pace import Spacing, concurrency
from teststrip.run.settings import Bench, Halt, Settings
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.run.target import Target
from teststrip.run.trial import Entry, Trial
from teststrip.run.verdict import Verdict, verdict

_KEPT = frozenset({State.FETCHED, State.DONE})  # the pictures of others were lost, or are yet to come


@dataclass(frozen=True, slots=True)
class _Job:
    """A distinct request: the plan's first cell with it, that cell's number, how many share it, what to do.

    `trial` is how it stood when the run began, None when nobody had met it.
    """

    cell: Cell
    number: int
    cells: int
    verdict: Verdict
    trial: Trial | None


async def run_plan(  # noqa: PLR0913  everything that acts or that a test would replace is named here
    plan: Plan,
    provider: Provider,
    *,
    target: Target,
    client: Client,
    ledger: Ledger,
    store: Store,
    folder: Path,
    clock: Clock,
    settings: Settings,
    on_event: OnEvent,
) -> Run:
    """Bring every cell of a plan as far as it goes, and return how they stand.

    A run that the server ended early (key refused, balance used up, not to be reached) is returned with
    `stopped` saying why; the rest stays planned. Raises UsageError for a plan made for another target or with a
    request that is not the one of its digest, and StorageError when ledger or store cannot be used. Cancelling it
    leaves every trial in a truthful state, from which another run goes on.
    """
    if plan.target != target.identity:
        raise UsageError(f"the plan was made for {plan.target}, not for {target.identity}: make it again")
    halt = Halt(on_event)
    spacing = Spacing(provider, target, clock)
    bench = Bench(plan, provider, target, client, ledger, store, clock, settings, spacing, halt, on_event)
    jobs = _settle(bench)
    _announce(bench, jobs, folder)
    sent = await _work_off(bench, jobs)
    if halt.error is not None:
        raise halt.error
    return Run(folder, plan, _outcomes_of(bench, jobs), sent, halt.reason)


def outcomes(plan: Plan, ledger: Ledger, store: Store) -> Mapping[str, Outcome]:
    """Say how the distinct requests of a plan stand, by digest, in plan order."""
    digests = dict.fromkeys(cell.digest for cell in plan.cells)
    trials = ledger.trials(digests)
    return {digest: _outcome(digest, trials.get(digest), store) for digest in digests}


def _outcomes_of(bench: Bench, jobs: list[_Job]) -> Mapping[str, Outcome]:
    """Say how the requests stand now; only those that were worked on are read again."""
    worked = bench.ledger.trials(job.cell.digest for job in jobs if job.verdict in {"send", "follow"})
    stand = {job.cell.digest: worked.get(job.cell.digest, job.trial) for job in jobs}
    return {digest: _outcome(digest, trial, bench.store) for digest, trial in stand.items()}


def _outcome(digest: str, trial: Trial | None, store: Store) -> Outcome:
    if trial is None:
        return Outcome(digest, State.PLANNED)
    artifacts = _artifacts(trial, store) if trial.state in _KEPT else ()
    return Outcome(digest, trial.state, artifacts, trial.reason, trial.prediction)


def _artifacts(trial: Trial, store: Store) -> tuple[Artifact, ...]:
    """Name a trial's pictures, which may have been lost since."""
    return tuple(store.artifact(p.sha256, p.media_type, p.size) for p in trial.pictures)


def _settle(bench: Bench) -> list[_Job]:
    """Take stock: what a crash left is told truthfully, and every distinct request gets its verdict."""
    plan, ledger = bench.plan, bench.ledger
    ledger.recover()
    numbers: dict[str, int] = {}
    shared: dict[str, int] = {}
    for number, cell in enumerate(plan.cells):
        numbers.setdefault(cell.digest, number)
        shared[cell.digest] = shared.get(cell.digest, 0) + 1
    trials = ledger.trials(numbers)
    cells = {digest: plan.cells[number] for digest, number in numbers.items()}
    ledger.enter(
        Entry(digest, plan.provider, plan.model, plan.target, _as_planned(plan, cell))
        for digest, cell in cells.items()
        if digest not in trials
    )
    jobs = []
    for digest, cell in cells.items():
        trial = trials.get(digest)
        if trial is not None and trial.state in _KEPT:
            trial = _checked(bench, trial)
        elif trial is not None and trial.pictures:
            trial = _found_again(bench, trial)
        decision = verdict(trial, bench.target, bench.settings)
        if decision == "send" and trial is not None:
            _as_planned(plan, cell)
        jobs.append(_Job(cell, numbers[digest], shared[digest], decision, trial))
    return jobs


def _as_planned(plan: Plan, cell: Cell) -> Mapping[str, Json]:
    """Return a cell's request, made now for good, if it has the digest that it was planned with.

    A request is made when it is first asked for, long after its digest. Were it another, a person would pay for a
    picture that no recipe asks for, and the ledger would take it for this cell's ever after. Raises UsageError.
    """
    if cell_digest(plan.provider, plan.model, plan.target, cell.request) != cell.digest:
        raise UsageError(
            f"the request of cell {cell.digest[:12]} is not the one that was planned, so nothing was sent; plan "
            "again, and please report it if that does not help"
        )
    return cell.request


def _checked(bench: Bench, trial: Trial) -> Trial:
    """Make sure that what is said to be done has its pictures; asking the server again for them is free."""
    if trial.state is State.FETCHED:
        trial = bench.ledger.move(trial.digest, State.DONE)
    if all(bench.store.has(artifact) for artifact in _artifacts(trial, bench.store)):
        return trial
    reason = "its picture is no longer in the store"
    if trial.prediction is None and trial.poll_url is None:
        return bench.ledger.move(trial.digest, State.UNCERTAIN, reason=reason)
    return bench.ledger.move(trial.digest, State.SUBMITTED, reason=reason)


def _found_again(bench: Bench, trial: Trial) -> Trial:
    """Call done what had lost its pictures, once they lie in the store again: a copy was put back, or a disk."""
    if trial.state not in {State.SUBMITTED, State.UNCERTAIN}:
        return trial
    try:
        for artifact in _artifacts(trial, bench.store):
            bench.store.verify(artifact)
    except StorageError:
        return trial
    bench.ledger.move(trial.digest, State.FETCHED)
    return bench.ledger.move(trial.digest, State.DONE)


def _announce(bench: Bench, jobs: list[_Job], folder: Path) -> None:
    """Tell what is about to happen, and at once what needs no doing."""
    bench.tell(
        RunStarted(
            folder=str(folder),
            target=bench.target.identity,
            cells=len(bench.plan.cells),
            requests=len(jobs),
            reused=sum(job.verdict == "reuse" for job in jobs),
            to_send=sum(job.verdict == "send" for job in jobs),
        )
    )
    for job in jobs:
        if job.trial is not None and job.verdict in {"reuse", "leave"}:
            _tell_finished(bench, job, job.trial)


async def _work_off(bench: Bench, jobs: list[_Job]) -> int:
    """Follow what the server has, then send what it has not, some at a time. Returns the submits that left."""
    order = [job for job in jobs if job.verdict == "follow"] + [job for job in jobs if job.verdict == "send"]
    executor = Executor(bench)
    queue = iter(order)
    hands = concurrency(bench.provider, bench.target, bench.settings.concurrency or bench.plan.concurrency)
    async with asyncio.TaskGroup() as group:
        for _ in range(min(hands, len(order))):
            group.create_task(_work(bench, executor, queue))
    return executor.sent


async def _work(bench: Bench, executor: Executor, queue: Iterator[_Job]) -> None:
    for job in queue:
        if bench.halt.error is not None:
            return
        if job.verdict == "send" and bench.halt.halted():
            continue
        try:
            await executor.do(job.cell, job.number)
            _tell_finished(bench, job, bench.ledger.known(job.cell.digest))
        except Exception as error:  # noqa: BLE001  the other workers' requests must not be cut off; raised by run_plan
            bench.halt.fail(error)
            return


def _tell_finished(bench: Bench, job: _Job, trial: Trial) -> None:
    bench.tell(
        CellFinished(
            digest=trial.digest,
            cell=job.number,
            cells=job.cells,
            state=trial.state,
            reason=trial.reason,
            pictures=tuple(picture.sha256 for picture in trial.pictures) if trial.state in _KEPT else (),
            reused=job.verdict == "reuse",
            prediction=trial.prediction,
        )
    )
