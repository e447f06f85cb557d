"""Python's classes of data to a tree in the words of a schema: pydantic models, dataclasses, typed dictionaries.

Each class is parsed by itself, by Python's own parser, which runs nothing; a class that is no Python is passed over.
"""

from __future__ import annotations

import ast
import re
import textwrap
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.blocks.python_types import constants, field_of, name_of, narrowed, type_of
from teststrip.provider.reading.blocks.tree import AT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_CLASS: Final = re.compile(
    r"(?P<indent>[ \t]*)class[ \t]+(?P<name>[A-Za-z_]\w{0,120})[ \t]*(?:\((?P<bases>[^()\n]{0,300})\))?[ \t]*:"
)
_DATA: Final = re.compile(
    r"BaseModel|TypedDict|NamedTuple|Struct|Schema|BaseSettings|SQLModel|Request|Input|Params|Base"
)
_ENUM: Final = re.compile(r"\b(?:Str|Int)?Enum\b")
_DECORATED: Final = re.compile(r"@(?:\w+\.)?(?:dataclass|define|attrs?|s)\b")
_MOST: Final = 1_000  # lines of one class
_DEEPEST: Final = 40  # brackets in each other


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
            for value in constants(node.value)
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
        above = [
            word
            for word in re.findall(r"[A-Za-z_]\w*", bases)
            if not re.fullmatch(
                r"BaseModel|TypedDict|total|False|True|NamedTuple|ABC|object|BaseSettings|SQLModel|Struct|Schema",
                word,
            )
        ]
        return {"allOf": [*({"$ref": f"#/$defs/{word}"} for word in above), made]} if above else made

    def _member(self, node: ast.AnnAssign) -> tuple[dict[str, Json], bool]:
        schema = dict(type_of(node.annotation, 0))
        needed = "NotRequired" not in ast.unparse(node.annotation)[:40]
        if node.value is not None:
            call = node.value if isinstance(node.value, ast.Call) else None
            name = name_of(call.func) if call is not None else ""
            if call is not None and name.lower() in {"field", "query", "form", "body", "param", "file", "path"}:
                told, needed = field_of(call)
                schema = narrowed(schema, told)
            else:
                needed = False
                values = constants(node.value)
                schema |= {"default": values[0]} if values else {}
        about = [str(schema["description"])] if "description" in schema else []
        about += self._remarks(node)
        return {**schema, **({"description": "\n".join(about)} if about else {})}, needed

    def _remarks(self, node: ast.AnnAssign) -> list[str]:
        """Return the remark behind a member, those on lines of their own above it, and the text below it."""
        told: list[str] = []
        at = node.lineno - 2
        while at > 0 and self.lines[at].strip().startswith("#") and len(told) < 12:
            told.insert(0, self.lines[at].strip().lstrip("# "))
            at -= 1
        last = self.lines[(node.end_lineno or node.lineno) - 1]
        behind = last.encode()[node.end_col_offset or 0 :].decode("utf-8", "ignore").strip()
        told += [behind.lstrip("# ")] if behind.startswith("#") else []
        index = self.tree.body.index(node) + 1
        below = self.tree.body[index] if index < len(self.tree.body) else None
        if (
            isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            told.append(below.value.value.strip())
        return told
