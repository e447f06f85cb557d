"""The text that AUTOMATIC1111's readers look for: what it says, how it is quoted, and that it can be read back."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from emulator_bench import MODEL, gptproto
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from teststrip.base.json import Json
from teststrip.base.vocabulary import same_method
from teststrip.darkroom import NOISE_SCHEDULES, RENDERER_VERSION, SAMPLERS, Exposure
from teststrip.emulator.darkroom import draw
from teststrip.emulator.infotext import infotext
from teststrip.emulator.toyworld import exposures_of, texts_of
from teststrip.exchange.picture.infotext import parse_infotext
from teststrip.exchange.picture.read import read_picture
from teststrip.provider.catalogue import find_provider
from teststrip.provider.request import resolve_defaults

ALL = {"steps", "sampler", "noise_schedule", "scale"}
VERSION = f"teststrip darkroom {RENDERER_VERSION}"
TINY: dict[str, Json] = {"prompt": "1girl", "negative_prompt": "hat", "size": "64x96", "steps": 1, "seed": 4}


def a1111(text: str) -> tuple[str, str, dict[str, str]]:
    """Read a text in the way of AUTOMATIC1111's `parse_generation_parameters`, without its defaults."""
    pair = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
    *lines, last = text.strip().split("\n")
    assert len(pair.findall(last)) >= 3
    prompts: tuple[list[str], list[str]] = ([], [])
    negative = False
    for line in (line.strip() for line in lines):
        negative = negative or line.startswith("Negative prompt:")
        prompts[negative].append(line.removeprefix("Negative prompt:").strip() if negative else line)
    found = {name: json.loads(value) if value.startswith('"') else value for name, value in pair.findall(last)}
    return "\n".join(prompts[0]), "\n".join(prompts[1]), found


def test_it_is_laid_out_as_automatic1111_does() -> None:
    exposure = Exposure("1girl,\nnight", "hat, umbrella", 64, 96, 3, 4.5, "k_dpmpp_2m", "karras", 7)
    assert infotext(exposure, MODEL, VERSION, ALL) == (
        "1girl,\nnight\nNegative prompt: hat, umbrella\n"
        "Steps: 3, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 4.5, Seed: 7, Size: 64x96, "
        f"Model: {MODEL}, Version: {VERSION}"
    )


def test_what_the_request_does_not_speak_of_is_left_out() -> None:
    assert infotext(Exposure("1girl", seed=7, width=64, height=64), "m", VERSION, ()) == (
        f"1girl\nSeed: 7, Size: 64x64, Model: m, Version: {VERSION}"
    )
    assert "Negative prompt" not in infotext(Exposure(""), "m", VERSION, ALL)


def test_an_api_without_steps_and_samplers_has_none_in_its_proofs() -> None:
    page = find_provider("dashscope")
    assert page is not None
    request = resolve_defaults(page, "wan2.2-t2i-flash", {"prompt": "a hill", "seed": 3, "n": 1})
    (exposure,) = exposures_of(request, page.roles)
    text = texts_of("wan2.2-t2i-flash", request, exposure, (), page.roles)["parameters"]
    assert text == f"a hill\nSeed: 3, Size: 1024x1024, Model: wan2.2-t2i-flash, Version: {VERSION}"


@pytest.mark.parametrize(
    ("model", "written"),
    [
        ("maker/painter", "maker/painter"),
        ("maker:painter", '"maker:painter"'),
        ("a, b", '"a, b"'),
        ('say "a", 夜', '"say \\"a\\", 夜"'),
        ("a\nb", '"a\\nb"'),
    ],
)
def test_a_value_with_a_comma_a_colon_or_a_line_break_is_quoted_as_json(model: str, written: str) -> None:
    text = infotext(Exposure("x"), model, VERSION, ALL)
    assert f", Model: {written}, Version: " in text
    for _, _, found in (a1111(text), as_ours(text)):
        assert (found["Model"], found["Version"]) == (model, VERSION)


def as_ours(text: str) -> tuple[str, str, dict[str, str]]:
    read = parse_infotext(text)
    assert read is not None
    return read.prompt, read.negative, dict(read.settings)


# What every reader of such texts loses: space at a line's ends, and what looks like the text's own marks.
LINES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], blacklist_characters=":"), max_size=20
)
PROMPTS = st.lists(LINES, min_size=1, max_size=3).map(lambda lines: "\n".join(lines).strip())


@given(
    PROMPTS,
    PROMPTS,
    st.sampled_from(sorted(SAMPLERS)),
    st.sampled_from(sorted(NOISE_SCHEDULES)),
    st.integers(1, 50),
    st.integers(0, 100).map(lambda tenths: tenths / 10),
    LINES,
)
def test_automatic1111_s_way_and_ours_read_the_same_facts_back(  # noqa: PLR0913, PLR0917  hypothesis hands over each
    prompt: str, negative: str, sampler: str, schedule: str, steps: int, scale: float, model: str
) -> None:
    exposure = Exposure(prompt, negative, 64, 128, steps, scale, sampler, schedule, 2**32 - 1)
    text = infotext(exposure, model or "m", VERSION, ALL)
    for read in (a1111(text), as_ours(text)):
        assert read[:2] == (prompt, negative)
        found = read[2]
        assert (int(found["Steps"]), float(found["CFG scale"])) == (steps, scale)
        assert (found["Seed"], found["Size"], found["Model"]) == ("4294967295", "64x128", model or "m")
        assert same_method("sampler", found["Sampler"]) == same_method("sampler", sampler)
        assert same_method("schedule", found["Schedule type"]) == same_method("schedule", schedule)


def test_every_sampler_and_schedule_of_the_darkroom_has_a_name_that_readers_know() -> None:
    for sampler in SAMPLERS:
        assert f"Sampler: {sampler}" not in infotext(Exposure("x", sampler=sampler), "m", VERSION, ALL)
    for schedule in NOISE_SCHEDULES:
        told = infotext(Exposure("x", noise_schedule=schedule), "m", VERSION, ALL)
        assert f"Schedule type: {schedule}" not in told


def proof(**request: Json) -> bytes:
    page = gptproto()
    whole = resolve_defaults(page, MODEL, TINY | request)
    return draw(MODEL, whole, exposures_of(whole, page.roles)[0], page.roles)


def test_a_picture_has_it_beside_the_comment_and_pillow_reads_both() -> None:
    info = Image.open(io.BytesIO(proof(prompt="夜, 1girl"))).info
    assert list(info) == ["Title", "Description", "Software", "Source", "Comment", "parameters"]
    prompt, negative, found = a1111(info["parameters"])
    assert (prompt, negative) == ("夜, 1girl", "hat")
    assert (found["Steps"], found["Sampler"], found["Version"]) == ("1", "Euler a", VERSION)
    assert json.loads(info["Comment"])["seed"] == int(found["Seed"]) == 4


def test_our_reader_takes_the_comment_which_has_the_whole_request(tmp_path: Path) -> None:
    (tmp_path / "proof.png").write_bytes(proof(cfg_rescale=0.25))
    found = read_picture(tmp_path / "proof.png", "proof.png").found
    assert found is not None
    assert (found.tool, found.place, found.model) == (VERSION, "tEXt Comment", MODEL)
    assert found.request["cfg_rescale"] is not None


def test_where_only_the_parameters_were_kept_it_is_still_known_as_a_proof(tmp_path: Path) -> None:
    image = Image.open(io.BytesIO(proof()))
    kept = PngInfo()
    kept.add_text("parameters", image.info["parameters"])
    image.save(tmp_path / "kept.png", pnginfo=kept)
    found = read_picture(tmp_path / "kept.png", "kept.png").found
    assert found is not None
    assert (found.tool, found.place, found.model) == (VERSION, "tEXt parameters", MODEL)
    assert (found.prompt, found.negative, dict(found.settings)["Seed"]) == ("1girl", "hat", "4")
