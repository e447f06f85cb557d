"""What the heading of a section says of the parameters below it: which models take them, and when they count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from teststrip.provider.cells import RawCondition, read_condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.findings import Findings
    from teststrip.provider.model import Model
    from teststrip.provider.tables import Heading


@dataclass(frozen=True, slots=True)
class Section:
    """The title without its conditions, the ids of the models (none: all of them), and the condition."""

    title: str = ""
    models: tuple[str, ...] = ()
    when: RawCondition | None = None


def read_section(headings: Sequence[Heading], models: Sequence[Model]) -> Section:
    """Read the headings above a table, the outermost first; what an inner one leaves out, an outer one may say."""
    section = Section()
    for heading in headings:
        text = heading.cell.text
        section = Section(
            title=re.sub(r"\s*\([^()]*\)$", "", text),
            models=_models(text, models) or section.models,
            when=read_condition(heading.cell) or section.when,
        )
    return section


def check_heading(heading: Heading, models: Sequence[Model], findings: Findings) -> None:
    """Note code spans that are neither a model nor part of a condition: a mistyped model would free all others."""
    condition = read_condition(heading.cell)
    for code in heading.cell.codes:
        if condition is not None and code in {condition.parameter, condition.value}:
            continue
        if not any(code == model.id or code in model.aliases for model in models):
            message = f'the heading names "{code}", which is no model of the front matter and no condition'
            findings.add(heading.cell.where, "", message)


def _models(text: str, models: Sequence[Model]) -> tuple[str, ...]:
    words = set(re.findall(r"[A-Za-z0-9](?:[\w.:/-]*\w)?", text))
    return tuple(model.id for model in models if words & {model.id, *model.aliases})
