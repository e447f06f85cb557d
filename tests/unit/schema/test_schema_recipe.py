"""Recipe schemas: what a recipe may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from teststrip.base.near import near
from teststrip.provider.catalogue import find_provider
from teststrip.schema.check import find_faults
from teststrip.schema.recipe import recipe_schema, recipe_structure

if TYPE_CHECKING:
    from teststrip.base.json import Json

FULL = "nai-diffusion-4-5-full"
HEAD: dict[str, Json] = {"teststrip": 1, "model": f"gptproto/{FULL}"}


def schema(model: str = FULL) -> dict[str, Any]:
    provider = find_provider("gptproto")
    assert provider is not None
    return recipe_schema(provider, model)


SCHEMA = schema()
STRUCTURE = recipe_structure()

GOOD: tuple[dict[str, Json], ...] = (
    {},
    {"title": "x", "vars": {"subject": "a fox", "deep": {"list": [1]}}, "x-anchors": [1, 2]},
    {"params": {"prompt": "${{ subject }}, {night}", "size": "1024x1024", "skip_cfg_above_sigma": None}},
    {"params": {"steps": "${{ n }}", "quality_toggle": "${{ q }}", "sampler": "${{ s }}", "size": "${{ w }}x64"}},
    {
        "params": {
            "character_prompts": [{"prompt": "${{ a }}", "enabled": "${{ b }}", "center": {"x": "${{ c }}"}}]
        }
    },
    {"params": {"vibe_transfer": "${{ vibes }}"}},
    {"params": {"action": "img2img", "image": "${{ picture }}"}},
    {"params": {"action": "img2img"}, "axes": {"image": ["a.png", "b.png"]}},
    {"params": {"action": "img2img"}, "axes": {"action": ["generate"]}},
    {"params": {"action": "img2img"}, "axes": {"from": [{"title": "A", "set": {"image": "a.png"}}]}},
    {"params": {"action": "${{ action }}"}},
    {"axes": {"steps": [1, 2, "...", 10], "scale": [4.0, 4.5, "…", 6.0]}},
    {"axes": {"sampler": "all", "quality_toggle": "all", "uc_preset": "all"}},
    {"axes": {"scale": "4.0, 4.5, ..., 6.0", "steps": "10, 20, ..., 50", "strength_": "1, 2, ..., 9"}},
    {"axes": {"seed": {"count": 4, "from": 1}, "steps": {"count": 2}, "free": {"count": 3}}},
    {"axes": {"steps": [1, "${{ n }}", {"title": "many", "value": 50}, {"value": "${{ n }}", "note": "x"}]}},
    {"axes": {"style": ["ink", 3, None, True, [1, 2], {"title": "Watercolour", "value": {"any": "thing"}}]}},
    {"axes": {"scale": {"from": 1, "to": 1.3, "step": 0.1}, "steps": {"from": 10, "to": 1, "step": -3}}},
    {
        "axes": {
            "scale": {"from": 1, "to": 2, "count": 5},
            "mood": {"from": 1, "to": 2, "count": 5, "spacing": "log"},
        }
    },
    {"axes": {"steps": {"from": 1, "to": "${{ n }}", "count": 5, "multiple_of": 1}, "n": {"from": 1, "count": 3}}},
    {"axes": {"seed": {"from": 1, "count": 3, "step": 4}}},
    {"axes": {"size": {"width": [512, "${{ w }}"], "height": "512, 576, ..., 768", "multiple_of": 64}}},
    {"axes": {"size": {"width": {"from": 64, "to": 128, "step": 64}, "height": 64, "max_pixels": 1048576}}},
    {"axes": {"size": ["portrait", "9:13", "640x640", {"title": "Wide", "value": "landscape"}]}},
    {"axes": {"size": "all", "res": {"width": [1], "height": [2]}}},
    {"axes": {"prompt": {"replace": "cat", "with": ["dog", {"title": "Fox", "value": "red fox", "skip": True}]}}},
    {"axes": {"pet": {"replace": "cat", "with": ["dog"], "in": "negative_prompt"}}},
    {"axes": {"pet": [{"title": "x", "replace": {"cat": "dog", "mat": ""}}, {"replace": {"cat": "fox"}}]}},
    {"axes": {"sampler": "${{ samplers }}", "style": "${{ styles }}", "size": "${{ sizes }}"}},
    {"axes": {"style": [{"value": 1, "set": {"steps": 3}, "skip": True, "hide": False}]}},
    {"axes": {"finish": [{"title": "Draft", "set": {"steps": 12}}, {"title": "As is"}]}},
    {"axes": {"sampler": [{"title": "Slow", "set": {"steps": 50, "sampler": "ddim_v3"}}]}},
    {"axes": {"character_prompts": [[], [{"prompt": "a"}], {"title": "two", "value": [{"prompt": "b"}]}]}},
    {
        "sheets": [
            {
                "rows": "sampler",
                "cols": ["steps", "scale"],
                "pages": [],
                "title": "t",
                "caption": "c",
                "formats": ["png"],
            }
        ]
    },
    {"sheets": [], "limits": {"concurrency": 64}},
    {"limits": {}, "axes": {}, "params": {}, "vars": {}},
)

BAD: tuple[dict[str, Json], ...] = (
    {"axes": {"prompt": "all"}},
    {"axes": {"steps": "all"}},
    {"axes": {"style": "all"}},
    {"axes": {"sampler": "1, ..., 3"}},
    {"axes": {"sampler": {"count": 3}}},
    {"axes": {"scale": {"count": 3}}},
    {"axes": {"seed": {"count": 3, "from": 1.5}}},
    {"axes": {"seed": {"from": 1}}},
    {"axes": {"steps": [51]}},
    {"axes": {"steps": [{"title": "x", "value": 51}]}},
    {"axes": {"style": [{"titel": "x"}]}},
    {"axes": {"style": [{"value": 1, "skip": "yes"}]}},
    {"axes": {"style": [{"replace": {}}]}},
    {"axes": {"style": [{"replace": {"": "x"}}]}},
    {"axes": {"scale": {"from": 1, "to": 2}}},
    {"axes": {"scale": {"from": 1, "to": 2, "step": 1, "count": 2}}},
    {"axes": {"scale": {"to": 2, "count": 2}}},
    {"axes": {"scale": {"from": 1, "count": 2, "spacing": "log"}}},
    {"axes": {"scale": {"from": 1, "to": 2, "count": 2, "spacing": "cubic"}}},
    {"axes": {"scale": {"width": 1, "height": 1}}},
    {"axes": {"size": {"width": [64]}}},
    {"axes": {"size": {"width": [64], "height": []}}},
    {"axes": {"size": {"width": [64], "height": [-64]}}},
    {"axes": {"size": {"width": "wide", "height": [64]}}},
    {"axes": {"size": ["portait"]}},
    {"axes": {"style": {"width": 64, "height": 64, "count": 3}}},
    {"axes": {"style": {"replace": "a"}}},
    {"axes": {"style": {"replace": "a", "with": []}}},
    {"axes": {"style": {"replace": "a", "with": [{"title": "x"}]}}},
    {"axes": {"style": {"in": "prompt", "count": 2, "from": 1}}},
    {"axes": {"sampler": {"replace": "a", "with": ["b"]}}},
    {"axes": {"style": [{"note": "x"}]}},
    {"axes": {"style": []}},
    {"axes": {"style": None}},
    {"params": {"strenght": 1}},
    {"params": {"steps": None}},
    {"params": {"action": "img2img"}},
    {"params": {"action": "img2img"}, "axes": {"sampler": "all", "seed": {"count": 2}}},
    {"params": {"action": "img2img"}, "axes": {"from": [{"title": "A", "set": {"strength": 0.5}}]}},
    {"axes": {"sampler": ["k_euler", "...", "ddim_v3"]}},
    {"params": {"steps": "{{ n }}"}},
    {"params": {"character_prompts": [{"uc": "x"}]}},
    {"params": []},
    {"vars": "x"},
    {"title": 3},
    {"sheets": [{"rows": ["a", "a"]}]},
    {"sheets": [{"formats": []}]},
    {"limits": {"concurrency": 0}},
    {"limits": {"budget": -1}},
    {"limits": {"budget": "9"}},
    {"limits": {"rate": "0/min"}},
    {"limits": {"rate": "fast"}},
    {"limits": {"money": 1}},
    {"model": f"other/{FULL}"},
    {"teststrip": "1"},
    {"y-anchors": 1},
)


@pytest.mark.parametrize("recipe", GOOD, ids=lambda value: str(value)[:60])
def test_a_good_recipe_is_taken_by_both_schemas(recipe: dict[str, Json]) -> None:
    assert find_faults(HEAD | recipe, SCHEMA) == []
    assert find_faults(HEAD | recipe, STRUCTURE) == []


@pytest.mark.parametrize("recipe", BAD, ids=lambda value: str(value)[:60])
def test_a_bad_recipe_is_refused(recipe: dict[str, Json]) -> None:
    assert find_faults(HEAD | recipe, SCHEMA)


@pytest.mark.parametrize("missing", ["teststrip", "model"])
def test_format_and_model_are_required(missing: str) -> None:
    recipe = {name: value for name, value in HEAD.items() if name != missing}
    for one in (SCHEMA, STRUCTURE):
        assert [fault.message for fault in find_faults(recipe, one)] == [f"{missing} is missing"]


def test_the_structure_knows_no_parameter() -> None:
    recipe = HEAD | {"model": "any/thing", "params": {"what": [1]}, "axes": {"who": "all", "how": ["k_eular"]}}
    assert find_faults(recipe, STRUCTURE) == []


def test_a_model_may_be_written_by_its_alias() -> None:
    curated = schema("nai-diffusion-4-curated-preview")
    for name in ("nai-diffusion-4-curated-preview", "nai-diffusion-4-curated"):
        assert find_faults({"teststrip": 1, "model": f"gptproto/{name}"}, curated) == []


def test_an_axis_of_a_parameter_that_other_models_take_is_a_free_variable_but_cannot_be_set() -> None:
    full = schema("nai-diffusion-4-full")
    head: dict[str, Json] = {"teststrip": 1, "model": "gptproto/nai-diffusion-4-full"}
    (fault,) = find_faults(head | {"params": {"character_prompts": []}}, full)
    assert "nai-diffusion-4-5-full" in fault.message


def test_editors_find_words_and_defaults_at_each_parameter() -> None:
    steps = SCHEMA["$defs"]["value.steps"]
    assert steps["default"] == 28
    assert steps["description"]
    assert "Range: 1 to 50." in steps["markdownDescription"]
    assert SCHEMA["$defs"]["params"]["properties"]["steps"] == {"$ref": "#/$defs/value.steps"}


@pytest.mark.parametrize(
    ("word", "words", "meant"),
    [
        ("K-Euler", ["k_euler", "ddim"], "k_euler"),
        ("k_eular", ["k_euler", "ddim"], "k_euler"),
        ("neg", ["negative_prompt", "n"], "negative_prompt"),
        ("stepscount", ["steps", "scale"], "steps"),
        ("euler", ["k_euler_ancestral", "k_euler"], "k_euler"),
        ("zzz", ["steps", "scale"], None),
        ("x", ["steps", "axes"], None),
        ("", ["steps"], None),
        ("steps", [], None),
    ],
)
def test_the_word_that_was_meant_is_found(word: str, words: list[str], meant: str | None) -> None:
    assert near(word, words) == meant
