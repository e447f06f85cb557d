"""A plan as lines of text for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from teststrip.cli.allowance import Standing
from teststrip.cli.columns import WIDTH, cut_middle, filled, listed, shown, width_of
from teststrip.cli.miniature import miniature
from teststrip.cli.outlook import Outlook
from teststrip.cli.plan_price import amount, price_lines
from teststrip.cli.report import counted
from teststrip.plan.model import Axis, AxisValue, Cell, Plan

_WIDEST_NAME: Final = 24
_WIDEST_LABEL: Final = 40
_LINES_OF_VALUES: Final = 2
STANDINGS: Final[dict[Standing, str]] = {
    "send": "to send",
    "done": "done",
    "waiting": "under way",
    "failed": "failed",
    "moderated": "refused for content",
    "cancelled": "cancelled",
    "uncertain": "uncertain",
}
LEFT_AS_IT_IS: Final[dict[Standing, str]] = {
    "waiting": "`run` asks again for what is under way, at no cost",
    "failed": "what failed may have cost; `run --retry-failed` sends it again",
    "moderated": "what was refused is sent again by `run --retry-failed`",
    "cancelled": "what was called off may have cost; `run --retry-failed` sends it again",
    "uncertain": "what is uncertain may have been paid for; `run --uncertain resend` sends it again",
}


def plan_lines(outlook: Outlook) -> Iterator[str]:
    """Say what a plan would do."""
    plan = outlook.plan
    yield shown(plan.title)
    yield f"{plan.provider}/{plan.model} on {plan.target}"
    yield ""
    if plan.axes:
        yield from axis_lines(plan.axes)
        yield ""
    yield from _counts(outlook)
    yield from _left_out(plan)
    if plan.after:
        names = ", ".join(use.use for use in plan.after)
        yield f"after: {cut_middle(shown(names), WIDTH - 40)} ({counted(len(plan.after), 'step')} on each picture)"
    yield from price_lines(outlook)
    drawn = list(miniature(plan, outlook.standing)) if len(plan.cells) > 1 else []
    if drawn:
        yield ""
        yield from drawn
    yield ""
    yield f"plan {plan.digest}"


def cell_lines(outlook: Outlook) -> Iterator[str]:
    """Name every cell: its number, its digest, how it stands, what it costs, its labels."""
    plan, cost = outlook.plan, outlook.cost
    number_width = len(str(max(len(plan.cells) - 1, 0)))
    price_width = max((len(amount(one.amount)) for one in cost.quotes), default=0) if cost is not None else 0
    for number, cell in enumerate(plan.cells):
        price = filled(amount(cost.of(number)), price_width, right=True) + "  " if cost is not None else ""
        state = outlook.state(cell.digest)
        yield f"{number:>{number_width}}  {cell.digest[:8]}  {state:<9}  {price}{shown(place_of(plan, cell))}"


def place_of(plan: Plan, cell: Cell) -> str:
    """Name a cell by its labels: `sampler k_euler, steps 28`."""
    labels = ", ".join(f"{axis.name} {plan.label(cell, index)}" for index, axis in enumerate(plan.axes))
    return labels or "the only cell"


def axis_lines(axes: Sequence[Axis]) -> Iterator[str]:
    """Name axes, each with how many values it has and as many labels as fit; there must be one."""
    names = [cut_middle(shown(axis.name), _WIDEST_NAME) for axis in axes]
    width = max(map(width_of, names))
    digits = max(len(f"{len(axis.values):,}") for axis in axes)
    for name, axis in zip(names, axes, strict=True):
        head = f"  {filled(name, width)}  {len(axis.values):>{digits},}  "
        for line in listed(_labels(axis), WIDTH - width_of(head), _LINES_OF_VALUES):
            yield head + line
            head = " " * width_of(head)


def _labels(axis: Axis) -> list[str]:
    # More than fill the lines need not be looked at, and their number is what counts.
    first = [_named(value) for value in axis.values[:WIDTH]]
    return first + [""] * (len(axis.values) - len(first))


def _named(value: AxisValue) -> str:
    """Name a value by its label, and say what becomes of it."""
    flags = [word for word, given in (("skipped", value.skip), ("hidden", value.hide)) if given]
    label = _quoted(cut_middle(shown(value.label), _WIDEST_LABEL))
    return f"{label} ({', '.join(flags)})" if flags else label


def _quoted(label: str) -> str:
    """Set a label in quotes where nobody would see else where it begins and ends."""
    return f'"{label}"' if ", " in label or label != label.strip() or not label else label


def _left_out(plan: Plan) -> Iterator[str]:
    """Say how many places are no cells, and why."""
    sampled = any(reason.kind == "sample" for reason in plan.reasons)
    for reason in plan.reasons:
        if reason.kind == "sample":
            yield f"{counted(reason.places, 'place')} passed over by the sample: {shown(reason.text)}"
        elif sampled and not reason.places:
            continue  # of a space too large to look at every place, nobody counts what a condition drops
        elif reason.kind == "skip":
            yield f"{counted(reason.places, 'place')} skipped: {shown(reason.text)}"
        else:
            yield f"{counted(reason.places, 'place')} left out by: {shown(cut_middle(reason.text, WIDTH - 30))}"


def _counts(outlook: Outlook) -> Iterator[str]:
    plan = outlook.plan
    doubles = len(plan.cells) - outlook.distinct
    twice = f"; {counted(doubles, 'cell')} {'repeats' if doubles == 1 else 'repeat'} another's" if doubles else ""
    yield f"{counted(len(plan.cells), 'cell')}, {counted(outlook.distinct, 'distinct request')}{twice}"
    parts = [
        counted(outlook.to_send, "request")
        + " to send"
        + (f" ({outlook.again:,} failed before)" if outlook.again else "")
    ]
    parts += [
        f"{outlook.counts[one]:,} {word}"
        for one, word in STANDINGS.items()
        if one != "send" and outlook.counts.get(one)
    ]
    yield ", ".join(parts)
    for standing, words in LEFT_AS_IT_IS.items():
        if outlook.counts.get(standing):
            yield f"  {words}"
