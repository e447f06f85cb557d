"""YAML front matter read with the place of every value, by the plain rules of YAML 1.2's core schema.

Smaller than a recipe's reader on purpose: front matter has no anchors, tags or several documents, and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from teststrip.base.where import Path, Where, dotted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json, Scalar
    from teststrip.provider.findings import Findings

# libyaml's loader where PyYAML was built with it: ten times as fast, the same nodes.
_LOADER: Final[type] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST: Final = 40
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: Final = (({"null", "Null", "NULL", "~", ""}, None), ({"true", "True"}, True), ({"false", "False"}, False))


@dataclass(frozen=True, slots=True)
class Marked:
    """A document and where its values, and the names of its members, stand."""

    value: Json
    values: Mapping[Path, Where]
    keys: Mapping[Path, Where]

    def place(self, path: Path, *, key: bool = False) -> Where:
        """Return the place of a value, or of its member name; of the nearest parent when it is absent."""
        if key and path in self.keys:
            return self.keys[path]
        while path not in self.values:
            path = path[:-1]
        return self.values[path]


class _Unreadable(Exception):  # noqa: N818  a signal inside this module, not an error that anyone meets
    def __init__(self, node: yaml.Node, path: Path, message: str) -> None:
        super().__init__(message)
        self.node = node
        self.path = path
        self.message = message


def read_marked(text: str, file: str, first_line: int, findings: Findings) -> Marked | None:
    """Read YAML that begins on `first_line` of `file`; None, with the problem noted, when that cannot be done."""
    reader = _Reader(file, first_line, findings)
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is None:
            findings.add(Where(file, first_line, 1), "", "the front matter is empty")
            return None
        value = reader.value(node, ())
    except _Unreadable as error:
        findings.add(reader.where(error.node.start_mark), dotted(error.path), error.message)
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        words = getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML"
        where = reader.where(mark) if mark is not None else Where(file, first_line, 1)
        findings.add(where, "", f"the front matter is not valid YAML: {words}")
        return None
    except RecursionError:
        findings.add(Where(file, first_line, 1), "", "the front matter is nested too deeply")
        return None
    return Marked(value, reader.values, reader.keys)


class _Reader:
    """Turns nodes into values, keeping places."""

    def __init__(self, file: str, first_line: int, findings: Findings) -> None:
        self._file = file
        self._first = first_line
        self._findings = findings
        self._seen: set[int] = set()
        self.values: dict[Path, Where] = {}
        self.keys: dict[Path, Where] = {}

    def where(self, mark: yaml.Mark) -> Where:
        return Where(self._file, mark.line + self._first, mark.column + 1)

    def value(self, node: yaml.Node, path: Path) -> Json:
        if id(node) in self._seen:
            raise _Unreadable(node, path, "anchors and aliases are not used in front matter; write the value out")
        if len(path) > _DEEPEST:
            raise _Unreadable(node, path, "the front matter is nested too deeply")
        self._seen.add(id(node))
        self.values[path] = self.where(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Json]:
        members: dict[str, Json] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Unreadable(key, path, "the name of a member must be a word")
            inner = (*path, key.value)
            if key.value in members:
                first = self.keys[inner].line
                self._findings.add(
                    self.where(key.start_mark), dotted(inner), f"given twice; first on line {first}"
                )
                continue
            self.keys[inner] = self.where(key.start_mark)
            members[key.value] = self.value(item, inner)
        return members


def _scalar(node: yaml.Node, path: Path) -> Scalar:
    text = str(node.value)
    if getattr(node, "style", None):
        return text
    if node.tag not in {
        f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")
    }:
        raise _Unreadable(node, path, f"the tag {node.tag} is not used in front matter")
    for words, value in _WORDS:
        if text in words:
            return value
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
