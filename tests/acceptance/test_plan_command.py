"""`teststrip plan` as a person runs it: its options, and what they print where."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

RECIPE = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {prompt: x, size: 1024x1024}
axes: {steps: [1, 28], scale: [4, 5, 6]}
"""


def plan(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    (folder / "r.yaml").write_text(RECIPE)
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("GPTPROTO_", "TESTSTRIP_"))
    }
    command = [sys.executable, "-m", "teststrip", "plan", "r.yaml", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False, env=environ)


def test_the_free_tier_is_asked_for_by_an_option(tmp_path: Path) -> None:
    price = json.loads(plan(tmp_path, "--live", "--json", "--assume", "free_tier=true").stdout)["price"]
    assert price["assume"]["free_tier"] is True
    assert price["to_send"] == 0
    assert json.loads(plan(tmp_path, "--live", "--json").stdout)["price"]["to_send"] == 72


def test_an_assumption_that_the_page_does_not_have_is_bad_input(tmp_path: Path) -> None:
    result = plan(tmp_path, "--assume", "free_teir=true")
    assert result.returncode == 2
    assert b"did you mean free_tier?" in result.stderr
    assert result.stdout == b""


def test_csv_is_a_table_whose_lines_end_as_rfc_4180_has_it(tmp_path: Path) -> None:
    result = plan(tmp_path, "--csv")
    assert result.returncode == 0
    assert result.stdout.count(b"\r\n") == 7
    rows = list(csv.DictReader(result.stdout.decode().splitlines()))
    assert [(row["steps"], row["scale"], row["price"]) for row in rows[2:4]] == [
        ("1", "6", "4"),
        ("28", "4", "20"),
    ]


def test_csv_and_json_together_are_bad_input(tmp_path: Path) -> None:
    result = plan(tmp_path, "--csv", "--json")
    assert result.returncode == 2
    assert b"give one" in result.stdout


def test_cells_are_listed_after_the_plan(tmp_path: Path) -> None:
    told = plan(tmp_path, "--cells").stdout.decode().splitlines()
    assert told[-1].endswith("  planned    20  steps 28, scale 6")
    assert any(line.startswith("plan ") for line in told)
