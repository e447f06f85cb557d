"""Whether a parameter has to be given: what a required cell says, or the first words of a description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.conditions import RawCondition, find_conditions

if TYPE_CHECKING:
    from teststrip.provider.reading.inline import Cell

_BRACKETS: Final = Pattern(r"[\s,;:：—–-]*[(（\[](.*)[)）\]]\s*$", re.DOTALL)
_CONDITIONAL: Final = Pattern(
    r"condition|depend|\bvar(?:y|ies)\b|^yes\*|\bwhen\b|\bif\b|\bfor\b|\bunless\b|one of|either|条件|视情况|时(?:必|需|$)|⚠|△|条件付き|조건",
    re.IGNORECASE,
)
_MARKED: Final = Pattern(
    r"^\W*(?:[(（\[【]\s*)?(?P<yes>required|mandatory|必填|必选|必需|必須|필수|obligatorio|obrigatório|obligatoire|обязательн\w*)(?:\s*[)）\]】]|[.。:：,，]|\s{1,4}[–—-]\s|\s*$)|^\W*(?:[(（\[【]\s*)?(?P<no>optional|可选|选填|非必填|任意|선택|opcional|optionnel|facultatif|необязательн\w*)(?:\s*[)）\]】]|[.。:：,，]|\s{1,4}[–—-]\s|\s*$)",
    re.IGNORECASE,
)
_ENDS: Final = Pattern(
    r"(?<=[.。;；!])\s{0,4}(?:(?P<last>required|mandatory|必填|必选|必需|必須|필수|obligatorio|obrigatório|obligatoire|обязательн\w{1,4})|optional|可选|选填|任意|선택|opcional|optionnel|facultatif|необязательн\w{1,4})\s{0,4}[.。!]?\s*$"
    r"|[(（\[【]\s*(?:(?P<yes>required|mandatory|必填|必选|必需|必須|필수|обязательн\w{1,3}|obligatori[oa]|obrigatóri[oa]|obligatoire)"
    r"|optional|可选|选填|任意|선택|необязательн\w{1,3}|opcional|facultati[fv]\w?)"
    # "required non-empty", "required, unique"
    r"(?:[\s,;]+(?!if\b|when\b|unless\b|for\b|only\b|in\b|with\b|at\b|one\b|либо\b|если\b|si\b)[^\W\d][\w-]{1,20}){0,3}\s*[)）\]】][\s.。]*$",
    re.IGNORECASE,
)
# A word in any of the languages, in brackets at either end: (Opsional)
_FIRST: Final = Pattern(r"[\s*_`]*[(（\[【]\s?(?P<word>[^()（）\[\]【】\n]{2,24}?)\s?[)）\]】]")
_LAST: Final = Pattern(r"[(（\[【]\s?(?P<word>[^()（）\[\]【】\n]{2,24}?)\s?[)）\]】][\s.。*_`]{0,4}$")
_SAID: Final = Pattern(
    r"(?:^|[.。;]\s)(?:(?:this|it)\s(?:(?:field|parameter|value|argument)\s)?is\s|always\s){0,2}(?:required|mandatory|must be (?:provided|specified|given|supplied))\s?(?:[.。;]|$)|(?:^|[。；]\s?|\.\s)必须(?:提供|填写|传入|指定)(?:[。；;.]|$)",
    re.IGNORECASE,
)
_ALWAYS: Final = Pattern(r"for (?:every|all|any|each)\b", re.IGNORECASE)
_NEEDED: Final = Pattern(
    r"\b(?P<not>not\s+)?(?:required|mandatory|must be (?:provided|specified|set|given))\s*(?:only\s+)?(?P<rest>(?:when|if|for|unless|with)\b[^.;。]{0,200})|\b(?P<pre>(?:when|if)\b[^.,;。]{0,120}),\s*(?:(?:this|it)(?:\s+(?:field|parameter))?\s+is\s+)?(?:required|mandatory)\b|(?P<zh>[^。；;]{0,80}?时)\s*(?:，|,)?\s*(?:[^，,。；;]{0,12}?)(?:必填|必选|必传|必需|不能为空|不可为空|不得为空|必须(?:提供|传|填|指定))|(?P<ja>[^。]{0,80}?場合)[^。]{0,40}?必須|(?P<ko>[^.。]{0,80}?(?:경우|때))[^.。]{0,40}?필수"
    r"|\b(?:requise?s?|obligatoires?|obligatori[oa]s?|requerid[oa]s?|obrigatóri[oa]s?|erforderlich|richiest[oa]|обязател\w{1,4})\s(?:uniquement |seulement |solo |sólo |só |nur |только )?"
    r"(?P<eu>(?:si|cuando|quando|quand|lorsque|wenn|falls|se|если|когда|при)\s[^.;。()]{1,200})",
    re.IGNORECASE,
)
# "It's a required array", "This field is mandatory", but not "it is required in edit mode".
_STATED: Final = Pattern(
    r"\b(?:(?:this|the) (?:field|param\w{0,6}|property|argument|option|value|key|attribute|setting) is|this is|it is|it's|it’s) (?:an? )?"
    r"(?P<word>required|mandatory|optional)\b(?! (?:when|if|for|unless|with|only|by|to|but|except|as|on|at)\b)(?! in (?!(?:the|every|all|any|each) (?:requests?|body)\b))",
    re.IGNORECASE,
)
# What a cell of defaults says of a parameter that has none.
_NO_DEFAULT: Final = Pattern(
    r"\W*(?:(?:无|無|没有)(?:默认值?|預設值?)?[，,、；;（(\s]{0,2})?(?:必填|必选|必传|必須|필수)(?:项|字段|参数|項目)?(?:[，,、；;\s]{0,2}(?:无|無|没有)(?:默认值?|預設值?)?)?\W*"
)
_WORD: Final = Pattern(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NEEDS: Final = frozenset({"required", "mandatory"})
_AROUND: Final = _NEEDS | frozenset(
    [
        "a",
        "an",
        "always",
        "argument",
        "be",
        "default",
        "field",
        "given",
        "has",
        "input",
        "is",
        "it",
        "it's",
        "it’s",
        "must",
        "n",
        "no",
        "none",
        "null",
        "parameter",
        "provided",
        "set",
        "specified",
        "the",
        "there",
        "this",
        "to",
        "undefined",
        "value",
    ]
)
_CASE: Final = Pattern(r"\b(?:if|when|unless|whenever|for|with|where|once)\b", re.IGNORECASE)
_STOPS: Final = Pattern(r"[.;。!?]\s")
_SENTENCE: Final = 160  # characters before that are looked at
_MOST_WORDS: Final = 8  # of a cell that begins with yes or no, and goes on


@dataclass(frozen=True, slots=True)
class RequiredReading:
    """What is said of having to be given.

    `required` None: nothing. `conditions` are what may make it so; `unclear` is a condition that cannot be read.
    """

    required: bool | None = None
    conditions: tuple[RawCondition, ...] = ()
    unclear: str = ""


def needs_instead(text: str) -> bool:
    """Tell whether what stands in the place of a default says that there is none, as one has to be given.

    Every word of it is one of such a sentence: "None, this is a required field".
    """
    if _NO_DEFAULT.fullmatch(text):
        return True
    said = [word.lower() for word in _WORD.findall(text)]
    return bool(said) and _AROUND.issuperset(said) and not _NEEDS.isdisjoint(said)


def read_required(cell: Cell) -> RequiredReading | None:
    """Read a required cell: yes, no, `yes (when action = img2img)`; None when it is none of these."""
    text = cell.text
    plain = _plain(text)
    if plain in words.YES and text.rstrip().endswith(("*", "†", "¹")):
        return RequiredReading(required=True, unclear=text)  # a footnote has more to say
    if plain in words.YES:
        return RequiredReading(required=True)
    if plain in words.NO:
        return RequiredReading(required=False)
    head, inside = _parted(text)
    conditions = find_conditions(cell)
    no = _plain(head) in words.NO and bool(head.strip())
    if no:
        return RequiredReading(required=False)
    yes = _plain(head) in words.YES
    if conditions and (yes or _CONDITIONAL.search(text)):
        return RequiredReading(required=False, conditions=conditions)
    if _CONDITIONAL.search(text):
        return RequiredReading(required=False, unclear=text)
    if yes:
        return (
            RequiredReading(required=False, unclear=text)
            if inside and not _harmless(inside)
            else RequiredReading(required=True)
        )
    lead = re.match(r"\W*(\w+)\b(?:\W*[,;.]\s*)?", text)
    if lead is None or len(text.split()) > _MOST_WORDS or _plain(lead[1]) not in words.YES | words.NO:
        return None
    if _plain(lead[1]) in words.NO:
        return RequiredReading(required=False)
    rest = text[lead.end() :].strip(" ()（）")
    return RequiredReading(required=True, unclear="" if _harmless(rest) else text)


def mine_required(cell: Cell) -> RequiredReading:
    """Find what a description says of having to be given."""
    text = cell.text
    marked = next((found for line in cell.lines if (found := _MARKED.match(line)) is not None), None)
    needed = _NEEDED.search(text)
    if needed is not None and not needed["not"]:
        if _ALWAYS.match(needed["rest"] or ""):
            return RequiredReading(required=True)
        phrase = needed["rest"] or needed["pre"] or needed["zh"] or needed["ja"] or needed["ko"] or needed["eu"]
        inner = type(cell)(((phrase, False),), cell.where, phrase)
        conditions = find_conditions(inner)
        return RequiredReading(required=False, conditions=conditions, unclear="" if conditions else phrase.strip())
    if marked is not None:
        return RequiredReading(required=marked["yes"] is not None)
    stated = _stated(text)
    if stated is not None:
        return RequiredReading(required=stated)
    if _SAID.search(text):
        return RequiredReading(required=True)
    ends = _ENDS.search(text)
    if ends is not None:
        return RequiredReading(required=(ends["yes"] or ends["last"]) is not None)
    apart = _FIRST.match(text) or _LAST.search(text)
    if apart is not None and words.says_required(apart["word"]):
        return RequiredReading(required=words.plain(apart["word"]) in words.YES)
    return RequiredReading()


def _stated(text: str) -> bool | None:
    """Find a sentence that says it of the parameter itself, and for every case: "This field is required."."""
    for match in _STATED.finditer(text):
        before = text[max(0, match.start() - _SENTENCE) : match.start()]
        if not _CASE.search(_STOPS.split(before)[-1]):
            return match["word"].lower() != "optional"
    return None


def _parted(text: str) -> tuple[str, str]:
    brackets = _BRACKETS.search(text)
    if brackets is not None:
        return text[: brackets.start()], brackets[1]
    parted = re.match(r"(\W*\w+\W*?)[\s,;:：—–-]+((?:when|if|for|unless|only)\b.*)", text, re.IGNORECASE)
    return (parted[1], parted[2]) if parted is not None else (text, "")


def _harmless(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"\W*(?:default.*|array|min.*|max.*|non-?empty|unique|v?\d[\w.]*\+?|必填|body|see .*)\W*",
            text,
            re.IGNORECASE,
        )
    )


def _plain(text: str) -> str:
    """Return the words of a cell without signs, or the sign alone."""
    text = text.replace("\ufe0f", "").strip().lower().strip("*_`. ")
    if text in {"[x]", "[ ]", "[]"}:
        return "yes" if text == "[x]" else "no"
    signs = re.match(r"([✅✓✔☑√❌✗✘✖×☐⬜🔴⭕🔵●○]+)\s*(.*)", text)
    if signs is not None:
        return signs[2].strip("() ") or signs[1][0]
    return text.strip("()（） ") if text not in words.NO else text
