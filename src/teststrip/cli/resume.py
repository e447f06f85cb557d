"""`teststrip resume`: go on with a run from its own lock; the recipe is not read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from teststrip.cli.doing import Doing, do
from teststrip.cli.execution import execution_options, open_to_execute
from teststrip.cli.given import given
from teststrip.cli.loaded import load
from teststrip.cli.report import say, say_json, tell
from teststrip.cli.sending import Manner, step_options
from teststrip.cli.stages import Wish
from teststrip.cli.taping import Deck
from teststrip.plan.lock import LOCK_NAME
from teststrip.run.catalogue import Listed, find_run, newest_unfinished


@click.command("resume")
@click.argument("run", required=False, type=click.Path(path_type=Path))
@execution_options
@step_options
@click.pass_context
def command(  # noqa: PLR0913  click hands over each option by name
    ctx: click.Context,
    run: Path | None,
    target: str,
    runs_dir: Path,
    allow_files: tuple[Path, ...],
    *,
    manner: Manner,
    deck: Deck,
    live: bool,
    as_json: bool,
) -> None:
    """Go on with RUN: fetch what was accepted, send what was not, draw the sheets.

    RUN is a run's folder, its name, or the beginning of its name; without it, the latest of those that
    are not finished. It goes on from the run's own lock: what became of the recipe since does not matter.
    """
    if deck.player is not None and run is None:
        raise click.UsageError("--replay needs the run's name: what is played does not tell which is unfinished")
    # What a person will be asked about is something left to do.
    wanted = replace(manner.settings, resend_uncertain=manner.uncertain != "skip")
    folder = find_run(run, runs_dir) if run is not None else newest_unfinished(runs_dir, wanted, _left_out)
    if folder is None:
        if as_json:
            say_json({"event": "nothing_to_do", "runs": str(runs_dir)})
        else:
            say(f"Nothing to go on with: no run in {runs_dir} has anything left to send or to fetch.")
            say("What failed or is uncertain is sent again with --retry-failed and --uncertain resend.")
        return
    loaded = load()
    wish = Wish(folder / LOCK_NAME, target, live=live, sending=True, allowed=allow_files, comparing=False)
    wish = replace(wish, target=deck.target)
    opened = open_to_execute(wish, loaded)
    if run is None and not as_json:
        tell(f"going on with {folder.name}: {opened.plan.title}")
    doing = Doing(opened, folder.parent, manner, as_json, folder=folder, deck=deck, given=given(ctx))
    ctx.exit(do(doing, loaded))


def _left_out(run: Listed) -> None:
    tell(f"{run.folder.name} is left out: {run.problem}")
