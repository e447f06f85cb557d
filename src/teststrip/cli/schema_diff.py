"""`teststrip schema diff`: what a provider's change breaks, recipe by recipe."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from teststrip.base.json import Absent, Json
from teststrip.base.where import Problem
from teststrip.cli.loaded import load
from teststrip.cli.options import json_option
from teststrip.cli.report import problems_json, say, say_json, say_spans
from teststrip.cli.schema_sources import read_offers
from teststrip.cli.schema_text import change_lines, count_lines, drift_lines, recipes_line, verdict_of
from teststrip.errors import RecipeError, UsageError
from teststrip.plan.drift import Drift, drift_of
from teststrip.plan.drift_literal import literal_drift
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.load import read_recipe
from teststrip.recipe.model import Recipe
from teststrip.run.files import DiskFiles
from teststrip.schema.diff.offers import Change, Offer, diff

Pairs = Sequence[tuple[Offer, Offer]]


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.argument("recipes", nargs=-1, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Show changes of mere words too.")
@click.option("--strict", is_flag=True, help="Exit 1 also when the same recipe would mean something else.")
@json_option
@click.pass_context
def command(  # noqa: PLR0913  one for each argument and option
    ctx: click.Context,
    old: str,
    new: str,
    recipes: tuple[Path, ...],
    *,
    everything: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Say in words what a provider's change breaks, and what becomes of each recipe.

    OLD and NEW are provider pages (.md), request schemas (.request.json), folders of these, or one of them
    at a git revision: git:HEAD~1:schemas. RECIPES are files, or folders of them.

    Exit 0 when nothing breaks (recipes given: when none is refused that was not), 1 when something does, 2 for bad
    input. With --strict, 1 also for what changes in silence: defaults, labels, addresses, other digests.
    """
    pairs = _pairs(read_offers(old), read_offers(new), new)
    extensions = load().extensions if recipes else BUILT_IN
    read = [_recipe(file, extensions) for file in _files(recipes)]
    found = [diff(before, after) for before, after in pairs]
    changes = list(itertools.chain.from_iterable(found))
    drifts = [_drift(recipe, problems, pairs, extensions) for recipe, problems in read]
    if as_json:
        say_json(_document(old, new, changes, drifts))
    else:
        for pair, told in zip(pairs, found, strict=True):
            _print(*pair, [one for one in told if everything or one.severity != "words"])
        for drift in drifts:
            for line in drift_lines(drift):
                say_spans(line)
        for text in count_lines(changes, shown_all=everything):
            say(text)
        if drifts:
            say(recipes_line(drifts))
    ctx.exit(_exit_code(changes, drifts, strict=strict))


def _pairs(old: Mapping[str, Offer], new: Mapping[str, Offer], source: str) -> list[tuple[Offer, Offer]]:
    """Pair the providers of both sides: by name, and two that are each alone whatever their names."""
    if len(old) == len(new) == 1:
        return list(zip(old.values(), new.values(), strict=True))
    pairs = [(offer, new.get(name) or _nothing(name, source)) for name, offer in old.items()]
    return pairs + [(_nothing(name, ""), offer) for name, offer in new.items() if name not in old]


def _nothing(name: str, source: str) -> Offer:
    return Offer(name, source, {}, lambda _model, _path: None)


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix in {".yaml", ".yml"})
            if not found:
                raise UsageError(f"{path}: no recipe (*.yaml) lies in this folder")
            files += found
        else:
            files.append(path)
    return files


def _recipe(file: Path, extensions: Extensions) -> tuple[Recipe, tuple[Problem, ...]]:
    reading = read_recipe(file, extensions=extensions)
    if reading.recipe is None:
        raise RecipeError(reading.problems)
    return reading.recipe, reading.problems


def _drift(recipe: Recipe, problems: tuple[Problem, ...], pairs: Pairs, extensions: Extensions) -> Drift:
    """Judge a recipe by the pair of offers that has its provider."""
    pair = next((pair for pair in pairs if recipe.provider in (pair[0].name, pair[1].name)), pairs[0])
    before, after = pair
    if before.provider is not None and after.provider is not None:
        files = DiskFiles(Path(recipe.file))
        return drift_of(recipe, problems, before.provider, after.provider, files, extensions)
    return literal_drift(recipe, problems, (before.name, before.schemas), (after.name, after.schemas), extensions)


def _print(before: Offer, after: Offer, changes: Sequence[Change]) -> None:
    if changes:
        say_spans([(f"{before.name}: {before.file or 'nothing'} -> {after.file or 'nothing'}", "bold")])
        say("")
    for line in change_lines(changes, [model for model in before.schemas if model in after.schemas]):
        say_spans(line)


def _exit_code(changes: Sequence[Change], drifts: Sequence[Drift], *, strict: bool) -> int:
    """Judge by the recipes when there are some, otherwise by the changes."""
    if drifts:
        bad = {"refused", "changes"} if strict else {"refused"}
        return int(any(verdict_of(drift)[0] in bad for drift in drifts))
    grave = {"breaks", "changes"} if strict else {"breaks"}
    return int(any(change.severity in grave for change in changes))


def _document(old: str, new: str, changes: Sequence[Change], drifts: Sequence[Drift]) -> dict[str, Json]:
    return {
        "old": old,
        "new": new,
        "changes": [change.to_json() for change in changes],
        "recipes": [_drift_json(drift) for drift in drifts],
    }


def _drift_json(drift: Drift) -> dict[str, Json]:
    plain: dict[str, Any] = asdict(drift)
    plain["verdict"] = verdict_of(drift)[0]
    for name in ("problems", "already"):
        plain[name] = problems_json(getattr(drift, name))["problems"]
    # What is not sent has no member.
    plain["shifts"] = [
        {name: value for name, value in shift.items() if not isinstance(value, Absent)}
        for shift in plain["shifts"]
    ]
    return plain
