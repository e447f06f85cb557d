"""What is loaded when the program starts: modules are told, since milliseconds depend on the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from teststrip import __version__

_START = """\
import sys
before = set(sys.modules)
from teststrip.__main__ import main
sys.argv = ["teststrip", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""


def start(*arguments: str) -> tuple[str, set[str]]:
    """Start the program as its console script does; return what it printed and the modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _START, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout, set(done.stderr.split())


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told_before_anything_is_imported(option: str) -> None:
    printed, loaded = start(option)
    assert printed == f"teststrip, version {__version__}\n"
    assert loaded - {"__future__"} == {"teststrip", "teststrip.__main__"}


def test_the_version_among_other_words_is_click_s_and_reads_alike() -> None:
    printed, loaded = start("--version", "check")
    assert printed == f"teststrip, version {__version__}\n"
    assert "click" in loaded


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("chek",)])
def test_help_and_a_misspelt_command_load_no_stage_of_the_line(arguments: tuple[str, ...]) -> None:
    _, loaded = start(*arguments)
    ours = {name.split(".")[1] for name in loaded if name.startswith("teststrip.")}
    assert ours <= {"__main__", "base", "cli", "errors"}
    assert loaded.isdisjoint(
        {"jinja2", "jsonschema", "numpy", "PIL", "pluggy", "rich", "yaml", "httpx", "sqlite3"}
    )


def test_a_command_s_own_help_checks_nothing_and_reaches_nowhere() -> None:
    _, loaded = start("check", "--help")
    assert loaded.isdisjoint({"jsonschema", "numpy", "PIL", "rich", "httpx", "starlette", "uvicorn", "asyncio"})
