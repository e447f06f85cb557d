"""What a drawing process holds at most, whatever the size of the picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

STATUS = Path("/proc/self/status")
MOST = 200  # MB; a worker is to stay below 250

# As a worker draws: the command's own imports, then a picture with its library.
PROGRAM = """
import sys
from teststrip.emulator.darkroom import draw
from teststrip.darkroom import Exposure, Start, encode_bands
from teststrip.provider.wire import Roles

side, start = int(sys.argv[1]), None
if sys.argv[2] == "img2img":
    import numpy as np
    row = np.repeat(np.arange(side, dtype=np.uint16)[:, None] // 4 % 256, 3, axis=1).astype(np.uint8)
    bands = (np.roll(np.broadcast_to(row, (64, side, 3)), k, axis=1) for k in range(side // 64))
    start = Start(encode_bands(bands, (side, side), {}), 0.4)
draw("m", {}, Exposure("1girl, sea", width=side, height=side, steps=2, start=start), Roles())
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def peak(side: int, kind: str) -> int:
    """The most memory in MB that a new process held while it drew."""
    command = [sys.executable, "-c", PROGRAM, str(side), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(not STATUS.exists(), reason="reads /proc")
@pytest.mark.parametrize(("side", "most"), [(1024, 130), (4096, MOST)])
def test_a_large_picture_takes_little_more_than_a_small_one(side: int, most: int) -> None:
    assert peak(side, "text2img") < most


@pytest.mark.skipif(not STATUS.exists(), reason="reads /proc")
def test_a_picture_that_is_started_from_is_held_once() -> None:
    """Three bytes a pixel, and what it takes to open it."""
    assert peak(2048, "img2img") < MOST
