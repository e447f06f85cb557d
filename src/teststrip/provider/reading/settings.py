"""Tables of what a file sets up, on a page that calls: "Configured through the `kite.yaml` file", and its names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.document import Code, Group, Heading, Text
from teststrip.provider.reading.operations import called_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.classify import Role
    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.flags import Flags

_FILE: Final = Pattern(
    r"(?<![\w./@=:])(?:[\w./-]{0,60}[/.])?(?:[\w-]{1,40}\.(?:ya?ml|toml|ini|conf|cfg|properties|env)|(?:config|settings|conf|options)[\w-]{0,20}\.json|\.env)\b"
)
_TITLE: Final = Pattern(
    r"\b(?:config\w*|settings?|set-?up|environment|env)\b|配置|设置|設定|環境|环境|설정|환경|\bconfigura\w*|\bkonfigura\w*|настройк|конфигурац|\bajustes\b|\breglages?\b|\bréglages?\b",
    re.IGNORECASE,
)


def without_settings(
    roles: Sequence[tuple[Group, Role]], document: Document, flags: Flags
) -> list[tuple[Group, Role]]:
    """Take such tables for something else, and flag them, where another part of the page calls."""
    found = _of_files(document)
    if not found:
        return list(roles)
    taken: list[tuple[Group, Role]] = []
    for group, role in roles:
        if role == "parameters" and id(group) in found:
            problem = f'"{group.title}" is read as what a file sets up'
            flags.add(group.where, "", group.title, problem, ("left out", "parameters of a request"))
            role = "other"  # noqa: PLW2901
        taken.append((group, role))
    return taken


def _of_files(document: Document) -> frozenset[int]:
    """Return the ids of the groups below a title of settings and a line that names their file; none where nothing calls."""
    found: set[int] = set()
    above: tuple[Heading, ...] = ()
    named: Heading | None = None  # the title below which a file is named
    calls = False
    for block in document.blocks:
        if isinstance(block, Heading):
            above = block.below(above)
            named = named if named in above else None
        elif isinstance(block, Code):
            called = bool(called_in(block.text))
            calls = calls or called
            named = None if called else named
        elif isinstance(block, Text):
            title = next((one for one in above[1:] if _TITLE.search(one.cell.text)), None)
            named = title if title is not None and _FILE.search(block.cell.text) else named
        elif named is not None:
            found.add(id(block))
    return frozenset(found) if calls else frozenset()
