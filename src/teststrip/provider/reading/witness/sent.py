"""What the examples send, held against the rows: names without a row, rows at another place, values of another kind."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent
from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.nesting import WRAPPED
from teststrip.provider.reading.settle import within
from teststrip.provider.reading.witness.bodies import Bodies, Body

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.document import Group
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.shown import Shown

_NO_VALUE: Final = Pattern(r"[<>{}$]|\.\.\.|…|\bYOUR\b|^$|^(?:string|text|url|base64)$|\byour[_-]", re.IGNORECASE)
_OF_TOOL: Final = Pattern(r"function\.parameters\.|input_schema\.|json_schema\.schema\.")  # a schema that is sent
_MANY: Final = 3  # names with rows that make an object a body, whatever is said of it
_OF_MODEL: Final = Pattern(r"model", re.IGNORECASE)  # examples call models by other names as well
_ACCEPTED: Final[dict[str, frozenset[str]]] = {
    "string": frozenset({"string", "file"}),
    "integer": frozenset({"integer", "number"}),
    "number": frozenset({"number"}),
    "boolean": frozenset({"boolean"}),
    "object": frozenset({"object", "file"}),
    "array": frozenset({"array", "file"}),
}


def _no_value(text: str) -> bool:
    """Tell whether a text stands for a value: `<your key>`, `...`, `int`, `string | null?`."""
    if _NO_VALUE.search(text) is not None or text.lower() in words.KINDS:
        return True
    kinds = [part.strip(" ?").lower() for part in text.split("|")]
    return ("?" in text or len(kinds) > 1) and all(one in words.KINDS or one in words.NULLS for one in kinds)


def bare(path: str) -> str:
    """Return a path without brackets: `messages.role` of `messages[].role`."""
    return path.replace("[]", "")


def _is_whole(body: Body) -> bool:
    """Tell whether an object is surely a request's whole body, and no arguments of a library."""
    names = len(body.sample.shown.names)
    if body.held:
        return True
    if body.sample.sure:
        return body.known * 2 >= names or body.known > 1
    if body.sample.shown.form == "call":
        return False
    return body.sample.said == "sent" or (body.known >= _MANY and body.known * 3 >= names * 2)


def flag_unread(file: str, entries: Sequence[Entry], bodies: Bodies, flags: Flags) -> None:
    """Flag names that an example sends and no row of the page has."""
    by_path: dict[str, Entry] = {}
    lasts: set[str] = set()
    for entry in walk(entries):
        by_path.setdefault(bare(entry.path), entry)
        lasts.add(entry.name.removesuffix("[]"))
    told: set[str] = set()
    # Where no example has a name of the rows, those that are surely sent have the names that were missed.
    none = not bodies.bodies
    alone = [
        Body(one, 0)
        for one in bodies.strange
        if one.noted or (none and (one.sure or not by_path or _is_sent(one.shown.names, by_path, bodies)))
    ]
    before = {(flag.where.line, flag.path) for flag in flags.flags}
    for body in (*(body for body in bodies.bodies if _is_whole(body)), *alone):
        for path, value in body.walk():
            parent, _, name = path.rpartition(".")
            held = not parent or parent in by_path or (parent in told and parent != "headers")
            if path in by_path or name in lasts or path in told or not held or _OF_TOOL.search(path):
                continue
            told.add(path)
            if (value.line, path) in before:
                continue
            flags.add(
                Where(file, value.line, 1),
                path,
                name,
                "an example sends it, and no row describes it",
                ("a parameter", "not of this request"),
            )


def _is_sent(names: Sequence[str], rows: Collection[str], bodies: Bodies) -> bool:
    """Tell whether an object whose names have no rows is rather sent than answered."""
    # An answer may have some of a request's names again.
    return (
        len(names) >= _MANY
        and not any(name in rows for name in names)
        and sum(name in bodies.answered for name in names) * 2 < len(names)
    )


def flag_misplaced(groups: Sequence[Group], entries: Sequence[Entry], bodies: Bodies, flags: Flags) -> None:
    """Flag rows whose name the examples send only at another place than the row is read at.

    Where all that is sent of a table stands in the same object, this is one doubt: whether the table is of its members.
    """
    paths: dict[str, set[str]] = defaultdict(set)
    sent: set[int] = set()  # groups of which a row is sent where it is read
    for entry in walk(entries):
        paths[entry.name.removesuffix("[]")].add(bare(entry.path))
        sent |= {entry.row.group} if bare(entry.path) in bodies.seen and not entry.implied else set()
    found: dict[int, list[tuple[Entry, list[str]]]] = defaultdict(list)
    for entry in walk(entries):
        path, name = bare(entry.path), entry.name.removesuffix("[]")
        if entry.implied or path in bodies.seen:
            continue
        above = [
            parent for parent in bodies.above.get(name, ()) if f"{parent}.{name}".lstrip(".") not in paths[name]
        ]
        if above:
            found[entry.row.group].append((entry, above))
    for index, rows in found.items():
        holders = {_holder(entry, parent) for entry, above in rows for parent in above}
        joined = len(rows) >= _MANY and len(holders) == 1 and "" not in holders and index not in sent
        for entry, above in rows:
            places = [f"{parent}.{entry.name.removesuffix('[]')}".lstrip(".") for parent in above]
            if joined:
                problem = WRAPPED.format(*holders)
                flags.join(groups[index].where, problem, entry.path, entry.row.where.line, places[0])
                continue
            problem = f'the examples send it as "{places[0]}"'
            flags.add(entry.row.where, entry.path, entry.row.cell("name").text, problem, (entry.path, *places[:3]))


def _holder(entry: Entry, parent: str) -> str:
    """Return the object in which an example sends a row as it was read; "" where it is sent in another way."""
    above = bare(entry.path).rpartition(".")[0]
    if not above:
        return parent
    return parent[: -len(above) - 1] if parent.endswith(f".{above}") else ""


def flag_contradicted(entries: Sequence[Entry], bodies: Bodies, flags: Flags) -> None:
    """Flag rows of which an example sends a value that is not allowed by what was read."""
    several: dict[str, list[Entry]] = defaultdict(list)
    for entry in walk(entries):
        several[bare(entry.path)].append(entry)
    for path, found in several.items():
        for value, sample in bodies.seen.get(path, ()):
            problems = [next(_problems(entry, value, generated=sample.generated), "") for entry in found]
            if all(problems):
                entry, problem = found[-1], problems[-1]
                flags.add(entry.row.where, entry.path, value.text, problem, ())
                break


def _problems(entry: Entry, value: Shown, *, generated: bool) -> Iterator[str]:
    kinds = {kind for kind in (entry.kind.kind, *entry.kind.or_kinds) if kind is not None}
    form: str = value.form
    if not kinds or entry.implied or (form == "object" and not value.members):
        return
    if form == "string" and kinds & {"integer", "number", "boolean"}:
        form = "field"  # numbers are often sent as text; whether they may be, an example can not decide
    if form not in _ACCEPTED:
        if form == "field" and "array" not in kinds:
            yield from _scalar(entry, value.text, tuple(kinds - {"object"}), generated=generated)
    elif form == "string" and _no_value(value.text):
        return
    elif not _ACCEPTED[form] & kinds:
        if form != "number" or not re.fullmatch(r"-?\d+\.0*", value.text):
            article = "an" if form[0] in "aio" else "a"
            yield f"an example sends {article} {form}, and the type is {' or '.join(sorted(kinds))}"
    elif form == "array":
        yield from _items(entry, value, generated=generated)
    elif form != "object":
        yield from _scalar(entry, value.text, tuple(kinds), generated=generated)


def _items(entry: Entry, value: Shown, *, generated: bool) -> Iterator[str]:
    item = entry.facts.item or entry.kind.item
    for one in value.items if item is not None else ():
        nothing = (one.form == "string" and _no_value(one.text)) or (one.form == "object" and not one.members)
        if nothing or one.form not in _ACCEPTED:
            continue
        if item not in _ACCEPTED[one.form]:
            yield f"an example sends items of the kind {one.form}, and {item} is read"
            return
        yield from _scalar(entry, one.text, (item,), generated=generated)


def _scalar(entry: Entry, text: str, kinds: Sequence[Kind], *, generated: bool) -> Iterator[str]:
    if generated or _no_value(text) or not kinds:
        return
    value = typed_any(text, kinds)
    if isinstance(value, Absent):
        yield f'an example sends "{text[:60]}", which is no {" or ".join(kinds)}'
        return
    values = [choice.value for choice in entry.facts.choices]
    same = {str(one).lower() for one in values}
    if (
        values
        and not {one.strip() for one in str(value).lower().split("|")} <= same
        and not _OF_MODEL.search(entry.name)
    ):
        yield f'an example sends "{text[:60]}", which is none of the values'
    bounds = entry.facts.bounds
    if bounds is not None and isinstance(value, int | float | Decimal) and not within(value, bounds):
        yield f"an example sends {text}, which is outside the range"
