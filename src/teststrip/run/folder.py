"""The folder of one run, and a run as it is found on disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from teststrip.base.clock import SystemClock
from teststrip.plan.lock import LOCK_NAME
from teststrip.plan.lock_read import load_lock
from teststrip.plan.model import Plan
from teststrip.run.finished import FINISH_NAME, Finish, Finished, Reading, read_finish
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Outcome, Run
from teststrip.run.runner import outcomes
from teststrip.run.state import State
from teststrip.run.store import Store

LEDGER_NAME: Final = "ledger.sqlite3"
STORE_NAME: Final = "store"
# In the store: thumbnails by their longest side, in pixels. The last number rises when a picture would get another
THUMBS_NAMES: Final = {640: "thumbs-640-1", 160: "thumbs-160-1"}
_LOST: Final = "what the steps made is not legible; run again"
_LONGEST_SLUG: Final = 48


def slug(title: str) -> str:
    """Make a folder name of a title: lower-case ASCII letters and digits with single dashes, at most 48 long.

    Accents are dropped; a title without any Latin letter or digit is `run`.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-") or "run"


def run_folder(runs_dir: Path, plan: Plan) -> Path:
    """Name a plan's folder, `<slug>-<first 8 of its digest>`; it need not exist yet."""
    return runs_dir / f"{slug(plan.title)}-{plan.digest[:8]}"


def load_run(folder: Path, *, finished: bool = True) -> Run:
    """Read a run from its folder: the locked plan, and how its cells stand in the ledger beside it.

    Works while another process runs it. Without `finished`, what steps made is not read. What is damaged of that
    stands in the run, and its cells show the pictures that the server made. Raises LockError when the
    folder holds no readable lock file, and StorageError when the ledger cannot be read.
    """
    plan = load_lock(folder / LOCK_NAME)
    ledger_path = folder.parent / LEDGER_NAME
    store = Store(folder.parent / STORE_NAME)
    with read_ledger(ledger_path, SystemClock()) as ledger:
        found = outcomes(plan, ledger, store)
    finish, damage = read_finish(folder / FINISH_NAME, plan, store) if finished else Reading(None)
    if damage:
        finish = _filled(finish or Finish({}, {}), plan, found)
    return Run(folder, plan, found, sent=0, finish=finish, damage=damage)


def _filled(finish: Finish, plan: Plan, found: Mapping[str, Outcome]) -> Finish:
    """Let the cells that a damaged record does not tell of wait, with the pictures that the server made."""
    cells = dict(finish.cells)
    for cell in plan.cells:
        outcome = found[cell.digest]
        if outcome.state is State.DONE and outcome.artifacts and cell.coordinates not in cells:
            cells[cell.coordinates] = Finished(outcome.artifacts, standing="waiting", reason=_LOST)
    return replace(finish, cells=cells)
