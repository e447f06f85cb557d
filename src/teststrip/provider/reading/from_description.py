"""What the running text of a description says of a row: values, limits, items, models; all of it may also be wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent
from teststrip.base.pattern import Pattern
from teststrip.provider.model import Bounds
from teststrip.provider.reading import words
from teststrip.provider.reading.cells import glued
from teststrip.provider.reading.cells.defaults import DefaultReading, mine_default
from teststrip.provider.reading.cells.limit_record import Limits
from teststrip.provider.reading.cells.limit_text import mine_limits
from teststrip.provider.reading.cells.limits import read_limits
from teststrip.provider.reading.cells.listing_cases import is_barred
from teststrip.provider.reading.cells.listing_marks import OPEN
from teststrip.provider.reading.cells.listing_phrases import IN_BRACKETS
from teststrip.provider.reading.cells.listing_text import labelled_run, marked_tokens, mine_listing
from teststrip.provider.reading.cells.listings import Listing, Value
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.found import Facts, Found
from teststrip.provider.reading.kind_reading import says_media
from teststrip.provider.reading.sections import row_models
from teststrip.provider.reading.taking import take_limits, take_values

if TYPE_CHECKING:
    from teststrip.provider.reading.inline import Cell

_SEE_INSIDE: Final = Pattern(
    r"\b[Ss]ee\s+(?:the\s+)?(?:(?P<title>\w[\w -]{2,40}?)\s+(?:below|table|section|above)\b|(?P<name>[A-Z][\w -]{2,40}?)(?:\s+for\b|[.,;)]|$))"
)
COUNT: Final = Pattern(
    r"\b(?:up to|max(?:imum)?(?: of)?|at most|no more than)\s+(\d{1,5})\s+(?!(?:MB|KB|GB|px|pixels?|characters?|chars?|seconds?|tokens?|words?|bytes?|per)\b)[A-Za-z]{2,}",
    re.IGNORECASE,
)
_EACH: Final = Pattern(
    r"\b(?:each|every)(?:\s+(?:one|item|value|element|number|weight))?(?:\s+(?:is|must be|from|in|in the range))?\s*[:：]?\s*([^;；。,，()（）]{1,60}?)\s*(?:[.;；。,，()（）](?:\s|$)|$)",
    re.IGNORECASE,
)
_LIST_OF: Final = Pattern(
    r"\b(?:array|list) of (?:(?:image|video|audio|reference|input|public|tag|style|file|JSON|message|HTTPS?)\s+){0,2}(strings?|texts?|integers?|numbers?|floats?|booleans?|objects?|urls?|uris?|links?)\b",
    re.IGNORECASE,
)
_WRITTEN: Final = Pattern(
    r"(?:^|[._])(?:prompt|text|lyrics?|script|content|description|instructions?)$", re.IGNORECASE
)
_VALUES: Final = Pattern(
    r"\benum|\bvalues?\b|\boptions?\s?[:：]|枚举|取值|可选值|支持的|有效值|値|값", re.IGNORECASE
)
_PAIR: Final = 2  # two numbers side by side may be a range
_ANY_OF: Final = Pattern(r"\*(?!\d)")  # a star for the rest of a name, and none between numbers
_CHOICE: Final = Pattern(
    r"(?:^|[._])(?:\w{0,30}_)?(?:format|type|mode|style|quality|level|resolution|gender|emotion|position|direction|method|preset)$|[a-z](?:Format|Type|Mode|Style|Quality|Level|Method)$"
)
_WHEN: Final = Pattern(
    r"\b(?:when|if|where|for|only with)\s[`\"']?[a-zA-Z]\w{0,40}[`\"']?\s?(?:is|are|=|==|equals)\s?(?:either |one of )?[`\"'“]?$",
    re.IGNORECASE,
)
_STRUCTURED: Final = Pattern(r"\bobjects?\b|\bfields?\b|\{|对象|字段", re.IGNORECASE)
_SHOWN_OBJECT: Final = Pattern(r"\[\s*\{|\b(?:array|list|lista)\s+(?:of|de)\s*\{", re.IGNORECASE)

_SHOWN: Final = 2  # of the values of a list that examples give a parameter, so that these are no names of others


def from_description(found: Found) -> None:
    """Take what a description says; on a page of ours that is no more than what values mean."""
    about, facts = found.about, found.facts
    if not about.text:
        return
    if not found.page.lenient:
        _labels(found, about)
        return
    found.facts = facts = replace(facts, models=row_models(about, found.page.models))
    if not facts.choices and re.fullmatch(
        r"(?i)model(?:[_ ]?(?:id|name|version))?", found.row.path.rpartition(".")[2]
    ):
        _model_values(found)
        facts = found.facts
    if not facts.choices and facts.size is None and found.kinds not in {("boolean",), ("object",)}:
        _mine_values(found, about)
    listed = not facts.choices and bool(found.facts.choices)
    for limits in mine_limits("\n".join(about.lines)):
        _mine_limits(found, limits, about)
    if listed and _are_points(found.facts, about):
        found.facts = replace(found.facts, choices=())
    if found.array:
        _mine_items(found, about)


def _are_points(facts: Facts, about: Cell) -> bool:
    """Tell whether numbers that a text explains are only points of its range: `0-100; 0 is none, 100 is all`."""
    bounds = facts.bounds
    texts = [str(choice.value) for choice in facts.choices]
    if bounds is None and all(re.fullmatch(r"-?\d+\.\d+", text) for text in texts):
        # Numbers that travel as texts have no bounds of their own.
        bounds = next((one.bounds for one in mine_limits(about.text) if one.what == "value"), None)
    if bounds is None or bounds.minimum is None or bounds.maximum is None:
        return False
    numbers = [text for text in texts if re.fullmatch(r"-?\d+(?:\.\d+)?", text)]
    return len(numbers) == len(texts) < bounds.maximum - bounds.minimum + 1


def _labels(found: Found, about: Cell) -> None:
    """Take labelled values, all that a page of ours may say of them in a description."""
    listing = labelled_run(about)
    if not found.facts.choices and listing is not None and _fit(found, listing):
        take_values(found, listing, about)


def _mine_items(found: Found, about: Cell) -> None:
    """Find how many items an array may have, and that they are objects when the text shows one."""
    counted = COUNT.search(about.text)
    if counted is not None and found.facts.length is None:
        found.facts = replace(found.facts, length=Bounds(None, Decimal(counted[1])))
    each = _EACH.search(about.text)
    if each is not None and found.facts.bounds is None and found.facts.item in {"integer", "number"}:
        limits = read_limits(each[1])
        if limits is not None and limits.what == "value":
            found.facts = replace(found.facts, bounds=limits.bounds)
    if found.facts.item is None and _SHOWN_OBJECT.search(about.text):
        found.facts = replace(found.facts, item="object")
    told = _LIST_OF.search(about.text) if found.facts.item is None else None
    if told is not None:
        word = told[1].lower()
        kind = words.KINDS.get(word) or words.KINDS.get(word.removesuffix("s"))
        media = word in words.MEDIA or word.removesuffix("s") in words.MEDIA
        found.facts = replace(found.facts, item="string" if media and kind is None else kind)
    if found.facts.item is None and says_media(about.text) and not _STRUCTURED.search(about.text):
        found.facts = replace(found.facts, item="string")


def _mine_limits(found: Found, limits: Limits, about: Cell) -> None:
    facts = found.facts
    has_kind = limits.what != "value" or {"integer", "number"} & set(found.kinds)
    if limits.disputed and has_kind and facts.bounds is None:
        found.flag(about, "the text gives several limits")
    has_range = facts.bounds is not None or facts.size is not None
    if not has_range or limits.what != "value":
        take_limits(found, limits, about, mined=True)
    elif limits.step is not None:
        take_limits(found, Limits(step=limits.step), about, mined=True)


def _model_values(found: Found) -> None:
    """Take the values of the parameter that names a model from the page's table of models."""
    mined = mine_listing(found.about)
    default = found.default_text
    if found.about.is_code and not default and found.page.lenient:
        # The model of this table alone; one of the page's tables of models may be another request's.
        only = found.about.codes[0].strip("\"'")
        take_values(found, Listing((Value(only),)), found.about)
        found.flag(found.about, "the text is one value, and is taken for the only one", (only, "no enumeration"))
        return
    if (
        (mined is None or mined.open)
        and found.page.model_table
        and (not default or default in found.page.model_table)
    ):
        take_values(found, Listing(tuple(Value(name) for name in found.page.model_table)), found.about)
        if found.page.requests > 1 and len(found.page.model_table) > 1:
            found.flag(
                found.row.cell("name"),
                "the page lists models, and has several requests; this one may not take them all",
                (", ".join(found.page.model_table), "no enumeration"),
            )


def _mine_values(found: Found, about: Cell) -> None:
    if _WRITTEN.search(found.row.path) is not None:
        return  # what a person writes: words in code are words to use in it
    listing = _in_brackets(found, about) or mine_listing(about)
    if listing is None and _from_marked(found, about):
        return
    if listing is None:
        inside = _SEE_INSIDE.search(about.text)
        title = (inside["title"] or inside["name"]) if inside else None
        elsewhere = found.page.values_of(title, found.row) if title else None
        if elsewhere is not None and not elsewhere[1] and _fit(found, elsewhere[0]):
            take_values(found, elsewhere[0], about)
        elif elsewhere is None:
            _from_own_heading(found, about)
        return
    if listing.open and listing.default is not None and _fit(found, listing) and not found.array:
        told = typed_any(listing.default, found.scalars)
        found.facts = replace(found.facts, default=DefaultReading(told))
    if listing.open or not _fit(found, listing) or not _believable(found, listing):
        return
    if listing.integral and "number" in found.scalars:
        return
    if listing.several:
        found.flag(
            about, "the text gives several lists of values; all of them are taken", [", ".join(listing.texts)]
        )
    take_values(found, listing, about)


def _in_brackets(found: Found, about: Cell) -> Listing | None:
    """Find words in brackets, the only ones of a short text, of a parameter whose name is of a choice."""
    match = IN_BRACKETS.fullmatch(about.text) if not about.codes else None
    if match is None or not _CHOICE.search(found.row.path):
        return None
    parts = re.split(r"\s?[,/|、，]\s?(?:or\s)?", match["words"])
    return Listing(tuple(Value(part) for part in parts)) if len(set(parts)) == len(parts) else None


def _from_own_heading(found: Found, about: Cell) -> None:
    """Take the list that stands under a heading with the parameter's own name; a guess, so it is flagged."""
    if found.facts.bounds is not None or OPEN.search(about.text) or "model" in found.row.path.lower():
        return
    listing = found.page.values_named(found.row.path.removesuffix("[]").rpartition(".")[2], found.row.where.line)
    if listing is None or not _fit(found, listing):
        return
    default = found.default_text
    if not default or default in listing.texts:
        take_values(found, listing, about)
        if found.page.is_titled(found.row.path.removesuffix("[]").rpartition(".")[2]):
            return
        found.flag(
            found.row.cell("name"),
            "the values are taken from a list under a heading of this name",
            (", ".join(listing.texts), "no enumeration"),
        )


def _are_models(found: Found, listing: Listing) -> bool:
    """Tell whether values are the page's models, where the parameter names none: what is said of each is in words."""
    name = found.row.path.rpartition(".")[2].lower()
    if re.search(r"model|engine|version", name) is not None:
        return False
    return all(_ANY_OF.search(text) or text in found.page.models for text in listing.texts)


def _from_marked(found: Found, about: Cell) -> bool:
    """Part values that run together behind a phrase like `Options:`."""
    default = found.default_text
    for token in marked_tokens(about) if {"string", "integer", "number"} & set(found.scalars) else ():
        parting = glued.part(token, default or None, found.page.words)
        if parting is not None and parting.sources:
            take_values(found, Listing(tuple(Value(text) for text in parting.readings[0])), about)
            found.facts = replace(found.facts, sources=parting.sources)
            return True
        if parting is not None:
            found.flag(
                about,
                "values run together, and can be parted in several ways",
                [", ".join(reading) for reading in parting.readings],
            )
            return True
    return False


def _fit(found: Found, listing: Listing) -> bool:
    """Tell whether every value is one of the parameter's kinds, and none is markup or a way to send a file."""
    explained = listing.strength and all(value.label for value in listing.values)
    media = not explained and all(text.lower() in words.MEDIA for text in listing.texts)
    if media or any("<" in text for text in listing.texts):
        return False
    return all(not isinstance(typed_any(text, found.scalars), Absent) for text in listing.texts) and bool(
        found.scalars
    )


def _of_condition(text: str, listing: Listing) -> bool:
    """Tell whether values are those of another parameter in a condition: `when type is "image"/"video"`."""
    at = text.find(listing.texts[0]) if listing.texts else -1
    return at > 0 and _WHEN.search(text[max(0, at - 60) : at]) is not None


def _believable(found: Found, listing: Listing) -> bool:
    """Tell whether values in running text are an enumeration: with the default, and without other parameters."""
    default = found.default_text
    listed = re.search(r"\benum", found.row.cell("type").text, re.IGNORECASE) is not None
    others = [text for text in listing.texts if text in found.page.parameters]
    # "Values: ..." may have one that is also the name of a parameter.
    said = listing.strength == 2 and _VALUES.search(found.about.text) is not None
    said = said or (is_barred(found.about.text) and len(others) < len(listing.texts))
    shown = found.page.examples.values.get(found.row.path.removesuffix("[]").rpartition(".")[2], frozenset())
    named = bool(others) and not said and len(shown.intersection(listing.texts)) < _SHOWN
    if named and not listed and not listing.announced and default not in listing.texts and listing.default is None:
        return False
    if _are_models(found, listing):
        return False
    if _of_condition(found.about.text, listing):
        return False
    # "Required when `task` is `a` or `b`" lists values of the other parameter.
    if listing.texts in {condition.values for condition in find_conditions(found.about)}:
        return False
    if listing.strength == 2:
        return True
    if not default:
        told = mine_default(found.about, found.kinds, ())
        default = str(told) if isinstance(told, str | int | float) else ""
    if default:
        return default in listing.texts
    if "string" not in found.scalars:
        sent = {text for text in shown if not isinstance(typed_any(text, found.scalars), Absent)}
        return len(listing.values) > _PAIR and bool(sent) and sent.issubset(listing.texts)
    return listing.strength == 1 or listed or not shown.isdisjoint(listing.texts)
