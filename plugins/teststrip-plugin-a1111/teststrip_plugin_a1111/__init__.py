"""A plugin of teststrip: the Stable Diffusion web UIs as a provider, and a command that asks one what it has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from teststrip.hookspecs import hookimpl
from teststrip_plugin_a1111.command import a1111

PAGE = Path(__file__).with_name("a1111.md")


@hookimpl
def teststrip_provider_pages() -> Iterable[Path]:
    """Bring the page `a1111`."""
    return [PAGE]


@hookimpl
def teststrip_commands() -> Iterable[click.Command]:
    """Bring `teststrip a1111`."""
    return [a1111]
