"""The app: the list of runs, the page of one, its changes as they happen, two side by side, and pictures."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from teststrip.base.clock import SystemClock
from teststrip.base.json import Json
from teststrip.base.picture import SUFFIXES
from teststrip.errors import TeststripError
from teststrip.plugins.extensions import BUILT_IN, Extensions
from teststrip.recipe.model import SheetSpec
from teststrip.run.catalogue import list_runs, run_folders
from teststrip.run.costs import costs_of, priced
from teststrip.run.folder import LEDGER_NAME, STORE_NAME, load_run
from teststrip.run.ledger import read_ledger
from teststrip.run.model import Artifact, Run
from teststrip.run.store import Store
from teststrip.sheet.html import live_page, measured, policy
from teststrip.sheet.html_document import Shown, Subject, document
from teststrip.sheet.html_facts import Facts
from teststrip.sheet.html_thumbs import MEDIA_TYPE, SUFFIX, make_thumbnail, thumbnails
from teststrip.viewer.guard import HEADERS
from teststrip.viewer.listing import listing, listing_style
from teststrip.viewer.pair import side_by_side
from teststrip.viewer.watch import Change, Watch

THUMB_WIDTH: Final = 320  # pixels
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TYPES: Final = {suffix: media_type for media_type, suffix in SUFFIXES.items()}
_QUIET: Final = 15.0  # seconds after which a silent stream says that it is still there
_FOR_EVER: Final = {**HEADERS, "Cache-Control": "private, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the app serves: a runs folder, looked at again every `pause` seconds while somebody watches."""

    runs: Path
    extensions: Extensions = BUILT_IN
    pause: float = 0.5


def create_app(settings: Settings) -> Starlette:
    """Make the app; whoever serves it puts a `Guard` round it."""
    pages = _Pages(settings)
    routes = {
        "/": pages.runs,
        "/run/{name}/": pages.run,
        "/run/{name}/events": pages.events,
        "/run/{name}/steps": pages.steps,
        "/diff": pages.choose,
        "/diff/{name}/{other}/": pages.diff,
        "/diff/{name}/{other}/steps": pages.diff_steps,
        "/thumbs/{file}": pages.thumb,
        "/pictures/{file}": pages.picture,
    }
    return Starlette(
        routes=[Route(path, _told(answer), methods=["GET"]) for path, answer in routes.items()],
        exception_handlers={404: lambda *_: PlainTextResponse("There is no such page.\n", 404, HEADERS)},
    )


class _Missing(Exception):  # noqa: N818  it is an answer
    """There is no such run or picture."""


Answer = Callable[[Request], Response]


def _told(answer: Answer) -> Answer:
    """Answer in words where a run or a lock cannot be read."""

    def told(request: Request) -> Response:
        try:
            return answer(request)
        except _Missing:
            return PlainTextResponse("There is no such page.\n", 404, HEADERS)
        except TeststripError as error:
            return PlainTextResponse(f"{error}\n", 500, HEADERS)

    return told


class _Pages:
    """Makes the answers; each is called in a thread, since disks are slow."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store(settings.runs / STORE_NAME)

    def runs(self, _: Request) -> Response:
        """Answer with the list of runs."""
        allowed = policy("", listing_style()).replace("form-action 'none'", "form-action 'self'")
        text = listing(list_runs(self._settings.runs), self._settings.runs.name, allowed)
        return HTMLResponse(text, headers=HEADERS)

    def run(self, request: Request) -> Response:
        """Answer with the page of a run, which goes on hearing of it."""
        folder = self._folder(request.path_params["name"])
        with read_ledger(folder.parent / LEDGER_NAME, SystemClock()) as ledger:
            since, _ = ledger.moved_since(0)  # before the run is read: what happens meanwhile is told twice
        live = {"events": f"events?since={since}", "steps": "steps", "home": "../../", "pictures": "../../"}
        return self._page(self._subject(folder), "../../", live)

    def diff(self, request: Request) -> Response:
        """Answer with the page of two runs side by side."""
        live = {"steps": "steps", "home": "../../../", "pictures": "../../../"}
        return self._page(self._pair(request), "../../../", live)

    def choose(self, request: Request) -> Response:
        """Lead to two runs that a form chose."""
        names = [request.query_params.get(field, "") for field in ("one", "two")]
        for name in names:
            self._folder(name)
        return RedirectResponse(f"diff/{quote(names[0])}/{quote(names[1])}/", 303, HEADERS)

    def steps(self, request: Request) -> Response:
        """Answer with how far the pictures of a run are apart."""
        return self._steps(self._subject(self._folder(request.path_params["name"])))

    def diff_steps(self, request: Request) -> Response:
        """Answer with how far the pictures of two runs are apart."""
        return self._steps(self._pair(request))

    def events(self, request: Request) -> Response:
        """Answer with what happens to a run, for as long as somebody listens."""
        run = load_run(self._folder(request.path_params["name"]))
        told = request.headers.get("last-event-id") or request.query_params.get("since", "0")
        since = int(told) if re.fullmatch(r"[0-9]{1,15}", told) else 0
        watch = Watch(run, _spec(run), since)
        return StreamingResponse(
            _stream(watch, self._settings.pause), media_type="text/event-stream", headers=HEADERS
        )

    def thumb(self, request: Request) -> Response:
        """Answer with a thumbnail."""
        sha256, _, _ = self._named(request.path_params["file"], {SUFFIX: MEDIA_TYPE})
        for media_type in SUFFIXES:
            artifact = self._store.artifact(sha256, media_type, 0)
            if artifact.path.is_file():
                made = make_thumbnail(artifact, THUMB_WIDTH)
                if made is not None:
                    return Response(made.data, media_type=MEDIA_TYPE, headers=_FOR_EVER)
        raise _Missing

    def picture(self, request: Request) -> Response:
        """Answer with a picture as it came."""
        sha256, media_type, _ = self._named(request.path_params["file"], _TYPES)
        artifact = self._store.artifact(sha256, media_type, 0)
        if not artifact.path.is_file():
            raise _Missing
        return FileResponse(artifact.path, media_type=media_type, headers=_FOR_EVER)

    def _folder(self, name: str) -> Path:
        for folder in run_folders(self._settings.runs):
            if folder.name == name:
                return folder
        raise _Missing

    def _subject(self, folder: Path) -> Subject:
        run = load_run(folder)
        facts = Facts(*priced(costs_of(run)), extensions=self._settings.extensions)
        return Subject(run, _spec(run), facts)

    def _pair(self, request: Request) -> Subject:
        names = (request.path_params["name"], request.path_params["other"])
        one, two = (self._folder(name) for name in names)
        first, second = load_run(one), load_run(two)
        run, spec = side_by_side(first, second)
        costs = {**costs_of(second), **costs_of(first)}
        return Subject(run, spec, Facts(*priced(costs), extensions=self._settings.extensions))

    def _page(self, subject: Subject, root: str, live: Mapping[str, Json]) -> Response:
        def find(artifact: Artifact) -> Shown:
            name = f"{artifact.sha256}{SUFFIXES[artifact.media_type]}"
            return Shown(f"{root}pictures/{name}", f"{root}thumbs/{artifact.sha256}{SUFFIX}")

        return Response(live_page(subject, find, live), media_type="text/html; charset=utf-8", headers=HEADERS)

    def _steps(self, subject: Subject) -> Response:
        told, artifacts = document(subject, lambda _: Shown())
        made = thumbnails(artifacts, THUMB_WIDTH, make_thumbnail)
        signatures = {number: one.signature for number, one in enumerate(made) if one is not None}
        return Response(json.dumps(measured(told, signatures)), media_type="application/json", headers=HEADERS)

    @staticmethod
    def _named(file: str, known: Mapping[str, str]) -> tuple[str, str, str]:
        """Return the digest, media type and suffix of a picture's name; nothing else of it becomes a path."""
        stem, dot, end = file.partition(".")
        if not _SHA256.fullmatch(stem) or f"{dot}{end}" not in known:
            raise _Missing
        return stem, known[f"{dot}{end}"], f"{dot}{end}"


def _spec(run: Run) -> SheetSpec:
    return (run.plan.sheets or (SheetSpec(),))[0]


async def _stream(watch: Watch, pause: float) -> AsyncIterator[str]:
    """Tell of changes as server-sent events, each with the number of the last move that it has in it."""
    silent = 0.0
    yield "retry: 1000\n\n"
    with suppress(TeststripError):
        yield _event(await run_in_threadpool(watch.begin))
    while True:
        with suppress(TeststripError):  # a ledger that is busy at the moment is read at the next look
            change = await run_in_threadpool(watch.look)
            if change.is_news:
                silent = 0.0
                yield _event(change)
        if silent >= _QUIET:
            silent = 0.0
            yield ": still there\n\n"
        await asyncio.sleep(pause)
        silent += pause


def _event(change: Change) -> str:
    body: dict[str, Json] = {"cells": change.cells, "progress": change.progress, "again": change.again}
    return f"id: {change.latest}\nevent: change\ndata: {json.dumps(body)}\n\n"


def address(url: str, run: str, token: str | None) -> str:
    """Return the address to open: the list of runs, or the page of one, with the token that lets in."""
    path = f"/run/{quote(run)}/" if run else "/"
    return f"{url}{path}" + (f"?{urlencode({'token': token})}" if token else "")
