"""Messages of protocol buffers to a tree in the words of a schema: each message and each enumeration under `$defs`.

The third version of the language has no member that has to be given, so nothing says which have to; remarks may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.blocks.tokens import Token, tokens_of
from teststrip.provider.reading.blocks.tree import AT, MOST_DEEP, SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_PLAIN: Final[Mapping[str, str]] = {
    "string": "string",
    "bytes": "file",
    "bool": "boolean",
    "double": "number",
    "float": "number",
    **dict.fromkeys(
        ("int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"),
        "integer",
    ),
}
_KNOWN: Final[Mapping[str, Mapping[str, Json]]] = {
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Timestamp": {"type": "string"},
    "google.protobuf.Duration": {"type": "string"},
    "google.protobuf.StringValue": {"type": "string"},
    "google.protobuf.Int32Value": {"type": "integer"},
    "google.protobuf.FloatValue": {"type": "number"},
    "google.protobuf.BoolValue": {"type": "boolean"},
    "google.protobuf.Any": {},
}


class Proto:
    """Reads the messages of a block; services, options and whatever else is there are passed over."""

    def __init__(self, text: str, first_line: int) -> None:
        self.tokens = tokens_of(text, first_line)
        self.found: dict[str, Json] = {}

    def read(self) -> Mapping[str, Json]:
        """Return the messages, by name, as schemas."""
        tokens = self.tokens
        while tokens.peek().kind != "end":
            token = tokens.peek()
            if token.text in {"message", "enum"} and tokens.peek(1).kind == "word" and tokens.peek(2).text == "{":
                self._declared(0)
            elif token.text == "{":
                tokens.skip_bracket()
            else:
                tokens.at += 1
        return self.found

    def _declared(self, depth: int) -> None:
        tokens = self.tokens
        word, name = tokens.take(), tokens.take()
        if depth > MOST_DEEP:
            tokens.skip_bracket()
            return
        made = self._enum() if word.text == "enum" else self._message(depth)
        self.found.setdefault(name.text, {**made, AT: [name.line, name.column]})

    def _enum(self) -> dict[str, Json]:
        tokens = self.tokens
        tokens.take()
        values: list[Json] = []
        while tokens.peek().kind != "end" and not tokens.took("}"):
            token = tokens.take()
            if token.kind == "word" and tokens.took("="):
                values.append(token.text)
                tokens.take()
                if tokens.peek().text == "[":
                    tokens.skip_bracket()
        return {"type": "string", "enum": values}

    def _message(self, depth: int) -> dict[str, Json]:
        tokens = self.tokens
        tokens.take()
        properties: dict[str, Json] = {}
        required: list[Json] = []
        open_ = 1
        while tokens.peek().kind != "end" and open_:
            token = tokens.peek()
            if token.text == "}":
                open_ -= 1
                tokens.at += 1
            elif token.text in {"message", "enum"} and tokens.peek(2).text == "{":
                self._declared(depth + 1)
            elif token.text == "oneof" and tokens.peek(2).text == "{":
                tokens.at += 3
                open_ += 1
            elif token.text in {"option", "reserved", "extensions"}:
                self._to_end()
            else:
                self._field(properties, required)
        return {"type": "object", "properties": properties, "required": required, SILENT: True}

    def _to_end(self) -> None:
        while self.tokens.peek().kind != "end" and self.tokens.peek().text not in {";", "}"}:
            self.tokens.at += 1
        self.tokens.took(";")

    def _field(self, properties: dict[str, Json], required: list[Json]) -> None:
        """Read `repeated string names = 1 [deprecated = true];`, or go over what is none."""
        tokens = self.tokens
        begin = tokens.peek()
        label = tokens.take().text if begin.text in {"repeated", "optional", "required"} else ""
        kind = tokens.take()
        if kind.text == "map" and tokens.peek().text == "<":
            while tokens.peek().kind != "end" and not tokens.took(">"):
                tokens.at += 1
        name = tokens.peek()
        if kind.kind != "word" or name.kind != "word" or tokens.peek(1).text != "=":
            if kind.text == "{":
                tokens.at -= 1
                tokens.skip_bracket()
            return
        tokens.at += 2
        self._to_end()
        schema = self._schema(kind, label)
        about = tokens.about(begin)
        if name.text not in properties:
            told: dict[str, Json] = {"description": about} if about else {}
            if label in {"optional", "required"}:
                told["required"] = label == "required"
            properties[name.text] = {**schema, **told, AT: [name.line, name.column]}
            required += [name.text] if label == "required" else []

    def _schema(self, kind: Token, label: str) -> dict[str, Json]:
        word = kind.text
        one: dict[str, Json]
        if word == "map":
            return {"type": "object"}
        if word in _PLAIN:
            one = {"type": _PLAIN[word]}
        elif word in _KNOWN:
            one = dict(_KNOWN[word])
        else:
            one = {"$ref": f"#/$defs/{word.rpartition('.')[2]}"}
        return {"type": "array", "items": one} if label == "repeated" else one
