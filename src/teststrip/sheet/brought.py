"""Sheets in the formats that plugins bring: each file appears whole, and one that fails costs only its own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from teststrip.errors import UsageError
from teststrip.plugins.extensions import Extensions
from teststrip.plugins.manager import words
from teststrip.plugins.quiet import quiet
from teststrip.sheet.leaf import Leaf

Writer: TypeAlias = Callable[[Leaf, Path], object]
"""Writes a page into a file of this path, which is put in its place when it is whole; it returns nothing."""


def write_brought(
    leaf: Leaf,
    name: Callable[[str], Path],
    formats: Sequence[str],
    extensions: Extensions,
    on_fault: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write a page in those of the formats that plugins bring, and return the files; `name` names each.

    Raises UsageError that names a plugin which fails, or tells `on_fault` and goes on.
    """
    files = []
    for form in (form for form in formats if form in extensions.writers):
        path = name(form)
        fault = _written(extensions.writers[form], leaf, path)
        if not fault:
            files.append(path)
            continue
        plugin = extensions.owner("teststrip_sheet_writers", form)
        said = f"the plugin {plugin!r} could not write {path.name}: {fault}"
        if on_fault is None:
            raise UsageError(said)
        on_fault(said)
    return files


def _written(writer: Writer, leaf: Leaf, path: Path) -> str:
    """Let a plugin write beside the file, and move what it wrote there; what went wrong, or ""."""
    staged = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with quiet():
            writer(leaf, staged)
        if not staged.is_file():
            return "it wrote no file"
        staged.replace(path)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  a plugin's own code, which may raise anything
        return words(error)
    finally:
        with contextlib.suppress(OSError):
            staged.unlink(missing_ok=True)
    return ""
