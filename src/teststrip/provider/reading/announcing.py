"""Titles that announce the members of a parameter: by its name, its type's name, or words that its row has as well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.names import heading_parent, key_of, named_by, stepped_to, structure_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.rows import Parsed

TITLE: Final = 60  # characters of a line that may be the title of a table
# A title of values, and of no members: "Possible values of `mode`:"
_OF_VALUES: Final = Pattern(
    r"\b(?:possible|allowed|valid|supported|available|accepted) (?:values|options)\b|\bvalues (?:of|for)\b|(?:возможные|допустимые) значения|取值|可选值|枚举|valores posibles|valeurs possibles|mögliche werte|設定可能な値|가능한 값",
    re.IGNORECASE,
)
_IN: Final = Pattern(
    r"[(（]\s?(?:(?:with)?in|inside|under|below|of|part of|items? of|member of|child of|each (?:of|in)|在|位于)\s(?:the\s)?"
    r"[`\"'“]?(?P<path>[A-Za-z_][\w\[\]]{0,60}(?:\.[A-Za-z_][\w\[\]]{0,60}){1,8})[`\"'”]?(?:\s(?:array|object|list))?\s?[)）]",
    re.IGNORECASE,
)
_DOTTED: Final = Pattern(r"[A-Za-z_]\w*(?:\[\])?(?:\.[A-Za-z_]\w*(?:\[\])?)+")


def whole_path(row: Parsed, parents: Mapping[int, str]) -> str:
    """Return the full name of a row, by the parent that its heading names."""
    parent = parents.get(row.group, "")
    return f"{parent}.{row.path}" if parent and not row.path.startswith(parent.removesuffix("[]")) else row.path


def _speaking(title: str, structure: str, holders: Sequence[Parsed]) -> list[Parsed]:
    """Return the arrays and objects whose words speak of a structure of two words or more: "a list of content parts".

    Those whose words are the title go before.
    """
    told = words.plain(title)
    described = [row for row in holders if _is_described_as(row, told)] if " " in told else []
    if described:
        return described
    if not re.fullmatch(r"[A-Za-z]{2,20}(?: [A-Za-z]{2,20}){1,3}", structure):
        return []
    pattern = re.compile(rf"\b(?:of|an?|each|these|the|or) {re.escape(structure)}s?\b", re.IGNORECASE)
    rows = [row for row in holders if row.kind.kind is not None]
    return [row for row in rows if any(pattern.search(row.cell(name).text) for name in ("type", "description"))]


def _is_described_as(row: Parsed, told: str) -> bool:
    """Tell whether the words of a row are those of a title: "`options`: Sampling options" of "Sampling options"."""
    held = row.kind.kind in {None, "object", "array"}
    return held and words.plain(row.cell("description").text).rstrip(". ") == told


def _within(title: Cell, named: str, holders: Sequence[Parsed], parents: Mapping[int, str]) -> str:
    """Return what a title says that its object stands in: "`leaf` object (within `part.leaves`)".

    An array holds such objects; in anything else the object is a member. The path may begin further in.
    """
    match = _IN.search(title.text)
    if match is None:
        return ""
    steps = [key_of(step.removesuffix("[]")) for step in match["path"].split(".")]
    for row in reversed(holders):
        whole = whole_path(row, parents)
        ends = [key_of(step.removesuffix("[]")) for step in whole.split(".")][-len(steps) :]
        # Of the steps before the last, the objects of an array are called by the singular.
        if ends == steps:
            held = row.kind.kind == "array" or not named or key_of(named) == steps[-1]
            return whole if held else f"{whole}.{named}"
    return ""


def announced(
    title: Cell, by_name: Mapping[str, str], holders: Sequence[Parsed], parents: Mapping[int, str]
) -> str:
    """Return the parameter whose members a title announces: by its name, or by a structure that its row speaks of."""
    if _OF_VALUES.search(title.text):
        return ""
    named = heading_parent(title.text, title.codes)
    if named in by_name:
        return by_name[named]
    stepped = stepped_to(title.text, [whole_path(row, parents) for row in holders])
    if stepped := stepped or _within(title, named, holders, parents):
        return stepped
    if _DOTTED.fullmatch(named) and re.split(r"\[\]|\.", named)[0] in by_name:
        return named  # no row describes it, one describes what it is a member of
    spoken = [
        word for word in re.findall(r"[A-Za-z_][\w.]*(?:\[\])?", title.text) if word.removesuffix("[]") in by_name
    ]
    if len(set(spoken)) == 1 and len(title.text) <= TITLE and (spoken[0] in title.codes or "_" in spoken[0]):
        return by_name[spoken[0].removesuffix("[]")]
    typed = {
        whole_path(row, parents)
        for row in holders
        if row.kind.named and key_of(row.kind.named) == named_by(title.text, title.codes)
    }
    if len(typed) == 1:
        return typed.pop()
    plain = re.sub(r"\s*[(（].*[)）]$", "", title.text)
    structure = re.sub(r"\s*[(（].*[)）]|\s+(?:schema|type)$", "", structure_of(plain)).strip()
    same = [row for row in holders if row.kind.kind is not None and key_of(row.path) == key_of(structure)]
    if len({row.path for row in same}) == 1:
        return whole_path(same[0], parents)
    spoken_of = _speaking(title.text, structure, holders)
    if len(spoken_of) == 1:
        return whole_path(spoken_of[0], parents)
    if len(structure) < 4 or not re.fullmatch(r"[A-Z][A-Za-z0-9]+(?: [A-Z][A-Za-z0-9]+)*", structure):
        return ""
    pattern = re.compile(rf"(?<!\w){re.escape(structure)}(?!\w)")
    mentioned = [
        row
        for row in holders
        if any(
            structure in cell.text and pattern.search(cell.text)
            for column, cell in row.cells.items()
            if column != "name"
        )
    ]
    return whole_path(mentioned[0], parents) if len(mentioned) == 1 else ""
