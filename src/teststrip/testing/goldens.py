"""Pictures that a cell has to look like: kept beside the recipe, compared within a tolerance, updated by a flag.

goldens/<name>/<cell>.png       as it came, byte for byte; <cell> is its id, and +p2 for a second picture
goldens/<name>/within.yaml      `default: pixels`, and `<cell>: 4` for a cell of its own tolerance
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from teststrip.base.files import write_whole
from teststrip.base.picture import SUFFIXES, kind_of
from teststrip.base.yaml import parse_yaml
from teststrip.errors import StepError, UsageError
from teststrip.steps.pictures import decoded, flat
from teststrip.testing.names import recipe_name
from teststrip.testing.runs import CellResult
from teststrip.verify.pictures import PIXELS, TOLERANCE_FORM, Tolerance, compare, heat_of, read_tolerance

GOLDENS: Final = "goldens"
WITHIN: Final = "within.yaml"
_DEFAULT: Final = "default"
_GAP: Final = 8  # pixels between the panels of a side-by-side picture


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A picture that is not like its golden one; `picture` shows both, and where they differ."""

    words: str
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Goldens:
    """The golden pictures of one recipe. `failures` is where side-by-side pictures go."""

    folder: Path
    failures: Path
    update: bool = False

    @property
    def wanted(self) -> bool:
        """Whether there are any, or are to be."""
        return self.update or self.folder.is_dir()

    def check(self, cell: CellResult, within: str | int | None = None) -> tuple[Mismatch, ...]:
        """Hold a cell's pictures against the golden ones, or make them these.

        Raises UsageError for a tolerance that is none.
        """
        tolerance = self._tolerance(cell, within)
        found = [self._check(cell, index, tolerance) for index in range(len(cell.paths))]
        return tuple(one for one in found if one is not None)

    def _check(self, cell: CellResult, index: int, tolerance: Tolerance) -> Mismatch | None:
        now = cell.paths[index].read_bytes()
        # No id ends so: each of its parts has a -, but for numbers and digests.
        name = f"{cell.id}+p{index + 1}" if index else cell.id
        golden = next((path for path in self._files(name) if path.is_file()), None)
        if self.update:
            kind = kind_of(now)
            path = self.folder / f"{name}{kind.suffix if kind is not None else '.png'}"
            if golden is not None and golden != path:
                golden.unlink()
            if golden is None or not compare(golden.read_bytes(), now).within(tolerance):
                write_whole(path, now)
            return None
        if golden is None:
            return Mismatch(
                f"{self.folder / name}.png: there is no golden picture; make it with --teststrip-update"
            )
        then = golden.read_bytes()
        likeness = compare(then, now)
        if likeness.within(tolerance):
            return None
        said = f"{golden}: {likeness.words()}; allowed is {tolerance}"
        return Mismatch(said, self._side_by_side(name, then, now))

    def _files(self, name: str) -> Iterator[Path]:
        return (self.folder / f"{name}{suffix}" for suffix in SUFFIXES.values())

    def _tolerance(self, cell: CellResult, within: str | int | None) -> Tolerance:
        told = self._told()
        strange = [
            name for name in told if name not in {_DEFAULT, cell.id, str(cell)} and name not in cell.of.names
        ]
        if strange:
            near = difflib.get_close_matches(strange[0], sorted(cell.of.names), 1)
            hint = f"; did you mean {near[0]}?" if near else f": give {_DEFAULT} or a cell's id"
            raise UsageError(f"{self.folder / WITHIN}: no cell is called {strange[0]!r}{hint}")
        usual = told.get(_DEFAULT, str(PIXELS))
        written = within if within is not None else told.get(cell.id, told.get(str(cell), usual))
        tolerance = read_tolerance(written if isinstance(written, str | int) else "")
        if tolerance is None:
            raise UsageError(f"{self.folder / WITHIN}: {written!r} is not {TOLERANCE_FORM}")
        return tolerance

    def _told(self) -> Mapping[str, object]:
        path = self.folder / WITHIN
        if not path.is_file():
            return {}
        document, problems = parse_yaml(path.read_text("utf-8"), str(path))
        if problems or document is None or not isinstance(document.value, Mapping):
            raise UsageError(f"{path}: {problems[0] if problems else 'this is a mapping of cells to tolerances'}")
        return document.value

    def _side_by_side(self, name: str, then: bytes, now: bytes) -> Path | None:
        try:
            panels = [flat(decoded(data)).convert("RGB") for data in (then, now, heat_of(then, now))]
        except StepError:
            return None
        width = sum(panel.width for panel in panels) + _GAP * (len(panels) + 1)
        sheet = Image.new("RGB", (width, max(panel.height for panel in panels) + 2 * _GAP), "white")
        left = _GAP
        for panel in panels:
            sheet.paste(panel, (left, _GAP))
            left += panel.width + _GAP
        stream = io.BytesIO()
        sheet.save(stream, "PNG")
        path = self.failures / self.folder.name / f"{name}.png"
        write_whole(path, stream.getvalue())
        return path


def goldens_of(recipe: Path, failures: Path, *, update: bool) -> Goldens:
    """Return the golden pictures of a recipe."""
    return Goldens(recipe.parent / GOLDENS / recipe_name(recipe), failures, update)
