"""`teststrip view`: the pages of runs on a port of this machine, live while they go on."""

from __future__ import annotations

import contextlib
import logging
import webbrowser
from pathlib import Path

import click

from teststrip.cli.loaded import load
from teststrip.cli.options import json_option, runs_option
from teststrip.cli.report import say, say_json
from teststrip.errors import UsageError
from teststrip.run.catalogue import find_run
from teststrip.viewer.app import Settings, address
from teststrip.viewer.serve import new_token, serve


@click.command("view")
@click.argument("run", type=click.Path(path_type=Path), required=False)
@runs_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="a free one", help="The port.")
@click.option("--no-token", is_flag=True, help="Let everybody on this machine look, without the token.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
@json_option
def command(run: Path | None, runs_dir: Path, *, port: int, no_token: bool, opens: bool, as_json: bool) -> None:
    """Serve the page of RUN, or the list of all runs, until Ctrl-C: cells appear as they finish.

    It listens on this machine only, and lets in who has the token in the address that is printed.
    """
    folder = find_run(run, runs_dir) if run is not None else None
    if folder is not None:
        runs_dir = folder.absolute().parent
    elif not runs_dir.is_dir():
        raise UsageError(
            f"there is no folder {runs_dir}; `teststrip run RECIPE` makes one, --runs-dir names another"
        )
    token = None if no_token else new_token()

    def on_ready(url: str) -> None:
        there = address(url, folder.name if folder is not None else "", token)
        if as_json:
            say_json({"event": "ready", "url": there})
        else:
            say(f"{there} (Ctrl-C ends it)")
        if opens:
            webbrowser.open(there)

    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    # Ctrl-C is how it ends: nothing to complain about, and nothing to go on with.
    with contextlib.suppress(KeyboardInterrupt):
        serve(Settings(runs_dir.absolute(), load().extensions), port, token, on_ready)
