"""What the tests of other APIs share: a queue-like page, a small renderer, a run over real HTTP."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from teststrip.base.clock import SystemClock
from teststrip.base.json import Json, digest
from teststrip.plan.identity import cell_digest
from teststrip.plan.model import Cell, Plan
from teststrip.provider.attach import ReadAttachment
from teststrip.provider.catalogue import find_provider
from teststrip.provider.model import Provider
from teststrip.provider.page import read_page
from teststrip.run.client import Client
from teststrip.run.events import Event
from teststrip.run.ledger import open_ledger
from teststrip.run.model import Run
from teststrip.run.runner import run_plan
from teststrip.run.settings import Settings
from teststrip.run.store import Store
from teststrip.run.target import url_target

KEY = "sk-pretend-0123"

# What the bundled pages do not do: the id in the query, state and outputs at two addresses, one picture under one
# name, words with spaces, a word for refused content, a header for every exchange, "not yet" as a status.
QUEUE = """\
---
page: 1
provider: queue
title: A queue
base_url: https://queue.example
base_url_env: QUEUE_URL
headers: {X-Version: "7"}
auth: {header: X-Key, form: "{key}", env: QUEUE_KEY}
submit:
  path: /v1/{model}
  body: {fixed: {version: 3}, rest: input}
poll:
  path: /v1/state?id={id}&kind=picture
  result: /v1/{model}/result?id={id}
  not_yet: [202]
  origins: ["https://eu.queue.example", "https://us.queue.example"]
reply:
  ids: [id]
  statuses: [state]
  outputs: [result.sample]
  poll_urls: [polling]
  result_urls: [fetching]
  errors: [details]
  words:
    queued: [In Queue]
    running: [In Progress]
    done: [Ready]
    failed: [Error]
    moderated: [Request Moderated]
  forms:
    result: {id: "{id}", result: {sample: "{output}"}}
    error: {details: "{message}"}
roles: {prompt: text, seed: number, width: wide, height: high, sync: hurry, base64: {as: text}}
facts: {sizes: {multiple_of: 16, min_pixels: 4096, max_pixels: 1048576}}
models: [{id: maker/one}, {id: maker/two}]
pace: {concurrency: 2, per_minute: 60}
---

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| text | string | yes | - | - | - |
| number | integer | no | - | - | - |
| wide | integer | no | 64 | 16 - 2048 | - |
| high | integer | no | 96 | 16 - 2048 | - |
| hurry | boolean | no | false | - | - |
| as | string | no | link | `link`, `text` | - |
"""

# A body that is a form, with files in it.
FORMS = """\
---
page: 1
provider: forms
title: Forms
base_url: https://forms.example
base_url_env: FORMS_URL
auth: {header: X-Key, form: "{key}", env: FORMS_KEY}
submit: {path: /v1, body: {media: file, fixed: {version: 3, kind: still}}}
poll: {path: "/v1/{id}", interval: 0.1}
reply: {ids: [id], statuses: [state], outputs: [out], words: {queued: [q], running: [r], done: [d], failed: [f]}}
roles: {prompt: prompt, seed: start}
models: [{id: one}]
pace: {concurrency: 1, per_minute: 20}
---

| Parameter | Type | Required | Default | Range | Description |
|---|---|---|---|---|---|
| prompt | string | yes | - | - | - |
| steps | integer | no | - | - | - |
| scale | float | no | - | - | - |
| tiled | boolean | no | - | - | - |
| start | integer | no | - | - | - |
| image | file | no | - | - | - |
| refs | array(string) | no | - | - | Base64 or URL |
| points | array(float) | no | - | - | - |
"""


def queue() -> Provider:
    """Return the page of the queue."""
    return read_page(QUEUE, "queue.md")


def dashscope() -> Provider:
    """Return the second bundled page."""
    provider = find_provider("dashscope")
    assert provider is not None
    return provider


class Painter:
    """Draws one small PNG of a colour for each picture asked for; waits while `hold` is not set."""

    name = "painter"
    version = "1"

    def __init__(self) -> None:
        self.hold = asyncio.Event()
        self.hold.set()
        self.requests: list[Mapping[str, Json]] = []

    def check(self, model: str, request: Mapping[str, Json]) -> str | None:
        assert model
        return "no dragons" if "dragon" in str(request) else None

    async def render(self, model: str, request: Mapping[str, Json]) -> tuple[bytes, ...]:
        await self.hold.wait()
        self.requests.append(request)
        return tuple(painted(model, request, k) for k in range(int(str(request.get("n", 1)))))

    async def close(self) -> None:
        self.hold.set()


def painted(model: str, request: Mapping[str, Json], k: int) -> bytes:
    """Return picture k of a request."""
    red, green, blue = bytes.fromhex(digest({"model": model, "request": dict(request), "k": k})[:6])
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (red, green, blue)).save(stream, "PNG")
    return stream.getvalue()


def plan_of(page: Provider, url: str, *requests: dict[str, Json]) -> Plan:
    """Plan one cell a request, for an emulator at `url`."""
    model, target = page.models[0].id, url_target(url).identity
    cells = tuple(
        Cell((i,), request, cell_digest(page.name, model, target, request)) for i, request in enumerate(requests)
    )
    return Plan(
        title="A test",
        recipe_file="a.yaml",
        recipe_digest="0" * 64,
        provider=page.name,
        model=model,
        target=target,
        page_digest=page.digest,
        axes=(),
        cells=cells,
        sheets=(),
        concurrency=None,
        digest="ab" * 32,
    )


async def run_at(
    url: str, page: Provider, root: Path, *requests: dict[str, Json], attachments: ReadAttachment | None = None
) -> tuple[Run, list[Event]]:
    """Run requests against a server, with a ledger and a store in `root`."""
    events: list[Event] = []
    plan = plan_of(page, url, *requests)
    async with Client(page, base_url=url, key=KEY, attachments=attachments) as client:
        with open_ledger(root / "ledger.sqlite3", SystemClock()) as ledger:
            run = await run_plan(
                plan,
                page,
                target=url_target(url),
                client=client,
                ledger=ledger,
                store=Store(root / "store"),
                folder=root / "a-test",
                clock=SystemClock(),
                settings=Settings(),
                on_event=events.append,
            )
    return run, events
