"""Templates that are none: a variable in the braces of another tool, which would be sent as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from teststrip.base.json import Json
from teststrip.base.where import Path, Problem, dotted
from teststrip.base.yaml import Document
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.templates import TemplateFault, compile_template, is_template

_BRACES: Final = re.compile(r"(?:\$ ?)?\{{1,2} ?([A-Za-z_][A-Za-z0-9_]*) ?\}{1,2}")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FILLED: Final = ("params", "axes", "grids")


def find_literal(document: Document, extensions: Extensions = BUILT_IN) -> list[Problem]:
    """Report each text with `{{ name }}` or the like where `name` is a variable that no template uses.

    Braces are for prompts too: what is used anywhere, or is no variable, is left alone.
    """
    body = document.value
    names = body.get("vars") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(names, Mapping) or not names:
        return []
    found = [
        (match, path)
        for key in _FILLED
        for text, path in _texts(body.get(key), (key,))
        for match in _BRACES.finditer(text)
        if match[1] in names and not match[0].startswith("${{")
    ]
    if not found:
        return []
    used = {name for text, _ in _texts(body, ()) for name in _names(text, extensions)} | _of_conditions(body)
    problems = []
    for match, path in found:
        if match[1] not in used:
            said = f"{match[0]} would be sent as it stands, and nothing uses the variable {match[1]}"
            meant = f"${{{{ {match[1]} }}}}"
            problems.append(Problem(document.marks.value(path), dotted(path), said, meant))
    return problems


def _texts(value: Json, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(value, str):
        yield value, path
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _texts(member, (*path, name))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _names(text: str, extensions: Extensions) -> frozenset[str]:
    """Return the variables that a text mentions; of one that cannot be read, every word."""
    if not is_template(text):
        return frozenset()
    try:
        return compile_template(text, extensions).names
    except TemplateFault:
        return frozenset(_WORD.findall(text))


def _of_conditions(body: Mapping[str, Json]) -> set[str]:
    """Return the words of all conditions, which are expressions without braces."""
    grids = body.get("grids")
    holders = [body, *(grids if isinstance(grids, list) else [])]
    wheres = [holder.get("where") for holder in holders if isinstance(holder, Mapping)]
    return {word for where in wheres for text, _ in _texts(where, ()) for word in _WORD.findall(text)}
