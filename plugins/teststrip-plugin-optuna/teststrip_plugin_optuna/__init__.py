"""Adaptive sampling: `teststrip optuna RECIPE` lets Optuna choose which cells of a sweep are made, by a score.

Optuna itself is imported when a study begins, so that other commands cost what they always did.
"""

from __future__ import annotations

from collections.abc import Iterable

import click

from teststrip.hookspecs import hookimpl
from teststrip_plugin_optuna.command import command


@hookimpl
def teststrip_commands() -> Iterable[click.Command]:
    """Bring the command `optuna`."""
    return [command]
