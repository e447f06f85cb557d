"""Axes of a grid as axes of a recipe.

An axis whose values all set the same one parameter is named after it. Any other keeps its own name, and its values
set what they set together. A value that cannot be carried over whole is written as a comment: under its title a
picture would stand that is none of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from teststrip.base.vocabulary import NOTHING, meaning_of
from teststrip.exchange.draft import AxisDraft, Item, Value
from teststrip.exchange.emit import inline
from teststrip.exchange.grid.context import LONGEST_NOTE, SIDES, Context, clean_name, short, unique_name
from teststrip.exchange.grid.model import GridAxis, GridValue, Setting
from teststrip.exchange.grid.series import make_series
from teststrip.exchange.sizes import carry_size, separator_of
from teststrip.exchange.target import Carried, Refusal, carry, loaded_in

_LONGEST_SEARCH: Final = 500  # characters; longer ones are no name that YAML takes on one line
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")


@dataclass(slots=True)
class _Made:
    """What became of a value: what it sets and replaces, and the names of what is missing."""

    value: GridValue
    sets: dict[str, Value] = field(default_factory=dict)
    replaces: dict[str, str] = field(default_factory=dict)
    place: str = ""  # the parameter in which texts are replaced, where it is not the prompt
    remarks: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def make_axis(axis: GridAxis, context: Context) -> AxisDraft:
    """Carry an axis over; what is missing is reported, and stands in it as comments."""
    if axis.listed is not None:
        return make_series(axis, axis.listed, context)
    made = [_make(value, context) for value in axis.values]
    for one in made:
        _refuse_owned(one, axis, context)
    whole = [one for one in made if not one.missing]
    alone = {tuple(one.sets) for one in whole if not one.replaces}
    single = next(iter(alone))[0] if len(alone) == 1 and len(next(iter(alone))) == 1 else ""
    if any(one.replaces for one in whole):
        single = ""
    own = "prompt_replace" if meaning_of(axis.name) == "replace" else clean_name(axis.name)
    name = unique_name(single or own, context)
    if name != single:  # the parameter's name is taken by an axis that sets several
        single = ""
    for one in whole:
        for parameter in one.sets:
            context.owners.setdefault(parameter, axis.name)
    items = tuple(_item(one, single) for one in made)
    return AxisDraft(name, items, remark=short(axis.note, 2 * LONGEST_NOTE))


def _make(value: GridValue, context: Context) -> _Made:
    made = _Made(value)
    sides: dict[str, Setting] = {}
    for setting in value.settings:
        meaning = meaning_of(setting.name)
        if meaning == "replace":
            _replace(setting, made, context)
        elif meaning in SIDES and separator_of(context.target) is not None:
            sides[meaning] = setting
        elif meaning == "seed" and setting.text.strip() == "-1":
            said = "-1 is a new seed for every picture; write {count: 4} for seeds that are drawn once and kept"
            _miss(setting, Refusal(said), made, context)
        else:
            _take(setting, carry(setting.name, setting.text, context.target), made, context)
    if sides:
        first = next(iter(sides.values()))
        both = {side: sides[side].text if side in sides else context.sides.get(side) for side in SIDES}
        width, height = both["width"], both["height"]
        if width is None or height is None:
            lacks = "width" if width is None else "height"
            _miss(first, Refusal(f"the {lacks} is not said here; the web UI's was used"), made, context)
        else:
            _take(first, carry_size(width, height, context.target), made, context)
    return made


def _replace(setting: Setting, made: _Made, context: Context) -> None:
    old, equals, new = (part.strip() for part in setting.text.partition("="))
    if not equals or not old:
        _miss(setting, Refusal("a replacement is `what stands there = what comes instead`"), made, context)
    elif len(old) > _LONGEST_SEARCH or "${{" in old or "\n" in old:
        _miss(setting, Refusal("this text cannot be searched for by a recipe"), made, context)
    elif (place := _place_of(old, setting, made, context)) is not None:
        made.replaces[old] = new
        made.place = place
        if loaded := loaded_in(new):
            context.report(setting.where, setting.dotted, Refusal(loaded))


def _place_of(old: str, setting: Setting, made: _Made, context: Context) -> str | None:
    """Return where a text is replaced: "" for the prompt, the negative prompt's parameter, None for nowhere."""
    there = {meaning: any(old in text for text in texts) for meaning, texts in context.texts.items()}
    negative = context.target.find("negative_prompt")
    if there["negative_prompt"] and there["prompt"]:
        said = f"{old!r} is in the negative prompt too, where it stays: a recipe's value replaces in one of them"
        context.report(setting.where, setting.dotted, Refusal(said))
    elif there["negative_prompt"] and negative is not None:
        if made.replaces and not made.place:
            _miss(setting, Refusal("one value replaces in the prompt or in the negative prompt"), made, context)
            return None
        return negative.name
    elif context.texts["prompt"] and not there["prompt"] and not _made_there(old, setting, context):
        _miss(setting, Refusal(f"{old!r} is in none of the grid's prompts"), made, context)
        return None
    return ""


def _made_there(old: str, setting: Setting, context: Context) -> bool:
    """Tell whether another replacement puts the text into a prompt."""
    return any(old in text.partition("=")[2] for text in context.texts["replace"] if text != setting.text)


def _take(setting: Setting, carried: tuple[Carried, ...] | Refusal, made: _Made, context: Context) -> None:
    if isinstance(carried, Refusal):
        nothing = setting.text.strip().lower() in NOTHING and len(made.value.settings) > 1
        if not nothing:
            _miss(setting, carried, made, context)
        return
    for one in carried:
        made.sets[one.parameter] = one.value
        if one.remark:
            made.remarks.append(one.remark.removesuffix(" there"))
        if one.warning:
            context.report(setting.where, setting.dotted, Refusal(one.warning))


def _miss(setting: Setting, refusal: Refusal, made: _Made, context: Context) -> None:
    context.report(setting.where, setting.dotted, refusal)
    made.missing.append(setting.name)


def _refuse_owned(made: _Made, axis: GridAxis, context: Context) -> None:
    for parameter in list(made.sets):
        owner = context.owners.get(parameter)
        if owner is not None and owner != axis.name:
            said = f"{parameter} is varied by the axis {owner} already; one of them must let go"
            _miss(Setting(parameter, "", made.value.where, made.value.path), Refusal(said), made, context)
    if not made.sets and not made.replaces and not made.missing:
        made.missing.append("anything")
        said = f"nothing of {axis.name} is left in this value"
        context.report(made.value.where, Setting("", "", made.value.where, made.value.path).dotted, Refusal(said))


def _item(made: _Made, single: str) -> Item:
    value, off = made.value, bool(made.missing)
    marks = _marks(value)
    only = made.sets.get(single) if list(made.sets) == [single] and not made.replaces else None
    if isinstance(only, str) and "${{" in only:
        only = None  # the value of an axis may be rendered twice, what it sets is rendered once
    if only is not None and (value.bare or value.title == inline(only)):
        return Item({"value": only} | marks if marks else only, _remark(made, ""), off)
    if off and value.bare and not marks and not made.replaces:
        return Item(
            Decimal(value.title) if _NUMBER.fullmatch(value.title) else value.title, _remark(made, ""), off
        )
    inner: dict[str, Value] = {"title": _title(made)}
    if only is not None:
        inner["value"] = only
    elif made.sets:
        inner["set"] = made.sets
    if made.replaces:
        inner["replace"] = made.replaces
        if made.place:
            inner["in"] = made.place
    return Item(inner | marks, _remark(made, value.title), off)


def _marks(value: GridValue) -> dict[str, Value]:
    """Return what is said of a value besides what it sets."""
    marks: dict[str, Value] = {}
    if note := short(value.note, LONGEST_NOTE):
        marks["note"] = note
    if value.skip:
        marks["skip"] = True
    if value.hide:
        marks["hide"] = True
    return marks


def _remark(made: _Made, title: str) -> str:
    """Say what is missing, or how values were called there, unless the title says so already."""
    if made.missing:
        return f"without {', '.join(dict.fromkeys(made.missing))}"
    names = (remark for remark in made.remarks if remark.casefold() not in title.casefold())
    return "; ".join(f"{name} there" for name in names)


def _title(made: _Made) -> str:
    """Return the title; of a bare replacement, what comes in the place of the old words."""
    if made.value.bare and made.replaces:
        return ", ".join(made.replaces.values()).strip(", ") or "(nothing)"
    return made.value.title.strip() or "(no title)"
