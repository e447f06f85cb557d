"""What a whole-file template may consist of, and the changes made to its tree before it is compiled.

The changes make three things true that Jinja does not give: each piece of output carries its origin (`AT`,
`TEXT`), each loop, macro and file pays for its work before it does it (`EACH`, `ENTER`, `USE`), and no list can be
built that would be far larger written out than it is in memory (`MADE`, `JOIN`). They are filters under names that
no template can write.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

from teststrip.base.near import near
from teststrip.base.where import Where
from teststrip.recipe.templates import _NODES as EXPRESSIONS
from teststrip.recipe.templates import TemplateFault
from teststrip.recipe.traced import Origin, Traced

AT: Final = "@at"  # the value of an expression, to text
TEXT: Final = "@text"  # a piece of the file
EACH: Final = "@each"  # what a loop runs over
ENTER: Final = "@enter"  # the start of a file or a macro
USE: Final = "@use"  # what is compared
MADE: Final = "@made"  # a list or mapping written in a template
JOIN: Final = "@join"  # a ~ b

ESCAPED: Final = "$${{"  # left for the cells, as `${{`
# Of the same length, so that columns stay, and nothing that a lexer or a person would write.
STAND_IN: Final = "\ufdd0\ufdd1\ufdd2\ufdd3"

_ALLOWED: Final = (
    *EXPRESSIONS,
    *(nodes.Template, nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.Call, nodes.Test),
    *(nodes.Include, nodes.Import, nodes.FromImport),
)
_TESTS: Final = ("defined", "undefined", "none")
_INSTEAD: Final = {
    "pow": "`**` is not available",
    "extends": "`${% extends %}` is not available; the recipe's own key `extends` is",
    "block": "`${% block %}` is not available; use a macro or an include",
    "callblock": "`${% call %}` is not available; hand the text to a macro",
    "filterblock": "`${% filter %}` is not available; put a filter behind an expression",
    "with": "`${% with %}` is not available; use `${% set %}`",
    "slice": "slices are not available; name one place in a list",
}


class NodeFault(TemplateFault):
    """A construct that a template may not have, with the name of its template and the line on which it stands."""

    def __init__(self, message: str, name: str, line: int, suggestion: str | None = None) -> None:
        super().__init__(message, suggestion)
        self.name = name
        self.line = line


@dataclass(slots=True)
class Pieces:
    """What the changed trees refer to by number: the texts of the files, and the origins of the expressions."""

    texts: list[Traced] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)


def refuse(tree: nodes.Template, filters: Collection[str], name: str) -> None:
    """Raise NodeFault for anything in a template, known by its name, that is not listed here."""
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        kind = type(node).__name__.lower()
        if not isinstance(node, _ALLOWED):
            said = _INSTEAD.get(kind, f"a template of a recipe cannot have a {kind}")
            raise NodeFault(said, name, node.lineno)
        if isinstance(node, nodes.For) and node.recursive:
            said = "`recursive` loops are not available; use a macro that calls itself"
            raise NodeFault(said, name, node.lineno)
        if isinstance(node, nodes.Test):
            _known(node, _TESTS, "test", name)
        elif isinstance(node, nodes.Filter):
            _known(node, filters, "filter", name)
        waiting.extend(reversed(list(node.iter_child_nodes())))


def _known(node: nodes.Filter | nodes.Test, there: Collection[str], kind: str, name: str) -> None:
    if node.name not in there:
        said = f"{node.name!r} is no {kind}; there are: {', '.join(sorted(there))}"
        raise NodeFault(said, name, node.lineno, near(node.name, sorted(there)))


def annotate(
    tree: nodes.Template, environment: Environment, source: str, file: str, pieces: Pieces
) -> nodes.Template:
    """Change a tree so that its output is traced and its work is paid for; `source` is what it was parsed from."""
    places = _Places(source, file)
    texts, expressions = places.of(environment)
    changed = _Changing(iter(texts), iter(expressions), pieces).visit(tree)
    changed.set_environment(environment)
    return cast("nodes.Template", changed)


class _Places:
    """Where the pieces of a source stand."""

    def __init__(self, source: str, file: str) -> None:
        self.source = source
        self.file = file
        self.lines = [0, *(index + 1 for index, sign in enumerate(source) if sign == "\n")]

    def of(self, environment: Environment) -> tuple[list[Where], list[Where]]:
        """Return the places of all texts and of all expressions, in their order."""
        texts, expressions, at = [], [], 0
        for _, kind, text in environment.lexer.tokeniter(self.source, None):
            while not self.source.startswith(text, at):  # white space that the lexer left out
                at += 1
            if kind == "data" and text:
                texts.append(self._where(at))
            elif kind == "variable_begin":
                expressions.append(self._where(at))
            at += len(text)
        return texts, expressions

    def _where(self, offset: int) -> Where:
        line = bisect_right(self.lines, offset)
        return Where(self.file, line, offset - self.lines[line - 1] + 1)


class _Changing(NodeTransformer):
    """The one walk over a tree; it meets texts and expressions in the order of the source."""

    def __init__(self, texts: Iterator[Where], expressions: Iterator[Where], pieces: Pieces) -> None:
        self.texts = texts
        self.expressions = expressions
        self.pieces = pieces

    def visit_Template(self, node: nodes.Template) -> nodes.Template:  # noqa: N802  the name is Jinja's
        size = _size(node.body)
        self.generic_visit(node)
        node.body.insert(0, _enter(size, 1))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Macro:  # noqa: N802
        size = _size(node.body)
        self.generic_visit(node)
        node.body.insert(0, _enter(size, node.lineno))
        return node

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802
        size = _size(node.body) + (_size([node.test]) if node.test else 0)
        self.generic_visit(node)
        node.iter = _filter(EACH, cast("nodes.Expr", node.iter), nodes.Const(size))
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802
        made: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                made += self._text(child.data, next(self.texts))
            else:
                self.pieces.origins.append(Origin(next(self.expressions), verbatim=False))
                number = nodes.Const(len(self.pieces.origins) - 1)
                made.append(_filter(AT, self.visit(child), number))
        node.nodes = made
        return node

    def _text(self, text: str, where: Where) -> Iterator[nodes.Expr]:
        """Make a piece of each line, and of what follows a stand-in, so that columns can be counted in them."""
        line, column = where.line, where.column
        for whole in text.splitlines(keepends=True) if "\n" in text else [text]:
            first, *others = whole.split(STAND_IN)
            parts = [(column, first)]
            at = column + len(first)
            for other in others:
                parts.append((at + 1, ESCAPED[1:] + other))
                at += len(STAND_IN) + len(other)
            for begins, part in parts:
                if part:
                    origin = Origin(Where(where.file, line, begins), verbatim=True)
                    self.pieces.texts.append(Traced(part, ((0, origin),)))
                    yield _filter(TEXT, nodes.Const(len(self.pieces.texts) - 1, lineno=line))
            line, column = (line + 1, 1) if whole.endswith("\n") else (line, at)

    def visit_Const(self, node: nodes.Const) -> nodes.Const:  # noqa: N802
        if isinstance(node.value, str):
            node.value = node.value.replace(STAND_IN, ESCAPED[1:])
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        return _filter(JOIN, nodes.List(node.nodes, lineno=node.lineno))

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:  # noqa: N802
        self.generic_visit(node)
        node.expr = _filter(USE, node.expr)
        for operand in node.ops:
            operand.expr = _filter(USE, operand.expr)
        return node

    def visit_List(self, node: nodes.List) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        return _filter(MADE, node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        return _filter(MADE, node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        return _filter(MADE, node) if node.ctx == "load" else node


def _filter(name: str, node: nodes.Expr, *arguments: nodes.Expr) -> nodes.Filter:
    made = nodes.Filter(node, name, list(arguments), [], None, None)
    made.lineno = node.lineno or 1
    return made


def _enter(size: int, line: int) -> nodes.ExprStmt:
    return nodes.ExprStmt(_filter(ENTER, nodes.Const(size, lineno=line)), lineno=line)


def _size(body: list[nodes.Node] | list[nodes.Expr | None]) -> int:
    """Count the nodes that one round of a body passes; loops inside and macros pay for themselves."""
    count, waiting = 0, [node for node in body if node is not None]
    while waiting:
        node = waiting.pop()
        count += 1
        if not isinstance(node, nodes.Macro):
            waiting.extend(node.iter_child_nodes())
    return count
