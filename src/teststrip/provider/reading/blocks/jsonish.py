"""JSON as documentation writes it: remarks, single quotes, bare names, commas too many, dots for what is left out.

One pass over the tokens; what is no JSON at all is passed over. Never fails, but may say that it was not clean.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.provider.reading.blocks.tree import MOST_DEEP, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_TOKEN: Final = Pattern(
    r"(?P<line>\n)|(?P<blank>[ \t\r]+)|(?P<remark>//[^\n]*|\#[^\n]*)"
    r"|(?P<number>[-+]?(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][-+]?\d{1,4})?(?![\w.]))"
    r"|(?P<sign>[{}\[\]:,|=])|(?P<dots>\.{2,}|…)|(?P<word>[A-Za-z_$][\w$-]*(?:[ \t]?<[\w ,|]{1,40}>)?(?:\[\])?\??)|(?P<other>.)"
)
_TEXT: Final = Pattern(r"\"(?:[^\"\\\n]|\\[^\n])*\"|'(?:[^'\\\n]|\\[^\n])*'|`[^`\n]*`")
_WORDS: Final = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_MOST_VALUES: Final = 200_000
_LONGEST_NUMBER: Final = 40
_MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Jsonish:
    """A tree, the remarks that go with its members, and the values that a `"a" | "b"` lists, by path."""

    tree: Tree
    remarks: Mapping[Path, str]
    unions: Mapping[Path, tuple[Json, ...]]
    problems: tuple[Problem, ...]
    clean: bool  # it is JSON, but for remarks


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int
    column: int
    first: bool  # on its line


@dataclass(slots=True)
class _Remark:
    text: str
    line: int
    column: int
    alone: bool


@dataclass(slots=True)
class _Reader:
    file: str
    tokens: list[_Token]
    at: int = 0
    clean: bool = True
    values: int = 0
    places: dict[Path, Where] = field(default_factory=dict)
    names: dict[Path, Where] = field(default_factory=dict)
    unions: dict[Path, tuple[Json, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    told: list[tuple[int, int, Path]] = field(default_factory=list)  # line, column, member

    def peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def is_sign(self, sign: str) -> bool:
        token = self.peek()
        return token is not None and token.kind == "sign" and token.text == sign

    def value(self, path: Path, depth: int) -> Json:
        """Read a value, and the further ones that a bar adds."""
        first = self._one(path, depth)
        if not self.is_sign("|"):
            return first
        listed = [first]
        while self.is_sign("|"):
            self.at += 1
            self.clean = False
            listed.append(self._one(path, depth))
        self.unions[path] = tuple(listed)
        return first

    def _one(self, path: Path, depth: int) -> Json:
        token = self.peek()
        if token is None:
            self.clean = False
            return None
        self.values += 1
        self.places.setdefault(path, Where(self.file, token.line, token.column))
        if token.kind == "sign":
            if token.text in "{[" and depth < MOST_DEEP and self.values < _MOST_VALUES:
                self.at += 1
                return self._members(path, depth) if token.text == "{" else self._items(path, depth)
            self.clean = False
            if token.text in "{[":
                self._skip()
            return None
        self.at += 1
        return self._scalar(token)

    def _scalar(self, token: _Token) -> Json:
        if token.kind == "text":
            return _text(token.text)
        if token.kind == "number" and len(token.text) <= _LONGEST_NUMBER:
            number = int(token.text) if re.fullmatch(r"[-+]?\d+", token.text) else float(token.text)
            if math.isfinite(number):
                return number
        if token.kind == "word" and token.text in _WORDS:
            return _WORDS[token.text]
        self.clean = False
        return token.text if token.kind == "word" else None

    def _skip(self) -> None:
        """Pass over what is nested too deep."""
        depth = 0
        while (token := self.peek()) is not None:
            self.at += 1
            if token.kind == "sign" and token.text in "{[":
                depth += 1
            elif token.kind == "sign" and token.text in "}]":
                depth -= 1
                if depth == 0:
                    return

    def _items(self, path: Path, depth: int) -> Json:
        items: list[Json] = []
        while (token := self.peek()) is not None:
            if self.is_sign("]"):
                self.at += 1
                return items
            if self.is_sign("}"):
                break
            if token.kind == "sign" and token.text in ",:=|":
                self.at += 1
            elif token.kind in {"dots", "other"}:
                self.clean = False
                self.at += 1
            else:
                items.append(self.value((*path, len(items)), depth + 1))
        self.clean = False
        return items

    def _members(self, path: Path, depth: int) -> Json:
        members: dict[str, Json] = {}
        words: list[str] = []  # of a brace that holds a place: {integer}
        while (token := self.peek()) is not None:
            if self.is_sign("}"):
                self.at += 1
                return " ".join(words) if words and not members else members
            if self.is_sign("]"):
                break
            self.at += 1
            if token.kind not in {"text", "word", "number"}:
                self.clean = self.clean and (token.kind == "sign" and token.text == ",")
                continue
            if not self.is_sign(":") and not self.is_sign("="):
                self.clean = False
                words += [token.text] if len(words) < _MOST_WORDS else []
                continue
            self.at += 1
            name = _text(token.text) if token.kind == "text" else token.text.removesuffix("?")
            self._member(members, name, token, (*path, name), depth)
        self.clean = False
        return members

    def _member(self, members: dict[str, Json], name: str, token: _Token, inner: Path, depth: int) -> None:
        where = Where(self.file, token.line, token.column)
        if name in members:
            said = f"{name!r:.60} is given twice; the first is on line {self.names[inner].line}"
            self.problems.append(Problem(where, dotted(inner), said))
            self.value((*inner, "\x00"), depth + 1)
            return
        self.names[inner] = where
        self.told.append((token.line, token.column, inner))
        members[name] = self.value(inner, depth + 1)


def read_jsonish(text: str, file: str, first_line: int) -> Jsonish:
    """Read the first object or list of a text whose first line is `first_line` of `file`."""
    tokens, remarks = _tokens(text, first_line)
    reader = _Reader(file, tokens)
    value = reader.value((), 0)
    if reader.at < len(tokens):
        reader.clean = False
    tree = Tree(value, file, reader.places, reader.names)
    told = _told(remarks, reader.told)
    return Jsonish(tree, told, reader.unions, tuple(reader.problems), reader.clean)


def _tokens(text: str, first_line: int) -> tuple[list[_Token], list[_Remark]]:
    tokens: list[_Token] = []
    remarks: list[_Remark] = []
    line, start, first, at = first_line, 0, True, 0
    while at < len(text):
        kind, end = _next(text, at)
        found, column = text[at:end], at - start + 1
        at = end
        if kind == "remark":
            remarks.append(_Remark(_bare(found), line, column, first))
        elif kind not in {"line", "blank"}:
            tokens.append(_Token(kind, found, line, column, first))
        ends = found.count("\n")
        if ends:
            line, start = line + ends, end - (len(found) - found.rfind("\n") - 1)
        first = kind == "line" or (kind == "blank" and first)
    return tokens, remarks


def _next(text: str, at: int) -> tuple[str, int]:
    """Return the kind and the end of the next token. A text that is not closed on its line is passed over with it."""
    if text[at] in "\"'`":
        match = _TEXT.match(text, at)
        if match is not None:
            return "text", match.end()
        end = text.find("\n", at)
        return "other", end if end >= 0 else len(text)
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        return ("remark", end + 2) if end >= 0 else ("other", len(text))
    match = _TOKEN.match(text, at)
    return (match.lastgroup or "other", match.end()) if match is not None else ("other", at + 1)


def _bare(remark: str) -> str:
    if remark.startswith("/*"):
        lines = (line.strip().lstrip("*").strip() for line in remark[2:-2].split("\n"))
        return " ".join(line for line in lines if line)
    return remark.lstrip("/#").strip()


def _told(remarks: list[_Remark], members: list[tuple[int, int, Path]]) -> dict[Path, str]:
    """Give every remark to the member before it on its line, or, where it has a line of its own, to the one below."""
    by_line: dict[int, list[tuple[int, Path]]] = {}
    for line, column, path in members:
        by_line.setdefault(line, []).append((column, path))
    told: dict[Path, list[str]] = {}
    above: list[tuple[int, str]] = []
    for remark in remarks:
        if remark.alone:
            if above and above[-1][0] != remark.line - 1:
                above = []
            above.append((remark.line, remark.text))
            for _, path in by_line.get(remark.line + 1, [])[:1]:
                told.setdefault(path, []).extend(text for _, text in above)
                above = []
            continue
        before = [path for column, path in by_line.get(remark.line, []) if column < remark.column]
        if before:
            told.setdefault(before[-1], []).append(remark.text)
    return {path: "\n".join(texts) for path, texts in told.items()}


def _text(token: str) -> str:
    inner = token[1:-1]
    if "\\" not in inner:
        return inner
    if token[0] == '"':
        try:
            return str(json.loads(token, strict=False))
        except ValueError:
            return inner
    return re.sub(r"\\(.)", r"\1", inner)
