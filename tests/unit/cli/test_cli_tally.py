"""How far a run is, counted from its events: whatever their order, the counts are the states."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from teststrip.cli.tally import Start, Tally
from teststrip.plan.model import Cell, Plan
from teststrip.run.events import CellAccepted, CellFinished, CellStarted, Event
from teststrip.run.state import State

ENDED = (State.DONE, State.FAILED, State.MODERATED, State.CANCELLED, State.UNCERTAIN)


def plan(*digests: str) -> Plan:
    cells = [Cell((number,), {}, digest) for number, digest in enumerate(digests)]
    return Plan("", "", "", "a", "b", "live x", "", (), cells, (), None, "")


def begun(plan: Plan, start: Start, monotonic: Callable[[], float] = lambda: 0.0) -> Tally:
    tally = Tally(plan, monotonic)
    tally.begin(start)
    return tally


def finished(digest: str, state: State, cells: int = 1) -> CellFinished:
    return CellFinished(digest, 0, cells, state, "", (), reused=False)


def counts(tally: Tally) -> dict[str, int]:
    words = ("done", "failed", "moderated", "cancelled", "uncertain", "waiting")
    return {word: tally.count(word) for word in words if tally.count(word)}


def test_prices_move_from_what_is_to_come_to_what_was_spent_or_may_have_been() -> None:
    prices = {"a": Decimal(5), "b": Decimal(7), "c": None, "d": Decimal(1)}
    tally = begun(plan("a", "b", "c", "d"), Start(dict.fromkeys("abcd", State.PLANNED), prices, "Anlas"))
    for digest in "abcd":
        tally.hear(CellStarted(digest, 0, 1))
    tally.hear(CellAccepted("a", 0, "p1"))
    tally.hear(finished("a", State.FAILED))
    tally.hear(finished("b", State.UNCERTAIN))
    tally.hear(CellAccepted("c", 0, "p2"))
    tally.hear(finished("d", State.MODERATED))
    assert (tally.spent.price, tally.spent.unknown) == (Decimal(5), 1)
    assert (tally.doubtful.price, tally.left.price, tally.left.unknown) == (Decimal(7), Decimal(0), 0)
    assert counts(tally) == {"failed": 1, "moderated": 1, "uncertain": 1, "waiting": 1}
    assert tally.words() == "0 done, 1 failed, 1 moderated, 1 uncertain, 1 waiting"


def test_what_was_there_counts_at_once_and_not_for_the_pace() -> None:
    now = [100.0]
    start = Start({"a": State.DONE, "b": State.PLANNED, "c": State.PLANNED}, {})
    tally = begun(plan("a", "a", "b", "c"), start, lambda: now[0])
    tally.hear(CellFinished("a", 0, 2, State.DONE, "", (), reused=True))
    assert (counts(tally), tally.over, tally.per_minute()) == ({"done": 2, "waiting": 2}, 2, None)
    tally.hear(CellStarted("b", 2, 1))
    now[0] += 30
    tally.hear(finished("b", State.DONE))
    assert (tally.per_minute(), tally.seconds_left()) == (2.0, 30.0)


def test_all_is_waiting_until_the_run_begins() -> None:
    tally = Tally(plan("a", "b", "b"), lambda: 0.0)
    assert (counts(tally), tally.over) == ({"waiting": 3}, 0)
    tally.begin(Start({"a": State.PLANNED, "b": State.DONE}, {}))
    assert (counts(tally), tally.over) == ({"done": 2, "waiting": 1}, 2)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([*State, None]))))
def test_counts_are_the_states_whatever_comes(steps: list[tuple[str, State | None]]) -> None:
    states = dict.fromkeys("abc", State.PLANNED)
    tally = begun(plan("a", "b", "b", "c"), Start(dict(states), {}))
    for digest, state in steps:
        event: Event = CellStarted(digest, 0, 1) if state is None else finished(digest, state)
        tally.hear(event)
        states[digest] = State.INTENT if state is None else state
    ended = [states[digest] for digest in "abbc" if states[digest] in {*ENDED, State.FETCHED}]
    assert tally.over == len(ended)
    assert sum(counts(tally).values()) == 4
