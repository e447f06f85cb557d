"""What a provider's change changes, as frozen records, and the words for values and kinds in their sentences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.schema.kinds import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from teststrip.base.where import Where

Severity = Literal["breaks", "changes", "widens", "words"]

SEVERITIES: Final[tuple[Severity, ...]] = ("breaks", "changes", "widens", "words")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    `model` is the model's id, "" for what concerns the whole provider; `path` the parameter's full name
    (`character_prompts[].center.x`), "" for what concerns the whole model. `severity`: `breaks`, a request that
    was good may be refused; `changes`, the same recipe may give another picture or cell; `widens`, more is
    possible; `words`, nothing that a server would notice. `sentence` goes on from the path. `old` and `new` have
    the values that are compared, ABSENT where there is none, `where_old` and `where_new` their places.
    """

    model: str
    path: str
    kind: str
    severity: Severity
    sentence: str
    where_old: Where | None = None
    where_new: Where | None = None
    old: Json | Absent = ABSENT
    new: Json | Absent = ABSENT

    def to_json(self) -> dict[str, Json]:
        """Return the change as a JSON document."""
        document: dict[str, Json] = {
            "model": self.model,
            "path": self.path,
            "kind": self.kind,
            "severity": self.severity,
            "sentence": self.sentence,
        }
        for side, where, value in (("old", self.where_old, self.old), ("new", self.where_new, self.new)):
            place: Json = None
            if where is not None:
                place = {"file": where.file, "line": where.line, "column": where.column}
            document[f"where_{side}"] = place
            if not isinstance(value, Absent):
                document[side] = value
        return document


def worst(changes: Iterable[Change]) -> Severity | None:
    """Return the gravest severity among changes; None when there is none."""
    found = {change.severity for change in changes}
    return next((severity for severity in SEVERITIES if severity in found), None)


def shown(value: Json | Absent) -> str:
    """Print a value for a sentence: text bare when it is a word, everything else as JSON, cut to fit a line."""
    if isinstance(value, Absent):
        return "none"
    if isinstance(value, str) and value and value == value.strip() and len(value) <= _LONGEST:
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def listed(values: Iterable[Json]) -> str:
    """Print several values: `a, b and c`."""
    words = [shown(value) for value in values]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)


def kinds_in_words(written: object) -> str:
    """Print what stands at a schema's `type`: `text or null`; `anything` when nothing does."""
    names = [written] if isinstance(written, str) else list(written) if isinstance(written, list) else []
    return " or ".join(KIND_WORDS.get(str(name), str(name)) for name in names) or "anything"


def described(node: Mapping[str, Any]) -> str:
    """Say shortly what a schema takes: `a whole number from 1 to 50`, `one of a, b and c`, `text`."""
    if "enum" in node or "const" in node:
        values = node["enum"] if "enum" in node else [node["const"]]
        return f"one of {listed(values)}" if len(values) > 1 else f"only {listed(values)}"
    if "anyOf" in node and "type" not in node:
        return " or ".join(
            described(branch) if isinstance(branch, dict) else "anything" for branch in node["anyOf"]
        )
    words = kinds_in_words(node.get("type"))
    if "x-teststrip-size" in node:
        return f"a size from {size_in_words(node['x-teststrip-size'])}"
    least, most = node.get("minimum"), node.get("maximum")
    if least is not None and most is not None:
        words += f" from {least} to {most}"
    elif least is not None or most is not None:
        words += f", at least {least}" if least is not None else f", at most {most}"
    if isinstance(node.get("items"), dict) and "type" in node["items"]:
        words += f", each of its items {described(node['items'])}"
    return words


def size_in_words(size: Mapping[str, Any]) -> str:
    """Print the bounds of a size: `64x64 to 2048x2048`."""
    least, most = (size["separator"].join(map(str, size[side])) for side in ("minimum", "maximum"))
    return f"{least} to {most}"
