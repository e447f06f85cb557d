"""The states of a trial, and what moves one to the next.

A trial is the doing of one cell. The ledger writes down every move before or after the act that it names, so
that a crash at any instant leaves a state from which the truth can be told:

    planned ---> intent ---> submitted ---> fetched ---> done
                   |             |                         |
                   |             +-> failed | moderated    +-> submitted | uncertain   its picture was lost
                   |             |   | cancelled
                   |             +-> uncertain             told to pay again: the server has forgotten it
                   +-> planned               it surely never arrived, or was turned away unbilled
                   +-> failed | moderated | cancelled      the server said no
                   +-> fetched               the answer held the pictures themselves, and no prediction id
                   +-> uncertain             it may have been accepted, and billed, but no prediction id came back

    failed | moderated | cancelled | uncertain ---> planned    tried again: by rule where free, else only when told
    submitted | uncertain ---> fetched                         its lost picture is in the store again
    uncertain ---> submitted                                   the answer came after all

`intent` is durable before the request leaves; a trial found in `intent` after a crash is therefore `uncertain`.
`submitted` has the prediction's id: polling it again costs nothing, so it is never sent twice. A trial may rest
in `submitted`, when we stopped waiting for it; every other state that is not in `FINAL` is only passed through,
or means that the trial was not sent.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"


class Happening(StrEnum):
    """What may happen to a trial."""

    SEND = "send"  # the request is about to leave
    TURN_AWAY = "turn away"  # it surely cost nothing, and may be sent again
    ACCEPT = "accept"  # the server named a prediction
    DELIVER = "deliver"  # the pictures are on disk
    COMPLETE = "complete"  # and written down
    FAIL = "fail"  # the server refused it, or gave up on it
    MODERATE = "moderate"  # the server objects to its content
    CANCEL = "cancel"  # the server says that somebody called it off
    LOSE_ANSWER = "lose answer"  # nobody knows whether it was accepted
    FORGET = "forget"  # the server does not know the prediction any more
    LOSE_PICTURE = "lose picture"  # it is not in the store; the server can be asked for it again
    LOSE_ALL = "lose all"  # it is not in the store, and there is nothing to ask the server for
    FIND = "find"  # what had been lost lies in the store again
    RETRY = "retry"  # it is to be sent once more


_S = State
MOVES: Final[Mapping[Happening, Mapping[State, State]]] = {
    Happening.SEND: {_S.PLANNED: _S.INTENT},
    Happening.TURN_AWAY: {_S.INTENT: _S.PLANNED},
    # An answer may come after another process took the one that waits for it for dead.
    Happening.ACCEPT: {_S.INTENT: _S.SUBMITTED, _S.UNCERTAIN: _S.SUBMITTED},
    Happening.DELIVER: {_S.INTENT: _S.FETCHED, _S.SUBMITTED: _S.FETCHED},
    Happening.COMPLETE: {_S.FETCHED: _S.DONE},
    Happening.FAIL: {_S.INTENT: _S.FAILED, _S.SUBMITTED: _S.FAILED},
    Happening.MODERATE: {_S.INTENT: _S.MODERATED, _S.SUBMITTED: _S.MODERATED},
    Happening.CANCEL: {_S.INTENT: _S.CANCELLED, _S.SUBMITTED: _S.CANCELLED},
    Happening.LOSE_ANSWER: {_S.INTENT: _S.UNCERTAIN},
    Happening.FORGET: {_S.SUBMITTED: _S.UNCERTAIN},
    Happening.LOSE_PICTURE: {_S.DONE: _S.SUBMITTED},
    Happening.LOSE_ALL: {_S.DONE: _S.UNCERTAIN},
    Happening.FIND: {_S.SUBMITTED: _S.FETCHED, _S.UNCERTAIN: _S.FETCHED},
    Happening.RETRY: dict.fromkeys((_S.FAILED, _S.MODERATED, _S.CANCELLED, _S.UNCERTAIN), _S.PLANNED),
}

FINAL: Final = frozenset({State.DONE, State.FAILED, State.MODERATED, State.CANCELLED, State.UNCERTAIN})
HELD: Final = frozenset({State.INTENT, State.SUBMITTED, State.FETCHED})  # a process may have it in hand


def after(state: State, happening: Happening) -> State | None:
    """Return where a trial stands after a happening; None where it cannot happen."""
    return MOVES[happening].get(state)
