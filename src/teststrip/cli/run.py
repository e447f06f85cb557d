"""`teststrip run`: recipe -> plan -> run -> sheet."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.cli.doing import Doing, do
from teststrip.cli.loaded import load
from teststrip.cli.locked import open_plan
from teststrip.cli.report import tell
from teststrip.cli.sending import Manner, sending_options
from teststrip.cli.stages import (
    Wish,
    change_options,
    files_option,
    json_option,
    page_notice,
    target_options,
)
from teststrip.cli.taping import Deck, tape_options
from teststrip.recipe.changes import Changes


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@change_options
@target_options
@sending_options
@tape_options
@files_option
@json_option
@click.pass_context
def command(  # noqa: PLR0913  click hands over each option by name
    ctx: click.Context,
    file: Path,
    target: str,
    runs_dir: Path,
    allow_files: tuple[Path, ...],
    *,
    changes: Changes,
    manner: Manner,
    deck: Deck,
    live: bool,
    as_json: bool,
) -> None:
    """Run a recipe or a lock: send what is not done yet, keep every picture, draw the contact sheets."""
    loaded = load()
    wish = Wish(file, target, live=live, sending=True, allowed=allow_files, changes=changes, target=deck.target)
    opened = open_plan(wish, loaded)
    notice = page_notice(loaded.catalogue, opened.provider, opened.target)
    if notice is not None:
        tell(notice)
    ctx.exit(do(Doing(opened, runs_dir, manner, as_json, file, deck=deck), loaded))
