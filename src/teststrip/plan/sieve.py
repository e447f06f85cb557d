"""What keeps a place of a sweep from being a cell: a value that is skipped, a condition that is not met.

A condition is asked once for each combination of the dims that it looks at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.json import Json
from teststrip.base.near import near
from teststrip.plan.draft import Draft
from teststrip.plan.model import Reason
from teststrip.plan.pieces import Pieces
from teststrip.recipe.model import Keep
from teststrip.recipe.templates import (
    Template,
    TemplateFault,
    compile_expression,
    compile_template,
    is_template,
)

LABELS: Final = "label"
_LABEL_OF: Final = re.compile(r"\blabel(?:\.(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\])?")
_KIND: Final = re.compile(r"\b(the|a) (?:template|expression)\b")
_ANSWERS: Final = {"true": True, "false": False}


@dataclass(slots=True)
class Sieve:
    """Lets places through or holds them back, for one reason."""

    reason: Reason
    dims: tuple[int, ...]
    _test: _Test
    _known: dict[tuple[int, ...], bool] = field(default_factory=dict)

    def keeps(self, indices: Sequence[int]) -> bool:
        """Tell whether a place may be a cell as far as this reason goes."""
        key = tuple([indices[dim] for dim in self.dims])
        kept = self._known.get(key)
        if kept is None:
            kept = self._known[key] = self._test.passes(indices)
        return kept


@dataclass(slots=True)
class _Skipped:
    """Holds back the places of an axis's values that are to be skipped."""

    dim: int
    skipped: frozenset[int]

    def passes(self, indices: Sequence[int]) -> bool:
        return indices[self.dim] not in self.skipped


@dataclass(slots=True)
class _Condition:
    """Holds back the places that do not meet an expression; `told` when it is known to be wrong."""

    keep: Keep
    template: Template
    pieces: Pieces
    draft: Draft
    told: bool = False

    def passes(self, indices: Sequence[int]) -> bool:
        try:
            text = self.template.render(self._variables(indices))
        except TemplateFault as fault:
            said = fault.message.replace("the template cannot be rendered", "this cannot be answered")
            self._tell(said, fault.suggestion)
            return True
        if text not in _ANSWERS:
            self._tell(f"a condition is true or false, and this comes to {text[:60]!r}")
        return _ANSWERS.get(text, True)

    def _tell(self, said: str, meant: str | None = None) -> None:
        """Tell what is wrong once: with other values it is wrong in the same way."""
        if not self.told:
            self.draft.report(self.keep.path, said, meant)
        self.told = True

    def _variables(self, indices: Sequence[int]) -> Mapping[str, Json]:
        pieces, names = self.pieces, self.template.names
        assembler = pieces.assembler
        variables: dict[str, Json] = dict(self.draft.recipe.variables)
        for name in names & assembler.parameters.keys():
            # A parameter that is not sent is null, so that a condition may ask for it.
            variables[name] = pieces.piece(pieces.track_of[name], indices).values.get(name)
        coordinates = pieces.space.coordinates(indices)
        for placed, own, at in zip(assembler.axes, assembler.own, coordinates, strict=True):
            if placed.axis.name in names and not placed.axis.parameter:
                variables[placed.axis.name] = own[at]
        if LABELS in names and LABELS not in variables:
            variables[LABELS] = {
                placed.axis.name: placed.axis.values[at].label
                for placed, at in zip(assembler.axes, coordinates, strict=True)
            }
        return variables


_Test = _Skipped | _Condition


def sieves_of(draft: Draft, pieces: Pieces, keeps: Sequence[Keep]) -> list[Sieve]:
    """Return the sieves of a sweep, those of skipped values first; what is wrong with a condition is reported."""
    sieves = []
    for dim, one in enumerate(pieces.space.dims):
        for axis in one.axes:
            swept = pieces.assembler.axes[axis].axis
            skipped = frozenset(at for at, value in enumerate(swept.values) if value.skip)
            if skipped:
                labels = ", ".join(value.label for value in swept.values if value.skip)
                sieves.append(Sieve(Reason("skip", f"{swept.name} {labels}"), (dim,), _Skipped(dim, skipped)))
    for keep in keeps:
        sieve = _conditional(draft, pieces, keep)
        if sieve is not None:
            sieves.append(sieve)
    return sieves


def _compiled(text: str) -> Template:
    """Compile a condition, which is an expression or a template of one. Raises TemplateFault."""
    if is_template(text):
        return compile_template(text)
    compile_expression(text)  # its mistakes are told as they stand, without what is put around it
    return compile_template(f"${{{{ ({text}\n) }}}}")


def _conditional(draft: Draft, pieces: Pieces, keep: Keep) -> Sieve | None:
    assembler = pieces.assembler
    text = keep.expression.strip()
    try:
        template = _compiled(text)
    except TemplateFault as fault:
        said = _KIND.sub(r"\1 condition", fault.message)
        draft.report(keep.path, said, fault.suggestion)
        return None
    names = template.names
    axes = {placed.axis.name: at for at, placed in enumerate(assembler.axes)}
    known = {*axes, *assembler.parameters, *draft.recipe.variables, LABELS}
    if names & assembler.broken:
        return None
    unknown = sorted(names - known)
    for name in unknown:
        said = f"{name!r} is no axis, parameter or variable; text needs quotes of its own: '{name}'"
        if name == "null":
            said = "a parameter that is not sent is none here, not null"
        draft.report(keep.path, said, near(name, sorted(known)))
    if unknown:
        return None
    looked_at = {axes[name] for name in names & axes.keys()}
    if LABELS in names and LABELS not in axes:
        asked = {one or other for one, other in _LABEL_OF.findall(text)}
        looked_at |= {axes[name] for name in asked & axes.keys()} if asked <= axes.keys() else set(axes.values())
    dims = set(pieces.space.of_axes(frozenset(looked_at)))
    for name in names & assembler.parameters.keys():
        dims.update(pieces.tracks[pieces.track_of[name]].dims)
    reason = Reason("where", keep.because or text)
    return Sieve(reason, tuple(sorted(dims)), _Condition(keep, template, pieces, draft))
