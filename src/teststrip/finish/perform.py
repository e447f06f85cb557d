"""The steps on pictures, one after the other, each over all cells: so a step may compare with what others became.

What a step works on and its options make a key; what is known under it is not made again. So a changed option runs
that step and those after it, and never the API; and a sweep over a step's option costs no request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.errors import ExchangeError
from teststrip.finish.check import checked, several
from teststrip.finish.jobs import Job, Scope, chains_of, has_come, jobs_of, stop_all
from teststrip.finish.ready import Ready, score_titles
from teststrip.finish.work import HANDS, WAITING_HANDS, Fault, Hands
from teststrip.run.events import OnEvent, StepFinished, StepStarted
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Run
from teststrip.run.results import Made, Origin, Results
from teststrip.run.store import Store
from teststrip.steps.model import Made as Answer

_KEPT_TOGETHER: Final = 64  # results in one transaction


@dataclass(slots=True)
class Finishing:
    """What finishing works with, and how much it has done."""

    scope: Scope
    results: Results
    store: Store
    hands: Hands
    tell: OnEvent
    executing: bool
    executed: int = 0
    reused: int = 0


async def finish_run(  # noqa: PLR0913  everything that acts or that a test would replace is named here
    run: Run,
    steps: Sequence[Ready],
    *,
    results: Results,
    store: Store,
    hands: Hands,
    on_event: OnEvent,
    executing: bool = True,
) -> Finish:
    """Let the steps work on every cell that has pictures, and return what came of it.

    Without `executing`, only what is known already is put together; the other cells are `waiting`. When it is
    cancelled, what was made is kept, and the cells that were not reached are `waiting`. A step that fails stops
    its cell's steps, and nothing else. Raises StorageError when store or results cannot be used.
    """
    finishing = Finishing(Scope(run.plan), results, store, hands, on_event, executing)
    chains = chains_of(run)
    for ready in steps:
        jobs = list(jobs_of(finishing.scope, ready, chains))
        _reuse(finishing, ready, jobs, len(steps))
        left = [job for job in jobs if job.chains[0].standing == "done" and not has_come(job)]
        if not executing:
            for job in left:
                stop_all(job, ready, "not yet run", "waiting")
            continue
        try:
            await _execute(finishing, ready, left)
        except asyncio.CancelledError:
            # Told by what is left: whoever cancelled asks for the rest with `executing` off.
            finishing.executing = executing = False
            for job in left:
                if not has_come(job) and job.chains[0].standing == "done":
                    stop_all(job, ready, "not yet run", "waiting")
    cells = {
        chain.cell.coordinates: Finished(
            chain.artifacts, chain.scores, chain.badges, chain.standing, chain.reason, chain.keys
        )
        for chain in chains.values()
    }
    return Finish(score_titles(tuple(steps)), cells, finishing.executed, finishing.reused)


def _reuse(finishing: Finishing, ready: Ready, jobs: Sequence[Job], steps: int) -> None:
    """Take what is known. A step that is not pure works anew, unless nothing is to be executed."""
    known: Mapping[str, Made] = {}
    if jobs and (ready.step.pure or not finishing.executing):
        known = finishing.results.find((job.origin.key for job in jobs), finishing.store)
    if ready.step.among and len(known) < len(jobs):
        known = {}  # it looks at all of them anyhow
    for job in jobs:
        made = known.get(job.origin.key)
        if made is not None:
            for chain in job.chains:
                chain.take(ready, job.origin.key, made)
    finishing.reused += len(known)
    cells = sum(len(job.chains) for job in jobs)
    reused = sum(len(job.chains) for job in jobs if job.origin.key in known)
    finishing.tell(StepStarted(ready.step.name, ready.number, steps, cells, reused))


async def _execute(finishing: Finishing, ready: Ready, jobs: Sequence[Job]) -> None:
    """Do some jobs, several at a time, and remember what came of them."""
    spell = _Spell(finishing, ready, sum(len(job.chains) for job in jobs))
    failed: list[Exception] = []
    try:
        if ready.step.among and jobs:
            answer = await finishing.hands.do(ready.step, [job.work for job in jobs])
            for job, one in zip(jobs, several(ready.step, answer, len(jobs)), strict=True):
                await spell.settle(job, one)
            return
        queue = iter(jobs)

        async def work() -> None:
            for job in queue:
                if failed:
                    return
                try:
                    await spell.settle(job, checked(ready.step, await finishing.hands.do(ready.step, job.work)))
                except Exception as error:  # noqa: BLE001  a full disk and the like; told as it is, and not in a group
                    failed.append(error)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(WAITING_HANDS if ready.step.where == "async" else HANDS, len(jobs))):
                group.create_task(work())
    finally:
        if not failed:
            spell.remember()
    if failed:
        raise failed[0]


@dataclass(slots=True)
class _Spell:
    """A step at work; `left` cells are still to come, and `done` is not remembered yet."""

    finishing: Finishing
    ready: Ready
    left: int
    done: list[tuple[Origin, Made]] = field(default_factory=list)

    async def settle(self, job: Job, answer: Answer | Fault) -> None:
        """Keep what a job brought, and let its cells go on or stop."""
        made = await asyncio.to_thread(_kept, self.finishing.store, answer)
        self.finishing.executed += 1
        reason = ""
        if isinstance(made, Fault):
            reason = made.said
            stop_all(job, self.ready, reason)
        else:
            for chain in job.chains:
                chain.take(self.ready, job.origin.key, made)
            self.done.append((job.origin, made))
        if len(self.done) >= _KEPT_TOGETHER:
            self.remember()
        self.left -= len(job.chains)
        step, number = self.ready.step.name, self.ready.number
        self.finishing.tell(StepFinished(step, number, job.chains[0].number, self.left, reason))

    def remember(self) -> None:
        """Write down what came of the jobs so far."""
        done, self.done = self.done, []
        self.finishing.results.keep(done)


def _kept(store: Store, answer: Answer | Fault) -> Made | Fault:
    """Put the pictures that a step made into the store, byte for byte."""
    if isinstance(answer, Fault):
        return answer
    artifacts = None
    if answer.pictures is not None:
        try:
            artifacts = tuple(store.put(data) for data in answer.pictures)
        except ExchangeError as error:  # what it made is no picture
            return Fault(str(error))
    return Made(artifacts, dict(answer.scores), tuple(answer.badges))
