"""Python's classes of data to a tree in the words of a schema: pydantic models, dataclasses, typed dictionaries.

Each class is parsed by itself, by Python's own parser, which runs nothing; a class that is no Python is passed over.
"""

from __future__ import annotations

import ast
import re
import textwrap
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.blocks.tree import AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_CLASS: Final = re.compile(
    r"(?P<indent>[ \t]*)class[ \t]+(?P<name>[A-Za-z_]\w{0,120})[ \t]*(?:\((?P<bases>[^()\n]{0,300})\))?[ \t]*:"
)
_DATA: Final = re.compile(r"BaseModel|TypedDict|NamedTuple|Struct|Schema|BaseSettings|SQLModel|Request|Input|Params|Base")
_ENUM: Final = re.compile(r"\b(?:Str|Int)?Enum\b")
_DECORATED: Final = re.compile(r"@(?:\w+\.)?(?:dataclass|define|attrs?|s)\b")
_MOST: Final = 1_000  # lines of one class
_DEEPEST: Final = 40  # brackets in each other
_PLAIN: Final[Mapping[str, Mapping[str, Json]]] = {
    **{"str": {"type": "string"}, "HttpUrl": {"type": "string"}, "AnyUrl": {"type": "string"}, "Path": {"type": "string"}},
    **{"AnyHttpUrl": {"type": "string"}, "UUID": {"type": "string"}, "EmailStr": {"type": "string"}},
    **{"datetime": {"type": "string"}, "date": {"type": "string"}, "SecretStr": {"type": "string"}},
    **{"int": {"type": "integer"}, "float": {"type": "number"}, "Decimal": {"type": "number"}, "bool": {"type": "boolean"}},
    **{"PositiveInt": {"type": "integer", "exclusiveMinimum": 0}, "NonNegativeInt": {"type": "integer", "minimum": 0}},
    **{"PositiveFloat": {"type": "number", "exclusiveMinimum": 0}, "NonNegativeFloat": {"type": "number", "minimum": 0}},
    **{"dict": {"type": "object"}, "Dict": {"type": "object"}, "Mapping": {"type": "object"}, "list": {"type": "array"}},
    **{"List": {"type": "array"}, "Any": {}, "None": {"type": "null"}, "bytes": {"type": "file"}},
    **{"UploadFile": {"type": "file"}, "constr": {"type": "string"}, "conint": {"type": "integer"}},
    **{"confloat": {"type": "number"}, "conlist": {"type": "array"}},
}
_LISTS: Final = frozenset({"list", "List", "Sequence", "Iterable", "Set", "set", "FrozenSet", "Tuple", "tuple", "conlist"})
_WORDS: Final[Mapping[str, str]] = {
    "ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum", "multiple_of": "multipleOf",
}  # fmt: skip


def read_python(text: str, first_line: int) -> Mapping[str, Json]:
    """Return the classes of a block, by name, as schemas."""
    found: dict[str, Json] = {}
    lines = text.split("\n")
    for at, line in enumerate(lines):
        match = _CLASS.match(line) if "class" in line else None
        bases = match["bases"] or "" if match is not None else ""
        if match is None or match["name"] in found:
            continue
        above = "\n".join(lines[max(0, at - 4) : at])
        if not (_DATA.search(bases) or _ENUM.search(bases) or _DECORATED.search(above)):
            continue
        body = _body(lines, at, len(match["indent"].expandtabs(4)))
        tree = _parsed(body)
        if tree is None:
            continue
        column = len(match["indent"]) + 1
        reader = _Class(tree, body.split("\n"), first_line + at, column)
        try:
            made = reader.enum() if _ENUM.search(bases) else reader.schema(bases)
        except RecursionError:
            continue
        found[match["name"]] = {**made, AT: [first_line + at, column]}
    return found


def _body(lines: list[str], at: int, indent: int) -> str:
    """Return a class with its lines: those below its own that are indented further, or empty."""
    end = at + 1
    while end < min(len(lines), at + _MOST):
        line = lines[end].expandtabs(4)
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        end += 1
    return textwrap.dedent("\n".join(lines[at:end]))


def _parsed(body: str) -> ast.ClassDef | None:
    depth = deepest = 0
    for sign in body:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(sign, 0)
        deepest = max(deepest, depth)
    if deepest > _DEEPEST or "\x00" in body:
        return None
    try:
        module = ast.parse(body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    first = module.body[0] if module.body else None
    return first if isinstance(first, ast.ClassDef) else None


class _Class:
    def __init__(self, tree: ast.ClassDef, lines: list[str], line: int, column: int) -> None:
        self.tree = tree
        self.lines = lines
        self.line = line
        self.column = column

    def enum(self) -> dict[str, Json]:
        """Return the values of an enumeration."""
        values = [
            value
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            for value in _constant(node.value)
            if isinstance(value, str | int | float)
        ]
        return {"enum": values}

    def schema(self, bases: str) -> dict[str, Json]:
        """Return the members, and those of the classes that this one is made from."""
        properties: dict[str, Json] = {}
        required: list[Json] = []
        optional = re.search(r"total\s*=\s*False", bases) is not None
        for node in self.tree.body:
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                continue
            name = node.target.id
            if name.startswith("_") or "ClassVar" in ast.dump(node.annotation)[:80]:
                continue
            schema, needed = self._member(node)
            alias = schema.pop("alias", None)
            name = alias if isinstance(alias, str) and alias else name
            properties[name] = {**schema, AT: [self.line + node.lineno - 1, self.column + node.col_offset]}
            required += [name] if needed and not optional else []
        made: dict[str, Json] = {"type": "object", "properties": properties, "required": required}
        above = [word for word in re.findall(r"[A-Za-z_]\w*", bases) if not re.fullmatch(r"BaseModel|TypedDict|total|False|True|NamedTuple|ABC|object|BaseSettings|SQLModel|Struct|Schema", word)]
        return {"allOf": [*({"$ref": f"#/$defs/{word}"} for word in above), made]} if above else made

    def _member(self, node: ast.AnnAssign) -> tuple[dict[str, Json], bool]:
        schema = dict(_type(node.annotation, 0))
        needed = "NotRequired" not in ast.unparse(node.annotation)[:40]
        if node.value is not None:
            call = node.value if isinstance(node.value, ast.Call) else None
            name = _name(call.func) if call is not None else ""
            if call is not None and name.lower() in {"field", "query", "form", "body", "param", "file", "path"}:
                told, needed = _field(call)
                schema = _narrowed(schema, told)
            else:
                needed = False
                values = _constant(node.value)
                schema |= {"default": values[0]} if values else {}
        about = [str(schema["description"])] if "description" in schema else []
        about += self._remarks(node)
        return {**schema, **({"description": "\n".join(about)} if about else {})}, needed

    def _remarks(self, node: ast.AnnAssign) -> list[str]:
        """Return the remark behind a member, those on lines of their own above it, and the text below it."""
        told: list[str] = []
        at = node.lineno - 2
        while at > 0 and self.lines[at].strip().startswith("#") and len(told) < 12:  # noqa: PLR2004
            told.insert(0, self.lines[at].strip().lstrip("# "))
            at -= 1
        last = self.lines[(node.end_lineno or node.lineno) - 1]
        behind = last.encode()[node.end_col_offset or 0 :].decode("utf-8", "ignore").strip()
        told += [behind.lstrip("# ")] if behind.startswith("#") else []
        index = self.tree.body.index(node) + 1
        below = self.tree.body[index] if index < len(self.tree.body) else None
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            told.append(below.value.value.strip())
        return told


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _constant(node: ast.expr) -> list[Json]:
    """Return a value that is written out; nothing where it is not."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return []
    return [value] if _is_json(value, 0) else []


def _is_json(value: object, depth: int) -> bool:
    if isinstance(value, list):
        return depth < 8 and all(_is_json(one, depth + 1) for one in value)  # noqa: PLR2004
    if isinstance(value, dict):
        return depth < 8 and all(isinstance(key, str) and _is_json(one, depth + 1) for key, one in value.items())  # noqa: PLR2004
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")  # noqa: PLR0124
    return value is None or isinstance(value, str | int | bool)


def _field(call: ast.Call) -> tuple[dict[str, Json], bool]:
    """Return what `Field(...)` tells, and whether the member has to be given: no default, or dots for one."""
    told: dict[str, Json] = {}
    needed = True
    first = call.args[0] if call.args else None
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    value = first if first is not None else given.get("default")
    if value is not None and not (isinstance(value, ast.Constant) and value.value is Ellipsis):
        needed = False
        values = _constant(value)
        told |= {"default": values[0]} if values else {}
    if "default_factory" in given:
        needed = False
        empty: dict[str, Json] = {"list": [], "dict": {}}
        factory = _name(given["default_factory"])
        told |= {"default": empty[factory]} if factory in empty else {}
    for name, node in given.items():
        values = _constant(node)
        if not values:
            continue
        if name in _WORDS:
            told[_WORDS[name]] = values[0]
        elif name in {"min_length", "max_length", "min_items", "max_items"}:
            told[name] = values[0]
        elif name in {"description", "title", "alias", "examples", "example"}:
            told[name] = values[0]
    return told, needed


def _narrowed(schema: dict[str, Json], told: dict[str, Json]) -> dict[str, Json]:
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


def _type(node: ast.expr, depth: int) -> Mapping[str, Json]:  # noqa: C901, PLR0911
    """Read an annotation."""
    if depth > 20:  # noqa: PLR2004
        return {}
    if isinstance(node, ast.Constant):
        if node.value is None:
            return {"type": "null"}
        if isinstance(node.value, str) and len(node.value) < 200:  # noqa: PLR2004
            try:
                return _type(ast.parse(node.value, mode="eval").body, depth + 1)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return {}
        return {}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _united([_type(node.left, depth + 1), _type(node.right, depth + 1)])
    if isinstance(node, ast.Call):  # conint(ge=1), constr(max_length=10)
        told, _ = _field(ast.Call(node.func, [], node.keywords))
        return _narrowed(dict(_PLAIN.get(_name(node.func), {})), told)
    if not isinstance(node, ast.Subscript):
        name = _name(node)
        return _PLAIN[name] if name in _PLAIN else {"$ref": f"#/$defs/{name}"} if name else {}
    name = _name(node.value)
    parts = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        values = [value for part in parts for value in _constant(part)]
        plain = [value for value in values if value is not None]
        return {"enum": plain, **({"nullable": True} if len(plain) < len(values) else {})}
    if name == "Optional":
        return _united([_type(parts[0], depth + 1), {"type": "null"}])
    if name == "Union":
        return _united([_type(part, depth + 1) for part in parts])
    if name in {"Required", "NotRequired", "Final"}:
        return _type(parts[0], depth + 1)
    if name == "Annotated":
        made = dict(_type(parts[0], depth + 1))
        for part in parts[1:]:
            if isinstance(part, ast.Call):
                made = _narrowed(made, _field(part)[0])
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                made["description"] = part.value
        return made
    if name in _LISTS:
        return {"type": "array", "items": dict(_type(parts[0], depth + 1))}
    return {"type": "object"} if name in {"dict", "Dict", "Mapping", "MutableMapping"} else {}


def _united(parts: list[Mapping[str, Json]]) -> Mapping[str, Json]:
    plain = [dict(part) for part in parts if part.get("type") != "null"]
    null: dict[str, Json] = {"nullable": True} if len(plain) < len(parts) else {}
    if len(plain) == 1:
        return {**plain[0], **null}
    return {"anyOf": [*plain], **null}
