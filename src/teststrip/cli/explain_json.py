"""Why a plan and its cells are as they are, as JSON for other programs; nothing is cut."""

from __future__ import annotations

from collections.abc import Sequence

from teststrip.base.json import ABSENT, Json
from teststrip.cli.outlook import Outlook
from teststrip.plan.explain import GridStory, Hold, Labels, Loss, PlaceStory, Seen, Spot
from teststrip.plan.origins import CellStory, Member, Origin


def report_json(stories: Sequence[GridStory]) -> dict[str, Json]:
    """Return what each grid sweeps and drops."""
    return {"grids": [_grid(story) for story in stories]}


def cell_json(story: CellStory, outlook: Outlook) -> dict[str, Json]:
    """Return a cell, and where each member of its request is from; `outlook` is that of this one cell."""
    price = outlook.cost.of(0) if outlook.cost is not None else None
    return {
        "cell": story.number,
        "at": _at(story.labels),
        "digest": story.digest,
        "state": str(outlook.state(story.digest)),
        "standing": outlook.standing(story.digest),
        "price": None if price is None else float(price),
        "same_as": list(story.alike),
        "request": [_member(member) for member in story.members],
        "not_sent": [{**_member(member), "why": member.unsent} for member in story.unsent],
    }


def place_json(story: PlaceStory) -> dict[str, Json]:
    """Return a place that is no cell, and what holds it back."""
    return {"cell": None, "at": _at(story.labels), "held_by": [_hold(hold) for hold in story.holds]}


def _grid(story: GridStory) -> Json:
    return {
        "title": story.title,
        "axes": [{"name": axis.name, "values": [value.label for value in axis.values]} for axis in story.axes],
        "together": [list(dim) for dim in story.dims if len(dim) > 1],
        "places": story.places,
        "dropped": [{**_loss(loss), "first": [_at(labels) for labels in loss.first]} for loss in story.losses],
        "cells": story.cells,
        "first_cell": story.cell,
    }


def _loss(loss: Loss) -> dict[str, Json]:
    expression: dict[str, Json] = {"expression": loss.expression} if loss.expression else {}
    return {"kind": loss.kind, "reason": loss.text, **expression, "places": loss.places, **_spot(loss.spot)}


def _hold(hold: Hold) -> Json:
    told = {name: value for name, value in _loss(hold.loss).items() if name != "places"}
    return {**told, "names": {one.name: one.value for one in hold.seen}}


def _member(member: Member) -> dict[str, Json]:
    return {"name": member.name, "value": member.value, "from": _origin(member.origin)}


def _origin(origin: Origin) -> Json:
    told: dict[str, Json] = {"kind": origin.kind, **_spot(origin.spot)}
    if origin.written is not ABSENT:
        told["written"] = origin.written
    if origin.seen:
        told["names"] = [_seen(one) for one in origin.seen]
    if origin.draws:
        told["drawn"] = True
    if origin.swaps:
        told["replaced"] = [{"old": one.old, "new": one.new, **_spot(one.spot)} for one in origin.swaps]
    if origin.steps:
        told["steps"] = [{"use": one.name, **_spot(one.spot)} for one in origin.steps]
    if origin.before is not None:
        told["before"] = _spot(origin.before)
    if origin.inside:
        told["defaults_inside"] = list(origin.inside)
    return told


def _seen(seen: Seen) -> Json:
    return {"name": seen.name, "value": seen.value, **_spot(seen.spot)}


def _spot(spot: Spot | None) -> dict[str, Json]:
    if spot is None:
        return {}
    return {"path": spot.path, "file": spot.where.file, "line": spot.where.line, "column": spot.where.column}


def _at(labels: Labels) -> Json:
    return dict(labels)
