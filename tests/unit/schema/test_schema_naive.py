"""Generated schemas against an independent reading of the parameters: they accept the same values.

`takes` below is the reference. It is written from what `Parameter` promises, value by value, and knows nothing of
JSON Schema. The schemas are checked by jsonschema's meta-schema too.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from teststrip.base.json import Json
from teststrip.base.where import Where
from teststrip.provider.catalogue import bundled_providers
from teststrip.provider.model import Bounds, Choice, Kind, Parameter, SizeBounds
from teststrip.schema.check import find_faults
from teststrip.schema.digits import digits_between
from teststrip.schema.recipe import recipe_schema, recipe_structure
from teststrip.schema.request import request_schema
from teststrip.schema.values import TEMPLATE, Writer

HERE = Where("page.md", 1, 1)

# --- the reference ----------------------------------------------------------------------------------------------


def takes(parameter: Parameter, value: Any) -> bool:
    if value is None:
        return parameter.nullable
    kinds = {"string" if kind == "file" else kind for kind in (parameter.kind, *parameter.or_kinds)}
    own = kinds_of(value) & kinds
    bound = {kind for choice in parameter.choices for kind in kinds_of(choice.value) if kind in kinds}
    if own & bound and any(same(value, choice.value) for choice in parameter.choices):
        return True
    return bool(own - bound) and fits(parameter, value)


def kinds_of(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int | float):
        return {"number", "integer"} if float(value).is_integer() else {"number"}
    return {"string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"}


def same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def fits(parameter: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        number = Decimal(str(value))
        return within(parameter.bounds, number) and (parameter.step is None or number % parameter.step == 0)
    if isinstance(value, str):
        long = parameter.kind == "array" or within(parameter.length, Decimal(len(value)))
        return long and sized(parameter.size, value)
    if isinstance(value, list):
        short = parameter.kind != "array" or within(parameter.length, Decimal(len(value)))
        return short and all(takes_item(parameter, item) for item in value)
    return not parameter.children or takes_members(parameter, value)


def within(bounds: Bounds | None, number: Decimal) -> bool:
    if bounds is None:
        return True
    low, high = bounds.minimum, bounds.maximum
    above = low is None or number > low or (number == low and not bounds.exclusive_minimum)
    return above and (high is None or number < high or (number == high and not bounds.exclusive_maximum))


def sized(size: SizeBounds | None, text: str) -> bool:
    if size is None:
        return True
    sides = text.split(size.separator)
    plain = len(sides) == 2 and all(side.isascii() and side.isdecimal() and side[0] != "0" for side in sides)
    return plain and all(
        low <= int(side) <= high for low, side, high in zip(size.minimum, sides, size.maximum, strict=True)
    )


def takes_item(parameter: Parameter, item: Any) -> bool:
    if parameter.children:
        return isinstance(item, dict) and takes_members(parameter, item)
    return parameter.items is None or takes(parameter.items, item)


def takes_members(parameter: Parameter, value: dict[str, Any]) -> bool:
    children = {child.name: child for child in parameter.children}
    lacking = [name for name, child in children.items() if child.required and name not in value]
    return not lacking and all(name in children and takes(children[name], inner) for name, inner in value.items())


# --- anything at all --------------------------------------------------------------------------------------------

KINDS: list[Kind] = ["string", "integer", "number", "boolean", "array", "object", "file"]
NAMES = ["a", "b", "c"]
TENTHS = st.integers(-30, 30).map(lambda tenths: Decimal(tenths) / 10)
WORDS = st.sampled_from(["", "x", "fox", "8x8", "16x24", "8x08", "64*64", "8x8\n", "99999999999x8"])
SCALARS = st.booleans() | st.integers(-9, 40) | TENTHS.map(float) | WORDS


def ordered(values: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Bounds]:
    return st.builds(
        lambda both, lacks, low, high: Bounds(
            None if lacks == "low" else min(both), None if lacks == "high" else max(both), low, high
        ),
        st.tuples(values, values),
        st.sampled_from(["", "low", "high"]),
        st.booleans(),
        st.booleans(),
    )


@st.composite
def parameters(draw: st.DrawFn, path: str = "p", depth: int = 2) -> Parameter:
    kinds = draw(st.lists(st.sampled_from(KINDS if depth else KINDS[:4]), min_size=1, max_size=3, unique=True))
    kind = kinds[0]
    fitting = [
        c
        for c in draw(st.lists(SCALARS, max_size=4))
        if kinds_of(c) & {"file" if k == "file" else k for k in kinds}
    ]
    choices = draw(st.sampled_from([[], fitting]))
    numeric = not {"integer", "number"}.isdisjoint(kinds)
    lengths = ordered(st.integers(1, 5).map(Decimal))
    sides = st.integers(1, 40)
    low = draw(st.tuples(sides, sides))
    size = SizeBounds(low, (low[0] + draw(sides), low[1] + draw(sides)), draw(st.sampled_from("x*")))
    inner = "[]." if "array" in kinds else "."
    nested = depth and not {"array", "object"}.isdisjoint(kinds)
    children = [
        draw(parameters(f"{path}{inner}{name}", depth - 1))
        for name in (draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)) if nested else [])
    ]
    item = draw(st.none() | parameters(f"{path}[]", 0)) if "array" in kinds and not children else None
    return Parameter(
        path,
        path.rpartition(".")[2],
        kind,
        HERE,
        or_kinds=tuple(kinds[1:]),
        nullable=draw(st.booleans()),
        required=draw(st.booleans()),
        choices=tuple(Choice(value, draw(st.sampled_from(["", "a *label*"]))) for value in choices),
        bounds=draw(st.none() | ordered(TENTHS)) if numeric else None,
        step=draw(st.sampled_from([None, Decimal("0.1"), Decimal("0.25"), Decimal(8)])) if numeric else None,
        length=draw(st.none() | lengths) if kind in ("string", "file", "array") else None,
        size=size if kinds == ["string"] and draw(st.booleans()) else None,
        items=item,
        children=tuple(children),
    )


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Draw values that are mostly near what a parameter takes."""
    inner = values(parameter.items) if parameter.items else SCALARS | st.none()
    known = {child.name: child for child in parameter.children}
    members = st.fixed_dictionaries(
        {name: values(child) for name, child in known.items() if child.required},
        optional={
            name: values(known[name]) if name in known else SCALARS
            for name in NAMES
            if not (name in known and known[name].required)
        },
    )
    near = [st.sampled_from([choice.value for choice in parameter.choices])] if parameter.choices else []
    strategy = SCALARS | st.none() | st.lists(members if known else inner, max_size=6) | members
    return st.one_of(*near, strategy)


@given(st.data())
def test_the_schema_of_any_parameter_takes_exactly_what_the_parameter_takes(data: st.DataObject) -> None:
    parameter = data.draw(parameters())
    value = data.draw(values(parameter))
    schema = Writer().value(parameter)
    Draft202012Validator.check_schema(schema)
    assert (find_faults(value, schema) == []) == takes(parameter, value)


@given(st.data())
def test_in_a_recipe_a_template_may_stand_for_any_value_and_nothing_else_changes(data: st.DataObject) -> None:
    parameter = data.draw(parameters())
    value = data.draw(values(parameter))
    template = {"type": "string", "pattern": r"\$\{\{", "x-teststrip-form": True}
    schema = Writer(templates=True).value(parameter) | {"$defs": {TEMPLATE: template}}
    Draft202012Validator.check_schema(schema)
    assert (find_faults(value, schema) == []) == takes(parameter, value)
    assert find_faults("${{ x }}", schema) == []


@given(st.data())
def test_every_refusal_has_a_sentence(data: st.DataObject) -> None:
    parameter = data.draw(parameters())
    faults = find_faults(data.draw(values(parameter)), Writer().value(parameter))
    assert all(fault.message for fault in faults)


@given(st.integers(0, 12_000), st.integers(0, 12_000), st.integers(0, 13_000))
def test_a_range_as_a_pattern_matches_the_numbers_of_the_range(one: int, other: int, number: int) -> None:
    low, high = min(one, other), max(one, other)
    assert bool(re.fullmatch(digits_between(low, high), str(number))) == (low <= number <= high)


def test_a_range_as_a_pattern_is_right_for_every_small_range() -> None:
    for low in range(0, 130, 7):
        for high in range(low, 130):
            pattern = re.compile(digits_between(low, high))
            matched = [number for number in range(1100) if pattern.fullmatch(str(number))]
            assert matched == list(range(low, high + 1))


@pytest.mark.parametrize("provider", bundled_providers(), ids=lambda provider: provider.name)
def test_every_generated_schema_is_one_by_its_meta_schema(provider: Any) -> None:
    Draft202012Validator.check_schema(recipe_structure())
    for model in provider.models:
        for make in (request_schema, recipe_schema):
            schema: dict[str, Json] = make(provider, model.id)
            Draft202012Validator.check_schema(schema)
            assert str(schema["$id"]).startswith("https://")
