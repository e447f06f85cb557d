"""What a run does about a request that the ledger already knows. Pure."""

from __future__ import annotations

import math
from typing import Literal

from teststrip.provider.model import Provider
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.target import Target
from teststrip.run.trial import Trial

Verdict = Literal[
    "send",  # it goes to the server
    "follow",  # the server has it: ask how it stands
    "reuse",  # it is done
    "leave",  # it stays as it is until somebody says otherwise
]


def key_time(provider: Provider, now: float) -> float:
    """Return the time by which idempotency keys are judged: none counts where the page speaks of none any more.

    A request that was sent with a key would be sent without it now, and be paid for again.
    """
    return now if provider.submit.idempotency is not None else math.inf


def may_send(trial: Trial, seen: int, target: Target, settings: Settings, now: float) -> bool:
    """Tell whether a run may send a request as it stands now; `seen` is its attempts when the run looked first.

    What another process has sent since then is not sent again, however it ended, unless that is free. `now` is in
    seconds since 1970.
    """
    if trial.state is State.PLANNED:
        return True
    since = trial.attempts != seen and target.lasting and not trial.repeatable(now)
    return not since and trial.state is not State.INTENT and verdict(trial, target, settings, now) == "send"


def verdict(trial: Trial | None, target: Target, settings: Settings, now: float) -> Verdict:
    """Decide about one request; `trial` is None when the ledger has never met it, `now` seconds since 1970.

    A failed request is sent again by itself only where that is free: it surely cost nothing, or the target
    costs nothing. A refusal for content is an answer, so it is not asked for again unless told. What is
    uncertain is sent again only when told, where it ended with the process that had it, or where the server knows
    it for the same request by its idempotency key.
    """
    state = State.PLANNED if trial is None else trial.state
    if state in {State.FETCHED, State.DONE}:
        return "reuse"
    if state is State.SUBMITTED:
        return "follow"
    may_have_cost = trial is not None and trial.may_have_cost
    again = settings.resend_uncertain or not target.lasting or (trial is not None and trial.repeatable(now))
    wanted = {
        State.PLANNED: True,
        State.FAILED: not may_have_cost or not target.paid or settings.retry_failed,
        State.CANCELLED: not may_have_cost or not target.paid or settings.retry_failed,
        State.MODERATED: settings.retry_failed,
        # An intent is one that `recover` calls uncertain.
        State.INTENT: again,
        State.UNCERTAIN: again,
    }
    return "send" if wanted[state] else "leave"
