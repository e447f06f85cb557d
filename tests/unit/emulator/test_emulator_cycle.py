"""Submit, poll, download: the whole cycle over ASGI, on the bundled page and on one with other words."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest
from emulator_bench import (
    BASE,
    KEY,
    MODEL,
    REQUEST,
    SUBMIT,
    BenchClock,
    BenchRenderer,
    emulated,
    finished,
    gptproto,
    other_provider,
    pictures_of,
)

from teststrip.base.json import Json
from teststrip.emulator.renderer import RenderError
from teststrip.emulator.settings import EmulatorSettings
from teststrip.provider.request import resolve_defaults


def drawn(request: dict[str, Json]) -> tuple[bytes, ...]:
    return pictures_of(MODEL, resolve_defaults(gptproto(), MODEL, request))


async def test_a_request_is_created_then_processing_then_completed_and_its_picture_is_what_was_drawn() -> None:
    renderer = BenchRenderer()
    renderer.hold.clear()
    async with emulated(renderer) as client:
        reply = await client.post(SUBMIT, json=REQUEST)
        assert reply.status_code == 200
        data = reply.json()["data"]
        assert data["status"] == "created"
        assert data["outputs"] == []
        assert data["urls"]["get"] == f"{BASE}/api/v3/predictions/{data['id']}/result"
        held = (await client.get(data["urls"]["get"])).json()["data"]
        assert (held["status"], held["id"], held["outputs"]) == ("processing", data["id"], [])
        renderer.hold.set()
        done = await finished(client, data["urls"]["get"])
        assert done["status"] == "completed"
        assert done["outputs"] == [f"{BASE}/outputs/{data['id']}/0.png"]
        picture = await client.get(f"{BASE}/outputs/{data['id']}/0.png", headers={"Authorization": ""})
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        assert (picture.content,) == drawn(REQUEST)


async def test_the_bundled_page_is_served_under_every_alias_of_a_model() -> None:
    async with emulated() as client:
        reply = await client.post("/api/v3/novel/nai-diffusion-4-curated/text-to-image", json=REQUEST)
        assert reply.json()["data"]["model"] == "nai-diffusion-4-curated-preview"


async def test_n_pictures_come_in_order() -> None:
    request: dict[str, Json] = {**REQUEST, "n": 3}
    async with emulated() as client:
        data = (await client.post(SUBMIT, json=request)).json()["data"]
        done = await finished(client, data["urls"]["get"])
        assert done["has_nsfw_contents"] == [False] * 3
        outputs = done["outputs"]
        assert isinstance(outputs, list)
        fetched = [(await client.get(str(url))).content for url in outputs]
        assert tuple(fetched) == drawn(request)


async def test_sync_mode_answers_with_the_outputs() -> None:
    async with emulated() as client:
        data = (await client.post(SUBMIT, json={**REQUEST, "enable_sync_mode": True})).json()["data"]
        assert data["status"] == "completed"
        picture = await client.get(data["outputs"][0])
        assert (picture.content,) == drawn({**REQUEST, "enable_sync_mode": True})


async def test_sync_mode_answers_with_the_failure() -> None:
    async with emulated(BenchRenderer(error=RenderError("no paint left"))) as client:
        reply = await client.post(SUBMIT, json={**REQUEST, "enable_sync_mode": True})
        data = reply.json()["data"]
        assert (data["status"], data["error"], data["outputs"]) == ("failed", "no paint left", [])


async def test_base64_output_is_the_picture_itself() -> None:
    request: dict[str, Json] = {**REQUEST, "enable_base64_output": True, "n": 2}
    async with emulated() as client:
        data = (await client.post(SUBMIT, json=request)).json()["data"]
        done = await finished(client, data["urls"]["get"])
        outputs = done["outputs"]
        assert isinstance(outputs, list)
        assert tuple(base64.b64decode(str(text), validate=True) for text in outputs) == drawn(request)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RenderError("no paint left"), "no paint left"),
        (ZeroDivisionError("oops"), "the renderer 'bench' failed: ZeroDivisionError: oops"),
    ],
)
async def test_a_drawing_that_fails_ends_as_failed_with_its_reason(error: Exception, said: str) -> None:
    async with emulated(BenchRenderer(error=error)) as client:
        data = (await client.post(SUBMIT, json=REQUEST)).json()["data"]
        done = await finished(client, data["urls"]["get"])
        assert (done["status"], done["error"], done["outputs"]) == ("failed", said, [])


async def test_a_renderer_that_gives_nothing_has_failed() -> None:
    class Idle(BenchRenderer):
        async def render(self, *_: object) -> tuple[bytes, ...]:
            return ()

    async with emulated(Idle()) as client:
        data = (await client.post(SUBMIT, json=REQUEST)).json()["data"]
        done = await finished(client, data["urls"]["get"])
        assert (done["status"], done["error"]) == ("failed", "the renderer gave no picture")


async def test_a_delay_is_what_a_prediction_takes_at_least() -> None:
    clock = BenchClock()
    async with emulated(settings=EmulatorSettings(delay=2.5), clock=clock) as client:
        data = (await client.post(SUBMIT, json={**REQUEST, "enable_sync_mode": True})).json()["data"]
    assert clock.slept == [2.5]
    assert (data["executionTime"], data["timings"]) == (2500, {"inference": 2500})
    assert data["createdAt"] == "2026-01-02T03:04:05.678Z"


async def test_the_same_request_twice_makes_two_predictions() -> None:
    renderer = BenchRenderer()
    async with emulated(renderer) as client:
        ids = {(await client.post(SUBMIT, json=REQUEST)).json()["data"]["id"] for _ in range(3)}
        assert len(ids) == 3
        await asyncio.sleep(0.05)
        assert renderer.drawn == 3


async def test_a_restarted_emulator_gives_an_old_id_only_to_the_same_request() -> None:
    seen: list[str] = []
    for seed in (5, 5, 6):
        async with emulated() as client:
            seen.append((await client.post(SUBMIT, json={**REQUEST, "seed": seed})).json()["data"]["id"])
    assert seen[0] == seen[1] != seen[2]


async def test_twenty_requests_at_once_each_get_their_own_pictures() -> None:
    async def one(client: httpx.AsyncClient, seed: int) -> None:
        request: dict[str, Json] = {**REQUEST, "seed": seed}
        data = (await client.post(SUBMIT, json=request)).json()["data"]
        done = await finished(client, data["urls"]["get"])
        outputs = done["outputs"]
        assert isinstance(outputs, list)
        assert ((await client.get(str(outputs[0]))).content,) == drawn(request)

    async with emulated() as client:
        await asyncio.gather(*(one(client, seed) for seed in range(20)))


async def test_links_carry_the_host_that_the_client_named() -> None:
    async with emulated() as client:
        reply = await client.post(SUBMIT, json=REQUEST, headers={"Host": "elsewhere:99"})
        assert reply.json()["data"]["urls"]["get"].startswith("http://elsewhere:99/api/v3/predictions/")


async def test_the_oldest_finished_predictions_are_dropped_first() -> None:
    async with emulated(settings=EmulatorSettings(keep=2)) as client:
        links = []
        for seed in range(3):
            data = (await client.post(SUBMIT, json={**REQUEST, "seed": seed, "enable_sync_mode": True})).json()[
                "data"
            ]
            links.append((data["urls"]["get"], data["outputs"][0]))
        assert [(await client.get(link)).status_code for link in links[0]] == [404, 404]
        for pair in links[1:]:
            assert [(await client.get(link)).status_code for link in pair] == [200, 200]


async def test_the_front_page_says_what_this_is() -> None:
    async with emulated(headers={}) as client:
        front = (await client.get("/")).json()
        assert front["service"].startswith("teststrip emulator ")
        assert front["pictures_by"] == "bench/1"
        assert MODEL in front["models"]
        assert front["submit"] == "POST /api/v3/novel/{model}/{scenario}"
        assert front["scenarios"] == ["image-to-image", "text-to-image"]


async def test_another_page_is_served_by_its_own_words_alone() -> None:
    async with emulated(provider=other_provider(), headers={"X-Key": "Token k"}) as client:
        reply = await client.put("/v9/make/by/maker%2Fpainter-2", json={"text": "a hill"})
        assert reply.status_code == 200, reply.text
        job = reply.json()["job"]
        assert (job["state"], job["model"]) == ({"word": "waiting"}, "maker/painter-2")
        assert job["links"] == {"self": f"{BASE}/v9/jobs/{job['key']}"}
        await asyncio.sleep(0.05)
        done = (await client.get(job["links"]["self"])).json()
        assert (done["job"]["state"]["word"], done["result"]["status"]) == ("ready", 0)
        expected: dict[str, Json] = {"text": "a hill", "mode": "plain", "cfg_scale": 5, "width": 64, "height": 96}
        picture = (await client.get(done["job"]["images"][0])).content
        assert (picture,) == pictures_of("maker/painter-2", expected)
        assert (await client.post(SUBMIT, json=REQUEST, headers=KEY)).status_code == 404
