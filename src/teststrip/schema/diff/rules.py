"""Rules that a schema has beside its limits: conditions are read, all others only told apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.json import ABSENT, Absent, Json, digest
from teststrip.schema.diff.changes import Change, shown
from teststrip.schema.diff.limits import same
from teststrip.schema.diff.meaning import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LONGEST: Final = 70
_SAID: Final = ("x-teststrip-refuses", "x-teststrip-expects", "x-teststrip-because")


@dataclass(frozen=True, slots=True)
class _Condition:
    """`if ... then this member is required`: its full name, why, in words, and what is tested."""

    name: str
    because: str
    test: Mapping[str, Any]


def rule_changes(keyword: str, old: Json | Absent, new: Json | Absent, model: str, path: str) -> Iterator[Change]:
    """Yield what differs in a keyword that is compared as a whole, or, for allOf, entry by entry."""
    if keyword == "allOf":
        yield from _entries(_listed(old), _listed(new), model, path)
    elif isinstance(old, Absent):
        yield Change(model, path, "rule", "breaks", f"has a new rule, {_told(keyword, new)}", None, None, old, new)
    elif isinstance(new, Absent):
        said = f"has one rule fewer, it was {_told(keyword, old)}"
        yield Change(model, path, "rule-gone", "widens", said, None, None, old, new)
    elif not same(_plain(keyword, old), _plain(keyword, new)):
        said = f"has another rule, {_told(keyword, new)}; it was {_told(keyword, old)}"
        yield Change(model, path, "rule-changed", "breaks", said, None, None, old, new)


def _plain(keyword: str, rule: Json) -> Any:
    return meaning({keyword: rule})


def _listed(value: Json | Absent) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _entries(old: Sequence[Any], new: Sequence[Any], model: str, path: str) -> Iterator[Change]:
    """Compare the entries of allOf as a set."""
    before, after = ({digest(meaning(entry)): entry for entry in entries} for entries in (old, new))
    gone = [entry for key, entry in before.items() if key not in after]
    fresh = [entry for key, entry in after.items() if key not in before]
    for entry in list(gone):
        heir = next((one for one in fresh if _absence_decides(entry, one)), None)
        if heir is not None:
            gone.remove(entry)
            fresh.remove(heir)
            yield _defaulted(entry, heir, model, path)
    for entry in gone:
        yield _entry(entry, model, path, gone=True)
    for entry in fresh:
        yield _entry(entry, model, path, gone=False)


def _absence_decides(old: Any, new: Any) -> bool:
    """Tell whether two conditions differ only in whether they hold for a member that is left out."""
    before, after = _condition(old), _condition(new)
    if before is None or after is None or before.name != after.name:
        return False
    plain = [{word: value for word, value in one.test.items() if word != "required"} for one in (before, after)]
    needs = [one.test.get("required") for one in (before, after)]
    names = [list(test.get("properties", ())) for test in plain]
    return same(plain[0], plain[1]) and names[0] in needs and None in needs


def _defaulted(old: Any, new: Any, model: str, path: str) -> Change:
    """Tell of a condition that follows a default: the member's absence met it, or meets it now."""
    before, after = _condition(old), _condition(new)
    assert before is not None  # noqa: S101  as _absence_decides has found
    assert after is not None  # noqa: S101  as above
    inner = f"{path}.{after.name}" if path else after.name
    decider = next(iter(after.test["properties"]))
    if "required" in before.test:
        said = f"is needed now also when {decider} is left out, not only {before.because}"
        return Change(model, inner, "condition", "breaks", said)
    said = f"is no longer needed when {decider} is left out, only {after.because}"
    return Change(model, inner, "condition-gone", "widens", said)


def _entry(entry: Any, model: str, path: str, *, gone: bool) -> Change:
    condition = _condition(entry)
    if condition is None:
        told = _told("allOf", entry)
        if gone:
            said = f"has one rule fewer, it was {told}"
            return Change(model, path, "rule-gone", "widens", said, None, None, entry)
        return Change(model, path, "rule", "breaks", f"has a new rule, {told}", None, None, ABSENT, entry)
    inner = f"{path}.{condition.name}" if path else condition.name
    if gone:
        return Change(model, inner, "condition-gone", "widens", f"is no longer needed {condition.because}")
    return Change(model, inner, "condition", "breaks", f"is needed now {condition.because}")


def _condition(entry: Any) -> _Condition | None:
    """Read a condition in any of its forms; None for every other rule."""
    plain = meaning(entry)
    if not isinstance(plain, dict) or plain.keys() != {"if", "then"} or not isinstance(plain["if"], dict):
        return None
    path, node, worded = "", plain["then"], _worded_then(entry)
    while isinstance(node, dict) and node.keys() == {"properties"} and len(node["properties"]) == 1:
        ((name, node),) = node["properties"].items()
        worded = worded["properties"][name]
        path += f"{name}."
        if isinstance(node, dict) and node.keys() == {"items"}:
            path, node, worded = f"{path[:-1]}[].", node["items"], worded["items"]
    name = _needed(node)
    if name is None:
        return None
    because = worded.get("x-teststrip-because", f"when {_test_in_words(plain['if'])}")
    return _Condition(f"{path}{name}", because.replace("because ", "when ", 1), plain["if"])


def _worded_then(entry: Mapping[str, Any]) -> Any:
    return entry["then"] if "then" in entry else entry["else"]


def _needed(node: Any) -> str | None:
    """Return the one member that a schema requires, and, where it says so, not as null; None if it says more."""
    if not isinstance(node, dict) or len(node.get("required", ())) != 1:
        return None
    (name,) = node["required"]
    null = {"not": {"properties": {name: {"type": "null"}}, "required": [name]}}
    return str(name) if node in ({"required": [name]}, {"required": [name]} | null) else None


def _test_in_words(test: Mapping[str, Any]) -> str:
    """Say what an `if` tests, without its words: `action is img2img`; as JSON when it is of no known form."""
    if test.keys() == {"not"} and isinstance(test["not"], dict):
        said = _test_in_words(test["not"])
        return said.removesuffix("is given") + "is not given" if said.endswith(" is given") else _short(test)
    properties = test.get("properties")
    if test.keys() - {"required"} != {"properties"} or not isinstance(properties, dict) or len(properties) != 1:
        return _short(test)
    ((name, node),) = properties.items()
    if test.get("required", [name]) != [name]:
        return _short(test)
    if node == {"not": {"type": "null"}}:
        return f"{name} is given"
    if isinstance(node, dict) and node.keys() in ({"const"}, {"enum"}):
        values = node["enum"] if "enum" in node else [node["const"]]
        return f"{name} is {' or '.join(map(shown, values))}"
    return _short(test)


def _told(keyword: str, rule: Any) -> str:
    words = next((rule[word] for word in _SAID if isinstance(rule, dict) and word in rule), None)
    return str(words) if words else f"`{keyword}`: {_short(rule)}"


def _short(value: Any) -> str:
    text = json.dumps(meaning(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
