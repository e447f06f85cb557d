"""The provider pages that come with the program, and how one is found by its name."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from teststrip.provider.page import read_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.model import Provider


@functools.cache
def bundled_providers() -> tuple[Provider, ...]:
    """Return the providers of the bundled pages, by file name; read once in a process."""
    folder = Path(__file__).with_name("pages")
    # The name in messages and records is the same on every machine, wherever the program is installed.
    return tuple(
        read_page(page.read_text("utf-8"), f"teststrip/provider/pages/{page.name}")
        for page in sorted(folder.glob("*.md"), key=lambda page: page.name)
    )


def find_provider(name: str, extra: Sequence[Provider] = ()) -> Provider | None:
    """Find a provider by its name; `extra` ones (a user's, a plugin's) come before the bundled."""
    return next((provider for provider in (*extra, *bundled_providers()) if provider.name == name), None)
