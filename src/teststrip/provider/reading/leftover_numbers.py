"""Numbers that a row names as limits or values, and nobody took."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.model import Bounds
    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.inline import Cell

Finding = tuple[str, tuple[str, ...]]
ADVICE: Final = Pattern(
    r"recommend|suggest|typical|usual|ideal|optimal|prefer|advis|good|best|normal|works? well|around|about|approx|roughly|e\.g|example|such as|建议|推荐|通常|一般|例如|推奨|권장|recomend|empfohlen|рекоменд",
    re.IGNORECASE,
)
_NUMBER: Final = Pattern(r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d{1,24})(?:\.\d{1,24})?(?![\d.]*\d)(?!\w*\d)")
# A number in letters: `no more than five`
_SPELT: Final = Pattern(
    r"\b(?:max(?:imum)?(?: of)?|at (?:most|least)|up to|(?:no|not) (?:more|less|fewer) than|exactly)\s+"
    r"(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred)\b",
    re.IGNORECASE,
)
_PAIR: Final = Pattern(r"[\[(（【]([-+−]?[\d.]{1,24}),([-+−]?[\d.]{1,24})[\])）】]")  # two numbers, no thousands
_MODEL: Final = Pattern(r"(?<![A-Za-z])[A-Za-z][\w.]*(?:-[\w.]+)+")  # numbers in a name bound nothing
_LIMIT: Final = Pattern(
    r"(?:\bmax(?:imum|imal|\.)?\b|\bmin(?:imum|imal|\.)?\b|\bup to\b|\bat (?:most|least)\b|\b(?:no|not) (?:more|less|fewer) than\b|\bexceed\w*|\blimit\w*"
    r"|\bbetween\b|\brang(?:e|es|ing)\b|\bwithin\b|\b(?:greater|less|larger|smaller|fewer|more) than\b|\bmust be\b|\bvalid\b|\ballowed\b|\bfrom\b|[<>≤≥]=?"
    r"|最大|最小|最多|最少|最长|最短|最高|最低|至少|至多|不超过|不得|不能|不可|不少于|不大于|不小于|大于|小于|范围|上限|下限|限制|支持|以内|以上|以下|まで|範囲"
    r"|최대|최소|이상|이하|범위|máxim\w+|mínim\w+|hasta|até|jusqu|maximal|höchstens|mindestens|bis zu|не более|не менее|максим\w+|миним\w+|диапазон)",
    re.IGNORECASE,
)
# What a number is of when it is of nothing that a schema bounds.
_OFF: Final = Pattern(
    r"\s*(?:[x×*:/]\s?\d|px|pixels?|[GMK]i?B\b|MB|seconds?|secs?|s\b|ms|minutes?|hours?|days?|tokens?|credits?|[Mm]egapixels?|MP\b|mp\b|%|fps|D\b|[kK]?[hH]z|dB|times|steps? (?:per|back)|像素|秒|分钟|小时|天|种|次|倍|日|ピクセル|초|분)",
)
_CHARACTERS: Final = Pattern(r"\s*(?:characters?|chars?|个?字符|字|文字|글자|caracteres|Zeichen|символ)")
_SIDES: Final = Pattern(r"width|height|side", re.IGNORECASE)
_SIZE: Final = Pattern(r"\b\d{2,5}\s?[x×*]\s?\d{2,5}\b")
_STATUS: Final = Pattern(r"\b(?:returns?|code|status|error|HTTP)\W{0,3}$|[\^\"'_]$")
_PART: Final = Pattern(r"\d\s*[x×*:/.]\s*$|[A-Za-z]-?$")  # ends what a number is only a part of
_SPANS: Final = Pattern(r"\s*(?:-|–|~|to|至|到|～)\s*\d")
_SPANNED: Final = Pattern(r"(?<![\w.:/])\d[\d,.]{0,12}\s?(?:-|–|~|to|至|到|～)\s?$")
# Points with words about each, and a sign between: `0 unchanged | -100 black | 100 white`
_POINTS: Final = Pattern(
    r"(?:^|[|;\n])[\s|]{0,4}(-?\d{1,9}(?:\.\d{1,9})?)\s{0,2}(?:[:：=–-]\s)?[^\W\d_][^|;\n\d]{1,60}(?=[|;\n]|$)"
)
_SIDE_BY_SIDE: Final = Pattern(
    r"(?<![\w.:/-])(\d{1,6}(?:\.\d+)?)s?\s*(?:,|/|、|\bor\b|或)\s*(\d{1,6}(?:\.\d+)?)s?(?![\w:/]*\d)"
)


def left_limits(entry: Entry, about: Cell) -> Finding | None:
    """Find numbers with words of limits that are no limit of what was read."""
    facts, kinds = entry.facts, set(entry.kind.or_kinds) | {entry.kind.kind}
    array = entry.kind.kind == "array"
    numeric = bool(kinds & {"integer", "number"})
    if not (numeric or array or "string" in kinds) or facts.size is not None:
        return None
    known = set(_known(entry))
    text = _MODEL.sub(lambda name: "_" * len(name[0]), _PAIR.sub(r"[\1, \2]", about.text))
    left = [
        match[0]
        for match in _NUMBER.finditer(text)
        if abs(Decimal(match[0].replace(",", "").replace("−", "-"))) not in known
        and _is_limit(match, text, numeric=numeric, array=array)
    ]
    if numeric and not left and facts.bounds is None and _SIDES.search(entry.name):
        left = [match[0] for match in _SIZE.finditer(text) if _LIMIT.search(text[: match.start()])]
    spelt = _SPELT.search(text) if (numeric or array) and not left else None
    if spelt is not None and facts.bounds is None and facts.length is None:
        left = [spelt[1]]
    return ("a limit in the text was not understood", tuple(left)) if left else None


def _is_limit(match: re.Match[str], text: str, *, numeric: bool, array: bool) -> bool:
    """Tell whether what stands around a number makes it a limit of the value, of its characters or of its items."""
    before = text[max(0, match.start() - 24) : match.start()]
    after = text[match.end() : match.end() + 12]
    counts = _CHARACTERS.match(after) is not None
    if _STATUS.search(before) or not (numeric or array or counts) or _PART.search(before):
        return False
    if (not counts and _OFF.match(after)) or ADVICE.search(text[max(0, match.start() - 48) : match.end() + 20]):
        return False
    spans = numeric and (_SPANS.match(after) is not None or _SPANNED.search(before) is not None)
    return counts or spans or bool(_LIMIT.search(before) or _LIMIT.match(after.lstrip()))


def left_points(entry: Entry, about: Cell) -> Finding | None:
    """Find numbers that stand side by side as values do: `5 or 10`, `1/4`."""
    if not {"integer", "number"} & {entry.kind.kind, *entry.kind.or_kinds} or entry.facts.choices:
        return None
    known = set(_known(entry))
    points = _POINTS.findall(about.text)
    if len(points) > 1 and entry.facts.bounds is None and not ADVICE.search(about.text):
        return "the text names numbers, and does not say whether they are all", (", ".join(points),)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", _MODEL.sub("", about.text))  # 3,000 is one number
    for match in _SIDE_BY_SIDE.finditer(text):
        if not {Decimal(match[1]), Decimal(match[2])} <= known and not ADVICE.search(about.text):
            return "the text names numbers, and does not say whether they are all", (match[0],)
    return None


def scalars_of(entry: Entry) -> tuple[str | None, ...]:
    """Return the kinds of a parameter's values, or of an array's items."""
    if entry.kind.kind == "array":
        return (entry.facts.item or entry.kind.item,)
    return (entry.kind.kind, *entry.kind.or_kinds)


def _known(entry: Entry) -> Iterator[Decimal]:
    facts = entry.facts
    for bounds in (facts.bounds, facts.length, facts.item_length):
        yield from _ends(bounds)
    if facts.step is not None:
        yield abs(facts.step)
    for value in (facts.default.value, *(choice.value for choice in facts.choices), *facts.examples):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield abs(Decimal(str(value)))
        elif isinstance(value, str):
            yield from (Decimal(text) for text in re.findall(r"\d+(?:\.\d+)?", value))


def _ends(bounds: Bounds | None) -> Iterator[Decimal]:
    if bounds is not None:
        yield from (abs(end) for end in (bounds.minimum, bounds.maximum) if end is not None)
