"""What a machine-readable block says of one parameter: kinds, limits and values that nobody has to find in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.provider.reading.kind_reading import KindReading

if TYPE_CHECKING:
    from decimal import Decimal

    from teststrip.provider.model import Bounds, Choice
    from teststrip.provider.reading.conditions import RawCondition

COMMENTED: Final = "the commented body"
"""The source of what a body of JSON with remarks tells."""
EXAMPLES: Final = "the examples"
"""The source of what only the values of examples tell."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a block leaves open of a parameter: the problem, and the readings that it could have."""

    problem: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One parameter by a block of code.

    `required` is None where this form of a block cannot say it; `listed`: somewhere beside the parameter the block
    does say which have to be given, so that a no is meant. An array's choices, bounds and step are its items'.
    `source` is what the block is called in messages, `shown`: the kind is that of an example's value.
    """

    source: str
    shown: bool = False
    kind: KindReading = field(default_factory=KindReading)
    required: bool | None = None
    listed: bool = True
    conditions: tuple[RawCondition, ...] = ()
    choices: tuple[Choice, ...] = ()
    bounds: Bounds | None = None
    length: Bounds | None = None
    item_length: Bounds | None = None
    step: Decimal | None = None
    default: Json | Absent = ABSENT
    examples: tuple[Json, ...] = ()
    doubts: tuple[Doubt, ...] = ()
