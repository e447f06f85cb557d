"""What each plugin brings, for people who want to know whose a thing is: asked without stopping at what fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from teststrip.errors import UsageError
from teststrip.plugins.gathering import HOOKS, Taken, commands_brought, extensions_of, gathered, provider_pages
from teststrip.plugins.manager import Host, Plugin, bare_manager

_PAGES: Final = "teststrip_provider_pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """A plugin with the hooks that it implements, and the names that it brings, by hook.

    One whose hooks fail, or that brings what nobody can use, is `broken` here, though it could be loaded.
    """

    plugin: Plugin
    hooks: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def survey(host: Host, taken: Taken) -> tuple[Entry, ...]:
    """Ask each plugin by itself for what it brings, and then all together for what two of them bring."""
    entries = [_entry(plugin, host, taken) for plugin in host.plugins]
    if all(entry.plugin.state != "broken" for entry in entries):
        try:
            extensions_of(host.manager, taken)
            commands_brought(host.manager, taken)
        except UsageError as error:
            said = str(error)
            entries = [_broken(entry, said) if repr(entry.plugin.name) in said else entry for entry in entries]
    return tuple(entries)


def _entry(plugin: Plugin, host: Host, taken: Taken) -> Entry:
    module = host.manager.get_plugin(plugin.name) if plugin.state == "loaded" else None
    if module is None:
        return Entry(plugin)
    alone = bare_manager()
    alone.register(module, plugin.name)
    hooks = tuple(sorted(caller.name for caller in alone.get_hookcallers(module) or ()))
    entry = Entry(plugin, hooks)
    names: dict[str, tuple[str, ...]] = {}
    try:
        for hook in (hook for hook in HOOKS if hook in hooks):
            names[hook] = tuple(one.name for one in gathered(alone, hook))
        if _PAGES in hooks:
            pages = (page for _, page in provider_pages(alone))
            names[_PAGES] = tuple(page[0] if isinstance(page, tuple) else page.name for page in pages)
        extensions_of(alone, taken)
        commands_brought(alone, taken)
    except UsageError as error:
        return _broken(replace(entry, names=names), str(error))
    return replace(entry, names=names)


def _broken(entry: Entry, problem: str) -> Entry:
    return replace(entry, plugin=replace(entry.plugin, state="broken", problem=problem))
