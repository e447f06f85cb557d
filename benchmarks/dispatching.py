"""Telling plugins of a cell's events: what a run pays for it when nobody listens, and when somebody does.

A cell has three events: it started, it was accepted, it ended. The rival is pluggy's own call of a hook that
nobody implements, once for each of the two events that have a hook. What a listener itself takes is not counted;
that its thread is woken is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pluggy
from measure import Row, best

from teststrip.cli.listening import Hearing
from teststrip.hookspecs import hookimpl
from teststrip.plan.cost import Quotes
from teststrip.plan.make import make_plan
from teststrip.plan.model import Cell
from teststrip.plugins.gathering import extensions_of
from teststrip.plugins.manager import bare_manager
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.recipe.load import read_text
from teststrip.run.events import CellAccepted, CellFinished, CellStarted
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.run.trial import Picture

CELLS: Final = 10_000
_RECIPE: Final = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "a lighthouse at dusk"}
axes:
  seed: {from: 1, count: 10000}
"""


class Listener:
    """Hears both events of each cell, and does nothing about them."""

    @hookimpl
    def teststrip_trial_started(self, digest: str) -> None:
        """Hear that a cell started."""

    @hookimpl
    def teststrip_trial_done(self, outcome: object) -> None:
        """Hear that a cell ended."""


class Price:
    """Leaves every price to the page."""

    @hookimpl
    def teststrip_price(self, request: object) -> None:
        """Know nothing."""


def dispatching_rows() -> list[Row]:
    """Measure a cell's share of telling, in processor time, and of pricing."""
    reading = read_text(_RECIPE, "benchmark.yaml")
    provider = find_provider("gptproto")
    if reading.recipe is None or provider is None:
        raise SystemExit("the benchmark's recipe cannot be read")
    plan = make_plan(reading.recipe, provider, "benchmark")
    cells = list(plan.cells)
    store = Store(Path("store"))
    picture = (Picture("0" * 64, "image/png", 1_000_000),)
    events = [
        (
            CellStarted(cell.digest, number, 1),
            CellAccepted(cell.digest, number, "p"),
            CellFinished(cell.digest, number, 1, State.DONE, "", ("0" * 64,), reused=False, kept=picture),
        )
        for number, cell in enumerate(cells)
    ]

    def told(*plugins: object) -> Callable[[], None]:
        def work() -> None:
            with Hearing(manager_with(*plugins)) as hearing:
                for three in events:
                    for event in three:
                        hearing.trial(event, plan, store)

        return work

    manager: Any = bare_manager()
    hook = manager.hook

    def called() -> None:
        for started, _, done in events:
            hook.teststrip_trial_started(digest=started.digest, cell=started.cell, attempt=1, request={})
            hook.teststrip_trial_done(outcome=done, cell=done.cell, reused=False)

    return [
        Row("nobody listens: the three events of a cell", best(told(), CELLS)),
        Row("pluggy's call of two hooks that nobody has", best(called, CELLS)),
        Row("one plugin listens, its thread included", best(told(Listener()), CELLS, rounds=3)),
        Row("the same, the share of the run's own thread", _held_up(events, plan, store)),
        Row("a price by the page", best(_priced(provider, cells), CELLS, rounds=3)),
        Row("a price that a plugin is asked for first", best(_priced(provider, cells, Price()), CELLS, rounds=3)),
    ]


def _priced(provider: Provider, cells: Sequence[Cell], *plugins: object) -> Callable[[], None]:
    """Return what prices each request once."""
    pricer = extensions_of(manager_with(*plugins)).price
    model = provider.models[0].id

    def work() -> None:
        quotes = Quotes(provider, model, {}, pricer)
        for cell in cells:
            quotes.amount(cell.request)

    return work


def manager_with(*plugins: object) -> pluggy.PluginManager:
    """Make a manager with these plugins."""
    manager = bare_manager()
    for number, plugin in enumerate(plugins):
        manager.register(plugin, f"plugin {number}")
    return manager


def _held_up(events: Any, plan: Any, store: Store) -> float:
    """Return the processor time of the run's own thread for a cell's events, while a plugin listens."""
    times = []
    for _ in range(3):
        with Hearing(manager_with(Listener())) as hearing:
            start = time.thread_time()
            for three in events:
                for event in three:
                    hearing.trial(event, plan, store)
            times.append(time.thread_time() - start)
    return min(times) / CELLS
