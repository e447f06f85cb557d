"""TypeScript's interfaces and types to a tree in the words of a schema: each declaration under `$defs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.blocks.tokens import tokens_of, unquoted
from teststrip.provider.reading.blocks.tree import AT, MOST_DEEP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_PLAIN: Final[Mapping[str, Mapping[str, Json]]] = {
    "string": {"type": "string"},
    "String": {"type": "string"},
    "URL": {"type": "string"},
    "Date": {"type": "string"},
    "number": {"type": "number"},
    "Number": {"type": "number"},
    "bigint": {"type": "integer"},
    "integer": {"type": "integer"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "boolean": {"type": "boolean"},
    "Boolean": {"type": "boolean"},
    "true": {"const": True},
    "false": {"const": False},
    "null": {"type": "null"},
    "undefined": {"type": "null"},
    "object": {"type": "object"},
    "Object": {"type": "object"},
    "any": {},
    "unknown": {},
    "File": {"type": "file"},
    "Blob": {"type": "file"},
    "Buffer": {"type": "file"},
    "Uint8Array": {"type": "file"},
}
_FUNCTION: Final = "\x00function"  # what no request has
_MOST_MANY: Final = 8  # arrays of arrays
_LISTS: Final = frozenset({"Array", "ReadonlyArray", "List", "Set"})
_SAME: Final = frozenset({"Readonly", "Required", "Promise", "Omit", "Pick", "NonNullable", "Partial"})
_MODIFIERS: Final = frozenset({"readonly", "public", "private", "declare", "export", "abstract"})


class TypeScript:
    """Reads declarations one after the other; what is no declaration is passed over."""

    def __init__(self, text: str, first_line: int) -> None:
        self.tokens = tokens_of(text, first_line)
        self.found: dict[str, Json] = {}

    def read(self) -> Mapping[str, Json]:
        """Return the declarations, by name, as schemas."""
        tokens = self.tokens
        while tokens.peek().kind != "end":
            token = tokens.peek()
            named = tokens.peek(1)
            follows = tokens.peek(2).text
            if (token.text in {"interface", "type", "class"} and named.kind == "word" and follows in "{=<e") or (
                token.text in {"interface", "type", "class"} and named.kind == "word" and follows == "extends"
            ):
                self._declaration(token.text)
            else:
                tokens.at += 1
        return self.found

    def _declaration(self, word: str) -> None:
        tokens = self.tokens
        tokens.at += 1
        name = tokens.take()
        if tokens.peek().text == "<":
            self._generic()
        above: list[Json] = []
        if word != "type":
            while tokens.peek().kind != "end" and tokens.peek().text != "{":
                token = tokens.take()
                if token.kind == "word" and token.text not in {"extends", "implements"}:
                    above.append({"$ref": f"#/$defs/{token.text}"})
                if tokens.peek().text == "<":
                    self._generic()
        elif not tokens.took("="):
            return
        schema = dict(self._type(0))
        made: dict[str, Json] = {"allOf": [*above, schema]} if above else schema
        self.found.setdefault(name.text, {**made, AT: [name.line, name.column]})

    def _generic(self) -> None:
        """Go over what stands in angle brackets."""
        depth = 0
        while self.tokens.peek().kind != "end":
            text = self.tokens.take().text
            depth += {"<": 1, ">": -1}.get(text, 0)
            if depth <= 0:
                return

    def _type(self, depth: int) -> Mapping[str, Json]:
        """Read a type: one, or several parted by bars."""
        tokens = self.tokens
        tokens.took("|")
        parts = [self._joined(depth)]
        while tokens.peek().text == "|" and tokens.peek().kind == "sign":
            tokens.at += 1
            parts.append(self._joined(depth))
        if len(parts) == 1:
            return parts[0]
        nullable = any(part.get("type") == "null" for part in parts)
        plain = [part for part in parts if part.get("type") != "null"]
        if plain and all("const" in part and len(part) == 1 for part in plain):
            values = [part["const"] for part in plain]
            return {"enum": values, **({"nullable": True} if nullable else {})}
        return {"anyOf": list(parts)}

    def _joined(self, depth: int) -> Mapping[str, Json]:
        tokens = self.tokens
        first = self._many(depth)
        if tokens.peek().text != "&":
            return first
        parts: list[Json] = [dict(first)]
        while tokens.took("&"):
            parts.append(dict(self._many(depth)))
        return {"allOf": parts}

    def _many(self, depth: int) -> Mapping[str, Json]:
        tokens = self.tokens
        one = self._one(depth)
        many = 0
        while tokens.peek().text == "[" and tokens.peek(1).text == "]":
            tokens.at += 2
            many += 1
            if many > _MOST_MANY:
                continue
            one = {"type": "array", "items": dict(one)}
        return one

    def _one(self, depth: int) -> Mapping[str, Json]:
        tokens = self.tokens
        token = tokens.peek()
        if depth > MOST_DEEP:
            tokens.skip_bracket()
            return {}
        if token.kind == "text":
            tokens.at += 1
            return {"const": unquoted(token.text)} if token.text[0] != "`" else {"type": "string"}
        if token.kind == "number":
            tokens.at += 1
            return {"const": float(token.text) if "." in token.text else int(token.text)}
        if token.text == "{":
            return self._members(depth)
        if token.text == "(":
            behind = tokens.behind()
            if behind < len(tokens.tokens) and tokens.tokens[behind].text == "=>":
                tokens.at = behind + 1
                self._type(depth + 1)
                return {_FUNCTION: True}
            tokens.at += 1
            inner = self._type(depth + 1)
            tokens.took(")")
            return inner
        if token.text == "[":
            tokens.skip_bracket()
            return {"type": "array"}
        if token.kind == "word":
            tokens.at += 1
            return self._named(token.text, depth)
        return {}

    def _named(self, name: str, depth: int) -> Mapping[str, Json]:
        tokens = self.tokens
        if name in {"keyof", "typeof", "readonly"}:
            return self._one(depth + 1)
        if name in _PLAIN:
            return _PLAIN[name]
        if tokens.peek().text != "<":
            return {"$ref": f"#/$defs/{name}"}
        if name in _LISTS:
            tokens.at += 1
            inner = self._type(depth + 1)
            self._closed()
            return {"type": "array", "items": dict(inner)}
        if name in _SAME:
            tokens.at += 1
            inner = self._type(depth + 1)
            while tokens.took(","):
                self._type(depth + 1)
            self._closed()
            return inner
        self._generic()
        return {"type": "object"} if name in {"Record", "Map", "Dictionary"} else {"$ref": f"#/$defs/{name}"}

    def _closed(self) -> None:
        if not self.tokens.took(">"):
            return

    def _members(self, depth: int) -> Mapping[str, Json]:
        tokens = self.tokens
        tokens.take()
        properties: dict[str, Json] = {}
        required: list[Json] = []
        while tokens.peek().kind != "end" and not tokens.took("}"):
            token = tokens.peek()
            if token.text in {"[", "("}:
                tokens.skip_bracket()  # an index, or a call
                if tokens.took(":"):
                    self._type(depth + 1)
                continue
            if token.text in _MODIFIERS and tokens.peek(1).kind in {"word", "text"}:
                tokens.at += 1
                continue
            if token.kind not in {"word", "text", "number"}:
                tokens.at += 1
                continue
            self._member(properties, required, depth)
        return {"type": "object", "properties": properties, "required": required}

    def _member(self, properties: dict[str, Json], required: list[Json], depth: int) -> None:
        tokens = self.tokens
        token = tokens.take()
        name = unquoted(token.text) if token.kind == "text" else token.text
        optional = tokens.took("?")
        tokens.took("!")
        if tokens.peek().text == "(":  # a method
            tokens.skip_bracket()
            if tokens.took(":"):
                self._type(depth + 1)
            return
        if not tokens.took(":"):
            return
        schema = dict(self._type(depth + 1))
        last = tokens.tokens[tokens.at - 1].line
        further = tokens.behind_line(last) if last != token.line else ""
        about = "\n".join(filter(None, (tokens.about(token), further)))
        if tokens.took("="):
            schema |= self._default()
            optional = True
        schema[AT] = [token.line, token.column]
        if about:
            schema["description"] = about
        if name not in properties and _FUNCTION not in schema:
            properties[name] = schema
            required += [] if optional else [name]

    def _default(self) -> Mapping[str, Json]:
        """Read what a member of a class is set to."""
        token = self.tokens.peek()
        if token.kind in {"text", "number"} or token.text in {"true", "false"}:
            constant = self._one(0)
            return {"default": constant["const"]} if "const" in constant else {}
        return {}
