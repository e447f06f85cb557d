"""Where an OpenAPI or Swagger document, or a part of one, has the parameters of its requests.

A whole document with `paths`; paths alone; the methods of one path; one operation. Also the form in which Mintlify
prints one operation. Answers, callbacks and webhooks are not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from teststrip.base.json import Json
    from teststrip.base.where import Path
    from teststrip.provider.reading.blocks.tree import Tree

METHODS: Final = ("post", "put", "patch", "get", "delete", "query")
_MEDIA: Final = ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")
_ID: Final = re.compile(r"(?:.*[_-])?(?:id|uuid|task|job)|.*I[dD]", re.IGNORECASE)
_URL: Final = re.compile(r"https?://[\w.:/-]{1,200}")
_HEADER: Final = re.compile(r"[A-Za-z][\w-]{1,60}")
_MOST: Final = 2_000  # operations

Given = tuple["Json", "Path"]


@dataclass(slots=True)
class Operation:
    """One request: its method and address, its parameters besides the body, the schemas that the body may have."""

    method: str = ""
    address: str = ""
    path: Path = ()
    parameters: list[Given] = field(default_factory=list)
    bodies: list[Given] = field(default_factory=list)
    named: list[tuple[str, str, Given]] = field(default_factory=list)  # name, place, schema: Mintlify's own form


def operations(tree: Tree) -> list[Operation]:
    """Return the operations of a document or of a part of one; none when it is neither."""
    value = tree.value
    if not isinstance(value, dict):
        return []
    paths = value.get("paths")
    if isinstance(paths, dict) and isinstance(paths.get("path"), str) and "method" in paths:
        return [_mintlify(paths, ("paths",))]
    finder = _Finder(tree)
    if isinstance(paths, dict):
        return list(finder.of_paths(paths, ("paths",)))
    if value and all(isinstance(key, str) and key.startswith("/") for key in value):
        return list(finder.of_paths(value, ()))
    if any(_is_operation(value.get(method)) for method in METHODS):
        return list(finder.of_item("", value, ()))
    return [finder.operation("", "", value, (), [])] if _is_operation(value) else []


def _is_operation(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    listed = value.get("parameters")
    placed = isinstance(listed, list) and any(isinstance(one, dict) and "in" in one for one in listed)
    body = value.get("requestBody")
    return placed or (isinstance(body, dict) and bool({"content", "$ref"} & set(body)))


class _Finder:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.left = _MOST

    def of_paths(self, paths: Mapping[str, Json], path: Path) -> Iterator[Operation]:
        for address, item in paths.items():
            if isinstance(item, dict):
                yield from self.of_item(str(address), item, (*path, address))

    def of_item(self, address: str, item: Mapping[str, Json], path: Path) -> Iterator[Operation]:
        shared = list(_listed(item.get("parameters"), (*path, "parameters")))
        for method in METHODS:
            found = item.get(method)
            self.left -= isinstance(found, dict)
            if isinstance(found, dict) and self.left >= 0:
                yield self.operation(method, address, found, (*path, method), shared)

    def operation(
        self, method: str, address: str, value: Mapping[str, Json], path: Path, shared: Sequence[Given]
    ) -> Operation:
        made = Operation(method, address, path)
        for given in (*shared, *_listed(value.get("parameters"), (*path, "parameters"))):
            parameter, at = self._followed(*given)
            if not isinstance(parameter, dict):
                continue
            if parameter.get("in") == "body":
                made.bodies.append((parameter.get("schema"), (*at, "schema")))
            elif parameter.get("in") not in {"header", "cookie"} and isinstance(parameter.get("name"), str):
                made.parameters.append((parameter, at))
        body, at = self._followed(value.get("requestBody"), (*path, "requestBody"))
        content = body.get("content") if isinstance(body, dict) else None
        if isinstance(content, dict):
            ranked = sorted(content, key=lambda media: next((i for i, m in enumerate(_MEDIA) if m in media), 9))
            for media in ranked:
                inner = content[media]
                if isinstance(inner, dict) and "schema" in inner:
                    made.bodies.append((inner["schema"], (*at, "content", media, "schema")))
        return made

    def _followed(self, value: Json, path: Path) -> Given:
        """Follow a reference to a parameter or to a body, a few times over."""
        for _ in range(8):
            reference = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(reference, str) or not reference.startswith("#/"):
                break
            target: Json = self.tree.value
            way: Path = ()
            for part in reference[2:].split("/"):
                name = part.replace("~1", "/").replace("~0", "~")
                target, way = (target.get(name) if isinstance(target, dict) else None), (*way, name)
            value, path = target, way
        return value, path


def is_reading(operation: Operation) -> bool:
    """Tell whether an operation only asks for what there is: a GET of nothing but what it asks for."""
    if operation.method != "get" or operation.bodies:
        return operation.method == "delete"
    names = [value.get("name") for value, _ in operation.parameters if isinstance(value, dict)]
    names += [name for name, _, _ in operation.named]
    return all(isinstance(name, str) and _ID.fullmatch(name) for name in names)


def server_of(tree: Tree, operation: Operation) -> str:
    """Return the origin that an operation's address goes to, without a slash at its end; empty where none is told."""
    value = tree.value if isinstance(tree.value, dict) else {}
    paths = value.get("paths")
    for listed in (value.get("servers"), paths.get("servers") if isinstance(paths, dict) else None):
        first = listed[0] if isinstance(listed, list) and listed else None
        url = first.get("url") if isinstance(first, dict) else None
        if isinstance(url, str) and _URL.fullmatch(url):
            return url.rstrip("/") if operation.address.startswith("/") else ""
    host, base = value.get("host"), value.get("basePath", "")
    if isinstance(host, str) and isinstance(base, str) and _URL.fullmatch(f"https://{host}{base}"):
        return f"https://{host}{base}".rstrip("/")
    return ""


def key_of(tree: Tree) -> str:
    """Return the header that carries the key, as a request has it; empty where none is told."""
    value = tree.value if isinstance(tree.value, dict) else {}
    components = value.get("components")
    schemes = (
        components.get("securitySchemes") if isinstance(components, dict) else value.get("securityDefinitions")
    )
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        if not isinstance(scheme, dict):
            continue
        if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer":
            return "`Authorization: Bearer <key>`"
        name = scheme.get("name")
        if scheme.get("type") == "apiKey" and scheme.get("in") == "header" and _HEADER.fullmatch(str(name)):
            return f"`{name}: <key>`"
    return ""


def _listed(value: Json, path: Path) -> Iterator[Given]:
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield one, (*path, index)


def _mintlify(value: Mapping[str, Json], path: Path) -> Operation:
    """Read the form in which Mintlify prints one operation: every schema in a list of its own."""
    made = Operation(str(value.get("method", "")).lower(), str(value.get("path", "")), path)
    request = value.get("request")
    if not isinstance(request, dict):
        return made
    at = (*path, "request")
    parameters = request.get("parameters")
    for place in ("path", "query"):
        named = parameters.get(place) if isinstance(parameters, dict) else None
        for name, given in named.items() if isinstance(named, dict) else ():
            inner = given.get("schema") if isinstance(given, dict) else None
            here = (*at, "parameters", place, name, "schema")
            if isinstance(inner, list) and inner:
                made.named.append((name, place, (inner[0], (*here, 0))))
            elif isinstance(inner, dict):
                made.named.append((name, place, (inner, here)))
    body = request.get("body")
    for media, given in body.items() if isinstance(body, dict) else ():
        listed = given.get("schemaArray") if isinstance(given, dict) else None
        here = (*at, "body", media, "schemaArray")
        made.bodies += (
            [(one, (*here, index)) for index, one in enumerate(listed)] if isinstance(listed, list) else []
        )
    return made
