"""A plan for other programs: one JSON document, or a table in CSV; written as it is made, however many cells."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from teststrip.base.json import ABSENT, Json
from teststrip.base.table import csv_row, csv_text
from teststrip.cli.allowance import Allowance
from teststrip.cli.outlook import Outlook
from teststrip.cli.plan_price import reason
from teststrip.plan.cost import Cost, Tally
from teststrip.plan.model import Axis, AxisValue, Cell
from teststrip.run.duration import Duration

_FIXED: Final = ("cell", "digest", "state", "price")


def json_parts(outlook: Outlook, more: Mapping[str, Json], *, cells: bool) -> Iterator[str]:
    """Write the plan as one JSON document on one line, `more` among its members.

    With `cells` its member `list` has each of them.
    """
    document = json.dumps({**_document(outlook), **more}, ensure_ascii=False)
    if not cells:
        yield f"{document}\n"
        return
    yield f'{document.removesuffix("}")}, "list": ['
    for number, cell in enumerate(outlook.plan.cells):
        yield (", " if number else "") + json.dumps(_cell(outlook, number, cell), ensure_ascii=False)
    yield "]}\n"


def csv_parts(outlook: Outlook) -> Iterator[str]:
    """Write a line for each cell (RFC 4180): its number, its label on each axis, digest, state and price.

    A column for an axis bears its name, after `axis ` where that is taken. A text that a spreadsheet would take
    for a formula gets an apostrophe before it; control characters are written out.
    """
    plan, cost = outlook.plan, outlook.cost
    names = [f"axis {axis.name}" if axis.name in _FIXED else axis.name for axis in plan.axes]
    yield csv_row([_FIXED[0], *map(csv_text, names), *_FIXED[1:]])
    labels = [[csv_text(value.label) for value in axis.values] for axis in plan.axes]
    for number, cell in enumerate(plan.cells):
        amount = cost.of(number) if cost is not None else None
        price = "" if amount is None else f"{amount:f}"
        at = [labels[axis][place] for axis, place in enumerate(cell.coordinates)]
        yield csv_row([str(number), *at, cell.digest, str(outlook.state(cell.digest)), price])


def _document(outlook: Outlook) -> dict[str, Json]:
    plan = outlook.plan
    digests = dict.fromkeys(outlook.trials)
    states = Counter(str(outlook.state(digest)) for digest in digests)
    states["planned"] += outlook.distinct - len(digests)
    return {
        "digest": plan.digest,
        "title": plan.title,
        "model": f"{plan.provider}/{plan.model}",
        "target": plan.target,
        "paid": outlook.target.paid,
        "axes": [_axis(axis) for axis in plan.axes],
        "after": [{"use": use.use, "options": dict(use.options), "as": use.prefix or None} for use in plan.after],
        "cells": len(plan.cells),
        "distinct": outlook.distinct,
        "duplicates": len(plan.cells) - outlook.distinct,
        "requests": outlook.to_send,
        "states": {state: count for state, count in states.items() if count},
        "price": None if outlook.cost is None else _price(outlook, outlook.cost),
        **({} if outlook.allowance is None else {"budget": _allowance(outlook.allowance)}),
        "time": _time(outlook.duration),
        "live_time": _time(outlook.live),
    }


def _axis(axis: Axis) -> Json:
    return {"name": axis.name, "parameter": axis.parameter, "values": [_value(value) for value in axis.values]}


def _value(value: AxisValue) -> Json:
    told: dict[str, Json] = {"label": value.label}
    if value.value is not ABSENT:
        told["value"] = value.value
    if value.sets is not None:
        told["set"] = value.sets
    if value.note:
        told["note"] = value.note
    return told


def _price(outlook: Outlook, cost: Cost) -> Json:
    return {
        "unit": cost.told.unit,
        "estimate": cost.told.estimate,
        "note": cost.told.note,
        "assume": {name: one if isinstance(one, bool) else _number(one) for name, one in cost.assume.items()},
        "total": _number(cost.total.price),
        "to_send": _number(cost.to_send.price),
        "least": _number(cost.least),
        "most": _number(cost.most),
        "unknown": cost.total.unknown,
        "unknown_to_send": cost.to_send.unknown,
        "why_unknown": [{"requests": one.requests, "reason": reason(one)} for one in cost.unpriced],
        "by_axis": {
            axis.name: [
                {"label": value.label, **_tally(tally)} for value, tally in zip(axis.values, tallies, strict=True)
            ]
            for axis, tallies in zip(outlook.plan.axes, cost.by_axis, strict=True)
        },
    }


def _tally(tally: Tally) -> Mapping[str, Json]:
    return {"requests": tally.requests, "price": _number(tally.price), "unknown": tally.unknown}


def _allowance(allowance: Allowance) -> Json:
    return {
        "budget": _number(allowance.budget),
        "held": _number(allowance.held),
        "requests": allowance.requests,
        "beyond": allowance.beyond,
        "unpriced": allowance.unpriced,
    }


def _time(duration: Duration | None) -> Json:
    if duration is None:
        return None
    return {
        "seconds": round(duration.seconds, 1),
        "measured": duration.measured,
        "concurrency": duration.concurrency,
        "per_minute": duration.per_minute,
    }


def _cell(outlook: Outlook, number: int, cell: Cell) -> Json:
    plan, cost = outlook.plan, outlook.cost
    return {
        "number": number,
        "at": {axis.name: plan.label(cell, index) for index, axis in enumerate(plan.axes)},
        "digest": cell.digest,
        "state": str(outlook.state(cell.digest)),
        "price": None if cost is None else _number(cost.of(number)),
        "request": cell.request,
    }


def _number(amount: Decimal | None) -> int | float | None:
    """Return a price as JSON has numbers: whole where it is whole."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)
