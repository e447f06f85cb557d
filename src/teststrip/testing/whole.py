"""Whether what was paid for is on the cassette: asked before the cassette is all that is left of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from teststrip.base.json import sha256
from teststrip.cli.locked import Opened
from teststrip.cli.session import Order, perform
from teststrip.cli.taping import open_deck
from teststrip.errors import StorageError
from teststrip.run.model import Run
from teststrip.run.replays import RUN, make_place
from teststrip.run.settings import Settings
from teststrip.run.state import State


def check_plays(made: Run, opened: Opened, fresh: Path, work: Path) -> None:
    """Play a recording in a place in `work`; raise StorageError where a picture that was had does not come.

    A process that was killed, or a disk that was full, leaves predictions that the ledger has and the cassette has
    not. Going on sends nothing for them, and recording anew pays for them again: that is for a person to say.
    """
    deck = open_deck(None, fresh, fast=True)
    place = work / f"whole-{sha256(str(fresh).encode())[:8]}"
    make_place(place, fresh)
    target = deck.target if deck.target is not None else opened.target
    opened = replace(opened, target=target)
    settings = Settings(budget="none", pricer=opened.pricer)
    order = Order(opened.plan, opened.provider, target, place, settings, opened.files, place / RUN, deck)
    played = asyncio.run(perform(order, lambda _: None))
    if played is None:
        raise KeyboardInterrupt
    had = [digest for digest, one in made.outcomes.items() if one.state is State.DONE]
    lost = [digest for digest in had if played.outcomes[digest].state is not State.DONE]
    if lost:
        raise StorageError(
            f"{fresh}: {len(lost)} of {len(had)} requests that are paid for are not on the cassette, since a "
            f"recording was cut off; their pictures lie in {made.folder}. Remove {fresh} to record anew, and to "
            "pay for all of it again"
        )
