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
from teststrip.base.where import Path
from teststrip.plan.draft import Draft
from teststrip.plan.model import Reason
from teststrip.plan.pieces import Pieces
from teststrip.recipe.model import Keep
from teststrip.recipe.templates import Template, TemplateFault, compile_template, is_template

LABELS: Final = "label"
_LABEL_OF: Final = re.compile(r"\blabel(?:\.(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\])?")
_ASKED: Final = 200  # characters that could be handled in the time that it takes to ask a condition of a place
_MOST_FAULTS: Final = 100  # of one condition; nobody mends more before looking again
_ANSWERS: Final = {"true": True, "false": False}


@dataclass(slots=True)
class Sieve:
    """Lets places through or holds them back, for one reason."""

    reason: Reason
    dims: tuple[int, ...]
    path: Path  # where the recipe says so: the axis, or the condition
    _test: _Test
    _known: dict[tuple[int, ...], bool] = field(default_factory=dict)

    def keeps(self, indices: Sequence[int]) -> bool:
        """Tell whether a place may be a cell as far as this reason goes."""
        if self._test.given_up:
            return True
        key = tuple([indices[dim] for dim in self.dims])
        kept = self._known.get(key)
        if kept is None:
            kept = self._known[key] = self._test.passes(indices)
        return kept

    @property
    def expression(self) -> str:
        """The condition as it is written; "" for values that are skipped."""
        return self._test.keep.expression if isinstance(self._test, _Condition) else ""

    def seen(self, indices: Sequence[int]) -> dict[str, Json]:
        """Return what the names in the condition stand for at a place."""
        return self._test.seen(indices) if isinstance(self._test, _Condition) else {}

    @property
    def given_up(self) -> bool:
        """Tell whether nothing more is asked, since too much was, or too much was wrong; the draft says so."""
        return self._test.given_up


@dataclass(slots=True)
class _Skipped:
    """Holds back the places of an axis's values that are to be skipped."""

    dim: int
    skipped: frozenset[int]
    given_up: bool = False

    def passes(self, indices: Sequence[int]) -> bool:
        return indices[self.dim] not in self.skipped


@dataclass(slots=True)
class _Condition:
    """Holds back the places that do not meet an expression."""

    keep: Keep
    template: Template
    pieces: Pieces
    draft: Draft
    given_up: bool = False
    _faults: int = 0

    def passes(self, indices: Sequence[int]) -> bool:
        try:
            self.draft.work.spend(_ASKED)
            text = self.template.render(self._variables(indices), work=self.draft.work)
        except TemplateFault as fault:
            self._fault(fault.message.replace("all templates", "all conditions and templates"), fault.suggestion)
            return True
        if text not in _ANSWERS:
            self._fault(f"a condition is true or false, and this comes to {text[:60]!r}")
        return _ANSWERS.get(text, True)

    def seen(self, indices: Sequence[int]) -> dict[str, Json]:
        variables = self._variables(indices)
        names = self.template.names
        labels = variables.get(LABELS)
        asked = sorted({one or other for one, other in _LABEL_OF.findall(self.keep.expression)})
        if LABELS not in names or not isinstance(labels, Mapping) or not set(asked) <= labels.keys():
            return {name: variables[name] for name in sorted(names) if name in variables}
        # Every label by its axis's name: the others do not matter.
        seen = {name: variables[name] for name in sorted(names - {LABELS}) if name in variables}
        return seen | {f"{LABELS}.{name}": labels[name] for name in asked}

    def _fault(self, said: str, suggestion: str | None = None) -> None:
        self.draft.report(self.keep.path, said, suggestion)
        self._faults += 1
        self.given_up = self._faults >= _MOST_FAULTS

    def _variables(self, indices: Sequence[int]) -> Mapping[str, Json]:
        pieces, names = self.pieces, self.template.names
        assembler = pieces.assembler
        known = self.draft.recipe.variables
        variables: dict[str, Json] = {name: known[name] for name in names if name in known}
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
            placed = pieces.assembler.axes[axis]
            swept = placed.axis
            skipped = frozenset(at for at, value in enumerate(swept.values) if value.skip)
            if skipped:
                path = placed.places[min(skipped)]
                path = path[:-1] if path[-1] == "value" else path
                labels = ", ".join(value.label for value in swept.values if value.skip)
                sieves.append(
                    Sieve(Reason("skip", f"{swept.name} {labels}"), (dim,), path, _Skipped(dim, skipped))
                )
    for keep in keeps:
        sieve = _conditional(draft, pieces, keep)
        if sieve is not None:
            sieves.append(sieve)
    return sieves


def _conditional(draft: Draft, pieces: Pieces, keep: Keep) -> Sieve | None:
    assembler = pieces.assembler
    text = keep.expression.strip()
    try:
        template = compile_template(text if is_template(text) else f"${{{{ ({text}\n) }}}}")
    except TemplateFault as fault:
        draft.report(keep.path, fault.message.replace("template", "condition"), fault.suggestion)
        return None
    names = template.names
    axes = {placed.axis.name: at for at, placed in enumerate(assembler.axes)}
    known = {*axes, *assembler.parameters, *draft.recipe.variables, LABELS}
    if names & assembler.broken:
        return None
    unknown = sorted(names - known)
    for name in unknown:
        said = f"{name!r} is no axis, parameter or variable; text needs quotes of its own: '{name}'"
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
    return Sieve(reason, tuple(sorted(dims)), keep.path, _Condition(keep, template, pieces, draft))
