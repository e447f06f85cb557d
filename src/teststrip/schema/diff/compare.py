"""Hold two request schemas against each other, parameter by parameter, keyword by keyword.

A schema is the sum of its keywords: what is good under OLD is good under NEW if every keyword of NEW follows from
OLD. So each keyword is compared by itself, and one that is not understood counts as a break when it differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.schema.check import find_faults
from teststrip.schema.diff.annotations import annotation_changes, label_changes
from teststrip.schema.diff.changes import Change, Severity, described, kinds_in_words, listed
from teststrip.schema.diff.limits import kinds_of, same, steps_between
from teststrip.schema.diff.meaning import WORDS, rules
from teststrip.schema.diff.references import inlined
from teststrip.schema.diff.renames import pair_renamed
from teststrip.schema.diff.rules import rule_changes
from teststrip.schema.diff.unions import paired

Node = Mapping[str, Any]

_MANY: Final = 1000
_COMPARED: Final = WORDS | {
    *("type", "enum", "const", "pattern", "x-teststrip-size", "multipleOf", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
    *("items", "properties", "required", "additionalProperties"),
}


def compare(old: Node, new: Node, model: str) -> list[Change]:
    """Return every change between two request schemas, in the order of their parameters; [] when there is none."""
    return list(_nodes(inlined(old), inlined(new), model, ""))


def _nodes(old: Node, new: Node, model: str, path: str) -> Iterator[Change]:
    """Compare the schemas of one value."""
    if same(dict(old), dict(new)):
        return
    yield from annotation_changes(old, new, model, path)
    pairs = paired(old, new)
    if pairs is None:
        yield from _shapes(old, new, model, path)
        return
    for before, after in pairs:
        if before is not None and after is not None:
            yield from _shapes(before, after, model, path)
        elif before is not None:
            yield Change(model, path, "kind-lost", "breaks", f"may not be {described(before)} any more")
        elif after is not None:
            yield Change(model, path, "kind-gained", "widens", f"may also be {described(after)} now")


def _shapes(old: Node, new: Node, model: str, path: str) -> Iterator[Change]:
    """Compare what two schemas ask of one value."""
    yield from _values(old, new, model, path)
    yield from label_changes(old, new, model, path)
    others = sorted((old.keys() | new.keys()) - _COMPARED)
    for keyword in others:
        yield from rule_changes(keyword, old.get(keyword, ABSENT), new.get(keyword, ABSENT), model, path)
    shared = kinds_of(old) & kinds_of(new)
    if "array" in shared:
        inner = f"{path}[]"
        yield from _inner(_schema(old.get("items")), _schema(new.get("items")), model, inner)
    if "object" in shared:
        yield from _members(old, new, model, path)


def _values(old: Node, new: Node, model: str, path: str) -> Iterator[Change]:
    """Compare which values are taken: lists of values as lists, everything else by its limits."""
    before, after = _enumerated(old, new), _enumerated(new, old)
    if before is None and after is None:
        yield from _limits(old, new, model, path)
        return
    bare = [rules(old), rules(new)]
    if before is not None:
        lost = [value for value in before if find_faults(value, bare[1])]
        if lost:
            left = f"it must be {described(new)}" if after is None else f"{len(after)} values are left"
            said = f"no longer takes {listed(lost)}; {'one value is left' if after and len(after) == 1 else left}"
            yield Change(model, path, "values-lost", "breaks", said, None, None, lost)
    else:
        said = f"must be {described(new)} now; it was {described(old)}"
        yield Change(model, path, "listed", "breaks", said)
    if after is not None:
        gained = [value for value in after if find_faults(value, bare[0])]
        if gained:
            said = f"also takes {listed(gained)}"
            yield Change(model, path, "values-gained", "widens", said, None, None, ABSENT, gained)
    else:
        said = f"may be {described(new)} now; it was {described(old)}"
        yield Change(model, path, "unlisted", "widens", said)


def _limits(old: Node, new: Node, model: str, path: str) -> Iterator[Change]:
    before, after = kinds_of(old), kinds_of(new)
    types: tuple[Json | Absent, ...] = (old.get("type", ABSENT), new.get("type", ABSENT))
    if before != after:
        was, now = (
            described(node) if "anyOf" in node else kinds_in_words(kind)
            for node, kind in zip((old, new), types, strict=True)
        )
        kind = "type-narrowed" if after < before else "type-widened" if before < after else "retyped"
        widens = kind == "type-widened"
        said = f"{'may' if widens else 'must'} be {now} now; it was {was}"
        yield Change(model, path, kind, "widens" if widens else "breaks", said, None, None, *types)
    for step in steps_between(old, new):
        kind = f"{step.limit}-{'narrower' if step.narrower else 'wider' if step.wider else 'changed'}"
        severity: Severity = "widens" if step.wider else "breaks"
        if not (step.kinds & before and step.kinds & after):
            severity = "words"  # a limit of what cannot stand there
        yield Change(model, path, kind, severity, step.sentence, None, None, step.old, step.new)


def _inner(old: Node | None, new: Node | None, model: str, path: str) -> Iterator[Change]:
    """Compare schemas inside a value; None takes nothing. One that was or is free of rules is told as a whole."""
    if old is None and new is None:
        return
    if old is None or new is None:
        kind, severity = _pick(new is None, ("closed", "breaks"), ("opened", "widens"))
        yield Change(model, path, kind, severity, f"may {'not ' if new is None else ''}be there now")
        return
    free = [not rules(node) for node in (old, new)]
    if free[0] != free[1]:
        kind, severity = _pick(free[0], ("bound", "breaks"), ("freed", "widens"))
        must = "must" if free[0] else "may"
        said = f"{must} be {described(new)} now; it was {described(old)}"
        yield Change(model, path, kind, severity, said)
    else:
        yield from _nodes(old, new, model, path)


def _members(old: Node, new: Node, model: str, path: str) -> Iterator[Change]:
    before, after = (node.get("properties", {}) for node in (old, new))
    rest = [_schema(node.get("additionalProperties")) for node in (old, new)]
    renamed = pair_renamed(before, after) if rest == [None, None] else {}
    needs = [set(node.get("required", ())) for node in (old, new)]
    heirs = set(renamed.values())
    if _unlisted(before, rest[0]) != _unlisted(after, rest[1]):
        bound = _unlisted(before, rest[0])
        kind, severity = _pick(bound, ("members-bound", "breaks"), ("members-freed", "widens"))
        names = listed(list(after if bound else before))
        said = f"{'must' if bound else 'need not'} have the members that are listed now: {names}"
        yield Change(model, path, kind, severity, said if not bound else f"has its members laid down now: {names}")
        return
    for name in dict.fromkeys([*before, *after, *sorted(needs[0] | needs[1])]):
        inner = f"{path}.{name}" if path else name
        if name in heirs:
            continue
        if name in renamed:
            heir = f"{path}.{renamed[name]}" if path else renamed[name]
            said = f"is gone; it seems to have become {renamed[name]}"
            yield Change(model, inner, "renamed", "breaks", said, None, None, inner, heir)
            yield from _nodes(before[name], after[renamed[name]], model, heir)
            continue
        nodes = [_schema(holder.get(name), others) for holder, others in ((before, rest[0]), (after, rest[1]))]
        yield from _member(nodes, (name in needs[0], name in needs[1]), new, model, inner)
    if rest != [None, None]:
        yield from _inner(rest[0], rest[1], model, f"{path}.*" if path else "*")


def _member(
    nodes: list[Node | None], needed: tuple[bool, bool], holder: Node, model: str, path: str
) -> Iterator[Change]:
    """Compare one member, with whether it has to be given; its name says which model has it, when this has not."""
    old, new = nodes
    if old is None and new is None:
        return
    if old is None and new is not None:
        kind, severity = _pick(needed[1], ("added-required", "breaks"), ("added", "widens"))
        said = f"is new{', and must be given' if needed[1] else ''}: {described(new)}"
        yield Change(model, path, kind, severity, said)
    elif new is None:
        elsewhere = holder.get("x-teststrip-elsewhere", {}).get(path.rpartition(".")[2])
        said = f"is no longer for this model; {elsewhere} take it" if elsewhere else "is gone"
        yield Change(
            model, path, "removed", "breaks", said.replace(" does take it", " takes it").replace(" do ", " ")
        )
    else:
        yield from _inner(old, new, model, path)
        if needed[0] != needed[1]:
            kind, severity = _pick(needed[1], ("required", "breaks"), ("optional", "widens"))
            said = (
                "must be given now; it could be left out" if needed[1] else "may be left out now; it was required"
            )
            yield Change(model, path, kind, severity, said)


def _pick(
    first: bool,  # noqa: FBT001  it chooses between two of a kind
    one: tuple[str, Severity],
    other: tuple[str, Severity],
) -> tuple[str, Severity]:
    return one if first else other


def _unlisted(properties: Node, rest: Node | None) -> bool:
    """Tell whether an object's members are not spoken of at all."""
    return not properties and rest == {}


def _schema(node: Any, absent: Node | None = {}) -> Node | None:  # noqa: B006  never written to
    """Return a subschema as a mapping: true is {}, false None; what is not there counts as `absent`."""
    if node is None:
        return absent
    return ({} if node else None) if isinstance(node, bool) else node


def _enumerated(node: Node, other: Node) -> list[Json] | None:
    """Return every value that a schema takes, if it lists them, or if the other does and they can be counted."""
    values: list[Json]
    if "enum" in node or "const" in node:
        values = list(node["enum"]) if "enum" in node else [node["const"]]
    elif not {"enum", "const"} & other.keys():
        return None
    elif kinds_of(node) <= {"boolean", "null"}:
        values = [False, True, None]
    elif kinds_of(node) == {"integer"} and 0 <= _span(node) <= _MANY:
        values = list(range(int(node["minimum"]), int(node["maximum"]) + 1))
    else:
        return None
    asked = rules(node)
    return [value for value in values if not find_faults(value, asked)]


def _span(node: Node) -> float:
    return node["maximum"] - node["minimum"] if {"minimum", "maximum"} <= node.keys() else -1
