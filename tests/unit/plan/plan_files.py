"""Pictures for plans in tests, without a disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from teststrip.base.json import sha256
from teststrip.plan.model import PlanFile
from teststrip.plan.pictures import FileFault


@dataclass(slots=True)
class FakeFiles:
    """Has the pictures of `known`, by name; with None, one of every name. `asked` is what was read, for whom."""

    known: Mapping[str, bytes] | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def read(self, name: str, beside: str) -> PlanFile:
        self.asked.append((name, beside))
        if self.known is not None and name not in self.known:
            raise FileFault(f"no {name}", "another")
        data = name.encode() if self.known is None else self.known[name]
        return PlanFile(sha256(data), name, "image/png", len(data), 4, 4)

    def matching(self, pattern: str, beside: str) -> Sequence[str]:
        self.asked.append((pattern, beside))
        if not self.known:
            raise FileFault(f"nothing matches {pattern}")
        return tuple(self.known)
