"""Running a recipe of which every cell is done already, as a person does it: `teststrip run`, start to sheet."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from measure import Row, best

from teststrip.base.clock import SystemClock
from teststrip.base.json import sha256
from teststrip.cli.loaded import load
from teststrip.cli.locked import open_plan
from teststrip.cli.stages import Wish
from teststrip.plan.model import Plan
from teststrip.run.folder import LEDGER_NAME, STORE_NAME
from teststrip.run.ledger import open_ledger
from teststrip.run.trial import Entry

CELLS: Final = 100_000
ROUNDS: Final = 5
_RECIPE: Final = """\
teststrip: 1
title: Everything that was ever asked
model: gptproto/nai-diffusion-4-5-full
params: {{prompt: a boat}}
axes:
  sampler: [k_euler, k_euler_ancestral, k_dpmpp_2m, k_dpmpp_sde]
  scale: [4, 5]
  steps: [8, 16, 20, 24, 28]
  seed: {{count: {seeds}, from: 1}}
sheets: [{{rows: seed, cols: [sampler, scale, steps]}}]
"""
_MANY: Final = "recipe.yaml"
_ONE: Final = "one.yaml"
_VALUES: Final = 40  # of the three axes beside the seed
# What the program takes until its first sheet is about to be drawn, or else until its end: processor seconds, and
# the most memory in megabytes: by Linux' own account, since what `resource` says begins with that of the parent.
_PROGRAM: Final = """\
import atexit, resource, sys
from teststrip.cli import doing, main
def tell(*_):
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
    print("took", used.ru_utime + used.ru_stime, int(most.split()[1]) / 1024)
    return ()
if sys.argv[1] == "start":
    doing.write_sheets = tell
else:
    atexit.register(tell)
sys.argv = ["teststrip", "run", *sys.argv[2:]]
main.main()
"""


def resuming_rows() -> list[Row]:
    """Take the processor time of a run of done cells; beside it a bare loop over the same rows and files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, CELLS)
        return [
            Row("a bare loop: read the rows, look for the files", best(lambda: _bare(folder / "runs"))),
            _run(folder, "a recipe of 1 cell, until its sheet", ["start", _ONE]),
            _run(folder, "all done, until the sheets", ["start", _MANY]),
            _run(folder, "all done, until the sheets, with --json", ["start", _MANY, "--json"]),
            _run(folder, "all done, with 16 sheets of tiny pictures", ["whole", _MANY], rounds=1),
        ]


def prepare(folder: Path, cells: int) -> None:
    """Write a recipe, and a runs folder in which all of its cells are done and have a picture each."""
    recipe = folder / _MANY
    recipe.write_text(_RECIPE.format(seeds=cells // _VALUES), "utf-8")
    (folder / _ONE).write_text(
        "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: a boat}\n", "utf-8"
    )
    plan = open_plan(Wish(recipe, "darkroom", live=False, sending=True), load()).plan
    ledger = folder / "runs" / LEDGER_NAME
    ledger.parent.mkdir()
    with open_ledger(ledger, SystemClock()) as opened:
        opened.enter(Entry(c.digest, plan.provider, plan.model, plan.target, c.request) for c in plan.cells)
    connection = sqlite3.connect(ledger)
    with connection:
        connection.executemany(
            "UPDATE trials SET state = 'done', attempts = 1, prediction = ?, pictures = ? WHERE digest = ?",
            _done(plan, folder / "runs" / STORE_NAME),
        )
    connection.close()


def _done(plan: Plan, store: Path) -> Iterator[tuple[str, str, str]]:
    for number, cell in enumerate(plan.cells):
        data = _png(number)
        digest = sha256(data)
        path = store / digest[:2] / f"{digest}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        picture = {"sha256": digest, "media_type": "image/png", "size": len(data)}
        yield f"prediction-{number}", json.dumps([picture]), cell.digest


def _png(number: int) -> bytes:
    """Return a picture of one pixel, another for each number."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" + struct.pack(">I", number))),
        (b"IEND", b""),
    )
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _bare(runs: Path) -> None:
    """Read what the ledger has of every request, and ask the system for the size of every picture."""
    connection = sqlite3.connect(runs / LEDGER_NAME)
    rows = connection.execute("SELECT digest, state, pictures FROM trials").fetchall()
    connection.close()
    for _, state, text in rows:
        for picture in json.loads(text):
            digest = picture["sha256"]
            size = os.stat(f"{runs}/{STORE_NAME}/{digest[:2]}/{digest}.png").st_size  # noqa: PTH116  the fastest
            if state != "done" or size != picture["size"]:
                raise SystemExit("the benchmark's own ledger is not as it was written")


def _run(folder: Path, name: str, arguments: Sequence[str], rounds: int = ROUNDS) -> Row:
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    told = []
    for _ in range(rounds):
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603  our own program
        line = next(line for line in done.stdout.splitlines() if line.startswith("took "))
        told.append(tuple(map(float, line.split()[1:])))
    seconds, megabytes = min(told)
    return Row(f"{name} ({megabytes:.0f} MB)", seconds)
