"""The files around a recipe, read from disk: confined, bounded, and kept in the store before anything is sent.

A recipe may come from anywhere, so it reaches only what lies in its own folder, and what the person who runs it
allows on the command line. Links are followed first and judged by where they lead.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from teststrip.base.files import open_straight
from teststrip.base.json import sha256
from teststrip.base.near import near
from teststrip.errors import StorageError, UsageError
from teststrip.plan.model import PlanFile
from teststrip.plan.pictures import MOST_BYTES, FileFault, read_picture
from teststrip.provider.attach import Attachment, ReadAttachment
from teststrip.run.file_glob import find_files, split_pattern
from teststrip.run.store import Store

_MOST_NAMES: Final = 1000  # of a folder, that are looked at for what was probably meant
_LONGEST_PATH: Final = 1024
_MOST_FOLDERS: Final = 16  # of a path, of which one may be misspelt
_WHAT: Final = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


class DiskFiles:
    """The pictures that a recipe refers to. `recipe` is its file, `allowed` are further folders that it may reach.

    Each is read once, whatever becomes of it later; see `plan.files.Files`, which this is. What stands in no file
    (the command line) is relative to the current folder.
    """

    def __init__(self, recipe: Path, allowed: Iterable[Path] = ()) -> None:
        self._recipe = recipe
        # Both as they are called and as what they are: a path may be written by either.
        self._allowed = tuple(
            Path(called)
            for folder in allowed
            for called in (os.path.realpath(folder), os.path.normpath(folder.absolute()))
        )
        self._read: dict[tuple[str, str], PlanFile | FileFault] = {}
        self._places: dict[str, Path] = {}

    def read(self, name: str, beside: str) -> PlanFile:
        """Read and check a picture. Raises FileFault."""
        key = (name, beside)
        if key not in self._read:
            try:
                self._read[key] = self._picture(name, beside)
            except FileFault as fault:
                self._read[key] = fault
        found = self._read[key]
        if isinstance(found, FileFault):
            raise found
        return found

    def matching(self, pattern: str, beside: str) -> Sequence[str]:
        """Return the paths that match a pattern, in natural order. Raises FileFault, also when there are none."""
        folder = self._folder(beside)
        start, rest = split_pattern(pattern)
        where = self._confined(start or ".", beside, pattern.removeprefix(start))
        if not where.is_dir():
            raise FileFault(f"{start} is no folder")
        shown = str(folder / start)
        return find_files(pattern, where, start, rest, "the current folder" if shown == "." else shown)

    def data(self, file: PlanFile) -> bytes:
        """Read a picture of the plan again.

        Raises UsageError when its bytes are no longer those that were planned, and when it cannot be read.
        """
        beside = str(self._recipe)
        try:
            place = self._places.get(file.sha256) or self._confined(file.name, beside)
            data = _bytes(place)
        except FileFault as fault:
            raise UsageError(f"{file.name}: {fault.message}; it was there when it was planned") from None
        if sha256(data) != file.sha256:
            raise UsageError(
                f"{place}: the picture changed since it was planned; plan or run again to use it as it is now"
            )
        return data

    def _picture(self, name: str, beside: str) -> PlanFile:
        place = self._confined(name, beside)
        try:
            data = _bytes(place)
            facts = read_picture(data)
        except FileFault as fault:
            raise FileFault(f"{name} {fault.message}") from None
        digest = sha256(data)
        self._places.setdefault(digest, place)
        return PlanFile(digest, self._name(name, beside), facts.media_type, len(data), facts.width, facts.height)

    def _name(self, name: str, beside: str) -> str:
        """Return a picture's path from the recipe's folder, where it lies in that, else its path as written."""
        home = os.path.realpath(self._recipe.parent)
        place = Path(os.path.normpath(Path(os.path.realpath(self._folder(beside))) / name))
        return place.relative_to(home).as_posix() if place.is_relative_to(home) else name

    def _folder(self, beside: str) -> Path:
        """Return the folder of the file that a value stands in: the recipe, one that it extends, or none."""
        if beside == _shown(self._recipe):
            return self._recipe.parent
        return Path(beside).parent if os.path.isfile(beside) else Path()  # noqa: PTH113  no error for odd names

    def _confined(self, name: str, beside: str, rest: str = "") -> Path:
        """Follow a path to where it leads; `rest` is what is written after it.

        Raises FileFault for one that leads nowhere, or too far.
        """
        folder = self._folder(beside)
        roots = [Path(os.path.realpath(self._recipe.parent)), *self._allowed]
        if folder == Path():
            roots.append(Path(os.path.realpath(folder)))
        try:
            if len(name) > _LONGEST_PATH:
                raise FileFault(f"{_short(name)} is too long for a path")
            # Judged before it is looked for: what lies outside is not even said to exist.
            straight = Path(os.path.normpath(Path(os.path.realpath(folder)) / name))
            if Path(name).is_absolute() and not _within(straight, self._allowed):
                said = "is an absolute path; write it from where the recipe lies, or allow its folder with"
                raise FileFault(f"{_short(name)} {said} --allow-files")
            if not _within(straight, roots):
                raise FileFault(_outside(name))
            place = Path(os.path.realpath(folder / name, strict=True))
        except FileNotFoundError:
            close = self._meant(name, folder)
            said = f"there is no {'folder' if rest else 'file'} {_short(name)} beside {_base(beside)}"
            raise FileFault(said + _spelled(name), None if close is None else close + rest) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "its name is none that a file can have"
            raise FileFault(f"{_short(name)} cannot be read: {reason}") from None
        if not _within(place, roots):
            raise FileFault(_outside(f"{name} is a link, and what it leads to"))
        return place

    def _meant(self, name: str, folder: Path) -> str | None:
        """Return the path that was probably meant: one that differs in its last part, or in a folder's name."""
        head, slash, tail = name.rpartition("/")
        try:
            with os.scandir(folder / head) as listing:
                there = sorted(entry.name for entry in islice(listing, _MOST_NAMES) if entry.name.isprintable())
        except (OSError, ValueError):
            close = self._meant(head, folder) if head and head.count("/") < _MOST_FOLDERS else None
            return None if close is None else f"{close}/{tail}"
        close = near(tail, there)
        return None if close is None else f"{head}{slash}{close}"


def keep_files(files: Iterable[PlanFile], source: DiskFiles | None, store: Store) -> None:
    """Put every picture of a plan into the store; from then on only the store's copies are used.

    Raises UsageError for one that changed since it was planned, and for one that is neither in the store nor, as
    there is no `source`, to be had; StorageError when the store cannot be written.
    """
    for file in files:
        if _is_kept(file, store):
            continue
        if source is None:
            raise UsageError(
                f"{file.name}: the store has no picture with the SHA-256 {file.sha256}; run the recipe itself"
            )
        store.put(source.data(file))


def attachments(files: Iterable[PlanFile], store: Store) -> ReadAttachment:
    """Return what reads a plan's pictures from the store, by SHA-256; it raises StorageError."""
    kept = {file.sha256: store.artifact(file.sha256, file.media_type, file.size) for file in files}

    def read(digest: str) -> Attachment:
        if digest not in kept:
            raise StorageError(f"the plan has no picture with the SHA-256 {digest}; plan the recipe again")
        return Attachment(kept[digest].media_type, store.get(kept[digest]))

    return read


def _is_kept(file: PlanFile, store: Store) -> bool:
    try:
        store.verify(store.artifact(file.sha256, file.media_type, file.size))
    except StorageError:
        return False
    return True


def _bytes(place: Path) -> bytes:
    """Read a plain file of at most `MOST_BYTES`, without ever waiting; `place` has no links in it.

    The fault goes on after the file's name.
    """
    try:
        _refuse_special(os.lstat(place).st_mode)
        handle = open_straight(place)
        with open(handle, "rb") as stream:  # noqa: PTH123  it is a descriptor, opened with flags of its own
            found = os.fstat(handle)
            _refuse_special(found.st_mode)
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileFault(f"cannot be read: {error.strerror or error}") from None
    if len(data) > MOST_BYTES:
        size = max(found.st_size, len(data)) / 2**20
        raise FileFault(f"has {size:.1f} MiB; a picture has at most {MOST_BYTES // 2**20} MiB")
    return data


def _refuse_special(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise FileFault(f"is {_WHAT.get(stat.S_IFMT(mode), 'no file')}, and no picture")


def _within(place: Path, roots: Iterable[Path]) -> bool:
    return any(place.is_relative_to(root) for root in roots)


def _spelled(name: str) -> str:
    """Say what a path may not have that a person wrote for another machine, or for a shell."""
    if "\\" in name:
        return "; folders in it are parted by /"
    return "; ~ is a name like any other here" if name.startswith("~") else ""


def _outside(what: str) -> str:
    return (
        f"{_short(what)} lies outside the recipe's folder; copy it there, or allow its folder with --allow-files"
    )


def _base(beside: str) -> str:
    return beside if os.path.isfile(beside) else "the current folder"  # noqa: PTH113  no error for odd names


def _shown(path: Path) -> str:
    """Return a recipe's name as places have it (see `recipe.load`)."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:57]}...{text[-60:]}"
