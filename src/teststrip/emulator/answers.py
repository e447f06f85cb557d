"""The shape of a prediction's answer, built from where the page says that a client may look.

Each thing is put at the first path that the page lists for it, so an answer is always one that the page's own
reader understands. What no page speaks of (the time taken, the model's name, the count of NSFW flags) lies beside
the id, under the names that gateways of this kind use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from teststrip.base.json import Json
from teststrip.provider.model import Phase, Reply

Moment = Literal["submit", "poll"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer tells of a prediction; `seconds` is how long the drawing took."""

    id: str
    model: str
    phase: Phase
    created: datetime
    poll_url: str
    outputs: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0


def with_path(document: Mapping[str, Json], path: str, value: Json) -> dict[str, Json]:
    """Return the document with `value` at a dotted path.

    Members that are missing on the way are made; a list on the way stands for its first item.
    """
    name, _, rest = path.partition(".")
    if not rest:
        return {**document, name: value}
    inner = document.get(name)
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return {**document, name: [with_path(_members(inner[0] if inner else None), rest, value), *inner[1:]]}
    return {**document, name: with_path(_members(inner), rest, value)}


def word_of(reply: Reply, phase: Phase) -> str:
    """Return the first word that the page lists for a phase, or the phase's own name."""
    return next((word for word, meant in reply.words.items() if meant == phase), phase)


def prediction_document(reply: Reply, answer: Answer, moment: Moment) -> dict[str, Json]:
    """Write the answer to a submit or a poll; the two differ in how two members are spelled, as the API's do."""
    milliseconds = round(answer.seconds * 1000)
    flags: list[Json] = [False] * len(answer.outputs)
    created = answer.created.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    beside_id = _parent(reply.ids[0])
    members: list[tuple[str, Json]] = [
        (reply.ids[0], answer.id),
        (f"{beside_id}model", answer.model),
        (reply.outputs[0], list(answer.outputs)),
        *((path, answer.poll_url) for path in reply.poll_urls[:1]),
        (f"{beside_id}{'hasNsfwContents' if moment == 'submit' else 'has_nsfw_contents'}", flags),
        (reply.statuses[0], word_of(reply, answer.phase)),
        (f"{beside_id}{'createdAt' if moment == 'submit' else 'created_at'}", created),
        *((path, answer.error) for path in reply.errors[:1]),
        (f"{beside_id}executionTime", milliseconds),
        (f"{beside_id}timings", {"inference": milliseconds}),
    ]
    if reply.codes and reply.ok_codes:
        members += [(f"{_parent(reply.codes[0])}message", "success"), (reply.codes[0], reply.ok_codes[0])]
    document: dict[str, Json] = {}
    for path, value in members:
        document = with_path(document, path, value)
    return document


def _members(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _parent(path: str) -> str:
    head, dot, _ = path.rpartition(".")
    return head + dot
