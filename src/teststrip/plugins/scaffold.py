"""A new plugin: a whole package that can be installed, tested, and changed into something else."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from teststrip.base.files import write_text_whole
from teststrip.errors import UsageError
from teststrip.steps.builtin import AFTER, BEFORE

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST: Final = 40
_TEMPLATES: Final = Path(__file__).with_name("template")
# By template, the file that is made of it; @word@ is the name as a module has it.
_FILES: Final[Mapping[str, str]] = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "recipe.yaml.txt": "recipe.yaml",
    "module.py.txt": "teststrip_plugin_@word@/__init__.py",
    "test.py.txt": "tests/test_@word@.py",
}


def package_folder(name: str) -> Path:
    """Return the folder that a plugin's package goes to when nobody says where, from here."""
    return Path(f"teststrip-plugin-{name}")


def package_files(name: str) -> dict[str, str]:
    """Return the files of a new plugin's package, by their paths in it. Raises UsageError for what is no name."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or keyword.iskeyword(name):
        said = "lower-case letters and digits, with - between words"
        raise UsageError(f"{name!r:.80} is no name for a plugin: {said}, at most {_LONGEST}")
    if name in BEFORE or name in AFTER:  # the package's step is called so
        raise UsageError(f"{name} is a step that teststrip has itself; call the plugin something else")
    word = name.replace("-", "_")
    return {
        path.replace("@word@", word): (_TEMPLATES / template)
        .read_text("utf-8")
        .replace("@name@", name)
        .replace("@word@", word)
        for template, path in _FILES.items()
    }


def write_package(name: str, folder: Path) -> tuple[Path, ...]:
    """Write a new plugin's package, and return its files. Raises UsageError for a folder with something in it."""
    files = package_files(name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already, and is not empty; say another one with -o")
    written = []
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text_whole(file, text)
        written.append(file)
    return tuple(written)
