"""What a recipe demands of its cells, held against its axes, its steps and its page before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.base.where import Path
from teststrip.plan.after import other_cell, positions_of, score_names
from teststrip.plan.draft import Draft
from teststrip.plan.model import Assertion, Axis
from teststrip.recipe.model import AssertSource
from teststrip.schema.asserts import CELLS, CHECK, KINDS

MOST: Final = 100
_OTHER: Final = {"similar": "to", "different": "from"}


def prepare_asserts(draft: Draft, axes: Sequence[Axis]) -> tuple[Assertion, ...]:
    """Prepare what a recipe demands; what is wrong is reported. `axes` are those of the plan."""
    found: list[Assertion] = []
    sources = draft.recipe.asserts
    if len(sources) > MOST:
        draft.report(("assert",), f"a recipe has at most {MOST} of these", on_key=True)
    for source in sources[:MOST]:
        if not source.kinds:
            draft.report(source.path, f"it demands nothing: it needs one of {', '.join(KINDS)}")
            continue
        if len(source.kinds) > 1:
            names = " and ".join(source.kinds)
            draft.report(source.path, f"it demands several things, {names}: give each an entry of its own")
            continue
        (kind,) = source.kinds
        spec = source.kinds[kind]
        cells = _cells(draft, source, axes)
        other = None
        if kind in _OTHER and isinstance(spec, Mapping):
            name = _OTHER[kind]
            other = other_cell(draft, cast("Mapping[str, Json]", spec[name]), (*source.path, kind, name), axes)
        if kind == "scores" and isinstance(spec, Mapping):
            _check_scores(draft, spec, (*source.path, kind))
        if kind == CHECK and isinstance(spec, Mapping):
            _check_known(draft, spec, (*source.path, kind))
        if kind == "price" and draft.provider is not None and draft.provider.price is None:
            draft.report((*source.path, kind), "the page states no price, so nobody can tell", on_key=True)
        found.append(Assertion(kind, spec, cells, other, source.because))
    return tuple(found)


def _cells(draft: Draft, source: AssertSource, axes: Sequence[Axis]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return the axes by which cells are chosen, each with the positions of the values that are meant."""
    names = [axis.name for axis in axes]
    chosen: list[tuple[int, tuple[int, ...]]] = []
    for name, written in source.cells.items():
        path: Path = (*source.path, CELLS, name)
        if name not in names:
            if not any(name == one.name for one in draft.recipe.axes):
                there = listed(names) if names else "none"
                draft.report(path, f"{name!r} is no axis; there are: {there}", near(name, names), on_key=True)
            continue
        at = names.index(name)
        wanted = written if isinstance(written, list) else [written]
        positions: list[int] = []
        for index, one in enumerate(wanted):
            met = list(positions_of(axes[at].values, one))
            if not met:
                labels = [value.label for value in axes[at].values]
                inside = (*path, index) if isinstance(written, list) else path
                draft.report(
                    inside, f"{name} has no such value; there are: {listed(labels)}", near(str(one), labels)
                )
            positions += met
        chosen.append((at, tuple(sorted(set(positions)))))
    return tuple(sorted(chosen))


def _check_known(draft: Draft, spec: Mapping[str, Json], path: Path) -> None:
    known = list(draft.extensions.assertions)
    for name in spec:
        if name not in known:
            there = f"there are: {listed(known)}" if known else "no plugin here brings any"
            draft.report((*path, name), f"no check is named {name}; {there}", near(name, known), on_key=True)


def _check_scores(draft: Draft, spec: Mapping[str, Json], path: Path) -> None:
    known = score_names(draft)
    for name in spec:
        if name not in known:
            there = f"there are: {listed(known)}" if known else "no step of `after` gives any"
            draft.report((*path, name), f"no step gives the score {name}; {there}", near(name, known), on_key=True)
