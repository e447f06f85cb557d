"""Rules between parameters as sentences have them: the words of each kind of rule, and the names beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from teststrip.base.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.reading.inline import Cell

RuleKind = Literal["exclusive", "any", "one", "together"]
Side = Literal["after", "before", "own"]

_PART: Final = r"[A-Za-z_][A-Za-z0-9_-]*"
_TOKEN: Final = Pattern(rf"[\"'“`]?(?P<name>(?<![A-Za-z0-9_.-]){_PART}(?:(?:\[\])?\.{_PART})*(?:\[\])?)[\"'”`]?")
_BETWEEN: Final = Pattern(
    r"\s*(?:,|、|，|/|&|\+)?\s*(?:\b(?:and/or|and|or|nor|with)\b|和|与|跟|及|或者?)?\s*(?:the\s+)?", re.IGNORECASE
)
_LEAD: Final = Pattern(
    r"\s*(?:(?:the|of|these|following|parameters?|fields?|options?|参数|字段)\b\s*)*"
    r"(?:(?:is|are|must|has to|needs? to)\s+(?:be\s+)?\w+\s*(?=[:：]))?[:：(（]?\s*",
    re.IGNORECASE,
)
_IS_GIVEN: Final = Pattern(
    r"(?:is|are)\s+(?:also\s+)?(?:set|given|provided|specified|present|used|passed|supplied|included|defined)\b(?!\s+to\b)",
    re.IGNORECASE,
)
_NOUN: Final = Pattern(
    r"\s*(?:(?:the\s+)?(?:parameters?|fields?|options?|两者|二者|参数|字段|都|都?均)\s*)*[)）,，]?\s*"
)
_SMALL: Final = frozenset(
    {"and", "or", "nor", "with", "the", "parameter", "parameters", "field", "fields", "options"}
)
_ENDS: Final = frozenset(
    {"this", "it", "that", "which", "these", "they", "but", "not", "must", "is", "are", "can", "may"}
)
_MOST_NAMES: Final = 12
_MOST_TEXT: Final = 4000
_MOST_BEFORE: Final = 300

_CANNOT: Final = (
    r"(?:cannot|can['’]?t|can not|must not|mustn['’]t|may not|should not|shouldn['’]t|are not to|is not to)"
)
_USED: Final = (
    r"(?:used|combined|set|specified|provided|given|passed|sent|supplied|present|included|mixed|defined)"
)
_GIVE: Final = r"(?:provide|specify|supply|pass|give|include|set|send|use|requires?|needs?)"
_AT_ONCE: Final = r"(?:together|simultaneously|at the same time|at once|in the same request|in combination)"
_NEED: Final = Pattern(
    r"(?:must|is\s+(?:\w+\s+)?required|are\s+(?:\w+\s+)?required|has to|have to|needs? to|should|shall|is mandatory|is needed|必须|必填|必选|必传|必需)",
    re.IGNORECASE,
)
_NOT_BOTH: Final = Pattern(
    r"\b(?:but\s+)?(?:not\s+both|never\s+both|not\s+(?:all|more\s+than\s+one))\b", re.IGNORECASE
)
_OF_VALUE: Final = Pattern(
    r"\b(?:enabled|disabled|true|false|set to|equal(?:s| to)?|(?:greater|less|larger|smaller) than|non-?zero|positive)\b",
    re.IGNORECASE,
)
# A rule that holds only sometimes is none that can be kept.
_SOMETIMES: Final = Pattern(
    r"\b(?:when|if|unless|for|in)\s+(?!(?:the\s+)?(?:both|either|neither|same|request|combination|addition|order|example|more|use)\b)[\"'`“]?[\w.-]+|[当若如].{0,40}?时|的情况下|场景",
    re.IGNORECASE,
)


class _Form(NamedTuple):
    kind: RuleKind
    side: Side
    pattern: Pattern
    need: bool = False  # whether "must", or "is given", has to stand by it


def _form(kind: RuleKind, side: Side, pattern: str, *, need: bool = False) -> _Form:
    return _Form(kind, side, Pattern(pattern, re.IGNORECASE), need)


_FORMS: Final[tuple[_Form, ...]] = (
    _form("one", "after", r"\b(?:exactly one|one and only one|precisely one)\s+of\b"),
    _form("any", "after", r"\b(?:at least one|one or more|any one)\s+of\b"),
    _form("exclusive", "after", r"\b(?:at most one|no more than one|only one)\s+of\b"),
    _form("together", "after", r"\b(?:all or none|both or neither)\s+of\b"),
    _form("any", "after", r"(?<!exactly )(?<!only )(?<!least )(?<!most )(?<!than )(?<!precisely )\b(?:one|either one|either) of\b", need=True),
    _form("any", "after", r"\beither\b(?!\s+(?:one\s+)?of\b)", need=True),
    _form("exclusive", "after", rf"\b(?:{_CANNOT}|do not|don['’]t|never|not)\s+(?:use|combine|specify|set|provide|pass|send|mix|give)\s+both\b"),
    _form("exclusive", "before", r"(?:\b(?:are|is)\s+)?(?:\bboth\s+)?\bmutually[\s-]exclusive\b(?!\s+(?:with|to)\b)"),
    _form("exclusive", "before", rf"\b{_CANNOT}\s+(?:both\s+be\s+{_USED}|(?:both\s+)?be\s+{_USED}\s+{_AT_ONCE})\b(?!\s+(?:with|as)\b)"),
    _form("together", "before", rf"\b(?:must|should|have to|need to)\s+(?:both\s+|all\s+|always\s+)?be\s+{_USED}\s+together\b(?!\s+with\b)"),
    _form("exclusive", "own", r"(?:\bis\s+|\bare\s+)?\bmutually[\s-]exclusive\s+(?:with|to)\b"),
    _form("exclusive", "own", rf"\b{_CANNOT}\s+be\s+{_USED}\s+(?:(?:{_AT_ONCE}|along|alongside|in conjunction)\s+)?(?:with|as)\b"),
    _form("exclusive", "own", rf"\b{_CANNOT}\s+be\s+{_USED}\s+(?:when|if)\b", need=True),
    _form("exclusive", "own", r"(?:\bis\s+)?\b(?:incompatible|not compatible|in conflict)\s+with\b|\bconflicts\s+with\b"),
    _form("together", "own", rf"\b(?:must|should|has to|needs to)\s+(?:always\s+)?be\s+{_USED}\s+together\s+with\b"),
    _form("exclusive", "own", r"不(?:能|可|可以|支持|得)(?:与|和|跟)"),
    _form("any", "before", r"(?:至少|最少)\s*(?:必?须|需要?)?\s*(?:选|填|传|提供|必填|传入|填写|选择)?\s*(?:二选一|一个|一项|其一|其中之?一|1\s*个)|不(?:能|可|可以|得|允许)同时(?:为空|不传|不填)"),
    _form("exclusive", "before", r"(?:参数\s*)?互斥|不(?:能|可|可以|支持|得|允许)同时(?:使用|传入?|设置|提供|存在|出现|指定|生效|填写)"),
    _form("one", "before", r"(?:只能|仅能|必须|必选|需)?\s*(?<!至少)(?<!最少)(?:二|三|2|3)选(?:一|1)"),
    _form("together", "before", r"(?:必须|需要?)同时(?:使用|传入?|设置|提供|存在|指定|填写)"),
)  # fmt: skip
# Without one of these no form matches: most texts are not looked at any further.
_HINT: Final = Pattern(
    r"exclusive|one of|either|both|together|at the same time|simultaneously|at once|compatible|conflict|none of|combined|not be|n['’]t be|one or more|互斥|选一|选1|同时|至少|最少|不(?:能|可|支持|得)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is written, before anybody knows whether its names are parameters."""

    kind: RuleKind
    names: tuple[str, ...]
    own: bool  # whether the parameter that the text describes is one of them
    sentence: str
    sometimes: bool
    one_way: bool = False  # "must be given together with": perhaps only in one direction


def find_rules(cell: Cell) -> Iterator[Rule]:
    """Find everything in a text that reads like a rule between what it names."""
    text = cell.text[:_MOST_TEXT]
    if _HINT.search(text) is None:
        return
    for sentence in re.split(r"(?<=[\w)\]`\"'”）])[.;!](?=\s|$)|[。；\n]", text):
        taken: list[tuple[int, int]] = []
        for form in _FORMS:
            for match in form.pattern.finditer(sentence):
                if any(start < match.end() and match.start() < end for start, end in taken):
                    continue
                found = _read(form, match, sentence)
                if found is not None:
                    taken.append(match.span())
                    yield found


def _read(form: _Form, match: re.Match[str], sentence: str) -> Rule | None:
    """Read what stands beside the words of a form; None when that is not what the form needs."""
    head, tail = sentence[max(0, match.start() - _MOST_BEFORE) : match.start()], sentence[match.end() :]
    before, at = _run_before(head)
    after, rest = _run_after(tail)
    kind, own = form.kind, False
    if form.side == "after":
        names, sides = after, f"{head} {rest}"
        if form.need and not (_NEED.match(rest) or re.search(rf"\b{_GIVE}\s+$", head, re.IGNORECASE)):
            return None
    elif form.side == "before":
        names, sides = before, f"{head[:at]} {tail}"
        # 与 image 互斥: the other one is what the text describes.
        own = len(before) == 1 and re.search(r"(?:与|和|跟|\bwith)\s*$", head[:at], re.IGNORECASE) is not None
    else:
        names, sides, own = (*before[-1:], *after), f"{head[:at]} {rest}", not before
        if form.need and not _IS_GIVEN.match(rest):
            return None
    if len(names) + own < 2 or (form.side == "own" and not after):
        return None
    if _OF_VALUE.search(sides):
        return None  # about what the values are, not about which are given
    one_way = form.side == "own" and kind == "together"
    if (kind == "any" and _NOT_BOTH.search(sides)) or ("only one" in match[0].lower() and _NEED.match(rest)):
        kind = "one"
    return Rule(kind, names, own, sentence.strip(), _SOMETIMES.search(sides) is not None, one_way)


def _run_after(text: str) -> tuple[tuple[str, ...], str]:
    """Read names that follow one another from the start of a text; and what is behind them."""
    names: list[str] = []
    at = end = _end(_LEAD, text, 0)
    while len(names) < _MOST_NAMES and (token := _TOKEN.match(text, at)) is not None:
        if token[0].lower() in _ENDS:
            break
        names.append(token["name"])
        end = token.end()
        at = _end(_BETWEEN, text, end)
        if not text[end:at].strip():
            break  # parted by nothing: what follows is no name but the sentence going on
    return tuple(names), text[_end(_NOUN, text, end) :]


def _run_before(text: str) -> tuple[tuple[str, ...], int]:
    """Read names that follow one another up to the end of a text; and where they begin."""
    edge = len(text)
    names: list[str] = []
    for token in reversed(list(_TOKEN.finditer(text))):
        if token[0].lower() in _SMALL:
            continue
        if token[0].lower() in _ENDS:
            break
        between = text[token.end() : edge]
        fits = between.strip() and _BETWEEN.fullmatch(between) if names else _NOUN.fullmatch(between)
        if not fits or len(names) >= _MOST_NAMES:
            break
        names.insert(0, token["name"])
        edge = token.start()
    return tuple(names), edge


def _end(pattern: Pattern, text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match is not None else at
