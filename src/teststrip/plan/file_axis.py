"""An axis of files: `{files: "refs/*.png"}` has a value for each picture, in the order in which people count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from teststrip.plan.model import AxisValue
from teststrip.plan.pictures import FileFault
from teststrip.provider.attach import takes_picture
from teststrip.recipe.templates import TemplateFault, render

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.base.where import Path
    from teststrip.plan.axes import Draft
    from teststrip.provider.model import Parameter

FILES: Final = "files"


def file_values(
    spec: Mapping[str, Json], path: Path, parameter: Parameter | None, draft: Draft
) -> list[AxisValue] | None:
    """Return the axis's values, the path of a picture each; None after reporting what is wrong.

    `parameter` is None for a variable of one's own, whose templates make a path of it.
    """
    place = (*path, FILES)
    pattern = spec[FILES]
    if parameter is not None and not takes_picture(parameter):
        draft.report(place, f"{parameter.name} takes no picture; put the files on a variable of your own")
        return None
    try:
        pattern = render(str(pattern), draft.recipe.variables)
        names = draft.files.matching(pattern, draft.recipe.marks.value(place).file)
    except (FileFault, TemplateFault) as fault:
        draft.report(place, fault.message, fault.suggestion)
        return None
    return [AxisValue(label, name) for label, name in zip(_labels(names), names, strict=True)]


def _labels(names: Sequence[str]) -> Sequence[str]:
    """Call each file by as little of its path as tells it from the others."""
    paths = [PurePosixPath(name) for name in names]
    for labels in ([path.stem for path in paths], [path.name for path in paths]):
        if len(set(labels)) == len(names):
            return labels
    return names
