"""The words that stand behind quality_toggle and uc_preset; presets.toml lists them, with their source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from teststrip.base.json import Json

NAMES: Final = frozenset({"quality_toggle", "uc_preset"})
"""The parameters that are read here."""

_TABLES: Final[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("presets.toml").read_text("utf-8"))


def quality_words(model: str, request: Mapping[str, Json]) -> str:
    """Return what quality_toggle adds to a model's prompt; nothing where a request does not speak of it."""
    return str(_table(model)["quality"]) if request.get("quality_toggle") is True else ""


def unwanted_words(model: str, request: Mapping[str, Json]) -> str:
    """Return what uc_preset adds to a model's negative prompt; nothing where a request does not speak of it."""
    preset = request.get("uc_preset")
    lists = _table(model)["unwanted"]
    if isinstance(preset, bool) or not isinstance(preset, int | float) or not 0 <= int(preset) < len(lists):
        return ""
    return str(lists[int(preset)])


def _table(model: str) -> Mapping[str, Any]:
    return {**_TABLES["default"], **_TABLES.get(model.rpartition("/")[2], {})}
