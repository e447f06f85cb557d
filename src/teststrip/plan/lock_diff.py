"""What differs between a lock and the world of today, in sentences: the page, the program, another plan. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from teststrip import __version__
from teststrip.base.json import Json, canonical
from teststrip.base.where import Where
from teststrip.plan.lock import DARKROOM
from teststrip.plan.lock_page import comparable
from teststrip.plan.model import Plan
from teststrip.provider.model import Provider
from teststrip.schema.diff.changes import Change, shown
from teststrip.schema.diff.offers import Offer, diff
from teststrip.schema.request import request_schema

_MOST_VALUES: Final = 6
_MOST_MEMBERS: Final = 12


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one member of the requests: values that none had before, and values that none has now."""

    name: str
    new: tuple[Json, ...]
    gone: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two plans held against each other, cell by cell: the same where the digest is.

    `same` and `new` count cells of the later plan, `gone` those of the earlier one; `steps` says what differs in
    the requests, in their order.
    """

    same: int
    new: int
    gone: int
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        """Say it in one line: `4 cells the same, 2 new, 2 gone (steps: 8 is new, 6 is gone)`."""
        said = (
            f"{self.same:,} {'cell' if self.same == 1 else 'cells'} the same, {self.new:,} new, {self.gone:,} gone"
        )
        told = [_step_in_words(step) for step in self.steps[:_MOST_MEMBERS]]
        more = len(self.steps) - len(told)
        return said + (f" ({'; '.join(told)}{f'; and {more} more' if more else ''})" if told else "")


def compare(before: Plan, after: Plan) -> Comparison:
    """Compare two plans. What was planned for another target, model or provider is another cell throughout."""
    old = {cell.digest for cell in before.cells}
    new = {cell.digest for cell in after.cells}
    same = sum(cell.digest in old for cell in after.cells)
    gone = sum(cell.digest not in new for cell in before.cells)
    return Comparison(same, len(after.cells) - same, gone, tuple(_steps(before, after)))


def page_differs(plan: Plan, provider: Provider) -> Iterator[str]:
    """Say in a line for each how the page has changed since a plan was made, as far as its model is concerned."""
    if provider.digest == plan.page_digest:
        return
    name = plan.page_file or provider.page
    lead = f"page {name} is not the one that this was planned with"
    then = comparable(plan.page_request)
    try:
        changes = None if then is None else _changes(plan, provider, then)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError):
        changes = None  # keywords of our own that are not what they should be: crafted, or a later version's
    if changes is None:
        yield f"{lead}; what the lock has of it cannot be compared"
        return
    for change in changes:
        yield f"{lead}: {change.path + ': ' if change.path else ''}{change.sentence}"
    if not changes:
        yield f"{lead}; what requests to {plan.model} may hold is the same"


def _changes(plan: Plan, provider: Provider, then: Mapping[str, Any]) -> list[Change]:
    before = _offer(provider.name, plan.page_file, plan.model, then)
    after = _offer(provider.name, provider.page, plan.model, request_schema(provider, plan.model))
    return [change for change in diff(before, after) if change.severity != "words"]


def versions_differ(plan: Plan, renderer: str) -> Iterator[str]:
    """Say by which other versions a plan was made; `renderer` is the darkroom's of today."""
    if plan.made_by != __version__:
        yield f"planned by teststrip {plan.made_by}; this is {__version__}"
    drawn = plan.target.removeprefix(DARKROOM)
    if plan.target.startswith(DARKROOM) and drawn != renderer:
        yield f"planned for version {drawn} of the darkroom; this one is version {renderer}, which draws otherwise"


def _offer(name: str, file: str, model: str, schema: Mapping[str, Any]) -> Offer:
    def nowhere(_model: str, _path: str) -> Where | None:
        return None

    return Offer(name, file, {model: schema}, nowhere)


def _steps(before: Plan, after: Plan) -> Iterator[Step]:
    for name in ("provider", "model", "target"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield Step(name, (now,), (was,))
    old, new = _values(before), _values(after)
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name, {}), new.get(name, {})
        fresh = tuple(value for key, value in now.items() if key not in was)
        gone = tuple(value for key, value in was.items() if key not in now)
        if fresh or gone:
            yield Step(name, fresh, gone)


def _values(plan: Plan) -> dict[str, dict[object, Json]]:
    """Gather the different values of every member of a plan's requests."""
    found: dict[str, dict[object, Json]] = {}
    for cell in plan.cells:
        for name, value in cell.request.items():
            values = found.setdefault(name, {})
            key = value if isinstance(value, str) else canonical(value)
            if key not in values:
                values[key] = value
    return found


def _step_in_words(step: Step) -> str:
    if len(step.new) == len(step.gone) == 1:
        return f"{step.name} {shown(step.gone[0])} -> {shown(step.new[0])}"
    told = [f"{_several(values)} {word}" for values, word in ((step.new, "new"), (step.gone, "gone")) if values]
    return f"{step.name}: {', '.join(told)}"


def _several(values: tuple[Json, ...]) -> str:
    told = [shown(value) for value in values[:_MOST_VALUES]]
    more = len(values) - len(told)
    if more:
        told.append(f"{more} more")
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    return f"{listed} {'is' if len(values) == 1 else 'are'}"
