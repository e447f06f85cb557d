"""Doing a plan. Each distinct request is sent once, however many cells, recipes and runs want it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from teststrip.base.clock import Clock
from teststrip.errors import StorageError, UsageError
from teststrip.plan.cells import digests_of
from teststrip.plan.model import Plan
from teststrip.provider.model import Provider
from teststrip.run.client import Client
from teststrip.run.events import CellFinished, CellsReused, OnEvent, RunStarted
from teststrip.run.executor import Executor
from teststrip.run.journal import Journal
from teststrip.run.ledger import Ledger
from teststrip.run.model import Outcome, Run
from teststrip.run.money import units
from teststrip.run.outcomes import KEPT, Outcomes
from teststrip.run.owner import RENEW
from teststrip.run.pace import Spacing, concurrency, gap_between
from teststrip.run.purse import Purse
from teststrip.run.settings import Bench, Halt, Settings
from teststrip.run.state import State
from teststrip.run.stock import Freed, Job, look_again, take_stock
from teststrip.run.store import Store
from teststrip.run.tables import RunRow
from teststrip.run.target import Target
from teststrip.run.trial import Taken, Trial
from teststrip.run.width import Width

_LOOK_AGAIN = 0.5  # seconds between two looks at what other processes have in hand


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

    Several processes may do so at once: each request is sent by one of them, and the others wait for it. A run
    that the server or its budget ended early (key refused, balance used up, not to be reached) is returned with
    `stopped` saying why; the rest stays planned. Raises UsageError for a plan made for another target, with a
    request that is not the one of its digest, or with which a budget cannot be kept, and StorageError when ledger
    or store cannot be used. Cancelling it leaves every trial in a truthful state, from which another run goes on.
    """
    if plan.target != target.identity:
        raise UsageError(f"the plan was made for {plan.target}, not for {target.identity}: make it again")
    halt = Halt(on_event)
    purse = Purse(
        plan,
        provider,
        target,
        run=folder.name,
        budget=settings.budget,
        assume=settings.assume,
        pricer=settings.pricer,
    )
    journal = Journal(ledger, clock)
    gap = gap_between(provider, target, plan.rate, settings.rate)
    hands = concurrency(provider, target, settings.concurrency or plan.concurrency)
    bench = Bench(
        plan=plan,
        provider=provider,
        target=target,
        client=client,
        ledger=ledger,
        journal=journal,
        store=store,
        clock=clock,
        settings=settings,
        spacing=Spacing(gap, clock, lambda gap: journal.soon(Ledger.turn, target.identity, gap)),
        width=Width(hands, 1 if target.paid else hands),
        halt=halt,
        purse=purse,
        tell=on_event,
    )
    jobs = take_stock(bench)
    _open(bench, jobs)
    _announce(bench, jobs, folder)
    async with journal:
        renewing = asyncio.create_task(_renew(journal))
        try:
            sent = await _work_off(bench, jobs, hands)
        finally:
            renewing.cancel()
    if halt.error is not None:
        raise halt.error
    ledger.close_run(purse.run, halt.reason)
    return Run(folder, plan, _outcomes_of(bench, jobs), sent, halt.reason, purse.sums(ledger.money(purse.run)))


async def _renew(journal: Journal) -> None:
    """Keep this process's lease. By the machine's own time: other processes count it."""
    while True:
        await asyncio.sleep(RENEW)
        with suppress(StorageError):  # whoever writes next is told
            await journal.soon(Ledger.renew)


def outcomes(plan: Plan, ledger: Ledger, store: Store) -> Mapping[str, Outcome]:
    """Say how the distinct requests of a plan stand, by digest, in plan order."""
    digests = dict.fromkeys(digests_of(plan.cells))
    trials = ledger.trials(digests)
    return Outcomes({digest: trials.get(digest) for digest in digests}, store)


def _outcomes_of(bench: Bench, jobs: list[Job]) -> Mapping[str, Outcome]:
    """Say how the requests stand now; only those that were worked on are read again."""
    worked = bench.ledger.trials(job.digest for job in jobs if job.verdict in {"send", "follow"})
    return Outcomes({job.digest: worked.get(job.digest, job.trial) for job in jobs}, bench.store)


def _open(bench: Bench, jobs: list[Job]) -> None:
    """Write the run down, with its budget; raises UsageError for a budget that cannot be kept."""
    plan, ledger, purse = bench.plan, bench.ledger, bench.purse
    wish = purse.wish()
    before = ledger.money(purse.run) if wish is None and purse.counts else None
    known = None if before is None else before.budget
    purse.check(
        (job.cell.request for job in jobs if job.verdict == "send"),
        units(wish) if isinstance(wish, int) else known,
    )
    row = RunRow(
        id=purse.run,
        plan=plan.digest,
        title=plan.title,
        provider=plan.provider,
        model=plan.model,
        target=plan.target,
        cells=len(plan.cells),
        unit=purse.unit,
    )
    ledger.open_run(row, wish)


def _announce(bench: Bench, jobs: list[Job], folder: Path) -> None:
    """Tell what is about to happen, and at once what needs no doing."""
    reused = [job for job in jobs if job.verdict == "reuse"]
    bench.tell(
        RunStarted(
            folder=str(folder),
            target=bench.target.identity,
            cells=len(bench.plan.cells),
            requests=len(jobs),
            reused=len(reused),
            to_send=sum(job.verdict == "send" or _is_lost(bench.target, job) for job in jobs),
            states={job.digest: job.state for job in jobs},
        )
    )
    if reused:
        cells = sum(job.cells for job in reused)
        each = lambda: (_finished(job, job.trial) for job in reused if job.trial is not None)  # noqa: E731  see CellsReused
        bench.tell(CellsReused(cells, len(reused), each))
    for job in jobs:
        if job.trial is not None and job.verdict == "leave":
            _tell_finished(bench, job, job.trial)


def _is_lost(target: Target, job: Job) -> bool:
    """Tell whether whoever accepted a request is surely no more: asked for it, the next darkroom knows nothing."""
    return job.verdict == "follow" and not target.lasting and job.trial is not None and job.trial.owner is None


async def _work_off(bench: Bench, jobs: list[Job], hands: int) -> int:
    """Follow what the server has, then send what it has not, some at a time. Returns the submits that left."""
    order = [job for job in jobs if job.verdict == "follow"] + [job for job in jobs if job.verdict == "send"]
    executor = Executor(bench)
    held: list[Job] = []
    while order or held:
        held += await _round(bench, executor, order, hands)
        if bench.halt.halted():
            break
        if not held:
            break
        found = await bench.journal.do(_look_again, bench, held)
        for job, trial in found.through:
            _tell_finished(bench, job, trial)
        order, held = found.free, found.still
        if held and not order:
            await bench.clock.sleep(_LOOK_AGAIN)
    return executor.sent


def _look_again(_: Ledger, bench: Bench, held: list[Job]) -> Freed:
    return look_again(bench, held)


async def _round(bench: Bench, executor: Executor, order: list[Job], hands: int) -> list[Job]:
    """Do some jobs; returns those that other processes have in hand."""
    queue = iter(order)
    held: list[Job] = []
    async with asyncio.TaskGroup() as group:
        # While pictures are fetched and put away, the server has a place free for another prediction. One at a
        # time is what it says.
        for _ in range(min(hands if hands == 1 else 2 * hands, len(order))):
            group.create_task(_work(bench, executor, queue, held))
    return held


async def _work(bench: Bench, executor: Executor, queue: Iterator[Job], held: list[Job]) -> None:
    for job in queue:
        if bench.halt.error is not None:
            return
        if job.verdict == "send" and bench.halt.halted():
            continue
        try:
            trial = await executor.do(job.cell, job.number, job.seen, follow=job.verdict == "follow")
            if trial.state is State.SUBMITTED:
                await bench.journal.soon(Ledger.let_go, trial.digest)
            _tell_finished(bench, job, trial)
        except Taken:
            held.append(job)
        except Exception as error:  # noqa: BLE001  the other workers' requests must not be cut off; raised by run_plan
            bench.halt.fail(error)
            return


def _tell_finished(bench: Bench, job: Job, trial: Trial) -> None:
    bench.tell(_finished(job, trial))


def _finished(job: Job, trial: Trial) -> CellFinished:
    kept = trial.pictures if trial.state in KEPT else ()
    return CellFinished(
        digest=trial.digest,
        cell=job.number,
        cells=job.cells,
        state=trial.state,
        reason=trial.reason,
        pictures=tuple(picture.sha256 for picture in kept),
        reused=job.verdict == "reuse",
        prediction=trial.prediction,
        kept=kept,
    )
