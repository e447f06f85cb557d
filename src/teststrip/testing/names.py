"""Names of cells and recipes that are good everywhere: as test ids, for `-k`, as files, in another's shell.

A cell is a test `cell[sampler-k_euler+steps-28]`. Within its brackets stands nothing but letters, digits and
`_ . - +`, which is what pytest's `-k` reads and every disk takes. What a label has beyond that becomes `_`, and
then a digest of all labels follows, so no two cells have one name. The bracket at the end is for `--deselect`,
which goes by how ids begin.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from teststrip.base.json import sha256
from teststrip.plan.model import Plan

_ODD: Final = re.compile(r"[^\w.-]+")
_LONGEST: Final = 150  # bytes, in UTF-8; a disk takes 255, and what is beside it has endings and a temporary name
_PATTERN: Final = ".recipe.yaml"
_WHOLE: Final = (".yaml", ".yml", ".jinja", ".json")


def item_name(cell: str) -> str:
    """Return the name of the test of a cell that has this id."""
    return f"cell[{cell}]"


def cell_ids(plan: Plan) -> tuple[str, ...]:
    """Name every cell by the labels of the axes that vary, and by its number where none does.

    Names differ in more than capitals, since some disks tell no capitals apart; those that would not get `+2` and
    so on, in plan order. Each part but such a number and a digest has a `-` in it: none passes for the other.
    """
    ids: list[str] = []
    seen: dict[str, int] = {}
    for number in range(len(plan.cells)):
        name = _cell_id(plan, number)
        times = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        ids.append(name if times == 1 else f"{name}+{times}")
    return tuple(ids)


def cell_labels(plan: Plan, number: int) -> str:
    """Say for a person which cell it is, as `teststrip explain` takes it: `sampler=k_euler,steps=28`."""
    return ",".join(f"{name}={label}" for name, label in _varying(plan, number)) or f"cell={number}"


def recipe_name(recipe: Path) -> str:
    """Name a recipe's cassette and golden pictures, each file of a folder otherwise.

    `night.recipe.yaml` is `night`, and any other has its whole name: `night.yaml`, `night.lock.json`.
    """
    name = recipe.name
    stem = name.removesuffix(_PATTERN)
    if stem != name and stem and not stem.startswith(".") and not stem.endswith((*_WHOLE, ".recipe")):
        return stem
    return name if name.endswith(_WHOLE) else f"{name}.recipe"


def _cell_id(plan: Plan, number: int) -> str:
    labels = _varying(plan, number)
    if not labels:
        return str(number)
    plain = "+".join(f"{_plain(name)}-{_plain(label)}" for name, label in labels)
    whole = "+".join(f"{name}-{label}" for name, label in labels)
    if plain == whole and len(plain.encode()) <= _LONGEST:
        return plain
    short = plain.encode()[: _LONGEST - 9].decode(errors="ignore")
    return f"{short}+{sha256(cell_labels(plan, number).encode('utf-8', 'surrogatepass'))[:8]}"


def _varying(plan: Plan, number: int) -> list[tuple[str, str]]:
    cell = plan.cells[number]
    return [(axis.name, plan.label(cell, at)) for at, axis in enumerate(plan.axes) if len(axis.values) > 1]


def _plain(text: str) -> str:
    return _ODD.sub("_", unicodedata.normalize("NFC", text))
