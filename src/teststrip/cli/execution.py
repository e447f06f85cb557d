"""What `run`, `resume` and `verify` share: the options of what executes a plan, and how it is opened."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar, cast

import click

from teststrip.cli.loaded import Loaded
from teststrip.cli.locked import Opened, open_plan
from teststrip.cli.options import files_option, json_option, target_options
from teststrip.cli.report import tell
from teststrip.cli.sending import sending_options
from teststrip.cli.stages import Wish
from teststrip.cli.summary import INTERRUPTED
from teststrip.cli.taping import tape_options
from teststrip.cli.targets import page_notice

_Command = TypeVar("_Command", bound=Callable[..., object])


def execution_options(command: _Command) -> _Command:
    """Add the options of the target, of sending, of cassettes, `--allow-files` and `--json`."""
    return target_options(sending_options(tape_options(files_option(json_option(_advised(command))))))


def _advised(command: _Command) -> _Command:
    """Let a command that was ended at once say how to go on; one that sends nothing has nothing to go on with."""

    @functools.wraps(command)
    def advised(*arguments: object, **options: object) -> object:
        try:
            return command(*arguments, **options)
        except KeyboardInterrupt:
            again = "Give the same command again to go on: what was accepted is fetched, not sent again."
            tell(f"\nInterrupted. {again}")
            click.get_current_context().exit(INTERRUPTED)

    return cast("_Command", advised)


def open_to_execute(wish: Wish, loaded: Loaded) -> Opened:
    """Open what is wished for, and tell what decides where the key goes. Raises as `open_plan` does."""
    opened = open_plan(wish, loaded)
    notice = page_notice(loaded.catalogue, opened.provider, opened.target)
    if notice is not None:
        tell(notice)
    return opened
