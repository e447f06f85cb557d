"""Whole-file templates: a recipe named `*.yaml.jinja` is rendered before it is read as YAML.

`${{ expressions }}`, `${% if / for / set / macro / include / import %}` and `${# comments #}`; `$${{ name }}` and
`${% raw %}` leave a template for the cells. An expression can do what it can in a string value, and call macros
and `range` besides. A macro goes before a plugin's function of its name.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.base.where import Problem, Where
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.model import SourceFile
from teststrip.recipe.sources import SourceFault, read_named
from teststrip.recipe.syntax import in_words
from teststrip.recipe.traced import LineMap, joined

if TYPE_CHECKING:
    from jinja2 import Environment

    from teststrip.recipe.whole_frame import PlacedFault, Run

MAX_TEMPLATE: Final = 500_000  # characters of all template files together
MAX_FILES: Final = 100


def is_whole(file: str) -> bool:
    """Tell by its name whether a file is a template as a whole."""
    return file.endswith(".jinja")


@dataclass(slots=True)
class Rendered:
    """What came of a template: its text (None when it cannot be rendered), and the way back to its places."""

    text: str | None = None
    included: tuple[SourceFile, ...] = ()
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


def render_whole(source: SourceFile, variables: Mapping[str, Json], extensions: Extensions = BUILT_IN) -> Rendered:
    """Render a template file; includes are confined to its folder. Never raises for what is in it."""
    # Imported late, as Jinja is: most recipes are no templates as a whole.
    from teststrip.recipe.whole_frame import PlacedFault, WholeFrame  # noqa: PLC0415  see above

    files = _Files(source, extensions)
    rendered = Rendered()
    out: list[str] = []
    try:
        files.load(files.top, "")(WholeFrame(variables), out)
        text = joined(out)
        rendered.text, rendered.lines = "".join(text), LineMap(text)
    except PlacedFault as fault:
        rendered.problems.append(files.problem(fault, variables))
    except SourceFault as fault:
        rendered.problems.append(Problem(Where(source.file, 1, 1), "", fault.message))
    rendered.included = tuple(files.included)
    return rendered


class _Files:
    """The files of one template, by their names relative to its folder; each is read and parsed once."""

    def __init__(self, source: SourceFile, extensions: Extensions) -> None:
        self.extensions = extensions
        self.folder, self.top = os.path.split(source.file)
        self.texts = {self.top: source.text}
        self.included: list[SourceFile] = []
        self.runs: dict[str, Run] = {}
        self.environment = _environment()

    def load(self, name: str, parent: str) -> Run:
        """Return what runs a file that another one names. Raises SourceFault, PlacedFault."""
        plain = posixpath.normpath(posixpath.join(posixpath.dirname(parent), name))
        if plain not in self.runs:
            if plain not in self.texts:
                self._read(plain, name)
            self.runs[plain] = self._built(plain)
        return self.runs[plain]

    def _read(self, plain: str, name: str) -> None:
        from teststrip.recipe.whole_frame import MissingFault  # noqa: PLC0415  see render_whole

        folder = os.path.realpath(self.folder or ".")
        if not name.strip() or any(sign in name for sign in ("\0", "\\", "://")):
            raise SourceFault(f"{name[:80]!r} names no file beside the template")
        path = os.path.realpath(os.path.join(folder, plain))  # noqa: PTH118  a name may be anything here
        if os.path.commonpath([folder, path]) != folder:
            raise SourceFault(f"{name[:80]!r} is outside the folder of the template, and cannot be included")
        if not os.path.lexists(path):
            raise MissingFault(f"there is no {name[:80]!r} to include; it is looked for beside this file")
        source = read_named(path, confined=True)
        self.texts[plain] = source.text
        self.included.append(replace(source, file=self._shown(plain)))
        if len(self.texts) > MAX_FILES:
            raise SourceFault(f"a template includes at most {MAX_FILES} files")

    def _built(self, name: str) -> Run:
        from jinja2 import TemplateSyntaxError  # noqa: PLC0415  see render_whole

        from teststrip.recipe.whole_build import StatementBuilder  # noqa: PLC0415  see render_whole
        from teststrip.recipe.whole_frame import PlacedFault  # noqa: PLC0415
        from teststrip.recipe.whole_places import ESCAPED, STAND_IN, Places  # noqa: PLC0415

        if sum(map(len, self.texts.values())) > MAX_TEMPLATE:
            raise SourceFault(f"the files of a template have at most {MAX_TEMPLATE:,} characters together")
        text = re.sub("\r\n?", "\n", self.texts[name])
        file = self._shown(name)
        if any(sign in text for sign in STAND_IN):
            raise SourceFault(f"{file} holds characters that are none (U+FDD0 to U+FDD3)")
        text = text.replace(ESCAPED, STAND_IN)
        try:
            tree = self.environment.parse(text, name)
            places = Places(self.environment, text, file)
            builder = StatementBuilder(name=name, places=places, load=self.load, extensions=self.extensions)
            return builder.body(tree.body)
        except TemplateSyntaxError as error:
            said = f"the template has a mistake: {in_words(error.message or '', text, whole=False)}"
            raise PlacedFault(Where(file, error.lineno, 1), said) from error
        except RecursionError as error:
            raise PlacedFault(Where(file, 1, 1), "the template is nested too deeply") from error
        except (ValueError, OverflowError) as error:  # digits beyond what Python reads as a number
            raise PlacedFault(Where(file, 1, 1), "the template has a number that is too large") from error

    def problem(self, fault: PlacedFault, variables: Mapping[str, Json]) -> Problem:
        """Turn a fault into a problem; where a word is at fault, its column is looked for."""
        where, message, suggestion = fault.where, fault.message, fault.suggestion
        if fault.word:
            where = self._word(where, fault.word)
            known = sorted(name for name, value in variables.items() if name != "env" or value)
            suggestion = near(fault.word, known)
            there = listed(known) if known else "none"
            message += f"; there are: {there}; what is meant for the cells is written $${{{{ {fault.word} }}}}"
        return Problem(where, "", message, suggestion)

    def _word(self, where: Where, word: str) -> Where:
        text = next((text for name, text in self.texts.items() if self._shown(name) == where.file), "")
        lines = text.splitlines()
        line = lines[where.line - 1] if where.line <= len(lines) else ""
        found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(line, where.column - 1)
        return replace(where, column=found.start() + 1) if found else where

    def _shown(self, name: str) -> str:
        return os.path.join(self.folder, name)  # noqa: PTH118  as it was written


def _environment() -> Environment:
    """Return what parses; nothing is rendered by it."""
    import jinja2  # noqa: PLC0415  see render_whole

    return jinja2.Environment(  # noqa: S701  the result is YAML
        variable_start_string="${{",
        variable_end_string="}}",
        block_start_string="${%",
        block_end_string="%}",
        comment_start_string="${#",
        comment_end_string="#}",
        keep_trailing_newline=True,
    )
