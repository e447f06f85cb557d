"""Where replays are kept: each in a runs folder of its own, with a ledger of its own, and made anew every time.

So no replay marks as done what nobody paid for, and no run takes a replay's word: a mark in the folder says what
it is, and what is no replay is refused there.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Final

from teststrip.base.files import write_text_whole
from teststrip.errors import StorageError, UsageError
from teststrip.plan.model import Plan
from teststrip.run.folder import run_folder

REPLAYS: Final = "replayed"
RUN: Final = "run"  # the folder of the run itself, in its place
_MARK: Final = "replay.json"


def replay_place(runs_dir: Path, plan: Plan) -> Path:
    """Name the runs folder of a plan's replay; it need not exist yet."""
    return run_folder(runs_dir / REPLAYS, plan)


def make_place(place: Path, cassette: Path) -> None:
    """Make a replay's runs folder, empty: what an earlier replay left there goes.

    Raises StorageError when it cannot be made, or when what lies there is no replay.
    """
    try:
        if place.is_symlink() or (place.exists() and not is_replay(place)):
            raise StorageError(f"{place}: is in the way, and no replay; move it, or choose another --runs-dir")
        if place.exists():
            shutil.rmtree(place)
        write_text_whole(place / _MARK, json.dumps({"teststrip_replay": 1, "cassette": cassette.name}) + "\n")
    except OSError as error:
        raise StorageError(f"{place}: cannot be made ({error.strerror or error})") from error


def is_replay(runs_dir: Path) -> bool:
    """Tell whether a runs folder is a replay's."""
    return (runs_dir / _MARK).is_file()


def keep_apart(runs_dir: Path, *, replay: bool) -> None:
    """Raise UsageError where a replay would write into the ledger of runs, or a run into a replay's."""
    if is_replay(runs_dir) and not replay:
        raise UsageError(
            f"{runs_dir} is what a replay left, and nobody paid for what is done there; choose another --runs-dir"
        )
    if replay and not is_replay(runs_dir):
        raise UsageError(f"{runs_dir} is no folder of a replay")
