"""A new recording put into a cassette's place, beside whatever else lies there.

The folder may be pytest-recording's too, which keeps its cassettes of `test_night.py` in `cassettes/test_night/`:
what is not ours stays. A crash leaves the old cassette or the new one, and never neither.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from teststrip.base.files import write_whole
from teststrip.cassette.model import BLOBS_NAME, FILE_NAME


def place_cassette(fresh: Path, folder: Path) -> None:
    """Make the cassette in `fresh` the one in `folder`, and remove `fresh`. Raises OSError."""
    blobs = folder / BLOBS_NAME
    names = {path.name for path in (fresh / BLOBS_NAME).glob("*")}
    blobs.mkdir(parents=True, exist_ok=True)
    for name in sorted(names):
        _also(fresh / BLOBS_NAME / name, blobs / name)
    write_whole(folder / FILE_NAME, (fresh / FILE_NAME).read_bytes())
    for path in blobs.iterdir():  # what only the old one named
        if path.name not in names:
            path.unlink()
    if not names:
        with suppress(OSError):
            blobs.rmdir()
    shutil.rmtree(fresh)


def _also(file: Path, name: Path) -> None:
    """Give a file another name, or where the disk cannot, a copy."""
    name.unlink(missing_ok=True)
    try:
        os.link(file, name)
    except OSError:
        shutil.copyfile(file, name)
