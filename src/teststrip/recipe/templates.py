"""Templates in string values: `${{ expression }}`, and nothing else.

The usual braces are left alone because real prompts use them (`{{tag}}` strengthens a tag). A template is one
expression language with no statements, no calls but of what plugins bring for that, no attribute of any Python
object, no clock, and no chance but the recipe's own (`recipe.chance`): everything an expression can do is listed
in `recipe.expressions` and `recipe.filters`, and is bounded (`recipe.bounds`), so that a hostile recipe can
neither reach Python nor use up the machine.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.bounds import MAX_TEXT, Frame, TemplateFault, Work, bounded, shown
from teststrip.recipe.chance import Chance
from teststrip.recipe.syntax import in_words

if TYPE_CHECKING:
    import jinja2

    from teststrip.recipe.expressions import Builder, Evaluate

__all__ = [
    "MAX_TEXT",
    "Expression",
    "Template",
    "TemplateFault",
    "compile_expression",
    "compile_template",
    "render",
]

_START: Final = "${{"
_NAMED: Final = re.compile(r"\$\{\{ *([A-Za-z_][A-Za-z0-9_]*) *\}\}")
_NO_NAMES: Final = frozenset({"true", "false", "none", "True", "False", "None", "not"})
_FOREIGN: Final = ("${%", "${#", "\r")  # blocks, comments and line ends are for the parser to judge
_NAMED_AT_ONCE: Final = 5  # unknown names in one message
_PART: Final = 20  # characters that could be handled in the time that one part of a template takes
_ERRORS: Final = (ArithmeticError, TypeError, ValueError, LookupError, RecursionError)
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression; `names` are the variables that it mentions, `draws` tells that it draws."""

    source: str
    names: frozenset[str]
    draws: bool
    _evaluate: Evaluate

    def value(self, variables: Mapping[str, Json], work: Work | None = None) -> Any:
        """Evaluate to a JSON value; `work` is shared by several evaluations.

        Raises TemplateFault: an unknown variable, a type that does not fit, a draw.
        """
        _refuse_unknown(self.names, variables)
        frame = Frame(variables)
        if work is not None:
            work.spend(len(self.source) + _PART)
        try:
            return _told(lambda: self._evaluate(frame), "expression")
        finally:
            if work is not None:
                work.spend(frame.spent)


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template; `names` are the variables that it mentions, those named by `per` included.

    `draws` tells that it draws from a `Chance`. What it draws depends on the axes `per`; None stands for all axes
    of the recipe. So what a template makes differs by `names`, and by every axis when `per` is None.
    """

    source: str
    names: frozenset[str]
    draws: bool
    per: frozenset[str] | None
    _parts: tuple[str | Evaluate, ...]

    def render(self, variables: Mapping[str, Json], chance: Chance | None = None, work: Work | None = None) -> str:
        """Render to text; `work` is shared by several renderings.

        Raises TemplateFault: an unknown variable, a type that does not fit, too much text, a draw without chance.
        """
        _refuse_unknown(self.names, variables)
        frame = Frame(variables, chance)
        if work is not None:
            work.spend(len(self.source) + _PART * len(self._parts))
        try:
            text = _told(lambda: "".join([_text_of(part, frame) for part in self._parts]), "template")
        finally:  # a rendering that fails has taken its time too
            if work is not None:
                work.spend(frame.spent)
        if work is not None:
            work.spend(len(text))
        return _whole(bounded(text))


def _text_of(part: str | Evaluate, frame: Frame) -> str:
    return part if isinstance(part, str) else frame.text(part(frame))


def is_template(text: str) -> bool:
    """Tell whether a string holds a template at all; most do not."""
    return _START in text


@functools.lru_cache(maxsize=16_384)
def compile_template(text: str, extensions: Extensions = BUILT_IN) -> Template:
    """Parse a string; `extensions` has the filters and functions that plugins bring.

    Raises TemplateFault for a mistake, and for anything beyond plain expressions.
    """
    if len(text) > MAX_TEXT:
        raise TemplateFault(f"a text with a template has at most {MAX_TEXT:,} characters; this has {len(text):,}")
    simple = _simple(text)
    if simple is not None:
        return simple
    from jinja2 import nodes  # noqa: PLC0415  see _environment

    builder = _builder(extensions)
    parts: list[str | Evaluate] = []
    for statement in _parsed(lambda: _environment().parse(text), "template", text).body:
        if not isinstance(statement, nodes.Output):
            builder.build(statement)  # which refuses it
        parts += [
            node.data if isinstance(node, nodes.TemplateData) else builder.build(node)
            for node in statement.iter_child_nodes()
        ]
    pers = [draw.per for draw in builder.draws]
    per = None if None in pers else frozenset[str]().union(*(one for one in pers if one is not None))
    return Template(text, frozenset(builder.names), bool(pers), per, tuple(parts))


@functools.lru_cache(maxsize=256)
def compile_expression(text: str, extensions: Extensions = BUILT_IN, *, condition: bool = False) -> Expression:
    """Parse an expression that stands by itself, without `${{`; `extensions` as in `compile_template`.

    A `condition` may call the functions for conditions too. Raises TemplateFault; it cannot draw.
    """
    if len(text) > MAX_TEXT:
        raise TemplateFault(f"an expression has at most {MAX_TEXT:,} characters; this has {len(text):,}")
    from jinja2.parser import Parser  # noqa: PLC0415  see _environment

    def parse() -> Any:
        parser = Parser(_environment(), text, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail(f"expected token 'end of template', got {shown(parser.stream.current.value)}")
        return tree

    builder = _builder(extensions, condition=condition)
    evaluate = builder.build(_parsed(parse, "expression", text))
    return Expression(text, frozenset(builder.names), bool(builder.draws), evaluate)


def render(
    text: str,
    variables: Mapping[str, Json],
    chance: Chance | None = None,
    work: Work | None = None,
    extensions: Extensions = BUILT_IN,
) -> str:
    """Compile and render in one go. Raises TemplateFault."""
    return compile_template(text, extensions).render(variables, chance, work) if is_template(text) else text


def _simple(text: str) -> Template | None:
    """Read a text whose templates are names of variables and nothing else, as nearly all are; None for others.

    It makes what the parser would, some ten times as fast, and without loading Jinja.
    """
    parts = _NAMED.split(text)
    names = parts[1::2]
    if (
        len(names) != text.count(_START)
        or not _NO_NAMES.isdisjoint(names)
        or any(foreign in text for foreign in _FOREIGN)
    ):
        return None
    return Template(
        text,
        frozenset(names),
        draws=False,
        per=frozenset(),
        _parts=tuple(
            _variable(part) if index % 2 else part for index, part in enumerate(parts) if part or index % 2
        ),
    )


def _variable(name: str) -> Evaluate:
    return lambda frame: frame.variables[name]


def _refuse_unknown(names: frozenset[str], variables: Mapping[str, Json]) -> None:
    if names <= variables.keys():
        return
    unknown = sorted(names - variables.keys())
    meant = [name for name in (near(one, list(variables)) for one in unknown) if name is not None]
    named = " and ".join(map(shown, unknown[:_NAMED_AT_ONCE]))
    said = f"{named} is no variable here" if len(unknown) == 1 else f"{named} are no variables here"
    raise TemplateFault(
        f"{said}; there are: {listed(sorted(variables))}",
        ", ".join(dict.fromkeys(meant)) or None,
    )


def _told(work: Callable[[], _Made], what: str) -> _Made:
    try:
        return work()
    except _ERRORS as error:
        raise TemplateFault(f"the {what} cannot be rendered: {error}") from error


def _parsed(parse: Callable[[], _Made], what: str, source: str) -> _Made:
    from jinja2 import TemplateError  # noqa: PLC0415  see _environment

    try:
        return parse()
    except TemplateError as error:
        said = in_words(error.message or "", source, whole=what == "expression")
        raise TemplateFault(f"the {what} has a mistake: {said}") from error
    except RecursionError as error:
        raise TemplateFault(f"the {what} is nested too deeply") from error
    except (ValueError, OverflowError) as error:  # digits beyond what Python reads as a number
        raise TemplateFault(f"the {what} has a number that is too large") from error


def _whole(text: str) -> str:
    """Refuse half a surrogate pair, which an escape can make and UTF-8 cannot carry."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise TemplateFault(f"the template makes {text[error.start]!r}, which is half a character") from error
    return text


def _builder(extensions: Extensions, *, condition: bool = False) -> Builder:
    from teststrip.recipe.expressions import Builder as Made  # noqa: PLC0415  see _environment

    return Made(extensions=extensions, condition=condition)


@functools.cache
def _environment() -> jinja2.Environment:
    """Return what parses. Jinja is imported late: it takes 30 ms, and most recipes have simple templates only."""
    import jinja2  # noqa: PLC0415  see above

    return jinja2.Environment(  # noqa: S701  nothing is rendered by it; whoever writes HTML escapes what we make
        variable_start_string=_START,
        variable_end_string="}}",
        block_start_string="${%",
        block_end_string="%}",
        comment_start_string="${#",
        comment_end_string="#}",
        keep_trailing_newline=True,
    )
