"""What the groups of a page are beside each other: which of them are its parameters, and what the others are then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading import words
from teststrip.provider.reading.cells.names import key_of, structure_of
from teststrip.provider.reading.classify import (
    Role,
    is_below_answer,
    is_in_answer,
    is_of_function,
    role_of,
)
from teststrip.provider.reading.group_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from teststrip.provider.reading.document import Document, Group

_SHARED: Final = 3  # names of a block that a table has, so that both are of one request
_NAME: Final = Pattern(r"[A-Za-z_][\w.\[\]-]{0,80}")


def roles_of(document: Document) -> list[tuple[Group, Role]]:
    """Tell what each group of a page is."""
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
        # "Field | Description | Default": lists of values have no defaults, nor are they of fields.
        if not bare or ("default" in columns and _has_names(group)):
            return True
        return bool(group.headings) and words.purpose(group.headings[-1].cell.text) == "request"

    return [
        (group, "options" if typed and role == "parameters" and not kept(group) else role) for group, role in roles
    ]


def _with_structures(roles: list[tuple[Group, Role]]) -> list[tuple[Group, Role]]:
    """Take tables of the members of an object for parameters, whatever its name says: "Response format object".

    So are those with a row of their title's name.
    """
    named: set[str] = set()
    found: list[tuple[Group, Role]] = []
    for group, role in roles:
        structure = structure_of(group.title)
        columns = set(columns_of(group)) if group.form == "table" else set[str]()
        telling = {"name", "type", "required"} <= columns
        held = structure != group.title and key_of(structure) in named
        # "Response format", and a row `response_format`: the words are a parameter's name.
        titled = {"name", "type"} <= columns and key_of(group.title) in map(key_of, _names(group))
        # "`output` object", of which a row above speaks, with types: no output of a call.
        coded = group.headings[-1].cell.codes if group.headings else ()
        listed = group.form == "list" and held and coded and key_of(coded[0]) in named
        if ((telling and held) or titled or listed) and role == "response" and not is_in_answer(group):
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
