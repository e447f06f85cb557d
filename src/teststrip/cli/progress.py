"""What a person sees while a run goes on: a bar on a terminal, a few lines elsewhere, JSON lines for scripts."""

from __future__ import annotations

from collections import Counter
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from teststrip.cli.plan_text import place_of
from teststrip.cli.report import counted, plain, say_json
from teststrip.plan.model import Plan
from teststrip.run.events import CellFinished, CellStarted, Event, RunStarted, Stopping, Waiting
from teststrip.run.state import State


class Display(Protocol):
    """Shows events; a context manager for as long as the run goes on."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(self, *_: object) -> None:
        """Show nothing more."""
        ...

    def show(self, event: Event) -> None:
        """Show one event."""
        ...


def make_display(plan: Plan, *, as_json: bool) -> Display:
    """Choose how to show a run."""
    if as_json:
        return JsonLines(plan)
    console = Console(stderr=True, highlight=False)
    return Bar(plan, console) if console.is_terminal else Lines(plan, console)


class JsonLines:
    """One JSON object a line; a cell is named by its labels."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, event: Event) -> None:
        """Print the event."""
        document = event.to_json()
        if hasattr(event, "cell"):
            cell = self._plan.cells[event.cell]
            document["at"] = {a.name: self._plan.label(cell, index) for index, a in enumerate(self._plan.axes)}
        say_json(document)


class Lines:
    """A line at the start, one for everything that went wrong, and one for each tenth of the cells."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._counts: Counter[str] = Counter()
        self._told = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, event: Event) -> None:
        """Print the event if it is worth a line."""
        for line in _lines(self._plan, event):
            self._console.print(Text(plain(line)), soft_wrap=True)
        if isinstance(event, CellFinished):
            self._counts[str(event.state)] += event.cells
            tenth = sum(self._counts.values()) * 10 // max(len(self._plan.cells), 1)
            if tenth > self._told and not event.reused:
                self._told = tenth
                done = sum(self._counts.values())
                self._console.print(Text(f"{done} of {counted(len(self._plan.cells), 'cell')}"), soft_wrap=True)


class Bar:
    """A live bar with counts; what went wrong scrolls above it."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._counts: Counter[str] = Counter()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            expand=True,
        )
        self._task = self._progress.add_task("drawing", total=len(plan.cells), counts="")

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
            self._progress.update(
                self._task, description=plain(place_of(self._plan, self._plan.cells[event.cell]))
            )
        if isinstance(event, CellFinished):
            self._counts[str(event.state)] += event.cells
            counts = ", ".join(f"{count} {state}" for state, count in self._counts.items() if state != State.DONE)
            self._progress.update(self._task, advance=event.cells, counts=counts)


def _lines(plan: Plan, event: Event) -> list[str]:
    if isinstance(event, RunStarted):
        kept = f", {event.reused} kept from earlier runs" if event.reused else ""
        return [f"{counted(event.cells, 'cell')}: {counted(event.to_send, 'request')} to send{kept}"]
    if isinstance(event, Waiting) and event.seconds >= 1:
        return [f"waiting {event.seconds:.0f} s: {event.reason} ({place_of(plan, plan.cells[event.cell])})"]
    if isinstance(event, CellFinished) and event.state is not State.DONE:
        why = f": {event.reason}" if event.reason else ""
        return [f"{event.state}: {place_of(plan, plan.cells[event.cell])}{why}"]
    if isinstance(event, Stopping):
        return [f"stopping: {event.reason}"]
    return []
