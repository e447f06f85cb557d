"""`teststrip optuna` as a person runs it: real processes, the darkroom, an emulator that charges."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from teststrip.plan.lock_read import load_lock

# A step of a plugin that scores a place by where it is, so that the best place is known: scale 6, steps 9.
HILL = """
from teststrip.errors import StepError
from teststrip.hookspecs import hookimpl
from teststrip.steps.model import AfterStep, Made, Score

NUMBER = {"type": "number"}
OPTIONS = {"type": "object", "properties": {"x": NUMBER, "y": NUMBER, "hole": NUMBER}}


def hill(work):
    x, y = work.options["x"], work.options["y"]
    if x == work.options.get("hole"):
        raise StepError("there is a hole here")
    return Made(scores={"height": -((x - 6) ** 2) - (y - 9) ** 2, "name": "a text"})


@hookimpl
def teststrip_steps():
    scores = {"height": Score("Height"), "name": Score("Name", shown=False)}
    return [AfterStep("hill", hill, options=OPTIONS, scores=scores)]
"""
HEAD = """\
teststrip: 1
title: Where is the hill?
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "a boat", size: 64x64, seed: 3}
axes:
  scale: 1, 2, ..., 10
  steps: 1, 2, ..., 12
"""
STEP = "after: [{use: hill, x: '${{ scale }}', y: '${{ steps }}'}]\n"


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "TESTSTRIP_"))}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "teststrip", "-p", "hill.py", *arguments]


def cli(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=cwd, capture_output=True, text=True, timeout=300, check=False, env=environment()
    )


def study(cwd: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Run a study with --json; the exit code and the last event."""
    result = cli(cwd, "optuna", "hill.yaml", "--score", "height", "--json", *options)
    assert result.stdout, result.stderr
    return result.returncode, json.loads(result.stdout.splitlines()[-1])


@contextmanager
def emulator(cwd: Path, *options: str) -> Iterator[str]:
    """An emulator that writes down what it charges for, in `charges.jsonl`."""
    run = [sys.executable, "-m", "teststrip", "emulate", "--port", "0", "--json", "--charges", "charges.jsonl"]
    with subprocess.Popen(
        [*run, *options], cwd=cwd, stdout=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def charges(cwd: Path) -> list[str]:
    """What was charged for, by the digest of each request."""
    file = cwd / "charges.jsonl"
    return [json.loads(line)["request"] for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hill.py").write_text(HILL)
    (tmp_path / "hill.yaml").write_text(HEAD + STEP)
    return tmp_path


def test_it_finds_the_top_of_a_hill_and_sends_what_it_visits_and_nothing_else(folder: Path) -> None:
    with emulator(folder) as url:
        code, told = study(folder, "--trials", "16", "--target", url)
        assert code == 0
        assert (told["trials"], told["scored"], told["sent"], told["cells"]) == (16, 16, 16, 16)
        assert told["best"]["value"] > -30
        paid = charges(folder)
        assert len(paid) == len(set(paid)) == 16

        lock = load_lock(Path(folder / told["run"]) / "plan.lock.json")
        assert len(lock.cells) == 16
        record = json.loads((folder / told["study"]).read_text())
        asked = [ask["digest"] for ask in record["asks"] if ask["standing"] == "scored"]
        assert {cell.digest for cell in lock.cells} == set(asked)
        at = record["best"]["at"]
        assert record["best"]["value"] == -((int(at["scale"]) - 6) ** 2) - (int(at["steps"]) - 9) ** 2
        with Image.open(folder / told["sheets"][0]) as sheet:
            assert min(sheet.size) > 400

        # More trials go on with the same study, in the same folder; all of it again sends nothing.
        code, more = study(folder, "--trials", "18", "--target", url)
        assert (code, more["sent"], more["run"]) == (0, 2, told["run"])
        again = json.loads((folder / told["study"]).read_text())
        assert again["asks"][: len(record["asks"])] == record["asks"]
        code, same = study(folder, "--trials", "18", "--target", url)
        assert (code, same["sent"], same["best"]) == (0, 0, more["best"])
        assert len(charges(folder)) == 18


def test_killed_in_the_midst_it_goes_on_as_if_nothing_had_happened(folder: Path) -> None:
    options = ("--trials", "12", "--batch", "3")
    with emulator(folder) as url:
        run = command("optuna", "hill.yaml", "--score", "height", "--target", url, *options)
        with subprocess.Popen(run, cwd=folder, stderr=subprocess.DEVNULL, env=environment()) as process:
            until = time.monotonic() + 120
            while len(charges(folder)) < 4 and time.monotonic() < until:
                time.sleep(0.02)
            process.kill()
        before = len(charges(folder))
        assert 4 <= before < 12
        code, told = study(folder, "--target", url, "--uncertain", "skip", *options)
        paid = charges(folder)
    assert len(paid) == len(set(paid)), "something was paid for twice"
    # One that was on its way when the process died may be uncertain: it is left, and said to be so.
    assert code == (0 if told["scored"] == 12 else 1)
    assert told["trials"] == 12
    assert told["scored"] + told["failed"] == 12
    assert len(paid) == told["cells"] == 12


def test_an_interrupted_study_equals_one_that_was_not(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    for name in ("hill.py", "hill.yaml"):
        (other / name).write_text((folder / name).read_text())
    study(folder, "--trials", "4")
    _, resumed = study(folder, "--trials", "8")
    _, whole = study(other, "--trials", "8")
    assert resumed["sent"] == 4
    one, two = ((at / told["study"]).read_text() for at, told in ((folder, resumed), (other, whole)))
    assert one == two


def test_the_budget_ends_a_study_and_holds_over_its_rounds_and_resumes(folder: Path) -> None:
    with emulator(folder) as url:
        code, told = study(folder, "--trials", "10", "--target", url, "--budget", "11")
        assert (code, told["money"]["budget"]) == (3, "11")
        assert "budget" in told["stopped"]
        first = len(charges(folder))
        assert 0 < first < 10
        assert float(told["money"]["spent"]) <= 11
        code, told = study(folder, "--trials", "10", "--target", url, "--budget", "11")
        assert (code, told["sent"], len(charges(folder))) == (3, 0, first)
        # What was visited is on the sheet.
        assert told["sheets"]
        code, told = study(folder, "--trials", "10", "--target", url, "--budget", "none")
        assert (code, told["scored"], len(charges(folder))) == (0, 10, 10)


def test_failed_and_moderated_cells_have_no_score_and_say_why(folder: Path) -> None:
    (folder / "hill.yaml").write_text(
        HEAD.replace("1, 2, ..., 12", "[1, 2]")
        .replace("1, 2, ..., 10", "1, 2, ..., 4")
        .replace('"a boat"', "'${{ what }}'")
        + "  what: [a boat, 'teststrip:refuse']\n"
        + STEP.replace("'}]", "', hole: 2}]")
    )
    with emulator(folder) as url:
        code, told = study(folder, "--trials", "16", "--target", url, "--batch", "8")
    assert (code, told["trials"]) == (1, 16)
    # 8 cells are refused; of the others, the two with scale 2 have a step that fails.
    assert (told["scored"], told["moderated"], told["failed"]) == (6, 8, 2)
    asks = json.loads((folder / told["study"]).read_text())["asks"]
    assert {ask["reason"] for ask in asks if ask["standing"] == "failed"} == {
        "hill (step 1): there is a hole here"
    }
    assert all(ask["value"] is None and ask["reason"] for ask in asks if ask["standing"] == "moderated")
    assert Counter(ask["standing"] for ask in asks)["scored"] == 6


def test_what_a_step_compares_with_is_made_too(folder: Path) -> None:
    (folder / "hill.yaml").write_text(HEAD + "after: [{use: difference, against: {steps: 12}}]\n")
    result = cli(folder, "optuna", "hill.yaml", "--score", "ssim", "--trials", "4", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout.splitlines()[-1])
    lock = load_lock(folder / told["run"] / "plan.lock.json")
    scales = {cell.coordinates[0] for cell in lock.cells}
    asks = json.loads((folder / told["study"]).read_text())["asks"]
    visited = {(ask["at"]["scale"], ask["at"]["steps"]) for ask in asks if ask["standing"] == "scored"}
    needed = visited | {(scale, "12") for scale, _ in visited}
    assert (told["scored"], told["cells"], told["sent"]) == (4, len(needed), len(needed))
    assert len(scales) == len({scale for scale, _ in visited})


def test_the_best_is_marked_where_sheets_show_it(folder: Path) -> None:
    (folder / "hill.yaml").write_text(HEAD + STEP + "sheets: [{rows: [scale], cols: [steps]}]\n")
    result = cli(folder, "optuna", "hill.yaml", "--score", "height", "--trials", "5")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("1. height ")
    assert "5 requests sent" in result.stdout
    (run,) = (folder / "runs").glob("where-is-the-hill-optuna-*")
    finish = [json.loads(line) for line in (run / "finish.jsonl").read_text().splitlines()][1:]
    best = max(finish, key=lambda one: one["scores"]["height"])
    assert [one for one in finish if "best" in one["badges"]] == [best]
    assert {path.name for path in run.rglob("*.png")} == {"sheet.png"}
    assert {path.parent.name for path in run.rglob("*.png")} == {run.name, "ranking"}
    again = cli(folder, "sheet", run.name)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (HEAD, (), "no step of this recipe gives a score"),
        (HEAD + STEP, (), "which one? The steps give"),
        (HEAD + STEP, ("--score", "hight"), "did you mean 'height'?"),
        (
            HEAD[: HEAD.index("axes:")] + "vars: {scale: 2, steps: 3}\n" + STEP,
            ("--score", "height"),
            "nothing varies",
        ),
        (HEAD + "after: [{use: near-duplicates}]\n", ("--score", "nearest"), "compares all cells"),
    ],
    ids=["no score", "several", "typo", "no axes", "among"],
)
def test_what_cannot_be_searched_is_said_before_anything_is_sent(
    folder: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    (folder / "hill.yaml").write_text(text)
    result = cli(folder, "optuna", "hill.yaml", *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr
    assert not (folder / "runs").exists()


def test_a_score_that_is_a_text_is_no_score(folder: Path) -> None:
    result = cli(folder, "optuna", "hill.yaml", "--score", "name", "--trials", "2")
    assert result.returncode == 1
    assert "name is the text 'a text', and no number" in result.stderr
    assert "0 scored, 2 failed" in result.stdout
