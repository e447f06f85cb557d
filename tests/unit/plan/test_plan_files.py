"""What a recipe refers to is in the plan by its content: placeholders, digests, and what is refused."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image
from plan_files import FakeFiles

from teststrip.base.json import sha256
from teststrip.errors import LockError
from teststrip.plan.files import MOST_TOGETHER, NO_FILES, Files, with_names
from teststrip.plan.lock import dump_lock
from teststrip.plan.lock_read import parse_lock
from teststrip.plan.make import draft_plan, make_plan
from teststrip.plan.model import Plan, PlanFile
from teststrip.plan.pictures import FileFault, is_inline, read_picture
from teststrip.provider.attach import placeholder
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.provider.wire import MediaForm
from teststrip.recipe.load import read_text

HEAD = "teststrip: 1\nmodel: gptproto/nai-diffusion-4-5-full\n"
BASE = "params: {prompt: x, action: img2img, image: a.png}\n"
A, B = placeholder(sha256(b"A")), placeholder(sha256(b"B"))
NOWHERE = (
    "r.yaml:3:45  params.image  a.png is a file beside r.yaml, and this plan is made without any: give it `files`"
)


def page(media: MediaForm = "base64") -> Provider:
    known = find_provider("gptproto")
    assert known is not None
    return dataclasses.replace(known, body=dataclasses.replace(known.body, media=media))


def plan(text: str, files: Mapping[str, bytes]) -> Plan:
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.problems == ()
    assert reading.recipe is not None
    return make_plan(reading.recipe, page(), "t", FakeFiles(files))


def problems(text: str, files: Files, media: MediaForm = "base64") -> list[str]:
    reading = read_text(HEAD + text, "r.yaml")
    assert reading.recipe is not None
    return [str(found) for found in (*reading.problems, *draft_plan(reading.recipe, page(media), "t", files)[1])]


def picture(form: str = "PNG", size: tuple[int, int] = (3, 2)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, form)
    return stream.getvalue()


def test_a_path_becomes_a_placeholder_wherever_the_page_has_a_picture() -> None:
    text = (
        "params:\n  prompt: ./a.png is my favourite\n  action: img2img\n  image: a.png\n"
        "  vibe_transfer: [{image: b.png}, {image: a.png, strength: 0.2}]\n"
        "axes:\n  finish:\n"
        "    - {title: one, set: {controlnet_model: hed, controlnet_condition: b.png}}\n"
        "    - {title: two, set: {steps: 3}}\n"
    )
    made = plan(text, {"a.png": b"A", "b.png": b"B"})
    first, second = (cell.request for cell in made.cells)
    assert (first["image"], first["controlnet_condition"]) == (A, B)
    assert [vibe["image"] for vibe in first["vibe_transfer"]] == [B, A]  # type: ignore[index,union-attr,call-overload]
    assert "controlnet_condition" not in second
    assert first["prompt"] == "./a.png is my favourite"
    assert [file.name for file in made.files] == ["a.png", "b.png"]


def test_a_path_may_be_made_by_a_template_and_is_read_once() -> None:
    files = FakeFiles({"a.png": b"A", "b.png": b"B"})
    reading = read_text(
        HEAD + "params: {prompt: x, action: img2img, image: '${{ which }}.png'}\n"
        "axes: {which: [a, b], strength: [0.1, 0.2, 0.3], seed: {count: 20}}\n",
        "r.yaml",
    )
    assert reading.recipe is not None
    made = make_plan(reading.recipe, page(), "t", files)
    assert {cell.request["image"] for cell in made.cells} == {A, B}
    assert files.asked == [("a.png", "r.yaml"), ("b.png", "r.yaml")]


def test_trap_stale_picture_when_the_bytes_that_a_recipe_refers_to_are_edited() -> None:
    """The same path with other bytes is another cell, and is paid for anew."""
    before, after = plan(BASE, {"a.png": b"A"}), plan(BASE, {"a.png": b"B"})
    assert before.cells[0].digest != after.cells[0].digest
    assert before.digest != after.digest


def test_trap_stale_picture_when_the_file_that_a_recipe_refers_to_is_moved_or_renamed() -> None:
    """Another path to the same bytes is the same cell: nothing is paid for again."""
    before, after = plan(BASE, {"a.png": b"A"}), plan(BASE.replace("a.png", "b/c.png"), {"b/c.png": b"A"})
    assert before.cells[0].digest == after.cells[0].digest
    assert before.digest == after.digest


def test_an_address_and_base64_text_are_sent_as_they_are() -> None:
    inline = base64.b64encode(picture()).decode()
    for text in ("https://a.example/x.png", inline, f"data:image/png;base64,{inline}"):
        made = plan(f"params: {{prompt: x, action: img2img, image: '{text}'}}\n", {})
        assert made.cells[0].request["image"] == text
        assert made.files == ()


def test_a_plan_without_files_says_so_of_a_path() -> None:
    assert problems(BASE, NO_FILES) == [NOWHERE]
    assert "without any" in problems("params: {prompt: '${{ a }}'}\naxes: {a: {files: '*.png'}}\n", NO_FILES)[0]


def test_a_fault_is_told_wherever_the_file_is_named() -> None:
    text = BASE.replace("image: a.png", "image: a.png, vibe_transfer: [{image: a.png}]")
    assert problems(text, FakeFiles({})) == [
        "r.yaml:3:45  params.image  no a.png; did you mean 'another'?",
        "r.yaml:3:76  params.vibe_transfer[0].image  no a.png; did you mean 'another'?",
    ]


def test_an_api_that_fetches_pictures_itself_takes_addresses_only() -> None:
    inline = base64.b64encode(picture()).decode()
    assert problems(BASE.replace("a.png", "https://a.example"), FakeFiles({}), "url") == []
    for text in ("a.png", inline, f"'data:image/png;base64,{inline}'"):
        (told,) = problems(BASE.replace("a.png", text), FakeFiles(), "url")
        assert "address only" in told


def test_an_api_that_takes_files_is_given_files_or_addresses() -> None:
    inline = base64.b64encode(picture()).decode()
    for text in ("https://a.example", "a.png"):
        assert problems(BASE.replace("a.png", text), FakeFiles(), "file") == []
    (told,) = problems(BASE.replace("a.png", inline), FakeFiles(), "file")
    assert "give its path" in told


def test_all_pictures_of_a_plan_together_are_bounded() -> None:
    @dataclasses.dataclass
    class Large(FakeFiles):
        def read(self, name: str, beside: str) -> PlanFile:
            return dataclasses.replace(super().read(name, beside), size=MOST_TOGETHER // 2)

    text = "params: {prompt: x, action: img2img}\naxes: {image: [a, b, c, d]}\n"
    (told,) = problems(text, Large())
    assert told.startswith("r.yaml:4:22  axes.image[2]  with this one")


def test_files_by_pattern_are_values_with_short_labels() -> None:
    text = "params: {prompt: x, action: img2img}\naxes: {image: {files: 'refs/*.png'}}\n"
    made = plan(text, {"refs/a.png": b"A", "refs/b.png": b"B"})
    assert [value.label for value in made.axes[0].values] == ["a", "b"]
    assert [cell.request["image"] for cell in made.cells] == [A, B]
    names = {"refs/a.png": b"A", "refs/a.jpg": b"B"}
    assert [value.label for value in plan(text, names).axes[0].values] == ["a.png", "a.jpg"]
    names = {"one/a.png": b"A", "two/a.png": b"B"}
    assert [value.label for value in plan(text, names).axes[0].values] == ["one/a.png", "two/a.png"]


def test_files_by_pattern_may_be_a_variable_of_ones_own() -> None:
    made = plan(
        "vars: {folder: refs}\nparams: {prompt: x, action: img2img, image: '${{ pose }}'}\n"
        "axes: {pose: {files: '${{ folder }}/*.png'}}\n",
        {"refs/a.png": b"A"},
    )
    assert (made.axes[0].parameter, made.cells[0].request["image"]) == (False, A)


def test_a_lock_has_the_pictures_and_none_of_their_bytes() -> None:
    made = plan(BASE, {"a.png": b"A"})
    text = dump_lock(made)
    again = parse_lock(text, "plan.lock.json")
    assert again.files == made.files == (PlanFile(sha256(b"A"), "a.png", "image/png", 1, 4, 4),)
    assert dump_lock(again) == text
    assert '"pictures"' not in dump_lock(plan("params: {prompt: x}\n", {}))


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "../../../etc/passwd"},
        {"sha256": 3},
        {"media_type": "text/html"},
        {"size": "1"},
        {"more": 1},
        {"name": None},
    ],
)
def test_a_lock_with_a_picture_that_is_none_is_refused(change: dict[str, Any]) -> None:
    body = json.loads(dump_lock(plan(BASE, {"a.png": b"A"})))
    body["pictures"][0] |= change
    with pytest.raises(LockError, match=r"damaged|edited"):
        parse_lock(json.dumps(body), "plan.lock.json")


def test_a_sheet_may_call_pictures_by_their_names() -> None:
    made = plan(BASE, {"a.png": b"A"})
    (cell,) = with_names(made.cells, made.files)
    assert (cell.request["image"], cell.digest) == ("a.png", made.cells[0].digest)
    assert with_names(made.cells, ()) is made.cells


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_read_from_its_header(form: str) -> None:
    facts = read_picture(picture(form, (40, 30)))
    assert (facts.media_type, facts.width, facts.height) == (f"image/{form.lower()}", 40, 30)
    assert is_inline(base64.b64encode(picture(form)).decode())


@pytest.mark.parametrize(
    "name", ["a.png", "./9j/a.jpg", "ivborw0kggo.png", "refs/iVBORw0KGgo.png", "ß é.png", "R0"]
)
def test_a_path_is_not_taken_for_base64(name: str) -> None:
    assert not is_inline(name)


@pytest.mark.parametrize(
    "text",
    ["ftp://a/b.png", "HTTPS://", "http:// a", "https://[", "http://u:p@h/a.png", "data:text/plain,x", "x" * 2000],
)
def test_what_is_neither_address_nor_picture_nor_path_is_refused(text: str) -> None:
    with pytest.raises(FileFault):
        is_inline(text)
