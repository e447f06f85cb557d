"""A plan of some of another plan's cells: for whoever decides while running which cells are worth their price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from teststrip.plan.cells import coordinates_of
from teststrip.plan.identity import plan_digest
from teststrip.plan.model import Plan, Reason
from teststrip.plan.sweep import FIRST_EXCLUDED, MAX_EXCLUDED


def part_of(plan: Plan, numbers: Iterable[int], why: str) -> Plan:
    """Return the plan of the cells with these numbers, in the order of the plan; each once.

    Each keeps its place and its identity, and so what is paid for. The other cells are left out as a sample leaves
    them out, and `why` is what sheets say of them. Raises IndexError for a number that is no cell's.
    """
    kept = sorted(set(numbers))
    if kept and not 0 <= kept[0] <= kept[-1] < len(plan.cells):
        raise IndexError(f"there are {len(plan.cells):,} cells, and none has the number {kept[0]} or {kept[-1]}")
    cells = tuple(plan.cells[number] for number in kept)
    reasons, excluded = plan.reasons, dict(plan.excluded)
    left = len(plan.cells) - len(cells)
    if left:
        reasons = (*reasons, Reason("sample", why, left))
        room = max(MAX_EXCLUDED - len(excluded), FIRST_EXCLUDED)
        among = set(kept)
        for number, place in enumerate(coordinates_of(plan.cells)):
            if not room:
                break
            if number not in among:
                excluded[place] = len(reasons) - 1
                room -= 1
    digest = plan_digest(plan.provider, plan.model, plan.target, plan.axes, cells)
    return replace(plan, cells=cells, digest=digest, reasons=reasons, excluded=excluded)
