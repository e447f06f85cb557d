"""Every provider page that can be found, whose it is, and which of them answers to a name.

The first of a name wins: the project's pages, then the person's own, then those of plugins, then those that come
with the program. A page is read when its provider is asked for, so that a broken one stands in nobody's way, and
one that is not needed costs next to nothing. A broken page still holds its name: what stands behind it, which
might speak with another server, is not taken in its place.
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from teststrip.base.project import home_folder
from teststrip.base.where import Problem, Where
from teststrip.errors import PageError
from teststrip.provider.page import read_page
from teststrip.provider.places import page_files, project_folder, read_page_file, typed_name, user_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from teststrip.provider.model import Provider

Source = Literal["project", "user", "plugin", "bundled"]

_FENCE: Final = re.compile(r"^---[ \t]*$", re.MULTILINE)
_NAME: Final = re.compile(r"""^provider:[ \t]*(["']?)([a-z0-9][a-z0-9-]*)\1[ \t]*(?:[ \t]#.*)?$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A provider page where it was found.

    `file` is its name in messages, `name` the provider's as the page says it, or None where that cannot be made
    out. `problems` says why there is no text. `plugin` is the plugin that brought it.
    """

    source: Source
    file: str
    name: str | None
    text: str = ""
    problems: tuple[Problem, ...] = ()
    plugin: str = ""

    @property
    def whose(self) -> str:
        """Where the page comes from, in words: `bundled`, `plugin gallery`."""
        return f"plugin {self.plugin}" if self.plugin else self.source

    def read(self) -> Provider:
        """Read the page, once in a process. Raises PageError with every problem."""
        if self.problems:
            raise PageError(self.problems)
        read = _reading(self.text, self.file)
        if isinstance(read, tuple):
            raise PageError(read)
        return read


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All pages, in the order of their precedence."""

    pages: tuple[Page, ...]

    def page(self, name: str) -> Page | None:
        """Return the page that answers to a provider's name, whole or broken."""
        return next((page for page in self.pages if page.name == name), None)

    def find(self, name: str) -> Provider | None:
        """Find a provider by its name; raises PageError when its page is broken."""
        page = self.page(name)
        return page.read() if page is not None else None

    def winner(self, page: Page) -> Page | None:
        """Return the page that answers to this one's name in its place, or None."""
        first = self.page(page.name) if page.name is not None else None
        return None if first is page else first

    def providers(self) -> tuple[Provider, ...]:
        """Return every provider whose page is whole and answers to its name."""
        return tuple(page.read() for page in self.pages if self.winner(page) is None and not problems_of(page))

    def key_owner(self, provider: Provider) -> Page | None:
        """Return the page whose key a project's page would send to another place; None when there is none.

        A project's page may have come with a repository that somebody else wrote. What the person's own pages, the
        plugins' and the bundled ones name as a key goes to the origins that those name, and to no others.
        """
        page = self.page(provider.name)
        if page is None or page.source != "project":
            return None
        trusted = [one for one in self.pages if one.source != "project" and not problems_of(one)]
        owners = [one for one in trusted if one.read().auth.env == provider.auth.env]
        known = {origin for owner in owners for origin in _origins(owner.read())}
        return owners[0] if owners and not _origins(provider) <= known else None

    def problems(self) -> tuple[Problem, ...]:
        """Return all problems of all pages that no other page answers for."""
        return tuple(problem for page in self.pages if self.winner(page) is None for problem in problems_of(page))


def _origins(provider: Provider) -> set[tuple[str, str]]:
    """Return the origins that a page sends its key to, as scheme and host with port."""
    places = [urlsplit(url) for url in (provider.base_url, *provider.poll.origins)]
    return {(place.scheme.lower(), place.netloc.lower()) for place in places}


def problems_of(page: Page) -> tuple[Problem, ...]:
    """Return everything that is wrong with a page."""
    try:
        page.read()
    except PageError as error:
        return error.problems
    return ()


def gather(
    brought: Iterable[tuple[str, Path | tuple[str, str]]],
    here: Path | None,
    environ: Mapping[str, str],
) -> Catalogue:
    """Find every page: the project's around the current folder `here`, the person's, the plugins', the bundled.

    `brought` has each plugin's name and a page of it, by path or as (file, text). Never raises for what is in a
    folder or a page: a page that cannot be read is a page with problems.
    """
    folders: list[tuple[Source, Path]] = []
    project = project_folder(here, home_folder()) if here is not None else None
    if project is not None:
        folders.append(("project", project))
    own = user_folder(environ)
    if project is None or os.path.realpath(own) != os.path.realpath(project):
        folders.append(("user", own))
    return Catalogue(
        (
            *(page for source, folder in folders for page in _pages_in(folder, source, here)),
            *(_brought(plugin, page) for plugin, page in brought),
            *bundled_pages(),
        )
    )


def page_at(path: Path, source: Source = "project", plugin: str = "", shown: Path | None = None) -> Page:
    """Look at one page file; never raises. Messages name it as `shown` does, or else as `path` does."""
    file = typed_name(shown or path)
    try:
        text = read_page_file(path, file)
    except PageError as error:
        return Page(source, file, None, problems=error.problems, plugin=plugin)
    return Page(source, file, _name_in(text, file), text, plugin=plugin)


@functools.cache
def bundled_pages() -> tuple[Page, ...]:
    """Return the pages that come with the program, by file name."""
    folder = Path(__file__).with_name("pages")
    found = []
    for path in sorted(folder.glob("*.md"), key=lambda page: page.name):
        # The name in messages and records is the same on every machine, wherever the program is installed.
        text, file = path.read_text("utf-8"), f"teststrip/provider/pages/{path.name}"
        found.append(Page("bundled", file, _name_in(text, file), text))
    return tuple(found)


@functools.cache
def bundled_providers() -> tuple[Provider, ...]:
    """Return the providers of the bundled pages, by file name; read once in a process."""
    return tuple(page.read() for page in bundled_pages())


def find_provider(name: str, extra: Sequence[Provider] = ()) -> Provider | None:
    """Find a provider by its name; `extra` ones (a user's, a plugin's) come before the bundled."""
    found = next((provider for provider in extra if provider.name == name), None)
    return found or Catalogue(bundled_pages()).find(name)


def _pages_in(folder: Path, source: Source, here: Path | None) -> Iterator[Page]:
    # A project's pages are named from the current folder, as a person would type them there.
    shown = Path(os.path.relpath(folder, here)) if source == "project" else folder
    try:
        paths = page_files(folder)
    except OSError as error:
        file = typed_name(shown)
        said = f"the folder cannot be looked into: {error.strerror or error}"
        yield Page(source, file, None, problems=(Problem(Where(file, 1, 1), "", said),))
        return
    for path in paths:
        yield page_at(path, source, shown=shown / path.name)


def _brought(plugin: str, page: Path | tuple[str, str]) -> Page:
    if isinstance(page, Path):
        return page_at(page, "plugin", plugin=plugin)
    file, text = page
    return Page("plugin", file, _name_in(text, file), text, plugin=plugin)


def _name_in(text: str, file: str) -> str | None:
    """Make out the provider's name without reading the page; where it is written unusually, by reading it."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    fences = list(zip(range(2), _FENCE.finditer(plain), strict=False))
    if len(fences) < 2 or fences[0][1].start() != 0:
        return None
    named = _NAME.findall(plain, fences[0][1].end(), fences[1][1].start())
    if len(named) == 1:
        return str(named[0][1])
    read = _reading(text, file)
    return None if isinstance(read, tuple) else read.name


@functools.cache
def _reading(text: str, file: str) -> Provider | tuple[Problem, ...]:
    try:
        return read_page(text, file)
    except PageError as error:
        return error.problems
