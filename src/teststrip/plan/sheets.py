"""The sheets that a recipe asks for, held against its axes before anything is sent."""

from __future__ import annotations

from teststrip.base.near import near
from teststrip.plan.draft import Draft
from teststrip.recipe.model import SheetSpec
from teststrip.recipe.templates import TemplateFault, compile_template, is_template


def check_sheets(draft: Draft, axes: list[str], request_names: list[str]) -> tuple[SheetSpec, ...]:
    """Report what a sheet cannot show: an unknown axis, one in two places, a caption that cannot be rendered."""
    for index, sheet in enumerate(draft.recipe.sheets):
        used: dict[str, str] = {}
        for part, names in (("rows", sheet.rows), ("cols", sheet.cols), ("pages", sheet.pages)):
            for position, name in enumerate(names):
                path = ("sheets", index, part, position)
                if name not in axes:
                    there = ", ".join(axes) or "none"
                    said = f"{name!r} is no axis of this recipe; there are: {there}"
                    draft.report(path, said, near(name, axes))
                elif name in used:
                    draft.report(path, f"{name} is already used for {used[name]}")
                used.setdefault(name, part)
        if sheet.caption is not None:
            known = {*axes, *request_names, *draft.recipe.variables, "label"}
            _check_caption(draft, index, sheet.caption, known)
    return draft.recipe.sheets


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
        draft.report(path, f"{name!r} is no axis, parameter or variable", near(name, sorted(known)))
