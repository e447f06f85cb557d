"""From a lock and a cassette come the same sheets, byte for byte: on other machines, in other languages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from test_record_and_replay import OFFLINE, online

RECIPE = """\
teststrip: 1
title: Für immer gleich
model: gptproto/nai-diffusion-4-5-full
params: {prompt: 1girl, size: 64x64, seed: 7}
axes:
  sampler: [k_euler, ddim_v3]
  steps: [1, {title: "Zwölf — genug?", value: 12}]
after: [measure]
sheets:
  - {rows: sampler, cols: steps, caption: "steps ${{ steps }}", formats: [png, webp, jpg, pdf, html]}
"""
# What differs from machine to machine: zone, language, order of hashes, home, user, screen, cells at once, what
# new files are allowed. The last knows no letters but those of ASCII.
MACHINES = (
    {"TZ": "UTC", "LANG": "C", "PYTHONHASHSEED": "0", "COLUMNS": "80", "USER": "one", "NO_COLOR": "1"},
    {"TZ": "Pacific/Auckland", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "4711", "COLUMNS": "200", "USER": "zwei"},
    {
        "TZ": "Asia/Kolkata",
        "LC_ALL": "POSIX",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONHASHSEED": "random",
        "COLUMNS": "40",
        "USER": "three",
        "FORCE_COLOR": "1",
        "SOURCE_DATE_EPOCH": "1",
    },
)


def made_on(folder: Path, machine: dict[str, str]) -> dict[str, bytes]:
    """Play a lock in a folder, draw the sheets again with `teststrip sheet`, and return them by name."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "LC_"))}
    environ |= machine | {"HOME": str(folder)}

    def give(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", OFFLINE, *arguments],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=300,
            check=False,
            umask=0o077 if "LC_ALL" in machine else 0o022,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    give("run", "recipe.lock.json", "--replay", "tape", "--concurrency", machine["COLUMNS"][0])
    (run,) = (folder / "runs" / "replayed").glob("*/run")
    first = {path.name: path.read_bytes() for path in run.glob("sheet*")}
    for path in run.glob("sheet*"):
        path.unlink()
    give("sheet", str(run))
    assert {path.name: path.read_bytes() for path in run.glob("sheet*")} == first
    return first


def test_a_lock_and_a_cassette_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    home = tmp_path / "here"
    home.mkdir()
    (home / "recipe.yaml").write_text(RECIPE, "utf-8")
    assert online(home, "plan", "recipe.yaml", "-o", "recipe.lock.json").returncode == 0
    recorded = online(home, "run", "recipe.lock.json", "--record", "tape")
    assert recorded.returncode == 0, recorded.stderr
    (run,) = (home / "runs").glob("f*")
    original = {path.name: path.read_bytes() for path in run.glob("sheet*")}
    assert set(original) >= {f"sheet.{form}" for form in ("png", "webp", "jpg", "pdf", "html")}
    for number, machine in enumerate(MACHINES):
        folder = tmp_path / f"machine {number}" / ("deep" * number)
        folder.mkdir(parents=True)
        shutil.copy(home / "recipe.lock.json", folder)
        shutil.copytree(home / "tape", folder / "tape")
        made = made_on(folder, machine)
        assert {name: data == original[name] for name, data in made.items()} == dict.fromkeys(original, True)
