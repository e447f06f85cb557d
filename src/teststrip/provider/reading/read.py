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
from typing import TYPE_CHECKING

from teststrip.provider.reading import words
from teststrip.provider.reading.answers import without_answers
from teststrip.provider.reading.blocks.find import whole_block, with_blocks
from teststrip.provider.reading.blocks.merge import merged
from teststrip.provider.reading.calls import Calls
from teststrip.provider.reading.cells.names import named_by
from teststrip.provider.reading.classify import (
    Role,
)
from teststrip.provider.reading.columns import check_shape
from teststrip.provider.reading.constraints import gather_constraints
from teststrip.provider.reading.conventions import by_convention
from teststrip.provider.reading.entries import Entry
from teststrip.provider.reading.examples import Examples, examples_of
from teststrip.provider.reading.facts import gather
from teststrip.provider.reading.flags import Flag, Flags
from teststrip.provider.reading.forms.address_lines import with_address_lines
from teststrip.provider.reading.forms.blueprint import with_blueprint
from teststrip.provider.reading.forms.bullets import with_lists
from teststrip.provider.reading.forms.called_fields import with_called_fields
from teststrip.provider.reading.forms.definitions import with_definitions
from teststrip.provider.reading.forms.field_lines import with_field_lines
from teststrip.provider.reading.forms.footnotes import with_footnotes
from teststrip.provider.reading.forms.fragments import with_fragments
from teststrip.provider.reading.forms.headed_words import with_headed, with_query_headings
from teststrip.provider.reading.forms.labelled_names import with_labelled_names
from teststrip.provider.reading.forms.lost_headings import with_lost_headings
from teststrip.provider.reading.forms.named_paragraphs import with_named_paragraphs
from teststrip.provider.reading.forms.pasted.reader import with_pasted
from teststrip.provider.reading.forms.pasted.tables import with_parted_tables
from teststrip.provider.reading.forms.plain_lists import with_plain_lists
from teststrip.provider.reading.forms.query_options import with_query_options
from teststrip.provider.reading.forms.scan import read_document
from teststrip.provider.reading.forms.sheets import with_sheets
from teststrip.provider.reading.forms.stacked import with_stacked
from teststrip.provider.reading.forms.told_members import with_told_members
from teststrip.provider.reading.forms.value_items import with_value_items
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
from teststrip.provider.reading.no_calls import is_of_no_calls
from teststrip.provider.reading.operations import Operations
from teststrip.provider.reading.page_words import gather_words
from teststrip.provider.reading.queries import with_queries
from teststrip.provider.reading.resort.find import with_resort
from teststrip.provider.reading.resources import without_resources
from teststrip.provider.reading.roles import roles_of
from teststrip.provider.reading.row_kinds import RowKinds
from teststrip.provider.reading.rows import Parsed, read_group
from teststrip.provider.reading.sections import Section, read_section
from teststrip.provider.reading.sent.taken import with_shown
from teststrip.provider.reading.sent_tables import with_sent_tables
from teststrip.provider.reading.settings import without_settings
from teststrip.provider.reading.shown_places import shown_parents
from teststrip.provider.reading.told_rows import read_told
from teststrip.provider.reading.values_tables import without_value_tables
from teststrip.provider.reading.witness.check import Page, hold_against

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Constraint, Model
    from teststrip.provider.reading.document import Document, Group


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
        document = _formed(document, flags)
    roles, operations = roles_of(document), Operations(document)
    if lenient:
        roles = without_value_tables(with_queries(roles, operations, flags), document)
        roles = with_sent_tables(roles, document, operations)
        roles = without_settings(
            without_resources(without_answers(roles, document, flags), document, flags), document, flags
        )
        if is_of_no_calls(document):
            roles = [(group, "other") for group, _ in roles]
        document, roles = with_resort(document, roles, flags)
        document, roles = with_shown(document, roles, operations, flags)
    groups = [group for group, role in roles if role == "parameters"]
    if lenient:
        doubt_headers(groups, flags)
    sections = [read_section(group, models, lenient=lenient) for group in groups]
    kinds = _kinds_of(document, flags) if lenient else RowKinds(flags)
    rows = _rows(document, groups, sections, kinds, lenient=lenient)
    options = [group for group, role in roles if role in {"options", "sizes", "models"}]
    examples = examples_of(document, rows) if lenient else Examples()
    rows = guess_kinds(rows, examples, flags) if lenient else _typed(rows, flags)
    calls = Calls(operations, groups, lenient=lenient)
    parents = calls.parents(groups, rows, find_parents(groups, rows, examples, lenient=lenient), flags)
    unsure = leave_out_unsure(groups, parents, flags)
    left_out = {id(group) for group in unsure}
    roles = [(group, "other" if id(group) in left_out else role) for group, role in roles]
    rows = [row for row in rows if id(groups[row.group]) not in left_out]
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


def _formed(document: Document, flags: Flags) -> Document:
    """Return a document in which everything that has a known form is a group of rows."""
    document = with_labelled_names(with_stacked(with_lost_headings(with_query_headings(document))))
    document = with_parted_tables(with_pasted(document, flags))
    document = with_sheets(with_blueprint(document))
    document = with_lists(with_value_items(with_definitions(document)))
    document = with_address_lines(with_named_paragraphs(with_field_lines(document)), flags)
    document = with_called_fields(with_plain_lists(document))
    document = with_footnotes(with_query_options(document, flags), flags)
    return with_fragments(with_headed(with_blocks(with_told_members(document), flags)), flags)


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
