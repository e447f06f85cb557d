"""A page of documentation to a Reading: everything it says of a request's parameters, and what nobody can decide.

text -> Document        scan      headings, groups of rows, text, code
     -> groups by role  classify  parameters, or errors, sizes, models, a response ...
     -> Parsed rows     rows      each cell by itself
     -> their places    nesting   which request, below which parameter
     -> Facts           facts     the cells together, with the rest of the page
     -> tree of Entry   link      members under parents, conditions
     -> Constraints     constraints  rules between parameters
     -> flags           leftovers    what a row says and nobody took
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.answers import without_answers
from teststrip.provider.reading.blocks.find import whole_block, with_blocks
from teststrip.provider.reading.blocks.merge import merged
from teststrip.provider.reading.calls import Calls
from teststrip.provider.reading.cells.names import key_of, named_by, structure_of
from teststrip.provider.reading.classify import (
    Role,
    is_below_answer,
    is_in_answer,
    is_of_function,
    role_of,
)
from teststrip.provider.reading.columns import check_shape
from teststrip.provider.reading.constraints import gather_constraints
from teststrip.provider.reading.conventions import by_convention
from teststrip.provider.reading.entries import Entry
from teststrip.provider.reading.examples import Examples, examples_of
from teststrip.provider.reading.facts import gather
from teststrip.provider.reading.flags import Flag, Flags
from teststrip.provider.reading.forms.blueprint import with_blueprint
from teststrip.provider.reading.forms.bullets import with_lists
from teststrip.provider.reading.forms.called_fields import with_called_fields
from teststrip.provider.reading.forms.definitions import with_definitions
from teststrip.provider.reading.forms.field_lines import with_field_lines
from teststrip.provider.reading.forms.footnotes import with_footnotes
from teststrip.provider.reading.forms.fragments import with_fragments
from teststrip.provider.reading.forms.headed_words import with_headed, with_query_headings
from teststrip.provider.reading.forms.lost_headings import with_lost_headings
from teststrip.provider.reading.forms.named_paragraphs import with_named_paragraphs
from teststrip.provider.reading.forms.pasted.reader import with_pasted
from teststrip.provider.reading.forms.pasted.tables import with_parted_tables
from teststrip.provider.reading.forms.plain_lists import with_plain_lists
from teststrip.provider.reading.forms.scan import read_document
from teststrip.provider.reading.forms.sheets import with_sheets
from teststrip.provider.reading.forms.stacked import with_stacked
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.group_required import says_required
from teststrip.provider.reading.homes import far_homes, homes_of
from teststrip.provider.reading.kind_guess import flag_untyped, guess_kinds
from teststrip.provider.reading.learnt_types import learn_types
from teststrip.provider.reading.leftovers import flag_leftovers
from teststrip.provider.reading.link import Linker
from teststrip.provider.reading.nesting import (
    doubt_headers,
    doubt_tables,
    doubt_wrappers,
    find_parents,
    leave_out_unsure,
    name_endpoints,
)
from teststrip.provider.reading.operations import Operations
from teststrip.provider.reading.page_words import gather_words
from teststrip.provider.reading.resources import without_resources
from teststrip.provider.reading.row_kinds import RowKinds
from teststrip.provider.reading.rows import Parsed, read_group
from teststrip.provider.reading.sections import Section, read_section
from teststrip.provider.reading.sent.taken import with_shown
from teststrip.provider.reading.shown_places import shown_parents
from teststrip.provider.reading.told_rows import read_told
from teststrip.provider.reading.witness.check import Page, hold_against

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from teststrip.provider.model import Constraint, Model
    from teststrip.provider.reading.document import Document, Group

_SHARED: Final = 3  # names of a block that a table has, so that both are of one request
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,80}")


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
    whole = whole_block(body, file, first_line) if lenient else None
    document = whole or read_document(body, file, first_line)
    if lenient:
        document = with_stacked(with_lost_headings(with_query_headings(document)))
        document = with_parted_tables(with_pasted(document, flags))
        document = with_sheets(with_blueprint(document))
        document = with_field_lines(with_lists(with_definitions(document)))
        document = with_called_fields(with_plain_lists(with_named_paragraphs(document)))
        document = with_footnotes(document, flags)
        document = with_fragments(with_headed(with_blocks(document, flags)), flags)
    roles, operations = _roles(document), Operations(document)
    if lenient:
        roles = without_resources(without_answers(roles, document, flags), document, flags)
        document, roles = with_shown(document, roles, operations, flags)
    groups = [group for group, role in roles if role == "parameters"]
    if lenient:
        doubt_headers(groups, flags)
    sections = [read_section(group, models, lenient=lenient) for group in groups]
    kinds = _kinds_of(document, flags) if lenient else RowKinds(flags)
    rows = _rows(document, groups, sections, kinds, lenient=lenient)
    examples = examples_of(document, rows) if lenient else Examples()
    rows = guess_kinds(rows, examples, flags) if lenient else _typed(rows, flags)
    calls = Calls(operations, groups, lenient=lenient)
    parents = calls.parents(groups, rows, find_parents(groups, rows, examples, lenient=lenient), flags)
    unsure = leave_out_unsure(groups, parents, flags)
    left_out = {id(group) for group in unsure}
    roles = [(group, "other" if id(group) in left_out else role) for group, role in roles]
    rows = [row for row in rows if id(groups[row.group]) not in left_out]
    options = [group for group, role in roles if role in {"options", "sizes", "models"}]
    page = gather_words(document, options, rows, groups, examples, lenient=lenient)
    endpoints = name_endpoints(groups, rows, parents, flags)
    homes = homes_of(rows, parents, endpoints)
    places = calls.shown(rows, parents, shown_parents(rows, examples, document, groups))
    shown, far = far_homes(rows, places, endpoints, homes, flags)
    if lenient:
        doubt_tables(groups, rows, parents, shown, flags)
        doubt_wrappers(groups, rows, parents, examples, flags)
    linker = Linker(flags, lenient=lenient)
    for row in rows:
        below, facts = parents.get(row.group, "") or shown.get(row.where.line, ""), gather(row, page, flags)
        for home in far.get(row.where.line, homes[row.group]) if lenient else ("",):
            linker.add(row, facts, home, below)
    entries = merged(linker.tree(), groups, endpoints, operations, flags) if lenient else linker.tree()
    constraints = gather_constraints(entries, [text.cell for text in document.texts], flags) if lenient else ()
    if lenient:
        flag_leftovers(entries, constraints, page, groups, flags)
        hold_against(Page(body, first_line, document, roles, groups), entries, flags)
    return Reading(document, entries, tuple(roles), flags.flags, constraints)


def _roles(document: Document) -> list[tuple[Group, Role]]:
    blocks: list[tuple[Group, Role]] = [
        (group, group.role or "parameters") for group in document.groups if group.form == "schema"
    ]
    roles = _demoted([(group, role_of(group)) for group in document.groups if group.form != "schema"])
    roles = _with_structures(roles)
    roles = _without(is_of_function, "other", _without(is_below_answer, "response", roles))
    if any(role == "parameters" for _, role in blocks):
        return _repeating(roles, blocks) + blocks
    roles += blocks
    if not any(role == "parameters" for _, role in roles):
        # A page about one reading endpoint, or whose only heading is unlucky: better these than nothing.
        for spare in ("poll", "path", "prices", "headers"):
            if any(role == spare for _, role in roles):
                return [(group, "parameters" if role == spare else role) for group, role in roles]
        # A table of what each model supports has at least the names.
        return [(group, "parameters" if _has_names(group) else role) for group, role in roles]
    return roles


def _repeating(roles: list[tuple[Group, Role]], blocks: list[tuple[Group, Role]]) -> list[tuple[Group, Role]]:
    """Take a reading endpoint's table that has names of a block's request for parameters: one request, in two ways."""
    if any(role == "parameters" for _, role in roles):
        return roles
    held = {name for group, role in blocks if role == "parameters" for name in _names(group)}
    return [
        (group, "parameters" if role == "poll" and len(held & set(_names(group))) >= _SHARED else role)
        for group, role in roles
    ]


def _without(
    told: Callable[[Group], bool], instead: Role, roles: list[tuple[Group, Role]]
) -> list[tuple[Group, Role]]:
    """Give the parameters of which `told` holds another role, where the page has others as well."""
    if all(told(group) for group, role in roles if role == "parameters"):
        return roles
    return [(group, instead if role == "parameters" and told(group) else role) for group, role in roles]


def _demoted(roles: list[tuple[Group, Role]]) -> list[tuple[Group, Role]]:
    """Take tables without types for tables of values where other tables of the page, with types, are the parameters."""
    typed = any(
        role == "parameters" and (group.form != "table" or "type" in columns_of(group)) for group, role in roles
    )

    def named_by(*telling: str) -> set[str]:
        found = [one for one, role in roles if role == "parameters"]
        chosen = [one for one in found if one.form != "table" or set(telling) & set(columns_of(one))]
        return {name for group in chosen for name in _names(group)}

    named, asked = named_by("type", "required"), named_by("required")

    def kept(group: Group) -> bool:
        columns = set(columns_of(group)) if group.form == "table" else {"required"}
        names = _names(group)
        bare, vague = not {"type", "required"} & columns, not {"required", "description"} & columns
        if (bare and named and named.issuperset(names)) or (vague and asked and asked.issuperset(names)):
            return False  # says once more what another table has, advises, or tells what to fill in in a program
        if not bare:
            return True
        return bool(group.headings) and words.purpose(group.headings[-1].cell.text) == "request"

    return [
        (group, "options" if typed and role == "parameters" and not kept(group) else role) for group, role in roles
    ]


def _with_structures(roles: list[tuple[Group, Role]]) -> list[tuple[Group, Role]]:
    """Take tables of the members of an object for parameters, whatever its name says: "Response format object"."""
    named: set[str] = set()
    found: list[tuple[Group, Role]] = []
    for group, role in roles:
        structure = structure_of(group.title)
        telling = group.form == "table" and {"name", "type", "required"} <= set(columns_of(group))
        held = structure != group.title and key_of(structure) in named
        if telling and held and role == "response" and not is_in_answer(group):
            role = "parameters"  # noqa: PLW2901
        found.append((group, role))
        if role == "parameters":
            named.update(key_of(name) for name in _names(group))
    return found


def _has_names(group: Group) -> bool:
    """Tell whether a table's first column is called `Parameter`, and has names."""
    names = _names(group)
    sure = group.form == "table" and words.is_sure_name(group.header[0].text)
    return sure and sum(_NAME.fullmatch(name) is not None for name in names) * 2 > len(names)


def _names(group: Group) -> list[str]:
    return [row.cells[0].text for row in group.rows if row.cells]


def _kinds_of(document: Document, flags: Flags) -> RowKinds:
    titles = [heading.cell for heading in document.headings]
    titles += [cell for group in document.groups for cell in group.lead[-1:]]
    structures = frozenset(key for cell in titles if (key := named_by(cell.text, cell.codes)))
    return RowKinds(flags, structures, learn_types(document, document.groups))


def _typed(rows: list[Parsed], flags: Flags) -> list[Parsed]:
    for row in rows:
        if row.kind.kind is None and row.cell("type").text in words.NOTHING:
            flag_untyped(row, flags)
    return rows


def _rows(
    document: Document, groups: Sequence[Group], sections: Sequence[Section], kinds: RowKinds, *, lenient: bool
) -> list[Parsed]:
    read: list[list[Parsed]] = []
    flags = kinds.flags
    for index, (group, section) in enumerate(zip(groups, sections, strict=True)):
        if not lenient:
            check_shape(group, flags)
        if group.form == "schema":
            read.append(read_told(group, index, section, flags))
        else:
            read.append(read_group(group, index, section, kinds, lenient=lenient))
    rows: list[Parsed] = []
    told: set[tuple[str, ...]] = set()
    for group, parsed in zip(groups, by_convention(groups, read, document) if lenient else read, strict=True):
        rows += parsed
        header = " | ".join(cell.text for cell in group.header)
        # Of tables for one parameter each, the first of a section speaks for all.
        place = (header, *(heading.cell.text for heading in group.headings[:2]))
        spoken = group.form == "schema" or (len(group.rows) == 1 and place in told)
        if parsed and not spoken and not says_required(group, parsed):
            told.add(place)
            flags.add(
                group.where, "", header,
                "no column says which parameters have to be given; all are read as optional", ("optional", "required"),
            )  # fmt: skip
    return rows
