"""Links that live as long as the page says, by the emulator's clock."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
from emulator_bench import KEY, MODEL, REQUEST, SUBMIT, BenchClock, emulated, finished, gptproto, pictures_of
from test_emulator_faults import plan

from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.provider.request import resolve_defaults


def page(seconds: int | None = 3600) -> Provider:
    first = gptproto()
    return replace(first, facts=replace(first.facts, links=seconds))


PICTURE = pictures_of(MODEL, resolve_defaults(gptproto(), MODEL, REQUEST))[0]


async def made(client: httpx.AsyncClient) -> tuple[str, str]:
    """Make a picture; return where its prediction is polled, and its link."""
    data = (await client.post(SUBMIT, json=REQUEST)).json()["data"]
    poll = data["urls"]["get"]
    return poll, await link_of(client, poll)


async def link_of(client: httpx.AsyncClient, poll: str) -> str:
    outputs = (await finished(client, poll))["outputs"]
    assert isinstance(outputs, list)
    (link,) = outputs
    assert isinstance(link, str)
    return link


async def test_a_link_opens_until_its_time_and_a_poll_after_that_has_a_fresh_one() -> None:
    clock = BenchClock()
    async with emulated(provider=page(), clock=clock) as client:
        poll, link = await made(client)
        clock.seconds += 3599
        assert (await client.get(link, headers={})).content == PICTURE
        clock.seconds += 2
        late = await client.get(link)
        assert (late.status_code, late.headers["content-type"]) == (403, "application/xml")
        assert "Request has expired; ask for the prediction again" in late.text
        fresh = await link_of(client, poll)
        assert fresh != link
        assert (await client.get(fresh)).content == PICTURE
        assert (await client.get(link)).status_code == 403


async def test_a_link_that_came_through_changed_or_cut_does_not_open() -> None:
    async with emulated(provider=page(), clock=BenchClock()) as client:
        _, link = await made(client)
        url = httpx.URL(link)
        for query in (
            {},
            {"expires": "99999999999"},
            {**url.params, "expires": "99999999999"},
            {**url.params, "expires": "soon"},
            {**url.params, "signature": "0"},
        ):
            assert (await client.get(url.copy_with(query=None), params=query)).status_code == 403
        reordered = dict(reversed(list(url.params.items())))
        assert (await client.get(url.copy_with(query=None), params=reordered)).content == PICTURE


async def test_what_is_not_there_is_not_found_whatever_its_link_says() -> None:
    async with emulated(provider=page(), clock=BenchClock()) as client:
        _, link = await made(client)
        assert (await client.get(link.replace("/0.png", "/1.png"))).status_code == 404


async def test_a_page_that_says_nothing_of_it_has_links_that_last() -> None:
    clock = BenchClock()
    async with emulated(provider=page(None), clock=clock) as client:
        _, link = await made(client)
        assert "?" not in link
        clock.seconds += 10**8
        assert (await client.get(link)).content == PICTURE


async def test_a_clock_that_is_wrong_is_wrong_for_links_as_well() -> None:
    clock = BenchClock()
    settings = plan()
    assert settings.faults is not None
    settings = replace(settings, faults=replace(settings.faults, skew=-7200))
    async with emulated(provider=page(), clock=clock, settings=settings) as client:
        _, link = await made(client)
        assert int(httpx.URL(link).params["expires"]) == int(clock.now().timestamp()) - 7200 + 3600 + 1
        assert (await client.get(link)).content == PICTURE
        clock.seconds += 3601
        assert (await client.get(link)).status_code == 403


async def test_a_bundled_page_that_states_a_time_has_links_that_end() -> None:
    provider = find_provider("dashscope")
    assert provider is not None
    assert provider.facts.links == 86400
    clock = BenchClock()
    headers = {"Authorization": f"Bearer {KEY['Authorization']}", "X-DashScope-Async": "enable"}
    async with emulated(provider=provider, clock=clock, headers=headers) as client:
        body = {"model": "wan2.1-t2i-turbo", "input": {"prompt": "a hill"}, "parameters": {"n": 1}}
        asked = await client.post(provider.submit.path, json=body)
        task = asked.json()["output"]["task_id"]
        for _ in range(100):
            output = (await client.get(f"/api/v1/tasks/{task}")).json()["output"]
            if output["task_status"] == "SUCCEEDED":
                break
            await asyncio.sleep(0.01)
        link = output["results"][0]["url"]
        assert (await client.get(link)).status_code == 200
        clock.seconds += 86402
        assert (await client.get(link)).status_code == 403
