"""A run becomes pages: every cell in its place, every state told, every common setting said once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sheet_runs import BASE, axis, done, make_plan, make_run

from teststrip.base.json import ABSENT, Json
from teststrip.plan.make import make_plan as plan_recipe
from teststrip.plan.model import AxisValue, Cell, PlanFile
from teststrip.provider.attach import placeholder
from teststrip.provider.catalogue import find_provider
from teststrip.recipe.load import read_text
from teststrip.recipe.model import SheetSpec
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.sheet.build import make_sheets
from teststrip.sheet.model import Label, Meaning, Setting, Sheet, Status

SAMPLER = axis("sampler", ["k_euler", "ddim_v3"])
STEPS = axis("steps", [4, 8, 12])
SCHEDULE = axis("noise_schedule", ["karras", "native"])


def settings_of(sheet: Sheet) -> dict[str, str]:
    return {setting.name: setting.value for setting in sheet.settings}


def test_every_cell_stands_under_its_labels(tmp_path: Path) -> None:
    plan = make_plan([SAMPLER, STEPS])
    (sheet,) = make_sheets(make_run(plan, tmp_path), SheetSpec())
    rows = [label.text for label in sheet.rows[0].labels]
    cols = [label.text for label in sheet.cols[0].labels]
    by_digest = {cell.digest: cell for cell in plan.cells}
    assert len(sheet.boxes) == 6
    for box in sheet.boxes:
        request = by_digest[box.digest].request
        assert (request["sampler"], str(request["steps"])) == (rows[box.row], cols[box.column])


def test_nested_labels_span_their_groups(tmp_path: Path) -> None:
    spec = SheetSpec(rows=("noise_schedule", "sampler"), cols=("steps",))
    (sheet,) = make_sheets(make_run(make_plan([SAMPLER, STEPS, SCHEDULE]), tmp_path), spec)
    assert sheet.rows[0].labels == (Label("karras", 0, 2), Label("native", 2, 2))
    assert [label.text for label in sheet.rows[1].labels] == ["k_euler", "ddim_v3"] * 2
    assert (sheet.row_count, sheet.column_count) == (4, 3)


def test_an_axis_of_pages_makes_one_sheet_for_each_value(tmp_path: Path) -> None:
    spec = SheetSpec(rows=("sampler",), cols=("steps",), title="Mine")
    sheets = make_sheets(make_run(make_plan([SAMPLER, STEPS, SCHEDULE]), tmp_path), spec)
    assert [sheet.page_label for sheet in sheets] == [
        (Setting("noise_schedule", "karras"),),
        (Setting("noise_schedule", "native"),),
    ]
    assert [(sheet.page, sheet.pages, sheet.title) for sheet in sheets] == [(1, 2, "Mine"), (2, 2, "Mine")]


def test_a_single_long_axis_is_wrapped_with_labels_over_the_boxes(tmp_path: Path) -> None:
    (sheet,) = make_sheets(make_run(make_plan([axis("seed", list(range(1, 21)))]), tmp_path), SheetSpec())
    assert (sheet.row_count, sheet.column_count, sheet.over_boxes, sheet.cols) == (3, 7, "seed", ())
    assert [box.label for box in sheet.boxes] == [str(seed) for seed in range(1, 21)]


def test_a_cell_left_out_of_the_plan_is_shown_as_such(tmp_path: Path) -> None:
    plan = make_plan([SAMPLER, STEPS], without=lambda at: at == (1, 2))
    (sheet,) = make_sheets(make_run(plan, tmp_path), SheetSpec(rows=("sampler",), cols=("steps",)))
    assert [box.status for box in sheet.boxes].count(Status.EXCLUDED) == 1
    assert sheet.boxes[-1].status is Status.EXCLUDED


def test_rows_without_any_cell_do_not_exist(tmp_path: Path) -> None:
    plan = make_plan([SAMPLER, STEPS], without=lambda at: at[0] == 1)
    (sheet,) = make_sheets(make_run(plan, tmp_path), SheetSpec(rows=("sampler",), cols=("steps",)))
    assert sheet.row_count == 1


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.PLANNED, Status.PLANNED),
        (State.INTENT, Status.WAITING),
        (State.SUBMITTED, Status.WAITING),
        (State.FETCHED, Status.WAITING),
        (State.FAILED, Status.FAILED),
        (State.MODERATED, Status.MODERATED),
        (State.UNCERTAIN, Status.UNCERTAIN),
    ],
)
def test_a_box_without_a_picture_tells_its_state_and_reason(tmp_path: Path, state: State, status: Status) -> None:
    run = make_run(make_plan([STEPS]), tmp_path, lambda cell: Outcome(cell.digest, state, reason="because"))
    (sheet,) = make_sheets(run, SheetSpec())
    assert {(box.status, box.reason, box.pictures) for box in sheet.boxes} == {(status, "because", ())}
    assert f"Of 3 cells: 3 {status.value}." in sheet.notes


def test_every_state_has_a_status(tmp_path: Path) -> None:
    plan = make_plan([])
    for state in State:
        outcomes = {plan.cells[0].digest: Outcome(plan.cells[0].digest, state)}
        (sheet,) = make_sheets(Run(tmp_path, plan, outcomes, 0), SheetSpec())
        assert sheet.boxes[0].status in Status


def test_a_cell_that_the_run_does_not_know_is_not_yet_run(tmp_path: Path) -> None:
    run = make_run(make_plan([STEPS]), tmp_path)
    lost = Run(run.folder, run.plan, {}, 0)
    assert {box.status for box in make_sheets(lost, SheetSpec())[0].boxes} == {Status.PLANNED}


def test_all_pictures_of_a_cell_are_shown_in_order(tmp_path: Path) -> None:
    run = make_run(make_plan([STEPS], base={**BASE, "n": 3}), tmp_path, done(tmp_path))
    for box in make_sheets(run, SheetSpec())[0].boxes:
        assert [picture.path for picture in box.pictures] == [
            one.path for one in run.outcomes[box.digest].artifacts
        ]


def test_a_picture_that_cannot_be_read_takes_the_size_that_was_asked_for(tmp_path: Path) -> None:
    run = make_run(make_plan([]), tmp_path, done(tmp_path))
    (sheet,) = make_sheets(run, SheetSpec(), size_of=lambda _: None)
    assert (sheet.boxes[0].pictures[0].width, sheet.boxes[0].pictures[0].height) == (64, 96)
    assert sheet.boxes[0].status is Status.DAMAGED
    assert "Of 1 cell: 1 picture damaged." in sheet.notes


def test_done_without_a_picture_is_not_shown_as_done(tmp_path: Path) -> None:
    run = make_run(make_plan([]), tmp_path, lambda cell: Outcome(cell.digest, State.DONE))
    assert make_sheets(run, SheetSpec())[0].boxes[0].status is Status.FAILED


def test_settings_common_to_all_cells_are_said_once_and_axes_are_not(tmp_path: Path) -> None:
    (sheet,) = make_sheets(make_run(make_plan([SAMPLER, STEPS]), tmp_path), SheetSpec())
    said = settings_of(sheet)
    assert said["model"] == "gptproto/nai-diffusion-4-5-full"
    assert said["prompt"] == BASE["prompt"]
    assert said["seed"] == "5"
    assert not {"sampler", "steps"} & said.keys()
    assert list(said)[:4] == ["model", "target", "prompt", "size"]


def test_a_title_over_a_value_is_explained(tmp_path: Path) -> None:
    style = axis("style", ["ink", AxisValue("Watercolour", "wet paper", note="soft edges")], parameter=False)
    finish = axis("finish", [AxisValue("Draft", ABSENT, {"steps": 12}), AxisValue("Final", ABSENT, {"steps": 40})])
    (sheet,) = make_sheets(make_run(make_plan([style, finish]), tmp_path), SheetSpec())
    assert Meaning("finish", "Draft", (Setting("steps", "12"),)) in sheet.meanings
    prompt = Setting("prompt", f"{BASE['prompt']}, wet paper")
    assert Meaning("style", "Watercolour", (prompt,), "soft edges") in sheet.meanings


def test_a_member_that_two_axes_decide_is_named(tmp_path: Path) -> None:
    style = axis("style", ["ink", "oil"], parameter=False)
    place = axis("place", ["sea", "city"], parameter=False)
    (sheet,) = make_sheets(make_run(make_plan([style, place]), tmp_path), SheetSpec())
    assert "prompt" not in settings_of(sheet)
    assert "Differs from cell to cell with more than one axis: prompt." in sheet.notes


def test_an_axis_of_one_value_is_said_among_the_settings(tmp_path: Path) -> None:
    style = axis("style", ["ink"], parameter=False)
    (sheet,) = make_sheets(make_run(make_plan([style, STEPS]), tmp_path), SheetSpec())
    assert settings_of(sheet)["style"] == "ink"
    assert sheet.page_label == ()


def test_a_proof_says_so_and_a_print_does_not(tmp_path: Path) -> None:
    (proof,) = make_sheets(make_run(make_plan([]), tmp_path), SheetSpec())
    (real,) = make_sheets(make_run(make_plan([], target="https://gptproto.com"), tmp_path), SheetSpec())
    assert proof.proof
    assert any(note.startswith("Darkroom proof") for note in proof.notes)
    assert not real.proof
    assert not any("proof" in note.lower() for note in real.notes)


def test_captions_know_request_axis_values_and_labels(tmp_path: Path) -> None:
    style = axis("style", [AxisValue("Wet", "wet paper")], parameter=False)
    spec = SheetSpec(caption="seed ${{ seed }}, ${{ style }}, ${{ label.style }}")
    (sheet,) = make_sheets(make_run(make_plan([style]), tmp_path), spec)
    assert sheet.boxes[0].caption == "seed 5, wet paper, Wet"


def test_a_caption_has_a_parameter_as_it_was_sent(tmp_path: Path) -> None:
    """The value of an axis may be a template; what was sent is what it made."""
    prompt = axis("prompt", ["a ${{ mood }} girl"])
    plan = make_plan([prompt])
    (cell,) = plan.cells
    sent = Cell(cell.coordinates, {**cell.request, "prompt": "a sad girl"}, cell.digest)
    (sheet,) = make_sheets(make_run(replace(plan, cells=(sent,)), tmp_path), SheetSpec(caption="${{ prompt }}"))
    assert sheet.boxes[0].caption == "a sad girl"


def test_a_caption_that_cannot_be_rendered_costs_nothing_but_itself(tmp_path: Path) -> None:
    (sheet,) = make_sheets(make_run(make_plan([]), tmp_path, done(tmp_path)), SheetSpec(caption="${{ sede }}"))
    assert sheet.boxes[0].caption.startswith("no caption: 'sede'")
    assert sheet.boxes[0].pictures


@pytest.mark.parametrize(
    ("request_size", "expected"),
    [
        ({"size": "832x1216"}, (832, 1216)),
        ({"size": "0x10"}, None),
        ({"width": 8, "height": 9}, (8, 9)),
        ({}, None),
    ],
)
def test_the_size_asked_for_is_read_from_the_request(
    tmp_path: Path, request_size: dict[str, str | int], expected: tuple[int, int] | None
) -> None:
    plan = make_plan([], base={"prompt": "x", **request_size})
    (sheet,) = make_sheets(make_run(plan, tmp_path), SheetSpec())
    assert sheet.boxes[0].expected == expected


def test_a_plan_without_cells_has_no_sheets(tmp_path: Path) -> None:
    def everything(_: tuple[int, ...]) -> bool:
        return True

    assert make_sheets(make_run(make_plan([STEPS], without=everything), tmp_path), SheetSpec()) == ()


def test_cells_are_told_apart_by_digest_alone(tmp_path: Path) -> None:
    """Two cells of one request share one outcome, and both show it."""
    plan = make_plan([STEPS])
    twin = Cell((1,), plan.cells[0].request, plan.cells[0].digest)
    cells = (plan.cells[0], twin, plan.cells[2])
    plan = replace(plan, cells=cells)
    (sheet,) = make_sheets(make_run(plan, tmp_path, done(tmp_path)), SheetSpec())
    assert sheet.boxes[0].pictures == sheet.boxes[1].pictures


def test_a_picture_that_requests_were_made_with_is_called_by_its_name(tmp_path: Path) -> None:
    start, pose = ("c" * 64, "d" * 64)
    requests: dict[str, Json] = {"image": placeholder(start), "vibe_transfer": [{"image": placeholder(pose)}]}
    plan = replace(
        make_plan([STEPS], base={**BASE, **requests}),
        files=(
            PlanFile(start, "start.png", "image/png", 9, 4, 4),
            PlanFile(pose, "a/pose.png", "image/png", 9, 4, 4),
        ),
    )
    (sheet,) = make_sheets(make_run(plan, tmp_path), SheetSpec(caption="from ${{ image }}"))
    assert settings_of(sheet)["image"] == "start.png"
    assert "a/pose.png" in settings_of(sheet)["vibe_transfer"]
    assert {box.caption for box in sheet.boxes} == {"from start.png"}
    assert "teststrip-file" not in str(sheet)


def swept(text: str, folder: Path) -> Run:
    head = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: x}\n"
    reading, page = read_text(head + text, "r.yaml"), find_provider("gptproto")
    assert reading.recipe is not None
    assert page is not None
    plan = plan_recipe(reading.recipe, page, "t")
    return make_run(plan, folder)


def test_each_grid_of_a_union_is_laid_out_by_the_axes_that_vary_in_it(tmp_path: Path) -> None:
    run = swept(
        "axes: {seed: [1, 2]}\n"
        "grids:\n"
        "  - title: Samplers\n"
        "    axes: {sampler: [k_euler, ddim_v3, k_dpmpp_2m]}\n"
        "    where: seed == 1 or sampler != 'ddim_v3'\n"
        "  - {axes: {style: [a, b, c], steps: [5]}, params: {prompt: '${{ style }}'}}\n",
        tmp_path,
    )
    first, second = make_sheets(run, SheetSpec())
    assert [setting.value for sheet in (first, second) for setting in sheet.page_label] == ["Samplers", "grid 2"]
    assert ([header.axis for header in first.rows], [header.axis for header in first.cols]) == (
        ["seed"],
        ["sampler"],
    )
    assert ([header.axis for header in second.rows], [header.axis for header in second.cols]) == (
        ["seed"],
        ["style"],
    )
    assert [box.status for box in first.boxes].count(Status.LEFT_OUT) == 1
    assert "style" not in settings_of(first)
    assert settings_of(second)["steps"] == "5"


def test_an_empty_box_says_in_a_word_why_it_is_empty(tmp_path: Path) -> None:
    run = swept(
        "axes: {steps: [1, {value: 2, skip: true}, 3], scale: [5, 6, 7]}\n"
        "where: [{keep: not (steps == 1 and scale == 5), because: burnt}]\nsample: {count: 4}\n",
        tmp_path,
    )
    (sheet,) = make_sheets(run, SheetSpec(rows=("steps",), cols=("scale",)))
    told = Counter((box.status, box.reason) for box in sheet.boxes if box.status is not Status.PLANNED)
    assert told == {
        (Status.SKIPPED, "steps 2"): 3,
        (Status.LEFT_OUT, "burnt"): 1,
        (Status.UNSAMPLED, ""): 1,
    }
    assert not [note for note in sheet.notes if "left out" in note]
