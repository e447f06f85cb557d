"""The steps on pictures, one after the other, each over all cells: so a step may compare with what others became.

What a step works on and its options make a key; what is known under it is not made again. So a changed option runs
that step and those after it, and never the API; and a sweep over a step's option costs no request.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from teststrip.base.json import Json, digest
from teststrip.errors import ExchangeError
from teststrip.finish.check import checked, several
from teststrip.finish.ready import Ready, score_titles
from teststrip.finish.work import HANDS, WAITING_HANDS, Fault, Hands
from teststrip.plan.model import Cell, Plan
from teststrip.plan.spoken import spoken
from teststrip.recipe.bounds import Work as Allowance
from teststrip.recipe.templates import TemplateFault
from teststrip.run.events import OnEvent, StepFinished, StepStarted
from teststrip.run.finished import Finish, Finished, Standing
from teststrip.run.model import Artifact, Run
from teststrip.run.results import Made, Origin, Results
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.schema.check import find_faults
from teststrip.steps.model import Made as Answer
from teststrip.steps.model import ScoreValue, Shot, Work

_KEPT_TOGETHER: Final = 64  # results in one transaction


@dataclass(slots=True)
class Chain:
    """How far the steps have come with one cell."""

    number: int  # of the cell in the plan
    cell: Cell
    artifacts: tuple[Artifact, ...]
    scores: dict[str, ScoreValue] = field(default_factory=dict)
    badges: tuple[str, ...] = ()
    standing: Standing = "done"
    reason: str = ""
    keys: tuple[str, ...] = ()

    def stop(self, ready: Ready, said: str, standing: Standing = "failed") -> None:
        """Let no further step work on the cell, which keeps what it has."""
        self.standing, self.reason = standing, f"{ready.title}: {said}"

    def take(self, ready: Ready, key: str, made: Made) -> None:
        """Go on with what a step made."""
        self.artifacts = self.artifacts if made.artifacts is None else made.artifacts
        self.scores |= {ready.full(name): value for name, value in made.scores.items()}
        self.badges += made.badges
        self.keys = (*self.keys, key)


@dataclass(frozen=True, slots=True)
class Job:
    """One execution of a step: what it is made of, and the chains that wait for its result."""

    origin: Origin
    work: Work
    chains: list[Chain]


@dataclass(slots=True)
class Finishing:
    """What finishing works with, and how much it has done."""

    plan: Plan
    results: Results
    store: Store
    hands: Hands
    tell: OnEvent
    executing: bool
    executed: int = 0
    reused: int = 0
    allowance: Allowance = field(default_factory=Allowance)  # what all templates may handle together


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
    finishing = Finishing(run.plan, results, store, hands, on_event, executing)
    chains = _chains(run)
    for ready in steps:
        jobs = list(_jobs(finishing, ready, chains))
        _reuse(finishing, ready, jobs, len(steps))
        left = [job for job in jobs if job.chains[0].standing == "done" and not _has(job)]
        if not executing:
            for job in left:
                _stop(job, ready, "not yet run", "waiting")
            continue
        try:
            await _execute(finishing, ready, left)
        except asyncio.CancelledError:
            # Told by what is left: whoever cancelled asks for the rest with `executing` off.
            finishing.executing = executing = False
            for job in left:
                if not _has(job) and job.chains[0].standing == "done":
                    _stop(job, ready, "not yet run", "waiting")
    cells = {
        chain.cell.coordinates: Finished(
            chain.artifacts, chain.scores, chain.badges, chain.standing, chain.reason, chain.keys
        )
        for chain in chains.values()
    }
    return Finish(score_titles(tuple(steps)), cells, finishing.executed, finishing.reused)


def _chains(run: Run) -> dict[tuple[int, ...], Chain]:
    found: dict[tuple[int, ...], Chain] = {}
    for number, cell in enumerate(run.plan.cells):
        outcome = run.outcomes.get(cell.digest)
        if outcome is not None and outcome.state is State.DONE and outcome.artifacts:
            found[cell.coordinates] = Chain(number, cell, outcome.artifacts)
    return found


def _jobs(finishing: Finishing, ready: Ready, chains: Mapping[tuple[int, ...], Chain]) -> Iterator[Job]:
    """Yield what the step is to do, each thing once; a cell for which it cannot be said is stopped."""
    jobs: dict[str, Job] = {}
    going = [chain for chain in chains.values() if chain.standing == "done"]
    works: list[tuple[Chain, Work]] = []
    for chain in going:
        options = _options(finishing, ready, chain)
        against = _against(finishing, ready, chain, chains)
        if against is None:
            chain.stop(ready, "not yet run", "waiting")
            continue
        if isinstance(options, Fault) or isinstance(against, Fault):
            fault = options if isinstance(options, Fault) else against
            chain.stop(ready, fault.said if isinstance(fault, Fault) else "")
            continue
        works.append((chain, Work(tuple(map(_shot, chain.artifacts)), options, against)))
    step = ready.step
    all_of_them = ""
    if step.among:
        all_of_them = digest([[[shot.sha256 for shot in work.shots], dict(work.options)] for _, work in works])
    for position, (chain, work) in enumerate(works):
        origin = Origin(
            step.name,
            step.version,
            dict(work.options),
            tuple(shot.sha256 for shot in work.shots),
            tuple(shot.sha256 for shot in work.against),
            f"{all_of_them} {position}" if step.among else "",
        )
        if origin.key not in jobs:
            # Options of its own: what a step does to them changes neither the plan nor what this is known by.
            jobs[origin.key] = Job(origin, replace(work, options=copy.deepcopy(dict(work.options))), [])
        jobs[origin.key].chains.append(chain)
    yield from jobs.values()


def _options(finishing: Finishing, ready: Ready, chain: Chain) -> dict[str, Json] | Fault:
    asked = ready.asked
    if not asked.names:
        return dict(asked.options)
    try:
        options = asked.filled(spoken(finishing.plan, chain.cell, chain.scores), finishing.allowance)
    except TemplateFault as fault:
        return Fault(fault.message)
    faults = find_faults(options, asked.schema)
    if faults:
        named = ".".join(str(part) for part in faults[0].path)
        return Fault(f"{named}: {faults[0].message}" if named else faults[0].message)
    return options


def _against(
    finishing: Finishing, ready: Ready, chain: Chain, chains: Mapping[tuple[int, ...], Chain]
) -> tuple[Shot, ...] | Fault | None:
    """Return the pictures to compare with, as they are before this step; None where they are still to come."""
    if ready.reference is not None:
        return (ready.reference,)
    if ready.use.against is None:
        return ()
    place = list(chain.cell.coordinates)
    for axis, at in ready.use.against.axes:
        place[axis] = at
    other = chains.get(tuple(place))
    if other is not None and other.standing == "done":
        return tuple(map(_shot, other.artifacts))
    if other is not None and other.standing == "waiting":
        return None
    axes = finishing.plan.axes
    named = ", ".join(f"{axes[axis].name} {axes[axis].values[at].label}" for axis, at in ready.use.against.axes)
    return Fault(f"the cell to compare with ({named}) has no picture")


def _shot(artifact: Artifact) -> Shot:
    return Shot(artifact.path, artifact.media_type, artifact.sha256)


def _has(job: Job) -> bool:
    """Tell whether a job's result has come."""
    chain = job.chains[0]
    return bool(chain.keys) and chain.keys[-1] == job.origin.key


def _stop(job: Job, ready: Ready, said: str, standing: Standing = "failed") -> None:
    for chain in job.chains:
        chain.stop(ready, said, standing)


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
            _stop(job, self.ready, reason)
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
