"""Search and replace: texts of the prompt, or of another parameter, that an axis exchanges for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from teststrip.base.json import Json
from teststrip.base.near import near
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.kinds.common import settle, takes_text
from teststrip.plan.model import Axis, AxisValue
from teststrip.provider.model import Parameter
from teststrip.recipe.model import AxisSource


def replacing(source: AxisSource, spec: Json, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Expand `{replace: old, with: [...]}`: the old text first, then each that stands in its place."""
    members = cast("Mapping[str, Json]", spec)
    place = _place(members, source.path, parameter, draft)
    if place is None:
        return None
    old = str(settle(members["replace"], (*source.path, "replace"), draft))
    values: list[AxisValue] = []
    places: list[Path] = []
    for index, item in enumerate(cast("list[Json]", members["with"])):
        path: Path = (*source.path, "with", index)
        written = item if isinstance(item, Mapping) else {"value": item}
        new = str(settle(written.get("value"), (*path, "value") if written is item else path, draft))
        title, note = written.get("title"), written.get("note")
        values.append(
            AxisValue(
                label=str(settle(title, (*path, "title"), draft)) if title is not None else new or "(nothing)",
                note=str(settle(note, (*path, "note"), draft)) if note is not None else "",
                skip=written.get("skip") is True,
                hide=written.get("hide") is True,
                replace={old: new},
                replace_in=place,
            )
        )
        places.append(path)
    if not any(value.replace == {old: old} for value in values):
        values.insert(0, AxisValue(old, replace={old: old}, replace_in=place))
        places.insert(0, (*source.path, "replace"))
    return PlacedAxis(Axis(source.name, tuple(values), parameter is not None), tuple(places))


def replacement(
    item: Mapping[str, Json], path: Path, parameter: Parameter | None, draft: Draft
) -> tuple[Mapping[str, str] | None, str]:
    """Read a titled value's `replace: {old: new}` and the parameter that it is about."""
    written = item.get("replace")
    if not isinstance(written, Mapping):
        return None, ""
    place = _place(item, path, parameter if "value" not in item else None, draft)
    new = {old: str(settle(text, (*path, "replace", old), draft)) for old, text in written.items()}
    return (new, place) if place is not None else (None, "")


def replacing_label(replace: Mapping[str, str]) -> str:
    """Say what is replaced, for a value without a title."""
    return ", ".join(f"{old} -> {new or '(nothing)'}" for old, new in replace.items())


def _place(members: Mapping[str, Json], path: Path, parameter: Parameter | None, draft: Draft) -> str | None:
    """Return the parameter in which texts are replaced; None after reporting that there is no such one."""
    named = members.get("in")
    if draft.provider is None:
        return named if isinstance(named, str) else ""
    texts = [known.name for known in draft.provider.parameters_of(draft.model) if takes_text(known)]
    if named is not None:
        if named in texts:
            return str(named)
        said = f"{named} is no parameter with text of {draft.model}"
        draft.report((*path, "in"), said, near(str(named), texts))
        return None
    if parameter is not None and parameter.name in texts:
        return parameter.name
    if draft.provider.roles.prompt in texts:
        return draft.provider.roles.prompt
    draft.report(path, f"{draft.provider.name} does not say which parameter is the prompt; name it, with `in:`")
    return None
