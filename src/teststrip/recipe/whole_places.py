"""Where the parts of a template file stand: Jinja's tree has lines only, and an editor wants columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from teststrip.base.where import Where
from teststrip.recipe.traced import Origin, Traced

if TYPE_CHECKING:
    from jinja2 import Environment

_TEXT, _VALUE, _STATEMENT = "text", "value", "statement"
_Part = tuple[str, int, int]  # what it is, where it begins and ends
ESCAPED: Final = "$${{"  # left for the cells, as `${{`
# Of the same length, so that columns stay, and nothing that a lexer or a person would write.
STAND_IN: Final = "\ufdd0\ufdd1\ufdd2\ufdd3"


class Places:
    """The texts and the expressions of a source in their order, each with its place.

    A line on which nothing but statements and comments stands leaves nothing behind; every other line stays as it
    is. (Jinja's own `trim_blocks` and `lstrip_blocks` would join lines, and lose indentation, which YAML needs.)
    """

    def __init__(self, environment: Environment, source: str, file: str) -> None:
        self.file = file
        self.lines = source.split("\n")
        self._starts = [0, *(index + 1 for index, sign in enumerate(source) if sign == "\n")]
        parts = list(_parts(environment, source))
        kept = _without_statement_lines(parts, source)
        self.texts: Iterator[tuple[str, Where]] = iter(
            [(source[start:end], self._where(start)) for start, end in kept]
        )
        self.expressions: Iterator[Where] = iter(
            [self._where(start) for kind, start, _ in parts if kind == _VALUE]
        )

    def _where(self, offset: int) -> Where:
        line = bisect_right(self._starts, offset)
        return Where(self.file, line, offset - self._starts[line - 1] + 1)

    def block(self, line: int) -> Where:
        """Return the place of a statement that stands on a line."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        column = text.find("${%")
        return Where(self.file, line, (column if column >= 0 else len(text) - len(text.lstrip())) + 1)


def _parts(environment: Environment, source: str) -> Iterator[_Part]:
    """Part a source into texts, expressions, and statements or comments."""
    at = begun = 0
    for _, kind, text in environment.lexer.tokeniter(source, None):
        while not source.startswith(text, at):  # white space that the lexer left out
            at += 1
        start, at = at, at + len(text)
        if kind == "data" and text:
            yield _TEXT, start, at
        elif kind in ("raw_begin", "raw_end"):
            yield _STATEMENT, start, at
        elif kind in ("block_begin", "comment_begin", "variable_begin"):
            begun = start
        elif kind in ("block_end", "comment_end"):
            yield _STATEMENT, begun, at
        elif kind == "variable_end":
            yield _VALUE, begun, at


def _without_statement_lines(parts: list[_Part], source: str) -> list[tuple[int, int]]:
    """Return where each text begins and ends, less the white space and line ends of lines of statements only."""
    kept = {number: (start, end) for number, (kind, start, end) in enumerate(parts) if kind == _TEXT}
    line: list[tuple[int, int, int]] = []
    statements, blank = False, True

    def end_line() -> None:
        for number, start, end in line if statements and blank else ():
            first, last = kept[number]
            kept[number] = (end, last) if start == first else (first, start)
        line.clear()

    for number, (kind, start, end) in enumerate(parts):
        if kind != _TEXT:
            statements = statements or kind == _STATEMENT
            blank = blank and kind == _STATEMENT
            continue
        at = start
        while at < end:
            found = source.find("\n", at, end) + 1
            line.append((number, at, found or end))
            blank = blank and source[at : found or end].isspace()
            at = found or end
            if found:
                end_line()
                statements, blank = False, True
    end_line()
    return list(kept.values())


def pieces(text: str, where: Where) -> Iterator[Traced]:
    """Part a text by its lines, and at each stand-in, so that columns can be counted in every piece."""
    line, column = where.line, where.column
    for whole in text.splitlines(keepends=True):
        first, *others = whole.split(STAND_IN)
        parts = [(column, first)]
        at = column + len(first)
        for other in others:
            parts.append((at + 1, ESCAPED[1:] + other))
            at += len(STAND_IN) + len(other)
        for begins, part in parts:
            if part:
                origin = Origin(Where(where.file, line, begins), verbatim=True)
                yield Traced(part, ((0, origin),))
        line, column = (line + 1, 1) if whole.endswith("\n") else (line, at)
