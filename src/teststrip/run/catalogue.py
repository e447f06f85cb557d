"""The runs of a folder: each found by its lock, told by name or by the beginning of one, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from teststrip.base.clock import SystemClock
from teststrip.errors import LockError, UsageError
from teststrip.plan.lock import DARKROOM, LOCK_NAME
from teststrip.plan.lock_read import load_lock
from teststrip.plan.model import Plan
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import Ledger, read_ledger
from teststrip.run.settings import Settings
from teststrip.run.state import State
from teststrip.run.target import Target
from teststrip.run.trial import Picture, Trial
from teststrip.run.verdict import verdict

_SHOWN: Final = 8  # names in a sentence
_LIVE: Final = "live "


@dataclass(frozen=True, slots=True)
class Listed:
    """A run as it lies in its folder.

    `states` counts cells, `left` the distinct requests that a run with plain settings would send or follow.
    `updated` is when its folder was last written to: its lock as it began, a sheet as it ended (ISO 8601, UTC).
    `size` is of its distinct pictures, in bytes. Without a `plan`, `problem` says why its lock cannot be read.
    """

    folder: Path
    plan: Plan | None
    problem: str = ""
    states: Mapping[State, int] | None = None
    left: int = 0
    updated: str = ""
    size: int = 0

    def count(self, *states: State) -> int:
        """Count the cells that are in one of these states."""
        return sum((self.states or {}).get(state, 0) for state in states)


def run_folders(runs_dir: Path) -> tuple[Path, ...]:
    """Return the folders in which a lock lies, by name; () where there is no such folder at all."""
    if not runs_dir.is_dir():
        return ()
    return tuple(sorted(path.parent for path in runs_dir.glob(f"*/{LOCK_NAME}")))


def find_run(wanted: Path, runs_dir: Path) -> Path:
    """Find a run by its folder, by its name in the runs folder, or by a beginning that only one name has.

    Raises UsageError that names those that might have been meant.
    """
    for folder in (wanted, runs_dir / wanted):
        if (folder / LOCK_NAME).is_file():
            return folder
    name = wanted.name
    if wanted.parent != Path():
        runs_dir = wanted.parent
    folders = run_folders(runs_dir)
    meant = [folder for folder in folders if name and folder.name.startswith(name)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f"{name} begins the names of {len(meant)} runs: {_names(meant)}")
    there = f"there are: {_names(folders)}" if folders else "there are none"
    raise UsageError(f"{name} is neither a run's folder nor begins the name of a run in {runs_dir}; {there}")


def list_runs(runs_dir: Path) -> tuple[Listed, ...]:
    """Look at every run, the latest first. Raises StorageError for a ledger that cannot be read."""
    with read_ledger(runs_dir / LEDGER_NAME, SystemClock()) as ledger:
        listed = [look_at(folder, ledger) for folder in run_folders(runs_dir)]
    return tuple(sorted(listed, key=lambda one: (one.updated, one.folder.name), reverse=True))


def look_at(folder: Path, ledger: Ledger, settings: Settings | None = None) -> Listed:
    """Look at one run: its lock, and how its cells stand. `settings` decide what is left to do."""
    lock = folder / LOCK_NAME
    try:
        latest = max(lock.stat().st_mtime, folder.stat().st_mtime)
        written = datetime.fromtimestamp(latest, UTC).isoformat(timespec="milliseconds")
        plan = load_lock(lock)
    except OSError as error:
        return Listed(folder, None, f"{lock}: {error.strerror or error}")
    except LockError as error:
        return Listed(folder, None, str(error), updated=written)
    digests = dict.fromkeys(cell.digest for cell in plan.cells)
    trials = ledger.trials(digests)
    target = target_of(plan)
    verdicts = (verdict(trials.get(digest), target, settings or Settings(), ledger.time) for digest in digests)
    return Listed(
        folder,
        plan,
        states=Counter(_state(trials.get(cell.digest)) for cell in plan.cells),
        left=sum(one in {"send", "follow"} for one in verdicts),
        updated=written,
        size=sum(picture.size for picture in pictures_of(trials).values()),
    )


def newest_unfinished(
    runs_dir: Path, settings: Settings, unread: Callable[[Listed], None] = lambda _: None
) -> Path | None:
    """Return the run that was last written to, of those with something left to do; None when there is none.

    `unread` hears of each of which nobody can tell, since its lock cannot be read. Raises UsageError when there is
    no run at all.
    """
    folders = run_folders(runs_dir)
    if not folders:
        raise UsageError(f"there is no run in {runs_dir}; `teststrip run RECIPE` makes one")
    with read_ledger(runs_dir / LEDGER_NAME, SystemClock()) as ledger:
        listed = [look_at(folder, ledger, settings) for folder in folders]
    for one in listed:
        if one.problem:
            unread(one)
    unfinished = [one for one in listed if one.left]
    return max(unfinished, key=lambda one: (one.updated, one.folder.name)).folder if unfinished else None


@contextmanager
def reading(folder: Path) -> Iterator[Ledger]:
    """Open the ledger beside a run's folder to read."""
    with read_ledger(folder.parent / LEDGER_NAME, SystemClock()) as ledger:
        yield ledger


def target_of(plan: Plan) -> Target:
    """Return what a plan's target means for its cells: paid or not, lasting or not; nothing is sent to it."""
    if plan.target.startswith(DARKROOM):
        return Target("darkroom", plan.target, "", paid=False, lasting=False)
    live = plan.target.startswith(_LIVE)
    return Target("live" if live else "url", plan.target, "", paid=live)


def pictures_of(trials: Mapping[str, Trial]) -> dict[str, Picture]:
    """Gather the pictures of some trials, each once, by SHA-256."""
    return {picture.sha256: picture for trial in trials.values() for picture in trial.pictures}


def _state(trial: Trial | None) -> State:
    return State.PLANNED if trial is None else trial.state


def _names(folders: tuple[Path, ...] | list[Path]) -> str:
    more = f" and {len(folders) - _SHOWN} more" if len(folders) > _SHOWN else ""
    return ", ".join(folder.name for folder in folders[:_SHOWN]) + more
