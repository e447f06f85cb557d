"""A grid definition to the draft of a recipe, for one model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from teststrip.base.vocabulary import NOTHING, meaning_of, plain_name
from teststrip.base.where import Where, dotted
from teststrip.exchange.draft import AxisDraft, Draft, Entry, Template
from teststrip.exchange.grid.axes import make_axis
from teststrip.exchange.grid.context import SIDES, Context
from teststrip.exchange.grid.model import Grid, GridAxis, Setting
from teststrip.exchange.grid.series import make_side
from teststrip.exchange.sizes import carry_size, one_picture, separator_of
from teststrip.exchange.target import Refusal, Target, carry

_WEIGHED: Final = re.compile(r"\([^()\n]{1,200}:[0-9.]{1,6}\)")


def draft_grid(grid: Grid, target: Target, *, chosen: bool) -> Draft:
    """Draft a recipe that makes the grid's pictures.

    `chosen` says that a person chose the model, so that the one under the grid's `params` is no loss.
    """
    base = {meaning: one for one in grid.params if (meaning := meaning_of(one.name)) in SIDES}
    whole = separator_of(target) is not None
    context = Context(target, {side: one.text for side, one in base.items()}, [], _texts(grid))
    alone = _side_axes(grid, target) if whole else {}
    context.owners.update(_owners(grid, target))
    params = list(_params(grid, context, whole=whole, chosen=chosen))
    if whole:
        params += _size(base, alone, context)
    made: dict[str, AxisDraft] = {}
    for axis in grid.axes:
        side = next((side for side, known in alone.items() if known is axis), None)
        if side is None:
            made[axis.name] = make_axis(axis, context)
        else:
            made[axis.name] = make_side(axis, side, _other(side, base, alone), context)
    params += one_picture(target)
    _miss_prompt(grid, params, list(made.values()), context)
    return Draft(
        source=grid.file,
        title=grid.title,
        model=target.name,
        params=tuple(params),
        axes=tuple(made.values()),
        sheet=_sheet(grid, made),
        left=tuple(sorted(dict.fromkeys(context.problems), key=lambda problem: problem.where)),
        notes=(*grid.notes, *_notes(grid)),
    )


def names_in(grid: Grid) -> list[str]:
    """Return the names of everything that a grid sets."""
    return [one.name for one in (*grid.params, *(one for axis in grid.axes for one in _settings(axis)))]


def model_in(grid: Grid) -> str:
    """Return the model that the grid's own params name, "" when they name none."""
    return next((one.text for one in grid.params if meaning_of(one.name) == "model"), "")


def _params(grid: Grid, context: Context, *, whole: bool, chosen: bool) -> Iterator[Entry]:
    target = context.target
    known: set[str] = set()
    for setting in grid.params:
        meaning = meaning_of(setting.name)
        if meaning in SIDES and whole:
            continue
        if meaning == "model" and (chosen or target.is_called(setting.text)):
            continue
        if meaning == "replace":
            said = "a replacement that is the same for every picture belongs into the prompt itself"
            context.report(setting.where, setting.dotted, Refusal(said))
            continue
        carried = carry(setting.name, setting.text, target)
        if isinstance(carried, Refusal):
            if setting.text.strip().lower() not in NOTHING:
                context.report(setting.where, setting.dotted, carried)
            continue
        for one in carried:
            if one.warning:
                context.report(setting.where, setting.dotted, Refusal(one.warning))
            if one.parameter not in known:
                known.add(one.parameter)
                yield Entry(one.parameter, one.value, one.remark)


def _owners(grid: Grid, target: Target) -> dict[str, str]:
    """Return the parameters that an axis is about and nothing else; the last of a parameter wins, as there."""
    owners: dict[str, str] = {}
    for axis in grid.axes:
        meanings = {meaning_of(setting.name) for setting in _settings(axis)}
        parameter = target.find(next(iter(meanings))) if len(meanings) == 1 else None
        if parameter is not None:
            owners[parameter.name] = axis.name
    return owners


def _settings(axis: GridAxis) -> list[Setting]:
    return [axis.listed] if axis.listed else [one for value in axis.values for one in value.settings]


def _texts(grid: Grid) -> dict[str, tuple[str, ...]]:
    """Return every text of the prompts, of the negative prompts, and what replaces parts of either."""
    settings = [*grid.params, *(one for axis in grid.axes for one in _settings(axis))]
    return {
        meaning: tuple(one.text for one in settings if meaning_of(one.name) == meaning)
        for meaning in ("prompt", "negative_prompt", "replace")
    }


def _side_axes(grid: Grid, target: Target) -> dict[str, GridAxis]:
    """Return the axes that vary one side of the size and nothing else, by side."""
    found: dict[str, GridAxis] = {}
    for axis in grid.axes:
        meanings = {meaning_of(setting.name) for setting in _settings(axis)}
        side = next(iter(meanings)) if len(meanings) == 1 else ""
        plain = all(len(value.settings) == 1 and value.bare and not value.skip for value in axis.values)
        if side in SIDES and plain and side not in target.parameters:
            found.setdefault(side, axis)
    return found


def _other(side: str, base: Mapping[str, Setting], alone: Mapping[str, GridAxis]) -> str | None:
    """Return a value that the other side has, None when nothing is said of it."""
    other = SIDES[1 - SIDES.index(side)]
    axis = alone.get(other)
    if axis is not None and axis.values:
        return axis.values[0].settings[0].text
    return base[other].text if other in base else None


def _size(base: Mapping[str, Setting], alone: Mapping[str, GridAxis], context: Context) -> Iterator[Entry]:
    target = context.target
    size, separator = target.find("size"), separator_of(target)
    missing = [side for side in SIDES if side not in base and side not in alone]
    if size is None or separator is None or len(missing) == len(SIDES):
        return
    where, path = _place(next(iter(base.values()), None) or next(iter(alone.values())))
    if missing:
        said = f"the {missing[0]} is not said here, and the web UI's was used; write `{size.name}` yourself"
        context.report(where, path, Refusal(said))
    elif alone:
        parts = [f"${{{{ {side} }}}}" if side in alone else base[side].text.strip() for side in SIDES]
        yield Entry(size.name, Template(separator.join(parts)))
    else:
        carried = carry_size(base["width"].text, base["height"].text, target)
        if isinstance(carried, Refusal):
            context.report(where, path, carried)
        else:
            yield from (Entry(one.parameter, one.value) for one in carried)


def _place(named: Setting | GridAxis) -> tuple[Where, str]:
    return named.where, dotted(named.path)


def _miss_prompt(grid: Grid, params: Sequence[Entry], axes: Sequence[AxisDraft], context: Context) -> None:
    """Say that the grid takes its prompt from the web UI, where the page cannot do without one."""
    prompt = context.target.find("prompt")
    if prompt is None or not prompt.required or any(entry.name == prompt.name for entry in params):
        return
    sets = {name for axis in axes for item in axis.items for name in _set_by(axis, item.value)}
    if prompt.name not in sets and all(axis.name != prompt.name for axis in axes):
        said = f"the prompt is not in the grid, but was in the web UI; write `{prompt.name}` under params"
        context.report(Where(grid.file, 1, 1), "grid.params", Refusal(said))


def _set_by(axis: AxisDraft, value: object) -> Iterator[str]:
    inner = value.get("set") if isinstance(value, Mapping) else None
    if isinstance(inner, Mapping) and not axis.off:
        yield from inner


def _sheet(grid: Grid, made: Mapping[str, AxisDraft]) -> dict[str, tuple[str, ...]]:
    """Lay the sheet out as the grid's page begins: what it does not name makes pages."""
    there = {plain_name(name): axis.name for name, axis in made.items() if not axis.off}
    sheet = {
        key: tuple(dict.fromkeys(there[plain_name(name)] for name in names if plain_name(name) in there))
        for key, names in grid.sheet.items()
    }
    placed = {name for names in sheet.values() for name in names}
    rest = tuple(name for name in there.values() if name not in placed)
    laid = {key: names for key, names in sheet.items() if names}
    return laid | ({"pages": rest} if rest else {}) if laid else {}


def _notes(grid: Grid) -> Iterator[str]:
    yield "What the grid does not say came from the web UI then; here it is as the API has it by default."
    if any(meaning_of(one.name) == "seed" and one.text.strip() == "-1" for one in grid.params):
        yield "The seed -1 was a new one each time; here it is drawn once and kept."
    if any(_WEIGHED.search(text) for texts in _texts(grid).values() for text in texts):
        yield "Prompts are carried over letter by letter; what (word:1.2) means is for the API to say."
