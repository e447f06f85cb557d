"""`-s PATH=VALUE`: one value of a recipe set from outside.

A PATH is names with dots and places in lists, `axes.sampler[1]`; a name that holds one of `. [ ] = "` is put in
double quotes. A VALUE that begins with `[`, `{` or a quote is read as a recipe reads it; anything else is one
scalar of YAML's core schema, taken whole, so that a prompt needs no quotes. An empty VALUE is the empty text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import yaml
from yaml import events

from teststrip.base.json import ABSENT, Absent, Json
from teststrip.base.near import near
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.base.yaml import Document, Marks, core_scalar, parse_yaml
from teststrip.recipe.changes import visible
from teststrip.schema.recipe import recipe_structure

_PART: Final = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*|\[(\d{1,6})\]\s*|([^.\[\]="]+)')
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|nan)\Z", re.IGNORECASE)
_READ: Final = ("[", "{", '"', "'")
_FOLLOWS: Final = (
    "nothing can follow here; a text that begins with {, [ or a quote needs double quotes round the whole of it"
)
_SHAPE: Final = "write PATH=VALUE, such as params.steps=40 or axes.sampler[1]=k_euler"


class _FaultError(Exception):
    """An override that cannot be done; it has its path already."""

    def __init__(self, path: Path, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Override:
    """One `-s`: where it goes and what it says; `name` is what places in it carry for a file."""

    name: str
    path: Path
    text: str


def override(document: Document, sets: Iterable[str]) -> tuple[Document, list[Problem]]:
    """Apply `PATH=VALUE` texts in their order; those that cannot be done are told and left out."""
    problems: list[Problem] = []
    for text in sets:
        name = f"-s {visible(text).partition('=')[0].strip()}"
        try:
            one = parse_override(text)
            name = one.name
            written, more = parse_value(one.text, one.name)
            problems += [Problem(problem.where, dotted(one.path), problem.message) for problem in more]
            if written is not None:
                document = _applied(document, one, written)
        except _FaultError as fault:
            problems.append(Problem(Where(name, 1, 1), dotted(fault.path), fault.message, fault.suggestion))
    return document, problems


def parse_override(text: str) -> Override:
    """Split `PATH=VALUE` at the first `=` outside quotes."""
    if visible(text) != text:
        raise _FaultError((), "this is not UTF-8 text")
    path: list[str | int] = []
    at = 0
    while True:
        part = _PART.match(text, at)
        if part is None or (not path and part[2] is not None):
            raise _FaultError((), _SHAPE)
        path.append(_part(part))
        at = part.end()
        sign = text[at : at + 1]
        if sign == "=":
            return Override(f"-s {text[:at].strip()}", tuple(path), text[at + 1 :])
        if sign == ".":
            at += 1
        if sign not in (".", "[") or (sign == "." and text[at : at + 1] == "["):
            raise _FaultError((), _SHAPE)


def _part(part: re.Match[str]) -> str | int:
    quoted, index, name = part.groups()
    if index is not None:
        return int(index)
    if quoted is None:
        return str(name).strip()
    try:
        return str(json.loads(quoted))
    except ValueError:
        raise _FaultError((), f"{quoted} is no text in quotes; {_SHAPE}") from None


def parse_value(text: str, name: str) -> tuple[Document | None, list[Problem]]:
    """Read a VALUE; None when it cannot be read. `name` is what its places carry for a file."""
    plain = text.strip(" \t\r\n")
    if not plain:
        return _scalar("", name), []
    if plain.startswith(_READ):
        document, problems = parse_yaml(text, name)
        if document is None:
            return None, [_worded(problem) for problem in problems]
        return (None, problems) if problems else _whole(document, text, name)
    if not isinstance(core_scalar(plain), str) or _NOT_FINITE.match(plain):
        document, problems = parse_yaml(plain, name)
        return (None if problems else document), problems
    return _scalar(plain, name), []


def _worded(problem: Problem) -> Problem:
    return replace(problem, message=_FOLLOWS) if "<document start>" in problem.message else problem


def _scalar(text: str, name: str) -> Document:
    return Document(text, Marks(name, {(): Where(name, 1, 1)}, {}, {}))


def _whole(document: Document, text: str, name: str) -> tuple[Document | None, list[Problem]]:
    """Refuse what the reader would leave out (a comment) or understand in a way that nobody meant on one line."""
    depth, end = 0, 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, events.CollectionStartEvent):
            if not event.flow_style:
                said = "a text that holds `: ` or begins with a bracket needs quotes round the whole of it"
                return None, [Problem(Where(name, 1, 1), "", said)]
            depth += 1
        elif isinstance(event, events.CollectionEndEvent):
            depth -= 1
        if depth == 0 and isinstance(event, events.CollectionEndEvent | events.ScalarEvent):
            end = event.end_mark.index if event.end_mark else 0
            break
    rest = text[end:].strip()
    if not rest:
        return document, []
    before = text[: len(text.rstrip()) - len(rest)]
    where = Where(name, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    said = f"{rest[:40]!r} follows the value and would be lost; put quotes round the whole if it is text"
    return None, [Problem(where, "", said)]


def _applied(document: Document, one: Override, written: Document) -> Document:
    _check_top(one.path)
    value = _placed(document.value, one.path, written.value, ())
    marks = document.marks
    here = Where(one.name, 1, 1)
    depth = len(one.path)
    values = {path: where for path, where in marks.values.items() if path[:depth] != one.path}
    keys = {path: where for path, where in marks.keys.items() if path[:depth] != one.path}
    texts = {path: text for path, text in marks.texts.items() if path[:depth] != one.path}
    for end in range(1, depth + 1):  # the parents that were not there begin here as well
        values.setdefault(one.path[:end], here)
        if isinstance(one.path[end - 1], str):
            keys.setdefault(one.path[:end], here)
    values |= {(*one.path, *path): where for path, where in written.marks.values.items()}
    keys |= {(*one.path, *path): where for path, where in written.marks.keys.items()}
    texts |= {(*one.path, *path): text for path, text in written.marks.texts.items()}
    return Document(value, Marks(marks.file, values, keys, texts))


def _check_top(path: Path) -> None:
    known = sorted(recipe_structure()["properties"])
    top = str(path[0])
    if top == "extends":
        raise _FaultError(path, "`extends` says which files are read and cannot be set; write it in a recipe")
    if top not in known and not top.startswith("x-"):
        close = near(top, known)
        meant = dotted((close, *path[1:])) if close else None
        raise _FaultError(path, f"a recipe has no {top!r}; it has: {', '.join(known)}", meant)


def _placed(value: Json | Absent, rest: Path, new: Json, at: Path) -> Json:
    """Return a copy of `value` with `new` at `rest` below it; what is not on the way is shared."""
    if not rest:
        return new
    head, *tail = rest
    if value is ABSENT or value is None:  # `params:` with nothing below it is an empty mapping to a person
        value = [] if isinstance(head, int) else {}
        if head == 0:
            return [_placed(ABSENT, tuple(tail), new, (*at, head))]
    if isinstance(head, int):
        return _in_list(value, head, tuple(tail), new, at)
    if not isinstance(value, Mapping):
        shape = "a list; name a place in it" if isinstance(value, list) else "a single value and has no members"
        inner = dotted((*at, 0, head, *tail)) if isinstance(value, list) and value else None
        raise _FaultError((*at, *rest), f"{dotted(at)} is {shape}", inner)
    if tail and head not in value and at:
        close = near(head, list(value))
        meant = dotted((*at, close, *tail)) if close else None
        has = ", ".join(value) or "nothing"
        raise _FaultError((*at, *rest), f"{dotted(at)} has no {head!r} to set something in; it has: {has}", meant)
    return {**value, head: _placed(value.get(head, ABSENT), tuple(tail), new, (*at, head))}


def _in_list(value: Json, head: int, tail: Path, new: Json, at: Path) -> Json:
    path = (*at, head, *tail)
    if not isinstance(value, Sequence) or isinstance(value, str):
        kind = "a mapping" if isinstance(value, Mapping) else "a single value"
        raise _FaultError(path, f"{dotted(at)} is {kind} and no list")
    if head >= len(value):
        last = f"its last is [{len(value) - 1}]" if value else "it is empty"
        meant = dotted((*at, len(value) - 1, *tail)) if value else None
        raise _FaultError(path, f"{dotted(at)} has no [{head}]; {last}", meant)
    return [*value[:head], _placed(value[head], tail, new, (*at, head)), *value[head + 1 :]]
