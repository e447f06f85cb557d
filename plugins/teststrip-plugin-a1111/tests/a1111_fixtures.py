"""What these tests share. Named in pyproject.toml, for a second conftest.py would be in the way of type checks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from a1111_web_ui import WebUI

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def web_ui() -> Iterator[WebUI]:
    """An imitation of AUTOMATIC1111's server, on a port of its own."""
    with WebUI() as server:
        yield server


@pytest.fixture
def teststrip(tmp_path: Path) -> Run:
    """Run the command line in an empty folder; `env` adds to the environment."""

    def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("A1111_")}
        return subprocess.run(
            [sys.executable, "-m", "teststrip", *arguments],
            cwd=tmp_path,
            env={**kept, "NO_COLOR": "1", "COLUMNS": "200", **(env or {})},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
