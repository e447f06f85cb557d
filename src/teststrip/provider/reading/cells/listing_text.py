"""Enumerations in running text: the values that a description's sentences list.

`mine_listing` tries the surest ways to list values first: those that are set apart (`listing_spans.py`) and those
behind a phrase that says so; then plain words, which are believed only with the default among them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_cases import numbered
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS, EXAMPLE, MARKER, OPEN
from teststrip.provider.reading.cells.listing_spans import bracketed, bulleted, coded_run, explained, fixed, piped
from teststrip.provider.reading.cells.listings import Listing, Value, by_separators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.reading.inline import Cell

_LABELLED: Final = Pattern(
    r"(?:^|(?<=[\s:：(（,，;；、|/\n]))[\"'“`]?(?P<value>\d+:\d+|[A-Za-z0-9-][\w.+%*-]*?)[\"'”`]?\s*(?:=|＝|:(?!\d)|：|\s[-–—]\s|->|→)\s*(?P<label>[^,;=，；|\n]+?)(?=[,;，；|\n]|$|\.(?:\s|$)|\s+\d+\s*[=:：]|。)"
)
_PAREN_LABELLED: Final = Pattern(r"[\"'“`]?(?P<value>[\w.+:%*×-]+)[\"'”`]?\s*[(（](?P<label>[^()（）]{0,60})[)）]")
# A clause of Chinese or Japanese running text, and no value.
_CLAUSE: Final = Pattern(r"[将会被请不可需时则为的了]|[\u3040-\u9fff]{7}|\d\s*[张个次秒]")
_MOST_LISTED: Final = 1500  # characters that values behind a phrase may take
_WHOLE: Final = Pattern(
    r"([a-z0-9][A-Za-z0-9_.:-]*(?:\s*(?:,|/|\||、|または|又は|或者?|또는)\s*[a-z0-9][A-Za-z0-9_.:-]*)+)\s*(?:[.。]|$|[(（])"
)
_BULLET_WORD: Final = Pattern(
    r"(?:[-*•·]\s{0,4}){1,3}(?P<value>[\"'“]?[A-Za-z0-9-][\w.:+/%*×-]{0,40}?[\"'”]?)\s?(?:[(（](?P<note>[^()（）]{1,60})[)）])?(?:(?:\s?[:：](?!\d)|\s[-–—]|\s?->)\s*(?P<label>.*)|[。.,;，；]?)"
)
_FOLLOWING: Final = Pattern(
    r"\bthe following (?:[a-z-]{1,20} ){0,3}[a-z-]{1,20}s\s?[:：]$|(?:以下|下列)[^。，,]{0,12}[:：]$",
    re.IGNORECASE,
)
_ONLY_WORD: Final = Pattern(r"(?:取值|可选值|固定(?:值|填)?)(?:为|是)?\s?[:：]\s?([A-Za-z][\w.-]{1,60})\s?[。.]?$")
# 540P, 720P, or 1080P.
_WHOLE_OR: Final = Pattern(
    r"((?:[A-Za-z]*\d[\w.:-]{0,20},\s?){1,12}(?:or\s)?[A-Za-z]*\d[\w:-]{0,20}|[a-z]*\d[\w:-]{0,20}\sor\s[a-z]*\d[\w:-]{0,20})\s*(?:\.(?:\s|$)|$|[(（;])"
)
_WRITTEN: Final = Pattern(r"\[enum:\s{0,4}([^\[\]]{1,3000})\]", re.IGNORECASE)
_APOSTROPHES: Final = Pattern(r"(?<!\w)'[^'|\n]{1,40}'(?:\s*\|\s*'[^'|\n]{1,40}')+(?!\w)")
_BOXED: Final = Pattern(
    r"[:：]\s{0,4}\[[\w.:+-]{1,60}\](?:\s?[,、/|]?\s?\[[\w.:+-]{1,60}\]){1,60}(?=\s*(?:[.。;；\n]|$))"
)
_ONLY_THESE: Final = Pattern(
    r"\bonly\s(\d{1,6}(?:,\s?\d{1,6})*,?\s(?:and|or)\s\d{1,6})\s?(?:s|seconds)?\s(?:are|is)\s(?:supported|allowed|accepted|valid|available)|(?<![\w.])(\d{1,6}(?:\s?\|\s?\d{1,6})+)(?![\w.])",
    re.IGNORECASE,
)
_MUST_BE: Final = Pattern(
    r"\b(?:must|can|may|should|has to)\s+(?:only\s+)?be\s+(?:set to\s+)?([\w.:+-]+(?:\s*,\s*[\w.:+-]+)*\s*,?\s+or\s+[\w:+-]+(?:\.\d+)?)\s*(?:[.;)]|$)",
    re.IGNORECASE,
)
_LOOSE_FORMS: Final[tuple[tuple[Pattern, str], ...]] = (
    # soft 或 torn 或 burnt
    (
        Pattern(r"(?<![\w-])([A-Za-z0-9_-]{1,30}(?:\s?(?:或者?|、)\s?[A-Za-z0-9_-]{1,30}){1,20})(?![\w-])"),
        r"\s?(?:或者?|、)\s?",
    ),
    # calm or wild
    (
        Pattern(r"(?:^|[.:;：]\s)([a-z0-9_-]{1,30}\s(?:or|oder|ou)\s[a-z0-9_-]{1,30})(?=\s?(?:[.,;)(（]|$))"),
        r"\s(?:or|oder|ou)\s",
    ),
    # a list in braces or brackets
    (Pattern(r"[\[{]\s?([A-Za-z][\w-]{0,30}(?:\s?[,|]\s?[A-Za-z][\w-]{0,30}){1,20})\s?[\]}]"), r"\s?[,|]\s?"),
    # accepts soft, torn or burnt
    (
        Pattern(
            r"\b(?i:are|be|is|includes?|accepts?|supports?|specify|use|to|choose|select|pick|between)\s((?:[a-z0-9_-]{1,30},\s){1,20}(?:[a-z0-9_-]{1,30},?\s)?(?:(?:or|and)\s)?[a-z0-9_-]{1,30})\s?(?=[.;)]|$)"
        ),
        r",\s(?:or\s|and\s)?|\s(?:or|and)\s",
    ),
    # (32, 64, 128): three numbers or more are no interval
    (
        Pattern(r"[(（:：]\s*(\d+(?:\.\d+)?(?:\s*[,/、]\s*(?:or\s+)?\d+(?:\.\d+)?){2,})\s*(?:[)）.。;]|$)"),
        r"[,/、]\s*(?:or\s+)?",
    ),
    # How it moves (slow, steady, fast): believed only with a value that is shown, or the default
    (
        Pattern(
            r"[(（]\s?(?![a-z]{2}\W)([a-z0-9][a-z0-9_-]{0,30}(?:\s?[,、|]\s?(?:or\s)?[a-z0-9][a-z0-9_-]{0,30}){1,20})\s?[)）]"
        ),
        r"\s?[,、|]\s?(?:or\s)?",
    ),
    # words between slashes in brackets
    (Pattern(r"[(（]\s*([a-z0-9_]+(?:\s*/\s*[a-z0-9_]+)+)\s*[)）]"), r"\s*/\s*"),
    # on/off
    (Pattern(r"(?<![\w/.:-])([a-z0-9_]+(?:/[a-z0-9_]+)+)(?![\w/-]|\.\w)"), "/"),
    # (5 or 10 seconds)
    (
        Pattern(
            r"(?<![\w.])(?<!\d,)(?<!\d, )(\d{1,24}(?:\.\d{1,24})?(?:\s*,\s*\d{1,24}(?:\.\d{1,24})?){0,60}\s*,?\s+or\s+\d+(?:\.\d+)?)\s*(?:seconds?|secs?|s|fps|px)?\s*(?:[)）.;]|$)"
        ),
        r"\s*,\s*(?:or\s+)?|\s+or\s+",
    ),
    # quality: low, medium or high
    (
        Pattern(
            r"[:：]\s*((?:[a-z0-9_]+\s*[,、]\s*)+(?:or\s+|and\s+)?[a-z0-9_]+)\s*(?:[.。;；]|$|\s(?=默认|default))"
        ),
        r"[,、]\s*(?:or\s+|and\s+)?",
    ),
)
_CONSTANTS: Final = Pattern(r"[(（]([A-Z][A-Z0-9_]{2,30}(?:\s?[,/|]\s?(?:or\s)?[A-Z][A-Z0-9_]{2,30}){2,20})[)）]")
_PAREN_RUN: Final = Pattern(
    r"(?:^|[:：]\s*)((?:[\w.+:*×-]{1,40}\s{0,4}[(（][^()（）]{0,60}[)）]\s*[,，、/;]?\s*(?:or\s+|and\s+)?){2,})"
)
_PAIR: Final = Pattern(r"\s*[-+]?[\d.]+\s*[,，~-]\s*[-+]?[\d.]+\s*\]")
_COUNTING: Final = Pattern(r"(?<!\w)([A-Za-z]{2,20}|方式|方法|步骤|场景)\s?\d{1,2}\s*[:：]")
_MARKED_DEFAULT: Final = Pattern(
    rf"([\w.:+-]+)[\"'”]?\s*[(（](?:the\s+)?(?:default|{DEFAULT_WORDS})[)）]", re.IGNORECASE
)
_MARKERS: Final = Pattern(
    MARKER.pattern.removesuffix(r"[\s:：(（\"'“`\[-]*$").replace(
        r"(?=[:：(\"'“`]|$)", r"(?:(?=[:：])|(?<=\sare)|(?<=include)|(?<=includes)|(?<=included))"
    ),
    re.IGNORECASE,
)


def mine_listing(cell: Cell) -> Listing | None:
    """Find an enumeration in running text: after a phrase that says so, or as values that each have a label."""
    return (
        _generated(cell)
        or _json_list(cell)
        or bracketed(cell)
        or bulleted(cell)
        or _bulleted_words(cell)
        or coded_run(cell)
        or piped(cell)
        or _whole(cell)
        or explained(cell)
        or _marked_words(cell)
        or labelled_run(cell)
        or numbered(cell)
        or _line_run(cell)
        or _must_be(cell)
        or _apostrophes(cell)
        or _boxed(cell)
        or fixed(cell)
        or _only_word(cell)
        or _shouted(cell)
        or _loose_words(cell)
    )


def _generated(cell: Cell) -> Listing | None:
    """Find what a generator of documents wrote: `[enum: png, pdf, very large]`."""
    match = _WRITTEN.search(cell.text)
    parts = [part.strip().strip("\"'") for part in match[1].split(",")] if match is not None else []
    return Listing(tuple(Value(part) for part in parts)) if parts and all(parts) else None


def _whole(cell: Cell) -> Listing | None:
    """Find values that the description begins with, and is made of: `simple / down_back`, `v1, v1-5, v2`."""
    if cell.codes:
        return None
    match = _WHOLE.match(cell.text) or _WHOLE_OR.match(cell.text)
    if match is None:
        return None
    parts = [
        part.strip()
        for part in re.split(r"\s*(?:[,/|、]\s*(?:or\s)?|\sor\s|または|又は|或者?|또는)\s*", match[1])
        if part.strip()
    ]
    told = any(re.search(r"[\d_-]", part) for part in parts) or re.search(r"[/|]|[^\x00-\x7f]", match[1])
    return Listing(tuple(Value(part) for part in parts), strength=1 if told else 0)


def _json_list(cell: Cell) -> Listing | None:
    """Find a JSON list of two or more scalars: `["1K", "2K", "4K"]`."""
    for match in re.finditer(
        r"\[\s*(?:\"[^\"\[\]]*\"|-?\d[\d.]*)(?:\s*,\s*(?:\"[^\"\[\]]*\"|-?\d[\d.]*))+\s*\]", cell.text
    ):
        parts = [part.strip().strip('"') for part in match[0][1:-1].split(",")]
        # Values that are all the same stand for any.
        if match[0].count('"') and len(set(parts)) > 1 and not EXAMPLE.search(cell.text[: match.start()]):
            return Listing(tuple(Value(part) for part in parts))
    return None


def _bulleted_words(cell: Cell) -> Listing | None:
    """Find lines that each begin with a bullet and a word, below a line that says that values follow."""
    values: list[Value] = []
    led = marked = False
    for line in cell.lines:
        match = _BULLET_WORD.fullmatch(line)
        if match is not None and (led or values):
            label = " ".join(part.strip() for part in match.groups()[1:] if part)
            values.append(Value(match["value"].strip("\"'“”"), label))
        elif len(values) > 1:
            break
        else:
            marked = MARKER.search(line) is not None
            led, values = (marked or _FOLLOWING.search(line) is not None) and not EXAMPLE.search(line), []
    if not values or len({value.text for value in values}) < len(values):
        return None
    labelled = all(value.label for value in values)
    # One value is all there is only if it is said to be one; "the following sizes" may be of anything.
    return Listing(tuple(values)) if (marked or labelled) and (len(values) > 1 or (marked and labelled)) else None


def _line_run(cell: Cell) -> Listing | None:
    """Find lines that each begin with a word and its label: `auto: ...`, `disabled: ...`; believed with a default."""
    found = [
        re.match(r"[-*•·\s]*[\"'“]?([A-Za-z0-9][\w.+-]*|\d+:\d+)[\"'”]?\s*(?:[:：](?!\d)|\s[-–—]\s)\s*(.+)", line)
        for line in re.split(r"\n|。", "\n".join(cell.lines))
    ]
    values = [Value(match[1], match[2]) for match in found if match is not None]
    named = [
        re.match(r"[-*•·\s]*([a-z][a-z0-9]*[_-][\w-]+)\s+([\u3040-\u9fff].*)", line) for line in cell.lines[1:]
    ]
    if not values and len(named) > 1 and all(named):
        return Listing(tuple(Value(match[1], match[2]) for match in named if match is not None), strength=1)
    return (
        Listing(tuple(values), strength=0)
        if len(values) > 1 and len({value.text for value in values}) == len(values)
        else None
    )


def _apostrophes(cell: Cell) -> Listing | None:
    """Find `'a' | 'b' | 'c'`, in single quotes and parted by pipes."""
    match = _APOSTROPHES.search(cell.text) if "|" in cell.text else None
    return None if match is None else Listing(tuple(Value(part) for part in re.findall(r"'([^']+)'", match[0])))


def _boxed(cell: Cell) -> Listing | None:
    """Find values that each have brackets: `The model: [swift] [slow]`."""
    match = _BOXED.search(cell.text) if "] [" in cell.text else None
    return (
        None if match is None else Listing(tuple(Value(part) for part in re.findall(r"\[([^\[\]]+)\]", match[0])))
    )


def _must_be(cell: Cell) -> Listing | None:
    """Find plain values behind "must be": `Must be 512, 768 or 1024`, `must be low, medium or high`."""
    only = _ONLY_THESE.search(cell.text) if not cell.codes else None
    if only is not None:
        return Listing(tuple(Value(number) for number in re.findall(r"\d+", only[1] or only[2])))
    match = _MUST_BE.search(cell.text) if not cell.codes else None
    if match is None:
        return None
    parts = [part for part in re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", match[1]) if part]
    numbers = all(re.fullmatch(r"-?\d+(?:\.\d+)?", part) for part in parts)
    # Two words may be any two: "must be unique or empty".
    return Listing(tuple(Value(part) for part in parts)) if numbers or len(parts) > 2 else None


def _only_word(cell: Cell) -> Listing | None:
    """Find the one word that a text ends with and calls the value: `取值：StartTask`."""
    match = _ONLY_WORD.search(cell.text)
    return None if match is None or match[1].lower() in words.KINDS else Listing((Value(match[1]),))


def _shouted(cell: Cell) -> Listing | None:
    """Find constants in brackets: `How it ends (STOP, LOOP, FADE_OUT)`; units and formats are no such thing."""
    match = _CONSTANTS.search(cell.text) if not cell.codes else None
    if match is None or EXAMPLE.search(cell.text[: match.start(1)]):
        return None
    parts = re.split(r"\s*[,/|]\s*(?:or\s)?", match[1])
    return Listing(tuple(Value(part) for part in parts), strength=1)


def _loose_words(cell: Cell) -> Listing | None:
    """Find `std (Standard 720p), pro (Professional)` or `on/off` in plain text: believed only with the default."""
    text = cell.text
    run = _PAREN_RUN.search(text)
    if run is not None:
        values = tuple(Value(match["value"], match["label"]) for match in _PAREN_LABELLED.finditer(run[1]))
        return Listing(values, strength=0) if len({value.text for value in values}) == len(values) > 1 else None
    for form, separator in _LOOSE_FORMS:
        match = form.search(text)
        if match is not None and not EXAMPLE.search(text[: match.start(1)]):
            return Listing(tuple(Value(part.strip()) for part in re.split(separator, match[1])), strength=0)
    return None


def _marked_words(cell: Cell) -> Listing | None:
    """Find words, plain or in quotes, after a phrase like `Options:` or `one of`, up to the end of the sentence."""
    # A line that ends with a separator goes on below; any other ends what it lists.
    text = re.sub(r"(?<=[,，、/|])\s{0,20}\n\s{0,20}", " ", "\n".join(cell.lines))
    for match in _MARKERS.finditer(text):
        rest = text[match.end() : match.end() + _MOST_LISTED].lstrip(" :：(（")
        if rest.startswith("["):
            rest = rest[1:]
            if _PAIR.match(rest):
                continue  # an interval
        if EXAMPLE.search(text[: match.start()][-24:]):
            continue
        labelled = _PAREN_RUN.match(rest)
        if labelled is not None:
            return Listing(
                tuple(Value(one["value"], one["label"]) for one in _PAREN_LABELLED.finditer(labelled[1]))
            )
        marked = _MARKED_DEFAULT.search(rest)
        rest = _MARKED_DEFAULT.sub(r"\1", rest)
        end = re.search(
            r"[)）\]](?!\w)|。|\.(?=\s|$)|[;；](?!\s*[\w\"'`]+\s*[=:])|\n|(?:\s[-–—(（]\s?|,\s*|\s)(?:default|默认|where|which|depending|for|when|if|the|to|with|in|see)\b|默认",
            rest,
        )
        told = rest[: end.start()] if end else rest
        if read_limits(told) is not None:
            continue
        listing = by_separators(_as_cell(told, cell), is_open=bool(OPEN.search(told)))
        if (
            listing is not None
            and len(listing.values) > 1
            and all(len(value.text.split()) <= 3 and not _CLAUSE.search(value.text) for value in listing.values)
        ):
            return listing if marked is None else _with_default(listing, marked[1])
    return None


def _with_default(listing: Listing, text: str) -> Listing:
    values = (Value(one.text, "default") if one.text == text else one for one in listing.values)
    return replace(listing, values=tuple(values))


def marked_tokens(cell: Cell) -> Iterator[str]:
    """Give the word behind each phrase like `Options:`, which may be values that run together."""
    for match in _MARKERS.finditer(cell.text):
        token = re.match(
            r"[\s:：(（]*([^\s,，、。;；()（）]{4,400})", cell.text[match.end() : match.end() + _MOST_LISTED]
        )
        if token is not None and re.search(r"[A-Za-z:*]", token[1]) and token[1][0] not in "[<>":
            # A scraper glues the next sentence on, too: its capital tells where.
            yield re.split(r"(?<=[a-z0-9])(?=[A-Z][a-z])", token[1])[0].rstrip(".:")


def labelled_run(cell: Cell) -> Listing | None:
    """Find `0 = Heavy, 1 = Light` or `"a": first; "b": second` in running text; two or more, all numbers or all words."""
    text = "\n".join(cell.lines)
    found = [Value(match["value"], match["label"].strip()) for match in _LABELLED.finditer(text)]
    numbers = [value for value in found if re.fullmatch(r"-?\d+", value.text)]
    if len(numbers) > 1 and len({value.text for value in numbers}) == len(numbers) and not _counted(text):
        return Listing(tuple(numbers), integral=True)
    coded = [
        value
        for value in found
        if value.text in cell.codes or re.search(rf"[\"'“`]{re.escape(value.text)}[\"'”`]", text)
    ]
    if len(coded) > 1 and len({value.text for value in coded}) == len(coded):
        return Listing(tuple(coded))
    return None


def _counted(text: str) -> bool:
    """Tell whether numbers only count something: `Method 1: ...; Method 2: ...`."""
    counted = [match[1].lower() for match in _COUNTING.finditer(text)]
    return len(counted) > len(set(counted))


def _as_cell(text: str, like: Cell) -> Cell:
    return type(like)(((text, False),), like.where, text)
