"""Rules that a schema has beside its limits: conditions are read, all others only told apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.json import ABSENT, Absent, Json, digest
from teststrip.schema.diff.changes import Change
from teststrip.schema.diff.limits import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST: Final = 70
_SAID: Final = ("x-teststrip-refuses", "x-teststrip-expects", "x-teststrip-because")


def rule_changes(keyword: str, old: Json | Absent, new: Json | Absent, model: str, path: str) -> Iterator[Change]:
    """Yield what differs in a keyword that is compared as a whole, or, for allOf, entry by entry."""
    if keyword == "allOf":
        yield from _entries(_listed(old), _listed(new), model, path)
    elif isinstance(old, Absent):
        yield Change(model, path, "rule", "breaks", f"has a new rule, {_told(keyword, new)}", None, None, old, new)
    elif isinstance(new, Absent):
        said = f"has one rule fewer, it was {_told(keyword, old)}"
        yield Change(model, path, "rule-gone", "widens", said, None, None, old, new)
    elif not same(_unworded(old), _unworded(new)):
        said = f"has another rule, {_told(keyword, new)}; it was {_told(keyword, old)}"
        yield Change(model, path, "rule-changed", "breaks", said, None, None, old, new)


def _listed(value: Json | Absent) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _entries(old: Sequence[Any], new: Sequence[Any], model: str, path: str) -> Iterator[Change]:
    """Compare the entries of allOf as a set."""
    before, after = ({digest(_unworded(entry)): entry for entry in entries} for entries in (old, new))
    for key, entry in before.items():
        if key not in after:
            yield _entry(entry, model, path, gone=True)
    for key, entry in after.items():
        if key not in before:
            yield _entry(entry, model, path, gone=False)


def _entry(entry: Any, model: str, path: str, *, gone: bool) -> Change:
    condition = _condition(entry)
    if condition is None:
        told = _told("allOf", entry)
        if gone:
            said = f"has one rule fewer, it was {told}"
            return Change(model, path, "rule-gone", "widens", said, None, None, entry)
        return Change(model, path, "rule", "breaks", f"has a new rule, {told}", None, None, ABSENT, entry)
    name, because = condition
    inner = f"{path}.{name}" if path else name
    if gone:
        return Change(model, inner, "condition-gone", "widens", f"is no longer needed {because}")
    return Change(model, inner, "condition", "breaks", f"is needed now {because}")


def _condition(entry: Any) -> tuple[str, str] | None:
    """Read `if ... then this member is required`: the member's full name, and why, in words."""
    if not isinstance(entry, dict) or entry.keys() != {"if", "then"}:
        return None
    path, node = "", entry["then"]
    while isinstance(node, dict):
        if node.keys() == {"properties"} and len(node["properties"]) == 1:
            ((name, node),) = node["properties"].items()
            path += f"{name}."
            if isinstance(node, dict) and node.keys() == {"items"}:
                path, node = f"{path[:-1]}[].", node["items"]
            continue
        if node.keys() - {"x-teststrip-because"} == {"required"} and len(node["required"]) == 1:
            because = node.get("x-teststrip-because", f"if {_short(entry['if'])}")
            return f"{path}{node['required'][0]}", because.replace("because ", "when ", 1)
        break
    return None


def _told(keyword: str, rule: Any) -> str:
    words = next((rule[word] for word in _SAID if isinstance(rule, dict) and word in rule), None)
    return str(words) if words else f"`{keyword}`: {_short(rule)}"


def _short(value: Any) -> str:
    text = json.dumps(_unworded(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _unworded(value: Any) -> Any:
    """Return a schema without the words for messages."""
    if isinstance(value, list):
        return [_unworded(item) for item in value]
    if isinstance(value, dict):
        return {name: _unworded(inner) for name, inner in value.items() if str(name) not in _SAID}
    return value
