"""Zod's objects to a tree in the words of a schema: `z.object({a: z.number().int().min(1).optional()})`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.blocks.tokens import Token, tokens_of, unquoted
from teststrip.provider.reading.blocks.tree import AT, MOST_DEEP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_MAKES: Final[Mapping[str, Mapping[str, Json]]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "int": {"type": "integer"},
    "bigint": {"type": "integer"},
    "date": {"type": "string"},
    "any": {},
    "unknown": {},
    "null": {"type": "null"},
    "undefined": {"type": "null"},
    "url": {"type": "string"},
    "email": {"type": "string"},
    "uuid": {"type": "string"},
    "record": {"type": "object"},
    "map": {"type": "object"},
    "tuple": {"type": "array"},
    "instanceof": {"type": "file"},
    "file": {"type": "file"},
    "custom": {},
}
_OBJECTS: Final = frozenset({"object", "strictObject", "looseObject", "interface"})
_WRAPS: Final = frozenset({"array", "or", "and", "extend", "safeExtend", "partial"})
_MOST_WRAPS: Final = 16  # schemas around each other by calls alone
_OPTIONAL: Final = "\x00optional"


class Zod:
    """Reads the schemas that a block names, `const Name = z....`, and one that stands by itself."""

    def __init__(self, text: str, first_line: int) -> None:
        self.tokens = tokens_of(text, first_line)
        self.found: dict[str, Json] = {}

    def read(self) -> Mapping[str, Json]:
        """Return the schemas, by name."""
        tokens = self.tokens
        while tokens.peek().kind != "end":
            token = tokens.peek()
            if token.kind == "word" and token.text in {"const", "let", "var"} and tokens.peek(2).text == "=":
                name = tokens.peek(1)
                tokens.at += 3
                if tokens.peek().text.startswith("z.") or tokens.peek().text == "z":
                    schema = self._chain(0)
                    self.found.setdefault(name.text, {**_without(schema), AT: [name.line, name.column]})
            elif token.kind == "word" and token.text.startswith("z.") and not self.found:
                schema = self._chain(0)
                if "properties" in schema:
                    self.found.setdefault("schema", {**_without(schema), AT: [token.line, token.column]})
            else:
                tokens.at += 1
        return self.found

    def _chain(self, depth: int) -> dict[str, Json]:
        """Read a schema, and what is done to it one call after the other."""
        tokens = self.tokens
        token = tokens.peek()
        if depth > MOST_DEEP or token.kind != "word":
            tokens.at += token.kind != "end"
            return {}
        tokens.at += 1
        if token.text == "z":
            calls: list[str] = []
        elif token.text.startswith("z."):
            calls = token.text[2:].split(".")
            calls = calls[1:] if calls[:1] == ["coerce"] else calls
        else:
            name, *calls = token.text.split(".")
            schema: dict[str, Json] = {"$ref": f"#/$defs/{name}"}
            return self._calls(schema, calls, depth)
        return self._calls({}, calls, depth)

    def _calls(self, schema: dict[str, Json], calls: list[str], depth: int) -> dict[str, Json]:
        tokens = self.tokens
        wraps = 0
        while True:
            for call in calls:
                wraps += call in _WRAPS
                if tokens.peek().text == "(" and wraps > _MOST_WRAPS:
                    tokens.skip_bracket()
                elif tokens.peek().text == "(":
                    schema = self._call(schema, call, depth)
            if tokens.peek().text != "." or tokens.peek(1).kind != "word":
                return schema
            tokens.at += 1
            calls = tokens.take().text.split(".")

    def _call(self, schema: dict[str, Json], call: str, depth: int) -> dict[str, Json]:
        """Take one call, with what stands in its brackets."""
        tokens = self.tokens
        if not schema and call in {*_OBJECTS, "enum", "literal", "array", "union", "discriminatedUnion", *_MAKES}:
            return self._made(call, depth)
        if call in {"or", "and"}:
            tokens.take()
            other = self._chain(depth + 1)
            self._end()
            return {"anyOf" if call == "or" else "allOf": [_without(schema), _without(other)], **_marks(schema)}
        if call in {"extend", "safeExtend"} and tokens.peek(1).text == "{":
            tokens.take()
            more = self._object(depth + 1)
            self._end()
            return {"allOf": [_without(schema), more]}
        begin = tokens.at
        tokens.skip_bracket()
        inside = tokens.tokens[begin + 1 : max(begin + 1, tokens.at - 1)]
        return _changed(schema, call, inside)

    def _made(self, call: str, depth: int) -> dict[str, Json]:
        tokens = self.tokens
        if call in _OBJECTS and tokens.peek(1).text == "{":
            tokens.take()
            made = self._object(depth + 1)
            self._end()
            return made
        if call == "array":
            tokens.take()
            inner = self._chain(depth + 1)
            self._end()
            return {"type": "array", "items": _without(inner)}
        if call in {"union", "discriminatedUnion"}:
            return self._union(depth)
        begin = tokens.at
        tokens.skip_bracket()
        inside = tokens.tokens[begin + 1 : max(begin + 1, tokens.at - 1)]
        values = [value for token in inside for value in _constant(token)]
        if call == "enum":
            return {"enum": values} if values else {"type": "string"}
        if call == "literal":
            return {"enum": values} if values else {}
        return dict(_MAKES.get(call, {}))

    def _union(self, depth: int) -> dict[str, Json]:
        tokens = self.tokens
        tokens.take()
        parts: list[Json] = []
        if tokens.peek().kind == "text":
            tokens.at += 1
            tokens.took(",")
        if tokens.took("["):
            while tokens.peek().kind == "word":
                parts.append(_without(self._chain(depth + 1)))
                tokens.took(",")
            while tokens.peek().kind != "end" and not tokens.took("]"):
                tokens.at += 1
        self._end()
        return {"anyOf": parts}

    def _end(self) -> None:
        """Go to the end of the bracket that is open."""
        depth = 1
        while self.tokens.peek().kind != "end":
            text = self.tokens.take().text
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text, 0)
            if depth <= 0:
                return

    def _object(self, depth: int) -> dict[str, Json]:
        tokens = self.tokens
        tokens.take()
        properties: dict[str, Json] = {}
        required: list[Json] = []
        while tokens.peek().kind != "end" and not tokens.took("}"):
            token = tokens.take()
            if token.kind not in {"word", "text"} or not tokens.took(":"):
                continue
            name = unquoted(token.text) if token.kind == "text" else token.text
            schema = self._chain(depth)
            about = [str(schema["description"])] if "description" in schema else []
            about += [tokens.about(token)] if tokens.about(token) else []
            optional = bool(schema.get(_OPTIONAL))
            if name not in properties:
                told: dict[str, Json] = {"description": "\n".join(about)} if about else {}
                properties[name] = {**_without(schema), **told, AT: [token.line, token.column]}
                required += [] if optional else [name]
            self._to_comma()
        return {"type": "object", "properties": properties, "required": required}

    def _to_comma(self) -> None:
        """Go over what a member has that was not understood."""
        while (token := self.tokens.peek()).kind != "end" and token.text not in {",", "}"}:
            if token.text in {"(", "[", "{"}:
                self.tokens.skip_bracket()
            else:
                self.tokens.at += 1
        self.tokens.took(",")


def _changed(schema: dict[str, Json], call: str, inside: list[Token]) -> dict[str, Json]:  # noqa: C901, PLR0912
    """Return a schema after a call that bounds it, names its default, or lets it be left out."""
    values = [value for token in inside for value in _constant(token)]
    first = values[0] if values else None
    number = first if isinstance(first, int | float) and not isinstance(first, bool) else None
    kind = schema.get("type")
    size = "Items" if kind == "array" else "Length" if kind == "string" else ""
    if call in {"min", "gte", "nonempty"} and (number is not None or call == "nonempty"):
        return {**schema, (f"min{size}" if size else "minimum"): number if number is not None else 1}
    if call in {"max", "lte"} and number is not None:
        return {**schema, (f"max{size}" if size else "maximum"): number}
    if call == "length" and number is not None:
        return {**schema, f"min{size or 'Length'}": number, f"max{size or 'Length'}": number}
    if call in {"gt", "lt"} and number is not None:
        return {**schema, "exclusiveMinimum" if call == "gt" else "exclusiveMaximum": number}
    if call == "positive":
        return {**schema, "exclusiveMinimum": 0}
    if call == "nonnegative":
        return {**schema, "minimum": 0}
    if call in {"multipleOf", "step"} and number is not None:
        return {**schema, "multipleOf": number}
    if call == "int":
        return {**schema, "type": "integer"}
    if call == "array":
        return {"type": "array", "items": _without(schema), **_marks(schema)}
    if call == "partial":
        return {"allOf": [_without(schema)]}
    if call in {"optional", "nullish"}:
        return {**schema, _OPTIONAL: True, **({"nullable": True} if call == "nullish" else {})}
    if call == "nullable":
        return {**schema, "nullable": True}
    if call in {"default", "prefault", "catch"}:
        empty = [token.text for token in inside] == ["[", "]"]
        told: dict[str, Json] = (
            {"default": first} if len(inside) == 1 and values else {"default": []} if empty else {}
        )
        return {**schema, _OPTIONAL: True, **told}
    if call in {"describe", "meta", "openapi"}:
        texts = [str(value) for value in values if isinstance(value, str)]
        return {**schema, "description": " ".join(texts)} if texts else schema
    return schema


def _constant(token: Token) -> list[Json]:
    if token.kind == "text":
        return [unquoted(token.text)]
    if token.kind == "number":
        return [float(token.text) if "." in token.text else int(token.text)]
    return [{"true": True, "false": False}[token.text]] if token.text in {"true", "false"} else []


def _without(schema: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in schema.items() if key != _OPTIONAL}


def _marks(schema: Mapping[str, Json]) -> dict[str, Json]:
    return {_OPTIONAL: True} if schema.get(_OPTIONAL) else {}
