"""Requests that a page announces and of which nothing was read, though something of theirs stands below them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.where import Where
from teststrip.provider.reading.document import Block, Code, Group, Heading, Text
from teststrip.provider.reading.entries import Entry, walk
from teststrip.provider.reading.operations import Operation, told_in
from teststrip.provider.reading.witness.samples import samples_in, told_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.shown import Shown
    from teststrip.provider.reading.witness.known import Known
    from teststrip.provider.reading.witness.samples import ToldCode

_PLAIN: Final = frozenset({"response", "errors", "headers", "path", "prices", "models", "sizes"})
_FEWEST: Final = 2  # names in a list that may be parameters


@dataclass(slots=True)
class _Part:
    """The part of a page that is about one request: where it is announced, and what stands below."""

    where: Where
    operation: Operation
    blocks: list[Block] = field(default_factory=list)
    end: int = 0


def flag_requests(
    document: Document, entries: Sequence[Entry], roles: Sequence[tuple[Group, Role]], known: Known, flags: Flags
) -> None:
    """Flag requests that write and of which nothing was read, or the names that an example of theirs shows."""
    by_group = {id(group): role for group, role in roles}
    codes = {id(told.code): told for told in told_codes(document.blocks)}
    lines = sorted({entry.row.where.line for entry in walk(entries)} | {flag.where.line for flag in flags.flags})
    for part in list(_parts(document)):
        inside = any(part.where.line <= line < part.end for line in lines)
        if inside or part.operation.method not in {"POST", "PUT", "PATCH"}:
            continue
        shown = list(_shown(part, codes))
        if any(name.removesuffix("[]") in known.rows for one in shown for name in one.names):
            continue  # another example of a request that has rows
        for one in shown:
            for name, value in one.members:
                problem = "it is shown below a request of which nothing was read"
                where = Where(document.file, value.line, 1)
                flags.add(where, name, name, problem, ("a parameter", "not of this request"))
        if not shown and _lists(part, by_group, known):
            address = "/" + "/".join(part.operation.path)
            problem = "nothing was read of this request, though a list or a table stands below it"
            flags.add(part.where, "", f"{part.operation.method} {address}", problem, ("parameters", "none"))


def _parts(document: Document) -> Iterator[_Part]:
    """Give the parts of a page that begin with an operation, up to the next one or to the end of the section."""
    part: _Part | None = None
    level = 0
    line = 0
    for block in document.blocks:
        where = block.cell.where if isinstance(block, Heading | Text) else block.where
        line = max(line, where.line)
        told = (
            told_in(block.cell.text, heading=isinstance(block, Heading))
            if isinstance(block, Heading | Text)
            else ()
        )
        closes = isinstance(block, Heading) and block.level <= level
        if part is not None and (told or closes):
            part.end = where.line
            yield part
            part = None
        if isinstance(block, Heading) and (told or part is None):
            level = block.level
        if told:
            part = _Part(where, told[0])
        elif part is not None:
            part.blocks.append(block)
    if part is not None:
        part.end = line + 1
        yield part


def _shown(part: _Part, codes: Mapping[int, ToldCode]) -> Iterator[Shown]:
    """Give the objects with names that the code of a part surely sends, or says that it does."""
    for block in part.blocks:
        told = codes.get(id(block))
        if told is None or not isinstance(block, Code) or block.declares or told.said == "answered":
            continue
        for chain in samples_in(block.text, block.where.line + block.offset, told.said):
            sure = next((one for one in chain if one.sure), None)
            if sure is not None:
                yield sure.shown
            elif told.asks and chain[0].shown.form == "object":
                yield chain[0].shown


def _lists(part: _Part, roles: Mapping[int, Role], known: Known) -> bool:
    """Tell whether a part has a table that may be parameters, or a list of names."""
    tables = [
        block
        for block in part.blocks
        if isinstance(block, Group) and block.form == "table" and roles.get(id(block)) not in _PLAIN
        if any(row.cells and known.is_new(row.cells[0].text.strip("`* ")) for row in block.rows)
    ]
    named = [
        block.cell.codes[0]
        for block in part.blocks
        if isinstance(block, Text) and block.is_item and block.cell.codes
        if block.cell.text.startswith(block.cell.codes[0])
    ]
    new = [name for name in named if known.is_new(name) and name not in known.answered]
    return bool(tables) or len(new) >= _FEWEST
