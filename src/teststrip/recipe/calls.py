"""Filters and calls in expressions: which there are, ours and those of plugins, and the arguments they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes

from teststrip.base.near import listed, near
from teststrip.recipe.bounds import AbsentError, Frame, TemplateFault, shown
from teststrip.recipe.brought import filter_of, function_called
from teststrip.recipe.chance import Draw
from teststrip.recipe.filters import FILTERS, Filter

if TYPE_CHECKING:
    from teststrip.recipe.expressions import Builder, Evaluate


def filtered(builder: Builder, node: nodes.Filter) -> Evaluate:
    """Return the closure of a filter: one of ours, or one that a plugin brings."""
    known, brought = FILTERS.get(node.name), builder.extensions.filters
    if known is None and node.name in brought:
        known = filter_of(brought[node.name])
    if known is None or node.node is None:
        there = [*FILTERS, *brought]
        raise TemplateFault(
            f"{shown(node.name)} is no filter; there are: {', '.join(there)}", near(node.name, there)
        )
    value, apply = builder.build(node.node), known.apply
    given = arguments_of(builder, node, node.name, known)
    if node.name == "default":
        value = _or_none(value)
    fixed: dict[str, Draw] = {}
    if known.draws:
        fixed["draw"] = draw = Draw(len(builder.draws), _per(node))
        builder.draws.append(draw)
        builder.names |= draw.per or frozenset()

    def call(frame: Frame) -> Any:
        return apply(frame, value(frame), **fixed, **{key: argument(frame) for key, argument in given.items()})

    return call


def _or_none(value: Evaluate) -> Evaluate:
    def look(frame: Frame) -> Any:
        try:
            return value(frame)
        except AbsentError:
            return None

    return look


def call(builder: Builder, node: nodes.Call) -> Evaluate:
    """Return the closure of a call: of a function that a plugin brings for it, and of nothing else."""
    own = builder.extensions
    callable_here = {**own.functions, **own.conditions} if builder.condition else own.functions
    called = node.node.name if isinstance(node.node, nodes.Name) else ""
    if called in callable_here:
        function = callable_here[called]
        known = Filter(function_called(function), function.arguments, function.needed)
        given = arguments_of(builder, node, called, known)
        apply = known.apply
        return lambda frame: apply(frame, **{key: argument(frame) for key, argument in given.items()})
    if called in own.conditions:
        raise TemplateFault(f"{called} can be called in a condition under `where` only")
    if called and callable_here:
        said = f"{shown(called)} is no function; there are: {', '.join(callable_here)}"
        raise TemplateFault(said, near(called, list(callable_here)))
    raise TemplateFault("a template holds expressions only, and this has a call; use a filter or a variable")


def arguments_of(
    builder: Builder, node: nodes.Filter | nodes.Call, called: str, known: Filter
) -> dict[str, Evaluate]:
    """Name the arguments of a filter or function; `per` of one that draws is read elsewhere."""
    keywords = [pair for pair in node.kwargs if not (known.draws and pair.key == "per")]
    takes = f"it takes {listed(known.arguments)}" if known.arguments else "it takes none"
    if node.dyn_args is not None or node.dyn_kwargs is not None or len(node.args) > len(known.arguments):
        raise TemplateFault(f"{called} has other arguments: {takes}")
    given: dict[str, Evaluate] = dict(zip(known.arguments, builder.all(node.args), strict=False))
    for pair in keywords:
        key = str(pair.key)  # a text, whatever Jinja's annotation says
        if key not in known.arguments or key in given:
            raise TemplateFault(f"{called} has no further argument {shown(key)}: {takes}")
        given[key] = builder.build(pair.value)
    missing = [argument for argument in known.arguments[: known.needed] if argument not in given]
    if missing:
        raise TemplateFault(f"{called} needs the argument {missing[0]}: {takes}")
    return given


def _per(node: nodes.Filter) -> frozenset[str] | None:
    """Read `per='seed'` or `per=['seed', 'style']`: written out, so that what a draw depends on is known."""
    written = next((pair.value for pair in node.kwargs if pair.key == "per"), None)
    if written is None:
        return None
    several = written.items if isinstance(written, nodes.List | nodes.Tuple) else [written]
    axes = [one.value for one in several if isinstance(one, nodes.Const) and isinstance(one.value, str)]
    if len(axes) < len(several):
        raise TemplateFault("`per` names axes, in quotes: per='seed', or per=['seed', 'style']")
    return frozenset(axes)
