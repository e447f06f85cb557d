"""What is shown of requests that were done before: a line each for scripts, one line for people."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import pytest
from rich.console import Console

from teststrip.cli.progress import Bar, JsonLines, Lines
from teststrip.cli.tally import Start, Tally
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.run.events import CellFinished, CellsReused, CellStarted, RunStarted
from teststrip.run.state import State

CELLS = 20
AXIS = Axis("seed", tuple(AxisValue(str(number), number) for number in range(CELLS)), parameter=True)
PLAN = Plan("", "", "", "a", "b", "c", "", (AXIS,), [Cell((n,), {}, f"d{n}") for n in range(CELLS)], (), None, "")
STATES = {f"d{n}": State.DONE if n < CELLS - 1 else State.PLANNED for n in range(CELLS)}
STARTED = RunStarted("x", "c", CELLS, CELLS, CELLS - 1, 1, STATES)


def each() -> Iterator[CellFinished]:
    return (CellFinished(f"d{n}", n, 1, State.DONE, "", (f"p{n}",), reused=True) for n in range(CELLS - 1))


REUSED = CellsReused(CELLS - 1, CELLS - 1, each)


def begun() -> Tally:
    tally = Tally(PLAN, lambda: 0.0)
    tally.begin(Start(STATES, {}))
    return tally


def test_each_reused_cell_is_a_line_of_json_with_its_labels_and_pictures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    display = JsonLines(PLAN, begun())
    display.show(REUSED)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["cell_finished"] * (CELLS - 1)
    assert [line["pictures"] for line in lines] == [[f"p{n}"] for n in range(CELLS - 1)]
    assert {line["reused"] for line in lines} == {True}
    assert lines[7]["at"] == {"seed": "7"}
    assert lines[0]["progress"] == {
        "done": CELLS - 1,
        "failed": 0,
        "moderated": 0,
        "cancelled": 0,
        "uncertain": 0,
        "waiting": 1,
    }


def test_the_states_that_a_run_begins_with_are_no_part_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    JsonLines(PLAN, begun()).show(STARTED)
    assert set(json.loads(capsys.readouterr().out)) == {
        "event",
        "folder",
        "target",
        "cells",
        "requests",
        "reused",
        "to_send",
    }


def test_tenths_are_told_of_what_this_run_does_and_not_of_what_was_there() -> None:
    stream = io.StringIO()
    tally = begun()
    display = Lines(PLAN, tally, Console(file=stream, width=120))
    last = CellFinished("d19", 19, 1, State.DONE, "", (), reused=False)
    for event in (STARTED, REUSED, CellStarted("d19", 19, 1), last):
        tally.hear(event)
        display.show(event)
    assert stream.getvalue().splitlines() == [
        "20 cells: 1 request to send, 19 kept from earlier runs",
        "20 of 20 cells: 20 done",
    ]


def test_what_was_not_begun_when_the_run_stopped_is_no_line_of_its_own() -> None:
    stream = io.StringIO()
    display = Lines(PLAN, Tally(PLAN, lambda: 0.0), Console(file=stream, width=120))
    for reason in ("", "no money left"):
        display.show(CellFinished("d19", 19, 1, State.PLANNED, reason, (), reused=False))
    assert stream.getvalue() == "planned: seed 19 (request d19): no money left\n"


def test_what_is_over_has_another_colour_than_what_is_not_on_a_terminal_of_sixteen() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system="standard", legacy_windows=False)
    tally = begun()
    with Bar(PLAN, tally, console) as bar:
        bar.show(REUSED)
        half = stream.getvalue()
        last = CellFinished(f"d{CELLS - 1}", CELLS - 1, 1, State.DONE, "", (), reused=False)
        tally.hear(last)
        bar.show(last)
    assert re.search("\\x1b\\[32m━+", half)
    assert re.search("\\x1b\\[90m[━╺]", half)
    assert "\x1b[90m" not in stream.getvalue().rpartition("\x1b[32m━")[2]


def test_a_page_without_a_price_has_none_in_its_lines() -> None:
    stream = io.StringIO()
    tally = Tally(PLAN, lambda: 0.0)
    tally.begin(Start(dict.fromkeys(STATES, State.PLANNED), dict.fromkeys(STATES)))
    display = Lines(PLAN, tally, Console(file=stream, width=120))
    for number in range(2):
        event = CellFinished(f"d{number}", number, 1, State.DONE, "", (), reused=False)
        tally.hear(event)
        display.show(event)
    assert stream.getvalue() == "2 of 20 cells: 2 done, 18 waiting\n"
