"""A labelled contact sheet of 1,000 finished cells, beside the plain Pillow loop, GraphicsMagick and libvips.

All make a PNG of the same 40 x 25 pictures of 832x1216 at 96 pixels each. Ours has its thumbnails in the store, as
a finished run has, or makes them (of missing ones no file is there before). The loop is what one writes first: open,
`thumbnail`, paste, a text. GraphicsMagick (`gm montage`, with labels) and libvips (`arrayjoin` of thumbnails, through
pyvips, without any text) are measured where they are installed. Times are of the wall clock, best of the rounds, on
all processors; memory is the peak of a process that does nothing else.
"""

from __future__ import annotations

import importlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from teststrip.base.json import digest, sha256
from teststrip.darkroom import Exposure, render
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.folder import THUMBS_NAME
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.write import write_sheets

ROWS: Final = 25
COLUMNS: Final = 40
WIDTH: Final = 96
HEIGHT: Final = 140
ROUNDS: Final = 3
_DIFFERENT: Final = 20  # pictures; the others are further names of these, as what is in them takes no more time
_SHEET: Final = (SheetSpec(rows=("scale",), cols=("seed",), caption="seed ${{ seed }}"),)


@dataclass(frozen=True, slots=True)
class Time:
    """What one way came to: seconds by the wall clock, for the whole sheet."""

    name: str
    seconds: float


def sheets_table() -> str:
    """Measure every way that is here, and print seconds and how many times the loop takes as long."""
    with tempfile.TemporaryDirectory(prefix="teststrip-bench-") as made:
        folder = Path(made)
        run = make_run(folder, ROWS, COLUMNS)
        files = [outcome.artifacts[0].path for outcome in run.outcomes.values()]
        ways = dict(_ways(run, files, folder))
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(ROUNDS):
            for name, way in ways.items():
                best[name] = min(best[name], way())
        lines = [f"  {'':<52}  {'seconds':>8}  {'loop / it':>9}"]
        loop = best["the plain Pillow loop"]
        lines += [f"  {name:<52}  {seconds:>8.2f}  {loop / seconds:>8.1f}x" for name, seconds in best.items()]
    for rows in (ROWS, 10 * ROWS):
        lines.append(f"  peak memory, {rows * COLUMNS:,} cells, thumbnails there: {_peak(rows):,.0f} MB")
    return "\n".join(lines)


def make_run(folder: Path, rows: int, columns: int) -> Run:
    """Make a finished run of so many cells, its pictures in a store."""
    kept = list(_pictures(folder, rows * columns))
    axes = (_axis("scale", rows), _axis("seed", columns))
    cells = [
        Cell((row, column), {"scale": row, "seed": column, "size": "832x1216"}, digest([row, column]))
        for row in range(rows)
        for column in range(columns)
    ]
    outcomes = {
        cell.digest: Outcome(cell.digest, State.DONE, (one,)) for cell, one in zip(cells, kept, strict=True)
    }
    plan = Plan(
        "A thousand", "", "0" * 64, "gptproto", "nai", "darkroom/1", "1" * 64, axes, cells, _SHEET, None, "ab" * 32
    )
    return Run(folder, plan, outcomes, sent=0)


def _axis(name: str, count: int) -> Axis:
    return Axis(name, tuple(AxisValue(str(number), number) for number in range(count)), parameter=True)


def _pictures(folder: Path, count: int) -> Iterator[Artifact]:
    """Yield pictures with the grain that sampled ones have, by names that a store would give them."""
    grain = np.random.default_rng(7)
    originals = []
    for seed in range(_DIFFERENT):
        prompt = "1girl, purple hair, witch hat, sunset, sea, wink"
        pixels = render(Exposure(prompt=prompt, seed=seed, sampler="k_euler", steps=4)).pixels
        noisy = np.clip(pixels + grain.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)
        stream = BytesIO()
        Image.fromarray(noisy).save(stream, "PNG")
        original = folder / f"original-{seed}.png"
        original.write_bytes(stream.getvalue())
        originals.append(original)
    for number in range(count):
        original = originals[number % _DIFFERENT]
        name = sha256(f"{number}".encode())
        path = folder / "store" / name[:2] / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(original, path)
        yield Artifact(name, "image/png", original.stat().st_size, str(path))


def _ways(run: Run, files: list[Path], folder: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    thumbs = folder / "store" / THUMBS_NAME

    def ours() -> float:
        return _timed(lambda: write_sheets(run, folder / "ours"))

    def without() -> float:
        shutil.rmtree(thumbs, ignore_errors=True)
        return ours()

    yield "teststrip, thumbnails missing (and made)", without
    yield "teststrip, thumbnails there", ours
    yield "the plain Pillow loop", lambda: _timed(lambda: _loop(files, folder / "loop.png"))
    if shutil.which("gm"):
        yield "GraphicsMagick, gm montage -label", lambda: _timed(lambda: _montage(files, folder))
    try:
        vips = importlib.import_module("pyvips")
    except (ImportError, OSError):
        return
    yield "libvips, thumbnails and arrayjoin, no text", lambda: _timed(lambda: _joined(vips, files, folder))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


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
    size = [
        "-size",
        f"{2 * WIDTH}x{2 * HEIGHT}",
        "-geometry",
        f"{WIDTH}x{HEIGHT}+5+5",
        "-tile",
        f"{COLUMNS}x{ROWS}",
    ]
    listed = [
        word for number, file in enumerate(files) for word in ("-label", f"seed {number % COLUMNS}", str(file))
    ]
    command = ["gm", "montage", *size, *listed, str(folder / "gm.png")]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  our own words


def _joined(vips: object, files: list[Path], folder: Path) -> None:
    image = vips.Image  # type: ignore[attr-defined]  # pyvips has no stubs
    small = [image.thumbnail(str(file), WIDTH, height=HEIGHT + 1) for file in files]
    image.arrayjoin(small, across=COLUMNS, shim=10).write_to_file(str(folder / "vips.png"))


def _peak(rows: int) -> float:
    """Return the peak memory in MB of a process that draws a sheet whose thumbnails are there."""
    with tempfile.TemporaryDirectory(prefix="teststrip-bench-") as folder:
        for task in ("make", "draw"):
            command = [sys.executable, __file__, task, folder, str(rows)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  our own
        return float(done.stdout)


def _task(name: str, folder: Path, rows: int) -> None:
    """Draw a sheet twice, so that thumbnails are there the second time; in the second process measure."""
    if name == "make":
        write_sheets(make_run(folder, rows, COLUMNS), folder / "sheets")
        return
    run = _found(folder, rows)
    write_sheets(run, folder / "sheets")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _found(folder: Path, rows: int) -> Run:
    """Return the run that another process has made, without the memory that its pictures took."""
    kept = []
    for number in range(rows * COLUMNS):
        name = sha256(f"{number}".encode())
        kept.append(Artifact(name, "image/png", 1, str(folder / "store" / name[:2] / f"{name}.png")))
    cells = [
        Cell(divmod(at, COLUMNS), {"scale": at // COLUMNS, "seed": at % COLUMNS, "size": "832x1216"}, one.sha256)
        for at, one in enumerate(kept)
    ]
    outcomes = {one.sha256: Outcome(one.sha256, State.DONE, (one,)) for one in kept}
    axes = (_axis("scale", rows), _axis("seed", COLUMNS))
    plan = Plan(
        "A thousand", "", "0" * 64, "gptproto", "nai", "darkroom/1", "1" * 64, axes, cells, _SHEET, None, "ab" * 32
    )
    return Run(folder, plan, outcomes, sent=0)


if __name__ == "__main__":
    _task(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
