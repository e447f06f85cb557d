"""Replaying 1,500 exchanges, as of 300 cells with a submit, three polls and a picture of 1 MB, beside vcrpy.

Both play through the same client (`run.http`), which reads every body to its end; vcrpy has the pictures in files
beside its cassette, since as YAML they would take it several times as long. The whole run, with ledger and store,
is a third row.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import vcr

from teststrip.base.clock import SkippingClock, SystemClock
from teststrip.cassette.model import Header
from teststrip.cassette.read import load_cassette
from teststrip.cassette.record import open_recorder
from teststrip.cassette.replay import Player
from teststrip.plan.make import make_plan
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.recipe.load import read_text
from teststrip.run.client import Client
from teststrip.run.http import Http, Timeouts, read_body, replay_transport
from teststrip.run.ledger import open_ledger
from teststrip.run.runner import run_plan
from teststrip.run.settings import Settings
from teststrip.run.store import Store
from teststrip.run.target import Target, replay_target

_BASE: Final = "https://api.example"
_CELLS: Final = 300
_POLLS: Final = 3
_PICTURE: Final = 1_000_000  # bytes
_ROUNDS: Final = 3
_RECIPE: Final = """\
teststrip: 1
model: gptproto/nai-diffusion-4-5-full
params: {prompt: "a boat"}
axes: {seed: {from: 1, count: COUNT}}
"""
_MATCH: Final = ["method", "scheme", "host", "port", "path", "query", "body"]

Ask = tuple[str, str, bytes | None]


class Api(httpx.AsyncBaseTransport):
    """A server of the first API in this process: done at the third look, with a picture of a megabyte."""

    def __init__(self) -> None:
        self.looks: dict[str, int] = {}
        self.asked: list[Ask] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        body = await request.aread()
        self.asked.append((request.method, str(request.url), body or None))
        if request.method == "POST":
            return httpx.Response(200, json=_said(json.loads(body)["seed"], "created"))
        seed = request.url.path.split("/")[-2]
        if request.url.path.endswith(".png"):
            return httpx.Response(200, headers={"Content-Type": "image/png"}, content=picture(int(seed)))
        self.looks[seed] = self.looks.get(seed, 0) + 1
        return httpx.Response(
            200, json=_said(int(seed), "completed" if self.looks[seed] >= _POLLS else "processing")
        )


def _said(seed: int, status: str) -> dict[str, Any]:
    outputs = [f"https://cdn.example/{seed}/0.png"] if status == "completed" else []
    urls = {"get": f"{_BASE}/api/v3/predictions/{seed}/result"}
    return {"data": {"id": str(seed), "status": status, "outputs": outputs, "urls": urls, "error": ""}}


def picture(seed: int) -> bytes:
    """Return a megabyte that passes for a PNG, another for each seed."""
    noise = b"".join(hashlib.sha256(b"%d %d" % (seed, part)).digest() for part in range(_PICTURE // 32))
    return b"\x89PNG\r\n\x1a\n" + noise + b"IEND\xaeB`\x82"


def replaying_table() -> str:
    """Record once, then play: this cassette, vcrpy's of the same exchanges, and the whole run."""
    page = find_provider("gptproto")
    assert page is not None  # noqa: S101  it is bundled
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        asked = asyncio.run(_recorded(page, folder / "tape", _CELLS))
        few = asyncio.run(_recorded(page, folder / "few", _CELLS // 4))
        _vcr_cassette(folder, asked)
        ours = min(_timed(lambda: _ours(folder / "tape", asked)) for _ in range(_ROUNDS))
        again = [Place(folder / f"again-{k}", _CELLS, lasting=False) for k in range(_ROUNDS + 1)]
        whole = min(_timed(partial(_run, page, folder / "tape", place)) for place in again[1:])
        theirs = _timed(lambda: _theirs(folder, asked))
        peaks = [_peak(lambda: _ours(folder / "few", few)), _peak(lambda: _ours(folder / "tape", asked))]
        part = Place(folder / "part", _CELLS // 4, lasting=False)
        peaks += [
            _peak(partial(_run, page, folder / "few", part)),
            _peak(partial(_run, page, folder / "tape", again[0])),
        ]
    lines = [
        f"  {len(asked):,} exchanges, {_CELLS} of them pictures of 1 MB; seconds by the clock on the wall",
        f"  this cassette        {ours:>8.2f} s     1.0x",
        f"  the whole run        {whole:>8.2f} s  {whole / ours:>6.1f}x",
        f"  vcrpy                {theirs:>8.2f} s  {theirs / ours:>6.1f}x",
        f"  memory, a quarter of them {peaks[0] / 2**20:.1f} MB, all {peaks[1] / 2**20:.1f} MB",
        f"  of the whole run          {peaks[2] / 2**20:.1f} MB, all {peaks[3] / 2**20:.1f} MB",
    ]
    return "\n".join(lines)


async def _recorded(page: Provider, tape: Path, cells: int) -> list[Ask]:
    """Record a run of so many cells; return what was asked for, in order."""
    api = Api()
    clock = SkippingClock()
    header = Header(f"live {_BASE}", _BASE, paid=True, lasting=True, made_by="", recorded="")
    target = Target("live", header.identity, _BASE, paid=False)
    with open_recorder(tape, header, [], SystemClock()) as recorder:
        client = Client(page, base_url=_BASE, key="sk-none", transport=api, recorder=recorder)
        await _performed(page, client, target, clock, Place(tape.parent / f"{tape.name}-runs", cells))
    return api.asked


@dataclass(frozen=True)
class Place:
    """Where a run of so many cells goes; a replay's is not lasting."""

    runs: Path
    cells: int
    lasting: bool = True


async def _performed(page: Provider, client: Client, target: Target, clock: SkippingClock, place: Place) -> None:
    runs = place.runs
    recipe = read_text(_RECIPE.replace("COUNT", str(place.cells)), "r.yaml").recipe
    assert recipe is not None  # noqa: S101  it is the one above
    plan = make_plan(recipe, page, target.identity)
    runs.mkdir()
    async with client:
        with open_ledger(runs / "ledger.sqlite3", SystemClock(), lasting=place.lasting) as ledger:
            run = await run_plan(
                plan,
                page,
                target=target,
                client=client,
                ledger=ledger,
                store=Store(runs / "store", lasting=place.lasting),
                folder=runs / "run",
                clock=clock,
                settings=Settings(concurrency=16),
                on_event=lambda _: None,
            )
    assert run.sent == place.cells  # noqa: S101  else this measures something else


async def _ours(tape: Path, asked: list[Ask]) -> None:
    player = Player(load_cassette(tape))
    transport = replay_transport(player, lambda _: None)
    async with Http(Timeouts(), words=str, trust_env=False, transport=transport) as http:
        await _all(http, asked)
    assert player.left == 0  # noqa: S101  else this measures something else


async def _run(page: Provider, tape: Path, place: Place) -> None:
    player = Player(load_cassette(tape))
    clock = SkippingClock()
    assert player.cassette.header is not None  # noqa: S101  it was recorded above
    client = Client(page, base_url=_BASE, key=None, transport=replay_transport(player, clock.skip))
    target = replay_target(player.cassette.header)
    await _performed(page, client, target, clock, place)


async def _theirs(folder: Path, asked: list[Ask]) -> None:
    def take_back(request: Any, response: dict[str, Any], _: Any) -> tuple[Any, dict[str, Any]]:
        blob = response["body"].get("blob")
        if blob is not None:
            response["body"] = {"string": (folder / "tape" / "blobs" / blob).read_bytes()}
        return request, response

    player = vcr.VCR(match_on=_MATCH, record_mode=vcr.mode.NONE, after_load_interaction=take_back)
    with player.use_cassette(str(folder / "vcr.yaml")):
        async with Http(Timeouts(), words=str, trust_env=False) as http:
            await _all(http, asked)


async def _all(http: Http, asked: list[Ask]) -> None:
    for method, url, body in asked:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        async with http.exchange(method, http.address(url), headers=headers, content=body) as answer:
            await read_body(answer, 2 * _PICTURE)


def _vcr_cassette(folder: Path, asked: list[Ask]) -> None:
    """Write the same exchanges as vcrpy would have, with pictures in files beside it."""
    import yaml  # noqa: PLC0415  as vcrpy itself

    looks: dict[str, int] = {}
    interactions = [{"request": _request(*one), "response": _response(*one, looks)} for one in asked]
    text = yaml.dump({"interactions": interactions, "version": 1}, Dumper=yaml.CDumper)
    (folder / "vcr.yaml").write_text(text)


def _request(method: str, url: str, body: bytes | None) -> dict[str, Any]:
    return {"method": method, "uri": url, "body": (body or b"").decode(), "headers": {}}


def _response(method: str, url: str, body: bytes | None, looks: dict[str, int]) -> dict[str, Any]:
    seed = str(json.loads(body or b"{}").get("seed")) if method == "POST" else url.split("/")[-2]
    if url.endswith(".png"):
        blob = f"{hashlib.sha256(picture(int(seed))).hexdigest()}.png"
        return {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"blob": blob}}
    looks[seed] = looks.get(seed, -1) + 1
    status = "created" if method == "POST" else "completed" if looks[seed] >= _POLLS else "processing"
    text = json.dumps(_said(int(seed), status))
    return {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": text}}


def _timed(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    start = time.perf_counter()
    asyncio.run(work())
    return time.perf_counter() - start


def _peak(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Return the most bytes that Python held at once, beyond what it held before."""
    tracemalloc.start()
    asyncio.run(work())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
