"""`teststrip provider show`: what a provider page says, for people or as JSON."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from teststrip.base.near import near
from teststrip.cli.loaded import load
from teststrip.cli.options import json_option
from teststrip.cli.provider_json import provider_json
from teststrip.cli.report import say_drawn, say_json
from teststrip.cli.stages import provider_named, provider_names
from teststrip.errors import UsageError
from teststrip.provider.catalogue import page_at
from teststrip.provider.model import Model, Provider


@click.command("show")
@click.argument("name", metavar="NAME", shell_complete=provider_names)
@click.option("--model", "wanted", metavar="MODEL", help="Show only what this model takes; an alias will do.")
@json_option
def command(name: str, wanted: str | None, *, as_json: bool) -> None:
    """Show what a provider page says: models, parameters, endpoints, errors.

    NAME is a provider's name, PROVIDER/MODEL as a recipe has it, or the path of a page.
    """
    source, provider, of_name = _find(name)
    if of_name and wanted and provider.model(of_name) != provider.model(wanted):
        raise UsageError(f"{name} and --model {wanted} name two models; give one")
    model = _model(provider, wanted or of_name)
    models = provider.models if model is None else (model,)
    if as_json:
        say_json(provider_json(provider, models, os.environ))
        return
    # Imported late: rich is not needed for JSON, nor to say that there is no such provider.
    from teststrip.cli.provider_view import View, draw  # noqa: PLC0415  see above

    styled = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size().columns
    say_drawn(draw(View(provider, source, models, os.environ), width, styled=styled))


def _find(name: str) -> tuple[str, Provider, str]:
    """Return where the page is from, the provider, and the model's name if `name` has one."""
    if name.lower().endswith(".md"):
        return "file", page_at(Path(name)).read(), ""
    catalogue = load().catalogue
    head, _, model = name.partition("/")
    page = catalogue.page(head)
    if page is None and Path(name).is_file():
        return "file", page_at(Path(name)).read(), ""
    provider = provider_named(head, catalogue)
    return page.whose if page is not None else "", provider, model


def _model(provider: Provider, name: str) -> Model | None:
    if not name:
        return None
    model = provider.model(name)
    if model is not None:
        return model
    close = near(name, [each for known in provider.models for each in (known.id, *known.aliases)])
    there = ", ".join(known.id for known in provider.models)
    meant = f"; did you mean {close!r}?" if close else ""
    raise UsageError(f"{provider.name} has no model {name!r}; there are: {there}{meant}")
