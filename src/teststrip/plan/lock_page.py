"""The request schema that a lock brings along, as far as it may be worked with: a lock may come from anybody.

A schema is a small program. A pattern can take longer than anybody waits, and a reference leads to the network, so
neither is ever followed: no page makes references, and its patterns only repeat what the size says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from teststrip.base.json import Json

_MOST: Final = 20_000  # values in all; the largest bundled page has a tenth of it
_DEEPEST: Final = 40
_REFERENCES: Final = frozenset({"$ref", "$dynamicRef", "$recursiveRef"})


def comparable(schema: Mapping[str, Json]) -> dict[str, Any] | None:
    """Return a lock's request schema without its patterns; None for one that no page can have made."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  loaded only where a page has changed
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415  as above

    if not _is_plain(schema):
        return None
    kept: dict[str, Any] = _without_patterns(schema)
    try:
        Draft202012Validator.check_schema(kept)
    except SchemaError:
        return None
    return kept


def _is_plain(schema: Mapping[str, Json]) -> bool:
    """Tell whether a schema is small and refers to nothing."""
    waiting: list[tuple[object, int]] = [(schema, 0)]
    for seen, (value, depth) in enumerate(waiting):
        if seen >= _MOST or depth > _DEEPEST:
            return False
        if isinstance(value, Mapping):
            if not _REFERENCES.isdisjoint(value):
                return False
            waiting += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]
    return True


def _without_patterns(value: Any) -> Any:
    """Leave out every pattern. A parameter may be called so: its schema is no text."""
    if isinstance(value, Mapping):
        return {
            name: _without_patterns(inner)
            for name, inner in value.items()
            if not (name == "pattern" and isinstance(inner, str)) and name != "patternProperties"
        }
    return [_without_patterns(item) for item in value] if isinstance(value, list) else value
