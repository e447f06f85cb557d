"""Steps on pictures, held against the recipe before anything is paid for, and as a plan keeps them.

They run when the pictures are there (`teststrip.finish`), so a plan has their options with the templates as they
are written. A step may compare with another cell (`against: {sampler: ddim}`: the cell of the same place but for
these axes) or with a picture file (`against: ./reference.png`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from teststrip.base.json import ABSENT, Json, canonical
from teststrip.base.near import listed, near
from teststrip.base.where import Path
from teststrip.plan.draft import Draft
from teststrip.plan.model import Against, Axis, AxisValue, PlanFile, StepUse
from teststrip.plan.pictures import FileFault
from teststrip.plan.spoken import CELL
from teststrip.plan.steps import MOST_STEPS, RESERVED, find_step, read_options, templates_in, with_given
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.model import Recipe, StepSource
from teststrip.recipe.templates import TemplateFault, compile_template, is_template
from teststrip.steps.model import AfterStep

AS: Final = "as"
AGAINST: Final = "against"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SCORE_OF: Final = re.compile(r"\bscores(?:\.(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\])")


def prepare_after(
    draft: Draft, axes: Sequence[Axis], parameters: Sequence[str]
) -> tuple[tuple[StepUse, ...], tuple[PlanFile, ...]]:
    """Prepare the steps of `after`, and the files that they compare with; what is wrong is reported.

    `axes` are those of the plan, `parameters` the names of the model's.
    """
    uses: list[StepUse] = []
    files: list[PlanFile] = []
    known = {*(axis.name for axis in axes), *parameters, *draft.recipe.variables, "label", CELL}
    known |= {name for name in added_names(draft) if name != "scores"}
    scores: dict[str, int] = {}
    if len(draft.recipe.after) > MOST_STEPS:
        draft.report(("after",), f"a recipe has at most {MOST_STEPS} steps", on_key=True)
    for number, source in enumerate(draft.recipe.after[:MOST_STEPS], 1):
        step = find_step(draft, source, draft.extensions.after)
        if step is None:
            continue
        asked = read_options(draft, source, step, (AS, AGAINST))
        _check_permission(draft, source, step)
        _check_names(draft, source, known | ({"scores"} if uses else set()), scores)
        prefix = _prefix(draft, source)
        for name in (step if asked is None else with_given(step, asked.options, draft.extensions)).scores:
            full = f"{prefix}_{name}" if prefix else name
            if full in scores:
                said = f"step {scores[full]} gives the score {full} too; name one of them: {{as: second}}"
                draft.report(source.path, said)
            scores.setdefault(full, number)
        against, file = _against(draft, source, step, axes)
        files += [file] if file is not None else []
        if asked is not None:
            uses.append(StepUse(step.name, asked.options, prefix, against))
    return tuple(uses), tuple(files)


def mentioned_after(recipe: Recipe, extensions: Extensions = BUILT_IN) -> frozenset[str]:
    """Return the variables that the options of steps on pictures mention."""
    names: set[str] = set()
    for source in recipe.after:
        for _, text in templates_in(source.options):
            try:
                names |= compile_template(text, extensions).names
            except TemplateFault:  # told where the options are read
                continue
    return frozenset(names)


def kept_variables(recipe: Recipe, extensions: Extensions = BUILT_IN) -> dict[str, Json]:
    """Return the recipe's variables that captions and steps on pictures mention: they are needed after the run."""
    names = set(mentioned_after(recipe, extensions))
    for sheet in recipe.sheets:
        if sheet.caption is not None and is_template(sheet.caption):
            try:
                names |= compile_template(sheet.caption, extensions).names
            except TemplateFault:  # told where sheets are checked
                continue
    return {name: value for name, value in recipe.variables.items() if name in names}


def added_names(draft: Draft) -> tuple[str, ...]:
    """Return what captions may name because of the recipe's steps: variables, and `scores`."""
    before = [draft.extensions.before.get(source.use) for source in draft.recipe.before]
    names = [name for step in before if step is not None for name in step.adds]
    return (*names, "scores") if draft.recipe.after else tuple(names)


def report_scores(draft: Draft, place: Path, text: str, scores: Sequence[str], who: str) -> None:
    """Report scores that a template names and that are none of those that there are: `who` gives them."""
    for one, other in _SCORE_OF.findall(text):
        wanted = one or other
        if wanted not in scores:
            there = f"there are: {listed(scores)}" if scores else "there are none"
            draft.report(place, f"{who} gives the score {wanted!r}; {there}", near(wanted, scores))


def scores_of(draft: Draft) -> list[str]:
    """Return the names of all scores that the recipe's steps give."""
    known = draft.extensions.after
    found: list[str] = []
    for source in draft.recipe.after:
        prefix = source.options.get(AS)
        names = known[source.use].scores if source.use in known else ()
        found += [f"{prefix}_{name}" if isinstance(prefix, str) and prefix else name for name in names]
    return found


def _check_permission(draft: Draft, source: StepSource, step: AfterStep) -> None:
    if step.permission and step.permission not in draft.extensions.allowed:
        said = f"{step.name} runs only where the command line allows it: teststrip --allow {step.permission}"
        draft.report(source.path, said)


def _check_names(draft: Draft, source: StepSource, known: set[str], scores: Mapping[str, int]) -> None:
    """Report names in templates that stand for nothing: once pictures are paid for, it is too late."""
    for path, text in templates_in(source.options):
        try:
            names = compile_template(text, draft.extensions).names
        except TemplateFault:  # told where the options are read
            continue
        place = (*source.path, *path)
        for name in sorted(names - known):
            said = f"{name!r} is no axis, parameter or variable"
            if name == "scores":
                said = "no step before this one gives scores"
            draft.report(place, said, near(name, sorted(known)))
        if "scores" in names & known:
            report_scores(draft, place, text, list(scores), "no step before this one")


def _prefix(draft: Draft, source: StepSource) -> str:
    written = source.options.get(AS, "")
    if isinstance(written, str) and (not written or _NAME.fullmatch(written)):
        if written in RESERVED:
            draft.report((*source.path, AS), f"{written} is the name of something else")
        return written
    draft.report((*source.path, AS), "a name for a step's scores is a short word: a-z, 0-9 and _, a letter first")
    return ""


def _against(
    draft: Draft, source: StepSource, step: AfterStep, axes: Sequence[Axis]
) -> tuple[Against | None, PlanFile | None]:
    written = source.options.get(AGAINST)
    path = (*source.path, AGAINST)
    if not step.reference:
        if written is not None:
            draft.report(path, f"{step.name} compares with nothing", on_key=True)
        return None, None
    if isinstance(written, str) and written.strip():
        return _file(draft, written, path)
    if isinstance(written, Mapping) and written:
        return other_cell(draft, written, path, axes), None
    said = f"{step.name} compares with another cell or a file: against: {{sampler: ddim}}, or against: ./ref.png"
    draft.report(path if written is not None else source.path, said)
    return None, None


def _file(draft: Draft, written: str, path: Path) -> tuple[Against | None, PlanFile | None]:
    if is_template(written):
        draft.report(path, "a file to compare with is the same for all cells, and has no template")
        return None, None
    try:
        file = draft.files.read(written, draft.recipe.marks.value(path).file)
    except FileFault as fault:
        draft.report(path, fault.message, fault.suggestion)
        return None, None
    return Against(sha256=file.sha256), file


def other_cell(draft: Draft, written: Mapping[str, Json], path: Path, axes: Sequence[Axis]) -> Against | None:
    """Read which other cell is meant: that of the same place but for these axes; None after reporting why not."""
    names = [axis.name for axis in axes]
    found: list[tuple[int, int]] = []
    sound = True
    for name, value in written.items():
        if name not in names:
            sound = False
            if any(name == source.name for source in draft.recipe.axes):
                continue  # an axis that is broken, which is told
            there = listed(names) if names else "none"
            draft.report((*path, name), f"{name!r} is no axis; there are: {there}", near(name, names), on_key=True)
            continue
        at = names.index(name)
        positions = list(positions_of(axes[at].values, value))
        if len(positions) == 1:
            found.append((at, positions[0]))
            continue
        sound = False
        labels = [one.label for one in axes[at].values]
        said = f"{name} has no such value" if not positions else f"{name} has {len(positions)} such values"
        shown = value if isinstance(value, str) else canonical(value).decode()
        draft.report((*path, name), f"{said}; there are: {listed(labels)}", near(shown, labels))
    return Against(axes=tuple(sorted(found))) if sound else None


def positions_of(values: Sequence[AxisValue], wanted: Json) -> Iterator[int]:
    """Yield the positions of the values that are called so, by title or as they are."""
    for position, one in enumerate(values):
        same = one.value is not ABSENT and canonical(one.value) == canonical(wanted)
        if same or one.label == wanted:
            yield position


def score_names(draft: Draft) -> list[str]:
    """Name the scores that the recipe's steps on pictures give, as captions call them."""
    found: list[str] = []
    for source in draft.recipe.after[:MOST_STEPS]:
        step = draft.extensions.after.get(source.use)
        asked = None if step is None else read_options(draft.scratch(), source, step, (AS, AGAINST))
        if step is None:
            continue
        written = source.options.get(AS)
        prefix = f"{written}_" if isinstance(written, str) and written else ""
        found += [
            f"{prefix}{name}"
            for name in (step if asked is None else with_given(step, asked.options, draft.extensions)).scores
        ]
    return found
