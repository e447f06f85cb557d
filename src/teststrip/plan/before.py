"""Steps on requests: prepared once, applied to the part of a request that they touch, and held to what they say.

A step is somebody's code, so what it makes is checked like what a recipe says: by the page's schema, and beyond
it that it changed nothing but what it touches, and that it put no picture into a request by itself.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from teststrip.base.json import Json, canonical
from teststrip.base.near import listed, near
from teststrip.base.where import Path
from teststrip.errors import StepError
from teststrip.plan.draft import Draft
from teststrip.plan.steps import RESERVED, Asked, find_step, read_options
from teststrip.plugins.manager import words
from teststrip.plugins.quiet import quiet
from teststrip.provider.attach import SCHEME
from teststrip.recipe.templates import TemplateFault
from teststrip.schema.check import find_faults
from teststrip.steps.model import BeforeStep, Changed


@dataclass(frozen=True, slots=True)
class Before:
    """A step on requests as a recipe asks for it. `touches` names parameters; None is for the whole request."""

    step: BeforeStep
    asked: Asked
    path: Path
    touches: frozenset[str] | None

    def concerns(self, names: Mapping[str, object]) -> bool:
        """Tell whether the step touches any of these parameters."""
        return self.touches is None or not self.touches.isdisjoint(names)


@dataclass(frozen=True, slots=True)
class Stepped:
    """What steps made of some members of a request, the variables that they added, and which changed a member."""

    values: Mapping[str, Json]
    variables: Mapping[str, Json] = field(default_factory=dict)
    changed: Mapping[str, tuple[Before, ...]] = field(default_factory=dict)


def prepare_before(draft: Draft, parameters: Mapping[str, object], axes: Iterable[str]) -> tuple[Before, ...]:
    """Prepare the steps of `before` for a model with these parameters and a grid with these axes.

    What is wrong with one is reported, and it is left out.
    """
    return tuple(_prepared(draft, parameters, axes))


def _prepared(draft: Draft, parameters: Mapping[str, object], axes: Iterable[str]) -> Iterator[Before]:
    for source in draft.recipe.before:
        step = find_step(draft, source, draft.extensions.before)
        asked = read_options(draft, source, step) if step is not None else None
        if step is None or asked is None:
            continue
        touches = _touches(draft, step, asked, source.path)
        for name in sorted((touches or frozenset()) - parameters.keys()):
            said = f"{step.name} works on {name}, which is no parameter of {draft.model}"
            draft.report(source.path, said, near(name, list(parameters)))
        taken = sorted({*parameters, *axes, *draft.recipe.variables, *RESERVED} & set(step.adds))
        for name in taken:
            said = f"{step.name} adds the variable {name}, which is something else in this recipe"
            draft.report(source.path, said)
        if touches is None or touches <= parameters.keys():
            yield Before(step, asked, source.path, touches)


def _touches(draft: Draft, step: BeforeStep, asked: Asked, path: Path) -> frozenset[str] | None:
    if step.touches is None:
        return None
    try:
        with quiet():
            return frozenset(step.touches(copy.deepcopy(dict(asked.options))))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
        draft.report(path, f"the step {step.name} failed: {words(error)}")
        return frozenset()


def apply_step(
    draft: Draft, before: Before, values: Mapping[str, Json], variables: Mapping[str, Json]
) -> Stepped | None:
    """Let a step change some members of a request; None after reporting what is wrong.

    `variables` are what templates in its options see.
    """
    try:
        options = before.asked.filled(variables, draft.work)
    except TemplateFault as fault:
        draft.report(before.path, fault.message, fault.suggestion)
        return None
    faults = find_faults(options, before.asked.schema) if before.asked.names else []
    for found in faults:
        draft.report((*before.path, *found.path), found.message, found.suggestion)
    if faults:
        return None
    seen = values if before.touches is None else {n: v for n, v in values.items() if n in before.touches}
    made = _asked(draft, before, seen, options)
    if made is None or not _allowed(draft, before, seen, made):
        return None
    rest = {} if before.touches is None else {n: v for n, v in values.items() if n not in before.touches}
    return Stepped({**rest, **made.request}, made.variables)


def _asked(draft: Draft, before: Before, seen: Mapping[str, Json], options: Mapping[str, Json]) -> Changed | None:
    """Call the step's code. That of a plugin is called twice: the request is part of what is paid for."""
    name = before.step.name
    try:
        with quiet():
            made, told = _once(before, seen, options)
            if draft.extensions.owner("teststrip_steps", name) and _once(before, seen, options)[1] != told:
                said = "gives another request each time; the same request has to become the same"
                draft.report(before.path, f"the step {name} {said}")
                return None
    except KeyboardInterrupt:
        raise
    except StepError as error:
        draft.report(before.path, words(error).removeprefix("StepError: "))
    except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
        draft.report(before.path, f"the step {name} failed: {words(error)}")
    else:
        return made
    return None


def _once(before: Before, seen: Mapping[str, Json], options: Mapping[str, Json]) -> tuple[Changed, bytes]:
    """Call it with copies: what it does to its arguments is its own affair. Returns its answer, also as bytes."""
    answer = before.step.change(copy.deepcopy(dict(seen)), copy.deepcopy(dict(options)))
    made = answer if isinstance(answer, Changed) else Changed(answer)
    # Copies of what it returned, so that nobody changes it later; canonical refuses what JSON cannot carry.
    request, added = (copy.deepcopy(dict(one)) for one in (made.request, made.variables))
    return Changed(request, added), canonical([request, added])


def _allowed(draft: Draft, before: Before, seen: Mapping[str, Json], made: Changed) -> bool:
    known = set(_strings(cast("Json", seen)))
    invented = [text for text in _strings(made.request) if text.startswith(SCHEME) and text not in known]
    if invented:
        said = f"the step {before.step.name} put a picture into the request, which only a recipe may"
        draft.report(before.path, said)
    undeclared = sorted(made.variables.keys() - set(before.step.adds))
    if undeclared:
        said = f"the step {before.step.name} adds {listed(undeclared)}, of which it did not tell"
        draft.report(before.path, said)
    beyond = [] if before.touches is None else sorted(made.request.keys() - before.touches)
    if beyond:
        draft.report(
            before.path, f"the step {before.step.name} changed {listed(beyond)}, which it said it does not touch"
        )
    return not invented and not undeclared and not beyond


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _strings(member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
