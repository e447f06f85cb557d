"""`teststrip cassette`: look at one, and change to and from vcrpy's."""

from __future__ import annotations

from pathlib import Path

import click

from teststrip.base.json import Json
from teststrip.cassette.read import load_cassette
from teststrip.cassette.vcr import export_vcr, import_vcr
from teststrip.cli.columns import shown
from teststrip.cli.options import json_option
from teststrip.cli.report import counted, say, say_json, say_lines, tell, where_from_here
from teststrip.errors import UsageError
from teststrip.run.target import url_target

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("cassette")
def command() -> None:
    """Look at cassettes; change vcrpy's into ours, and ours into vcrpy's."""


@command.command("show")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@json_option
@click.pass_context
def show(ctx: click.Context, folder: Path, *, as_json: bool) -> None:
    """List the exchanges of the cassette in DIR, and what is missing of them.

    Exit code 1: something is.
    """
    cassette = load_cassette(folder)
    header = cassette.header
    if as_json:
        exchanges: list[Json] = [
            {
                "line": place.line,
                "method": one.asked.method,
                "url": one.asked.url,
                "status": one.status,
                "fault": None if one.fault is None else one.fault.name,
                "took": one.took,
            }
            for place, one in zip(cassette.places, cassette.exchanges(), strict=True)
        ]
        target = None if header is None else header.identity
        say_json({"target": target, "exchanges": exchanges, "missing": list(cassette.missing)})
    else:
        where = (
            "nobody knows where"
            if header is None
            else f"{header.identity}, {header.recorded or 'at no known time'}"
        )
        say(f"{counted(len(cassette.places), 'exchange')} recorded from {shown(where)}")
        say_lines(f"  {place.line:>5}  {shown(str(cassette.exchange(place)))}" for place in cassette.places)
        for line in cassette.missing:
            tell(f"missing: {line}")
    ctx.exit(1 if cassette.missing else 0)


@command.command("import")
@click.argument("file", metavar="VCR.yaml", type=_FILE)
@click.option(
    "-o", "--output", required=True, type=_FOLDER, metavar="DIR", help="The cassette; added to if it is one."
)
@click.option("--target", metavar="URL", help="The emulator that it was recorded from; the paid API else.")
@json_option
@click.pass_context
def import_(ctx: click.Context, file: Path, output: Path, target: str | None, *, as_json: bool) -> None:
    """Put the exchanges of a cassette of vcrpy on one of ours, without keys, cookies, signatures and balances."""
    where = None if target is None else url_target(target)
    recorded = import_vcr(file, output, *((where.identity, where.base_url) if where is not None else ()))
    if as_json:
        say_json({"cassette": str(output), "exchanges": recorded.exchanges, "trouble": recorded.trouble})
    else:
        say(f"{where_from_here(output)}: {counted(recorded.exchanges, 'exchange')}")
        if recorded.trouble:
            tell(f"not whole: {recorded.trouble}")
    ctx.exit(1 if recorded.trouble else 0)


@command.command("export")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("-o", "--output", required=True, type=_FILE, metavar="VCR.yaml", help="Nothing is written over.")
@click.option("--blobs", is_flag=True, help="Put pictures into files beside it, which needs a hook in vcrpy.")
@json_option
@click.pass_context
def export(ctx: click.Context, folder: Path, output: Path, *, blobs: bool, as_json: bool) -> None:
    """Write the cassette in DIR as vcrpy's YAML.

    Exit code 1: what vcrpy has no word for is left out, and listed.
    """
    if output.exists() or output.is_symlink():
        raise UsageError(f"{output} is there already; choose another name, or remove it first")
    cassette = load_cassette(folder)
    count, left = export_vcr(cassette, output, beside=blobs)
    if as_json:
        say_json({"output": str(output), "exchanges": count, "left_out": list(left)})
    else:
        say(f"{where_from_here(output)}: {counted(count, 'exchange')}")
        for line in left:
            tell(f"left out: {shown(line)}")
    ctx.exit(1 if left else 0)
