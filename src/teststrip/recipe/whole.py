"""Whole-file templates: a recipe named `*.yaml.jinja` is rendered before it is read as YAML.

`${{ expressions }}`, `${% if / for / set / macro / include / import %}` and `${# comments #}`; `$${{ name }}` and
`${% raw %}` leave a template for the cells. What a template can reach is what it can in a string value
(`templates.py`), with macros, `range` and `loop` besides. All that it does is paid for from one budget, counted
and not timed, so that the same template is refused everywhere or nowhere.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final

import jinja2
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro

from teststrip.base.json import Json
from teststrip.base.near import near
from teststrip.base.where import Problem, Where
from teststrip.recipe.model import SourceFile
from teststrip.recipe.sources import SourceFault, read_named
from teststrip.recipe.templates import _FILTERS as FILTERS
from teststrip.recipe.templates import TemplateFault
from teststrip.recipe.templates import _Environment as Expressions
from teststrip.recipe.traced import LineMap, Traced, joined
from teststrip.recipe.whole_nodes import ESCAPED, STAND_IN, NodeFault, Pieces, annotate, refuse
from teststrip.recipe.whole_values import MORE_FILTERS, Budget, bounded, inner_filters, paid, range_of

MAX_TEMPLATE: Final = 1_000_000  # characters of all template files together
MAX_FILES: Final = 100

_LOOP: Final = (
    "index",
    "index0",
    "revindex",
    "revindex0",
    "first",
    "last",
    "length",
    "depth",
    "previtem",
    "nextitem",
)
_FAULTS: Final = (
    *(jinja2.TemplateError, TemplateFault, SourceFault, ArithmeticError, TypeError, ValueError, LookupError),
    *(RecursionError, MemoryError, SyntaxError, AttributeError),
)


def is_whole(file: str) -> bool:
    """Tell by its name whether a file is a template as a whole."""
    return file.endswith(".jinja")


@dataclass(slots=True)
class Rendered:
    """What came of a template: its text (None when it cannot be rendered), and the way back to its places."""

    text: str | None
    included: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: LineMap | None = None

    def where(self, place: Where) -> Where:
        """Return the place in the template of a place in the text."""
        return self.lines.where(place) if self.lines else place

    def problem(self, problem: Problem) -> Problem:
        """Return a problem of the text as one of the template, with the lines that its words name."""

        def line(found: re.Match[str]) -> str:
            return f"{found[1]}{self.where(Where(problem.where.file, int(found[2]), 1)).line}"

        said = re.sub(r"(the first is on line )(\d+)", line, problem.message)
        return replace(problem, where=self.where(problem.where), message=said)


def render_whole(source: SourceFile, variables: Mapping[str, Json]) -> Rendered:
    """Render a template file; includes are confined to its folder. Never raises for what is in it."""
    environment = _Whole(source, variables)
    rendered = Rendered(None, environment.included)
    try:
        template = environment.get_template(environment.top)
        text = joined(template.root_render_func(template.new_context(dict(variables))))
    except _FAULTS as error:
        rendered.problems.append(_problem(error, environment))
        return rendered
    rendered.text, rendered.lines = "".join(text), LineMap(text)
    return rendered


class _Whole(Expressions):
    """The expressions of `templates.py`, with statements, for one rendering: it uses up its budget."""

    def __init__(self, source: SourceFile, variables: Mapping[str, Json]) -> None:
        super().__init__(
            variable_start_string="${{",
            variable_end_string="}}",
            block_start_string="${%",
            block_end_string="%}",
            comment_start_string="${#",
            comment_end_string="#}",
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # the result is YAML
            optimized=False,  # nothing is worked out before it is paid for
            loader=jinja2.FunctionLoader(self._load),
        )
        folder, self.top = os.path.split(source.file)
        self.folder = folder
        self.variables = variables
        self.texts = {self.top: source.text}
        self.included: list[SourceFile] = []
        self.pieces = Pieces()
        self.budget = Budget()
        self.range = range_of(self.budget)
        self.globals.clear()
        self.globals["range"] = self.range
        self.filters.clear()
        self.filters |= paid({**FILTERS, **MORE_FILTERS}, self.budget)
        self.usual = sorted(self.filters)
        self.filters |= inner_filters(self.pieces, self.budget)
        self.concat = self._concat  # type: ignore[method-assign]  # compiled templates look it up here

    def shown(self, name: str) -> str:
        """Return a template's name as places show it."""
        return os.path.join(self.folder, name)  # noqa: PTH118  as it was written

    def join_path(self, template: str, parent: str) -> str:
        """Resolve the name of an include against the file that includes."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(parent), template))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up a member of a mapping, a macro of an imported file, or what `loop` offers."""
        if isinstance(obj, TemplateModule) and not attribute.startswith("_") and attribute in vars(obj):
            return vars(obj)[attribute]
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        if obj is self.variables.get("env") and isinstance(obj, Mapping) and attribute not in obj:
            return self.undefined(
                f"{attribute!r} of the environment is not for recipes to see; add --env {attribute}"
            )
        return super().getattr(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Tell what may be called: macros and `range`; calling what is undefined says so."""
        return isinstance(obj, Macro | jinja2.Undefined) or obj is self.range

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Do arithmetic, and pay for it."""
        made = super().call_binop(context, operator, left, right)
        if isinstance(made, list | str):
            bounded(made)
            self.budget.pay(len(made))
        return made

    def _concat(self, pieces: Any) -> Traced:
        text = joined(pieces)
        self.budget.pay(len(text) + len(text.origins))
        return text

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        text = re.sub("\r\n?", "\n", source)
        file = self.shown(name or "")
        if any(sign in text for sign in STAND_IN):
            raise SourceFault("the file holds characters that are none (U+FDD0 to U+FDD3)")
        text = text.replace(ESCAPED, STAND_IN)
        tree = super()._parse(text, name, filename)
        refuse(tree, self.usual, name or "")
        return annotate(tree, self, text, file, self.pieces)

    def _load(self, name: str) -> tuple[str, str | None, None] | None:
        if name != self.top or name not in self.texts:
            path = self._inside(name)
            if not os.path.lexists(path):
                return None
            source = read_named(path)
            self.included.append(SourceFile(self.shown(name), source.digest, source.text))
            self.texts[name] = source.text
        if len(self.texts) > MAX_FILES or sum(map(len, self.texts.values())) > MAX_TEMPLATE:
            bounds = f"{MAX_TEMPLATE:,} characters in {MAX_FILES} files"
            raise SourceFault(f"the template is too large; at most {bounds} are allowed")
        return self.texts[name], None, None

    def _inside(self, name: str) -> str:
        """Return the path of an included file, which has to lie in the folder of the template, links followed."""
        folder = os.path.realpath(self.folder or ".")
        if "\0" in name or "\\" in name or "://" in name:
            raise SourceFault(f"{name[:80]!r} names no file beside the template")
        path = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118  a name may be anything here
        if os.path.commonpath([folder, path]) != folder:
            raise SourceFault(f"{name[:80]!r} is outside the folder of the template, and cannot be included")
        return path


def _problem(error: Exception, environment: _Whole) -> Problem:
    """Turn whatever stopped a template into a problem at its place."""
    name, line = _place(error, environment)
    message, suggestion, word = _words(error, environment)
    text = environment.texts.get(name, "").splitlines()
    written = text[line - 1] if 0 < line <= len(text) else ""
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", written) if word else None
    column = found.start() if found else len(written) - len(written.lstrip())
    return Problem(Where(environment.shown(name), line, column + 1), "", message, suggestion)


def _place(error: Exception, environment: _Whole) -> tuple[str, int]:
    """Find the innermost template file and line that an error came from."""
    if isinstance(error, NodeFault):
        return error.name, error.line
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.name or environment.top, error.lineno
    place = environment.top, 1
    step: TracebackType | None = error.__traceback__
    while step is not None:
        template = step.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template) and template.environment is environment:
            place = template.name or environment.top, template.get_corresponding_lineno(step.tb_lineno)
        step = step.tb_next
    return place


def _words(error: Exception, environment: _Whole) -> tuple[str, str | None, str]:
    """Say what is wrong; returned with what was probably meant and the word in the line that it is about."""
    suggestion, word = None, ""
    unknown = (
        re.fullmatch(r"'(\w+)' is undefined", str(error)) if isinstance(error, jinja2.UndefinedError) else None
    )
    if isinstance(error, TemplateFault | SourceFault):
        message, suggestion = error.message, error.suggestion
    elif isinstance(error, jinja2.TemplateSyntaxError):
        message = f"the template has a mistake: {error.message}"
    elif isinstance(error, jinja2.TemplateNotFound):
        message = f"there is no {str(error)!r} to include, relative to this file"
    elif isinstance(error, RecursionError | MemoryError | SyntaxError):
        message = "the template is nested too deeply, or calls itself without an end"
    elif isinstance(error, SecurityError):
        message = "the template cannot be rendered: only macros and `range` can be called"
    elif unknown:
        word = unknown[1]
        known = sorted(name for name, value in environment.variables.items() if name != "env" or value)
        suggestion = near(word, known)
        there = f"{word!r} is no variable of this template; there are: {', '.join(known) or 'none'}"
        message = f"{there}; what is meant for the cells is written $${{{{ {word} }}}}"
    else:
        message = f"the template cannot be rendered: {error}"
    return message, suggestion, word
