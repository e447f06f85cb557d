"""What a person is told about a value that a schema refuses."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from teststrip.base.where import dotted
from teststrip.provider.catalogue import find_provider
from teststrip.schema.check import Fault, find_faults
from teststrip.schema.recipe import recipe_schema, recipe_structure
from teststrip.schema.request import request_schema

if TYPE_CHECKING:
    from teststrip.base.json import Json
    from teststrip.provider.model import Provider

FULL = "nai-diffusion-4-5-full"
HEAD: dict[str, Json] = {"teststrip": 1, "model": f"gptproto/{FULL}"}
SAMPLERS = "k_euler_ancestral, k_euler, k_dpmpp_2m, k_dpmpp_sde, k_dpmpp_2s_ancestral, ddim_v3"


@pytest.fixture(scope="module")
def provider() -> Provider:
    found = find_provider("gptproto")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def request_(provider: Provider) -> dict[str, Any]:
    return request_schema(provider, FULL)


@pytest.fixture(scope="module")
def recipe(provider: Provider) -> dict[str, Any]:
    return recipe_schema(provider, FULL)


class Told(NamedTuple):
    path: str
    message: str
    suggestion: str | None = None
    on_key: bool = False


def told(faults: list[Fault]) -> list[Told]:
    return [Told(dotted(fault.path), fault.message, fault.suggestion, fault.on_key) for fault in faults]


REQUESTS: tuple[tuple[dict[str, Json], list[Told]], ...] = (
    (
        {"sampler": "k_eular"},
        [Told("sampler", f'"k_eular" is not a sampler; choose one of {SAMPLERS}', "k_euler")],
    ),
    ({"sampler": 3}, [Told("sampler", f"3 is not a sampler; choose one of {SAMPLERS}")]),
    ({"uc_preset": 7}, [Told("uc_preset", "7 is not a uc preset; choose one of 0, 1, 2, 3")]),
    (
        {"action": "IMG2IMG"},
        [Told("action", '"IMG2IMG" is not an action; choose one of generate, img2img, infill', "img2img")],
    ),
    ({"steps": "many"}, [Told("steps", '"many" is text, not a whole number')]),
    ({"steps": "28"}, [Told("steps", '"28" is text, not a whole number', "28")]),
    ({"steps": 2.5}, [Told("steps", "2.5 is not a whole number")]),
    ({"steps": True}, [Told("steps", "true is not a whole number")]),
    ({"steps": 99}, [Told("steps", "99 is above the maximum 50")]),
    ({"scale": -0.5}, [Told("scale", "-0.5 is below the minimum 0")]),
    ({"scale": float("nan")}, [Told("scale", "NaN is not a number")]),
    ({"scale": float("inf")}, [Told("scale", "Infinity is not a number")]),
    (
        {"skip_cfg_above_sigma": 2**60},
        [Told("skip_cfg_above_sigma", f"{2**60} is beyond 2^53: JSON readers would round it")],
    ),
    ({"skip_cfg_above_sigma": "x"}, [Told("skip_cfg_above_sigma", '"x" is text, not a whole number or null')]),
    ({"quality_toggle": "yes"}, [Told("quality_toggle", '"yes" is text, not true or false', "true")]),
    ({"negative_prompt": 12}, [Told("negative_prompt", "12 is not text: put it in quotes", '"12"')]),
    ({"stepz": 9}, [Told("stepz", "nothing here has this name", "steps", on_key=True)]),
    ({"zzz": 9}, [Told("zzz", "nothing here has this name", on_key=True)]),
    ({"action": "img2img"}, [Told("", "image is missing; it is needed because action is img2img")]),
    ({"size": "832*1216"}, [Told("size", '"832*1216" is not a size; write WIDTHxHEIGHT in pixels', "832x1216")]),
    ({"size": "big"}, [Told("size", '"big" is not a size; write WIDTHxHEIGHT in pixels')]),
    (
        {"size": "832x1216\n"},
        [Told("size", r'"832x1216\n" is not a size; write WIDTHxHEIGHT in pixels', "832x1216")],
    ),
    (
        {"size": "32x99999"},
        [
            Told("size", '"32x99999" has the width 32, which is below the minimum 64'),
            Told("size", '"32x99999" has the height 99999, which is above the maximum 49152'),
        ],
    ),
    ({"vibe_transfer": {"image": "A"}}, [Told("vibe_transfer", "a mapping is not a list")]),
    ({"vibe_transfer": [{"strength": 0.5}]}, [Told("vibe_transfer[0]", "image is missing")]),
    (
        {"vibe_transfer": [{"imgae": "A"}]},
        [Told("vibe_transfer[0].imgae", "nothing here has this name", "image", on_key=True)],
    ),
    (
        {"character_prompts": [{"prompt": "a", "center": {"x": 2, "z": 1}}]},
        [
            Told("character_prompts[0].center.x", "2 is above the maximum 0.9"),
            Told("character_prompts[0].center.z", "nothing here has this name; it is one of x, y", on_key=True),
        ],
    ),
    (
        {"director_reference_strength_values": [0, 2]},
        [Told("director_reference_strength_values[1]", "2 is above the maximum 1")],
    ),
    ({"steps": 0, "n": 9}, [Told("n", "9 is above the maximum 4"), Told("steps", "0 is below the minimum 1")]),
)


@pytest.mark.parametrize(("given", "expected"), REQUESTS, ids=lambda value: str(value)[:50])
def test_a_wrong_request_is_told_in_a_sentence(
    request_: dict[str, Any], given: dict[str, Json], expected: list[Told]
) -> None:
    assert told(find_faults({"prompt": "x"} | given, request_)) == expected


AXIS = "numbers with ... between them (4, 5, ..., 8) or {from: 1, to: 9, step: 2}"
RECIPES: tuple[tuple[dict[str, Json], list[Told]], ...] = (
    (
        {"axes": {"sampler": ["k_euler", "k_eular"]}},
        [Told("axes.sampler[1]", f'"k_eular" is not a sampler; choose one of {SAMPLERS}', "k_euler")],
    ),
    (
        {"axes": {"sampler": "k_euler"}},
        [Told("axes.sampler", '"k_euler" is not a list of values or all', "[k_euler]")],
    ),
    ({"axes": {"sampler": "All"}}, [Told("axes.sampler", '"All" is not a list of values or all', "all")]),
    ({"axes": {"steps": 20}}, [Told("axes.steps", f"20 is not a list of values, {AXIS}", "[20]")]),
    ({"axes": {"steps": "20, 28"}}, [Told("axes.steps", f'"20, 28" is not a list of values, {AXIS}', "[20, 28]")]),
    ({"axes": {"steps": "many"}}, [Told("axes.steps", f'"many" is not a list of values, {AXIS}')]),
    ({"axes": {"steps": ["many"]}}, [Told("axes.steps[0]", '"many" is text, not a whole number')]),
    (
        {"params": {"steps": "..."}},
        [Told("params.steps", '"..." belongs in text without brackets, such as 4, 5, ..., 8')],
    ),
    (
        {"params": {"action": "img2img"}},
        [Told("params", "image is missing; it is needed because action is img2img")],
    ),
    ({"axes": {"steps": []}}, [Told("axes.steps", "this list may not be empty")]),
    ({"axes": {"seed": {"count": 0}}}, [Told("axes.seed.count", "0 is below the minimum 1")]),
    (
        {"axes": {"seed": {"cuont": 4}}},
        [Told("axes.seed.cuont", "nothing here has this name", "count", on_key=True)],
    ),
    (
        {"axes": {"scale": {"count": 4}}},
        [Told("axes.scale", "from is missing")],
    ),
    (
        {"axes": {"finish": [{"set": {"steps": 12}}]}},
        [Told("axes.finish[0]", "title is missing; it is needed because there is no value to print")],
    ),
    (
        {"axes": {"finish": [{"title": "a", "skip": "yes"}]}},
        [Told("axes.finish[0].skip", '"yes" is text, not true or false', "true")],
    ),
    (
        {"axes": {"scale": {"form": 1, "to": 3, "step": 1}}},
        [Told("axes.scale.form", "nothing here has this name", "from", on_key=True)],
    ),
    (
        {"axes": {"mood": {"form": 1, "to": 3, "step": 1}}},
        [Told("axes.mood.form", "nothing here has this name", "from", on_key=True)],
    ),
    (
        {"axes": {"size": {"widht": [64], "height": [64]}}},
        [Told("axes.size.widht", "nothing here has this name", "width", on_key=True)],
    ),
    (
        {"axes": {"mood": {"widht": [64], "height": [64]}}},
        [Told("axes.mood.widht", "nothing here has this name", "width", on_key=True)],
    ),
    (
        {"axes": {"prompt": {"replace": "cat", "wiht": ["dog"]}}},
        [Told("axes.prompt.wiht", "nothing here has this name", "with", on_key=True)],
    ),
    (
        {"axes": {"scale": {"from": 1, "to": 3}}},
        [Told("axes.scale", "step or count is missing; it tells how `to` is reached")],
    ),
    (
        {"axes": {"scale": {"from": 1, "to": 3, "step": 1, "count": 3}}},
        [Told("axes.scale", "to, step and count do not go together: any two of them tell the third")],
    ),
    (
        {"axes": {"scale": {"from": 1, "to": 3, "count": 3, "spacing": "lgo"}}},
        [Told("axes.scale.spacing", '"lgo" is not a spacing; choose one of linear, log', "log")],
    ),
    (
        {"axes": {"mood": {"width": 64, "height": 64, "count": 3}}},
        [
            Told(
                "axes.mood",
                "width does not go together with from, to, step, count, spacing, replace, with or in",
            )
        ],
    ),
    (
        {"axes": {"finish": [{"title": "a", "set": {"steps": 99}}]}},
        [Told("axes.finish[0].set.steps", "99 is above the maximum 50")],
    ),
    (
        {"axes": {"steps": [10, {"title": "x", "value": "lots"}]}},
        [Told("axes.steps[1].value", '"lots" is text, not a whole number')],
    ),
    (
        {"axes": {"character_prompts": [[{"promt": "a"}]]}},
        [Told("axes.character_prompts[0][0].promt", "nothing here has this name", "prompt", on_key=True)],
    ),
    (
        {"params": {"steps": [1, 2]}},
        [Told("params.steps", "a list is not a whole number: lists vary a value only directly under axes")],
    ),
    (
        {"params": {"prompt": ["a", "b"]}},
        [Told("params.prompt", "a list is not text: lists vary a value only directly under axes")],
    ),
    ({"params": {"size": "1x64"}}, [Told("params.size", '"1x64" has the width 1, which is below the minimum 64')]),
    (
        {"sheets": [{"rows": 3}]},
        [Told("sheets[0].rows", "3 is not the name of an axis or a list of names", "[3]")],
    ),
    (
        {"sheets": [{"formats": ["jpeg"]}]},
        [
            Told(
                "sheets[0].formats[0]",
                '"jpeg" is not a format; choose one of png, webp, jpg, pdf, gif, csv, jsonl, parquet, html, '
                "html-folder",
                "jpg",
            )
        ],
    ),
    ({"limits": {"concurrency": 65}}, [Told("limits.concurrency", "65 is above the maximum 64")]),
    ({"axs": {}}, [Told("axs", "nothing here has this name", "axes", on_key=True)]),
    ({"teststrip": 2}, [Told("teststrip", "2 is not 1, the only format of a recipe so far")]),
    (
        {"model": "gptproto/nai"},
        [Told("model", f'"gptproto/nai" is not a model; the only one is gptproto/{FULL}', f"gptproto/{FULL}")],
    ),
)


@pytest.mark.parametrize(("given", "expected"), RECIPES, ids=lambda value: str(value)[:50])
def test_a_wrong_recipe_is_told_in_a_sentence(
    recipe: dict[str, Any], given: dict[str, Json], expected: list[Told]
) -> None:
    assert told(find_faults(HEAD | given, recipe)) == expected


def test_the_structure_alone_finds_what_needs_no_provider() -> None:
    faults = told(
        find_faults(
            {"model": "", "axes": {"sampler": ["anything"], "seed": {"count": 0}}, "params": {"x": 1}, "vars": []},
            recipe_structure(),
        )
    )
    assert faults == [
        Told("model", "this may not be empty"),
        Told("vars", "a list is not a mapping"),
        Told("axes.seed.count", "0 is below the minimum 1"),
        Told("", "teststrip is missing"),
    ]


def test_a_parameter_of_other_models_says_which_take_it(provider: Provider) -> None:
    faults = find_faults(
        {"prompt": "x", "character_prompts": []}, request_schema(provider, "nai-diffusion-4-full")
    )
    assert told(faults) == [
        Told(
            "character_prompts",
            "this model does not take it; nai-diffusion-4-5-full and nai-diffusion-4-5-curated do",
            on_key=True,
        )
    ]


@pytest.mark.parametrize("value", [None, [], "text", 3, True])
def test_a_document_of_the_wrong_kind_is_one_fault(recipe: dict[str, Any], value: Json) -> None:
    assert len(find_faults(value, recipe)) == 1


def test_long_values_are_cut_in_messages(request_: dict[str, Any]) -> None:
    (fault,) = find_faults({"prompt": "x", "sampler": "k" * 5000}, request_)
    assert len(fault.message) < 250


def test_equal_schemas_are_kept_apart_by_identity() -> None:
    narrow: dict[str, Any] = {"type": "integer", "maximum": 1}
    wide: dict[str, Any] = {"type": "integer", "maximum": 10}
    assert find_faults(5, narrow)
    assert not find_faults(5, wide)
    assert [find_faults(5, {"maximum": limit}) != [] for limit in (1, 10, 1, 10)] == [True, False, True, False]


def test_loading_the_check_does_not_load_the_validator() -> None:
    code = "import sys, teststrip.schema.check, teststrip.schema.files; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_list_of_many_wrong_items_is_told_in_linear_time(request_: dict[str, Any]) -> None:
    wrong: list[Json] = ["x"] * 20_000
    faults = find_faults({"prompt": "x", "director_reference_strength_values": wrong}, request_)
    assert len(faults) == len(wrong)


HABITS: tuple[tuple[dict[str, Json], list[Told]], ...] = (
    ({"axes": {"n": "1-1.3 (+0.1)"}}, [Told("axes.n", "", "{from: 1, to: 1.3, step: 0.1}")]),
    ({"axes": {"n": "10-50 [5]"}}, [Told("axes.n", "", "{from: 10, to: 50, count: 5}")]),
    ({"axes": {"n": "range(1, 5)"}}, [Told("axes.n", "")]),
    (
        {"axes": {"n": {"min": 1, "max": 5, "num": 3}}},
        [
            Told("axes.n.min", "nothing here has this name", "from", on_key=True),
            Told("axes.n.max", "nothing here has this name", "to", on_key=True),
            Told("axes.n.num", "nothing here has this name", "count", on_key=True),
        ],
    ),
    (
        {"axes": {"finish": {"Draft": {"steps": 12}, "Final": {"steps": 40}}}},
        [Told("axes.finish", "the values of an axis are a list: [first, {title: Second, set: {...}}]")],
    ),
    ({"zip": ["a", "b"]}, [Told("zip", "zip is a list of groups, with brackets of their own: [[steps, scale]]")]),
    ({"where": ""}, [Told("where", "this may not be empty")]),
    ({"sample": 5}, [Told("sample", "5 is not a mapping, such as {count: 64}")]),
    ({"sheets": {"rows": "n"}}, [Told("sheets", "a mapping is not a list; with `- ` before its first name")]),
    (
        {"where": {"keep": "n > 1"}},
        [Told("where", "a mapping is not a condition or a list of conditions; with")],
    ),
    ({"axes": None}, [Told("axes", "null is not a mapping; where nothing is meant, leave the name out")]),
    ({"name": "x"}, [Told("name", "nothing here has this name", "title", on_key=True)]),
    ({"matrix": {}}, [Told("matrix", "nothing here has this name", "axes", on_key=True)]),
)


@pytest.mark.parametrize(("given", "expected"), HABITS, ids=lambda value: str(value)[:50])
def test_what_other_tools_write_is_told_once_with_what_stands_for_it(
    given: dict[str, Json], expected: list[Told]
) -> None:
    found = told(find_faults(HEAD | given, recipe_structure()))
    assert [(fault.path, fault.suggestion, fault.on_key) for fault in found] == [
        (fault.path, fault.suggestion, fault.on_key) for fault in expected
    ]
    for fault, wanted in zip(found, expected, strict=True):
        assert wanted.message in fault.message


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("sampler", "Euler a", "k_euler_ancestral"),
        ("sampler", "Euler", "k_euler"),
        ("sampler", "K_Euler", "k_euler"),
        ("sampler", "DPM++ 2M Karras", "k_dpmpp_2m"),
        ("sampler", "DDIM", "ddim_v3"),
        ("size", "832,1216", "832x1216"),
        ("size", "832px x 1216 px", "832x1216"),
        ("steps", "28 steps", "28"),
        ("scale", "4,5", "4.5"),
        ("scale", "1e1", "1e1"),
    ],
)
def test_a_value_as_other_tools_have_it_is_told_as_this_page_has_it(
    request_: dict[str, Any], name: str, value: str, meant: str
) -> None:
    (fault,) = find_faults({"prompt": "x", name: value}, request_)
    assert fault.suggestion == meant
