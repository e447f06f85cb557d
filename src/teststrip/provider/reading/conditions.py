"""When something holds: `when action is img2img`, `if image is not provided`, `当 mode 为 edit 时`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.base.where import Where
    from teststrip.provider.reading.inline import Cell

_NAME: Final = (
    r"[\"'“`]?(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z_][\w-]{0,80}(?:(?:\[\])?\.[A-Za-z_][\w-]{0,80}){0,16})[\"'”`]?"
)
_ONE: Final = r"(?:\"[^\"]{1,60}\"|'[^']{1,60}'|“[^”]{1,60}”|`[^`]{1,60}`|[\w+-](?:[\w.+:/-]{0,80}[\w+-])?)"
_VALUES: Final = rf"(?P<values>{_ONE}(?:\s*(?:,\s*(?:or\s+)?|/|\||\bor\b|或者?|、)\s*{_ONE}){{0,40}})"
_WHEN: Final = Pattern(
    rf"\b(?:when|if|where|only (?:when|if|for|with)|for|with|unless)\s+(?:the\s+|using\s+)?(?:parameter\s+|field\s+)?{_NAME}(?:\s+(?:parameter|field|mode|value))?"
    rf"\s*(?:\bis\s+set\s+to\b|\bis\s+equal\s+to\b|\bequals\b|\bset\s+to\b|\bis\s+one\s+of\b|\bis\s+either\b|\bis\b|\bin\b|={{1,3}}|:)\s*{_VALUES}",
    re.IGNORECASE,
)
_SET_TO: Final = Pattern(rf"{_NAME}\s*(?:is set to|=|==)\s*{_VALUES}", re.IGNORECASE)
_ZH: Final = Pattern(
    rf"(?:当|若|如果|仅当|仅在|在|只有)?\s*{_NAME}\s*(?:参数)?\s*(?:={{1,3}}|为|是|等于|设置为|设为|取值为|选择)\s*{_VALUES}\s*(?:时|的时候|的情况下)",
    re.IGNORECASE,
)
_JA: Final = Pattern(
    rf"{_NAME}\s*(?:が|を|に|は)\s*{_VALUES}\s*(?:に設定(?:されている|した|する)|の|である|を指定した)?\s*(?:場合|とき|時)"
)
_KO: Final = Pattern(
    rf"{_NAME}\s*(?:이|가|을|를|은|는)?\s*{_VALUES}\s*(?:으?로 설정(?:된|한)|인|일)?\s*(?:경우|때)"
)
_PRESENCE: Final = r"(?P<no>not\s+|n't\s+|un)?(?P<word>given|provided|specified|present|set|used|supplied|passed|defined|included|empty|omitted|missing|absent|null|blank)"
_GIVEN: Final = Pattern(
    rf"\b(?:when|if|unless|only if|only when)\s+(?:the\s+)?(?P<neither>no\s+)?{_NAME}(?:\s+(?:parameter|field|value))?\s+(?:is|are|was|has been|isn't|is\s+not)\s*{_PRESENCE}\b(?!\s+to\b)",
    re.IGNORECASE,
)
_GIVEN_ZH: Final = Pattern(
    rf"(?:当|若|如果)?\s*(?P<no>未|没有|不)(?:传|提供|设置|指定|填)(?:入)?\s*{_NAME}|{_NAME.replace('name', 'name2')}\s*(?P<word>为空|未传|未提供|存在|不为空)",
    re.IGNORECASE,
)
_USING: Final = Pattern(
    rf"\b(?:when|if)\s+(?:using|providing|specifying|passing|you (?:use|provide|specify|pass))\s+(?:the\s+|a\s+|an\s+)?{_NAME}",
    re.IGNORECASE,
)
# "Yes (or `b`)", "(* or use `b`)": unless the other is given. "Either `a` or `b`": of two, the one that is not the row's.
_INSTEAD: Final = Pattern(
    rf"[(（]\s?\*?\s?or\s+(?:(?:use|give|provide|send|pass|set|specify)\s+)?{_NAME}\s?[)）]"
    rf"|^\W?(?:either|one of)\s+{_NAME.replace('<name>', '<first>')}\s+or\s+{_NAME.replace('<name>', '<second>')}\W?$",
    re.IGNORECASE,
)
_SPLIT: Final = Pattern(r"\s*(?:,\s*(?:or\s+)?|\||\bor\b|或者?|、)\s*", re.IGNORECASE)
# Words that are no parameter's name, though they stand where one could.
_STOP: Final = frozenset(
    {
        "the",
        "a",
        "an",
        "any",
        "it",
        "this",
        "that",
        "not",
        "no",
        "using",
        "you",
        "your",
        "set",
        "only",
        "also",
        "all",
    }
    | {"more", "image-to-image", "text-to-image"}
)
_HERE: Final = frozenset({"given", "provided", "set", "used", "specified", "present"})
_NO_VALUES: Final = _HERE | {"not", "required", "the"}
_ABSENT: Final = frozenset({"empty", "omitted", "missing", "absent", "null", "blank"})


@dataclass(frozen=True, slots=True)
class RawCondition:
    """A condition as written: its values get their types from the parameter it speaks of.

    Without values it is about the parameter being given, or, with `given` false, not given.
    """

    parameter: str
    values: tuple[str, ...]
    given: bool
    where: Where


def find_conditions(cell: Cell) -> tuple[RawCondition, ...]:
    """Find everything in a text that may be a condition, in order; which of them are is known by the parameters."""
    return tuple(_found(cell.text, cell.where))


def _found(text: str, where: Where) -> Iterator[RawCondition]:
    lower = text.lower()
    if any(word in lower for word in ("when", "if", "unless")):
        for match in _GIVEN.finditer(text):
            if match["name"].lower() not in _STOP:
                yield RawCondition(match["name"], (), _is_given(match), where)
    for pattern, needs in _VALUED:
        # Looking for a name at every place is slow, and in vain without the words round it.
        if any(word in lower for word in needs):
            yield from _valued(pattern, text, where)
    if not text.isascii():
        for match in _GIVEN_ZH.finditer(text):
            absent = match["no"] is not None or match["word"] in {"为空", "未传", "未提供"}
            yield RawCondition(match["name"] or match["name2"], (), not absent, where)
    for match in _USING.finditer(text):
        yield RawCondition(match["name"], (), given=True, where=where)
    yield from _instead(text, where)


def _instead(text: str, where: Where) -> Iterator[RawCondition]:
    """Give the other parameter that may be given instead, as a condition that it is not."""
    for match in _INSTEAD.finditer(text) if "or " in text.lower() else ():
        for name in filter(None, (match["name"], match["first"], match["second"])):
            yield RawCondition(name, (), given=False, where=where)


def _valued(pattern: Pattern, text: str, where: Where) -> Iterator[RawCondition]:
    """Give the conditions of one form, each a name and its values."""
    for match in pattern.finditer(text):
        if match["name"].lower() in _STOP:
            continue
        values = tuple(dict.fromkeys(_bare(part) for part in _SPLIT.split(match["values"]) if _bare(part)))
        if values and values[0].lower() not in _NO_VALUES:
            yield RawCondition(match["name"], values, given=True, where=where)
        elif len(values) == 1 and values[0].lower() in _HERE:
            yield RawCondition(match["name"], (), given=True, where=where)


_VALUED: Final[tuple[tuple[Pattern, tuple[str, ...]], ...]] = (
    (_WHEN, ("when", "if", "where", "for", "with", "unless", "only")),
    (_ZH, ("时", "的情况下")),
    (_JA, ("場合", "とき", "時")),
    (_KO, ("경우", "때")),
    (_SET_TO, ("=", "is set to")),
)


def _is_given(match: re.Match[str]) -> bool:
    negated = (
        bool(match["no"])
        or match["neither"] is not None
        or re.search(r"isn't|is\s+not|^unless", match[0], re.IGNORECASE) is not None
    )
    return (match["word"].lower() in _ABSENT) == negated


def _bare(text: str) -> str:
    return text.strip().strip("\"'“”`").strip()
