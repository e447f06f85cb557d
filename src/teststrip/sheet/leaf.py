"""A page as it is written: what it shows, where that stands, and what its file is called."""

from __future__ import annotations

from dataclasses import dataclass

from teststrip.sheet.model import Sheet
from teststrip.sheet.placed import Layout


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a sheet; `stem` is its file's name without the suffix."""

    sheet: Sheet
    layout: Layout
    stem: str
