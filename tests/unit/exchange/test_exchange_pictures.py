from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from exchange_pictures import (
    COMFY,
    INFOTEXT,
    NOVELAI,
    a1111,
    comfy,
    international,
    novelai,
    own,
    packed,
    png,
    text,
    user_comment,
    with_exif,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pace import in_loops
from teststrip.base.json import Json
from teststrip.cli.inspect import command
from teststrip.cli.loaded import Loaded
from teststrip.cli.stages import check_file
from teststrip.darkroom import RENDERER_VERSION
from teststrip.emulator.darkroom import draw
from teststrip.emulator.toyworld import exposures_of, texts_of
from teststrip.errors import UsageError
from teststrip.exchange.picture.comfy import parse_comfy
from teststrip.exchange.picture.model import MOST_JSON, load_json
from teststrip.exchange.picture.read import Picture, read_picture
from teststrip.provider.catalogue import Catalogue, bundled_pages, find_provider


def look(data: bytes, folder: Path, name: str = "a.png") -> Picture:
    path = folder / name
    path.write_bytes(data)
    return read_picture(path, name)


def inspect(data: bytes, folder: Path, *options: str) -> Result:
    (folder / "a.png").write_bytes(data)
    return CliRunner().invoke(command, [str(folder / "a.png"), *options])


def request_of(data: bytes, folder: Path, *options: str) -> tuple[int, Mapping[str, Json], str]:
    """Make a recipe of a picture, and return its exit code, its one cell's request, and what was told."""
    result = inspect(data, folder, "--as-recipe", "-o", str(folder / "made.yaml"), *options)
    plan, problems, _ = check_file(folder / "made.yaml", Loaded(Catalogue(bundled_pages())))
    assert problems == []
    assert plan is not None
    assert len(plan.cells) == 1
    return result.exit_code, plan.cells[0].request, result.stderr


def test_novelai_s_comment_becomes_the_request_that_made_it(tmp_path: Path) -> None:
    code, request, told = request_of(novelai(), tmp_path)
    assert (code, told) == (0, f"{tmp_path}/made.yaml: a recipe for gptproto/nai-diffusion-4-5-full\n")
    wanted = {
        "prompt": "1girl, {silver hair}, best quality",
        "negative_prompt": "lowres",
        "size": "832x1216",
        "steps": 23,
        "scale": 5.5,
        "sampler": "k_dpmpp_2m",
        "noise_schedule": "karras",
        "seed": 1234567890,
        "cfg_rescale": 0.2,
        "quality_toggle": False,
        "uc_preset": 3,
        "use_coords": True,
        "character_prompts": [
            {"prompt": "girl, umbrella", "uc": "hat", "center": {"x": 0.3, "y": 0.5}, "enabled": True}
        ],
    }
    assert {name: request[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("source", "model"),
    [
        ("NovelAI Diffusion V4.5 C02D4F98", "nai-diffusion-4-5-curated"),
        ("NovelAI Diffusion V4 37442FCA", "nai-diffusion-4-full"),
        ("NovelAI Diffusion V4 7ABFFA2A", "nai-diffusion-4-curated-preview"),
    ],
)
def test_the_hash_in_the_source_names_the_model(source: str, model: str, tmp_path: Path) -> None:
    found = look(novelai(source=source), tmp_path).found
    assert found is not None
    assert found.model == model


def test_a_source_that_nobody_knows_is_listed(tmp_path: Path) -> None:
    code, _, told = request_of(novelai(source="NovelAI Diffusion V9 00000000"), tmp_path)
    assert code == 1
    assert "model  gptproto has no model 'NovelAI Diffusion V9 00000000'" in told


def test_what_went_in_with_pictures_is_listed(tmp_path: Path) -> None:
    comment = {**NOVELAI, "request_type": "Img2ImgRequest", "reference_strength_multiple": [0.6]}
    code, _, told = request_of(novelai(comment), tmp_path)
    assert code == 1
    assert "a Img2ImgRequest starts from a picture" in told
    assert "vibes were transferred" in told


def test_a1111_s_parameters_become_a_request(tmp_path: Path) -> None:
    code, request, told = request_of(a1111(), tmp_path)
    assert code == 0, told
    wanted = {
        "prompt": "a night sky, stars",
        "negative_prompt": "blurry, lowres",
        "steps": 20,
        "sampler": "k_euler_ancestral",
        "scale": 7.0,
        "seed": 965400086,
        "size": "832x1216",
    }
    assert {name: request[name] for name in wanted} == wanted
    recipe = (tmp_path / "made.yaml").read_text("utf-8")
    assert "  sampler: k_euler_ancestral  # Euler a there\n" in recipe
    assert "  scale: 7.0\n" in recipe


def test_a1111_s_settings_without_a_counterpart_are_listed(tmp_path: Path) -> None:
    more = INFOTEXT.replace(
        "Clip skip: 1", 'Clip skip: 2, Schedule type: Automatic, Lora hashes: "a: 1", Hires upscale: 2'
    )
    code, _, told = request_of(a1111(more.replace("CFG scale: 7.0", "CFG scale: 12")), tmp_path)
    assert code == 1
    for said in (
        "CFG scale  12 is above the maximum 10",
        "Clip skip  the API does not let layers",
        'Schedule type  "Automatic" is not a noise schedule',
        "Lora hashes  the API loads no LoRAs",
        "Hires upscale  nai-diffusion-4-5-full has no parameter for it",
    ):
        assert f"a.png:1:1  {said}" in told


def test_an_old_sampler_with_its_schedule_is_parted(tmp_path: Path) -> None:
    _, request, _ = request_of(a1111(INFOTEXT.replace("Euler a", "DPM++ 2M Karras")), tmp_path)
    assert (request["sampler"], request["noise_schedule"]) == ("k_dpmpp_2m", "karras")


def test_swarmui_s_parameters_become_a_request(tmp_path: Path) -> None:
    said = {"prompt": "a boat", "negativeprompt": "fog", "model": "sdxl", "seed": 3, "steps": 20, "cfgscale": 7.0}
    said |= {
        "width": 832,
        "height": 1216,
        "sampler": "euler_ancestral",
        "scheduler": "karras",
        "swarm_version": "0.9",
    }
    code, request, told = request_of(png(text("parameters", json.dumps({"sui_image_params": said}))), tmp_path)
    assert code == 1
    assert told.count("a.png:1:1") == 1  # the model
    wanted = {"prompt": "a boat", "seed": 3, "scale": 7.0, "size": "832x1216", "sampler": "k_euler_ancestral"}
    assert {name: request[name] for name in wanted} == wanted


def test_comfyui_s_graph_becomes_a_request_but_for_its_model(tmp_path: Path) -> None:
    code, request, told = request_of(comfy(), tmp_path)
    assert code == 1
    assert "model  gptproto has no model 'sd_xl_base.safetensors'" in told
    wanted = {
        "prompt": "a lighthouse",
        "negative_prompt": "fog",
        "steps": 20,
        "sampler": "k_dpmpp_2m",
        "noise_schedule": "karras",
        "scale": 7.5,
        "seed": 42,
        "size": "1024x768",
    }
    assert {name: request[name] for name in wanted} == wanted


def test_a_model_that_a_person_chose_makes_the_picture_s_own_no_loss(tmp_path: Path) -> None:
    code, request, told = request_of(comfy(), tmp_path, "--model", "gptproto/nai-diffusion-4-full")
    assert (code, request["prompt"]) == (0, "a lighthouse"), told


ADVANCED: dict[str, Json] = {
    "1": {
        "class_type": "SamplerCustomAdvanced",
        "inputs": {
            "noise": ["2", 0],
            "guider": ["3", 0],
            "sampler": ["4", 0],
            "sigmas": ["5", 0],
            "latent_image": ["6", 0],
        },
    },
    "2": {"class_type": "RandomNoise", "inputs": {"noise_seed": ["12", 0]}},
    "3": {
        "class_type": "CFGGuider",
        "inputs": {"positive": ["7", 0], "negative": ["8", 0], "cfg": 4, "model": ["10", 0]},
    },
    "4": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "5": {"class_type": "BasicScheduler", "inputs": {"scheduler": "normal", "steps": 30, "denoise": 1}},
    "6": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 640, "height": ["13", 0]}},
    "7": {
        "class_type": "ConditioningCombine",
        "inputs": {"conditioning_1": ["9", 0], "conditioning_2": ["11", 0]},
    },
    "8": {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["9", 0]}},
    "9": {"class_type": "CLIPTextEncode", "inputs": {"text": ["14", 0]}},
    "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "ink.safetensors", "model": ["15", 0]}},
    "11": {"class_type": "CLIPTextEncode", "inputs": {"text": "at sea"}},
    "12": {"class_type": "PrimitiveInt", "inputs": {"value": 77}},
    "13": {"class_type": "PrimitiveInt", "inputs": {"value": 512}},
    "14": {"class_type": "PrimitiveString", "inputs": {"value": "a boat"}},
    "15": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux.safetensors"}},
}


def test_a_graph_whose_sampler_is_in_parts_is_walked() -> None:
    found = parse_comfy(json.dumps(ADVANCED), "tEXt prompt")
    assert found is not None
    assert dict(found.settings) == {
        "seed": "77",
        "steps": "30",
        "cfg": "4",
        "sampler_name": "euler",
        "scheduler": "normal",
        "width": "640",
        "height": "512",
    }
    assert (found.prompt, found.negative, found.model) == ("a boat, at sea", "", "flux.safetensors")
    assert dict(found.lost) == {
        "positive prompt": "several texts are combined there; they stand one after another here",
        "LoRA ink.safetensors": "the API loads no LoRAs",
    }


def test_of_two_passes_the_first_is_taken_and_the_other_listed() -> None:
    second: dict[str, Any] = json.loads(json.dumps(COMFY["3"]))
    second["inputs"] |= {"latent_image": ["3", 0], "denoise": 0.4, "seed": 1}
    found = parse_comfy(json.dumps({"1": second, **COMFY}), "p")
    assert found is not None
    assert dict(found.settings)["seed"] == "42"
    assert "2 nodes sample" in dict(found.lost)["samplers"]


def test_a_graph_that_goes_in_circles_ends() -> None:
    circle = {
        "1": {
            "class_type": "KSampler",
            "inputs": {"seed": ["2", 0], "positive": ["2", 0], "latent_image": ["2", 0], "model": ["2", 0]},
        },
        "2": {
            "class_type": "X",
            "inputs": {
                "value": ["2", 0],
                "conditioning": ["2", 0],
                "latent": ["2", 0],
                "model": ["2", 0],
                "noise": ["2", 0],
            },
        },
    }
    assert parse_comfy(json.dumps(circle), "p") is not None


def test_very_many_nodes_are_walked_in_bounded_time() -> None:
    nodes: dict[str, Json] = {
        str(i): {"class_type": "A", "inputs": {"conditioning": [str(i + 1), 0]}} for i in range(50_000)
    }
    nodes["s"] = {"class_type": "KSampler", "inputs": {"positive": ["0", 0], "latent_image": ["0", 0], "steps": 1}}
    document = json.dumps(nodes)
    assert len(document) < MOST_JSON
    found, took = in_loops(lambda: parse_comfy(document, "p"))
    assert took < 150
    assert found is not None


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["inputs", "class_type", "positive", "text", "seed", "1"]), inner, max_size=4
            )
        ),
    )
)
def test_any_json_is_read_as_a_graph_without_a_crash(value: Json) -> None:
    graph = {
        "1": {"class_type": "KSampler", "inputs": {"positive": ["2", 0], "latent_image": value, "seed": value}},
        "2": {"inputs": {"text": value, "positive": value}},
        "3": value,
    }
    found = parse_comfy(json.dumps(graph), "p")
    assert found is not None  # there is a sampler, whatever its inputs are
    assert all(isinstance(said, str) for _, said in found.settings)
    alone = parse_comfy(json.dumps(value), "p")
    assert alone is None or alone.place == "p"


def test_very_many_samplers_and_inputs_are_walked_in_bounded_time() -> None:
    link: Json = ["x", 0]
    nodes: dict[str, Json] = {
        str(i): {"class_type": "KSampler", "inputs": {"latent_image": [str(i), 0], "positive": link}}
        for i in range(20_000)
    }
    nodes["x"] = {"class_type": "X", "inputs": {f"conditioning_{i}": ["y", 0] for i in range(60_000)}}
    found, took = in_loops(lambda: parse_comfy(json.dumps(nodes), "p"))
    assert took < 150
    assert found is not None


def test_a_million_nodes_are_refused_before_they_are_read() -> None:
    document = json.dumps({str(i): {"class_type": "KSampler", "inputs": {}} for i in range(1_000_000)})
    start = time.perf_counter()
    assert parse_comfy(document, "p") is None
    assert time.perf_counter() - start < 1


def test_json_that_is_nested_too_deeply_is_refused_quietly(tmp_path: Path) -> None:
    deep = "[" * 200_000 + "]" * 200_000
    assert look(png(text("prompt", deep)), tmp_path).found is None
    assert look(png(text("Software", "NovelAI"), text("Comment", '{"a":' * 100_000)), tmp_path).found is None


def test_numbers_beyond_all_measure_stay_text() -> None:
    assert load_json("[1e999999999, -Infinity, 12345678901234567890123456789012345678901234567890]") == [
        "1e999999999",
        "-Infinity",
        "1234567890123456789012345678901234567890",
    ]


def test_the_darkroom_s_proofs_become_the_request_that_they_hold(tmp_path: Path) -> None:
    provider = find_provider("gptproto")
    assert provider is not None
    request: dict[str, Json] = {
        "prompt": "1girl at night",
        "size": "256x256",
        "steps": 3,
        "sampler": "k_euler",
        "seed": 5,
        "scale": 4.5,
    }
    (exposure,) = exposures_of(request, provider.roles)
    data = draw("nai-diffusion-4-full", request, exposure, provider.roles)
    code, planned, told = request_of(data, tmp_path)
    assert code == 0, told
    assert {name: planned[name] for name in request} == request
    assert "model: gptproto/nai-diffusion-4-full\n" in (tmp_path / "made.yaml").read_text("utf-8")


def test_the_parameters_alone_of_a_proof_become_the_same_request(tmp_path: Path) -> None:
    provider = find_provider("gptproto")
    assert provider is not None
    request: dict[str, Json] = {
        "prompt": "1girl: {night}, 夜\n[hill]",
        "negative_prompt": "hat, lowres",
        "size": "64x128",
        "steps": 3,
        "sampler": "k_dpmpp_2s_ancestral",
        "noise_schedule": "exponential",
        "seed": 5,
        "scale": 4.5,
    }
    (exposure,) = exposures_of(request, provider.roles)
    texts = texts_of("nai-diffusion-4-full", request, exposure, (), provider.roles)
    kept = png(international("parameters", texts["parameters"]))
    code, planned, told = request_of(kept, tmp_path)
    assert code == 0, told
    assert {name: planned[name] for name in request} == request
    made = (tmp_path / "made.yaml").read_text("utf-8")
    assert "model: gptproto/nai-diffusion-4-full\n" in made
    assert f"Made by teststrip darkroom {RENDERER_VERSION} with nai-diffusion-4-full" in made


def test_our_own_text_becomes_its_request(tmp_path: Path) -> None:
    request: dict[str, Json] = {"prompt": "a cat", "seed": 9, "size": "1024*1024", "n": 1, "prompt_extend": False}
    code, planned, _ = request_of(own(request, "dashscope/wan2.2-t2i-plus"), tmp_path)
    assert code == 0
    assert planned["prompt"] == "a cat"
    assert (planned["seed"], planned["n"], planned["prompt_extend"]) == (9, 1, False)


@pytest.mark.parametrize("name", ["a.jpg", "a.webp"])
def test_a1111_s_text_is_read_from_exif(name: str, tmp_path: Path) -> None:
    path = with_exif(tmp_path / name, {}, user_comment(INFOTEXT))
    picture = read_picture(path, name)
    assert picture.found is not None
    assert (picture.found.tool, picture.found.place) == ("AUTOMATIC1111", "EXIF UserComment")
    assert dict(picture.found.settings)["Sampler"] == "Euler a"
    assert picture.size == (12, 8)


def test_novelai_s_webp_is_read_from_exif(tmp_path: Path) -> None:
    whole = json.dumps(
        {"Comment": json.dumps(NOVELAI), "Software": "NovelAI", "Source": "NovelAI Diffusion V4.5 4BDE2A90"}
    )
    path = with_exif(tmp_path / "a.webp", {}, b"ASCII\0\0\0" + whole.encode())
    found = read_picture(path, "a.webp").found
    assert found is not None
    assert (found.tool, found.model) == ("NovelAI", "nai-diffusion-4-5-full")


def test_comfyui_s_webp_is_read_from_exif(tmp_path: Path) -> None:
    path = with_exif(tmp_path / "a.webp", {0x0110: f"prompt:{json.dumps(COMFY)}"})
    found = read_picture(path, "a.webp").found
    assert found is not None
    assert (found.tool, found.prompt) == ("ComfyUI", "a lighthouse")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b"GIF89a...........", "it is no PNG, JPEG or WebP"),
        (png(), "it says nothing of how it was made"),
        (png(text("Author", "me")), "it says nothing of how it was made; it has the texts Author"),
        (png()[:20], "it says nothing of how it was made (the file ends"),
        (b"\xff\xd8\xff\xe1\xff\xff", "it cannot be read"),
        (b"RIFF\xff\xff\xff\x7fWEBPVP8X", "it cannot be read"),
    ],
)
def test_a_file_without_settings_says_why(data: bytes, said: str, tmp_path: Path) -> None:
    result = inspect(data, tmp_path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"a.png: {said}" in result.stderr


def test_a_picture_that_is_not_there_says_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(tmp_path / "no.png")])
    assert result.exit_code == 2
    assert "no.png: it cannot be read: No such file" in result.stderr


def test_of_several_pictures_one_without_settings_makes_the_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(a1111())
    (tmp_path / "b.png").write_bytes(png())
    result = CliRunner().invoke(command, [str(tmp_path / "a.png"), str(tmp_path / "b.png")])
    assert result.exit_code == 1
    assert "AUTOMATIC1111 (PNG 8x8, tEXt parameters)" in result.stdout
    assert "b.png: it says nothing" in result.stderr


def test_the_settings_are_shown_and_the_prompt_whole(tmp_path: Path) -> None:
    long = "tag, " * 2000 + "the end"
    result = inspect(a1111(INFOTEXT.replace("a night sky", long)), tmp_path)
    assert result.exit_code == 0
    assert "the end" in result.stdout
    assert "  CFG scale                7.0\n" in result.stdout
    assert "  negative prompt          blurry, lowres\n" in result.stdout


def test_json_has_everything(tmp_path: Path) -> None:
    result = inspect(novelai(), tmp_path, "--json")
    (picture,) = json.loads(result.stdout)["pictures"]
    assert (picture["tool"], picture["model"], picture["problem"]) == ("NovelAI", "nai-diffusion-4-5-full", None)
    assert picture["settings"]["sampler"] == "k_dpmpp_2m"


def test_options_of_the_recipe_need_as_recipe(tmp_path: Path) -> None:
    assert isinstance(inspect(a1111(), tmp_path, "-o", "x.yaml").exception, UsageError)
    many = CliRunner().invoke(command, [str(tmp_path / "a.png"), str(tmp_path / "b.png"), "--as-recipe"])
    assert isinstance(many.exception, UsageError)


def test_a_misspelt_model_is_answered_with_the_one_meant(tmp_path: Path) -> None:
    result = inspect(a1111(), tmp_path, "--as-recipe", "--model", "gptproto/nai-diffusion-4-ful")
    assert "did you mean 'gptproto/nai-diffusion-4-full'?" in str(result.exception)


HOSTILE = [
    "${{ 1/0 }}",
    "${{ ().__class__.__bases__[0].__subclasses__() }}",
    "${{ '{{' }} ${% for x in range(9999999) %}${# c #}",
    "!!python/object/apply:os.system [id]",
    "{{ config.items() }} `id` $(id) <script>alert(1)</script>",
    "a\nteststrip: 2\nmodel: evil/evil\n# yaml-language-server: $schema=http://evil",
    "\x1b]0;owned\x07\x1b[2J\r\u0085\u2028\u202e",
    "'; DROP TABLE runs; --",
]


@pytest.mark.parametrize("said", HOSTILE)
def test_trap_6_nothing_that_a_picture_says_is_executed_when_it_is_run_again(said: str, tmp_path: Path) -> None:
    for data in (
        novelai({**NOVELAI, "prompt": said, "uc": said, "v4_prompt": None, "v4_negative_prompt": None}),
        comfy(
            {
                **COMFY,
                "6": {"class_type": "CLIPTextEncode", "inputs": {"text": said}},
                "7": {"class_type": "CLIPTextEncode", "inputs": {"text": said}},
            }
        ),
        own({"prompt": said, "negative_prompt": said, "character_prompts": [{"prompt": said}]}),
    ):
        _, request, _ = request_of(data, tmp_path)
        assert request["prompt"] == said
        assert request["negative_prompt"] == said


@pytest.mark.parametrize("said", HOSTILE)
def test_trap_6_the_names_and_settings_of_a_picture_are_text_too(said: str, tmp_path: Path) -> None:
    graph = json.loads(json.dumps(COMFY))
    graph["4"]["inputs"]["ckpt_name"] = said
    graph["3"]["inputs"] |= {"sampler_name": said, "scheduler": said}
    _, request, told = request_of(comfy(graph), tmp_path)
    assert request["sampler"] == "k_euler_ancestral"
    assert "\x1b" not in told
    recipe = (tmp_path / "made.yaml").read_text("utf-8")
    assert all(sign.isprintable() or sign == "\n" for sign in recipe)


@pytest.mark.parametrize("said", HOSTILE)
def test_trap_6_a_terminal_is_sent_no_control_characters(said: str, tmp_path: Path) -> None:
    data = png(
        text("Software", "NovelAI"),
        text("Source", said),
        text("Comment", json.dumps({**NOVELAI, "uc": said, said: said})),
    )
    result = inspect(data, tmp_path)
    assert result.exit_code == 0
    assert all(sign.isprintable() or sign == "\n" for sign in result.stdout)


def test_a_bomb_in_a_picture_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    bomb = packed("workflow", b"\0" * (100 * 1024 * 1024))
    picture = look(png(bomb, text("parameters", INFOTEXT)), tmp_path)
    assert picture.found is not None
    assert picture.faults == ("the zTXt 'workflow' unpacks to more than 8 MiB",)


def test_a_picture_with_the_pixels_of_a_continent_is_not_decoded(tmp_path: Path) -> None:
    picture = look(png(text("parameters", INFOTEXT), width=8)[:0] + _huge(), tmp_path)
    assert picture.size == (2**31 - 1, 2**31 - 1)
    assert picture.found is not None


def _huge() -> bytes:
    data = bytearray(png(text("parameters", INFOTEXT)))
    data[16:24] = (2**31 - 1).to_bytes(4) * 2
    return bytes(data)


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"\xff\xd8\xff\xe1", b"RIFF\x40\0\0\0WEBP", b"\x89PNG\r\n\x1a\n", b""]),
)
def test_any_file_is_looked_at_without_a_crash(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.bin"
    path.write_bytes(head + data)
    seen = read_picture(path, "a.bin")
    assert (seen.found is None) == bool(seen.problem)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_comment_is_read_without_a_crash(tmp_path_factory: pytest.TempPathFactory, said: str) -> None:
    path = tmp_path_factory.mktemp("any") / "a.png"
    path.write_bytes(
        png(international("parameters", said), international("Comment", said), international("prompt", said))
    )
    seen = read_picture(path, "a.png")
    assert (seen.found is None) == bool(seen.problem)
    assert (seen.format, seen.faults) == ("PNG", ())


def test_a_request_of_one_api_is_carried_to_another(tmp_path: Path) -> None:
    request: dict[str, Json] = {"prompt": "a cat", "size": "1024x1280", "steps": 20, "cfg_rescale": 0.2, "n": 2}
    code, planned, told = request_of(own(request), tmp_path, "--model", "dashscope/wan2.2-t2i-plus")
    assert code == 1
    assert (planned["prompt"], planned["size"], planned["n"]) == ("a cat", "1024*1280", 1)
    assert "steps  wan2.2-t2i-plus has no parameter for it" in told
    assert "cfg_rescale  wan2.2-t2i-plus has no parameter for it" in told


def test_a_model_under_its_other_name_is_no_loss(tmp_path: Path) -> None:
    code, _, told = request_of(own({"prompt": "a cat"}, "gptproto/nai-diffusion-4-curated"), tmp_path)
    assert code == 0, told


def test_a_file_s_name_that_is_no_utf_8_is_shown(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xff.png")
    path.write_bytes(a1111())
    for options in ([], ["--json"], ["--as-recipe"], ["--as-recipe", "--json"]):
        result = CliRunner().invoke(command, [str(path), *options])
        assert result.exit_code == 0
        assert "\\xff" in result.stdout


def test_what_pillow_writes_is_read(tmp_path: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("parameters", INFOTEXT.replace("stars", "星"), zip=True)
    Image.new("RGB", (4, 4)).save(tmp_path / "p.png", pnginfo=info)
    found = read_picture(tmp_path / "p.png", "p.png").found
    assert found is not None
    assert found.prompt == "a night sky, 星"
