"""From a file and what is given from outside to one document: bases below, the recipe over them, overrides on top.

`extends` names one file or several, each relative to the file that names it; the later goes before the earlier,
and the file itself before all. Two ways to the same base are fine, a circle is not.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from teststrip.base.json import Json, canonical
from teststrip.base.near import near
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml import MAX_BYTES, MAX_VALUES, Document, Marks, parse_yaml
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.changes import Changes
from teststrip.recipe.literal import find_literal
from teststrip.recipe.merge import merge
from teststrip.recipe.model import SourceFile
from teststrip.recipe.overrides import override
from teststrip.recipe.sources import SourceFault, beside, read_named
from teststrip.recipe.variables import Given, given_variables, outside
from teststrip.recipe.whole import Rendered, is_whole, render_whole

MAX_CHAIN: Final = 16  # files one below the other
MAX_FILES: Final = 100  # files in all
_MERGED: Final = 4  # how often all values may be merged, where there are as many as there may be
_SHAPE: Final = "`extends` is the path of a recipe, or a list of paths"
_Link = tuple[str, str]  # the real path of a file, which tells files apart, and the name that is shown


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a recipe says, as one document; None when a file of it could not be read."""

    document: Document | None
    sources: tuple[SourceFile, ...]
    changes: Changes
    problems: list[Problem]

    def covered(self) -> bytes:
        """Return what the digest of the recipe covers: the text of every file, and the changes; no names."""
        return canonical({"files": [source.digest for source in self.sources], **self.changes.as_json()})


def gather(
    source: SourceFile, changes: Changes, most: int = MAX_VALUES, extensions: Extensions = BUILT_IN
) -> Gathered:
    """Put a recipe together; its files may hold `most` values together. Never raises for what is in a file."""
    given = given_variables(changes)
    reader = _Reader({**given.values(), "env": dict(changes.env)}, most, extensions)
    document = reader.read(source, ((os.path.realpath(source.file), source.file),))
    problems = [*given.problems, *reader.problems]
    if document is not None:
        problems += _unused(document, given, [*reader.sources.values(), *given.sources], changes)
        if given.values():
            merged = merge(document, given.document)
            document = Document(merged.value, replace(merged.marks, file=source.file))
        document, more = override(document, changes.sets)
        problems += [*more, *find_literal(document, extensions)]
    return Gathered(document, (*reader.sources.values(), *given.sources), changes, problems)


def _unused(document: Document, given: Given, sources: list[SourceFile], changes: Changes) -> list[Problem]:
    """Tell of each `--var` and `--env` that changes nothing: no file mentions it, or an axis goes before it."""
    problems = []
    own = document.value.get("vars") if isinstance(document.value, Mapping) else None
    known = list(own) if isinstance(own, Mapping) else []
    swept = _swept(document.value)
    for name in changes.env:
        if not any(name in text for text in (*(source.text for source in sources), *changes.sets)):
            said = f"nothing in the recipe uses ${{{{ env.{name} }}}}"
            problems.append(Problem(Where(f"--env {name}", 1, 1), name, said))
    for name in given.values():
        place = given.document.marks.value(("vars", name))
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        texts = [*(source.text for source in sources), *changes.sets]
        rendered = any(is_whole(source.file) and word.search(source.text) for source in sources)
        if place.file == outside(name) and name in swept and not rendered:
            said = f"this is an axis, which goes before a variable; -s 'axes.{name}=[...]' changes that"
            problems.append(Problem(place, name, said))
        elif place.file == outside(name) and name not in known and not any(map(word.search, texts)):
            said = "nothing in the recipe uses this variable"
            problems.append(Problem(place, name, said, near(name, known)))
    return problems


def _swept(body: Json) -> set[str]:
    """Return the names of all axes of a recipe, as far as it has the shape of one."""
    grids = body.get("grids") if isinstance(body, Mapping) else None
    holders = [body, *(grids if isinstance(grids, list) else [])]
    axes = [holder.get("axes") for holder in holders if isinstance(holder, Mapping)]
    return {name for one in axes if isinstance(one, Mapping) for name in one}


class _Reader:
    """Reads a recipe and all that it extends; each file once, however many ways lead to it."""

    def __init__(self, variables: Mapping[str, Json], most: int, extensions: Extensions) -> None:
        self.extensions = extensions
        self.variables = variables
        self.most = most
        self.problems: list[Problem] = []
        self.sources: dict[str, SourceFile] = {}
        self.done: dict[str, Document | None] = {}
        self.values = self.merged = 0

    def read(self, source: SourceFile, chain: tuple[_Link, ...]) -> Document | None:
        """Read a file over its bases; None when it or one of them cannot be read, which is told."""
        self.sources[chain[-1][0]] = source
        document = self._parsed(source)
        if document is None:
            return None
        if not isinstance(document.value, Mapping):
            said = "a recipe is a mapping: `teststrip: 1`, `model: ...`, `params:`, `axes:`"
            self.problems.append(Problem(Where(source.file, 1, 1), "", said))
            return None
        self.values += len(document.marks.values)
        if self.values > self.most:
            said = f"the files of this recipe hold more than {self.most:,} values together"
            self.problems.append(Problem(Where(source.file, 1, 1), "", said))
            return None
        layers = [self._base(value, path, document.marks, chain) for value, path in _named(document)]
        layers.append(_without_extends(document))
        whole = [layer for layer in layers if layer is not None]
        # Each layer is laid over all those below it: what is merged often is paid for often.
        self.merged += sum(itertools.accumulate(len(layer.marks.values) for layer in whole))
        if self.merged > _MERGED * self.most:
            said = f"the files of this recipe hold more than {self.most:,} values together, merged again and again"
            self.problems.append(Problem(Where(source.file, 1, 1), "", said))
            return None
        # Without one of its bases a recipe lacks what is not missing at all: nothing more is said of it then.
        return functools.reduce(merge, whole) if len(whole) == len(layers) else None

    def _parsed(self, source: SourceFile) -> Document | None:
        if not is_whole(source.file):
            document, problems = parse_yaml(source.text, source.file)
            self.problems += problems
            return document
        rendered = render_whole(source, self.variables, self.extensions)
        self.sources.update((os.path.realpath(one.file), one) for one in rendered.included)
        self.problems += rendered.problems
        return None if rendered.text is None else self._placed(rendered, rendered.text, source.file)

    def _placed(self, rendered: Rendered, text: str, file: str) -> Document | None:
        document, problems = parse_yaml(text, file)
        self.problems += [rendered.problem(problem) for problem in problems]
        if document is None:
            return None
        marks = document.marks
        values = {path: rendered.where(where) for path, where in marks.values.items()}
        keys = {path: rendered.where(where) for path, where in marks.keys.items()}
        return Document(document.value, Marks(file, values, keys, marks.texts))

    def _base(self, name: Json, path: Path, marks: Marks, chain: tuple[_Link, ...]) -> Document | None:
        where = marks.value(path)
        if not isinstance(name, str):
            self.problems.append(Problem(where, dotted(path), _SHAPE))
            return None
        try:
            file = beside(name, os.path.dirname(where.file))  # noqa: PTH120  shown as written, not as Path has it
            link = (os.path.realpath(file), file)
            if link[0] in self.done:
                return self.done[link[0]]
            source = self._source(link, chain)
        except SourceFault as fault:
            meant = _renamed(name, fault.suggestion)
            self.problems.append(Problem(where, dotted(path), fault.message, meant))
            return None
        document = self.done[link[0]] = self.read(source, (*chain, link))
        return document

    def _source(self, link: _Link, chain: tuple[_Link, ...]) -> SourceFile:
        """Read a file that is extended, at the end of a chain. Raises SourceFault, which shows the chain."""
        arrows = " -> ".join(shown for _, shown in (*chain, link))
        if any(link[0] == earlier for earlier, _ in chain):
            raise SourceFault(f"recipes extend one another in a circle: {arrows}")
        if len(chain) >= MAX_CHAIN or len(self.sources) >= MAX_FILES:
            bounds = f"{MAX_CHAIN} files one below the other, {MAX_FILES} in all"
            raise SourceFault(f"a recipe extends too many files (at most {bounds}): {arrows}")
        try:
            source = read_named(link[1])
        except SourceFault as fault:
            raise SourceFault(f"{fault.message}: {arrows}", fault.suggestion) from fault
        if len(source.text) + sum(len(one.text) for one in self.sources.values()) > MAX_BYTES:
            raise SourceFault(f"the files of a recipe have at most {MAX_BYTES // 2**20} MiB together: {arrows}")
        return source


def _named(document: Document) -> list[tuple[Json, Path]]:
    """Return what `extends` names, each with its path in the document."""
    body = document.value
    value = body.get("extends", []) if isinstance(body, Mapping) else []
    if isinstance(value, list):
        return [(name, ("extends", index)) for index, name in enumerate(value)]
    return [(value, ("extends",))]


def _renamed(name: str, meant: str | None) -> str | None:
    folder, slash, _ = name.rpartition("/")
    return f"{folder}{slash}{meant}" if meant else None


def _without_extends(document: Document) -> Document:
    body, marks = document.value, document.marks
    if not isinstance(body, Mapping) or "extends" not in body:
        return document
    values = {path: where for path, where in marks.values.items() if path[:1] != ("extends",)}
    return Document(
        {name: value for name, value in body.items() if name != "extends"},
        Marks(marks.file, values, marks.keys, marks.texts),
    )
