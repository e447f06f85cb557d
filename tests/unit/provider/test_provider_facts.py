"""Every fact that is documented of the first API, against what the bundled page's reader makes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pytest

from teststrip.base.json import ABSENT, Absent, Json, Scalar
from teststrip.provider.catalogue import bundled_providers, find_provider
from teststrip.provider.model import Bounds, Condition, Parameter, Provider, SizeBounds

if TYPE_CHECKING:
    from collections.abc import Iterator

V45 = ("nai-diffusion-4-5-full", "nai-diffusion-4-5-curated")
V4 = (*V45, "nai-diffusion-4-full", "nai-diffusion-4-curated-preview")
IMG2IMG = Condition("action", ("img2img",))


class Fact(NamedTuple):
    path: str
    kind: str
    default: Json | Absent = ABSENT
    bounds: tuple[str, str] | None = None
    choices: tuple[Scalar, ...] = ()
    required: bool = False
    models: tuple[str, ...] = ()
    item: str | None = None


FACTS = (
    Fact("prompt", "string", required=True),
    Fact("action", "string", "generate", choices=("generate", "img2img", "infill")),
    Fact("size", "string", "832x1216"),
    Fact("n", "integer", 1, ("1", "4")),
    Fact("enable_sync_mode", "boolean", default=False),
    Fact("enable_base64_output", "boolean", default=False),
    Fact("negative_prompt", "string", ""),
    Fact("quality_toggle", "boolean", default=True),
    Fact("uc_preset", "integer", 0, ("0", "3"), (0, 1, 2, 3)),
    Fact("steps", "integer", 28, ("1", "50")),
    Fact("scale", "number", 6.0, ("0", "10")),
    Fact(
        "sampler",
        "string",
        "k_euler_ancestral",
        choices=("k_euler_ancestral", "k_euler", "k_dpmpp_2m", "k_dpmpp_sde", "k_dpmpp_2s_ancestral", "ddim_v3"),
    ),
    Fact("noise_schedule", "string", "karras", choices=("native", "karras", "exponential")),
    Fact("seed", "integer", ABSENT, ("0", "4294967295")),
    Fact("cfg_rescale", "number", 0, ("0", "1")),
    Fact("dynamic_thresholding", "boolean", default=False),
    Fact("auto_smea", "boolean", default=False),
    Fact("skip_cfg_above_sigma", "integer", None),
    Fact("legacy", "boolean", default=False),
    Fact("use_coords", "boolean", default=False),
    Fact("image", "string"),
    Fact("strength", "number", 0.7, ("0.01", "0.99")),
    Fact("noise", "number", 0, ("0", "0.99")),
    Fact("vibe_transfer", "array"),
    Fact("vibe_transfer[].image", "string", required=True),
    Fact("vibe_transfer[].information_extracted", "number", 1.0, ("0.01", "1.0")),
    Fact("vibe_transfer[].strength", "number", 0.6, ("0.01", "1.0")),
    Fact("character_prompts", "array", models=V45),
    Fact("character_prompts[].prompt", "string", required=True, models=V45),
    Fact("character_prompts[].uc", "string", "lowres, aliasing,", models=V45),
    Fact("character_prompts[].center", "object", models=V45),
    Fact("character_prompts[].center.x", "number", 0.5, ("0.1", "0.9"), models=V45),
    Fact("character_prompts[].center.y", "number", 0.5, ("0.1", "0.9"), models=V45),
    Fact("character_prompts[].enabled", "boolean", default=True, models=V45),
    Fact("controlnet_model", "string", choices=("hed", "midas", "fake_scribble", "mlsd", "uniformer")),
    Fact("controlnet_condition", "string"),
    Fact("controlnet_strength", "number", 1.0, ("0.1", "2.0")),
    Fact("director_reference_descriptions", "array", models=V4),
    Fact("director_reference_descriptions[].caption", "object", required=True, models=V4),
    Fact("director_reference_descriptions[].caption.base_caption", "string", required=True, models=V4),
    Fact("director_reference_descriptions[].caption.char_captions", "array", models=V4),
    Fact("director_reference_descriptions[].legacy_uc", "boolean", default=False, models=V4),
    Fact("director_reference_information_extracted", "array", ABSENT, ("0.0", "1.0"), item="number", models=V4),
    Fact("director_reference_strength_values", "array", ABSENT, ("0.0", "1.0"), item="number", models=V4),
    Fact(
        "director_reference_secondary_strength_values", "array", ABSENT, ("0.0", "1.0"), item="number", models=V4
    ),
)


UNDOCUMENTED = ("director_reference_images", "mask")


def everyone(parameters: tuple[Parameter, ...]) -> Iterator[Parameter]:
    for parameter in parameters:
        yield parameter
        yield from everyone(parameter.children)


@pytest.fixture(scope="module")
def provider() -> Provider:
    found = find_provider("gptproto")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def by_path(provider: Provider) -> dict[str, Parameter]:
    return {parameter.path: parameter for parameter in everyone(provider.parameters)}


def test_the_page_has_exactly_the_documented_rows_in_their_order(by_path: dict[str, Parameter]) -> None:
    assert list(by_path) == [fact.path for fact in FACTS] + list(UNDOCUMENTED)


def test_what_no_document_names_says_so(by_path: dict[str, Parameter], provider: Provider) -> None:
    """Two rows that the vendor's own API has: optional, never sent unasked, and flagged where they are shown."""
    for path in UNDOCUMENTED:
        parameter = by_path[path]
        assert parameter.description.startswith("Undocumented: ")
        assert not parameter.required
        assert parameter.default is ABSENT
        assert any(path in note.split() or f"{path}," in note for note in provider.notes)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.path)
def test_a_row_says_what_is_documented(by_path: dict[str, Parameter], fact: Fact) -> None:
    parameter = by_path[fact.path]
    assert parameter.kind == fact.kind
    assert repr(parameter.default) == repr(fact.default)
    assert parameter.required == fact.required
    assert parameter.models == fact.models
    holder = parameter.items or parameter
    assert (parameter.items.kind if parameter.items else None) == fact.item
    assert tuple(choice.value for choice in holder.choices) == fact.choices
    expected = Bounds(Decimal(fact.bounds[0]), Decimal(fact.bounds[1])) if fact.bounds else None
    assert holder.bounds == expected
    assert parameter.description


def test_every_row_knows_its_line(provider: Provider, by_path: dict[str, Parameter]) -> None:
    lines = [parameter.where.line for parameter in by_path.values()]
    assert lines == sorted(set(lines))
    assert {parameter.where.file for parameter in by_path.values()} == {provider.file}


def test_conditions_come_from_the_section_and_from_the_cell(by_path: dict[str, Parameter]) -> None:
    conditional = {path: (p.applies_when, p.required_when) for path, p in by_path.items()}
    assert {path: both for path, both in conditional.items() if both != (None, None)} == {
        "image": (IMG2IMG, IMG2IMG),
        "strength": (IMG2IMG, None),
        "noise": (IMG2IMG, None),
        "controlnet_condition": (Condition("controlnet_model"), None),
        "controlnet_strength": (Condition("controlnet_model"), None),
        "mask": (Condition("action", ("infill",)), None),
    }


def test_only_the_variety_boost_may_be_null_and_only_the_seed_is_drawn(by_path: dict[str, Parameter]) -> None:
    assert [path for path, p in by_path.items() if p.nullable] == ["skip_cfg_above_sigma"]
    assert [path for path, p in by_path.items() if p.random_default] == ["seed"]


def test_pictures_are_known_as_pictures(by_path: dict[str, Parameter]) -> None:
    assert [path for path, p in by_path.items() if p.media] == [
        "image",
        "vibe_transfer[].image",
        "controlnet_condition",
        "mask",
    ]
    items = by_path["director_reference_images"].items
    assert items is not None
    assert items.media


def test_enumerations_have_their_labels(by_path: dict[str, Parameter]) -> None:
    assert {c.value: c.label for c in by_path["uc_preset"].choices} == {
        0: "Heavy",
        1: "Light",
        2: "Human Focus",
        3: "None",
    }
    assert {c.value: c.label for c in by_path["controlnet_model"].choices} == {
        "hed": "Palette Swap",
        "midas": "Form Lock (depth)",
        "fake_scribble": "Scribbler",
        "mlsd": "Building Control (lines)",
        "uniformer": "Landscaper (segmentation)",
    }
    labels = {c.value: c.label for c in by_path["sampler"].choices}
    assert labels["k_dpmpp_2s_ancestral"] == "DPM++ 2S Ancestral"
    assert all(labels.values())


def test_the_size_has_its_bounds_and_its_common_values(provider: Provider, by_path: dict[str, Parameter]) -> None:
    assert by_path["size"].size == SizeBounds((64, 64), (49152, 49152))
    assert [(size.value, size.aspect) for size in provider.common_sizes] == [
        ("832x1216", "portrait 9:13"),
        ("1024x1024", "square 1:1"),
        ("1216x832", "landscape 13:9"),
        ("1472x832", "widescreen 16:9"),
    ]


def test_examples_are_read_from_the_description(by_path: dict[str, Parameter]) -> None:
    caption = by_path["director_reference_descriptions[].caption.base_caption"]
    assert caption.examples == ("character&style", "character1")


def test_every_model_is_there_and_found_by_its_alias(provider: Provider) -> None:
    assert [model.id for model in provider.models] == list(V4)
    found = provider.model("nai-diffusion-4-curated")
    assert found is not None
    assert found.id == "nai-diffusion-4-curated-preview"
    assert provider.model("nai-diffusion-3") is None


def test_a_model_takes_only_the_sections_that_name_it(provider: Provider) -> None:
    names = {parameter.name for parameter in provider.parameters_of("nai-diffusion-4-full")}
    assert "character_prompts" not in names
    assert "director_reference_descriptions" in names
    assert "character_prompts" in {p.name for p in provider.parameters_of("nai-diffusion-4-5-curated")}


def test_the_wire_is_described(provider: Provider) -> None:
    assert provider.base_url == "https://gptproto.com"
    assert provider.base_url_env == "GPTPROTO_API_BASE_URL"
    assert provider.auth.env == "GPTPROTO_API_KEY"
    assert (provider.auth.header, provider.auth.form) == ("Authorization", "{key}")
    assert provider.auth.accepted == ("{key}", "Bearer {key}")
    assert provider.poll.path == "/api/v3/predictions/{id}/result"
    assert (provider.poll.interval, provider.poll.max_interval, provider.poll.deadline) == (1.5, 5.0, 600.0)
    assert (provider.pace.concurrency, provider.pace.per_minute) == (1, 20)


def test_every_status_word_has_its_phase(provider: Provider) -> None:
    phases: dict[str, list[str]] = {}
    for word, phase in provider.reply.words.items():
        phases.setdefault(phase, []).append(word)
    assert phases == {
        "queued": ["created", "starting", "queued", "pending"],
        "running": ["processing", "running", "in_progress"],
        "done": ["completed", "complete", "succeeded", "succeed", "success"],
        "failed": ["failed", "failure", "error", "expired", "no_resource"],
        "cancelled": ["canceled", "cancelled"],
    }


def test_the_main_form_of_a_reply_comes_first(provider: Provider) -> None:
    reply = provider.reply
    assert (reply.ids[0], reply.statuses[0], reply.outputs[0]) == ("data.id", "data.status", "data.outputs")
    assert (reply.poll_urls[0], reply.errors[0], reply.codes[0]) == ("data.urls.get", "data.error", "code")
    assert {"id", "task_id", "taskId", "result_id"} <= set(reply.ids)
    assert reply.ok_codes == (200,)
    assert {*reply.output_url_keys, *reply.output_base64_keys} == {"url", "image_url", "image", "b64_json"}


def test_errors_join_the_table_and_the_front_matter(provider: Provider) -> None:
    meanings = {(error.status, error.code): error for error in provider.errors}
    kinds = {key: (error.kind, error.may_have_cost) for key, error in meanings.items()}
    assert kinds == {
        (401, "401"): ("auth", False),
        (402, "402"): ("balance", False),
        (403, "insufficient_balance"): ("balance", False),
        (403, "403"): ("auth", False),
        (404, "404"): ("not_found", False),
        (429, "429"): ("rate_limited", False),
        (400, "503"): ("moderated", False),
        (400, "400"): ("invalid", False),
        (500, "500"): ("server", True),
        (502, "502"): ("server", True),
        (503, "unavailable"): ("server", True),
        (504, "504"): ("server", True),
    }
    refusal = meanings[400, "503"]
    assert refusal.name == "Content policy violation"
    assert "content policy" in refusal.words
    assert all(error.name and error.meaning for error in provider.errors)


def test_a_meaning_with_words_stands_before_its_namesake_without(provider: Provider) -> None:
    plain: set[int] = set()
    for error in provider.errors:
        assert error.status not in plain
        plain |= set() if error.words else {error.status}


def test_notes_say_whose_word_they_are_and_what_the_documentation_leaves_out(provider: Provider) -> None:
    assert all(note.split(":")[0] in {"Gateway", "Inferred", "Vendor"} for note in provider.notes)
    assert any("mask" in note for note in provider.notes)
    assert any("director references" in note and "pictures" in note for note in provider.notes)
    assert any("multiples of 64" in note and note.startswith("Vendor") for note in provider.notes)


def test_pages_are_read_once(provider: Provider) -> None:
    assert bundled_providers() is bundled_providers()
    assert find_provider("nobody") is None
    assert find_provider("gptproto", (provider,)) is provider
