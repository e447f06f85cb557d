"""A schema of a tree, with what it refers to: `$ref` within the document, `allOf`, and the variants of `oneOf` and `anyOf`.

References are followed as long as they do not come back to themselves; one that leads out of the document is a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.blocks.tree import MOST_DEEP
from teststrip.provider.reading.told import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from teststrip.base.json import Json
    from teststrip.base.where import Path
    from teststrip.provider.reading.blocks.tree import Tree

REPEATS: Final = "this repeats itself from here on"
_MOST_VARIANTS: Final = 40
_TOGETHER: Final = ("allOf",)
_EITHER: Final = ("oneOf", "anyOf")
_UNREAD: Final = ("if", "dependentRequired", "dependencies", "dependentSchemas")


@dataclass(frozen=True, slots=True)
class Layer:
    """One schema as it is written, its path, and the references that were followed to come to it."""

    value: Mapping[str, Json]
    path: Path
    refs: frozenset[str]


@dataclass(slots=True)
class Shape:
    """A schema resolved: its layers, the outermost last, and for each `oneOf` its variants."""

    layers: list[Layer] = field(default_factory=list)
    variants: list[list[Shape]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # the last parts of those of its own
    doubts: list[Doubt] = field(default_factory=list)

    def get(self, key: str) -> Json:
        """Return a member of the outermost layer that has it; None when none has."""
        return next((layer.value[key] for layer in reversed(self.layers) if key in layer.value), None)

    def has(self, key: str) -> bool:
        """Tell whether a layer has a member."""
        return any(key in layer.value for layer in self.layers)

    def path_of(self, key: str) -> Path | None:
        """Return the path of what `get` returns."""
        return next(((*layer.path, key) for layer in reversed(self.layers) if key in layer.value), None)


class Resolver:
    """Follows references in one tree. `left` bounds how many schemas are looked at, however often they are repeated."""

    def __init__(self, tree: Tree, most: int) -> None:
        self.tree = tree
        self.left = most

    def shape(self, value: Json, path: Path, refs: frozenset[str] = frozenset()) -> Shape:
        """Resolve the schema at a path; `refs` are those that were followed to come to it."""
        shape = Shape()
        self._into(shape, value, path, refs, 0)
        return shape

    def _into(self, shape: Shape, value: Json, path: Path, refs: frozenset[str], depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > MOST_DEEP:
            shape.doubts.append(Doubt("there is more in this block than is read"))
            return
        if not isinstance(value, dict):
            return
        reference = value.get("$ref")
        if isinstance(reference, str):
            self._follow(shape, reference, refs, depth)
        for key in _TOGETHER:
            for inner, at in _listed(value, path, key):
                self._into(shape, inner, at, refs, depth + 1)
        shape.layers.append(Layer(value, path, refs))
        for key in _EITHER:
            found = [self._variant(inner, at, refs, depth) for inner, at in _listed(value, path, key)]
            if found:
                shape.variants.append(found)
        if any(key in value for key in _UNREAD):
            shape.doubts.append(Doubt("the block has a condition here that is not read"))

    def _variant(self, value: Json, path: Path, refs: frozenset[str], depth: int) -> Shape:
        variant = Shape()
        self._into(variant, value, path, refs, depth + 1)
        return variant

    def _follow(self, shape: Shape, reference: str, refs: frozenset[str], depth: int) -> None:
        if reference in refs:
            shape.doubts.append(Doubt(REPEATS))
            again = self.pointed(reference)
            if again is not None and isinstance(again[0], dict) and "type" in again[0]:
                shape.layers.append(Layer({"type": again[0]["type"]}, again[1], refs))
            return
        found = self.pointed(reference)
        if found is None:
            name = reference.rpartition("/")[2][:80]
            inside = f'the block does not describe what "{name}" is'
            outside = f'"{reference[:80]}" is in another document, which is not read'
            shape.doubts.append(Doubt(inside if reference.startswith("#") else outside))
            return
        value, path = found
        shape.names.append(str(path[-1]) if path else "")
        self._into(shape, value, path, refs | {reference}, depth + 1)

    def pointed(self, reference: str) -> tuple[Json, Path] | None:
        """Return what a JSON pointer (RFC 6901) within the document leads to."""
        if not reference.startswith("#/") and reference != "#":
            return None
        value: Json = self.tree.value
        path: Path = ()
        for part in reference[2:].split("/") if len(reference) > 2 else ():
            name = re.sub(r"~1", "/", re.sub(r"%7[Bb]", "{", re.sub(r"%7[Dd]", "}", part))).replace("~0", "~")
            if isinstance(value, dict) and name in value:
                value, path = value[name], (*path, name)
            elif isinstance(value, list) and name.isdigit() and len(name) < 6 and int(name) < len(value):
                value, path = value[int(name)], (*path, int(name))
            else:
                return None
        return value, path


def _listed(value: Mapping[str, Json], path: Path, key: str) -> Iterator[tuple[Json, Path]]:
    found = value.get(key)
    if isinstance(found, list):
        for index, inner in enumerate(found[:_MOST_VARIANTS]):
            yield inner, (*path, key, index)
