"""Every no: its status, its documented form, and a message that a person can act on."""

from __future__ import annotations

import json

import pytest
from emulator_bench import (
    KEY,
    MODEL,
    REQUEST,
    SUBMIT,
    BenchClock,
    BenchRenderer,
    emulated,
    error_of,
    gptproto,
    other_provider,
)

from teststrip.emulator.refusals import error_document, meaning_of
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.model import ErrorMeaning


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": ""}, {"Authorization": "sk-wrong"}, {"X-Api-Key": "sk-test"}]
)
async def test_a_missing_or_wrong_key_is_401_for_submit_and_poll(headers: dict[str, str]) -> None:
    async with emulated(settings=EmulatorSettings(keys=frozenset({"sk-test"})), headers=headers) as client:
        for reply in (await client.post(SUBMIT, json=REQUEST), await client.get("/api/v3/predictions/x/result")):
            assert reply.status_code == 401
            assert error_of(reply)["code"] == "401"
            assert error_of(reply)["type"] == "401"
            assert "Authorization" in error_of(reply)["message"]


@pytest.mark.parametrize("value", ["sk-test", "Bearer sk-test"])
async def test_both_documented_forms_of_the_key_are_taken(value: str) -> None:
    headers = {"Authorization": value}
    async with emulated(settings=EmulatorSettings(keys=frozenset({"sk-test"})), headers=headers) as client:
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200


async def test_the_key_is_checked_before_anything_is_said_about_the_request() -> None:
    async with emulated(headers={}) as client:
        assert (await client.post(SUBMIT, content=b"not json")).status_code == 401


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b'{"prompt": "a", "scale": NaN}', "not a JSON number"),
        (b'{"prompt": "a", "scale": 1e999}', "not a JSON number"),
        (b'{"prompt": "a", "seed": 123456789012345678901234567890}', "2^53"),
        (b'{"prompt": "a", "prompt": "b"}', "there twice"),
        (b'{"prompt": "\\ud800"}', "not JSON"),
        (b'{"prompt": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too deeply"),
        (b'{"prompt": "a", "seed": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)
async def test_a_body_that_is_no_proper_json_object_is_400_with_the_reason(body: bytes, word: str) -> None:
    async with emulated() as client:
        reply = await client.post(SUBMIT, content=body)
        assert reply.status_code == 400
        assert word in error_of(reply)["message"]
        assert error_of(reply)["code"] == "400"


async def test_every_fault_of_a_request_is_listed_with_its_place() -> None:
    async with emulated() as client:
        wrong = {"sampler": "k_eular", "steps": 99, "scal": 5, "size": "big"}
        reply = await client.post(SUBMIT, json=wrong)
        assert reply.status_code == 400
        message = error_of(reply)["message"]
        for word in ("prompt", "sampler", "k_euler", "steps", "50", "scal", "scale", "size"):
            assert word in message


async def test_a_request_with_hundreds_of_faults_gets_a_message_of_bounded_length() -> None:
    async with emulated() as client:
        reply = await client.post(SUBMIT, json={"prompt": "a", **{f"x{k}" * 50: 1 for k in range(500)}})
        assert reply.status_code == 400
        assert len(error_of(reply)["message"]) <= 4000


@pytest.mark.parametrize("name", ["nai-diffusion-9", "..", "%2e%2e%2f%2e%2e%2fetc", "a%00b", "%ff", "x" * 5000])
async def test_an_unknown_model_is_404(name: str) -> None:
    async with emulated() as client:
        reply = await client.post(f"/api/v3/novel/{name}/text-to-image", json=REQUEST)
        assert reply.status_code == 404
        assert error_of(reply)["code"] == "404"


async def test_an_unknown_model_is_told_which_there_are() -> None:
    async with emulated() as client:
        reply = await client.post("/api/v3/novel/nai-diffusion-9/text-to-image", json=REQUEST)
        assert MODEL in error_of(reply)["message"]


@pytest.mark.parametrize("scenario", ["image-to-image", "text-to-video"])
async def test_a_request_at_another_scenarios_path_is_404_and_told_the_right_one(scenario: str) -> None:
    async with emulated() as client:
        reply = await client.post(f"/api/v3/novel/{MODEL}/{scenario}", json=REQUEST)
        assert reply.status_code == 404
        assert "'text-to-image'" in error_of(reply)["message"]
        assert scenario in error_of(reply)["message"]


async def test_what_the_renderer_cannot_draw_is_400_with_its_sentence() -> None:
    renderer = BenchRenderer(obstacle="the bench draws no dragons")
    async with emulated(renderer) as client:
        reply = await client.post(SUBMIT, json=REQUEST)
        assert reply.status_code == 400
        assert "the bench draws no dragons" in error_of(reply)["message"]
        assert renderer.drawn == 0


@pytest.mark.parametrize("prompt", ["a cat, teststrip:refuse", "A TESTSTRIP:REFUSE dog"])
async def test_a_refused_tag_is_a_content_refusal_with_the_documented_code(
    prompt: str,
) -> None:
    async with emulated() as client:
        reply = await client.post(SUBMIT, json={"prompt": prompt})
        assert reply.status_code == 400
        error = error_of(reply)
        assert error["code"] == "503"
        assert "content policy" in error["message"].lower()


async def test_the_refused_tags_are_a_setting() -> None:
    async with emulated(settings=EmulatorSettings(refused_tags=("dragon",))) as client:
        assert (await client.post(SUBMIT, json={"prompt": "teststrip:refuse"})).status_code == 200
        assert (await client.post(SUBMIT, json={"prompt": "red dragon"})).status_code == 400


async def test_too_many_submits_are_429_with_the_seconds_to_wait_and_refused_ones_do_not_count() -> None:
    clock = BenchClock()
    async with emulated(settings=EmulatorSettings(rate=1), clock=clock) as client:
        assert (await client.post(SUBMIT, json={"prompt": 7})).status_code == 400
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200
        clock.seconds += 20
        reply = await client.post(SUBMIT, json=REQUEST)
        assert (reply.status_code, reply.headers["retry-after"]) == (429, "40")
        assert error_of(reply)["code"] == "429"
        clock.seconds += 40
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200


async def test_an_emulator_with_too_much_under_way_says_429() -> None:
    renderer = BenchRenderer()
    renderer.hold.clear()
    async with emulated(renderer, EmulatorSettings(keep=2)) as client:
        statuses = [(await client.post(SUBMIT, json=REQUEST)).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        renderer.hold.set()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/predictions/unknown/result",
        "/api/v3/predictions/%2e%2e/result",
        "/api/v3/predictions/a%00b/result",
        f"/api/v3/predictions/{'x' * 4000}/result",
        "/outputs/unknown/0.png",
        "/outputs/../../etc/passwd",
        "/nowhere",
        "/api/v3/predictions/unknown/result/",
    ],
)
async def test_what_is_not_there_is_404_in_the_documented_form(path: str) -> None:
    async with emulated() as client:
        reply = await client.get(path)
        assert reply.status_code == 404
        assert error_of(reply)["code"] == "404"


@pytest.mark.parametrize(
    "name", ["1.png", "-1.png", "00.png", "0.jpg", "0.png.png", "9" * 5000 + ".png", "0", "%30.pn"]
)
async def test_only_the_pictures_own_names_lead_to_it(name: str) -> None:
    async with emulated() as client:
        data = (await client.post(SUBMIT, json={**REQUEST, "enable_sync_mode": True})).json()["data"]
        assert (await client.get(f"/outputs/{data['id']}/0.png")).status_code == 200
        assert (await client.get(f"/outputs/{data['id']}/{name}")).status_code == 404


async def test_the_wrong_method_is_405_and_told_the_right_one() -> None:
    async with emulated() as client:
        reply = await client.get(SUBMIT)
        assert reply.status_code == 405
        assert "POST" in reply.headers["allow"]
        assert "GET" in error_of(reply)["message"]


async def test_a_body_beyond_the_limit_is_413() -> None:
    async with emulated(settings=EmulatorSettings(body_limit=100)) as client:
        assert (await client.post(SUBMIT, json={"prompt": "x" * 60})).status_code == 200
        reply = await client.post(SUBMIT, json={"prompt": "x" * 100})
        assert reply.status_code == 413
        assert "100 bytes" in error_of(reply)["message"]


async def test_a_mistake_of_the_emulator_itself_is_a_500_in_the_documented_form() -> None:
    class Faulty(BenchRenderer):
        def check(self, *_: object) -> str | None:
            raise KeyError("surprise")

    async with emulated(Faulty()) as client:
        reply = await client.post(SUBMIT, json=REQUEST)
        assert reply.status_code == 500
        assert error_of(reply)["code"] == "500"


async def test_another_pages_errors_have_its_statuses_codes_and_words() -> None:
    settings = EmulatorSettings(keys=frozenset({"k"}))
    async with emulated(settings=settings, provider=other_provider(), headers=KEY) as client:
        path, good = "/v9/make/by/maker/painter-2", {"X-Key": "Token k"}
        replies = [
            await client.put(path, json={"text": "a"}, headers={"X-Key": "k"}),
            await client.put(path, json={"text": "a", "cfg_scale": 10}, headers=good),
            await client.put(path, json={"text": "teststrip:refuse"}, headers=good),
            await client.put("/v9/redo/by/maker/painter-2", json={"text": "a"}, headers=good),
        ]
        errors = [reply.json()["job"]["trouble"] for reply in replies]
        assert [(reply.status_code, error["code"]) for reply, error in zip(replies, errors, strict=True)] == [
            (418, "E-KEY"),
            (422, "E-BAD"),
            (451, "E-CENSOR"),
            (404, "404"),  # this page has no row for it: the plain one
        ]
        assert "censored" in errors[2]["message"]


def test_a_long_message_is_cut_where_a_reader_sees_it() -> None:
    meaning = meaning_of(other_provider(), "invalid")
    text = json.dumps(error_document(meaning, "x" * 10_000, other_provider().reply), ensure_ascii=False)
    assert len(text) < 4100
    assert "…" in text


def test_a_meaning_told_apart_by_words_keeps_one_though_its_name_has_none() -> None:
    meaning = ErrorMeaning(400, "7", "Stopped", "", "moderated", may_have_cost=False, words=("unsafe",))
    error = error_document(meaning, "no", gptproto().reply)["error"]
    assert isinstance(error, dict)
    assert error["message"] == "Stopped (unsafe): no"
