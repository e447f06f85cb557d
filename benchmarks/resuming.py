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
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from measure import Row, best

from teststrip.base.clock import SystemClock
from teststrip.base.json import sha256
from teststrip.cli.locked import open_plan
from teststrip.cli.stages import Wish, known_providers
from teststrip.plan.model import Plan
from teststrip.plugins import plugin_manager
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
_VALUES: Final = 40  # of the three axes beside the seed
# What the program takes until its first sheet is about to be drawn, and how much memory at most.
_PROGRAM: Final = """\
import resource, sys
from teststrip.cli import doing, main
def told(*_):
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    return ()
doing.write_sheets = told
sys.argv = ["teststrip", "run", *sys.argv[1:]]
main.main()
"""


def resuming_rows() -> list[Row]:
    """Take the processor time of a whole run of done cells; beside it a bare loop over the same rows and files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, CELLS)
        runs = folder / "runs"
        return [
            Row("a bare loop: read the rows, look for the files", best(lambda: _bare(runs), rounds=ROUNDS)),
            *(Row(f"teststrip run, {CELLS:,} cells done{more}", seconds) for more, seconds in _started(folder)),
        ]


def prepare(folder: Path, cells: int) -> None:
    """Write a recipe, and a runs folder in which all of its cells are done and have a picture each."""
    recipe = folder / "recipe.yaml"
    recipe.write_text(_RECIPE.format(seeds=cells // _VALUES), "utf-8")
    plan = open_plan(Wish(recipe, "darkroom", live=False, sending=True), known_providers(plugin_manager())).plan
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
            size = os.stat(f"{runs}/{STORE_NAME}/{digest[:2]}/{digest}.png").st_size
            if state != "done" or size != picture["size"]:
                raise SystemExit("the benchmark's own ledger is not as it was written")


def _started(folder: Path) -> Iterator[tuple[str, float]]:
    for more in ([], ["--json"]):
        command = [sys.executable, "-c", _PROGRAM, "recipe.yaml", *more]
        told = []
        for _ in range(ROUNDS):
            done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603  our own program
            line = next(line for line in done.stdout.splitlines() if not line.startswith("{"))
            told.append(tuple(map(float, line.split())))
        seconds, megabytes = min(told)
        yield f"{' with --json' if more else ''} ({megabytes:.0f} MB)", seconds
