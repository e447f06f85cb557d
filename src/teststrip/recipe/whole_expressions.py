"""What expressions of whole-file templates can do besides those of string values: macros, tests, JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from jinja2 import nodes

from teststrip.recipe.bounds import AbsentError, Frame, TemplateFault, shown
from teststrip.recipe.calls import call as call_brought
from teststrip.recipe.expressions import Builder, Evaluate
from teststrip.recipe.whole_frame import Macro, WholeFrame
from teststrip.recipe.whole_places import ESCAPED, STAND_IN

_TESTS: Final = ("defined", "undefined", "none")


class UnknownError(AbsentError):
    """A variable that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


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
    wanted = node.node.name if isinstance(node.node, nodes.Name) else ""
    brought = call_brought(builder, node) if wanted in builder.extensions.functions else None
    callee, positional = builder.build(node.node), builder.all(node.args)
    named = {pair.key: builder.build(pair.value) for pair in node.kwargs}
    built_in = wanted == "range"

    def call(frame: Frame) -> Any:
        whole = cast("WholeFrame", frame)
        if brought is not None and wanted not in frame.variables:
            return brought(frame)
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
    if node.name not in MORE_FILTERS or node.node is None:
        return Builder.build(builder, node)
    if node.args or node.kwargs:
        raise TemplateFault(f"{node.name} takes no arguments")
    value, apply = builder.build(node.node), MORE_FILTERS[node.name]
    return lambda frame: apply(cast("WholeFrame", frame), value(frame))


def _pairs(frame: WholeFrame, value: object) -> list[list[object]]:
    if not isinstance(value, Mapping):
        raise TypeError(f"items needs a mapping, and {shown(value)} is none")
    frame.spend(len(value))
    return [[name, member] for name, member in value.items()]


MORE_FILTERS: Final[Mapping[str, Callable[[WholeFrame, object], object]]] = {
    "items": _pairs,
    "tojson": lambda frame, value: frame.json(value),
}
MORE: Final[Mapping[type[nodes.Node], Callable[[Builder, Any], Evaluate]]] = {
    nodes.Call: _call,
    nodes.Const: _constant,
    nodes.Filter: _filter,
    nodes.Getattr: _member,
    nodes.Name: _name,
    nodes.Test: _test,
}
