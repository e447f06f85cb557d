"""Drafts to parameters: children under their parents, conditions with typed values, defaults held to ranges."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from teststrip.base.json import Absent, Json, Scalar
from teststrip.provider.cells import RawCondition
from teststrip.provider.model import Bounds, Condition, Parameter
from teststrip.provider.values import is_size, typed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from teststrip.base.where import Where
    from teststrip.provider.findings import Findings
    from teststrip.provider.rows import Draft

_GIVEN: Final = "given"  # `when NAME is given`, unless NAME has a value of that name


def link(drafts: Sequence[Draft], findings: Findings) -> tuple[Parameter, ...]:
    """Join drafts into the tree of parameters, in page order; what does not fit is noted."""
    known: dict[str, Draft] = {}
    below: dict[str, list[Draft]] = {"": []}
    for draft in drafts:
        if draft.path in known:
            first = known[draft.path].where.line
            findings.add(draft.where, draft.path, f"this parameter has a row already, on line {first}")
            continue
        parent = draft.path.rpartition(".")[0]
        problem = _misplaced(parent, known)
        if problem:
            findings.add(draft.where, draft.path, problem)
            continue
        known[draft.path] = draft
        below.setdefault(parent, []).append(draft)
        _check_default(draft, findings)
    linker = _Linker(known, below, findings)
    return tuple(linker.parameter(draft) for draft in below[""])


def condition(
    raw: RawCondition, known: Mapping[str, Draft], findings: Findings, path: str = ""
) -> Condition | None:
    """Give a condition's value the type of its parameter; None, noted, when that has no such value."""
    draft = known.get(raw.parameter)
    if draft is None:
        findings.add(raw.where, path, f'the condition speaks of "{raw.parameter}", which has no row')
        return None
    if raw.value == _GIVEN and _GIVEN not in (choice.value for choice in draft.choices):
        return Condition(raw.parameter)
    value = typed(raw.value, draft.kind.kind)
    if isinstance(value, Absent):
        findings.add(raw.where, path, f'the condition\'s value "{raw.value}" is not of the type {draft.kind.kind}')
        return None
    return checked(Condition(raw.parameter, (value,)), known, raw.where, findings, path)


def checked(
    wanted: Condition, known: Mapping[str, Draft], where: Where, findings: Findings, path: str
) -> Condition | None:
    """Return a condition that can come true; None, noted, when its parameter never has that value."""
    draft = known.get(wanted.parameter)
    if draft is None:
        findings.add(where, path, f'the condition speaks of "{wanted.parameter}", which has no row')
        return None
    values = [choice.value for choice in draft.choices]
    for value in wanted.values:
        if values and value not in values:
            findings.add(where, path, f'{wanted.parameter} is never "{value}"')
            return None
    return wanted


class _Linker:
    """Builds parameters from the leaves up."""

    def __init__(self, known: Mapping[str, Draft], below: Mapping[str, list[Draft]], findings: Findings) -> None:
        self._known = known
        self._below = below
        self._findings = findings

    def parameter(self, draft: Draft) -> Parameter:
        name = draft.path.rpartition(".")[2]
        inner = f"{draft.path}[]" if draft.kind.kind == "array" else draft.path
        children = tuple(self.parameter(child) for child in self._below.get(inner, ()))
        array = draft.kind.kind == "array"
        return Parameter(
            path=draft.path,
            name=name,
            kind=draft.kind.kind,
            where=draft.where,
            description=draft.description,
            nullable=draft.kind.nullable,
            required=draft.required.required,
            required_when=self._condition(draft, draft.required.when),
            applies_when=self._condition(draft, draft.section.when),
            default=draft.default.value,
            random_default=draft.default.random,
            choices=() if array else draft.choices,
            bounds=None if array else draft.bounds,
            size=None if array else draft.size,
            examples=() if array else draft.examples,
            media=draft.media,
            models=draft.section.models,
            section=draft.section.title,
            items=_items(draft) if array and not children else None,
            children=children,
        )

    def _condition(self, draft: Draft, raw: RawCondition | None) -> Condition | None:
        return condition(raw, self._known, self._findings, draft.path) if raw else None


def _items(draft: Draft) -> Parameter | None:
    """Return what an array of scalars holds; a range of numbers says so much when the type cell is silent."""
    kind = draft.kind.item or ("number" if draft.bounds else None)
    if kind is None:
        return None
    return Parameter(
        path=f"{draft.path}[]",
        name=f"{draft.path.rpartition('.')[2]}[]",
        kind=kind,
        where=draft.where,
        choices=draft.choices,
        bounds=draft.bounds,
        size=draft.size,
        examples=draft.examples,
        models=draft.section.models,
        section=draft.section.title,
    )


def _misplaced(parent: str, known: Mapping[str, Draft]) -> str:
    """Say why nothing can stand below `parent`, or nothing."""
    if not parent:
        return ""
    draft = known.get(parent.removesuffix("[]"))
    if draft is None:
        return f'no row above describes "{parent.removesuffix("[]")}", which this belongs to'
    wanted = "array" if parent.endswith("[]") else "object"
    if draft.kind.kind != wanted or draft.kind.item not in {None, "object"}:
        return f'"{parent}" has the type {draft.kind.kind}, so nothing can stand below it in this form'
    return ""


def _check_default(draft: Draft, findings: Findings) -> None:
    """Note a default that its own row does not allow, and a labelled value outside the range."""
    values: list[Scalar] = [choice.value for choice in draft.choices]
    for value in values:
        if not _within(value, draft.bounds):
            findings.add(draft.where, draft.path, f'the value "{value}" is outside the range of its own row')
    default: Json | Absent = draft.default.value
    if default is None or isinstance(default, Absent) or draft.kind.kind in {"array", "object"}:
        return
    if values and default not in values:
        findings.add(draft.default_where, draft.path, f'the default "{default}" is not one of the values')
    if not _within(default, draft.bounds):
        findings.add(draft.default_where, draft.path, f'the default "{default}" is outside the range')
    if draft.size is not None and not is_size(str(default), draft.size):
        findings.add(draft.default_where, draft.path, f'the default "{default}" is not a size within the range')


def _within(value: Json | Absent, bounds: Bounds | None) -> bool:
    if bounds is None or isinstance(value, bool) or not isinstance(value, int | float):
        return True
    exact = Decimal(str(value))
    above = bounds.minimum is None or (
        exact > bounds.minimum if bounds.exclusive_minimum else exact >= bounds.minimum
    )
    below = bounds.maximum is None or (
        exact < bounds.maximum if bounds.exclusive_maximum else exact <= bounds.maximum
    )
    return above and below
