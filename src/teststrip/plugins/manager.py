"""Finding plugins and loading them, in an order that depends on nothing but their names and what a person says."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Final, Literal

import pluggy

from teststrip import hookspecs
from teststrip.base.near import listed, near
from teststrip.errors import UsageError
from teststrip.plugins.choice import FOUND, Choice
from teststrip.plugins.config import Config
from teststrip.plugins.quiet import quiet

Origin = Literal["installed", "project", "named"]
State = Literal["loaded", "blocked", "broken"]

_MODULE: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_PROJECT: Final = "teststrip_project_plugin_"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin as it was found: an installed one, a file that the project lists, or what `-p` names.

    `module` is what was imported (a dotted name, or a file), `file` where its code lies, as far as that is known.
    `problem` says why it is `broken`.
    """

    name: str
    origin: Origin
    module: str
    distribution: str = ""
    version: str = ""
    file: str = ""
    state: State = "loaded"
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """A manager with the plugins that it has, and every plugin that was found, in the order of loading."""

    manager: pluggy.PluginManager
    plugins: tuple[Plugin, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    plugin: Plugin
    load: Callable[[], object]


def bare_manager() -> pluggy.PluginManager:
    """Make a plugin manager that knows the hooks, and no plugin."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def load_plugins(choice: Choice = FOUND, config: Config | None = None, *, forgiving: bool = False) -> Host:
    """Load plugins: the installed in the order of their names, the project's as listed, and those that are named.

    Raises UsageError that names the plugin when one cannot be imported, implements a hook that does not exist or
    has other arguments, or when two have one name; with `forgiving`, such a plugin is among the host's as broken.
    What a plugin prints meanwhile goes to stderr.
    """
    manager = bare_manager()
    plugins: list[Plugin] = []
    for candidate in _candidates(choice, config):
        plugin = candidate.plugin
        if plugin.name in choice.blocked:
            plugins.append(replace(plugin, state="blocked"))
            continue
        try:
            plugins.append(_loaded(manager, candidate))
        except UsageError as error:
            if not forgiving:
                raise
            plugins.append(replace(plugin, state="broken", problem=str(error)))
    _refuse_unknown(choice, plugins)
    return Host(manager, tuple(plugins))


def implementations(hook: pluggy.HookCaller) -> list[pluggy.HookImpl]:
    """Return who implements a hook, in the order of asking: that of loading, but for `tryfirst` and `trylast`."""
    return sorted(hook.get_hookimpls(), key=lambda one: one.trylast - one.tryfirst)


def _candidates(choice: Choice, config: Config | None) -> Iterator[_Candidate]:
    """Yield what is to be loaded, in order; two plugins may have one name here, and are told apart later."""
    installed = sorted(entry_points(group=hookspecs.PROJECT), key=_key)
    for point in installed:
        if choice.found or point.name in choice.names:
            yield _Candidate(_installed(point), point.load)
    project = {path.stem: path for path in config.plugins} if config is not None else {}
    for name, path in project.items():
        if choice.found or name in choice.names:
            plugin = Plugin(name, "project", str(path), file=str(path))
            yield _Candidate(plugin, lambda path=path: file_module(path))  # type: ignore[misc]  # a default binds it
    found = {point.name for point in installed} | project.keys()
    for name in choice.names:
        if name not in found:
            yield _named(name)


def _key(point: EntryPoint) -> tuple[str, str, str]:
    return point.name, point.dist.name if point.dist is not None else "", point.value


def _installed(point: EntryPoint) -> Plugin:
    name, version = (point.dist.name, point.dist.version) if point.dist is not None else ("", "")
    return Plugin(point.name, "installed", point.value, name, version)


def _named(name: str) -> _Candidate:
    if name.endswith(".py"):
        path = Path(name)
        called = path.resolve().parent.name if path.stem == "__init__" else path.stem
        return _Candidate(Plugin(called, "named", name, file=name), lambda: file_module(path))
    if not _MODULE.fullmatch(name):
        raise UsageError(f"-p {name}: a plugin is an installed one's name, a module, a file *.py, or no:NAME")
    return _Candidate(Plugin(name, "named", name), lambda: importlib.import_module(name))


def by_file(function: Callable[..., object]) -> str:
    """Return the file of a function that another process finds by that alone; "" where its module has a name."""
    module = getattr(function, "__module__", None) or ""
    return str(getattr(sys.modules.get(module), "__file__", None) or "") if module.startswith(_PROJECT) else ""


def file_module(path: Path) -> ModuleType:
    """Import a file under a name that no other module has; once in a process."""
    real = path.resolve()
    name = f"{_PROJECT}{path.stem}_{hashlib.sha256(str(real).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, real)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _loaded(manager: pluggy.PluginManager, candidate: _Candidate) -> Plugin:
    """Import a plugin, check its hooks, and register it. Raises UsageError that names it."""
    plugin = candidate.plugin
    if manager.has_plugin(plugin.name):
        other = manager.get_plugin(plugin.name)
        said = f"two plugins are called {plugin.name!r}: {_whose(plugin)} and {getattr(other, '__name__', other)}"
        raise UsageError(f"{said}; uninstall one, or leave both out with -p no:{plugin.name}")
    try:
        with quiet():
            module = candidate.load()
            manager.register(module, plugin.name)
        manager.check_pending()
        _check_shape(manager, module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if manager.has_plugin(plugin.name):
            manager.unregister(name=plugin.name)
        said = f"the plugin {plugin.name!r} cannot be used: {words(error)}"
        raise UsageError(f"{said}; -p no:{plugin.name} leaves it out") from error
    file = plugin.file or getattr(module, "__file__", None) or ""
    return replace(plugin, file=file, version=plugin.version or _version_of(module))


def _check_shape(manager: pluggy.PluginManager, module: object) -> None:
    """Refuse hooks that would be called in vain: coroutine functions, and wrappers round other plugins."""
    for caller in manager.get_hookcallers(module) or ():
        for implementation in caller.get_hookimpls():
            if implementation.plugin is not module:
                continue
            if implementation.wrapper or implementation.hookwrapper:
                raise TypeError(f"{caller.name} is a wrapper; a hook here is asked by itself")
            if inspect.iscoroutinefunction(implementation.function):
                raise TypeError(f"{caller.name} is a coroutine function; a hook is a plain one")


def _refuse_unknown(choice: Choice, plugins: Iterable[Plugin]) -> None:
    names = [plugin.name for plugin in plugins]
    for name in sorted(choice.strict - set(names)):
        close = near(name, names)
        meant = f"; did you mean {close!r}?" if close else ""
        raise UsageError(f"-p no:{name}: no such plugin is found; there are: {listed(names)}{meant}")


def _whose(plugin: Plugin) -> str:
    return f"{plugin.distribution} {plugin.version}" if plugin.distribution else plugin.module


def _version_of(module: object) -> str:
    version = getattr(module, "__version__", "")
    return version if isinstance(version, str) else ""


def words(error: BaseException) -> str:
    """Say what a plugin's code raised."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001  an exception of somebody's code, whose words are code too
        return type(error).__name__
    if isinstance(error, SystemExit):
        return f"it ends the program (SystemExit: {said or None})"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
