"""What a command starts from: the plugins that were asked for, the provider pages, and all that has a name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import click
import pluggy

from teststrip.base.project import current_folder, home_folder
from teststrip.errors import UsageError
from teststrip.plugins.choice import FOUND, Choice, read_choice
from teststrip.plugins.config import find_config
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.plugins.gathering import Brought, commands_brought, extensions_of, provider_pages
from teststrip.plugins.manager import Host, bare_manager, load_plugins
from teststrip.provider.catalogue import Catalogue, gather

ALLOW: Final = "TESTSTRIP_ALLOW"
PERMISSIONS: Final = frozenset({"exec"})
"""What steps may need that a person has to allow."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Plugins, the provider pages that are known, and everything that a recipe or an option may name."""

    catalogue: Catalogue
    extensions: Extensions = BUILT_IN
    manager: pluggy.PluginManager = field(default_factory=bare_manager)


def load(choice: Choice | None = None) -> Loaded:
    """Load the plugins that the command line asks for (or `choice`), and gather what there is.

    Raises UsageError that names a plugin which cannot be used, and ConfigError for the project's configuration.
    """
    manager = load_host(choice).manager
    pages = gather(provider_pages(manager), current_folder(), os.environ)
    extensions = replace(extensions_of(manager, TAKEN), allowed=allowed(os.environ))
    return Loaded(pages, extensions, manager)


def load_host(choice: Choice | None = None, *, forgiving: bool = False) -> Host:
    """Load the plugins that the command line asks for, or `choice`; `forgiving` as in `load_plugins`."""
    wanted = choice or chosen()
    here = current_folder()
    config = find_config(here, home_folder()) if here is not None and wanted.found else None
    return load_plugins(wanted, config, forgiving=forgiving)


def commands_of() -> Mapping[str, Brought]:
    """Load the plugins that are asked for, and return the commands that they bring. Raises as `load` does."""
    return commands_brought(load_host().manager, TAKEN)


def chosen() -> Choice:
    """Return what the options of the program say of plugins; what is found, where there is no program."""
    ctx = click.get_current_context(silent=True)
    if ctx is None:
        return FOUND
    options = ctx.find_root().params  # not all of them yet, when it is the help that asks
    return read_choice(options.get("plugins") or (), os.environ, alone=bool(options.get("no_plugins")))


def allowed(environ: Mapping[str, str]) -> frozenset[str]:
    """Return what a person allows steps to do: by `--allow`, or in the variable TESTSTRIP_ALLOW, with commas.

    No recipe and no project can say so: whoever starts the program does. Raises UsageError for what nothing needs.
    """
    ctx = click.get_current_context(silent=True)
    options = ctx.find_root().params.get("allow", ()) if ctx is not None else ()
    told = [name.strip() for name in (*environ.get(ALLOW, "").split(","), *options)]
    names = frozenset(name for name in told if name)
    unknown = sorted(names - PERMISSIONS)
    if unknown:
        raise UsageError(f"--allow {unknown[0]}: what may be allowed is {', '.join(sorted(PERMISSIONS))}")
    return names


def _filters() -> Iterable[str]:
    from teststrip.recipe.filters import FILTERS  # noqa: PLC0415  see TAKEN
    from teststrip.recipe.whole_expressions import MORE_FILTERS  # noqa: PLC0415

    return (*FILTERS, *MORE_FILTERS)


def _upscalers() -> Iterable[str]:
    from teststrip.steps.upscale import METHODS  # noqa: PLC0415  see TAKEN

    return METHODS


def _kinds() -> Iterable[str]:
    from teststrip.schema.mappings import own_members  # noqa: PLC0415  see TAKEN

    return own_members()


def _writers() -> Iterable[str]:
    from teststrip.base.sheets import FORMATS  # noqa: PLC0415  see TAKEN

    return FORMATS


def _importers() -> Iterable[str]:
    from teststrip.exchange.brought import OWN  # noqa: PLC0415  see TAKEN

    return (OWN,)


def _commands() -> Iterable[str]:
    from teststrip.cli.main import COMMANDS  # noqa: PLC0415  the program itself, which imports this when it is used

    return COMMANDS


# Names that no plugin may have. Each is imported only where a plugin brings something of its kind.
TAKEN: Final[Mapping[str, Callable[[], Iterable[str]]]] = {
    "teststrip_template_filters": _filters,
    "teststrip_template_functions": lambda: ("range", "label"),
    "teststrip_where_functions": lambda: ("range", "label"),
    "teststrip_axis_kinds": _kinds,
    "teststrip_sheet_writers": _writers,
    "teststrip_importers": _importers,
    "teststrip_upscalers": _upscalers,
    "teststrip_renderers": lambda: ("darkroom",),
    "teststrip_executors": lambda: ("local", "ray"),
    "teststrip_commands": _commands,
}
