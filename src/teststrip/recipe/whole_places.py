"""Where the parts of a template file stand: Jinja's tree has lines only, and an editor wants columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from teststrip.base.where import Where
from teststrip.recipe.traced import Origin, Traced

if TYPE_CHECKING:
    from jinja2 import Environment

ESCAPED: Final = "$${{"  # left for the cells, as `${{`
# Of the same length, so that columns stay, and nothing that a lexer or a person would write.
STAND_IN: Final = "\ufdd0\ufdd1\ufdd2\ufdd3"


class Places:
    """The places of all texts and of all expressions of a source, in their order."""

    def __init__(self, environment: Environment, source: str, file: str) -> None:
        self.file = file
        self.lines = source.split("\n")
        self._starts = [0, *(index + 1 for index, sign in enumerate(source) if sign == "\n")]
        texts, expressions, at = [], [], 0
        for _, kind, text in environment.lexer.tokeniter(source, None):
            while not source.startswith(text, at):  # white space that the lexer left out
                at += 1
            if kind == "data" and text:
                texts.append(self._where(at))
            elif kind == "variable_begin":
                expressions.append(self._where(at))
            at += len(text)
        self.texts: Iterator[Where] = iter(texts)
        self.expressions: Iterator[Where] = iter(expressions)

    def _where(self, offset: int) -> Where:
        line = bisect_right(self._starts, offset)
        return Where(self.file, line, offset - self._starts[line - 1] + 1)

    def block(self, line: int) -> Where:
        """Return the place of a statement that stands on a line."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        column = text.find("${%")
        return Where(self.file, line, (column if column >= 0 else len(text) - len(text.lstrip())) + 1)


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
