"""The command line's way: `teststrip emulate --renderer diffusers`, and a recipe that runs against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import REASON

for name in ("torch", "diffusers", "transformers"):
    pytest.importorskip(name, reason=REASON)
pytest.importorskip("teststrip_plugin_diffusers", reason="the package is not installed")

RECIPE = """
teststrip: 1
title: Samplers of a pipeline
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "a lighthouse", size: 64x64, noise_schedule: karras, seed: 3}
axes:
  sampler: [k_euler, k_euler_ancestral, k_dpmpp_2m, k_dpmpp_sde, k_dpmpp_2s_ancestral, ddim_v3]
  steps: [2, 4]
sheets: [{rows: [steps], cols: [sampler]}]
"""


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "NO_COLOR": "1", "OMP_NUM_THREADS": "1", **more}


@contextmanager
def emulator(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "teststrip", "emulate", "--renderer", "diffusers", "--port", "0", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment(TESTSTRIP_DIFFUSERS_MODEL=str(folder))
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def test_a_recipe_is_drawn_by_a_pipeline_and_the_second_run_sends_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text(RECIPE, "utf-8")
    with emulator(folder) as url:
        told = [
            subprocess.run(
                [sys.executable, "-m", "teststrip", "run", "recipe.yaml", "--target", url],
                cwd=tmp_path,
                env=environment(),
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            for _ in range(2)
        ]
    assert told[0].returncode == 0, told[0].stderr
    assert "12 of 12 cells done; 12 requests sent" in told[0].stdout + told[0].stderr
    assert "12 of 12 cells done; 12 requests sent" not in told[1].stdout + told[1].stderr
    assert len({path.read_bytes() for path in (tmp_path / "runs" / "store").rglob("*.png")}) == 12


def test_without_a_model_the_command_says_what_to_set(tmp_path: Path) -> None:
    kept = {name: value for name, value in environment().items() if name != "TESTSTRIP_DIFFUSERS_MODEL"}
    told = subprocess.run(
        [sys.executable, "-m", "teststrip", "emulate", "--renderer", "diffusers", "--port", "0"],
        cwd=tmp_path,
        env=kept,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 2
    assert "TESTSTRIP_DIFFUSERS_MODEL is not set" in told.stderr
