"""Plans made up for the tests of what `teststrip plan` prints, each beside a ledger made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from teststrip.base.clock import SystemClock
from teststrip.cli.outlook import Outlook, look_out
from teststrip.plan.cost import Assumptions
from teststrip.plan.make import make_plan
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import open_ledger
from teststrip.run.purse import BudgetTold
from teststrip.run.state import Happening, State
from teststrip.run.target import Target, darkroom_target
from teststrip.run.trial import Entry

HEAD = "teststrip: 1\ntitle: A strip\nmodel: gptproto/nai-diffusion-4-5-full\n"
LIVE = Target("live", "live https://example.org", "https://example.org", paid=True)
WAYS: Mapping[State, tuple[Happening, ...]] = {
    State.PLANNED: (),
    State.SUBMITTED: (Happening.SEND, Happening.ACCEPT),
    State.DONE: (Happening.SEND, Happening.ACCEPT, Happening.DELIVER, Happening.COMPLETE),
    State.FAILED: (Happening.SEND, Happening.FAIL),
    State.MODERATED: (Happening.SEND, Happening.MODERATE),
    State.UNCERTAIN: (Happening.SEND, Happening.LOSE_ANSWER),
}


def outlook(  # noqa: PLR0913  what a plan is held against
    text: str,
    runs: Path,
    *,
    live: bool = False,
    assume: Assumptions | None = None,
    states: Mapping[int, State] | None = None,
    cost: bool = True,
    budget: BudgetTold = None,
) -> Outlook:
    """Plan a recipe; `states` are those of cells by number, and `cost` whether their failures may have cost."""
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.recipe is not None
    assert reading.problems == ()
    provider = find_provider(reading.recipe.provider)
    assert provider is not None
    target = LIVE if live else darkroom_target("1")
    plan = make_plan(reading.recipe, provider, target.identity)
    with open_ledger(runs / LEDGER_NAME, SystemClock()) as ledger:
        for number, state in (states or {}).items():
            cell = plan.cells[number]
            ledger.enter([Entry(cell.digest, plan.provider, plan.model, plan.target, cell.request)])
            for one in WAYS[state]:
                ledger.move(cell.digest, one, may_have_cost=cost)
    return look_out(plan, provider, target, runs, assume, budget)
