"""`teststrip recipe from-marks`: the cells that were picked on a page, as a recipe of their own."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import click

from teststrip.base.files import write_text_whole
from teststrip.cli.loaded import Loaded, load
from teststrip.cli.marking import marks_of
from teststrip.cli.options import DEFAULT_RUNS, json_option
from teststrip.cli.report import counted, say, say_json, tell, where_from_here
from teststrip.errors import UsageError
from teststrip.exchange.picked_recipe import recipe_of_picks
from teststrip.plan.cells import digests_of
from teststrip.plan.make import draft_plan
from teststrip.plan.model import Plan
from teststrip.provider.model import Provider
from teststrip.recipe.load import read_text
from teststrip.run.catalogue import find_run
from teststrip.run.files import DiskFiles
from teststrip.run.folder import load_run

_NEW: Final = "picked.yaml"  # the name that places have as long as nobody gave one


@click.command("from-marks")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("marks", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where the recipe goes; else printed."
)
@json_option
def command(run: Path, marks: Path, output: Path | None, *, as_json: bool) -> None:
    """Write the smallest recipe that makes the cells of RUN that were picked in MARKS, a file saved on its page.

    The recipe is planned before it is written: it makes just these requests, so that whoever runs it against the
    same target pays for none of them again. Steps on pictures, sheets and limits are not carried over.
    """
    if output is not None and output.exists():
        raise UsageError(f"{output} is there already; choose another name or remove it")
    plan = load_run(find_run(run, DEFAULT_RUNS)).plan
    found = marks_of(plan, marks)
    picks = found.of("pick")
    if not picks:
        raise UsageError(f"{marks}: no cell of this run is picked in it")
    loaded = load()
    provider = loaded.catalogue.find(plan.provider)
    if provider is None:
        raise UsageError(f"the run was made with the provider page {plan.provider!r}, which is not here any more")
    text = recipe_of_picks(plan, picks, lambda text: _planned(text, output or Path(_NEW), plan, provider, loaded))
    if text is None:
        raise UsageError(
            "no recipe makes these requests any more: the provider's page has changed since the run, or pictures "
            "that they refer to are not where the recipe would lie (-o)"
        )
    if output is not None:
        write_text_whole(output, text)
        tell(f"{where_from_here(output)}: a recipe for {counted(len(picks), 'picked cell')}")
    if as_json:
        say_json({"output": str(output) if output is not None else None, "cells": list(picks), "recipe": text})
    elif output is None:
        say(text.rstrip("\n"))


def _planned(text: str, place: Path, plan: Plan, provider: Provider, loaded: Loaded) -> Collection[str] | None:
    """Plan a recipe that would lie at a place; None where something is wrong with it."""
    reading = read_text(text, str(place), extensions=loaded.extensions)
    if reading.recipe is None or reading.problems:
        return None
    made, problems = draft_plan(reading.recipe, provider, plan.target, DiskFiles(place), loaded.extensions)
    return None if made is None or problems else list(digests_of(made.cells))
