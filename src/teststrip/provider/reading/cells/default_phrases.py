"""The phrases that tell a default in running text: what stands before its value, or behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

# A value set apart (code spans are numbered between control signs), a number, or a word that ends its part.
_VALUE: Final = r"(?P<value>\"[^\"]*\"|'[^']*'|“[^”]*”|‘[^’]*’|\x01\d+\x01|[-+]?\d+(?:\.\d+)?(?:[x×*:]\d+)?(?![A-Za-z0-9_.]*[A-Za-z0-9_])|true\b|false\b|null\b|none\b|[A-Za-z0-9][A-Za-z0-9_.:/-]*(?=\s*(?:[.,;)）。，；、\n\]]|$)))"
_BEFORE: Final = Pattern(
    # "omit it for default storage" is about a thing
    r"(?:(?<!no )(?<![-\w])(?!(?<=\bfor )default\s[a-z])(?:the\s+)?default(?:s|ed)?(?:\s+(?:value|setting|is|to|value\s+is|to\s+the\s+value))*\s*(?:is|to|:|：|=|of|[–—-](?=\s?\x01))?\s*"
    r"|\bdef(?:\.|:|=)\s*|默认(?:值|参数|使用|采用)?(?:是|为|：|:|=)?\s*|缺省(?:值)?(?:是|为|：|:)?\s*|預設(?:值)?(?:是|為|：|:)?\s*|デフォルト(?:値)?(?:は|：|:|=)?\s*|기본(?:값)?(?:은|는|：|:|=)?\s*|по умолчанию\s*[:—–-]?\s*|(?:valor )?por defecto\s*[:：]?\s*|predeterminado\s*[:：]?\s*|padrão\s*[:：]?\s*|par défaut\s*[:：]?\s*|(?:défaut|standard(?:wert)?|voreinstellung|vorgabe(?:wert)?|predefinit[oa]|predeterminad[oa]|standaard(?:waarde)?|varsayılan|mặc định|bawaan|domyśln(?:a|e|ie)|既定値?|初期値)\s*[:：=]\s*|standardmäßig\s*|(?:the\s+)?default\s+\w{2,20}\s*(?:[:：=]|is|of(?=\s[-+]?\d))\s*|\binitial value\s*(?:[:：=]|is)\s*|\bfalls? back (?:to|on)\s+)"
    + _VALUE,
    re.IGNORECASE,
)
_ABSENT: Final = r"(?:omitted|unset|absent|missing|empty|unspecified|left (?:empty|blank|out)|not (?:provided|specified|set|given|present|supplied|passed))"
_APART: Final = r"(?P<value>\x01\d+\x01|\"[^\"\n]{1,60}\"|'[^'\n]{1,60}'|(?:[-+]|(?<![\w.]))(?>\d{1,20}(?:\.\d{1,20})?)(?![\w.]*\w))"
# If omitted, `a` is used; leave empty for `a`; 不填则为 `a`
_CUED: Final = Pattern(
    rf"(?:\b(?:if|when|where)\s(?:(?:it|this|the (?:field|parameter|value)) is\s)?{_ABSENT}[,，]?\s(?:(?:it|this)\s)?(?:(?:is|defaults? to|will be|uses?|assumes?|the (?:value|default) is)\s){{0,3}}"
    r"|\b(?:leave (?:it )?(?:empty|blank|unset)|omit(?: it)?) (?:for|to use)\s|(?:不填|不传|留空|缺省|省略)(?:时|则)?(?:默认)?(?:使用|为|是)?\s*|(?:省略|未指定)(?:時|の場合)(?:は|、)?\s*|생략 시\s*)"
    + _APART,
    re.IGNORECASE,
)
# `a` by default; 24 if unset
_BEHIND: Final = Pattern(
    # "compares by `a` by default" tells what is done, and no value
    rf"(?<!\bby )(?<!\bvia ){_APART}\s*(?:(?:is|are|will be)\s(?:used|assumed|taken|applied)\s)?(?:by default|(?:if|when)\s(?:(?:it|this) is\s)?{_ABSENT})\b",
    re.IGNORECASE,
)
# "a" is the default.
_IS: Final = Pattern(
    rf"{_APART}\s(?:is|=|as) (?:the |our )?default(?: value)?(?=\s?(?:[.,;)）\n]|$)|\s(?:if|when)\b)",
    re.IGNORECASE,
)
_ASSUMED: Final = Pattern(
    rf"\b(?:assumes?|uses?)\s{_APART}\s(?:(?:if|when)\s(?:(?:it|this) is\s)?{_ABSENT}|by default)\b", re.IGNORECASE
)
# Setting this to 1.0 (the default) ...
_IN_BRACKETS: Final = Pattern(
    r"(?P<value>\"[^\"\n]{1,80}\"|\x01\d+\x01|(?<![\w.])[-+]?\d{1,20}(?:\.\d{1,20})?|\btrue|\bfalse)\s?[(（](?:(?:this|which|it) is )?(?:the |by )?(?:default(?: value)?|默认值?|預設值?|デフォルト|既定値?|기본값?|predeterminado|por defecto|padrão|par défaut|predefinito|по умолчанию|standard)\s?[)）]",
    re.IGNORECASE,
)
# png or svg (png default)
_WHOLE_BRACKET: Final = Pattern(
    r"[(（](?P<value>\x01\d+\x01|(?!(?:no|not|the|by|is|as|a|an|used|our|its)\b)[-+]?[\w.]{1,30}) (?:is (?:the )?|by |as )?default[)）]",
    re.IGNORECASE,
)
# By default (false), nothing is returned
_BRACKETED: Final = Pattern(
    r"\bby default\s?[(（](?P<value>\x01\d+\x01|\"[^\"\n]{1,60}\"|[-+]?\d{1,20}(?:\.\d{1,20})?|true|false)[)）]",
    re.IGNORECASE,
)
_OFF: Final = Pattern(
    r"\b(?:disabled|off|false|inactive|not (?:enabled|on|active|turned on)) by default\b|\bdefault(?:s to| is|\s?[:：=])?\s?(?:off|disabled|no)\b(?! \w)|默认(?:为)?(?:关闭?|禁用|不开启|不启用|否|不)",
    re.IGNORECASE,
)
_ON: Final = Pattern(
    r"(?<!not )\b(?:enabled|on|true|active) by default\b|\bdefault(?:s to| is|\s?[:：=])?\s?(?:on|enabled|yes)\b(?! \w)|默认(?:为)?(?:开启?|启用|打开|是(?=[\s，。；,;)）]|$))",
    re.IGNORECASE,
)


def told_defaults(plain: str) -> Iterator[re.Match[str]]:
    """Give a match, with a group `value`, for each default that a text tells, in their order; each value once."""
    found: dict[int, re.Match[str]] = {}
    for pattern in (_BEFORE, _IN_BRACKETS, _WHOLE_BRACKET, _BRACKETED, _CUED, _BEHIND, _IS, _ASSUMED):
        for match in pattern.finditer(plain):
            found.setdefault(match.start("value"), match)
    yield from (found[at] for at in sorted(found))


def by_default(text: str) -> bool | None:
    """Return what a text says of a switch: "enabled by default"; None when it says nothing of the kind."""
    if _OFF.search(text):
        return False
    return True if _ON.search(text) else None


STOP: Final = frozenset(
    [
        "is",
        "to",
        "the",
        "a",
        "an",
        "value",
        "values",
        "if",
        "when",
        "model",
        "behavior",
        "behaviour",
        "settings",
        "setting",
        "for",
        "of",
        "and",
        "none",
        "depends",
        "varies",
        "random",
        "based",
        "by",
        "值",
        "set",
        "used",
        "applied",
        "applies",
        "chosen",
        "selected",
        "picked",
        "taken",
        "kept",
        "assumed",
        "determined",
        "inferred",
        "derived",
        "provided",
        "sent",
        "returned",
        "recommended",
        "required",
    ]
)
"""Words behind "default" that are no value: they go on with the sentence."""
