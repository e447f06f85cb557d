"""Asking plugins for what they bring, and refusing what nobody could use: each refusal names the plugin."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import pluggy

from teststrip.errors import UsageError
from teststrip.plugins.checks import kind_fault, step_fault
from teststrip.plugins.extensions import Extensions
from teststrip.plugins.manager import implementations, words
from teststrip.plugins.pricing import pricer_of
from teststrip.plugins.quiet import quiet
from teststrip.plugins.records import Importer, function_of
from teststrip.steps.builtin import AFTER, BEFORE
from teststrip.steps.model import AfterStep, BeforeStep
from teststrip.steps.upscale import Upscaler, upscale_step

Taken = Mapping[str, Callable[[], Iterable[str]]]
"""The program's own names, by hook: asked for where a plugin brings something there."""

_Thing = TypeVar("_Thing")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_WORD: Final = re.compile(r"[a-z_][a-z0-9_]*")
_ENDING: Final = re.compile(r"[a-z0-9]{1,16}")
_LONGEST: Final = 64
_COMMANDS: Final = "teststrip_commands"


@dataclass(frozen=True, slots=True)
class Brought:
    """One thing that a plugin brings under a name; `noun` is what people call such a thing."""

    plugin: str
    hook: str
    noun: str
    name: str
    thing: Any


def extensions_of(manager: pluggy.PluginManager, taken: Taken | None = None) -> Extensions:
    """Ask every plugin for what it brings, and put it beside what the program has.

    Raises UsageError that names the plugin when a hook fails or brings what nobody can use, and both plugins when
    two bring one name; `taken` has names that no plugin may have.
    """
    asked = {
        hook: _by_name(gathered(manager, hook), taken or {}) for hook in HOOKS if hook != "teststrip_commands"
    }
    steps = asked["teststrip_steps"]
    functions, conditions = asked["teststrip_template_functions"], asked["teststrip_where_functions"]
    for name in functions.keys() & conditions.keys():
        _refuse_both(functions[name], conditions[name])
    return Extensions(
        before={**BEFORE, **_only(steps, BeforeStep)},
        after={**AFTER, **_upscale(_things(asked["teststrip_upscalers"])), **_only(steps, AfterStep)},
        kinds=_things(asked["teststrip_axis_kinds"]),
        filters=_things(asked["teststrip_template_filters"]),
        functions=_things(functions),
        conditions=_things(conditions),
        writers=_things(asked["teststrip_sheet_writers"]),
        importers=_things(asked["teststrip_importers"]),
        assertions=_things(asked["teststrip_assertions"]),
        executors=_things(asked["teststrip_executors"]),
        renderers=_things(asked["teststrip_renderers"]),
        price=pricer_of(manager),
        owners={(hook, one.name): one.plugin for hook, found in asked.items() for one in found.values()},
    )


def _upscale(brought: Mapping[str, Upscaler]) -> Mapping[str, AfterStep]:
    return {"upscale": upscale_step(brought)} if brought else {}


def gathered(manager: pluggy.PluginManager, hook: str) -> Iterator[Brought]:
    """Ask every plugin what it brings by one hook, in order. Raises UsageError that names the plugin."""
    noun, pattern, make = HOOKS[hook]
    for plugin, answer in answers(getattr(manager.hook, hook)):
        if hook in _LISTS:
            pairs = [(_name_of(thing, plugin, noun), thing) for thing in _iterated(answer, plugin, hook)]
        elif isinstance(answer, Mapping):
            pairs = list(answer.items())
        else:
            raise UsageError(
                f"the plugin {plugin!r} brings {_sort(answer)} by {hook}, where a mapping by name belongs"
            )
        for name, thing in pairs:
            if not isinstance(name, str) or not pattern.fullmatch(name) or len(name) > _LONGEST:
                raise UsageError(
                    f"the plugin {plugin!r} brings {noun} {name!r}, which is no name: {_SUCH[pattern]}"
                )
            try:
                made = make(name, thing, plugin)
            except (TypeError, ValueError) as error:
                raise UsageError(
                    f"the plugin {plugin!r} brings {noun} {name!r} that is of no use: {error}"
                ) from error
            yield Brought(plugin, hook, noun, name, made)


def commands_brought(manager: pluggy.PluginManager, taken: Taken) -> Mapping[str, Brought]:
    """Gather the commands that plugins bring, by name. Raises UsageError as `extensions_of` does."""
    return _by_name(gathered(manager, _COMMANDS), taken)


def provider_pages(manager: pluggy.PluginManager) -> tuple[tuple[str, Path | tuple[str, str]], ...]:
    """Gather the provider pages that plugins bring, each as (plugin, page); a page is a path or (file, text).

    Raises UsageError that names the plugin when a hook fails or brings something else.
    """
    found: list[tuple[str, Path | tuple[str, str]]] = []
    hook = manager.hook.teststrip_provider_pages
    for plugin, answer in answers(hook):
        for page in _iterated(answer, plugin, hook.name):
            pair = isinstance(page, tuple) and [type(part) for part in page] == [str, str]
            if not pair and not isinstance(page, Path):
                raise UsageError(f"the plugin {plugin!r} brings a page that is neither a path nor (file, text)")
            found.append((plugin, page))
    return tuple(found)


def answers(hook: pluggy.HookCaller) -> Iterator[tuple[str, Any]]:
    """Ask plugin by plugin, so that a failure has a name; None is no answer."""
    for implementation in implementations(hook):
        try:
            with quiet():
                answer = implementation.function()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
            _failed(implementation.plugin_name, hook.name, error)
        if answer is not None:
            yield implementation.plugin_name, answer


def _failed(plugin: str, hook: str, error: BaseException) -> NoReturn:
    said = f"the plugin {plugin!r} failed in {hook}: {words(error)}"
    raise UsageError(f"{said}; -p no:{plugin} leaves it out") from error


def _iterated(answer: Any, plugin: str, hook: str) -> list[Any]:
    """List what a hook brings; a generator's own code runs here."""
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise UsageError(f"the plugin {plugin!r} brings {_sort(answer)} by {hook}, where a list belongs")
    try:
        with quiet():
            return list(answer)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  as above
        _failed(plugin, hook, error)


def _by_name(several: Iterable[Brought], taken: Taken) -> dict[str, Brought]:
    """Put what is brought under its names; two of one name are refused."""
    found: dict[str, Brought] = {}
    own: frozenset[str] | None = None
    for one in several:
        if own is None:
            own = frozenset(taken[one.hook]()) if one.hook in taken else frozenset()
        if one.name in own or (one.hook == "teststrip_steps" and one.name in _own_steps(one.thing)):
            raise UsageError(
                f"the plugin {one.plugin!r} brings {one.noun} {one.name!r}, a name that teststrip has itself"
            )
        key = f"{type(one.thing).__name__} {one.name}" if one.hook == "teststrip_steps" else one.name
        if key in found:
            _refuse_both(found[key], one)
        found[key] = one
    return found


def _own_steps(step: BeforeStep | AfterStep) -> Iterable[str]:
    return BEFORE if isinstance(step, BeforeStep) else AFTER


def _refuse_both(one: Brought, other: Brought) -> NoReturn:
    both = "twice" if one.plugin == other.plugin else f"and so does the plugin {other.plugin!r}"
    said = f"the plugin {one.plugin!r} brings {one.noun} {one.name!r}, {both}"
    raise UsageError(f"{said}; -p no:{other.plugin} leaves one out")


def _only(steps: Mapping[str, Brought], sort: type[_Thing]) -> dict[str, _Thing]:
    return {one.name: one.thing for one in steps.values() if isinstance(one.thing, sort)}


def _things(found: Mapping[str, Brought]) -> dict[str, Any]:
    return {name: one.thing for name, one in found.items()}


def _name_of(thing: Any, plugin: str, noun: str) -> Any:
    name = getattr(thing, "name", None)
    if not isinstance(name, str):
        raise UsageError(f"the plugin {plugin!r} brings {_sort(thing)} as {noun}, which has no name")
    return name


def _sort(value: object) -> str:
    return f"{'an' if type(value).__name__[0] in 'aeiouAEIOU' else 'a'} {type(value).__name__}"


def _called(_name: str, thing: Any, _plugin: str) -> Any:
    if not callable(thing):
        raise TypeError(f"it is {_sort(thing)}, and cannot be called")
    return thing


def _made(name: str, thing: Any, plugin: str) -> Any:
    """Take a function of no arguments that makes something."""
    return _making(name, thing, plugin, (), "without arguments")


def _drawing(name: str, thing: Any, plugin: str) -> Any:
    """Take a function of a provider that makes a renderer."""
    return _making(name, thing, plugin, (None,), "with one argument, the provider")


def _making(name: str, thing: Any, plugin: str, arguments: tuple[None, ...], how: str) -> Any:
    _called(name, thing, plugin)
    try:
        inspect.signature(thing).bind(*arguments)
    except ValueError:  # a class of C has no signature
        return thing
    except TypeError as error:
        raise TypeError(f"it is to be called {how} ({error})") from error
    return thing


def _step(_name: str, thing: Any, _plugin: str) -> Any:
    fault = step_fault(thing)
    if fault:
        raise TypeError(fault)
    return thing


def _upscaler(_name: str, thing: Any, _plugin: str) -> Any:
    version: object = getattr(thing, "version", None)
    if (
        not isinstance(thing, Upscaler)
        or not callable(getattr(thing, "enlarge", None))
        or not isinstance(version, str)
    ):
        raise TypeError("it is no Upscaler with `enlarge` and `version`")
    return thing


def _kind(name: str, thing: Any, _plugin: str) -> Any:
    fault = kind_fault(name, thing)
    if fault:
        raise TypeError(fault)
    return thing


def _function(name: str, thing: Any, plugin: str) -> Any:
    return function_of(name, _called(name, thing, plugin), plugin)


def _filter(name: str, thing: Any, plugin: str) -> Any:
    made = _function(name, thing, plugin)
    if not made.arguments:
        raise TypeError("a filter takes the value before the |, so it has one argument or more")
    return made


def _importer(_name: str, thing: Any, _plugin: str) -> Any:
    if not isinstance(thing, Importer) or not all(map(callable, (thing.read, thing.knows))):
        raise TypeError("it is no Importer with `read` and `knows`")
    return thing


def _command(_name: str, thing: Any, _plugin: str) -> Any:
    """Take what click would run; click itself is the command line's to know."""
    if not callable(getattr(thing, "main", None)) or not callable(getattr(thing, "get_short_help_str", None)):
        raise TypeError(f"it is {_sort(thing)}, and no click command")
    return thing


_SUCH: Final = {
    _NAME: f"lower-case letters, digits, - and _, at most {_LONGEST}",
    _WORD: f"lower-case letters, digits and _, at most {_LONGEST}",
    _ENDING: "lower-case letters and digits, at most 16",
}
_LISTS: Final = frozenset({"teststrip_steps", _COMMANDS})

HOOKS: Final[Mapping[str, tuple[str, re.Pattern[str], Callable[[str, Any, str], Any]]]] = {
    "teststrip_steps": ("the step", _NAME, _step),
    "teststrip_upscalers": ("the upscaler", _NAME, _upscaler),
    "teststrip_renderers": ("the renderer", _NAME, _drawing),
    "teststrip_axis_kinds": ("the axis kind", _WORD, _kind),
    "teststrip_template_filters": ("the filter", _WORD, _filter),
    "teststrip_template_functions": ("the function", _WORD, _function),
    "teststrip_where_functions": ("the function", _WORD, _function),
    "teststrip_sheet_writers": ("the format", _ENDING, _called),
    "teststrip_importers": ("the importer", _NAME, _importer),
    "teststrip_assertions": ("the assertion", _NAME, _called),
    "teststrip_executors": ("the executor", _NAME, _made),
    "teststrip_commands": ("the command", _NAME, _command),
}
"""By hook that registers things by name: what one is called, its names, and how it is taken in."""
