"""Templates in string values: `${{ expression }}`, and nothing else.

The usual braces are left alone because real prompts use them (`{{tag}}` strengthens a tag). A template is one
expression language with no statements, no calls, no attribute of any Python object, no clock and no chance:
everything a template can do is listed in `_NODES` and `_FILTERS`, and every operation that could grow text is
bounded, so that a hostile recipe can neither reach Python nor use up the machine.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from teststrip.base.json import Json, canonical
from teststrip.base.near import near

MAX_TEXT: Final = 100_000  # characters that one template may produce; the longest prompts known are a tenth of it
_MAX_NUMBER: Final = 2**63
_MAX_VALUE: Final = 4 * 2**20  # bytes of JSON that one template may stand for
_ALONE: Final = re.compile(r"\$\{\{[-+]?(.*?)[-+]?\}\}", re.DOTALL)
_CANNOT: Final = (*(jinja2.TemplateError, ArithmeticError, TypeError, ValueError, LookupError, RecursionError),)

_NODES: Final = (
    *(nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter),
    *(nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div),
    *(nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos, nodes.Not, nodes.And, nodes.Or, nodes.List, nodes.Tuple),
    *(nodes.Dict, nodes.Pair, nodes.Keyword),
)


class TemplateFault(Exception):  # noqa: N818  a fault becomes a located problem at the caller; it is no error of its own
    """A template that cannot be read or rendered; `suggestion` is a name that was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template; `names` are the variables that it mentions."""

    source: str
    names: frozenset[str]
    _compiled: jinja2.Template

    def render(self, variables: Mapping[str, Json]) -> str:
        """Render to text. Raises TemplateFault: an unknown variable, a type that does not fit, too much text."""
        self.refuse_unknown(variables)
        try:
            text = self._compiled.render(variables)
        except _CANNOT as error:
            raise TemplateFault(f"the template cannot be rendered: {error}") from error
        return _bounded(text)

    def refuse_unknown(self, variables: Mapping[str, Json]) -> None:
        """Raise TemplateFault when a variable that the template mentions is not among these."""
        unknown = sorted(self.names - variables.keys())
        if unknown:
            known = ", ".join(sorted(variables)) or "none"
            raise TemplateFault(
                f"{unknown[0]!r} is no variable here; there are: {known}", near(unknown[0], list(variables))
            )


def is_template(text: str) -> bool:
    """Tell whether a string holds a template at all; most do not."""
    return "${{" in text


@functools.lru_cache(maxsize=4096)
def compile_template(text: str) -> Template:
    """Parse a string. Raises TemplateFault for a mistake, and for anything beyond plain expressions."""
    environment = _environment()
    try:
        tree = environment.parse(text)
        for node in tree.iter_child_nodes():
            _allow(node)
        names = frozenset(node.name for node in tree.find_all(nodes.Name))
        compiled = environment.from_string(tree)
    except jinja2.TemplateError as error:
        raise TemplateFault(f"the template has a mistake: {error.message}") from error
    except RecursionError as error:
        raise TemplateFault("the template is nested too deeply") from error
    return Template(text, names, compiled)


def render(text: str, variables: Mapping[str, Json]) -> str:
    """Compile and render in one go. Raises TemplateFault."""
    return compile_template(text).render(variables) if is_template(text) else text


def evaluate(text: str, variables: Mapping[str, Json]) -> Json:
    """Return what a text stands for: of one that is a single `${{ expression }}`, the value with its type.

    Raises TemplateFault as `Template.render` does, and for a value that JSON cannot carry.
    """
    template = compile_template(text)
    expression = _expression(text)
    if expression is None:
        return template.render(variables)
    template.refuse_unknown(variables)
    try:
        value = expression(dict(variables))
        written = canonical(value)  # which refuses what JSON cannot carry
    except _CANNOT as error:
        raise TemplateFault(f"the template cannot be rendered: {error}") from error
    if len(written) > _MAX_VALUE:
        raise TemplateFault(f"the template makes more than {_MAX_VALUE // 2**20} MiB")
    return _listed(value)


def _listed(value: Any) -> Json:
    """Make lists of tuples, throughout: JSON has no other."""
    if isinstance(value, Mapping):
        return {name: _listed(member) for name, member in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value


@functools.lru_cache(maxsize=256)
def _expression(text: str) -> Callable[..., Any] | None:
    """Compile a text that is one template and nothing else; None for others."""
    environment, alone = _environment(), _ALONE.fullmatch(text.strip())
    if alone is None:
        return None
    parts = [part for output in environment.parse(text.strip()).find_all(nodes.Output) for part in output.nodes]
    whole = len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData)
    return environment.compile_expression(alone[1], undefined_to_none=False) if whole else None


def _allow(node: nodes.Node) -> None:
    if not isinstance(node, _NODES):
        what = type(node).__name__.lower()
        raise TemplateFault(
            f"a template holds expressions only, and this has a {what}; use a filter or a variable"
        )
    if isinstance(node, nodes.Const) and isinstance(node.value, float):
        _finite(node.value)
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        there = ", ".join(sorted(_FILTERS))
        raise TemplateFault(f"{node.name!r} is no filter; there are: {there}", near(node.name, list(_FILTERS)))
    for child in node.iter_child_nodes():
        _allow(child)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja, less everything that is not an expression over JSON values."""

    intercepted_binops = frozenset(["*", "%", "+", "-", "/", "//"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Do arithmetic on numbers only, besides joining two texts or two lists with `+`."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _bounded(left + right)
        if operator == "+" and isinstance(left, list) and isinstance(right, list):
            return left + right
        for side in (left, right):
            if isinstance(side, bool) or not isinstance(side, int | float):
                raise TypeError(f"{operator} needs numbers, and {side!r} is none")
            if abs(side) > _MAX_NUMBER:
                raise ValueError("a number is too large")
        made = super().call_binop(context, operator, left, right)
        return _finite(made) if isinstance(made, float) else made

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up a member of a mapping; Python attributes do not exist here."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up a member or an element, never an attribute."""
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, Sequence) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(f"there is no {argument!r} in it")


@functools.cache
def _environment() -> _Environment:
    environment = _Environment(
        variable_start_string="${{",
        variable_end_string="}}",
        block_start_string="${%",
        block_end_string="%}",
        comment_start_string="${#",
        comment_end_string="#}",
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # the result is a prompt or a label; whoever writes HTML escapes it there
        finalize=_print,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(_FILTERS)
    return environment


def _print(value: object) -> object:
    """Print JSON values as a recipe writes them: true, not True."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return value


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise TemplateFault(f"the template makes more than {MAX_TEXT:,} characters")
    return text


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise TemplateFault("the template makes a number that is not finite")
    return number


def _replace(text: object, old: str, new: str) -> str:
    whole = str(text)
    if not old:
        raise ValueError("replace needs something to look for")
    if len(whole) + whole.count(old) * len(new) > MAX_TEXT * 2:
        raise TemplateFault(f"the template makes more than {MAX_TEXT:,} characters")
    return whole.replace(old, new)


def _join(values: object, separator: str = "") -> str:
    if not isinstance(values, list | tuple):
        raise TypeError("join needs a list")
    parts = [str(_print(value)) for value in values]
    if sum(map(len, parts)) + len(parts) * len(separator) > MAX_TEXT * 2:
        raise TemplateFault(f"the template makes more than {MAX_TEXT:,} characters")
    return separator.join(parts)


def _round(value: object, digits: int = 0) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"round needs a number, and {value!r} is none")
    rounded = round(value, digits)
    return int(rounded) if digits <= 0 else rounded


def _default(value: object, fallback: object) -> object:
    return fallback if value is None or value == "" or isinstance(value, jinja2.Undefined) else value


def _ends(index: int) -> Callable[[object], object]:
    def end(values: object) -> object:
        if not isinstance(values, list | tuple | str) or not values:
            raise TypeError("first and last need a list that has something in it")
        return values[index]

    return end


def _sized(values: object) -> int:
    if not isinstance(values, list | tuple | str | Mapping):
        raise TypeError(f"length needs a list or text, and {values!r} is neither")
    return len(values)


_FILTERS: Final[dict[str, Callable[..., object]]] = {
    "capitalize": lambda value: str(value).capitalize(),
    "default": _default,
    "first": _ends(0),
    "float": lambda value: _finite(float(value)),
    "int": lambda value: int(_finite(float(value))),
    "join": _join,
    "last": _ends(-1),
    "length": _sized,
    "lower": lambda value: str(value).lower(),
    "replace": _replace,
    "round": _round,
    "title": lambda value: str(value).title(),
    "trim": lambda value: str(value).strip(),
    "upper": lambda value: str(value).upper(),
}
