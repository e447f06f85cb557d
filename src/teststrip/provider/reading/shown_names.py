"""Names that the examples of a page send and no row describes: they are flagged, for a page may describe some in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from teststrip.provider.reading.examples import top_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Document
    from teststrip.provider.reading.entries import Entry
    from teststrip.provider.reading.flags import Flags

_LEAST_KNOWN = 2  # names that make a block one of this page's requests
_MOST_BLOCKS = 200


def flag_shown(document: Document, entries: Sequence[Entry], flags: Flags) -> None:
    """Flag each name at the top of a request's example that is no parameter."""
    known = {entry.name.removesuffix("[]") for entry in entries}
    told: set[str] = set()
    for code in document.codes[:_MOST_BLOCKS]:
        names = top_names(code.text)
        found = [name for name in names if name in known]
        other = [name for name in names if name not in known]
        if len(found) < _LEAST_KNOWN or len(other) > len(found):
            continue
        for name in other:
            quoted = re.search(rf"[\"']{name}\\?[\"']\s{{0,20}}:", code.text) is not None
            if quoted and name not in told:
                told.add(name)
                flags.add(
                    code.where, name, name, "an example sends this, and no row describes it", ("a parameter",)
                )
