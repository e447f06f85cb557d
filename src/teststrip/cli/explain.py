"""`teststrip explain`: why a plan has the cells that it has, and where every value of one is from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from teststrip.base.json import Json
from teststrip.cli.assume import read_assumptions
from teststrip.cli.columns import shown
from teststrip.cli.explain_json import cell_json, place_json, report_json
from teststrip.cli.explain_subject import Subject, find, locked_subject, written_subject
from teststrip.cli.explain_text import cell_lines, place_lines, report_lines
from teststrip.cli.loaded import load
from teststrip.cli.options import change_options, files_option, json_option, target_options
from teststrip.cli.outlook import look_out
from teststrip.cli.report import print_problems, problems_json, say, say_json, say_lines
from teststrip.cli.stages import Wish
from teststrip.plan.explain import PlaceStory
from teststrip.plan.lock import is_lock
from teststrip.plan.model import Plan
from teststrip.provider.attach import placeholder, replaced
from teststrip.recipe.changes import Changes


@click.command("explain")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("cell", required=False)
@click.option(
    "--assume",
    multiple=True,
    metavar="NAME=VALUE",
    help="What a request does not tell and its price depends on; may be repeated.",
)
@change_options
@target_options
@files_option
@json_option
@click.pass_context
def command(  # noqa: PLR0913  click hands over each option by name
    ctx: click.Context,
    file: Path,
    cell: str | None,
    target: str,
    runs_dir: Path,
    *,
    assume: tuple[str, ...],
    allow_files: tuple[Path, ...],
    changes: Changes,
    live: bool,
    as_json: bool,
) -> None:
    """Explain what the conditions of a recipe or lock drop; or one CELL: where each value of its request is from.

    CELL is a number, as `plan --cells` counts; a digest, or four digits of its beginning or more; or labels and
    values that one cell has alone, such as sampler=k_euler,steps=28. Of a place that is no cell, it is told what
    holds it back.
    """
    loaded = load()
    wish = Wish(file, target, live=live, sending=False, allowed=allow_files, changes=changes)
    subject = locked_subject(wish, loaded) if is_lock(file) else written_subject(wish, loaded)
    assumptions = read_assumptions(assume, subject.provider)
    found = find(cell, subject) if cell is not None else None
    if isinstance(found, PlaceStory):
        _say(place_lines(found), place_json(found), as_json=as_json)
    elif found is not None and subject.plan is not None:
        # Only this cell is looked up and priced: a plan may have a million of them.
        alone = replace(subject.plan, cells=[subject.plan.cells[found]])
        outlook = look_out(
            alone, subject.provider, subject.target, runs_dir, assumptions, pricer=loaded.extensions.price
        )
        story = subject.cell(found)
        lines = cell_lines(story, len(subject.plan.cells), outlook, lambda value: _named(value, alone))
        _say(lines, cell_json(story, outlook), as_json=as_json)
    else:
        _report(subject, as_json=as_json)
    ctx.exit(subject.fault.exit_code if subject.fault is not None and cell is None else 0)


def _say(lines: Iterable[str], document: Json, *, as_json: bool) -> None:
    if as_json:
        say_json(document)
    else:
        say_lines(lines)


def _report(subject: Subject, *, as_json: bool) -> None:
    """Say what is swept and dropped; where no cell is left, that this is a mistake too."""
    stories = subject.grids()
    fault = subject.fault
    if as_json:
        plan = {"digest": subject.plan.digest} if subject.plan is not None else {}
        head: dict[str, Json] = {"title": subject.title, "model": subject.model, "target": subject.target.identity}
        problems = problems_json(fault.problems) if fault is not None else {}
        say_json({**head, **plan, **report_json(stories), **problems})
        return
    say(shown(subject.title))
    say(f"{subject.model} on {subject.target.identity}")
    say("")
    say_lines(report_lines(stories))
    if fault is not None:
        print_problems(fault.problems, err=True)


def _named(value: Json, plan: Plan) -> Json:
    """Put the names of pictures where a request has placeholders for them."""
    names = {file.sha256: file.name for file in plan.files}
    return replaced(value, lambda sha256: names.get(sha256, placeholder(sha256)))
