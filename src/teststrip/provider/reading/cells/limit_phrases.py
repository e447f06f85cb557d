"""The phrases that set limits: for each way to write one a pattern, and what a match of it says.

A whole cell (`limits.py`) and running text (`limit_text.py`) are written in the same phrases; only what may stand
around them differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds, SizeBounds
from teststrip.provider.reading.cells.limit_record import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_N: Final = (
    r"[-+−]?(?:2(?:\^|\*\*)\d{1,2}(?:\s?[-−]\s?1)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:_\d{3})+"
    r"|\d{1,24}(?:\.\d{1,24})?(?:[eE][-+]?\d{1,3})?|\.\d{1,24})"
)
# A number is tried from its first sign on, and as a whole: else a run of digits is tried at each, at each length.
_WHOLE: Final = r"(?<![\d_])"
_ENDLESS: Final = r"∞|\+?inf(?:inity)?|\+∞|unlimited|no (?:upper )?limit|无限制?|不限制?|无上限|无穷大|正无穷|unbounded|2147483647以上"
_UNIT: Final = (
    r"(?P<unit{0}>px|pixels?|像素|seconds?|secs?|s(?![a-z])|秒|ms|milliseconds?|minutes?|%|fps|degrees?|°|k?hz|db|tokens?|mb|gb|kb|mib|"
    r"characters?|chars?|letters?|symbols?|words?|bytes?|个?字符|字符|文字|字|글자|자|caracteres|caractères|zeichen|символов|"
    r"items?|elements?|entries|images?|pictures?|photos?|videos?|files?|urls?|objects?|references?|prompts?|strings?|values|frames?|张|个|項目|枚|件|条|개|장|elementos|éléments|elemente|элемент\w*)?"
)
# Words of other languages that stand between the two ends of a range, and nowhere else between two numbers.
FAR: Final = (
    r"(?:hingga|sampai(?:\s+dengan)?|s/d|đến|tới|tot(?:\s+en\s+met)?|t/m|fino\s+a|até|hasta|jusqu'à|bis|до|à)"
)
# Stands between the two ends of a range.
TO: Final = rf"(?:-|–|—|−|‐|‑|~|～|〜|∼|(?:up\s+)?to(?:\s+an?\s+max(?:imum)?\s+of)?|至|到|through|thru|\.{{2,3}}=?|…|から|에서|부터|bis|до|à|hasta|até|{FAR}|and|和|与)"
_CHARS: Final = frozenset(
    [
        "character",
        "characters",
        "char",
        "chars",
        "letter",
        "letters",
        "symbol",
        "symbols",
        "字符",
        "个字符",
        "文字",
        "字",
        "글자",
        "자",
        "caracteres",
        "caractères",
        "zeichen",
        "символов",
    ]
)
_ITEMS: Final = Pattern(
    r"(?:item|element|entr|image|picture|photo|video|file|url|object|reference|prompt|string|张|个|項目|枚|件|条|개|장|elemento|élément|элемент)"
)
_OFF: Final = frozenset(
    ["mb", "gb", "kb", "mib", "word", "words", "byte", "bytes", "token", "tokens"]
)  # units of something else
# 512x512 to 2048x2048
_SIZES: Final = Pattern(
    rf"[\[(]?\s*(\d{{1,6}})\s*([x×*X])\s*(\d{{1,6}})\s*(?:{TO})\s*(\d{{1,6}})\s*[x×*X]\s*(\d{{1,6}})\s*[\])]?",
    re.IGNORECASE,
)
# De 1 à 4, entre 1 y 10: the words between are words of other languages elsewhere, so both ends have theirs.
_ROMANCE: Final = Pattern(
    rf"\b(?:(?:de|da|dal)\s+(?P<least>{_N})\s+(?:à|a|al|até|hasta)|(?:entre|tussen|tra|fra|między|между|mellem|mellan)\s+(?P<low>{_N})\s+(?:et|y|e|en|ed|i|и|og|och)|zwischen\s+(?P<von>{_N})\s+und)\s+(?P<most>{_N})\s*"
    + _UNIT.format(1),
    re.IGNORECASE,
)
# -1 (closed) to 1 (wide open)
_REMARKED: Final = Pattern(
    rf"{_WHOLE}(?P<least>(?>{_N}))\s?[(（][^()（）\n]{{1,60}}[)）]\s?(?:(?P<word>to|{FAR}|から)|{TO})\s{{0,2}}(?P<most>{_N})(?:\s?[(（][^()（）\n]{{1,60}}[)）])?",
    re.IGNORECASE,
)
# [0, 1), (0, 100]; <0; 360) has its first end, and ]0, 1] has not
_INTERVAL: Final = Pattern(
    rf"(?:range|between|取值范围|范围)?\s*[:：]?\s*(?P<open>[\[(（【⟨〈]|(?<![\w<])[<\]](?=[^<>\n]{{1,40}}[;,…]))\s*(?P<least>{_N}|[-−]\s?(?:∞|inf))\s*(?:[,，;、]|{TO})\s*(?P<most>{_N}|{_ENDLESS})\s*(?P<close>[\])）】⟩〉]|[>\[](?![\w>]))\s*"
    + _UNIT.format(1),
    re.IGNORECASE,
)
# 1-4, between 1 and 10, 1 to 5 images
_SPAN: Final = Pattern(
    rf"(?:(?:between|from|от|entre|desde|von|range(?:s)?(?:\s+(?:is|of|from))?|value range|取值范围|范围|介于|从|在)\s*[:：]?\s*)?{_WHOLE}(?P<least>(?>{_N}))\s*"
    + _UNIT.format(1)
    + rf"\s*(?:\(inclusive\)\s*)?{TO}\s*(?P<most>{_N}(?!,\d{{1,2}}(?!\d))|{_ENDLESS})\s*"
    + _UNIT.format(2)
    + r"\s*(?:\(?inclusive\)?|之间|まで|까지|含)?",
    re.IGNORECASE,
)
# both ends with signs: 0 < x <= 5
_BETWEEN: Final = Pattern(
    rf"(?P<least>{_N})\s*(?P<low><=?|≤|⩽|≦)\s*(?:[A-Za-z_]\w*|x|value|值)\s*(?P<high><=?|≤|⩽|≦)\s*(?P<most>{_N})",
    re.IGNORECASE,
)
# >= 1, ≤ 512 characters
_SIGN: Final = Pattern(
    rf"(?:(?:value|length|len|count|值|长度)\s*)?(?P<sign>>=|<=|=>|=<|>|<|≥|≤|⩾|⩽|≧|≦)\s*(?P<number>{_N})\s*"
    + _UNIT.format(1),
    re.IGNORECASE,
)
# at most 10, min: 0, no more than 512 characters
_WORDED: Final = Pattern(
    rf"(?P<word>(?:the\s+)?(?:minimum|min|least|lowest|smallest)(?:imum)?\.?(?:\s+(?:value|length|number|count|items?|size))?(?:\s+of(?:\s+[^\W\d]\w*)?)?(?:\s+is)?\s*[:：=]?"
    r"|(?:the\s+)?(?:maximum|max|highest|largest)\.?(?:imum)?(?:\s+(?:(?:input|text|prompt|string)\s+length|value|length|number|count|items?|size|allowed))?(?:\s+of(?:\s+[^\W\d]\w*)?)?(?:\s+is)?\s*[:：=]?"
    r"|at\s+least|(?:no|not)\s+(?:less|fewer|smaller|lower|shorter)\s+than|lower\s+(?:bound|limit)(?:\s+(?:of|is))?\s*[:：=]?|greater\s+than\s+or\s+equal\s+to|larger\s+than\s+or\s+equal\s+to"
    r"|at\s+most|up\s+to|até|hasta|jusqu'à|bis\s+zu|до|(?:no|not)\s+(?:more|greater|larger|higher|bigger|longer)\s+than|upper\s+(?:bound|limit)(?:\s+(?:of|is))?\s*[:：=]?|capped\s+at|(?:hard\s+)?limit\s+of|(?:character|char|length)s?\s+(?:limit|maximum)(?:\s+(?:of|is))?\s*[:：=]?|not\s+exceed(?:ing)?|limit(?:\s+of|\s+is)?\s*[:：=]?(?=\s*[\d,_]{1,9}\s?(?:char|letter|symbol|item|element|entr|image|file|tag|url|字))|cannot\s+exceed|can't\s+exceed|less\s+than\s+or\s+equal\s+to|limited\s+to|within|maximum\s+of|max\s+of"
    r"|(?:must\s+be\s+)?(?:greater|larger|more|higher|bigger)\s+than|above|(?:must\s+be\s+)?(?:less|smaller|fewer|lower)\s+than|below|under"
    r"|最小值?(?:为|是)?\s*[:：]?|最少|至少(?:上传|传入)?|不小于|不少于|大于等于|不低于|最低|最短"
    r"|最大值?(?:为|是)?\s*[:：]?|最多(?:支持)?(?:可)?(?:上传|传入|输入)?(?:数量)?(?:为)?\s*[:：]?|至多|不超过|不大于|不能超过|不得超过|不可超过|小于等于|不高于|最长|上限|最大长度(?:为)?\s*[:：]?|最高|大于|小于"
    r"|最小|最大|máximo(?:\s+de)?|mínimo(?:\s+de)?|maximal|minimal|höchstens|mindestens|au\s+plus|au\s+moins|не\s+более|не\s+менее|최대|최소|максимум|минимум|(?:максимальн|ограничени)\w+\s[^\d.;]{0,40}?(?:[-—–:]\s?)|lengte\s+max\w*)"
    rf"\s*(?P<number>{_N})\s*" + _UNIT.format(1) + r"(?P<after>以内|以下|まで|이하)?",
    re.IGNORECASE,
)
# 10 or more, 4 max, 512以下
_AFTER: Final = Pattern(
    rf"{_WHOLE}(?P<number>(?>{_N}))\s*-?"
    + _UNIT.format(1)
    + r"\s*(?P<word>(?:or|and)\s+(?:more|greater|higher|above|up|over)|or\s+(?:less|fewer|lower)|at\s+most\b|at\s+least\b|max(?:imum)?\b|min(?:imum)?\b|limit\b|以上|以下|以内|이상|이하|より(?:大き[いく]|上)|未満|より小さ[いく]|미만|초과|\+(?!\d))",
    re.IGNORECASE,
)
# a multiple of 8, in steps of 0.1
STEP: Final = Pattern(
    rf"(?:\(|,|;|，|；)?\s*(?:(?:must\s+be\s+)?(?:a\s+)?multiples?\s+of|divisible\s+by|(?:in\s+)?steps?\s*(?:size)?\s*(?:of|=)|(?:(?:in\s+)?increments?|(?:in|at)\s+intervals?)\s*(?:size)?\s*(?:of|:|=|is|：)?|step(?:\s+size)?\s*[:：=]?|(?:步长|步进)(?:为)?\s*[:：]?|÷|step\s)\s*(?P<a>{_N})\s*(?:px|pixels)?\)?"
    rf"|(?P<b>{_N})\s*(?:(?:的|の)\s*(?:整数倍|整數倍|倍数|倍數)|整数倍|整數倍)|(?:必须|需|须|应)(?:是|为)?\s*(?P<c>{_N})\s*倍[数數]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to write limits."""

    pattern: Pattern
    read: Callable[[re.Match[str]], Limits]

    def whole(self, text: str) -> Limits | None:
        """Read a text that is this phrase and nothing else."""
        match = self.pattern.fullmatch(text)
        return self.read(match) if match is not None else None

    def each(self, text: str) -> Iterator[tuple[re.Match[str], Limits]]:
        """Give every such phrase in a text."""
        return ((match, self.read(match)) for match in self.pattern.finditer(text))


def _sizes(match: re.Match[str]) -> Limits:
    """Read a match of `SIZES`."""
    separator = "*" if match[2] == "*" else "x"
    return Limits(size=SizeBounds((int(match[1]), int(match[3])), (int(match[4]), int(match[5])), separator))


def _romance(match: re.Match[str]) -> Limits:
    """Read a match of `ROMANCE`."""
    return _limits(match["least"] or match["low"] or match["von"], match["most"], match["unit1"])


def _remarked(match: re.Match[str]) -> Limits:
    """Read a match of `REMARKED`."""
    return _limits(match["least"], match["most"], None)


def _interval(match: re.Match[str]) -> Limits:
    """Read a match of `INTERVAL`: a round bracket leaves its end out, but those of `(1-4)` do not."""
    plain = (
        match["open"] in "(（"
        and match["close"] in ")）"
        and not re.search(r"[,，;、]", match[0][match.end("least") - match.start() :])
    )
    least = None if re.search(r"∞|inf", match["least"]) else decimal_of(match["least"])
    most = _end(match["most"])
    return Limits(
        Bounds(
            least,
            most,
            least is not None and match["open"] in "(（]" and not plain,
            most is not None and match["close"] in ")）[" and not plain,
        ),
        _what(match["unit1"]),
    )


def _span(match: re.Match[str]) -> Limits:
    """Read a match of `SPAN`."""
    return _limits(match["least"], match["most"], match["unit2"] or match["unit1"])


def _limits(least: str, most: str, unit: str | None) -> Limits:
    return Limits(Bounds(decimal_of(least), _end(most)), _what(unit), unit=(unit or "").lower())


def _between(match: re.Match[str]) -> Limits:
    """Read a match of `BETWEEN`."""
    return Limits(
        Bounds(decimal_of(match["least"]), decimal_of(match["most"]), match["low"] == "<", match["high"] == "<")
    )


def _worded(match: re.Match[str]) -> Limits:
    """Read a match of `WORDED`: which end it is, whether the number belongs to it, and what it counts."""
    word, number = match["word"].lower(), decimal_of(match["number"])
    what = (
        "characters"
        if re.search(
            r"length|char|longer|shorter|长度|最长|最短|длин|longueur|longitud|comprimento|lunghezza|länge|lengte|長さ|길이",
            word,
        )
        and match["unit1"] is None
        else _what(match["unit1"])
    )
    if re.search(r"(?:number|count|items?|数量)", word) and match["unit1"] is None:
        what = "items"
    strict = (
        re.search(
            r"(?<!no )(?<!not )(?:greater|larger|more|higher|bigger|less|smaller|fewer|lower)\s+than(?!\s+or)|^above|^below|^under|^大于$|^小于$",
            word,
        )
        is not None
    )
    lower = re.search(
        r"min|least|greater|larger|more\s+than|higher|bigger|above|大于|至少|最少|最小|不小于|不少于|不低于|最低|最短|lowest|smallest|lower\s+(?:bound|limit)|(?:no|not)\s+(?:less|fewer|smaller|lower|shorter)|mínimo|mindestens|moins|менее|최소|минимум|以上",
        word,
    ) is not None and not re.search(r"(?:no|not)\s+(?:more|greater|larger|higher|bigger|longer)|不大于", word)
    bounds = Bounds(number, None, strict, False) if lower else Bounds(None, number, False, strict)
    return Limits(bounds, what, unit=(match["unit1"] or "").lower())


def _sign(match: re.Match[str]) -> Limits:
    """Read a match of `SIGN`."""
    sign, number = match["sign"], decimal_of(match["number"])
    what = _what(match["unit1"])
    if sign in {">", ">=", "=>", "≥", "⩾", "≧"}:
        return Limits(Bounds(number, None, sign == ">", False), what)
    return Limits(Bounds(None, number, False, sign == "<"), what)


def _after(match: re.Match[str]) -> Limits:
    """Read a match of `AFTER`."""
    number, word = decimal_of(match["number"]), match["word"].lower()
    if re.search(r"より(?:大|上)|초과", word):
        return Limits(Bounds(number, None, exclusive_minimum=True), _what(match["unit1"]))
    if re.search(r"未満|より小|미만", word):
        return Limits(Bounds(None, number, exclusive_maximum=True), _what(match["unit1"]))
    if re.search(r"more|greater|higher|above|min|least|以上|이상|\+", word):
        return Limits(Bounds(number, None), _what(match["unit1"]))
    return Limits(Bounds(None, number), _what(match["unit1"]))


def _what(unit: str | None) -> str:
    word = (unit or "").lower()
    if word in _CHARS:
        return "characters"
    if word in _OFF:
        return "other"
    return "items" if word and _ITEMS.match(word) else "value"


def _end(text: str) -> Decimal | None:
    return None if re.fullmatch(_ENDLESS, text, re.IGNORECASE) else decimal_of(text)


def step_of(match: re.Match[str]) -> Decimal:
    """Read a match of `STEP`."""
    return decimal_of(match["a"] or match["b"] or match["c"])


def decimal_of(text: str) -> Decimal:
    """Return the number that a text writes: `1,024`, `1_000`, `2^31-1`, `−1`."""
    plain = text.replace("−", "-").replace(",", "").replace("_", "").replace(" ", "")
    power = re.fullmatch(r"([-+]?)2(?:\^|\*\*)(\d+)(-1)?", plain)
    if power is not None:
        value = 2 ** int(power[2]) - (1 if power[3] else 0)
        return Decimal(-value if power[1] == "-" else value)
    return Decimal(plain)


SIZES: Final = Phrase(_SIZES, _sizes)
ROMANCE: Final = Phrase(_ROMANCE, _romance)
REMARKED: Final = Phrase(_REMARKED, _remarked)
INTERVAL: Final = Phrase(_INTERVAL, _interval)
SPAN: Final = Phrase(_SPAN, _span)
BETWEEN: Final = Phrase(_BETWEEN, _between)
SIGN: Final = Phrase(_SIGN, _sign)
WORDED: Final = Phrase(_WORDED, _worded)
AFTER: Final = Phrase(_AFTER, _after)
