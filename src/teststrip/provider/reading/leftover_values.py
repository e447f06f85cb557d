"""Values that a row names and nobody took, and lists that were taken for whole and may go on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.leftover_numbers import ADVICE, scalars_of
from teststrip.provider.reading.taking import is_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.inline import Cell
    from teststrip.provider.reading.page_words import PageWords

Finding = tuple[str, tuple[str, ...]]
ELSEWHERE: Final = "the texts refer to lists that were not found on this page"
QUOTED: Final = Pattern(r"[\"“]([^\"“”\n]{1,40})[\"”]")
_GOES_ON: Final = Pattern(
    r"\betc\b|\b(?:and|or) (?:many )?(?:more|others|so on|similar)\b|\bincluding\b|\bcustom\b|\bnot limited to\b|\bmay (?:vary|change)\b|\badditional\b|\bmore (?:values|options|models|voices|styles)\b"
    r"|\bor (?:a|an|any|your)\b|\balso (?:accepts?|supports?|works?|possible)\b|\b(?:exact|arbitrary)\b|\.\.\.|…|等(?:[。.)）\s，,]|$)|自定义|不限于|其他|也(?:可|支持|兼容)|任意|复刻|など|등(?:\s|$)",
    re.IGNORECASE,
)
_EXAMPLES: Final = Pattern(
    r"\be\.g\b|\beg\b|\bexamples?\b|\bsuch as\b|\blike\b|\binstance\b|(?<!\bof )(?<!\bper )(?<!\beach )\bsample(?:\s*[:：]|\s+values?\b)|例如|比如|(?<!比)如[:：\x01\s]|(?<!比)例|たとえば|예[:：)]|예시|ejemplo|ej\.|exemplo|exemple|beispiel|z\. ?b\b|наприм|valores comunes|\bcommon",
    re.IGNORECASE,
)
_SENTENCES: Final = Pattern(r"(?<=[\w)\]\x01\"'”）])(?<!e\.g)(?<!z)\.\s+(?=[A-Z\x01])|[。\n!；;]")
_PHRASE: Final = Pattern(r"[A-Za-z]+(?: [A-Za-z]+)+")
_NAMED: Final = Pattern(r"[A-Z][a-z]+")
_SET_APART: Final = Pattern(r"\x01([^\x01]{1,60})\x01|[\"“]([^\"“”\n]{1,40})[\"”]")
_VALUE: Final = Pattern(r"[\w.+-][\w.:+/-]{0,39}")
_PLAIN_RUN: Final = Pattern(
    r"[(（]([\w-]{1,30}(?:\s?[,/|、]\s?(?:or\s)?[\w-]{1,30}){2,20}|[a-z][a-z0-9_-]{2,30}\s?[,/|]\s?(?:or\s)?[a-z][a-z0-9_-]{2,30})[)）]"
)
_MARKS: Final = frozenset(
    {"required", "optional", "mandatory", "nullable", "deprecated", "default", "experimental"}
)
_NUMERAL: Final = Pattern(r"-?\d+(?:\.\d+)?")
_WORD: Final = Pattern(r"[A-Za-z][\w-]{0,30}")
_FEWEST_WORDS: Final = 3
_EARLY: Final = 24  # characters before the word that says what the whole value is
# `Voice: ida, otto or rosa.`; the words, and whether those before them speak of a format
_BEHIND_COLON: Final = Pattern(
    r"(?:(?P<format>formats?)|\w|\))\s?[:：]\s?(?P<words>[A-Za-z][\w-]{0,30}(?:,\s[A-Za-z][\w-]{0,30}){1,20},?\s(?:or|and)\s[A-Za-z][\w-]{0,30})"
    r"(?=\s?(?:[.;)）\n]|$))",
    re.IGNORECASE,
)
_OR_ALONE: Final = Pattern(
    r"(?:[A-Z][\w ]{2,30}[:：]\s)?(?P<words>[A-Za-z][\w-]{0,30}(?:,\s[A-Za-z][\w-]{0,30}){0,12},?\sor\s[A-Za-z][\w-]{0,30})\s?[.;]?"
)
# What a value may be given as, and no value: "URL or path", "image or video".
_THINGS: Final = frozenset(
    [
        "url",
        "uri",
        "path",
        "link",
        "id",
        "ids",
        "name",
        "names",
        "image",
        "images",
        "video",
        "audio",
        "picture",
        "photo",
        "media",
        "prompt",
        "phrase",
        "word",
        "words",
        "sentence",
        "key",
        "token",
        "code",
        "buffer",
        "blob",
        "hash",
        "slug",
        "title",
        "description",
        "caption",
        "more",
        "none",
        "not",
        "empty",
    ]
)
_EITHER: Final = Pattern(r"(?<![\w-])([A-Za-z][\w-]{1,30})\s?(?:/|\bor\b|\||或|または)\s?([A-Za-z][\w-]{1,30})")
_FORMAT: Final = Pattern(r"format|type|mode|encoding", re.IGNORECASE)
_OF_MODEL: Final = Pattern(r"model(?:_?(?:id|name|version))?", re.IGNORECASE)
_ENUM: Final = Pattern(r"\benum(?:eration)?\b|枚举", re.IGNORECASE)
_CALLED: Final = Pattern(r"callback|webhook|hook|prompt|text", re.IGNORECASE)
_ELSEWHERE: Final = Pattern(
    r"\b(?:see|refer to|listed|described|shown|check)\b[^.]{0,60}\b(?:below|above|following|table|list|section|appendix|docs?|documentation|page|guide)\b|\bfollowing (?:values|options|list|table)\b|\]\(#|见(?:下|上|附)|参见|参考(?:下|上|附)|(?:参考|参照|见|查看).{0,16}(?:列表|表格|一览|章节)|详见|下表|下方|以下の|下記|아래",
    re.IGNORECASE,
)

# Ends a text whose values did not come with it, or no more than the first: "Allowed values are as follows:".
_CUT: Final = Pattern(
    r"(?:\b(?:values?|options?|choices|following|follows|enum\w{0,8}|one of|supports?|accepts?|valores|valeurs|werte|opciones|opções)\b|枚举值?|取值|可选值?|支持|如下|以下|可选项|値|次の|다음|значения)[^.。:：\n]{0,24}[:：](?:\s{0,3}[*•-]\s?[\w.-]{1,40}(?:[:：][^*•\n]{0,40})?)?$",
    re.IGNORECASE,
)


def left_values(entry: Entry, about: Cell, page: PageWords) -> Iterator[Finding]:
    """Find values that are named, and lists that are taken for whole and may go on."""
    texts = [str(choice.value) for choice in entry.facts.choices]
    if texts:
        if _goes_on([entry.row.cell(name) for name in ("type", "range", "description")], texts):
            yield "the list of values may go on", (", ".join(texts), "more values")
        elif more := _beside(
            about, texts, [text for text in _named(entry, about, page) if text not in page.models]
        ):
            yield "the text names other values, too", (", ".join(texts), ", ".join((*texts, *more)))
        elif _in_words(entry, texts) or _names_parameter(texts, page):
            yield "these may be words about the values", (", ".join(texts), "no enumeration")
        return
    kinds = set(scalars_of(entry))
    if not kinds & {"string", "integer", "number"} or entry.facts.size is not None:
        return
    named = _named(entry, about, page)
    if _ENUM.search(entry.row.cell("type").text) and not named:
        yield "the type says that there is a list of values, and none was understood", ()
    elif not named and _CUT.search(about.text.rstrip(" \u200b")):
        yield "the text ends where it says that values follow", ("no enumeration",)
    elif len(named) > 1:
        yield "the text names values, and does not say whether they are all", (", ".join(named), "no enumeration")
    elif found := _named_once(entry, about, named):
        yield found


def _named_once(entry: Entry, about: Cell, named: Sequence[str]) -> Finding | None:
    if named and named[0] == entry.facts.default.value:
        named = []
    if named and _OF_MODEL.fullmatch(entry.name):
        return "the text names a value, and does not say whether it is the only one", (named[0], "no enumeration")
    if "string" not in scalars_of(entry) or entry.facts.media or _CALLED.search(entry.name):
        return None
    if not named and (plain := _bracketed(about)):
        return "the text names values, and does not say whether they are all", (plain, "no enumeration")
    plain = _listed(about) or _behind_colon(entry, about) or _beside_default(entry, about) or _alone(entry, about)
    if not named and plain:
        return "the text lists words that may be values", (plain, "no enumeration")
    if (match := _ELSEWHERE.search(about.raw)) is not None:
        return ELSEWHERE, (" ".join(match[0].split()),)
    return None


def _bracketed(about: Cell) -> str:
    """Return two or more plain words in brackets, as values may stand there: `How it moves (slow, steady, fast)`."""
    match = _PLAIN_RUN.search(about.text)
    if (
        match is None
        or _EXAMPLES.search(about.text)
        or any(is_format(word) or word.lower() in _MARKS for word in re.findall(r"\w+", match[1]))
    ):
        return ""
    return match[1]


def _listed(about: Cell) -> str:
    """Return three or more plain words that a text lists, as no phrase says that they are values."""
    listing = mine_listing(about) if not about.codes and not _EXAMPLES.search(about.text) else None
    if listing is None or listing.open or listing.strength or len(listing.values) < _FEWEST_WORDS:
        return ""
    if not all(_WORD.fullmatch(text) for text in listing.texts) or any(is_format(text) for text in listing.texts):
        return ""
    return ", ".join(listing.texts)


def _beside_default(entry: Entry, about: Cell) -> str:
    """Return two plain words that a text offers, of which one is the default: `png or svg (png default)`."""
    default = entry.facts.default.value
    if not isinstance(default, str) or about.codes:
        return ""
    for match in _EITHER.finditer(about.text):
        if default in match.groups():
            return f"{match[1]}, {match[2]}"
    return ""


def _alone(entry: Entry, about: Cell) -> str:
    """Return plain words, parted by commas and "or", that are all that a text says; of formats, only of a format."""
    match = _OR_ALONE.fullmatch(about.text)
    if match is None or about.codes:
        return ""
    found = _WORD.findall(match["words"].replace(" or ", ", "))
    if any(word.lower() in _THINGS or word.lower() in words.KINDS for word in found):
        return ""
    return ", ".join(found) if not any(map(is_format, found)) or _FORMAT.search(entry.name) else ""


def _behind_colon(entry: Entry, about: Cell) -> str:
    """Return plain words that stand by themselves behind a colon; of formats, only where the value is one."""
    match = _BEHIND_COLON.search(about.text)
    if match is None or about.codes or _EXAMPLES.search(about.text):
        return ""
    formats = any(is_format(word) for word in _WORD.findall(match["words"]))
    of_format = _FORMAT.search(entry.name) or (match["format"] and match.start() <= _EARLY)
    return match["words"] if not formats or of_format else ""


def _beside(about: Cell, texts: Sequence[str], named: Sequence[str]) -> list[str]:
    """Return the code spans, but for those taken, that stand in or next to a sentence that names taken values."""
    sentences = _sentences(about)
    near = [any(f"\x01{text}\x01" in sentence for text in texts) for sentence in sentences]
    return [
        code
        for code in named
        if code in about.codes
        and code not in texts
        and not re.fullmatch(r"[1-5]\d\d", code)  # more likely a status of HTTP
        and any(
            f"\x01{code}\x01" in one and any(near[max(0, at - 1) : at + 2]) for at, one in enumerate(sentences)
        )
    ]


def _names_parameter(texts: Sequence[str], page: PageWords) -> bool:
    """Tell whether a value is a part of a sentence about another parameter: `together with last_frame`."""
    return any(
        "_" in word and word in page.parameters for text in texts if " " in text for word in text.split()[:8]
    )


def _in_words(entry: Entry, texts: Sequence[str]) -> bool:
    """Tell whether values that nothing sets apart read like words: `Pixel dimensions`, `URL`, `Standard`."""
    cells = [entry.row.cell(name) for name in ("range", "type", "description")]
    if any(cell.codes or QUOTED.search(cell.text) for cell in cells) or str(entry.facts.default.value) in texts:
        return False
    if all(choice.label for choice in entry.facts.choices):
        return False
    if _FORMAT.search(entry.name) and any("_" in text for text in texts):
        return False
    return any(_PHRASE.fullmatch(text) or text.lower() in words.MEDIA for text in texts) or all(
        _NAMED.fullmatch(text) for text in texts
    )


def _named(entry: Entry, about: Cell, page: PageWords) -> list[str]:
    """Return what a text sets apart as code or in quotes and can be a value, but for examples."""
    numeric = "string" not in scalars_of(entry)
    if numeric and entry.facts.bounds is not None:
        return []
    found: dict[str, None] = {}
    others = {value for condition in find_conditions(about) for value in condition.values}
    for sentence in _sentences(about):
        examples = _EXAMPLES.search(sentence)
        for match in _SET_APART.finditer(sentence):
            text = next(part for part in match.groups() if part is not None).strip().strip("\"'")
            shape = _NUMERAL if numeric else _VALUE
            if (
                shape.fullmatch(text)
                and text not in page.parameters
                and text not in others
                and text.lower() not in {"true", "false", "null", "none", "undefined"}
                and not (examples and examples.start() < match.start())
                and not (numeric and ADVICE.search(sentence))
            ):
                found[text] = None
    return [] if all(is_format(text) for text in found) else list(found)


def _sentences(cell: Cell) -> list[str]:
    """Return the sentences of a text, its code spans between control signs."""
    text = "".join(f"\x01{text}\x01" if code else text for text, code in cell.pieces)
    return _SENTENCES.split(text)


def _goes_on(cells: Sequence[Cell], texts: Sequence[str]) -> bool:
    """Tell whether a sentence that lists values, or one beside it, says that there are more."""
    sentences = [sentence for cell in cells for sentence in _sentences(cell)]
    listed = [[at for text in texts if (at := sentence.find(text)) >= 0] for sentence in sentences]
    for index, sentence in enumerate(sentences):
        if any(listed[max(0, index - 1) : index + 2]) and _GOES_ON.search(sentence):
            return True
        example = _EXAMPLES.search(sentence)
        if example is not None and len(listed[index]) > 1 and example.start() < min(listed[index]):
            return True
    return False
