"""`teststrip runs gc`: remove what nothing refers to; only with --yes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from teststrip.base.json import Json
from teststrip.cli.columns import WIDTH, cut_middle
from teststrip.cli.options import json_option, runs_option
from teststrip.cli.report import counted, first_of, say, say_json, tell, where_from_here
from teststrip.cli.runs_list import size_text
from teststrip.run.gc import Survey, alone, remove, survey

_SHOWN: Final = 3  # of each kind


@click.command("gc")
@click.option("--yes", is_flag=True, help="Remove it; without this, only say what would be removed.")
@click.option(
    "--keep",
    "locks",
    multiple=True,
    metavar="LOCK",
    type=click.Path(path_type=Path),
    help="A lock that lies elsewhere, whose pictures stay too; may be given again.",
)
@runs_option
@json_option
def command(runs_dir: Path, *, yes: bool, locks: tuple[Path, ...], as_json: bool) -> None:
    """Remove what nothing refers to: darkroom pictures, what steps made, leftovers of writes, runs without a lock.

    What a lock refers to stays, and so does every picture that may have cost: all that came from elsewhere than
    the darkroom. To drop a run, remove its folder first. Refused while a run is going on, and when a lock cannot
    be read.
    """
    with alone(runs_dir):
        found = survey(runs_dir, locks)
        if yes:
            remove(found)
    for line in first_of(found.damage):
        tell(line)
    if found.damage:
        tell("what that shows nobody knows, so every picture that steps made stays")
    if as_json:
        waste: list[Json] = [{"path": str(one.path), "why": one.why, "bytes": one.size} for one in found.waste]
        kept: dict[str, Json] = {"kept": found.kept, "kept_for_cost": found.kept_for_cost}
        say_json({"runs_dir": str(runs_dir), "removed": yes, "bytes": found.size, "waste": waste, **kept})
        return
    _report(found, yes=yes)


def _report(found: Survey, *, yes: bool) -> None:
    for why in dict.fromkeys(one.why for one in found.waste):
        alike = [one for one in found.waste if one.why == why]
        say(f"{size_text(sum(one.size for one in alike)):>9}  {counted(len(alike), 'item')}: {why}")
        for one in alike[:_SHOWN]:
            say(f"             {cut_middle(where_from_here(one.path), WIDTH - 13)}")
        if len(alike) > _SHOWN:
            say(f"             and {len(alike) - _SHOWN:,} more (--json lists all)")
    if not found.waste:
        say("Nothing to remove.")
    elif yes:
        say(f"Removed: {size_text(found.size)}.")
    else:
        say(f"Would remove: {size_text(found.size)}; --yes does.")
    cost = f", {found.kept_for_cost:,} of them only because they may have cost" if found.kept_for_cost else ""
    say(f"Kept: {counted(found.kept, 'picture')}{cost}.")
