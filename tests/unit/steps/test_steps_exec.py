"""Programs run on pictures: never by a shell, in an empty folder, without keys, and within their time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from steps_pictures import filled, noise, opened, saved, scenic, shot

from teststrip.errors import StepError
from teststrip.steps.builtin import AFTER
from teststrip.steps.execute import scores_of
from teststrip.steps.model import Made, Shot, Work
from teststrip.steps.program import run_on

EXEC = AFTER["exec"]
COPY = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2])"


@pytest.fixture
def picture(tmp_path: Path) -> Shot:
    return shot(tmp_path, scenic())


def python(code: str, *arguments: str) -> list[str]:
    """Return a command that runs Python without anyone's site packages."""
    return [sys.executable, "-I", "-c", code, *arguments]


async def execute(
    shots: Sequence[Shot], command: list[str], environ: Mapping[str, str] | None = None, **given: Any
) -> Made:
    options = filled(EXEC, {"command": command, **given})
    return await run_on(Work(tuple(shots), options), tuple(scores_of(options)), environ)


async def test_a_program_makes_a_picture_and_scores(picture: Shot) -> None:
    code = (
        "import json, sys; from pathlib import Path; Path(sys.argv[2]).write_bytes(Path(sys.argv[1]).read_bytes())"
    )
    command = python(code + "; print(json.dumps({'sharp': 0.5, 'label': 'good', 'other': 1}))", "{in}", "{out}")
    step_made = await EXEC.run(Work((picture,), filled(EXEC, {"command": command})))  # type: ignore[arg-type, misc]
    assert step_made == Made(pictures=(picture.data,))
    made = await execute([picture], command, scores=["sharp", "label"])
    assert made == Made(pictures=(picture.data,), scores={"sharp": 0.5, "label": "good"})


async def test_without_out_the_pictures_stay(picture: Shot) -> None:
    assert await execute([picture], python("")) == Made()


async def test_arguments_are_arguments_and_no_shell_reads_them(picture: Shot, tmp_path: Path) -> None:
    bait = tmp_path / "bait"
    words = [f"; touch {bait}", f"$(touch {bait})", f"`touch {bait}`", "*", "a b", "--{in}", "", "'\"\\", "\n"]
    code = "import json, sys; print(json.dumps({'said': json.dumps(sys.argv[1:])}))"
    made = await execute([picture], python(code, *words), scores=["said"])
    assert isinstance(made.scores["said"], str)
    assert "touch" in made.scores["said"]
    assert not bait.exists()


async def test_a_program_sees_an_empty_folder_and_no_keys(picture: Shot) -> None:
    code = """
import json, os, sys
print(json.dumps({"env": " ".join(sorted(os.environ)), "files": " ".join(os.listdir()), "cwd": os.getcwd(),
                  "home": os.environ["HOME"], "stdin": sys.stdin.read(), "path": sys.argv[1]}))
"""
    environ = {"PATH": os.environ["PATH"], "GPTPROTO_API_KEY": "sk-secret", "LD_PRELOAD": "x", "HTTPS_PROXY": "x"}
    names = ["env", "files", "cwd", "home", "stdin", "path"]
    made = (await execute([picture], python(code, "{in}"), environ, scores=names)).scores
    assert str(made["env"]).split() in (
        ["HOME", "LANG", "PATH", "TMPDIR"],
        ["HOME", "LANG", "LC_CTYPE", "PATH", "TMPDIR"],
    )
    assert made["files"] == "in.png"
    assert made["stdin"] == ""
    assert made["cwd"] == made["home"]
    assert str(made["path"]).startswith(str(made["cwd"]))
    assert not os.path.exists(str(made["cwd"])), "its folder is gone"  # noqa: ASYNC240, PTH110  nobody waits here


async def test_the_original_is_out_of_reach_of_a_program_that_writes_over_its_copy(picture: Shot) -> None:
    before = picture.path.read_bytes()
    await execute([picture], python("import sys; open(sys.argv[1], 'wb').write(b'gone')", "{in}"))
    assert picture.path.read_bytes() == before


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that is over and not yet collected does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def gone(pid: int) -> bool:
    for _ in range(200):
        if not alive(pid):
            return True
        await asyncio.sleep(0.05)
    return False


CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(child.pid))
time.sleep(float(sys.argv[2]))
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
async def test_a_program_that_takes_too_long_is_ended_with_its_children(picture: Shot, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    for seconds in (1, 4, 16, 64):  # a busy machine may not even have started it
        with pytest.raises(StepError, match=f"was ended: it took longer than {seconds} seconds"):
            await execute([picture], python(CHILD, str(note), "600"), timeout=seconds)
        if note.exists() and note.read_text():
            break
    assert await gone(int(note.read_text()))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
async def test_what_a_program_leaves_behind_is_ended_too(picture: Shot, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    await execute([picture], python(CHILD, str(note), "0"))
    assert await gone(int(note.read_text()))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
async def test_who_stops_waiting_stops_the_program(picture: Shot, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    task = asyncio.create_task(execute([picture], python(CHILD, str(note), "600")))
    while not (note.exists() and note.read_text()):
        assert not task.done()
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(int(note.read_text()))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.exit('no such model')", "ended with exit code 1: no such model"),
        ("import sys; sys.exit('\x1b[31mred\x07')", "ended with exit code 1: \\u001b[31mred\\u0007"),
        ("import os; os.kill(os.getpid(), 9)", "was ended by signal 9"),
        ("", "wrote no picture to {out}"),
        (
            "import sys; open(sys.argv[1], 'w').write('<svg/>')",
            "is no picture that can be used: the picture is of",
        ),
        ("import os, sys; os.symlink('/etc/passwd', sys.argv[1])", "wrote no picture to {out}"),
        ("import os, sys; os.mkdir(sys.argv[1])", "wrote no picture to {out}"),
        ("import os, sys; os.mkfifo(sys.argv[1])", "wrote no picture to {out}"),
    ],
)
async def test_what_goes_wrong_is_told(picture: Shot, code: str, message: str) -> None:
    with pytest.raises(StepError) as raised:
        await execute([picture], python(code, "{out}"))
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("", "has to print one JSON object"),
        ("nonsense", "has to print one JSON object"),
        ("[1]", "did not print the score x"),
        ('{"y": 1}', "did not print the score x"),
        ('{"x": NaN}', "printed nan as the score x, which is no number"),
        ('{"x": [1]}', "printed neither a number nor a text as the score x"),
        ("[" * 100_000, "has to print one JSON object"),
        ('{"x": "' + "y" * 2**20 + '"}', "has to print one JSON object"),
    ],
)
async def test_what_is_no_score_is_told(picture: Shot, tmp_path: Path, printed: str, message: str) -> None:
    (tmp_path / "said").write_text(printed)
    with pytest.raises(StepError, match=message):
        await execute([picture], python(f"print(open({str(tmp_path / 'said')!r}).read())"), scores=["x"])


@pytest.mark.parametrize("program", ["no-such-program-anywhere", "./here.sh", "../bin/sh", "", " "])
async def test_a_program_is_found_in_path_or_named_in_full(picture: Shot, program: str) -> None:
    with pytest.raises(StepError, match=r"is no program: write a name that is found in PATH|it is empty"):
        await execute([picture], [program])


async def test_a_null_character_is_told(picture: Shot) -> None:
    with pytest.raises(StepError, match="holds a null character"):
        await execute([picture], ["true", "a\0b"])


async def test_the_name_of_the_new_picture_ends_as_asked(picture: Shot) -> None:
    code = "import sys; assert sys.argv[2].endswith('.jpg'), sys.argv; " + COPY
    made = await execute([picture], python(code, "{in}", "{out}"), to="jpeg")
    assert made.pictures is not None
    assert opened(made.pictures[0]).format == "PNG"  # what counts is what was written


async def test_several_pictures_are_taken_one_after_another(tmp_path: Path) -> None:
    shots = [shot(tmp_path, noise(seed=seed)) for seed in (1, 2)]
    code = "import os, json, sys; print(json.dumps({'size': os.stat(sys.argv[1]).st_size, 'kind': 'png'}))"
    made = await execute(shots, python(code, "{in}"), scores=["size", "kind"])
    sizes = [len(saved(noise(seed=seed))) for seed in (1, 2)]
    assert made.scores == {"size": sum(sizes) / 2, "kind": "png"}
    shots[1].path.unlink()
    with pytest.raises(StepError, match=r"picture 2 of 2: .*cannot be read"):
        await execute(shots, python(""))


def test_a_recipe_vouches_for_a_program_and_names_its_scores() -> None:
    plain = EXEC.with_options(filled(EXEC, {"command": ["x"]}))
    assert (plain.pure, dict(plain.scores)) == (False, {})
    vouched = EXEC.with_options(filled(EXEC, {"command": ["x"], "pure": True, "scores": ["face_count"]}))
    assert vouched.pure
    assert {name: score.title for name, score in vouched.scores.items()} == {"face_count": "Face count"}
    assert (vouched.name, vouched.permission, vouched.run) == (EXEC.name, EXEC.permission, EXEC.run)


def test_what_is_a_template_still_vouches_for_nothing() -> None:
    later = EXEC.with_options({"command": ["x"], "pure": "${{ sure }}", "scores": "${{ names }}"})
    assert (later.pure, dict(later.scores)) == (False, {})
