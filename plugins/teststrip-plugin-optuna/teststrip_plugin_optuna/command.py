"""`teststrip optuna`: a sweep of which Optuna chooses the cells, by a score that a step gives."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from teststrip.cli.loaded import load
from teststrip.cli.locked import open_plan
from teststrip.cli.options import change_options, files_option, json_option, target_options
from teststrip.cli.report import tell
from teststrip.cli.sending import Manner, sending_options
from teststrip.cli.stages import Wish
from teststrip.cli.targets import page_notice
from teststrip.recipe.changes import Changes

SAMPLERS: Final = ("tpe", "random", "nsgaii", "cmaes")


@click.command("optuna")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--score", metavar="NAME", help="The score to go by; needed where the steps give several.")
@click.option(
    "--trials", type=click.IntRange(1, 100_000), default=40, show_default=True, help="Cells to make, in all."
)
@click.option("--minimize", is_flag=True, help="A smaller score is better; else a larger one is.")
@click.option(
    "--sampler",
    type=click.Choice(SAMPLERS),
    default="tpe",
    show_default=True,
    help="How the next cells are chosen.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of the sampler.")
@click.option(
    "--batch",
    type=click.IntRange(1, 1000),
    default=4,
    show_default=True,
    help="Cells that are asked for at a time, before their scores are known.",
)
@change_options
@target_options
@sending_options
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
    score: str | None,
    trials: int,
    minimize: bool,
    sampler: str,
    seed: int,
    batch: int,
    changes: Changes,
    manner: Manner,
    live: bool,
    as_json: bool,
) -> None:
    """Make the cells of a recipe that Optuna asks for, and look for the best score among its sweep.

    The same command goes on with a study that was cut off or had fewer trials: what is done is not paid for again.
    """
    # Imported late: Optuna takes longer to import than most commands take.
    from teststrip_plugin_optuna.search import Manner as Way  # noqa: PLC0415
    from teststrip_plugin_optuna.study import Asked, conduct  # noqa: PLC0415

    loaded = load()
    wish = Wish(file, target, live=live, sending=True, allowed=allow_files, changes=changes)
    opened = open_plan(wish, loaded)
    notice = page_notice(loaded.catalogue, opened.provider, opened.target)
    if notice is not None:
        tell(notice)
    asked = Asked(score, trials, batch, Way(sampler, seed, minimize=minimize), manner, runs_dir, as_json=as_json)
    ctx.exit(conduct(asked, opened, loaded))
