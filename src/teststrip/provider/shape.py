"""Hold a document against a small JSON Schema.

Front matter is read on every start of the program, and loading a whole validator for it takes longer than all the
rest of that start (139 ms against 3). So this knows just the keywords that `front.schema.json` uses; a test holds
it against the real validator.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from teststrip.base.near import near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from teststrip.base.json import Json
    from teststrip.base.where import Path

    Schema = Mapping[str, Any]

_TYPES: Final[Mapping[str, tuple[str, Callable[[object], bool]]]] = {
    "object": ("an object", lambda value: isinstance(value, dict)),
    "array": ("a list", lambda value: isinstance(value, list)),
    "string": ("text", lambda value: isinstance(value, str)),
    "integer": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "number": ("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One place where a document is not what its schema says; `on_key`: the member's name is at fault."""

    path: Path
    message: str
    suggestion: str | None = None
    on_key: bool = False


def misfits(value: Json, schema: Schema) -> list[Misfit]:
    """Return every place where `value` departs from `schema`, in document order.

    Knows $ref into $defs, type, enum, pattern, minLength, minimum, maximum, minItems, items, required, properties,
    minProperties and additionalProperties.
    """
    return list(_walk(value, schema, (), schema.get("$defs", {})))


def _walk(value: Any, schema: Schema, path: Path, defs: Schema) -> Iterator[Misfit]:
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    wanted = schema.get("type", ())
    kinds = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    if kinds and not any(fits(value) for _, fits in kinds):
        yield Misfit(path, f"{_shown(value)} is not {' or '.join(words for words, _ in kinds)}")
        return
    yield from _scalar(value, schema, path)
    if isinstance(value, list):
        yield from _list(value, schema, path, defs)
    elif isinstance(value, dict):
        yield from _object(value, schema, path, defs)


def _scalar(value: Any, schema: Schema, path: Path) -> Iterator[Misfit]:
    if "enum" in schema and value not in schema["enum"]:
        words = [str(word) for word in schema["enum"]]
        yield Misfit(path, f"{_shown(value)} is not one of {', '.join(words)}", near(str(value), words))
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            yield Misfit(path, "this may not be empty")
        elif "pattern" in schema and not re.search(schema["pattern"], value):
            yield Misfit(path, f"{_shown(value)} does not have the form {schema['pattern']}")
    elif isinstance(value, int | float):
        if value < schema.get("minimum", value):
            yield Misfit(path, f"{value} is below the minimum {schema['minimum']}")
        if value > schema.get("maximum", value):
            yield Misfit(path, f"{value} is above the maximum {schema['maximum']}")


def _list(value: list[Any], schema: Schema, path: Path, defs: Schema) -> Iterator[Misfit]:
    if len(value) < schema.get("minItems", 0):
        yield Misfit(path, "this list may not be empty")
    for index, item in enumerate(value):
        yield from _walk(item, schema.get("items", {}), (*path, index), defs)


def _object(value: dict[str, Any], schema: Schema, path: Path, defs: Schema) -> Iterator[Misfit]:
    if len(value) < schema.get("minProperties", 0):
        yield Misfit(path, "this may not be empty")
    for name in schema.get("required", ()):
        if name not in value:
            yield Misfit(path, f"{name} is missing")
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", {})
    for name, member in value.items():
        if name in known:
            yield from _walk(member, known[name], (*path, name), defs)
        elif others is False:
            yield Misfit((*path, name), "nothing here has this name", near(name, list(known)), on_key=True)
        else:
            yield from _walk(member, others, (*path, name), defs)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
