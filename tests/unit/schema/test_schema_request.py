"""The request schema: what it says, and that it takes every request the parameters allow."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from teststrip.base.json import Absent, Json
from teststrip.provider import catalogue
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Bounds, Condition, Parameter, Provider
from teststrip.provider.page import read_page
from teststrip.provider.request import resolve_defaults
from teststrip.schema.check import find_faults
from teststrip.schema.hover import markdown
from teststrip.schema.request import request_schema
from teststrip.schema.values import Writer, number

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = "nai-diffusion-4-5-full"


def gptproto() -> Provider:
    found = find_provider("gptproto")
    assert found is not None
    return found


PROVIDER = gptproto()
SCHEMA = request_schema(PROVIDER, FULL)
PROPERTIES: dict[str, Any] = SCHEMA["properties"]


def top(name: str) -> Parameter:
    return next(parameter for parameter in PROVIDER.parameters if parameter.name == name)


# --- what it says -----------------------------------------------------------------------------------------------


def test_members_stand_in_page_order_and_nothing_else_is_taken() -> None:
    assert list(PROPERTIES) == [parameter.name for parameter in PROVIDER.parameters_of(FULL)]
    assert SCHEMA["required"] == ["prompt"]
    assert SCHEMA["additionalProperties"] is False


def test_a_number_has_its_bounds_as_the_page_writes_them() -> None:
    steps, strength = PROPERTIES["steps"], PROPERTIES["strength"]
    assert (steps["type"], steps["minimum"], steps["maximum"], steps["default"]) == ("integer", 1, 50, 28)
    assert isinstance(steps["minimum"], int)
    assert (strength["type"], strength["minimum"], strength["maximum"]) == ("number", 0.01, 0.99)
    assert PROPERTIES["seed"]["maximum"] == 4294967295
    assert "default" not in PROPERTIES["seed"]


def test_an_enumeration_has_its_labels_in_the_hover_text() -> None:
    preset = PROPERTIES["uc_preset"]
    assert (preset["type"], preset["enum"]) == ("integer", [0, 1, 2, 3])
    assert "- `2`: Human Focus" in preset["markdownDescription"]
    assert "- `k_dpmpp_2m`: DPM++ 2M" in PROPERTIES["sampler"]["markdownDescription"]


def test_hover_text_escapes_what_markdown_would_take_for_its_own() -> None:
    parameter = dataclasses.replace(top("scale"), description="a_b *c* [d]")
    assert markdown(parameter).startswith(r"a\_b \*c\* \[d\]")


def test_hover_text_tells_range_default_and_condition() -> None:
    assert markdown(top("strength")).endswith(
        "Range: 0.01 to 0.99.\n\nDefault: `0.7`.\n\nCounts when `action` is `img2img`."
    )
    assert markdown(top("image")).endswith("Required when `action` is `img2img`.")
    assert markdown(top("seed")).endswith("Default: drawn anew for each picture.")
    assert markdown(top("negative_prompt")).endswith('Default: `""`.')
    assert markdown(top("size")).endswith(
        "Range: 64x64 to 49152x49152 pixels, each side by itself.\n\nDefault: `832x1216`."
    )
    assert markdown(top("director_reference_strength_values")).endswith("Range: 0.0 to 1.0, each.")


@pytest.mark.parametrize(
    ("bounds", "words", "keywords"),
    [
        (Bounds(Decimal(1)), "at least 1", {"minimum": 1}),
        (Bounds(None, Decimal(9)), "at most 9", {"maximum": 9}),
        (
            Bounds(Decimal(0), Decimal("2.5"), exclusive_minimum=True),
            "above 0 to 2.5",
            {"exclusiveMinimum": 0, "maximum": 2.5},
        ),
        (Bounds(Decimal(0), None, exclusive_minimum=True), "above 0", {"exclusiveMinimum": 0}),
        (Bounds(None, Decimal(9), exclusive_maximum=True), "below 9", {"exclusiveMaximum": 9}),
        (
            Bounds(Decimal(0), Decimal(9), exclusive_maximum=True),
            "0 to below 9",
            {"minimum": 0, "exclusiveMaximum": 9},
        ),
    ],
)
def test_open_bounds_are_said_and_kept(bounds: Bounds, words: str, keywords: dict[str, Json]) -> None:
    parameter = dataclasses.replace(top("scale"), bounds=bounds)
    assert f"Range: {words}." in markdown(parameter)
    shape = Writer().shape(parameter)
    assert {key: value for key, value in shape.items() if key != "type"} == keywords


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"or_kinds": ("integer",)}, "Type: a number or a whole number."),
        ({"kind": "file"}, "Type: a file, as text."),
        ({"step": Decimal("0.5")}, "Step: 0.5."),
        ({"kind": "string", "length": Bounds(Decimal(1), Decimal(2500))}, "Length: 1 to 2500 characters."),
        ({"kind": "array", "length": Bounds(None, Decimal(9))}, "Length: at most 9 items."),
    ],
)
def test_hover_text_tells_kinds_steps_and_lengths(facts: dict[str, Any], words: str) -> None:
    assert words in markdown(dataclasses.replace(top("scale"), bounds=None, **facts))


def test_a_number_between_two_steps_is_told_with_the_nearest() -> None:
    schema = Writer().value(dataclasses.replace(top("scale"), bounds=None, step=Decimal("0.1")))
    assert find_faults(0.3, schema) == []
    (fault,) = find_faults(0.34, schema)
    assert (fault.message, fault.suggestion) == ("0.34 is not a multiple of 0.1", "0.3")


def test_an_enumeration_in_a_union_binds_its_own_kind_only() -> None:
    schema = Writer().value(dataclasses.replace(top("sampler"), or_kinds=("integer",)))
    assert find_faults(3, schema) == find_faults("k_euler", schema) == []
    (fault,) = find_faults("k_eular", schema)
    assert fault.message.startswith('"k_eular" is not a sampler; choose one of k_euler_ancestral, k_euler')
    assert fault.suggestion == "k_euler"
    (fault,) = find_faults(True, schema)
    assert fault.message == "true is not text or a whole number"


def test_whole_bounds_stay_whole() -> None:
    assert [repr(number(Decimal(text))) for text in ("1", "1.0", "0.5", "4294967295")] == [
        "1",
        "1",
        "0.5",
        "4294967295",
    ]


def test_what_may_be_null_lists_null_among_its_types_and_values() -> None:
    assert PROPERTIES["skip_cfg_above_sigma"]["type"] == ["integer", "null"]
    shape = Writer().shape(dataclasses.replace(top("sampler"), nullable=True))
    assert None in shape["enum"]


def test_a_size_has_its_pattern_its_sides_and_the_common_values() -> None:
    size = PROPERTIES["size"]
    assert size["x-teststrip-size"]["maximum"] == [49152, 49152]
    assert size["examples"] == ["832x1216", "1024x1024", "1216x832", "1472x832"]


def test_nested_objects_are_closed_and_know_what_they_need() -> None:
    item = PROPERTIES["character_prompts"]["items"]
    assert (item["required"], item["additionalProperties"]) == (["prompt"], False)
    assert item["properties"]["center"]["properties"]["x"]["minimum"] == 0.1
    assert PROPERTIES["director_reference_strength_values"]["items"]["maximum"] == 1
    assert PROPERTIES["director_reference_descriptions"]["items"]["properties"]["caption"]["required"] == [
        "base_caption"
    ]


def test_a_picture_is_required_with_img2img_only() -> None:
    assert not find_faults({"prompt": "x", "action": "infill"}, SCHEMA)
    assert not find_faults({"prompt": "x", "action": "img2img", "image": "AAAA"}, SCHEMA)
    assert find_faults({"prompt": "x", "action": "img2img"}, SCHEMA)


TEXT = (Path(catalogue.__file__).with_name("pages") / "gptproto-novelai.md").read_text("utf-8")


def test_a_requirement_that_the_default_brings_about_counts_without_the_member() -> None:
    text = TEXT.replace("| no | `generate` |", "| no | `img2img` |")
    schema = request_schema(read_page(text, "page.md"), FULL)
    assert find_faults({"prompt": "x"}, schema)
    assert not find_faults({"prompt": "x", "action": "generate"}, schema)


def test_a_nested_requirement_holds_in_every_item() -> None:
    row = "| `vibe_transfer[].image` | string (Base64 or URL) | yes |"
    text = TEXT.replace(row, row.replace("| yes |", "| yes (when action is infill) |"))
    provider = read_page(text, "page.md")
    schema = request_schema(provider, FULL)
    assert not find_faults({"prompt": "x", "vibe_transfer": [{}]}, schema)
    (fault,) = find_faults({"prompt": "x", "action": "infill", "vibe_transfer": [{"image": "A"}, {}]}, schema)
    assert fault.path == ("vibe_transfer", 1)
    child = next(p for p in provider.parameters if p.name == "vibe_transfer").children[0]
    assert child.required_when == Condition("action", ("infill",))


def test_an_unknown_model_gets_what_every_model_takes() -> None:
    schema = request_schema(PROVIDER, "somebody/else")
    assert "character_prompts" not in schema["properties"]
    assert schema["$id"].endswith("/gptproto/somebody%2Felse.request.json")


# --- what it takes ----------------------------------------------------------------------------------------------


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    strategy = _of_kind(parameter)
    return st.none() | strategy if parameter.nullable else strategy


def _of_kind(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.choices:
        return st.sampled_from([choice.value for choice in parameter.choices])
    if parameter.size:
        sides = st.integers(parameter.size.minimum[0], parameter.size.maximum[0])
        return st.tuples(sides, sides).map(lambda both: f"{both[0]}x{both[1]}")
    least, most = (parameter.bounds.minimum, parameter.bounds.maximum) if parameter.bounds else (None, None)
    kinds: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "string": st.text,
        "boolean": st.booleans,
        "integer": lambda: st.integers(int(least or 0), int(most or 99)),
        "number": lambda: st.floats(float(least or 0), float(most or 9)),
        "object": lambda: members(parameter.children),
        "array": lambda: st.lists(
            members(parameter.children)
            if parameter.children
            else values(parameter.items)
            if parameter.items
            else st.text(),
            max_size=3,
        ),
    }
    return kinds[parameter.kind]()


def members(parameters: tuple[Parameter, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {p.name: values(p) for p in parameters if p.required},
        optional={p.name: values(p) for p in parameters if not p.required},
    )


@pytest.mark.parametrize("model", [model.id for model in PROVIDER.models])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_request_made_from_the_parameters_is_taken_before_and_after_its_defaults(
    model: str, data: st.DataObject
) -> None:
    schema = request_schema(PROVIDER, model)
    request = data.draw(members(PROVIDER.parameters_of(model)))
    if request.get("action") == "img2img":
        request.setdefault("image", "AAAA")
    assert find_faults(request, schema) == []
    assert find_faults(resolve_defaults(PROVIDER, model, request), schema) == []


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(list(PROPERTIES)),
        st.none()
        | st.booleans()
        | st.integers(-5, 60)
        | st.floats()
        | st.text(max_size=9)
        | st.lists(st.none(), max_size=2),
    )
)
def test_the_sentences_tell_something_exactly_when_the_schema_refuses(request_: dict[str, Any]) -> None:
    faults = find_faults(request_, SCHEMA)
    assert all(fault.message for fault in faults)
    plain_schema_refuses = not Draft202012Validator(SCHEMA).is_valid(request_)
    assert faults or not plain_schema_refuses


def test_every_default_of_the_page_is_taken_by_its_own_schema() -> None:
    for parameter in PROVIDER.parameters:
        if not isinstance(parameter.default, Absent):
            assert find_faults(parameter.default, Writer().value(parameter)) == []
