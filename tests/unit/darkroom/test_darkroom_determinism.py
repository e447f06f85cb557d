"""The same exposure gives the same bytes on every machine: recorded digests, and other processors imitated."""

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from teststrip.darkroom import RENDERER_VERSION, SAMPLERS, Exposure, render

PROMPT = "1girl, red hair, witch hat, sea, sunset, smile, zebra"

# One small exposure for each sampler, then one each at half and at quarter size fields, with the repairs on.
EXPOSURES = {
    **{name: Exposure(PROMPT, width=128, height=192, steps=5, seed=3, sampler=name) for name in SAMPLERS},
    "half": Exposure("no humans, mountains, night", "hat", 320, 448, 4, 7.0, cfg_rescale=0.5, seed=9),
    "quarter": Exposure("1boy, glasses, city", "", 576, 640, 4, 9.0, dynamic_thresholding=True, seed=4294967295),
}

# Recorded with renderer version 1. A change here is a change of pixels: raise RENDERER_VERSION with it.
GOLDEN = {
    "k_euler": "d76b05b3599a5533",
    "k_euler_ancestral": "529f5799a5c62c09",
    "k_dpmpp_2m": "9cfeec00d4b6cdcd",
    "k_dpmpp_2s_ancestral": "59672e0440519c55",
    "k_dpmpp_sde": "8fff5c70182ff6c9",
    "ddim_v3": "4e51f80b30241d9c",
    "half": "b68e37b1a781f302",
    "quarter": "f237d81af914cfc9",
}


def digest(name: str) -> str:
    return hashlib.sha256(render(EXPOSURES[name]).pixels.tobytes()).hexdigest()[:16]


@pytest.mark.parametrize("name", EXPOSURES)
def test_pixels_are_those_recorded_for_this_renderer_version(name: str) -> None:
    assert (RENDERER_VERSION, digest(name)) == ("1", GOLDEN[name])


def simd_found() -> list[str]:
    """The vector extensions that this NumPy would use here."""
    shown: Any = np.show_config(mode="dicts")
    found = shown.get("SIMD Extensions", {}).get("found", [])
    return [str(name) for name in found]


PROGRAM = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import test_darkroom_determinism as here
print(json.dumps({name: here.digest(name) for name in here.EXPOSURES}))
"""


@pytest.mark.skipif(os.name == "nt", reason="the variables below belong to OpenBLAS builds of NumPy on Unix")
@pytest.mark.parametrize(
    "settings",
    [
        {"OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Haswell"},
        {"OPENBLAS_NUM_THREADS": "2", "OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "all"},
    ],
    ids=["haswell", "prescott"],
)
def test_another_processor_draws_the_same_pixels(settings: dict[str, str]) -> None:
    if settings.get("NPY_DISABLE_CPU_FEATURES") == "all":
        settings = {**settings, "NPY_DISABLE_CPU_FEATURES": " ".join(simd_found())}
    paths = json.dumps([os.path.dirname(__file__)])  # noqa: PTH120  sys.path holds strings
    command = [sys.executable, "-c", PROGRAM, paths]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == GOLDEN
