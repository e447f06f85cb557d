"""Steps from the command line: what they change, what is made again, what a failure costs, what is allowed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import warm

RECIPE = """
teststrip: 1
title: Steps
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "1girl", size: 64x64, steps: 2}
axes:
  seed: {count: 10, from: 1}
  scale: {count: 10, from: 1}
after:
  - measure
  - {use: resize, width: 32}
"""
SMALL = RECIPE.replace("count: 10, from: 1}\nafter", "count: 2, from: 1}\nafter").replace(
    "{count: 10", "{count: 2"
)


def cli(folder: Path, *arguments: str, code: int = 0, env: dict[str, str] | None = None) -> str:
    done = warm.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=folder,
        timeout=300,
        env={**os.environ, **(env or {})},
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def run(folder: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Run the recipe of a folder and return its last event."""
    lines = cli(folder, *arguments, "--json", code=code).splitlines()
    last: dict[str, Any] = json.loads(lines[-1])
    return last


def recipe(folder: Path, text: str) -> None:
    (folder / "r.yaml").write_text(text, encoding="utf-8")


def plugin(folder: Path, source: str) -> str:
    """Write a plugin's module into a folder; returns what -p takes."""
    (folder / "mine.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return str(folder / "mine.py")


def shown(folder: Path, number: int) -> dict[str, Any]:
    (found,) = (folder / "runs").glob("steps-*/finish.jsonl")
    told: dict[str, Any] = json.loads(found.read_text("utf-8").splitlines()[number + 1])
    return told


def picture(folder: Path, number: int) -> Image.Image:
    sha256 = shown(folder, number)["pictures"][0][0]
    (found,) = (folder / "runs" / "store").glob(f"{sha256[:2]}/{sha256}.*")
    with Image.open(found) as opened:
        opened.load()
        return opened.copy()


def test_changing_a_steps_option_in_a_run_of_100_cells_works_100_times_and_sends_nothing(tmp_path: Path) -> None:
    recipe(tmp_path, RECIPE)
    first = run(tmp_path, "run", "r.yaml")
    assert (first["sent"], first["after"]["executed"], first["after"]["failed"]) == (100, 200, [])
    recipe(tmp_path, RECIPE.replace("width: 32", "width: 16"))
    changed = run(tmp_path, "run", "r.yaml")
    assert (changed["sent"], changed["after"]["executed"], changed["after"]["reused"]) == (0, 100, 100)
    assert picture(tmp_path, 0).size == (16, 16)
    again = run(tmp_path, "run", "r.yaml")
    assert (again["sent"], again["after"]["executed"]) == (0, 0)
    resumed = run(tmp_path, "resume", again["run"].split("/")[-1])
    assert (resumed["sent"], resumed["after"]["executed"], resumed["after"]["reused"]) == (0, 0, 200)


def test_a_step_on_the_request_is_paid_for_only_where_it_changes_it(tmp_path: Path) -> None:
    recipe(tmp_path, SMALL)
    assert run(tmp_path, "run", "r.yaml")["sent"] == 4
    recipe(tmp_path, SMALL + "before: [{use: prompt-replace, find: cat, with: dog, unfound: keep}]\n")
    assert run(tmp_path, "run", "r.yaml")["sent"] == 0
    recipe(tmp_path, SMALL + "before: [{use: prompt-suffix, text: smile}]\n")
    assert run(tmp_path, "run", "r.yaml")["sent"] == 4


FAILING = """
    from teststrip import hookimpl
    from teststrip.steps.model import AfterStep, Made, StepError

    def picky(work):
        if work.options["at"] == 3:
            raise StepError("three is too many")
        return Made(badges=("fine",))

    @hookimpl
    def teststrip_steps():
        options = {"type": "object", "properties": {"at": {"type": "integer"}}, "required": ["at"]}
        return [AfterStep("picky", picky, options=options)]
"""


def test_a_failing_step_marks_its_cell_keeps_the_picture_and_can_be_run_again(tmp_path: Path) -> None:
    mine = plugin(tmp_path, FAILING)
    step = "  - {use: picky, at: '${{ seed + scale }}'}\n"
    recipe(tmp_path, SMALL + step)
    ended = run(tmp_path, "-p", mine, "run", "r.yaml", code=1)
    assert [one["cell"] for one in ended["after"]["failed"]] == [1, 2]
    assert ended["after"]["failed"][0]["reason"] == "picky (step 3): three is too many"
    assert ended["done"] == 4
    assert shown(tmp_path, 0)["badges"] == ["fine"]
    assert shown(tmp_path, 1)["standing"] == "failed"
    assert picture(tmp_path, 1).size == (32, 32)
    told = cli(tmp_path, "-p", mine, "run", "r.yaml", code=1)
    assert "2 cells with a step that failed; each keeps its pictures as they were" in told
    assert "seed 1, scale 2: picky (step 3): three is too many" in told
    plugin(tmp_path, FAILING.replace("== 3", "== 99"))
    mended = run(tmp_path, "-p", mine, "run", "r.yaml")
    assert (mended["sent"], mended["after"]["executed"], mended["after"]["reused"]) == (0, 2, 10)


def test_without_its_plugin_a_run_still_shows_what_a_step_made_and_is_told_before_it_pays(tmp_path: Path) -> None:
    mine = plugin(tmp_path, FAILING)
    recipe(tmp_path, SMALL + "  - {use: picky, at: 1}\n")
    run(tmp_path, "-p", mine, "run", "r.yaml")
    (folder,) = (tmp_path / "runs").glob("steps-*")
    before = (folder / "sheet.png").read_bytes()
    cli(tmp_path, "sheet", str(folder))
    assert (folder / "sheet.png").read_bytes() == before
    cli(tmp_path, "check", "r.yaml", code=2)
    cli(tmp_path, "resume", folder.name, code=2)


def test_exec_runs_only_where_it_is_allowed(tmp_path: Path) -> None:
    step = "  - {use: exec, command: [sh, -c, 'cp {in} {out}']}\n"
    recipe(tmp_path, SMALL + step)
    refused = cli(tmp_path, "check", "r.yaml", "--json", code=2)
    assert "teststrip --allow exec" in refused
    assert run(tmp_path, "--allow", "exec", "run", "r.yaml")["after"]["failed"] == []
    (folder,) = (tmp_path / "runs").glob("steps-*")
    cli(tmp_path, "resume", folder.name, code=2)
    cli(tmp_path, "resume", folder.name, env={"TESTSTRIP_ALLOW": "exec"})
    cli(tmp_path, "--allow", "everything", "check", "r.yaml", code=2)


SLOW = """
    import time
    from teststrip import hookimpl
    from teststrip.steps.model import AfterStep, Made

    def slow(work):
        time.sleep(0.3)
        return Made(badges=("seen",))

    @hookimpl
    def teststrip_steps():
        return [AfterStep("slow", slow)]
"""


@pytest.mark.parametrize("where", ["thread", "process"])
@pytest.mark.parametrize(
    "sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["ctrl-c", "terminate", "kill"]
)
def test_steps_that_were_cut_off_go_on_where_they_were(tmp_path: Path, sign: signal.Signals, where: str) -> None:
    """As a terminal and `timeout` end a program: every process of its group hears it."""
    polite = sign is not signal.SIGKILL
    mine = plugin(tmp_path, SLOW.replace('"slow", slow', f'"slow", slow, where="{where}"'))
    text = SMALL.replace("{count: 2", "{count: 4")
    recipe(tmp_path, text)
    assert run(tmp_path, "run", "r.yaml")["done"] == 16
    recipe(tmp_path, text + "  - slow\n")
    started = subprocess.Popen(
        [sys.executable, "-m", "teststrip", "-p", mine, "run", "r.yaml", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    with started:
        assert started.stdout is not None
        finished = 0
        for line in started.stdout:
            finished += json.loads(line)["event"] == "step_finished"
            if finished == 4:
                os.killpg(started.pid, sign)
                break
        rest = started.stdout.read()
        assert started.wait(60) == (130 if polite else -signal.SIGKILL)
    if polite:
        last = json.loads(rest.splitlines()[-1])
        assert last["interrupted"]
        assert last["after"]["failed"] == []
        assert last["after"]["waiting"] > 0
    ended = run(tmp_path, "-p", mine, "run", "r.yaml")
    assert ended["sent"] == 0
    assert ended["after"]["executed"] + ended["after"]["reused"] == 48
    if polite:  # what a killed process had not written down yet is made again
        assert ended["after"]["executed"] <= 12


def test_gc_removes_what_steps_made_once_no_run_shows_it(tmp_path: Path) -> None:
    recipe(tmp_path, SMALL)
    run(tmp_path, "run", "r.yaml")
    recipe(tmp_path, SMALL.replace("width: 32", "width: 16"))
    run(tmp_path, "run", "r.yaml")
    told = json.loads(cli(tmp_path, "runs", "gc", "--yes", "--json"))
    assert [one["why"] for one in told["waste"]] == ["made by a step, and no run shows it"] * 4
    assert told["kept"] == 8
    (folder,) = (tmp_path / "runs").glob("steps-*")
    cli(tmp_path, "sheet", str(folder))
    recipe(tmp_path, SMALL)
    again = run(tmp_path, "run", "r.yaml")
    assert (again["sent"], again["after"]["executed"]) == (0, 4)


@pytest.mark.parametrize("line", [1, 3])
def test_a_damaged_record_of_steps_stops_neither_sheet_nor_export_nor_gc(tmp_path: Path, line: int) -> None:
    for width in (16, 32):  # one run, which shows the latter
        recipe(tmp_path, SMALL.replace("width: 32", f"width: {width}"))
        folder = Path(run(tmp_path, "run", "r.yaml")["run"])
    path = tmp_path / folder / "finish.jsonl"
    lines = path.read_text("utf-8").splitlines()
    lines[line - 1] = lines[line - 1][:20]
    path.write_text("\n".join(lines), "utf-8")
    commands = (
        (("sheet", str(folder), "-f", "html"), 1),
        (("runs", "export", folder.name, "-o", "out"), 1),
        (("runs", "show", folder.name, "--cell", "1"), 0),
    )
    for command, code in commands:
        done = warm.run(
            [sys.executable, "-m", "teststrip", *command], cwd=tmp_path, timeout=300, env={**os.environ}
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert f"finish.jsonl:{line}:1  it is damaged" in done.stderr, done.stderr
        assert "run the recipe again, or remove the file" in done.stderr
    assert len(list((tmp_path / "out" / "pictures").iterdir())) == 4
    assert len(list((tmp_path / "out" / "finished").glob("*"))) == (3 if line > 1 else 0)
    assert "not legible" in (tmp_path / folder / "sheet.html").read_text("utf-8")

    done = warm.run([sys.executable, "-m", "teststrip", "runs", "gc", "--json"], cwd=tmp_path, env={**os.environ})
    assert (done.returncode, f"finish.jsonl:{line}:1" in done.stderr) == (0, True), done.stderr
    assert json.loads(done.stdout)["waste"] == []
    assert run(tmp_path, "run", "r.yaml")["after"]["done"] == 4
    told = json.loads(cli(tmp_path, "runs", "gc", "--json"))
    assert [one["why"] for one in told["waste"]].count("made by a step, and no run shows it") == 4
    cli(tmp_path, "sheet", str(folder))


def test_an_export_has_what_steps_made_beside_the_originals(tmp_path: Path) -> None:
    recipe(tmp_path, SMALL)
    (folder,) = [Path(run(tmp_path, "run", "r.yaml")["run"])]
    cli(tmp_path, "runs", "export", folder.name, "-o", "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    cell = manifest["cells"][0]
    assert cell["finished"][0]["file"] == "finished/0_1_1.png"
    assert cell["scores"]["contrast"] >= 0
    with Image.open(tmp_path / "out" / cell["finished"][0]["file"]) as small:
        assert small.size == (32, 32)
    with Image.open(tmp_path / "out" / cell["pictures"][0]["file"]) as original:
        assert original.size == (64, 64)
    cli(tmp_path, "runs", "export", folder.name, "-o", "bare", "--redact")
    bare = json.loads((tmp_path / "bare" / "manifest.json").read_text("utf-8"))
    assert "scores" not in bare["cells"][0]


def test_runs_show_tells_how_a_picture_came_to_be(tmp_path: Path) -> None:
    recipe(tmp_path, SMALL)
    folder = Path(run(tmp_path, "run", "r.yaml")["run"])
    told = json.loads(cli(tmp_path, "runs", "show", folder.name, "--cell", "0", "--json"))
    steps = told["steps"]["executions"]
    assert [one["step"] for one in steps] == ["measure", "resize"]
    assert steps[1]["pictures"] == told["pictures"]
    assert steps[1]["made"] == told["steps"]["pictures"]
    assert "step resize" in cli(tmp_path, "runs", "show", folder.name, "--cell", "0")


def test_a_plan_names_its_steps(tmp_path: Path) -> None:
    recipe(tmp_path, SMALL)
    assert "after: measure, resize (2 steps on each picture)" in cli(tmp_path, "plan", "r.yaml")
    told = json.loads(cli(tmp_path, "plan", "r.yaml", "--json"))
    assert [one["use"] for one in told["after"]] == ["measure", "resize"]


def test_a_full_disk_when_steps_work_costs_the_run_neither_sheet_nor_report(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    recipe(tmp_path, SMALL)
    run(tmp_path, "run", "r.yaml")
    recipe(tmp_path, SMALL.replace("{use: resize, width: 32}", "{use: upscale, factor: 16}"))
    done = subprocess.run(
        [sys.executable, "-m", "teststrip", "run", "r.yaml", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        preexec_fn=small_files,
    )
    assert done.returncode == 1
    assert "the picture cannot be written" in done.stderr
    assert "the steps on pictures did not end; run again to go on" in done.stderr
    ended = json.loads(done.stdout.splitlines()[-1])
    assert (ended["event"], ended["done"], ended["sent"], ended["after"]) == ("run_done", 4, 0, None)
    assert (tmp_path / ended["run"] / "sheet.png").exists()
    assert run(tmp_path, "run", "r.yaml")["after"]["done"] == 4


@pytest.mark.parametrize("where", ["thread", "process"])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_step_that_hangs_is_left_behind_by_a_second_ctrl_c(
    tmp_path: Path, sign: signal.Signals, where: str
) -> None:
    hanging = SLOW.replace("time.sleep(0.3)", "open('begun', 'w').close(); time.sleep(3600)")
    mine = plugin(tmp_path, hanging.replace('"slow", slow', f'"slow", slow, where="{where}"'))
    recipe(tmp_path, SMALL + "  - slow\n")
    started = warm.start(
        [sys.executable, "-m", "teststrip", "-p", mine, "run", "r.yaml", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert any(json.loads(line).get("use") == "slow" for line in started.stdout)
        while not (tmp_path / "begun").exists():  # before that, nothing hangs
            time.sleep(0.05)
        while started.poll() is None:  # one asks the steps to end, which this one does not hear
            started.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(2)
        assert started.returncode == 130
        told = started.stderr.read()
    assert "Interrupted." in told
    assert "Traceback" not in told


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="nobody says which processes there are")
def test_processes_of_steps_do_not_outlive_a_program_that_is_killed(tmp_path: Path) -> None:
    working = "import os; open(f'pid-{os.getpid()}', 'w').close(); time.sleep(0.1)"
    slow = SLOW.replace("time.sleep(0.3)", working).replace('"slow", slow', '"slow", slow, where="process"')
    mine = plugin(tmp_path, slow)
    recipe(tmp_path, SMALL + "  - slow\n")
    command = [sys.executable, "-m", "teststrip", "-p", mine, "run", "r.yaml", "--json"]
    with warm.start(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as started:
        assert started.stdout is not None
        while not (found := list(tmp_path.glob("pid-*"))):
            time.sleep(0.02)
        started.send_signal(signal.SIGKILL)
        started.stdout.read()
    for one in found:
        number = int(one.name.removeprefix("pid-"))
        for _ in range(600):
            if not Path(f"/proc/{number}").exists():
                break
            time.sleep(0.05)
        assert not Path(f"/proc/{number}").exists()


def test_a_time_limit_ends_a_step_that_hangs_and_the_program_too(tmp_path: Path) -> None:
    hanging = SLOW.replace("time.sleep(0.3)", "time.sleep(3600 if work.options['n'] else 0)")
    hanging = hanging.replace(
        'AfterStep("slow", slow)',
        'AfterStep("slow", slow, options={"type": "object", "properties": {"n": {"type": "integer"}}})',
    )
    mine = plugin(tmp_path, hanging)
    recipe(tmp_path, SMALL + '  - {use: slow, n: "${{ 1 if seed == 2 and scale == 1 else 0 }}"}\n')
    ended = run(tmp_path, "-p", mine, "run", "r.yaml", "--step-timeout", "2", code=1)
    (failed,) = ended["after"]["failed"]
    assert failed["reason"] == "slow (step 3): it took longer than 2 seconds"
    assert ended["after"]["done"] == 3
