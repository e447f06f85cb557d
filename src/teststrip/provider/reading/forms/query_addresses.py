"""The addresses of a page, with what stands behind their question marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Group, Heading, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from teststrip.provider.reading.document import Block, Document
    from teststrip.provider.reading.inline import Cell

_ADDRESS: Final = Pattern(
    r"(?P<before>!?\[[^\[\]\n]{0,200}\]\(|src=[\"']|<|`|[\s(]|^)https?://(?P<host>[^\s/?#\"'<>()`]{1,120})[^\s?\"'<>()`]{0,300}\?(?P<query>[^\s\"'<>()`]{1,400})"
)
_KEY: Final = Pattern(r"(?:^|&(?:amp;)?)(?P<name>[A-Za-z_][\w.-]{0,60}(?:\[\])?)=(?P<value>[^&]{0,200})")
_MOST: Final = 200_000  # characters of a page that are looked at


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of an address; `cell` is the text that has it as a link or code, None where it is a picture's."""

    host: str
    name: str
    value: str
    cell: Cell | None


def addresses_in(document: Document) -> Iterator[Shown]:
    """Give the parts of a page's addresses, in order."""
    left = _MOST
    for block in document.blocks:
        cell = block.cell if isinstance(block, Text | Heading) else None
        for raw in _raws(block):
            for match in _ADDRESS.finditer(raw[: max(0, left)]):
                picture = match["before"].startswith(("![", "src"))
                for key in _KEY.finditer(match["query"]):
                    yield Shown(match["host"], key["name"], key["value"], None if picture else cell)
            left -= len(raw)


def _raws(block: Block) -> list[str]:
    if isinstance(block, Text | Heading):
        return [block.cell.raw]
    return [cell.raw for row in block.rows for cell in row.cells] if isinstance(block, Group) else [block.text]
