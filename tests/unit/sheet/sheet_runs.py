"""Runs made up for the tests of sheets: a plan from axes, outcomes by choice, pictures as plain colours."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from teststrip.base.json import ABSENT, Json, digest, sha256
from teststrip.plan.model import Axis, AxisValue, Cell, Plan
from teststrip.recipe.model import SheetSpec
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.placed import Style
from teststrip.steps.model import ScoreValue

BASE: Mapping[str, Json] = {
    "action": "generate",
    "prompt": "1girl, silver hair, {night city}",
    "size": "64x96",
    "n": 1,
    "steps": 28,
    "sampler": "k_euler",
    "seed": 5,
}

Outcomes = Callable[[Cell], Outcome]


def axis(name: str, values: Sequence[Json | AxisValue], *, parameter: bool = True) -> Axis:
    """An axis whose plain values are labelled as they print."""
    made = [value if isinstance(value, AxisValue) else AxisValue(str(value), value) for value in values]
    return Axis(name, tuple(made), parameter)


def make_plan(
    axes: Sequence[Axis],
    *,
    base: Mapping[str, Json] = BASE,
    sheets: tuple[SheetSpec, ...] = (),
    target: str = "darkroom/1",
    without: Callable[[tuple[int, ...]], bool] = lambda _: False,
) -> Plan:
    """The product of the axes; a free variable is written at the end of the prompt."""
    cells = []
    for coordinates in itertools.product(*(range(len(one.values)) for one in axes)):
        if without(coordinates):
            continue
        request = dict(base)
        for one, position in zip(axes, coordinates, strict=True):
            value = one.values[position]
            if isinstance(value.value, str) and not one.parameter:
                request["prompt"] = f"{request['prompt']}, {value.value}"
            elif one.parameter and value.value is not ABSENT:
                request[one.name] = value.value
            request |= value.sets or {}
        cells.append(Cell(coordinates, request, digest({**request, "at": list(coordinates)})))
    return Plan(
        title="Which sampler?",
        recipe_file="recipe.yaml",
        recipe_digest="0" * 64,
        provider="gptproto",
        model="nai-diffusion-4-5-full",
        target=target,
        page_digest="1" * 64,
        axes=tuple(axes),
        cells=tuple(cells),
        sheets=sheets,
        concurrency=None,
        digest="ab12" * 16,
    )


def with_scores(
    run: Run,
    scores: Mapping[str, Mapping[str, ScoreValue]],
    pictures: Mapping[str, tuple[Artifact, ...]] | None = None,
) -> Run:
    """The run, after steps that found scores of cells (by digest), and made pictures of some."""
    shown = pictures or {}
    cells = {
        cell.coordinates: Finished(
            shown.get(cell.digest, run.outcomes[cell.digest].artifacts), scores[cell.digest]
        )
        for cell in run.plan.cells
        if cell.digest in scores
    }
    return replace(run, finish=Finish({}, cells))


def make_run(plan: Plan, folder: Path, outcome: Outcomes | None = None) -> Run:
    """A run of a plan; without `outcome` nothing has been done yet."""
    outcomes = {
        cell.digest: outcome(cell) if outcome else Outcome(cell.digest, State.PLANNED) for cell in plan.cells
    }
    return Run(folder, plan, outcomes, len(outcomes))


def colour_of(cell: Cell) -> tuple[int, int, int]:
    """The one colour of a cell's picture: told by its digest, and never like paper."""
    return int(cell.digest[:2], 16) // 2, int(cell.digest[2:4], 16) // 2, int(cell.digest[4:6], 16) // 2


def done(folder: Path, size: tuple[int, int] | None = None) -> Outcomes:
    """Every cell done, with as many pictures as its request's n, in its size (or `size`)."""

    def outcome(cell: Cell) -> Outcome:
        width, _, height = str(cell.request["size"]).partition("x")
        count = cell.request.get("n", 1)
        assert isinstance(count, int)
        made = [
            picture(
                folder / f"{cell.digest[:16]}-{number}.png", size or (int(width), int(height)), colour_of(cell)
            )
            for number in range(count)
        ]
        return Outcome(cell.digest, State.DONE, tuple(made))

    return outcome


def picture(path: Path, size: tuple[int, int], colour: tuple[int, int, int] = (40, 90, 120)) -> Artifact:
    """Write a picture of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    data = path.read_bytes()
    return Artifact(sha256(data), "image/png", len(data), str(path))


def typewriter(text: str, style: Style, /) -> float:
    """Measure as if every letter were 0.55 em wide: geometry tests need no font."""
    return 0.55 * style.size * len(text)
