"""The table of states: what may happen to a trial, and where that leads."""

from __future__ import annotations

import pytest

from teststrip.run.state import FINAL, MOVES, Happening, State, after

# Written out a second time, on purpose: every state, and all that may happen to a trial that is in it.
EXPECTED = {
    "planned": {"send": "intent"},
    "intent": {
        "turn away": "planned",
        "accept": "submitted",
        "deliver": "fetched",
        "fail": "failed",
        "moderate": "moderated",
        "cancel": "cancelled",
        "lose answer": "uncertain",
    },
    "submitted": {
        "deliver": "fetched",
        "fail": "failed",
        "moderate": "moderated",
        "cancel": "cancelled",
        "forget": "uncertain",
        "find": "fetched",
    },
    "fetched": {"complete": "done"},
    "done": {"lose picture": "submitted", "lose all": "uncertain"},
    "failed": {"retry": "planned"},
    "moderated": {"retry": "planned"},
    "cancelled": {"retry": "planned"},
    "uncertain": {"retry": "planned", "find": "fetched", "accept": "submitted"},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("what", Happening)
def test_what_happens_leads_where_the_table_says_and_nothing_else_happens(state: State, what: Happening) -> None:
    assert after(state, what) == EXPECTED[state].get(what)


def test_every_happening_may_happen() -> None:
    assert all(MOVES[what] for what in Happening)
    assert set(MOVES) == set(Happening)


def test_every_state_can_be_reached_and_left() -> None:
    reached = {State.PLANNED}
    while more := {new for old in reached for new in followers(old)} - reached:
        reached |= more
    assert reached == set(State)
    assert all(followers(state) for state in State)


def test_a_request_is_sent_from_planned_only() -> None:
    assert [old for old in State if State.INTENT in followers(old)] == [State.PLANNED]


def test_nothing_leads_from_a_known_prediction_back_to_sending_without_passing_uncertain_or_an_end() -> None:
    for state in (State.SUBMITTED, State.FETCHED, State.DONE):
        assert followers(state) <= {State.SUBMITTED, State.FETCHED, State.DONE, *FINAL}
        assert State.PLANNED not in followers(state)


def followers(state: State) -> set[State]:
    return {moves[state] for moves in MOVES.values() if state in moves}
