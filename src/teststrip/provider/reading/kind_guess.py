"""What kind a parameter is where no cell gives its type: its default, its values, its range, or an example may show it.

Nothing is decided in silence: a guess is flagged at its row, with what it rests on. Where the page shows the kind
beyond doubt (a default of `true`, a text in an example, words to choose from), one flag for the table may do for its
rows; `witness.untyped` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from teststrip.provider.reading import words
from teststrip.provider.reading.kind_evidence import Evidence, evidence_of, settled, told_default
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.kind_sure import is_sure
from teststrip.provider.reading.kind_words import item_by_description

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.rows import Parsed


def guess_kinds(rows: Sequence[Parsed], examples: Examples, flags: Flags) -> list[Parsed]:
    """Give each row without a type the kind that the rest of it, or the page's examples, speak for, and flag it."""
    holders = {above for row in rows for above in _above(row.path)}
    defaults = {row.cell("default").text for row in rows} | {one for row in rows if (one := told_default(row))}
    names = frozenset(row.path for row in rows)

    def guessed(row: Parsed) -> Parsed:
        evidence = [] if row.path in holders else evidence_of(row, examples)
        found = settled(evidence)
        if row.cell("type").text not in words.NOTHING:
            pass  # has its flag already
        elif found is not None and row.path not in defaults and is_sure(row, evidence, names):
            return replace(row, kind=_reading(row, found[0], found[1]))  # flagged at the end
        else:
            flag_untyped(row, flags, found)
        return row if found is None else replace(row, kind=_reading(row, found[0]))

    return [row if row.kind.kind is not None else guessed(row) for row in rows]


def _reading(row: Parsed, kind: Kind, shown: str = "") -> KindReading:
    item = item_by_description(row.cell("description").text) if kind == "array" else None
    return KindReading(kind, item=item, guessed=True, shown=shown)


def flag_untyped(row: Parsed, flags: Flags, found: Evidence | None = None) -> None:
    """Say that a row has no type, and which types its other cells speak for; `found` is the kind it is taken for."""
    cell = row.cell("type")
    told = "no type is given" if found is None else f"no type is given; {found[1]} shows {_article(found[0])}"
    flags.add(cell.where, row.path, cell.text, told, _candidates(row))


def _above(path: str) -> Iterator[str]:
    at = path.rfind(".")
    while at > 0:
        yield path[:at].removesuffix("[]")
        at = path.rfind(".", 0, at)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aio" else f"a {kind}"


def _candidates(row: Parsed) -> tuple[str, ...]:
    """Say which types the default speaks for."""
    text = row.cell("default").text
    if re.fullmatch(r"(?i)true|false", text):
        return ("boolean",)
    if re.fullmatch(r"-?\d+", text):
        return ("integer", "number")
    if re.fullmatch(r"-?\d+\.\d+", text):
        return ("number",)
    return ("string", "number", "boolean") if text in words.NOTHING else ("string",)
