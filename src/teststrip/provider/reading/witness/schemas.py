"""Names that a page declares in a language of its own: OpenAPI and JSON Schema, interfaces, classes of data.

None of these is read as rows; what they declare and no row has is flagged, so that nothing is missing in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.document import Code
from teststrip.provider.reading.shown import MOST
from teststrip.provider.reading.witness.samples import said_by, told_codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.witness.known import Known
    from teststrip.provider.reading.witness.samples import Said

_KEY: Final = Pattern(
    r"(?P<indent>[ \t]{0,80})(?P<item>-[ ]{1,4})?[\"']?(?P<key>[A-Za-z_$@][\w$@.-]{0,80})[\"']?\s?:(?P<rest>[^\n]{0,400})"
)
_PLACED: Final = Pattern(r"[\"']?in[\"']?\s?:\s{0,4}[\"']?(path|header|cookie)")
_NAMED: Final = Pattern(r"\s{0,4}[\"']?([A-Za-z_$@][\w$@.\[\]-]{0,80})[\"']?,?\s*")
_ANSWERS: Final = frozenset({"responses", "response", "callbacks", "headers"})
_OF_TOOL: Final = frozenset({"function", "input_schema", "json_schema", "tools", "functions"})
_DECLARED: Final = Pattern(
    r"(?m)^[ \t]{0,40}(?:export\s+)?(?:declare\s+)?(?:(?:interface|class|struct|record)\s+(?P<name>\w{1,80})|type\s+(?P<alias>\w{1,80})\s*=)[^\n]{0,200}"
)
_MEMBER: Final = Pattern(
    r"(?<![\w.\"'$])(?:readonly\s+|public\s+)?[\"']?(?P<name>[A-Za-z_$]\w{0,80})[\"']?\??\s{0,4}:\s{0,4}"
    r"(?:Optional\[|List\[|list\[|Dict\[|dict\[|Union\[|Literal\[|Annotated\[|Array<|Record<|string\b|number\b|boolean\b|str\b|int\b|float\b|bool\b|list\b|dict\b|object\b|any\b|Any\b|null\b|\{|[\"'][\w-]{1,40}[\"']\s{0,4}[|;]|[A-Z]\w{0,60}(?:\[\])?\s{0,4}[;|=\n])"
)
_IS_SCHEMA: Final = Pattern(r"(?m)^\s{0,4}[\"']?(?:openapi|swagger|\$schema)[\"']?\s?:")
_LEAST: Final = 2  # names with rows that make a declaration one of this page's requests
_LONGEST: Final = 20_000  # characters of one declaration


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared name, its line, and the names that it stands below."""

    name: str
    line: int
    above: tuple[str, ...] = ()


def schema_names(lines: Sequence[str], first: int) -> Iterator[Declared]:
    """Give the names of parameters that OpenAPI or JSON Schema declares, in YAML or in JSON with its lines kept."""
    open_: list[tuple[int, str]] = []
    for number, line in enumerate(lines, first):
        match = _KEY.match(line)
        if match is None:
            continue
        indent = len(match["indent"].expandtabs(4)) + len(match["item"] or "")
        while open_ and open_[-1][0] >= indent:
            open_.pop()
        above = [key for _, key in open_]
        key = match["key"]
        open_.append((indent, key))
        if any(one in _ANSWERS or said_by(_spaced(one)) == "answered" for one in above):
            continue
        if _OF_TOOL.intersection(above):
            continue  # what a model may call, and the request only carries
        if above and above[-1] == "properties":
            yield Declared(key, number, tuple(above))
        elif key == "name" and above and above[-1] == "parameters":
            named = _NAMED.fullmatch(match["rest"])
            near = "\n".join(lines[max(0, number - first - 2) : number - first + 4])
            if named is not None and not _PLACED.search(near):
                yield Declared(named[1], number, tuple(above))


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name)


def declared_names(text: str, line: int, said: Said, known: Known) -> Iterator[Declared]:
    """Give the members of interfaces and classes of data that speak of what is sent."""
    found = list(_DECLARED.finditer(text))
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        name = match["name"] or match["alias"]
        told = said_by(_spaced(name))
        body = text[match.end() : min(end, match.end() + _LONGEST)]
        stop = re.search(r"\n(?:\}|[A-Za-z@#])", body)
        members = list(_MEMBER.finditer(body[: stop.start()] if stop else body))
        rows = sum(not known.is_new(member["name"]) for member in members)
        if told == "answered" or (told != "sent" and rows < _LEAST and (said != "sent" or known.rows)):
            continue
        base = line + text.count("\n", 0, match.end())
        for member in members:
            yield Declared(member["name"], base + body.count("\n", 0, member.start()))


def flag_declared(body: str, first: int, document: Document, known: Known, flags: Flags) -> None:
    """Flag the names without a row that the code of a page declares, or the page itself where it is a schema."""
    found: list[Declared] = []
    for block in told_codes(document.blocks):
        text, line, said = block.code.text[:MOST], block.code.where.line + block.code.offset, block.said
        if said != "answered" and ("properties" in text or "parameters" in text):
            found += schema_names(text.split("\n"), line)
        if said != "answered":
            found += declared_names(text, line, said, known)
    read = any(isinstance(block, Code) and block.declares == "data" for block in document.blocks)
    if not read and _IS_SCHEMA.search(body[:_LONGEST]):
        found += schema_names(body.split("\n"), first)
    told: set[str] = set()
    for one in found:
        if known.is_new(one.name) and one.name not in told and not one.name.startswith("_"):
            told.add(one.name)
            problem = "a schema in the page declares it, and no row describes it"
            flags.add(Where(document.file, one.line, 1), one.name, one.name, problem, ("a parameter", "none"))
