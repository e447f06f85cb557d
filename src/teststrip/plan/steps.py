"""The steps that a recipe asks for, held against those that there are, and their options against the schema."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.base.where import Path
from teststrip.errors import UsageError
from teststrip.plan.draft import Draft
from teststrip.plugins.checks import step_fault
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.plugins.manager import words
from teststrip.plugins.quiet import quiet
from teststrip.recipe.bounds import Work
from teststrip.recipe.evaluate import evaluate
from teststrip.recipe.model import StepSource
from teststrip.recipe.templates import TemplateFault, compile_template, is_template, render
from teststrip.schema.brought import schema_fault
from teststrip.schema.check import find_faults
from teststrip.steps.model import AfterStep, BeforeStep

MOST_STEPS: Final = 32
"""Steps of one kind in a recipe."""

RESERVED: Final = ("label", "scores")
"""What captions and the options of steps on pictures see beside the variables."""


class _Printed(Protocol):
    """Renders a template: as a `whole` text, or to what a lone expression has."""

    def __call__(self, text: str, *, whole: bool) -> Json: ...


_Step = TypeVar("_Step", BeforeStep, AfterStep)
_OTHER: Final = {"before": "after", "after": "before"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A step's options as a recipe has them: defaults filled in, templates as they are written.

    `names` are the variables that the templates mention; `schema` is that of the options, closed; `extensions` has
    what the templates may call.
    """

    options: Mapping[str, Json]
    names: frozenset[str]
    schema: Mapping[str, Json]
    extensions: Extensions = BUILT_IN

    def filled(self, variables: Mapping[str, Json], work: Work | None = None) -> dict[str, Json]:
        """Return the options with their templates rendered. Raises TemplateFault."""
        if not self.names:
            return dict(self.options)

        def printed(text: str, *, whole: bool) -> Json:
            if work is not None:
                work.spend(len(text))
            if whole:
                return render(text, variables, work=work, extensions=self.extensions)
            return evaluate(text, variables, self.extensions)

        filled = _filled(self.options, self.schema, printed)
        return dict(filled) if isinstance(filled, Mapping) else {}


def find_step(draft: Draft, source: StepSource, known: Mapping[str, _Step]) -> _Step | None:
    """Return the step of a name; None after reporting that there is none."""
    step = known.get(source.use)
    if step is None:
        kind = str(source.path[0])
        extensions = draft.extensions
        elsewhere = source.use in (extensions.before if kind == "after" else extensions.after)
        there = f"there are: {listed(list(known))}" if known else "there are none"
        said = f"no step of `{kind}` is named {source.use!r}; {there}"
        if elsewhere:
            said = f"{source.use} is a step of `{_OTHER[kind]}`; write it there"
        draft.report(_use(draft, source), said, None if elsewhere else near(source.use, list(known)))
    return step


def read_options(
    draft: Draft, source: StepSource, step: BeforeStep | AfterStep, reserved: tuple[str, ...] = ()
) -> Asked | None:
    """Check a step's options as far as they are written out; None after reporting what is wrong with them.

    What is templated is checked when it is rendered. `reserved` are members that every step of the kind has.
    """
    schema = closed(draft, str(source.path[0]), step)
    given = {name: value for name, value in source.options.items() if name not in reserved}
    options = with_defaults(given, schema)  # which may be templates as well
    names: set[str] = set()
    templated: set[Path] = set()
    sound = True
    for path, text in templates_in(options):
        templated.add(path)
        try:
            template = compile_template(text, draft.extensions)
        except TemplateFault as fault:
            draft.report((*source.path, *path), fault.message, fault.suggestion)
            sound = False
            continue
        names |= template.names
        if template.draws:
            said = "a step's options draw nothing: draw in `vars` or in an axis, and mention that"
            draft.report((*source.path, *path), said)
            sound = False
    for found in find_faults(given, schema):
        if found.path not in templated:
            draft.report(
                (*source.path, *found.path), found.message, found.suggestion, on_key=found.on_key and bool(given)
            )
            sound = False
    # A template without variables is still one that must be rendered: the empty name stands for it.
    names = names or ({""} if templated else set())
    if not sound:
        return None
    return Asked(options, frozenset(names), schema, draft.extensions)


def closed(draft: Draft, kind: str, step: BeforeStep | AfterStep) -> Mapping[str, Json]:
    """Return the schema of a step's options, in which only what it names is allowed; the same one each time.

    Raises UsageError that names the plugin whose schema is none.
    """
    key = f"{kind} {step.name}"
    if key not in draft.schemas:
        plugin = draft.extensions.owner("teststrip_steps", step.name)
        fault = schema_fault(step.options) if plugin else ""
        if fault:
            said = f"the plugin {plugin!r} brings the step {step.name!r}, whose options have no JSON Schema"
            raise UsageError(f"{said}: {fault}")
        own: dict[str, Json] = {"type": "object", "additionalProperties": False, **step.options}
        draft.schemas[key] = own
    return draft.schemas[key]


def with_given(step: AfterStep, options: Mapping[str, Json], extensions: Extensions) -> AfterStep:
    """Return a step on pictures as it is with these options. Raises UsageError that names its plugin."""
    if step.given is None:
        return step
    try:
        with quiet():
            made = step.given(copy.deepcopy(dict(options)))
        fault = step_fault(made) or ("it is another step" if made.name != step.name else "")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
        fault = words(error)
    if fault:
        plugin = extensions.owner("teststrip_steps", step.name)
        raise UsageError(
            f"the plugin {plugin!r} brings the step {step.name!r}, whose `given` is of no use: {fault}"
        )
    return made


def with_defaults(options: Mapping[str, Json], schema: Mapping[str, Json]) -> dict[str, Json]:
    """Return options in the schema's order, with its default for each that is absent."""
    filled: dict[str, Json] = {}
    for name, shape in _properties(schema).items():
        if name in options:
            filled[name] = options[name]
        elif isinstance(shape, Mapping) and "default" in shape:
            filled[name] = shape["default"]
    return filled | {name: value for name, value in options.items() if name not in filled}


def templates_in(value: Json, inside: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield the path and the text of everything in a value that is a template."""
    if isinstance(value, str):
        if is_template(value):
            yield inside, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from templates_in(member, (*inside, name))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from templates_in(item, (*inside, index))


def names_in(value: Json, extensions: Extensions = BUILT_IN) -> frozenset[str]:
    """Return the variables that templates in a value mention; "" stands for a template that mentions none."""
    found = [compile_template(text, extensions).names for _, text in templates_in(value)]
    return frozenset().union(*found) or (frozenset({""}) if found else frozenset())


def _filled(value: Json, schema: Json, printed: _Printed) -> Json:
    """Render what is templated: to a text where the schema wants one, else to what a lone expression has."""
    shape = schema if isinstance(schema, Mapping) else {}
    if isinstance(value, str):
        return printed(value, whole=shape.get("type") == "string") if is_template(value) else value
    if isinstance(value, Mapping):
        members = _properties(shape)
        return {name: _filled(member, members.get(name), printed) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, shape.get("items"), printed) for item in value]
    return value


def _properties(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    found = schema.get("properties")
    return found if isinstance(found, Mapping) else {}


def _use(draft: Draft, source: StepSource) -> Path:
    """Return where a step's name stands: the entry itself, or its member `use`."""
    path = (*source.path, "use")
    return path if path in draft.recipe.marks.values else source.path
