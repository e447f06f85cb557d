"""What each axis does to a request: one that does nothing is reported, and two that decide the same parameter."""

from __future__ import annotations

from collections.abc import Sequence

from teststrip.base.json import ABSENT
from teststrip.base.near import near
from teststrip.base.where import Path
from teststrip.plan.draft import Draft, PlacedAxis
from teststrip.plan.meant import meant
from teststrip.plan.requests import Assembler


def check_roles(draft: Draft, assembler: Assembler, axes: Sequence[PlacedAxis]) -> None:
    """Report axes that do nothing, and parameters that two axes would both decide."""
    mentioned = assembler.mentioned()
    known = [*(placed.axis.name for placed in axes), *draft.recipe.variables]
    # A misspelt name in a template is told there; that its axis then does nothing is no mistake of its own.
    misspelt = {near(name, known) for name in mentioned.difference(known)}
    paths = {source.name: source.path for source in draft.recipe.axes}
    owners: dict[str, str] = {}
    for placed in axes:
        axis = placed.axis
        if all(value.hide for value in axis.values):
            said = f"every value of {axis.name} is hidden, so a sheet would show nothing"
            draft.report(paths[axis.name], said, on_key=True)
        sets = sorted({name for value in axis.values for name in value.sets or ()})
        plain = any(value.value is not ABSENT for value in axis.values)
        alone = any(value.value is not ABSENT and not value.sets and not value.replace for value in axis.values)
        idle = alone and not axis.parameter and axis.name not in mentioned and axis.name not in misspelt
        if idle and not assembler.may_mention(axis.name):
            _idle_axis(draft, assembler, axis.name, paths[axis.name])
        for name in ([axis.name] if axis.parameter and plain else []) + sets:
            if owners.setdefault(name, axis.name) != axis.name:
                said = f"{name} is decided by axis {owners[name]} and by axis {axis.name}; one of them must let go"
                draft.report(paths[axis.name], said, on_key=True)


def _idle_axis(draft: Draft, assembler: Assembler, name: str, path: Path) -> None:
    elsewhere = next((p for p in assembler.provider.parameters if p.name == name), None)
    if elsewhere is not None:
        said = f"{assembler.model} does not take {name}; it belongs to {', '.join(elsewhere.models)}"
        draft.report(path, said, on_key=True)
        return
    swept = {source.name for source in draft.recipe.axes}
    if name == "model":
        draft.report(path, "a recipe is for one model; for another, write one that `extends` it", on_key=True)
        return
    sized = next((known.name for known in assembler.parameters.values() if known.size is not None), None)
    if sized is not None and name in ("width", "height"):
        said = f"{name} is no parameter of {assembler.model}; the axis {sized} has both: "
        draft.report(path, said + "{width: [...], height: [...]}", on_key=True)
        return
    # A free variable may well be called `style`: only a likely slip (not `scale`) is worth naming.
    free = [known for known in assembler.parameters if known not in swept]
    close = meant(name, assembler.provider.roles, free, 0.7)
    said = f"{name} is no parameter of {assembler.model}, and no template mentions ${{{{ {name} }}}}"
    draft.report(path, said, close, on_key=True)
