"""What a run tells while it goes on: frozen events, one JSON line each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Final, TypeAlias

from teststrip.base.json import Json
from teststrip.run.state import State
from teststrip.run.trial import Picture

_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")


class _Told:
    __slots__ = ()

    def to_json(self) -> dict[str, Json]:
        """Return the event as JSON: its name in snake case as `event`, then the members that its text has too."""
        shown = [member.name for member in fields(self) if member.repr]  # type: ignore[arg-type]  # every subclass is a dataclass
        return {"event": _snake(type(self).__name__), **{name: getattr(self, name) for name in shown}}


@cache
def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).lower()


@dataclass(frozen=True, slots=True)
class RunStarted(_Told):
    """A run begins. `requests` are distinct; `reused` of them are done already, `to_send` will be submitted.

    `states` has how each stands, by digest: what is to be sent is `planned`, whatever it was before.
    """

    folder: str
    target: str
    cells: int
    requests: int
    reused: int
    to_send: int
    states: Mapping[str, State] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CellStarted(_Told):
    """A submit is about to leave. `cell` is the plan's first cell with this digest; `attempt` counts from 1."""

    digest: str
    cell: int
    attempt: int


@dataclass(frozen=True, slots=True)
class CellAccepted(_Told):
    """The server took the request; `prediction` is durable."""

    digest: str
    cell: int
    prediction: str


@dataclass(frozen=True, slots=True)
class CellFinished(_Told):
    """This run is through with a trial. `cells` of the plan share it; `pictures` are SHA-256 digests.

    `prediction` is the server's id, where it gave one. `kept` are the pictures as the ledger knows them.
    """

    digest: str
    cell: int
    cells: int
    state: State
    reason: str
    pictures: tuple[str, ...]
    reused: bool
    prediction: str | None = None
    kept: tuple[Picture, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CellsReused(_Told):
    """What was done before the run began, all at once: there may be 100,000 of them, and most hear only the count.

    `cells` of the plan have these `requests`; `each` tells them one by one.
    """

    cells: int
    requests: int
    each: Callable[[], Iterator[CellFinished]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Waiting(_Told):
    """A pause before a try again, with the reason that a person should read."""

    digest: str
    cell: int
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Stopping(_Told):
    """Nothing more is submitted; what is under way is still fetched."""

    reason: str


@dataclass(frozen=True, slots=True)
class StepStarted(_Told):
    """A step on pictures begins: the `step`-th of `steps`. `reused` of `cells` have their result already."""

    use: str
    step: int
    steps: int
    cells: int
    reused: int


@dataclass(frozen=True, slots=True)
class StepFinished(_Told):
    """A step is through with a cell of the plan; `reason` says what kept it from doing its work, "" for nothing.

    `left` cells are still to come in this step.
    """

    use: str
    step: int
    cell: int
    left: int
    reason: str = ""


_RunEvent: TypeAlias = RunStarted | CellsReused | CellStarted | CellAccepted | CellFinished | Waiting | Stopping
Event: TypeAlias = _RunEvent | StepStarted | StepFinished
OnEvent: TypeAlias = Callable[[Event], None]
