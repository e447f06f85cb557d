"""What keeps a place of a sweep from being a cell: a value that is skipped, a condition that is not met.

A condition is asked once for each combination of the dims that it looks at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teststrip.base.json import Json
from teststrip.base.near import near
from teststrip.base.where import Path
from teststrip.plan.draft import Draft
from teststrip.plan.faults import short
from teststrip.plan.model import Reason
from teststrip.plan.pieces import Piece, Pieces
from teststrip.recipe.bounds import shown
from teststrip.recipe.evaluate import alone
from teststrip.recipe.model import Keep
from teststrip.recipe.templates import Expression, TemplateFault, compile_expression, is_template

LABELS: Final = "label"
_LABEL_OF: Final = re.compile(r"\blabel(?:\.(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\])?")
_ASKED: Final = 200  # characters that could be handled in the time that it takes to ask a condition of a place
_REMEMBERED: Final = 65_536  # combinations of one condition; beyond, it is asked again


@dataclass(slots=True)
class Sieve:
    """Lets places through or holds them back, for one reason; `count` is how many combinations its dims have.

    `path` is where the recipe says so: the axis's value, or the condition.
    """

    reason: Reason
    dims: tuple[int, ...]
    count: int
    path: Path
    _test: _Test
    _known: dict[tuple[int, ...], bool] = field(default_factory=dict)

    def keeps(self, indices: Sequence[int]) -> bool:
        """Tell whether a place may be a cell as far as this reason goes."""
        key = tuple([indices[dim] for dim in self.dims])
        kept = self._known.get(key)
        if kept is None:
            kept = self._test.passes(indices)
            if self.count <= _REMEMBERED:
                self._known[key] = kept
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
    """Holds back the places that do not meet an expression; what cannot be answered is told once."""

    keep: Keep
    expression: Expression
    pieces: Pieces
    draft: Draft
    _fixed: dict[str, Json] = field(init=False)
    _parameters: tuple[tuple[str, int], ...] = field(init=False)  # with their tracks
    _free: tuple[tuple[str, int], ...] = field(init=False)  # variables of one's own, with their axes
    _labels: bool = field(init=False)
    _told: bool = field(init=False, default=False)
    given_up: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """Find out where each name comes from: an axis goes before a parameter, and that before a variable."""
        names, assembler = self.expression.names, self.pieces.assembler
        known = self.draft.recipe.variables
        self._fixed = {name: known[name] for name in names & known.keys()}
        self._parameters = tuple(
            (name, self.pieces.track_of[name]) for name in sorted(names & assembler.parameters.keys())
        )
        self._free = tuple(
            (placed.axis.name, at)
            for at, placed in enumerate(assembler.axes)
            if placed.axis.name in names and not placed.axis.parameter
        )
        own = {name for name, _ in (*self._parameters, *self._free)}
        self._labels = LABELS in names - own - known.keys()

    def passes(self, indices: Sequence[int]) -> bool:
        variables = self._variables(indices)
        try:
            self.draft.work.spend(_ASKED)
            answer = self.expression.value(variables, self.draft.work)
        except TemplateFault as fault:
            seen = {name: self.pieces.piece(track, indices) for name, track in self._parameters}
            if not any(piece.problems for piece in seen.values()):  # of those it is told what is wrong
                said = _unanswered(fault.message, seen).replace("all templates", "all conditions and templates")
                self._report(said, indices, fault.suggestion)
                self.given_up = self._told
            return True
        if not isinstance(answer, bool):
            self._report(f"a condition is true or false, and this comes to {shown(answer)}", indices)
            return True
        return answer

    def seen(self, indices: Sequence[int]) -> dict[str, Json]:
        variables = self._variables(indices)
        asked = sorted({one or other for one, other in _LABEL_OF.findall(self.keep.expression)})
        labels = variables.get(LABELS)
        if not self._labels or not isinstance(labels, Mapping) or not set(asked) <= labels.keys():
            return dict(sorted(variables.items()))
        # Every label by its axis's name: the others do not matter.
        seen = {name: value for name, value in sorted(variables.items()) if name != LABELS}
        return seen | {f"{LABELS}.{name}": labels[name] for name in asked}

    def _variables(self, indices: Sequence[int]) -> dict[str, Json]:
        pieces = self.pieces
        # A parameter that is not sent is null, so that a condition may ask for it.
        variables = self._fixed | {
            name: pieces.piece(track, indices).values.get(name) for name, track in self._parameters
        }
        if self._free or self._labels:
            axes, coordinates = pieces.assembler.axes, pieces.space.coordinates(indices)
            for name, at in self._free:
                variables[name] = pieces.assembler.filler.own[at][coordinates[at]]
            if self._labels:
                variables[LABELS] = {
                    placed.axis.name: placed.axis.values[at].label
                    for placed, at in zip(axes, coordinates, strict=True)
                }
        return variables

    def _report(self, said: str, indices: Sequence[int], suggestion: str | None = None) -> None:
        if self._told:
            return
        self._told = True
        pieces = self.pieces
        coordinates = pieces.space.coordinates(indices)
        looked_at = {
            axis for dim in _dims_of(pieces, self.expression, self.keep) for axis in pieces.space.dims[dim].axes
        }
        named = ", ".join(
            f"{placed.axis.name} {short(placed.axis.values[at].label)}"
            for axis, (placed, at) in enumerate(zip(pieces.assembler.axes, coordinates, strict=True))
            if axis in looked_at
        )
        self.draft.report(self.keep.path, f"{said} (at {named})" if named else said, suggestion)


def _unanswered(message: str, seen: Mapping[str, Piece]) -> str:
    """Say what keeps a condition from being answered, and how to ask for a parameter that is not sent."""
    said = message.replace("the expression cannot be rendered", "the condition cannot be answered")
    absent = [name for name, piece in seen.items() if piece.values.get(name) is None]
    if not absent or "cannot stand between" not in said:
        return said
    return f"{said}; {absent[0]} is null where it is not sent: ask `{absent[0]} != none and ...`"


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
                labels = ", ".join(value.label for value in swept.values if value.skip)
                reason = Reason("skip", f"{swept.name} {labels}")
                path = placed.places[min(skipped)]
                path = path[:-1] if path[-1] == "value" else path
                sieves.append(Sieve(reason, (dim,), one.size, path, _Skipped(dim, skipped)))
    for keep in keeps:
        sieve = _conditional(draft, pieces, keep)
        if sieve is not None:
            sieves.append(sieve)
    return sieves


def _conditional(draft: Draft, pieces: Pieces, keep: Keep) -> Sieve | None:
    assembler = pieces.assembler
    expression = _parsed(draft, keep)
    if expression is None:
        return None
    names = expression.names
    known = {
        *(placed.axis.name for placed in assembler.axes),
        *assembler.parameters,
        *draft.recipe.variables,
        LABELS,
    }
    if names & assembler.broken:
        return None
    unknown = sorted(names - known)
    for name in unknown:
        said = f"{name!r} is no axis, parameter or variable; text needs quotes of its own: '{name}'"
        if name == "null":
            said = "what is not sent is `none` in a condition"
        draft.report(keep.path, said, "none" if name == "null" else near(name, sorted(known)))
    if unknown:
        return None
    dims = _dims_of(pieces, expression, keep)
    count = math.prod(pieces.space.dims[dim].size for dim in dims)
    return Sieve(
        Reason("where", keep.because or keep.expression.strip()),
        dims,
        count,
        keep.path,
        _Condition(keep, expression, pieces, draft),
    )


def _parsed(draft: Draft, keep: Keep) -> Expression | None:
    """Read a condition, alone or as a template; None after reporting what is wrong with it."""
    text = keep.expression.strip()
    inner = alone(text) or "" if is_template(text) else text
    if not inner.strip():
        said = "a condition is one expression" if text else "a condition says what to keep, such as `steps > 10`"
        draft.report(keep.path, said)
        return None
    try:
        expression = compile_expression(inner, draft.extensions, condition=True)
    except TemplateFault as fault:
        said = fault.message.replace("a template", "a condition").replace("the expression", "the condition")
        draft.report(keep.path, said.replace("end of template", "end of the condition"), fault.suggestion)
        return None
    if expression.draws:
        said = "a condition draws nothing: draw under `params` or in `vars`, and ask for what came of it"
        draft.report(keep.path, said)
        return None
    return expression


def _dims_of(pieces: Pieces, expression: Expression, keep: Keep) -> tuple[int, ...]:
    """Return the dims that a condition looks at."""
    assembler, names = pieces.assembler, expression.names
    axes = {placed.axis.name: at for at, placed in enumerate(assembler.axes)}
    looked_at = {axes[name] for name in names & axes.keys()}
    if LABELS in names and LABELS not in axes:
        asked = {one or other for one, other in _LABEL_OF.findall(keep.expression)}
        looked_at |= {axes[name] for name in asked & axes.keys()} if asked <= axes.keys() else set(axes.values())
    dims = set(pieces.space.of_axes(frozenset(looked_at)))
    for name in names & assembler.parameters.keys():
        dims.update(pieces.tracks[pieces.track_of[name]].dims)
    return tuple(sorted(dims))
