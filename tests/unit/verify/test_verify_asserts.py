"""What a recipe demands of its cells: each kind says what is not so, of the cells that it is about."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from teststrip.base.json import Json, sha256
from teststrip.errors import RecipeError
from teststrip.plan.lock import dump_lock
from teststrip.plan.lock_read import parse_lock
from teststrip.plan.make import make_plan
from teststrip.plan.model import Plan
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.plugins.records import Check, Checked
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text
from teststrip.run.finished import Finish, Finished
from teststrip.run.model import Artifact, Outcome, Run
from teststrip.run.state import State
from teststrip.schema.asserts import KINDS
from teststrip.verify.asserts import CHECKS, check_run

FOUND = find_provider("gptproto")
assert FOUND is not None
PAGE = FOUND
HEAD = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "a boat, ${{ style }}", size: 64x96}
axes: {style: [ink, oil, {title: Chalk, value: chalk}], seed: [1, 2]}
after: [measure]
"""


def plan_of(*entries: str, extensions: Extensions = BUILT_IN) -> Plan:
    text = "".join(f"  - {entry}\n" for entry in entries)
    reading = read_text(f"{HEAD}assert:\n{text}" if entries else HEAD, "a.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    return make_plan(reading.recipe, PAGE, "darkroom/test", extensions=extensions)


def picture(folder: Path, kind: str, size: tuple[int, int] = (64, 96)) -> Artifact:
    image = Image.new("RGB", size, (120, 130, 140))
    pen = ImageDraw.Draw(image)
    if kind == "left":
        pen.rectangle((0, 0, size[0] // 2, size[1]), (250, 240, 230))
    if kind == "middle":
        pen.ellipse((size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4), (10, 0, 20))
    path = folder / f"{kind}-{size[0]}.png"
    image.save(path)
    return Artifact(sha256(path.read_bytes()), "image/png", path.stat().st_size, str(path))


def run_of(plan: Plan, *pictures: Artifact | None) -> Run:
    outcomes = {
        cell.digest: Outcome(cell.digest, State.FAILED, (), "no such thing")
        if one is None
        else Outcome(cell.digest, State.DONE, (one,))
        for cell, one in zip(plan.cells, pictures, strict=True)
    }
    return Run(Path("run"), plan, outcomes, 0)


def told(run: Run, extensions: Extensions = BUILT_IN) -> list[tuple[int, int, str]]:
    return [(failure.cell, failure.entry, failure.words) for failure in check_run(run, PAGE, extensions)]


def test_every_kind_of_the_schema_is_checked() -> None:
    assert tuple(CHECKS) == KINDS


def test_size_and_blank(tmp_path: Path) -> None:
    good, blank, small = (
        picture(tmp_path, "left"),
        picture(tmp_path, "blank"),
        picture(tmp_path, "left", (32, 32)),
    )
    plan = plan_of("{size: 64×96, because: it is printed so}", "{not_blank: true}", "{not_blank: 0.9}")
    assert told(run_of(plan, good, good, good, good, blank, small)) == [
        *((number, 2, "the picture is blank: its tones spread by 0.223, and not by 0.9") for number in range(4)),
        (4, 1, "the picture is blank: its tones spread by 0.000, and not by 0.01"),
        (4, 2, "the picture is blank: its tones spread by 0.000, and not by 0.9"),
        (5, 0, "the size is 32x32, and not 64x96; it is printed so"),
        (5, 2, "the picture is blank: its tones spread by 0.223, and not by 0.9"),
    ]


def test_similar_and_different_go_by_the_cell_of_the_same_place(tmp_path: Path) -> None:
    left, middle = picture(tmp_path, "left"), picture(tmp_path, "middle")
    alike = "{similar: {to: {style: ink}}}"
    plan = plan_of(alike, "{different: {from: {seed: 1}, by: 10}, cells: {style: [oil, Chalk]}}")
    found = told(run_of(plan, left, middle, left, left, middle, middle))
    assert [(cell, entry) for cell, entry, _ in found] == [(3, 0), (3, 1), (4, 0), (5, 1)]
    assert found[0][2].startswith("it is not similar to cell 1: ")
    assert found[0][2].endswith(" of 64 bits differ, and at most 8 may")
    assert found[1][2] == "it is too similar to cell 2: 0 of 64 bits differ, and at least 10 have to"


def test_a_cell_without_picture_fails_once_and_is_nothing_to_compare_with(tmp_path: Path) -> None:
    left = picture(tmp_path, "left")
    plan = plan_of("{size: 64x96}", "{similar: {to: {style: ink}}}")
    assert told(run_of(plan, None, left, left, left, left, left)) == [
        (0, 0, "there is no picture, it is failed: no such thing"),
        (2, 1, "it cannot be held against cell 0, which has no picture"),
        (4, 1, "it cannot be held against cell 0, which has no picture"),
    ]


def test_price_and_scores(tmp_path: Path) -> None:
    left = picture(tmp_path, "left")
    plan = plan_of("{price: {most: 1}}", "{price: {most: 100}}", "{scores: {sharpness: {least: 0.5, most: 0.7}}}")
    run = run_of(plan, *[left] * 6)
    scores: list[dict[str, int | float | str | bool | None]] = [
        {"sharpness": 0.6},
        {"sharpness": 0.4},
        {"sharpness": 0.8},
        {},
        {"sharpness": "much"},
        {"sharpness": math.nan},
    ]
    cells = {cell.coordinates: Finished((left,), scores=one) for cell, one in zip(plan.cells, scores, strict=True)}
    found = told(replace(run, finish=Finish({}, cells)))
    assert [words for _, entry, words in found if entry == 0] == ["it costs 2 Anlas, and at most 1 may be"] * 6
    assert [(cell, words) for cell, entry, words in found if entry == 2] == [
        (1, "the score sharpness is 0.4, and not 0.5 at least"),
        (2, "the score sharpness is 0.8, and not 0.7 at most"),
        (3, "there is no score sharpness"),
        (4, "the score sharpness is no number: much"),
        (5, "the score sharpness is nan, and not 0.5 at least"),
    ]


def test_a_picture_that_is_gone_or_damaged_is_told(tmp_path: Path) -> None:
    left = picture(tmp_path, "left")
    bad = replace(left, place=str(tmp_path / "gone.png"))
    plan = plan_of("{not_blank: true}")
    assert "No such file" in told(run_of(plan, bad, left, left, left, left, left))[0][2]


def test_a_lock_has_them_and_an_edit_is_refused() -> None:
    plan = plan_of(
        "{similar: {to: {style: ink}, within: 3}, cells: {style: [oil, Chalk], seed: 2}, because: so}",
        "{size: 64x96}",
    )
    assert [one.kind for one in plan.asserts] == ["similar", "size"]
    assert plan.asserts[0].cells == ((0, (1, 2)), (1, (1,)))
    again = parse_lock(dump_lock(plan), "a.lock.json")
    assert again.asserts == plan.asserts
    assert again.digest == plan_of().digest  # what is demanded is no part of what is drawn


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "execute"},
        {"spec": "64 by 96"},
        {"cells": [[9, [0]]]},
        {"cells": [[0, [7]]]},
        {"cells": [0]},
        {"other": [[0, 0]]},
    ],
)
def test_a_lock_with_a_demand_that_somebody_made_up_is_refused(changed: dict[str, Json]) -> None:
    import json

    from teststrip.errors import LockError
    from teststrip.plan.lock import seal_of

    body = json.loads(dump_lock(plan_of("{size: 64x96}")))
    body["assert"][0] |= changed
    body["seal"] = seal_of(body)
    with pytest.raises(LockError):
        parse_lock(json.dumps(body), "a.lock.json")


def bringing(check: Check) -> Extensions:
    return Extensions(assertions={"mine": check})


def test_a_check_of_a_plugin_sees_the_cell_and_what_the_recipe_says(tmp_path: Path) -> None:
    seen: list[tuple[Checked, Json]] = []

    def check(cell: Checked, spec: Json) -> str | None:
        seen.append((cell, spec))
        cell.request["prompt"] = "spoilt"  # type: ignore[index] # what a careless author does
        return "too dark" if cell.labels["style"] == "oil" else None

    brought = bringing(check)
    plan = plan_of("{check: {mine: {least: 2}}, cells: {seed: 1}, because: we said so}", extensions=brought)
    plan = parse_lock(dump_lock(plan), "plan.lock.json")
    run = run_of(plan, *[picture(tmp_path, "left")] * 6)
    assert told(run, brought) == [(2, 0, "mine: too dark; we said so")]
    assert [(cell.labels["style"], spec) for cell, spec in seen] == [
        (style, {"least": 2}) for style in ("ink", "oil", "Chalk")
    ]
    assert plan.cells[0].request["prompt"] == "a boat, ink"
    assert told(run) == [
        (cell, 0, "the check mine cannot be made: no plugin here brings it; we said so") for cell in (0, 2, 4)
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (7, "the check mine failed: it returned a int, where a sentence or None belongs"),
        (ZeroDivisionError("no"), "the check mine failed: ZeroDivisionError: no"),
        (SystemExit(3), "the check mine failed: it ends the program (SystemExit: 3)"),
        ("", "mine: it is not so"),
    ],
)
def test_a_check_that_misbehaves_is_not_met(tmp_path: Path, answer: Any, words: str) -> None:
    def check(_cell: Checked, _spec: Json) -> str | None:
        if isinstance(answer, BaseException):
            raise answer
        said: str | None = answer
        return said

    brought = bringing(check)
    run = run_of(plan_of("{check: {mine: 1}}", extensions=brought), *[picture(tmp_path, "left")] * 6)
    assert told(run, brought)[0] == (0, 0, words)


def test_a_check_that_nothing_brings_is_a_problem_at_its_place() -> None:
    with pytest.raises(RecipeError, match=r"a.yaml:7:14  assert\[0\].check.mine  no check is named mine"):
        plan_of("{check: {mine: 1}}")
