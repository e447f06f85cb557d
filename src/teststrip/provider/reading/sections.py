"""What headings, and the line above a group, say of all its rows: which models take them, and when they count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.conditions import RawCondition, find_conditions
from teststrip.provider.reading.inline import cropped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Model
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.inline import Cell

# The parts of a name are counted: from each of the first, the second are tried.
_MODEL: Final = Pattern(
    r"(?<![\w./-])[A-Za-z][A-Za-z0-9]*(?:[-./][A-Za-z0-9]+){0,16}-(?:[A-Za-z0-9]+[-.]){0,16}[A-Za-z]*\d[\w.-]*(?:-[A-Za-z][\w-]*)*|(?<![\w./-])[A-Za-z][\w]*(?:-[\w.]+)*-v?\d[\w.]*(?:-[\w.]+)*"
)
_ONLY: Final = Pattern(
    r"\bonly\b|\bsupported (?:by|in|on)\b|\bavailable (?:for|in|on|with)\b|\bappl(?:y|ies|icable) to\b|\bfor (?:the )?models?\b|^for\b|\bmodels?\s*[:：]|仅|适用|支持(?:的)?模型|対応モデル",
    re.IGNORECASE,
)
_MOST: Final = 1000  # characters of the line above a table that are read
_TAIL: Final = Pattern(r"[)）]\s*$")
_COUNTS: Final = Pattern(
    r"\b(?:following|these|below|only|when|if|applies|available|required)\b|当|仅", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Section:
    """The title without its brackets, the models (none: all of them), and what may be a condition."""

    title: str = ""
    models: tuple[str, ...] = ()
    conditions: tuple[RawCondition, ...] = ()
    about: str = ""  # the parameter whose members the rows are, where the heading names one


def read_section(group: Group, models: Sequence[Model], *, lenient: bool = True) -> Section:
    """Read the headings above a group, the outermost first, then, if lenient, the line above it."""
    section = Section()
    for heading in group.headings:
        if heading.level == 1:
            continue
        section = Section(
            title=re.sub(r"\s*\([^()]*\)$", "", heading.cell.text),
            models=_models(heading.cell, models, brackets=True) or section.models,
            conditions=find_conditions(heading.cell) or section.conditions,
        )
    if not group.lead or not lenient:
        return section
    line = cropped(group.lead[-1], _MOST)
    named = _models(line, models, brackets=False)
    counted = find_conditions(line) if _COUNTS.search(line.text) or line.text.count(" ") <= 6 else ()
    return Section(section.title, named or section.models, counted or section.conditions)


def _models(cell: Cell, models: Sequence[Model], *, brackets: bool) -> tuple[str, ...]:
    """Return the models that a text limits its rows to; those of a known list by id, else what looks like a model."""
    known = {name: model.id for model in models for name in (model.id, *model.aliases)}
    if known:
        named = [known[code] for code in cell.codes if code in known]
        if named or brackets:
            return tuple(dict.fromkeys(named))
    text = cell.text
    if known:
        return (
            tuple(dict.fromkeys(known[word] for word in _tail_names(text) if word in known))
            if _ONLY.search(text) or _TAIL.search(text)
            else ()
        )
    if brackets:
        inside = re.findall(r"[(（]([^()（）]*)[)）]", text)
        found = [name for part in inside for name in _MODEL.findall(part)]
        return (
            tuple(dict.fromkeys(found))
            if found or not _ONLY.search(text)
            else tuple(dict.fromkeys(_MODEL.findall(text)))
        )
    if _ONLY.search(text) and len(text) < 300:
        return tuple(dict.fromkeys(_MODEL.findall(text)))
    return tuple(dict.fromkeys(_tail_names(text)))


_ROW_ONLY: Final = Pattern(
    r"(?:\b(?:only|exclusively)\b(?!\s+(?:one|if|when))(?:\s+(?:is|are|be|for|by|in|on|with|to|the|supported|available|valid|works?|applies|applicable|usable|used|models?|using|support))*|仅(?:支持|限|适用于|对|在|当)?|只(?:支持|适用于|对))\s*(?:模型\s*)?[:：]?\s*[\"'“`(（]*(?P<after>\S+)"
    r"|(?<![\w./-])(?P<before>[\w./-]+)[\"'”`]*\s*(?:models?\s+)?(?:only\b|专用|独有|特有)",
    re.IGNORECASE,
)


def row_models(cell: Cell, known: frozenset[str]) -> tuple[str, ...]:
    """Return the models, of those that are known, to which a description limits its parameter."""
    known |= {code for code in cell.codes if _MODEL.fullmatch(code)}
    if not known:
        return ()
    text = cell.text
    for match in _ROW_ONLY.finditer(text):
        start = match.start("after") if match["after"] else match.start("before")
        end = re.search(r"[.。;；](?:\s|$)", text[start:])
        part = text[start : start + end.start() if end else len(text)]
        names = [word for word in re.findall(r"[\w./:-]+", part) if word.strip(".:-") in known]
        lead = re.match(r"[\w./:-]+", part)
        if names and lead is not None and lead[0].strip(".:-") in known:
            return tuple(dict.fromkeys(word.strip(".:-") for word in names))
    return ()


def _tail_names(text: str) -> tuple[str, ...]:
    """Return the model names that a text ends with: what a scraper leaves of `### Title (model-1 or model-2)`."""
    names: list[str] = []
    rest = text.rstrip(" )）:：.")
    while True:
        found = re.search(r"(?:^|[\s(（)）,、:：;])(?P<name>[A-Za-z][\w.-]*)$", rest)
        if found is None or not _MODEL.fullmatch(found["name"]):
            break
        names.append(found["name"])
        rest = re.sub(r"(?:\s*(?:,|、|\bor\b|\band\b|/|和|或)\s*)+$", "", rest[: found.start("name")])
        if rest == text:
            break
    return tuple(reversed(names))


def model_like(text: str) -> list[str]:
    """Return the words of a text that look like a model's name."""
    return [match[0].rstrip(".-/") for match in _MODEL.finditer(text)]
