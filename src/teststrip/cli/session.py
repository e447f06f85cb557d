"""A run put together: the target's transport, the client, ledger and store, opened and closed in order."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from teststrip.base.clock import Clock, SkippingClock, SystemClock
from teststrip.base.secret import HIDDEN
from teststrip.base.signals import polite_end
from teststrip.cli.largest import largest_area
from teststrip.cli.taping import Deck
from teststrip.plan.lock import LOCK_NAME, keep_lock
from teststrip.plan.model import Plan
from teststrip.provider.model import Provider
from teststrip.run.client import Client
from teststrip.run.events import OnEvent
from teststrip.run.files import DiskFiles, attachments, keep_files
from teststrip.run.folder import LEDGER_NAME, STORE_NAME, run_folder
from teststrip.run.http import Transport, asgi_transport, late_transport, replay_transport
from teststrip.run.ledger import open_ledger
from teststrip.run.model import Run
from teststrip.run.replays import keep_apart
from teststrip.run.runner import run_plan
from teststrip.run.settings import Settings
from teststrip.run.store import Store
from teststrip.run.target import PRETEND_KEY, Target, live_key


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, where, and how."""

    plan: Plan
    provider: Provider
    target: Target
    runs_dir: Path
    settings: Settings
    files: DiskFiles | None = None  # where the plan's pictures are found; the store has those of an earlier run
    folder: Path | None = None  # the run's own, where it is called otherwise than its plan would have it
    deck: Deck = field(default_factory=Deck)

    @property
    def place(self) -> Path:
        """The run's folder; it need not exist yet."""
        return self.folder or run_folder(self.runs_dir, self.plan)


async def perform(order: Order, on_event: OnEvent) -> Run | None:
    """Keep the pictures it needs, lock the plan, then run it; one path for darkroom, emulator and the paid API.

    None when it was interrupted once (Ctrl-C, SIGTERM): what was accepted is written down, and the folder has how
    the cells stand. The second time ends it with KeyboardInterrupt. Raises UsageError before anything is sent: no
    key, or one that stands in the recipe; a budget that cannot be kept; a picture that changed.
    """
    try:
        return await _perform(order, on_event)
    except asyncio.CancelledError:
        return None


async def _perform(order: Order, on_event: OnEvent) -> Run:
    player = order.deck.player
    keep_apart(order.runs_dir, replay=player is not None)
    clock: Clock = SystemClock() if player is None else SkippingClock()
    key = live_key(order.provider, os.environ) if order.target.paid else PRETEND_KEY
    if player is not None:
        key = HIDDEN  # what a server gave back of the key is known for it again
    folder = order.place
    store = Store(order.runs_dir / STORE_NAME, lasting=player is None)
    with open_ledger(order.runs_dir / LEDGER_NAME, SystemClock(), lasting=player is None) as ledger:
        keep_files(order.plan.files, order.files, store)
        keep_lock(folder / LOCK_NAME, order.plan, (key or "") if order.target.paid else "")
        async with _client(order, key, store, clock) as client:
            with polite_end():
                return await run_plan(
                    order.plan,
                    order.provider,
                    target=order.target,
                    client=client,
                    ledger=ledger,
                    store=store,
                    folder=folder,
                    clock=clock,
                    settings=order.settings if player is None else as_recorded(order),
                    on_event=on_event,
                )


async def _darkroom(order: Order, stack: AsyncExitStack) -> Transport:
    """Open the emulator with the darkroom in it. Imported late: where all is drawn, numpy need not be."""
    from teststrip.emulator.app import create_app  # noqa: PLC0415  see above
    from teststrip.emulator.darkroom import PROOF, DarkroomRenderer  # noqa: PLC0415  see above

    provider = order.provider
    proof, largest = order.target.identity.endswith(PROOF), largest_area(os.environ)
    renderer = DarkroomRenderer(roles=provider.roles, proof=proof, largest=largest)
    stack.push_async_callback(renderer.close)
    app = create_app(provider, renderer)
    # ASGITransport speaks HTTP only; the app's start and end are ours to call.
    await stack.enter_async_context(app.router.lifespan_context(app))
    return asgi_transport(app)


def as_recorded(order: Order) -> Settings:
    """Return the settings of a replay: as many at once as when it was recorded, unless told.

    The waits that nobody waits are the longest that there may be, so no deadline comes later than it did.
    """
    header = order.deck.player.cassette.header if order.deck.player is not None else None
    hands = order.settings.concurrency or order.plan.concurrency
    if hands is None and header is not None and header.paid:
        hands = order.provider.pace.concurrency
    return replace(order.settings, concurrency=hands, random=lambda: 1.0)


@asynccontextmanager
async def _client(order: Order, key: str | None, store: Store, clock: Clock) -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        player, transport = order.deck.player, None
        if player is not None and isinstance(clock, SkippingClock):
            transport = replay_transport(player, clock.skip)
        elif order.target.name == "darkroom":
            transport = late_transport(lambda: _darkroom(order, stack))
        recorder = stack.enter_context(order.deck.recording(order.target, key or ""))
        pictures = attachments(order.plan.files, store)
        yield await stack.enter_async_context(
            Client(
                order.provider,
                base_url=order.target.base_url,
                key=key,
                transport=transport,
                attachments=pictures,
                recorder=recorder,
            )
        )
