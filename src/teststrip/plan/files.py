"""Files that a recipe refers to: found beside it, checked, and known to the plan by their content alone.

Planning reads nothing itself: a `Files` does, and is handed in. What a request then holds is a placeholder with
the picture's SHA-256 (see `provider.attach`), so a file that is moved or renamed is the same picture, and one
whose bytes changed is another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from teststrip.base.picture import SUFFIXES
from teststrip.plan.model import Cell, PlanFile
from teststrip.plan.pictures import FileFault, is_inline
from teststrip.provider.attach import SCHEME, placeholder, replaced, takes_picture

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.base.where import Path
    from teststrip.plan.draft import Draft
    from teststrip.plan.values import Slot
    from teststrip.provider.model import Parameter
    from teststrip.provider.wire import MediaForm

MOST_TOGETHER: Final = 2**30
"""Bytes of all the pictures of a plan: each is read and kept before anything is sent."""
_REFUSED: Final = {
    "url": "this API takes a picture by its address only; put it on the web, and give that",
    "file": "this API takes a picture as a file; give its path",
}
_ADDRESS: Final = re.compile(r"https?:", re.IGNORECASE)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LIKE_A_FILE: Final = re.compile(r"\.{1,2}/[^\n]{1,255}\.(png|jpe?g|webp)", re.IGNORECASE)


class Files(Protocol):
    """What planning asks of the files around a recipe; `beside` is the file that names them, as places have it."""

    def read(self, name: str, beside: str) -> PlanFile:
        """Read and check a picture. Raises FileFault."""

    def matching(self, pattern: str, beside: str) -> Sequence[str]:
        """Return the paths that match a pattern, in natural order. Raises FileFault, also when there are none."""


class _NoFiles:
    """For recipes from nowhere, such as a text in a test."""

    def read(self, name: str, beside: str) -> PlanFile:
        raise FileFault(f"{name} is a file beside {beside}, and this plan is made without any: give it `files`")

    def matching(self, pattern: str, beside: str) -> Sequence[str]:
        raise FileFault(f"{pattern}: files beside {beside}, and this plan is made without any: give it `files`")


NO_FILES: Final[Files] = _NoFiles()


@dataclass(slots=True)
class References:
    """Puts placeholders where values name files; each path is read once, and what is wrong is reported."""

    draft: Draft
    form: MediaForm
    _found: dict[str, PlanFile] = field(init=False, default_factory=dict)
    _judged: dict[tuple[str, str], str | FileFault] = field(init=False, default_factory=dict)

    @property
    def files(self) -> tuple[PlanFile, ...]:
        """The pictures met so far, by name."""
        return tuple(sorted(self._found.values(), key=lambda file: (file.name, file.sha256)))

    def settle(self, value: Json, slot: Slot) -> Json:
        """Return a slot's value as it goes into a request; problems go to the draft."""
        return self._walk(value, slot.parameter, slot.path)

    def _walk(self, value: Json, parameter: Parameter | None, path: Path) -> Json:
        if isinstance(value, str):
            return self._text(value, parameter, path)
        if isinstance(value, Mapping):
            children = {child.name: child for child in parameter.children} if parameter else {}
            return {name: self._walk(item, children.get(name), (*path, name)) for name, item in value.items()}
        if isinstance(value, list | tuple):
            inner = parameter and (parameter.items or parameter)
            return [self._walk(item, inner, (*path, index)) for index, item in enumerate(value)]
        return value

    def _text(self, text: str, parameter: Parameter | None, path: Path) -> str:
        if text.startswith(SCHEME):
            said = f"a text that begins with {SCHEME} stands for a picture, and only teststrip writes it"
            self.draft.report(path, f"{said}; give the picture's path")
            return ""
        if not takes_picture(parameter):
            if _LIKE_A_FILE.fullmatch(text):
                name = parameter.path if parameter else path[-1]
                said = f"{name} takes no picture, by its page, so this would be sent as the text that it is"
                self.draft.report(path, f"{said}; give an address, or say `string (Base64 or URL)` on the page")
            return text
        key = (text, self.draft.recipe.marks.value(path).file)
        if key not in self._judged:
            try:
                self._judged[key] = self._sent_as(*key)
            except FileFault as fault:
                self._judged[key] = fault
        judged = self._judged[key]
        if isinstance(judged, FileFault):
            self.draft.report(path, judged.message, judged.suggestion)
            return text
        return judged

    def _sent_as(self, text: str, file: str) -> str:
        """Return what a request holds for a picture's address, base64 text or path. Raises FileFault."""
        if not text.strip():
            raise FileFault("a picture is its path, its address or its base64 text, and this is empty")
        inline = is_inline(text)
        unsent = self.form == "url" or (self.form == "file" and inline)
        if unsent and not (inline and _ADDRESS.match(text)):
            raise FileFault(_REFUSED[self.form])
        if inline:
            return text
        found = self.draft.files.read(text, file)
        self._found.setdefault(found.sha256, found)
        together = sum(known.size for known in self._found.values())
        if together - found.size <= MOST_TOGETHER < together:  # told once, at the one that is too many
            raise FileFault(
                f"with this one the pictures of the plan are {together / 2**20:,.0f} MiB; "
                f"they may be {MOST_TOGETHER / 2**20:,.0f} MiB together"
            )
        return placeholder(found.sha256)


def with_names(cells: Sequence[Cell], files: Sequence[PlanFile]) -> Sequence[Cell]:
    """Return cells in whose requests files have their names, for people to read; the digests are untouched."""
    if not files:
        return cells
    names = {file.sha256: file.name for file in files}

    def name_of(sha256: str) -> str:
        return names.get(sha256, placeholder(sha256))

    def named(cell: Cell) -> Callable[[], Mapping[str, Json]]:
        return lambda: {name: replaced(value, name_of) for name, value in cell.request.items()}

    return [Cell(cell.coordinates, named(cell), cell.digest) for cell in cells]


def files_json(files: Iterable[PlanFile]) -> Sequence[Json]:
    """Return a plan's pictures as its lock has them."""
    return [asdict(file) for file in files]


def read_files(written: Sequence[Mapping[str, Any]]) -> tuple[PlanFile, ...]:
    """Read what `files_json` wrote. Raises ValueError, KeyError or TypeError for what it never writes.

    A lock may come from anywhere, and these digests become the names of files.
    """
    for file in written:
        texts, numbers = (file["sha256"], file["name"]), (file["size"], file["width"], file["height"])
        sound = all(isinstance(text, str) for text in texts) and all(isinstance(side, int) for side in numbers)
        if not sound or not _SHA256.fullmatch(file["sha256"]) or file["media_type"] not in SUFFIXES:
            raise ValueError(f"no picture: {dict(file)}")
    return tuple(PlanFile(**file) for file in written)
