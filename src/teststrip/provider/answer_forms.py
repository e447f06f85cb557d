"""The forms of answers that a page may give, held against what the page's own reader looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.near import near

if TYPE_CHECKING:
    from teststrip.base import where
    from teststrip.provider.drafts import Front
    from teststrip.provider.headers import Trouble

_SLOT: Final = re.compile(r"\{([a-z0-9_]+)\??\}")
# What a form of an answer may have filled in.
_ANSWER_SLOTS: Final = (
    "id",
    "model",
    "status",
    "outputs",
    "output",
    "flags",
    "created",
    "milliseconds",
    "error",
    "poll_url",
    "result_url",
)
_ERROR_SLOTS: Final = ("message", "code", "name", "status")


def bad_forms(front: Front) -> Iterator[Trouble]:
    """Find what fills nothing in the forms of answers, and what the page's own reader would not find there."""
    for name, form in front.reply.forms.items():
        slots = _ERROR_SLOTS if name == "error" else _ANSWER_SLOTS
        told: dict[str, list[str]] = {}
        for path, text in _texts(form, ("reply", "forms", name)):
            found = _SLOT.fullmatch(text)
            if found and found[1] not in slots:
                said = f"{text} is filled by nothing; there are {', '.join(slots)}"
                yield path, said, near(found[1], slots), False
            elif found:
                told.setdefault(found[1], []).append(".".join(part for part in path[3:] if isinstance(part, str)))
        for wanted in _needed(front, name):
            if not any(_lies_in(path, places) for slot, places in wanted.items() for path in told.get(slot, ())):
                (slot, places), *_ = wanted.items()
                said = f"a client would look in vain for {{{slot}}} here; it looks at {', '.join(places)}"
                yield ("reply", "forms", name), said, None, True


def _needed(front: Front, name: str) -> Iterator[Mapping[str, Sequence[str]]]:
    """Yield what a form has to have: slots, any of which will do, with the places where a client looks."""
    reply = front.reply
    outputs = {"outputs": reply.outputs, "output": reply.outputs}
    if name == "submit" and not front.poll.path:
        yield outputs
    elif name == "submit":
        yield {"id": reply.ids, "poll_url": reply.poll_urls}
    elif name == "error":
        yield {"message": (*reply.errors, "message")}
    elif name == "result":
        yield outputs
    else:
        yield {"status": reply.statuses}
        if not front.poll.result_path and not reply.result_urls:
            yield outputs


def _lies_in(path: str, places: Sequence[str]) -> bool:
    plain = [place.replace("[]", "") for place in places]
    return any(path == place or path.startswith(f"{place}.") for place in plain)


def _texts(value: Any, path: where.Path) -> Iterator[tuple[where.Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
