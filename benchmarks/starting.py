"""Starting the program: `--version` beside Python that does nothing, `--help` beside a bare click program."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from measure import Row

STARTS: Final = 40
_BARE: Final = """\
import click
@click.group()
def program():
    "A program with seven commands."
for name in ("check", "plan", "run", "sheet", "provider", "schema", "emulate"):
    program.command(name, help="What it does.")(lambda: None)
program(["--help"])
"""


def starting_rows() -> list[Row]:
    """Start each program many times, one after the other in turn, and give the median wall-clock time of each.

    The program is the console script that pip installed beside this Python, as a person starts it; all of them
    run under the same interpreter and the same site-packages.
    """
    script = shutil.which("teststrip", path=str(Path(sys.executable).parent))
    if script is None:
        raise SystemExit("the console script is not installed beside this Python: run scripts/setup.sh dev")
    programs: dict[str, Sequence[str]] = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "teststrip --version": [script, "--version"],
        "a bare click program --help": [sys.executable, "-c", _BARE],
        "teststrip --help": [script, "--help"],
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(STARTS):
        for name, command in programs.items():
            times[name].append(_started(command))
    return [Row(name, statistics.median(taken)) for name, taken in times.items()]


def _started(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  the programs named above
    return time.perf_counter() - start
