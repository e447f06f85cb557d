"""What is done about a request that the ledger knows: the whole table."""

from __future__ import annotations

import pytest
from run_bench import DARKROOM, PAID, URL

from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.target import Target
from teststrip.run.trial import Trial
from teststrip.run.verdict import verdict


def trial(state: State, *, may_have_cost: bool) -> Trial:
    return Trial("d", state, "", None, None, may_have_cost, (), 1)


# state, may have cost -> verdict for (paid, url, darkroom), then for paid with --uncertain resend, --retry-failed
TABLE = [
    (State.PLANNED, False, "send send send", "send", "send"),
    (State.SUBMITTED, True, "follow follow follow", "follow", "follow"),
    (State.FETCHED, True, "reuse reuse reuse", "reuse", "reuse"),
    (State.DONE, True, "reuse reuse reuse", "reuse", "reuse"),
    (State.FAILED, False, "send send send", "send", "send"),
    (State.FAILED, True, "leave send send", "leave", "send"),
    (State.MODERATED, False, "leave leave leave", "leave", "send"),
    (State.MODERATED, True, "leave leave leave", "leave", "send"),
    (State.CANCELLED, False, "send send send", "send", "send"),
    (State.CANCELLED, True, "leave send send", "leave", "send"),
    (State.UNCERTAIN, True, "leave leave send", "send", "leave"),
    (State.INTENT, True, "leave leave send", "send", "leave"),
]


@pytest.mark.parametrize(("state", "cost", "plain", "resend", "retry"), TABLE)
def test_verdicts(state: State, cost: bool, plain: str, resend: str, retry: str) -> None:  # noqa: FBT001  a row's cell
    known = trial(state, may_have_cost=cost)
    targets: list[Target] = [PAID, URL, DARKROOM]
    assert [verdict(known, target, Settings(), 0.0) for target in targets] == plain.split()
    assert verdict(known, PAID, Settings(resend_uncertain=True), 0.0) == resend
    assert verdict(known, PAID, Settings(retry_failed=True), 0.0) == retry


def test_a_request_never_met_is_sent() -> None:
    assert verdict(None, PAID, Settings(), 0.0) == "send"


def test_the_table_has_every_state() -> None:
    assert {row[0] for row in TABLE} == set(State)


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.INTENT])
def test_what_the_server_knows_by_its_key_is_sent_again_as_long_as_it_knows_it(state: State) -> None:
    known = trial(state, may_have_cost=True)._replace(idempotency="k", repeat_until=1000.0)
    # It has to know it when the request arrives.
    assert [verdict(known, PAID, Settings(), now) for now in (399.0, 400.0)] == ["send", "leave"]
