"""What requests came to, read from the ledger of a run."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from run_bench import DARKROOM, Bench, make_plan, requests

from teststrip.run.costs import Cost, costs_of
from teststrip.run.model import Run


async def test_each_request_has_its_price_and_how_long_it_took(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    run = await bench.run(make_plan(requests(3)))
    costs = costs_of(run)
    assert set(costs) == set(run.outcomes)
    assert all(cost.seconds is not None and cost.seconds >= 0 for cost in costs.values())
    money = run.money
    assert money is not None
    assert sum((cost.price or Decimal(0) for cost in costs.values()), Decimal(0)) == money.spent + money.uncertain
    assert {cost.unit for cost in costs.values() if cost.price is not None} <= {money.unit}


async def test_of_a_proof_there_is_the_time_alone(tmp_path: Path) -> None:
    run = await Bench(tmp_path).run(make_plan(requests(2), DARKROOM), DARKROOM)
    assert all(cost.seconds is not None for cost in costs_of(run).values())


def test_without_a_ledger_nothing_is_known(tmp_path: Path) -> None:
    plan = make_plan(requests(2))
    assert costs_of(Run(tmp_path / "a-test", plan, {}, sent=0)) == {}
    assert Cost() == Cost(None, "", None)
