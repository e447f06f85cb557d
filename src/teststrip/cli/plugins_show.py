"""`teststrip plugins show`, and the list that `teststrip plugins` alone prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from teststrip.base.json import Json
from teststrip.base.near import listed, near
from teststrip.cli.loaded import TAKEN, load_host
from teststrip.cli.options import json_option
from teststrip.cli.parameter_words import one_line
from teststrip.cli.report import counted, say, say_json, where_from_here
from teststrip.errors import UsageError
from teststrip.plugins.gathering import HOOKS
from teststrip.plugins.survey import Entry, survey


@click.command("show")
@click.argument("name")
@json_option
@click.pass_context
def command(ctx: click.Context, name: str, *, as_json: bool) -> None:
    """Show one plugin: where it is from, its hooks, and all that it brings. Exit code 1 when it is broken."""
    entries = survey(load_host(forgiving=True), TAKEN)
    found = [entry for entry in entries if entry.plugin.name == name]
    if not found:
        names = [entry.plugin.name for entry in entries]
        close = near(name, names)
        meant = f"; did you mean {close!r}?" if close else ""
        raise UsageError(f"no plugin is named {name!r}; there are: {listed(names)}{meant}")
    if as_json:
        say_json({"plugins": [_document(entry) for entry in found]})
    else:
        for entry in found:
            for line in _whole(entry):
                say(line)
    ctx.exit(_code(found))


def show_all(*, as_json: bool) -> int:
    """Print every plugin that is found; return the exit code."""
    entries = survey(load_host(forgiving=True), TAKEN)
    if as_json:
        say_json({"plugins": [_document(entry) for entry in entries]})
        return _code(entries)
    width = max((len(entry.plugin.name) for entry in entries), default=0)
    for entry in entries:
        for line in _lines(entry, width):
            say(line)
    if not entries:
        say("No plugin is installed. `teststrip plugins new NAME` writes one to begin with.")
    return _code(entries)


def _code(entries: tuple[Entry, ...] | list[Entry]) -> int:
    return int(any(entry.plugin.state == "broken" for entry in entries))


def _lines(entry: Entry, width: int) -> Iterator[str]:
    """Say in two lines or three what a plugin is, and what it brings."""
    plugin = entry.plugin
    state = "" if plugin.state == "loaded" else f" ({'left out' if plugin.state == 'blocked' else 'broken'})"
    yield f"{plugin.name:<{width}}  {_whose(entry)}{state}"
    if plugin.problem:
        yield f"{'':<{width}}  {one_line(plugin.problem)}"
        return
    brought = [f"{_noun(hook, len(names))} {', '.join(names)}" for hook, names in entry.names.items() if names]
    hears = [hook.removeprefix("teststrip_") for hook in entry.hooks if hook not in entry.names]
    if hears:
        brought.append(f"hook{'s' * (len(hears) != 1)} {', '.join(hears)}")
    if brought:
        yield f"{'':<{width}}  {'; '.join(brought)}"


def _whole(entry: Entry) -> Iterator[str]:
    """Say all that is known of a plugin."""
    plugin = entry.plugin
    yield f"{plugin.name}: {_whose(entry)}"
    yield f"  state    {'left out' if plugin.state == 'blocked' else plugin.state}"
    if plugin.problem:
        yield f"  problem  {one_line(plugin.problem)}"
    yield f"  module   {plugin.module}"
    if plugin.file:
        yield f"  file     {plugin.file}"
    for hook in entry.hooks:
        names = entry.names.get(hook)
        yield f"  {hook}{': ' + ', '.join(names) if names else ''}"
    if not entry.hooks and plugin.state == "loaded":
        yield f"  {counted(0, 'hook')}: it does nothing"


def _whose(entry: Entry) -> str:
    plugin = entry.plugin
    version = f" {plugin.version}" if plugin.version else ""
    if plugin.origin == "installed":
        return f"{plugin.distribution or plugin.module}{version}"
    file = where_from_here(_path(entry)) if plugin.file else plugin.module
    return f"{file}{version}, {'of this project' if plugin.origin == 'project' else 'named by -p'}"


def _path(entry: Entry) -> Path:
    return Path(entry.plugin.file)


def _noun(hook: str, count: int) -> str:
    noun = HOOKS[hook][0].removeprefix("the ") if hook in HOOKS else "page"
    return noun if count == 1 else f"{noun}s"


def _document(entry: Entry) -> Json:
    plugin = entry.plugin
    return {
        "name": plugin.name,
        "state": plugin.state,
        "origin": plugin.origin,
        "module": plugin.module,
        "distribution": plugin.distribution or None,
        "version": plugin.version or None,
        "file": plugin.file or None,
        "problem": plugin.problem or None,
        "hooks": list(entry.hooks),
        "brings": {hook.removeprefix("teststrip_"): list(names) for hook, names in entry.names.items()},
    }
