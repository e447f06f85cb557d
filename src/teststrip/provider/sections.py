"""What the heading of a section says of the parameters below it: which models take them, and when they count.

Models are named as code spans. The page's title, its heading of level 1, says nothing of the kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from teststrip.provider.cells import RawCondition, read_condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.findings import Findings
    from teststrip.provider.model import Model
    from teststrip.provider.tables import Heading


_WORD: Final = re.compile(r"[A-Za-z0-9](?:[\w.:/-]*\w)?")


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
        if heading.level == 1:
            continue
        section = Section(
            title=re.sub(r"\s*\([^()]*\)$", "", heading.cell.text),
            models=_models(heading.cell.codes, models) or section.models,
            when=read_condition(heading.cell) or section.when,
        )
    return section


def check_heading(heading: Heading, models: Sequence[Model], findings: Findings) -> None:
    """Note a model that is not a code span, and a code span that is no model and no part of a condition.

    Either is most likely a limit to some models that would otherwise be lost in silence.
    """
    if heading.level == 1:
        return
    condition = read_condition(heading.cell)
    known = {name for model in models for name in (model.id, *model.aliases)}
    spoken_of = {condition.parameter, condition.value} if condition else set()
    for code in heading.cell.codes:
        if code not in known | spoken_of:
            message = f'the heading names "{code}", which is no model of the front matter and no condition'
            findings.add(heading.cell.where, "", message)
    plain = " ".join(text for text, code in heading.cell.pieces if not code)
    for word in _WORD.findall(plain):
        if word in known - spoken_of:
            message = (
                f"the heading names the model {word} in plain words; write `{word}` to limit the section to it"
            )
            findings.add(heading.cell.where, "", message)


def _models(codes: Sequence[str], models: Sequence[Model]) -> tuple[str, ...]:
    return tuple(model.id for model in models if {model.id, *model.aliases} & set(codes))
