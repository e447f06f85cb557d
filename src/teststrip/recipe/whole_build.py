"""The statements of whole-file templates: Jinja's grammar, and an evaluation of our own.

As in string values (`expressions.py`) the tree becomes closures, and nothing can be done but what is listed in
`_STATEMENTS` and `MORE`. A closure of a statement writes pieces of text that carry their origin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from jinja2 import nodes

from teststrip.base.where import Where
from teststrip.recipe.bounds import TemplateFault, shown
from teststrip.recipe.expressions import Builder, Evaluate
from teststrip.recipe.sources import SourceFault
from teststrip.recipe.traced import Origin, Traced, joined
from teststrip.recipe.whole_expressions import MORE, UnknownError
from teststrip.recipe.whole_frame import Macro, MissingFault, PlacedFault, Run, WholeFrame, assigned, loop_at
from teststrip.recipe.whole_places import Places, pieces

_ERRORS: Final = (
    *(
        TemplateFault,
        SourceFault,
        ArithmeticError,
        TypeError,
        ValueError,
        LookupError,
        RecursionError,
        MemoryError,
    ),
)
_INSTEAD: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Pow: "`**` is not available",
    nodes.Extends: "`${% extends %}` is not available; the recipe's own key `extends` is",
    nodes.Block: "`${% block %}` is not available; use a macro or an include",
    nodes.CallBlock: "`${% call %}` is not available; hand the text to a macro",
    nodes.FilterBlock: "`${% filter %}` is not available; put a filter behind an expression",
    nodes.With: "`${% with %}` is not available; use `${% set %}`",
    nodes.NSRef: "only plain names can be set",
    nodes.Slice: "slices are not available; name one place in a list",
}


@dataclass(slots=True, kw_only=True)
class StatementBuilder(Builder):
    """Turns the tree of one file into a closure; `name` is the file's, relative to the folder of the template.

    `load` finds another file for an include: its name as it was written, and the name of the file that includes.
    """

    name: str
    places: Places
    load: Callable[[str, str], Run]

    # Builder's methods are named: a class with slots is made twice, and super() would look at the first.
    def build(self, node: nodes.Node) -> Evaluate:
        """Return the closure of an expression. Raises TemplateFault for anything that is not listed."""
        more = MORE.get(type(node))
        if more is not None:
            return more(self, node)
        if type(node) in _INSTEAD:
            raise TemplateFault(_INSTEAD[type(node)])
        return Builder.build(self, node)

    def body(self, body: Sequence[nodes.Node]) -> Run:
        """Return the closure of several statements, one after the other."""
        steps = [step for node in body for step in self._steps(node)]

        def run(frame: WholeFrame, out: list[str]) -> None:
            for step in steps:
                step(frame, out)

        return run

    def _steps(self, node: nodes.Node) -> list[Run]:
        if isinstance(node, nodes.Output):
            return [step for child in node.nodes for step in self._output(child)]
        make = _STATEMENTS.get(type(node))
        where = self.places.block(node.lineno)
        if make is None:
            said = f"a template of a recipe cannot have a {type(node).__name__.lower()}"
            raise PlacedFault(where, _INSTEAD.get(type(node), said))
        return [_guarded(where, lambda: make(self, node), _size(node))]

    def _output(self, node: nodes.Node) -> list[Run]:
        if isinstance(node, nodes.TemplateData):
            return [_text(piece) for piece in pieces(*next(self.places.texts))]
        where = next(self.places.expressions)
        return [_guarded(where, lambda: _printing(self.build(node), where), _size(node))]


def _guarded(where: Where, make: Callable[[], Run], size: int) -> Run:
    """Give a place to what goes wrong while a closure is made, and while it runs; it pays for its size."""
    try:
        made = make()
    except PlacedFault:
        raise
    except (TemplateFault, RecursionError) as fault:
        raise _placed(fault, where) from fault

    def run(frame: WholeFrame, out: list[str]) -> None:
        try:
            frame.spend(size)
            made(frame, out)
        except PlacedFault:
            raise
        except _ERRORS as error:
            raise _placed(error, where) from error

    return run


def _placed(error: Exception, where: Where) -> PlacedFault:
    if isinstance(error, TemplateFault | SourceFault):
        return PlacedFault(where, error.message, error.suggestion)
    if isinstance(error, UnknownError):
        said = f"{shown(error.name)} is no variable of this template"
        return PlacedFault(where, said, word=error.name)
    if isinstance(error, RecursionError | MemoryError):
        return PlacedFault(where, "the template is nested too deeply, or makes too much at once")
    return PlacedFault(where, f"the template cannot be rendered: {error}")


def _size(node: nodes.Node) -> int:
    """Count the parts of a statement or expression; the statements inside it pay for themselves."""
    count, waiting = 0, [node]
    while waiting:
        one = waiting.pop()
        count += 1
        waiting += [inner for inner in one.iter_child_nodes() if not isinstance(inner, nodes.Stmt)]
    return count


def _text(piece: Traced) -> Run:
    return lambda frame, out: frame.write(piece, out)


def _printing(evaluate: Evaluate, where: Where) -> Run:
    origin = Origin(where, verbatim=False)

    def run(frame: WholeFrame, out: list[str]) -> None:
        text = frame.text(evaluate(frame))
        frame.write(text if isinstance(text, Traced) else Traced(text, ((0, origin),)), out)

    return run


def _if(builder: StatementBuilder, node: nodes.If) -> Run:
    test, then = builder.build(node.test), builder.body(node.body)
    otherwise: list[nodes.Node] = node.else_
    for one in reversed(node.elif_):  # each is asked when those before it did not hold
        otherwise = [nodes.If(one.test, one.body, [], otherwise, lineno=one.lineno)]
    others = builder.body(otherwise)
    return lambda frame, out: then(frame, out) if test(frame) else others(frame, out)


def _for(builder: StatementBuilder, node: nodes.For) -> Run:
    if node.recursive:
        raise TemplateFault("`recursive` loops are not available; use a macro that calls itself")
    whole, names = builder.build(node.iter), _target(node.target)
    test, cost = (builder.build(node.test), _size(node.test)) if node.test is not None else (None, 0)
    body, otherwise = builder.body(node.body), builder.body(node.else_)

    def run(frame: WholeFrame, out: list[str]) -> None:
        value = whole(frame)
        if not isinstance(value, list | tuple | str | Mapping):
            raise TypeError(f"a loop needs a list, and {shown(value)} is none")
        frame.go_round(len(value))
        outer = frame.variables
        try:
            rounds = [assigned(names, item) for item in value]
            if test is not None:
                kept = []
                for one in rounds:
                    frame.spend(cost)
                    frame.variables = outer.new_child(one)
                    kept += [one] if test(frame) else []
                rounds = kept
            for index, one in enumerate(rounds):
                frame.variables = outer.new_child({**one, "loop": loop_at(index, len(rounds))})
                body(frame, out)
        finally:
            frame.variables = outer
        if not rounds:
            otherwise(frame, out)

    return run


def _target(node: nodes.Node) -> str | tuple[str, ...]:
    """Return the name, or the names, that a loop or `set` assigns to."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Tuple) and all(isinstance(item, nodes.Name) for item in node.items):
        return tuple(cast("nodes.Name", item).name for item in node.items)
    raise TemplateFault(_INSTEAD[nodes.NSRef])


def _set(builder: StatementBuilder, node: nodes.Assign) -> Run:
    names, evaluate = _target(node.target), builder.build(node.node)
    return lambda frame, _out: frame.variables.maps[0].update(assigned(names, evaluate(frame)))


def _set_block(builder: StatementBuilder, node: nodes.AssignBlock) -> Run:
    if node.filter is not None:
        raise TemplateFault("a `${% set %}` block takes no filter; put it behind the expression that prints it")
    names, body = _target(node.target), builder.body(node.body)

    def run(frame: WholeFrame, _out: list[str]) -> None:
        inner: list[str] = []
        body(frame, inner)
        frame.spend(len(inner))
        frame.variables.maps[0].update(assigned(names, joined(inner)))

    return run


def _macro(builder: StatementBuilder, node: nodes.Macro) -> Run:
    parameters = tuple(argument.name for argument in node.args)
    defaults, body = tuple(builder.all(node.defaults)), builder.body(node.body)

    def run(frame: WholeFrame, _out: list[str]) -> None:
        frame.variables.maps[0][node.name] = Macro(node.name, parameters, defaults, body, frame.variables)

    return run


def _include(builder: StatementBuilder, node: nodes.Include) -> Run:
    wanted = builder.build(node.template)

    def run(frame: WholeFrame, out: list[str]) -> None:
        scope = frame.variables.new_child() if node.with_context else frame.fresh()
        try:
            loaded = _load(builder, wanted(frame))
        except MissingFault:
            if not node.ignore_missing:
                raise
            return
        frame.inside(scope, loaded, out)

    return run


def _import(builder: StatementBuilder, node: nodes.Import) -> Run:
    wanted = builder.build(node.template)

    def run(frame: WholeFrame, _out: list[str]) -> None:
        frame.variables.maps[0][node.target] = _exported(frame, _load(builder, wanted(frame)))

    return run


def _from_import(builder: StatementBuilder, node: nodes.FromImport) -> Run:
    wanted = builder.build(node.template)
    names = [(name, name) if isinstance(name, str) else name for name in node.names]

    def run(frame: WholeFrame, _out: list[str]) -> None:
        exported = _exported(frame, _load(builder, wanted(frame)))
        for name, alias in names:
            if name not in exported:
                raise TypeError(f"that file defines no {shown(name)}; it has: {', '.join(exported) or 'nothing'}")
            frame.variables.maps[0][alias] = exported[name]

    return run


def _load(builder: StatementBuilder, name: Any) -> Run:
    if not isinstance(name, str):
        raise TypeError(f"{shown(name)} names no file")
    return builder.load(name, builder.name)


def _exported(frame: WholeFrame, loaded: Run) -> Mapping[str, Any]:
    scope = frame.fresh()
    frame.inside(scope, loaded, [])
    return {name: value for name, value in scope.maps[0].items() if not name.startswith("_")}


_STATEMENTS: Final[Mapping[type[nodes.Node], Callable[[StatementBuilder, Any], Run]]] = {
    nodes.Assign: _set,
    nodes.AssignBlock: _set_block,
    nodes.For: _for,
    nodes.FromImport: _from_import,
    nodes.If: _if,
    nodes.Import: _import,
    nodes.Include: _include,
    nodes.Macro: _macro,
}
