"""The only module that prints: problems, errors, plans. Results go to stdout, everything else to stderr.

What people and servers wrote is text here: control characters are shown, never sent to the terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from teststrip.base.json import Json
from teststrip.base.where import Problem
from teststrip.errors import InputError, TeststripError
from teststrip.plan.model import Plan

_VALUES_SHOWN: Final = 8


def plain(text: str) -> str:
    """Make text safe for a terminal: control characters other than a newline become visible escapes."""
    return "".join(sign if sign.isprintable() or sign == "\n" else f"\\x{ord(sign):02x}" for sign in text)


def say(text: str) -> None:
    """Print a line of the result."""
    click.echo(plain(text))


def tell(text: str) -> None:
    """Print a line that is not part of the result."""
    click.echo(plain(text), err=True)


def say_json(document: Json) -> None:
    """Print a JSON document on one line."""
    click.echo(json.dumps(document, ensure_ascii=False))


def complain(error: TeststripError, *, as_json: bool) -> None:
    """Report an error: its problems each with a place, or its sentence."""
    problems = error.problems if isinstance(error, InputError) else ()
    if as_json:
        if problems:
            say_json(problems_json(problems))
        else:
            say_json({"event": "error", "message": plain(str(error))})
    elif problems:
        tell_problems(problems)
    else:
        tell(f"error: {error}")


def tell_problems(problems: Sequence[Problem]) -> None:
    """Print problems, one a line: `file:line:column  path  what is wrong`."""
    for problem in problems:
        click.echo(_styled(problem), err=True)
    count = len(problems)
    tell(f"{count} problem{'' if count == 1 else 's'}.")


def problems_json(problems: Iterable[Problem]) -> Mapping[str, Json]:
    """Return problems as `check --json` prints them."""
    return {
        "problems": [
            {
                "file": problem.where.file,
                "line": problem.where.line,
                "column": problem.where.column,
                "path": problem.path,
                "message": problem.message,
                "suggestion": problem.suggestion,
            }
            for problem in problems
        ]
    }


def _styled(problem: Problem) -> str:
    parts = [click.style(plain(str(problem.where)), bold=True)]
    if problem.path:
        parts.append(click.style(plain(problem.path), fg="cyan"))
    message = plain(problem.message)
    if problem.suggestion is not None:
        message += f"; did you mean {click.style(plain(problem.suggestion), fg='green')}?"
    return "  ".join([*parts, message])


def say_plan(plan: Plan, *, to_send: int, requests: int, price: float | None) -> None:
    """Print a plan for a person."""
    say(plan.title)
    say(f"{plan.provider}/{plan.model} on {plan.target}")
    say("")
    width = max((len(axis.name) for axis in plan.axes), default=0)
    for axis in plan.axes:
        labels = [value.label for value in axis.values[:_VALUES_SHOWN]]
        more = len(axis.values) - len(labels)
        shown = ", ".join(labels) + (f", and {more} more" if more else "")
        say(f"  {axis.name:<{width}}  {len(axis.values):>4}  {shown}")
    if plan.axes:
        say("")
    cells = len(plan.cells)
    say(f"{counted(cells, 'cell')}, {counted(requests, 'distinct request')}")
    say(f"{counted(to_send, 'request')} to send now, {requests - to_send} kept from earlier runs")
    say(
        "price: "
        + ("nothing" if price == 0 else "unknown (this page states none)" if price is None else f"{price}")
    )
    say(f"plan {plan.digest}")


def say_cells(plan: Plan, states: Mapping[str, str]) -> None:
    """Print every cell: its number, where it stands, its digest and how far it is."""
    for number, cell in enumerate(plan.cells):
        place = ", ".join(f"{axis.name} {plan.label(cell, index)}" for index, axis in enumerate(plan.axes))
        say(f"{number:>5}  {cell.digest[:8]}  {states.get(cell.digest, 'planned'):<9}  {place or 'the only cell'}")


def counted(number: int, thing: str) -> str:
    """Return `1 cell`, `2 cells`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def where_from_here(path: Path) -> str:
    """Return a path as a person in the current folder would type it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
