"""Python's annotations and calls of `Field` in the words of a schema."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_PLAIN: Final[Mapping[str, Mapping[str, Json]]] = {
    "str": {"type": "string"},
    "HttpUrl": {"type": "string"},
    "AnyUrl": {"type": "string"},
    "Path": {"type": "string"},
    "AnyHttpUrl": {"type": "string"},
    "UUID": {"type": "string"},
    "EmailStr": {"type": "string"},
    "datetime": {"type": "string"},
    "date": {"type": "string"},
    "SecretStr": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "Decimal": {"type": "number"},
    "bool": {"type": "boolean"},
    "PositiveInt": {"type": "integer", "exclusiveMinimum": 0},
    "NonNegativeInt": {"type": "integer", "minimum": 0},
    "PositiveFloat": {"type": "number", "exclusiveMinimum": 0},
    "NonNegativeFloat": {"type": "number", "minimum": 0},
    "dict": {"type": "object"},
    "Dict": {"type": "object"},
    "Mapping": {"type": "object"},
    "list": {"type": "array"},
    "List": {"type": "array"},
    "Any": {},
    "None": {"type": "null"},
    "bytes": {"type": "file"},
    "UploadFile": {"type": "file"},
    "constr": {"type": "string"},
    "conint": {"type": "integer"},
    "confloat": {"type": "number"},
    "conlist": {"type": "array"},
}
_LISTS: Final = frozenset(
    {"list", "List", "Sequence", "Iterable", "Set", "set", "FrozenSet", "Tuple", "tuple", "conlist"}
)
_WORDS: Final[Mapping[str, str]] = {
    "ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum", "multiple_of": "multipleOf",
}  # fmt: skip
_KEPT: Final = frozenset(
    [
        *("min_length", "max_length", "min_items", "max_items"),
        *("description", "title", "alias", "examples", "example"),
    ]
)
_DICTS: Final = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})
_DEEPEST: Final = 20  # types in each other
_LONGEST: Final = 200  # characters of a type that is written as a text


def name_of(node: ast.expr) -> str:
    """Return the last part of a name; nothing where it is none."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def constants(node: ast.expr) -> list[Json]:
    """Return a value that is written out; nothing where it is not."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return []
    return [value] if _is_json(value, 0) else []


def _is_json(value: object, depth: int) -> bool:
    if isinstance(value, list):
        return depth < 8 and all(_is_json(one, depth + 1) for one in value)
    if isinstance(value, dict):
        return depth < 8 and all(isinstance(key, str) and _is_json(one, depth + 1) for key, one in value.items())
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")  # noqa: PLR0124
    return value is None or isinstance(value, str | int | bool)


def field_of(call: ast.Call) -> tuple[dict[str, Json], bool]:
    """Return what `Field(...)` tells, and whether the member has to be given: no default, or dots for one."""
    told: dict[str, Json] = {}
    needed = True
    first = call.args[0] if call.args else None
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    value = first if first is not None else given.get("default")
    if value is not None and not (isinstance(value, ast.Constant) and value.value is Ellipsis):
        needed = False
        values = constants(value)
        told |= {"default": values[0]} if values else {}
    if "default_factory" in given:
        needed = False
        empty: dict[str, Json] = {"list": [], "dict": {}}
        factory = name_of(given["default_factory"])
        told |= {"default": empty[factory]} if factory in empty else {}
    for name, node in given.items():
        values = constants(node)
        if not values:
            continue
        if name in _WORDS:
            told[_WORDS[name]] = values[0]
        elif name in _KEPT:
            told[name] = values[0]
    return told, needed


def narrowed(schema: dict[str, Json], told: dict[str, Json]) -> dict[str, Json]:
    """Put limits to the kind that they bound: the length of a text, or how many there are."""
    kinds = [schema.get("type"), *(one.get("type") for one in _either(schema))]
    many = "array" in kinds
    made: dict[str, Json] = dict(schema)
    for name, value in told.items():
        if name in {"min_length", "min_items"}:
            made["minItems" if many else "minLength"] = value
        elif name in {"max_length", "max_items"}:
            made["maxItems" if many else "maxLength"] = value
        else:
            made[name] = value
    return made


def _either(schema: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    found = schema.get("anyOf")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def type_of(node: ast.expr, depth: int) -> Mapping[str, Json]:
    """Read an annotation."""
    if depth > _DEEPEST:
        return {}
    if isinstance(node, ast.Constant):
        return _of_constant(node, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _united([type_of(node.left, depth + 1), type_of(node.right, depth + 1)])
    if isinstance(node, ast.Call):  # conint(ge=1), constr(max_length=10)
        told, _ = field_of(ast.Call(node.func, [], node.keywords))
        return narrowed(dict(_PLAIN.get(name_of(node.func), {})), told)
    if isinstance(node, ast.Subscript):
        return _subscripted(node, depth)
    name = name_of(node)
    return _PLAIN.get(name, {"$ref": f"#/$defs/{name}"} if name else {})


def _of_constant(node: ast.Constant, depth: int) -> Mapping[str, Json]:
    if node.value is None:
        return {"type": "null"}
    if not isinstance(node.value, str) or len(node.value) > _LONGEST:
        return {}
    try:
        return type_of(ast.parse(node.value, mode="eval").body, depth + 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}


def _subscripted(node: ast.Subscript, depth: int) -> Mapping[str, Json]:
    """Read a type with others in its brackets."""
    name = name_of(node.value)
    parts = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        return _literal(parts)
    if name == "Annotated":
        return _annotated(parts, depth)
    if name in _DICTS:
        return {"type": "object"}
    inner = [type_of(part, depth + 1) for part in parts]
    if name in {"Optional", "Union"}:
        return _united([*inner, *([{"type": "null"}] if name == "Optional" else [])])
    if name in {"Required", "NotRequired", "Final"}:
        return inner[0] if inner else {}
    return {"type": "array", "items": dict(inner[0])} if name in _LISTS and inner else {}


def _literal(parts: list[ast.expr]) -> Mapping[str, Json]:
    values = [value for part in parts for value in constants(part)]
    plain = [value for value in values if value is not None]
    return {"enum": plain, **({"nullable": True} if len(plain) < len(values) else {})}


def _annotated(parts: list[ast.expr], depth: int) -> Mapping[str, Json]:
    made = dict(type_of(parts[0], depth + 1)) if parts else {}
    for part in parts[1:]:
        if isinstance(part, ast.Call):
            made = narrowed(made, field_of(part)[0])
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            made["description"] = part.value
    return made


def _united(parts: list[Mapping[str, Json]]) -> Mapping[str, Json]:
    plain = [dict(part) for part in parts if part.get("type") != "null"]
    null: dict[str, Json] = {"nullable": True} if len(plain) < len(parts) else {}
    if len(plain) == 1:
        return {**plain[0], **null}
    return {"anyOf": [*plain], **null}
