"""Asking and telling: better than chance, the same again, nothing asked for twice, honest about the rest."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from statistics import mean

import pytest
from optuna.trial import TrialState

from teststrip_plugin_optuna.command import SAMPLERS as OFFERED
from teststrip_plugin_optuna.search import PATIENCE, SAMPLERS, Manner, Result, Search
from teststrip_plugin_optuna.space import Dim, Place, Space

SIZES = (20, 15, 6)
GOOD = (0.3, 0.5, 0.2, 1.0, 0.6, 0.1)
TOP = 0.3


def space(sizes: tuple[int, ...] = SIZES, keeps: Callable[[Place], bool] = lambda _: True) -> Space:
    """Two dims in order and one of names, as of a scale, steps and a sampler."""
    dims = tuple(
        Dim(f"d{number}", (number,), tuple((at,) for at in range(size)), ordered=number < 2)
        for number, size in enumerate(sizes)
    )
    places = [place for place in product(*map(range, sizes)) if keeps(place)]
    return Space(dims, {place: number for number, place in enumerate(places)})


def hill(place: Place) -> float:
    """A hill whose top, 0.3, is at (13, 4, 3)."""
    return TOP * GOOD[place[2]] - ((place[0] - 13) / 20) ** 2 - ((place[1] - 4) / 15) ** 2


def go(search: Search, trials: int, batch: int = 4, score: Callable[[Place], float] = hill) -> list[int]:
    """Ask and tell until there are as many trials; the cells in the order in which they were asked for."""
    places = {number: place for place, number in search.space.numbers.items()}
    asked: list[int] = []
    while search.visited < trials and search.left:
        cells = search.ask(min(batch, trials - search.visited))
        asked += cells
        for cell in cells:
            search.tell(cell, Result("scored", score(places[cell])))
    return asked


def regret(sampler: str, seed: int, where: Space) -> float:
    search = Search(where, Manner(sampler, seed))
    go(search, 40)
    best = search.best()
    assert best is not None
    value = search.results[best].value
    assert value is not None
    return TOP - value


@pytest.mark.parametrize("keeps", [lambda _: True, lambda place: place[0] + place[1] < 18], ids=["all", "where"])
def test_it_comes_much_nearer_to_a_known_optimum_than_chance_does(keeps: Callable[[Place], bool]) -> None:
    """40 trials in 1,800 cells (with the condition, 1,116); the mean over 10 seeds, each a study of its own."""
    where = space(keeps=keeps)
    adaptive, chance = (mean(regret(name, seed, where) for seed in range(10)) for name in ("tpe", "random"))
    assert adaptive < chance / 2


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_same_answers_bring_the_same_asks_and_another_seed_brings_others(sampler: str) -> None:
    if sampler == "cmaes":
        pytest.importorskip("cmaes")
    first, again, other = (go(Search(space(), Manner(sampler, seed)), 24) for seed in (3, 3, 4))
    assert first == again != other
    assert len(set(first)) == 24


def test_a_study_with_more_trials_begins_as_the_one_with_fewer() -> None:
    short, long = (go(Search(space(), Manner()), trials) for trials in (12, 24))
    assert long[:12] == short


@pytest.mark.parametrize("sampler", ["tpe", "random", "nsgaii"])
def test_it_goes_on_until_every_cell_has_been_asked_for_once(sampler: str) -> None:
    small = space((4, 3, 2), lambda place: place[0] != place[1])
    search = Search(small, Manner(sampler))
    assert sorted(go(search, 1000)) == list(range(len(small.numbers)))
    assert search.ask(4) == []
    standings = [ask.standing for ask in search.asks]
    assert standings.count("scored") == len(small.numbers) == 18
    idle = longest = 0
    for standing in standings:
        idle = 0 if standing == "scored" else idle + 1
        longest = max(longest, idle)
    assert longest <= PATIENCE


def test_cells_that_are_asked_for_together_are_different_ones() -> None:
    search = Search(space((3, 2, 2)), Manner())
    assert len(set(search.ask(12))) == 12


def test_a_place_that_is_no_cell_is_told_as_pruned_and_a_known_cell_is_not_told_twice() -> None:
    search = Search(space((4, 4, 2), lambda place: place[0] >= place[1]), Manner("random"))
    go(search, 20)
    states = [trial.state for trial in search.trials()]
    told: dict[str, set[TrialState]] = {ask.standing: set() for ask in search.asks}
    for ask, state in zip(search.asks, states, strict=True):
        told[ask.standing].add(state)
    assert told == {
        "scored": {TrialState.COMPLETE},
        "known": {TrialState.FAIL},
        "no cell": {TrialState.PRUNED},
    }
    assert states.count(TrialState.COMPLETE) == 20
    assert all(ask.cell is None for ask in search.asks if ask.standing == "no cell")


def test_what_has_no_score_is_never_the_best_and_is_told_for_what_it_is() -> None:
    search = Search(space(), Manner())
    first, second, third = search.ask(3)
    search.tell(first, Result("failed", reason="the server broke"))
    search.tell(second, Result("moderated", reason="refused"))
    assert search.best() is None
    search.tell(third, Result("scored", -5.0))
    assert (search.best(), search.ranking()) == (third, [third])
    assert [trial.state for trial in search.trials()] == [
        TrialState.FAIL,
        TrialState.PRUNED,
        TrialState.COMPLETE,
    ]
    assert [(ask.standing, ask.reason) for ask in search.asks[:2]] == [
        ("failed", "the server broke"),
        ("moderated", "refused"),
    ]


def test_a_smaller_score_is_better_where_that_is_asked_for() -> None:
    search = Search(space(), Manner(minimize=True))
    go(search, 40, score=lambda place: -hill(place))
    best = search.best()
    assert best is not None
    assert search.results[best].value == min(one.value for one in search.results.values() if one.value is not None)


def test_what_another_version_asked_for_comes_first() -> None:
    where = space()
    search = Search(where, Manner())
    search.prefer([(1, 2, 3), (4, 5, 0), (7,)])
    assert search.ask(2) == [where.numbers[1, 2, 3], where.numbers[4, 5, 0]]


def test_the_command_offers_what_there_is() -> None:
    assert tuple(SAMPLERS) == OFFERED
