"""Entries as the tables of a provider page, in the one spelling that such a page prefers.

What this writes, the reader of pages reads back unchanged. Where the documentation left something open that a page
has to say, the cell holds TODO, which no page may: so a draft cannot be used before a person has looked.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json
from teststrip.provider.front import TODO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from teststrip.provider.model import Bounds, Choice, Condition, Kind
    from teststrip.provider.reading.entries import Entry

HEADER: Final = "| Parameter | Type | Required | Default | Range | Description |\n|---|---|---|---|---|---|"
_NAMES: Final = {"number": "float"}
_PLAIN: Final = re.compile(r"[^\s`|,;=()\[\]\"'“”‘’][^`|,;=()\[\]\"'“”‘’]*")


@dataclass(slots=True)
class Tables:
    """The sections of a page being written, and the tables of values that its cells refer to."""

    sections: list[tuple[tuple[str, tuple[str, ...], str], list[str]]] = field(default_factory=list)
    values: dict[str, tuple[Choice, ...]] = field(default_factory=dict)


def write_tables(entries: Sequence[Entry]) -> str:
    """Return the Markdown of every parameter, by section, and of the values that have labels."""
    tables = Tables()
    for entry in entries:
        key = (entry.row.section.title or "Parameters", entry.models, _when(entry.applies_when))
        if not tables.sections or tables.sections[-1][0] != key:  # the documentation's own order is kept
            tables.sections.append((key, []))
        tables.sections[-1][1].extend(_rows(entry, tables))
    parts = [f"## {_heading(*key)}\n\n{HEADER}\n" + "\n".join(rows) + "\n" for key, rows in tables.sections]
    parts += [_values(title, choices) for title, choices in tables.values.items()]
    return "\n".join(parts)


def _heading(title: str, models: Sequence[str], when: str) -> str:
    limits = [f"`{model}`" for model in models] + ([f"when {when}"] if when else [])
    plain = re.sub(r"[`|]", "", title).strip() or "Parameters"
    return f"{plain} ({', '.join(limits)})" if limits else plain


def _values(title: str, choices: Sequence[Choice]) -> str:
    rows = "\n".join(f"| {code(_text(choice.value))} | {text(choice.label)} |" for choice in choices)
    return f"## {title}\n\n| Value | Description |\n|---|---|\n{rows}\n"


def _rows(entry: Entry, tables: Tables) -> Iterator[str]:
    cells = (
        code(entry.path),
        _type(entry),
        _required(entry),
        _default(entry),
        _range(entry, tables),
        text(entry.row.cell("description").text) or "-",
    )
    yield f"| {' | '.join(cells)} |"
    for child in entry.children:
        yield from _rows(child, tables)


def _type(entry: Entry) -> str:
    kind = entry.kind
    if entry.untyped or kind.kind is None:
        return TODO
    names = [_name(one) for one in (kind.kind, *kind.or_kinds)]
    if kind.kind == "array":
        item = "object" if entry.children else entry.facts.item or kind.item
        names[0] = f"array({_name(item)})" if item else "array"
    elif kind.kind == "string" and entry.facts.media and not kind.or_kinds:
        names[0] = "string (Base64 or URL)"
    nullable = kind.nullable or entry.facts.default.value is None
    return " or ".join([*names, *(["null"] if nullable else [])])


def _name(kind: Kind) -> str:
    return _NAMES.get(kind, kind)


def _required(entry: Entry) -> str:
    if entry.required_when is not None:
        return f"yes (when {_when(entry.required_when)})"
    return "yes" if entry.required else "no"


def _when(condition: Condition | None) -> str:
    if condition is None:
        return ""
    if not condition.values:
        return f"`{condition.parameter}` is {'given' if condition.given else 'not given'}"
    return f"`{condition.parameter}` is {' or '.join(code(_text(value)) for value in condition.values)}"


def _default(entry: Entry) -> str:
    default = entry.facts.default
    if default.random:
        return "random"
    if isinstance(default.value, Absent):
        return "-"
    if default.value is None:
        return code("null")
    if isinstance(default.value, str):
        return code(_quoted(default.value))
    return code(json.dumps(default.value, ensure_ascii=False))


def _quoted(value: str) -> str:
    """Put quotes round a text that would be something else without."""
    same = (
        value
        and value == value.strip()
        and value[0] not in "\"'“‘`"
        and value.lower() not in {"null", "nil", "none"}
    )
    return value if same else f'"{value}"'


def _range(entry: Entry, tables: Tables) -> str:
    facts = entry.facts
    parts: list[str] = []
    if facts.choices:
        parts.append(_choices(entry, facts.choices, tables))
    if facts.size is not None:
        least, most = (
            facts.size.separator.join(map(str, sides)) for sides in (facts.size.minimum, facts.size.maximum)
        )
        parts.append(f"{least} - {most}".replace("*", r"\*"))
    if facts.bounds is not None and not facts.choices:
        parts.append(_span(facts.bounds))
    if facts.step is not None:
        parts.append(f"multiple of {_number(facts.step)}")
    if facts.length is not None:
        parts.append(f"{_span(facts.length)} {'items' if entry.kind.kind == 'array' else 'characters'}")
    if facts.item_length is not None:
        parts.append(f"{_span(facts.item_length)} characters")
    return "; ".join(parts) or "-"


def _choices(entry: Entry, choices: Sequence[Choice], tables: Tables) -> str:
    """Write the values in the cell, or in a table of their own when they have labels or would not be read back."""
    texts = [_text(choice.value) for choice in choices]
    if (
        not any(choice.label for choice in choices)
        and len(choices) > 1
        and all(_PLAIN.fullmatch(one) for one in texts)
    ):
        return ", ".join(code(one) for one in texts)
    title = f"Values of {entry.path.replace('[]', '').replace('.', ' ')}"
    tables.values[title] = tuple(choices)
    anchor = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"see [{title}](#{anchor})"


def _span(bounds: Bounds) -> str:
    least, most = (None if end is None else _number(end) for end in (bounds.minimum, bounds.maximum))
    if least is not None and most is not None:
        if bounds.exclusive_minimum or bounds.exclusive_maximum:
            opening, closing = "[("[bounds.exclusive_minimum], "])"[bounds.exclusive_maximum]
            return f"{opening}{least}, {most}{closing}"
        return f"{least} - {most}"
    if least is not None:
        return f"{'>' if bounds.exclusive_minimum else '>='} {least}"
    return f"{'<' if bounds.exclusive_maximum else '<='} {most}"


def _number(value: Decimal) -> str:
    return f"{value:f}"


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def code(value: str) -> str:
    """Return a code span; one with backticks gets longer ones, and a pipe is escaped, for a table parts cells."""
    plain = " ".join(value.split("\n"))
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    ticks = "`" * (longest + 1)
    pad = (
        " " if plain[:1] == "`" or plain[-1:] == "`" or (plain[:1] == plain[-1:] == " " and plain.strip()) else ""
    )
    return f"{ticks}{pad}{plain}{pad}{ticks}".replace("|", r"\|")


def text(value: str) -> str:
    """Return running text as it is shown, its signs that Markdown would take for markup escaped."""
    return re.sub(r"([\\`*_\[\]<>|~$&{}])", r"\\\1", " ".join(value.split()))
