"""What is recorded is played again as it was: bodies byte for byte, errors as the client met them, in order."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import ssl
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cassette_bench import BASE, HEADER, KEY, PNG, Ask, Pieces, Plain, play, player, record, said, tell
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.clock import SystemClock
from teststrip.cassette.lines import LineFault, read_line, write_line
from teststrip.cassette.model import Asked, Blob, End, Exchange, Fault, Header, Withheld, body_digest
from teststrip.cassette.read import load_cassette
from teststrip.cassette.record import open_recorder
from teststrip.errors import UsageError
from teststrip.run.http import Http, Timeouts

TEXTS = st.text(st.characters(codec="utf-8"))
NAMES = st.dictionaries(TEXTS, TEXTS, max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
BODIES = (
    st.none()
    | TEXTS.map(str.encode)
    | JSON.map(lambda value: json.dumps(value).encode())
    | JSON.map(lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
    | st.builds(Blob, st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(0, 10**9), TEXTS)
    | st.builds(Withheld, TEXTS, st.integers(0, 10**9))
)
SECONDS = st.integers(0, 10**6).map(lambda thousandths: thousandths / 1000)
EXCHANGES = st.builds(
    Exchange,
    st.builds(Asked, TEXTS, TEXTS, TEXTS),
    NAMES,
    BODIES,
    st.integers(100, 599),
    NAMES,
    BODIES,
    st.none() | st.builds(Fault, st.just("ReadError"), TEXTS, st.booleans()),
    SECONDS,
    SECONDS,
    SECONDS,
)


@given(EXCHANGES)
def test_a_line_reads_back_as_it_was_written(exchange: Exchange) -> None:
    line = write_line(exchange)
    assert line.count(b"\n") == 1
    assert read_line(line) == exchange
    assert read_line(write_line(HEADER)) == HEADER
    assert read_line(write_line(End(3))) == End(3)


@given(EXCHANGES, st.data())
def test_no_beginning_of_a_line_passes_for_a_line(exchange: Exchange, data: st.DataObject) -> None:
    line = write_line(exchange).rstrip(b"\n")
    with pytest.raises(LineFault):
        read_line(line[: data.draw(st.integers(0, len(line) - 1))])


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"{}",
        b'{"method":"GET","url":"u","status":99,"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","at":0,"first":0,"took":0}',
        b'{"method":1,"url":"u","status":200,"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","status":200,"at":true,"first":0,"took":0}',
        b'{"method":"GET","url":"u","status":200,"at":NaN,"first":0,"took":0}',
        b'{"method":"GET","url":"u","status":200,"at":0,"first":-1,"took":0}',
        b'{"method":"GET","url":"u","status":200,"at":0,"first":0,"took":1e400}',
        b'{"method":"GET","url":"u","status":200,"headers":{"a":1},"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","status":200,"answer":{"blob":"../../etc","size":1,"type":"x"},"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","status":200,"answer":{"json":1,"style":"odd"},"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","fault":{"name":"__class__"},"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","fault":{"name":"ReadError","words":"\\ud800"},"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"\\ud800","status":200,"at":0,"first":0,"took":0}',
        b'{"method":"\\ud800","url":"u","status":200,"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","status":200,"answer_headers":{"location":"\\ud800"},"at":0,"first":0,"took":0}',
        b'{"method":"GET","url":"u","status":200,"answer":{"withheld":"\\ud800","size":1},"at":0,"first":0,"took":0}',
    ],
)
def test_a_line_that_somebody_made_up_is_refused(line: bytes) -> None:
    with pytest.raises(LineFault):
        read_line(line)


@pytest.mark.parametrize("levels", [150, 250, *range(960, 1000, 4), 100_000])
async def test_an_answer_however_deep_is_written_so_that_it_is_read_again(levels: int, tmp_path: Path) -> None:
    body = b"[" * levels + b"]" * levels
    recorded, before = await record(tmp_path, lambda _: said(200, body), Ask("GET", "/"), Ask("GET", "/again"))
    assert (recorded.trouble, recorded.exchanges) == ("", 2)
    assert await play(player(tmp_path), Ask("GET", "/"), Ask("GET", "/again")) == before


def test_requests_are_known_by_what_their_body_says() -> None:
    spaced, tight = b'{ "b": 1.0, "a": [1] }', b'{"a":[1],"b":1}'
    assert body_digest("application/json", spaced) == body_digest("application/json; charset=utf-8", tight)
    assert body_digest("text/plain", spaced) != body_digest("text/plain", tight)
    assert body_digest("application/json", b'{"a":NaN}') == body_digest("text/plain", b'{"a":NaN}')
    assert body_digest("application/json", b"") == ""


def answers() -> Iterator[httpx.Response]:
    """Answers of many kinds, all of which a client has met."""
    yield said(200, {"a": [1, 2.5, "ü", None]})
    yield said(200, b'{ "odd" :  1e3 }')
    yield said(200, b"")
    yield said(204, b"", {"Retry-After": "7"})
    yield said(502, b"<html>\xff\xfe</html>", {"Content-Type": "text/html"})
    yield said(302, b"", {"Location": "/elsewhere"})
    yield said(200, PNG, {"Content-Type": "image/png"})
    yield said(200, json.dumps({"long": "x" * 20_000}).encode())
    yield said(200, gzip.compress(b'{"packed": true}'), {"Content-Encoding": "gzip"})
    yield said(200, zlib.compress(b"deflated"), {"Content-Encoding": "deflate"})
    yield said(200, zlib.compress(b"bare")[2:-4], {"Content-Encoding": "deflate"})
    yield said(200, b"no gzip at all", {"Content-Encoding": "gzip"})
    yield said(200, b"twice", {"Content-Encoding": "gzip, gzip"})
    yield said(200, b"as it is", {"Content-Encoding": "nobody-knows"})
    yield httpx.Response(200, stream=Pieces(b'{"half', error=httpx.ReadError("reset by peer")))
    yield httpx.Response(200, stream=Pieces(b'{"half', error=httpx.RemoteProtocolError("peer closed")))
    yield httpx.Response(200, stream=Pieces(b'{"half', error=httpx.ReadTimeout("")))


ERRORS = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout(""),
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("broken pipe"),
    httpx.RemoteProtocolError("nonsense"),
    httpx.ProxyError("407"),
    httpx.UnsupportedProtocol("ftp"),
]


async def test_a_recording_of_nothing_is_whole_if_it_was_ended(tmp_path: Path) -> None:
    recorder = open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    cut_off = load_cassette(tmp_path)
    recorder.close()
    assert len(cut_off.missing) == 1
    assert "was not ended" in cut_off.missing[0]
    assert load_cassette(tmp_path).missing == []


async def test_every_answer_and_every_error_comes_back_as_the_client_met_it(tmp_path: Path) -> None:
    script = [*answers(), *ERRORS]

    def handle(request: httpx.Request) -> httpx.Response:
        one: Any = script[int(request.url.path[1:])]
        if isinstance(one, Exception):
            raise one
        assert isinstance(one, httpx.Response)
        return one

    asked = [Ask("GET", f"/{number}") for number in range(len(script))]
    recorded, before = await record(tmp_path, handle, *asked)
    assert (recorded.exchanges, recorded.withheld, recorded.trouble) == (len(script), 0, "")
    playing = player(tmp_path)
    assert playing.cassette.missing == []
    assert await play(playing, *asked) == before
    assert sum(bool(one.error) for one in before) == 5 + len(ERRORS)
    assert (playing.played, playing.left) == (len(script), 0)


async def test_a_certificate_that_is_not_good_is_so_again(tmp_path: Path) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[SSL]") from ssl.SSLCertVerificationError("expired")

    _, before = await record(tmp_path, refuse, Ask("GET", "/"))
    assert before[0].error.startswith("untrusted False")
    assert await play(player(tmp_path), Ask("GET", "/")) == before


async def test_what_the_client_cut_off_is_kept_as_having_taken_too_long(tmp_path: Path) -> None:
    class Hangs(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002  never answers
            await asyncio.Event().wait()
            raise AssertionError

    recorder = open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    http = Http(Timeouts(total=0.01), words=str, trust_env=False, transport=Hangs(), recorder=recorder)
    async with http:
        before = await tell(http, Ask("POST", "/", {}))
    recorder.close()
    assert before.error.startswith("network True the exchange was not over after 0.01 s")
    (after,) = await play(player(tmp_path), Ask("POST", "/", {}))
    assert after.error.startswith("network True the exchange was not over after")


async def test_the_file_reads_well_and_bodies_that_are_large_lie_beside_it(tmp_path: Path) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return said(200, PNG) if request.method == "GET" else said(200, {"id": "p1"})

    await record(tmp_path, handle, Ask("POST", "/make", {"seed": 1}, X_Async="enable"), Ask("GET", "/p.png"))
    first, submit, _, end = (tmp_path / "cassette.jsonl").read_text().splitlines()
    assert json.loads(first)["teststrip_cassette"] == 1
    assert submit.startswith(f'{{"method":"POST","url":"{BASE}/make","headers":')
    assert '"x-async":"enable"' in submit
    assert '"body":{"json":{"seed": 1}'.replace(" ", "") in submit
    assert '"answer":{"json":{"id":"p1"},"style":"spaced"}' in submit
    assert json.loads(end) == {"end": {"exchanges": 2}}
    (blob,) = (tmp_path / "blobs").iterdir()
    assert blob.suffix == ".png"
    assert blob.read_bytes() == PNG


async def test_a_recording_goes_on_where_one_ended_or_was_killed(tmp_path: Path) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return said(200, {"at": str(request.url)})

    await record(tmp_path, handle, Ask("GET", "/1"))
    file = tmp_path / "cassette.jsonl"
    killed = file.read_bytes()[:-30]  # in the midst of a line
    file.write_bytes(killed)
    recorded, before = await record(tmp_path, handle, Ask("GET", "/2"))
    assert (recorded.exchanges, recorded.trouble) == (1, "")
    assert file.read_bytes().startswith(killed)
    playing = player(tmp_path)
    assert await play(playing, Ask("GET", "/2")) == before
    assert "cassette.jsonl:2: it is cut short or no JSON; GET https://api.example/1 is missing" in str(
        playing.cassette.missing
    )


async def test_two_may_not_record_at_once_nor_two_targets_on_one_cassette(tmp_path: Path) -> None:
    recorder = open_recorder(tmp_path, HEADER, [], SystemClock())
    with pytest.raises(UsageError, match="another process records there"):
        open_recorder(tmp_path, HEADER, [], SystemClock())
    recorder.close()
    other = Header("darkroom/1", "http://darkroom.invalid", False, False, "0", "")
    with pytest.raises(
        UsageError, match=r"has a cassette of live https://api\.example, and this run goes to darkroom/1"
    ):
        open_recorder(tmp_path, other, [], SystemClock())


def test_a_later_format_is_refused_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "cassette.jsonl").write_text('{"teststrip_cassette":2}\n')
    with pytest.raises(UsageError, match="it is of format 2, and this teststrip reads format 1"):
        load_cassette(tmp_path)
    with pytest.raises(UsageError, match="holds no cassette"):
        load_cassette(tmp_path / "nowhere")


async def test_what_cannot_be_written_ends_the_recording_and_no_exchange(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("in the way")
    recorder = open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    http = Http(
        Timeouts(), words=str, trust_env=False, transport=Plain(lambda _: said(200, PNG)), recorder=recorder
    )
    async with http:
        assert [(await tell(http, Ask("GET", "/p.png"))).body for _ in range(2)] == [PNG, PNG]
    recorded = recorder.close()
    assert (recorded.exchanges, "cannot be recorded" in recorded.trouble) == (0, True)


@pytest.mark.parametrize("text", ["my diary\n", '{"teststrip_cassette":1}\n', '{"teststrip_cassette":1\nmore'])
def test_a_file_that_is_no_cassette_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "cassette.jsonl"
    path.write_text(text)
    with pytest.raises(UsageError):
        open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    assert path.read_text() == text


def test_what_nobody_foresaw_ends_the_recording_and_no_exchange(tmp_path: Path) -> None:
    class Odd(dict[str, str]):
        def items(self) -> Any:
            raise MemoryError(KEY)

    recorder = open_recorder(tmp_path, HEADER, [KEY], SystemClock())
    take = recorder.begin("GET", BASE, Odd(), b"")
    recorder.answered(take, 200, {})
    recorder.end(take)
    recorded = recorder.close()
    assert (recorded.exchanges, recorded.trouble) == (0, "an exchange could not be written down (MemoryError)")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
async def test_a_pipe_is_neither_a_cassette_nor_a_blob(tmp_path: Path) -> None:
    """To open one would wait for ever."""
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / "cassette.jsonl")
    with pytest.raises(UsageError, match="is no file"):
        load_cassette(tmp_path / "a")
    await record(tmp_path / "b", lambda _: said(200, PNG), Ask("GET", "/"))
    (blob,) = (tmp_path / "b" / "blobs").iterdir()
    blob.unlink()
    os.mkfifo(blob)
    path = tmp_path / "b" / "cassette.jsonl"
    path.write_text(path.read_text().replace(f'"size":{len(PNG)}', '"size":0'))
    (told,) = await play(player(tmp_path / "b"), Ask("GET", "/"))
    assert "is missing or cut short" in told.error


@pytest.mark.parametrize("name", ["target", "base_url", "recorded"])
def test_a_first_line_that_no_file_can_hold_is_refused(name: str) -> None:
    line = json.loads(write_line(HEADER)) | {name: "\ud800"}
    with pytest.raises(LineFault, match=f"its {name} is no text"):
        read_line(json.dumps(line).encode())
