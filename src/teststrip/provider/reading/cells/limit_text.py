"""Numbers in running text: the limits that a description's sentences state.

`mine_limits` believes only phrases that can mean nothing else: what stands around a phrase of `limit_phrases.py` must
make it one of the value, and advice is none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.limit_phrases import (
    AFTER,
    BETWEEN,
    INTERVAL,
    REMARKED,
    ROMANCE,
    SIGN,
    SIZES,
    SPAN,
    STEP,
    WORDED,
    decimal_of,
    step_of,
)
from teststrip.provider.reading.cells.limit_record import Limits, merge
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

# Neither a word nor a number: Base64, say. Phrases are looked for at each of its signs, and found at none.
_RUN: Final = Pattern(r"[A-Za-z0-9+/=]{64,}")
_ADVICE: Final = Pattern(
    r"recommend|suggest|typical|typisch|usual|normalmente|généralement|in der regel|обычно|ideal|best|optimal|prefer|common|good|advis|works? well|sweet spot|推荐|建议|通常|一般|最佳|推奨|권장|recomend|empfohlen|рекоменд|e\.g\.|for example|例如|如[:：]?\s*$|such as|approximately|roughly|(?:around|about)(?=\s{0,3}\(?\s{0,2}[~≈-]?\d|\s*$)|\d[^.;()]{0,24}\bper\s+(?:second|minute|day|request)|(?:^|\s)vs\.?\s",
    re.IGNORECASE,
)
_COUNTED: Final = Pattern(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:,\d{3})+|\d{1,9})\s*(?:characters?|chars?|个?字符|文字|글자)(?![A-Za-z])",
    re.IGNORECASE,
)
_RANGE_WORDS: Final = Pattern(
    r"(?:\brange[sd]?\b(?:\s*(?:is|of|from|de|von|di|:|：))?|\bbetween\b|\bvalid(?: values?)?(?: range)?\s*[:：]|\bvalues?\s*(?:range)?\s*[:：]|\bfrom\b|\bmust be(?: in)?(?: the range)?|\bwithin\b|\baccepts?\b|\bclamp(?:ed|s)?(?: to| between)?\b|\blimit(?:s|ed)?(?: to)?\b"
    r"|\b(?:accept(?:ed|able)|allowed|valid|possible|permitted|supported|legal) (?:values?|numbers?|integers?) (?:is|are|lies?)\b"
    r"|\b(?:zulässige|gültige|erlaubte|mögliche) werte (?:sind|liegen)|\bvaleurs? (?:accept|autoris|possib|permis)\w{0,5} (?:sont|vont)"
    r"|\bvalor(?:es|i)? (?:aceptad|aceit|permitid|accett|ammess|possi|possí)\w{0,6} (?:son|são|sono)|допустимые значения|値の?(?:範囲)?は|可[取传填]"
    r"|取值(?:范围)?(?:为|是|在)?\s*[:：]?|可选值(?:为|是)?\s*[:：]?|数组长度\s*[:：]?|数量限制\s*[:：]?|范围(?:为|是)?\s*[:：]?|範囲\s*(?:は)?\s*[:：]?|범위\s*[:：]?|rango|faixa|intervalle|bereich|диапазон|rentang|kisaran|phạm vi|aralık|bereik|zakres|plage|intervall?o|可选范围|值域|介于|应在|需在)\s*[:：]?\s*\(?\s*$",
    re.IGNORECASE,
)
# `batch_size > 1` is about batch_size.
_OF_ANOTHER: Final = Pattern(
    r"(?<![A-Za-z_])(?!(?:be|is|are|value|values|length|range|than|must|size|x|n|and|or)\s*$)[A-Za-z]\w*_\w+`?\s*$"
)
# Which signs a text may have: "digits (0-9)", "a-z, 0-9".
_SIGNS_BEFORE: Final = Pattern(
    r"(?:\b(?:digits?|numerals?|numeric|alphanumeric\w*|letters?|[a-z]\s?[-–]\s?[a-z]|ciphers?|cifras|chiffres|ziffern|dígitos|cifre)|数字|數字|숫자)"
    r"\W{0,4}(?:(?:and|or|from|und|et|y)\s?)?$",
    re.IGNORECASE,
)
_LAST: Final = Pattern(r"max|min|limit", re.IGNORECASE)
_ALONE_BEFORE: Final = Pattern(r"[(（:：,，;]\s*$|^\s*$")
_ALONE_AFTER: Final = Pattern(
    rf"\s*(?:[)）.,;，、。；]|$|inclusive|[(（]?\s*(?:default|{DEFAULT_WORDS}))", re.IGNORECASE
)
# `Speech speed 0.5-2.0 (default 1.0)`
_FEW_WORDS: Final = Pattern(r"\s*[^\W\d][\w-]{0,30}(?:\s[^\W\d][\w-]{0,30}){0,5}\s*")
_DEFAULT_AFTER: Final = Pattern(rf"\s?[(（,，]\s?(?:default|{DEFAULT_WORDS})", re.IGNORECASE)
# `0-1 (how strong it is)`, but no `20-30 (recommended)`
_BRACKET_AFTER: Final = Pattern(rf"\s?[(（](?!\s?(?:{_ADVICE.pattern}))", re.IGNORECASE)
# What a number is of when it is not of the value: `1 Megapixel`, `5000x5000`, `2:1`, `15%`.
_OTHER_UNIT: Final = Pattern(
    r"\s*(?!(?:and|or|to|in|inclusive|default|for|when|if|the|per|is|are|will|by|with|on|but|as|because|where|at|so|otherwise|that|which|who|whose|means?|controls?|indicat\w+|specif\w+)\b)(?:[x×*:/]\s?\d|(?<=\d)[kKMGB]\b|,\d{1,2}(?!\d)|[A-Za-z]{2,}|%|[GMK]i?B|万|个?(?:汉字|单词|百万|像素))",
    re.IGNORECASE,
)
# The numbers behind it are not of the value: `total pixel range: [...]`, `aspect ratio between ...`.
_OTHER_BEFORE: Final = Pattern(
    r"(?:(?<![A-Za-z_])[A-Z](?:[(（][^()（）]{1,8}[)）])?(?=的?取值)|\bpixels?(?: count)?|\bmegapixels?|\baspect[- ]ratios?|\bfile sizes?|像素(?:数|总数|值)?|宽高比|长宽比|文件大小)"
    r"(?:\s(?:range|limit|values?))?(?:\s(?:is|must be|should be|of))?(?:的)?(?:取值)?(?:范围|限制)?(?:为|是)?\s?[:：]?\s*(?:\bbetween\b|介于|在)?\s*$",
    re.IGNORECASE,
)
# What a value does beyond a number is no limit: "greater than 1 will brighten the picture".
_MORE: Final = Pattern(
    r"(?:greater|larger|more|higher|bigger|less|smaller|fewer|lower)\s+than|above|below|under|[<>]", re.IGNORECASE
)
_EFFECT: Final = Pattern(
    r"\s{0,4}[,`)]?\s{0,4}(?:will|would|may|can|might|tends?|makes?|increases?|decreases?|reduces?|gives?|means?|produces?|results?|leads?|creates?|causes?|brightens?|darkens?|strengthens?|weakens?|enables?|disables?|activates?|turns?)\b(?! not be\b| be (?:rejected|refused|clamped|ignored|cut))"
    r"|\s{0,4}(?:で|の?場合|なら|时|時|则|則|이면|일 때|=(?!=)|->|→)",
    re.IGNORECASE,
)
_COUNT_BEFORE: Final = Pattern(
    r"(?:数组长度|数组大小|数量|个数|元素数量|张数|array (?:length|size)|number of (?:items|elements|images)|item count|items)(?:限制|范围|limit|range)?\s*(?:为|是|of|is)?\s*[:：]?\s*\[?$",
    re.IGNORECASE,
)
_LENGTH_BEFORE: Final = Pattern(
    r"(?:长度|字数|字符数|length|字符长度|文本长度|文字数|길이|longitud|длина)(?:限制|范围|limit|range)?\s*(?:为|是|of|is)?\s*[:：]?\s*\[?$",
    re.IGNORECASE,
)

# Behind the range of a value: the word for what it counts, and the bracket that closes.
_NOUN: Final = Pattern(r"\s?(?P<noun>[A-Za-z]{2,16})\b(?P<closed>\s?[)）])?")
_OFF: Final = Pattern(
    r"(?:[KMG]i?B|px|pixels?|to|and|or|per|mega\w+|words?|tokens?|times|only|if|for|when|in|on|with)$",
    re.IGNORECASE,
)
# What makes two numbers before it a range, in languages that say so behind them.
_CLOSED: Final = Pattern(r"\s?(?:の間|の範囲|の(?:整数|数値|値|小数|実数|自然数)|之[间間]|間的|사이|범위|이내)")
_CLOSES: Final = ("之间", "まで", "까지")
# The one word before a range that says what is done: `Generate 1-4 pictures`.
_ORDER: Final = Pattern(r"(?!Use$|Try$|Only$|About$|Over$|Under$|Than$|See$)[A-Z][a-z]{3,}")


@lru_cache(2_048)  # several readers ask of each description, and requests of one page share theirs
def mine_limits(text: str) -> tuple[Limits, ...]:
    """Find limits in running text, one for each thing that they are of; phrases of advice are passed over."""
    found: dict[str, Limits] = {}
    text = _RUN.sub("…", text)
    for sentence in _sentences(text):
        for start, one in _phrases(sentence):
            if one.what != "other" and not _ADVICE.search(sentence[max(0, start - 48) : start + 12]):
                old = found.get(one.what, Limits(what=one.what))
                found[one.what] = replace(
                    merge(old, one), what=one.what, disputed=old.disputed or _differ(old, one)
                )
        step = STEP.search(sentence)
        if step is not None and not _ADVICE.search(sentence[max(0, step.start() - 40) : step.end() + 16]):
            old = found.get("value", Limits())
            found["value"] = replace(old, step=old.step or step_of(step))
    # The sign before 10 in "1-10 characters" is none.
    counts = {abs(decimal_of(match["number"])) for match in _COUNTED.finditer(text)}
    if "characters" in found and not counts <= _ends_of(found["characters"]):
        found["characters"] = replace(found["characters"], disputed=True)
    return tuple(found.values())


def _ends_of(limits: Limits) -> set[Decimal | None]:
    return {limits.bounds.minimum, limits.bounds.maximum} if limits.bounds is not None else set()


def _differ(first: Limits, second: Limits) -> bool:
    """Tell whether two phrases give one end of the same thing two different values."""
    if first.bounds is None or second.bounds is None or first.what != second.what:
        return False
    ends = (
        (first.bounds.minimum, second.bounds.minimum),
        (first.bounds.maximum, second.bounds.maximum),
    )
    return any(one is not None and other is not None and one != other for one, other in ends)


def _sentences(text: str) -> list[str]:
    return [
        part
        for part in re.split(
            r"(?<=[a-z0-9)\]）])(?<!max)(?<!min)(?<!prox)(?<!e\.g)(?<!i\.e)(?<! no)(?<! ca)(?<! vs)(?<!def)\.\s+(?=[A-Z0-9\u4e00-\u9fff(（])|[。\n!]",
            text,
        )
        if part.strip()
    ]


def _phrases(sentence: str) -> Iterator[tuple[int, Limits]]:
    """Find the phrases of a sentence that say limits, with where they begin."""
    for start, one in _all_phrases(sentence):
        yield start, replace(one, what="other") if _OTHER_BEFORE.search(_before(sentence, start)) else one


def _all_phrases(sentence: str) -> Iterator[tuple[int, Limits]]:
    for match, one in INTERVAL.each(sentence):
        brackets = match["open"] in "[【" or match["close"] in "]】"
        if brackets or _RANGE_WORDS.search(_before(sentence, match.start("open"))):
            yield match.start(), one
    for match, one in SPAN.each(sentence):
        found = _span_in(match, one, sentence)
        if found is not None:
            yield match.start("least"), found
    yield from _rarer_phrases(sentence)
    ends = [*WORDED.each(sentence)]
    ends += [(m, one) for m, one in SIGN.each(sentence) if not _OF_ANOTHER.search(sentence, 0, m.start())]
    # `300 characters max` is plain enough; `5 or more` may be words about anything.
    ends += [
        (m, one)
        for m, one in AFTER.each(sentence)
        if not m["word"].isascii() or (one.what != "value" and _LAST.match(m["word"])) or _is_alone(m, sentence)
    ]
    for match, one in ends:
        if _EFFECT.match(sentence, match.end()) and _MORE.match(match[0]):
            continue
        counted = one.what in {"characters", "items"} and match["unit1"]
        if one.what == "value" and not match["unit1"] and _LENGTH_BEFORE.search(_before(sentence, match.start())):
            yield match.start(), replace(one, what="characters")
        elif match["unit1"] not in {"%", "mb", "MB"} and (counted or not _OTHER_UNIT.match(sentence, match.end())):
            yield match.start(), one


def _is_alone(match: re.Match[str], sentence: str) -> bool:
    """Tell whether `8 max` stands by itself, or counts what it stands before: `8 or fewer`."""
    if re.search(r"fewer|lower|less", match["word"], re.IGNORECASE):
        return True
    before = _ALONE_BEFORE.search(_before(sentence, match.start()))
    return before is not None and _ALONE_AFTER.match(sentence, match.end()) is not None


def _rarer_phrases(sentence: str) -> Iterator[tuple[int, Limits]]:
    for match, one in BETWEEN.each(sentence):
        yield match.start(), one
    for match, one in SIZES.each(sentence):
        if _RANGE_WORDS.search(_before(sentence, match.start())):
            yield match.start(), one
    for match, one in REMARKED.each(sentence):
        before = _before(sentence, match.start())
        if _RANGE_WORDS.search(before) or _ALONE_BEFORE.search(before):
            yield match.start(), one
    for match, one in ROMANCE.each(sentence):
        if not _OTHER_UNIT.match(sentence, match.end()):
            yield match.start(), one


def _of_own(sentence: str, match: re.Match[str], before: str) -> bool:
    """Tell whether a range with a word behind it counts what the value is: `(60-220 BPM)`, `Generate 1-4 pictures`."""
    noun = _NOUN.match(sentence, match.end())
    if noun is None or _OFF.match(noun["noun"]):
        return False
    return (before.endswith(("(", "（")) and noun["closed"] is not None) or _ORDER.fullmatch(
        before.strip()
    ) is not None


def _before(sentence: str, at: int) -> str:
    """Return what stands before a place, as far as it can matter; so a long text takes no long time."""
    return sentence[max(0, at - 80) : at]


def _span_in(match: re.Match[str], one: Limits, sentence: str) -> Limits | None:
    """Read `1-4` inside a sentence: only what stands before it, or how it stands, makes it a range of the value."""
    before = _before(sentence, match.start("least")).rstrip()
    joined = match[0][len(match["least"]) :].lower()
    if " and " in joined and not re.search(r"between\b", _before(sentence, match.end("least")), re.IGNORECASE):
        return None
    if _SIGNS_BEFORE.search(before) and match["least"] == "0" and joined.strip("-–— ") == "9":
        return None
    if _COUNT_BEFORE.search(before):
        return replace(one, what="items")
    if _LENGTH_BEFORE.search(before):
        return replace(one, what="characters")
    alone = _ALONE_BEFORE.search(before) and (
        _ALONE_AFTER.match(sentence, match.end()) or (not before and _BRACKET_AFTER.match(sentence, match.end()))
    )
    led = _RANGE_WORDS.search(before) or match.start("least") > match.start()
    if one.what == "value" and not one.unit and _of_own(sentence, match, before):
        return one
    spaced = sentence[: match.start("least")][-1:].isspace()
    alone = alone or (spaced and _FEW_WORDS.fullmatch(before) and _DEFAULT_AFTER.match(sentence, match.end()))
    if (
        one.what == "value"
        and not one.unit
        and before.endswith("支持")
        and _ALONE_AFTER.match(sentence, match.end())
    ):
        return one
    closed = match[0].rstrip().endswith(_CLOSES) or _CLOSED.match(sentence, match.end()) is not None
    led = led or (closed and not one.unit)
    if not (alone or led or one.what in {"characters", "items"}):
        return None
    return None if one.what == "value" and _OTHER_UNIT.match(sentence, match.end()) else one
