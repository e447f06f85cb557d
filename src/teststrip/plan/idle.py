"""What a recipe gives and no cell takes: parameters that apply nowhere, texts to replace that stand nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from teststrip.base.where import Path
from teststrip.plan.draft import Draft
from teststrip.plan.sweep import Sweep

_MOST: Final = 10_000  # combinations of a cluster that are looked at beyond the cells of a sample


def report_idle(draft: Draft, sweeps: Sequence[Sweep]) -> None:
    """Report what applies in no cell of any grid; to be called when all of them are walked.

    A sample may well have none of the cells in which a parameter applies. So of a sampled grid all is asked that
    could have been chosen, and nothing is said where that is too much.
    """
    idle: dict[Path, str] = {}
    used: set[Path] = set()
    for sweep in sweeps:
        silent = any(source.unsound for source in sweep.grid.axes) or not _looked_over(sweep)
        for path, said in _roles(sweep):
            if said and not silent:
                idle.setdefault(path, said)
            else:
                used.add(path)
    for said, path in {said: path for path, said in reversed(idle.items()) if path not in used}.items():
        draft.report(path, said)


def _roles(sweep: Sweep) -> Iterator[tuple[Path, str]]:
    yield from sweep.pieces.assembler.roles()
    yield from sweep.pieces.assembler.replaced()


def _looked_over(sweep: Sweep) -> bool:
    """Ask for every piece of a sampled grid; False when there are too many."""
    if sweep.grid.sample is None:
        return True
    pieces = sweep.pieces
    for number, track in enumerate(pieces.tracks):
        if track.count > _MOST:
            return False
        for combination in range(track.count):
            indices = [0] * len(pieces.space.dims)
            for dim, index in track.indices(combination).items():
                indices[dim] = index
            pieces.piece(number, indices)
    return True
