"""The blocks of a page that describe its request, as groups of rows like any other: one for each body or operation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.blocks.around import BUTTON, Around, FoundBody
from teststrip.provider.reading.blocks.data import MAY_BE_DATA, is_data, read_data
from teststrip.provider.reading.blocks.finder import Finder
from teststrip.provider.reading.blocks.languages import (
    is_commented,
    is_proto,
    is_python,
    is_typed,
    is_zod,
    read_commented,
    read_proto,
    read_python_block,
    read_typescript,
    read_zod,
)
from teststrip.provider.reading.blocks.tree import MOST_TEXT
from teststrip.provider.reading.document import Code, Document, Group, Heading, Text
from teststrip.provider.reading.forms.listed import FIELD_COLUMNS, header_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.reading.document import Block
    from teststrip.provider.reading.flags import Flags

_ENDINGS: Final = {"yaml": "yaml", "yml": "yaml", "json": "json", "ts": "ts", "py": "python", "proto": "proto"}
_WHOLE: Final = Pattern(
    r"\s{0,80}(?:---[^\n]*\n)?(?:[ \t]*(?:#[^\n]*)?\n){0,60}[\"']?(?:openapi|swagger)[\"']?[ \t]*:[ \t]*[\"']?\d"
    r"|\s{0,80}\{\s{0,80}\"(?:openapi|swagger|\$schema|paths|info|components|definitions|type|properties|title)\"[ \t]*:"
)
_FORMS: Final = (
    (is_data, read_data),
    (is_proto, read_proto),
    (is_zod, read_zod),
    (is_typed, read_typescript),
    (is_python, read_python_block),
    (is_commented, read_commented),
)


def whole_block(body: str, file: str, first_line: int) -> Document | None:
    """Return a file that is nothing but one block, OpenAPI's own file say, as a page of that block; None for a page."""
    ending = file.rpartition(".")[2].lower() if "." in file else ""
    language = _ENDINGS.get(ending, "")
    if not language and not _WHOLE.match(body):
        return None
    code = Code(language or ("json" if body.lstrip()[:1] == "{" else "yaml"), body, Where(file, first_line, 1), 0)
    return Document(file, (code,))


def with_blocks(document: Document, flags: Flags) -> Document:
    """Add the groups of a page's blocks behind all others; what only declares is then no longer an example."""
    finder = Finder(document.file, flags)
    kept: list[Block] = []
    groups: list[Block] = []
    around = Around()
    bodies: list[FoundBody] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            around = Around(block.below(around.headings))
        elif isinstance(block, Text) and not BUTTON.fullmatch(block.cell.text):
            around = around.below(block.cell.text)
        found = _read(finder, block, around) if isinstance(block, Code) else []
        kept.append(replace(block, declares=found[0].declares) if isinstance(block, Code) and found else block)
        bodies += found
        if isinstance(block, Code):
            around = around.behind()
    named = any(one.named for one in bodies)
    for one in bodies:
        groups += _group(one) if one.named or not named else ()
    return replace(document, blocks=(*kept, *groups)) if groups else document


def _group(found: FoundBody) -> Iterator[Block]:
    if not found.rows:
        return
    header = header_at(found.where, FIELD_COLUMNS)
    if found.sure:
        yield from found.headings
        yield from (Text(cell, found.headings) for cell in found.told)
    yield Group(
        "schema", header, tuple(found.rows), found.headings, (), found.where, role=found.role, sure=found.sure
    )


def _read(finder: Finder, code: Code, around: Around) -> list[FoundBody]:
    """Return the bodies that a block describes; none when it describes none."""
    if len(code.text) > MOST_TEXT:
        if MAY_BE_DATA.search(code.text[:2_000]):
            finder.flags.add(code.where, "", "", f"a block of more than {MOST_TEXT} characters, which is not read")
        return []
    language = code.language.split(" ")[0].strip("{}.").lower()
    for looks, form in _FORMS:
        if looks(language, code.text):
            finder.blocks -= 1
            if finder.blocks < 0:
                return []
            found = form(finder, code, around)
            if found:
                return found
    return []
