"""What other programs read of a plan: JSON and CSV, complete, safe, and written as they are made."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_outlooks import outlook

from teststrip.cli.plan_table import csv_parts, json_parts
from teststrip.plan.model import Axis, AxisValue
from teststrip.run.state import State

TEXT = """\
params: {prompt: x, size: 1024x1024}
axes:
  finish: [{title: "a, b", set: {steps: 1}, note: quick}, {title: 'say "b"', set: {steps: 28}}]
  scale: [4, 5.0]
"""


def test_the_json_document_is_complete(tmp_path: Path) -> None:
    seen = outlook(TEXT, tmp_path, live=True, states={0: State.DONE, 1: State.UNCERTAIN})
    document = json.loads("".join(json_parts(seen, {}, cells=False)))
    assert document == {
        "digest": seen.plan.digest,
        "title": "A strip",
        "model": "gptproto/nai-diffusion-4-5-full",
        "target": "live https://example.org",
        "paid": True,
        "axes": [
            {
                "name": "finish",
                "parameter": False,
                "values": [
                    {"label": "a, b", "set": {"steps": 1}, "note": "quick"},
                    {"label": 'say "b"', "set": {"steps": 28}},
                ],
            },
            {
                "name": "scale",
                "parameter": True,
                "values": [{"label": "4", "value": 4}, {"label": "5.0", "value": 5.0}],
            },
        ],
        "after": [],
        "cells": 4,
        "distinct": 4,
        "duplicates": 0,
        "requests": 2,
        "states": {"done": 1, "uncertain": 1, "planned": 2},
        "price": {
            "unit": "Anlas",
            "estimate": True,
            "note": "What the vendor's own clients reckon with; the gateway says nothing of prices.",
            "assume": {"free_tier": False, "cached_vibes": 0},
            "total": 48,
            "to_send": 40,
            "least": 4,
            "most": 20,
            "unknown": 0,
            "unknown_to_send": 0,
            "why_unknown": [],
            "by_axis": {
                "finish": [
                    {"label": "a, b", "requests": 2, "price": 8, "unknown": 0},
                    {"label": 'say "b"', "requests": 2, "price": 40, "unknown": 0},
                ],
                "scale": [
                    {"label": "4", "requests": 2, "price": 24, "unknown": 0},
                    {"label": "5.0", "requests": 2, "price": 24, "unknown": 0},
                ],
            },
        },
        "time": document["time"],
        "live_time": None,
    }
    assert document["time"].keys() == {"seconds", "measured", "concurrency", "per_minute"}


def test_json_lists_the_cells_when_asked(tmp_path: Path) -> None:
    seen = outlook(TEXT, tmp_path, states={0: State.DONE})
    listed = json.loads("".join(json_parts(seen, {}, cells=True)))["list"]
    assert [cell["number"] for cell in listed] == [0, 1, 2, 3]
    assert listed[0] == {
        "number": 0,
        "at": {"finish": "a, b", "scale": "4"},
        "digest": seen.plan.cells[0].digest,
        "state": "done",
        "price": 4,
        "request": seen.plan.cells[0].request,
    }


def test_a_fraction_of_money_is_a_json_number(tmp_path: Path) -> None:
    text = "params: {prompt: x, n: 3}\n"
    seen = outlook(text, tmp_path)
    assert seen.cost is not None
    told = json.loads("".join(json_parts(replace(seen, cost=None), {}, cells=True)))
    assert told["price"] is None
    assert told["list"][0]["price"] is None


def test_csv_has_a_line_for_each_cell_and_quotes_what_needs_it(tmp_path: Path) -> None:
    seen = outlook(TEXT, tmp_path, states={0: State.DONE})
    text = "".join(csv_parts(seen))
    assert text.startswith('cell,finish,scale,digest,state,price\r\n0,"a, b",4,')
    rows = list(csv.reader(io.StringIO(text, newline="")))
    digests = [cell.digest for cell in seen.plan.cells]
    assert rows[1] == ["0", "a, b", "4", digests[0], "done", "4"]
    assert rows[4] == ["3", 'say "b"', "5.0", digests[3], "planned", "20"]
    assert len(rows) == 5


def with_labels(runs: Path, *labels: str, name: str = "finish") -> list[list[str]]:
    """The rows of a table whose axis has these labels, whatever a recipe would let through."""
    values: list[dict[str, object]] = [{"title": str(n), "set": {"steps": n + 1}} for n in range(len(labels))]
    seen = outlook(f"params: {{prompt: x}}\naxes: {{finish: {json.dumps(values)}}}\n", runs)
    axis = Axis(name, tuple(AxisValue(label) for label in labels), parameter=False)
    table = "".join(csv_parts(replace(seen, plan=replace(seen.plan, axes=(axis,)))))
    return list(csv.reader(io.StringIO(table, newline="")))


def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_a_number_none(tmp_path: Path) -> None:
    labels = ["=1+1", "@x", "+cmd|' /C calc'!A0", "-0.8::tag::", "＝1", "\tx", "-0.8", "+5", "-.5e-3", "a=b", ""]
    told = [row[1] for row in with_labels(tmp_path, *labels)[1:]]
    assert told[:6] == [f"'{label}" for label in labels[:6]]
    assert told[6:] == labels[6:]


def test_an_axis_named_as_a_column_of_ours_is_told_apart(tmp_path: Path) -> None:
    assert with_labels(tmp_path, "a", name="digest")[0] == ["cell", "axis digest", "digest", "state", "price"]
    assert with_labels(tmp_path, "a", name="=x")[0][1] == "'=x"


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=1, max_size=4, unique=True)
)
def test_any_label_survives_a_table(tmp_path_factory: pytest.TempPathFactory, labels: list[str]) -> None:
    told = [row[1] for row in with_labels(tmp_path_factory.mktemp("runs"), *labels)[1:]]
    assert [one.removeprefix("'") for one in told] == [label.removeprefix("'") for label in labels]


def test_controls_do_not_reach_a_terminal_through_a_table(tmp_path: Path) -> None:
    told = with_labels(tmp_path, "\x1b[31mred", "two\nlines")
    assert [row[1] for row in told[1:]] == ["\\x1b[31mred", "two\nlines"]


def test_both_are_written_as_they_are_made(tmp_path: Path) -> None:
    seen = outlook("params: {prompt: x}\naxes: {seed: {count: 50, from: 1}}\n", tmp_path)
    for parts in (csv_parts(seen), json_parts(seen, {}, cells=True)):
        lengths = [len(part) for part in parts]
        assert len(lengths) >= 50
        assert max(lengths[1:]) < 1000
