"""docs/write-a-plugin.md, executed: from an empty folder, in an environment of its own, without an index."""

from __future__ import annotations

import os
import re
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

from teststrip.plugins.scaffold import package_files

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "write-a-plugin.md"
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<name>\S+))?\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
pytest.importorskip("hatchling", reason="a package is built here, and nothing is downloaded for it")


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line in the page's own environment; pip builds and installs what lies here, and asks nobody."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    environ |= {
        "PATH": f"{folder / '.venv' / 'bin'}{os.pathsep}{environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say that there is none
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    return subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def make_environment(folder: Path) -> None:
    """Make the page's virtual environment; what teststrip and pip's builds need comes from the suite's own."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / ".venv")], check=True, timeout=120)
    (packages,) = (folder / ".venv" / "lib").glob("python*/site-packages")
    lines = "".join(f"{path}\n" for path in site.getsitepackages())
    (packages / "suite.pth").write_text(lines, "utf-8")
    pytest_here = folder / ".venv" / "bin" / "pytest"
    pytest_here.write_text(
        f'#!/bin/sh\nexec "{folder}/.venv/bin/python" -m pytest -p no:cacheprovider "$@"\n', "utf-8"
    )
    pytest_here.chmod(0o755)


def test_the_page_takes_a_newcomer_from_an_empty_folder_to_a_plugin(tmp_path: Path) -> None:
    for found in BLOCK.finditer(PAGE.read_text("utf-8")):
        kind, name, text = found["kind"], found["name"], found["text"]
        if kind == "sh":
            for line in text.splitlines():
                if line.startswith("python3 -m venv"):
                    make_environment(tmp_path)
                elif not line.startswith(". "):
                    done = shell(line.replace("path/to/teststrip", str(ROOT)), tmp_path)
                    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        elif kind == "console":
            for said in filter(None, re.split(r"^(?=\$ )", text, flags=re.MULTILINE)):
                command, _, expected = said.partition("\n")
                done = shell(command.removeprefix("$ "), tmp_path)
                shown = re.escape(expected).replace(re.escape("...\n"), r"(?:.*\n)*?")
                shown = shown.replace(re.escape("..."), r"\w+")
                assert re.fullmatch(shown, done.stdout + done.stderr), f"{command}\n{done.stdout}{done.stderr}"
        elif name is not None:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
    assert len(list((tmp_path / "runs").glob("*/sheet.png"))) == 2


def test_the_example_is_what_plugins_new_writes() -> None:
    folder = ROOT / "plugins" / "teststrip-plugin-example"
    files = package_files("example")
    assert {path: (folder / path).read_text("utf-8") for path in files} == files
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {
        path for path in left if "__pycache__" not in path and "." + "pytest_cache" not in path
    } == files.keys()


def test_the_example_passes_its_own_tests_where_it_is_installed(tmp_path: Path) -> None:
    make_environment(tmp_path)
    shutil.copytree(
        ROOT / "plugins" / "teststrip-plugin-example",
        tmp_path / "example",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for line in (f"pip install {ROOT} ./example", "pytest -q example/tests"):
        done = shell(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert "3 passed" in done.stdout
