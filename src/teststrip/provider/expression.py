"""Small expressions over a request, such as a price: parsed with Python's grammar, and never run as Python.

Numbers (exact, as Decimal), texts, `true`, `false`, `null`, names, `+ - * / %`, comparisons, `and`, `or`, `not`,
`a if c else b`, and calls of `FUNCTIONS`. No attributes, no subscripts, no other calls. Sizes are bounded, and
there is no power, so an expression is over at once.

`null` is what a request does not say. It may be compared; to reckon with it gives no result (`Unknown`), for half
a price is worse than none.
"""

from __future__ import annotations

import ast
import functools
import operator
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext
from typing import Any, Final, TypeAlias

Value: TypeAlias = "Decimal | bool | str | Sequence[object] | Mapping[str, object] | None"

LONGEST: Final = 2000  # characters
MOST_NODES: Final = 400
DEEPEST: Final = 40
_DIGITS: Final = 60  # of a division or a root; everything else is exact far beyond what a request can ask for

CONSTANTS: Final[Mapping[str, Value]] = {"true": True, "false": False, "null": None}


class ExpressionFault(Exception):  # noqa: N818  it becomes a located problem at the caller
    """An expression that cannot be used; `column` counts its characters from 0, `name` is what nobody knows."""

    def __init__(self, message: str, column: int = 0, name: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.name = name


class Unknown(Exception):  # noqa: N818  an answer, not an error: nobody can tell
    """The expression has no result for these values."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression; `names` are the variables that it mentions."""

    text: str
    names: frozenset[str]
    tree: ast.expr


@functools.lru_cache(maxsize=256)
def parse_expression(text: str) -> Expression:
    """Parse an expression. Raises ExpressionFault for anything that this language does not have."""
    if len(text) > LONGEST:
        raise ExpressionFault(f"an expression has at most {LONGEST} characters, and this has {len(text)}")
    # One line, for Python would end at the first line's end; every character keeps its place.
    line = "".join(" " if sign.isspace() else sign for sign in text)
    indent = len(line) - len(line.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's opinion of `1if x else 2`
            tree = ast.parse(line.lstrip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionFault(
            f"this is not an expression ({error.msg})", indent + (error.offset or 1) - 1
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionFault("this is not an expression") from None
    nodes = list(_walk(tree, 0))
    if len(nodes) > MOST_NODES:
        raise ExpressionFault(f"an expression has at most {MOST_NODES} parts, and this has {len(nodes)}")
    for node in nodes:
        _check(node)
    return Expression(text, _names(tree), tree)


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Value:
    """Return the result; a name without a value is null.

    Raises Unknown for arithmetic with null or with what is no number, for a division by zero, and for a result
    that no Decimal holds.
    """
    try:
        with localcontext(Context(prec=_DIGITS)):
            return _value(expression.tree, values)
    except (DecimalException, TypeError, ValueError, OverflowError) as error:
        raise Unknown(str(error) or type(error).__name__) from None


def grounds(expression: Expression, values: Mapping[str, Value]) -> frozenset[str]:
    """Return the names on which it hangs that an expression has no result, or null, for these values.

    Those are what was asked on the way to the branch that was taken, and then what is null there, if anything.
    """
    asked: set[str] = set()
    node = expression.tree
    while isinstance(node, ast.IfExp):
        asked |= _names(node.test)
        try:
            met = _truth(evaluate(Expression("", frozenset(), node.test), values))
        except Unknown:
            asked.clear()
            node = node.test
        else:
            node = node.body if met else node.orelse
    names = _names(node)
    missing = {name for name in names if values.get(name) is None}
    return frozenset(missing or asked | names)


def as_value(value: object) -> Value:
    """Turn what a JSON document holds into a value of the language; numbers as they are printed."""
    if isinstance(value, bool) or value is None or isinstance(value, str | Decimal | Sequence | Mapping):
        return value
    return Decimal(repr(value)) if isinstance(value, int | float) else str(value)


def _walk(node: ast.expr, depth: int) -> Iterator[ast.expr]:
    """Yield every expression within one, itself first."""
    if depth > DEEPEST:
        raise ExpressionFault(f"an expression is at most {DEEPEST} deep", _column(node))
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _walk(child, depth + 1)


def _names(tree: ast.expr) -> frozenset[str]:
    """Return the variables that an expression mentions: its names but for those of functions and constants."""
    nodes = list(_walk(tree, 0))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    names = {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called}
    return frozenset(names - set(CONSTANTS))


def _check(node: ast.expr) -> None:
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, int | float | str | None) or isinstance(node.value, complex):
            raise ExpressionFault("only numbers, texts, true, false and null stand for themselves", _column(node))
    elif isinstance(node, ast.BinOp | ast.UnaryOp):
        if type(node.op) not in _BINARY and type(node.op) not in _UNARY:
            raise ExpressionFault("only + - * / % and not are known here", _column(node))
    elif isinstance(node, ast.Compare):
        if any(type(op) not in _COMPARE for op in node.ops):
            raise ExpressionFault("only == != < <= > >= compare here", _column(node))
    elif isinstance(node, ast.Call):
        _check_call(node)
    elif not isinstance(node, ast.Name | ast.BoolOp | ast.IfExp):
        raise ExpressionFault(f"{type(node).__name__} is not part of this language", _column(node))


def _check_call(node: ast.Call) -> None:
    if not isinstance(node.func, ast.Name):
        raise ExpressionFault("only a function's plain name can be called", _column(node))
    name = node.func.id
    if name not in FUNCTIONS:
        known = ", ".join(FUNCTIONS)
        raise ExpressionFault(f"there is no function {name}; there are {known}", _column(node), name)
    least, most, _ = FUNCTIONS[name]
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise ExpressionFault(f"{name} takes plain arguments only", _column(node))
    if not least <= len(node.args) <= most:
        wanted = f"{least}" if least == most else f"{least} or more"
        raise ExpressionFault(f"{name} takes {wanted}, not {len(node.args)}", _column(node))


def _column(node: ast.expr) -> int:
    return node.col_offset


def _value(node: ast.expr, values: Mapping[str, Value]) -> Value:  # noqa: C901, PLR0911  a line for each kind of node
    match node:
        case ast.Constant(value=value):
            return as_value(value)
        case ast.Name(id=name):
            return CONSTANTS[name] if name in CONSTANTS else values.get(name)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _truth(_value(operand, values))
        case ast.UnaryOp(op=op, operand=operand):
            return Decimal(_UNARY[type(op)](_number(_value(operand, values))))
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_number(_value(left, values)), _number(_value(right, values)))
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_truth(_value(part, values)) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_truth(_value(part, values)) for part in parts)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _truth(_value(test, values)) else orelse, values)
        case ast.Compare(left=first, ops=ops, comparators=rest):
            sides = [_value(side, values) for side in (first, *rest)]
            return all(_COMPARE[type(op)](a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name][2]([_value(argument, values) for argument in arguments])
    raise AssertionError("parse_expression lets no other node through")


def _number(value: Value) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    raise Unknown(f"{value!r} is not a number")


def _truth(value: Value) -> bool:
    """Take null, false, 0 and what is empty as false, everything else as true."""
    return bool(value)


def _equal(left: Value, right: Value) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: compare(_number(left), _number(right))


def _rounded(arguments: list[Value], rounding: str) -> Decimal:
    number = _number(arguments[0])
    digits = int(_number(arguments[1])) if len(arguments) > 1 else 0
    return number.quantize(Decimal(1).scaleb(-digits), rounding=rounding)


def _len(arguments: list[Value]) -> Decimal:
    """Count characters, items or members; nothing has none."""
    value = arguments[0]
    if value is None:
        return Decimal(0)
    if isinstance(value, str | Sequence | Mapping):
        return Decimal(len(value))
    raise Unknown(f"{value!r} has no length")


def _sum(arguments: list[Value]) -> Decimal:
    """Add up a list of numbers, or with a second argument that member of a list's objects; nothing is 0."""
    value = arguments[0]
    if value is None:
        return Decimal(0)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Unknown(f"{value!r} is not a list")
    items = value
    if len(arguments) > 1:
        items = [item.get(str(arguments[1])) if isinstance(item, Mapping) else None for item in value]
    return sum((_number(as_value(item)) for item in items), Decimal(0))


_BINARY: Final[Mapping[type[ast.AST], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: lambda a, b: a - b * (a / b).to_integral_value(rounding=ROUND_FLOOR),
}
_UNARY: Final[Mapping[type[ast.AST], Callable[[Decimal], Decimal | bool]]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: Final[Mapping[type[ast.AST], Callable[[Value, Value], bool]]] = {
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
}
# By name: the fewest and the most arguments, and what it does with them.
FUNCTIONS: Final[Mapping[str, tuple[int, int, Callable[[list[Value]], Value]]]] = {
    "min": (1, 16, lambda arguments: min(_number(one) for one in arguments)),
    "max": (1, 16, lambda arguments: max(_number(one) for one in arguments)),
    "ceil": (1, 1, lambda arguments: _rounded(arguments, ROUND_CEILING)),
    "floor": (1, 1, lambda arguments: _rounded(arguments, ROUND_FLOOR)),
    "round": (1, 2, lambda arguments: _rounded(arguments, ROUND_HALF_UP)),
    "sqrt": (1, 1, lambda arguments: _number(arguments[0]).sqrt()),
    "len": (1, 1, _len),
    "sum": (1, 2, _sum),
}
