"""What a recipe demands of its cells and was not so, as a run says it in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Json
from teststrip.cli.columns import shown
from teststrip.cli.plan_text import place_of
from teststrip.cli.report import counted
from teststrip.plan.model import Plan

if TYPE_CHECKING:
    from teststrip.verify.asserts import Failure

_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Demands:
    """The failures of a run, of what its plan demands."""

    plan: Plan
    failures: tuple[Failure, ...]

    @property
    def exit_code(self) -> int:
        """1 when something is not as it is demanded, else 0."""
        return int(bool(self.failures))

    def lines(self) -> Iterator[str]:
        """Say what is not so."""
        if not self.failures:
            return
        cells = len({failure.cell for failure in self.failures})
        yield f"assert: {counted(len(self.failures), 'demand')} not met, in {counted(cells, 'cell')}"
        for failure in self.failures[:_TOLD]:
            place = place_of(self.plan, self.plan.cells[failure.cell])
            yield f"  assert[{failure.entry}]  cell {failure.cell} ({shown(place)}): {shown(failure.words)}"
        if len(self.failures) > _TOLD:
            yield f"  and {len(self.failures) - _TOLD:,} more"

    def to_json(self) -> dict[str, Json]:
        """Return them for scripts, as a member of a run's last event; nothing where nothing is demanded."""
        if not self.plan.asserts:
            return {}
        found: list[Json] = [
            {"cell": failure.cell, "entry": failure.entry, "message": failure.words} for failure in self.failures
        ]
        return {"assert": found}
