"""Values that are written one by one, plainly or with a title, and `all` that the page has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from teststrip.base.json import Json
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.kinds.common import flat, label_of, rendered, settle, waits
from teststrip.plan.kinds.replacing import replacement, replacing_label
from teststrip.plan.kinds.sizes import all_sizes, holds_sizes, read_size
from teststrip.plan.model import Axis, AxisValue
from teststrip.plan.values import typed
from teststrip.provider.model import Parameter
from teststrip.recipe.model import AxisSource
from teststrip.recipe.templates import TemplateFault, is_template


def every(source: AxisSource, _spec: Json, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Expand `all`: every value that the page lists."""
    if parameter is not None and parameter.choices:
        choices: list[Json] = [choice.value for choice in parameter.choices]
    elif parameter is not None and parameter.kind == "boolean":
        choices = [False, True]
    elif holds_sizes(source, parameter, draft) and draft.provider and draft.provider.common_sizes:
        return flat(source, parameter, all_sizes(source, parameter, draft))
    else:
        what = f"{source.name} has none listed" if parameter else f"{source.name} is a variable of your own"
        draft.report(source.path, f"`all` means every documented value, and {what}; list the values")
        return None
    return flat(source, parameter, [AxisValue(label_of(value), value) for value in choices])


def listed(source: AxisSource, spec: Json, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Expand a list of values, each as it is or with a title."""
    items = cast("list[Json]", spec)
    if items == ["all"] and _has_every(source, parameter, draft):
        draft.report((*source.path, 0), "`all` stands alone, without brackets", "all")
        return None
    values: list[AxisValue] = []
    places: list[Path] = []
    for index, item in enumerate(items):
        if index in source.unsound:
            continue
        path: Path = (*source.path, index)
        if isinstance(item, Mapping):  # never a value by itself: the recipe's schema says so
            value = titled(source, item, path, parameter, draft)
            path = (*path, "value") if "value" in item else path
        else:
            value = _valued(source, item, path, parameter, draft)
        values.append(value)
        places.append(path)
    if not values:
        return None
    return PlacedAxis(Axis(source.name, tuple(values), parameter is not None), tuple(places))


def titled(
    source: AxisSource, item: Mapping[str, Json], path: Path, parameter: Parameter | None, draft: Draft
) -> AxisValue:
    """Read a value that is written as a mapping."""
    plain = AxisValue("")
    if "value" in item:
        plain = _valued(source, item["value"], (*path, "value"), parameter, draft)
    replace, place = replacement(item, path, parameter, draft)
    title, note, own = item.get("title"), item.get("note"), item.get("set")
    sets = _sets(own if isinstance(own, Mapping) else None, plain, path, draft)
    if "value" in item and parameter is not None and isinstance(own, Mapping) and parameter.name in own:
        _twice(parameter.name, path, draft)
    label = str(settle(title, (*path, "title"), draft)) if title is not None else plain.label
    return AxisValue(
        label=label or replacing_label(replace or {}),
        value=plain.value,
        sets=sets,
        note=str(settle(note, (*path, "note"), draft)) if note is not None else "",
        skip=item.get("skip") is True,
        hide=item.get("hide") is True,
        replace=replace,
        replace_in=place,
        literal=plain.literal,
    )


def _has_every(source: AxisSource, parameter: Parameter | None, draft: Draft) -> bool:
    listed = parameter is not None and (bool(parameter.choices) or parameter.kind == "boolean")
    return listed or holds_sizes(source, parameter, draft)


def _valued(source: AxisSource, item: Json, path: Path, parameter: Parameter | None, draft: Draft) -> AxisValue:
    value, literal = _value(item, path, parameter, draft)
    label = draft.recipe.marks.texts.get(path) or label_of(value)
    if holds_sizes(source, parameter, draft) and isinstance(value, str) and not is_template(value):
        return read_size(source, value, path, parameter, draft)
    return AxisValue(label, value, literal=literal)


def _value(item: Json, path: Path, parameter: Parameter | None, draft: Draft) -> tuple[Json, bool]:
    """Settle an axis's value: a parameter's is typed by the page, and may wait for other axes.

    The second result tells that a template was rendered, whose text is not to be read as one again.
    """
    if not isinstance(item, str) or not is_template(item):
        return item, False
    try:
        if parameter is not None and waits(item, draft):
            return item, False
        made = rendered(item, draft)
    except TemplateFault as fault:
        if parameter is None:  # what a parameter is made of is told with the cells that it concerns
            draft.report(path, fault.message, fault.suggestion)
        return item, False
    return made if parameter is None else typed(str(made), parameter), True


def _sets(own: Mapping[str, Json] | None, plain: AxisValue, path: Path, draft: Draft) -> Mapping[str, Json] | None:
    """Put together what a value sets, by its size and besides."""
    for name in plain.sets or ():
        if name in (own or ()):
            _twice(name, path, draft)
    return own if plain.sets is None else {**plain.sets, **(own or {})}


def _twice(name: str, path: Path, draft: Draft) -> None:
    said = f"{name} is decided by this value's `value` already; leave it out of `set`"
    draft.report((*path, "set", name), said, on_key=True)
