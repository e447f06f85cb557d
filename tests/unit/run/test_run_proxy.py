"""Proxies that the environment names, by a real one: what goes through it, what it hears, what it may break."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from run_bench import KEY, png
from socket_bench import (
    MODEL,
    Act,
    Server,
    Talk,
    caller,
    fetched,
    good,
    joined,
    reply,
    serving,
    tapped,
)

from teststrip.errors import ExchangeError, UsageError
from teststrip.run.client import Client
from teststrip.run.http import Timeouts
from teststrip.run.reply import Prediction, Url

NAME = "api.teststrip.test"  # which nobody but the proxy can find
OTHER = "cdn.teststrip.test"
USER, PASSWORD = "clerk", "pa%2Fss-word-77"
GIVEN = base64.b64encode(b"clerk:pa/ss-word-77")
HASTY = Timeouts(connect=0.3, read=0.3, write=5, pool=5, total=10)
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
CREATED = Prediction("p1", "queued")


@dataclass
class Proxy:
    """A proxy: where it is, what it was told, and whom it finds under a name."""

    url: str
    heard: bytearray
    asked: list[bytes] = field(default_factory=list)  # first lines


Find = Callable[[], Server]


def proxying(proxy: list[Proxy], find: Find) -> Act:
    """Return the act of a proxy that finds one server behind every name."""

    async def act(talk: Talk) -> None:
        head = await talk.head()
        line, _, rest = head.partition(b"\r\n")
        proxy[0].asked.append(line)
        method, target, _ = line.split()
        host, _, port = find().url.partition("://")[2].rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        if method == b"CONNECT":
            await talk.say(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = b"/" + target.split(b"/", 3)[3]
            writer.write(b" ".join((method, path, b"HTTP/1.1\r\n")) + rest)
        await joined(talk, reader, writer)

    return act


@contextlib.asynccontextmanager
async def proxied(act: Callable[[list[Proxy]], Act]) -> AsyncIterator[Proxy]:
    """Serve a proxy, and hear all that it is told."""
    holder: list[Proxy] = []
    async with serving(act(holder)) as server, tapped(server.url) as (url, heard):
        holder.append(Proxy(url, heard))
        yield holder[0]


@contextlib.asynccontextmanager
async def through(tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[Proxy, Server]]:
    """Serve a server, and a proxy that finds it under every name."""
    async with serving(good(), tls) as server, proxied(lambda holder: proxying(holder, lambda: server)) as proxy:
        yield proxy, server


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the proxies of the environment, in both spellings."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context that is good for both names, by an authority that the environment names."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME, OTHER).configure_cert(context)
    return context


async def submitted(client: Client) -> Prediction:
    return await client.submit(MODEL, {"prompt": "a boat"})


async def error_of(url: str, timeouts: Timeouts | None = None) -> ExchangeError:
    async with caller(url, timeouts) if timeouts else caller(url) as client:
        with pytest.raises(ExchangeError) as caught:
            await submitted(client)
    text = str(caught.value)
    for secret in (KEY, PASSWORD, "pa/ss-word-77", GIVEN.decode()):
        assert secret not in text
    assert text.isprintable()
    return caught.value


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
async def test_https_goes_through_a_tunnel_in_which_the_key_is_hidden(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    async with through(tls) as (proxy, server):
        monkeypatch.setenv(variable, proxy.url)
        async with caller(f"https://{NAME}") as client:
            assert await submitted(client) == CREATED
            assert await client.poll("p1") == CREATED
            assert await fetched(client, Url(f"https://{OTHER}/a.png")) == png(1)
    assert proxy.asked == [f"CONNECT {name}:443 HTTP/1.1".encode() for name in (NAME, OTHER)]
    assert KEY.encode() not in proxy.heard
    assert [KEY.encode() in head for head in server.heads] == [True, True, False]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_http_goes_through_it_by_the_whole_address(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    async with through() as (proxy, server):
        monkeypatch.setenv(variable, proxy.url)
        async with caller(f"http://{NAME}:81") as client:
            assert await submitted(client) == CREATED
            assert await fetched(client, Url(f"http://{OTHER}/a.png")) == png(1)
    assert proxy.asked == [
        f"POST http://{NAME}:81/api/v3/novel/{MODEL}/text-to-image HTTP/1.1".encode(),
        f"GET http://{OTHER}/a.png HTTP/1.1".encode(),
    ]
    assert [KEY.encode() in head for head in server.heads] == [True, False]


async def test_a_connection_through_a_proxy_is_used_again(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with through(tls) as (proxy, server):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with caller(f"https://{NAME}") as client:
            for _ in range(5):
                assert await submitted(client) == CREATED
    assert (len(proxy.asked), server.connections, server.posts) == (1, 1, 5)


@pytest.mark.usefixtures("tls")
@pytest.mark.parametrize("listed", [NAME, "teststrip.test", ".teststrip.test", "*", f"x.example, {NAME}"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_who_is_listed_in_no_proxy_is_asked_directly(
    monkeypatch: pytest.MonkeyPatch, listed: str, scheme: str
) -> None:
    async with through() as (proxy, server):
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", listed)
        error = await error_of(f"{scheme}://{NAME}")
    assert (error.kind, error.may_have_cost) == ("network", False)  # nobody finds the name
    assert (proxy.asked, server.heads) == ([], [])


async def test_others_than_those_of_no_proxy_still_go_through_it(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with through(tls) as (proxy, _):
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", f"{OTHER}, pi.teststrip.test, localhost")
        async with caller(f"https://{NAME}") as client:
            assert await submitted(client) == CREATED
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"])
async def test_this_machines_own_addresses_are_asked_directly(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    async with through() as (proxy, server):
        monkeypatch.setenv(variable, proxy.url)
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            async with caller(url) as client:
                assert await submitted(client) == CREATED
    assert (proxy.asked, server.posts) == ([], 2)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxys_user_and_password_go_to_the_proxy_alone(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    async with through(tls if scheme == "https" else None) as (proxy, server):
        monkeypatch.setenv("ALL_PROXY", proxy.url.replace("://", f"://{USER}:{PASSWORD}@"))
        async with caller(f"{scheme}://{NAME}") as client:
            assert await submitted(client) == CREATED
    assert b"proxy-authorization: basic " + GIVEN.lower() in bytes(proxy.heard).lower()
    assert (GIVEN in b"".join(server.heads)) == (scheme == "http")  # this proxy hands on all that it gets


def refusing(answer: bytes) -> Callable[[list[Proxy]], Act]:
    """Return a proxy that answers so, and closes."""

    def make(holder: list[Proxy]) -> Act:
        async def act(talk: Talk) -> None:
            head = await talk.head()
            holder[0].asked.append(head.partition(b"\r\n")[0])
            await talk.say(answer)

        return act

    return make


LOCKED = reply(
    b"<html>no</html>", 'Proxy-Authenticate: Basic realm="x"', status="407 Proxy Authentication Required"
)
DOWN = reply(b"", status="502 Bad Gateway")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (LOCKED, "407 Proxy Authentication Required"),
        (DOWN, "502 Bad Gateway"),
        (reply(b"", status="403 Forbidden"), "403 Forbidden"),
        (reply(b"", "Location: http://login.example/", status="302 Found"), "302"),
        (b"", "the proxy cannot be used"),
        (b"HTTP/1.1 2", "the proxy cannot be used"),
        (b"SSH-2.0\r\n", "the proxy cannot be used"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "cannot be reached"),
        (b"HTTP/1.1 200 OK\r\n\r\nno TLS here\r\n", "cannot be reached"),
    ],
    ids=[
        "locked",
        "no way",
        "forbidden",
        "a login page",
        "closed",
        "cut",
        "no HTTP",
        "an empty tunnel",
        "no TLS in it",
    ],
)
async def test_a_tunnel_that_is_not_dug_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, word: str
) -> None:
    async with proxied(refusing(answer)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("://", f"://{USER}:{PASSWORD}@"))
        error = await error_of(f"https://{NAME}")
    assert (error.kind, error.may_have_cost) == ("network", False)
    assert word in str(error)
    assert (len(proxy.asked), KEY.encode() in proxy.heard) == (1, False)


@pytest.mark.usefixtures("tls")
async def test_a_tunnel_that_is_never_dug_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:

    def silent(_: list[Proxy]) -> Act:
        async def act(talk: Talk) -> None:
            await talk.head()
            await talk.reader.read()

        return act

    async with proxied(silent) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = await error_of(f"https://{NAME}", HASTY)
    assert (error.kind, error.may_have_cost) == ("network", False)


@pytest.mark.usefixtures("tls")
async def test_a_proxy_that_is_not_there_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://{USER}:{PASSWORD}@127.0.0.1:{unused_tcp_port}")
    for scheme in ("http", "https"):
        error = await error_of(f"{scheme}://{NAME}")
        assert (error.kind, error.may_have_cost) == ("network", False)
        assert "cannot be reached" in str(error)


async def test_a_tunnel_that_breaks_once_the_request_left_may_have_cost(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang_up(talk: Talk) -> None:
        await talk.request()

    async with (
        serving(hang_up, tls) as server,
        proxied(lambda holder: proxying(holder, lambda: server)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = await error_of(f"https://{NAME}")
    assert (error.kind, error.may_have_cost) == ("network", True)
    assert server.posts == 1


@pytest.mark.parametrize(
    ("answer", "kind", "may_have_cost", "word"),
    [
        (LOCKED, "auth", False, "proxy"),
        (DOWN, "server", True, "502"),
        (b"", "network", True, "broke off"),
    ],
    ids=["locked", "no way", "closed"],
)
async def test_what_a_proxy_says_to_plain_http_is_taken_as_an_answer(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, kind: str, *, may_have_cost: bool, word: str
) -> None:
    async with proxied(refusing(answer)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("://", f"://{USER}:{PASSWORD}@"))
        error = await error_of(f"http://{NAME}")
    assert (error.kind, error.may_have_cost) == (kind, may_have_cost)
    assert word in str(error)
    assert len(proxy.asked) == 1


async def test_a_certificate_is_checked_inside_a_tunnel_too(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with through(tls) as (proxy, server):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = await error_of("https://third.teststrip.test")
    assert (error.kind, error.may_have_cost) == ("untrusted", False)
    assert "Hostname mismatch" in str(error)
    assert (server.heads, KEY.encode() in proxy.heard) == ([], False)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", f"socks5://{USER}:{PASSWORD}@127.0.0.1:1"),
        ("HTTPS_PROXY", f"ftp://{USER}:{PASSWORD}@127.0.0.1:1"),
        ("ALL_PROXY", f"http://{USER}:{PASSWORD}@[::1"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("SSL_CERT_FILE", __file__),
    ],
)
async def test_an_environment_that_cannot_be_used_is_a_usage_error_that_tells_no_password(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError) as caught:
        await caller(f"https://{NAME}").__aenter__()
    assert variable in str(caught.value)
    assert PASSWORD not in str(caught.value)
