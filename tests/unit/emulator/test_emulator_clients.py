"""Anyone's client gets along with it: one of plain httpx and one of plain urllib, with faults on and off."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import urllib.error
import urllib.request
from typing import Any

import httpx
import pytest
from emulator_bench import KEY, MODEL, REQUEST, SUBMIT, BenchRenderer, gptproto, pictures_of
from test_emulator_faults import plan

from teststrip.emulator.app import create_app
from teststrip.emulator.serve import running_emulator
from teststrip.provider.request import resolve_defaults

TROUBLE = plan(
    "at: submit, fault: error, status: 429, retry_after: 0, nth: 1",
    "at: submit, fault: reset, when: head, nth: 2",
    "at: poll, fault: error, status: 502, body: html, nth: 1",
    "at: poll, fault: reset, when: answered, nth: 2",
    "at: poll, fault: word, word: reticulating, nth: 3",
    "at: picture, fault: truncated, nth: 1",
    "at: picture, fault: slow, seconds: 0.2, nth: 2",
)


def by_urllib(base: str) -> bytes:
    """Submit, poll and download as a script of twenty lines would."""

    def ask(url: str, body: bytes | None = None) -> bytes:
        for _ in range(10):
            try:
                call = urllib.request.Request(url, body, {**KEY, "Content-Type": "application/json"})  # noqa: S310
                with urllib.request.urlopen(call, timeout=10) as answer:  # noqa: S310  the test's own server
                    data: bytes = answer.read()
                    return data
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)
        raise AssertionError("ten times is enough")

    data: dict[str, Any] = json.loads(ask(f"{base}{SUBMIT}", json.dumps(REQUEST).encode()))["data"]
    while data["status"] != "completed":
        data = json.loads(ask(data["urls"]["get"]))["data"]
    return ask(data["outputs"][0])


def by_httpx(base: str) -> bytes:
    """Do the same with another library, over one connection where there is one."""
    with httpx.Client(base_url=base, headers=KEY, timeout=10) as client:

        def ask(method: str, url: str, body: Any = None) -> httpx.Response:
            for _ in range(10):
                try:
                    return client.request(method, url, json=body).raise_for_status()
                except httpx.HTTPError:
                    time.sleep(0.01)
            raise AssertionError("ten times is enough")

        data = ask("POST", SUBMIT, REQUEST).json()["data"]
        while data["status"] != "completed":
            data = ask("GET", data["urls"]["get"]).json()["data"]
        return ask("GET", data["outputs"][0]).content


@pytest.mark.parametrize("client", [by_urllib, by_httpx])
@pytest.mark.parametrize("settings", [None, TROUBLE])
async def test_a_plain_client_gets_its_picture(client: Any, settings: Any) -> None:
    async with running_emulator(create_app(gptproto(), BenchRenderer(), settings)) as url:
        picture = await asyncio.to_thread(client, url)
        charges = await asyncio.to_thread(lambda: httpx.get(f"{url}/teststrip/charges").json()["charges"])
    assert (picture,) == pictures_of(MODEL, resolve_defaults(gptproto(), MODEL, REQUEST))
    assert len(charges) == 1


async def test_every_answer_has_one_date() -> None:
    async with running_emulator(create_app(gptproto(), BenchRenderer())) as url:
        reply = await asyncio.to_thread(httpx.get, url)
    assert len(reply.headers.get_list("date")) == 1
