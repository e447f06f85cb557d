"""Finding plugins and asking them: a manager made on demand, nothing global."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from teststrip import hookspecs
from teststrip.errors import UsageError

if TYPE_CHECKING:  # stands above this module
    from teststrip.emulator.renderer import Renderer


def plugin_manager(*, load: bool = True) -> pluggy.PluginManager:
    """Make a plugin manager that knows the hooks and, with `load`, every installed plugin.

    Plugins are the entry points of the group `teststrip`, loaded in the order of their names. Raises UsageError
    that names the plugin when one cannot be imported, or implements a hook that does not exist or has other
    arguments.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    if load:
        for name in sorted({point.name for point in entry_points(group=hookspecs.PROJECT)}):
            try:
                manager.load_setuptools_entrypoints(hookspecs.PROJECT, name)
                manager.check_pending()
            except Exception as error:  # a plugin's own code runs here, and may raise anything
                raise UsageError(f"the plugin {name!r} cannot be used: {_words(error)}") from error
    return manager


def provider_pages(manager: pluggy.PluginManager) -> tuple[tuple[str, Path | tuple[str, str]], ...]:
    """Gather the provider pages that plugins bring, each as (plugin, page); a page is a path or (file, text).

    Raises UsageError that names the plugin when a hook fails or brings something else.
    """
    found: list[tuple[str, Path | tuple[str, str]]] = []
    for plugin, pages in _answers(manager.hook.teststrip_provider_pages):
        for page in pages:
            pair = isinstance(page, tuple) and [type(part) for part in page] == [str, str]
            if not pair and not isinstance(page, Path):
                raise UsageError(f"the plugin {plugin!r} brings a page that is neither a path nor (file, text)")
            found.append((plugin, page))
    return tuple(found)


def renderers(manager: pluggy.PluginManager) -> dict[str, Callable[[], Renderer]]:
    """Gather the renderers that plugins bring, by name; raises UsageError when two have one name."""
    found: dict[str, Callable[[], Renderer]] = {}
    for plugin, factories in _answers(manager.hook.teststrip_renderers):
        for name, factory in factories.items():
            if name in found:
                raise UsageError(f"the plugin {plugin!r} brings a renderer {name!r}, which another plugin has too")
            found[name] = factory
    return found


def tell(hook: pluggy.HookCaller, **event: object) -> tuple[str, ...]:
    """Tell every plugin of an event, and return a sentence for each that failed at it.

    A listener's mistake reaches neither the other listeners nor the run that it listens to.
    """
    complaints: list[str] = []
    for implementation in hook.get_hookimpls():
        heard = {name: event[name] for name in implementation.argnames}
        try:
            implementation.function(**heard)
        except Exception as error:  # noqa: BLE001  a plugin's own code, which may raise anything
            complaints.append(f"the plugin {implementation.plugin_name!r} failed in {hook.name}: {_words(error)}")
    return tuple(complaints)


def _answers(hook: pluggy.HookCaller) -> Iterator[tuple[str, Any]]:
    """Ask plugin by plugin, in the order they were registered, so that a failure has a name."""
    for implementation in hook.get_hookimpls():
        try:
            answer = implementation.function()
        except Exception as error:
            raise UsageError(
                f"the plugin {implementation.plugin_name!r} failed in {hook.name}: {_words(error)}"
            ) from error
        if answer is not None:
            yield implementation.plugin_name, answer


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
