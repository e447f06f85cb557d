"""The project's own configuration, `teststrip.toml`: which of its files are plugins.

A file of the project is code that whoever wrote the project wrote. So none is loaded by lying there: the
configuration lists it, and it lies inside of the project, links followed.
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from teststrip.base.near import near
from teststrip.base.project import project_folders
from teststrip.base.where import Problem, Where
from teststrip.errors import ConfigError

NAME: Final = "teststrip.toml"
MOST_BYTES: Final = 1024 * 1024
_PLUGINS: Final = "plugins"
_AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


@dataclass(frozen=True, slots=True)
class Config:
    """What a project says: the `file` that says it, and the paths of its plugins in their order, absolute."""

    file: Path
    plugins: tuple[Path, ...] = ()


def find_config(here: Path, home: Path) -> Config | None:
    """Find and read the configuration around a folder; None when there is none.

    Raises ConfigError with every problem of it, each at its line.
    """
    file = next((folder / NAME for folder in project_folders(here, home) if (folder / NAME).is_file()), None)
    return read_config(file) if file is not None else None


def read_config(file: Path) -> Config:
    """Read a configuration. Raises ConfigError with every problem."""
    text = _text(file)
    try:
        body = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_mistake(file, text, str(error))]) from error
    problems = [_unknown(name, file, text) for name in body if name != _PLUGINS]
    listed: Any = body.get(_PLUGINS, [])
    where = _place(text, file, rf"^\s*\[?\s*{_PLUGINS}")
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        said = 'plugins is a list of files of this project: plugins = ["plugins/mine.py"]'
        raise ConfigError([*problems, Problem(where, _PLUGINS, said)])
    paths: list[Path] = []
    for index, item in enumerate(listed):
        place = _place(text, file, rf"[\"']{re.escape(item)}[\"']", where)
        for said in _refused(item, file.parent):
            problems.append(Problem(place, f"{_PLUGINS}[{index}]", said))
            break
        else:
            paths.append(file.parent / item)
    problems += _twice(paths, file, text)
    if problems:
        raise ConfigError(problems)
    return Config(file, tuple(paths))


def _refused(item: str, folder: Path) -> Iterator[str]:
    """Say why a path names no plugin of the project."""
    path = Path(item)
    if "\0" in item or "\\" in item or path.is_absolute() or ".." in path.parts or "://" in item:
        yield "a plugin is named by its path from here, with / between folders and without .."
    elif path.suffix != ".py" or not path.stem.isidentifier():
        yield "a plugin is a Python file, such as plugins/mine.py"
    else:
        try:
            real = (folder / path).resolve(strict=True)
            ordinary = stat.S_ISREG(real.stat().st_mode)
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
            yield f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
            return
        if not real.is_relative_to(folder.resolve()):
            yield "the file lies outside of this folder, behind a link"
        elif not ordinary:
            yield "this is no ordinary file"


def _twice(paths: list[Path], file: Path, text: str) -> Iterator[Problem]:
    """Refuse two files of one name: a plugin is called by it."""
    first: dict[str, Path] = {}
    for path in paths:
        if path.stem in first:
            item = path.relative_to(file.parent).as_posix()
            place = _place(text, file, rf"[\"']{re.escape(item)}[\"']")
            said = (
                f"a plugin is called as its file is, and {first[path.stem].relative_to(file.parent)} has this name"
            )
            yield Problem(place, _PLUGINS, said)
        first.setdefault(path.stem, path)


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            said = f"the file is larger than {MOST_BYTES // 2**20} MiB"
            raise ConfigError([Problem(Where(str(file), 1, 1), "", said)])
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = f"the file is not UTF-8 text (byte {error.start})"
        raise ConfigError([Problem(Where(str(file), 1, 1), "", said)]) from error
    except OSError as error:
        said = f"the file cannot be read: {error.strerror or error}"
        raise ConfigError([Problem(Where(str(file), 1, 1), "", said)]) from error


def _mistake(file: Path, text: str, complaint: str) -> Problem:
    """Turn the parser's complaint into a problem at its place."""
    found = _AT.search(complaint)
    line, column = 1, 1
    if found is not None:
        line = int(found[1]) if found[1] else text.count("\n") + 1
        column = int(found[2]) if found[2] else 1
    said = complaint[: found.start()] if found is not None else complaint
    return Problem(Where(str(file), line, column), "", f"this is not TOML: {said[:1].lower()}{said[1:]}")


def _unknown(name: str, file: Path, text: str) -> Problem:
    place = _place(text, file, rf"^\s*\[?\s*[\"']?{re.escape(name)}")
    return Problem(place, name, f"a project has no such setting; there is: {_PLUGINS}", near(name, [_PLUGINS]))


def _place(text: str, file: Path, pattern: str, other: Where | None = None) -> Where:
    """Find where something is written; `other`, or the beginning, where it is written in another way."""
    found = re.search(pattern, text, re.MULTILINE)
    if found is None:
        return other or Where(str(file), 1, 1)
    start = found.start() + len(found[0]) - len(found[0].lstrip())
    before = text[:start]
    return Where(str(file), before.count("\n") + 1, start - before.rfind("\n"))
