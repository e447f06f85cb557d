"""`teststrip provider adopt`: an API's documentation to the draft of a provider page, and what is open in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from teststrip.base.files import write_text_whole
from teststrip.cli.options import json_option
from teststrip.cli.report import counted, say, say_json, tell
from teststrip.errors import UsageError
from teststrip.provider.adopt.nothing import why_nothing
from teststrip.provider.adopt.page import Adoption, adopt
from teststrip.provider.adopt.report import report
from teststrip.provider.reading.entries import Entry
from teststrip.provider.reading.flags import Flag

_MOST_BYTES: Final = 16 * 1024 * 1024


@click.command("adopt")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where the drafted page goes."
)
@json_option
@click.pass_context
def command(ctx: click.Context, file: Path, output: Path | None, *, as_json: bool) -> None:
    """Draft a provider page from FILE, an API's documentation (Markdown, MDX, or text pasted from a page).

    What the documentation proves is kept; what nobody can decide is flagged, with its line, its cell and the
    readings it could have. Exit code 0: nothing is flagged; 1: something is; 2: no parameter could be read.
    """
    text = _text(file)
    adoption = adopt(text, str(file))
    reading = adoption.reading
    if output is not None and reading.entries:
        write_text_whole(output, adoption.page)
    if as_json:
        say_json(report(reading))
    elif reading.entries:
        _tell(adoption, file, output)
    if not reading.entries:
        for line in (*map(_line, reading.flags), *why_nothing(text, reading)):
            tell(line)
        tell(f"{file}: no parameter is read; give the page that lists them")
    ctx.exit(2 if not reading.entries else 1 if reading.flags else 0)


def _text(file: Path) -> str:
    """Read the documentation; raises UsageError for what is no text file of a size that documentation has."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise UsageError(
                f"{file}: larger than {_MOST_BYTES // 2**20} MiB; give the page with the parameters alone"
            )
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 text (byte {error.start} is no part of any character)") from error
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from error


def _tell(adoption: Adoption, file: Path, output: Path | None) -> None:
    reading = adoption.reading
    if output is None:
        say(adoption.page.rstrip("\n"))
    for flag in reading.flags:
        tell(_line(flag))
    others = [
        f"{role} (line {group.where.line})"
        for group, role in reading.roles
        if role not in {"parameters", "options"}
    ]
    if others:
        tell(f"not parameters: {', '.join(others)}")
    tell(f"{file}: {counted(_count(reading.entries), 'parameter')}, {counted(len(reading.flags), 'flag')}")
    todos = counted(adoption.todos, "place")
    where = str(output) if output is not None else "the page"
    if adoption.todos:
        tell(f"{where}: {todos} to fill in, marked TODO; then run `teststrip provider check`")


def _line(flag: Flag) -> str:
    path = f"  {flag.path}" if flag.path else ""
    if flag.joined:
        return f"{flag.where}  {flag.problem}: {'; '.join(flag.candidates)}"
    rest = f": {', or '.join(flag.candidates)}?" if flag.candidates else ""
    cell = f"  [{flag.cell}]" if flag.cell and flag.cell not in flag.problem and len(flag.cell) <= 60 else ""
    return f"{flag.where}{path}  {flag.problem}{rest}{cell}"


def _count(entries: Sequence[Entry]) -> int:
    return sum((0 if entry.implied else 1) + _count(entry.children) for entry in entries)
