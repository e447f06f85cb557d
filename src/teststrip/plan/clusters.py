"""Which parameters of a request decide about each other, so that each such cluster can be settled by itself.

A request of fifteen members is mostly fifteen independent ones: what `sampler` is sent as has nothing to do
with `steps`. Only what a page's conditions and rules name together has to be looked at together. A cluster
depends on few axes, so it is settled once for each combination of those, not once for each cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from teststrip.provider.model import Condition, Constraint, Parameter, Provider
from teststrip.schema.rules import Schema, conditions_within


@dataclass(frozen=True, slots=True)
class Within:
    """What a parameter asks of something inside another one: `needs` holds for an object with `name` in it."""

    condition: Condition
    name: str
    needs: Schema


@dataclass(frozen=True, slots=True)
class Cluster:
    """Parameters in page order, and the rules of the page that are about them alone."""

    members: tuple[Parameter, ...]
    constraints: tuple[Constraint, ...]
    withins: tuple[Within, ...]


def whole(provider: Provider, model: str) -> Cluster:
    """Return all parameters of a model (by id) as one cluster."""
    members = provider.parameters_of(model)
    withins = tuple(Within(*found) for found in conditions_within(members))
    return Cluster(members, provider.constraints, withins)


def clusters_of(provider: Provider, model: str, joined: Iterable[Sequence[str]] = ()) -> tuple[Cluster, ...]:
    """Divide the parameters of a model (by id) into the smallest clusters, in page order of their first member.

    `joined` names parameters that have to be looked at together for other reasons than the page's.
    """
    everything = whole(provider, model)
    heads = {parameter.name: parameter.name for parameter in everything.members}
    for names in (*_together(provider, everything), *joined):
        known = [name for name in names if name in heads]
        chosen = {heads[name] for name in known}
        if len(chosen) > 1:
            first = heads[known[0]]
            heads = {name: first if head in chosen else head for name, head in heads.items()}
    grouped: dict[str, list[Parameter]] = {}
    for parameter in everything.members:
        grouped.setdefault(heads[parameter.name], []).append(parameter)
    return tuple(_part(everything, tuple(members)) for members in grouped.values())


def _part(everything: Cluster, members: tuple[Parameter, ...]) -> Cluster:
    paths, names = {member.path for member in members}, {member.name for member in members}
    return Cluster(
        members,
        tuple(rule for rule in everything.constraints if not paths.isdisjoint(rule.parameters)),
        tuple(within for within in everything.withins if within.name in names),
    )


def _together(provider: Provider, everything: Cluster) -> Iterator[Sequence[str]]:
    """Name the parameters that some condition or rule has to look at together."""
    for parameter in everything.members:
        for condition in (parameter.applies_when, parameter.required_when):
            if condition is not None:
                yield parameter.name, condition.parameter
        if parameter.applies_when is not None:
            # What is meant for another action stays if both go to one address: see `Assembler`.
            deciding = [
                condition.parameter for scenario in provider.submit.scenarios for condition in scenario.when
            ]
            yield parameter.name, *deciding
    for rule in everything.constraints:
        yield [member.name for member in everything.members if member.path in rule.parameters]
    for within in everything.withins:
        yield within.name, within.condition.parameter
