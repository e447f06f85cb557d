"""The sheets that a recipe asks for, held against its axes before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator

from teststrip.base.near import near
from teststrip.base.sheets import ANIMATED, STILL
from teststrip.base.where import Path
from teststrip.plan.after import report_scores, scores_of
from teststrip.plan.draft import Draft
from teststrip.plan.spoken import CELL
from teststrip.recipe.model import SheetSpec
from teststrip.recipe.templates import TemplateFault, compile_template, is_template


def check_sheets(draft: Draft, axes: list[str], request_names: list[str]) -> tuple[SheetSpec, ...]:
    """Report what a sheet cannot show: an unknown axis, one in two places, a caption that cannot be rendered."""
    for index, sheet in enumerate(draft.recipe.sheets):
        used: dict[str, str] = {}
        for part, names in _parts(sheet):
            for position, name in enumerate(names):
                path: Path = ("sheets", index, part, *(() if part == "animate" else (position,)))
                if name not in axes:
                    there = ", ".join(axes) or "none"
                    said = f"{name!r} is no axis of this recipe; there are: {there}"
                    draft.report(path, said, near(name, axes))
                elif name in used:
                    draft.report(path, f"{name} is already used for {used[name]}")
                used.setdefault(name, part)
        if sheet.caption is not None:
            known = {*axes, *request_names, *draft.recipe.variables, "label", CELL}
            _check_caption(draft, index, sheet.caption, known)
        _check_formats(draft, index, sheet)
    return draft.recipe.sheets


def _parts(sheet: SheetSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in ("super_rows", "rows", "super_cols", "cols", "pages"):
        yield part, getattr(sheet, part)
    if sheet.animate is not None:
        yield "animate", (sheet.animate,)


def _check_formats(draft: Draft, index: int, sheet: SheetSpec) -> None:
    """Report an animation that nothing is animated for, and the other way round; and two widths."""
    moving = [position for position, form in enumerate(sheet.formats) if form in ANIMATED]
    if sheet.animate is None:
        for position in moving:
            if sheet.formats[position] not in STILL:
                path = ("sheets", index, "formats", position)
                draft.report(path, "a gif needs `animate`, the axis that it runs along")
    elif not moving:
        said = f"this is for an animation, and the formats have none: add {' or '.join(ANIMATED)}"
        draft.report(("sheets", index, "animate"), said)
    if sheet.cell_width is not None and sheet.width is not None:
        draft.report(("sheets", index, "width"), "the cells' width is given as well: leave out one of them")


def _check_caption(draft: Draft, index: int, caption: str, known: set[str]) -> None:
    if not is_template(caption):
        return
    path = ("sheets", index, "caption")
    try:
        unknown = sorted(compile_template(caption, draft.extensions).names - known)
    except TemplateFault as fault:
        draft.report(path, fault.message, fault.suggestion)
        return
    for name in unknown:
        said = (
            "no step in `after` gives scores"
            if name == "scores"
            else f"{name!r} is no axis, parameter or variable"
        )
        draft.report(path, said, near(name, sorted(known)))
    if "scores" in known and "scores" not in unknown:
        report_scores(draft, path, caption, scores_of(draft), "no step in `after`")
