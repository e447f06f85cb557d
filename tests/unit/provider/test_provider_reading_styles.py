"""Any parameters, printed in any style and read back, are unchanged and unflagged; so is the drafted page."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_styles import STYLES, Spec, rows, specs

from teststrip.base.json import ABSENT
from teststrip.errors import PageError
from teststrip.provider.adopt.page import adopt
from teststrip.provider.adopt.tables import write_tables
from teststrip.provider.model import Bounds, Condition, Parameter, SizeBounds
from teststrip.provider.page import read_page
from teststrip.provider.parameters import parameters_of
from teststrip.provider.reading.read import read_documentation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MODE = Spec("mode", "string", 0, choices=("draw", "edit"), default="draw")
CASES = sorted((Path(__file__).parents[2] / "cases" / "docs").iterdir())
FRONT = """\
---
page: 1
provider: toy
title: A toy
base_url: https://toy.example
base_url_env: TOY_URL
auth: {header: X-Key, form: "Key {key}", env: TOY_KEY}
submit: {path: "/v1/{model}"}
poll: {path: "/v1/jobs/{id}"}
reply:
  ids: [job]
  statuses: [state]
  outputs: [files]
  words: {queued: [waiting], running: [busy], done: [ready], failed: [broken]}
models: [MODELS]
pace: {concurrency: 2, per_minute: 60}
---
# A toy

"""


def every(parameters: Iterable[Parameter]) -> Iterator[Parameter]:
    for parameter in parameters:
        yield parameter
        yield from every(parameter.children)


def number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def wanted(path: str, one: Spec) -> dict[str, object]:
    bounds = Bounds(number(one.least), number(one.most), one.open_least, one.open_most)
    length = Bounds(number(one.length[0]), number(one.length[1])) if one.length else None
    return {
        "path": path,
        "kind": one.kind,
        "item": one.item if one.item != "object" else "",
        "nullable": one.nullable,
        "required": one.required,
        "when": Condition("mode", (one.when,)) if one.when else None,
        "default": repr(ABSENT if one.default is None else one.default),
        "values": one.choices,
        "labels": one.labels or ("",) * len(one.choices),
        "bounds": bounds if bounds != Bounds() else None,
        "length": length,
        "step": number(one.step) if one.step else None,
        "size": SizeBounds((64, 64), (2048, 4096)) if one.size else None,
    }


def facts(one: Parameter) -> dict[str, object]:
    return {
        "path": one.path,
        "kind": one.kind,
        "item": one.items.kind if one.items is not None and one.items.kind != "object" else "",
        "nullable": one.nullable,
        "required": one.required,
        "when": one.required_when,
        "default": repr(one.default),
        "values": tuple(choice.value for choice in one.choices),
        "labels": tuple(choice.label for choice in one.choices),
        "bounds": one.bounds if not one.choices else None,  # an enumeration says them already
        "length": one.length,
        "step": one.step,
        "size": one.size,
    }


@given(st.data())
@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=40)
def test_parameters_printed_in_any_style_are_read_back(style: str, data: st.DataObject) -> None:
    found: Sequence[Spec] = (MODE, *data.draw(specs()))
    text = "# A page\n\n## Parameters\n\n" + STYLES[style](found)
    reading = read_documentation(text, "page.md")
    told = [facts(one) for one in every(parameters_of(reading.entries))]
    assert (told, reading.flags) == ([wanted(path, one) for path, _, one in rows(found)], ()), text
    page = FRONT.replace("MODELS", "{id: toy-1}") + write_tables(reading.entries)
    assert [facts(one) for one in every(read_page(page, "page.md").parameters)] == told, page


def without_todos(page: str, models: Iterable[str]) -> str:
    """Fill in what a person would: the front matter, and a type where documentation has none."""
    named = ", ".join(f"{{id: {model}}}" for model in sorted({*models, "toy-1"}))
    body = page.split("---\n", 2)[2].replace("| TODO |", "| string |")
    return FRONT.replace("MODELS", named) + body


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_drafted_page_is_a_page_and_says_the_same(case: Path) -> None:
    (file,) = case.glob("page.*")
    adoption = adopt(file.read_text("utf-8"), "page.md")
    entries = parameters_of(adoption.reading.entries)
    told = list(every(entries))
    if case.name in {"defects", "two-endpoints"}:
        with pytest.raises(PageError):
            read_page(without_todos(adoption.page, ()), "page.md")
        return
    page = read_page(without_todos(adoption.page, {m for one in told for m in one.models}), "page.md")
    if "fixed: {model:" in adoption.page:  # the recipe says it, and the draft puts it into the body
        told = [one for one in told if one.path != "model"]
    told = [one for one in told if not one.path.endswith("[]")]  # a form's field that no page can say
    # Sections with the same heading become one, so that the order of some rows changes.
    told, found = (sorted(all_, key=lambda one: one.path) for all_ in (told, every(page.parameters)))
    assert [facts(one) for one in found] == [facts(one) for one in told]
    assert [(one.models, one.applies_when, one.media) for one in found] == [
        (one.models, one.applies_when, one.media) for one in told
    ]
