"""An axis of files: `{files: "refs/*.png"}` has a value for each picture, in the order in which people count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from teststrip.plan.kinds.common import flat
from teststrip.plan.model import AxisValue
from teststrip.plan.pictures import FileFault
from teststrip.provider.attach import takes_picture
from teststrip.recipe.templates import TemplateFault, render

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.plan.draft import Draft, PlacedAxis
    from teststrip.provider.model import Parameter
    from teststrip.recipe.model import AxisSource


def files(source: AxisSource, spec: Json, parameter: Parameter | None, draft: Draft) -> PlacedAxis | None:
    """Return the axis, with the path of a picture as each value; None after reporting what is wrong.

    `parameter` is None for a variable of one's own, whose templates make a path of it.
    """
    place = (*source.path, "files")
    pattern = spec.get("files") if isinstance(spec, Mapping) else ""
    if parameter is not None and not takes_picture(parameter):
        draft.report(place, f"{parameter.name} takes no picture; put the files on a variable of your own")
        return None
    try:
        pattern = render(str(pattern), draft.recipe.variables, extensions=draft.extensions)
        names = draft.files.matching(pattern, draft.recipe.marks.value(place).file)
    except (FileFault, TemplateFault) as fault:
        draft.report(place, fault.message, fault.suggestion)
        return None
    values = [AxisValue(label, name) for label, name in zip(_labels(names), names, strict=True)]
    return flat(source, parameter, values)


def _labels(names: Sequence[str]) -> Sequence[str]:
    """Call each file by as little of its path as tells it from the others."""
    paths = [PurePosixPath(name) for name in names]
    for labels in ([path.stem for path in paths], [path.name for path in paths]):
        if len(set(labels)) == len(names):
            return labels
    return names
