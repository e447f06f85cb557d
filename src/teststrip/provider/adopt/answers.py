"""Where things lie in an answer, and what its words mean, as the examples of a documentation show it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from teststrip.provider.adopt.lines import flow_list, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.provider.reading.read import Reading

_IDS: Final = (
    *("id", "task_id", "taskId", "request_id", "requestId"),
    *("prediction_id", "job_id", "generation_id", "generationId", "uuid"),
)
_STATUSES: Final = ("status", "state", "task_status", "taskStatus")
_OUTPUTS: Final = (
    *("outputs", "output", "images", "image_urls", "urls", "results", "artifacts"),
    *("videos", "sample", "image", "url", "data", "result"),
)
_WORDS: Final[Mapping[str, Sequence[str]]] = {
    "queued": ["created", "starting", "queued", "pending", "submitted", "waiting", "in_queue", "scheduled"],
    "running": ["processing", "running", "in_progress", "generating", "executing"],
    "done": ["completed", "complete", "succeeded", "succeed", "success", "ready", "finished", "done"],
    "failed": [
        "failed",
        "failure",
        "error",
        "expired",
        "timeout",
        "rejected",
        "moderated",
    ],
    "cancelled": ["canceled", "cancelled"],
}


def reply_lines(reading: Reading) -> list[str]:
    """Return where things lie in an answer, and its words, as the examples show them: lines of a front matter."""
    paths = [pair for code in reading.document.codes for pair in _members(_parsed(code.text))]
    ids, statuses = (_found(paths, names) for names in (_IDS, _STATUSES))
    outputs = [path for path in _found(paths, _OUTPUTS) if path not in ids]
    said = {
        word
        for path, value in paths
        if path.rpartition(".")[2] in _STATUSES and isinstance(value, str)
        for word in re.findall(r"[a-z_]+", value.lower())
    }
    page = " ".join(
        [
            *(t.cell.text for t in reading.document.texts),
            *(c.text for g in reading.document.groups for r in g.rows for c in r.cells),
        ]
    ).lower()
    known = set(re.findall(r"[a-z_]+", page)) if len(page) < 2_000_000 else set()
    words = {
        phase: [word for word in listed if word in said | (known if said or statuses else set())]
        for phase, listed in _WORDS.items()
    }
    lines = [
        "reply:",
        line("  ids", flow_list(ids), "dotted paths to the prediction's id in an answer"),
        line("  statuses", flow_list(statuses), "dotted paths to the word for its state"),
        line("  outputs", flow_list(outputs[:4]), "dotted paths to the pictures"),
        "  words:",
    ]
    return lines + [
        line(f"    {phase}", flow_list(found), f"the words for {phase}") for phase, found in words.items()
    ]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _members(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > 8:
        return
    if isinstance(value, list) and value:
        yield from _members(value[0], path, depth + 1)
    elif isinstance(value, dict):
        for name, member in list(value.items())[:200]:
            if re.fullmatch(r"[^.\s]+", name):
                inner = f"{path}.{name}" if path else name
                yield inner, member
                yield from _members(member, inner, depth + 1)


def _found(paths: Sequence[tuple[str, Any]], names: Sequence[str]) -> list[str]:
    """Return the shallowest paths that end in one of some names, in the order of the names."""
    found = [
        path
        for name in names
        for path, _ in sorted(paths, key=lambda pair: pair[0].count("."))
        if path.rpartition(".")[2] == name
    ]
    return list(dict.fromkeys(found))
