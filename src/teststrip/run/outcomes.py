"""How the requests of a run stand, each record made when somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from teststrip.run.model import Artifact, Outcome
from teststrip.run.state import State
from teststrip.run.store import Store
from teststrip.run.trial import Trial

KEPT: Final = frozenset({State.FETCHED, State.DONE})  # the pictures of others were lost, or are yet to come


class Outcomes(Mapping[str, Outcome]):
    """Outcomes by digest, in the order of `trials`; None there for a request that nobody has met."""

    def __init__(self, trials: Mapping[str, Trial | None], store: Store) -> None:
        self._trials = trials
        self._store = store

    def __getitem__(self, digest: str) -> Outcome:
        trial = self._trials[digest]
        if trial is None:
            return Outcome(digest, State.PLANNED)
        artifacts = artifacts_of(trial, self._store) if trial.state in KEPT else ()
        return Outcome(digest, trial.state, artifacts, trial.reason, trial.prediction)

    def __iter__(self) -> Iterator[str]:
        return iter(self._trials)

    def __len__(self) -> int:
        return len(self._trials)


def artifacts_of(trial: Trial, store: Store) -> tuple[Artifact, ...]:
    """Name a trial's pictures, which may have been lost since."""
    return tuple(store.artifact(p.sha256, p.media_type, p.size) for p in trial.pictures)
