"""The program as a person runs it: real processes, a real port, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import warm

SMALL = """\
teststrip: 1
title: Small strip
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "1girl, red hair", size: 128x192, seed: 3}
axes:
  sampler: [k_euler, k_dpmpp_2m]
  steps: [2, 4, 6]
"""


def cli(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return warm.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=cwd,
        timeout=120,
        env=clean_environment() | environ,
    )


def cold(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Start the program as a person does, with nothing loaded."""
    return subprocess.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=clean_environment(),
    )


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "TESTSTRIP_"))}


def events(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def pictures(folder: Path) -> dict[str, bytes]:
    """What the store keeps, and none of the thumbnails beside it."""
    return {path.name: path.read_bytes() for path in sorted((folder / "runs" / "store").glob("??/*.*"))}


@contextmanager
def emulator(cwd: Path, *options: str) -> Iterator[str]:
    process = warm.start(
        [sys.executable, "-m", "teststrip", "emulate", "--port", "0", "--json", *options],
        cwd=cwd,
        stdout=subprocess.PIPE,
        env=clean_environment(),
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the small recipe was run once."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "small.yaml").write_text(SMALL)
    result = cold("run", "small.yaml", "--json", cwd=folder)
    assert result.returncode == 0, result.stderr
    (folder / "events.jsonl").write_text(result.stdout)
    return folder


def test_a_run_ends_with_a_sheet_and_tells_each_event(first: Path) -> None:
    lines = [json.loads(line) for line in (first / "events.jsonl").read_text().splitlines()]
    last = lines[-1]
    assert last["event"] == "run_done"
    assert (last["cells"], last["sent"], last["done"]) == (6, 6, 6)
    assert (last["failed"], last["moderated"], last["uncertain"]) == (0, 0, 0)
    assert sum(line["event"] == "cell_finished" for line in lines) == 6
    with Image.open(first / last["sheets"][0]) as sheet:
        assert sheet.format == "PNG"
        assert sheet.width > 3 * 96
    assert (first / last["run"] / "plan.lock.json").is_file()


def test_a_second_run_sends_nothing_and_says_so(first: Path) -> None:
    before = pictures(first)
    plan = json.loads(cli("plan", "small.yaml", "--json", cwd=first).stdout)
    assert (plan["cells"], plan["requests"], len(plan["axes"])) == (6, 0, 2)
    result = cli("run", "small.yaml", cwd=first)
    assert result.returncode == 0
    assert "nothing was sent" in result.stdout
    assert pictures(first) == before


def test_only_what_is_new_is_sent(first: Path, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.replace("[2, 4, 6]", "[1, 2, 4]").replace("Small strip", "Renamed"))
    result = cli("run", "small.yaml", "--json", "--runs-dir", str(first / "runs"), cwd=tmp_path)
    assert result.returncode == 0
    assert events(result)[-1]["sent"] == 2


def test_two_empty_folders_give_the_same_bytes_and_the_same_plan(first: Path, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    done = events(cli("run", "small.yaml", "--json", cwd=tmp_path))[-1]
    theirs = json.loads((first / "events.jsonl").read_text().splitlines()[-1])
    assert Path(done["run"]).name == Path(theirs["run"]).name
    assert (tmp_path / done["sheets"][0]).read_bytes() == (first / theirs["sheets"][0]).read_bytes()
    ours = pictures(tmp_path)
    assert len(ours) == 6
    assert ours.items() <= pictures(first).items()
    lock = "plan.lock.json"
    assert (tmp_path / done["run"] / lock).read_bytes() == (first / theirs["run"] / lock).read_bytes()


def test_a_sheet_is_drawn_again_from_the_run_alone(first: Path, tmp_path: Path) -> None:
    done = json.loads((first / "events.jsonl").read_text().splitlines()[-1])
    result = cli("sheet", str(first / done["run"]), "-o", str(tmp_path), "--json", cwd=tmp_path)
    assert result.returncode == 0
    (sheet,) = json.loads(result.stdout)["sheets"]
    assert Path(sheet).read_bytes() == (first / done["sheets"][0]).read_bytes()


def test_an_emulator_on_a_port_is_another_target(first: Path, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.replace("[2, 4, 6]", "[2]"))
    with emulator(tmp_path) as url:
        result = cli("run", "small.yaml", "--target", url, "--json", cwd=tmp_path)
    assert result.returncode == 0
    assert events(result)[-1]["sent"] == 2
    # The same pictures, as bytes; but another target, so another identity than the darkroom's.
    assert pictures(tmp_path).items() <= pictures(first).items()
    plan = json.loads(cli("plan", "small.yaml", "--json", cwd=tmp_path).stdout)
    assert plan["requests"] == 2


def test_a_refused_key_stops_the_run_with_code_3(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    with emulator(tmp_path, "--key", "sk-another") as url:
        result = cli("run", "small.yaml", "--target", url, cwd=tmp_path)
    assert result.returncode == 3
    assert "stopped early" in result.stdout
    assert not pictures(tmp_path)


def test_what_cannot_be_drawn_is_told_on_the_sheet_and_by_the_exit_code(tmp_path: Path) -> None:
    text = SMALL.replace("sampler: [k_euler, k_dpmpp_2m]", "action: [generate, img2img]").replace(
        "[2, 4, 6]", "[2]"
    )
    text = text.replace('"1girl, red hair"', '"1girl", image: "https://example.org/a.png"')
    (tmp_path / "r.yaml").write_text(text)
    result = cli("run", "r.yaml", "--json", cwd=tmp_path)
    assert result.returncode == 1
    last = events(result)[-1]
    assert (last["done"], last["failed"]) == (1, 1)
    finished = [event for event in events(result) if event["event"] == "cell_finished"]
    assert any("offline" in event["reason"] for event in finished)
    assert (tmp_path / last["sheets"][0]).is_file()


def test_refused_content_is_moderated_not_failed(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(SMALL.replace("1girl, red hair", "1girl, teststrip:refuse"))
    result = cli("run", "r.yaml", "--json", cwd=tmp_path)
    assert result.returncode == 1
    assert events(result)[-1]["moderated"] == 6


def test_live_needs_a_key_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(SMALL)
    result = cli("run", "r.yaml", "--live", cwd=tmp_path)
    assert result.returncode == 2
    assert "GPTPROTO_API_KEY" in result.stderr
    assert not (tmp_path / "runs" / "store").exists()


def run_of_twenty(folder: Path) -> subprocess.Popen[str]:
    """Start a run of twenty cells, cold and with a group of processes of its own, to be cut off."""
    (folder / "r.yaml").write_text(SMALL.replace("[2, 4, 6]", "1, 2, ..., 10"))
    return subprocess.Popen(
        [sys.executable, "-m", "teststrip", "run", "r.yaml", "--json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
        start_new_session=True,
    )


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_cut_off_goes_on_where_it_was(blow: signal.Signals, tmp_path: Path) -> None:
    process = run_of_twenty(tmp_path)
    assert process.stdout is not None
    done_before = 0
    for line in process.stdout:
        done_before += json.loads(line)["event"] == "cell_finished"
        if done_before == 3:
            break
    process.send_signal(blow)
    process.communicate(timeout=30)
    assert process.returncode == (130 if blow is not signal.SIGKILL else -signal.SIGKILL)
    time.sleep(0.2)  # the orphaned drawing processes of a killed run take a moment to notice
    result = cli("run", "r.yaml", "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    last = events(result)[-1]
    assert last["done"] == 20
    assert last["sent"] <= 20 - done_before


def test_an_end_that_the_whole_group_is_told_of_leaves_no_failed_cells(tmp_path: Path) -> None:
    """As `timeout` and service managers end a program: its drawing processes hear it too."""
    process = run_of_twenty(tmp_path)
    assert process.stdout is not None
    next(line for line in process.stdout if json.loads(line)["event"] == "cell_finished")
    os.killpg(process.pid, signal.SIGTERM)
    said, told = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in told) == (130, False)
    last = json.loads(said.splitlines()[-1])
    assert (last["failed"], last["uncertain"]) == (0, 0)
    result = cli("run", "r.yaml", "--json", cwd=tmp_path)
    assert (result.returncode, events(result)[-1]["done"]) == (0, 20)


SIDES = """---
page: 1
provider: sides
title: A page that bounds no side
base_url: https://sides.example
base_url_env: SIDES_API_BASE_URL
auth: {header: Authorization, form: "Bearer {key}", env: SIDES_API_KEY}
submit: {path: "/v1/{model}"}
poll: {path: "/v1/jobs/{id}"}
reply:
  ids: [id]
  statuses: [state]
  outputs: [files]
  words: {done: [ready], failed: [broken], queued: [waiting], running: [busy]}
pace: {concurrency: 1, per_minute: 20}
models: [{id: m}]
roles: {prompt: prompt, width: width, height: height}
---

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| `prompt` | string | yes | - | - | What to show |
| `width` | integer | no | `512` | - | Pixels |
| `height` | integer | no | `512` | - | Pixels |
"""


def test_sides_that_the_darkroom_does_not_draw_are_told_where_the_page_allows_them(tmp_path: Path) -> None:
    """The page of this project lets every side through; what it draws is the darkroom's to say."""
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "sides.md").write_text(SIDES)
    (tmp_path / "r.yaml").write_text(
        "teststrip: 1\nmodel: sides/m\nparams: {prompt: 1girl, height: 64}\naxes: {width: [64, 63, 70000]}\n"
    )
    checked = cli("check", "r.yaml", cwd=tmp_path)
    assert (checked.returncode, "2 notes." in checked.stdout) == (0, True), checked.stdout
    result = cli("run", "r.yaml", cwd=tmp_path)
    assert (result.returncode, (tmp_path / "runs").exists()) == (2, False)
    for place, width in (("r.yaml:4:20  axes.width[1]", 63), ("r.yaml:4:24  axes.width[2]", 70000)):
        words = f"width is {width}, and the darkroom draws sides of 64 to 65,536 pixels: choose another size"
        assert f"{place}  {words}" in checked.stdout
        assert f"{place}  {words}" in result.stderr


def test_sizes_beyond_the_darkroom_are_told_before_anything_is_drawn(tmp_path: Path) -> None:
    head = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: 1girl, steps: 1}\naxes:\n"
    (tmp_path / "r.yaml").write_text(head + "  size: [64x64, 9000x9000, 10000x10000]\n  scale: [5, 200]\n")
    for command, *options in (["run"], ["plan"], ["check"], ["run", "--target", "proof"]):
        result = cli(command, "r.yaml", *options, cwd=tmp_path)
        assert result.returncode == 2  # of `check` for the scale, which the page refuses
        told = result.stdout if command == "check" else result.stderr
        assert "r.yaml:5:17  axes.size[1]" in told
        assert (
            "81,000,000 pixels, and the darkroom draws at most 67,108,864: choose a smaller size, or set" in told
        )
        assert "r.yaml:5:28  axes.size[2]" in told
        assert "r.yaml:6:14  axes.scale[1]" in told
    assert not (tmp_path / "runs").exists()
    (tmp_path / "r.yaml").write_text(head + "  size: [64x64, 9000x9000]\n")
    checked = cli("check", "r.yaml", cwd=tmp_path)
    assert checked.returncode == 0  # by the page it is good, and it may be meant for the paid API
    good, only_here, note, count = checked.stdout.splitlines()
    assert (good, count) == ("r.yaml: good, 2 cells", "1 note.")
    assert only_here == (
        "The page allows this, and the darkroom does not draw it: without --live, `run` refuses it."
    )
    assert note.startswith(
        'r.yaml:5:17  axes.size[1]  "9000x9000" has 81,000,000 pixels, and the darkroom draws at'
    )
    document = json.loads(cli("check", "r.yaml", "--json", cwd=tmp_path).stdout)
    assert (document["problems"], [one["path"] for one in document["notes"]]) == ([], ["axes.size[1]"])
    assert cli("run", "r.yaml", cwd=tmp_path).returncode == 2
    assert not (tmp_path / "runs").exists()
    elsewhere = cli("plan", "r.yaml", "--target", "http://127.0.0.1:9", cwd=tmp_path)
    assert elsewhere.returncode == 0, elsewhere.stderr


def test_the_largest_size_is_set_by_the_environment(tmp_path: Path) -> None:
    head = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: 1girl, steps: 1}\naxes:\n"
    (tmp_path / "r.yaml").write_text(head + "  size: [64x64, 1088x1024]\n")
    lock = cli("plan", "r.yaml", "-o", "r.lock", cwd=tmp_path)
    assert lock.returncode == 0, lock.stderr

    def under(said: str, *command: str) -> subprocess.CompletedProcess[str]:
        return cli(*command, cwd=tmp_path, TESTSTRIP_DARKROOM_MP=said)

    told = under("1", "check", "r.yaml")
    assert (told.returncode, "r.yaml:5:17  axes.size[1]" in told.stdout) == (0, True)
    assert under("1", "plan", "r.yaml").returncode == 2
    assert "at most 1,048,576: choose a smaller size, or set TESTSTRIP_DARKROOM_MP (up to 85)" in told.stdout
    # A lock is taken as it is: what can be drawn of it is drawn, and the rest says why not.
    for command in (["run", "r.lock"], ["resume", "--retry-failed"]):
        ran = under("1", *command, "--json")
        last = events(ran)[-1]
        assert (last["done"], last["failed"] + last.get("refused", 0)) == (1, 1)
    again = cli("run", "r.lock", "--retry-failed", "--json", cwd=tmp_path)
    assert (again.returncode, events(again)[-1]["done"]) == (0, 2)
    for bad in ("0", "86", "-1", "1e1", "64 MP", "²"):
        for command in (["check", "r.yaml"], ["run", "r.lock"], ["emulate", "--port", "0"]):
            refused = under(bad, *command)
            assert refused.returncode == 2
            assert "TESTSTRIP_DARKROOM_MP is" in refused.stderr
            assert "a whole number from 1 to 85" in refused.stderr


def test_a_second_run_in_the_same_folder_does_the_other_half(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(SMALL.replace("[2, 4, 6]", "1, 2, ..., 30"))
    process = subprocess.Popen(
        [sys.executable, "-m", "teststrip", "run", "r.yaml", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        assert cli("plan", "r.yaml", cwd=tmp_path).returncode == 0
        last = events(cli("run", "r.yaml", "--json", cwd=tmp_path))[-1]
        other = json.loads(process.communicate(timeout=60)[0].splitlines()[-1])
        assert (last["done"], other["done"], last["sent"] + other["sent"]) == (60, 60, 60)
    finally:
        process.kill()
        process.communicate()


def test_bad_input_is_told_at_once_with_code_2(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(SMALL.replace("k_euler,", "k_eular,").replace("[2, 4, 6]", "[0, 2]"))
    for command in (["run", "r.yaml"], ["plan", "r.yaml"], ["check", "r.yaml"]):
        result = cli(*command, cwd=tmp_path)
        assert result.returncode == 2
        told, silent = (result.stdout, result.stderr) if command[0] == "check" else (result.stderr, result.stdout)
        assert "r.yaml:6:13  axes.sampler[0]" in told
        assert "did you mean k_euler?" in told
        assert "r.yaml:7:11  axes.steps[0]" in told
        assert silent == ""
    assert not (tmp_path / "runs").exists()


def test_terminal_escapes_in_a_recipe_are_shown_not_sent(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(SMALL.replace("k_euler,", '"\\e[2J\\e]0;owned\\a",'))
    result = cli("check", "r.yaml", cwd=tmp_path)
    assert result.returncode == 2
    assert "\x1b" not in result.stdout
    assert "\\u001b[2J" in result.stdout


def test_help_and_version_are_there(tmp_path: Path) -> None:
    assert cli("--version", cwd=tmp_path).stdout.startswith("teststrip, version 0.")
    for command in ("check", "plan", "run", "sheet", "schema", "emulate"):
        result = cli(command, "--help", cwd=tmp_path)
        assert result.returncode == 0
        assert result.stdout.startswith("Usage: ")
        assert "--json" in result.stdout or command == "schema"


def test_how_steps_are_executed_is_asked_where_they_are(tmp_path: Path) -> None:
    for command, steps in (("run", True), ("resume", True), ("verify", False)):
        told = cli(command, "--help", cwd=tmp_path).stdout
        assert "--budget" in told
        assert ("--step-timeout" in told, "--executor" in told) == (steps, steps)


def test_what_cannot_be_written_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder belongs")
    result = cli("schema", "build", "-o", "taken/schemas", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("error: taken/schemas")
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("option", [[], ["--json"]])
def test_an_output_that_is_full_is_an_error_and_no_traceback(option: list[str], tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(SMALL)
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "teststrip", "plan", "r.yaml", *option],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.startswith("error: No space left on device")
    assert "Traceback" not in result.stderr
