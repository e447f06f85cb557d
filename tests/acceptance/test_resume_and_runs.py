"""Going on with a run, and looking after a runs folder, as a person does: real processes, ports and terminals."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from small_server import Answers, address, served

import warm

fcntl = pytest.importorskip("fcntl", reason="needs a system with terminals")
import termios  # noqa: E402  as above

SMALL = """\
teststrip: 1
title: Small strip
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "1girl, red hair", size: 128x192, seed: 3}
axes:
  sampler: [k_euler, k_dpmpp_2m]
  steps: [2, 4, 6]
"""
LONG = SMALL.replace("[2, 4, 6]", "1, 2, ..., 30").replace("Small", "Long")
THREE = """\
teststrip: 1
title: Three
model: gptproto/nai-diffusion-4-5-full
params: {prompt: a boat, size: 64x64}
axes:
  seed: [1, 2, 3]
"""


def clean(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "TESTSTRIP_"))}
    return kept | more


def cli(*arguments: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return warm.run(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=cwd,
        timeout=120,
        env=clean(**environ),
    )


def told(*arguments: str, cwd: Path) -> dict[str, Any]:
    result = cli(*arguments, "--json", cwd=cwd)
    document: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return document


def on_a_terminal(*arguments: str, cwd: Path, answer: str = "", **environ: str) -> tuple[int, str]:
    """Run on a pseudo-terminal of 80 columns; return the exit code and all that was printed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "teststrip", *arguments],
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
        env=clean(TERM="xterm-256color", **environ),
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # the terminal is gone with the process
        while select.select([ours], [], [], 60)[0]:
            part = os.read(ours, 65536)
            if not part:
                break
            said += part
            if answer and b"[y/N]" in said:
                os.write(ours, answer.encode() + b"\n")
                answer = ""
    os.close(ours)
    return process.wait(timeout=60), said.decode()


class Picky(ThreadingHTTPServer):
    """Takes every submit; of the first one after `cut` was set it breaks the connection instead of answering."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Takes)
        self.accepted = 0
        self.cut = True

    @property
    def url(self) -> str:
        return address(self)


class Takes(Answers):
    server: Picky

    def take(self, request: dict[str, Any]) -> None:  # noqa: ARG002  whatever it is
        self.server.accepted += 1
        if self.server.cut:
            self.server.cut = False
            self.close_connection = True
            return
        self.say({"id": f"p{self.server.accepted}", "status": "created"})


@pytest.fixture
def picky() -> Iterator[Picky]:
    with served(Picky()) as server:
        yield server


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the small recipe was run."""
    folder = tmp_path_factory.mktemp("ran")
    (folder / "small.yaml").write_text(SMALL)
    assert cli("run", "small.yaml", cwd=folder).returncode == 0
    return folder


def interrupted(
    cwd: Path, *options: str, runs: str = "runs", recipe: str = "long.yaml", plugin: str = ""
) -> tuple[int, str, str]:
    """Run a long recipe and press Ctrl-C after its third cell; return the code and both outputs."""
    plugins = ["-p", plugin] if plugin else []
    process = warm.start(
        [sys.executable, "-m", "teststrip", *plugins, "run", recipe, *options],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean(),
    )
    store = cwd / runs / "store"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and sum(1 for _ in store.glob("*/*.png")) < 3:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)
    assert process.returncode is not None
    return process.returncode, said, complained


def test_ctrl_c_tells_how_to_go_on_and_draws_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(LONG)
    code, said, complained = interrupted(tmp_path)
    assert code == 130
    assert "Traceback" not in complained
    assert "Interrupted" in complained
    done = re.search(r"^(\d+) of 60 cells done", said)
    assert done is not None
    assert "Anlas" not in said  # nothing has a price in the darkroom
    (folder,) = (tmp_path / "runs").glob("long-strip-*")
    assert said.endswith(f"\n  teststrip resume {folder.name}\n")
    with Image.open(folder / "sheet.png") as sheet:
        assert sheet.width > 300
    waiting = 60 - int(done[1])
    assert f"\n  {waiting} planned: not sent yet\n" in said  # what the darkroom had begun ended with it
    assert "submitted" not in said
    assert "To go on:\n" in said
    assert f"{waiting} requests to send, {done[1]} done\n" in cli("plan", "long.yaml", cwd=tmp_path).stdout
    (tmp_path / "long.yaml").unlink()
    listed = told("runs", "list", cwd=tmp_path)["runs"][0]
    assert (listed["name"], listed["done"], listed["waiting"]) == (folder.name, int(done[1]), waiting)
    last = told("resume", cwd=tmp_path)
    assert (last["done"], last["interrupted"], Path(last["run"]).name) == (60, False, folder.name)
    assert last["sent"] == waiting
    assert told("resume", cwd=tmp_path)["event"] == "nothing_to_do"


def test_an_interrupted_run_in_json_ends_with_its_command(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(LONG)
    code, said, _ = interrupted(tmp_path, "--json", "--runs-dir", "else where", runs="else where")
    assert code == 130
    last = json.loads(said.splitlines()[-1])
    assert (last["event"], last["interrupted"], last["cells"]) == ("run_done", True, 60)
    name = Path(last["run"]).name
    assert last["resume"] == f"teststrip resume {name} --runs-dir 'else where'"


def test_a_recording_that_is_interrupted_tells_how_to_go_on_recording_and_is_whole_then(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(LONG)
    code, said, _ = interrupted(tmp_path, "--record", "my tape")
    assert code == 130
    (folder,) = (tmp_path / "runs").glob("long-strip-*")
    command = f"teststrip resume {folder.name} --record 'my tape'"
    assert f"\n  {command}\n" in said
    done = cli(*shlex.split(command)[1:], cwd=tmp_path)
    assert (done.returncode, "--record" in done.stdout) == (0, False), done.stderr
    played = told("run", "long.yaml", "--replay", "my tape", cwd=tmp_path)
    assert (played["done"], played["replayed"]["unrecorded"], played["replayed"]["missing"]) == (60, 0, [])


MINE = """
from teststrip import hookimpl
from teststrip.steps.model import AfterStep, Made

@hookimpl
def teststrip_steps():
    return [AfterStep("mine", lambda work: Made(badges=("mine",)))]
"""


def advice(said: str) -> list[str]:
    """The command that a run ends with, as arguments."""
    return shlex.split(said.splitlines()[-1])[1:]


def test_the_advice_of_a_run_that_was_changed_from_outside_can_be_typed_as_it_is(tmp_path: Path) -> None:
    """Its plugin, its target and all that was set: without those it would say nothing, or something else."""
    (tmp_path / "mine.py").write_text(MINE)
    text = LONG.replace("1girl, red hair", "1girl, ${{ hair }}").replace("1, 2, ..., 30", "[1, 2]")
    (tmp_path / "my long.yaml").write_text(text + "vars: {hair: red hair}\nafter: [mine]\n")
    (tmp_path / "v.yaml").write_text("unused: 1\n")
    options = ["--target", "proof", "-s", "axes.steps=1, 2, ..., 30", "--var", "hair=it's blue"]
    options += ["--runs-dir", "else where", "--concurrency", "2", "--budget", "7.50"]
    code, said, _ = interrupted(tmp_path, *options, recipe="my long.yaml", runs="else where", plugin="mine.py")
    assert code == 130
    (folder,) = (tmp_path / "else where").glob("long-strip-*")
    asked = advice(said)
    assert asked == [
        *("-p", "mine.py", "resume", folder.name, "--target", "proof", "--budget", "7.50", "--concurrency", "2"),
        *("--runs-dir", "else where"),
    ]
    result = cli(*asked, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("60 of 60 cells done")
    asked = advice(result.stdout)
    assert asked == ["-p", "mine.py", "runs", "show", folder.name, "--runs-dir", "else where"]
    assert "60 done" in cli(*asked, cwd=tmp_path).stdout

    result = cli("-p", "mine.py", "run", "my long.yaml", *options, cwd=tmp_path)
    asked = advice(result.stdout)
    assert asked == [
        *("-p", "mine.py", "plan", "my long.yaml", *options[2:6], *options[:2], *options[6:8], "--cells"),
    ]
    listed = cli(*asked, cwd=tmp_path).stdout
    assert "60 done" in listed
    assert len(re.findall(r"^ *[0-9]+  [0-9a-f]{8}  done ", listed, re.MULTILINE)) == 60


def test_a_lock_for_proofs_is_told_how_to_be_run(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    assert cli("plan", "small.yaml", "--target", "proof", "-o", "x.lock.json", cwd=tmp_path).returncode == 0
    refused = cli("run", "x.lock.json", cwd=tmp_path)
    assert (refused.returncode, "to run it there, give --target proof" in refused.stderr) == (2, True)
    assert cli("plan", "small.yaml", "-o", "y.lock.json", cwd=tmp_path).returncode == 0
    refused = cli("run", "y.lock.json", "--target", "proof", cwd=tmp_path)
    assert "to plan for this one: teststrip plan small.yaml --target proof -o y.lock.json" in refused.stderr
    assert "to run it there, give neither --live nor --target;" in refused.stderr


def test_a_run_resumes_by_name_and_from_its_own_lock_alone(ran: Path, tmp_path: Path) -> None:
    (folder,) = (ran / "runs").glob("small-strip-*")
    for named in ("small", folder.name, f"runs/{folder.name}", str(folder), "runs/small"):
        assert told("resume", named, cwd=ran)["done"] == 6
    (ran / "small.yaml").write_text(SMALL.replace("2, 4, 6", "8, 9"))
    result = cli("resume", "small", cwd=ran)
    assert (result.returncode, "differs" in result.stderr) == (0, False)
    (ran / "small.yaml").write_text(SMALL)
    result = cli("resume", "large", cwd=ran)
    assert result.returncode == 2
    assert f"there are: {folder.name}" in result.stderr
    result = cli("resume", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (
        2,
        "error: there is no run in runs; `teststrip run RECIPE` makes one\n",
    )


def test_a_run_of_an_emulator_resumes_only_there(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    process = warm.start(
        [sys.executable, "-m", "teststrip", "emulate", "--port", "0", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env=clean(),
    )
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        assert told("plan", "small.yaml", "--target", url, "-o", "x.lock.json", cwd=tmp_path)["requests"] == 6
        folder = tmp_path / "runs" / "by-hand"
        folder.mkdir(parents=True)
        (tmp_path / "x.lock.json").rename(folder / "plan.lock.json")
        refused = cli("resume", cwd=tmp_path)
        assert refused.returncode == 2
        assert f"to run it there, give --target {url}" in refused.stderr
        done = told("resume", "--target", url, cwd=tmp_path)
        assert (done["done"], done["sent"], done["run"]) == (6, 6, "runs/by-hand")
        assert (folder / "sheet.png").is_file()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_what_is_uncertain_is_left_unless_told_and_asked_about_on_a_terminal(picky: Picky, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(THREE)
    there = ("--target", picky.url)
    result = cli("run", "r.yaml", *there, "--concurrency", "1", cwd=tmp_path)
    assert result.returncode == 1
    assert re.search(r"uncertain: seed 1 \(request [0-9a-f]{8}\): the ", result.stderr)
    assert "1 uncertain: may have been paid for" in result.stdout
    (folder,) = (tmp_path / "runs").glob("three-*")
    again = f"teststrip resume {folder.name} --target {picky.url} --concurrency 1 --uncertain resend\n"
    assert again in result.stdout
    for option in ("skip", "ask"):
        result = cli("resume", "three", *there, "--uncertain", option, cwd=tmp_path)
        assert (result.returncode, picky.accepted) == (1, 3)
    assert "there is no terminal to ask at" in result.stderr
    code, said = on_a_terminal("resume", "three", *there, "--uncertain", "ask", cwd=tmp_path, answer="n")
    assert (code, picky.accepted) == (1, 3)
    assert "1 cell may have been paid for, and no answer came:" in said
    assert re.search(r"[0-9a-f]{8}  seed 1", said)
    assert told("resume", *there, cwd=tmp_path)["event"] == "nothing_to_do"
    code, said = on_a_terminal("resume", *there, "--uncertain", "ask", cwd=tmp_path, answer="y")
    assert (code, picky.accepted) == (0, 4)


def test_a_question_names_what_may_have_cost(picky: Picky, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(THREE)
    live = {"GPTPROTO_API_BASE_URL": picky.url, "GPTPROTO_API_KEY": "sk-pretended"}
    result = cli("run", "r.yaml", "--live", cwd=tmp_path, **live)
    assert "by the page's price: 4 Anlas spent, 2 uncertain, estimate 6\n" in result.stdout
    code, said = on_a_terminal("run", "r.yaml", "--live", "--uncertain", "ask", cwd=tmp_path, answer="n", **live)
    assert (code, picky.accepted) == (1, 3)
    assert "seed 1, perhaps 2 Anlas" in said
    result = cli("run", "r.yaml", "--live", "--resend-uncertain", "--uncertain", "skip", cwd=tmp_path, **live)
    assert (result.returncode, picky.accepted) == (2, 3)
    assert cli("run", "r.yaml", "--live", "--resend-uncertain", cwd=tmp_path, **live).returncode == 0
    assert picky.accepted == 4
    kept = b"".join(path.read_bytes() for path in (tmp_path / "runs").rglob("*") if path.is_file())
    assert b"sk-pretended" not in kept


def test_progress_is_lines_off_a_terminal_and_json_with_counts(picky: Picky, tmp_path: Path) -> None:
    picky.cut = False
    (tmp_path / "r.yaml").write_text(THREE)
    live = {"GPTPROTO_API_BASE_URL": picky.url, "GPTPROTO_API_KEY": "sk-pretended"}
    result = cli("run", "r.yaml", "--live", "--json", cwd=tmp_path, **live)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    ended = [line for line in lines if line["event"] == "cell_finished"]
    assert [line["prediction"] for line in ended] == ["p1", "p2", "p3"]
    assert ended[1]["at"] == {"seed": "2"}
    assert ended[1]["progress"] == {
        "done": 2,
        "failed": 0,
        "moderated": 0,
        "cancelled": 0,
        "uncertain": 0,
        "waiting": 1,
        "price": {"unit": "Anlas", "so_far": "4", "uncertain": "0", "to_come": "2", "unpriced": 0},
    }
    assert lines[-1]["price"]["so_far"] == "6"
    (tmp_path / "r.yaml").write_text(THREE.replace("boat", "ship"))
    result = cli("run", "r.yaml", "--live", cwd=tmp_path, **live)
    assert "\x1b" not in result.stderr + result.stdout
    assert re.search(
        r"^2 of 3 cells: 2 done, 1 waiting; ≈ 4 Anlas spent, 2 to come; ", result.stderr, re.MULTILINE
    )


def test_progress_on_a_terminal_fits_it_and_keeps_to_no_color(tmp_path: Path) -> None:
    text = SMALL.replace("1girl, red hair", "1girl, teststrip:refuse")
    (tmp_path / "r.yaml").write_text(text)
    code, said = on_a_terminal("run", "r.yaml", cwd=tmp_path, NO_COLOR="1")
    assert code == 1
    assert re.search(r"\x1b\[[0-9;]*m", said.replace("\x1b[0m", "")) is None
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
    bars = [line for line in re.split(r"[\r\n]+", plain) if "━" in line or re.match(r"\d+ done", line)]
    assert bars
    assert max(map(len, bars)) <= 80
    assert any(re.match("sampler k_.*, steps [246] ━", line) for line in bars)
    assert "0 done, 6 moderated" in plain


def test_runs_are_listed_and_shown_with_reasons_and_history(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(SMALL.replace("steps: [2, 4, 6]", 'prompt: ["1girl", "teststrip:refuse"]'))
    assert cli("run", "r.yaml", cwd=tmp_path).returncode == 1
    listed = cli("runs", "list", cwd=tmp_path).stdout
    assert "4 cells: 2 done, 2 moderated; darkroom/" in listed
    assert max(map(len, listed.splitlines())) <= 80
    shown = cli("runs", "show", "small", cwd=tmp_path).stdout
    assert re.search(
        r"   1  [0-9a-f]{8}  moderated  sampler k_euler, prompt teststrip:refuse\n      the req", shown
    )
    one = told("runs", "show", "small", "--cell", "0", cwd=tmp_path)
    assert (one["state"], [move["new"] for move in one["log"]][-1]) == ("done", "done")
    history = cli("runs", "show", "small", "--cell", one["digest"][:10], cwd=tmp_path).stdout
    assert f"prediction {one['prediction']}" in history
    assert one["pictures"][0] in history
    assert len(told("runs", "show", "small", "--cells", cwd=tmp_path)["list"]) == 4
    assert cli("runs", "show", "small", "--cell", "99", cwd=tmp_path).returncode == 2


def test_an_export_has_everything_and_its_bytes(ran: Path, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        assert cli("runs", "export", "small", "-o", str(tmp_path / name), cwd=ran).returncode == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist())
        tops = {name.split("/")[0] for name in archive.namelist()}
        archive.extractall(tmp_path)
    (top,) = tops
    assert cli("runs", "export", "small", "-o", str(tmp_path / "folder"), cwd=ran).returncode == 0
    as_folder = {p.relative_to(tmp_path / "folder"): p.read_bytes() for p in (tmp_path / "folder").rglob("*.*")}
    as_zip = {p.relative_to(tmp_path / top): p.read_bytes() for p in (tmp_path / top).rglob("*.*")}
    assert as_folder == as_zip
    stored = {path.read_bytes() for path in (ran / "runs" / "store").rglob("*.png")}
    pictures = {name: data for name, data in as_folder.items() if name.parts[0] == "pictures"}
    assert {name.name for name in pictures} >= {"0_k_euler_2.png", "5_k_dpmpp_2m_6.png"}
    assert set(pictures.values()) <= stored
    manifest = json.loads(as_folder[Path("manifest.json")])
    assert manifest["cells"][1]["at"] == {"sampler": "k_euler", "steps": "4"}
    assert manifest["cells"][1]["request"]["steps"] == 4
    refused = cli("runs", "export", "small", "-o", str(tmp_path / "folder"), cwd=ran)
    assert (refused.returncode, "is there already" in refused.stderr) == (2, True)
    lock = str(tmp_path / "folder" / "plan.lock.json")
    assert told("run", lock, cwd=ran)["sent"] == 0


def test_a_copy_with_our_text_gives_its_recipe_back(ran: Path, tmp_path: Path) -> None:
    assert cli("runs", "export", "small", "-o", str(tmp_path / "x"), "--metadata", cwd=ran).returncode == 0
    picture = str(tmp_path / "x" / "pictures" / "1_k_euler_4.png")
    (found,) = told("inspect", picture, cwd=tmp_path)["pictures"]
    assert found["place"] == "iTXt teststrip"
    recipe = cli("inspect", picture, "--as-recipe", cwd=tmp_path)
    assert recipe.returncode == 0
    (ran / "again.yaml").write_text(recipe.stdout)
    assert told("plan", "again.yaml", cwd=ran)["requests"] == 0


def test_a_redacted_export_has_no_prompt_anywhere(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(
        SMALL.replace("1girl, red hair", "${{ style }}, 1girl, secretword").replace(
            "steps: [2, 4, 6]",
            'steps: [2]\n  style: [watercolour wash, {title: Ink, value: "black brushwork"}, "teststrip:refuse"]',
        )
        + 'sheets:\n  - {rows: sampler, cols: style, caption: "${{ prompt }}"}\n'
    )
    assert cli("run", "r.yaml", cwd=tmp_path).returncode == 1
    assert cli("runs", "export", "small", "-o", "x", "--redact", "--json", cwd=tmp_path).returncode == 0
    files = {
        path.relative_to(tmp_path / "x").as_posix(): path.read_bytes() for path in (tmp_path / "x").rglob("*.*")
    }
    assert "plan.lock.json" not in files
    digest = told("runs", "list", cwd=tmp_path)["runs"][0]["plan"]
    assert {name for name in files if name.startswith("pictures/")} == {
        f"pictures/{stem}.png" for stem in ("0_k_euler_2_value-1", "1_k_euler_2_Ink", "3_k_dpmpp_2m_2_value-1")
    } | {"pictures/4_k_dpmpp_2m_2_Ink.png"}
    for name, data in files.items():
        for word in (b"secretword", b"watercolour", b"brushwork", b"refuse", b"1girl", digest[:8].encode()):
            assert word not in data, (name, word)
    for name in files:
        if name.endswith(".png") and name.startswith("pictures"):
            with Image.open(tmp_path / "x" / name) as copy:
                assert not copy.info
    both = cli("runs", "export", "small", "-o", "y", "--redact", "--metadata", cwd=tmp_path)
    assert both.returncode == 2


def test_gc_removes_only_what_is_free_and_nobody_wants(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SMALL)
    (tmp_path / "b.yaml").write_text(SMALL.replace("[2, 4, 6]", "[4, 8]").replace("Small", "Other"))
    for recipe in ("a.yaml", "b.yaml"):
        assert cli("run", recipe, cwd=tmp_path).returncode == 0
    runs = tmp_path / "runs"
    assert told("runs", "gc", cwd=tmp_path)["waste"] == []
    (lock,) = runs.glob("small-*/plan.lock.json")
    kept = lock.rename(tmp_path / "kept.lock.json")
    assert len(told("runs", "gc", "--keep", "kept.lock.json", cwd=tmp_path)["waste"]) == 1
    dry = told("runs", "gc", cwd=tmp_path)
    # The run, four pictures, and a thumbnail of each.
    assert (len(dry["waste"]), dry["removed"], dry["kept"]) == (9, False, 4)
    assert len(list(runs.rglob("store/*/*.png"))) == 8
    assert cli("runs", "gc", "--yes", cwd=tmp_path).returncode == 0
    assert len(list(runs.rglob("store/*/*.png"))) == 4
    assert not lock.parent.exists()
    assert told("run", "b.yaml", cwd=tmp_path)["sent"] == 0
    again = told("run", str(kept), cwd=tmp_path)
    assert (again["sent"], again["done"]) == (4, 6)
    (other,) = runs.glob("other-*/plan.lock.json")
    other.write_text(other.read_text().replace("Other", "Others"))
    refused = cli("runs", "gc", "--yes", cwd=tmp_path)
    assert (refused.returncode, "the lock was edited" in refused.stderr) == (2, True)


def test_gc_is_refused_while_a_run_is_going_on(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(LONG)
    process = warm.start(
        [sys.executable, "-m", "teststrip", "run", "long.yaml", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env=clean(),
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        result = cli("runs", "gc", "--yes", cwd=tmp_path)
        assert (result.returncode, "another run is using this folder" in result.stderr) == (2, True)
    finally:
        process.kill()
        process.communicate()
