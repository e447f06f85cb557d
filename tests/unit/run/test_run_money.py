"""Money: a budget holds whatever happens, and what every submit has come to is known."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from run_bench import DARKROOM, PAID, URL, Bench, JumpClock, answer, breaks, make_plan, provider, requests

from teststrip.errors import UsageError
from teststrip.provider.price import price
from teststrip.run.ledger import Ledger, open_ledger, read_ledger
from teststrip.run.model import Money, Run
from teststrip.run.money import Charge, OverBudget, millionths, status_after, units, written
from teststrip.run.pace import gap_between
from teststrip.run.settings import Settings
from teststrip.run.state import Happening, State
from teststrip.run.tables import RunRow
from teststrip.run.trial import Entry, Taken, Trial

EACH = price(provider(), provider().models[0].id, requests(1)[0]) or Decimal(0)


def within(budget: Decimal | int | str | None = None, **more: object) -> Settings:
    told = Decimal(budget) if budget not in {None, "none"} else budget
    return Settings(random=lambda: 0.5, budget=told, **more)  # type: ignore[arg-type]  # tests name real members


def money(run: Run) -> Money:
    assert run.money is not None
    return run.money


def sums(run: Run) -> tuple[object, ...]:
    """Return what was spent, what is uncertain, and what is left."""
    return money(run).spent, money(run).uncertain, money(run).left


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("concurrency", [1, 5])
async def test_a_run_stops_when_the_next_request_does_not_fit_and_keeps_everything(
    bench: Bench, concurrency: int
) -> None:
    run = await bench.run(make_plan(requests(6)), settings=within(EACH * 3 + 1, concurrency=concurrency))
    assert (run.count(State.DONE), run.count(State.PLANNED), bench.api.count("POST")) == (3, 3, 3)
    assert f"{written(int(EACH * 3 * 10**6))} are spent or held" in run.stopped
    told = money(run)
    assert (*sums(run), told.reserved) == (EACH * 3, 0, 1, 0)
    assert (told.estimate, told.budget, told.unit) == (EACH * 6, EACH * 3 + 1, "Anlas")


async def test_a_budget_is_that_of_the_run_over_all_its_resumes_until_another_is_told(bench: Bench) -> None:
    plan = make_plan(requests(5))
    assert (await bench.run(plan, settings=within(EACH * 2))).sent == 2
    again = await bench.run(plan)
    assert (again.sent, *sums(again)) == (0, EACH * 2, 0, 0)
    assert "--budget N" in again.stopped
    assert (await bench.run(plan, settings=within(EACH * 3))).sent == 1
    last = await bench.run(plan, settings=within("none"))
    assert (last.sent, money(last).budget, money(last).spent) == (2, None, EACH * 5)


async def test_the_recipe_s_budget_counts_where_the_command_line_says_nothing(bench: Bench) -> None:
    plan = replace(make_plan(requests(3)), budget=EACH)
    assert (await bench.run(plan)).sent == 1
    assert (await bench.run(plan, settings=within(EACH * 2))).sent == 1


async def test_what_was_turned_away_unbilled_is_released(bench: Bench) -> None:
    bench.api.submits = [answer(429, {"error": {"message": "slow"}}), breaks(httpx.ConnectError)]
    run = await bench.run(make_plan(requests(1)), settings=within(EACH))
    assert (run.count(State.DONE), *sums(run)) == (1, EACH, 0, 0)


async def test_a_refused_key_releases_what_was_reserved(bench: Bench) -> None:
    bench.api.submits = [answer(401, {"error": {"message": "no"}})]
    run = await bench.run(make_plan(requests(2)), settings=within(EACH))
    assert (run.sent, *sums(run)) == (1, 0, 0, EACH)


@pytest.mark.parametrize("trouble", [answer(500, b"oops"), breaks(httpx.ReadTimeout), answer(200, {"data": {}})])
async def test_what_may_have_cost_stays_held(bench: Bench, trouble: object) -> None:
    bench.api.submits = [trouble]  # type: ignore[list-item]  # an Answer
    run = await bench.run(make_plan(requests(3)), settings=within(EACH * 2))
    assert (run.count(State.UNCERTAIN), run.count(State.DONE), run.count(State.PLANNED)) == (1, 1, 1)
    assert sums(run) == (EACH, EACH, 0)


async def test_sending_again_what_is_uncertain_is_held_twice(bench: Bench) -> None:
    bench.api.submits = [answer(500, b"oops")]
    plan = make_plan(requests(1))
    await bench.run(plan, settings=within(EACH))
    stopped = await bench.run(plan, settings=within(resend_uncertain=True))
    assert (stopped.sent, stopped.count(State.UNCERTAIN)) == (0, 1)
    run = await bench.run(plan, settings=within(EACH * 2, resend_uncertain=True))
    assert sums(run) == (EACH, EACH, 0)


async def test_a_failure_after_it_was_accepted_stays_held(bench: Bench) -> None:
    bench.api.polls = [answer(200, {"data": {"id": "p1", "status": "failed", "error": "no", "outputs": []}})]
    run = await bench.run(make_plan(requests(1)), settings=within(EACH))
    assert (run.count(State.FAILED), money(run).uncertain) == (1, EACH)


@pytest.mark.parametrize("target", [PAID, URL])
@pytest.mark.parametrize("stated", [False, True])
async def test_a_request_without_a_price_is_refused_before_anything_is_sent(
    tmp_path: Path, target: object, *, stated: bool
) -> None:
    page = provider()
    assert page.price is not None
    page = replace(page, price=replace(page.price, expression="2 if seed == 1 else null") if stated else None)
    bench = Bench(tmp_path, page=page)
    plan = make_plan(requests(3), target, page)  # type: ignore[arg-type]  # a Target
    with pytest.raises(UsageError, match="2 requests have no price" if stated else "states no price"):
        await bench.run(plan, target, within("9"))  # type: ignore[arg-type]  # as above
    assert bench.api.seen == []
    run = await bench.run(plan, target, within())  # type: ignore[arg-type]  # as above
    assert (run.count(State.DONE), money(run).unpriced) == (3, 2 if stated else 3)


async def test_the_darkroom_knows_no_budget(bench: Bench) -> None:
    run = await bench.run(make_plan(requests(2), DARKROOM), DARKROOM, within("0"))
    assert (run.count(State.DONE), run.money) == (2, None)


async def test_an_emulator_pretends_to_bill(bench: Bench) -> None:
    run = await bench.run(make_plan(requests(2), URL), URL, within(EACH))
    assert (run.sent, money(run).spent) == (1, EACH)


async def test_what_the_price_assumes_may_be_said_otherwise(bench: Bench) -> None:
    run = await bench.run(make_plan(requests(2)), settings=within("0", assume={"free_tier": True}))
    assert (run.count(State.DONE), *sums(run)) == (2, 0, 0, 0)


async def test_a_crash_leaves_what_was_reserved_held(bench: Bench) -> None:
    plan = make_plan(requests(3))
    with bench.ledger() as ledger:
        cell = plan.cells[0]
        ledger.enter([Entry(cell.digest, plan.provider, plan.model, plan.target, cell.request)])
        ledger.begin(cell.digest, lambda _: True, Charge("a-test", millionths(EACH)))
    run = await bench.run(plan, settings=within(EACH * 2))
    assert (run.count(State.UNCERTAIN), run.count(State.DONE), money(run).uncertain) == (1, 1, EACH)


def test_amounts_are_whole_millionths_rounded_up() -> None:
    assert [millionths(Decimal(text)) for text in ("0", "2", "0.0000001", "-3", "1e9", "1e10", "nan")] == [
        0,
        2_000_000,
        1,
        0,
        10**15,
        None,
        None,
    ]
    assert [written(amount) for amount in (0, 1, 2_500_000, 1_250_000_000)] == ["0", "0.000001", "2.5", "1,250"]
    assert units(1) == Decimal("0.000001")


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("cost", [False, True])
def test_what_is_spent_stays_spent_and_what_was_released_stays_so(state: State, *, cost: bool) -> None:
    trial = Trial("d", state, "", None, None, cost, (), 1)
    assert status_after("spent", trial) == "spent"
    assert status_after("released", trial) == "released"
    assert status_after("uncertain", trial) in {"uncertain", "spent"}


@pytest.mark.parametrize(
    ("target", "planned", "told", "gap"),
    [
        (PAID, None, None, 3.0),
        (PAID, "10/min", None, 6.0),
        (PAID, "2/s", None, 3.0),
        (PAID, "2/s", "4/s", 0.25),
        (PAID, None, "100/h", 36.0),
        (URL, None, None, 0.0),
        (URL, "30/min", None, 2.0),
    ],
)
def test_only_the_command_line_goes_faster_than_the_page(
    target: object, planned: str | None, told: str | None, gap: float
) -> None:
    assert gap_between(provider(), target, planned, told) == gap  # type: ignore[arg-type]  # a Target


RUN = RunRow("run", "p", "t", "a", "b", "c", 3, "u")
MOST = 10
DIGESTS = ("d0", "d1", "d2", "d3")
ANSWERS: dict[str, tuple[tuple[Happening, bool], ...]] = {
    "turned away": ((Happening.TURN_AWAY, False),),
    "refused": ((Happening.FAIL, False),),
    "refused, perhaps billed": ((Happening.MODERATE, True),),
    "lost": ((Happening.LOSE_ANSWER, True),),
    "done": ((Happening.ACCEPT, True), (Happening.DELIVER, True), (Happening.COMPLETE, True)),
    "failed": ((Happening.ACCEPT, True), (Happening.FAIL, True)),
    "at once": ((Happening.DELIVER, True), (Happening.COMPLETE, True)),
}


class Owners(RuleBasedStateMachine):
    """Several owners of one ledger, in any order of claims, answers and deaths."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger.sqlite3"
        self.ledgers = [self.opened(), self.opened(), self.opened()]
        self.ledgers[0].enter(Entry(digest, "a", "b", "c", {}) for digest in DIGESTS)
        self.ledgers[0].open_run(RUN, MOST)
        self.sending: dict[str, tuple[int, int]] = {}  # by digest: whose, how much
        self.billed = 0  # what a server may have asked for, over all submits
        self.held: dict[str, int] = {}  # what the latest submit of each was to cost

    def opened(self) -> Ledger:
        return open_ledger(self.path, JumpClock())

    @rule(
        who=st.integers(0, 2),
        digest=st.sampled_from(DIGESTS),
        amount=st.integers(0, 6),
        remembered=st.sampled_from([0.0, 3600.0]),
    )
    def begin(self, who: int, digest: str, amount: int, remembered: float) -> None:
        before = self.ledgers[who].known(digest)
        # A key counts only while the page takes keys: else the server would bill it anew.
        known = bool(remembered) and before.repeatable(JumpClock().now().timestamp())
        same = known and before.state is State.UNCERTAIN
        charge = Charge("run", amount)
        try:
            begun = self.ledgers[who].begin(digest, lambda one: one.state is not State.DONE, charge, remembered)
        except Taken:
            assert digest in self.sending or before.state in {State.DONE, State.INTENT}
        except OverBudget as error:
            assert error.args == (MOST, self.billed, amount)  # noqa: PT017  pytest.raises would want it always
            assert self.billed + amount > MOST
            assert self.ledgers[who].known(digest) == before
        else:
            assert digest not in self.sending
            if same:  # it is held already, and the server will know it
                assert begun.idempotency == before.idempotency
                amount = self.held[digest]
            else:
                self.billed += amount
            self.held[digest] = amount
            self.sending[digest] = (who, amount)
            assert self.billed <= MOST

    @precondition(lambda self: self.sending)
    @rule(data=st.data(), how=st.sampled_from(sorted(ANSWERS)))
    def answer(self, data: st.DataObject, how: str) -> None:
        digest = data.draw(st.sampled_from(sorted(self.sending)))
        who, amount = self.sending.pop(digest)
        for what, cost in ANSWERS[how]:
            self.ledgers[who].move(digest, what, may_have_cost=cost)
        if not any(cost for _, cost in ANSWERS[how]):
            self.billed -= amount

    @rule(who=st.integers(0, 2))
    def die(self, who: int) -> None:
        dead = self.ledgers[who]
        dead._connection.close()  # noqa: SLF001  as a killed process leaves it
        assert dead._seat is not None  # noqa: SLF001  as above
        dead._seat.release()  # noqa: SLF001  as above
        self.sending = {digest: one for digest, one in self.sending.items() if one[0] != who}
        self.ledgers[who] = self.opened()

    @rule(who=st.integers(0, 2))
    def recover(self, who: int) -> None:
        self.ledgers[who].recover()
        intents = {d for d, state in self.ledgers[who].states(DIGESTS).items() if state is State.INTENT}
        assert intents == self.sending.keys()

    @invariant()
    def the_books_agree(self) -> None:
        with read_ledger(self.path, JumpClock()) as reader:
            told = reader.money("run")
            held = reader._connection.execute("SELECT held FROM budgets").fetchone()[0]  # noqa: SLF001  the other book
        assert told is not None
        assert told.reserved + told.spent + told.uncertain == units(held) == units(self.billed)
        assert held <= MOST

    def teardown(self) -> None:
        for ledger in self.ledgers:
            ledger.close()
        self.folder.cleanup()


TestOwners = Owners.TestCase
TestOwners.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
