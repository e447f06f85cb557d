"""A page of a sheet on its way to a file."""

from __future__ import annotations

from dataclasses import dataclass

from teststrip.sheet.model import Sheet
from teststrip.sheet.placed import Layout


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as it is written: what it shows, where that stands, and the file's name without its suffix."""

    sheet: Sheet
    layout: Layout
    stem: str
