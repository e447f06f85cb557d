"""The table of states, move by move."""

from __future__ import annotations

import pytest

from teststrip.run.state import FINAL, MOVES, State, may_move

# Written out a second time, on purpose: old -> every state that may follow, and no other.
EXPECTED = {
    "planned": "intent",
    "intent": "planned submitted fetched failed moderated uncertain",
    "submitted": "fetched failed moderated uncertain",
    "fetched": "done",
    "done": "submitted uncertain",
    "failed": "planned",
    "moderated": "planned",
    "uncertain": "planned fetched",
}


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_a_move_is_allowed_exactly_when_the_table_has_it(old: State, new: State) -> None:
    assert may_move(old, new) == (new.value in EXPECTED[old.value].split())


def test_every_state_can_be_reached_and_left() -> None:
    reached = {State.PLANNED}
    while more := {new for old in reached for new in MOVES[old]} - reached:
        reached |= more
    assert reached == set(State)
    assert all(MOVES[state] for state in State)


def test_a_request_is_sent_from_planned_only() -> None:
    assert [old for old in State if State.INTENT in MOVES[old]] == [State.PLANNED]


def test_nothing_leads_from_a_known_prediction_back_to_sending_without_passing_uncertain_or_an_end() -> None:
    for state in (State.SUBMITTED, State.FETCHED, State.DONE):
        assert MOVES[state] <= {State.SUBMITTED, State.FETCHED, State.DONE, *FINAL}
        assert State.PLANNED not in MOVES[state]
