"""TLS: certificates are always checked, what is wrong with one is told, and no key leaves before it was."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpcore
import httpx
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
    saying,
    serving,
    tapped,
    well,
)

from teststrip.errors import ExchangeError
from teststrip.run.http import Timeouts
from teststrip.run.net import AsyncioBackend
from teststrip.run.reply import Prediction, Url

# Like another machine's address to the client, which honours the environment for those only.
HOST = "127.0.0.11"
HASTY = Timeouts(connect=0.3, read=0.3, write=5, pool=5, total=10)


def _can_listen() -> bool:
    with contextlib.closing(socket.socket()) as one:
        try:
            one.bind((HOST, 0))
        except OSError:
            return False
    return True


pytestmark = pytest.mark.skipif(not _can_listen(), reason="this system has one address of its own only")


@dataclass
class Trust:
    """An authority that the environment names, and one that nobody knows."""

    known: trustme.CA
    unknown: trustme.CA

    def context(self, *names: str, by: trustme.CA | None = None, until: datetime | None = None) -> ssl.SSLContext:
        """Return a server's context; `until` is the end of its certificate."""
        began = datetime(2020, 1, 1, tzinfo=UTC) if until else None
        cert = (by or self.known).issue_cert(*(names or (HOST,)), not_before=began, not_after=until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cert.configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authorities() -> Trust:
    return Trust(trustme.CA(), trustme.CA())


@pytest.fixture
def trust(authorities: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trust:
    """The same, with the known one in SSL_CERT_FILE."""
    authorities.known.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return authorities


@contextlib.asynccontextmanager
async def refused(
    act: Act, tls: ssl.SSLContext | None, *, scheme: str = "https", timeouts: Timeouts | None = None
) -> AsyncIterator[tuple[ExchangeError, Server, bytearray]]:
    """Submit to a server, and yield the error, what the server met, and what left for it."""
    async with serving(act, tls, HOST) as server, tapped(server.url) as (tap, heard):
        url = f"{scheme}://{tap.partition('://')[2]}"
        client = caller(url, timeouts) if timeouts else caller(url)
        async with client:
            with pytest.raises(ExchangeError) as caught:
                await client.submit(MODEL, {"prompt": "a boat"})
        assert KEY not in str(caught.value)
        yield caught.value, server, heard


async def test_a_certificate_of_an_authority_that_the_environment_names_is_good(trust: Trust) -> None:
    async with (
        serving(good(), trust.context(), HOST) as server,
        tapped(server.url) as (url, heard),
        caller(url) as client,
    ):
        assert await client.submit(MODEL, {"prompt": "a boat"}) == Prediction("p1", "queued")
        assert await client.poll("p1") == Prediction("p1", "queued")
        assert await fetched(client, Url(f"{url}/a.png")) == png(1)
    assert all(f"authorization: {KEY}".encode() in head.replace(b"Auth", b"auth") for head in server.heads)
    assert (server.connections, len(server.heads)) == (1, 3)
    assert KEY.encode() not in heard


async def test_the_same_holds_for_an_address_of_this_machine(trust: Trust) -> None:
    async with serving(good(), trust.context("127.0.0.1")) as server, caller(server.url) as client:
        assert await client.submit(MODEL, {"prompt": "a boat"}) == Prediction("p1", "queued")


@pytest.mark.parametrize(
    ("names", "unknown", "until", "word"),
    [
        ((HOST,), True, None, "unable to get local issuer certificate"),
        (("api.example",), False, None, f"not valid for '{HOST}'"),
        (("127.0.0.1",), False, None, f"not valid for '{HOST}'"),
        ((HOST,), False, datetime(2020, 2, 1, tzinfo=UTC), "certificate has expired"),
        ((HOST,), False, datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC), "certificate has expired"),
    ],
    ids=["an unknown authority", "another host", "another address", "expired", "expired at once"],
)
async def test_a_certificate_that_is_not_good_is_told_before_anything_leaves(
    trust: Trust, names: tuple[str, ...], *, unknown: bool, until: datetime | None, word: str
) -> None:
    tls = trust.context(*names, by=trust.unknown if unknown else None, until=until)
    async with refused(good(), tls) as (error, server, heard):
        assert (error.kind, error.may_have_cost) == ("untrusted", False)
        assert "certificate" in str(error)
        assert word in str(error)
        assert (server.heads, KEY.encode() in heard) == ([], False)


async def test_an_authority_is_unknown_unless_the_environment_names_it(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with refused(good(), trust.context()) as (error, server, heard):
        assert (error.kind, error.may_have_cost) == ("untrusted", False)
        assert "certificate" in str(error)
        assert (server.heads, KEY.encode() in heard) == ([], False)


async def hangs_up(talk: Talk) -> None:
    await talk.reader.read(1)


async def resets(talk: Talk) -> None:
    await talk.reader.read(1)
    talk.reset()


async def is_silent(talk: Talk) -> None:
    await talk.reader.read(1)
    await talk.reader.readuntil(b"never")


async def speaks_http(talk: Talk) -> None:
    await talk.reader.read(1)
    await talk.say(reply(b"<html>The plain HTTP request was sent to HTTPS port</html>", status="400 Bad Request"))


@pytest.mark.usefixtures("trust")
@pytest.mark.parametrize(
    ("act", "word"),
    [
        (hangs_up, "cannot be reached"),
        (resets, "cannot be reached"),
        (is_silent, "in time"),
        (speaks_http, "SSL"),
    ],
)
async def test_who_does_not_speak_tls_gets_nothing(act: Act, word: str) -> None:
    async with refused(act, None, timeouts=HASTY) as (error, _, heard):
        assert (error.kind, error.may_have_cost) == ("network", False)
        assert word in str(error)
        assert KEY.encode() not in heard


async def test_a_plain_request_to_who_speaks_tls_is_told_as_no_http(trust: Trust) -> None:
    async with refused(good(), trust.context(), scheme="http") as (error, server, _):
        # That it was TLS that answered nobody has said: the bytes did leave, and who has them is not known.
        assert (error.kind, error.may_have_cost) == ("network", True)
        assert "does not speak HTTP" in str(error)
        assert server.heads == []


async def test_a_server_that_asks_for_a_certificate_has_not_read_the_request(trust: Trust) -> None:
    tls = trust.context()
    tls.verify_mode = ssl.CERT_REQUIRED
    trust.known.configure_trust(tls)
    async with refused(good(), tls) as (error, server, heard):
        # By TLS 1.3 the refusal comes after the request left, and looks like any broken connection.
        assert error.kind == "network"
        assert (server.heads, KEY.encode() in heard) == ([], False)


async def test_an_answer_whose_connection_is_cut_under_tls_is_not_taken_for_whole(trust: Trust) -> None:
    act = saying(b"HTTP/1.1 200 OK\r\n\r\n" + b'{"data": {"id": "p1"')
    async with refused(act, trust.context()) as (error, server, _):
        assert (error.kind, error.may_have_cost) == ("protocol", True)
        assert server.posts == 1


async def test_a_pictures_redirect_to_plain_http_or_to_another_server_takes_no_key_along(trust: Trust) -> None:
    def moved(to: str) -> Act:
        async def act(talk: Talk) -> None:
            while await talk.request() == b"":
                await talk.say(reply(b"", f"Location: {to}", status="302 Found"))

        return act

    async def last(talk: Talk) -> None:
        await talk.request()
        await talk.say(well(talk.server.heads[-1]))

    async with (
        serving(last, trust.context(), HOST) as third,
        serving(moved(f"{third.url}/c.png"), None, HOST) as second,
        serving(moved(f"{second.url}/b.png"), trust.context(), HOST) as first,
        caller(first.url) as client,
    ):
        assert await fetched(client, Url(f"{first.url}/a.png")) == png(1)
    told = [KEY.encode() in b"".join(server.heads) for server in (first, second, third)]
    assert (told, [len(server.heads) for server in (first, second, third)]) == ([True, False, False], [1, 1, 1])


async def test_many_at_once_shake_hands_and_are_answered(trust: Trust) -> None:
    async with serving(good(), trust.context(), HOST) as server, caller(server.url) as client:
        found = await asyncio.gather(*(client.submit(MODEL, {"prompt": "x"}) for _ in range(16)))
    assert found == [Prediction("p1", "queued")] * 16
    assert server.posts == 16


async def test_a_large_picture_comes_whole_under_tls(trust: Trust) -> None:
    data = bytes(range(256)) * 4096
    async with serving(saying(reply(data)), trust.context(), HOST) as server, caller(server.url) as client:
        assert await fetched(client, Url(f"{server.url}/a.png")) == data


async def test_what_is_said_before_the_handshake_is_not_taken_for_the_servers_answer(trust: Trust) -> None:
    """Who sits in between can send anything before the encryption begins, and then let the two talk."""
    forged = reply(b'{"data": {"id": "forged", "status": "created"}}')
    async with serving(good(), trust.context(), HOST) as server:
        host, _, port = server.url.removeprefix("https://").rpartition(":")

        async def injects(talk: Talk) -> None:
            await talk.say(forged)
            await joined(talk, *await asyncio.open_connection(host, int(port)))

        async with serving(injects, host=HOST) as between:
            stream = await AsyncioBackend().connect_tcp(host, int(between.url.rpartition(":")[2]))
            await asyncio.sleep(0.05)
            with pytest.raises(httpcore.ConnectError, match="before"):
                await stream.start_tls(httpx.create_ssl_context(), HOST, 1.0)
            await asyncio.wait_for(stream.aclose(), 1)
