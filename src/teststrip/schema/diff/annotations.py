"""What schemas say beside what a value may be: defaults, labels, when a parameter counts, and mere words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.schema.diff.changes import Change, listed, shown
from teststrip.schema.diff.limits import same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# As `schema.hover.markdown` writes them; labels stood there alone before they had a keyword.
_LABEL: Final = re.compile(r"^- `(.+?)`(?:: (.*))?$", re.MULTILINE)
_COUNTS: Final = re.compile(r"^Counts when (.+)\.$", re.MULTILINE)
_DRAWN: Final = "Default: drawn anew for each picture."
_MESSAGE: Final = "patternErrorMessage"


def annotation_changes(old: Mapping[str, Any], new: Mapping[str, Any], model: str, path: str) -> Iterator[Change]:
    """Yield what differs in the words about one value; those about a whole request are made up, and let be."""
    if not path:
        return
    yield from _default(old, new, model, path)
    yield from _counts(old, new, model, path)
    before, after = old.get("description", ""), new.get("description", "")
    if before != after:
        yield Change(model, path, "description", "words", "is described in other words", None, None, before, after)
    for keyword, what in (
        ("title", "another title"),
        ("examples", "other examples"),
        ("$comment", "another comment"),
    ):
        if not same(old.get(keyword, ABSENT), new.get(keyword, ABSENT)):
            yield Change(model, path, keyword.strip("$"), "words", f"has {what}")
    if bool(old.get("deprecated")) != bool(new.get("deprecated")):
        said = "is said to be deprecated now" if new.get("deprecated") else "is no longer said to be deprecated"
        yield Change(model, path, "deprecated", "words", said)
    messages = [node.get(_MESSAGE) for node in (old, new)]
    # The message of a size is made from its bounds, which are told already.
    if messages[0] != messages[1] and not any("x-teststrip-size" in node for node in (old, new)):
        yield Change(model, path, "message", "words", "has other words for what is wrong")


def label_changes(old: Mapping[str, Any], new: Mapping[str, Any], model: str, path: str) -> Iterator[Change]:
    """Yield what differs in the labels and the order of listed values; of a union, those of one of its ways."""
    yield from _labels(old, new, model, path)
    values = [node.get("enum", []) for node in (old, new)]
    if values[0] != values[1] and sorted(map(json.dumps, values[0])) == sorted(map(json.dumps, values[1])):
        yield Change(model, path, "order", "words", f"lists its values in another order: {listed(values[1])}")


def _default(old: Mapping[str, Any], new: Mapping[str, Any], model: str, path: str) -> Iterator[Change]:
    before, after = _default_of(old), _default_of(new)
    if before == after and same(old.get("default", ABSENT), new.get("default", ABSENT)):
        return
    said = f"the default is {after} now; it was {before}"
    if before == "none":
        said = f"the default is {after} now; there was none"
    elif after == "none":
        said = f"has no default any more; it was {before}"
    values: tuple[Json | Absent, ...] = (old.get("default", ABSENT), new.get("default", ABSENT))
    yield Change(model, path, "default", "changes", said, None, None, *values)


def _default_of(node: Mapping[str, Any]) -> str:
    if _DRAWN in node.get("markdownDescription", ""):
        return "drawn anew for each picture"
    value: Json | Absent = node.get("default", ABSENT)
    return "none" if isinstance(value, Absent) else json.dumps(value) if value == "none" else shown(value)


def _labels(old: Mapping[str, Any], new: Mapping[str, Any], model: str, path: str) -> Iterator[Change]:
    before, after = _labels_of(old), _labels_of(new)
    for value, label in before.items():
        if value in after and after[value] != label:
            now = f'means "{after[value]}" now' if after[value] else "has no label now"
            was = f'it was "{label}"' if label else "it had no label"
            yield Change(model, path, "label", "changes", f"{value} {now}; {was}", None, None, label, after[value])


def _labels_of(node: Mapping[str, Any]) -> dict[str, str]:
    if "enum" not in node:
        return {}
    labels = {_code(value): "" for value in node["enum"]}
    labels |= {
        value: label for value, label in _LABEL.findall(node.get("markdownDescription", "")) if value in labels
    }
    for keyword in ("enumDescriptions", "markdownEnumDescriptions"):
        labels |= zip(map(_code, node["enum"]), node.get(keyword, ()), strict=False)  # null has none
    return {value: re.sub(r"\\(.)", r"\1", label) for value, label in labels.items()}


def _code(value: Json) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _counts(old: Mapping[str, Any], new: Mapping[str, Any], model: str, path: str) -> Iterator[Change]:
    before, after = (_COUNTS.search(node.get("markdownDescription", "")) for node in (old, new))
    was, now = (found[1].replace("`", "") if found else None for found in (before, after))
    if was == now:
        return
    said = f"counts only when {now} now" if now else "counts always now"
    yield Change(model, path, "counts", "changes", f"{said}; it was {f'when {was}' if was else 'always'}")
