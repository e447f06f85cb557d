"""The page that docs/provider-pages.md shows is one that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from teststrip.errors import PageError
from teststrip.provider.page import read_page
from teststrip.provider.request import scenario_of
from teststrip.schema.check import find_faults
from teststrip.schema.request import request_schema

DOCS = (Path(__file__).parents[3] / "docs" / "provider-pages.md").read_text("utf-8")


def example() -> str:
    match = re.search(r"^````markdown\n(.*?)^````$", DOCS, re.MULTILINE | re.DOTALL)
    assert match is not None
    return match[1]


def test_the_documented_example_is_a_page() -> None:
    toy = read_page(example(), "toy.md")
    assert [p.name for p in toy.parameters] == ["prompt", "action", "steps", "method", "size", "seed", "image"]
    assert [p.name for p in toy.parameters_of("toy-2")][-1] == "seed"
    assert scenario_of(toy, {"action": "edit"}) == "edit"
    assert toy.errors[0].name == "Refused"
    schema = request_schema(toy, "toy-1")
    assert find_faults({"prompt": "x", "method": "fancy"}, schema) == []
    assert find_faults({"prompt": "x", "action": "edit"}, schema)


def test_the_documented_problems_are_the_real_ones() -> None:
    text = example().replace("| no | `20` |", "| no | many |").replace("see [Methods]", "see [Metods]")
    with pytest.raises(PageError) as caught:
        read_page(text, "toy.md")
    told = [str(problem) for problem in caught.value.problems]
    shown = [line.strip() for line in DOCS.splitlines() if line.startswith("    toy.md:")]
    assert shown == told[: len(shown)]
