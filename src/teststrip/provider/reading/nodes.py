"""A parameter while the tree is being built, and the conditions that speak of another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from teststrip.base.json import Absent
from teststrip.provider.model import Condition
from teststrip.provider.reading.cells.typed import typed_any
from teststrip.provider.reading.facts import Facts
from teststrip.provider.reading.kind_reading import KindReading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.reading.conditions import RawCondition
    from teststrip.provider.reading.rows import Parsed


@dataclass(slots=True)
class Node:
    """One parameter and its members so far; `implied`: no row describes it."""

    path: str
    row: Parsed
    facts: Facts
    kind: KindReading
    children: list[Node]
    implied: bool = False


def condition_of(
    node: Node, raws: Sequence[RawCondition], by_name: Mapping[str, Node], by_last: Mapping[str, Node]
) -> Condition | None:
    """Return the first condition that speaks of another parameter, its values typed."""
    for raw in raws:
        beside = f"{node.path[: len(node.path) - len(node.path.rpartition('.')[2])]}{raw.parameter}"
        other = by_name.get(beside) or by_name.get(raw.parameter) or by_last.get(raw.parameter)
        if other is None or other is node:
            continue
        if not raw.values:
            return Condition(other.path, (), raw.given)
        kinds = [kind for kind in (other.kind.kind, *other.kind.or_kinds) if kind is not None]
        values = [typed_any(value, kinds or ["string"]) for value in raw.values]
        known = [choice.value for choice in other.facts.choices]
        if any(isinstance(value, Absent | list | dict) for value in values) or (
            known and any(value not in known for value in values)
        ):
            continue
        return Condition(
            other.path, tuple(value for value in values if isinstance(value, bool | int | float | str))
        )
    return None
