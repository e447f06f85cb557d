"""The statements of whole-file templates: Jinja's grammar, and an evaluation of our own.

As in string values (`expressions.py`) the tree becomes closures, and nothing can be done but what is listed in
`_STATEMENTS` and `_MORE`. A closure of a statement writes pieces of text that carry their origin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from jinja2 import nodes

from teststrip.base.where import Where
from teststrip.recipe.bounds import Frame, TemplateFault, shown
from teststrip.recipe.expressions import AbsentError, Builder, Evaluate
from teststrip.recipe.sources import SourceFault
from teststrip.recipe.traced import Origin, Traced, joined
from teststrip.recipe.whole_frame import Macro, MissingFault, PlacedFault, Run, WholeFrame
from teststrip.recipe.whole_places import ESCAPED, STAND_IN, Places, pieces

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
_TESTS: Final = ("defined", "undefined", "none")
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


class UnknownError(AbsentError):
    """A variable that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


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
        more = _MORE.get(type(node))
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
            rounds = [_assigned(names, item) for item in value]
            if test is not None:
                kept = []
                for one in rounds:
                    frame.spend(cost)
                    frame.variables = outer.new_child(one)
                    kept += [one] if test(frame) else []
                rounds = kept
            for index, one in enumerate(rounds):
                frame.variables = outer.new_child({**one, "loop": _loop(index, len(rounds))})
                body(frame, out)
        finally:
            frame.variables = outer
        if not rounds:
            otherwise(frame, out)

    return run


def _loop(index: int, length: int) -> Mapping[str, object]:
    return {
        "index": index + 1,
        "index0": index,
        "revindex": length - index,
        "revindex0": length - index - 1,
        "first": index == 0,
        "last": index == length - 1,
        "length": length,
    }


def _target(node: nodes.Node) -> str | tuple[str, ...]:
    """Return the name, or the names, that a loop or `set` assigns to."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Tuple) and all(isinstance(item, nodes.Name) for item in node.items):
        return tuple(cast("nodes.Name", item).name for item in node.items)
    raise TemplateFault(_INSTEAD[nodes.NSRef])


def _assigned(names: str | tuple[str, ...], value: Any) -> dict[str, Any]:
    if isinstance(names, str):
        return {names: value}
    if not isinstance(value, list | tuple) or len(value) != len(names):
        raise TypeError(f"{shown(value)} cannot be parted into {', '.join(names)}")
    return dict(zip(names, value, strict=True))


def _set(builder: StatementBuilder, node: nodes.Assign) -> Run:
    names, evaluate = _target(node.target), builder.build(node.node)
    return lambda frame, _out: frame.variables.maps[0].update(_assigned(names, evaluate(frame)))


def _set_block(builder: StatementBuilder, node: nodes.AssignBlock) -> Run:
    if node.filter is not None:
        raise TemplateFault("a `${% set %}` block takes no filter; put it behind the expression that prints it")
    names, body = _target(node.target), builder.body(node.body)

    def run(frame: WholeFrame, _out: list[str]) -> None:
        inner: list[str] = []
        body(frame, inner)
        frame.spend(len(inner))
        frame.variables.maps[0].update(_assigned(names, joined(inner)))

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


def _name(builder: Builder, node: nodes.Name) -> Evaluate:
    wanted = node.name
    builder.names.add(wanted)

    def look(frame: Frame) -> Any:
        try:
            return frame.variables[wanted]
        except KeyError:
            raise UnknownError(wanted) from None

    return look


def _constant(builder: Builder, node: nodes.Const) -> Evaluate:
    if isinstance(node.value, str):
        node.value = node.value.replace(STAND_IN, ESCAPED[1:])
    return Builder.build(builder, node)


def _call(builder: Builder, node: nodes.Call) -> Evaluate:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise TemplateFault("`*` and `**` are not available in a call")
    callee, positional = builder.build(node.node), builder.all(node.args)
    named = {pair.key: builder.build(pair.value) for pair in node.kwargs}
    built_in = isinstance(node.node, nodes.Name) and node.node.name == "range"

    def call(frame: Frame) -> Any:
        whole = cast("WholeFrame", frame)
        values = [value(frame) for value in positional]
        if built_in and "range" not in frame.variables and not named:
            return whole.numbers(*values)
        macro = callee(frame)
        if not isinstance(macro, Macro):
            raise TypeError(f"only macros and range can be called, and {shown(macro)} is neither")
        return whole.call(macro, values, {key: value(frame) for key, value in named.items()})

    return call


def _test(builder: Builder, node: nodes.Test) -> Evaluate:
    inner, kind = builder.build(node.node), node.name
    if kind not in _TESTS or node.args or node.kwargs:
        raise TemplateFault(f"{shown(kind)} is no test; there are: {', '.join(_TESTS)}")

    def test(frame: Frame) -> bool:
        try:
            value = inner(frame)
        except AbsentError:
            return kind == "undefined"
        return kind == "defined" or (kind == "none" and value is None)

    return test


def _member(builder: Builder, node: nodes.Getattr) -> Evaluate:
    if not isinstance(node.node, nodes.Name) or node.node.name != "env":
        return Builder.build(builder, node)
    look, wanted = builder.build(node.node), node.attr

    def member(frame: Frame) -> Any:
        env = look(frame)
        if not isinstance(env, Mapping) or wanted not in env:
            raise AbsentError(
                f"the recipe does not see {shown(wanted)} of the environment; --env {wanted} shows it"
            )
        return env[wanted]

    return member


def _filter(builder: Builder, node: nodes.Filter) -> Evaluate:
    if node.name not in _MORE_FILTERS or node.node is None:
        return Builder.build(builder, node)
    if node.args or node.kwargs:
        raise TemplateFault(f"{node.name} takes no arguments")
    value, apply = builder.build(node.node), _MORE_FILTERS[node.name]
    return lambda frame: apply(cast("WholeFrame", frame), value(frame))


def _pairs(frame: WholeFrame, value: object) -> list[list[object]]:
    if not isinstance(value, Mapping):
        raise TypeError(f"items needs a mapping, and {shown(value)} is none")
    frame.spend(len(value))
    return [[name, member] for name, member in value.items()]


_MORE_FILTERS: Final[Mapping[str, Callable[[WholeFrame, object], object]]] = {
    "items": _pairs,
    "tojson": lambda frame, value: frame.json(value),
}
_MORE: Final[Mapping[type[nodes.Node], Callable[[Builder, Any], Evaluate]]] = {
    nodes.Call: _call,
    nodes.Const: _constant,
    nodes.Filter: _filter,
    nodes.Getattr: _member,
    nodes.Name: _name,
    nodes.Test: _test,
}
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
