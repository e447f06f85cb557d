"""Runs for the tests of the page: pictures whose colour tells the cell, of any number, with all kinds of ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parent.parent / "unit" / "sheet"))

from sheet_runs import make_plan, make_run

from teststrip.base.json import sha256
from teststrip.plan.model import Axis, Cell
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State

Ends = Callable[[int, Cell], Outcome | None]
"""How a cell ends, by its number; None: with its picture."""


def painted(store: Path, number: int, coordinates: tuple[int, ...], size: tuple[int, int]) -> Artifact:
    """Paint a picture that differs with every coordinate, and keep it as the store does."""
    picture = Image.new("RGB", size, tuple((37 * number + 91 * at) % 256 for at in range(3)))
    draw = ImageDraw.Draw(picture)
    for at, value in enumerate(coordinates):
        left = size[0] * (at + 1) // (len(coordinates) + 2)
        top = size[1] * ((value * 5) % 11 + 1) // 14
        draw.ellipse((left - 9, top - 9, left + 9, top + 9), fill=(250, (value * 61) % 256, (at * 97) % 256))
    staged = store / f"{number}.png"
    staged.parent.mkdir(parents=True, exist_ok=True)
    picture.save(staged, compress_level=1)
    data = staged.read_bytes()
    digest = sha256(data)
    place = store / digest[:2] / f"{digest}.png"
    place.parent.mkdir(exist_ok=True)
    staged.rename(place)
    return Artifact(digest, "image/png", len(data), str(place))


def painted_run(
    runs: Path, axes: list[Axis], *, size: tuple[int, int] = (64, 96), ends: Ends = lambda *_: None, **plan: Any
) -> Run:
    """A run in a runs folder, its pictures in the store beside it."""
    made = make_plan(axes, **plan)
    numbers = {cell.digest: number for number, cell in enumerate(made.cells)}

    def outcome(cell: Cell) -> Outcome:
        number = numbers[cell.digest]
        told = ends(number, cell)
        if told is not None:
            return told
        return Outcome(cell.digest, State.DONE, (painted(runs / "store", number, cell.coordinates, size),))

    return make_run(made, runs / "a-run", outcome)
