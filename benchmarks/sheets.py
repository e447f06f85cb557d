"""A labelled contact sheet of 1,000 finished cells, beside the plain Pillow loop, GraphicsMagick and libvips.

All make a PNG of the same 40 x 25 pictures of 832x1216 at 96 pixels each. Ours has its thumbnails in the store, as
a finished run has, or makes them. The loop is what one writes first: open, `thumbnail`, paste, a text.
GraphicsMagick (`gm montage`, with labels, given half a minute, in the first round only) and libvips (`arrayjoin`
of thumbnails, through pyvips, without any text) are measured where they are installed.

All of a round follow each other at once, so that a ratio is of times on the same machine: it is the median of the
rounds' own. Seconds are the best of the rounds. Memory is the peak of a process that does nothing else.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from teststrip.base.json import sha256
from teststrip.darkroom import Exposure, render
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.folder import THUMBS_NAMES
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.grid import LayoutOptions
from teststrip.sheet.write import write_sheets

ROWS: Final = 25
COLUMNS: Final = 40
WIDTH: Final = 96
HEIGHT: Final = 140
ROUNDS: Final = 3
_LONGEST: Final = 120  # seconds, after which nothing more is measured a second time
_DIFFERENT: Final = 8  # pictures; the others are further names of these, as what is in them takes no more time
_LOOP: Final = "the plain Pillow loop"
_SLOW: Final = "GraphicsMagick, gm montage -label"
_PATIENCE: Final = 30  # seconds
_SHEET: Final = (SheetSpec(rows=("scale",), cols=("seed",), caption="seed ${{ seed }}"),)


@dataclass(frozen=True, slots=True)
class Time:
    """What one way came to, for the whole sheet: seconds by the wall clock, and of all processors."""

    wall: float
    cpu: float


def sheets_table() -> str:
    """Measure every way that is here, and print seconds and how many times the loop takes as long."""
    with tempfile.TemporaryDirectory(prefix="teststrip-bench-") as made:
        folder = Path(made)
        run = make_run(folder, ROWS, COLUMNS)
        files = [outcome.artifacts[0].path for outcome in run.outcomes.values()]
        ways = dict(_ways(run, files, folder))
        times: dict[str, list[Time]] = {name: [] for name in ways}
        begun = time.perf_counter()
        for number in range(ROUNDS):
            for name, way in ways.items():
                if number == 0 or (name != _SLOW and time.perf_counter() - begun < _LONGEST):
                    times[name].append(way())
    lines = [f"  {'':<46}  {'wall':>7}  {'cpu':>7}  {'loop / it':>9}  {'cpu':>6}"]
    lines += [_row(name, found, times[_LOOP]) for name, found in times.items()]
    lines += [f"  peak memory, {count:,} cells, thumbnails there: {peak:,.0f} MB" for count, peak in _peaks()]
    return "\n".join(lines)


def _row(name: str, found: list[Time], loop: list[Time]) -> str:
    pairs = list(zip(loop, found, strict=False))
    wall = statistics.median(other.wall / one.wall for other, one in pairs)
    cpu = statistics.median(other.cpu / one.cpu for other, one in pairs)
    best = Time(min(one.wall for one in found), min(one.cpu for one in found))
    return f"  {name:<46}  {best.wall:>5.2f} s  {best.cpu:>5.2f} s  {wall:>8.1f}x  {cpu:>5.1f}x"


def make_run(folder: Path, rows: int, columns: int) -> Run:
    """Make a finished run of so many cells, its pictures in a store."""
    _draw_pictures(folder, rows * columns)
    return found_run(folder, rows, columns)


def found_run(folder: Path, rows: int, columns: int) -> Run:
    """Return a run whose pictures are in the store."""
    names = [sha256(f"{number}".encode()) for number in range(rows * columns)]
    kept = [Artifact(name, "image/png", 1, str(_place(folder, name))) for name in names]
    cells = [
        Cell(divmod(at, columns), {"scale": at // columns, "seed": at % columns, "size": "832x1216"}, name)
        for at, name in enumerate(names)
    ]
    outcomes = {one.sha256: Outcome(one.sha256, State.DONE, (one,)) for one in kept}
    axes = (_axis("scale", rows), _axis("seed", columns))
    names_of = ("A thousand", "", "0" * 64, "gptproto", "nai", "darkroom/1", "1" * 64)
    plan = Plan(*names_of, axes, cells, _SHEET, None, "ab" * 32)
    return Run(folder, plan, outcomes, sent=0)


def _place(folder: Path, name: str) -> Path:
    return folder / "store" / name[:2] / f"{name}.png"


def _axis(name: str, count: int) -> Axis:
    return Axis(name, tuple(AxisValue(str(number), number) for number in range(count)), parameter=True)


def _draw_pictures(folder: Path, count: int) -> None:
    """Put pictures with the grain that sampled ones have into a store, by names as it would give them."""
    grain = np.random.default_rng(7)
    originals = []
    for seed in range(_DIFFERENT):
        prompt = "1girl, purple hair, witch hat, sunset, sea, wink"
        pixels = render(Exposure(prompt=prompt, seed=seed, sampler="k_euler", steps=4)).pixels
        noisy = np.clip(pixels + grain.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)
        originals.append(folder / f"original-{seed}.png")
        Image.fromarray(noisy).save(originals[-1])
    for number in range(count):
        path = _place(folder, sha256(f"{number}".encode()))
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(originals[number % _DIFFERENT], path)


def _link(folder: Path, count: int) -> None:
    """Give the pictures and thumbnails that are there more names: those of so many."""
    names = [sha256(f"{number}".encode()) for number in range(count)]
    for at, name in enumerate(names[_DIFFERENT:]):
        first = names[at % _DIFFERENT]
        thumbs = [
            [folder / "store" / side / one[:2] / f"{one}.jpg" for one in (first, name)]
            for side in THUMBS_NAMES.values()
        ]
        for there, new in ([_place(folder, first), _place(folder, name)], *thumbs):
            new.parent.mkdir(parents=True, exist_ok=True)
            os.link(there, new)


def _ways(run: Run, files: list[Path], folder: Path) -> Iterator[tuple[str, Callable[[], Time]]]:
    def ours() -> Time:
        return _timed(lambda: write_sheets(run, folder / "ours"))

    def without() -> Time:
        for name in THUMBS_NAMES.values():
            shutil.rmtree(folder / "store" / name, ignore_errors=True)
        return ours()

    yield "teststrip, thumbnails missing (and made)", without
    yield "teststrip, thumbnails there", ours
    yield _LOOP, lambda: _timed(lambda: _loop(files, folder / "loop.png"))
    if shutil.which("gm"):
        yield _SLOW, lambda: _timed(lambda: _montage(files, folder))
    try:
        vips = importlib.import_module("pyvips")
    except (ImportError, OSError):
        return
    yield "libvips, thumbnails and arrayjoin, no text", lambda: _timed(lambda: _joined(vips, files, folder))


def _timed(work: Callable[[], object]) -> Time:
    wall, cpu = time.perf_counter(), _processors()
    work()
    return Time(time.perf_counter() - wall, _processors() - cpu)


def _processors() -> float:
    """Seconds of processor time of this process, and of those that it has started and that are over."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _loop(files: list[Path], path: Path) -> None:
    canvas = Image.new("RGB", (COLUMNS * (WIDTH + 10), ROWS * (HEIGHT + 30)), "white")
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(12)
    for number, file in enumerate(files):
        x, y = number % COLUMNS * (WIDTH + 10), number // COLUMNS * (HEIGHT + 30)
        picture = Image.open(file)
        picture.thumbnail((WIDTH, HEIGHT + 1))
        canvas.paste(picture, (x, y))
        pen.text((x, y + HEIGHT + 4), f"seed {number % COLUMNS}", fill="black", font=font)
    canvas.save(path)


def _montage(files: list[Path], folder: Path) -> None:
    size = ["-size", f"{2 * WIDTH}x{2 * HEIGHT}", "-geometry", f"{WIDTH}x{HEIGHT}+5+5"]
    command = ["gm", "montage", *size, "-tile", f"{COLUMNS}x{ROWS}"]
    for number, file in enumerate(files):
        command += ["-label", f"seed {number % COLUMNS}", str(file)]
    with contextlib.suppress(subprocess.TimeoutExpired):  # the table says then how long it was waited for
        subprocess.run([*command, str(folder / "gm.png")], check=True, capture_output=True, timeout=_PATIENCE)  # noqa: S603  our own words


def _joined(vips: object, files: list[Path], folder: Path) -> None:
    image = vips.Image  # type: ignore[attr-defined]  # pyvips has no stubs
    small = [image.thumbnail(str(file), WIDTH, height=HEIGHT + 1) for file in files]
    image.arrayjoin(small, across=COLUMNS, shim=10).write_to_file(str(folder / "vips.png"))


def _peaks() -> list[tuple[int, float]]:
    """Return numbers of cells, and the peak memory in MB of a process that draws them from their thumbnails."""
    counts = (ROWS, 10 * ROWS)
    with tempfile.TemporaryDirectory(prefix="teststrip-bench-") as folder:
        _task("make", folder, max(counts))
        return [(rows * COLUMNS, float(_task("draw", folder, rows))) for rows in counts]


def _task(name: str, folder: str, rows: int) -> str:
    command = [sys.executable, __file__, name, folder, str(rows)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  our own words


def _do(name: str, folder: Path, rows: int) -> None:
    """Have the thumbnails of some pictures made, or draw a sheet, in a process of its own to see what it takes."""
    if name == "make":
        write_sheets(make_run(folder, 1, _DIFFERENT), folder / "sheets", options=LayoutOptions(cell_width=WIDTH))
        _link(folder, rows * COLUMNS)
        return
    write_sheets(found_run(folder, rows, COLUMNS), folder / "sheets")
    print(_most_held())


def _most_held() -> float:
    """Return this process's peak in MB; by `getrusage` it is no less than that of the one that started it."""
    said = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", said, re.MULTILINE)[0]) / 1024


if __name__ == "__main__":
    _do(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
