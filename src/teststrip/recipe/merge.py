"""Laying one document over another: mappings member by member, everything else whole.

Null is a value like any other and removes nothing. Every value keeps the place where it was written, so that a
mistake in a base is told in the base.
"""

from __future__ import annotations

from collections.abc import Mapping

from teststrip.base.json import Json
from teststrip.base.where import Path, Where
from teststrip.base.yaml import Document, Marks


def merge(base: Document, over: Document) -> Document:
    """Lay `over` on `base`; both stay as they are. The members of `base` come first, in their order."""
    laying = _Laying(base.marks, over.marks)
    value = laying.pick(base.value, over.value, ())
    return Document(value, Marks(over.marks.file, laying.values, laying.keys, laying.texts))


class _Laying:
    """The marks of a merged document in the making."""

    def __init__(self, base: Marks, over: Marks) -> None:
        self.base = base
        self.over = over
        self.values: dict[Path, Where] = {}
        self.keys: dict[Path, Where] = {}
        self.texts: dict[Path, str] = {}

    def pick(self, base: Json, over: Json, path: Path) -> Json:
        """Return the value at a path that both have."""
        if not isinstance(base, Mapping) or not isinstance(over, Mapping):
            return self._take(over, path, self.over)
        self._mark(path, self.over)
        merged: dict[str, Json] = {}
        for name, value in base.items():
            inner = (*path, name)
            if name in over:
                merged[name] = self.pick(value, over[name], inner)
            else:
                merged[name] = self._take(value, inner, self.base)
        for name, value in over.items():
            if name not in base:
                merged[name] = self._take(value, (*path, name), self.over)
        return merged

    def _take(self, value: Json, path: Path, marks: Marks) -> Json:
        """Take a value as it is, with the places of all that is in it."""
        self._mark(path, marks)
        if isinstance(value, Mapping):
            for name, member in value.items():
                self._take(member, (*path, name), marks)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._take(item, (*path, index), marks)
        return value

    def _mark(self, path: Path, marks: Marks) -> None:
        if path in marks.values:
            self.values[path] = marks.values[path]
        if path in marks.keys:
            self.keys[path] = marks.keys[path]
        if path in marks.texts:
            self.texts[path] = marks.texts[path]
