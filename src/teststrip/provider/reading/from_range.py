"""What the cells for the range, the type and an example say of a row: all that is written in a column of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells import glued
from teststrip.provider.reading.cells.case_limits import read_cases, read_counted
from teststrip.provider.reading.cells.limit_text import mine_limits
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import Listing, Value, read_listing, tells_forms
from teststrip.provider.reading.found import Found
from teststrip.provider.reading.kind_in_values import type_in_place
from teststrip.provider.reading.taking import take_limits, take_values

if TYPE_CHECKING:
    from teststrip.provider.reading.inline import Cell

_FREE: Final = Pattern(
    r"(?:any|valid|free|arbitrary|a|an|the)?\s*(?:any|text|string|strings|url|urls|uri|url or base64|base64|base64 or url|integer|int|number|float|value|values|prompt|json|object|array|positive|boolean|bool|true ?/ ?false|true or false|true, ?false|format|image|file|varies|model[- ]dependent|depends on (?:the )?model|任意|任意值|不限|无限制|无|字符串|文本)(?:\s+(?:string|text|url|value|integer|number|address|json|image|file|uri))*",
    re.IGNORECASE,
)
_SEE: Final = Pattern(
    r"(?:see|refer to|check|per|as in|cf\.|参见|见|参考|详见|查看|siehe|ver|voir|см\.)\s*(?:the\s+)?(.+?)(?:\s+(?:table|section|list|above))?[.。]?",
    re.IGNORECASE,
)
_INTERVAL: Final = Pattern(
    r"\s*(?P<left>[<⟨(\[])(?P<least>[^<>;,⟨⟩]{1,40});(?P<most>[^<>;,⟨⟩]{1,40})(?P<right>[>⟩)\]])\s*"
)  # `<0; 360)`, where angles are for ends that may be given
_ITEMS: Final = Pattern(
    r"(?:an? )?(?:array|list|sequence) of (?:[a-z]{2,20}(?: ?[/|] ?|, ?| (?:and|or) )){1,8}[a-z]{2,20} "
    r"(?:items|objects|elements|entries|segments|clips|blocks|layers|parts|files)\.?",
    re.IGNORECASE,
)  # kinds of items, each an object of its own
_NUMERAL: Final = Pattern(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d{1,20})(?:\.\d{1,20})?(?![\w.]*\w)")
_SET_APART: Final = Pattern(r"[\d\"“”'‘’|/=<>≤≥]|[a-z]_[a-z]")
# Two words of a sentence, or several letters of a script that has no spaces.
_WORDS: Final = Pattern(r"[A-ZÀ-Þ]?[^\W\d_]+[,:]? [^\W\d_]{2,}|[^\x00-\u024f]{3,}")
_FORMS: Final = "write LEAST - MOST, or `a`, `b`, `c`, or see [Table](#table), or - for none"


def from_type(found: Found) -> None:
    """Take the values that a type cell spells out, and what it says in parentheses."""
    kind = found.row.kind
    if kind.values:
        take_values(found, Listing(tuple(Value(text) for text in kind.values)), found.row.cell("type"))
    elsewhere = found.page.values_named(kind.values_of, found.row.where.line) if kind.values_of else None
    if elsewhere is not None:
        take_values(found, elsewhere, found.row.cell("type"))
    if not kind.detail:
        return
    cell = found.row.cell("type")
    # `string (Name) <= 256 characters`, `number <float> [ 0 .. 1 ]`: what comes first is how it is written.
    limits = read_limits(re.sub(r"^[(<][A-Za-z][\w. -]*[)>]\s*(?=\S)", "", kind.detail))
    if limits is not None:
        take_limits(found, limits, cell)
        return
    inner = type(cell)(((kind.detail, False),), cell.where, kind.detail)
    listing = read_listing(inner)
    if listing is not None and len(listing.values) > 1:
        take_values(found, listing, cell)
    elif not found.page.lenient or re.search(r"\d", kind.detail):
        found.flag(cell, f'it is not known what "({kind.detail})" says of the type {kind.kind}')


def from_range(found: Found, cell: Cell) -> None:
    """Take what a range cell says, by the first spelling that it is written in."""
    text = cell.text
    if cell is found.row.cells.get("default"):
        _from_shared(found, cell)
        return
    if cell is found.row.cells.get("description"):
        _from_shared(found, cell)  # one column for both: most of it is words
        return
    if _says_nothing(found, cell):
        return
    see = _SEE.fullmatch(text)
    if see is not None and len(text) < 80:
        _from_elsewhere(found, see[1], cell)
        return
    limits = read_limits(text)
    if limits is not None:
        take_limits(found, limits, cell)
        return
    if _from_counted(found, cell) or _from_cases(found, cell) or _from_interval(found, cell):
        return
    listing = read_listing(cell)
    if listing is not None and (
        len(listing.values) > 1 or cell.codes or _is_default(found, listing.values[0].text)
    ):
        take_values(found, listing, cell)
        return
    if _from_glued(found, cell):
        return
    _from_words(found, cell)


def _says_nothing(found: Found, cell: Cell) -> bool:
    """Tell whether a cell for values says no more than the type, or that anything goes."""
    if found.row.kind.values_of and found.facts.choices and read_limits(cell.text) is None:
        return True  # words about values that the page lists elsewhere
    if cell is found.row.cells.get("type") and found.row.kind.kind is not None:
        return True  # one column for both, and a type is what it says
    if _FREE.fullmatch(cell.text) or tells_forms(cell.text) or (found.array and _ITEMS.fullmatch(cell.text)):
        return True
    if "type" not in found.row.cells and found.kinds and type_in_place(cell).kind in found.kinds:
        return True  # the type stands here
    truth = re.fullmatch(r"(?i)(?:true|false|yes|no|[\s/,|`]|or)+", cell.text) is not None
    return found.kinds == ("boolean",) and truth


def _from_counted(found: Found, cell: Cell) -> bool:
    """Take `Min 1 message`: of an array it counts the items, of a number it bounds the value."""
    counted = read_counted(cell.text)
    if counted is None or not (found.array or {"integer", "number"} & set(found.kinds)):
        return False
    take_limits(found, replace(counted[0], what="items" if found.array else "value"), cell)
    return True


def _from_interval(found: Found, cell: Cell) -> bool:
    """Take `<0; 360)`; flag an interval whose ends are no numbers, which lists no values: `<#000000; #FFFFFF>`."""
    match = _INTERVAL.fullmatch(cell.text)
    if match is None:
        return False
    left, right = match["left"].replace("<", "[").replace("⟨", "["), match["right"].replace(">", "]")
    limits = read_limits(f"{left}{match['least'].strip()}, {match['most'].strip()}{right.replace('⟩', ']')}")
    if limits is not None and limits.bounds is not None:
        take_limits(found, limits, cell)
        return True
    if (match["left"], match["right"]) == ("[", "]"):
        return False  # a list of two
    found.flag(cell, "the ends of this interval are no numbers; no range is taken", ("an interval", "two values"))
    return True


def _from_cases(found: Found, cell: Cell) -> bool:
    """Take the widest of the limits that each model, or mode, has for itself."""
    cases = read_cases("\n".join(cell.lines))
    if cases is None:
        return False
    found.flag(cell, "the limits differ from case to case; the widest are taken", cases[1])
    take_limits(found, cases[0], cell)
    return True


def _from_shared(found: Found, cell: Cell) -> None:
    """Take what a column for both default and range says of the range, if anything."""
    listing, limits = (read_listing(cell) if cell.codes else None) or mine_listing(cell), read_limits(cell.text)
    if (
        limits is not None
        and limits.bounds is not None
        and None not in (limits.bounds.minimum, limits.bounds.maximum)
    ):
        take_limits(found, limits, cell)
    elif listing is not None and not listing.open and listing.strength == 2 and len(listing.values) > 1:
        take_values(found, listing, cell)


def _is_default(found: Found, text: str) -> bool:
    return text == found.row.cell("default").text


def _from_words(found: Found, cell: Cell) -> None:
    """Take what can be found in a range cell that is running text; what is left over with a number is flagged."""
    limits, listing = mine_limits(cell.text), mine_listing(cell)
    for one in limits:
        if one.disputed:
            found.flag(cell, "the text gives several limits")
        take_limits(found, one, cell)
    if listing is not None:
        advised = re.search(r"推荐|建议|recommended|おすすめ|추천", cell.text, re.IGNORECASE) is not None
        take_values(found, replace(listing, open=listing.open or advised), cell)
    left = _left(found, cell) if limits or listing is not None else []
    if left:
        found.flag(cell, "the cell names more than was understood", left)
    if not limits and listing is None:
        single = re.fullmatch(r"[\w.:+-]+", cell.text)
        if single is not None and found.kinds == ("string",):
            found.flag(
                cell,
                f'"{cell.text}" may be the only value, or several without separators, or no value at all',
                (f'the value "{cell.text}"', "no enumeration"),
            )
        elif not (found.page.lenient and _is_prose(cell)):
            found.flag(cell, f'the range "{cell.text}" cannot be read; {_FORMS}')


def _is_prose(cell: Cell) -> bool:
    """Tell whether a cell describes, as where the column is for words as well: words, and nothing that a value can be."""
    return not cell.codes and _SET_APART.search(cell.text) is None and _WORDS.match(cell.text) is not None


def _left(found: Found, cell: Cell) -> list[str]:
    """Return the numbers, and the words that look like values taken, that are neither values nor ends of limits."""
    facts = found.facts
    texts = [found.default_text, *(f"{choice.value} {choice.label}" for choice in facts.choices)]
    known = {word for text in texts for word in (*text.split(), *re.findall(r"\d+(?:\.\d+)?", text))}
    bounds = [one for one in (facts.bounds, facts.length, facts.item_length) if one is not None]
    ends = {abs(end) for one in bounds for end in (one.minimum, one.maximum) if end is not None}
    if facts.size is not None or not (facts.choices or ends):
        return []
    ends |= {abs(facts.step)} if facts.step is not None else set()
    codes = cell.codes if facts.choices else ()
    numbers = [word for word in _NUMERAL.findall(cell.text) if Decimal(word.replace(",", "")) not in ends]
    return [word for word in dict.fromkeys((*codes, *numbers)) if word not in known]


def _from_elsewhere(found: Found, title: str, cell: Cell) -> None:
    answer = found.page.values_of(title, found.row)
    if answer is None:
        found.flag(cell, f'no table or list of values stands under a heading "{title}"')
        return
    listing, unsure = answer
    take_values(found, listing, cell)
    if unsure:
        found.flag(cell, "the values below run together", [f"... {one} ..." for one in unsure])


def _from_glued(found: Found, cell: Cell) -> bool:
    if not {"string", "integer", "number"} & set(found.scalars):
        return False
    parting = glued.part(cell.text, found.default_text or None, found.page.words)
    if parting is None:
        return False
    if parting.sources:
        take_values(found, Listing(tuple(Value(text) for text in parting.readings[0])), cell)
        found.facts = replace(found.facts, sources=parting.sources)
        return True
    found.flag(
        cell,
        "values run together, and can be parted in several ways",
        [", ".join(reading) for reading in parting.readings],
    )
    if len(parting.readings[0]) > 1:
        take_values(found, Listing(tuple(Value(text) for text in parting.readings[0])), cell)
    return True


def from_example(found: Found) -> None:
    """Several values, or a range, in a column of examples may be all that there is: a person has to say."""
    cell, facts = found.row.cell("example"), found.facts
    if not cell.text or facts.choices or facts.bounds is not None:
        return
    limits = read_limits(cell.text)
    if (
        limits is not None
        and limits.bounds is not None
        and None not in (limits.bounds.minimum, limits.bounds.maximum)
        and {"integer", "number"} & set(found.kinds)
    ):
        found.flag(cell, "the example reads like a range", (f"the range {cell.text}", "an example"))
        return
    listing = read_listing(cell) if "string" in found.scalars else None
    default = found.row.cell("default").text.strip("\"'`")
    if listing is not None and len(listing.values) > 2 and default in listing.texts:
        found.flag(cell, "the examples read like an enumeration", (", ".join(listing.texts), "examples"))
