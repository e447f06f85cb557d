"""Every form of an answer that a page lists can be had, and the client's own reader takes each."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from emulator_bench import MODEL, REQUEST, SUBMIT, emulated, gptproto, other_provider, pictures_of
from hypothesis import given
from hypothesis import strategies as st
from test_emulator_faults import SYNC, plan

from teststrip.base.json import Json
from teststrip.emulator.answers import Answer, prediction_document
from teststrip.emulator.seeded import draw
from teststrip.emulator.variants import DATES, Variant, mixed, output_text, varied
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.provider.request import resolve_defaults
from teststrip.run.reply import Inline, Url, decode, read_reply

PICTURE = pictures_of(MODEL, resolve_defaults(gptproto(), MODEL, SYNC))[0]
CREATED = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)


async def told(variant: str, *, sync: bool = True) -> dict[str, Any]:
    async with emulated(settings=plan(f"at: submit, fault: variant, {variant}")) as client:
        document: dict[str, Any] = (await client.post(SUBMIT, json=SYNC if sync else REQUEST)).json()
    return document


async def test_a_prediction_lies_in_an_object_a_list_or_nothing() -> None:
    assert (await told("around: object"))["data"]["status"] == "completed"
    assert (await told("around: array"))["data"][0]["status"] == "completed"
    bare = await told("around: absent")
    assert "data" not in bare
    assert (bare["status"], bare["code"], len(bare["outputs"])) == ("completed", 200, 1)


@pytest.mark.parametrize("path", gptproto().reply.ids)
async def test_an_id_lies_at_each_place_of_the_page(path: str) -> None:
    document = await told(f"id: {path}")
    parent, _, name = path.rpartition(".")
    around = document[parent] if parent else document
    assert around[name]
    assert path == "data.id" or "id" not in document["data"]


async def test_an_id_may_be_in_the_address_alone_and_addresses_in_a_list() -> None:
    document = await told("id: url, links: list", sync=False)
    assert "id" not in document["data"]
    assert document["data"]["urls"][0]["get"].endswith("/result")
    assert "urls" not in (await told("links: absent"))["data"]


async def test_outputs_are_addresses_texts_or_objects() -> None:
    text = base64.b64encode(PICTURE).decode()
    assert (await told("outputs: base64"))["data"]["outputs"] == [text]
    assert (await told("outputs: data-uri"))["data"]["outputs"] == [f"data:image/png;base64,{text}"]
    assert (await told("outputs: b64_json"))["data"]["outputs"] == [{"b64_json": text}]
    for key in ("url", "image_url", "image"):
        form = f"outputs: {key}"
        (output,) = (await told(form))["data"]["outputs"]
        assert str(output if key == "url" else output[key]).endswith("/0.png")


async def test_a_synchronous_answer_may_have_its_pictures_as_data() -> None:
    document = await told("outputs: image, outputs_at: data, id: id")
    assert [list(item) for item in document["data"]] == [["image"]]
    assert document["id"]
    assert (await told("outputs_at: outputs"))["outputs"]
    assert (await told("outputs_at: data", sync=False))["data"]["status"] == "created"


async def test_no_error_is_null_or_empty_and_an_error_is_text_or_an_object() -> None:
    assert (await told("error: 'null'"))["data"]["error"] is None
    assert (await told("error: empty"))["data"]["error"] == ""
    rules = ("at: poll, fault: variant, error: object", "at: submit, fault: failed, message: no ink")
    async with emulated(settings=plan(*rules)) as client:
        url = (await client.post(SUBMIT, json=SYNC)).json()["data"]["urls"]["get"]
        assert (await client.get(url)).json()["data"]["error"] == {"message": "no ink", "code": "failed"}


def test_dates_are_written_in_each_way_that_was_met() -> None:
    assert {name: write(CREATED) for name, write in DATES.items()} == {
        "zulu": "2026-01-02T03:04:05.678Z",
        "space": "2026-01-02 03:04:05",
        "no-zone": "2026-01-02T03:04:05",
        "milliseconds": "2026-01-02T03:04:05.678",
        "eight-digits": "2026-01-02T03:04:05.67890000Z",
    }


async def test_a_date_is_replaced_where_the_page_has_it() -> None:
    assert " " in (await told("dates: space"))["data"]["createdAt"]


def provider(name: str) -> Provider:
    found = other_provider() if name == "other" else find_provider(name)
    assert found is not None
    return found


@given(st.integers(0, 2**32), st.sampled_from(["gptproto", "dashscope", "other"]), st.booleans())
def test_whatever_is_mixed_the_reader_finds_everything(seed: int, name: str, done: bool) -> None:  # noqa: FBT001
    page = provider(name)
    variant = mixed(page.reply, lambda what: draw(seed, what))
    url = "http://emulator.invalid/outputs/p1/0.png"
    text = output_text(variant.outputs, page.reply, url, PICTURE)
    poll = "http://emulator.invalid" + page.poll.path.replace("{id}", "p1")
    answer = Answer("p1", MODEL, "done" if done else "queued", CREATED, poll, (text,) if done else ())
    document: Json = varied(prediction_document(page.reply, answer, "poll"), page.reply, answer, variant)
    prediction = read_reply(page, document)
    assert prediction.id == "p1", (variant, document)
    assert prediction.phase == answer.phase, (variant, document)
    assert (prediction.error, prediction.code) == ("", None)
    if done:
        (output,) = prediction.outputs
        assert output == Url(url) or (isinstance(output, Inline) and decode(output, 10**6) == PICTURE)


def test_nothing_is_changed_by_a_variant_that_asks_for_nothing() -> None:
    for name in ("gptproto", "dashscope", "other"):
        page = provider(name)
        answer = Answer("p1", MODEL, "done", CREATED, "http://a/p1", ("http://a/0.png",))
        document = prediction_document(page.reply, answer, "poll")
        assert varied(document, page.reply, answer, Variant()) == document
