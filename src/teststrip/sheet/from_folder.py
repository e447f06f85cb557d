"""A sheet of pictures that are there: what varies between them is read from them, or from their names.

Made into a plan and a run, as if it had been swept, so that all that sheets can do is done with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Final

from teststrip.base.json import digest
from teststrip.base.picture import kind_of
from teststrip.errors import UsageError
from teststrip.exchange.picture.model import as_text
from teststrip.exchange.picture.read import read_picture
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.name_pattern import NamePattern, pairs_in

MOST_FILES: Final = 100_000
_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"})
_NONE: Final = "(none)"
_FILE, _FOLDER = "file", "folder"  # axes of pictures that say nothing, and for whoever asks for them
_ROOM: Final = 2  # places of a grid for each picture: emptier than that, a further axis only makes holes
_SPARE: Final = 8
_DIGITS: Final = re.compile(r"(\d+)")
_THUMBS: Final = re.compile(r"thumbs(-\d+){1,2}")  # of a store, whose pictures are beside it
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that was found, by its path from the folder, with what is known of it, by name."""

    path: Path
    name: str
    facts: Mapping[str, str]


def find_shots(folder: Path, pattern: NamePattern | None, apart: Path | None = None) -> tuple[list[Shot], int]:
    """Look at all pictures in a folder and below, in the order of names; links are not followed.

    Returns also how many were left out because their names do not have the form of `pattern`. `apart` is a folder
    that is not looked into. Raises UsageError when nothing is left, or too much.
    """
    shots: list[Shot] = []
    strangers = 0
    for path in _files(folder, apart):
        name = path.relative_to(folder).as_posix()
        facts = _facts(path, name, pattern)
        if facts is None:
            strangers += 1
        else:
            shots.append(Shot(path, name, facts))
        if len(shots) > MOST_FILES:
            raise UsageError(f"{folder} has more than {MOST_FILES:,} pictures: take a folder inside it")
    if not shots:
        why = f"; {strangers:,} have other names than the pattern" if strangers else ""
        raise UsageError(f"{folder} has no picture (PNG, JPEG, WebP, GIF or AVIF) to show{why}")
    return shots, strangers


def folder_run(shots: Sequence[Shot], title: str, spec: SheetSpec, output: Path) -> Run:
    """Make a run of pictures: by the axes that the spec names, or by what varies.

    Pictures that nothing tells apart stand side by side in one box. Raises UsageError for an axis that is not
    there.
    """
    names = _axes(shots, spec)
    if not names and len(shots) > 1:
        names = [_FOLDER, _FILE] if _is_grid_of_names(shots) else [_FILE]
    shots = [Shot(shot.path, shot.name, _stood(shot, names) | dict(shot.facts)) for shot in shots]
    axes = tuple(_axis(name, shots) for name in names)
    places = [{value.label: at for at, value in enumerate(axis.values)} for axis in axes]
    stood: dict[tuple[int, ...], list[Shot]] = {}
    for shot in shots:
        at = tuple(known[shot.facts.get(axis.name, _NONE)] for known, axis in zip(places, axes, strict=True))
        stood.setdefault(at, []).append(shot)
    cells, outcomes = [], {}
    for at, some in sorted(stood.items()):
        kept = tuple(_artifact(shot) for shot in some)
        own = digest({"at": list(at), "pictures": [one.sha256 for one in kept]})
        cells.append(Cell(at, _shared(some), own))
        outcomes[own] = Outcome(own, State.DONE, kept)
    whole = digest([cell.digest for cell in cells])
    plan = Plan(title, "", "", "", "", "", "", axes, cells, (), None, whole)
    return Run(output, plan, outcomes, sent=0)


def _is_grid_of_names(shots: Sequence[Shot]) -> bool:
    """Tell whether folders have pictures of the same names, so that these stand beside each other."""
    places = {(Path(shot.name).parent, Path(shot.name).stem) for shot in shots}
    folders, files = ({place[at] for place in places} for at in (0, 1))
    return (
        len(folders) > 1 and 3 * len(files) <= 2 * len(places) and len(folders) * len(files) <= _ROOM * len(places)
    )


def _stood(shot: Shot, names: Sequence[str]) -> dict[str, str]:
    """Return where a picture lies, as far as that is asked for: a name has its folder where no axis has that."""
    place = Path(shot.name)
    told = {_FOLDER: place.parent.as_posix()} if place.parent != Path() else {}
    told[_FILE] = place.stem if _FOLDER in names else place.with_suffix("").as_posix()
    return {name: told[name] for name in names if name in told}


def _files(folder: Path, apart: Path | None) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        entries = sorted(here.iterdir(), key=lambda path: _natural(path.name))
        entries = [path for path in entries if not path.is_symlink() and not path.name.startswith(".")]
        inner = [path for path in entries if path.is_dir() and not _THUMBS.fullmatch(path.name)]
        waiting += reversed([path for path in inner if apart is None or path.absolute() != apart.absolute()])
        for path in entries:
            if path.is_file() and path.suffix.lower() in _SUFFIXES and _is_picture(path):
                yield path


def _is_picture(path: Path) -> bool:
    with path.open("rb") as stream:
        return kind_of(stream.read(512)) is not None


def _facts(path: Path, name: str, pattern: NamePattern | None) -> dict[str, str] | None:
    """Read what a picture says of itself and what its name says; None where the name lacks the form."""
    told: dict[str, str] = {}
    found = read_picture(path, name).found
    if found is not None:
        told = dict(found.settings) | {key: as_text(value) for key, value in found.request.items()}
        if found.model:
            told["model"] = found.model
        if found.prompt:
            told["prompt"] = found.prompt
        if found.negative:
            told["negative_prompt"] = found.negative
    stem = name.rsplit(".", 1)[0]
    if pattern is None:
        return told | (pairs_in(Path(stem).name) if not told else {})
    said = pattern.read("/".join(stem.split("/")[-1 - pattern.folders :]))
    return None if said is None else said | {key: value for key, value in told.items() if key not in said}


def _axes(shots: Sequence[Shot], spec: SheetSpec) -> list[str]:
    """Choose what the pictures are sorted by."""
    values = {name: [shot.facts.get(name, _NONE) for shot in shots] for shot in shots for name in shot.facts}
    moving = (spec.animate,) if spec.animate is not None else ()
    asked = [*spec.down, *spec.across, *spec.pages, *moving]
    for name in asked:
        if name not in values and name not in {_FILE, _FOLDER}:
            known = ", ".join(sorted({*values, _FILE, _FOLDER}))
            raise UsageError(f"nothing says {name!r} of these pictures; what is said: {known}")
    if asked:
        return asked
    chosen: list[str] = []
    for _ in range(2):  # what is dropped makes room for others
        chosen = _pruned(_grown(chosen, values, len(shots)), values)
    return [name for name in values if name in chosen]


def _grown(chosen: Sequence[str], values: Mapping[str, Sequence[str]], count: int) -> list[str]:
    """Add names, those of the fewest values first, until they tell all pictures apart."""
    grown = list(chosen)
    for name in sorted(values, key=lambda name: len(set(values[name]))):
        size = prod(len(set(values[one])) for one in {*grown, name})
        apart = _told_apart(grown, values)
        if apart == count:
            break
        if name not in grown and size <= _ROOM * count + _SPARE and _told_apart([*grown, name], values) > apart:
            grown.append(name)
    return grown


def _pruned(chosen: Sequence[str], values: Mapping[str, Sequence[str]]) -> list[str]:
    """Drop names without which as many pictures are told apart."""
    kept = list(chosen)
    for name in chosen:
        others = [one for one in kept if one != name]
        if _told_apart(others, values) == _told_apart(kept, values):
            kept = others
    return kept


def _told_apart(names: Sequence[str], values: Mapping[str, Sequence[str]]) -> int:
    return len(set(zip(*(values[name] for name in names), strict=True))) if names else 1


def _axis(name: str, shots: Sequence[Shot]) -> Axis:
    labels = {shot.facts.get(name, _NONE) for shot in shots}
    numbers = all(_NUMBER.fullmatch(label) for label in labels - {_NONE})
    if name == _FILE:
        ordered = list(dict.fromkeys(shot.facts.get(name, _NONE) for shot in shots))
    else:
        ordered = sorted(labels - {_NONE}, key=lambda label: (float(label) if numbers else 0.0, _natural(label)))
        ordered += [_NONE] * (_NONE in labels)
    return Axis(name, tuple(AxisValue(label, label) for label in ordered), parameter=True)


def _shared(some: Sequence[Shot]) -> dict[str, str]:
    """Return what is said alike of all pictures of a box."""
    first = some[0].facts
    return {
        name: value for name, value in first.items() if all(shot.facts.get(name) == value for shot in some[1:])
    }


def _artifact(shot: Shot) -> Artifact:
    with shot.path.open("rb") as stream:
        head = stream.read(512)
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    kind = kind_of(head)
    media_type = kind.media_type if kind is not None else "application/octet-stream"
    return Artifact(sha256, media_type, shot.path.stat().st_size, str(shot.path.absolute()))


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sort numbers in texts by what they count: 2 before 10."""
    parts = _DIGITS.split(text)
    return tuple((int(part), "") if at % 2 else (-1, part) for at, part in enumerate(parts))
