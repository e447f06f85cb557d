"""What a provider page, unlike documentation at large, has to get right: it is passed over in nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from teststrip.provider.reading.conditions import find_conditions
from teststrip.provider.reading.value_lists import references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teststrip.provider.findings import Findings
    from teststrip.provider.model import Model, Parameter
    from teststrip.provider.reading.document import Group, Heading
    from teststrip.provider.reading.read import Reading

_WORD: Final = re.compile(r"[A-Za-z0-9](?:[\w.:/-]*\w)?")
_ERROR_COLUMNS: Final = 3


def check_tables(reading: Reading, models: Sequence[Model], findings: Findings) -> None:
    """Note every table that is nothing known, or is known and used by nothing."""
    used = references(reading.groups("parameters"))
    titles: dict[str, Group] = {}
    known = {name for model in models for name in (model.id, *model.aliases)}
    for group, role in reading.roles:
        options = role == "options" and len(group.header) == 2 and bool(group.title)
        if (
            role == "other"
            or (role == "options" and not options)
            or (role == "errors" and len(group.header) != _ERROR_COLUMNS)
        ):
            findings.add(
                group.where,
                "",
                "this table is neither of parameters (Parameter, Type, ...), nor of sizes (Size, ...), nor of "
                "errors (Code, Name, Meaning), nor of values (two columns, under a heading of its own)",
            )
        elif options:
            title = group.title.lower()
            if title in titles:
                findings.add(group.where, "", f'a second table of values under a heading "{group.title}"')
            titles[title] = group
            if not used & {title, *_keys(group)}:
                findings.add(
                    group.where, "", f"no parameter refers to this table; write see [{group.title}] as its range"
                )
        elif role == "models":
            for row in group.rows:
                if row.cells[0].text not in known:
                    findings.add(row.cells[0].where, "", f'"{row.cells[0].text}" is no model of the front matter')


def _keys(group: Group) -> set[str]:
    return {group.title.lower(), group.title.lower().removesuffix("s")}


def check_headings(
    reading: Reading, parameters: Sequence[Parameter], models: Sequence[Model], findings: Findings
) -> None:
    """Note what the headings of parameter tables say that is no model and no condition, and so would be lost."""
    names = {name for parameter in parameters for name in (parameter.path, parameter.name)}
    seen: set[Heading] = set()
    for group in reading.groups("parameters"):
        for heading in group.headings:
            if heading.level > 1 and heading not in seen:
                seen.add(heading)
                _check_heading(heading, names, models, findings)


def _check_heading(heading: Heading, names: set[str], models: Sequence[Model], findings: Findings) -> None:
    cell = heading.cell
    conditions = find_conditions(cell)
    known = {name for model in models for name in (model.id, *model.aliases)}
    spoken_of = {word for condition in conditions for word in (condition.parameter, *condition.values)}
    for condition in conditions[:1]:
        if condition.parameter not in names:
            findings.add(cell.where, "", f'the condition speaks of "{condition.parameter}", which has no row')
    for code in cell.codes:
        if code not in known | spoken_of | names:
            findings.add(
                cell.where,
                "",
                f'the heading names "{code}", which is no model of the front matter and no condition',
            )
    plain = " ".join(text for text, code in cell.pieces if not code)
    for word in _WORD.findall(plain):
        if word in known - spoken_of:
            message = (
                f"the heading names the model {word} in plain words; write `{word}` to limit the section to it"
            )
            findings.add(cell.where, "", message)
