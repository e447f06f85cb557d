"""What a recipe demands of its cells, held against what came. A kind of demand is a function in `CHECKS`.

Each gets one cell and what the recipe says, and returns a sentence for what is not so, or None. The pictures are
those that the sheet shows: where steps made others of them, those.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from teststrip.base.json import Json
from teststrip.base.picture import size_of
from teststrip.errors import StepError
from teststrip.plan.cells import coordinates_of
from teststrip.plan.cost import Quotes
from teststrip.plan.model import Assertion, Cell
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.plugins.manager import words as words_of
from teststrip.plugins.quiet import quiet
from teststrip.plugins.records import Check as PluginCheck
from teststrip.plugins.records import Checked
from teststrip.provider.model import Provider
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.purse import assumed
from teststrip.run.state import State
from teststrip.schema.asserts import CHECK
from teststrip.steps.hashing import BITS, distance, hash_of
from teststrip.steps.numbers import luma, pixels
from teststrip.steps.pictures import decoded

_BLANK: Final = 0.01  # of the whole range of tones: what spreads less is one tone to the eye
_BITS: Final = 8


@dataclass(frozen=True, slots=True)
class Failure:
    """What is not as the recipe demands: of the cell with this number, by the entry of `assert` with this one."""

    cell: int
    entry: int
    words: str


@dataclass(frozen=True)
class Hall:
    """A run, and what its checks share: hashes of pictures are made once, and prices asked for once."""

    run: Run
    provider: Provider
    quotes: Quotes
    checks: Mapping[str, PluginCheck] = field(default_factory=dict)
    hashes: dict[str, int] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> Mapping[tuple[int, ...], int]:
        """The number of the cell at each place."""
        return {at: number for number, at in enumerate(coordinates_of(self.run.plan.cells))}

    def cell(self, number: int) -> Subject:
        """Return a cell with what came of it."""
        cell = self.run.plan.cells[number]
        outcome = self.run.outcomes.get(cell.digest, Outcome(cell.digest, State.PLANNED))
        finished = None if self.run.finish is None else self.run.finish.cells.get(cell.coordinates)
        artifacts = outcome.artifacts if finished is None else finished.artifacts
        return Subject(self, number, cell, outcome, artifacts, {} if finished is None else finished.scores)

    def hash(self, artifact: Artifact) -> int:
        """Return a picture's perceptual hash. Raises StepError and OSError."""
        if artifact.sha256 not in self.hashes:
            self.hashes[artifact.sha256] = hash_of(decoded(artifact.path.read_bytes()))
        return self.hashes[artifact.sha256]


@dataclass(frozen=True, slots=True)
class Subject:
    """One cell: what came of it, its pictures as the sheet shows them, and its scores."""

    hall: Hall
    number: int
    cell: Cell
    outcome: Outcome
    artifacts: tuple[Artifact, ...]
    scores: Mapping[str, object]

    @property
    def paths(self) -> list[Path]:
        """The files of its pictures."""
        return [artifact.path for artifact in self.artifacts]


Check = Callable[[Subject, Any, Assertion], "str | None"]


def check_run(run: Run, provider: Provider, extensions: Extensions = BUILT_IN) -> tuple[Failure, ...]:
    """Hold a run against what its plan demands; a cell without pictures fails what it is demanded first."""
    if not run.plan.asserts:
        return ()
    hall = hall_of(run, provider, extensions)
    return tuple(failure for number in range(len(run.plan.cells)) for failure in failures_of(hall, number))


def failures_of(hall: Hall, number: int) -> tuple[Failure, ...]:
    """Hold one cell of a run against what its plan demands."""
    return tuple(_failures(hall.cell(number), hall.run.plan.asserts))


def hall_of(run: Run, provider: Provider, extensions: Extensions = BUILT_IN) -> Hall:
    """Prepare a run for being checked cell by cell; `extensions` has the checks of plugins."""
    quotes = Quotes(provider, run.plan.model, assumed(provider, {}))
    return Hall(run, provider, quotes, extensions.assertions)


def _failures(subject: Subject, asserts: Sequence[Assertion]) -> Iterator[Failure]:
    for entry, one in enumerate(asserts):
        if not all(subject.cell.coordinates[axis] in positions for axis, positions in one.cells):
            continue
        if subject.outcome.state is not State.DONE or not subject.artifacts:
            reason = f": {subject.outcome.reason}" if subject.outcome.reason else ""
            yield Failure(subject.number, entry, f"there is no picture, it is {subject.outcome.state}{reason}")
            return
        try:
            words = CHECKS[one.kind](subject, one.spec, one)
        except (StepError, OSError) as error:
            words = str(error)
        if words is not None:
            yield Failure(subject.number, entry, f"{words}; {one.because}" if one.because else words)


def _size(subject: Subject, spec: str, _: Assertion) -> str | None:
    wanted = tuple(int(side) for side in spec.replace("*", "x").replace("×", "x").split("x"))
    for path in subject.paths:
        size = size_of(path.read_bytes())
        if size != wanted:
            found = "unknown" if size is None else f"{size[0]}x{size[1]}"
            return f"the size is {found}, and not {wanted[0]}x{wanted[1]}"
    return None


def _not_blank(subject: Subject, spec: float | bool, _: Assertion) -> str | None:  # noqa: FBT001  as the recipe says it
    least = _BLANK if spec is True else float(spec)
    for path in subject.paths:
        spread = float(np.std(luma(pixels(decoded(path.read_bytes())))) / 255)
        if spread < least:
            return f"the picture is blank: its tones spread by {spread:.3f}, and not by {least:g}"
    return None


def _similar(subject: Subject, spec: Mapping[str, Json], one: Assertion) -> str | None:
    most = int(cast("float", spec.get("within", _BITS)))
    for bits, other in _apart(subject, one):
        if bits > most:
            return f"it is not similar to cell {other}: {bits} of {BITS} bits differ, and at most {most} may"
    return None


def _different(subject: Subject, spec: Mapping[str, Json], one: Assertion) -> str | None:
    least = int(cast("float", spec.get("by", _BITS)))
    for bits, other in _apart(subject, one):
        if bits < least:
            return f"it is too similar to cell {other}: {bits} of {BITS} bits differ, and at least {least} have to"
    return None


def _apart(subject: Subject, one: Assertion) -> Iterator[tuple[int, int]]:
    """Yield in how many bits each picture differs from its counterpart, and that one's cell.

    A cell that is the other one itself is held against nothing. Raises StepError when that has no picture.
    """
    place = list(subject.cell.coordinates)
    for axis, position in one.other.axes if one.other is not None else ():
        place[axis] = position
    if tuple(place) == subject.cell.coordinates:
        return
    number = subject.hall.numbers.get(tuple(place))
    other = None if number is None else subject.hall.cell(number)
    if other is None or not other.artifacts:
        where = "which is no cell" if number is None else f"cell {number}, which has no picture"
        raise StepError(f"it cannot be held against {where}")
    for index, artifact in enumerate(subject.artifacts):
        counterpart = other.artifacts[index if len(other.artifacts) > index else 0]
        yield distance(subject.hall.hash(artifact), subject.hall.hash(counterpart)), other.number


def _price(subject: Subject, spec: Mapping[str, float], _: Assertion) -> str | None:
    price = subject.hall.quotes.amount(subject.cell.request)
    if price is None:
        return "nobody can tell its price"
    most = spec["most"]
    if price > most:
        unit = subject.hall.provider.price.unit if subject.hall.provider.price is not None else ""
        return f"it costs {price.normalize():f} {unit}, and at most {most:g} may be"
    return None


def _scores(subject: Subject, spec: Mapping[str, Mapping[str, float]], _: Assertion) -> str | None:
    for name, bounds in spec.items():
        value = subject.scores.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return f"there is no score {name}" if value is None else f"the score {name} is no number: {value}"
        # Asked so that NaN, which a step may come to, is within no bounds.
        if "least" in bounds and not value >= bounds["least"]:
            return f"the score {name} is {value:g}, and not {bounds['least']:g} at least"
        if "most" in bounds and not value <= bounds["most"]:
            return f"the score {name} is {value:g}, and not {bounds['most']:g} at most"
    return None


def _check(subject: Subject, spec: Mapping[str, Json], _: Assertion) -> str | None:
    """Ask a plugin. Whatever its code does, an answer comes back, and it gets copies."""
    ((name, told),) = spec.items()
    check = subject.hall.checks.get(name)
    if check is None:
        return f"the check {name} cannot be made: no plugin here brings it"
    plan, cell = subject.hall.run.plan, subject.cell
    labels = {axis.name: plan.label(cell, at) for at, axis in enumerate(plan.axes)}
    seen = Checked(
        tuple(subject.paths), copy.deepcopy(dict(cell.request)), labels, copy.deepcopy(dict(subject.scores))
    )
    try:
        with quiet():
            said: object = check(seen, copy.deepcopy(told))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
        return f"the check {name} failed: {words_of(error)}"
    if said is not None and not isinstance(said, str):
        return f"the check {name} failed: it returned a {type(said).__name__}, where a sentence or None belongs"
    return None if said is None else f"{name}: {said or 'it is not so'}"


CHECKS: Final[Mapping[str, Check]] = {
    "size": _size,
    "not_blank": _not_blank,
    "similar": _similar,
    "different": _different,
    "price": _price,
    "scores": _scores,
    CHECK: _check,
}
