"""JSON as documentation writes it: remarks, single quotes, bare names, commas too many, dots for what is left out.

One pass over the tokens; what is no JSON at all is passed over. Never fails, but may say that it was not clean.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from teststrip.base.pattern import Pattern
from teststrip.base.where import Path, Problem, Where, dotted
from teststrip.provider.reading.blocks.tokens import Token, Tokens, tokens_of, unquoted
from teststrip.provider.reading.blocks.tree import MOST_DEEP, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from teststrip.base.json import Json

_SPELLING: Final = Pattern(
    r"(?P<blank>[ \t\r\n]+)|(?P<remark>//[^\n]*|\#[^\n]*)"
    r"|(?P<number>[-+]?(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][-+]?\d{1,4})?(?![\w.]))"
    r"|(?P<sign>[{}\[\]:,|=])|(?P<dots>\.{2,}|…)|(?P<word>[A-Za-z_$][\w$-]*(?:[ \t]?<[\w ,|]{1,40}>)?(?:\[\])?\??)|(?P<other>.)"
)
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


@dataclass(slots=True)
class _Reader:
    file: str
    tokens: Tokens
    clean: bool = True
    values: int = 0
    places: dict[Path, Where] = field(default_factory=dict)
    names: dict[Path, Where] = field(default_factory=dict)
    unions: dict[Path, tuple[Json, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    members: dict[int, list[tuple[int, Path]]] = field(default_factory=dict)  # columns and members, by line

    def value(self, path: Path, depth: int) -> Json:
        """Read a value, and the further ones that a bar adds."""
        first = self._one(path, depth)
        listed = [first]
        while self.tokens.took("|"):
            self.clean = False
            listed.append(self._one(path, depth))
        if len(listed) > 1:
            self.unions[path] = tuple(listed)
        return first

    def _one(self, path: Path, depth: int) -> Json:
        tokens = self.tokens
        token = tokens.peek()
        if token.kind == "end":
            self.clean = False
            return None
        self.values += 1
        self.places.setdefault(path, Where(self.file, token.line, token.column))
        if token.kind == "sign":
            if token.text in "{[" and depth < MOST_DEEP and self.values < _MOST_VALUES:
                tokens.at += 1
                return self._members(path, depth) if token.text == "{" else self._items(path, depth)
            self.clean = False
            if token.text in "{[":
                tokens.skip_bracket()  # nested too deep
            return None
        tokens.at += 1
        return self._scalar(token)

    def _scalar(self, token: Token) -> Json:
        if token.kind == "text":
            return unquoted(token.text)
        if token.kind == "number" and len(token.text) <= _LONGEST_NUMBER:
            number = int(token.text) if re.fullmatch(r"[-+]?\d+", token.text) else float(token.text)
            if math.isfinite(number):
                return number
        if token.kind == "word" and token.text in _WORDS:
            return _WORDS[token.text]
        self.clean = False
        return token.text if token.kind == "word" else None

    def _items(self, path: Path, depth: int) -> Json:
        items: list[Json] = []
        tokens = self.tokens
        while (token := tokens.peek()).kind != "end" and token.text != "}":
            if tokens.took("]"):
                return items
            if token.kind == "sign" and token.text in ",:=|":
                tokens.at += 1
            elif token.kind in {"dots", "other"}:
                self.clean = False
                tokens.at += 1
            else:
                items.append(self.value((*path, len(items)), depth + 1))
        self.clean = False
        return items

    def _members(self, path: Path, depth: int) -> Json:
        members: dict[str, Json] = {}
        words: list[str] = []  # of a brace that holds a place: {integer}
        tokens = self.tokens
        while tokens.peek().kind != "end" and tokens.peek().text != "]":
            if tokens.took("}"):
                return " ".join(words) if words and not members else members
            token = tokens.take()
            if token.kind not in {"text", "word", "number"}:
                self.clean = self.clean and token.text == ","
            elif tokens.took(":") or tokens.took("="):
                name = unquoted(token.text) if token.kind == "text" else token.text.removesuffix("?")
                self._member(members, name, token, (*path, name), depth)
            else:
                self.clean = False
                words += [token.text] if len(words) < _MOST_WORDS else []
        self.clean = False
        return members

    def _member(self, members: dict[str, Json], name: str, token: Token, inner: Path, depth: int) -> None:
        where = Where(self.file, token.line, token.column)
        if name in members:
            said = f"{name!r:.60} is given twice; the first is on line {self.names[inner].line}"
            self.problems.append(Problem(where, dotted(inner), said))
            self.value((*inner, "\x00"), depth + 1)
            return
        self.names[inner] = where
        self.members.setdefault(token.line, []).append((token.column, inner))
        members[name] = self.value(inner, depth + 1)


def read_jsonish(text: str, file: str, first_line: int) -> Jsonish:
    """Read the first object or list of a text whose first line is `first_line` of `file`."""
    tokens = tokens_of(text, first_line, _SPELLING)
    reader = _Reader(file, tokens)
    value = reader.value((), 0)
    clean = reader.clean and tokens.peek().kind == "end"
    tree = Tree(value, file, reader.places, reader.names)
    return Jsonish(tree, _told(reader), reader.unions, tuple(reader.problems), clean)


def _told(reader: _Reader) -> dict[Path, str]:
    """Give the remarks above a line to its first member, and each behind something to the member before it."""
    told: dict[Path, list[str]] = {}
    for line, members in reader.members.items():
        if line in reader.tokens.above:
            told.setdefault(members[0][1], []).append(reader.tokens.above[line])
        for behind, text in reader.tokens.trailing.get(line, ()):
            before = bisect_left(members, behind, key=itemgetter(0))
            told.setdefault(members[max(0, before - 1)][1], []).append(text)
    return {path: "\n".join(texts) for path, texts in told.items()}
