"""Axes that a plugin's kind makes: a mapping in, and a list of values out as a recipe would write it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, cast

from teststrip.base.json import Json
from teststrip.plan.draft import Draft
from teststrip.plan.spread import MAX_VALUES
from teststrip.plugins.manager import words
from teststrip.plugins.quiet import quiet
from teststrip.provider.model import Parameter
from teststrip.recipe.bounds import TemplateFault
from teststrip.recipe.evaluate import evaluate
from teststrip.recipe.model import AxisSource
from teststrip.recipe.templates import is_template
from teststrip.schema.check import find_faults


def brought_kind(
    name: str, source: AxisSource, spec: Mapping[str, Json], parameter: Parameter | None, draft: Draft
) -> list[Json] | None:
    """Ask a plugin's kind for the values of an axis; None after reporting what is wrong.

    It is asked twice: what an axis has is part of every request, so that it has to be the same each time.
    """
    kind = draft.extensions.kinds[name]
    given = _given(name, source, spec, draft)
    if given is None:
        return None
    plugin = draft.extensions.owner("teststrip_axis_kinds", name)
    asked: list[str] = []
    for _ in range(2):
        try:
            with quiet():
                made = _values(kind.expand(copy.deepcopy(given), parameter))
            asked.append(json.dumps(made, allow_nan=False))
        except KeyboardInterrupt:
            raise
        except ValueError as error:
            draft.report((*source.path, name), f"{name}: {error}")
            return None
        except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
            draft.report(source.path, f"the plugin {plugin!r} failed at the axis kind {name!r}: {words(error)}")
            return None
    if asked[0] != asked[1]:
        said = f"the plugin {plugin!r} makes other values each time; an axis has the same ones whenever asked"
        draft.report(source.path, said)
        return None
    return cast("list[Json]", json.loads(asked[0]))


def _given(name: str, source: AxisSource, spec: Mapping[str, Json], draft: Draft) -> dict[str, Json] | None:
    """Return the members with their templates rendered and checked; None after reporting what is wrong."""
    given: dict[str, Json] = {}
    kind = draft.extensions.kinds[name]
    swept = {axis.name for axis in draft.recipe.axes}
    for member, value in spec.items():
        given[member] = value
        if not isinstance(value, str) or not is_template(value):
            continue
        path = (*source.path, member)
        try:
            known = {one: value for one, value in draft.recipe.variables.items() if one not in swept}
            given[member] = evaluate(value, known, draft.extensions)
        except TemplateFault as fault:
            draft.report(path, fault.message, fault.suggestion)
            return None
        faults = find_faults(given[member], kind.members[member])
        for found in faults:
            draft.report(path, f"of what the template makes: {found.message}", found.suggestion)
        if faults:
            return None
    return given


def _values(made: Any) -> list[Any]:
    """List what a kind makes, whatever it gives it in. Raises TypeError and ValueError."""
    if isinstance(made, str | bytes | Mapping) or not isinstance(made, Iterable):
        raise TypeError(f"it gives a {type(made).__name__}, where a list of values belongs")
    values = list(islice(made, MAX_VALUES + 1))
    if not values:
        raise ValueError("it makes no value at all")
    if len(values) > MAX_VALUES:
        raise ValueError(f"it makes more than {MAX_VALUES:,} values")
    return values
