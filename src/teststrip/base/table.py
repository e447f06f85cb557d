"""Tables as text that a spreadsheet takes as what it is: RFC 4180, and no text becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

_NUMBER: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
# Also as they are written in full width, which some spreadsheets take alike.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def csv_row(members: Iterable[str]) -> str:
    """Write one line of a table, its end included."""
    line = io.StringIO()
    csv.writer(line).writerow(members)
    return line.getvalue()


def csv_text(text: str) -> str:
    """Make a text safe for a spreadsheet and for a terminal."""
    text = _CONTROLS.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
