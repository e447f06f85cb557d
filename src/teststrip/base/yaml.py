"""YAML text to plain values with the place of each: the core schema of YAML 1.2, and nothing that surprises.

PyYAML's own loaders speak YAML 1.1, in which `NO` is false, `12:30:45` a number, `010` eight, `1e-3` text, and a
key written twice silently wins. So only its parser is used (events with marks), and values are made here: by the
core schema of YAML 1.2.2, chapter 10.3; tags that would build objects are refused, keys may stand once, and
aliases may not multiply a small file into a large document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml
from yaml import events

from teststrip.base.json import Json, Scalar
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml_words import begins_wrongly, explain

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_VALUES: Final = 500_000
MAX_CHARACTERS: Final = 4 * MAX_BYTES  # of all texts, those that aliases repeat counted each time

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBERS: Final[tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...]] = (
    (re.compile(r"[-+]?[0-9]+\Z"), int),
    (re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"), float),
)
_BEGIN_NUMBERS: Final = frozenset("+-.0123456789")
_NOT_FINITE: Final = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
_TAG: Final = "tag:yaml.org,2002:"
_MERGE: Final = (
    "merge keys (<<) are not of YAML 1.2; an alias stands for a whole value, `extends` for a whole recipe"
)

_Event: TypeAlias = events.Event
_Node: TypeAlias = "_ScalarNode | _SequenceNode | _MappingNode"


@dataclass(frozen=True, slots=True)
class Marks:
    """Where every value of a document stands: `values` by path, and `keys` for the names of members.

    `texts` has every number as it was written, because a label prints `4.0` as `4.0`.
    """

    file: str
    values: Mapping[Path, Where]
    keys: Mapping[Path, Where]
    texts: Mapping[Path, str]

    def value(self, path: Path) -> Where:
        """Return the place of a value, or of its nearest parent that is written down."""
        return _nearest(self.values, path, self.file)

    def key(self, path: Path) -> Where:
        """Return the place of a member's name, or of the value when it has none."""
        return self.keys.get(path) or self.value(path)


def _nearest(places: Mapping[Path, Where], path: Path, file: str) -> Where:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, Where(file, 1, 1))


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document as plain values (mappings, lists, scalars) and the marks of each."""

    value: Json
    marks: Marks


def parse_yaml(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    """Read one YAML document.

    Returns the document, None when the text is no YAML at all, and every problem met; with problems, the
    document holds what could be understood. `file` is only the name that places carry.
    """
    reader = _Reader(file)
    if len(text) > MAX_BYTES:
        return None, [Problem(Where(file, 1, 1), "", f"the file is larger than {MAX_BYTES // 2**20} MiB")]
    try:
        root = reader.document(iter(yaml.parse(text, Loader=_Loader)))
        builder = _Builder(file, reader.problems)
        value = builder.value(root, (), 0)
    except yaml.MarkedYAMLError as error:
        said, (line, column) = explain(error, text)
        return None, [*reader.problems, Problem(Where(file, line, column), "", f"this is not YAML: {said}")]
    except yaml.reader.ReaderError as error:
        where = _position(text, file, error.position)
        return None, [Problem(where, "", "this character is not allowed in YAML; write it as an escape in quotes")]
    except _StopError as stop:
        return None, [*reader.problems, stop.problem]
    return Document(value, Marks(file, builder.values, builder.keys, builder.texts)), reader.problems


class _StopError(Exception):
    """Reading on makes no sense."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


@dataclass(slots=True)
class _ScalarNode:
    where: Where
    text: str
    plain: bool
    tag: str | None


@dataclass(slots=True)
class _SequenceNode:
    where: Where
    items: list[_Node] = field(default_factory=list)


@dataclass(slots=True)
class _MappingNode:
    where: Where
    members: list[tuple[_Node, _Node]] = field(default_factory=list)


class _Reader:
    """Events to nodes. Aliases stay shared nodes here, so a small file stays small."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, _Node] = {}

    def document(self, stream: Iterator[_Event]) -> _Node:
        root: _Node | None = None
        documents = 0
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    raise _StopError(
                        Problem(self._where(event), "", "a second document starts here; one is allowed")
                    )
                root = self._node(next(stream), stream, 0)
        if root is None:
            raise _StopError(Problem(Where(self.file, 1, 1), "", "the file is empty"))
        return root

    def _node(self, event: _Event, stream: Iterator[_Event], depth: int) -> _Node:
        where = self._where(event)
        if depth > MAX_DEPTH:
            raise _StopError(Problem(where, "", f"values are nested deeper than {MAX_DEPTH} levels"))
        if isinstance(event, events.AliasEvent):
            node = self.anchors.get(str(event.anchor))
            if node is None:
                said = f"there is no anchor &{event.anchor} before this alias; {begins_wrongly('*')}"
                raise _StopError(Problem(where, "", said))
            return node
        if isinstance(event, events.ScalarEvent):
            scalar = _ScalarNode(where, event.value, event.implicit[0], event.tag)
            self._anchor(event, scalar)
            return scalar
        if isinstance(event, events.SequenceStartEvent):
            self._refuse_tag(event, where, "seq")
            return self._items(event, stream, depth)
        self._refuse_tag(event, where, "map")
        return self._members(event, stream, depth)

    def _items(self, event: events.CollectionStartEvent, stream: Iterator[_Event], depth: int) -> _SequenceNode:
        node = _SequenceNode(self._where(event))
        for inner in stream:
            if isinstance(inner, events.SequenceEndEvent):
                break
            node.items.append(self._node(inner, stream, depth + 1))
        self._anchor(event, node)
        return node

    def _members(self, event: _Event, stream: Iterator[_Event], depth: int) -> _MappingNode:
        node = _MappingNode(self._where(event))
        for inner in stream:
            if isinstance(inner, events.MappingEndEvent):
                break
            key = self._node(inner, stream, depth + 1)
            node.members.append((key, self._node(next(stream), stream, depth + 1)))
        self._anchor(event, node)
        return node

    def _anchor(self, event: _Event, node: _Node) -> None:
        # An anchor is known only after its node is whole: an alias inside itself would be a cycle.
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = node

    def _refuse_tag(self, event: _Event, where: Where, usual: str) -> None:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _TAG + usual):
            self.problems.append(Problem(where, "", _no_tag(str(tag))))

    def _where(self, event: _Event) -> Where:
        mark = event.start_mark
        return Where(self.file, mark.line + 1, mark.column + 1) if mark else Where(self.file, 1, 1)


class _Builder:
    """Nodes to values; every value that an alias repeats counts again."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.values: dict[Path, Where] = {}
        self.keys: dict[Path, Where] = {}
        self.texts: dict[Path, str] = {}
        self.characters = 0

    def value(self, node: _Node, path: Path, depth: int) -> Json:
        if len(self.values) >= MAX_VALUES or depth > MAX_DEPTH:
            raise _StopError(Problem(node.where, dotted(path), "aliases make this document far too large"))
        self.values[path] = node.where
        if isinstance(node, _ScalarNode):
            self.characters += len(node.text)
            if self.characters > MAX_CHARACTERS:
                raise _StopError(Problem(node.where, dotted(path), "aliases make this document far too large"))
            return self._scalar(node, path)
        if isinstance(node, _SequenceNode):
            return [self.value(item, (*path, index), depth + 1) for index, item in enumerate(node.items)]
        return self._mapping(node, path, depth)

    def _mapping(self, node: _MappingNode, path: Path, depth: int) -> Mapping[str, Json]:
        mapping: dict[str, Json] = {}
        for key, member in node.members:
            if not isinstance(key, _ScalarNode):
                self.problems.append(Problem(key.where, dotted(path), "a name must be plain text"))
                continue
            inner = (*path, key.text)
            if key.text == "<<" and key.plain:
                self.problems.append(Problem(key.where, dotted(path), _MERGE))
                continue
            if key.text in mapping:
                first = self.keys[inner]
                said = f"{_short(key.text)} is given twice; the first is on line {first.line}"
                self.problems.append(Problem(key.where, dotted(inner), said))
                continue
            self.keys[inner] = key.where
            mapping[key.text] = self.value(member, inner, depth + 1)
        return mapping

    def _scalar(self, node: _ScalarNode, path: Path) -> Scalar:
        if node.tag not in (None, "!", _TAG + "str"):
            self.problems.append(Problem(node.where, dotted(path), _no_tag(str(node.tag))))
            return node.text
        if not node.plain or node.tag is not None:
            return node.text
        if _NOT_FINITE.match(node.text):
            said = f"{node.text} is not a number that JSON can carry; put it in quotes if text is meant"
            self.problems.append(Problem(node.where, dotted(path), said))
            return node.text
        value = core_scalar(node.text)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.texts[path] = node.text
            if abs(value) > 2**53:
                said = f"{_short(node.text)} is too large a number; put it in quotes if text is meant"
                self.problems.append(Problem(node.where, dotted(path), said))
                return node.text
        return value


def core_scalar(text: str) -> Scalar:
    """Resolve a plain scalar by the core schema of YAML 1.2.2 (10.3.2); the infinities are left as text."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in _BEGIN_NUMBERS:  # most texts
        return text
    if len(text) > 40:  # longer digits are no number anyone means, and int() would take quadratic time
        return text
    return next((convert(text) for pattern, convert in _NUMBERS if pattern.match(text)), text)


def _no_tag(tag: str) -> str:
    said = f"tags such as {_short(tag)} are not allowed here"
    return said if tag.startswith(_TAG) else f"{said}; {begins_wrongly('!')}"


def _position(text: str, file: str, index: int) -> Where:
    before = text[:index]
    line = before.count("\n") + 1
    return Where(file, line, index - (before.rfind("\n") + 1) + 1)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
