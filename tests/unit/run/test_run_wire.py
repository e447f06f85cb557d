"""What may happen on a socket, as a table: what a server does, and what comes out of the client for it."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pytest
from run_bench import KEY, png
from socket_bench import (
    CREATED,
    LONG,
    MODEL,
    MOST,
    Act,
    Talk,
    answering,
    caller,
    fetched,
    good,
    reply,
    saying,
    serving,
    well,
)

from teststrip.errors import ExchangeError, FaultKind
from teststrip.run.client import Client
from teststrip.run.http import Http, Timeouts, body_parts
from teststrip.run.reply import Inline, Prediction, Url
from teststrip.run.sniff import sniff

Moment = Literal["submit", "poll", "fetch"]
EACH: tuple[Moment, ...] = ("submit", "poll", "fetch")
ASKED: tuple[Moment, ...] = ("submit", "poll")
HASTY = Timeouts(connect=5, read=0.3, write=5, pool=5, total=10)
SHORT = Timeouts(connect=5, read=5, write=5, pool=5, total=0.3)
BODY = json.dumps(CREATED).encode()
HTML = b"<!DOCTYPE html><html><body>KEY</body></html>".replace(b"KEY", KEY.encode())
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Row:
    """What a server does, and the error that comes of it; `costs` is for a submit, what else there is is free."""

    name: str
    act: Act
    kind: FaultKind
    costs: bool
    word: str
    at: tuple[Moment, ...] = EACH
    retry_after: float | None = None
    timeouts: Timeouts = LONG


async def do(client: Client, at: Moment, base: str) -> Prediction | bytes:
    """Do one exchange; what was fetched is looked at as the store does."""
    if at == "submit":
        return await client.submit(MODEL, {"prompt": "a boat", "seed": 1})
    if at == "poll":
        return await client.poll("p1")
    data = await fetched(client, Url(f"{base}/a.png"))
    sniff(data)
    return data


async def error_of(client: Client, at: Moment, base: str) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        await do(client, at, base)
    assert KEY not in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 700
    return caught.value


def closing(*, read: Callable[[Talk], object] | None = None, first: bytes = b"") -> Act:
    """Return an act that closes after it has read so much and said so much."""

    async def act(talk: Talk) -> None:
        if read is not None:
            await read(talk)  # type: ignore[misc]  # Talk's own coroutines
        await talk.say(first)

    return act


async def resets(talk: Talk) -> None:
    await talk.request()
    talk.reset()


async def drips(talk: Talk) -> None:
    await talk.request()
    await talk.say(CHUNKED)
    while True:
        await talk.say(b"1\r\n \r\n")
        await asyncio.sleep(0.01)


async def drips_heads(talk: Talk) -> None:
    await talk.request()
    while True:
        await talk.say(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await asyncio.sleep(0.01)


async def is_silent(talk: Talk) -> None:
    await talk.request()
    await talk.reader.read()


async def stops_in_the_midst(talk: Talk) -> None:
    await talk.request()
    await talk.say(reply(BODY[:5], length=len(BODY)))
    await talk.reader.read()


def nested(depth: int) -> bytes:
    return b'{"data": {"id": "p1", "x": ' + b"[" * depth + b"]" * depth + b"}}"


def unit(depth: int) -> bytes:
    return b'{"data": ' * depth + b"1" + b"}" * depth


BROKE: FaultKind = "network"
ROWS = [
    # The connection ends.
    Row("closed before it reads", closing(), BROKE, True, "broke"),
    Row("closed after the head", closing(read=Talk.head), BROKE, True, "broke"),
    Row("closed after the request", closing(read=Talk.request), BROKE, True, "broke off"),
    Row("reset after the request", resets, BROKE, True, "broke"),
    Row("closed in the status line", saying(b"HTTP/1.1 20"), BROKE, True, "broke off"),
    Row("closed in the headers", saying(b"HTTP/1.1 200 OK\r\nContent-Le"), BROKE, True, "broke off"),
    Row("closed after the headers", saying(reply(b"", length=9)), BROKE, True, "broke off"),
    Row("closed in the body", saying(reply(BODY[:9], length=len(BODY))), BROKE, True, "broke off"),
    Row("closed in a chunk", saying(CHUNKED, b"14\r\n" + BODY[:9]), BROKE, True, "broke off"),
    Row("closed between chunks", saying(CHUNKED, b"9\r\n" + BODY[:9] + b"\r\n"), BROKE, True, "broke off"),
    # It is no HTTP.
    Row("a chunk without a length", saying(CHUNKED, b"zz\r\n" + BODY), BROKE, True, "HTTP"),
    Row("a chunk that is longer than it says", saying(CHUNKED, b"2\r\n" + BODY), BROKE, True, "HTTP"),
    Row("a chunk of a negative length", saying(CHUNKED, b"-5\r\n" + BODY), BROKE, True, "HTTP"),
    Row("another protocol", saying(b"SSH-2.0-OpenSSH_9.2\r\n"), BROKE, True, "HTTP"),
    Row("bytes", saying(bytes(range(256))), BROKE, True, "HTTP"),
    Row("HTTP/0.9", saying(b"<p>hello</p>\n"), BROKE, True, "HTTP"),
    Row("no status", saying(b"HTTP/1.1 OK\r\n\r\n"), BROKE, True, "HTTP"),
    Row("a status of a thousand", saying(b"HTTP/1.1 1000 Much\r\n\r\n"), BROKE, True, "HTTP"),
    Row("a header of a mebibyte", saying(reply(BODY, "X: " + "x" * 2**20)), BROKE, True, "HTTP"),
    Row("100,000 headers", saying(reply(BODY, *("X: 1" for _ in range(100_000)))), BROKE, True, "HTTP"),
    Row("a header without a name", saying(reply(BODY, ": x")), BROKE, True, "HTTP"),
    Row("two lengths", saying(reply(BODY, "Content-Length: 3")), BROKE, True, "HTTP"),
    Row("a length that is none", saying(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), BROKE, True, "HTTP"),
    # It takes too long.
    Row("silence", is_silent, BROKE, True, "in time", timeouts=HASTY),
    Row("silence in the body", stops_in_the_midst, BROKE, True, "in time", timeouts=HASTY),
    Row("a body that drips", drips, BROKE, True, "not over", timeouts=SHORT),
    Row("informative answers without end", drips_heads, BROKE, True, "not over", timeouts=SHORT),
    # The body is not what its head says.
    Row("a length that is too short", answering(BODY, length=9), "protocol", True, "not an answer", ASKED),
    Row("a picture's that is too short", answering(png(), length=40), "protocol", True, "cut short", ("fetch",)),
    Row("packed wrongly", answering(b"\x1f\x8bxx", "Content-Encoding: gzip"), "protocol", True, "not encoded"),
    Row("said to be packed", answering(BODY, "Content-Encoding: gzip"), "protocol", True, "not encoded"),
    Row("said to be deflated", answering(BODY, "Content-Encoding: deflate"), "protocol", True, "not encoded"),
    Row(
        "packed and cut",
        answering(gzip.compress(BODY)[:-12], "Content-Encoding: gzip"),
        "protocol",
        True,
        "not an answer",
        ASKED,
    ),
    Row(
        "a picture packed and cut",
        answering(gzip.compress(png())[:-20], "Content-Encoding: gzip"),
        "protocol",
        True,
        "cut short",
        ("fetch",),
    ),
    Row(
        "a bomb",
        answering(gzip.compress(bytes(2**24)), "Content-Encoding: gzip"),
        "protocol",
        True,
        "larger than",
    ),
    Row(
        "a bomb in a bomb",
        answering(gzip.compress(gzip.compress(bytes(2**24))), "Content-Encoding: gzip, gzip"),
        "protocol",
        True,
        "more than once",
    ),
    Row(
        "packed in a way that was not asked for",
        answering(b"\x0b\x02\x80garbage\x03", "Content-Encoding: br"),
        "protocol",
        True,
        "",
    ),
    # It is no JSON.
    Row("not UTF-8", answering(b'{"data": {"id": "p1\xff"}}'), "protocol", True, "not an answer", ASKED),
    Row("nested without end", answering(nested(90_000)), "protocol", True, "not an answer", ASKED),
    Row("objects without end", answering(unit(40_000)), "protocol", True, "not an answer", ASKED),
    Row("a number of 5000 digits", answering(b'{"id": ' + b"9" * 5000 + b"}"), "protocol", True, "", ASKED),
    Row("nothing", answering(b""), "protocol", True, "it says nothing", ASKED),
    Row("no content", saying(b"HTTP/1.1 204 No Content\r\n\r\n"), "protocol", True, "it says nothing", ASKED),
    Row("no picture", answering(b""), "protocol", True, "no picture", ("fetch",)),
    Row("a page", answering(HTML), "protocol", True, "an HTML page", ASKED),
    Row("a page instead of a picture", answering(HTML), "protocol", True, "no picture", ("fetch",)),
    Row("JSON in UTF-8 that is no object", answering(b'"p1"'), "protocol", True, "a string", ASKED),
    Row("NaN alone", answering(b"NaN"), "protocol", True, "a number", ASKED),
    # It is a redirect.
    Row("moved to nowhere", answering(b"", status="302 Found"), "protocol", True, "HTTP 302"),
    Row("not modified", saying(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "protocol", True, "HTTP 304"),
    Row("moved", answering(b"", "Location: /b", status="301 Moved"), "protocol", True, "HTTP 301", ASKED),
    Row("asked elsewhere", answering(b"", "Location: /b", status="307 There"), "protocol", False, "307", ASKED),
    Row(
        "moved in a circle",
        answering(b"", "Location: /a.png", status="302 Found"),
        "protocol",
        True,
        "without end",
        ("fetch",),
    ),
    # It is a refusal.
    Row("400 with a page", answering(HTML, status="400 Bad"), "invalid", False, "an HTML page"),
    Row("404 with a page", answering(HTML, status="404 Not Found"), "not_found", False, "an HTML page"),
    Row("500 with a page", answering(HTML, status="500 Bad"), "server", True, "an HTML page"),
    Row("502 with nothing", answering(b"", status="502 Bad Gateway"), "server", True, "502"),
    Row("599 with bytes", answering(b"\xff\x00\x1b[31m", status="599 ?"), "server", True, "599"),
    Row("429 and silence", answering(b"", status="429 No"), "rate_limited", False, "429"),
    Row(
        "429 and seconds",
        answering(b"{}", "Retry-After: 7", status="429 Slow Down"),
        "rate_limited",
        False,
        "429",
        retry_after=7.0,
    ),
    Row(
        "429 and a date",
        answering(b"{}", "Retry-After: Fri, 02 Jan 2026 12:01:30 GMT", status="429 Slow Down"),
        "rate_limited",
        False,
        "429",
        retry_after=90.0,
    ),
    Row(
        "503 and a date that is past",
        answering(b"{}", "Retry-After: Fri, 02 Jan 2026 11:00:00 GMT", status="503 No"),
        "server",
        True,
        "503",
        retry_after=0.0,
    ),
    Row(
        "503 and seconds",
        answering(b"", "retry-after:  3 ", status="503 No"),
        "server",
        True,
        "503",
        retry_after=3,
    ),
    Row("429 and nonsense", answering(b"", "Retry-After: soon", status="429 No"), "rate_limited", False, "429"),
    Row("429 and bytes", answering(b"", "Retry-After: \xb2\xff", status="429 No"), "rate_limited", False, "429"),
    Row(
        "429 and two",
        answering(b"", "Retry-After: 1", "Retry-After: 2", status="429 No"),
        "rate_limited",
        False,
        "",
    ),
]
CASES = [pytest.param(row, at, id=f"{row.name} at {at}") for row in ROWS for at in row.at]


@pytest.mark.parametrize(("row", "at"), CASES)
async def test_what_a_server_does_comes_out_as_what_it_is(row: Row, at: Moment) -> None:
    async with serving(row.act) as server, caller(server.url, row.timeouts) as client:
        error = await error_of(client, at, server.url)
    assert (error.kind, error.may_have_cost) == (row.kind, row.costs and at == "submit"), str(error)
    assert row.word in str(error)
    assert error.retry_after == row.retry_after
    assert server.posts == (at == "submit") - (row.name == "closed before it reads" and at == "submit")
    assert server.connections == 1 or "circle" in row.name


@dataclass(frozen=True)
class Fine:
    """What a server does that looks amiss, and is not."""

    name: str
    act: Act
    at: tuple[Moment, ...] = ASKED


SAID = b'{"data": {"id": "p1", "status": "created"%b}}'
FINE = [
    Fine("a hint before", saying(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", reply(BODY))),
    Fine("three of them", saying(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, reply(BODY))),
    Fine("in pieces", saying(*(reply(BODY)[i : i + 1] for i in range(len(reply(BODY)))))),
    Fine("an empty reason", answering(BODY, status="200 ")),
    Fine("an older HTTP", saying(b"HTTP/1.0 200 OK\r\n\r\n" + BODY)),
    Fine("the same length twice", answering(BODY, f"Content-Length: {len(BODY)}")),
    Fine("chunks", saying(CHUNKED, b"%x;name=x\r\n%b\r\n0\r\nX: y\r\n\r\n" % (len(BODY), BODY))),
    Fine("packed", answering(gzip.compress(BODY), "Content-Encoding: gzip")),
    Fine("deflated", answering(zlib.compress(BODY), "Content-Encoding: deflate")),
    Fine("a type that it has not", answering(BODY, "Content-Type: text/html; charset=utf-16")),
    Fine("with a mark before", answering(b"\xef\xbb\xbf" + BODY)),
    Fine("NaN and Infinity beside", answering(SAID % b', "x": [NaN, Infinity, -Infinity, 1e999]')),
    Fine("a member twice", answering(SAID % b', "id": "p1"')),
    Fine("nested a little", answering(SAID % (b', "x": ' + b"[" * 200 + b"]" * 200))),
    Fine("half a letter beside", answering(SAID % b', "x": "\\ud800"')),
    Fine("more than it says, after the end", saying(reply(BODY) + b"garbage")),
    Fine("a cookie, and what else there is", answering(BODY, "Set-Cookie: a=b", "X-A: \xe9\xff", "Refresh: 0")),
]


@pytest.mark.parametrize(
    ("fine", "at"), [pytest.param(fine, at, id=f"{fine.name} at {at}") for fine in FINE for at in fine.at]
)
async def test_what_only_looks_amiss_is_read(fine: Fine, at: Moment) -> None:
    async with serving(fine.act) as server, caller(server.url) as client:
        assert await do(client, at, server.url) == Prediction("p1", "queued")
    assert server.connections == 1


async def test_a_picture_is_found_behind_a_redirect_and_out_of_the_answer_itself() -> None:
    async def act(talk: Talk) -> None:
        while True:
            await talk.request()
            moved = b"/a.png " in talk.server.heads[-1]
            there = reply(b"", "Location: ../x/../b.png?1", status="302 Found")
            await talk.say(there if moved else reply(png(3), "Content-Type: text/html"))

    async with serving(act) as server, caller(server.url) as client:
        assert await do(client, "fetch", server.url) == png(3)
        assert await fetched(client, Inline(base64.b64encode(png(4)).decode())) == png(4)
    assert [head.split()[1] for head in server.heads] == [b"/a.png", b"/b.png?1"]


@pytest.mark.parametrize("form", ["length", "chunks", "until the end", "packed"])
async def test_a_large_picture_comes_whole_and_no_larger_one_comes(form: str) -> None:
    """Larger than what is read ahead, so that the reading of it stops and goes on."""
    data = random.Random(7).randbytes(MOST)  # noqa: S311  any bytes
    whole = {
        "length": reply(data),
        "chunks": CHUNKED + b"".join(b"1fff\r\n%b\r\n" % data[i : i + 8191] for i in range(0, MOST - 8191, 8191)),
        "until the end": b"HTTP/1.1 200 OK\r\n\r\n" + data,
        "packed": reply(gzip.compress(data), "Content-Encoding: gzip"),
    }
    if form == "chunks":
        data = data[: (MOST - 1) // 8191 * 8191]
        whole[form] += b"0\r\n\r\n"
    async with serving(saying(whole[form])) as server, caller(server.url) as client:
        assert await fetched(client, Url(f"{server.url}/a.png")) == data
    async with serving(saying(reply(bytes(MOST + 1)))) as server, caller(server.url) as client:
        with pytest.raises(ExchangeError, match="larger than 1 MiB"):
            await fetched(client, Url(f"{server.url}/a.png"))


@pytest.mark.parametrize("at", EACH)
async def test_where_nobody_listens_nothing_was_paid_for(at: Moment, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with caller(url) as client:
        error = await error_of(client, at, url)
    assert (error.kind, error.may_have_cost) == ("network", False)
    assert "cannot be reached" in str(error)


@pytest.mark.parametrize("at", EACH)
async def test_a_name_that_nobody_has_was_paid_nothing(at: Moment) -> None:
    url = "http://teststrip.invalid"  # RFC 6761: no resolver may find it
    async with caller(url) as client:
        error = await error_of(client, at, url)
    assert (error.kind, error.may_have_cost) == ("network", False)
    assert "cannot be reached" in str(error)


LARGE = {"prompt": "x" * 5_000_000}


async def lingers(talk: Talk) -> None:
    """Refuse before the body is there, then wait for the other side to go, as a good server does."""
    await talk.head()
    await talk.say(reply(b"{}", "Connection: close", status="413 Content Too Large"))
    talk.writer.write_eof()
    while await talk.reader.read(2**16):
        pass


async def slams(talk: Talk) -> None:
    """Refuse before the body is there, and close upon it: the system then sends a reset."""
    await talk.head()
    await talk.say(reply(b"{}", "Connection: close", status="413 Content Too Large"))


async def test_a_refusal_before_the_body_was_read_is_heard() -> None:
    async with serving(lingers) as server, caller(server.url) as client:
        with pytest.raises(ExchangeError) as caught:
            await client.submit(MODEL, LARGE)
    assert (caught.value.kind, caught.value.status, caught.value.may_have_cost) == ("invalid", 413, False)
    assert server.posts == 1


async def test_a_refusal_that_is_lost_with_its_connection_may_have_been_an_acceptance() -> None:
    async with serving(slams) as server, caller(server.url) as client:
        with pytest.raises(ExchangeError) as caught:
            await client.submit(MODEL, LARGE)
    assert (caught.value.kind, caught.value.may_have_cost) in {("invalid", False), ("network", True)}
    assert server.posts == 1


async def test_a_body_that_is_not_taken_ends_in_time() -> None:
    async def act(talk: Talk) -> None:
        await talk.head()
        talk.reader._transport.pause_reading()  # type: ignore[attr-defined]  # noqa: SLF001  asyncio tells it nowhere
        await asyncio.sleep(10)

    short = Timeouts(connect=5, read=5, write=0.3, pool=5, total=3)
    async with serving(act) as server, caller(server.url, short) as client:
        with pytest.raises(ExchangeError) as caught:
            await client.submit(MODEL, {"prompt": "x" * 20_000_000})
    assert (caught.value.kind, caught.value.may_have_cost) == ("network", True)
    assert server.posts == 1


# What becomes of a connection that is used again.


async def test_one_connection_serves_a_whole_run() -> None:
    async with serving(good()) as server, caller(server.url) as client:
        for _ in range(20):
            await do(client, "submit", server.url)
            await do(client, "poll", server.url)
            assert await do(client, "fetch", server.url) == png(1)
    assert (server.connections, server.posts, len(server.heads)) == (1, 20, 60)


async def test_as_many_at_once_as_there_are_and_no_more_connections_than_that() -> None:
    async with serving(good()) as server, caller(server.url) as client:
        for _ in range(5):
            await asyncio.gather(*(do(client, "submit", server.url) for _ in range(8)))
    assert server.posts == 40
    assert server.connections <= 8


@pytest.mark.parametrize("header", [(), ("Connection: close",)])
async def test_a_connection_that_was_closed_meanwhile_is_not_used_again(header: tuple[str, ...]) -> None:
    async with serving(answering(BODY, *header)) as server, caller(server.url) as client:
        for turn in range(1, 6):
            assert await do(client, "submit", server.url) == Prediction("p1", "queued")
            await asyncio.sleep(0.02)  # the end of the connection comes after the answer
            assert (server.posts, server.connections) == (turn, turn)


async def test_what_comes_on_an_idle_connection_is_no_answer_to_the_next_request() -> None:
    async def act(talk: Talk) -> None:
        await talk.request()
        await talk.say(reply(BODY))
        await asyncio.sleep(0.02)
        await talk.say(reply(b"{}", status="408 Request Timeout"))

    async with serving(act) as server, caller(server.url) as client:
        for turn in range(1, 4):
            assert await do(client, "submit", server.url) == Prediction("p1", "queued")
            await asyncio.sleep(0.1)
            assert (server.posts, server.connections) == (turn, turn)


async def test_what_stands_behind_an_answer_is_no_answer_to_the_next_request() -> None:
    other = json.dumps({"data": {"id": "of-another", "status": "created"}}).encode()

    async def act(talk: Talk) -> None:
        await talk.request()
        await talk.say(reply(BODY) + reply(other))
        await talk.request()
        await talk.say(reply(BODY))

    async with serving(act) as server, caller(server.url) as client:
        assert await do(client, "submit", server.url) == Prediction("p1", "queued")
        assert await do(client, "submit", server.url) == Prediction("p1", "queued")


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"])
async def test_a_submit_whose_connection_ends_under_it_is_told_and_never_sent_again(first: bytes) -> None:
    async def act(talk: Talk) -> None:
        await talk.request()
        await talk.say(reply(BODY))
        await talk.request()
        await talk.say(first)

    async with serving(act) as server, caller(server.url) as client:
        await do(client, "submit", server.url)
        error = await error_of(client, "submit", server.url)
        assert (error.kind, error.may_have_cost) == ("network", True)
        assert (server.posts, server.connections) == (2, 1)
        await do(client, "poll", server.url)
    assert (server.posts, server.connections) == (2, 2)


async def test_a_submit_that_meets_the_closing_of_its_connection_is_never_sent_twice() -> None:
    """The race that cannot be won: the server closes while the request is on its way."""

    async def act(talk: Talk) -> None:
        await talk.request()
        await talk.say(reply(BODY))
        await talk.reader.read(1)  # the first byte is there: close with the rest unread, which is a reset

    async with serving(act) as server, caller(server.url) as client:
        await do(client, "submit", server.url)
        error = await error_of(client, "submit", server.url)
    assert (error.kind, error.may_have_cost) == ("network", True)
    assert (server.posts, server.connections) == (1, 1)


async def test_the_rest_of_a_refusal_that_is_read_only_so_far_is_no_answer_to_the_next_request() -> None:
    async def act(talk: Talk) -> None:
        await talk.request()
        first = talk.server.posts == 1
        await talk.say(reply(b"x" * 200_000 + reply(BODY), status="500 Oh") if first else reply(BODY))
        await talk.request()
        await talk.say(well(talk.server.heads[-1]))

    async with serving(act) as server, caller(server.url) as client:
        error = await error_of(client, "submit", server.url)
        assert (error.kind, error.may_have_cost) == ("server", True)
        assert await do(client, "submit", server.url) == Prediction("p1", "queued")
    assert server.posts == 2


async def test_a_cancelled_submit_leaves_a_client_that_works() -> None:
    async with serving(is_silent) as server, caller(server.url, HASTY) as client:
        hanging = asyncio.create_task(client.submit(MODEL, {"prompt": "x"}))
        await server.heard.wait()
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert "in time" in str(await error_of(client, "poll", server.url))
    assert server.posts == 1


async def test_what_nobody_has_read_yet_waits_at_the_server() -> None:
    """However fast a server sends, and whoever is slow to read: a picture waits in memory only in small part."""
    sent = 0

    async def floods(talk: Talk) -> None:
        nonlocal sent
        await talk.request()
        await talk.say(reply(b"", length=2**30))
        while True:
            await talk.say(bytes(2**20))
            sent += 2**20

    async with serving(floods) as server, Http(LONG, words=str, trust_env=False) as http:
        async with http.exchange("GET", http.address(server.url), headers={}) as answer:
            parts = body_parts(answer)
            read = 0
            for _ in range(4):
                read += len(await anext(parts))
                await asyncio.sleep(0.02)
        assert read < 2**21
        assert sent < 2**25  # all else are the system's own buffers
