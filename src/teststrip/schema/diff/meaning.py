"""What a schema asks for without its words, in one form whichever way it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from teststrip.base.json import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

# Words for messages, made from what is compared.
_MESSAGES: Final = frozenset(
    {
        *("errorMessage", "patternErrorMessage"),
        *("x-teststrip-because", "x-teststrip-elsewhere", "x-teststrip-expects", "x-teststrip-refuses"),
        *("x-teststrip-form", "x-teststrip-lists", "x-teststrip-such", "x-teststrip-whole"),
    }
)
WORDS: Final = _MESSAGES | {
    *("title", "description", "markdownDescription", "default", "examples", "deprecated"),
    *("enumDescriptions", "markdownEnumDescriptions"),
    *("$comment", "$schema", "$id"),
}
# Under these, names are those of members and not keywords; and the next have values, not schemas.
_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
_VALUES: Final = frozenset({"const", "enum", "required", "dependentRequired", "type"})
_UNORDERED: Final = frozenset({"allOf", "anyOf", "oneOf", "enum", "required", "type"})


def rules(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a schema asks of a value, without the words about it; what lies inside keeps its words."""
    return {keyword: value for keyword, value in node.items() if keyword not in WORDS}


def meaning(schema: Any) -> Any:
    """Return a schema without words at any depth, in one order; `if not A, else B` as `if A, then B`."""
    if isinstance(schema, list):
        return [meaning(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return _turned({keyword: _asked(keyword, value) for keyword, value in rules(schema).items()})


def _asked(keyword: str, value: Any) -> Any:
    if keyword in _NAMED and isinstance(value, dict):
        return {name: meaning(inner) for name, inner in value.items()}
    plain = value if keyword in _VALUES else meaning(value)
    return sorted(plain, key=canonical) if keyword in _UNORDERED and isinstance(plain, list) else plain


def _turned(node: dict[str, Any]) -> dict[str, Any]:
    test = node.get("if")
    if "else" not in node or "then" in node or not isinstance(test, dict) or test.keys() != {"not"}:
        return node
    rest = {keyword: value for keyword, value in node.items() if keyword not in {"if", "else"}}
    return rest | {"if": test["not"], "then": node["else"]}
