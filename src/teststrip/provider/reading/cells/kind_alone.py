"""Texts that are a type, and nothing besides: by them a column of types is known whose header says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from teststrip.provider.reading.cells.kinds import read_kind
from teststrip.provider.reading.flags import CellError

if TYPE_CHECKING:
    from collections.abc import Sequence


def may_be_kind(text: str, codes: Sequence[str] = ()) -> bool:
    """Tell whether a text can be read as a type: of values, or by a structure's name, as well."""
    try:
        return read_kind(text, codes).kind is not None
    except CellError:
        return False


def is_kind_alone(text: str) -> bool:
    """Tell whether a text is a type without values, which is no structure's name and no number."""
    try:
        reading = read_kind(text)
    except CellError:
        return False
    return reading.kind is not None and not (reading.values or reading.named or text[:1].isdigit())
