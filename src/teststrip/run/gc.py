"""What of a runs folder nothing refers to: free pictures that no lock has, leftovers, and folders without a lock.

Whatever a lock refers to stays, and so does whatever may have cost money: every picture of which the ledger does
not say that the darkroom drew it. Only what teststrip itself has put there is looked at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from teststrip.base.clock import SystemClock
from teststrip.base.where import Problem
from teststrip.errors import LockError, StorageError, UsageError
from teststrip.plan.lock import DARKROOM, LOCK_NAME
from teststrip.plan.lock_read import load_lock
from teststrip.plan.model import Plan
from teststrip.run.finished import FINISH_NAME, read_finish
from teststrip.run.folder import LEDGER_NAME, STORE_NAME, THUMBS_NAMES
from teststrip.run.ledger import Ledger, read_ledger
from teststrip.run.lock import FolderLock
from teststrip.run.results import RESULTS_NAME, made_by_steps
from teststrip.run.sniff import SUFFIXES
from teststrip.run.store import Store

_PICTURE: Final = re.compile(rf"([0-9a-f]{{64}})({'|'.join(map(re.escape, sorted(SUFFIXES.values())))})")
_STAGED: Final = re.compile(r"\..{1,60}\.part")
_SHELF: Final = re.compile(r"[0-9a-f]{2}")
_RUN: Final = re.compile(r"[a-z0-9-]{1,48}-[0-9a-f]{8}")
_OURS: Final = re.compile(r"finish\.jsonl|sheet(-\d{2,}){0,2}\.[a-z]{3,7}|\..{1,60}\.part")
_THUMBS: Final = re.compile(r"thumbs(-\d{1,4}){1,2}")


@dataclass(frozen=True, slots=True)
class Waste:
    """A file or a run's folder that may go, why, and its bytes."""

    path: Path
    why: str
    size: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What may go; how many pictures stay, and how many of those only because they may have cost.

    `damage` is what could not be read of what steps made; then all that they made stays.
    """

    waste: tuple[Waste, ...]
    kept: int
    kept_for_cost: int
    damage: tuple[Problem, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of what may go."""
        return sum(one.size for one in self.waste)


@contextmanager
def alone(runs_dir: Path) -> Iterator[None]:
    """Hold a runs folder, so that nothing runs in it meanwhile. Raises UsageError where something does."""
    if not runs_dir.is_dir():
        raise UsageError(f"{runs_dir} is no folder")
    with FolderLock(runs_dir):
        yield


def survey(runs_dir: Path, locks: Iterable[Path] = ()) -> Survey:
    """Find what nothing refers to; `locks` are further ones, beside those of the runs. Nothing is changed.

    Raises LockError with every lock that cannot be read: nobody knows then what is referred to.
    """
    plans = _plans([*_locks(runs_dir), *locks])
    shown, damage = _shown(plans, Store(runs_dir / STORE_NAME))
    with read_ledger(runs_dir / LEDGER_NAME, SystemClock()) as ledger:
        found = _referred(ledger, [plan for _, plan in plans])
    named = found.named | shown
    # Nobody knows what a damaged record shows.
    made = set[str]() if damage else made_by_steps(runs_dir / RESULTS_NAME) - found.all - named
    waste: list[Waste] = []
    staying: set[str] = set()
    kept_for_cost = 0
    for path, sha256, size in _stored(runs_dir / STORE_NAME):
        if not sha256:
            waste.append(Waste(path, "left by a write that was cut off", size))
        elif sha256 in found.free and sha256 not in named:
            waste.append(Waste(path, "drawn by the darkroom, and no lock refers to it", size))
        elif sha256 in made:
            waste.append(Waste(path, "made by a step, and no run shows it", size))
        else:
            staying.add(sha256)
            kept_for_cost += sha256 not in named
    waste += _thumbnails(runs_dir / STORE_NAME, staying)
    waste += _folders(runs_dir)
    return Survey(tuple(waste), len(staying), kept_for_cost, damage)


def remove(found: Survey) -> None:
    """Remove what a survey found. Raises StorageError for the first that cannot be, which is named."""
    for one in found.waste:
        try:
            if one.path.is_dir() and not one.path.is_symlink():
                shutil.rmtree(one.path)
            else:
                one.path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{one.path}: cannot be removed ({error.strerror or error})") from error
    for shelf in {one.path.parent for one in found.waste if _SHELF.fullmatch(one.path.parent.name)}:
        with suppress(OSError):  # it holds others
            shelf.rmdir()


def _locks(runs_dir: Path) -> list[Path]:
    """Return the runs' locks, also what cannot be followed: a lock that is there and cannot be read is told."""
    return [lock for folder in _entries(runs_dir) if os.path.lexists(lock := Path(folder.path) / LOCK_NAME)]


def _plans(locks: Iterable[Path]) -> list[tuple[Path, Plan]]:
    plans: list[tuple[Path, Plan]] = []
    problems: list[Problem] = []
    for lock in locks:
        try:
            plans.append((lock, load_lock(lock)))
        except LockError as error:
            problems += error.problems
    if problems:
        raise LockError(problems)
    return plans


def _shown(plans: Iterable[tuple[Path, Plan]], store: Store) -> tuple[set[str], tuple[Problem, ...]]:
    """Return the pictures that runs show of what steps made, and what cannot be read of that."""
    found: set[str] = set()
    damage: list[Problem] = []
    for lock, plan in plans:
        finish, problems = read_finish(lock.parent / FINISH_NAME, plan, store)
        damage += problems
        if finish is not None:
            found.update(picture.sha256 for one in finish.cells.values() for picture in one.artifacts)
    return found, tuple(damage)


@dataclass(frozen=True, slots=True)
class _Referred:
    """Pictures of the ledger, by SHA-256: those that locks refer to, those that are the darkroom's alone, all."""

    named: set[str]
    free: set[str]
    all: set[str]


def _referred(ledger: Ledger, plans: Iterable[Plan]) -> _Referred:
    """Sort the pictures of the ledger by what refers to them."""
    wanted: set[str] = set()
    named: set[str] = set()
    for plan in plans:
        wanted.update(cell.digest for cell in plan.cells)
        named.update(file.sha256 for file in plan.files)
    targets = ledger.targets()
    free: set[str] = set()
    costly: set[str] = set()
    for digest, trial in ledger.trials(targets).items():
        pictures = {picture.sha256 for picture in trial.pictures}
        if digest in wanted:
            named |= pictures
        elif targets[digest].startswith(DARKROOM):
            free |= pictures
        else:
            costly |= pictures
    return _Referred(named, free - costly, named | free | costly)


def _stored(store: Path) -> Iterator[tuple[Path, str, int]]:
    """Yield the files of the store: path, SHA-256 by its name ("" for what is left of a write), bytes."""
    for shelf in _entries(store):
        if _STAGED.fullmatch(shelf.name) and shelf.is_file(follow_symlinks=False):
            yield Path(shelf.path), "", shelf.stat(follow_symlinks=False).st_size
        if not (_SHELF.fullmatch(shelf.name) and shelf.is_dir(follow_symlinks=False)):
            continue
        for file in _entries(Path(shelf.path)):
            known = _PICTURE.fullmatch(file.name)
            if file.is_file(follow_symlinks=False) and (known or _STAGED.fullmatch(file.name)):
                size = file.stat(follow_symlinks=False).st_size
                yield Path(file.path), known[1] if known else "", size


def _thumbnails(store: Path, staying: set[str]) -> Iterator[Waste]:
    """Yield the thumbnails of pictures that are gone or may go, and those that another version has made."""
    for folder in _entries(store):
        if not (_THUMBS.fullmatch(folder.name) and folder.is_dir(follow_symlinks=False)):
            continue
        for path, sha256, size in _stored(Path(folder.path)):
            if folder.name not in THUMBS_NAMES.values():
                yield Waste(path, "a thumbnail of another version", size)
            elif sha256 not in staying:
                why = "a thumbnail of a picture that is not kept" if sha256 else "left by a write that was cut off"
                yield Waste(path, why, size)


def _folders(runs_dir: Path) -> Iterator[Waste]:
    """Yield what is left of runs whose lock is gone, if nothing but our own files lies there."""
    for folder in _entries(runs_dir):
        if not (_RUN.fullmatch(folder.name) and folder.is_dir(follow_symlinks=False)):
            continue
        files = _entries(Path(folder.path))
        if all(_OURS.fullmatch(file.name) and file.is_file(follow_symlinks=False) for file in files):
            size = sum(file.stat(follow_symlinks=False).st_size for file in files)
            yield Waste(Path(folder.path), "a run without a lock", size)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder in the order of names; [] for what is no folder."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
