"""When something holds: `when action is img2img`, `if image is not provided`, `当 mode 为 edit 时`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.base.where import Where
    from teststrip.provider.reading.inline import Cell

_NAME: Final = (
    r"[\"'“`]?(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z_][\w-]{0,80}(?:(?:\[\])?\.[A-Za-z_][\w-]{0,80}){0,16})[\"'”`]?"
)
_ONE: Final = r"(?:\"[^\"]{1,60}\"|'[^']{1,60}'|“[^”]{1,60}”|`[^`]{1,60}`|[\w+-](?:[\w.+:/-]{0,80}[\w+-])?)"
_VALUES: Final = rf"(?P<values>{_ONE}(?:\s*(?:,\s*(?:or\s+)?|/|\||\bor\b|或者?|、)\s*{_ONE}){{0,40}})"
_WHEN: Final = re.compile(
    rf"\b(?:when|if|where|only (?:when|if|for|with)|for|with|unless)\s+(?:the\s+|using\s+)?(?:parameter\s+|field\s+)?{_NAME}(?:\s+(?:parameter|field|mode|value))?"
    rf"\s*(?:\bis\s+set\s+to\b|\bis\s+equal\s+to\b|\bequals\b|\bset\s+to\b|\bis\s+one\s+of\b|\bis\s+either\b|\bis\b|\bin\b|={{1,3}}|:)\s*{_VALUES}",
    re.IGNORECASE,
)
_SET_TO: Final = re.compile(rf"{_NAME}\s*(?:is set to|=|==)\s*{_VALUES}", re.IGNORECASE)
_ZH: Final = re.compile(
    rf"(?:当|若|如果|仅当|仅在|在|只有)?\s*{_NAME}\s*(?:参数)?\s*(?:={{1,3}}|为|是|等于|设置为|设为|取值为|选择)\s*{_VALUES}\s*(?:时|的时候|的情况下)",
    re.IGNORECASE,
)
_JA: Final = re.compile(
    rf"{_NAME}\s*(?:が|を|に|は)\s*{_VALUES}\s*(?:に設定(?:されている|した|する)|の|である|を指定した)?\s*(?:場合|とき|時)"
)
_KO: Final = re.compile(
    rf"{_NAME}\s*(?:이|가|을|를|은|는)?\s*{_VALUES}\s*(?:으?로 설정(?:된|한)|인|일)?\s*(?:경우|때)"
)
_PRESENCE: Final = r"(?P<no>not\s+|n't\s+|un)?(?P<word>given|provided|specified|present|set|used|supplied|passed|defined|included|empty|omitted|missing|absent|null|blank)"
_GIVEN: Final = re.compile(
    rf"\b(?:when|if|unless|only if|only when)\s+(?:the\s+)?(?P<neither>no\s+)?{_NAME}(?:\s+(?:parameter|field|value))?\s+(?:is|are|was|has been|isn't|is\s+not)\s*{_PRESENCE}\b(?!\s+to\b)",
    re.IGNORECASE,
)
_GIVEN_ZH: Final = re.compile(
    rf"(?:当|若|如果)?\s*(?P<no>未|没有|不)(?:传|提供|设置|指定|填)(?:入)?\s*{_NAME}|{_NAME.replace('name', 'name2')}\s*(?P<word>为空|未传|未提供|存在|不为空)",
    re.IGNORECASE,
)
_USING: Final = re.compile(
    rf"\b(?:when|if)\s+(?:using|providing|specifying|passing|you (?:use|provide|specify|pass))\s+(?:the\s+|a\s+|an\s+)?{_NAME}",
    re.IGNORECASE,
)
_SPLIT: Final = re.compile(r"\s*(?:,\s*(?:or\s+)?|\||\bor\b|或者?|、)\s*", re.IGNORECASE)
_STOP: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "any",
        "it",
        "this",
        "that",
        "not",
        "no",
        "image-to-image",
        "text-to-image",
        "true-ish",
        "using",
        "you",
        "your",
        "set",
        "only",
        "also",
        "all",
        "more",
    ]
)
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
    for pattern in (_GIVEN, _WHEN, _ZH, _JA, _KO, _SET_TO):
        for match in pattern.finditer(text):
            name = match["name"]
            if name.lower() in _STOP:
                continue
            if pattern is _GIVEN:
                yield RawCondition(name, (), _is_given(match), where)
                continue
            values = tuple(dict.fromkeys(_bare(part) for part in _SPLIT.split(match["values"]) if _bare(part)))
            if values and values[0].lower() not in {
                "not",
                "given",
                "provided",
                "set",
                "required",
                "used",
                "the",
                "specified",
                "present",
            }:
                yield RawCondition(name, values, given=True, where=where)
            elif (
                values
                and len(values) == 1
                and values[0].lower() in {"given", "provided", "set", "used", "specified", "present"}
            ):
                yield RawCondition(name, (), given=True, where=where)
    for match in _GIVEN_ZH.finditer(text):
        name = match["name"] or match["name2"]
        absent = match["no"] is not None or match["word"] in {"为空", "未传", "未提供"}
        yield RawCondition(name, (), not absent, where)
    for match in _USING.finditer(text):
        yield RawCondition(match["name"], (), given=True, where=where)


def _is_given(match: re.Match[str]) -> bool:
    negated = (
        bool(match["no"])
        or match["neither"] is not None
        or re.search(r"isn't|is\s+not|^unless", match[0], re.IGNORECASE) is not None
    )
    return (match["word"].lower() in _ABSENT) == negated


def _bare(text: str) -> str:
    return text.strip().strip("\"'“”`").strip()
