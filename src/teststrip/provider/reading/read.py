"""A page of documentation to a Reading: everything it says of a request's parameters, and what nobody can decide.

text -> Document        scan      headings, groups of rows, text, code
     -> groups by role  classify  parameters, or errors, sizes, models, a response ...
     -> Parsed rows     rows      each cell by itself
     -> Facts           facts     the cells together, with the rest of the page
     -> tree of Entry   link      members under parents, conditions
     -> Constraints     constraints  rules between parameters
"""

from __future__ import annotations

import re
from collections import ChainMap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading import words
from teststrip.provider.reading.bullets import with_lists
from teststrip.provider.reading.classify import Role, columns_of, role_of
from teststrip.provider.reading.constraints import gather_constraints
from teststrip.provider.reading.facts import gather
from teststrip.provider.reading.flags import Flag, Flags
from teststrip.provider.reading.link import Entry, Linker, heading_parent
from teststrip.provider.reading.page_words import gather_words
from teststrip.provider.reading.rows import Parsed, check_shape, read_group, says_required
from teststrip.provider.reading.scan import read_document
from teststrip.provider.reading.sections import Section, read_section
from teststrip.provider.reading.stanzas import with_stanzas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Constraint, Model
    from teststrip.provider.reading.document import Document, Group
    from teststrip.provider.reading.inline import Cell

_BOLD: Final = 9  # the level of a heading that is only a bold line
_MOST_HOLDERS: Final = 200  # rows above a heading of which one may speak of the structure that it names
_TITLE: Final = 60  # characters of a line that may be the title of a table


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page says. `roles` tells what each of the document's groups was taken for."""

    document: Document
    entries: tuple[Entry, ...]
    roles: tuple[tuple[Group, Role], ...]
    flags: tuple[Flag, ...]
    constraints: tuple[Constraint, ...] = ()

    def groups(self, role: Role) -> tuple[Group, ...]:
        """Return the groups of a role."""
        return tuple(group for group, taken in self.roles if taken == role)


def read_documentation(
    body: str, file: str, first_line: int = 1, *, models: Sequence[Model] = (), lenient: bool = True
) -> Reading:
    """Read documentation that begins on `first_line` of `file`. Never fails: what cannot be decided is flagged.

    `models` are those that are known to exist; without any, what looks like a model's name is taken for one.
    `lenient` off reads a provider page, which has to describe the parents of nested names and to list a value once.
    """
    flags = Flags()
    document = read_document(body, file, first_line)
    if lenient:
        document = with_stanzas(with_lists(document), flags)
    roles = _roles(document)
    groups = [group for group, role in roles if role == "parameters"]
    sections = [read_section(group, models, lenient=lenient) for group in groups]
    rows = _rows(groups, sections, flags, lenient=lenient)
    options = [group for group, role in roles if role in {"options", "sizes", "models"}]
    parents = _parents(groups, rows, lenient=lenient)
    unsure = _unsure(groups, parents, flags)
    left_out = {id(group) for group in unsure}
    roles = [(group, "other" if id(group) in left_out else role) for group, role in roles]
    rows = [row for row in rows if id(groups[row.group]) not in left_out]
    page = gather_words(document, options, rows, groups, lenient=lenient)
    linker = Linker(flags, lenient=lenient)
    endpoints = _endpoints(groups, rows, parents, flags)
    for row in rows:
        linker.add(
            row, gather(row, page, flags), endpoints[row.group] if lenient else "", parents.get(row.group, "")
        )
    entries = linker.tree()
    texts = [text.cell for text in document.texts]
    constraints = gather_constraints(entries, texts, flags) if lenient else ()
    return Reading(document, entries, tuple(roles), flags.flags, constraints)


def _roles(document: Document) -> list[tuple[Group, Role]]:
    roles = _demoted([(group, role_of(group)) for group in document.groups])
    if not any(role == "parameters" for _, role in roles):
        # A page about one reading endpoint, or whose only heading is unlucky: better these than nothing.
        for spare in ("poll", "path", "prices"):
            if any(role == spare for _, role in roles):
                return [(group, "parameters" if role == spare else role) for group, role in roles]
    return roles


def _demoted(roles: list[tuple[Group, Role]]) -> list[tuple[Group, Role]]:
    """Take tables without types for tables of values where other tables of the page, with types, are the parameters."""
    typed = any(
        role == "parameters" and (group.form != "table" or "type" in columns_of(group)) for group, role in roles
    )

    def kept(group: Group) -> bool:
        if group.form != "table" or "type" in columns_of(group) or "required" in columns_of(group):
            return True
        return bool(group.headings) and words.purpose(group.headings[-1].cell.text) == "request"

    return [
        (group, "options" if typed and role == "parameters" and not kept(group) else role) for group, role in roles
    ]


def _rows(groups: Sequence[Group], sections: Sequence[Section], flags: Flags, *, lenient: bool) -> list[Parsed]:
    rows: list[Parsed] = []
    for index, (group, section) in enumerate(zip(groups, sections, strict=True)):
        if not lenient:
            check_shape(group, flags)
        parsed = read_group(group, index, section, flags, lenient=lenient)
        if parsed and not says_required(group, parsed):
            flags.add(
                group.where, "", " | ".join(cell.text for cell in group.header),
                "no column says which parameters have to be given; all are read as optional", ("optional", "required"),
            )  # fmt: skip
        rows += parsed
    return rows


def _endpoints(
    groups: Sequence[Group], rows: Sequence[Parsed], parents: Mapping[int, str], flags: Flags
) -> list[str]:
    """Name the request that each group belongs to.

    Groups under one heading of level 2 or above are of one request; one that has a name for the second time is of
    another, and without a heading that is a guess.
    """
    names: dict[int, set[str]] = {}
    for row in rows:
        if row.depth == 0 and row.group not in parents:
            names.setdefault(row.group, set()).add(row.path)
    endpoints: list[str] = []
    seen: dict[str, set[str]] = {}
    for index, group in enumerate(groups):
        endpoint = " > ".join(heading.cell.text for heading in group.headings[:2] if heading.level < _BOLD)
        own = names.get(index, set())
        if own & seen.get(endpoint, set()):
            if not group.headings:
                header = " | ".join(cell.text for cell in group.header)
                problem = "this table has names again that stand above; without a heading it cannot be told why"
                flags.add(group.where, "", header, problem, ("another request", "members of a parameter"))
            endpoint = f"{endpoint} #{index}"
        seen.setdefault(endpoint, set()).update(own)
        endpoints.append(endpoint)
    return endpoints


def _parents(groups: Sequence[Group], rows: Sequence[Parsed], *, lenient: bool) -> Mapping[int, str]:
    """Return, for groups whose heading names a parameter that can hold others, that parameter."""
    holders = [
        row
        for row in rows
        if {row.kind.kind, *row.kind.or_kinds} & {"array", "object"}
        or row.kind.kind is None
        or "json" in row.cell("type").text.lower()
    ]
    parents: dict[int, str] = {}
    by_last: dict[str, Parsed] = {}
    by_path: dict[str, Parsed] = {}
    seen = 0
    for index, group in enumerate(groups):
        while seen < len(holders) and holders[seen].group < index:
            by_path[holders[seen].path] = by_last[holders[seen].path.rpartition(".")[2]] = holders[seen]
            seen += 1
        before = holders[max(0, seen - _MOST_HOLDERS) : seen]
        by_name = ChainMap(by_last, by_path)
        titles = [group.headings[-1].cell] if group.headings else []
        titles += [
            cell for cell in group.lead[-1:] if len(cell.text) <= _TITLE and cell.text.endswith((":", "：", ")"))
        ]
        found = next((name for cell in reversed(titles) if (name := _announced(cell, by_name, before))), "")
        found = found or (_headed(group) if lenient else "")
        if found:
            parents[index] = found
    return parents


def _headed(group: Group) -> str:
    """Return the parameter that only a heading speaks of: `messages` (required), with a table of its members below."""
    title = group.headings[-1].cell if group.headings and group.form == "table" else None
    if title is None or len(title.codes) != 1 or not re.fullmatch(r"[a-z]\w*", title.codes[0]):
        return ""
    rest = title.text.replace(title.codes[0], "", 1).strip()
    lead = group.lead[0].text.lower() if group.lead else ""
    said = re.search(r"\b(array|list|object|objects)\b|数组|对象|配列|オブジェクト", f"{rest} {lead}")
    if said is None or not re.fullmatch(r"(?:\([\w, ]*\))?", rest):
        return ""
    many = re.search(r"\b(?:array|list)\b|数组|配列", f"{rest} {lead}") is not None
    return f"{title.codes[0]}[]" if many else title.codes[0]


def _unsure(groups: Sequence[Group], parents: Mapping[int, str], flags: Flags) -> list[Group]:
    """Return the tables, on a page that lost its headings, of which nobody can tell whether the request has them.

    They have names, types and words only, as tables of answers have, and come after a table that is surely the
    request's.
    """
    telling = {"required", "default", "range"}
    sure = next((index for index, group in enumerate(groups) if telling & set(columns_of(group))), None)
    found = []
    for index, group in enumerate(groups):
        if sure is None or index <= sure or group.headings or telling & set(columns_of(group)) or index in parents:
            continue
        found.append(group)
        lead = group.lead[-1].text if group.lead else ""
        if words.purpose(lead) != "response":
            header = " | ".join(cell.text for cell in group.header)
            problem = "without a heading it cannot be told what this table is of; it is left out"
            flags.add(group.where, "", header, problem, ("the request", "a member of the request", "the answer"))
    return found


def _announced(title: Cell, by_name: Mapping[str, Parsed], holders: Sequence[Parsed]) -> str:
    """Return the parameter whose members a title announces: by its name, or by a structure that its row speaks of."""
    named = heading_parent(title.text, title.codes)
    if named in by_name:
        return by_name[named].path
    spoken = [
        word for word in re.findall(r"[A-Za-z_][\w.]*(?:\[\])?", title.text) if word.removesuffix("[]") in by_name
    ]
    if len(set(spoken)) == 1 and len(title.text) <= _TITLE and (spoken[0] in title.codes or "_" in spoken[0]):
        return by_name[spoken[0].removesuffix("[]")].path
    structure = re.sub(
        r"\s*[(（].*[)）]|\s+(?:object|objects|structure|schema|type|对象|结构)$", "", title.text
    ).strip()
    if len(structure) < 4 or not re.fullmatch(r"[A-Z][A-Za-z0-9]+(?: [A-Z][A-Za-z0-9]+)*", structure):
        return ""
    pattern = re.compile(rf"(?<!\w){re.escape(structure)}(?!\w)")
    mentioned = [
        row
        for row in holders
        if any(pattern.search(cell.text) for column, cell in row.cells.items() if column != "name")
    ]
    return mentioned[0].path if len(mentioned) == 1 else ""
