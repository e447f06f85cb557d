"""The study as a JSON file in the run's folder: for people and scripts, and for a study that goes on elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import optuna

from teststrip.base.files import write_parts_whole
from teststrip.base.json import Json
from teststrip.plan.model import Plan
from teststrip_plugin_optuna.search import Ask, Search
from teststrip_plugin_optuna.space import Place

STUDY_NAME: Final = "study.json"
_FORMAT: Final = 1
_LARGEST: Final = 2**28  # bytes of a record that is read


def write_study(path: Path, plan: Plan, search: Search, settings: Mapping[str, Json]) -> None:
    """Write down all asks of a study and what they were told, whole or not at all. Raises OSError."""
    document = {
        "teststrip_optuna": _FORMAT,
        "optuna": optuna.__version__,
        "plan": plan.digest,
        "settings": dict(settings),
        "manner": asdict(search.manner),
        "dims": [{"name": dim.name, "ordered": dim.ordered} for dim in search.space.dims],
        "best": _best(plan, search),
        "asks": [_ask(plan, search, ask) for ask in search.asks],
    }
    write_parts_whole(path, [json.dumps(document, ensure_ascii=False, indent=1).encode()])


def asked_before(path: Path, plan: Plan) -> list[Place]:
    """Return the cells' places that a study of another Optuna asked for, in order.

    The same Optuna asks the same again by itself; another may not, and what was paid for shall still count. A file
    that is not there, or that no study wrote, has none.
    """
    try:
        with path.open("rb") as stream:
            document = json.loads(stream.read(_LARGEST))
        if document["optuna"] == optuna.__version__ or document["plan"] != plan.digest:
            return []
        places = [tuple(ask["place"]) for ask in document["asks"] if ask["standing"] not in {"known", "no cell"}]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [place for place in places if all(type(at) is int and at >= 0 for at in place)]


def best_json(plan: Plan, search: Search) -> Json:
    """Return the best cell, by its labels; null while there is none."""
    return _best(plan, search)


def _best(plan: Plan, search: Search) -> Json:
    number = search.best()
    if number is None:
        return None
    cell = plan.cells[number]
    at = {axis.name: plan.label(cell, position) for position, axis in enumerate(plan.axes)}
    return {"cell": number, "digest": cell.digest, "at": at, "value": search.results[number].value}


def _ask(plan: Plan, search: Search, ask: Ask) -> Json:
    axes = plan.axes
    at = {
        axes[axis].name: axes[axis].values[position].label
        for dim, choice in zip(search.space.dims, ask.place, strict=True)
        for axis, position in zip(dim.axes, dim.choices[choice], strict=True)
    }
    told: dict[str, Json] = {"place": list(ask.place), "at": at, "cell": ask.cell, "standing": ask.standing}
    if ask.cell is not None:
        told["digest"] = plan.cells[ask.cell].digest
    return told | {"value": ask.value} | ({"reason": ask.reason} if ask.reason else {})
