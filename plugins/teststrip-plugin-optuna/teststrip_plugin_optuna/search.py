"""Asking Optuna for cells and telling it what came of them. Pure but for Optuna's seeded draws: no disk, no clock.

A search is a function of its space, its manner and the answers. Whoever makes it anew with the same three gets the
same asks in the same order: so a study that was cut off is resumed by asking again, while the ledger and what
steps made give the answers that were paid for already.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.samplers import BaseSampler, CmaEsSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, Trial, TrialState

from teststrip_plugin_optuna.space import Place, Space

PATIENCE: Final = 32
"""Asks in a row that bring no new cell before one is drawn: a sampler that is sure of itself asks for the same."""

SAMPLERS: Final[Mapping[str, Callable[[int], BaseSampler]]] = {
    "tpe": lambda seed: TPESampler(seed=seed, multivariate=True, constant_liar=True),
    "random": lambda seed: RandomSampler(seed=seed),
    "nsgaii": lambda seed: NSGAIISampler(seed=seed, population_size=12),
    "cmaes": lambda seed: CmaEsSampler(seed=seed, warn_independent_sampling=False),
}

Standing = Literal["asked", "scored", "failed", "moderated", "no cell", "known"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a cell: its score, or why it has none."""

    standing: Literal["scored", "failed", "moderated"]
    value: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a study goes about it."""

    sampler: str = "tpe"
    seed: int = 0
    minimize: bool = False


@dataclass(slots=True)
class Ask:
    """One ask of Optuna's: the place, the cell there if there is one, and what it was told.

    `known` is an ask for a cell that had been asked for before; it costs nothing, and counts as no trial.
    """

    place: Place
    cell: int | None
    standing: Standing = "asked"
    value: float | None = None
    reason: str = ""


@dataclass(slots=True)
class Search:
    """A study over a space. `asks` is its history, `results` what came of each cell, by its number."""

    space: Space
    manner: Manner
    asks: list[Ask] = field(default_factory=list)
    results: dict[int, Result] = field(default_factory=dict)
    _pending: dict[int, tuple[Trial, Ask]] = field(default_factory=dict)
    _study: optuna.Study = field(init=False)
    _drawn: random.Random = field(init=False)
    _distributions: dict[str, BaseDistribution] = field(init=False)

    def __post_init__(self) -> None:
        """Begin the study, in memory."""
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        direction = "minimize" if self.manner.minimize else "maximize"
        with _quiet():
            sampler = SAMPLERS[self.manner.sampler](self.manner.seed)
        self._study = optuna.create_study(direction=direction, sampler=sampler)
        self._drawn = random.Random(self.manner.seed)  # noqa: S311  it decides which cell, not who may see it
        self._distributions = {
            dim.name: IntDistribution(0, len(dim.choices) - 1)
            if dim.ordered
            else CategoricalDistribution(range(len(dim.choices)))
            for dim in self.space.dims
        }

    @property
    def visited(self) -> int:
        """How many cells were asked for."""
        return len(self.results) + len(self._pending)

    @property
    def left(self) -> int:
        """How many cells were never asked for."""
        return len(self.space.numbers) - self.visited

    def prefer(self, places: Iterable[Place]) -> None:
        """Ask for these places first, in this order."""
        for place in places:
            if len(place) == len(self.space.dims):
                self._study.enqueue_trial(self._params(place))

    def ask(self, count: int) -> list[int]:
        """Return the numbers of up to `count` cells, none of which was asked for before; each is to be told of."""
        wanted = min(count, self.left)
        batch: list[int] = []
        idle = 0
        while len(batch) < wanted:
            if idle >= PATIENCE:
                self._study.enqueue_trial(self._params(self._unvisited()))
                idle = 0
            cell = self._ask()
            if cell is None:
                idle += 1
            else:
                batch.append(cell)
                idle = 0
        return batch

    def tell(self, cell: int, result: Result) -> None:
        """Tell what came of a cell that was asked for."""
        trial, ask = self._pending.pop(cell)
        self.results[cell] = result
        ask.standing, ask.value, ask.reason = result.standing, result.value, result.reason
        with _quiet():
            if result.standing == "scored":
                self._study.tell(trial, result.value)
            else:
                # What a server moderates, it moderates again: not the place to look. A failure says nothing of it.
                moderated = result.standing == "moderated"
                self._study.tell(trial, state=TrialState.PRUNED if moderated else TrialState.FAIL)

    def best(self) -> int | None:
        """Return the cell with the best score, the first of equals; None while there is none."""
        ranked = self.ranking()
        return ranked[0] if ranked else None

    def ranking(self) -> list[int]:
        """Return the cells with a score, the best first, equals in the order in which they were asked for."""
        sign = 1 if self.manner.minimize else -1
        scored = [(cell, one.value) for cell, one in self.results.items() if one.value is not None]
        return [cell for cell, _ in sorted(scored, key=lambda pair: sign * pair[1])]

    def trials(self) -> list[FrozenTrial]:
        """Return the trials as Optuna knows them."""
        return list(self._study.trials)

    def _ask(self) -> int | None:
        """Ask once: a new cell, or None where it is none, or known."""
        with _quiet():
            trial = self._study.ask(self._distributions)
        place = tuple(int(trial.params[dim.name]) for dim in self.space.dims)
        cell = self.space.numbers.get(place)
        ask = Ask(place, cell)
        self.asks.append(ask)
        if cell is not None and cell not in self.results and cell not in self._pending:
            self._pending[cell] = (trial, ask)
            return cell
        ask.standing = "no cell" if cell is None else "known"
        with _quiet():
            # A cell that is known has been told once; twice, it would weigh twice.
            self._study.tell(trial, state=TrialState.PRUNED if cell is None else TrialState.FAIL)
        return None

    def _unvisited(self) -> Place:
        """Draw one of the cells that were never asked for."""
        open_places = [
            place
            for place, cell in self.space.numbers.items()
            if cell not in self.results and cell not in self._pending
        ]
        return self._drawn.choice(open_places)

    def _params(self, place: Place) -> dict[str, int]:
        return {dim.name: at for dim, at in zip(self.space.dims, place, strict=True)}


class _quiet(warnings.catch_warnings):  # noqa: N801  a context manager, read as one
    """Keep to itself what Optuna says of its experimental arguments."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")
