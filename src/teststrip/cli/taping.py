"""`--record`, `--replay` and `--fast`: what becomes of the exchanges of a run, and what is said of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import click

from teststrip import __version__
from teststrip.base.clock import SystemClock
from teststrip.base.json import Json
from teststrip.cassette.read import load_cassette
from teststrip.cassette.record import Recorded, Recorder, header_of, open_recorder
from teststrip.cassette.replay import Player
from teststrip.cli.finishing import step_lines
from teststrip.cli.report import counted, where_from_here
from teststrip.cli.summary import Ending
from teststrip.errors import UsageError
from teststrip.run.state import State
from teststrip.run.target import Target, replay_target

_Command = TypeVar("_Command", bound=Callable[..., object])


@dataclass(slots=True)
class Deck:
    """What a run records on or is played from; `recorded` is there when the recording is over."""

    record: Path | None = None
    player: Player | None = None
    recorded: Recorded | None = None

    @property
    def target(self) -> Target | None:
        """What the cassette that is played was recorded from."""
        header = None if self.player is None else self.player.cassette.header
        return None if header is None else replay_target(header)

    @contextmanager
    def recording(self, target: Target, key: str) -> Iterator[Recorder | None]:
        """Record while the context lasts, if that was asked for. Raises as `open_recorder` does."""
        if self.record is None:
            yield None
            return
        clock = SystemClock()
        header = header_of(
            target.identity,
            target.base_url,
            paid=target.paid,
            lasting=target.lasting,
            made_by=__version__,
            clock=clock,
        )
        recorder = open_recorder(self.record, header, [key], clock)
        try:
            yield recorder
        finally:
            self.recorded = recorder.close()


def tape_options(command: _Command) -> _Command:
    """Add `--record`, `--replay` and `--fast`; the command gets them together, as `deck`.

    The deck is opened before anything else. Raises UsageError for a cassette that cannot be played, and for what
    says where to send while nothing is sent.
    """

    @functools.wraps(command)
    def taped(
        *arguments: object, record: Path | None, replay: Path | None, fast: bool, **options: object
    ) -> object:
        if replay is not None:
            if record is not None:
                raise click.UsageError("--record and --replay say two things; give one")
            if options.get("live") or options.get("target") != "darkroom":
                raise click.UsageError(
                    "--replay needs neither --live nor --target: the cassette says where it was"
                )
        elif fast:
            raise click.UsageError("--fast goes with --replay")
        return command(*arguments, deck=open_deck(record, replay, fast=fast), **options)

    wrapped: Callable[..., object] = taped
    folder = click.Path(file_okay=False, path_type=Path)
    for option in (
        click.option(
            "--fast", is_flag=True, help="With --replay: of what was asked again and again, only the last answer."
        ),
        click.option(
            "--replay",
            type=folder,
            metavar="DIR",
            help="Play the cassette in DIR instead of sending anything: no network, no key, no waiting.",
        ),
        click.option("--record", type=folder, metavar="DIR", help="Put every exchange on the cassette in DIR."),
    ):
        wrapped = option(wrapped)
    return cast("_Command", wrapped)


def open_deck(record: Path | None, replay: Path | None, *, fast: bool) -> Deck:
    """Open what is to be played. Raises UsageError where there is no cassette, or nothing is left of it."""
    if replay is None:
        return Deck(record)
    cassette = load_cassette(replay)
    if cassette.header is None:
        raise UsageError(f"nothing can be played: {'; '.join(cassette.missing)}")
    return Deck(player=Player(cassette, fast=fast))


@dataclass(frozen=True, slots=True)
class Taped:
    """What is said of a deck in the end; `reused` counts the requests that were done before the run began."""

    deck: Deck
    reused: int

    @property
    def exit_code(self) -> int:
        """1 where a recording is not whole, else 0."""
        return int(self.deck.recorded is not None and bool(self.deck.recorded.trouble))

    def recorded(self) -> Iterator[str]:
        """Say what a recording came to."""
        recorded = self.deck.recorded
        if recorded is None:
            return
        yield f"cassette: {where_from_here(recorded.folder)}, {counted(recorded.exchanges, 'exchange')} recorded"
        if self.reused:
            are = "is" if self.reused == 1 else "are"
            yield f"  {counted(self.reused, 'request')} had been done before, and {are} not in this recording"
        if recorded.withheld:
            yield f"  {counted(recorded.withheld, 'answer')} not kept, for the key was in it"
        if recorded.trouble:
            yield f"  the recording is not whole: {recorded.trouble}"

    def summary(self, ending: Ending, sheets: Sequence[Path]) -> Iterator[str]:
        """Say how a replay ended."""
        player, cells = self.deck.player, len(ending.run.plan.cells)
        if player is None:
            return
        states = [f", {count:,} {state}" for state, count in ending.counts.items() if state is not State.DONE]
        yield f"{ending.count(State.DONE):,} of {counted(cells, 'cell')} done{''.join(sorted(states))}"
        yield (
            f"{counted(player.played, 'exchange')} played from {where_from_here(player.cassette.folder)}; "
            "nothing was sent, and nothing paid"
        )
        if player.left:
            yield f"  {counted(player.left, 'exchange')} of the cassette not asked for"
        if ending.run.stopped:
            yield f"stopped early: {ending.run.stopped}"
        yield from step_lines(ending.run)
        for sheet in sheets:
            yield f"sheet: {where_from_here(sheet)}"

    def to_json(self) -> dict[str, Json]:
        """Return the same for scripts, as members of a run's last event."""
        recorded, player = self.deck.recorded, self.deck.player
        document: dict[str, Json] = {}
        if recorded is not None:
            document["recorded"] = {
                "cassette": str(recorded.folder),
                "exchanges": recorded.exchanges,
                "withheld": recorded.withheld,
                "done_before": self.reused,
                "trouble": recorded.trouble,
            }
        if player is not None:
            document["sent"] = 0
            document["resume"] = document["money"] = None
            document["replayed"] = {
                "cassette": str(player.cassette.folder),
                "exchanges": player.played,
                "unrecorded": player.asked - player.played,
                "left": player.left,
                "missing": list(player.cassette.missing),
            }
        return document
