"""The only module that prints. Results go to stdout, everything else to stderr.

What people and servers wrote is text here: control characters are shown, never sent to the terminal.
"""

from __future__ import annotations

import itertools
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from teststrip.base.json import Json
from teststrip.base.where import Problem
from teststrip.errors import InputError, TeststripError

_AT_ONCE: Final = 512  # parts that are written together
MOST_PROBLEMS: Final = 1_000  # that are printed; nobody mends more before looking again
_LONGEST_MESSAGE: Final = 2_000
_FEW: Final = 5


def plain(text: str) -> str:
    """Make text safe for a terminal: what is neither printable, nor a space or newline, becomes a visible escape.

    Marks that turn the direction of writing are such; the joiner inside an emoji is not.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or _is_harmless(sign) else f"\\x{ord(sign):02x}" for sign in text)


def _is_harmless(sign: str) -> bool:
    return sign in "\n\u200d" or unicodedata.category(sign) == "Zs"


def say(text: str) -> None:
    """Print a line of the result."""
    click.echo(plain(text))


def say_lines(lines: Iterable[str]) -> None:
    """Print many lines of the result, as they come."""
    say_parts(f"{plain(line)}\n" for line in lines)


def say_parts(parts: Iterable[str]) -> None:
    """Print a result that is made part by part and may be long; whoever made them has made them safe."""
    waiting = iter(parts)
    while batch := list(itertools.islice(waiting, _AT_ONCE)):
        click.echo("".join(batch), nl=False)


def say_spans(spans: Iterable[tuple[str, str]]) -> None:
    """Print a line of the result in parts, each with a colour, `bold`, `dim`, or "" for neither.

    Colours reach a terminal only.
    """
    looks = {"bold": {"bold": True}, "dim": {"dim": True}, "": {}}
    parts = [click.style(plain(text), **looks.get(look, {"fg": look})) for text, look in spans]
    click.echo("".join(parts))


def say_drawn(text: str) -> None:
    """Print what was drawn for the terminal, with its styles; whoever drew it has made its texts `plain`."""
    click.echo(text, nl=False)


def tell(text: str) -> None:
    """Print a line that is not part of the result."""
    click.echo(plain(text), err=True)


def ask(question: str) -> bool:
    """Ask a person yes or no, on the terminal; no when nothing is said. Ctrl-C is click's Abort."""
    return click.confirm(plain(question), default=False, err=True)


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
        print_problems(problems, err=True)
    else:
        tell(f"error: {error}")


def print_problems(problems: Sequence[Problem], *, err: bool, called: str = "problem") -> None:
    """Print problems, or what else they are called, one a line: `file:line:column  path  what is wrong`.

    They are the result of `check`, for grep and editors; to every other command they are an error (`err`).
    """
    for problem in problems[:MOST_PROBLEMS]:
        click.echo(_styled(problem), err=err)
    left = f"; the first {MOST_PROBLEMS:,} are shown" if len(problems) > MOST_PROBLEMS else ""
    click.echo(f"{counted(len(problems), called)}{left}.", err=err)


def problems_json(problems: Sequence[Problem]) -> Mapping[str, Json]:
    """Return problems as `check --json` prints them; `left_out` is there when there are too many to print."""
    left = len(problems) - MOST_PROBLEMS
    return ({"left_out": left} if left > 0 else {}) | {
        "problems": [
            {
                "file": problem.where.file,
                "line": problem.where.line,
                "column": problem.where.column,
                "path": problem.path,
                "message": _short(problem.message),
                "suggestion": problem.suggestion,
                "concerns": problem.concerns,
            }
            for problem in problems[:MOST_PROBLEMS]
        ]
    }


def first_of(problems: Sequence[Problem]) -> list[str]:
    """Return a few problems as lines, and how many more there are: of a damaged file one tells as much as all."""
    lines = [str(problem) for problem in problems[:_FEW]]
    return [*lines, f"and {counted(len(problems) - _FEW, 'more line')}"] if len(problems) > _FEW else lines


def _styled(problem: Problem) -> str:
    parts = [click.style(plain(str(problem.where)), bold=True)]
    if problem.path:
        parts.append(click.style(plain(problem.path), fg="cyan"))
    message = plain(_short(problem.message))
    if problem.concerns:
        message += f" ({plain(_short(problem.concerns))})"
    if problem.suggestion is not None and len(problem.suggestion) <= _LONGEST_MESSAGE:
        message += f"; did you mean {click.style(plain(problem.suggestion), fg='green')}?"
    return "  ".join([*parts, message])


def _short(message: str) -> str:
    """Shorten a message that repeats what somebody wrote at length: its two ends say what is wrong."""
    if len(message) <= _LONGEST_MESSAGE:
        return message
    return f"{message[: _LONGEST_MESSAGE // 2]}...{message[-_LONGEST_MESSAGE // 2 :]}"


def counted(number: int, thing: str) -> str:
    """Return `1 cell`, `2 cells`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def where_from_here(path: Path) -> str:
    """Return a path as a person in the current folder would type it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
