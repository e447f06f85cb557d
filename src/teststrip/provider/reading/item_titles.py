"""Titles over the members of an array's items: "Timeline Item Options", "Elements of the timeline"; and over their kinds.

## Timeline items             over `timeline`, which has a row above
### Video (`type: "video"`)   one kind of them: its rows stand below `timeline` as well
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.announcing import whole_path
from teststrip.provider.reading.cells.names import key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from teststrip.provider.reading.document import Group, Heading
    from teststrip.provider.reading.examples import Examples
    from teststrip.provider.reading.rows import Parsed

_LONGEST: Final = 80  # characters of a title
_ALL: Final = r"(?:(?:the|an?|each|every|all|common|shared|todos|tous|alle|cada|chaque|jede[rs]?)\s){0,3}"
_ITEM: Final = r"(?:items?|entr(?:y|ies)|elements?|objects?|elementos?|éléments?|elemente?s?|элемент\w{0,3}|elementi|eintr(?:ag|äge))"
_REST: Final = (
    r"(?:\s(?:options?|properties|property|fields?|param(?:eter)?s?|attributes?|keys?|types?|kinds?|variants?|structure|schema"
    r"|format|definitions?|reference|details|settings?)){0,3}"
)
_BEFORE: Final = Pattern(
    rf"{_ALL}(?P<name>[A-Za-z_]\w{{1,40}}(?:[ -]\w{{1,30}})?)(?:\[\])?\s{_ITEM}{_REST}(?:\s(?:share|have|has|take)\b.{{0,60}})?",
    re.IGNORECASE,
)
_BEHIND: Final = Pattern(
    rf"{_ALL}(?:{_ITEM}{_REST}|(?:fields|properties|attributes|keys|members|campos|champs|felder|поля))\s(?:of|in|inside|for|within|de|del|du|des|da|der|von|в|di)\s(?:(?:the|an?|la|le|el|der|die|das)\s)?"
    r"(?P<name>[A-Za-z_]\w{1,40})(?:\[\])?(?:\s(?:array|list))?",
    re.IGNORECASE,
)
_GLYPHS: Final = Pattern(
    r"(?P<name>[A-Za-z_]\w{1,40})(?:\[\])?\s?(?:数组|配列|배열)?\s?(?:的|中的|の|의)?\s?(?:元素|子项|成员|每一项|要素|项|항목|요소)"
    r"(?:字段|参数|属性|结构|说明|类型|项目|フィールド|필드){0,2}"
)
_REMARK: Final = Pattern(r"\s*[(（][^()（）]*[)）]")


def of_items(group: Group, holders: Sequence[Parsed], parents: Mapping[int, str], examples: Examples) -> str:
    """Return the array whose items a title over a group is about, the nearest title first; "" where none is.

    A title further out counts for what stands below it, so long as that says nothing else.
    """
    arrays = {key_of(row.path): whole_path(row, parents) for row in holders if _holds_items(row, examples)}
    return arrays.get(over_items(group.headings, arrays), "")


def over_items(headings: Sequence[Heading], keys: Collection[str]) -> str:
    """Return the one of some keys of names whose items the headings around something are about, the nearest first."""
    for heading in reversed(headings) if keys else ():
        if heading.level == 1:
            break
        found = key_of(_named(heading.cell.text))
        if found in keys:
            return found
        if words.purpose(heading.cell.text) is not None:
            break
    return ""


def _holds_items(row: Parsed, examples: Examples) -> bool:
    """Tell whether a row is an array that may hold objects."""
    kinds = {row.kind.kind, *row.kind.or_kinds}
    shown = examples.items.get(row.path)
    return "array" in kinds and row.kind.item in {None, "object"} and shown in {None, "object"}


def _named(title: str) -> str:
    """Return the name of what a title says that it is about the items of."""
    text = words.plain(_REMARK.sub("", title[:_LONGEST]).replace("`", ""))
    for pattern in (_BEHIND, _BEFORE, _GLYPHS):
        if (match := pattern.fullmatch(text)) is not None:
            return match["name"].replace(" ", "_")
    return ""
