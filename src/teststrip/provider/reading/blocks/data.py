"""Blocks of data that describe a request: OpenAPI, a part of it, JSON Schema."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.yaml import Document, parse_yaml
from teststrip.provider.reading.blocks.around import Around, FoundBody
from teststrip.provider.reading.blocks.declared import requests_among
from teststrip.provider.reading.blocks.jsonish import read_jsonish
from teststrip.provider.reading.blocks.members import Member, Rows
from teststrip.provider.reading.blocks.openapi import Operation, is_reading, key_of, operations, server_of
from teststrip.provider.reading.blocks.tree import Tree, of_yaml
from teststrip.provider.reading.blocks.unquoted import with_quotes
from teststrip.provider.reading.document import Code, Heading
from teststrip.provider.reading.inline import plain_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.base.json import Json
    from teststrip.base.where import Path, Problem, Where
    from teststrip.provider.reading.blocks.finder import Finder
    from teststrip.provider.reading.document import GroupRole, Row

MAY_BE_DATA: Final = Pattern(
    r"^[ \t]*[\"']?(?:openapi|swagger|paths|requestBody|properties|components|definitions|parameters|/[\w{}/.-]+)[\"']?[ \t]*:",
    re.MULTILINE,
)
"""What a block has near its beginning that may be OpenAPI or a schema."""
OF_DATA: Final = frozenset(
    {"", "yaml", "yml", "json", "json5", "jsonc", "openapi", "swagger", "javascript", "js", "http"}
)
"""What blocks of data call their language."""
_HALF: Final = Pattern("[\ud800-\udfff]")  # halves of characters, which no YAML has
_TITLE: Final = 120  # characters of an API's title
_SCHEMAS: Final[tuple[Path, ...]] = ((), ("inputSchema",), ("input_schema",), ("schema",))
_DEFINED: Final[tuple[Path, ...]] = (("components", "schemas"), ("definitions",), ("$defs",))


def is_data(language: str, text: str) -> bool:
    """Tell whether a block may be an OpenAPI document, a part of one, or a schema."""
    return language in OF_DATA and MAY_BE_DATA.search(text) is not None


def read_data(finder: Finder, code: Code, around: Around) -> list[FoundBody]:
    """Read the operations of a block, or else the schemas that it has for requests."""
    first = code.where.line + code.offset
    if code.text.lstrip()[:1] in "{[":
        read = read_jsonish(code.text, finder.file, first)
        tree, problems = read.tree, list(read.problems)
        if not isinstance(tree.value, dict):
            return []
    else:
        text = _HALF.sub("\ufffd", code.text)
        last = first + text.count("\n")
        document, found = _parsed(text, finder.file, first)
        # What is missing at the end is missed behind it.
        problems = [replace(one, where=replace(one.where, line=min(one.where.line, last))) for one in found]
        if document is None:
            if re.match(r"\s*(?:openapi|swagger)\s*:", code.text):
                finder.note(problems, set())
            return []
        tree = of_yaml(document.value, document.marks)
    listed = operations(tree)
    if listed:
        finder.note(problems, _large(tree))
        return [found for one in listed for found in _operation(finder, tree, one, around)]
    return _schemas(finder, tree, around)


def _parsed(text: str, file: str, first: int) -> tuple[Document | None, list[Problem]]:
    """Parse YAML that begins on a line; one that lacks quotes is read with them, and what is wrong with it told once."""
    before = "\n" * (first - 1)
    document, found = parse_yaml(before + text, file)
    quoted = with_quotes(text) if document is None else text
    if quoted == text:
        return document, found
    mended, more = parse_yaml(before + quoted, file)
    if mended is None:
        return None, found
    told = [replace(one, message=f"{one.message}; it was read as if it had them") for one in found[-1:]]
    return mended, [*told, *more]


def _large(tree: Tree) -> set[Where]:
    """Return the places of limits that are too large for a number, and were taken as their digits."""
    ends = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "default", "example"}
    return {where for path, where in tree.places.items() if path and path[-1] in ends}


def _operation(finder: Finder, tree: Tree, one: Operation, around: Around) -> list[FoundBody]:
    """Return an operation's parameters: those of its path and query, then those of its body."""
    maker = finder.maker(tree, "the OpenAPI block")
    rows: list[Row] = []
    given = [
        (str(_member(value, "name")), str(_member(value, "in")), (value, path)) for value, path in one.parameters
    ]
    for name, place, (value, path) in [*given, *one.named]:
        rows += maker.of_member(_parameter(maker, name, value, path), place)
    first = True
    for value, path in one.bodies:
        more = maker.of_body(value, path)
        rows += more if first else _further(rows, more)
        first = first and not more
    finder.spent(rows)
    where = tree.where(one.path)
    title = f"{one.method.upper()} {server_of(tree, one)}{one.address}".strip()
    above = tuple(heading for heading in around.headings if heading.level == 1)
    named = _member(_member(tree.value, "info"), "title")
    if not above and isinstance(named, str) and named.strip():
        above = (Heading(1, plain_cell(named.strip()[:_TITLE], tree.where(("info", "title")))),)
    headings = (*above, Heading(2, plain_cell(title, where))) if title else around.headings
    role: GroupRole = "poll" if is_reading(one) else "parameters"
    key = key_of(tree)
    told = (plain_cell(f"The key travels as {key}", where),) if key else ()
    return [FoundBody(rows, headings, where, role, sure=True, told=told)]


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _parameter(maker: Rows, name: str, value: Json, path: Path) -> Member:
    """Make the member of a parameter; in Swagger's second version it is a schema itself."""
    inner = _member(value, "schema")
    content = _member(value, "content")
    if inner is None and isinstance(content, dict) and content:
        media = next(iter(content))
        inner = _member(content[media], "schema")
        shape = maker.resolver.shape(inner, (*path, "content", media, "schema"))
    else:
        shape = maker.resolver.shape(
            inner if inner is not None else value, (*path, *(["schema"] if inner is not None else []))
        )
    outer = (
        maker.resolver.shape({"description": value["description"]}, path)
        if isinstance(value, dict) and "description" in value
        else None
    )
    if outer is not None and not shape.has("description"):
        shape.layers += outer.layers
    required = _member(value, "required")
    return Member(name, path, shape, required is True, listed=True)


def _further(rows: Sequence[Row], more: Sequence[Row]) -> list[Row]:
    """Return the rows of a further content of the same body whose outermost names are new."""
    known = {row.cells[0].text for row in rows if row.depth == 0}
    found: list[Row] = []
    new = False
    for row in more:
        if row.depth == 0:
            new = row.cells[0].text not in known
        if new:
            found.append(row)
    return found


def _schemas(finder: Finder, tree: Tree, around: Around) -> list[FoundBody]:
    """Return the members of a JSON Schema that stands by itself, or of those that `components` has for requests."""
    value = tree.value
    if not isinstance(value, dict) or around.says() in {"response", "errors"}:
        return []
    for path in _SCHEMAS:
        inner: Json = value
        for key in path:
            inner = _member(inner, str(key))
        if isinstance(inner, dict) and isinstance(inner.get("properties"), dict) and _is_schema(inner):
            rows = finder.maker(tree, "the JSON Schema").of_body(inner, path)
            finder.spent(rows)
            return [FoundBody(rows, around.headings, tree.where(path), "parameters", sure=False)]
    for path in _DEFINED:
        inner = value
        for key in path:
            inner = _member(inner, str(key))
        if isinstance(inner, dict):
            named = {name: one for name, one in inner.items() if isinstance(one, dict)}
            return requests_among(named, tree, path, around, finder.making(tree, "the schemas"))
    return []


def _is_schema(value: Mapping[str, Json]) -> bool:
    properties = value["properties"]
    return isinstance(properties, dict) and all(isinstance(one, dict | bool) for one in properties.values())
