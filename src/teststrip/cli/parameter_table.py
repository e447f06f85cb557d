"""The parameters of a page: a table of six columns where there is room for one, else each beside its words."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from teststrip.cli.parameter_words import (
    choice_lines,
    default_words,
    need_words,
    one_line,
    range_words,
    type_words,
    value_words,
)
from teststrip.cli.report import plain
from teststrip.provider.model import Condition, Model, Parameter, Provider

_HEADERS: Final = ("name", "type", "required", "default", "values", "description")
_CAPS: Final = (28, 18, 16, 18, 30)  # columns that a cell may take before it wraps, in the table
_LEAST_WORDS: Final = 34  # columns that the descriptions need for a table to be readable
_GAP: Final = 2
_INDENT: Final = 2
_NAMES: Final = 22  # columns for names where there is no room for a table


@dataclass(frozen=True, slots=True)
class _Row:
    """One parameter as words; `depth` counts what it lies in, `about` says for whom and when it counts."""

    depth: int
    parameter: Parameter
    about: str

    @property
    def name(self) -> str:
        return "  " * self.depth + plain(self.parameter.name)

    def cells(self) -> tuple[str, ...]:
        """Return the cells before the description, in the order of the headers; lines end with a newline."""
        parameter = self.parameter
        values = list(choice_lines(parameter.choices)) or [range_words(parameter)]
        words = (type_words(parameter), need_words(parameter), default_words(parameter), "\n".join(values))
        return (self.name, *map(plain, words))

    def words(self) -> str:
        """Return the description with what else there is to say, on one line."""
        parameter = self.parameter
        shown = [value_words(one) for one in parameter.examples if str(one) not in parameter.description]
        examples = ", ".join(shown)
        parts = (one_line(parameter.description), f"For example {examples}" if examples else "", self.about)
        return plain(". ".join(part.rstrip(".") for part in parts if part))


def parameter_lines(provider: Provider, models: Sequence[Model], width: int) -> Iterator[RenderableType]:
    """Draw the parameters that any of the models takes, in page order, under the headings of their sections."""
    chosen = {model.id for model in models}
    everyone = len(provider.models)
    taken = [one for one in provider.parameters if not one.models or chosen & set(one.models)]
    sections = [(name, list(members)) for name, members in itertools.groupby(taken, lambda one: one.section)]
    whose = [_about(members, everyone, alone=len(models) == 1) for _, members in sections]
    rows = [
        [
            row
            for one in members
            for row in _rows(one, "" if shared else _about([one], everyone, alone=len(models) == 1))
        ]
        for (_, members), shared in zip(sections, whose, strict=True)
    ]
    columns = _columns([row for section in rows for row in section], width - _INDENT)
    for index, ((name, _), shared, section) in enumerate(zip(sections, whose, rows, strict=True)):
        yield ""
        title = Text(plain(one_line(name)), "bold underline")
        if shared:
            title.append(f"  {plain(shared)}", "yellow")
        yield Padding(title, (0, 0, 0, _INDENT))
        drawn = _table(section, columns, header=not index) if columns else _stack(section, width - _INDENT)
        yield Padding(drawn, (0, 0, 0, _INDENT))


def _about(parameters: Sequence[Parameter], everyone: int, *, alone: bool) -> str:
    """Say which models take the parameters and when these count, if that is the same for each; else nothing."""
    if len({(one.models, one.applies_when) for one in parameters}) != 1:
        return ""
    first = parameters[0]
    few = first.models and len(first.models) < everyone and not alone
    parts = [", ".join(first.models)] if few else []
    parts += [f"when {first.applies_when}"] if isinstance(first.applies_when, Condition) else []
    return f"only {', '.join(parts)}" if parts else ""


def _rows(parameter: Parameter, about: str, depth: int = 0) -> Iterator[_Row]:
    yield _Row(depth, parameter, about)
    for child in parameter.children:
        yield from _rows(child, "", depth + 1)


def _columns(rows: Sequence[_Row], width: int) -> tuple[int, ...]:
    """Return the widths of the table's columns, or none when the descriptions would get too little."""
    cells = [row.cells() for row in rows]
    widths = tuple(
        min(
            cap,
            max([len(_HEADERS[column]), *(cell_len(line) for row in cells for line in row[column].split("\n"))]),
        )
        for column, cap in enumerate(_CAPS)
    )
    left = width - sum(widths) - _GAP * len(widths)
    return (*widths, left) if left >= _LEAST_WORDS else ()


def _table(rows: Sequence[_Row], columns: Sequence[int], *, header: bool) -> RenderableType:
    drawn: list[RenderableType] = []
    if header:
        drawn.append(_line(map(Text, _HEADERS), columns, "dim"))
    for row in rows:
        name, *rest = row.cells()
        words = [*map(Text, rest), Text(row.words())]
        drawn += _beside(name, words, columns)
    return Group(*drawn)


def _stack(rows: Sequence[_Row], width: int) -> RenderableType:
    names = min(_NAMES, width // 3)
    drawn: list[RenderableType] = []
    for row in rows:
        name, kind, need, default, values = row.cells()
        facts = [kind, *({"yes": ["required"], "no": []}.get(need, [f"required {need}"]))]
        facts += [f"default {default}"] if default else []
        lines = values.split("\n") if values else []
        facts += [f"one of {values}" if row.parameter.choices else values] if len(lines) == 1 else []
        inside = Group(
            Text("; ".join(facts)),
            *(Padding(Text(line), (0, 0, 0, _INDENT)) for line in (lines if len(lines) > 1 else ())),
            *([Text(row.words(), "dim")] if row.words() else []),
        )
        drawn += _beside(name, [inside], (names, width - names - _GAP))
    return Group(*drawn)


def _beside(name: str, cells: Sequence[RenderableType], columns: Sequence[int]) -> Iterator[RenderableType]:
    """Put a name before its cells, or above them when its column cannot hold it."""
    if cell_len(name) > columns[0]:
        yield Text(name, "bold", overflow="fold")
        name = ""
    yield _line([Text(name, "bold"), *cells], columns)


def _line(cells: Iterable[RenderableType], columns: Sequence[int], style: str = "") -> RenderableType:
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    for width in columns:
        grid.add_column(width=width, overflow="fold", style=style)
    grid.add_row(*cells)
    return grid
