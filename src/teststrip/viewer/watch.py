"""What has changed in a run since somebody looked: cells that moved, by the ledger's log, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from teststrip.base.clock import SystemClock
from teststrip.base.json import Json
from teststrip.plan.cells import digests_of
from teststrip.recipe.model import SheetSpec
from teststrip.run.finished import FINISH_NAME
from teststrip.run.folder import LEDGER_NAME, STORE_NAME
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Money, Run
from teststrip.run.outcomes import Outcomes
from teststrip.run.store import Store
from teststrip.sheet.boxes import make_boxes
from teststrip.sheet.html_document import amount
from teststrip.sheet.pictures import picture_size
from teststrip.sheet.stepped import artifacts_of
from teststrip.sheet.text import visible


@dataclass(frozen=True, slots=True)
class Change:
    """What a page is told: `latest` is the number of the last move that it has in it.

    `again` says that steps have made other pictures, so that the page has to be opened anew.
    """

    latest: int
    cells: Sequence[Json] = ()
    progress: Mapping[str, Json] = field(default_factory=dict)
    again: bool = False

    @property
    def is_news(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.cells) or self.again


@dataclass(slots=True)
class Watch:
    """Looks at one run again and again; for one thread at a time."""

    run: Run
    spec: SheetSpec
    latest: int = 0
    _numbers: dict[str, list[int]] = field(init=False, default_factory=dict)
    _states: dict[str, str] = field(init=False, default_factory=dict)
    _finished: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        for number, digest in enumerate(digests_of(self.run.plan.cells)):
            self._numbers.setdefault(digest, []).append(number)
        self._states = {digest: str(outcome.state) for digest, outcome in self.run.outcomes.items()}
        self._finished = _stamp(self.run.folder)

    def look(self) -> Change:
        """Return what has changed since the last look. Raises StorageError when the ledger cannot be read."""
        runs = self.run.folder.parent
        with read_ledger(runs / LEDGER_NAME, SystemClock()) as ledger:
            latest, moved = ledger.moved_since(self.latest)
            digests = [digest for digest in moved if digest in self._numbers]
            self.latest = latest
            if not digests:
                return Change(latest, again=self._again())
            now = Outcomes(ledger.trials(digests), Store(runs / STORE_NAME))
            money = ledger.money(self.run.folder.name)
            costs = ledger.prices(digests) if money is not None and money.unit else {}
        self._states |= {digest: str(outcome.state) for digest, outcome in now.items()}
        run = replace(self.run, outcomes=now)
        cells = [self._cell(run, digest, amount(costs[digest][0] if digest in costs else None)) for digest in now]
        return Change(latest, cells, self._progress(money), again=self._again())

    def begin(self) -> Change:
        """Return how far the run was when it was read. Raises StorageError as `look` does."""
        with read_ledger(self.run.folder.parent / LEDGER_NAME, SystemClock()) as ledger:
            return Change(self.latest, (), self._progress(ledger.money(self.run.folder.name)))

    def _progress(self, money: Money | None) -> dict[str, Json]:
        return {
            "states": dict(sorted(self._counts().items())),
            "spent": amount(money.spent + money.uncertain) if money is not None else None,
            "unit": money.unit if money is not None else "",
        }

    def _again(self) -> bool:
        before, self._finished = self._finished, _stamp(self.run.folder)
        return before != self._finished

    def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for digest, state in self._states.items():
            counts[state] += len(self._numbers.get(digest, ()))
        return counts

    def _cell(self, run: Run, digest: str, price: str | None) -> Json:
        numbers = self._numbers[digest]
        cell = run.plan.cells[numbers[0]]
        box = make_boxes(run, self.spec.caption, picture_size).of((0, 0), cell)
        artifacts = artifacts_of(run, cell)
        return {
            "cells": numbers,
            "state": str(box.status),
            "reason": visible(box.reason),
            "caption": visible(box.caption),
            "price": price,
            "pictures": [
                {
                    "sha256": artifact.sha256,
                    "type": artifact.media_type,
                    "width": picture.width,
                    "height": picture.height,
                }
                for artifact, picture in zip(artifacts, box.pictures, strict=False)
            ],
        }


def _stamp(folder: Path) -> int:
    """Return when steps last wrote down what they made, 0 for never."""
    try:
        return (folder / FINISH_NAME).stat().st_mtime_ns
    except OSError:
        return 0
