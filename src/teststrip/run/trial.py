"""A trial as the ledger keeps it, and the row that it is kept in."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple, TypedDict

from teststrip.base.json import Json, Scalar
from teststrip.run.model import Artifact
from teststrip.run.sniff import SUFFIXES
from teststrip.run.state import Happening, State, after

COLUMNS: Final = (
    "digest, state, reason, prediction, poll_url, may_have_cost, pictures, attempts, owner, "
    "idempotency, repeat_until"
)
_SINCE: Final = {"owner": 2, "idempotency": 3, "repeat_until": 3}  # the versions that brought columns
_ONE_PICTURE: Final = re.compile(
    r'\[\{"sha256": "([0-9a-f]{64})", "media_type": "([a-z/]+)", "size": ([0-9]{1,18})\}\]'
)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ON_ITS_WAY: Final = 600.0  # seconds that a submit may take to arrive, and that clocks may differ by
_ENDS_PAYMENT: Final = frozenset({Happening.FAIL, Happening.MODERATE, Happening.CANCEL, Happening.FORGET})


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that the ledger is to know of: what it is, before anything was done."""

    digest: str
    provider: str
    model: str
    target: str
    request: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a trial, as the ledger knows it: its place is the store's affair."""

    sha256: str
    media_type: str
    size: int


class Trial(NamedTuple):
    """How a request stands, over all runs; `attempts` counts its submits.

    A tuple: a run may begin by making 100,000 of them, and takes a fifth less time for it so.

    `owner` is the process that has it on its way or follows it (see `run.owner`), None when nobody does.
    `idempotency` is the key that its submit carried, where the API takes one, and which the server knows until
    `repeat_until` (seconds since 1970): sent again with it, a request is not paid for again.
    """

    digest: str
    state: State
    reason: str
    prediction: str | None
    poll_url: str | None
    may_have_cost: bool
    pictures: tuple[Picture, ...]
    attempts: int
    owner: str | None = None
    idempotency: str | None = None
    repeat_until: float = 0.0

    def repeatable(self, now: float) -> bool:
        """Tell whether it may be sent again and would not be paid for again; `now` in seconds since 1970.

        The server must know the key still when the request arrives.
        """
        return (
            self.idempotency is not None
            and now + _ON_ITS_WAY < self.repeat_until
            and self.state in {State.PLANNED, State.INTENT, State.UNCERTAIN}
        )


class Taken(Exception):  # noqa: N818  it is no error to a person: another process does it, or has done it
    """A trial that is not to be claimed; `trial` is how it stands."""

    def __init__(self, trial: Trial) -> None:
        super().__init__(trial.digest)
        self.trial = trial


class Facts(TypedDict, total=False):
    """What a move may tell beside the state.

    A reason that is not told is empty from then on; all else stays, except on the way to `planned`.
    """

    reason: str
    prediction: str | None
    poll_url: str | None
    may_have_cost: bool
    pictures: Sequence[Artifact]
    idempotency: str
    repeat_until: float


def moved(trial: Trial, what: Happening, facts: Facts) -> Trial:
    """Return the trial after a happening, which must be one that may befall it.

    `planned` forgets the attempt before it, `intent` counts one more. An idempotency key is for one payment: it
    is forgotten where the server's answer has ended that.
    """
    new = after(trial.state, what)
    if new is None:
        raise ValueError(f"to {what} is nothing that happens to a trial that is {trial.state}")
    key, until = (None, 0.0) if what in _ENDS_PAYMENT else (trial.idempotency, trial.repeat_until)
    if new is State.PLANNED:
        trial = Trial(trial.digest, new, "", None, None, False, (), trial.attempts)
    pictures = trial.pictures
    if "pictures" in facts:
        pictures = tuple(Picture(a.sha256, a.media_type, a.size) for a in facts["pictures"])
    return Trial(
        digest=trial.digest,
        state=new,
        reason=facts.get("reason", ""),
        prediction=facts.get("prediction", trial.prediction),
        poll_url=facts.get("poll_url", trial.poll_url),
        may_have_cost=facts.get("may_have_cost", trial.may_have_cost),
        pictures=pictures,
        attempts=trial.attempts + (new is State.INTENT),
        idempotency=facts.get("idempotency", key),
        repeat_until=facts.get("repeat_until", until),
    )


def columns_of(version: int) -> str:
    """Name what a row of `COLUMNS` is read from in a ledger of an earlier schema version."""
    return ", ".join("NULL" if _SINCE.get(name, 0) > version else name for name in COLUMNS.split(", "))


def read_row(row: Sequence[Any]) -> Trial:
    """Read a row of `COLUMNS`. Raises sqlite3.DatabaseError, as for any damaged file, for one never written."""
    digest, state, reason, prediction, poll_url, cost, pictures, attempts, owner, key, until = row
    try:
        kept = () if pictures == "[]" else _pictures(pictures)
        said = (reason, prediction, poll_url, bool(cost))
        return Trial(digest, State(state), *said, kept, attempts, owner, key, until or 0.0)
    except (ValueError, TypeError, KeyError) as error:
        raise sqlite3.DatabaseError(f"malformed row {digest!r}: {error}") from error


def _pictures(text: str) -> tuple[Picture, ...]:
    one = _ONE_PICTURE.fullmatch(text)  # nearly all rows, and there may be 100,000 of them
    if one is not None and one[2] in SUFFIXES:
        return (Picture(one[1], one[2], int(one[3])),)
    return tuple(_picture(**picture) for picture in json.loads(text))


def _picture(sha256: str, media_type: str, size: int) -> Picture:
    if not (_SHA256.fullmatch(sha256) and media_type in SUFFIXES and isinstance(size, int)):
        raise ValueError(f"no picture: {sha256!r}, {media_type!r}, {size!r}")
    return Picture(sha256, media_type, size)


def write_row(trial: Trial) -> tuple[Scalar, ...]:
    """Write a row of `COLUMNS`."""
    pictures = json.dumps([asdict(picture) for picture in trial.pictures]) if trial.pictures else "[]"
    known = (trial.digest, trial.state.value, trial.reason, trial.prediction, trial.poll_url)
    counted = (int(trial.may_have_cost), pictures, trial.attempts, trial.owner)
    return (*known, *counted, trial.idempotency, trial.repeat_until or None)


def difference(old: Trial, new: Trial) -> dict[str, Scalar]:
    """Return the members that a move changed: what the log keeps beside the states and the owner."""
    names = COLUMNS.split(", ")
    pairs = zip(names, write_row(old), write_row(new), strict=True)
    return {name: after for name, before, after in pairs if before != after and name not in {"state", "owner"}}
