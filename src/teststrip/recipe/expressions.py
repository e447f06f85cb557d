"""Expressions of templates: Jinja's grammar, and an evaluation of our own that can do nothing but what is below.

Jinja parses, and the tree becomes closures. There are no statements, no attribute of any Python object, and no
calls but of functions that plugins bring for it: what an expression can do is in `_MAKERS`, `FILTERS` and the
builder's extensions. Compiling the tree to Python, as Jinja does, would take
four times as long for a text that is rendered once, and its sandbox bounds neither what an operation handles nor
what is printed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from jinja2 import nodes

from teststrip.base.near import listed
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.bounds import (
    MAX_ITEMS,
    MAX_NUMBER,
    AbsentError,
    Frame,
    TemplateFault,
    bounded,
    finite,
    number_of,
    shown,
)
from teststrip.recipe.calls import call, filtered
from teststrip.recipe.chance import Draw

Evaluate: TypeAlias = Callable[[Frame], Any]

_MAX_DEPTH: Final = 100
_PLAIN: Final = (int, float, bool, type(None))


@dataclass(slots=True)
class Builder:
    """Turns a tree into closures, and gathers the variables that it mentions and what it draws.

    `extensions` has the filters and functions of plugins, of which some are for a `condition` alone.
    """

    names: set[str] = field(default_factory=set)
    draws: list[Draw] = field(default_factory=list)
    extensions: Extensions = BUILT_IN
    condition: bool = False
    _depth: int = 0

    def build(self, node: nodes.Node) -> Evaluate:
        """Return the closure of an expression. Raises TemplateFault for anything that is not listed here."""
        make = _MAKERS.get(type(node))
        if make is None:
            what = _FOREIGN.get(type(node), type(node).__name__.lower())
            raise TemplateFault(
                f"a template holds expressions only, and this has a {what}; use a filter or a variable"
            )
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise TemplateFault("the template is nested too deeply")
        made = make(self, node)
        self._depth -= 1
        return made

    def all(self, several: Iterable[nodes.Node]) -> list[Evaluate]:
        """Return the closures of several expressions."""
        return [self.build(node) for node in several]


def name(builder: Builder, wanted: str) -> Evaluate:
    """Return the closure of a variable."""
    builder.names.add(wanted)
    return lambda frame: frame.variables[wanted]


def _constant(_builder: Builder, node: nodes.Const) -> Evaluate:
    value = node.value
    if isinstance(value, float):
        finite(value)
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        raise TemplateFault("a number is too large")
    return lambda _frame: value


def _list(builder: Builder, node: nodes.List | nodes.Tuple) -> Evaluate:
    items = builder.all(node.items)
    return lambda frame: [item(frame) for item in items]


def _dict(builder: Builder, node: nodes.Dict) -> Evaluate:
    pairs = [(builder.build(pair.key), builder.build(pair.value)) for pair in node.items]
    return lambda frame: {frame.text(key(frame)): value(frame) for key, value in pairs}


def _member(builder: Builder, node: nodes.Getattr | nodes.Getitem) -> Evaluate:
    holder = builder.build(node.node)
    key: Evaluate
    if isinstance(node, nodes.Getitem):
        key = builder.build(node.arg)
    else:
        attribute = node.attr

        def key(_frame: Frame) -> str:
            return attribute

    def member(frame: Frame) -> Any:
        """Look up a member or an element, never an attribute."""
        held, wanted = holder(frame), key(frame)
        if isinstance(held, Mapping) and isinstance(wanted, str) and wanted in held:
            return held[wanted]
        if isinstance(held, Sequence) and isinstance(wanted, int) and -len(held) <= wanted < len(held):
            return held[wanted]
        raise AbsentError(f"there is no {shown(wanted)} in it{_instead(held)}")

    return member


def _instead(held: Any) -> str:
    if not isinstance(held, Mapping):
        return ""
    return f"; there are: {listed([name for name in held if isinstance(name, str)])}"


def _condition(builder: Builder, node: nodes.CondExpr) -> Evaluate:
    test, then = builder.build(node.test), builder.build(node.expr1)
    other = builder.build(node.expr2) if node.expr2 is not None else _no_other
    return lambda frame: then(frame) if test(frame) else other(frame)


def _no_other(_frame: Frame) -> Any:
    raise AbsentError("its condition does not hold, and it has no `else`")


def _join(builder: Builder, node: nodes.Concat) -> Evaluate:
    parts = builder.all(node.nodes)
    return lambda frame: bounded("".join([frame.text(part(frame)) for part in parts]))


def _and(builder: Builder, node: nodes.And) -> Evaluate:
    left, right = builder.build(node.left), builder.build(node.right)
    return lambda frame: left(frame) and right(frame)


def _or(builder: Builder, node: nodes.Or) -> Evaluate:
    left, right = builder.build(node.left), builder.build(node.right)
    return lambda frame: left(frame) or right(frame)


def _not(builder: Builder, node: nodes.Not) -> Evaluate:
    inner = builder.build(node.node)
    return lambda frame: not inner(frame)


def _sign(change: Callable[[Any], Any]) -> Callable[[Builder, nodes.UnaryExpr], Evaluate]:
    def make(builder: Builder, node: nodes.UnaryExpr) -> Evaluate:
        inner = builder.build(node.node)
        return lambda frame: change(number_of(inner(frame), node.operator))

    return make


def _arithmetic(apply: Callable[[Any, Any], Any]) -> Callable[[Builder, nodes.BinExpr], Evaluate]:
    def make(builder: Builder, node: nodes.BinExpr) -> Evaluate:
        left, right, sign = builder.build(node.left), builder.build(node.right), node.operator

        def compute(frame: Frame) -> Any:
            made = apply(number_of(left(frame), sign), number_of(right(frame), sign))
            return finite(made) if isinstance(made, float) else made

        return compute

    return make


def _add(builder: Builder, node: nodes.Add) -> Evaluate:
    left, right = builder.build(node.left), builder.build(node.right)

    def add(frame: Frame) -> Any:
        """Add numbers, or join two texts or two lists."""
        one, other = left(frame), right(frame)
        if isinstance(one, str) and isinstance(other, str):
            frame.spend(len(one) + len(other))
            return bounded(one + other)
        if isinstance(one, list) and isinstance(other, list):
            frame.spend(len(one) + len(other))
            if len(one) + len(other) > MAX_ITEMS:
                raise TemplateFault(f"the template makes a list of more than {MAX_ITEMS:,} items")
            return one + other
        made = number_of(one, "+") + number_of(other, "+")
        return finite(made) if isinstance(made, float) else made

    return add


def _compare(builder: Builder, node: nodes.Compare) -> Evaluate:
    first = builder.build(node.expr)
    others = [(_COMPARISONS[operand.op], builder.build(operand.expr)) for operand in node.ops]

    def compare(frame: Frame) -> bool:
        left = first(frame)
        for (sign, holds), other in others:
            right = other(frame)
            for side in (left, right):
                if not isinstance(side, _PLAIN):
                    frame.weigh(side)
            try:
                if not holds(left, right):
                    return False
            except TypeError:
                raise TypeError(f"{sign} cannot stand between {shown(left)} and {shown(right)}") from None
            left = right
        return True

    return compare


_FOREIGN: Final[Mapping[type[nodes.Node], str]] = {
    nodes.For: "loop",
    nodes.Pow: "power",
    nodes.Test: "test (`is`)",
}

_COMPARISONS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "eq": ("==", operator.eq),
    "ne": ("!=", operator.ne),
    "gt": (">", operator.gt),
    "gteq": (">=", operator.ge),
    "lt": ("<", operator.lt),
    "lteq": ("<=", operator.le),
    "in": ("in", lambda item, whole: item in whole),
    "notin": ("not in", lambda item, whole: item not in whole),
}

_MAKERS: Final[Mapping[type[nodes.Node], Callable[[Builder, Any], Evaluate]]] = {
    nodes.Add: _add,
    nodes.And: _and,
    nodes.Call: call,
    nodes.Compare: _compare,
    nodes.Concat: _join,
    nodes.CondExpr: _condition,
    nodes.Const: _constant,
    nodes.Dict: _dict,
    nodes.Div: _arithmetic(operator.truediv),
    nodes.Filter: filtered,
    nodes.FloorDiv: _arithmetic(operator.floordiv),
    nodes.Getattr: _member,
    nodes.Getitem: _member,
    nodes.List: _list,
    nodes.Mod: _arithmetic(operator.mod),
    nodes.Mul: _arithmetic(operator.mul),
    nodes.Name: lambda builder, node: name(builder, node.name),
    nodes.Neg: _sign(operator.neg),
    nodes.Not: _not,
    nodes.Or: _or,
    nodes.Pos: _sign(operator.pos),
    nodes.Sub: _arithmetic(operator.sub),
    nodes.Tuple: _list,
}
