"""How an emulator behaves where the provider page leaves it open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from teststrip.emulator.faults import FaultPlan, Point
from teststrip.emulator.money import UNPRICED


@dataclass(frozen=True, slots=True)
class EmulatorSettings:
    """The settings of one emulator.

    `keys` are the keys that it takes (None: any key that is not empty); `rate` is how many submits a minute it
    accepts (None: any number); a request holding one of `refused_tags` in its text is refused for its content;
    `delay` is how many seconds a prediction takes at least. `keep` predictions and `keep_bytes` bytes of pictures
    stay in memory, the oldest finished are dropped first; `body_limit` bounds a request's body, in bytes.

    `balance` is the pretend money that there is, in the unit of the page's price (None: it never runs out);
    `unpriced` is what a request costs of which the page can tell no price; `charges` is the file that remembers
    what was taken (None: memory only).

    `faults` is what goes wrong; `latency` has for a moment the least and the most seconds that an answer waits,
    drawn from the fault plan's seed.
    """

    keys: frozenset[str] | None = None
    rate: int | None = None
    refused_tags: tuple[str, ...] = ("teststrip:refuse",)
    delay: float = 0.0
    keep: int = 4096
    keep_bytes: int = 512 * 1024 * 1024
    body_limit: int = 32 * 1024 * 1024
    balance: Decimal | None = None
    unpriced: Decimal = UNPRICED
    charges: Path | None = None
    faults: FaultPlan | None = None
    latency: Mapping[Point, tuple[float, float]] = field(default_factory=dict)
