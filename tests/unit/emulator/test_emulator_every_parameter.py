"""Every parameter of the first page is explained for the darkroom, and a recipe of recipes/darkroom shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from teststrip.provider.catalogue import find_provider

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs" / "darkroom.md").read_text("utf-8")
RECIPES = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "recipes" / "darkroom").glob("*.yaml")))
DELIVERY = {"enable_sync_mode", "enable_base64_output"}  # how an answer travels, which is no property of a picture
PAGE = find_provider("gptproto")
assert PAGE is not None
NAMES = [parameter.name for parameter in PAGE.parameters if parameter.name not in DELIVERY]
TABLE = "\n".join(line for line in DOCS.splitlines() if line.startswith("| `"))


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_has_a_row_and_a_recipe(name: str) -> None:
    family = "director_reference_..." if name.startswith("director_reference_") else name
    assert re.search(rf"`(action: \w+`, `)?{re.escape(family)}\b|`{re.escape(family)}`|`{name}: ", TABLE), name
    assert re.search(rf"^\s*(- )?{name}:|[{{ ]{name}: ", RECIPES, re.MULTILINE), name
