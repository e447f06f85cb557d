"""The same exposure gives the same bytes on every machine: recorded digests, and other processors imitated."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from teststrip.darkroom import (
    RENDERER_VERSION,
    SAMPLERS,
    Character,
    Control,
    Exposure,
    Reference,
    Start,
    Vibe,
    encode_png,
    render,
)
from teststrip.darkroom.arrays import Pixels
from teststrip.darkroom.exposure import expose

PROMPT = "1girl, red hair, witch hat, sea, sunset, smile, zebra"
TINY = Exposure("1girl, night", width=96, height=128, steps=3, seed=5)


def made(kind: str) -> bytes:
    """A picture that is no toy: rings or stripes of many colours, in whole numbers."""
    rows, columns = np.mgrid[:90, :70]
    red = (rows * rows + columns * columns) // 40 % 256 if kind == "rings" else rows // 15 * 50
    pixels = np.stack([red, columns * 3, 255 - rows * 2, np.where(rows < 60, 255, 0)], axis=2).astype(np.uint8)
    if kind != "hole":
        return encode_png(np.ascontiguousarray(pixels[..., :3]), {})
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


RINGS, STRIPES = made("rings"), made("stripes")

# One small exposure for each sampler, one each at half and at quarter size fields with the repairs on, one for
# each condition.
EXPOSURES = {
    **{name: Exposure(PROMPT, width=128, height=192, steps=5, seed=3, sampler=name) for name in SAMPLERS},
    "half": Exposure("no humans, mountains, night", "hat", 320, 448, 4, 7.0, cfg_rescale=0.5, seed=9),
    "quarter": Exposure("1boy, glasses, city", "", 576, 640, 4, 9.0, dynamic_thresholding=True, seed=4294967295),
    "img2img": replace(TINY, start=Start(RINGS, 0.6, 0.2)),
    "infill": replace(TINY, start=Start(RINGS, 1.0, infill=True, mask=STRIPES)),
    "vibe": replace(TINY, vibes=(Vibe(RINGS), Vibe(STRIPES, 0.3, 0.9))),
    "characters": replace(
        TINY, characters=(Character("1boy", "hat", (0.3, 0.4)), Character("red hair")), use_coords=True
    ),
    **{
        kind: replace(TINY, control=Control(kind, RINGS, 1.2))
        for kind in ("hed", "fake_scribble", "mlsd", "midas", "uniformer")
    },
    "reference": replace(TINY, references=(Reference("character&style", image=RINGS, strength=0.7),)),
    "words": replace(TINY, quality="masterpiece", unwanted="worst quality, lowres", legacy=True),
    "smea": replace(TINY, width=1056, height=1024, auto_smea=True),
    # A picture scaled and cut to size, one with a hole of its own; what guidance and schedules may be told.
    "scaled": replace(TINY, width=131, height=97, start=Start(RINGS, 0.4, 0.1)),
    "hole": replace(TINY, start=Start(made("hole"), 0.8, infill=True)),
    "native": replace(TINY, noise_schedule="native", steps=6, skip_cfg_above_sigma=3.0, cfg_rescale=1.0),
    "exponential": replace(TINY, noise_schedule="exponential", scale=9.5, dynamic_thresholding=True),
    "album": replace(TINY, references=(Reference("style", number=3), Reference("character", number=1))),
    # The same exposures another way: small, and in bands.
    "proof": Exposure(PROMPT, "hat", 832, 1216, 5, seed=3),
    "tiled": replace(TINY, width=328, height=392, start=Start(RINGS, 0.5, infill=True, mask=STRIPES)),
}

# A change there is a change of pixels: raise RENDERER_VERSION, then TESTSTRIP_REWRITE=1 pytest THIS_FILE.
RECORDED = Path(__file__).with_name("golden_pixels.json")


def recorded() -> tuple[str, dict[str, str]]:
    """The renderer version that the digests are of, and the digests by exposure."""
    found = json.loads(RECORDED.read_text("utf-8"))
    return found["version"], found["digests"]


def pixels_of(name: str) -> Pixels:
    exposure = EXPOSURES[name]
    if name != "tiled":
        return render(exposure, proof=name == "proof").pixels
    return np.concatenate(list(expose(exposure, (exposure.width, exposure.height)).bands(cells=4096)))


def digest(name: str) -> str:
    return hashlib.sha256(pixels_of(name).tobytes()).hexdigest()[:16]


def test_a_digest_is_recorded_for_every_exposure() -> None:
    """With TESTSTRIP_REWRITE=1 they are recorded anew, if the renderer version is another than the recorded."""
    version, _ = recorded()
    if os.environ.get("TESTSTRIP_REWRITE") and version != RENDERER_VERSION:
        digests = {name: digest(name) for name in EXPOSURES}
        RECORDED.write_text(
            json.dumps({"version": RENDERER_VERSION, "digests": digests}, indent=1) + "\n", "utf-8"
        )
    assert list(recorded()[1]) == list(EXPOSURES)


@pytest.mark.parametrize("name", EXPOSURES)
def test_pixels_are_those_recorded_for_this_renderer_version(name: str) -> None:
    version, digests = recorded()
    assert (RENDERER_VERSION, digest(name)) == (version, digests[name])


def simd_found() -> list[str]:
    """The vector extensions that this NumPy would use here."""
    shown: Any = np.show_config(mode="dicts")
    found = shown.get("SIMD Extensions", {}).get("found", [])
    return [str(name) for name in found]


PROGRAM = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import test_darkroom_determinism as here
print(json.dumps({name: here.digest(name) for name in sys.argv[2:]}))
"""


@pytest.mark.skipif(os.name == "nt", reason="the variables below belong to OpenBLAS builds of NumPy on Unix")
@pytest.mark.parametrize(
    ("settings", "off", "names"),
    [
        ({"OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Haswell"}, "AVX512|X86_V4", [*EXPOSURES][::2]),
        ({"OPENBLAS_NUM_THREADS": "2", "OPENBLAS_CORETYPE": "Prescott"}, ".", [*EXPOSURES]),
    ],
    ids=["haswell", "prescott"],
)
def test_another_processor_draws_the_same_pixels(settings: dict[str, str], off: str, names: list[str]) -> None:
    """Some here; scripts/determinism.sh imitates more, under other versions of NumPy and Pillow too."""
    without = " ".join(name for name in simd_found() if re.match(off, name))
    settings = {**settings, "NPY_DISABLE_CPU_FEATURES": without}
    paths = json.dumps([os.path.dirname(__file__)])  # noqa: PTH120  sys.path holds strings
    command = [sys.executable, "-c", PROGRAM, paths, *names]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: recorded()[1][name] for name in names}
