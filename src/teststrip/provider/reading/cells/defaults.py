"""What a default cell says: a value of the parameter's kind, that there is none, that the server draws it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.default_phrases import STOP, by_default, told_defaults
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS
from teststrip.provider.reading.cells.listing_phrases import MARKED_DEFAULT
from teststrip.provider.reading.cells.required import needs_instead
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.flags import CellError
from teststrip.provider.values import an, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.inline import Cell

_EXAMPLE: Final = Pattern(
    r"^(?:e\.g\.?,?|eg[.:]|example\s*[:：]|for example,?|such as|例如|如[:：]|例[:：])\s*", re.IGNORECASE
)
# The value stands before the words: "`auto` by default", "when omitted, 5 is used".
_VALUE_FIRST: Final = Pattern(
    r"(?<!\bby )(?<!\bvia )(?P<value>\"[^\"]*\"|“[^”]*”|‘[^’]*’|\x01\d+\x01|(?<![\w.])[-+]?\d+(?:\.\d+)?)(?:\s(?:seconds?|ms|milliseconds|minutes?|pixels?|px|frames?|fps|items?|characters|tokens|steps))?\s?(?:\(?by default\b|\(the default\)|(?:is|are|will be) (?:used|assumed|applied) (?:by default\b|(?:if|when) (?:it is )?(?:not (?:set|specified|provided|given)|omitted|unset|absent|missing|left (?:empty|blank|out)))"
    r"|を?(?:デフォルト|既定)(?:です|とする))"
    r"|\b(?:if|when) (?:it is )?(?:not (?:set|specified|provided|given)|omitted|unset|absent|missing|left (?:empty|blank|out)),?\s?(?P<then>\"[^\"]*\"|“[^”]*”|‘[^’]*’|\x01\d+\x01|[-+]?\d+(?:\.\d+)?) (?:is|are|will be) (?:used|assumed|applied)",
    re.IGNORECASE,
)
_GENERATED: Final = Pattern(r"\[default to ([^\[\]]{1,120})\]")
_THOUSANDS: Final = Pattern(r"(?<![\d.,])\d{1,3}(?:,\d{3}){1,4}(?![\d,])")
_OF_OTHER: Final = Pattern(
    r"\b(defaults?(?: value)?) (?:to|is) (?:the )?(?:same (?:value )?as|(?:same )?value (?:of|given|set|in|from))\b",
    re.IGNORECASE,
)
_IS_DEFAULT: Final = Pattern(
    r"\bstandardwert (?:ist|beträgt)\s|\bstandardmäßig:?\s|\b(?:valor )?padrão é:?\s|\b(?:valor )?(?:predeterminado|por defecto) es:?\s"
    r"|\b(?:valeur )?par défaut est:?\s|\b(?:valore )?predefinito è:?\s|\bstandaardwaarde is\s|значение по умолчанию (?:—|–|-|равно)\s",
    re.IGNORECASE,
)
# A line about one of a switch's values: "False - Default, nothing is kept"
_SWITCH: Final = Pattern(
    rf"(?m)^[\W_]{{0,6}}(?P<value>true|false)[\W_]{{1,6}}(?:the )?(?:default(?: value)?|{DEFAULT_WORDS})(?=\s?(?:[,.;:)\]）。，；：]|$))",
    re.IGNORECASE,
)
_CASE: Final = Pattern(
    r"[\s\"'”]*(?:\w+\s)?\(?(?:for|when|with|in|on|under|unless|if)\s+(?!(?:not|omitted|unset|unspecified|absent|empty|none|no value|the (?:parameter|field|value)|left|it|you|this|most|all|any|seconds|pixels|general|practice|order)\b)",
    re.IGNORECASE,
)
_BEHIND: Final = 60  # characters behind a default that are looked at
_NONE_FIRST: Final = Pattern(r"(?:无|無|なし|없음|no default|нет)\s?[，,；;（(。.、]")
_ITALIC: Final = Pattern(r"(?<![*_])[*_][^*_`]+[*_]")
_BETWEEN: Final = Pattern(r"[\s,/|、;]|\bor\b")
_DESCRIBED: Final = Pattern(
    r"^(?:same as|(?:based|depend(?:s|ing)?) on|varies|derived from|inherit(?:s|ed)? from|determined by|inferred from|taken from|matches the)\s|\w\s+defaults?\b|\bdefaults?\s+\w|\b(?:défaut|predetermina\w{1,3}|predefinit[oa]|padrão|standard(?:wert)?)\s(?:du|de|des|del|della|do|da|der)\s|^(?:内置|模型|系统|服务器?|服务端|配置|全局)的?(?:默认|缺省)(?:值|配置)?$|\b(?:generated|computed|inherited|unset|server's|env)\b"
)
# In the middle of a sentence, "use the default weights": the parameter's own word, and no value.
_OWN_WORD: Final = Pattern(r"the\s+default\s+(?!true|false|null|none)[A-Za-z]{1,40}[.:]?")
_SWITCHED: Final = {"yes": True, "on": True, "enabled": True, "no": False, "off": False, "disabled": False}
_EMPTY: Final = frozenset({"empty string", "the empty string", "empty text", "空字符串", "空文字列", "빈 문자열"})
_TOLD_OF: Final = Pattern(r"[^\x00-\u024f]{3,12}")  # a few letters of another script, that nothing sets apart
_CLAUSE: Final = Pattern(r"\s*[(（].*[)）]\s*$", re.DOTALL)
_UNIT: Final = Pattern(r"([-+]?\d+(?:\.\d+)?)\s*(?:px|pixels?|seconds?|secs?|s|%|fps|秒|ms|mb)", re.IGNORECASE)
_WORDS: Final = 3  # a default of more words, of a text that must be given, is an example
_LONG: Final = 120  # characters: a text this long in a default cell is an example of one


@dataclass(frozen=True, slots=True)
class DefaultReading:
    """What is said of a default; `random`: the server draws it; `example`: a value that only shows what one is."""

    value: Json | Absent = ABSENT
    random: bool = False
    example: Json | Absent = ABSENT


NO_DEFAULT_READ: Final = DefaultReading()


def read_default(
    cell: Cell, kinds: Sequence[Kind], choices: Sequence[object], *, required: bool
) -> DefaultReading:
    """Read a default cell. Raises CellError when it is no value of any of `kinds`."""
    text = cell.text
    if text not in choices and not cell.is_code:
        nothing = _nothing(cell, text, kinds)
        if nothing is not None:
            return nothing
    if _nullish(text, choices):
        return DefaultReading(None) if text.lower() in {"null", "nil"} else _none(text, kinds)
    example = _EXAMPLE.match(text)
    value = _value(cell, text[example.end() :] if example else text, kinds, choices)
    if isinstance(value, Absent):
        return _not_a_value(cell, text, kinds)
    if example or _only_shows(value, choices, required=required):
        return DefaultReading(example=value)
    return DefaultReading(value)


def _nothing(cell: Cell, text: str, kinds: Sequence[Kind]) -> DefaultReading | None:
    """Return the reading of a cell that says there is none, or that the server draws it; None when it says more."""
    lower = text.lower()
    if needs_instead(text):
        return DefaultReading()
    if lower in words.RANDOM:
        return DefaultReading(random=True)
    if lower in {"empty", "空"}:
        raise CellError(f'"{text}" may be the empty text, or say that there is no default', ("no default", '""'))
    number = re.match(r"[-+]?\d", text) is not None  # "5 if unset" is a value
    if not cell.codes and text[:1] not in "\"'" and not number and _DESCRIBED.search(lower):
        return DefaultReading()
    bare = re.sub(r"\s?\((?:required|optional|必填|必須|可选)\)$|(?<=required)\s?\*{1,2}$", "", lower)
    bare = bare[1:-1] if bare[:1] == "(" and bare[-1:] == ")" else bare
    if not cell.codes and _NONE_FIRST.match(bare):
        return DefaultReading()
    if bare in words.NO_DEFAULT or _ITALIC.fullmatch(cell.raw.strip()):
        return DefaultReading()  # a word in italics describes the default
    if not cell.codes and _TOLD_OF.fullmatch(text) and tuple(kinds) == ("string",):
        raise CellError(f'"{text}" may be the default, or words about it', ("no default", f'the text "{text}"'))
    if len(cell.codes) > 1 and not {"array", "object"} & set(kinds):
        between = "".join(piece for piece, code in cell.pieces if not code)
        if not _BETWEEN.sub("", between):
            raise CellError(f'the default "{text}" is several values', cell.codes)
    return None


def read_words(cell: Cell, kinds: Sequence[Kind]) -> DefaultReading | None:
    """Read words that are a switch's value, or the empty text. Raises CellError when they may be neither."""
    lower = "" if cell.codes else cell.text.lower()
    if tuple(kinds) == ("boolean",) and lower in _SWITCHED:
        if lower == "no":
            raise CellError('"no" may be false, or say that there is no default', ("false", "no default"))
        return DefaultReading(_SWITCHED[lower])
    empty = tuple(kinds) == ("string",) and lower.strip("()（）") in _EMPTY
    return DefaultReading("") if empty else None


def _only_shows(value: Json, choices: Sequence[object], *, required: bool) -> bool:
    """Tell whether a text only shows what a value is: of a parameter that must be given, a link, or very long."""
    if not isinstance(value, str) or value in choices:
        return False
    sentence = len(value.split()) > _WORDS or len(re.findall(r"[\u3040-\u9fff]", value)) > 2 * _WORDS
    return (required and sentence) or len(value) > _LONG or re.match(r"https?://", value) is not None


def _nullish(text: str, choices: Sequence[object]) -> bool:
    return text.lower() in {"null", "nil", "none"} and not any(
        str(choice).lower() == text.lower() for choice in choices
    )


def _none(text: str, kinds: Sequence[Kind]) -> DefaultReading:
    if text == "none" and tuple(kinds) == ("string",):
        raise CellError(
            '"none" may be a value, or say that there is no default', ("no default", 'the text "none"')
        )
    return DefaultReading()


def _value(cell: Cell, text: str, kinds: Sequence[Kind], choices: Sequence[object]) -> Json | Absent:
    """Type a default: the whole cell, else its first code span, else what stands before a remark in brackets."""
    by_text = {str(choice): choice for choice in choices}
    if text in by_text:
        return by_text[text]  # type: ignore[return-value]
    scalar = tuple(kinds) != ("string",)
    tries = [text]
    if cell.codes and not cell.is_code:
        tries.append(cell.codes[0])
    if not cell.is_code:
        tries.append(_CLAUSE.sub("", text))
        tries += [found[1] for found in [_UNIT.fullmatch(text)] if found and scalar]
    if not scalar and len(tries) > 1 and (cell.codes or tries[-1] != text):
        tries = tries[1:]  # a text with a remark behind it is not that text
    for one in tries:
        value = typed_any(one, kinds)
        if not isinstance(value, Absent):
            return value
    return ABSENT


def _not_a_value(cell: Cell, text: str, kinds: Sequence[Kind]) -> DefaultReading:
    lower = text.lower()
    if re.search(r"random|随机|ランダム", lower):
        return DefaultReading(random=True)
    if (
        re.search(
            r"\b(?:auto|automatic|model|depends|varies|same as|derived|based on|current|all|inherit|matches|source|original|input)\b|自动|取决|根据|同",
            lower,
        )
        and not cell.is_code
    ):
        return DefaultReading()
    if not kinds:
        raise CellError(f'the default "{text}" has no type to be read by')
    quoted = unquoted(text)
    candidates = [f'the text "{quoted}"'] if "string" not in kinds else []
    raise CellError(
        f'the default "{text}" is not {" or ".join(an(kind) for kind in kinds)}', ["no default", *candidates]
    )


def mine_default(cell: Cell, kinds: Sequence[Kind], choices: Sequence[object]) -> Json | Absent:
    """Find `default false`, `Defaults to 7.5`, `默认值为 1` in a description; ABSENT when there is none that fits."""
    for value, _ in _mined(cell, kinds, choices):
        return value
    on = by_default(cell.text) if "boolean" in kinds else None
    return ABSENT if on is None else on


def is_default_of_case(cell: Cell, kinds: Sequence[Kind], choices: Sequence[object]) -> bool:
    """Tell whether a description has several defaults, or one for a case: `defaults to 7 for large-2`."""
    found = list(_mined(cell, kinds, choices))
    return len({repr(value) for value, _ in found}) > 1 or any(
        _CASE.match(after) is not None for _, after in found
    )


def _mined(cell: Cell, kinds: Sequence[Kind], choices: Sequence[object]) -> Iterator[tuple[Json, str]]:
    """Give each default that a text tells, with what stands behind it."""
    written = _GENERATED.search(cell.text)
    if written is not None:
        value = _generated(written[1].strip(), kinds)
        if not isinstance(value, Absent):
            yield value, ""
        return
    spans: list[str] = []
    text = ""
    for piece, code in cell.pieces:
        if code:
            spans.append(piece.strip())
            text += f"\x01{len(spans) - 1}\x01"
        else:
            text += _plainly(piece)
    plain = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    for match in (*told_defaults(plain), *_VALUE_FIRST.finditer(plain)):
        if _OWN_WORD.fullmatch(match[0]) and not any(str(choice) in match[0] for choice in choices):
            continue
        value = _told(next(part for part in match.groups() if part is not None), spans, kinds, choices)
        if not isinstance(value, Absent):
            yield value, plain[match.end() : match.end() + _BEHIND]
    for value in _marked(plain, kinds, choices):
        yield value, ""


def _marked(plain: str, kinds: Sequence[Kind], choices: Sequence[object]) -> Iterator[Json]:
    """Give each value of a text that a mark behind it makes the default: one of a switch, or one of a list."""
    if "boolean" in kinds:
        yield from (match["value"].lower() == "true" for match in _SWITCH.finditer(plain))
    texts = {str(choice): choice for choice in choices if isinstance(choice, str)}
    for match in MARKED_DEFAULT.finditer(plain) if texts else ():
        if match[1] in texts:
            yield texts[match[1]]


def _plainly(piece: str) -> str:
    """Write running text as the patterns have it: numbers without commas, "Standardwert ist" as "default:".

    What is said to be the value of something else is no value.
    """
    piece = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), piece)
    return _IS_DEFAULT.sub("default: ", _OF_OTHER.sub(r"\1 as ", piece))


def _generated(text: str, kinds: Sequence[Kind]) -> Json | Absent:
    """Read a default that a generator wrote as its language does: `7M`, `0.5f`, `KindEnum.NONE`, `'NONE'`."""
    if text in {"undefined", "nothing", "None", "null"} or text.startswith("const "):
        return ABSENT
    number = re.fullmatch(r"(-?\d+(?:\.\d+)?)[MmFfDdLl]?", text)
    named = re.fullmatch(r"[A-Za-z_]\w*(?:\.|::)(\w+)", text)
    return typed_any(number[1] if number is not None else named[1] if named is not None else text, kinds)


def _told(word: str, spans: Sequence[str], kinds: Sequence[Kind], choices: Sequence[object]) -> Json | Absent:
    """Type the word behind "default"; a plain word is believed only where it can be no other part of the sentence."""
    coded = word.startswith("\x01")
    quoted = word[:1] in "\"'“‘"
    bare = spans[int(word.strip("\x01"))] if coded else word.strip("\"'“”‘’")
    bare = bare if coded or quoted else bare.rstrip(".:")  # the end of the sentence
    if bare == "null" and not quoted:
        return None
    if not (coded or quoted):
        bare = bare.rstrip(".:")  # the end of the sentence
        doubtful = "string" in kinds and choices and bare not in choices
        if doubtful or bare.lower() in STOP:
            return ABSENT
    unit = _UNIT.fullmatch(bare)
    value = typed_any(unit[1] if unit is not None and "string" not in kinds else bare, kinds)
    return value if not choices or value in choices else ABSENT
