"""What a row says and nobody took: a limit, a list, a default, a condition in words that no reader understood.

Readers of single cells believe only what they are sure of, and pass over the rest. Here the words of each row are held
against what was read of it, and what is left over is flagged, so that a value can be missing but never in silence.
A row that is flagged already is let be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent
from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.defaults import is_default_of_case
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS
from teststrip.provider.reading.entries import walk
from teststrip.provider.reading.from_description import COUNT
from teststrip.provider.reading.leftover_numbers import left_limits, left_points
from teststrip.provider.reading.leftover_values import ELSEWHERE, QUOTED, left_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from teststrip.provider.model import Constraint
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.page_words import PageWords

Finding = tuple[str, tuple[str, ...]]
_DEFAULT: Final = Pattern(rf"\bdef(?:ault(?:s|ed)?)?\b|{DEFAULT_WORDS}|standardmäßig", re.IGNORECASE)
_SAID_BY_WORDS: Final = Pattern(
    r"(?<![\w.-])(?!\w{0,20}(?:ed|en|ing|es|on|off|is|are|it|ly)\s)[a-z0-9][\w.-]{1,30} by default\b"
    r"|\b(?:if|when) (?:omitted|unset|not (?:provided|specified|set|given)),? (?!the\b|a\b|an\b|it\b|no\b)[\w.-]{1,30} (?:is|will be) used|(?:省略|未指定)(?:時|の場合)は?\s?[A-Za-z0-9]",
    re.IGNORECASE,
)
_CONSTANT: Final = Pattern(r"\[default to \w+(?:\.|::)([A-Z]\w*)\]")
# A line of a list that begins with a name as a code span, in bold or plain.
_TOLD: Final = Pattern(r"(?m)^[ \t]{0,12}[-*•][ \t]+(?:\*\*)?`([A-Za-z_]\w{0,60})`")
_NEEDED: Final = Pattern(
    r"\byou must (?:supply|provide|specify|pass|send|set)\b|(?<!not )(?<!n't )\b(?:required|mandatory|must be (?:provided|specified|given|supplied|present))\b|必填|必传|必选|必须(?:提供|填写|传入|指定)|必須|必需|필수|obligatori|obrigatóri|obligatoire|erforderlich|обязател",
    re.IGNORECASE,
)
_NEGATED: Final = Pattern(
    r"\b(?:not|n't|no longer|never)\s+(?:\w+\s+)?(?:required|mandatory)|非必|不必填|不是必|无需|необязательн|no es obligatori|nicht erforderlich|必須ではありません",
    re.IGNORECASE,
)
_OPTIONAL: Final = Pattern(
    r"\boptional(?:ly)?\b|可选(?!值|项|范围|参数|择|类|：)|选填|선택 사항|任意(?:です|項目)|\bopcional|необязательн",
    re.IGNORECASE,
)
_HOLDS: Final = Pattern(
    r"\b(?:url|uri|link|object|string|number|integer|id|name|image|picture|video|file|frame|tag|coordinate|pair|element|item|message|definition|config)s?\b|\beach\b|\b(?:list|array) of\b|base64|[{\[]"
    r"|对象|字符串|链接|图片|图像|元素|数组|列表|每个|オブジェクト|文字列|画像|객체|문자열|objet|cadena|ссыл|строк",
    re.IGNORECASE,
)
_SEVERAL: Final = Pattern(
    r"\b(?:one or more|multiple|several|up to \d+|(?:max(?:imum)?|at most)\s?(?:of )?\d+|\d+\s?(?:-|–|to)\s?\d+) (?:[a-z]+ ){0,2}"
    r"(?:files|images|pictures|photos|videos|clips|documents|references)\b|(?:多张|多个|最多\s?\d+\s?[张个]|\d+\s?-\s?\d+\s?[张个])",
    re.IGNORECASE,
)
_ONLY: Final = Pattern(
    r"(?<![\w.-])([\w.-]+(?: \d[\w.]*)?)[`\"'’]*\s+(?:models?\s+)?only\b(?=\s*(?:[.,;:)\]（(|]|$))|\bonly\s+(?:(?:is|are|be)\s+)?(?:(?:supported|available|valid|applicable|works?|used|takes? effect)\s+)?(?:for|in|on|with|by|to|when)\s+(?:the\s+)?[`\"']?([\w./-]+)"
    r"|\b(?:not|un)\s?(?:supported|available)\s+(?:by|in|on|for|with)\s+(?:the\s+)?[`\"']?([\w./-]+)|仅(?:支持|限|适用于|对|在|当)?\s*[`\"“]?([A-Za-z][\w./-]+)",
    re.IGNORECASE,
)
_SOMETIMES: Final = "these may be for some models, or in some cases, only"
# Words behind "only for" that are no model.
_NO_MODEL: Final = frozenset(
    [
        "the",
        "this",
        "that",
        "these",
        "those",
        "a",
        "an",
        "one",
        "it",
        "and",
        "or",
        "is",
        "are",
        "be",
        "used",
        "if",
        "when",
        "in",
        "of",
        "to",
        "for",
        "read",
        "text",
        "use",
        "not",
        "png",
        "jpg",
        "jpeg",
        "jpg,",
        "url",
        "urls",
        "base64",
        "internal",
        "testing",
    ]
)


def flag_leftovers(
    entries: Sequence[Entry],
    constraints: Sequence[Constraint],
    page: PageWords,
    groups: Sequence[Group],
    flags: Flags,
) -> None:
    """Flag what the rows say and no reader took; `constraints` are the rules that were understood."""
    for entry in walk(entries):
        _check_told(entry, flags)
        if not entry.implied and (word := _only(entry, entry.row.cell("description"))):
            # Says when a row holds, not what: one look at the table settles it.
            flags.join(groups[entry.row.group].where, _SOMETIMES, entry.path, entry.row.where.line, word)
    flagged = {flag.where.line for flag in flags.flags}
    ruled = {path for rule in constraints for path in rule.parameters}
    for entry in walk(entries):
        if entry.implied or entry.row.where.line in flagged:
            continue
        for problem, candidates in _findings(entry, page, ruled=entry.path in ruled):
            if problem == ELSEWHERE:
                flags.join(groups[entry.row.group].where, problem, entry.path, entry.row.where.line, candidates[0])
                continue
            about = entry.row.cell("description")
            flags.add(about.where if about.text else entry.row.where, entry.path, about.text, problem, candidates)
            break


def _check_told(entry: Entry, flags: Flags) -> None:
    """Flag an object whose members are listed in its description, where no row can be made of them."""
    about = entry.row.cell("description")
    if entry.children or not {entry.kind.kind, *entry.kind.or_kinds} & {"array", "object"}:
        return
    told = list(dict.fromkeys(_TOLD.findall(about.raw)))
    if len(told) > 1 and not entry.facts.choices:
        problem = "its members are told in words only, and are left out"
        flags.add(about.where, entry.path, entry.path, problem, (", ".join(told),))


def _findings(entry: Entry, page: PageWords, *, ruled: bool) -> Iterator[Finding]:
    about = entry.row.cell("description")
    for finding in (_kind(entry), *left_values(entry, about, page)):
        if finding:
            yield finding
    if not about.text:
        return
    for look in _LOOKS:
        found = look(entry, about)
        if found:
            yield found
    found = None if ruled else _needed(entry, about)
    if found:
        yield found


def _kind(entry: Entry) -> Finding | None:
    about = entry.row.cell("description").text
    unknown = entry.kind.kind == "array" and (entry.facts.item or entry.kind.item) is None and not entry.children
    if unknown and _HOLDS.search(about):
        return "the page does not say what the array holds", ("string", "object")
    if "file" in {entry.kind.kind, *entry.kind.or_kinds} and "array" not in {
        entry.kind.kind,
        *entry.kind.or_kinds,
    }:
        told = re.fullmatch(r"files|images", entry.row.cell("type").text.strip("`* "), re.IGNORECASE)
        several = told or _SEVERAL.search(about)
        if several is not None:
            return "there may be several files, and one is read", ("one file", "an array of files")
    counted = COUNT.search(about) if "array" in entry.kind.or_kinds and entry.kind.kind != "array" else None
    if counted is not None:
        return "a limit of how many there are, of what may also be one, is left out", (counted[1],)
    return None


def _default(entry: Entry, about: Cell) -> Finding | None:
    default = entry.facts.default
    if not isinstance(default.value, Absent) and entry.row.cell("default").text in words.NOTHING:
        kinds = [kind for kind in (entry.kind.kind, *entry.kind.or_kinds) if kind is not None]
        choices = [choice.value for choice in entry.facts.choices]
        if entry.kind.kind != "array" and is_default_of_case(about, kinds, choices):
            return "the default may be for some cases only, or there are several", (
                str(default.value),
                "no default",
            )
        constant = _CONSTANT.search(about.text)
        if constant is not None:
            return "the default is a constant of a program, whose value is not said", (
                constant[1],
                "another value",
            )
        return None
    if (
        not isinstance(default.value, Absent)
        or default.random
        or entry.row.cell("default").text not in {"", *words.NOTHING}
    ):
        return None
    if _SAID_BY_WORDS.search(about.text):
        return "the text speaks of a default that was not understood", ()
    texts = {str(choice.value).lower() for choice in entry.facts.choices}
    for match in _DEFAULT.finditer(about.text):
        if match[0].lower() in texts:
            continue
        around = about.text[match.end() : match.end() + 40]
        before = about.text[max(0, match.start() - 24) : match.start()]
        if re.search(r"\b(?:no|not?|without|kein|sin|sans|sem|без)\s+$|[无無没]\s?$", before, re.IGNORECASE):
            continue
        if re.match(
            r"\W{0,3}(?:(?:is|to|值|为|is set to|:|：)\W*)*(?:[\"'“`\d]|true|false|on\b|off\b|auto\b)",
            around,
            re.IGNORECASE,
        ) or any(code in around or code in before for code in (*about.codes, *QUOTED.findall(about.text))):
            return "the text speaks of a default that was not understood", ()
    return None


def _needed(entry: Entry, about: Cell) -> Finding | None:
    if entry.required_when is not None:
        return None
    text = _NEGATED.sub("", about.text)
    needed = None if entry.required else _NEEDED.search(text)
    if needed is not None and not re.search(r"\bor\b[^.]*$", text[: needed.start()]):
        return "the text says that something is required", ("required", "optional")
    if entry.required and entry.row.required.required and _OPTIONAL.match(text.lstrip("([*（【 ")):
        return "the text says that it is optional", ("required", "optional")
    return None


def _only(entry: Entry, about: Cell) -> str:
    """Return what words limit a parameter to, where neither models nor a condition were understood."""
    if entry.models or entry.applies_when is not None or entry.required_when is not None:
        return ""
    for match in _ONLY.finditer(about.text):
        word = next((part for part in match.groups() if part), "").strip("`\"'.,")
        if word and word.lower() not in _NO_MODEL:
            return word
    return ""


_LOOKS: Final[tuple[Callable[[Entry, Cell], Finding | None], ...]] = (left_limits, left_points, _default)
