"""What a page says of several parameters at once, asked of one cell's request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from teststrip.base.json import Json
from teststrip.provider.model import Constraint, Parameter
from teststrip.provider.request import has_default


@dataclass(frozen=True, slots=True)
class Breach:
    """A constraint that a request breaks: `at` is the parameter that broke it ("" when something is missing).

    `wanted` are the parameters that would mend it; empty when one has to go.
    """

    message: str
    at: str = ""
    wanted: tuple[str, ...] = ()


def breaches(
    constraints: Sequence[Constraint], members: Sequence[Parameter], request: Mapping[str, Json]
) -> Iterator[Breach]:
    """Yield what is wrong with a request, its defaults resolved; of parameters inside others, the schema tells."""
    for constraint in constraints:
        present = [member for member in members if member.path in constraint.parameters]
        names = [member.name for member in present]
        given = [name for name in names if request.get(name) is not None]
        if constraint.kind in ("exclusive", "one") and len(given) > 1:
            first, *others = given
            for other in others:
                yield Breach(f"{other} and {first} do not go together: give one of them", other)
        if constraint.kind in ("any", "one") and names and not given and not any(map(has_default, present)):
            several = "one of them is required" if len(names) > 1 else "it is required"
            said = f"{' or '.join(names)} is missing: {several}, under params or as an axis"
            yield Breach(said, wanted=tuple(names))
        if constraint.kind == "together":
            yield from _apart(present, request)


def _apart(present: Sequence[Parameter], request: Mapping[str, Json]) -> Iterator[Breach]:
    names = [member.name for member in present if not has_default(member)]
    given = [name for name in names if request.get(name) is not None]
    for name in names:
        if given and name not in given:
            said = f"{name} is required when {given[0]} is given: write it under params, or as an axis"
            yield Breach(said, given[0], (name,))
