"""What each request of a run has cost, by the ledger: for sheets, which say it under their pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from teststrip.base.clock import SystemClock
from teststrip.run.folder import LEDGER_NAME
from teststrip.run.ledger import read_ledger


@dataclass(frozen=True, slots=True)
class Costs:
    """Amounts in `unit` by the digest of the request; those without a price are left out."""

    unit: str = ""
    amounts: Mapping[str, Decimal] = field(default_factory=dict)


def costs_of(folder: Path) -> Costs:
    """Read what the requests of a run have cost, over all runs that sent them; nothing where there is no ledger.

    Raises StorageError when the ledger cannot be read.
    """
    path = folder.parent / LEDGER_NAME
    if not path.is_file():
        return Costs()
    with read_ledger(path, SystemClock()) as ledger:
        money = ledger.money(folder.name)
        return Costs(money.unit, ledger.costs()) if money is not None and money.unit else Costs()
