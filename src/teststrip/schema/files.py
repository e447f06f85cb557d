"""The schemas as files: generated from the provider pages, committed, and held against them by a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from teststrip.base.files import write_text_whole
from teststrip.base.json import pretty
from teststrip.schema.recipe import recipe_schema
from teststrip.schema.request import request_schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from teststrip.provider.model import Provider

_SUFFIXES: Final = (".request.json", ".recipe.json")


def generate(providers: Iterable[Provider]) -> dict[str, str]:
    """Return the text of every schema file by its path below the folder: `gptproto/MODEL.request.json`."""
    files = {}
    for provider in providers:
        for model in provider.models:
            stem = f"{provider.name}/{quote(model.id, safe='')}"
            files[f"{stem}.request.json"] = pretty(request_schema(provider, model.id))
            files[f"{stem}.recipe.json"] = pretty(recipe_schema(provider, model.id))
    return files


def write_schemas(folder: Path, providers: Iterable[Provider]) -> list[str]:
    """Make `folder` hold what `generate` says; return the paths that were written or removed.

    Only files named like ours, in a folder named like one of the providers, are ever removed. Raises OSError.
    """
    files = generate(providers)
    stale = _stale(folder, files)
    for path in stale:
        if path in files:
            write_text_whole(folder / path, files[path])
        else:
            (folder / path).unlink()
    return stale


def stale_schemas(folder: Path, providers: Iterable[Provider]) -> list[str]:
    """Return the paths of files that are missing from `folder`, differ, or are left over. Raises OSError."""
    return _stale(folder, generate(providers))


def _stale(folder: Path, files: dict[str, str]) -> list[str]:
    changed = [path for path, text in files.items() if not _has(folder / path, text)]
    owners = {path.partition("/")[0] for path in files}
    left_over = [
        f"{owner}/{found.name}"
        for owner in sorted(owners)
        for found in sorted((folder / owner).glob("*.json"))
        if found.name.endswith(_SUFFIXES) and f"{owner}/{found.name}" not in files
    ]
    return changed + left_over


def _has(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")
