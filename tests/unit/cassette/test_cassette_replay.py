"""Played by method, address and body: in recorded order where alike, else in any; what is not there is told."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cassette_bench import BASE, HEADER, PNG, Ask, Told, play, player, record, said
from hypothesis import given
from hypothesis import strategies as st

from teststrip.base.clock import SkippingClock, SystemClock
from teststrip.cassette.lines import read_line
from teststrip.cassette.model import Exchange
from teststrip.cassette.read import Cassette, Place, load_cassette
from teststrip.cassette.record import open_recorder
from teststrip.cassette.replay import Player
from teststrip.errors import ExchangeError


class Api:
    """A server on which every prediction is done at the third look."""

    def __init__(self) -> None:
        self.looks: dict[str, int] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "POST":
            return said(200, {"id": request.content.decode()})
        if path.startswith("/pictures"):
            return said(200, PNG + path.encode(), {"Content-Type": "image/png"})
        self.looks[path] = self.looks.get(path, 0) + 1
        return said(200, {"status": "done" if self.looks[path] > 2 else "running", "look": self.looks[path]})


ASKED = [
    *(Ask("POST", "/make", {"prompt": "a boat", "seed": seed, "steps": 28}) for seed in (1, 2)),
    *(Ask("GET", f"/state/{seed}") for _ in range(3) for seed in (1, 2)),
    *(Ask("GET", f"/pictures/{seed}") for seed in (1, 2)),
]


async def test_a_polled_address_is_answered_in_recorded_order(tmp_path: Path) -> None:
    _, before = await record(tmp_path, Api(), *ASKED)
    playing = player(tmp_path)
    assert await play(playing, *ASKED) == before
    (once_more,) = await play(playing, Ask("GET", "/state/1"))
    assert once_more.error.startswith("unrecorded False GET https://api.example/state/1 was recorded 3 times")
    assert once_more.error.endswith("and is asked for once more")


async def test_fast_collapses_it_to_the_last_and_leaves_submits_as_they_were(tmp_path: Path) -> None:
    refused = iter([said(429, {}), said(200, {"id": "p"})])
    ask = Ask("POST", "/make", {"seed": 9})
    _, before = await record(tmp_path, Api(), *ASKED)
    _, again = await record(tmp_path, lambda _: next(refused), ask, ask)
    playing = player(tmp_path, fast=True)
    assert await play(playing, Ask("GET", "/state/1"), Ask("GET", "/state/1")) == [before[6]] * 2
    assert b'"done"' in before[6].body
    assert [one.status for one in await play(playing, ask, ask)] == [one.status for one in again] == [429, 200]
    assert playing.left == 0


async def test_fast_asks_no_more_often_than_was_asked_where_the_end_is_missing(tmp_path: Path) -> None:
    asked = [Ask("GET", "/p")] * 3
    _, before = await record(tmp_path, lambda _: said(200, {"status": "processing"}), *asked)
    after = await play(player(tmp_path, fast=True), *asked, Ask("GET", "/p"))
    assert after[:3] == before
    assert after[3].error.endswith(
        "was recorded 3 times on the cassette " + f"{tmp_path}, and is asked for once more"
    )


async def test_where_the_cassette_was_cut_off_what_is_asked_for_once_more_says_so(tmp_path: Path) -> None:
    asked = [Ask("GET", "/p")] * 3
    await record(tmp_path, lambda _: said(200, {"status": "processing"}), *asked)
    tape = tmp_path / "cassette.jsonl"
    lines = tape.read_text().splitlines(keepends=True)
    tape.write_text("".join(lines[:3]))
    after = await play(player(tmp_path), *asked)
    assert after[2].error.endswith(
        f"and is asked for once more; what is missing there: {tape}: was not ended: what came after its 2 "
        "exchanges is missing"
    )


@given(st.permutations(range(len(ASKED))))
async def test_requests_come_in_any_order(order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, before = await record(Path(folder), Api(), *ASKED)
        after = dict(zip(order, await play(player(Path(folder)), *(ASKED[index] for index in order)), strict=True))
    alike = {index: ASKED[index].url for index in order if "/state/" in ASKED[index].url}
    for index, told in after.items():
        earlier = [other for other in order[: order.index(index)] if alike.get(other, 0) == alike.get(index, 1)]
        looks = [other for other in range(len(ASKED)) if alike.get(other, 0) == alike.get(index, 1)]
        assert told == (before[looks[len(earlier)]] if index in alike else before[index])


async def test_sixteen_at_once(tmp_path: Path) -> None:
    asked = [Ask("POST", "/make", {"seed": seed}) for seed in range(64)]
    _, before = await record(tmp_path, Api(), *asked)
    playing = player(tmp_path)
    groups = await asyncio.gather(*(play(playing, *asked[start::16]) for start in range(16)))
    assert {told for group in groups for told in group} == set(before)
    assert playing.left == 0


async def test_what_was_never_recorded_shows_the_nearest_and_what_differs(tmp_path: Path) -> None:
    await record(tmp_path, Api(), *ASKED)
    playing = player(tmp_path)
    asked = [
        Ask("POST", "/make", {"prompt": "a boat", "seed": 2, "steps": 30}),
        Ask("POST", "/make", {"prompt": "a boat", "seed": 2}),
        Ask("POST", "/make", {"prompt": "x" * 100, "seed": 5, "steps": 1, "a": {"b": [1]}, "c": None}),
        Ask("POST", "/make", b"\xff"),
        Ask("GET", "/state/11"),
    ]
    errors = [told.error for told in await play(playing, *asked)]
    assert all(error.startswith("unrecorded False ") for error in errors)
    assert errors[0] == (
        f"unrecorded False POST https://api.example/make is not on the cassette {tmp_path}; "
        "the nearest there (line 3) differs in steps (28 there, 30 here)"
    )
    assert "differs in steps (28 there, absent here)" in errors[1]
    assert (
        'prompt ("a boat" there, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… here), seed (1 there, 5 here)'
        in errors[2]
    )
    assert errors[2].endswith("a.b[0] (absent there, 1 here), and 1 more")
    assert "has another body" in errors[3]
    assert errors[4].endswith("the nearest there (line 4) is GET https://api.example/state/1")
    assert playing.played == 0


@dataclass(slots=True)
class Counting(Cassette):
    """A cassette that counts how often an exchange is read again."""

    reads: int = 0

    def exchange(self, place: Place) -> Exchange:
        self.reads += 1
        return super(Counting, self).exchange(place)


async def test_a_thousand_that_were_never_recorded_read_the_cassette_once(tmp_path: Path) -> None:
    count = 300
    with open_recorder(tmp_path, HEADER, [], SystemClock()) as recorder:
        for k in range(count):
            for method, path, body in (("POST", "/make", b'{"seed": %d}' % k), ("GET", f"/state/{k:032x}", b"")):
                take = recorder.begin(method, BASE + path, {"content-type": "application/json"}, body)
                recorder.answered(take, 200, {})
                recorder.end(take)
    loaded = load_cassette(tmp_path)
    cassette = Counting(loaded.folder, loaded.header, loaded.places)
    playing = Player(cassette)
    for k in range(1000):
        with pytest.raises(ExchangeError, match=r"the nearest there \(line 2\) differs in seed \(0 there, "):
            playing.play("POST", f"{BASE}/make", "application/json", b'{"seed": %d}' % (count + k))
        with pytest.raises(ExchangeError, match=r"is GET https://api\.example/state/"):
            playing.play("GET", f"{BASE}/state/{count + k:032x}", "", b"")
    assert cassette.reads <= count + 1000  # each body once, and the nearest for its words


def test_playing_opens_the_cassette_seldom_and_in_any_order(tmp_path: Path) -> None:
    count = 500
    with open_recorder(tmp_path, HEADER, [], SystemClock()) as recorder:
        for k in range(count):
            take = recorder.begin("GET", f"{BASE}/state/{k}", {}, b"")
            recorder.answered(take, 200, {})
            take.parts.append(b"%d" % k)
            recorder.end(take)
    opened = 0

    def hear(event: str, details: tuple[object, ...]) -> None:
        nonlocal opened
        opened += event == "open" and str(details[0]).startswith(str(tmp_path))

    cassette = load_cassette(tmp_path)
    sys.addaudithook(hear)  # for the rest of this process; it looks at nothing else
    for order in (range(count), reversed(range(count)), sorted(range(count), key=lambda k: k * 7919 % count)):
        playing = Player(cassette)
        assert all(playing.play("GET", f"{BASE}/state/{k}", "", b"").answer == b"%d" % k for k in order)
        assert playing.left == 0
    assert 0 < opened < 10


async def test_the_nearest_is_found_far_back_and_bodies_without_an_end_are_no_trouble(tmp_path: Path) -> None:
    asked = [Ask("POST", "/make", {"seed": k, "scale": k, "steps": k, "a": {"b": k}}) for k in range(1000)]
    await record(tmp_path, Api(), *asked)
    near = Ask("POST", "/make", {"seed": 987, "scale": 987, "steps": 987, "a": {"b": True}})
    deep = [
        Ask("POST", "/make", b'{"a":' + b"[" * depth + b"]" * depth + b"}")
        for depth in (*range(800, 1000, 7), 10**5)
    ]
    first, *rest = [told.error for told in await play(player(tmp_path), near, *deep)]
    assert first.endswith("(line 989) differs in a.b (987 there, true here)")
    assert all("the nearest there (line 2) " in error for error in rest)
    assert rest[-1].endswith("has another body")


async def test_a_picture_that_is_gone_cut_short_or_changed_is_told(tmp_path: Path) -> None:
    await record(tmp_path, Api(), *ASKED)
    one, two = sorted((tmp_path / "blobs").iterdir())
    data = bytearray(one.read_bytes())
    data[20] ^= 1
    one.write_bytes(data)
    two.write_bytes(two.read_bytes()[:-1])
    playing = player(tmp_path)
    (missing,) = playing.cassette.missing
    assert missing.endswith(f"{two.name} is missing or cut short")
    errors = sorted(told.error for told in await play(playing, *ASKED[-2:]))
    assert [error.split(": ")[-1] for error in errors if "was changed or cut short" in error] != []
    assert [error for error in errors if f"{two.name} is missing or cut short (line" in error] != []


def whole(folder: Path) -> tuple[bytes, list[Told]]:
    """Record once, for the tests that cut it."""
    _, before = asyncio.run(record(folder, Api(), *ASKED))
    return (folder / "cassette.jsonl").read_bytes(), before


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, list[Told]]:
    folder = tmp_path_factory.mktemp("whole")
    return (folder, *whole(folder))


@given(st.data())
def test_truncated_at_any_byte_it_plays_what_it_holds_and_says_what_is_missing(
    recorded: tuple[Path, bytes, list[Told]], data: st.DataObject
) -> None:
    source, text, before = recorded
    cut = data.draw(st.integers(0, len(text)))
    lines = text[:cut].split(b"\n")
    held = sum(is_exchange(line) for line in lines)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "cut"
        shutil.copytree(source, folder)
        (folder / "cassette.jsonl").write_bytes(text[:cut])
        playing = Player(load_cassette(folder))
        after = asyncio.run(play(playing, *ASKED))
    assert len(playing.cassette.places) == playing.played == held
    assert after[:held] == before[:held]
    assert all(told.error.startswith("unrecorded False ") for told in after[held:])
    is_whole = cut >= len(text) - 1  # the last line's end says nothing
    assert (playing.cassette.missing == []) is is_whole
    torn = lines[-1]
    if torn and not is_exchange(torn) and cut < len(text) - 1:
        number = len(lines)
        assert (f"cassette.jsonl:{number}: it is cut short" in playing.cassette.missing[0]) or number == 1


def is_exchange(line: bytes) -> bool:
    try:
        return isinstance(read_line(line), Exchange)
    except ValueError:
        return False


async def test_every_task_has_its_own_time_and_nobody_waits() -> None:
    clock = SkippingClock()
    start = clock.monotonic()

    async def wait(seconds: float) -> float:
        began = clock.monotonic()
        for _ in range(100):
            await clock.sleep(seconds / 100)
        return clock.monotonic() - began

    waited = await asyncio.wait_for(asyncio.gather(*(asyncio.create_task(wait(600.0 * k)) for k in range(16))), 60)
    assert [round(seconds / 600) for seconds in waited] == list(range(16))
    assert clock.monotonic() - start < 60


async def test_a_withheld_answer_says_so(tmp_path: Path) -> None:
    ask = Ask("GET", "/p")
    await record(tmp_path, lambda _: said(200, b"\x01br", {"Content-Encoding": "br"}), ask)
    playing = player(tmp_path)
    with pytest.raises(ExchangeError, match=r"its body was not put on the cassette .* cannot be looked into"):
        playing.play("GET", ask.url, "", b"")
