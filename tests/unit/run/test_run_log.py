"""The log of a trial gives its row: whatever happened, a run's memory is a fold over what was written down."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from run_bench import JumpClock

from teststrip.run.ledger import Ledger, open_ledger
from teststrip.run.model import Artifact
from teststrip.run.money import Charge
from teststrip.run.state import Happening, State, after
from teststrip.run.trial import COLUMNS, Entry, Facts, Trial, write_row

NAMES = COLUMNS.split(", ")
BLANK = dict(zip(NAMES, write_row(Trial("d1", State.PLANNED, "", None, None, False, (), 0)), strict=True))
PICTURE = Artifact("ab" * 32, "image/png", 12, "/x/ab.png")
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "reason": st.sampled_from(["", "it broke", "\u5149"]),
        "prediction": st.sampled_from([None, "p1", "p2"]),
        "poll_url": st.sampled_from([None, "https://x/p1"]),
        "may_have_cost": st.booleans(),
        "pictures": st.sampled_from([[], [PICTURE], [PICTURE, PICTURE]]),
    },
)
STEPS = st.lists(st.tuples(st.sampled_from([*Happening, "begin", "note", "crash"]), FACTS), max_size=40)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_the_log_from_its_beginning_gives_the_row(steps: list[tuple[Happening | str, Facts]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite3"
        ledger = open_ledger(path, JumpClock())
        ledger.enter([Entry("d1", "p", "m", "t", {})])
        for what, facts in steps:
            ledger = taken(ledger, path, what, facts)
            check(path)
        ledger.close()


def taken(ledger: Ledger, path: Path, what: Happening | str, facts: Facts) -> Ledger:
    """Let something happen, if it may."""
    trial = ledger.known("d1")
    if what == "crash":
        ledger.close()
        ledger = open_ledger(path, JumpClock())
        ledger.recover()
    elif what == "note":
        ledger.note("d1", facts.get("reason", ""))
    elif what == "begin":
        if trial.state in {State.PLANNED, State.FAILED, State.MODERATED, State.CANCELLED, State.UNCERTAIN}:
            ledger.begin("d1", lambda _: True, Charge("run", 5), 3600.0)
    elif isinstance(what, Happening) and after(trial.state, what) is not None:
        ledger.move("d1", what, **facts)
    return ledger


def check(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    row: dict[str, Any] = dict(connection.execute(f"SELECT {COLUMNS} FROM trials").fetchone())  # noqa: S608  ours
    events = connection.execute("SELECT old, new, what, detail FROM events ORDER BY number").fetchall()
    connection.close()
    folded: dict[str, Any] = dict(BLANK)
    for event in events:
        assert event["old"] == folded["state"]
        if event["what"] == "note":
            assert event["new"] == event["old"]
        else:
            assert event["new"] == after(State(event["old"]), Happening(event["what"]))
        folded |= {**json.loads(event["detail"]), "state": event["new"]}
    assert {**folded, "owner": None} == {**row, "owner": None}  # who has it in hand is no fact of the trial
