"""Axes that are a list with dots, or one side of a size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from teststrip.base.vocabulary import meaning_of
from teststrip.exchange.draft import AxisDraft, Item
from teststrip.exchange.emit import inline
from teststrip.exchange.grid.context import LONGEST_NOTE, Context, clean_name, short, unique_name
from teststrip.exchange.grid.lists import ListFault, numbers_of, series_of
from teststrip.exchange.grid.model import GridAxis, Setting
from teststrip.exchange.sizes import carry_size
from teststrip.exchange.target import Refusal, carry, value_of
from teststrip.plan.ellipsis import EllipsisFault, expand_series
from teststrip.schema.sweeps import is_numeric


def make_series(axis: GridAxis, setting: Setting, context: Context) -> AxisDraft:
    """Carry a list with dots over: as a series where ours means the same, else number by number."""
    target = context.target
    parameter = target.find(meaning_of(setting.name))
    remark = short(axis.note, 2 * LONGEST_NOTE)
    refusal: Refusal | None = None
    if parameter is None or not is_numeric(parameter):
        carried = carry(setting.name, setting.text, target)
        refusal = carried if isinstance(carried, Refusal) else Refusal(f"dots, and {setting.name} is no number")
    elif context.owners.get(parameter.name, axis.name) != axis.name:
        refusal = Refusal(f"{parameter.name} is varied by {context.owners[parameter.name]} already")
    if parameter is None or refusal is not None:
        if refusal is not None:
            context.report(setting.where, setting.dotted, refusal)
        return AxisDraft(
            unique_name(clean_name(axis.name), context), (Item(setting.text, off=True),), remark=remark
        )
    numbers = _expanded(setting, context)
    items: list[Item] = []
    for text, skip in numbers:
        value = value_of(parameter, text, target)
        if isinstance(value, Refusal):
            context.report(setting.where, setting.dotted, value)
            items.append(Item(Decimal(text), value.message, off=True))
        else:
            items.append(Item({"value": value[0].value, "skip": True} if skip else value[0].value))
    context.owners[parameter.name] = axis.name
    name = unique_name(parameter.name, context)
    if name != parameter.name:  # it is taken by an axis that sets several
        items = [item if item.off else _set(item, parameter.name) for item in items]
    series = series_of(setting.text)
    whole = name == parameter.name and not any(item.off for item in items)
    kept = series if series is not None and whole and _same_series(series, numbers) else ""
    return AxisDraft(name, tuple(items), kept, remark)


def make_side(axis: GridAxis, side: str, other: str | None, context: Context) -> AxisDraft:
    """Let one side of a size vary as a variable, for the template that makes the size of both."""
    texts = [(value.settings[0], value.settings[0].text) for value in axis.values]
    if axis.listed is not None:
        texts = [(axis.listed, text) for text, _ in _expanded(axis.listed, context)]
    items = []
    for setting, text in texts:
        pair = {side: text, "height" if side == "width" else "width": text if other is None else other}
        carried = carry_size(pair["width"], pair["height"], context.target)
        refused = isinstance(carried, Refusal)
        if isinstance(carried, Refusal):
            context.report(setting.where, setting.dotted, carried)
        number = int(text) if text.strip().isdecimal() and len(text) < 10 else text
        items.append(Item(number, f"no {side} here" if refused else "", off=refused))
    size = context.target.find("size")
    context.owners[size.name if size else "size"] = axis.name
    return AxisDraft(unique_name(side, context), tuple(items), remark=short(axis.note, 2 * LONGEST_NOTE))


def _set(item: Item, parameter: str) -> Item:
    value = item.value
    marks = {"skip": True} if isinstance(value, Mapping) else {}
    only = value["value"] if isinstance(value, Mapping) else value
    return Item({"title": inline(only), "set": {parameter: only}, **marks})


def _expanded(setting: Setting, context: Context) -> list[tuple[str, bool]]:
    try:
        return numbers_of(setting.text)
    except ListFault as fault:
        context.report(setting.where, setting.dotted, Refusal(fault.message))
        return []


def _same_series(series: str, numbers: Sequence[tuple[str, bool]]) -> bool:
    try:
        return expand_series(series) == [Decimal(text) for text, _ in numbers]
    except EllipsisFault:
        return False
