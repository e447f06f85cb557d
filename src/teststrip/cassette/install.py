"""A new cassette put in the place of an old one, so that a crash at any point leaves one of the two, and whole.

What decides is the file of lines, which is swapped in one step. Blobs are named by what they hold: the new one's
come first, beside the old one's, and what nobody names any more goes last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from teststrip.base.files import sync_folder
from teststrip.cassette.model import BLOBS_NAME, FILE_NAME, Blob
from teststrip.cassette.read import load_cassette

_NAME: Final = re.compile(r"[0-9a-f]{64}\.[a-z]{1,5}")


def install(
    fresh: Path,
    folder: Path,
    *,
    move: Callable[[Path, Path], None] = os.replace,
    remove: Callable[[Path], None] = os.unlink,
) -> None:
    """Put the cassette in `fresh` into `folder`, on the same file system; cut off, it may be done again.

    What else lies in either folder stays. Raises OSError, and UsageError where there is no cassette in `fresh`.
    """
    named = {
        body.file
        for exchange in load_cassette(fresh).exchanges()
        for body in (exchange.sent, exchange.answer)
        if isinstance(body, Blob)
    }
    blobs = folder / BLOBS_NAME
    folder.mkdir(parents=True, exist_ok=True)
    if named:
        blobs.mkdir(exist_ok=True)
        for path in sorted((fresh / BLOBS_NAME).glob("*")):
            if path.name in named:
                move(path, blobs / path.name)
        sync_folder(blobs)
        sync_folder(folder)
    move(fresh / FILE_NAME, folder / FILE_NAME)
    sync_folder(folder)
    for path in sorted(blobs.glob("*")):
        if path.name not in named and _NAME.fullmatch(path.name):
            remove(path)
