"""Telling plugins of what happens, without ever waiting for one of them while it matters.

Each plugin that listens has a thread, and hears all events there, in their order. So a slow listener holds up
neither the run nor the others, and one that fails reaches nobody. At the end the program waits for the listeners,
as long as they get on with it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

import pluggy

from teststrip.plugins.manager import implementations, words
from teststrip.plugins.quiet import quiet

EVENTS: Final = (
    "teststrip_plan_made",
    "teststrip_trial_started",
    "teststrip_trial_done",
    "teststrip_run_done",
    "teststrip_sheet_written",
)
PATIENCE: Final = 60.0
"""Seconds that the program waits, at its end, for one call of a listener."""
MOST_WAITING: Final = 100_000
"""Events that wait for one plugin; of what is beyond them it is only told how many it missed."""
_A_WHILE: Final = 2.0  # seconds of waiting after which a person is told for whom

Event = Mapping[str, object]
Several = Callable[[], Iterable[Event]]
"""Makes events when a listener's thread gets to them, so that nobody else spends time on it."""


@dataclass(eq=False)
class _Ear:
    """One plugin that listens, with its thread."""

    plugin: str
    hooks: dict[str, pluggy.HookImpl]
    waiting: queue.SimpleQueue[tuple[str, Several] | None] = field(default_factory=queue.SimpleQueue)
    complaints: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    failed: set[str] = field(default_factory=set)
    missed: dict[str, int] = field(default_factory=dict)
    busy: tuple[str, float] = ("", 0.0)  # with which hook, and since when
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._listen, name=f"plugin {self.plugin}", daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        with quiet():
            while (told := self.waiting.get()) is not None:
                hook, several = told
                try:
                    for event in several():
                        self._hear(hook, event)
                except BaseException as error:  # noqa: BLE001  an event that cannot be made is told like a failure
                    self._complain(hook, error)
                self.busy = ("", 0.0)

    def _hear(self, hook: str, event: Event) -> None:
        implementation = self.hooks[hook]
        self.busy = (hook, time.monotonic())
        try:
            implementation.function(**{name: event[name] for name in implementation.argnames})
        except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
            self._complain(hook, error)

    def _complain(self, hook: str, error: BaseException) -> None:
        """Say once of each hook that it failed, with the first of what it raised."""
        if hook not in self.failed:
            self.failed.add(hook)
            self.complaints.put(f"the plugin {self.plugin!r} failed in {hook}: {words(error)}")


class Listeners:
    """The plugins that listen, for as long as something happens; a context manager.

    `warn` prints a sentence for people, in the thread that leaves. `patience` is in seconds.
    """

    def __init__(
        self, manager: pluggy.PluginManager, warn: Callable[[str], None], *, patience: float = PATIENCE
    ) -> None:
        hooks: dict[str, dict[str, pluggy.HookImpl]] = {}
        for name in EVENTS:
            for one in implementations(getattr(manager.hook, name)):
                hooks.setdefault(one.plugin_name, {})[name] = one
        self._ears = [_Ear(plugin, own) for plugin, own in hooks.items()]
        self._warn = warn
        self._patience = patience

    def hears(self, hook: str) -> bool:
        """Tell whether anybody listens to an event; what nobody hears need not be made."""
        return any(hook in ear.hooks for ear in self._ears)

    def tell(self, hook: str, **event: object) -> None:
        """Tell of an event. It returns at once, and never raises."""
        self.tell_several(hook, lambda: (event,))

    def tell_several(self, hook: str, several: Several) -> None:
        """Tell of events that are made when a listener gets to them, in its thread."""
        for ear in self._ears:
            if hook not in ear.hooks:
                continue
            if ear.waiting.qsize() >= MOST_WAITING:
                ear.missed[hook] = ear.missed.get(hook, 0) + 1
            else:
                ear.waiting.put((hook, several))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for ear in self._ears:
            ear.waiting.put(None)
        try:
            for ear in self._ears if kind is None or issubclass(kind, Exception) else ():
                self._wait(ear)
        except KeyboardInterrupt:  # all that matters is done and written; whoever listens is left behind
            self._warn("warning: plugins that still work are left behind")
        self.report()

    def report(self) -> None:
        """Print what has gone wrong so far."""
        for ear in self._ears:
            while not ear.complaints.empty():
                self._warn(f"warning: {ear.complaints.get()}")
            for hook, count in ear.missed.items():
                self._warn(f"warning: the plugin {ear.plugin!r} is too slow in {hook}: it missed {count:,} events")
            ear.missed.clear()

    def _wait(self, ear: _Ear) -> None:
        """Wait for a listener to hear all that was told, unless one call takes beyond all patience."""
        began, told = time.monotonic(), False
        while ear.thread.is_alive():
            ear.thread.join(0.05)
            now = time.monotonic()
            hook, since = ear.busy
            if hook and now - since > self._patience:
                said = f"the plugin {ear.plugin!r} does not come back from {hook}"
                self._warn(f"warning: {said}; it is left behind after {self._patience:g} s")
                return
            if not told and now - began > _A_WHILE:
                told = True
                self._warn(f"waiting for the plugin {ear.plugin!r}; Ctrl-C leaves it behind")
