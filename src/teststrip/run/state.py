"""The states of a trial, and what moves one to the next.

A trial is the doing of one cell. The ledger writes down every move before or after the act that it names, so
that a crash at any instant leaves a state from which the truth can be told:

    planned ---> intent ---> submitted ---> fetched ---> done
                   |             |
                   |             +-> failed | moderated
                   +-> planned        the request surely never reached the server, or was turned away unbilled
                   +-> failed | moderated   the server said no
                   +-> uncertain      it may have been accepted, and billed, but no prediction id came back

`intent` is durable before the request leaves; a trial found in `intent` after a crash is therefore `uncertain`.
`submitted` has the prediction's id: polling it again costs nothing, so it is never sent twice.
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
    State.INTENT: frozenset({State.PLANNED, State.SUBMITTED, State.FAILED, State.MODERATED, State.UNCERTAIN}),
    State.SUBMITTED: frozenset({State.FETCHED, State.FAILED, State.MODERATED}),
    State.FETCHED: frozenset({State.DONE}),
    State.DONE: frozenset(),
    State.FAILED: frozenset({State.PLANNED}),
    State.MODERATED: frozenset({State.PLANNED}),
    State.UNCERTAIN: frozenset({State.PLANNED}),
}

FINAL: Final = frozenset({State.DONE, State.FAILED, State.MODERATED, State.UNCERTAIN})


def may_move(old: State, new: State) -> bool:
    """Tell whether a trial may go from one state to the other."""
    return new in MOVES[old]
