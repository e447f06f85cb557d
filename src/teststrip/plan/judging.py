"""What a page says of a request as a whole: what it lacks, and which rules between parameters it breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.plan.clusters import Cluster
from teststrip.plan.rules import breaches
from teststrip.plan.values import Slot
from teststrip.provider.model import Condition
from teststrip.schema.check import find_faults


def missing(
    cluster: Cluster, resolved: Mapping[str, Json], excused: AbstractSet[str]
) -> Iterator[tuple[Condition | None, str]]:
    """Say which parameters a request lacks, each with the condition that makes it required, if there is one."""
    for parameter in cluster.members:
        name = parameter.name
        if name in resolved or name in excused:
            continue
        condition = parameter.required_when
        if parameter.required:
            yield None, f"{name} is required: write it under params, or as an axis"
        elif condition is not None and condition.met(resolved.get(condition.parameter)):
            yield condition, f"{name} is required when {condition}: write it under params, or as an axis"


def broken_rules(
    cluster: Cluster, resolved: Mapping[str, Json], slots: Mapping[str, Slot], excused: AbstractSet[str]
) -> Iterator[tuple[Path, str]]:
    """Say which of the page's rules between parameters a request breaks, each where it is broken."""
    for breach in breaches(cluster.constraints, cluster.members, resolved):
        if breach.at not in excused and excused.isdisjoint(breach.wanted):
            yield slots[breach.at].path if breach.at in slots else ("params",), breach.message
    for within in cluster.withins:
        name, condition = within.name, within.condition
        if name in slots and name in resolved and condition.met(resolved.get(condition.parameter)):
            for found in find_faults({name: resolved[name]}, within.needs):
                yield (*slots[name].path, *found.path[1:]), found.message
