"""The states of a trial, and what moves one to the next.

A trial is the doing of one cell. The ledger writes down every move before or after the act that it names, so
that a crash at any instant leaves a state from which the truth can be told:

    planned ---> intent ---> submitted ---> fetched ---> done
                   |             |                         |
                   |             +-> failed | moderated    +-> submitted | uncertain   its picture was lost
                   |             +-> uncertain             told to pay again: the server has forgotten it
                   +-> planned               it surely never arrived, or was turned away unbilled
                   +-> failed | moderated    the server said no
                   +-> fetched               the answer held the pictures themselves, and no prediction id
                   +-> uncertain             it may have been accepted, and billed, but no prediction id came back

    failed | moderated | uncertain ---> planned    tried again: by rule where it is free, else only when told
    uncertain ---> fetched                         its lost picture is in the store again

`intent` is durable before the request leaves; a trial found in `intent` after a crash is therefore `uncertain`.
`submitted` has the prediction's id: polling it again costs nothing, so it is never sent twice. A trial may rest
in `submitted`, when we stopped waiting for it; every other state that is not in `FINAL` is only passed through,
or means that the trial was not sent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a trial stands."""

    PLANNED = "planned"
    INTENT = "intent"
    SUBMITTED = "submitted"
    FETCHED = "fetched"
    DONE = "done"
    FAILED = "failed"
    MODERATED = "moderated"
    UNCERTAIN = "uncertain"


MOVES: Final[dict[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.INTENT}),
    State.INTENT: frozenset(
        {State.PLANNED, State.SUBMITTED, State.FETCHED, State.FAILED, State.MODERATED, State.UNCERTAIN}
    ),
    State.SUBMITTED: frozenset({State.FETCHED, State.FAILED, State.MODERATED, State.UNCERTAIN}),
    State.FETCHED: frozenset({State.DONE}),
    State.DONE: frozenset({State.SUBMITTED, State.UNCERTAIN}),
    State.FAILED: frozenset({State.PLANNED}),
    State.MODERATED: frozenset({State.PLANNED}),
    State.UNCERTAIN: frozenset({State.PLANNED, State.FETCHED}),
}

FINAL: Final = frozenset({State.DONE, State.FAILED, State.MODERATED, State.UNCERTAIN})


HELD: Final = frozenset({State.INTENT, State.SUBMITTED, State.FETCHED})  # a process may have it in hand


def may_move(old: State, new: State) -> bool:
    """Tell whether a trial may go from one state to the other."""
    return new in MOVES[old]
