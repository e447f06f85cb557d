"""A trial as the ledger keeps it, and the row that it is kept in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from teststrip.base.json import Json
from teststrip.run.model import Artifact
from teststrip.run.state import State

COLUMNS: Final = (
    "digest, provider, model, target, request, state, reason, prediction, poll_url, may_have_cost, pictures, "
    "attempts"
)


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


@dataclass(frozen=True, slots=True)
class Trial:
    """How a request stands, over all runs. `request` is canonical JSON; `attempts` counts its submits."""

    digest: str
    provider: str
    model: str
    target: str
    request: str
    state: State
    reason: str
    prediction: str | None
    poll_url: str | None
    may_have_cost: bool
    pictures: tuple[Picture, ...]
    attempts: int

    @property
    def pictures_asked(self) -> int:
        """How many pictures the request asks for: its `n`, in every API that has one, else 1."""
        asked = json.loads(self.request).get("n", 1)
        return asked if isinstance(asked, int) else 1


class Facts(TypedDict, total=False):
    """What a move may change beside the state; what is not named stays, except on the way to `planned`."""

    reason: str
    prediction: str | None
    poll_url: str | None
    may_have_cost: bool
    pictures: Sequence[Artifact]


def read_row(row: Sequence[object]) -> Trial:
    """Read a row of `COLUMNS`."""
    digest, provider, model, target, request, state, reason, prediction, poll_url, cost, pictures, attempts = row
    return Trial(
        digest=str(digest),
        provider=str(provider),
        model=str(model),
        target=str(target),
        request=str(request),
        state=State(str(state)),
        reason=str(reason),
        prediction=None if prediction is None else str(prediction),
        poll_url=None if poll_url is None else str(poll_url),
        may_have_cost=bool(cost),
        pictures=tuple(Picture(**picture) for picture in json.loads(str(pictures))),
        attempts=int(str(attempts)),
    )


def pictures_json(pictures: Sequence[Artifact]) -> str:
    """Write pictures as the row keeps them."""
    return json.dumps([{"sha256": a.sha256, "media_type": a.media_type, "size": a.size} for a in pictures])


def cleared(facts: Facts) -> Facts:
    """Forget an earlier attempt, except for what `facts` say."""
    blank: Facts = {"reason": "", "prediction": None, "poll_url": None, "may_have_cost": False, "pictures": ()}
    return {**blank, **facts}
