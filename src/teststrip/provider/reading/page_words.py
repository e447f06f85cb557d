"""What the rest of a page has for one row: tables and lists of values, words that stand elsewhere, its parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells import glued
from teststrip.provider.reading.cells.listing_text import mine_listing
from teststrip.provider.reading.cells.listings import Listing, Value, read_listing
from teststrip.provider.reading.document import Group, Text
from teststrip.provider.reading.examples import Examples
from teststrip.provider.reading.sections import model_like
from teststrip.provider.reading.value_lists import (
    ITEM,
    OF_MODELS,
    key_of_title,
    listed_in,
    lists_of,
    model_names,
    singular,
)
from teststrip.provider.reading.values_titles import values_of_what

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.rows import Parsed

Answer = tuple[Listing, tuple[str, ...]]
_MOST_TABLES: Final = 500  # titles that are gone through for one that nearly fits
_BELOW: Final = Pattern(
    r"below|following|下(?:方|文|表|面|述)|以下|next (?:table|section)|the table", re.IGNORECASE
)
_MODEL: Final = Pattern(r"model(?:[_ ]?(?:id|name|version))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageWords:
    """`words` are those that stand elsewhere, each with where; `parameters` the names of all rows."""

    words: Mapping[str, str]
    parameters: frozenset[str]
    tables: Mapping[str, Group]
    lists: Mapping[str, tuple[tuple[int, tuple[Value, ...]], ...]]
    below: Mapping[int, tuple[Text | Group, ...]]
    models: frozenset[str] = frozenset()
    model_table: tuple[str, ...] = ()
    examples: Examples = field(default_factory=Examples)
    lenient: bool = True
    coded_defaults: frozenset[int] = frozenset()  # groups whose defaults are code spans, so that words are words
    # Tables of values, by the parameter that they say they are of.
    titled: Mapping[str, Group] = field(default_factory=dict)
    requests: int = 1  # that have a parameter which names a model

    def values_of(self, title: str, row: Parsed) -> Answer | None:
        """Find the values that a cell refers to by a title, or by "below"; with labels that could not be parted."""
        if _BELOW.search(title):
            found = self._below(row)
            if found is not None:
                return found
        key = key_of_title(title)
        for wanted in chain((key, singular(key)), self._near(key)):
            table = self.tables.get(wanted)
            if table is not None and table.rows and _may_name(table, row):
                return listed_in(table), ()
            if wanted in self.lists:
                # The nearest one below, where several requests each have a list of that name.
                line, lists = row.where.line, self.lists[wanted]
                return Listing(next((values for at, values in lists if at > line), lists[-1][1])), ()
        return None

    def values_named(self, name: str, line: int) -> Listing | None:
        """Find a table or list under a heading that is a parameter's own name: "Voice options" for `voice`."""
        if name in self.titled and len(self.titled[name].rows) > 1:
            return listed_in(self.titled[name])
        key = key_of_title(re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name))
        for wanted in (
            dict.fromkeys((key_of_title(name), key, f"{key}s", singular(key), f"{key} types"))
            if len(key) > 2
            else ()
        ):
            table = self.tables.get(wanted)
            if table is not None and len(table.rows) > 1 and key_of_title(table.title) == wanted:
                return listed_in(table)
            if wanted in self.lists:
                lists = self.lists[wanted]
                return Listing(next((values for at, values in lists if at > line), lists[-1][1]))
        return None

    def is_titled(self, name: str) -> bool:
        """Tell whether a heading has a parameter's name as it is written: `video_size` values."""
        if name in self.titled:
            return True
        return "_" in name and (key_of_title(name) in self.tables or key_of_title(name) in self.lists)

    def _near(self, key: str) -> Iterator[str]:
        """Give longer and shorter titles that mean the same: `sampling methods` for `methods`."""
        for known in islice(chain(self.tables, self.lists), _MOST_TABLES if len(key) >= 4 else 0):
            if len(known) >= 4 and (known.endswith(key) or key.endswith(known) or known.startswith(key)):
                yield known

    def _below(self, row: Parsed) -> Answer | None:
        """Take the first thing below the row's table that is values: a table, items, or text that ran together."""
        items: list[Value] = []
        for block in self.below.get(row.group, ()):
            if isinstance(block, Group):
                return (
                    (Listing(tuple(items)), ())
                    if len(items) > 1
                    else (listed_in(block), ())
                    if any(block is table for table in islice(self.tables.values(), _MOST_TABLES))
                    and _about(block, row)
                    else None
                )
            if block.is_item:
                match = ITEM.fullmatch(block.cell.text)
                if match is not None:
                    items.append(Value(match["value"], match["label"] or match["paren"] or ""))
                continue
            if len(items) > 1:
                break
            parted = glued.part_labelled(block.cell.text, self.words)
            if parted is not None:
                return Listing(_cut(parted[0])), parted[1]
            mined = mine_listing(block.cell)
            if mined is not None and mined.strength == 2:
                return mined, ()
        return (Listing(tuple(items)), ()) if len(items) > 1 else None


def _may_name(table: Group, row: Parsed) -> bool:
    """Tell whether the first column of a table can have a row's values: one of models has those of `model` alone."""
    name = row.path.rpartition(".")[2].lower()
    return (
        not OF_MODELS.match(table.header[0].text) or re.search(r"model|engine|version|name|id$", name) is not None
    )


def _about(table: Group, row: Parsed) -> bool:
    """Tell whether a table of values is about a row, by its first header or its title."""
    name = singular(key_of_title(row.path.rpartition(".")[2].replace("_", " ")))
    return any(
        singular(key_of_title(text)) in name or name in key_of_title(text)
        for text in (table.header[0].text, table.title)
        if key_of_title(text)
    )


def _cut(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """End the last label where it ends: what a scraper glued behind a closing bracket is something else."""
    last = values[-1]
    closed = re.match(r"(.*?[)\]）])(?=\S)", last.label)
    return (*values[:-1], Value(last.text, closed[1])) if closed else values


def gather_words(
    document: Document,
    options: Sequence[Group],
    rows: Sequence[Parsed],
    groups: Sequence[Group],
    examples: Examples,
    *,
    lenient: bool,
) -> PageWords:
    """Look through a page once. `options` are its tables of values, `groups` its parameter groups by `Parsed.group`."""
    words: dict[str, str] = {}
    for row in rows:
        default = row.cell("default")
        _note(words, default.text, "a default of the page")
        for condition in (*row.required.conditions, *row.section.conditions):
            for value in condition.values:
                _note(words, value, "a condition of the page")
    tables: dict[str, Group] = {}
    for group in options:
        first = singular(key_of_title(group.header[0].text)) if group.header else ""
        for key in (key_of_title(group.title), singular(key_of_title(group.title)), first):
            if key and key not in {"value", "name", "description", "option"}:
                tables.setdefault(key, group)
        for listed_value in listed_in(group).values:
            _note(words, listed_value.text, "a table of the page")
    for text in document.texts:
        for word in (*text.cell.codes, *model_like(text.cell.text)):
            _note(words, word, "the text of the page")
    below = document.below(groups)
    names = frozenset(name for row in rows for name in (row.path, row.path.rpartition(".")[2]))
    listed = model_names(options)
    models = frozenset(listed) | _model_values(rows)
    coded = frozenset(row.group for row in rows if row.cell("default").is_code)
    titled = {what.removesuffix("[]"): group for group in reversed(options) if (what := values_of_what(group))}
    requests = len({row.group for row in rows if _MODEL.fullmatch(row.path)})
    return PageWords(
        words, names, tables, lists_of(document), below, models, listed, examples, lenient, coded, titled, requests
    )


def _model_values(rows: Sequence[Parsed]) -> frozenset[str]:
    """Return the values in the rows of parameters that name a model."""
    named = [
        row for row in rows if re.fullmatch(r"(?i)model(?:[_ ]?(?:id|name|version))?", row.path.rpartition(".")[2])
    ]
    values = {code for row in named for cell in row.cells.values() for code in cell.codes}
    listings = (read_listing(row.cell("range")) for row in named)
    values |= {text for listing in listings if listing is not None for text in listing.texts}
    names = {value for value in values if re.search(r"[-./\d]", value)}
    families = {re.split(r"[-./\d]", name)[0] for name in names} - {""}
    spoken = {
        code for row in rows for code in row.cell("description").codes if re.split(r"[-./\d]", code)[0] in families
    }
    return frozenset(names | {code for code in spoken if re.search(r"[-./]\w*\d", code)})


def _note(words: dict[str, str], text: str, where: str) -> None:
    text = text.strip("\"'` ")
    if 1 < len(text) <= 40 and " " not in text and text.lower() not in {"yes", "no", "null", "none", "random"}:
        words.setdefault(text, where)
