"""A page as it is written: what it shows, and where that stands."""

from __future__ import annotations

from dataclasses import dataclass

from teststrip.sheet.model import Sheet
from teststrip.sheet.placed import Layout


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a sheet, numbered."""

    sheet: Sheet
    layout: Layout
