"""A copy of the loaded program is, for all that it can tell and we can see, a program that was started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import warm

PYTHON = [sys.executable, "-c"]
TESTSTRIP = [sys.executable, "-m", "teststrip"]
RECIPE = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\nparams: {prompt: ink}\naxes: {steps: [1, 2]}\n"


def cold(command: list[str], cwd: Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
    environ = dict(os.environ)  # readline gives its process COLUMNS and LINES, of which os.environ does not hear
    return subprocess.run(
        command, cwd=cwd, env=environ, input=given, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    "words",
    [["--version"], ["chek"], ["check", "r.yaml"], ["check", "none.yaml"], ["plan", "r.yaml", "--json"], ["runs"]],
    ids=" ".join,
)
def test_it_prints_what_a_cold_start_prints(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(RECIPE)
    there, here = (start([*TESTSTRIP, *words], cwd=tmp_path) for start in (cold, warm.run))
    assert (here.returncode, here.stdout, here.stderr) == (there.returncode, there.stdout, there.stderr)
    assert here.stdout + here.stderr != ""


TOLD = """
import os, sys
print(sys.argv, os.getcwd(), sys.path, __name__, sorted(os.environ), sys.stdin.read())
for file in (sys.stdin, sys.stdout, sys.stderr):
    print(file.name, file.mode, file.encoding, file.errors)
    print(file.line_buffering, file.write_through, file.isatty(), file.seekable())
print(os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else "")
sys.exit(7)
"""


def test_arguments_folder_environment_and_files_are_its_own(tmp_path: Path) -> None:
    command = [*PYTHON, TOLD, "a", "-b"]
    here, there = warm.run(command, cwd=tmp_path, input="given"), cold(command, tmp_path, "given")
    assert (here.returncode, here.stderr) == (7, "")
    assert here.stdout == there.stdout


def test_what_it_prints_last_is_printed_and_an_error_has_its_code(tmp_path: Path) -> None:
    code = "import atexit; atexit.register(print, 'the end'); print('first'); raise ValueError('no')"
    done = warm.run([*PYTHON, code], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "first\nthe end\n")
    assert done.stderr.endswith("ValueError: no\n")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_reaches_it_and_tells_how_it_ended(sign: signal.Signals, tmp_path: Path) -> None:
    command = [*PYTHON, "import time; print('here', flush=True); time.sleep(600)"]
    start = partial(warm.start, command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with start() as process, start() as other:
        for one in (process, other):
            assert one.stdout is not None
            assert one.stdout.readline() == "here\n"
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)
        process.send_signal(sign)
        assert process.wait(60) == -sign
        assert other.poll() is None  # it is a process of its own
        other.kill()
        assert other.wait(60) == -signal.SIGKILL


def test_no_two_draw_the_same_numbers(tmp_path: Path) -> None:
    code = "import random, os; print(random.random(), os.getpid())"
    first, second = (warm.run([*PYTHON, code], cwd=tmp_path).stdout.split() for _ in "12")
    assert not set(first) & set(second)


def test_settings_that_python_reads_at_its_start_have_a_cold_start(tmp_path: Path) -> None:
    command = [*PYTHON, "import sys; print('teststrip.cli.main' in sys.modules, hash('a'))"]
    assert warm.run(command, cwd=tmp_path).stdout.startswith("True")
    seeded = [warm.run(command, cwd=tmp_path, env=os.environ | {"PYTHONHASHSEED": "7"}).stdout for _ in "12"]
    assert seeded[0] == seeded[1]
    assert seeded[0].startswith("False")
