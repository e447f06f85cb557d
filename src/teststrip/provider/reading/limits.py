"""Numbers in words: ranges, bounds, lengths, counts, steps and sizes, in all the spellings that documentation has.

`read_limits` takes a text that is about nothing else (a range cell) and must understand all of it. `mine_limits`
takes running text and believes only phrases that can mean nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds, SizeBounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_N: Final = (
    r"[-+−]?(?:2(?:\^|\*\*)\d{1,2}(?:\s?[-−]\s?1)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:_\d{3})+"
    r"|\d{1,24}(?:\.\d{1,24})?(?:[eE][-+]?\d{1,3})?|\.\d{1,24})"
)
_ENDLESS: Final = r"∞|\+?inf(?:inity)?|\+∞|unlimited|无穷大|正无穷|unbounded|2147483647以上"
_UNIT: Final = (
    r"(?P<unit{0}>px|pixels?|像素|seconds?|secs?|s(?![a-z])|秒|ms|minutes?|%|fps|degrees?|°|k?hz|db|tokens?|mb|gb|kb|mib|"
    r"characters?|chars?|letters?|symbols?|words?|bytes?|个?字符|字符|文字|字|글자|자|caracteres|caractères|zeichen|символов|"
    r"items?|elements?|entries|images?|pictures?|photos?|videos?|files?|urls?|objects?|references?|prompts?|strings?|values|frames?|张|个|項目|枚|件|条|개|장|elementos|éléments|elemente|элемент\w*)?"
)
_TO: Final = r"(?:-|–|—|−|‐|‑|~|～|〜|∼|to|至|到|through|thru|\.{2,3}=?|…|から|bis|до|à|hasta|até|and|和|与)"
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

_SIZES: Final = Pattern(
    rf"[\[(]?\s*(\d{{1,6}})\s*([x×*X])\s*(\d{{1,6}})\s*(?:{_TO})\s*(\d{{1,6}})\s*[x×*X]\s*(\d{{1,6}})\s*[\])]?",
    re.IGNORECASE,
)
# De 1 à 4, entre 1 y 10: the words between are words of other languages elsewhere, so both ends have theirs.
_ROMANCE: Final = Pattern(
    rf"\b(?:(?:de|da|dal)\s+(?P<least>{_N})\s+(?:à|a|al|até|hasta)|entre\s+(?P<low>{_N})\s+(?:et|y|e))\s+(?P<most>{_N})\s*"
    + _UNIT.format(1),
    re.IGNORECASE,
)
_SIDED: Final = Pattern(
    rf"(?:(?:each|every|per)\s+side\s*[:：]?\s*)?(?:between\s+)?(\d{{1,6}})\s*(?:px|pixels)?\s*{_TO}\s*(\d{{1,6}})\s*(?:px|pixels)?"
    r"\s*\(?(?:(?:per|each|on (?:each|every)|for (?:each|both)|both)\s+(?:sides?|dimensions?))?\)?",
    re.IGNORECASE,
)
_INTERVAL: Final = Pattern(
    rf"(?:range|between|取值范围|范围)?\s*[:：]?\s*(?P<open>[\[(（【])\s*(?P<least>{_N}|[-−]\s?(?:∞|inf))\s*(?:[,，;、]|{_TO})\s*(?P<most>{_N}|{_ENDLESS})\s*(?P<close>[\])）】])\s*"
    + _UNIT.format(1),
    re.IGNORECASE,
)
_SPAN: Final = Pattern(
    rf"(?:(?:between|from|от|entre|desde|von|range(?:s)?(?:\s+(?:is|of|from))?|value range|取值范围|范围|介于|从|在)\s*[:：]?\s*)?(?P<least>{_N})\s*"
    + _UNIT.format(1)
    + rf"\s*(?:\(inclusive\)\s*)?{_TO}\s*(?P<most>{_N}|{_ENDLESS})\s*"
    + _UNIT.format(2)
    + r"\s*(?:\(?inclusive\)?|之间|まで|含)?",
    re.IGNORECASE,
)
_BETWEEN: Final = Pattern(
    rf"(?P<least>{_N})\s*(?P<low><=?|≤|⩽|≦)\s*(?:[A-Za-z_]\w*|x|value|值)\s*(?P<high><=?|≤|⩽|≦)\s*(?P<most>{_N})",
    re.IGNORECASE,
)
_SIGN: Final = Pattern(
    rf"(?:(?:value|length|len|count|值|长度)\s*)?(?P<sign>>=|<=|=>|=<|>|<|≥|≤|⩾|⩽|≧|≦)\s*(?P<number>{_N})\s*"
    + _UNIT.format(1),
    re.IGNORECASE,
)
_WORDED: Final = Pattern(
    rf"(?P<word>(?:the\s+)?(?:minimum|min|least|lowest|smallest)(?:imum)?\.?(?:\s+(?:value|length|number|count|items?|size))?(?:\s+of(?:\s+\w+)?)?(?:\s+is)?\s*[:：=]?"
    r"|(?:the\s+)?(?:maximum|max|highest|largest)\.?(?:imum)?(?:\s+(?:value|length|number|count|items?|size|allowed))?(?:\s+of(?:\s+\w+)?)?(?:\s+is)?\s*[:：=]?"
    r"|at\s+least|no\s+less\s+than|not\s+less\s+than|no\s+fewer\s+than|greater\s+than\s+or\s+equal\s+to|larger\s+than\s+or\s+equal\s+to"
    r"|at\s+most|up\s+to|até|hasta|jusqu'à|bis\s+zu|до|no\s+more\s+than|not\s+more\s+than|not\s+exceed(?:ing)?|cannot\s+exceed|can't\s+exceed|less\s+than\s+or\s+equal\s+to|limited\s+to|within|maximum\s+of|max\s+of"
    r"|(?:must\s+be\s+)?(?:greater|larger|more|higher|bigger)\s+than|above|(?:must\s+be\s+)?(?:less|smaller|fewer|lower)\s+than|below|under"
    r"|最小值?(?:为|是)?\s*[:：]?|最少|至少(?:上传|传入)?|不小于|不少于|大于等于|不低于|最低|最短"
    r"|最大值?(?:为|是)?\s*[:：]?|最多(?:支持)?(?:可)?(?:上传|传入|输入)?(?:数量)?(?:为)?\s*[:：]?|至多|不超过|不大于|不能超过|不得超过|不可超过|小于等于|不高于|最长|上限|最大长度(?:为)?\s*[:：]?|最高|大于|小于"
    r"|最小|最大|máximo(?:\s+de)?|mínimo(?:\s+de)?|maximal|minimal|höchstens|mindestens|au\s+plus|au\s+moins|не\s+более|не\s+менее|최대|최소|максимум|минимум)"
    rf"\s*(?P<number>{_N})\s*" + _UNIT.format(1) + r"(?P<after>以内|以下|まで|이하)?",
    re.IGNORECASE,
)
_AFTER: Final = Pattern(
    rf"(?P<number>{_N})\s*"
    + _UNIT.format(1)
    + r"\s*(?P<word>(?:or|and)\s+(?:more|greater|higher|above|up|over)|or\s+(?:less|fewer|lower)|max(?:imum)?\b|min(?:imum)?\b|以上|以下|以内|이상|이하|\+(?!\d))",
    re.IGNORECASE,
)
_STEP: Final = Pattern(
    rf"(?:\(|,|;|，|；)?\s*(?:(?:must\s+be\s+)?(?:a\s+)?multiples?\s+of|divisible\s+by|(?:in\s+)?(?:steps?|increments?|intervals?)\s*(?:size)?\s*(?:of|:|=|is|：)?|step(?:\s+size)?\s*[:：=]?|(?:步长|步进)(?:为)?\s*[:：]?|÷|step\s)\s*(?P<a>{_N})\s*(?:px|pixels)?\)?"
    rf"|(?:(?:必须|需|须|应)(?:是|为)?)?\s*(?P<b>{_N})\s*(?:的|の)?\s*(?:整数倍|整數倍|倍数|倍數)",
    re.IGNORECASE,
)
_PREFIX: Final = Pattern(
    r"(?:(?:it|value|values|length|长度|值)\s+)?(?:(?:must|should|can|may|has to|need to|shall)\s+)(?:be\s+)?(?=\S)",
    re.IGNORECASE,
)
_POSITIVE: Final = {
    "positive": Bounds(Decimal(0), exclusive_minimum=True),
    "positive integer": Bounds(Decimal(1)),
    "positive number": Bounds(Decimal(0), exclusive_minimum=True),
    "non-negative": Bounds(Decimal(0)),
    "nonnegative": Bounds(Decimal(0)),
    "non-negative integer": Bounds(Decimal(0)),
    "non negative": Bounds(Decimal(0)),
    "正整数": Bounds(Decimal(1)),
    "非负整数": Bounds(Decimal(0)),
    "正数": Bounds(Decimal(0), exclusive_minimum=True),
}
_ADVICE: Final = Pattern(
    r"recommend|suggest|typical|typisch|usual|normalmente|généralement|in der regel|обычно|généralement|ideal|best|optimal|prefer|common|good|advis|works? well|sweet spot|推荐|建议|通常|一般|最佳|推奨|권장|recomend|empfohlen|рекоменд|e\.g\.|for example|例如|如[:：]?\s*$|such as|around|about|approximately|roughly|per\s+(?:second|minute|day|request)|(?:^|\s)vs\.?\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text says of a value in numbers; `what` is what the bounds count: the value itself, or something of it.

    `value`: the number; `characters` of a text; `items` of an array; `other`: seconds of a film, megabytes of a file.
    """

    bounds: Bounds | None = None
    what: str = "value"
    step: Decimal | None = None
    size: SizeBounds | None = None
    disputed: bool = False  # another phrase of the text says otherwise


def read_limits(text: str) -> Limits | None:
    """Read a text that is about limits and nothing else; None when any of it is not understood."""
    rest = " ".join(text.split()).strip(" .;。；")
    lower = rest.lower()
    if lower in _POSITIVE:
        return Limits(_POSITIVE[lower])
    if not any(sign.isdecimal() for sign in rest):
        return None
    step = _STEP.search(rest)
    found = Limits()
    if step is not None:
        found = Limits(step=_decimal(step["a"] or step["b"]))
        rest = (rest[: step.start()] + rest[step.end() :]).strip(" ,;()，；")
        if not rest:
            return found
    whole = _whole(rest)
    if whole is None:
        return None
    return replace(whole, step=found.step or whole.step)


def _whole(text: str) -> Limits | None:
    text = text.strip()
    if text.startswith("(") and text.endswith(")") and not _INTERVAL.fullmatch(text):
        text = text[1:-1].strip()
    for spelling in _SPELLINGS:
        found = spelling(text)
        if found is not None:
            return found
    return _parts(text)


def _parts(text: str) -> Limits | None:
    """Read `min: 0, max: 20`, `>= 0 and < 5`: two phrases, each about one end."""
    parts = [
        part.strip()
        for part in re.split(
            r"[,;，；、]\s*(?!\d{3}\b)|\s+and\s+|\s*且\s*|\s*&&\s*|\n|\s(?=max)|(?<=\d)\s*/\s*(?=max|min)",
            text,
            flags=re.IGNORECASE,
        )
        if part.strip()
    ]
    if len(parts) < 2:
        return None
    found = [_one_end(part) for part in parts]
    if any(one is None for one in found):
        return None
    known = [one for one in found if one is not None]
    if len({one.what for one in known}) > 1:
        return None
    merged = known[0]
    for one in known[1:]:
        merged = merge(merged, one)
    return merged


def merge(first: Limits, second: Limits) -> Limits:
    """Join what two phrases say; what the first says of an end stays."""
    if first.bounds is None or second.bounds is None:
        bounds = first.bounds or second.bounds
    else:
        bounds = Bounds(
            first.bounds.minimum if first.bounds.minimum is not None else second.bounds.minimum,
            first.bounds.maximum if first.bounds.maximum is not None else second.bounds.maximum,
            first.bounds.exclusive_minimum
            if first.bounds.minimum is not None
            else second.bounds.exclusive_minimum,
            first.bounds.exclusive_maximum
            if first.bounds.maximum is not None
            else second.bounds.exclusive_maximum,
        )
    return Limits(
        bounds, first.what if first.bounds else second.what, first.step or second.step, first.size or second.size
    )


def mine_limits(text: str) -> tuple[Limits, ...]:
    """Find limits in running text, one for each thing that they are of; phrases of advice are passed over."""
    found: dict[str, Limits] = {}
    for sentence in _sentences(text):
        for start, one in _phrases(sentence):
            if one.what != "other" and not _ADVICE.search(sentence[max(0, start - 48) : start + 12]):
                old = found.get(one.what, Limits(what=one.what))
                found[one.what] = replace(
                    merge(old, one), what=one.what, disputed=old.disputed or _differ(old, one)
                )
        step = _STEP.search(sentence)
        if step is not None and not _ADVICE.search(sentence[max(0, step.start() - 40) : step.end() + 16]):
            old = found.get("value", Limits())
            found["value"] = replace(old, step=old.step or _decimal(step["a"] or step["b"]))
    # The sign before 10 in "1-10 characters" is none.
    counts = {abs(_decimal(match["number"])) for match in _COUNTED.finditer(text)}
    if "characters" in found and not counts <= _ends_of(found["characters"]):
        found["characters"] = replace(found["characters"], disputed=True)
    return tuple(found.values())


_COUNTED: Final = Pattern(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:,\d{3})+|\d{1,9})\s*(?:characters?|chars?|个?字符|文字|글자)(?![A-Za-z])",
    re.IGNORECASE,
)


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
        part for part in re.split(r"(?<=[a-z0-9)\]）])\.\s+(?=[A-Z\u4e00-\u9fff])|[。\n!]", text) if part.strip()
    ]


_RANGE_WORDS: Final = Pattern(
    r"(?:\brange[sd]?\b(?:\s*(?:is|of|from|:|：))?|\bbetween\b|\bvalid(?: values?)?(?: range)?\s*[:：]|\bvalues?\s*(?:range)?\s*[:：]|\bfrom\b|\bmust be(?: in)?(?: the range)?|\bwithin\b"
    r"|取值(?:范围)?(?:为|是|在)?\s*[:：]?|可选值(?:为|是)?\s*[:：]?|数组长度\s*[:：]?|数量限制\s*[:：]?|范围(?:为|是)?\s*[:：]?|範囲\s*(?:は)?\s*[:：]?|범위\s*[:：]?|rango|faixa|intervalle|bereich|диапазон|可选范围|值域|介于|应在|需在)\s*[:：]?\s*\(?\s*$",
    re.IGNORECASE,
)


def _phrases(sentence: str) -> Iterator[tuple[int, Limits]]:
    """Find the phrases of a sentence that say limits, with where they begin."""
    for match in _INTERVAL.finditer(sentence):
        brackets = match["open"] in "[【" or match["close"] in "]】"
        if brackets or _RANGE_WORDS.search(_before(sentence, match.start("open"))):
            yield match.start(), _interval(match)
    for match in _SPAN.finditer(sentence):
        found = _span_in(match, sentence)
        if found is not None:
            yield match.start("least"), found
    yield from _rarer_phrases(sentence)
    ends = [(m, _worded(m)) for m in _WORDED.finditer(sentence)] + [
        (m, _sign(m)) for m in _SIGN.finditer(sentence) if not _OF_ANOTHER.search(sentence, 0, m.start())
    ]
    ends += [(m, _after(m)) for m in _AFTER.finditer(sentence) if not m["word"].isascii()]
    for match, one in ends:
        if match["unit1"] not in {"%", "mb", "MB"} and not _OTHER_UNIT.match(sentence, match.end()):
            yield match.start(), one


def _rarer_phrases(sentence: str) -> Iterator[tuple[int, Limits]]:
    for match in _BETWEEN.finditer(sentence):
        yield match.start(), _between(match)
    for match in _SIZES.finditer(sentence):
        if _RANGE_WORDS.search(_before(sentence, match.start())):
            yield match.start(), _sizes(match)
    for match in _ROMANCE.finditer(sentence):
        if not _OTHER_UNIT.match(sentence, match.end()):
            yield match.start(), _romance(match)


def _before(sentence: str, at: int) -> str:
    """Return what stands before a place, as far as it can matter; so a long text takes no long time."""
    return sentence[max(0, at - 80) : at]


# `batch_size > 1` is about batch_size.
_OF_ANOTHER: Final = Pattern(
    r"(?<![A-Za-z_])(?!(?:be|is|are|value|values|length|range|than|must|size|x|n|and|or)\s*$)[A-Za-z]\w*_\w+`?\s*$"
)


def _span_in(match: re.Match[str], sentence: str) -> Limits | None:
    """Read `1-4` inside a sentence: only what stands before it, or how it stands, makes it a range of the value."""
    before = _before(sentence, match.start("least")).rstrip()
    joined = match[0][len(match["least"]) :].lower()
    if " and " in joined and not re.search(r"between\b", _before(sentence, match.end("least")), re.IGNORECASE):
        return None
    one = _limits(match["least"], match["most"], match["unit2"] or match["unit1"])
    if _COUNT_BEFORE.search(before):
        return replace(one, what="items")
    if _LENGTH_BEFORE.search(before):
        return replace(one, what="characters")
    alone = _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(sentence, match.end())
    led = _RANGE_WORDS.search(before) or match.start("least") > match.start()
    if not (alone or led or one.what in {"characters", "items"}):
        return None
    return None if one.what == "value" and _OTHER_UNIT.match(sentence, match.end()) else one


_ALONE_BEFORE: Final = Pattern(r"[(（:：,，;]\s*$|^\s*$")
_ALONE_AFTER: Final = Pattern(r"\s*(?:[)）.,;，。；]|$|inclusive|default|默认)", re.IGNORECASE)


# What a number is of when it is not of the value: `1 Megapixel`, `5000x5000`, `2:1`, `15%`.
_OTHER_UNIT: Final = Pattern(
    r"\s*(?!(?:and|or|to|in|inclusive|default|for|when|if|the|per|is|are|will|by|with|on|but|as|because|where|at|so|otherwise)\b)(?:[x×*:/]\s?\d|[A-Za-z]{2,}|%|[GMK]i?B|万|个?(?:汉字|单词|百万|像素))",
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


def _one_end(text: str) -> Limits | None:
    plain = _PREFIX.sub("", text.strip())
    for pattern, read in ((_WORDED, _worded), (_SIGN, _sign), (_AFTER, _after)):
        match = pattern.fullmatch(plain)
        if match is not None:
            return read(match)
    return None


def _size_span(text: str) -> Limits | None:
    match = _SIZES.fullmatch(text)
    return _sizes(match) if match is not None else None


def _sizes(match: re.Match[str]) -> Limits:
    separator = "*" if match[2] == "*" else "x"
    return Limits(size=SizeBounds((int(match[1]), int(match[3])), (int(match[4]), int(match[5])), separator))


def _sided(text: str) -> Limits | None:
    """Read `64-2048 per side`, `each side between 64 and 2048`."""
    match = _SIDED.fullmatch(text) if re.search(r"\b(?:side|dimension)s?\b", text, re.IGNORECASE) else None
    if match is None:
        return None
    least, most = int(match[1]), int(match[2])
    return Limits(size=SizeBounds((least, least), (most, most)))


def _romance_of(text: str) -> Limits | None:
    match = _ROMANCE.fullmatch(text)
    return _romance(match) if match is not None else None


def _romance(match: re.Match[str]) -> Limits:
    return _limits(match["least"] or match["low"], match["most"], match["unit1"])


def _interval_of(text: str) -> Limits | None:
    match = _INTERVAL.fullmatch(text)
    return _interval(match) if match is not None else None


def _interval(match: re.Match[str]) -> Limits:
    plain = (
        match["open"] in "(（"
        and match["close"] in ")）"
        and not re.search(r"[,，;、]", match[0][match.end("least") - match.start() :])
    )
    least = None if re.search(r"∞|inf", match["least"]) else _decimal(match["least"])
    most = _end(match["most"])
    return Limits(
        Bounds(
            least,
            most,
            least is not None and match["open"] in "(（" and not plain,
            most is not None and match["close"] in ")）" and not plain,
        ),
        _what(match["unit1"]),
    )


def _span_of(text: str) -> Limits | None:
    match = _SPAN.fullmatch(text)
    if match is None or (
        re.search(r"\d\s*(?:and|和|与)\s*\d", text) and not re.match(r"between|介于|在", text, re.IGNORECASE)
    ):
        return None
    return _limits(match["least"], match["most"], match["unit2"] or match["unit1"])


def _limits(least: str, most: str, unit: str | None) -> Limits:
    return Limits(Bounds(_decimal(least), _end(most)), _what(unit))


def _between_of(text: str) -> Limits | None:
    match = _BETWEEN.fullmatch(text)
    return _between(match) if match is not None else None


def _between(match: re.Match[str]) -> Limits:
    return Limits(
        Bounds(_decimal(match["least"]), _decimal(match["most"]), match["low"] == "<", match["high"] == "<")
    )


def _worded(match: re.Match[str]) -> Limits:
    word, number = match["word"].lower(), _decimal(match["number"])
    what = (
        "characters"
        if re.search(r"length|长度|最长|最短", word) and match["unit1"] is None
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
        r"min|least|greater|larger|more\s+than|higher|bigger|above|大于|至少|最少|最小|不小于|不少于|不低于|最低|最短|lowest|smallest|no\s+less|not\s+less|no\s+fewer|mínimo|mindestens|moins|менее|최소|минимум|以上",
        word,
    ) is not None and not re.search(r"no\s+more|not\s+more|不大于", word)
    bounds = Bounds(number, None, strict, False) if lower else Bounds(None, number, False, strict)
    return Limits(bounds, what)


def _sign(match: re.Match[str]) -> Limits:
    sign, number = match["sign"], _decimal(match["number"])
    what = _what(match["unit1"])
    if sign in {">", ">=", "=>", "≥", "⩾", "≧"}:
        return Limits(Bounds(number, None, sign == ">", False), what)
    return Limits(Bounds(None, number, False, sign == "<"), what)


def _after(match: re.Match[str]) -> Limits:
    number, word = _decimal(match["number"]), match["word"].lower()
    if re.search(r"more|greater|higher|above|min|以上|이상|\+", word):
        return Limits(Bounds(number, None), _what(match["unit1"]))
    return Limits(Bounds(None, number), _what(match["unit1"]))


def _single(text: str) -> Limits | None:
    return _one_end(text)


_SPELLINGS: Final[tuple[Callable[[str], Limits | None], ...]] = (
    _size_span,
    _sided,
    _romance_of,
    _interval_of,
    _span_of,
    _between_of,
    _single,
)


def _what(unit: str | None) -> str:
    word = (unit or "").lower()
    if word in _CHARS:
        return "characters"
    if word in _OFF:
        return "other"
    return "items" if word and _ITEMS.match(word) else "value"


def _end(text: str) -> Decimal | None:
    return None if re.fullmatch(_ENDLESS, text, re.IGNORECASE) else _decimal(text)


def _decimal(text: str) -> Decimal:
    plain = text.replace("−", "-").replace(",", "").replace("_", "").replace(" ", "")
    power = re.fullmatch(r"([-+]?)2(?:\^|\*\*)(\d+)(-1)?", plain)
    if power is not None:
        value = 2 ** int(power[2]) - (1 if power[3] else 0)
        return Decimal(-value if power[1] == "-" else value)
    return Decimal(plain)
