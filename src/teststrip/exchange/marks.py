"""The marks that a person made on a page: which cells were picked or rejected, notes, and votes.

A file of marks may come from anybody: everything in it is checked, and a note is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from teststrip.base.json import Json
from teststrip.base.where import Path as Place
from teststrip.base.where import Problem, Where, dotted
from teststrip.base.yaml import MAX_BYTES, Document, parse_yaml
from teststrip.errors import MarksError

MARKS_KEY: Final = "teststrip_marks"
MARKS_FORMAT: Final = 1
LONGEST_NOTE: Final = 4000  # characters, as the page has it
LONGEST_ID: Final = 64
_NUMBERED: Final = re.compile(r"n([0-9]{1,9})")

Kind = Literal["pick", "reject", ""]
_KINDS: Final[Mapping[str, Kind]] = {"pick": "pick", "reject": "reject", "": ""}


@dataclass(frozen=True, slots=True)
class Mark:
    """What was marked on a cell; `where` is its place in the file."""

    kind: Kind
    note: str
    where: Where


@dataclass(frozen=True, slots=True)
class Vote:
    """One of two cells was found the better one, or (`tie`) neither; by their numbers.

    `id` is a name that no other vote has, "" in files of before: a page knows by it what it has read already.
    """

    winner: int
    loser: int
    tie: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a file, by the number of their cell; `strange` are those that are of no cell of the plan."""

    cells: Mapping[int, Mark] = field(default_factory=dict)
    votes: Sequence[Vote] = ()
    strange: Sequence[Problem] = ()

    def of(self, kind: Kind) -> list[int]:
        """Return the numbers of the cells that have a mark of a kind, in order."""
        return [number for number in sorted(self.cells) if self.cells[number].kind == kind]


def load_marks(path: Path, numbers: Mapping[str, int], count: int) -> Marks:
    """Read a file of marks; `numbers` has the number of each cell by its digest, `count` is how many there are.

    Raises MarksError with every problem, each at its place.
    """
    file = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)  # no further: a device may never end
        text = data.decode("utf-8-sig", "strict" if len(data) <= MAX_BYTES else "replace")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise MarksError([Problem(Where(file, 1, 1), "", f"the marks cannot be read: {said}")]) from error
    return parse_marks(text, file, numbers, count)


def parse_marks(text: str, file: str, numbers: Mapping[str, int], count: int) -> Marks:
    """Read marks from the text of a file. Raises MarksError as `load_marks` does."""
    document, problems = parse_yaml(text, file)  # JSON is YAML, and has its places so
    if document is None or problems:
        raise MarksError(problems)
    reader = _Reader(document, numbers, count)
    found = reader.read()
    if reader.problems:
        raise MarksError(reader.problems)
    return found


@dataclass(slots=True)
class _Reader:
    document: Document
    numbers: Mapping[str, int]
    count: int
    problems: list[Problem] = field(default_factory=list)
    strange: list[Problem] = field(default_factory=list)
    votes: set[str] = field(default_factory=set)

    def read(self) -> Marks:
        body = self.document.value
        if not isinstance(body, Mapping) or body.get(MARKS_KEY) is None:
            self.report((), "this is no file of marks; on the page of a run, Marks, Save as a file writes one")
            return Marks()
        if body[MARKS_KEY] != MARKS_FORMAT:
            said = f"these marks are of format {body[MARKS_KEY]!r}, and this teststrip reads format {MARKS_FORMAT}"
            self.report((MARKS_KEY,), said)
            return Marks()
        cells: dict[int, Mark] = {}
        votes: list[Vote] = []
        for index, entry in enumerate(self.listed(body, "marks")):
            self.mark(entry, ("marks", index), cells)
        for index, entry in enumerate(self.listed(body, "votes")):
            self.vote(entry, ("votes", index), votes)
        return Marks(cells, tuple(votes), tuple(self.strange))

    def report(self, path: Place, message: str) -> None:
        self.problems.append(Problem(self.document.marks.value(path), dotted(path), message))

    def listed(self, body: Mapping[str, Json], name: str) -> Sequence[Json]:
        value = body.get(name, [])
        if isinstance(value, list | tuple):
            return value
        self.report((name,), "it is no list")
        return ()

    def mark(self, entry: Json, path: Place, cells: dict[int, Mark]) -> None:
        if not isinstance(entry, Mapping):
            self.report(path, "it is no mark: {cell: ..., mark: pick, note: ...}")
            return
        kind, note = entry.get("mark", ""), entry.get("note", "")
        if not isinstance(kind, str) or kind not in _KINDS:
            self.report((*path, "mark"), f"{kind!r} is no mark; there are: pick, reject")
            return
        if not isinstance(note, str) or len(note) > LONGEST_NOTE:
            self.report((*path, "note"), f"it is no text of at most {LONGEST_NOTE:,} characters")
            return
        number = self.cell(entry.get("cell"), (*path, "cell"))
        if number is not None:
            cells[number] = Mark(_KINDS[kind], note, self.document.marks.value(path))

    def vote(self, entry: Json, path: Place, votes: list[Vote]) -> None:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("tie", False), bool):
            self.report(path, "it is no vote: {winner: ..., loser: ..., tie: false}")
            return
        name = entry.get("id", "")
        if not isinstance(name, str) or len(name) > LONGEST_ID:
            self.report((*path, "id"), f"it is no text of at most {LONGEST_ID} characters")
            return
        if name and name in self.votes:
            return  # two files in one
        self.votes.add(name)
        pair = [self.cell(entry.get(name), (*path, name)) for name in ("winner", "loser")]
        if pair[0] is not None and pair[1] is not None:
            votes.append(Vote(pair[0], pair[1], bool(entry.get("tie", False)), name))

    def cell(self, name: Json, path: Place) -> int | None:
        """Return the number of the cell of that name: its digest, or of a redacted page `n` and its number."""
        if not isinstance(name, str):
            self.report(path, "it is no cell: that is a text, its digest")
            return None
        numbered = _NUMBERED.fullmatch(name)
        number = int(numbered[1]) if numbered else self.numbers.get(name)
        if number is None or number >= self.count:
            said = "this is no cell of the run: the marks are of another, or of an earlier plan"
            self.strange.append(Problem(self.document.marks.value(path), dotted(path), said))
            return None
        return number
