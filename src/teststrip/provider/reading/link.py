"""Drafts to the tree of entries: members under their parents, conditions that speak of parameters that there are."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.provider.reading.cells.names import NameReading
from teststrip.provider.reading.cells.required import RequiredReading
from teststrip.provider.reading.entries import Entry
from teststrip.provider.reading.facts import Facts
from teststrip.provider.reading.kind_reading import KindReading
from teststrip.provider.reading.nodes import Node, condition_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.provider.model import Kind
    from teststrip.provider.reading.conditions import RawCondition
    from teststrip.provider.reading.flags import Flags
    from teststrip.provider.reading.rows import Parsed

_HOLDERS: Final = frozenset({"array", "object"})
_MOST_DEEP: Final = 16
_MANY: Final = Pattern(r"\b(?:an? )?(?:array|list) of\b|对象数组|配列", re.IGNORECASE)


class Linker:
    """Builds the tree. Rows come in page order; each goes below the parent that its name, signs or heading say."""

    def __init__(self, flags: Flags, *, lenient: bool) -> None:
        self._flags = flags
        self._lenient = lenient
        self._roots: list[Node] = []
        self._known: dict[tuple[str, str], Node] = {}  # (endpoint, path)
        self._open: dict[str, list[tuple[int, Node]]] = {}  # of the group, in each request that has it
        self._endpoints: dict[str, None] = {}
        self._group = -1

    def add(self, row: Parsed, facts: Facts, endpoint: str, below: str = "") -> None:
        """Add a row; `endpoint` sets apart rows of different requests, `below` is the parent its heading names."""
        if row.group != self._group:
            self._group, self._open = row.group, {}
        if endpoint not in self._open:
            self._endpoints[endpoint] = None
        depth = min(row.depth, _MOST_DEEP)
        above = self._open[endpoint] = [pair for pair in self._open.get(endpoint, ()) if pair[0] < depth]
        parent = above[-1][1] if above and depth else self._parent(row, endpoint, below) if below else None
        if depth and not above and not below:
            self._flags.add(
                row.where, row.path, row.cell("name").text, "this is nested, and nothing above can hold it"
            )
        node = self._place(row, facts, endpoint, parent)
        if node is not None:
            above.append((depth, node))

    def _parent(self, row: Parsed, endpoint: str, below: str) -> Node | None:
        """Return the parent that a heading names; one that no row describes is implied, and flagged."""
        path = below.removesuffix("[]")
        known = self._known.get((endpoint, path)) or self._known.get(("", path)) or self._near(endpoint, path)
        if known is not None or not self._lenient:
            return known
        head = path.rpartition(".")[0]
        if head:
            holder = self._parent(row, endpoint, head)
            last = path.rpartition(".")[2]
            full = _joined(holder.path, last, holder) if holder is not None else last
            found = self._known.get((endpoint, full)) or self._known.get(("", full)) or self._near(endpoint, full)
            return found or self._imply(full, row, endpoint, holder, many=below.endswith("[]"))
        problem = f'no row describes "{path}", only a heading does'
        self._flags.add(row.where, path, path, problem, ("required", "optional"))
        return self._imply(path, row, endpoint, None, many=below.endswith("[]"))

    def _near(self, endpoint: str, path: str) -> Node | None:
        """Return what has a path under a heading further in or out: `Attributes` and `Attributes > Required`."""
        near = [
            one
            for one in self._endpoints
            if not endpoint or f"{one} > ".startswith(f"{endpoint} > ") or f"{endpoint} > ".startswith(f"{one} > ")
        ]
        found = (self._known.get((one, path)) for one in reversed(near))
        return next((node for node in found if node is not None and not node.implied), None)

    def _place(self, row: Parsed, facts: Facts, endpoint: str, parent: Node | None) -> Node | None:
        parts = row.path.split(".")
        holder = parent
        prefix = parent.path if parent is not None else ""
        if parent is not None and row.path.startswith((f"{parent.path}.", f"{parent.path}[].")):
            parts = row.path.removeprefix(parent.path).lstrip("[].").split(".")
        for part in parts[:-1]:
            many = part.endswith("[]")
            path = _joined(prefix, part.removesuffix("[]"), holder)
            node = self._known.get((endpoint, path))
            if node is None:
                node = self._imply(path, row, endpoint, holder, many=many)
                if node is None:
                    return None
            elif many and node.kind.kind != "array":
                node = self._wrong_holder(node, row, "array")
                if node is None:
                    return None
            holder, prefix = node, path
        if holder is not None and not self._may_hold(holder, row):
            return None
        last = parts[-1]
        kind = row.kind
        if last.endswith("[]"):
            if not self._lenient:
                self._flags.add(
                    row.where, row.path, row.cell("name").text, f'"{row.path}" is not the name of a parameter'
                )
                return None
            last = last.removesuffix("[]")
            kind = kind if kind.kind == "array" else KindReading("array", item=kind.kind)
        path = _joined(prefix, last, holder)
        return self._new(Node(path, row, facts, kind, []), endpoint, holder)

    def _new(self, node: Node, endpoint: str, holder: Node | None) -> Node | None:
        first = self._known.get((endpoint, node.path))
        if first is not None:
            if first.implied:
                first.row, first.facts, first.kind, first.implied = node.row, node.facts, node.kind, False
                return first
            if not self._set_apart(first, node, endpoint):
                said = f"this parameter has a row already, on line {first.row.where.line}"
                self._flags.add(node.row.where, node.path, node.row.cell("name").text, said)
                return None
        self._known[endpoint, node.path] = node
        (holder.children if holder is not None else self._roots).append(node)
        return node

    def _set_apart(self, first: Node, node: Node, endpoint: str) -> bool:
        """Let `image[]` keep its brackets beside `image`: in a form these are two fields."""
        many = node if node.row.path.endswith("[]") else first
        plain = first if many is node else node
        path = f"{node.path}[]"
        if not many.row.path.endswith("[]") or plain.row.path.endswith("[]") or first.children:
            return False
        if (endpoint, path) in self._known:
            return False
        said = f'this is a field of its own in a form, beside "{node.path}", and no page can say that'
        many.path = path
        self._known[endpoint, path] = many
        self._flags.add(many.row.where, path, many.row.cell("name").text, said, ("left out", "one field for both"))
        return True

    def _imply(self, path: str, row: Parsed, endpoint: str, holder: Node | None, *, many: bool) -> Node | None:
        """Make the parent that a dotted name implies; a page of ours has to describe it."""
        if not self._lenient:
            self._flags.add(
                row.where,
                row.path,
                row.cell("name").text,
                f'no row above describes "{path}", which this belongs to',
            )
            return None
        if holder is not None and not self._may_hold(holder, row):
            return None
        name = NameReading(path.rpartition(".")[2])
        empty = replace(
            row,
            name=name,
            cells={},
            kind=KindReading("array", item="object") if many else KindReading("object"),
            required=RequiredReading(required=False),
        )
        node = Node(path, empty, Facts(), empty.kind, [], implied=True)
        self._known[endpoint, path] = node
        (holder.children if holder is not None else self._roots).append(node)
        return node

    def _wrong_holder(self, node: Node, row: Parsed, wanted: Kind) -> Node | None:
        if self._lenient and (node.kind.kind in {None, "object"} or node.kind.guessed):
            node.kind = KindReading("array", item="object", nullable=node.kind.nullable)
            return node
        said = f'"{node.path}" has the type {node.kind.kind}, so nothing can stand below it in this form'
        self._flags.add(row.where, row.path, row.cell("name").text, said, (f"{node.path} is an {wanted}",))
        return None

    def _may_hold(self, holder: Node, row: Parsed) -> bool:
        kinds = {holder.kind.kind, *holder.kind.or_kinds}
        many = holder.kind.kind == "array"
        if many and holder.kind.item is None:
            holder.kind = replace(holder.kind, item="object")
        if kinds & _HOLDERS and (not many or holder.kind.item == "object" or self._lenient):
            plain = not self._lenient and many and f"{holder.path}[]." not in row.path
            if not plain:
                return True
        if self._lenient and (holder.kind.kind is None or holder.kind.guessed):
            many = _MANY.search(holder.row.cell("description").text) is not None
            holder.kind = KindReading("array", item="object") if many else KindReading("object")
            return True
        if self._lenient and holder.children:
            return True  # told of the first that stands below it
        said = f'"{holder.path}" has the type {holder.kind.kind}, so nothing can stand below it in this form'
        self._flags.add(
            row.where,
            row.path,
            row.cell("name").text,
            said,
            (f"{holder.path} is an object", f"{holder.path} is an array of objects"),
        )
        return self._lenient

    def tree(self) -> tuple[Entry, ...]:
        """Return the entries of all endpoints, in page order."""
        by_name = {node.path: node for node in self._known.values()}
        by_last: dict[str, Node] = {}
        for node in self._known.values():
            by_last.setdefault(node.path.rpartition(".")[2], node)
        return tuple(self._entry(node, by_name, by_last) for node in self._roots)

    def _entry(self, node: Node, by_name: Mapping[str, Node], by_last: Mapping[str, Node]) -> Entry:
        row, required = node.row, node.row.required
        when = condition_of(node, required.conditions, by_name, by_last)
        applies = condition_of(node, row.section.conditions, by_name, by_last)
        cell = row.cell("required") if row.cell("required").text else row.cell("description")
        if when is None and (required.unclear or (required.required is False and required.conditions)):
            words = required.unclear or cell.text
            self._unclear(node, words, required.conditions, by_name)
        if node.kind.named and not node.children:
            kind = row.cell("type")
            self._flags.add(
                kind.where,
                node.path,
                kind.text,
                f'the page does not describe what "{node.kind.named}" is',
                ("an object", "a text"),
            )
        return Entry(
            path=node.path,
            row=row,
            facts=_of_objects(node),
            kind=node.kind,
            required=bool(required.required) and when is None,
            required_when=when,
            applies_when=applies,
            untyped=node.kind.kind is None,
            implied=node.implied,
            children=tuple(self._entry(child, by_name, by_last) for child in node.children),
        )

    def _unclear(
        self, node: Node, words: str, conditions: Sequence[RawCondition], by_name: Mapping[str, Node]
    ) -> None:
        cell = node.row.cell("required")
        if not cell.text:
            cell = node.row.cell("description")
        if not self._lenient and conditions:
            raw = conditions[0]
            other = by_name.get(raw.parameter)
            if other is None:
                self._flags.add(
                    raw.where, node.path, cell.text, f'the condition speaks of "{raw.parameter}", which has no row'
                )
            else:
                self._flags.add(
                    raw.where,
                    node.path,
                    cell.text,
                    f'{raw.parameter} is never "{raw.values[0] if raw.values else ""}"',
                )
            return
        self._flags.add(
            cell.where,
            node.path,
            words,
            f'"{words}" has a condition that cannot be read; write yes (when NAME is VALUE)',
            ("required", "optional"),
        )


def _of_objects(node: Node) -> Facts:
    """Return what is told of a node; of one that is only objects, words that look like values are kinds of those."""
    kinds = {node.kind.kind, *node.kind.or_kinds}
    objects = kinds <= _HOLDERS and (node.kind.kind != "array" or node.kind.item == "object")
    return replace(node.facts, choices=()) if node.children and objects else node.facts


def _joined(prefix: str, name: str, holder: Node | None) -> str:
    if not prefix:
        return name
    many = holder is not None and holder.kind.kind == "array"
    return f"{prefix}[].{name}" if many else f"{prefix}.{name}"
