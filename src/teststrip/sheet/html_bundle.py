"""The page's scripts as one: a page opened from a disk may not import modules, which are files of their own.

The modules keep to a form that needs no parser: `import { a, b } from "./name.js";` on lines of their own, and
`export` before a `function`, `class` or `const` at the beginning of a line. Each becomes a function that is called
once, after those that it imports from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from typing import Final

PACKAGE: Final = "teststrip.sheet"
FOLDER: Final = "page"
MAIN: Final = "main.js"
STYLES: Final = ("look.css", "layout.css", "grid.css", "dialogs.css")
_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "\./([a-z]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?function\*? (\w+)|class (\w+)|const (\w+))", re.MULTILINE)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class BundleError(ValueError):
    """A module that is not in the form above."""


def page_file(name: str) -> str:
    """Read a file of the page."""
    return resources.files(PACKAGE).joinpath(FOLDER, name).read_text("utf-8")


def page_modules() -> dict[str, str]:
    """Read all modules of the page, by name."""
    folder = resources.files(PACKAGE).joinpath(FOLDER)
    return {
        entry.name: entry.read_text("utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".js")
    }


def style() -> str:
    """Return the page's style sheets, one after the other."""
    return "".join(page_file(name) for name in STYLES)


def bundle(modules: Mapping[str, str], main: str = MAIN) -> str:
    """Link modules into one script that needs no other file.

    Raises BundleError for a module that is missing, imports in a circle, or is not in the form above.
    """
    parts = [_wrapped(name, modules[name]) for name in _order(modules, main)]
    return '"use strict";\n(() => {\n' + "".join(parts) + "})();\n"


def _order(modules: Mapping[str, str], main: str) -> list[str]:
    done: dict[str, None] = {}
    begun: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in begun:
            raise BundleError(f"modules import in a circle: {' -> '.join([*begun, name])}")
        if name not in modules:
            raise BundleError(f"{begun[-1] if begun else 'the page'} imports {name}, which is not there")
        begun.append(name)
        for _, other in _IMPORT.findall(modules[name]):
            visit(other)
        begun.pop()
        done[name] = None

    visit(main)
    return list(done)


def _wrapped(name: str, text: str) -> str:
    imports = [(names.split(), other) for names, other in _IMPORT.findall(text)]
    body = _IMPORT.sub("", text)
    exported = [next(filter(None, found.groups())) for found in _EXPORT.finditer(body)]
    body = _EXPORT.sub("", body)
    left = _LEFT.search(body)
    if left:
        raise BundleError(f"{name}: {left.group()!r} is no form of import or export that is linked here")
    if "</script" in body.lower() or "<!--" in body:
        raise BundleError(f"{name}: it would end the script that it stands in")
    lines = [f"const {{ {' '.join(names)} }} = {_variable(other)};\n" for names, other in imports]
    return (
        f"const {_variable(name)} = (() => {{\n{''.join(lines)}{body}return {{ {', '.join(exported)} }};\n}})();\n"
    )


def _variable(name: str) -> str:
    return f"module_{name.removesuffix('.js')}"
