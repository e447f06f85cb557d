"""`teststrip`: the commands, each imported only when it is used, so that `--version` and completion are quick.

Exit codes: 0 all well; 1 some cells are not done; 2 bad input; 3 the server will not go on (key, balance, reach);
130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Final

import click

from teststrip import __version__
from teststrip.base.threads import STEPS
from teststrip.cli.extra import Program
from teststrip.cli.report import complain, tell
from teststrip.errors import StorageError, TeststripError

INTERRUPTED: Final = 130

# name, which is also the module's -> line in the help; plugins bring others (see `cli.extra`)
COMMANDS: Final = {
    "check": "Check recipes: every problem, each with its place.",
    "plan": "Show what a recipe would do: axes, cells, requests, price.",
    "explain": "Explain a plan: what conditions drop, and where each value of a cell is from.",
    "run": "Run a recipe, and draw its contact sheets.",
    "resume": "Go on with a run that is not finished.",
    "verify": "Hold a run or a lock against what comes now: what has moved?",
    "cassette": "Look at a cassette; import and export those of vcrpy.",
    "runs": "List the runs; show, tidy up and export them.",
    "import": "Turn a grid definition of another tool into a recipe.",
    "inspect": "Show what pictures say of how they were made; make a recipe of one.",
    "sheet": "Draw the contact sheets of a run again.",
    "view": "Serve the pages of runs on this machine, live while they go on.",
    "recipe": "Make a recipe of the cells that were picked on a page.",
    "provider": "Look at provider pages; adopt an API from its documentation.",
    "schema": "Work with the JSON Schemas made from provider pages.",
    "emulate": "Serve an emulator of an API on a local port.",
    "plugins": "List the plugins and what each brings; make a new one.",
}


@click.group(
    cls=Program,
    late=COMMANDS,
    modules="teststrip.cli.{}",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "-p",
    "plugins",
    multiple=True,
    metavar="NAME",
    is_eager=True,  # the help that is asked for behind it lists what the plugin brings
    help="Load a plugin too: an installed one's name, a module or a file; no:NAME leaves one out. May be given "
    "again; TESTSTRIP_PLUGINS has the same, with commas.",
)
@click.option("--no-plugins", is_flag=True, is_eager=True, help="Load no plugin but those that -p names.")
@click.option(
    "--allow",
    multiple=True,
    metavar="NAME",
    help="Let steps do what needs leave: `exec` runs programs. May be given again; TESTSTRIP_ALLOW has the same.",
)
@click.version_option(__version__, "-V", "--version", prog_name="teststrip")
def program(plugins: tuple[str, ...], allow: tuple[str, ...], *, no_plugins: bool) -> None:
    """Sweep an image model's parameters: a recipe in, a contact sheet out."""
    _ = plugins, no_plugins, allow  # whoever loads plugins looks at them (`cli.loaded`)


def main() -> None:
    """Run the program; the one place where errors become exit codes."""
    # A polite end (kill, a CI job's time limit) is handled like Ctrl-C: what was paid for is written down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = program.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except TeststripError as error:
        complain(error, as_json="--json" in sys.argv)
        code = error.exit_code
    except OSError as error:  # what no stage foresaw: a full disk, a folder that may not be written
        named = f"{error.filename}: " if error.filename else ""
        fault = StorageError(
            f"{named}{error.strerror or error}; mend that, then run the same command again to go on"
        )
        try:
            complain(fault, as_json="--json" in sys.argv)
        except OSError:  # it was the output itself that is full or gone
            complain(fault, as_json=False)
        code = fault.exit_code
    except MemoryError:
        fault = StorageError("there is not enough memory for this; sweep less, or give the program more")
        complain(fault, as_json="--json" in sys.argv)
        code = fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        tell("\nInterrupted.")
        code = INTERRUPTED
    code = _flushed(code if isinstance(code, int) else 0)
    if _left_behind():  # at Ctrl-C, or at a time limit; else a run has waited for its steps
        sys.stderr.flush()
        os._exit(code)  # all is written down; Python itself would wait for these threads, perhaps for ever
    sys.exit(code)


def _left_behind() -> bool:
    """Tell whether steps still work in threads, which nobody can end."""
    return any(thread.name.startswith(STEPS) and thread.is_alive() for thread in threading.enumerate())


def _flushed(code: int) -> int:
    """Write out what is buffered while a failure can still be told by the exit code; `code` if there is none."""
    try:
        sys.stdout.flush()
    except OSError:
        # What is left in the buffer would fail again when Python ends, with a traceback and a code of its own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code or StorageError.exit_code
    return code
