"""`teststrip runs list`: every run of a folder, the latest first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from teststrip.base.json import Json
from teststrip.cli.columns import WIDTH, cut, cut_middle, filled, shown, width_of
from teststrip.cli.options import json_option, runs_option
from teststrip.cli.report import counted, say, say_json, say_lines
from teststrip.run.catalogue import Listed, list_runs
from teststrip.run.state import State
from teststrip.sheet.text import wrap

_NAME: Final = 50  # columns
_WAITING: Final = (State.PLANNED, State.INTENT, State.SUBMITTED, State.FETCHED)
_UNITS: Final = ("kB", "MB", "GB", "TB")


@click.command("list")
@runs_option
@json_option
def command(runs_dir: Path, *, as_json: bool) -> None:
    """List the runs: name, when it last ran (UTC), the size of its pictures, cells by state, target."""
    listed = list_runs(runs_dir)
    if as_json:
        say_json({"runs_dir": str(runs_dir), "runs": [run_json(one) for one in listed]})
    elif not listed:
        say(f"There is no run in {runs_dir}; `teststrip run RECIPE` makes one.")
    else:
        say_lines(line for one in listed for line in _lines(one))


def _lines(listed: Listed) -> Iterator[str]:
    when = listed.updated[:16].replace("T", " ") or "?"
    size = "" if listed.plan is None else size_text(listed.size)
    name = filled(cut_middle(shown(listed.folder.name), _NAME), _NAME)
    yield f"{name}  {when}  {size:>10}".rstrip()
    if listed.plan is None:
        yield from (f"  {line}" for line in wrap(shown(listed.problem), WIDTH - 2, width_of))
        return
    yield cut(f"  {shown(listed.plan.title)}", WIDTH)
    yield cut(f"  {states_text(listed)}; {shown(listed.plan.target)}", WIDTH)


def states_text(listed: Listed) -> str:
    """Say how many cells stand how: `6 cells: 4 done, 1 failed, 1 waiting`."""
    counts = (
        ("done", listed.count(State.DONE)),
        ("failed", listed.count(State.FAILED)),
        ("moderated", listed.count(State.MODERATED)),
        ("cancelled", listed.count(State.CANCELLED)),
        ("uncertain", listed.count(State.UNCERTAIN)),
        ("waiting", listed.count(*_WAITING)),
    )
    cells = sum(count for _, count in counts)
    told = ", ".join(f"{count:,} {word}" for word, count in counts if count or word == "done")
    return f"{counted(cells, 'cell')}: {told}"


def size_text(size: int) -> str:
    """Write a number of bytes: `512 B`, `1.2 MB`."""
    if size < 1000:
        return f"{size} B"
    amount = float(size)
    for unit in _UNITS:
        amount /= 1000
        if amount < 999.95 or unit == _UNITS[-1]:
            break
    return f"{amount:,.1f} {unit}"


def run_json(listed: Listed) -> dict[str, Json]:
    """Return a run as JSON; `problem` is there alone, with the name, when its lock cannot be read."""
    named: dict[str, Json] = {
        "run": str(listed.folder),
        "name": listed.folder.name,
        "updated": listed.updated or None,
    }
    if listed.plan is None:
        return named | {"problem": listed.problem}
    return named | {
        "title": listed.plan.title,
        "model": f"{listed.plan.provider}/{listed.plan.model}",
        "target": listed.plan.target,
        "plan": listed.plan.digest,
        "cells": len(listed.plan.cells),
        "done": listed.count(State.DONE),
        "failed": listed.count(State.FAILED),
        "moderated": listed.count(State.MODERATED),
        "cancelled": listed.count(State.CANCELLED),
        "uncertain": listed.count(State.UNCERTAIN),
        "waiting": listed.count(*_WAITING),
        "bytes": listed.size,
        "problem": None,
    }
