"""The entries of `assert`, as a recipe writes them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import cast

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.recipe.grids import members_of
from teststrip.recipe.model import AssertSource
from teststrip.schema.asserts import BECAUSE, CELLS, KINDS


def asserts_of(body: Mapping[str, Json], faulty: AbstractSet[Path]) -> tuple[AssertSource, ...]:
    """Return what a recipe demands of its cells, in its order; entries whose structure is wrong are left out."""
    found = ((index, cast("Mapping[str, Json]", entry)) for index, entry in members_of(body, "assert", faulty, ()))
    return tuple(
        AssertSource(
            kinds={kind: entry[kind] for kind in KINDS if kind in entry},
            cells=cast("Mapping[str, Json]", entry.get(CELLS) or {}),
            because=str(entry.get(BECAUSE, "")),
            path=("assert", index),
        )
        for index, entry in found
    )
