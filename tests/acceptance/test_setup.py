"""Setting up says what is missing, and cleaning up keeps what was paid for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "Makefile", folder)
    return folder


def test_a_python_that_cannot_serve_is_named_and_no_other_is_taken(checkout: Path) -> None:
    done = run(checkout, "bash", "scripts/setup.sh", PYTHON="/nowhere/python3")
    assert done.returncode == 2
    assert "/nowhere/python3 has none" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_machine_without_node_is_told_what_is_skipped_and_how_to_have_it(checkout: Path) -> None:
    (checkout / "tests/editor").mkdir(parents=True)
    tools = checkout / "tools"
    tools.mkdir()
    for name in ("bash", "dirname", "id"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    done = run(checkout, str(tools / "bash"), "scripts/editor.sh", PATH=str(tools))
    assert done.returncode == 0
    assert "apt-get install nodejs npm" in done.stderr
    assert not (checkout / "tests/editor/node_modules").exists()


def test_cleaning_keeps_the_runs(checkout: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not here")
    for name in (".venv", "runs"):
        (checkout / name).mkdir()
    assert run(checkout, "make", "clean").returncode == 0
    assert (checkout / "runs").is_dir()
    assert not (checkout / ".venv").exists()
