"""The variables of a recipe: those given from outside, and the rendering of `vars`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Final

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml import Document, Marks, parse_yaml
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.bounds import MAX_VARS_WORK, Work
from teststrip.recipe.chance import Chance
from teststrip.recipe.changes import Changes, visible
from teststrip.recipe.merge import merge
from teststrip.recipe.model import SourceFile
from teststrip.recipe.sources import SourceFault, read_given, shown
from teststrip.recipe.templates import TemplateFault, compile_template, is_template

_NAME: Final = re.compile(r"[^\W\d]\w*\Z")
_PAIR: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


@dataclass(slots=True)
class Given:
    """The variables given from outside, as a document with one member `vars`, and the files they came from."""

    document: Document = field(default_factory=lambda: Document({"vars": {}}, Marks("", {}, {}, {})))
    sources: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def values(self) -> Mapping[str, Json]:
        """Return them by name, as they were written."""
        body = self.document.value
        found = body["vars"] if isinstance(body, Mapping) else {}
        return found if isinstance(found, Mapping) else {}


def given_variables(changes: Changes) -> Given:
    """Read `--vars` and then `--var`: the later goes before the earlier."""
    given = Given()
    for path in changes.files:
        _add_file(given, path)
    for text in changes.variables:
        name, equals, value = text.partition("=")
        place = Where(outside(visible(name)), 1, 1)
        if not equals or not _NAME.match(name):
            said = (
                "write --var NAME=VALUE, with a NAME of letters, digits and `_`; `-s vars.a.b=...` reaches deeper"
            )
            given.problems.append(Problem(place, "", said))
            continue
        if visible(value) != value:
            given.problems.append(Problem(place, name, "this is not UTF-8 text"))
            continue
        marks = Marks(place.file, {("vars", name): place}, {("vars", name): place}, {})
        given.document = merge(given.document, Document({"vars": {name: value}}, marks))
    return given


def _add_file(given: Given, path: FilePath) -> None:
    try:
        source = read_given(path)
    except SourceFault as fault:
        given.problems.append(Problem(Where(shown(path), 1, 1), "", fault.message))
        return
    given.sources.append(source)
    text = _PAIR.sub(_character, source.text) if path.suffix == ".json" else source.text
    document, problems = parse_yaml(text, source.file)
    given.problems += problems
    if document is None:
        return
    if not isinstance(document.value, Mapping):
        said = "variables are a mapping: `subject: 1girl`, one line for each"
        given.problems.append(Problem(Where(source.file, 1, 1), "", said))
        return
    marks = document.marks
    inner = Marks(
        marks.file,
        {("vars", *path): where for path, where in marks.values.items()},
        {("vars", *path): where for path, where in marks.keys.items()},
        {("vars", *path): written for path, written in marks.texts.items()},
    )
    given.document = merge(given.document, Document({"vars": document.value}, inner))


def _character(pair: re.Match[str]) -> str:
    """Join the two halves in which JSON writes a character that YAML writes as one."""
    return pair[1] + (chr(int(pair[2], 16)) + chr(int(pair[3], 16))).encode("utf-16", "surrogatepass").decode(
        "utf-16"
    )


def outside(name: str) -> str:
    """Return what places carry for a file in a variable that `--var` gives."""
    return f"--var {name}"


def render_variables(
    source: Mapping[str, Json],
    marks: Marks,
    env: Mapping[str, str],
    seed: int,
    problems: list[Problem],
    extensions: Extensions = BUILT_IN,
) -> dict[str, Json]:
    """Render the strings in `vars`.

    A variable may use those above it in its file, and those of other files: what a base says may use what is laid
    over it, and the other way round. The text of `--var` is left as it is. `env`, when there is any, is a variable
    of this name. `seed` is what draws come from.
    """
    whole = {**source, **({"env": dict(env)} if env else {})}
    rendering = _Rendering(whole, marks, "env" if env else "", (seed, extensions))
    problems += rendering.all()
    return {name: rendering.known[name] for name in rendering.source}


class _Rendering:
    """Variables on their way from their source to text, each after those that it uses."""

    def __init__(
        self, source: Mapping[str, Json], marks: Marks, outside: str, means: tuple[int, Extensions]
    ) -> None:
        self.source = source
        self.marks = marks
        self.outside = outside
        self.order = {name: number for number, name in enumerate(source)}
        self.known: dict[str, Json] = {}
        self.problems: list[Problem] = []
        self.seed, self.extensions = means
        self.work = Work(MAX_VARS_WORK)

    def all(self) -> list[Problem]:
        for name in self.source:
            self._settle(name)
        return self.problems

    def _settle(self, first: str) -> None:
        """Render a variable after those that it uses; a loop, since a hostile chain of them may be long."""
        waiting: list[str] = [first]
        used: dict[str, list[str]] = {}
        while waiting:
            name = waiting[-1]
            if name in self.known:
                waiting.pop()
                continue
            if name not in used:
                used[name] = self._uses(name, waiting)
            if used[name]:
                waiting.append(used[name].pop())
                continue
            path: Path = ("vars", name)
            literal = name == self.outside or self.marks.value(path).file == outside(name)
            self.known[name] = self.source[name] if literal else self._value(self.source[name], path)
            waiting.pop()

    def _uses(self, name: str, waiting: list[str]) -> list[str]:
        """Return the variables that have to come before; one that waits for this one closes a circle."""
        if name == self.outside or self.marks.value(("vars", name)).file == outside(name):
            return []
        found: dict[str, None] = {}
        for text, path in _strings(self.source[name], ("vars", name)):
            try:
                names = sorted(compile_template(text, self.extensions).names)
            except TemplateFault:  # told when it is rendered
                continue
            for other in names:
                if other in self.source and other not in self.known and self._reachable(name, other, path):
                    if other in waiting:
                        self._circle([*waiting[waiting.index(other) :], other], path)
                    found[other] = None
        return [other for other in reversed(found) if other not in waiting]

    def _reachable(self, name: str, other: str, path: Path) -> bool:
        """Tell whether a variable may be used: one above, or of another file."""
        there = self.marks.key(("vars", other))
        if other == self.outside or self.marks.value(path).file != there.file:
            return True
        return (there, self.order[other]) < (self.marks.key(("vars", name)), self.order[name])

    def _circle(self, names: list[str], path: Path) -> None:
        said = f"variables use one another in a circle: {' -> '.join(names)}"
        self.problems.append(Problem(self.marks.value(path), dotted(path), said))

    def _value(self, value: Json, path: Path) -> Json:
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, Mapping):
            return {name: self._value(member, (*path, name)) for name, member in value.items()}
        if isinstance(value, list):
            return [self._value(item, (*path, index)) for index, item in enumerate(value)]
        return value

    def _text(self, text: str, path: Path) -> str:
        if is_template(text):
            try:
                return self._rendered(text, str(path[1]), path)
            except TemplateFault as fault:
                self.problems.append(
                    Problem(self.marks.value(path), dotted(path), fault.message, fault.suggestion)
                )
        return text

    def _rendered(self, text: str, name: str, path: Path) -> str:
        template = compile_template(text, self.extensions)
        for other in sorted(template.names):
            inside = other in self.source
            if inside and self._reachable(name, other, path):
                if other not in self.known:
                    return text  # it is part of a circle, which is told
                continue
            there = listed(sorted(self.known)) if self.known else "none"
            below = f"; {other!r} stands below, and has to stand above" if inside and other != name else ""
            close = None if inside else near(other, list(self.source))
            raise TemplateFault(f"{other!r} is no variable here; there are: {there}{below}", close)
        chance = Chance(self.seed, dotted(path))
        return template.render({one: self.known[one] for one in template.names}, chance, self.work)


def _strings(value: Json, path: Path) -> Iterable[tuple[str, Path]]:
    if isinstance(value, str):
        if is_template(value):
            yield value, path
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _strings(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, index))
