"""The forms in which type cells say more than one word, as patterns; `kinds` reads what they find."""

from __future__ import annotations

import re
from typing import Final

from teststrip.base.pattern import Pattern

OF: Final = Pattern(
    r"(?P<holder>array|list|arr|sequence|set|tuple|数组|列表|配列|リスト|배열|lista|arreglo|tableau|liste|массив|список)"
    r"(?:\s*[<\[({⟨]\s*(?P<inner>.*?)\s*[>\])}⟩]|\s*(?:of|de|von|d'|из)\s+(?P<of>.+))",
    re.IGNORECASE | re.DOTALL,
)
MANY: Final = Pattern(
    r"\[\](?P<go>\w+)|(?P<inner>.+?)\s*\[\s*\d*\s*\](?:\s*\(.*\))?|\[\s*(?P<bare>[^\[\]\d\"',|]+?)\s*\]|(?P<before>.+?)[\s-]*(?:array|list|数组|列表|陣列|配列|배열)",
    re.IGNORECASE,
)
# array of up to 10 strings
COUNTED: Final = Pattern(
    r"((?:up to|at most|a maximum of|no more than|at least)\s\d{1,6}|\d{1,6}\s?(?:-|–|to)\s?\d{1,6})\s(?=[a-z])",
    re.IGNORECASE,
)
MAP: Final = Pattern(
    r"(?:map|dict|dictionary|record|object|hash|json)\s*[<\[({](?!\s*\]).*[>\])}]\s*", re.IGNORECASE | re.DOTALL
)
ANGLED: Final = Pattern(
    r"<\s?(?P<word>[A-Za-z]{2,20})\s?>|\{\s?(?P<braced>[A-Za-z]{2,20})\s?\}"
)  # <int>, {string}
BRACES: Final = Pattern(r"\{\s?[A-Za-z_][^{}]{0,200}\}")  # {width, height}
FORMATTED: Final = Pattern(r"(?P<head>string|integer|number)\s*<\s*(?P<format>[\w-]+)\s*>", re.IGNORECASE)
OPTIONAL: Final = Pattern(r"optional\s*[<\[]\s*(.+?)\s*[>\]]", re.IGNORECASE)
UNION: Final = Pattern(r"union\s*[<\[]\s*(.+?)\s*[>\]]", re.IGNORECASE)
ENUM: Final = Pattern(
    r"(?:(?P<before>\w+)[\s-]+)?(?:enum(?:eration|erated)?|枚举(?:值|类型)?|literal|列挙|열거형|choice)(?:\s+(?:of\s+)?(?P<after>strings?|integers?|int|numbers?))?"
    r"(?:\s*(?P<open>[<\[({:：])\s*(?P<inner>.*?)\s*[>\])}]?)?",
    re.IGNORECASE | re.DOTALL,
)
DETAIL: Final = Pattern(
    r"(?P<head>[^()（）<>\[\]]+?)\s*[(（](?P<detail>.*)[)）]\s*(?P<tail>[^()（）]*)", re.DOTALL
)
REQUIRED: Final = Pattern(
    r"[\s,;/(（]*(?P<word>required|optional|必填|可选|必选|选填|必須|任意|obligatorio|opcional|mandatory)[)）]?\s*$|^\s*(?P<first>required|optional)[\s,;]+",
    re.IGNORECASE,
)
SPLIT: Final = Pattern(
    r"\s*(?:\||¦|/|,|;|、|，|\bor\b|\band\b|或者|或|又は|または|또는|\bou\b|\boder\b|или)\s*", re.IGNORECASE
)
OPEN_UNION: Final = Pattern(r"(?:\b(?:or|and|ou|oder|или)|[|/,;、，或])\s*$", re.IGNORECASE)
RANGED: Final = Pattern(
    r"(?P<head>[A-Za-z]+)[\s,:]+(?P<detail>(?:[-−]?\d|[\[(<>≥≤]|between\b|min\b|max\b|greater\b|less\b|up to\b|from\b).*)",
    re.IGNORECASE | re.DOTALL,
)
# A range of fractions in place of a type: 0-1, 0.2 - 1
FRACTIONS: Final = Pattern(r"0\s?(?:-|–|~|to)\s?1|(?=[^.]*\.)\d+(?:\.\d+)?\s?(?:-|–|~|to)\s?\d+(?:\.\d+)?")
# The full name of a type in a program, and its last part: java.net.URI, kotlin.collections.List<java.io.File>
QUALIFIED: Final = Pattern(
    r"(?:[A-Za-z_]\w{0,60}(?:\.|::)){1,8}(?P<name>[A-Z]\w{0,60}(?:\s?[<\[].{1,120}[>\]])?)", re.DOTALL
)
