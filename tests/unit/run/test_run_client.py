"""The client: what leaves, where the key goes, and how everything that goes wrong is told."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from run_bench import BASE, KEY, Answer, JumpClock, answer, breaks, png, provider

from teststrip.base.json import Json, canonical
from teststrip.errors import ExchangeError, UsageError
from teststrip.run.client import Client
from teststrip.run.http import FAULTS, Timeouts, asgi_transport
from teststrip.run.reply import Inline, OutputRef, Prediction, Url

PAGE = provider()
MODEL = PAGE.models[0].id
CREATED = {"data": {"id": "p1", "status": "created"}}
Handler = Callable[[httpx.Request], httpx.Response]


class Scripted(httpx.AsyncBaseTransport):
    """Answers by host and path, and remembers what came."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.seen: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return await self.answers.get(str(request.url), self.answers.get("*", answer(404, {})))(request)


def client(
    answers: dict[str, Answer] | Answer, key: str | None = KEY, base_url: str = BASE
) -> tuple[Client, Scripted]:
    transport = Scripted(answers if isinstance(answers, dict) else {"*": answers})
    return Client(
        PAGE, base_url=base_url, key=key, transport=transport, clock=JumpClock(), max_picture=1000
    ), transport


async def submit_error(given: Answer) -> ExchangeError:
    http, _ = client(given)
    async with http:
        with pytest.raises(ExchangeError) as caught:
            await http.submit(MODEL, {"prompt": "x"})
    return caught.value


async def fetched(http: Client, output: OutputRef) -> bytes:
    data = bytearray()

    async def take(part: bytes) -> None:
        data.extend(part)

    await http.fetch(output, take)
    return bytes(data)


async def fetch_error(given: Answer | dict[str, Answer], url: str = "https://cdn.example/a.png") -> ExchangeError:
    http, _ = client(given)
    async with http:
        with pytest.raises(ExchangeError) as caught:
            await fetched(http, Url(url))
    assert not caught.value.may_have_cost
    return caught.value


async def test_a_submit_is_what_the_page_says() -> None:
    http, transport = client(answer(200, CREATED))
    request: dict[str, Json] = {"prompt": "ein Zug über die Brücke", "scale": 6.0, "n": 2}
    async with http:
        prediction = await http.submit(MODEL, request)
    (sent,) = transport.seen
    assert prediction == Prediction("p1", "queued")
    assert (sent.method, str(sent.url)) == ("POST", f"{BASE}/api/v3/novel/{MODEL}/text-to-image")
    assert sent.content == canonical(request)
    assert sent.headers["authorization"] == KEY
    assert sent.headers["content-type"] == "application/json"


async def test_a_poll_goes_to_the_pages_path_with_the_id_quoted() -> None:
    http, transport = client(answer(200, CREATED))
    async with http:
        await http.poll("a/../b?c")
    assert transport.seen[0].url.raw_path == b"/api/v3/predictions/a%2F..%2Fb%3Fc/result"


@pytest.mark.parametrize(
    ("url", "used"),
    [
        (f"{BASE}/elsewhere/p1?x=1", f"{BASE}/elsewhere/p1?x=1"),
        ("https://API.example:443/elsewhere", "https://api.example/elsewhere"),
        ("/elsewhere", f"{BASE}/elsewhere"),
        ("https://evil.example/api/v3/predictions/p1/result", None),
        ("http://api.example/elsewhere", None),
        ("https://api.example:444/elsewhere", None),
        ("//evil.example/elsewhere", None),
        ("https://api.example@evil.example/", None),
        ("https://user:pw@api.example/elsewhere", None),
        ("https://[broken/", None),
    ],
)
async def test_a_polling_address_is_used_at_the_base_addresss_origin_only(url: str, used: str | None) -> None:
    http, transport = client(answer(200, CREATED))
    async with http:
        await http.poll("p1", url)
        assert http.pollable(Prediction(None, "unknown", poll_url=url)) == (used is not None)
    assert [str(r.url) for r in transport.seen] == [used or f"{BASE}/api/v3/predictions/p1/result"]


async def test_without_id_or_own_address_there_is_nothing_to_poll() -> None:
    http, transport = client(answer(200, CREATED))
    async with http:
        with pytest.raises(ExchangeError, match="neither an id nor an address"):
            await http.poll(None, "https://evil.example/x")
    assert transport.seen == []


async def test_the_key_goes_to_no_other_origin_not_even_by_redirect() -> None:
    http, transport = client(
        {
            "https://cdn.example/a.png": answer(302, b"", location="https://third.example/b.png"),
            "https://third.example/b.png": answer(307, b"", location=f"{BASE}/own.png"),
            f"{BASE}/own.png": answer(302, b"", location="https://cdn.example/c.png"),
            "https://cdn.example/c.png": answer(200, png(1)),
        }
    )
    async with http:
        assert await fetched(http, Url("https://cdn.example/a.png")) == png(1)
    keys = {str(r.url): r.headers.get("authorization") for r in transport.seen}
    assert keys == {
        "https://cdn.example/a.png": None,
        "https://third.example/b.png": None,
        f"{BASE}/own.png": KEY,
        "https://cdn.example/c.png": None,
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_submits_and_polls_follow_no_redirect(status: int) -> None:
    http, transport = client(answer(status, b"", location="https://evil.example/"))
    async with http:
        with pytest.raises(ExchangeError) as caught:
            await http.submit(MODEL, {})
        with pytest.raises(ExchangeError):
            await http.poll("p1")
    assert {r.url.host for r in transport.seen} == {"api.example"}
    assert caught.value.kind == "protocol"
    assert caught.value.may_have_cost == (status < 307)


async def test_cookies_are_not_kept() -> None:
    http, transport = client(answer(200, CREATED, set_cookie="session=1; Path=/"))
    async with http:
        await http.submit(MODEL, {})
        await http.poll("p1")
    assert "cookie" not in transport.seen[1].headers


@pytest.mark.parametrize(
    "url",
    [
        "ftp://cdn.example/a.png",
        "file:///etc/passwd",
        "https://u:p@cdn.example/a.png",
    ],
)
async def test_a_picture_is_fetched_over_plain_http_or_https_only(url: str) -> None:
    assert (await fetch_error(answer(200, png(1)), url)).kind == "protocol"
    moved = {"https://cdn.example/a.png": answer(302, b"", location=url)}
    assert (await fetch_error(moved)).kind == "protocol"


async def test_redirects_without_end_are_given_up() -> None:
    loop = answer(302, b"", location="https://cdn.example/a.png")
    assert "without end" in str(await fetch_error(loop))


async def test_a_picture_beyond_the_cap_is_not_taken() -> None:
    assert "larger" in str(await fetch_error(answer(200, b"x" * 1001)))
    bomb = gzip.compress(b"x" * 100_000)
    assert "larger" in str(await fetch_error(answer(200, bomb, content_encoding="gzip")))


async def test_what_would_fill_the_memory_is_not_unpacked() -> None:
    twice = gzip.compress(gzip.compress(b'{"data": {"id": "p1"}}'))
    assert "more than once" in str(await submit_error(answer(200, twice, content_encoding="gzip, gzip")))
    http, _ = client(answer(200, b'{"data": {"id": "p1"}, "x": [' + b"[]," * 100_000 + b"[]]}"))
    http._max_picture = 2**20  # noqa: SLF001  the bytes alone would be taken
    async with http:
        with pytest.raises(ExchangeError, match="not an answer"):
            await http.submit(MODEL, {"prompt": "a boat"})


async def test_a_reply_beyond_the_cap_is_not_taken_and_may_have_cost() -> None:
    error = await submit_error(answer(200, {"data": "x" * 10_000}))
    assert (error.kind, error.may_have_cost) == ("protocol", True)


async def test_inline_pictures_need_no_exchange() -> None:
    http, transport = client(answer(500, {}))
    async with http:
        assert await fetched(http, Inline(base64.b64encode(png(2)).decode())) == png(2)
    assert transport.seen == []


@pytest.mark.parametrize(
    ("status", "body", "kind", "may_have_cost"),
    [
        (400, {"error": {"message": "steps"}}, "invalid", False),
        (400, {"error": {"message": "Content Policy Violation"}}, "moderated", False),
        (400, {"error": {"message": "no", "type": "503"}}, "moderated", False),
        (401, {"error": {"message": "no", "type": "401"}}, "auth", False),
        (402, {}, "balance", False),
        (403, {"error": {"message": "no permission"}}, "auth", False),
        (403, {"error": {"message": "Insufficient balance"}}, "balance", False),
        (404, {}, "not_found", False),
        (408, {}, "network", True),
        (410, {}, "not_found", False),
        (413, b"too large", "invalid", False),
        (422, {"detail": "no"}, "invalid", False),
        (429, {}, "rate_limited", False),
        (500, {}, "server", True),
        (502, b"<html>", "server", True),
        (503, {}, "server", True),
        (504, b"", "server", True),
        (599, b"", "server", True),
        (200, {"code": 402, "message": "no balance"}, "balance", False),
        (200, {"code": 429, "message": "slow"}, "rate_limited", False),
        (200, {"code": 503, "message": "content policy"}, "moderated", False),
        (200, {"code": 1017, "message": "strange"}, "server", True),
        (200, b"<html>", "protocol", True),
        (200, b"", "protocol", True),
        (200, "text", "protocol", True),
        (200, {"data": {"status": "created"}}, "protocol", True),
        (204, b"", "protocol", True),
    ],
)
async def test_every_status_has_its_kind_and_its_cost(
    status: int, body: object, kind: str, *, may_have_cost: bool
) -> None:
    error = await submit_error(answer(status, body))
    assert (error.kind, error.may_have_cost) == (kind, may_have_cost)


async def test_a_code_in_a_200_with_the_words_of_a_refusal_is_one() -> None:
    error = await submit_error(answer(200, {"code": 400, "message": "content policy"}))
    assert (error.kind, error.status) == ("moderated", 400)


async def test_the_message_has_the_meaning_and_the_servers_words() -> None:
    error = await submit_error(answer(401, {"error": {"message": "Key sk-... is\x1b[31m unknown\n\tto us"}}))
    assert str(error).startswith("Key sk-... is [31m unknown to us (HTTP 401, ")
    assert str(error).endswith("set GPTPROTO_API_KEY to a valid key")


async def test_a_name_that_the_server_repeats_is_said_once_and_silence_gets_the_pages_meaning() -> None:
    error = await submit_error(answer(401, {"error": {"message": "Unauthorized: no such key"}}))
    assert str(error).startswith("no such key (HTTP 401, Unauthorized); ")
    error = await submit_error(answer(401, {"error": {"message": ""}}))
    assert str(error).partition(" (HTTP 401, Unauthorized)")[0] not in {"", "Unauthorized"}


async def test_the_servers_words_are_bounded_and_html_is_not_repeated() -> None:
    error = await submit_error(answer(500, {"error": {"message": "x" * 5000}}))
    assert len(str(error)) < 500
    error = await submit_error(answer(502, b"<!DOCTYPE html><script>alert(1)</script>"))
    assert "an HTML page" in str(error)
    assert "script" not in str(error)


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("body", [{"error": {"message": f"bad {KEY}"}, "code": 500}, f"you sent {KEY}".encode()])
async def test_a_key_that_the_server_echoes_is_not_repeated(status: int, body: object) -> None:
    error = await submit_error(answer(status, body))
    assert KEY not in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"code": KEY, "message": "no"},
        {"data": {"id": "x", "status": "success", "outputs": [f"{KEY}!"]}},
        {"data": {"id": "x", "status": "success", "outputs": [f"data:{KEY},x"]}},
    ],
)
async def test_a_key_in_a_code_or_an_output_is_not_repeated_not_even_in_part(body: object) -> None:
    http, _ = client(answer(200, body))
    async with http:
        with pytest.raises(ExchangeError) as caught:
            await fetched(http, (await http.submit(MODEL, {"prompt": "a boat"})).outputs[0])
    assert "[key]" in str(caught.value)
    assert KEY[:8] not in str(caught.value)


async def test_a_code_is_told_fit_to_print_and_to_keep() -> None:
    error = await submit_error(answer(200, b'{"code": "\\ud800\\u001b[31m' + b"x" * 5000 + b'"}'))
    assert str(error).isprintable()
    assert len(str(error)) < 500


@pytest.mark.parametrize("url", ["https://xn--/", "https://[::1"])
def test_a_base_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(UsageError, match="not an address"):
        Client(PAGE, base_url=url, key=KEY)


async def test_a_redirect_to_no_address_is_a_protocol_error() -> None:
    error = await submit_error(answer(302, b"", location="https://xn--/a"))
    assert (error.kind, error.may_have_cost) == ("protocol", True)
    moved = {"https://cdn.example/a.png": answer(302, b"", location="https://xn--/a")}
    assert (await fetch_error(moved)).kind == "protocol"


@pytest.mark.parametrize(
    "url",
    ["https://xn--/a.png", "https://cdn.example/\ud800", "https://cdn.example:99999/a.png", "https://[::1/a"],
)
async def test_an_address_that_cannot_be_used_is_told_like_any_broken_one(url: str) -> None:
    http, transport = client(answer(200, png(1)))
    async with http:
        with pytest.raises(ExchangeError, match="cannot be read") as caught:
            await fetched(http, Url(url))
    assert (caught.value.kind, transport.seen) == ("protocol", [])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("12", 12.0),
        ("0", 0.0),
        ("Fri, 02 Jan 2026 00:17:00 GMT", 20.0),
        ("Fri, 02 Jan 2026 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("9" * 5000, 999_999_999_999.0),
        ("Fri, 02 Jan 2026 00:17:00 +99999999999999999999", None),
        ("", None),
    ],
)
async def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: float | None) -> None:
    error = await submit_error(answer(429, {}, retry_after=header))
    assert error.retry_after == seconds


def _exceptions_of_httpx() -> set[type[Exception]]:
    named = {getattr(httpx, name) for name in httpx.__all__}
    return {thing for thing in named if isinstance(thing, type) and issubclass(thing, Exception)}


def test_the_map_of_faults_has_every_exception_of_httpx() -> None:
    assert set(FAULTS) == _exceptions_of_httpx()


NOT_SENT = {
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
}
BROKEN: list[type[httpx.RequestError]] = [cls for cls in FAULTS if issubclass(cls, httpx.RequestError)]


@pytest.mark.parametrize("cls", BROKEN)
async def test_a_broken_exchange_may_have_cost_unless_it_surely_never_left(cls: type[httpx.RequestError]) -> None:
    error = await submit_error(breaks(cls, f"details {KEY}"))
    assert error.may_have_cost == (cls not in NOT_SENT)
    assert "details [key]" in str(error)
    assert error.status is None


async def test_polls_and_downloads_never_cost() -> None:
    http, _ = client(breaks(httpx.ReadTimeout))
    async with http:
        with pytest.raises(ExchangeError) as caught:
            await http.poll("p1")
    assert not caught.value.may_have_cost
    assert (await fetch_error(breaks(httpx.ReadError))).kind == "network"


async def test_an_answer_that_drips_for_ever_is_ended() -> None:
    async def drip(_: httpx.Request) -> httpx.Response:
        async def chunks() -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.005)
                yield b" "

        return httpx.Response(200, content=chunks())

    http = Client(PAGE, base_url=BASE, key=KEY, transport=Scripted({"*": drip}), timeouts=Timeouts(total=0.05))
    async with http:
        with pytest.raises(ExchangeError, match="was not over") as caught:
            await http.submit(MODEL, {})
    assert caught.value.may_have_cost


async def test_without_a_key_none_is_sent() -> None:
    http, transport = client(answer(200, CREATED), key=None)
    async with http:
        await http.submit(MODEL, {})
    assert "authorization" not in transport.seen[0].headers


async def test_an_app_in_this_process_is_a_server_and_its_crash_is_a_500() -> None:
    async def app(scope: dict[str, object], receive: object, send: Callable[..., object]) -> None:  # noqa: ARG001  an ASGI app's shape
        raise RuntimeError("a bug in the app")

    http = Client(PAGE, base_url="http://darkroom.invalid", key=KEY, transport=asgi_transport(app))
    async with http:
        with pytest.raises(ExchangeError) as caught:
            await http.submit(MODEL, {})
    assert (caught.value.kind, caught.value.status) == ("server", 500)


async def test_a_port_where_nobody_listens_is_told_and_cost_nothing(unused_tcp_port: int) -> None:
    http = Client(PAGE, base_url=f"http://127.0.0.1:{unused_tcp_port}", key=KEY)
    async with http:
        with pytest.raises(ExchangeError, match="cannot be reached") as caught:
            await http.submit(MODEL, {"prompt": "x"})
    assert (caught.value.kind, caught.value.may_have_cost) == ("network", False)


async def test_a_server_that_hangs_up_after_reading_may_have_accepted() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    http = Client(PAGE, base_url=f"http://127.0.0.1:{port}", key=KEY)
    async with server, http:
        with pytest.raises(ExchangeError) as caught:
            await http.submit(MODEL, {"prompt": "x"})
    assert caught.value.may_have_cost


async def test_an_idle_connection_is_left_before_servers_close_theirs() -> None:
    async with Client(PAGE, base_url=BASE, key=None) as http:
        one = await http._http._another(None)  # noqa: SLF001  the client's connections are told nowhere else
        pool = one._pool  # type: ignore[attr-defined]  # noqa: SLF001  as above
        assert pool._keepalive_expiry < 5  # noqa: SLF001  as above


async def test_connections_are_used_again() -> None:
    peers: set[object] = set()
    body = json.dumps(CREATED).encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.add(writer.get_extra_info("peername"))
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        async with Client(PAGE, base_url=f"http://127.0.0.1:{port}", key=KEY) as http:
            for _ in range(5):
                assert (await http.poll("p1")).id == "p1"
        await asyncio.sleep(0)
    assert len(peers) == 1
