"""`teststrip plan`: what a recipe would do, before anything is sent."""

from __future__ import annotations

import os
from pathlib import Path

import click

from teststrip.base.clock import SystemClock
from teststrip.base.json import Json
from teststrip.cli.locked import lock_extra, open_plan
from teststrip.cli.plan_text import cell_lines, plan_lines
from teststrip.cli.report import say, say_json
from teststrip.cli.report import tell as warn
from teststrip.cli.stages import files_option, json_option, known_providers, target_options
from teststrip.plan.model import Plan
from teststrip.plugins import plugin_manager, tell
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import read_ledger
from teststrip.run.settings import Settings
from teststrip.run.target import Target, key_fault
from teststrip.run.verdict import verdict


@click.command("plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cells", is_flag=True, help="List every cell.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the plan as a lock, which `run` takes."
)
@click.option(
    "--against", type=click.Path(path_type=Path), help="A lock to compare with: what is new, same, gone."
)
@target_options
@files_option
@json_option
def command(  # noqa: PLR0913  click hands over each option by name
    file: Path,
    target: str,
    runs_dir: Path,
    output: Path | None,
    against: Path | None,
    allow_files: tuple[Path, ...],
    *,
    cells: bool,
    live: bool,
    as_json: bool,
) -> None:
    """Show what a recipe would do: its axes, cells, the requests to send now, and their price."""
    manager = plugin_manager()
    opened = open_plan(file, known_providers(manager), target, live=live, sending=False, allowed=allow_files)
    plan, chosen = opened.plan, opened.target
    fault = key_fault(opened.provider, os.environ) if chosen.paid else None
    if fault is not None:
        warn(f"{fault}; nothing can be sent without it")
    extra = lock_extra(opened, file, output, against)
    tell(manager.hook.teststrip_plan_made, plan=plan)
    to_send, states = _outlook(plan, chosen, runs_dir)
    requests = len({cell.digest for cell in plan.cells})
    price = None if chosen.paid else 0
    if as_json:
        document: dict[str, Json] = {
            "digest": plan.digest,
            "title": plan.title,
            "model": f"{plan.provider}/{plan.model}",
            "target": plan.target,
            "cells": len(plan.cells),
            "distinct": requests,
            "requests": to_send,
            "axes": {axis.name: len(axis.values) for axis in plan.axes},
            "price": price,
            **extra.document,
        }
        if cells:
            document["list"] = [_cell(plan, number, states) for number in range(len(plan.cells))]
        say_json(document)
        return
    for line in plan_lines(plan, to_send=to_send, requests=requests, price=price):
        say(line)
    for line in extra.lines:
        say(line)
    for line in cell_lines(plan, states) if cells else ():
        say(line)


def _outlook(plan: Plan, target: Target, runs_dir: Path) -> tuple[int, dict[str, str]]:
    """Count the requests that a run would send now, and say how every known one stands."""
    digests = dict.fromkeys(cell.digest for cell in plan.cells)
    with read_ledger(runs_dir / LEDGER_NAME, SystemClock()) as ledger:
        trials = ledger.trials(digests)
    settings = Settings()
    to_send = sum(verdict(trials.get(digest), target, settings) == "send" for digest in digests)
    return to_send, {digest: str(trial.state) for digest, trial in trials.items()}


def _cell(plan: Plan, number: int, states: dict[str, str]) -> Json:
    cell = plan.cells[number]
    return {
        "at": {axis.name: plan.label(cell, index) for index, axis in enumerate(plan.axes)},
        "digest": cell.digest,
        "state": states.get(cell.digest, "planned"),
        "request": cell.request,
    }
