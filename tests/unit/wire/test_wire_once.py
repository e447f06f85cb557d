"""A run against an API that takes idempotency keys: what broke is sent again unasked, and paid for once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from wire_bench import QUEUE, Painter, run_at

from teststrip.base.json import Json
from teststrip.emulator.app import create_app
from teststrip.emulator.faults import read_faults
from teststrip.emulator.serve import running_emulator
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.model import Idempotency, Provider
from teststrip.provider.page import read_page
from teststrip.provider.request import resolve_defaults
from teststrip.run.state import State


def page(*, once: bool) -> Provider:
    read = read_page(QUEUE, "queue.md")
    return replace(read, submit=replace(read.submit, idempotency=Idempotency("X-Once"))) if once else read


@pytest.mark.parametrize("fault", ["fault: reset, when: answered", "fault: error, status: 500, charged: true"])
@pytest.mark.parametrize(("once", "state"), [(True, State.DONE), (False, State.UNCERTAIN)])
async def test_a_lost_answer_is_asked_for_again_where_that_costs_nothing(
    once: bool,  # noqa: FBT001  a table's column
    state: State,
    fault: str,
    tmp_path: Path,
) -> None:
    asked: list[dict[str, Json]] = [
        resolve_defaults(page(once=once), "maker/one", {"text": "a hill", "number": number}) for number in (1, 2)
    ]
    plan = read_faults(f"rules: [{{at: submit, {fault}, nth: [1, 3]}}]", "faults.yaml", page(once=once))
    app = create_app(page(once=once), Painter(), EmulatorSettings(faults=plan))
    async with running_emulator(app) as url:
        run, _ = await run_at(url, page(once=once), tmp_path, *asked)
        async with httpx.AsyncClient() as client:
            charges = (await client.get(f"{url}/teststrip/charges")).json()["charges"]
    states = [outcome.state for outcome in run.outcomes.values()]
    assert state in states
    assert len({charge["request"] for charge in charges}) == len(charges) == 2
    assert not once or states == [State.DONE, State.DONE]
