"""`teststrip plan`: what a recipe would do, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.base.clock import SystemClock
from teststrip.base.json import Json
from teststrip.cli.plan_text import cell_lines, plan_lines
from teststrip.cli.report import say, say_json
from teststrip.cli.stages import change_options, json_option, known_providers, plan_file, target_options
from teststrip.plan.model import Plan
from teststrip.plugins import plugin_manager, tell
from teststrip.recipe.changes import Changes
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import read_ledger
from teststrip.run.settings import Settings
from teststrip.run.target import Target
from teststrip.run.verdict import verdict


@click.command("plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cells", is_flag=True, help="List every cell.")
@change_options
@target_options
@json_option
def command(  # noqa: PLR0913  click hands over each option by name
    file: Path, target: str, runs_dir: Path, *, changes: Changes, cells: bool, live: bool, as_json: bool
) -> None:
    """Show what a recipe would do: its axes, cells, the requests to send now, and their price."""
    manager = plugin_manager()
    plan, _, chosen = plan_file(file, known_providers(manager), target, live=live, changes=changes)
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
        }
        if cells:
            document["list"] = [_cell(plan, number, states) for number in range(len(plan.cells))]
        say_json(document)
        return
    for line in plan_lines(plan, to_send=to_send, requests=requests, price=price):
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
