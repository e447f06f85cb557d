"""The emulator on a real port: what HTTP itself adds."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from emulator_bench import (
    KEY,
    MODEL,
    REQUEST,
    SUBMIT,
    BenchRenderer,
    error_of,
    finished,
    gptproto,
    pictures_of,
)

from teststrip.base.json import Json
from teststrip.emulator.app import create_app
from teststrip.emulator.serve import running_emulator
from teststrip.emulator.settings import EmulatorSettings
from teststrip.errors import UsageError
from teststrip.provider.request import resolve_defaults

SERVER = """
import asyncio
from teststrip.emulator.serve import serve

async def app(scope, receive, send):
    message = await receive()
    while message["type"].startswith("lifespan"):
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            print("closed", flush=True)
            return
        message = await receive()

asyncio.run(serve(app, on_ready=lambda url: print(url, flush=True)))
"""


async def raw(url: str, text: bytes) -> bytes:
    """Send bytes as they are and return what comes back until the server closes."""
    address = httpx.URL(url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        writer.write(text)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_twenty_clients_at_once_go_through_the_cycle_on_a_port() -> None:
    async def one(seed: int) -> None:
        request: dict[str, Json] = {**REQUEST, "seed": seed, "n": 2}
        async with httpx.AsyncClient(base_url=url, headers=KEY) as client:
            data = (await client.post(SUBMIT, json=request)).json()["data"]
            done = await finished(client, data["urls"]["get"])
            outputs = done["outputs"]
            assert isinstance(outputs, list)
            assert all(str(output).startswith(url) for output in outputs)
            fetched = [(await client.get(str(output))).content for output in outputs]
            assert tuple(fetched) == pictures_of(MODEL, resolve_defaults(gptproto(), MODEL, request))

    async with running_emulator(create_app(gptproto(), BenchRenderer())) as url:
        await asyncio.gather(*(one(seed) for seed in range(20)))


async def test_a_client_that_sends_too_much_still_hears_why_it_is_refused() -> None:
    app = create_app(gptproto(), BenchRenderer(), EmulatorSettings(body_limit=1_000_000))
    async with running_emulator(app) as url, httpx.AsyncClient(base_url=url, headers=KEY) as client:
        reply = await client.post(SUBMIT, content=b"x" * 3_000_000)
        assert reply.status_code == 413
        assert "1000000 bytes" in error_of(reply)["message"]
        assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200


async def test_a_client_that_reads_only_after_sending_all_of_too_much_hears_why_too() -> None:
    app = create_app(gptproto(), BenchRenderer(), EmulatorSettings(body_limit=5_000_000))
    head = f"POST {SUBMIT} HTTP/1.1\r\nHost: a\r\nAuthorization: k\r\nConnection: close\r\n"
    async with running_emulator(app) as url:
        reply = await raw(url, f"{head}Content-Length: 18000000\r\n\r\n".encode() + b"x" * 18_000_000)
        assert reply.split(b" ")[1] == b"413"


async def test_links_do_not_follow_headers_that_a_client_makes_up() -> None:
    headers = {**KEY, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.invalid"}
    async with (
        running_emulator(create_app(gptproto(), BenchRenderer())) as url,
        httpx.AsyncClient(base_url=url, headers=headers) as client,
    ):
        data = (await client.post(SUBMIT, json=REQUEST)).json()["data"]
        assert data["urls"]["get"].startswith(f"{url}/")


async def test_a_body_of_32_mib_is_read_and_a_longer_one_is_not() -> None:
    app = create_app(gptproto(), BenchRenderer())
    async with running_emulator(app) as url, httpx.AsyncClient(base_url=url, headers=KEY, timeout=60) as client:
        room = 32 * 1024 * 1024 - len(b'{"prompt":""}')
        assert (await client.post(SUBMIT, content=b'{"prompt":"' + b"x" * room + b'"}')).status_code == 200
        assert (await client.post(SUBMIT, content=b'{"prompt":"' + b"x" * (room + 1) + b'"}')).status_code == 413


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET /outputs/%2e%2e%2f%2e%2e/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET / HTTP/1.0\r\n\r\n", b"200"),
        (b"GET / HTTP/1.1\r\nHost: a b/?#@\r\nConnection: close\r\n\r\n", b"200"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
async def test_odd_requests_get_an_answer_and_harm_nothing(text: bytes, status: bytes) -> None:
    async with running_emulator(create_app(gptproto(), BenchRenderer())) as url:
        reply = await raw(url, text)
        assert reply.split(b" ")[1] == status
        assert b"root:" not in reply
        async with httpx.AsyncClient(base_url=url) as client:
            assert (await client.get("/")).status_code == 200


async def test_a_submit_without_a_usable_host_still_gets_links_to_this_server() -> None:
    body = b'{"prompt": "a"}'
    head = f"POST {SUBMIT} HTTP/1.0\r\nAuthorization: k\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    async with running_emulator(create_app(gptproto(), BenchRenderer())) as url:
        reply = await raw(url, head + body)
        assert f'"get":"{url}/api/v3/predictions/'.encode() in reply


async def test_a_client_that_goes_away_within_its_body_harms_nothing() -> None:
    head = f"POST {SUBMIT} HTTP/1.1\r\nHost: a\r\nAuthorization: k\r\nContent-Length: 100\r\n\r\n".encode()
    async with running_emulator(create_app(gptproto(), BenchRenderer())) as url:
        address = httpx.URL(url)
        _, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(head + b'{"prompt"')
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with httpx.AsyncClient(base_url=url, headers=KEY) as client:
            assert (await client.post(SUBMIT, json=REQUEST)).status_code == 200


async def test_the_end_of_the_server_stops_the_drawings_under_way() -> None:
    renderer = BenchRenderer()
    renderer.hold.clear()
    async with (
        running_emulator(create_app(gptproto(), renderer)) as url,
        httpx.AsyncClient(base_url=url, headers=KEY) as client,
    ):
        await client.post(SUBMIT, json=REQUEST)
        await client.get("/")
    assert (renderer.cancelled, renderer.drawn) == (1, 0)


async def test_a_port_that_is_taken_is_a_usage_error_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"127.0.0.1 port {port}"):
            async with running_emulator(create_app(gptproto(), BenchRenderer()), port=port):
                pass


@pytest.mark.parametrize("port", [-1, 65536])
async def test_a_port_that_cannot_be_is_a_usage_error(port: int) -> None:
    with pytest.raises(UsageError, match="cannot listen"):
        async with running_emulator(create_app(gptproto(), BenchRenderer()), port=port):
            pass


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_its_address_and_a_signal_ends_it_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    program = tmp_path / "server.py"
    program.write_text(SERVER)
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("http://127.0.0.1:")
        server.send_signal(stop)
        rest, _ = server.communicate(timeout=20)
    assert rest == "closed\n"
    # SIGINT reaches the program as KeyboardInterrupt, which Python ends as a death by SIGINT.
    assert server.returncode == -stop
