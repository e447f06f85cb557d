"""What a person sees while a run goes on: a bar on a terminal, a few lines elsewhere, JSON lines for scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol, Self

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from teststrip.cli.columns import cut, cut_middle, shown
from teststrip.cli.plan_price import amount, seconds
from teststrip.cli.plan_text import place_of
from teststrip.cli.report import counted, plain, say_json
from teststrip.cli.tally import Sum, Tally
from teststrip.plan.model import Cell, Plan
from teststrip.run.events import (
    CellFinished,
    CellsReused,
    CellStarted,
    Event,
    RunStarted,
    StepFinished,
    StepStarted,
    Stopping,
    Waiting,
)
from teststrip.run.state import State

_LABEL: Final = 14  # columns of a label beside the bar
# Of the 16 colours that every terminal has: rich's own are one and the same grey where there are no more.
_OVER: Final = "green"
_TO_DO: Final = "bright_black"
_DIGEST: Final = 8  # characters that name a request, as in `plan --cells`


class Display(Protocol):
    """Shows events; a context manager for as long as the run goes on. The tally has heard them before."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(self, *_: object) -> None:
        """Show nothing more."""
        ...

    def show(self, event: Event) -> None:
        """Show one event."""
        ...


def make_display(plan: Plan, tally: Tally, *, as_json: bool) -> Display:
    """Choose how to show a run."""
    if as_json:
        return JsonLines(plan, tally)
    console = Console(stderr=True, highlight=False)
    return Bar(plan, tally, console) if console.is_terminal else Lines(plan, tally, console)


class JsonLines:
    """One JSON object a line; a cell is named by its labels, and one that ends brings the counts and the price."""

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self._plan = plan
        self._tally = tally

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, event: Event) -> None:
        """Print the event."""
        if isinstance(event, CellsReused):
            for one in event.each():
                self.show(one)
            return
        document = event.to_json()
        if hasattr(event, "cell"):
            cell = self._plan.cells[event.cell]
            document["at"] = {a.name: self._plan.label(cell, index) for index, a in enumerate(self._plan.axes)}
        if isinstance(event, CellFinished):
            document["progress"] = self._tally.to_json()
        say_json(document)


class Lines:
    """A line at the start, one for everything that went wrong, and one for each tenth of the cells."""

    def __init__(self, plan: Plan, tally: Tally, console: Console) -> None:
        self._plan = plan
        self._tally = tally
        self._console = console
        self._told = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, event: Event) -> None:
        """Print the event if it is worth a line."""
        for line in _lines(self._plan, event):
            self._console.print(Text(plain(line)), soft_wrap=True)
        tally = self._tally
        tenth = tally.over * 10 // max(tally.total, 1)
        if isinstance(event, RunStarted):
            self._told = tenth
        if isinstance(event, CellFinished) and tenth > self._told:
            self._told = tenth
            line = f"{tally.over:,} of {counted(tally.total, 'cell')}: {tally.words()}"
            self._console.print(Text("; ".join([line, *_price(tally), *_pace(tally)])), soft_wrap=True)


class Bar:
    """A live bar with the cell that was sent last, and a line below it; what went wrong scrolls above."""

    def __init__(self, plan: Plan, tally: Tally, console: Console) -> None:
        self._plan = plan
        self._tally = tally
        self._console = console
        self._progress = _TwoLines(tally, console)
        self._task = self._progress.add_task("", total=tally.total, completed=tally.over)
        self._steps = 0  # cells that the step at work has to do with

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: Event) -> None:
        """Move the bar, and print what is worth a line."""
        for line in _lines(self._plan, event):
            self._console.print(Text(plain(line)), soft_wrap=True)
        if isinstance(event, CellStarted):
            place = _varying(self._plan, self._plan.cells[event.cell])
            room = max(self._console.width * 3 // 5, 12)
            self._progress.update(self._task, description=cut_middle(place, room))
        if isinstance(event, StepStarted):
            self._steps = event.cells
            described = f"{shown(event.use)}, step {event.step} of {event.steps}"
            self._progress.update(self._task, description=described, total=event.cells, completed=event.reused)
        elif isinstance(event, StepFinished):
            self._progress.update(self._task, completed=self._steps - event.left)
        else:
            self._progress.update(self._task, completed=self._tally.over)


class _TwoLines(Progress):
    """A bar, and below it the counts, the pace and the price."""

    def __init__(self, tally: Tally, console: Console) -> None:
        self._tally = tally
        self._screen = console
        super().__init__(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None, style=_TO_DO, complete_style=_OVER, finished_style=_OVER),
            MofNCompleteColumn(),
            console=console,
            expand=True,
        )

    def get_renderables(self) -> Iterable[RenderableType]:
        """Give the bar and the line below it."""
        yield self.make_tasks_table(self.tasks)
        tally = self._tally
        parts = [tally.words(), *_price(tally), *_pace(tally)]
        yield Text(cut("; ".join(parts), self._screen.width), no_wrap=True)


def _varying(plan: Plan, cell: Cell) -> str:
    """Name a cell by the axes that have more than one value, with labels that are not too long."""
    labels = (
        f"{shown(axis.name)} {cut_middle(shown(plan.label(cell, index)), _LABEL)}"
        for index, axis in enumerate(plan.axes)
        if len(axis.values) > 1
    )
    return ", ".join(labels)


def _pace(tally: Tally) -> list[str]:
    """Say how fast it goes, and how long the rest takes so."""
    pace, left = tally.per_minute(), tally.seconds_left()
    if pace is None:
        return []
    told = f"{pace:,.0f}" if pace >= 10 else f"{pace:.2g}"
    return [f"{told}/min" + (f", {seconds(left)} left" if left is not None else "")]


def _price(tally: Tally) -> list[str]:
    """Say what was spent, by the page's estimate, and what is to come."""
    if not tally.paid or not tally.unit:
        return []
    told = [f"≈ {summed(tally.spent)} {tally.unit} spent"]
    if tally.doubtful.price or tally.doubtful.unknown:
        told.append(f"{summed(tally.doubtful)} uncertain")
    return [", ".join([*told, f"{summed(tally.left)} to come"])]


def summed(total: Sum) -> str:
    """Write a price: `12`, `12 + ?` where some have none, `?` where none has."""
    if not total.unknown:
        return amount(total.price)
    return f"{amount(total.price)} + ?" if total.price else "?"


def _lines(plan: Plan, event: Event) -> list[str]:
    if isinstance(event, RunStarted):
        kept = f", {event.reused} kept from earlier runs" if event.reused else ""
        return [f"{counted(event.cells, 'cell')}: {counted(event.to_send, 'request')} to send{kept}"]
    if isinstance(event, Waiting) and event.seconds >= 1:
        return [f"waiting {event.seconds:.0f} s: {event.reason} ({place_of(plan, plan.cells[event.cell])})"]
    if isinstance(event, CellFinished) and event.state is State.PLANNED and not event.reason:
        return []  # it waited for its turn when the run stopped, as all that were not even begun
    if isinstance(event, CellFinished) and event.state is not State.DONE:
        why = f": {event.reason}" if event.reason else ""
        return [f"{event.state}: {place_of(plan, plan.cells[event.cell])} ({_ids(event)}){why}"]
    if isinstance(event, Stopping):
        return [f"stopping: {event.reason}"]
    return _step_lines(plan, event)


def _step_lines(plan: Plan, event: Event) -> list[str]:
    if isinstance(event, StepStarted) and event.cells > event.reused:
        known = f", {event.reused:,} known from before" if event.reused else ""
        to_do = counted(event.cells - event.reused, "cell")
        return [f"step {event.step} of {event.steps}, {shown(event.use)}: {to_do}{known}"]
    if isinstance(event, StepFinished) and event.reason:
        return [f"step {shown(event.use)} failed: {place_of(plan, plan.cells[event.cell])}: {event.reason}"]
    return []


def _ids(event: CellFinished) -> str:
    """Name a request by what the ledger and what the server calls it."""
    theirs = f", prediction {event.prediction}" if event.prediction else ""
    return f"request {event.digest[:_DIGEST]}{theirs}"
