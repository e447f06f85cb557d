"""After a run in the darkroom: the tags of its prompts that the toy world does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from teststrip.provider.wire import Roles
from teststrip.run.model import Run
from teststrip.run.target import Target

_MOST: Final = 20  # that are told by name


def strange_words(run: Run, target: Target, roles: Roles) -> Iterator[str]:
    """Say once which tags were not drawn, where the darkroom has drawn something."""
    if target.name != "darkroom" or not run.sent:
        return
    from teststrip.emulator.toyworld import unknown_tags  # noqa: PLC0415  numpy is loaded: pictures were drawn

    tags = unknown_tags((cell.request for cell in run.plan.cells), roles)
    if tags:
        more = f" and {len(tags) - _MOST} more" if len(tags) > _MOST else ""
        yield f"not in the toy world: {', '.join(tags[:_MOST])}{more} (docs/darkroom.md has what is)"
