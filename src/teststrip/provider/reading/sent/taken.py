"""Parameters that only examples show: of requests that no row describes, and what the rows of one have left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Where
from teststrip.provider.reading.blocks.finder import Finder
from teststrip.provider.reading.blocks.tree import placed
from teststrip.provider.reading.document import Group
from teststrip.provider.reading.forms.listed import FIELD_COLUMNS, header_at
from teststrip.provider.reading.group_columns import columns_of
from teststrip.provider.reading.operations import are_apart
from teststrip.provider.reading.sent.bodies import Request, requests_of
from teststrip.provider.reading.sent.schema import schema_of
from teststrip.provider.reading.told import EXAMPLES, Doubt

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document, Row
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.operations import Operations
    from teststrip.provider.reading.shown import Shown

_NAME: Final = Pattern(r"[A-Za-z_$][\w$-]*")
_FEWEST: Final = 2  # names of a body that rows describe
_MANY: Final = 3  # names of it that none does
_TELLING: Final = frozenset({"type", "required", "default"})
_DOUBT: Final = Doubt(
    "only an example shows it: its type is that of the value, and whether it has to be given is not said",
    ("optional", "required"),
)


def with_shown(
    document: Document, roles: Sequence[tuple[Group, Role]], operations: Operations, flags: Flags
) -> tuple[Document, list[tuple[Group, Role]]]:
    """Add groups of the parameters that examples send and no group of parameters describes."""
    described = [group for group, role in roles if role == "parameters"]
    finder = Finder(document.file, flags)
    requests = requests_of(document, operations)
    if len(requests) == 1 and not any(map(_tells, described)):
        requests[0].only = True
    found = [_group(one, described, operations, finder) for one in requests]
    groups = [group for group in found if group is not None]
    known = {name for group in (*described, *groups) for name in _names(group)}
    for request, group in zip(requests, found, strict=True):
        if group is None:
            _missed(request, known, document.file, flags)
    added: list[tuple[Group, Role]] = [(group, "parameters") for group in groups]
    return replace(document, blocks=(*document.blocks, *groups)), [*roles, *added]


def _missed(request: Request, known: Collection[str], file: str, flags: Flags) -> None:
    """Flag what calls send to a request of which no row was made, where no row of the page has any of the names."""
    held = (name for body in request.bodies for value in body.walk() for name in value.names)
    if any(name.removesuffix("[]") in known for name in held):
        return  # the page's witnesses tell of what is left
    told: set[str] = set()
    for body in request.carried:
        for name, value in body.members:
            bare = name.removesuffix("[]")
            if bare not in told and _NAME.fullmatch(bare):
                told.add(bare)
                problem = "an example sends it to a request that no rows describe"
                flags.add(Where(file, value.line, 1), name, name, problem, ("a parameter", "not of this request"))


def _group(request: Request, described: Sequence[Group], operations: Operations, finder: Finder) -> Group | None:
    own = [group for group in described if not _is_apart(request, group, operations)]
    if not own and _is_wrapped(request, described):
        return None
    left = _left(request, own) if own else None
    # A program on a page about one request may call others as well.
    if (own and not left) or (described and not own and not operations.announces(request.operations)):
        return None
    schema = schema_of(request.bodies)
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return None
    if left is not None:
        schema["properties"] = {name: one for name, one in properties.items() if name in left}
    tree = placed(schema, finder.file)
    rows = finder.maker(tree, EXAMPLES).of_body(tree.value, ())
    finder.spent(rows)
    if not rows:
        return None
    where = rows[0].where
    header = header_at(where, FIELD_COLUMNS)
    return Group("schema", header, tuple(map(_doubted, rows)), request.headings, (), where, role="parameters")


def _doubted(row: Row) -> Row:
    assert row.told is not None  # noqa: S101  its maker gives one
    return replace(row, told=replace(row.told, shown=True, doubts=(*row.told.doubts, _DOUBT)))


def _is_apart(request: Request, group: Group, operations: Operations) -> bool:
    """Tell whether a group is surely of another request."""
    around = operations.around(group.headings, group.where.line)
    near = operations.is_near(group.headings) and (request.called or operations.is_near(request.headings))
    return near and are_apart(request.operations, around)


def _is_wrapped(request: Request, described: Sequence[Group]) -> bool:
    """Tell whether a request has in its outermost objects what rows describe without these."""
    known = {name for group in described for name in _names(group)}
    if any(name.removesuffix("[]") in known for name in request.names):
        return False
    held = {
        name.removesuffix("[]") for body in request.bodies for _, value in body.members for name in _inside(value)
    }
    return len(held & known) >= _MANY and len(held & known) * 2 >= len(held)


def _inside(value: Shown) -> Sequence[str]:
    """Return the names of an object, or of an array's first item."""
    return value.names or (value.items[0].names if value.items else ())


def _left(request: Request, own: Sequence[Group]) -> Collection[str]:
    """Return the names of a request that its rows have left out; none where it may be that it is of another."""
    known = {name for group in own for name in _names(group)}
    near = any(group.headings[:2] == request.headings[:2] for group in own)
    left: dict[str, None] = {}
    for body in request.bodies:
        new = [name for name in body.names if name.removesuffix("[]") not in known]
        held = len(body.names) - len(new)
        few = near and len(new) * 2 < len(body.names)
        # A call that has names of the rows, and many others, is of the same request: the page tells no more of them.
        many = body in request.carried and held >= _FEWEST and len(new) >= _MANY
        if held and (request.only or few or many):
            left |= dict.fromkeys(new)
    return left


def _tells(group: Group) -> bool:
    """Tell whether any row of a group says what a parameter is: its type, its default, whether it has to be given."""
    columns = columns_of(group) if group.form == "table" else [cell.text for cell in group.header]
    at = [index for index, column in enumerate(columns) if column in _TELLING]
    return group.form == "schema" or any(
        row.cells[index].text for row in group.rows for index in at if index < len(row.cells)
    )


def _names(group: Group) -> list[str]:
    return [name for row in group.rows if row.cells for name in _NAME.findall(row.cells[0].text)]
