"""What columns are whose headers say nothing that is known: by what stands in their cells.

A header is one word or two, in any language; the cells below it are many. Types, yes or no, and names are known by
themselves, and the column with the longest texts describes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.kind_alone import is_kind_alone
from teststrip.provider.reading.cells.required import needs_instead

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.inline import Cell

_NAME: Final = Pattern(r"[A-Za-z_$][\w.\[\]$*?-]{0,80}")
_MOST_ROWS: Final = 60  # that are looked at
_WORDS: Final = 3  # of a cell that describes
_LETTERS: Final = 8  # of such a cell in a script without blanks
# Headers of values that also stand over descriptions.
_VAGUE: Final = frozenset(
    ["value", "значение", "значения", "值", "値", "值说明", "取值说明", "valor", "valeur", "wert", "valore", "값"]
)
_TRUTHS: Final = frozenset({"true", "false", "-", ""})  # as often a default


def guess_columns(group: Group, columns: Sequence[str]) -> list[str]:
    """Return what each column is, with those found by their cells whose headers are unknown ("")."""
    found = list(columns)
    if all(found) and "description" in found:
        return found
    rows = [row.cells for row in group.rows[:_MOST_ROWS] if len(row.cells) == len(found)]
    if not rows:
        return found
    for meaning, told in _TOLD:
        if meaning in found or (meaning != "type" and "type" not in found):
            continue
        at = next((at for at in _open(found) if told([cells[at] for cells in rows])), None)
        if meaning == "name" and any(found[:at]):
            continue  # names stand first
        if at is not None:
            found[at] = meaning
    if "default" not in found and {"name", "type"} <= set(found):
        at = next((at for at in _open(found) if not group.header[at].text and _are_defaults(rows, at)), None)
        if at is not None:
            found[at] = "default"
    if "name" in found and "description" not in found:
        _describe(found, rows, [words.plain(cell.text) for cell in group.header])
    return found


def _describe(found: list[str], rows: Sequence[Sequence[Cell]], header: Sequence[str]) -> None:
    """Call the unknown column with the longest texts the description; else one of values that holds sentences."""
    sizes = {at: sum(len(cells[at].text) for cells in rows) for at in _open(found) if _are_words(rows, at)}
    if sizes:
        found[max(sizes, key=lambda at: sizes[at])] = "description"
        return
    at = found.index("range") if "range" in found else None
    if at is not None and header[at] in _VAGUE and _are_words(rows, at, most=2 * _WORDS):
        found[at] = "description"


def _open(columns: Sequence[str]) -> list[int]:
    return [at for at, meaning in enumerate(columns) if not meaning]


def _are_words(rows: Sequence[Sequence[Cell]], at: int, most: int = _WORDS) -> bool:
    """Tell whether most cells of a column are running text, of `most` words or more."""
    texts = [cells[at].text for cells in rows if cells[at].text not in words.NOTHING]
    told = [text for text in texts if text.count(" ") >= most - 1 or _wide(text) >= _LETTERS * most // _WORDS]
    return len(told) * 2 > len(texts) > 0


def _are_defaults(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    """Tell whether a column without a header has defaults: values, and words for there being none in place of one.

    A column of examples has a value in every row.
    """
    told = [cells[at].text for cells in rows]
    none = [text for text in told if needs_instead(text) or (text and text.lower() in words.NO_DEFAULT)]
    values = [text for text in told if text and text not in none]
    return bool(none) and bool(values) and all(text.count(" ") < _WORDS - 1 for text in values)


def _wide(text: str) -> int:
    return len(re.findall(r"[\u3040-\u9fff\uac00-\ud7a3]", text))


def _types(cells: Sequence[Cell]) -> bool:
    """Tell whether most cells are types, so that a structure's name or a list of values among them may be one."""
    return sum(is_kind_alone(cell.text) for cell in cells) * 2 > len(cells)


def _needs(cells: Sequence[Cell]) -> bool:
    said = {words.plain(cell.text) or cell.text.strip() for cell in cells}
    return said <= words.YES | words.NO and bool(said - _TRUTHS) and bool(said & words.YES)


def _names(cells: Sequence[Cell]) -> bool:
    texts = [cell.text.strip("*` ") for cell in cells]
    fitting = sum(_NAME.fullmatch(text) is not None for text in texts)
    return fitting * 5 >= len(texts) * 4 and len(set(texts)) == len(texts)


_TOLD: Final[tuple[tuple[str, Callable[[Sequence[Cell]], bool]], ...]] = (
    ("type", _types),
    ("required", _needs),
    ("name", _names),
)
