"""Two runs of one plan, cell by cell: what is the same, what has moved, and what did not come this time.

Pictures are read only where their digests do not say that they are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from teststrip.plan.cells import digests_of
from teststrip.run.model import Outcome, Run
from teststrip.run.state import State
from teststrip.verify.pictures import SAME, Likeness, Tolerance, compare

Verdict = Literal["same", "alike", "moved", "lost", "open", "new", "unknown"]

# What each verdict means, in the order in which they are told; those that are well come first.
MEANINGS: Final[Mapping[Verdict, str]] = {
    "same": "the same, byte for byte, or the same failure",
    "alike": "not the same bytes, and within what is allowed",
    "moved": "another picture, or another failure",
    "lost": "it was there, and did not come this time",
    "open": "not asked for before it was stopped, or not finished yet",
    "new": "it came, and was not there",
    "unknown": "nothing is recorded to compare with",
}
_OPEN: Final = frozenset({State.PLANNED, State.INTENT, State.SUBMITTED, State.FETCHED})
WELL: Final = frozenset({"same", "alike"})
UNTOLD: Final = frozenset({"open", "unknown"})
"""Verdicts that say nothing of whether anything has moved."""
# What a server says otherwise each time: ids (in hexadecimal, or long with digits in them), dates, times, seconds.
_PASSING: Final = re.compile(
    r"""\b(?: \d{4}-\d\d-\d\d (?:[T\ ]\d\d:\d\d (?::\d\d(?:\.\d{1,9})?)? (?:Z|[+-]\d\d:?\d\d)?)?
          | (?=[0-9a-f-]{0,64}\d) [0-9a-f]{8,}(?:-[0-9a-f]{2,})*
          | (?=[0-9A-Za-z]{0,64}\d) [0-9A-Za-z_]{16,}
          | \d+(?:\.\d+)?\ ?(?:m?s|sec(?:ond)?s?)
        )\b""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A request then and now; `number` is the plan's first cell with it, `likenesses` one for each picture."""

    number: int
    digest: str
    verdict: Verdict
    then: Outcome
    now: Outcome
    likenesses: tuple[Likeness, ...] = ()
    why: str = ""


def compare_runs(then: Run, now: Run, tolerance: Tolerance, *, whole: bool = True) -> tuple[Pair, ...]:
    """Hold every distinct request of two runs against each other, in plan order.

    Unless `whole`, one was played from a cassette that has not all of it: what has no picture on either side may
    then be what was never recorded, and passes for no failure that is the same.
    """
    numbers: dict[str, int] = {}
    for number, digest in enumerate(digests_of(now.plan.cells)):
        numbers.setdefault(digest, number)
    with ThreadPoolExecutor() as threads:
        return tuple(
            threads.map(lambda item: _pair(item[1], item[0], (then, now), tolerance, whole=whole), numbers.items())
        )


def counts_of(pairs: Sequence[Pair]) -> Mapping[Verdict, int]:
    """Count the verdicts, in the order in which they are told."""
    found = Counter(pair.verdict for pair in pairs)
    return {verdict: found[verdict] for verdict in MEANINGS if found[verdict]}


def _pair(number: int, digest: str, runs: tuple[Run, Run], tolerance: Tolerance, *, whole: bool) -> Pair:
    nothing = Outcome(digest, State.PLANNED)
    then, now = (run.outcomes.get(digest, nothing) for run in runs)
    known = then.state not in _OPEN and (whole or State.DONE in {then.state, now.state})
    if not known:
        why = then.reason or now.reason
        return Pair(
            number,
            digest,
            "unknown",
            then,
            now,
            (),
            f"{then.state} then, {now.state} now{f': {why}' if why else ''}",
        )
    if now.state in _OPEN:
        return Pair(number, digest, "open", then, now, (), _ended(now))
    verdict, likenesses, why = _judged(then, now, tolerance)
    return Pair(number, digest, verdict, then, now, likenesses, why)


def _judged(then: Outcome, now: Outcome, tolerance: Tolerance) -> tuple[Verdict, tuple[Likeness, ...], str]:
    if then.state is not State.DONE:
        if now.state is State.DONE:
            return "new", (), f"{_ended(then)} then"
        same = then.state is now.state and _lasting(then) == _lasting(now)
        return ("same" if same else "moved"), (), f"{_ended(then)} then; {_ended(now)} now"
    if now.state is not State.DONE:
        return "lost", (), _ended(now)
    if len(then.artifacts) != len(now.artifacts):
        return "moved", (), f"{len(then.artifacts)} pictures then, {len(now.artifacts)} now"
    found = tuple(
        SAME if one.sha256 == other.sha256 else compared(one.path, other.path)
        for one, other in zip(then.artifacts, now.artifacts, strict=True)
    )
    if all(one.same_bytes for one in found):
        return "same", found, ""
    well = all(one.within(tolerance) for one in found)
    worst = min(found, key=lambda one: (one.within(tolerance), one.same_bytes, one.ssim))
    return ("alike" if well else "moved"), found, worst.words()


def _ended(outcome: Outcome) -> str:
    return f"{outcome.state}: {outcome.reason}" if outcome.reason else str(outcome.state)


def _lasting(outcome: Outcome) -> str:
    """Return why there is no picture, without what would be another each time."""
    reason = outcome.reason
    if outcome.prediction:
        reason = reason.replace(outcome.prediction, "…")
    return _PASSING.sub("…", reason)


def compared(then: Path, now: Path) -> Likeness:
    """Hold two files against each other; one that cannot be read is told."""
    try:
        return compare(then.read_bytes(), now.read_bytes())
    except OSError as error:
        return Likeness(False, False, problem=f"{error.filename}: {error.strerror or error}")
