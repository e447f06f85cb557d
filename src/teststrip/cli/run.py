"""`teststrip run`: recipe -> plan -> run -> sheet."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.cli.doing import Doing, do
from teststrip.cli.execution import execution_options, open_to_execute
from teststrip.cli.given import given
from teststrip.cli.loaded import load
from teststrip.cli.options import change_options
from teststrip.cli.sending import Manner, step_options
from teststrip.cli.stages import Wish
from teststrip.cli.taping import Deck
from teststrip.recipe.changes import Changes


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@change_options
@execution_options
@step_options
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
    opened = open_to_execute(wish, loaded)
    ctx.exit(do(Doing(opened, runs_dir, manner, as_json, file, deck=deck, given=given(ctx)), loaded))
