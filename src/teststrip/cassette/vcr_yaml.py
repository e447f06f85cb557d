"""The events of a YAML file as values with their places, one at a time: no objects, and no more than is there.

PyYAML's loaders make a whole document at once, what aliases multiply included, and keep no places. Only its parser
is used here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

from yaml import events

from teststrip.base.where import Problem, Where

MOST_BYTES: Final = 256 * 2**20  # of a file, of a blob, and of all that a file makes more of than it holds
_MOST_DEPTH: Final = 32
_MOST_TOLD: Final = 100
_TAG: Final = "tag:yaml.org,2002:"
_BINARY: Final = f"{_TAG}binary"
_TAGS: Final = frozenset(
    {None, "!", *(_TAG + name for name in ("str", "int", "float", "bool", "null", "map", "seq"))}
)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})

Events = Iterator[events.Event]


class StopReading(Exception):  # noqa: N818  no error of its own: why is told
    """Reading on makes no sense."""


@dataclass(slots=True)
class Node:
    """A value and its place: text, bytes, nodes in a list or by name, or None for null; `size` in characters."""

    line: int
    column: int
    value: str | bytes | list[Node] | dict[str, Node] | None = None
    size: int = 1


@dataclass
class Reader:
    """Reads one file. `at` is the path of what is being read; `problems` are those met so far, at most 100.

    `grown` counts what the file makes more of than it holds: characters that aliases repeat, and packed bodies.
    """

    file: str
    at: str = ""
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    grown: int = 0

    def tell(self, place: tuple[int, int], path: str, words: str) -> None:
        """Note what is wrong at a line and column. Raises StopReading where that is enough."""
        self.problems.append(Problem(Where(self.file, *place), path, words))
        if len(self.problems) >= _MOST_TOLD:
            raise StopReading

    def stop(self, event: events.Event, path: str, words: str) -> NoReturn:
        """Note what is wrong, and raise StopReading."""
        self.tell(place_of(event), path, words)
        raise StopReading

    def grow(self, event: events.Event, size: int) -> None:
        """Count what the file makes more of than it holds. Raises StopReading where that is too much."""
        self.grown += size
        if self.grown > MOST_BYTES:
            words = f"from here on aliases and packed bodies come to more than {MOST_BYTES // 2**20} MiB"
            self.stop(event, self.at, words)

    def node(self, event: events.Event, stream: Events, depth: int = 0) -> Node:
        """Make a value of an event and those that follow; what is wrong in it is told, and read over."""
        node = Node(*place_of(event))
        if depth > _MOST_DEPTH:
            self.stop(event, self.at, f"this is more than {_MOST_DEPTH} levels deep")
        if isinstance(event, events.AliasEvent):
            self._alias(event, node)
            return node
        if isinstance(event, events.ScalarEvent):
            self._scalar(event, node)
        elif isinstance(event, events.SequenceStartEvent):
            self._tagged(event.tag, node)
            items = []
            while not isinstance(inner := next(stream), events.SequenceEndEvent):
                items.append(self.node(inner, stream, depth + 1))
            node.value, node.size = items, 1 + sum(item.size for item in items)
        elif isinstance(event, events.MappingStartEvent):
            self._tagged(event.tag, node)
            node.value, node.size = self._members(stream, depth)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def _members(self, stream: Events, depth: int) -> tuple[dict[str, Node], int]:
        members: dict[str, Node] = {}
        size = 1
        while not isinstance(inner := next(stream), events.MappingEndEvent):
            name = self.node(inner, stream, depth + 1)
            member = self.node(next(stream), stream, depth + 1)
            size += name.size + member.size
            if not isinstance(name.value, str):
                self.tell((name.line, name.column), self.at, "a name is text")
            elif name.value in members:
                self.tell((name.line, name.column), self.at, f"{name.value[:80]!r} stands here twice")
            else:
                members[name.value] = member
        return members, size

    def _alias(self, event: events.AliasEvent, node: Node) -> None:
        known = self.anchors.get(str(event.anchor))
        if known is None:
            self.tell((node.line, node.column), self.at, "this alias is of nothing before it")
            return
        self.grow(event, known.size)
        node.value, node.size = known.value, known.size

    def _scalar(self, event: events.ScalarEvent, node: Node) -> None:
        text = str(event.value)
        node.value, node.size = text, 1 + len(text)
        if event.tag == _BINARY:
            try:
                node.value = base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError):
                self.tell((node.line, node.column), self.at, "this is no base64")
            return
        self._tagged(event.tag, node)
        if event.implicit[0] and text in _NULLS:
            node.value = None

    def _tagged(self, tag: str | None, node: Node) -> None:
        if tag not in _TAGS:
            said = str(tag).replace(_TAG, "!!")[:80]
            self.tell((node.line, node.column), self.at, f"the tag {said} would make an object, and is not read")


def place_of(event: events.Event) -> tuple[int, int]:
    """Return the line and column at which an event begins, counted from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
