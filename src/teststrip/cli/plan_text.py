"""A plan as lines of text for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from teststrip.cli.report import counted
from teststrip.plan.model import AxisValue, Cell, Plan

_VALUES_SHOWN: Final = 8


def plan_lines(plan: Plan, *, to_send: int, requests: int, price: float | None) -> Iterator[str]:
    """Say what a plan would do; `price` None is unknown."""
    yield plan.title
    yield f"{plan.provider}/{plan.model} on {plan.target}"
    yield ""
    width = max((len(axis.name) for axis in plan.axes), default=0)
    for axis in plan.axes:
        labels = [_named(value) for value in axis.values[:_VALUES_SHOWN]]
        more = len(axis.values) - len(labels)
        shown = ", ".join(labels) + (f", and {more} more" if more else "")
        yield f"  {axis.name:<{width}}  {len(axis.values):>4}  {shown}"
    if plan.axes:
        yield ""
    yield f"{counted(len(plan.cells), 'cell')}, {counted(requests, 'distinct request')}"
    yield f"{counted(to_send, 'request')} to send now, {requests - to_send:,} kept from earlier runs"
    yield "price: " + (
        "nothing" if price == 0 else "unknown: this page states none" if price is None else f"{price}"
    )
    yield f"plan {plan.digest}"


def _named(value: AxisValue) -> str:
    """Name a value by its label, and say what becomes of it."""
    flags = [word for word, given in (("skipped", value.skip), ("hidden", value.hide)) if given]
    return f"{value.label} ({', '.join(flags)})" if flags else value.label


def cell_lines(plan: Plan, states: Mapping[str, str]) -> Iterator[str]:
    """Name every cell: its number, its digest, how it stands, its labels."""
    for number, cell in enumerate(plan.cells):
        state = states.get(cell.digest, "planned")
        yield f"{number:>5}  {cell.digest[:8]}  {state:<9}  {place_of(plan, cell)}"


def place_of(plan: Plan, cell: Cell) -> str:
    """Name a cell by its labels: `sampler k_euler, steps 28`."""
    labels = ", ".join(f"{axis.name} {plan.label(cell, index)}" for index, axis in enumerate(plan.axes))
    return labels or "the only cell"
