"""Enumerations in running text: the values that a description's sentences list.

`mine_listing` tries the surest ways to list values first: those that are set apart (`listing_spans.py`) and those
behind a phrase that says so; then plain words, which are believed only with the default among them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_cases import is_one_value, numbered
from teststrip.provider.reading.cells.listing_marks import DEFAULT_WORDS, EXAMPLE, MARKER, OPEN
from teststrip.provider.reading.cells.listing_phrases import (
    APOSTROPHES,
    BOXED,
    BULLET_WORD,
    CLAUSE,
    CONSTANTS,
    COUNTING,
    FOLLOWING,
    LABELLED,
    LABELLED_LINE,
    LOOSE_FORMS,
    MARKED_DEFAULT,
    MARKERS,
    MOST_LISTED,
    MUST_BE,
    NO_LABELS,
    ONLY_THESE,
    ONLY_WORD,
    PAIR,
    PAREN_LABELLED,
    PAREN_RUN,
    SENTENCES,
    WHOLE,
    WHOLE_OR,
    WRITTEN,
)
from teststrip.provider.reading.cells.listing_spans import bracketed, bulleted, coded_run, explained, fixed, piped
from teststrip.provider.reading.cells.listings import Listing, Value, by_separators
from teststrip.provider.reading.inline import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT: Final = 2_048  # several readers ask of each description, and requests of one page share theirs
_NOWHERE: Final = Where("", 1, 1)

_DEFAULT_FIRST: Final = Pattern(rf"[(（\[]\s?(?:default|{DEFAULT_WORDS})\w{{0,2}}\s?[)）\]]", re.IGNORECASE)


def mine_listing(cell: Cell) -> Listing | None:
    """Find an enumeration in running text: after a phrase that says so, or as values that each have a label."""
    return _mined(cell.pieces)


@lru_cache(_KEPT)
def _mined(pieces: tuple[tuple[str, bool], ...]) -> Listing | None:
    # `soft || hard` is `soft | hard`.
    cell = Cell(tuple((text if code else text.replace(" || ", " | "), code) for text, code in pieces), _NOWHERE)
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
    match = WRITTEN.search(cell.text)
    parts = [part.strip().strip("\"'") for part in match[1].split(",")] if match is not None else []
    return Listing(tuple(Value(part) for part in parts)) if parts and all(parts) else None


def _whole(cell: Cell) -> Listing | None:
    """Find values that the description begins with, and is made of: `simple / down_back`, `v1, v1-5, v2`."""
    if cell.codes:
        return None
    match = WHOLE.match(cell.text) or WHOLE_OR.match(cell.text)
    if match is None:
        return None
    parts = [
        part.strip()
        for part in re.split(r"\s*(?:[,/|、]\s*(?:or\s)?|\sor\s|または|又は|或者?|또는)\s*", match[1])
        if part.strip()
    ]
    if is_one_value(match[1], parts):
        return None
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
        match = BULLET_WORD.fullmatch(line)
        if match is not None and (led or values):
            label = " ".join(part.strip() for part in match.groups()[1:] if part)
            values.append(Value(match["value"].strip("\"'“”"), label))
        elif len(values) > 1:
            break
        else:
            marked = MARKER.search(line) is not None
            led, values = (marked or FOLLOWING.search(line) is not None) and not EXAMPLE.search(line), []
    if not values or len({value.text for value in values}) < len(values):
        return None
    labelled = all(value.label for value in values)
    # One value is all there is only if it is said to be one; "the following sizes" may be of anything.
    return Listing(tuple(values)) if (marked or labelled) and (len(values) > 1 or (marked and labelled)) else None


def _line_run(cell: Cell) -> Listing | None:
    """Find lines that each begin with a word and its label: `auto: ...`, `disabled: ...`.

    Without the default among them they are believed where nothing else follows the first line.
    """
    lines = [line for line in SENTENCES.split("\n".join(cell.lines)) if line.strip()]
    found = [LABELLED_LINE.match(line) for line in lines]
    values = [Value(match[1], match[2]) for match in found if match is not None]
    named = [
        re.match(r"[-*•·\s]*([a-z][a-z0-9]*[_-][\w-]+)\s+([\u3040-\u9fff].*)", line) for line in cell.lines[1:]
    ]
    if not values and len(named) > 1 and all(named):
        return Listing(tuple(Value(match[1], match[2]) for match in named if match is not None), strength=1)
    if len(values) < 2 or len({value.text for value in values}) < len(values):
        return None
    told = found[0] is None and all(found[1:]) and not EXAMPLE.search(lines[0])
    plain = all(value.text == value.text.lower() and value.text not in NO_LABELS for value in values)
    # Where one of them is called the default, they are values.
    marked = len(values) > 2 and sum(_DEFAULT_FIRST.match(value.label) is not None for value in values) == 1
    return Listing(tuple(values), strength=1 if marked or (told and plain) else 0)


def _apostrophes(cell: Cell) -> Listing | None:
    """Find `'a' | 'b' | 'c'`, in single quotes and parted by pipes."""
    match = APOSTROPHES.search(cell.text) if "|" in cell.text else None
    return None if match is None else Listing(tuple(Value(part) for part in re.findall(r"'([^']+)'", match[0])))


def _boxed(cell: Cell) -> Listing | None:
    """Find values that each have brackets: `The model: [swift] [slow]`."""
    match = BOXED.search(cell.text) if "] [" in cell.text else None
    return (
        None if match is None else Listing(tuple(Value(part) for part in re.findall(r"\[([^\[\]]+)\]", match[0])))
    )


def _must_be(cell: Cell) -> Listing | None:
    """Find plain values behind "must be": `Must be 512, 768 or 1024`, `must be low, medium or high`."""
    only = ONLY_THESE.search(cell.text) if not cell.codes else None
    if only is not None:
        return Listing(tuple(Value(number) for number in re.findall(r"\d+", only[1] or only[2] or only[3])))
    match = MUST_BE.search(cell.text) if not cell.codes else None
    if match is None:
        return None
    parts = [part for part in re.split(r"\s*,\s*(?:or\s+)?|\s+or\s+", match[1]) if part]
    numbers = all(re.fullmatch(r"-?\d+(?:\.\d+)?", part) for part in parts)
    # Two words may be any two: "must be unique or empty".
    return Listing(tuple(Value(part) for part in parts)) if numbers or len(parts) > 2 else None


def _only_word(cell: Cell) -> Listing | None:
    """Find the one word that a text ends with and calls the value: `取值：StartTask`."""
    match = ONLY_WORD.search(cell.text)
    return None if match is None or match[1].lower() in words.KINDS else Listing((Value(match[1]),))


def _shouted(cell: Cell) -> Listing | None:
    """Find constants in brackets: `How it ends (STOP, LOOP, FADE_OUT)`; units and formats are no such thing."""
    match = CONSTANTS.search(cell.text) if not cell.codes else None
    if match is None or EXAMPLE.search(cell.text[: match.start(1)]):
        return None
    parts = re.split(r"\s*[,/|]\s*(?:or\s)?", match[1])
    return Listing(tuple(Value(part) for part in parts), strength=1)


def _loose_words(cell: Cell) -> Listing | None:
    """Find `std (Standard 720p), pro (Professional)` or `on/off` in plain text: believed only with the default."""
    text = cell.text
    run = PAREN_RUN.search(text)
    if run is not None:
        values = tuple(Value(match["value"], match["label"]) for match in PAREN_LABELLED.finditer(run[1]))
        return Listing(values, strength=0) if len({value.text for value in values}) == len(values) > 1 else None
    for form, separator in LOOSE_FORMS:
        match = form.search(text)
        if match is not None and not EXAMPLE.search(text[: match.start(1)]):
            return Listing(tuple(Value(part.strip()) for part in re.split(separator, match[1])), strength=0)
    return None


def _marked_words(cell: Cell) -> Listing | None:
    """Find words, plain or in quotes, after a phrase like `Options:` or `one of`, up to the end of the sentence."""
    # A line that ends with a separator goes on below; any other ends what it lists.
    text = re.sub(r"(?<=[,，、/|])\s{0,20}\n\s{0,20}", " ", "\n".join(cell.lines))
    for match in MARKERS.finditer(text):
        rest = text[match.end() : match.end() + MOST_LISTED].lstrip(" :：(（")
        if rest.startswith("["):
            rest = rest[1:]
            if PAIR.match(rest):
                continue  # an interval
        if EXAMPLE.search(text[: match.start()][-24:]):
            continue
        labelled = PAREN_RUN.match(rest)
        if labelled is not None:
            return Listing(
                tuple(Value(one["value"], one["label"]) for one in PAREN_LABELLED.finditer(labelled[1]))
            )
        marked = MARKED_DEFAULT.search(rest)
        rest = MARKED_DEFAULT.sub(r"\1", rest)
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
            and all(len(value.text.split()) <= 3 and not CLAUSE.search(value.text) for value in listing.values)
        ):
            return listing if marked is None else _with_default(listing, marked[1])
    return None


def _with_default(listing: Listing, text: str) -> Listing:
    values = (Value(one.text, "default") if one.text == text else one for one in listing.values)
    return replace(listing, values=tuple(values))


def marked_tokens(cell: Cell) -> Iterator[str]:
    """Give the word behind each phrase like `Options:`, which may be values that run together."""
    for match in MARKERS.finditer(cell.text):
        token = re.match(
            r"[\s:：(（]*([^\s,，、。;；()（）]{4,400})", cell.text[match.end() : match.end() + MOST_LISTED]
        )
        if token is not None and re.search(r"[A-Za-z:*]", token[1]) and token[1][0] not in "[<>":
            # A scraper glues the next sentence on, too: its capital tells where.
            yield re.split(r"(?<=[a-z0-9])(?=[A-Z][a-z])", token[1])[0].rstrip(".:")


def labelled_run(cell: Cell) -> Listing | None:
    """Find `0 = Heavy, 1 = Light` or `"a": first; "b": second` in running text; two or more, all numbers or all words."""
    text = "\n".join(cell.lines)
    found = [Value(match["value"], match["label"].strip()) for match in LABELLED.finditer(text)]
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
    counted = [match[1].lower() for match in COUNTING.finditer(text)]
    return len(counted) > len(set(counted))


def _as_cell(text: str, like: Cell) -> Cell:
    return Cell(((text, False),), like.where, text)
