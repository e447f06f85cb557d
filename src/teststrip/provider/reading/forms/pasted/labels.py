"""The labels that documentation sites put before a value, and the words of their buttons."""

from __future__ import annotations

import re
from typing import Final, Literal

from teststrip.base.pattern import Pattern

Label = Literal["default", "enum", "one", "example", "limit", "type", "required", "word"]

_LABELS: Final[tuple[tuple[Label, Pattern], ...]] = (
    (
        "default",
        Pattern(r"(?:defaults?(?: values?)?(?: to)?|默认值?|既定値|デフォルト値?|기본값)", re.IGNORECASE),
    ),
    (
        "enum",
        Pattern(
            r"(?:(?:items )?enum(?: values)?|(?:allowed|available|possible|valid|accepted|supported|possible enum) (?:values|options)|allowed|options|values|one of"
            r"|可用选项|可选值|枚举值?|取值|允许值|許容値|選択肢|허용 값)",
            re.IGNORECASE,
        ),
    ),
    ("one", Pattern(r"(?:const(?:ant)?|(?:allowed )?value)", re.IGNORECASE)),
    ("example", Pattern(r"(?:examples?(?: values?)?|示例值?|例|예시?)", re.IGNORECASE)),
    (
        "limit",
        Pattern(
            r"(?:(?:required|valid|allowed|value) (?:string length|array length|range|length)|(?:minimum|maximum) (?:string|array) length"
            r"|(?:minimum|maximum|min|max)(?: ?(?:length|items|value))?"
            r"|(?:valid )?range|length(?: constraints)?|array members|必填范围|取值范围|范围|长度)",
            re.IGNORECASE,
        ),
    ),
    ("type", Pattern(r"(?:data )?type|类型", re.IGNORECASE)),
    ("required", Pattern(r"required|必填|必需", re.IGNORECASE)),
    (
        "word",
        Pattern(r"(?:format|pattern|match pattern|title|required scope|additional properties)", re.IGNORECASE),
    ),
)
_LABELED: Final = Pattern(
    r"(?P<label>[^\W\d_][^:：\d`\"]{0,30}?)\s?[:：]\s{0,4}(?P<value>.*)|(?P<bare>Defaults to) (?P<to>.+)"
)
# Labels that some sites have on a line of their own, without a colon.
_ALONE: Final = Pattern(
    r"Default|Enum|Allowed|(?:Possible|Allowed|Available) (?:enum )?(?:values|options)|Possible enum values|Example"
    r"|默认值|示例值|枚举值"
)
BUTTON: Final = Pattern(
    r"(?P<verb>show|hide|expand|collapse|隐藏|显示|展开|收起)\s?(?P<count>\d{1,3} )?(?:more )?(?:[\w.]{1,60} )?"
    r"(?P<what>attributes?|properties|property|fields?|parameters|details|variants?|types?|enum values|子?属性)(?:\s?for [\w.$-]{1,80})?"
    r"|(?P<add>add) (?:string|object|item|field|number|file)",
    re.IGNORECASE,
)


def label_of(text: str) -> Label | None:
    """Return what a label is for; None for words that are none."""
    return next((label for label, pattern in _LABELS if pattern.fullmatch(text)), None)


def labeled(text: str, following: str = "") -> tuple[Label, str, bool] | None:
    """Part a line into its label and its value, which is empty where it stands below.

    `following` is the next line: a colon may stand on it alone, which the last of the three tells.
    """
    if following in {":", "："}:
        label = label_of(text)
        return (label, "", True) if label is not None else None
    match = _LABELED.fullmatch(text)
    if match is None:
        label = label_of(text) if _ALONE.fullmatch(text) else None
        return (label, "", False) if label is not None else None
    label = label_of(match["label"] or match["bare"])
    return None if label is None else (label, (match["value"] or match["to"] or "").strip(), False)


def awaits_value(text: str) -> bool:
    """Tell whether a line is a label whose one value stands on the next line."""
    found = labeled(text) if text.rstrip()[-1:] in {":", "："} else None
    return found is not None and not found[1] and found[0] in {"default", "one", "example"}
