"""A grid definition as frozen records; every setting still knows its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from teststrip.base.where import Path, Where, dotted


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter as the file has it: its name, and its value as it was written."""

    name: str
    text: str
    where: Where
    path: Path

    @property
    def dotted(self) -> str:
        """The setting's path as a person writes it."""
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class GridValue:
    """A value of an axis: what it sets. `bare` says that its title is only the value itself."""

    title: str
    settings: tuple[Setting, ...]
    where: Where
    path: Path
    note: str = ""
    skip: bool = False
    hide: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class GridAxis:
    """An axis: its values, or, for a list with dots, the one setting that holds the list."""

    name: str
    where: Where
    path: Path
    values: tuple[GridValue, ...] = ()
    listed: Setting | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A whole definition. `sheet` has axis names for rows and cols, the outer first; `notes` are for people."""

    file: str
    title: str
    params: tuple[Setting, ...]
    axes: tuple[GridAxis, ...]
    sheet: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
