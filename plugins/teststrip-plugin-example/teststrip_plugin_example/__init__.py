"""A plugin for teststrip: the step `example`, and a line of notes about each run."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import ImageOps, ImageStat

from teststrip.base.json import Json
from teststrip.hookspecs import hookimpl
from teststrip.run.model import Run
from teststrip.run.state import State
from teststrip.steps.model import AfterStep, Made, Score, Step, Work

# What a recipe may say beside `use: example`. Mistakes are told at their place by this, and defaults filled in.
OPTIONS: dict[str, Json] = {
    "type": "object",
    "properties": {
        "width": {"type": "integer", "minimum": 0, "maximum": 512, "default": 16, "description": "Pixels."},
        "colour": {"type": "string", "pattern": "^#[0-9a-f]{6}$", "default": "#ffffff", "description": "#rrggbb."},
    },
    "additionalProperties": False,
}


def frame(work: Work) -> Made:
    """Put a frame round each picture of a cell, and say how bright the first of them is."""
    width, colour = int(str(work.options["width"])), str(work.options["colour"])
    images = [shot.image().convert("RGB") for shot in work.shots]
    framed = [ImageOps.expand(image, width, colour) for image in images]
    brightness = ImageStat.Stat(images[0].convert("L")).mean[0] / 255
    return Made(
        pictures=tuple(shot.encoded(image) for shot, image in zip(work.shots, framed, strict=True)),
        scores={"brightness": round(brightness, 4)},
    )


@hookimpl
def teststrip_steps() -> Iterable[Step]:
    """Bring the step. Change `version` whenever the same picture and options give something else."""
    yield AfterStep(
        "example",
        frame,
        summary="Put a frame round each picture, and say how bright it is.",
        options=OPTIONS,
        version="1",
        scores={"brightness": Score("Brightness", digits=2)},
    )


@hookimpl
def teststrip_run_done(run: Run) -> None:
    """Add a line about the run to its notes."""
    line = f"{run.plan.title}: {run.count(State.DONE)} of {len(run.plan.cells)} cells done\n"
    with (run.folder / "notes.txt").open("a", encoding="utf-8") as notes:
        notes.write(line)
