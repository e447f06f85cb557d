"""A list whose items are labels, with a list below each: "Files:", "Form data (optional):", "Body:".

What a label announces is told by its words; here only the lists are parted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.carriers import carries
from teststrip.provider.reading.forms.plain_items import plain_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.reading.document import Text

_LONGEST: Final = 80  # characters of a label


def parted_by_labels(run: Sequence[Text]) -> Sequence[tuple[Text | None, Sequence[Text]]] | None:
    """Part a run of items at the labels among the outermost; None where none is one.

    Each label comes with what is below it, moved out to the place of the label; what is below none comes without one.
    """
    base = min(text.indent for text in run if text.is_item)
    edges = [at for at, text in enumerate(run) if text.is_item and text.indent == base]
    parts: list[tuple[Text | None, Sequence[Text]]] = [(None, run[: edges[0]])] if edges[0] else []
    for at, end in zip(edges, [*edges[1:], len(run)], strict=True):
        below = run[at + 1 : end]
        if below and below[0].is_item and _is_label(run[at]):
            inner = min(text.indent for text in below if text.is_item)
            moved = [replace(one, indent=max(base, one.indent - inner + base)) for one in below]
            parts.append((run[at], moved))
        else:
            parts.append((None, run[at:end]))
    return parts if any(label is not None for label, _ in parts) else None


def _is_label(text: Text) -> bool:
    """Tell whether an item is no parameter, but words over those below it."""
    label = text.cell.text.rstrip()
    if len(label) > _LONGEST or not label:
        return False
    return carries(label) or (label.endswith((":", "：")) and plain_item(text.cell) is None)
