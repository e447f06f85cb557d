"""The bundled page and its stripped text, without headings and with enumerations run together, say the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from teststrip.provider import catalogue
from teststrip.provider.parameters import parameters_of
from teststrip.provider.reading.read import read_documentation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from teststrip.provider.model import Parameter

PAGE = (Path(catalogue.__file__).with_name("pages") / "gptproto-novelai.md").read_text("utf-8")
STRIPPED = (Path(__file__).parents[2] / "cases" / "docs" / "stripped" / "page.txt").read_text("utf-8")
# The page knows more than its source: pictures are said to be media by their type, and the condition's strength
# is taken to count only with a model. Some rows stand on other pages, or are undocumented and say so.
INFERRED = {"controlnet_condition", "controlnet_strength"}
ELSEWHERE = {"enable_sync_mode", "enable_base64_output", "director_reference_images", "mask"}


def every(parameters: Iterable[Parameter]) -> Iterator[Parameter]:
    for parameter in parameters:
        yield parameter
        yield from every(parameter.children)


def facts(parameter: Parameter) -> dict[str, object]:
    items = parameter.items
    return {
        "kind": parameter.kind,
        "nullable": parameter.nullable,
        "required": parameter.required,
        "required when": parameter.required_when,
        "default": repr(parameter.default),
        "random": parameter.random_default,
        "values": [choice.value for choice in parameter.choices],
        "bounds": parameter.bounds,
        "size": parameter.size,
        "models": parameter.models,
        "media": parameter.media,
        "applies when": None if parameter.path in INFERRED else parameter.applies_when,
        "items": (items.kind, items.bounds) if items else None,
    }


def test_the_stripped_text_gives_every_parameter_of_the_page_and_flags_nothing() -> None:
    page, stripped = read_documentation(PAGE, "page"), read_documentation(STRIPPED, "stripped")
    assert (page.flags, stripped.flags) == ((), ())
    told = {parameter.path: facts(parameter) for parameter in every(parameters_of(page.entries))}
    found = {parameter.path: facts(parameter) for parameter in every(parameters_of(stripped.entries))}
    assert set(told) - set(found) == ELSEWHERE
    assert found == {path: one for path, one in told.items() if path not in ELSEWHERE}


def test_values_that_ran_together_name_what_parted_them() -> None:
    entries = {entry.path: entry for entry in read_documentation(STRIPPED, "stripped").entries}
    assert entries["action"].facts.sources == ("the default", "a condition of the page", "the lexicon")
    assert entries["noise_schedule"].facts.sources == ("the lexicon", "the default")
