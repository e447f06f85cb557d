"""Rules between the members of one object: what one makes necessary, and which do not go together.

A rule stands in the schema of the object that holds its members, so that it counts in every item of a list. A
member is given when it is there and not null; the page's default counts for one that is absent.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from teststrip.provider.request import has_default

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from teststrip.provider.model import Condition, Constraint, Parameter

Schema = dict[str, Any]

NULL: Final[Schema] = {"type": "null"}


def conditions_of(members: Sequence[Parameter]) -> list[Schema]:
    """Return the if/then pairs of the members whose need another member decides."""
    return [
        {"if": if_of(condition, members), "then": needed(member.name, f"because {condition}")}
        for member in members
        if (condition := member.required_when) is not None and _deciding(condition, members) is not None
    ]


def conditions_within(members: Sequence[Parameter]) -> list[tuple[Condition, str, Schema]]:
    """Return what a member decides of things inside others: the condition, the other's name, the `then`."""
    return [
        (condition, member.name, needed_at(inner.path, f"because {condition}"))
        for member in members
        for inner, siblings in _inside(member)
        if (condition := inner.required_when) is not None
        and _deciding(condition, siblings) is None
        and _deciding(condition, members) is not None
    ]


def constraints_of(members: Sequence[Parameter], constraints: Sequence[Constraint]) -> list[Schema]:
    """Return what constraints say of an object with these members; of those it lacks, nothing."""
    rules: list[Schema] = []
    for constraint in constraints:
        present = [member for member in members if member.path in constraint.parameters]
        names = [member.name for member in present]
        if constraint.kind in ("exclusive", "one"):
            rules += clashes(names)
        if constraint.kind in ("any", "one") and present and not any(map(has_default, present)):
            rules.append(_some(names))
        if constraint.kind == "together":
            rules += _all([member.name for member in present if not has_default(member)])
    return rules


def clashes(names: Sequence[str]) -> list[Schema]:
    """Refuse any two of the members in one object."""
    return [
        {
            "not": {"allOf": [_given(one), _given(other)]},
            "x-teststrip-refuses": f"{one} and {other} do not go together: give one of them",
        }
        for one, other in itertools.combinations(names, 2)
    ]


def if_of(condition: Condition, members: Sequence[Parameter], absent: Schema = NULL) -> Schema:
    """Return the schema of an object in which a condition holds; what is `absent` does not count as given."""
    decides = _deciding(condition, members)
    name = decides.name if decides is not None else condition.parameter
    if not condition.values:
        test: Schema = {"properties": {name: {"not": absent}}}
        given = test if decides is not None and has_default(decides) else test | {"required": [name]}
        return given if condition.given else {"not": given}
    one = {"const": condition.values[0]} if len(condition.values) == 1 else {"enum": list(condition.values)}
    test = {"properties": {name: one}}
    by_default = decides is not None and condition.met(decides.default)
    return test if by_default else test | {"required": [name]}


def needed(name: str, why: str) -> Schema:
    """Require a member, and say why."""
    return {"required": [name], "x-teststrip-because": why, "errorMessage": f"{name} is needed {why}."}


def needed_at(path: str, why: str) -> Schema:
    """Require the member at a path like `a[].b`, inside whatever holds it."""
    head, dot, rest = path.partition(".")
    if not dot:
        return needed(head, why)
    inner = needed_at(rest, why)
    name = head.removesuffix("[]")
    return {"properties": {name: {"items": inner} if head.endswith("[]") else inner}}


def _some(names: Sequence[str]) -> Schema:
    rest = ": one of them is needed" if len(names) > 1 else ""
    return {
        "not": {"properties": dict.fromkeys(names, NULL)},
        "x-teststrip-refuses": f"{' or '.join(names)} is missing{rest}",
    }


def _all(names: Sequence[str]) -> Iterator[Schema]:
    for one, other in itertools.permutations(names, 2):
        why = f"because {one} is given"
        absent: Schema = {
            "not": {"properties": {other: NULL}, "required": [other]},
            "x-teststrip-refuses": f"{other} is null; it is needed {why}",
        }
        yield {"if": _given(one), "then": needed(other, why) | absent}


def _given(name: str) -> Schema:
    return {"properties": {name: {"not": NULL}}, "required": [name]}


def _deciding(condition: Condition, members: Sequence[Parameter]) -> Parameter | None:
    """Find the member that a condition is about: a page may call it by its name or by its whole path."""
    return next((m for m in members if condition.parameter in (m.name, m.path)), None)


def _inside(parameter: Parameter) -> Iterator[tuple[Parameter, Sequence[Parameter]]]:
    for child in parameter.children:
        yield child, parameter.children
        yield from _inside(child)
