"""What steps made of a run's pictures, as frozen records and as a file in the run's folder.

The file is what sheets, exports and pages go by: it needs neither the steps nor their plugins. A first line tells
what it belongs to, then there is one for each cell. Like a lock it may come from anybody, so it is checked as it
is read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from teststrip.base.files import write_parts_whole
from teststrip.base.json import Json, digest
from teststrip.base.picture import SUFFIXES
from teststrip.base.text import is_unicode
from teststrip.base.where import Problem, Where
from teststrip.plan.model import Plan, StepUse
from teststrip.run.model import Artifact
from teststrip.run.store import Store
from teststrip.steps.model import Score, ScoreValue

FINISH_NAME: Final = "finish.jsonl"
FORMAT: Final = 1
_KEY: Final = "teststrip_finish"
_LARGEST: Final = 2**30
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_AGAIN: Final = "run the recipe again, or remove the file"

_DAMAGE: Final = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)

Standing = Literal["done", "failed", "waiting"]
_STANDINGS: Final = ("done", "failed", "waiting")


@dataclass(frozen=True, slots=True)
class Finished:
    """What steps made of one cell.

    With `failed` or `waiting` these are the pictures as they were before the step that `reason` tells of. `keys`
    are those of the results that led here, in order (see `run.results`).
    """

    artifacts: tuple[Artifact, ...]
    scores: Mapping[str, ScoreValue] = field(default_factory=dict)
    badges: tuple[str, ...] = ()
    standing: Standing = "done"
    reason: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finish:
    """What steps made of a run, by the coordinates of its cells; those without pictures are left out.

    `scores` tells how sheets show each score. `executed` and `reused` count the step executions of this time.
    """

    scores: Mapping[str, Score]
    cells: Mapping[tuple[int, ...], Finished] = field(repr=False)
    executed: int = 0
    reused: int = 0

    def count(self, standing: Standing) -> int:
        """Count the cells that stand so."""
        return sum(one.standing == standing for one in self.cells.values())


def write_finish(path: Path, plan: Plan, finish: Finish) -> None:
    """Write it as a file, whole or not at all. Raises OSError."""
    write_parts_whole(path, (line.encode() for line in _lines(plan, finish)))


class Reading(NamedTuple):
    """What a file says (None: nothing of these steps), and what of it is damaged, each with its line."""

    finish: Finish | None
    damage: tuple[Problem, ...] = ()


def read_finish(path: Path, plan: Plan, store: Store) -> Reading:
    """Read what steps made of a plan's pictures, as far as it can be read.

    Cells whose lines are damaged are left out; no line depends on another, but for the first.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        return Reading(None)
    except OSError as error:
        return Reading(None, (_damaged(path, 1, f"it cannot be read: {error.strerror or error}"),))
    if not plan.after:
        return Reading(None)
    head, *lines = data.rstrip(b"\n").split(b"\n")  # not at U+2028 and the like, which texts have
    try:
        known = _scores(json.loads(head.decode("utf-8")), plan)
    except _DAMAGE as error:
        return Reading(None, (_damaged(path, 1, _words(error)),))
    if known is None:
        return Reading(None)
    sizes = [len(axis.values) for axis in plan.axes]
    cells: dict[tuple[int, ...], Finished] = {}
    damage: list[Problem] = []
    for number, line in enumerate(lines, 2):
        try:
            at, finished = _cell(json.loads(line.decode("utf-8")), sizes, known, store)
        except _DAMAGE as error:
            damage.append(_damaged(path, number, _words(error)))
        else:
            cells[at] = finished
    return Reading(Finish(known, cells), tuple(damage))


def _scores(head: Mapping[str, Any], plan: Plan) -> dict[str, Score] | None:
    """Return how scores are shown; None where a file is of another plan, or of other steps."""
    if head[_KEY] != FORMAT or head["plan"] != plan.digest or head["steps"] != steps_digest(plan.after):
        return None
    return {str(name): Score(str(t), int(d), bool(s)) for name, (t, d, s) in head["scores"].items()}


def steps_digest(uses: tuple[StepUse, ...]) -> str:
    """Return what tells one list of steps from another: names, options, order, what is compared with."""
    told: list[Json] = []
    for use in uses:
        against: Json = None
        if use.against is not None:
            against = [use.against.sha256, [list(one) for one in use.against.axes]]
        told.append([use.use, dict(use.options), use.prefix, against])
    return digest(told)


def _lines(plan: Plan, finish: Finish) -> Iterator[str]:
    scores = {name: [score.title, score.digits, score.shown] for name, score in finish.scores.items()}
    head = {_KEY: FORMAT, "plan": plan.digest, "steps": steps_digest(plan.after), "scores": scores}
    yield json.dumps(head, ensure_ascii=False) + "\n"
    for at, one in finish.cells.items():
        told: dict[str, Any] = {
            "at": list(at),
            "pictures": [[picture.sha256, picture.media_type, picture.size] for picture in one.artifacts],
            "scores": dict(one.scores),
            "badges": list(one.badges),
            "standing": one.standing,
            "reason": one.reason,
            "keys": list(one.keys),
        }
        yield json.dumps(told, ensure_ascii=False) + "\n"


def _cell(
    told: Mapping[str, Any], sizes: list[int], known: Mapping[str, Score], store: Store
) -> tuple[tuple[int, ...], Finished]:
    at = tuple(told["at"])
    within = len(at) == len(sizes) and all(
        type(one) is int and 0 <= one < size for one, size in zip(at, sizes, strict=True)
    )
    if not within or told["standing"] not in _STANDINGS:
        raise ValueError("no cell of this plan")
    scores = {name: value for name, value in told["scores"].items() if name in known and is_score(value)}
    texts = (*told["badges"], *told["keys"], told["reason"])
    if len(scores) != len(told["scores"]) or not all(isinstance(text, str) for text in texts):
        raise ValueError("scores, badges or reason are none")
    artifacts = tuple(artifact_told(one, store) for one in told["pictures"])
    finished = Finished(
        artifacts, scores, tuple(told["badges"]), told["standing"], told["reason"], tuple(told["keys"])
    )
    return at, finished


def artifact_told(told: Any, store: Store) -> Artifact:
    """Return the picture of [SHA-256, media type, bytes], as a file says it. Raises ValueError and TypeError."""
    sha256, media_type, size = told
    if not _SHA256.fullmatch(sha256) or media_type not in SUFFIXES or type(size) is not int:
        raise ValueError("no picture")
    return store.artifact(sha256, media_type, size)


def is_score(value: object) -> bool:
    """Tell whether a value may be a score: null, true or false, a finite number, or a text.

    A whole number has 64 bits, and a text no half of a surrogate pair: neither could be written down or drawn.
    """
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**64
    return value is None or (isinstance(value, str) and is_unicode(value))


def _words(error: Exception) -> str:
    return f"it is damaged ({type(error).__name__}: {error})"


def _damaged(path: Path, line: int, said: str) -> Problem:
    return Problem(Where(str(path), line, 1), "", f"{said}; {_AGAIN}")
