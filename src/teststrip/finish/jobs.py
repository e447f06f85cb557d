"""What a step is to do: for each cell that comes to it what it works on, and each piece of work once."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from teststrip.base.json import Json, digest
from teststrip.finish.ready import Ready
from teststrip.finish.work import Fault
from teststrip.plan.model import Cell, Plan
from teststrip.plan.spoken import spoken
from teststrip.recipe.bounds import Work as Allowance
from teststrip.recipe.templates import TemplateFault
from teststrip.run.finished import Standing
from teststrip.run.model import Artifact, Run
from teststrip.run.results import Made, Origin
from teststrip.run.state import State
from teststrip.schema.check import find_faults
from teststrip.steps.model import ScoreValue, Shot, Work


@dataclass(frozen=True, slots=True)
class Scope:
    """What all steps of a run work within: the plan, and what all templates may handle together."""

    plan: Plan
    allowance: Allowance = field(default_factory=Allowance)


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


def chains_of(run: Run) -> dict[tuple[int, ...], Chain]:
    """Return a chain for each cell that has pictures, by its coordinates."""
    found: dict[tuple[int, ...], Chain] = {}
    for number, cell in enumerate(run.plan.cells):
        outcome = run.outcomes.get(cell.digest)
        if outcome is not None and outcome.state is State.DONE and outcome.artifacts:
            found[cell.coordinates] = Chain(number, cell, outcome.artifacts)
    return found


def jobs_of(scope: Scope, ready: Ready, chains: Mapping[tuple[int, ...], Chain]) -> Iterator[Job]:
    """Yield what the step is to do, each thing once; a cell for which it cannot be said is stopped."""
    jobs: dict[str, Job] = {}
    going = [chain for chain in chains.values() if chain.standing == "done"]
    works: list[tuple[Chain, Work]] = []
    for chain in going:
        options = _options(scope, ready, chain)
        against = _against(scope, ready, chain, chains)
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


def _options(scope: Scope, ready: Ready, chain: Chain) -> dict[str, Json] | Fault:
    asked = ready.asked
    if not asked.names:
        return dict(asked.options)
    try:
        options = asked.filled(spoken(scope.plan, chain.cell, chain.scores), scope.allowance)
    except TemplateFault as fault:
        return Fault(fault.message)
    faults = find_faults(options, asked.schema)
    if faults:
        named = ".".join(str(part) for part in faults[0].path)
        return Fault(f"{named}: {faults[0].message}" if named else faults[0].message)
    return options


def _against(
    scope: Scope, ready: Ready, chain: Chain, chains: Mapping[tuple[int, ...], Chain]
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
    axes = scope.plan.axes
    named = ", ".join(f"{axes[axis].name} {axes[axis].values[at].label}" for axis, at in ready.use.against.axes)
    return Fault(f"the cell to compare with ({named}) has no picture")


def _shot(artifact: Artifact) -> Shot:
    return Shot(artifact.path, artifact.media_type, artifact.sha256)


def has_come(job: Job) -> bool:
    """Tell whether a job's result has come."""
    chain = job.chains[0]
    return bool(chain.keys) and chain.keys[-1] == job.origin.key


def stop_all(job: Job, ready: Ready, said: str, standing: Standing = "failed") -> None:
    """Let no further step work on the cells that wait for a job."""
    for chain in job.chains:
        chain.stop(ready, said, standing)
