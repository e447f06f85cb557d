"""Texts that are a type, and nothing besides: by them a column of types is known whose header says nothing."""

from __future__ import annotations

from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.flags import CellError


def is_kind_alone(text: str) -> bool:
    """Tell whether a text is a type without values, which is no structure's name and no number."""
    try:
        reading = read_kind(text)
    except CellError:
        return False
    return reading.kind is not None and not (reading.values or reading.named or text[:1].isdigit())
